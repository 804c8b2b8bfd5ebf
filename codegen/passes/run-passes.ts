/** Runs a list of passes, and says what the program looks like after each. */

import type { DiagnosticSink } from '../diagnostics.ts';
import { InternalError } from '../diagnostics.ts';
import type { Names, Program, Type } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';
import type { Pass, PassContext } from './pass.ts';

/** What passes share: the names of the lowering go on being unique. */
export function passContext(names: Names, sink: DiagnosticSink): PassContext {
  return {
    sink,
    freshName: (base) => names.fresh(base),
    temporary: (base: string, type: Type, span: Span) => ({
      name: names.fresh(base),
      sourceName: base,
      type,
      declaredType: undefined,
      role: 'temporary',
      annotations: [],
      span,
    }),
  };
}

export type RunOptions = {
  /** Called after every pass, with its place in the list. */
  readonly after?: (pass: Pass, program: Program, index: number) => void;
};

/**
 * Runs passes in their order. Stops after the first that reports an error.
 * @returns undefined when there was one.
 * @throws InternalError that names the pass.
 */
export function runPasses(
  list: readonly Pass[],
  program: Program,
  context: PassContext,
  options: RunOptions = {},
): Program | undefined {
  let current = program;
  for (const [index, pass] of list.entries()) {
    try {
      current = pass.run(current, context);
    } catch (problem) {
      const message = problem instanceof Error ? problem.message : String(problem);
      const span = problem instanceof InternalError ? problem.span : undefined;
      const internal = new InternalError(`in pass ${pass.name}: ${message}`, span);
      internal.cause = problem;
      throw internal;
    }
    options.after?.(pass, current, index);
    if (context.sink.hasErrors) return undefined;
  }
  return current;
}

/** The list as `--list-passes` prints it: number, name, what it does. */
export function describePasses(list: readonly Pass[]): string {
  const width = Math.max(0, ...list.map((pass) => pass.name.length));
  return list
    .map((pass, index) => `${String(index + 1).padStart(3)}  ${pass.name.padEnd(width)}  ${pass.summary}\n`)
    .join('');
}
