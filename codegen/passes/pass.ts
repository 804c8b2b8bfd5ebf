/** What a pass is. */

import type { DiagnosticSink } from '../diagnostics.ts';
import type { Program, Type, Variable } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';

/** What passes share while one program is compiled. */
export type PassContext = {
  readonly sink: DiagnosticSink;
  /** Makes up a name that nothing in the program has: `base` itself, or `base` with a number. */
  readonly freshName: (base: string) => string;
  /** Makes a variable with a name of its own. It has to be put among the `locals` of what uses it. */
  readonly temporary: (base: string, type: Type, span: Span) => Variable;
};

/** One step from program to program. It changes nothing in what it is given. */
export type Pass = {
  /** The name for `--list-passes` and `--dump-after`; that of its file. */
  readonly name: string;
  /** What it removes or guarantees, in a few words. */
  readonly summary: string;
  readonly run: (program: Program, context: PassContext) => Program;
};
