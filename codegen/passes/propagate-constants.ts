/**
 * Puts the values of local variables that are known in their place, and computes what can be computed.
 *
 *     x = 3; y = x + 1; if (y == 4) { a; } else { b; }        x = 3; y = 4; a;
 */

import type { Action, Block, Program, Statement, Variable } from '../ir/index.ts';
import { mapShared, mapValues, rewriteTransition, visit } from '../ir/index.ts';
import { isWritten, rootOf } from './build.ts';
import { type Flow, flowThrough, foldWith, type Known } from './constant-flow.ts';
import type { Pass, PassContext } from './pass.ts';

/** The variables of a control that its actions change. */
function changedByActions(program: Program, names: readonly string[]): ReadonlySet<Variable> {
  const changed = new Set<Variable>();
  for (const name of names) {
    const action = program.actions.get(name);
    if (action === undefined) continue;
    visit(action.body, (node) => {
      if (node.kind === 'assign' || node.kind === 'set_validity' || node.kind === 'shift_stack') {
        const root = rootOf(node.target);
        if (root !== undefined) changed.add(root);
      }
      if (node.kind === 'call') {
        const result = 'result' in node && node.result !== undefined ? rootOf(node.result) : undefined;
        if (result !== undefined) changed.add(result);
        for (const argument of node.call.arguments) {
          const root =
            isWritten(argument) && argument.value !== undefined ? rootOf(argument.value) : undefined;
          if (root !== undefined) changed.add(root);
        }
      }
      return true;
    });
  }
  return changed;
}

/** What happens to loops: in parsers, and elsewhere. */
export type Unrolling = { readonly parsers: Flow['unroll']; readonly others: Flow['unroll'] };

/** The change of a program that following constants makes. */
export function followConstants(program: Program, context: PassContext, unroll: Unrolling): Program {
  const made = { count: 0 };
  const flowOf = (
    changedByTables: ReadonlySet<Variable>,
    locals: Variable[],
    loops: Flow['unroll'] = unroll.others,
  ): Flow => ({
    context,
    changedByTables,
    unroll: loops,
    declare: (variable) => locals.push(variable),
    left: new Map(),
    made,
  });
  const plain = <T extends { readonly body: readonly Statement[]; readonly locals: readonly Variable[] }>(
    item: T,
    changed: ReadonlySet<Variable>,
  ): T => {
    const locals = [...item.locals];
    const { statements } = flowThrough(flowOf(changed, locals), item.body, new Map());
    return { ...item, body: statements, locals };
  };
  const block = (item: Block): Block => {
    if (item.kind === 'control') return plain(item, changedByActions(program, item.actions));
    const locals = [...item.locals];
    const prologue = flowThrough(
      flowOf(new Set(), locals, unroll.parsers),
      item.prologue,
      new Map(),
    ).statements;
    const states = mapShared(item.states, (state) => {
      const known: Known = new Map();
      const flowed = flowThrough(flowOf(new Set(), locals, unroll.parsers), state.statements, known);
      const after = flowed.known ?? known;
      const transition = rewriteTransition(state.transition, {
        expression: (inner) => foldWith(after, inner),
      });
      return { ...state, statements: flowed.statements, transition };
    });
    return { ...item, prologue, states, locals };
  };
  return {
    ...program,
    functions: mapValues(program.functions, (one) => plain(one, new Set())),
    actions: mapValues(program.actions, (one: Action) => plain(one, new Set())),
    blocks: mapValues(program.blocks, block),
  };
}

export const propagateConstants: Pass = {
  name: 'propagate-constants',
  summary: 'known values of local variables stand in their place',
  run: (program, context) => followConstants(program, context, { parsers: 'never', others: 'never' }),
};
