/**
 * Replaces `return` in actions and controls.
 *
 *     apply { if (c) { return; } x = 1; }      apply { ig: { if (c) { leave ig; } x = 1; } }
 */

import type { Program, Statement } from '../ir/index.ts';
import { mapValues, rewriteStatements, visit } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';
import type { Pass, PassContext } from './pass.ts';

function hasReturn(statements: readonly Statement[]): boolean {
  let found = false;
  visit(statements, (node) => {
    if (node.kind === 'return') found = true;
    return !found;
  });
  return found;
}

function run(program: Program, context: PassContext): Program {
  const change = <
    T extends { readonly body: readonly Statement[]; readonly sourceName: string; readonly span: Span },
  >(
    item: T,
  ): T => {
    if (!hasReturn(item.body)) return item;
    const label = context.freshName(item.sourceName);
    const body = rewriteStatements(item.body, {
      statement: (inner) => [inner.kind === 'return' ? { kind: 'leave', label, span: inner.span } : inner],
    });
    return { ...item, body: [{ kind: 'labelled', label, body, span: item.span }] };
  };
  return {
    ...program,
    actions: mapValues(program.actions, change),
    blocks: mapValues(program.blocks, (block) => (block.kind === 'control' ? change(block) : block)),
  };
}

export const eliminateReturns: Pass = {
  name: 'eliminate-returns',
  summary: 'returns of actions and controls become leaves of their bodies',
  run,
};
