/** From a program that the front end accepted to what BMv2's simple_switch loads. */

import { BMV2_PASSES, type Bmv2Json, makeBmv2Json } from './backends/bmv2/index.ts';
import type { FrontEndResult } from './compile.ts';
import { InternalError } from './diagnostics.ts';
import { namedNumbers } from './evaluate/index.ts';
import type { Program } from './ir/index.ts';
import { lowerProgram } from './ir/lower/index.ts';
import { type Pass, passContext, runPasses } from './passes/index.ts';

/** What may be watched on the way. */
export type CompileBmv2Options = {
  /** Called with the lowered program before the passes. */
  readonly lowered?: (program: Program) => void;
  /** Called after each pass, with its place in the list. */
  readonly after?: (pass: Pass, program: Program, index: number) => void;
};

/**
 * Lowers, runs the passes and makes the JSON. What the switch cannot do is reported to the front end's sink.
 * @returns undefined when something is wrong.
 * @throws InternalError, with the place being processed, when moor itself is at fault.
 */
export function compileBmv2(front: FrontEndResult, options: CompileBmv2Options = {}): Bmv2Json | undefined {
  const { checked, evaluated, sink, sources } = front;
  const [source] = sources;
  if (sink.hasErrors || source === undefined) return undefined;
  if (evaluated === undefined) {
    sink.report('P4801', { source, start: 0, end: 0 }, {});
    return undefined;
  }
  try {
    const { program, names } = lowerProgram(checked, evaluated, sink);
    options.lowered?.(program);
    const { after } = options;
    const simple = runPasses(
      BMV2_PASSES,
      program,
      passContext(names, sink),
      after === undefined ? {} : { after },
    );
    return simple === undefined || sink.hasErrors
      ? undefined
      : makeBmv2Json(simple, sink, { file: source.path, numberOf: namedNumbers(checked) });
  } catch (problem) {
    if (problem instanceof InternalError) throw problem;
    const internal = new InternalError(problem instanceof Error ? problem.message : String(problem), {
      source,
      start: 0,
      end: 0,
    });
    internal.cause = problem;
    throw internal;
  }
}
