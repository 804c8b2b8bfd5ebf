/** The rules that run over a checked program, one a file, in the order in which their messages should come. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { CheckedProgram } from '../checked-program.ts';

/** A rule looks at a checked program and reports. Where the program has errors it stays silent. */
export type Rule = (checked: CheckedProgram, sink: DiagnosticSink) => void;

const RULES: readonly Rule[] = [];

/** Runs all rules. */
export function runRules(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const rule of RULES) rule(checked, sink);
}
