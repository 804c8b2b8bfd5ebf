/** The rules that run over a checked program, one a file, in the order in which their messages come. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { checkAnnotationBodies } from './annotations.ts';
import { checkCallContexts } from './call-contexts.ts';
import { warnOfDeprecated } from './deprecated.ts';
import { checkMissingReturns } from './missing-returns.ts';
import { checkPacketMethods } from './packet-methods.ts';
import { checkParserStates } from './parser-states.ts';
import type { Rule } from './rule.ts';
import { checkTableEntries } from './table-entries.ts';
import { warnOfUninitialisedReads } from './uninitialised-reads.ts';
import { warnOfUnreachableCode } from './unreachable-code.ts';
import { warnOfUnused } from './unused.ts';

const RULES: readonly Rule[] = [
  checkAnnotationBodies,
  checkCallContexts,
  checkMissingReturns,
  checkParserStates,
  checkTableEntries,
  checkPacketMethods,
];

/** Rules that only warn: not worth reading while there are errors. */
const WARNINGS: readonly Rule[] = [
  warnOfUnreachableCode,
  warnOfUninitialisedReads,
  warnOfUnused,
  warnOfDeprecated,
];

/** Runs all rules. */
export function runRules(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const rule of RULES) rule(checked, sink);
  if (sink.hasErrors) return;
  for (const rule of WARNINGS) rule(checked, sink);
}
