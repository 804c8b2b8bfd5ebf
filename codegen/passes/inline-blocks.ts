/** What inlining sub-parsers and sub-controls has in common: all calls of a block, and how they bind its parameters. */

import type { Argument, Block, Call, Expression, Program, Statement, Variable } from '../ir/index.ts';
import { visit } from '../ir/index.ts';
import { type Binding, bindingOf, sameBinding } from './inline-call.ts';

/** The calls of blocks in a body. */
export function blockCalls(statements: readonly Statement[]): readonly Call[] {
  const calls: Call[] = [];
  visit(statements, (node) => {
    if (node.kind === 'call' && node.call.callee.kind === 'block') calls.push(node.call);
    return true;
  });
  return calls;
}

/**
 * How every call of a block binds its parameters. Bodies, actions and tables are there once however often the block
 * is applied, so that a parameter can stand for its argument only where all calls give the same one.
 * @returns By position of the parameter.
 */
export function bindingsOf(calls: readonly Call[]): ReadonlyMap<number, Binding> {
  const merged = new Map<number, Binding>();
  for (const call of calls) {
    for (const argument of call.arguments) {
      const own = bindingOf(argument, call.arguments, new Set());
      const known = merged.get(argument.position);
      merged.set(argument.position, known === undefined || sameBinding(known, own) ? own : { kind: 'copy' });
    }
  }
  return merged;
}

/** The bindings of one call in the order of its arguments. */
export function inOrder(
  given: readonly Argument[],
  merged: ReadonlyMap<number, Binding>,
): readonly Binding[] {
  return given.map((argument) => merged.get(argument.position) ?? { kind: 'copy' });
}

/** What stands in the place of parameters that need no copy. */
export function references(block: Block, merged: ReadonlyMap<number, Binding>): Map<Variable, Expression> {
  const values = new Map<Variable, Expression>();
  for (const [position, parameter] of block.parameters.entries()) {
    const binding = merged.get(position);
    if (binding?.kind === 'reference') values.set(parameter.variable, binding.value);
  }
  return values;
}

/** Parameters that need a variable of their own. */
export function copied(block: Block, merged: ReadonlyMap<number, Binding>): readonly Variable[] {
  return block.parameters.flatMap((parameter, position) =>
    merged.get(position)?.kind === 'reference' || parameter.variable.type.kind === 'extern'
      ? []
      : [parameter.variable],
  );
}

/** The program without the blocks that `main` does not have. */
export function onlyBlocksOfMain(program: Program): Program {
  const kept = new Set<string>();
  const collect = (item: Program['main']): void => {
    for (const argument of item.arguments.values()) {
      if (argument.kind === 'block') kept.add(argument.name);
      if (argument.kind === 'package') collect(argument.package);
    }
  };
  collect(program.main);
  return { ...program, blocks: new Map([...program.blocks].filter(([name]) => kept.has(name))) };
}
