/** Whether moor and p4c agree about one program. */

import path from 'node:path';
import type { Diagnostic } from '../../codegen/diagnostics.ts';
import { parseExpectedOutput } from './expected-output.ts';
import type { CorpusKind, CorpusProgram } from './programs.ts';

/**
 * - `agrees`: accepted as p4c does, or rejected at a line that p4c names.
 * - `accepted`, `rejected`: p4c says the opposite.
 * - `elsewhere`: rejected as p4c does, but with no error at a line that it names.
 * - `crashed`: moor threw.
 */
export type Verdict = 'agrees' | 'accepted' | 'rejected' | 'elsewhere' | 'crashed';

/** How an expected rejection can be checked: by a line, or only by itself. */
export type Basis = 'acceptance' | 'line' | 'no line named' | 'only other files named';

export type Judgement = {
  readonly kind: CorpusKind;
  readonly name: string;
  readonly verdict: Verdict;
  readonly basis: Basis;
  /** moor's first error, or what it threw; for `accepted`, where p4c complains. */
  readonly detail: string;
  readonly milliseconds: number;
};

/** What the front end did with a program. */
export type Outcome = {
  readonly diagnostics: readonly Diagnostic[];
  /** What was thrown instead of reported. */
  readonly crash: string | undefined;
  readonly milliseconds: number;
};

/** Compares moor's outcome with p4c's expected output. */
export function judge(program: CorpusProgram, outcome: Outcome): Judgement {
  const expected = parseExpectedOutput(program.expectedOutput ?? '');
  const wrong = program.kind === 'errors' || expected.hasErrors;
  const errors = outcome.diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
  const own = path.basename(program.file);
  // Our library files have other lines than p4c's, so a line of theirs says nothing.
  const lines = expected.lines.filter((line) => line.file === own || !isLibraryFile(line.file));
  const basis = basisOf(wrong, expected.lines.length > 0, lines.length > 0);
  const common = { kind: program.kind, name: program.name, basis, milliseconds: outcome.milliseconds };
  const [first] = errors;

  if (outcome.crash !== undefined) return { ...common, verdict: 'crashed', detail: outcome.crash };
  if (!wrong) {
    if (first === undefined) return { ...common, verdict: 'agrees', detail: '' };
    return { ...common, verdict: 'rejected', detail: describe(first) };
  }
  if (first === undefined)
    return { ...common, verdict: 'accepted', detail: firstLine(program.expectedOutput ?? '') };
  const named = new Set(lines.map((line) => `${line.file}:${line.line}`));
  const agrees = basis !== 'line' || errors.some((error) => named.has(placeOf(error)));
  return { ...common, verdict: agrees ? 'agrees' : 'elsewhere', detail: describe(first) };
}

function basisOf(wrong: boolean, namesLine: boolean, namesComparableLine: boolean): Basis {
  if (!wrong) return 'acceptance';
  if (namesComparableLine) return 'line';
  return namesLine ? 'only other files named' : 'no line named';
}

function isLibraryFile(file: string): boolean {
  return /^(?:core|v1model|psa|pna)\.p4$/.test(file);
}

function placeOf(diagnostic: Diagnostic): string {
  const location = diagnostic.span.source.location(diagnostic.span.start);
  return `${path.basename(location.file)}:${location.line}`;
}

function describe(diagnostic: Diagnostic): string {
  return `${placeOf(diagnostic)}: ${diagnostic.code}: ${diagnostic.message}`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
