import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { checkDifferences, type Difference, readDifferences } from './differences.ts';
import type { Judgement, Verdict } from './verdict.ts';

function judgement(name: string, verdict: Verdict): Judgement {
  return { kind: 'samples', name, verdict, basis: 'acceptance', detail: '', milliseconds: 1 };
}

function difference(program: string): Difference {
  return { program, kind: 'samples', reason: 'a reason', specification: 'silent' };
}

test('a listed difference that still exists is fine', (t) => {
  const mistakes = checkDifferences([difference('a.p4')], [judgement('a.p4', 'rejected')], () => true);
  t.deepEqual(mistakes, { unlisted: [], outdated: [], unknown: [] });
});

test('an unlisted difference, an outdated one and an unknown one are mistakes', (t) => {
  const run = [judgement('a.p4', 'rejected'), judgement('b.p4', 'agrees')];
  const mistakes = checkDifferences([difference('b.p4'), difference('c.p4')], run, () => true);
  t.deepEqual(
    mistakes.unlisted.map((entry) => entry.name),
    ['a.p4'],
  );
  t.deepEqual(mistakes.outdated, [difference('b.p4')]);
  t.deepEqual(mistakes.unknown, [difference('c.p4')]);
});

test('what was not selected is not missed', (t) => {
  t.deepEqual(
    checkDifferences([difference('c.p4')], [], () => false),
    { unlisted: [], outdated: [], unknown: [] },
  );
});

test('a malformed entry is named', (t) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'moor-')), 'list.json');
  writeFileSync(
    file,
    JSON.stringify([difference('a.p4'), { ...difference('b.p4'), specification: 'maybe' }]),
  );
  t.throws(() => readDifferences(file), { message: /entry 1 needs/ });
});

test('the checked-in list is well formed, without repetitions', (t) => {
  const entries = readDifferences('scripts/corpus-differences.json');
  t.is(new Set(entries.map((entry) => entry.program)).size, entries.length);
});
