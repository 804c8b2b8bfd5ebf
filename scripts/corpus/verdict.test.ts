import test from 'ava';
import type { Diagnostic } from '../../codegen/diagnostics.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import type { CorpusKind, CorpusProgram } from './programs.ts';
import { judge, type Outcome } from './verdict.ts';

function program(kind: CorpusKind, expectedOutput: string | undefined): CorpusProgram {
  return { kind, name: 'p4_16_x/a.p4', file: '/somewhere/a.p4', text: '', expectedOutput };
}

function outcome(diagnostics: readonly Diagnostic[], crash?: string): Outcome {
  return { diagnostics, crash, milliseconds: 1 };
}

const SOURCE = new SourceFile('/somewhere/a.p4', 'one\ntwo\nthree\n');

/** An error or warning at the start of a 1-based line. */
function at(line: number, severity: Diagnostic['severity'] = 'error'): Diagnostic {
  const start = SOURCE.lineStarts[line - 1] ?? 0;
  const span = { source: SOURCE, start, end: start + 1 };
  return { code: 'P4201', severity, message: 'wrong', span, related: [], hint: undefined };
}

test('a sample with warnings only is accepted', (t) => {
  t.is(judge(program('samples', ''), outcome([at(1, 'warning')])).verdict, 'agrees');
});

test('a rejected sample says why', (t) => {
  const judgement = judge(program('samples', undefined), outcome([at(2), at(3)]));
  t.is(judgement.verdict, 'rejected');
  t.is(judgement.detail, 'a.p4:2: P4201: wrong');
});

test('an error program must be rejected at a named line', (t) => {
  const wrong = program('errors', 'a.p4(2): [--Werror=invalid] error: no\n');
  t.is(judge(wrong, outcome([at(3), at(2)])).verdict, 'agrees');
  t.is(judge(wrong, outcome([at(3)])).verdict, 'elsewhere');
  t.is(judge(wrong, outcome([at(2, 'warning')])).verdict, 'accepted');
});

test('rejection alone counts where p4c names no line, or only a line of its own library', (t) => {
  const nowhere = judge(program('errors', 'error: no main\n'), outcome([at(3)]));
  t.is(nowhere.verdict, 'agrees');
  t.is(nowhere.basis, 'no line named');
  const library = judge(program('errors', 'core.p4(9): error: no\n'), outcome([at(3)]));
  t.is(library.verdict, 'agrees');
  t.is(library.basis, 'only other files named');
});

test('a crash is never agreement', (t) => {
  const crashed = judge(program('errors', 'error: no\n'), outcome([], 'RangeError: too deep'));
  t.is(crashed.verdict, 'crashed');
  t.is(crashed.detail, 'RangeError: too deep');
});
