import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { isCheckout, listPrograms } from './programs.ts';

function checkout(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(path.join(tmpdir(), 'moor-'));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(root, 'testdata', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return root;
}

const ROOT = checkout({
  'p4_16_samples/b.p4': '#include <core.p4>',
  'p4_16_samples/a.p4': '',
  'p4_16_samples/filter.p4': '#include <eBPF_model.p4>',
  'p4_16_samples/notes.md': '',
  'p4_16_samples/big/main.p4': '',
  'p4_16_samples/big/include/part.p4': '',
  'p4_16_samples_outputs/a.p4-stderr': 'warnings',
  'p4_16_samples_outputs/big/main.p4-stderr': 'nested',
  'p4_16_errors/wrong.p4': '',
});

test('samples are the direct files without another architecture', (t) => {
  const programs = listPrograms(ROOT, 'samples');
  t.deepEqual(
    programs.map(({ name, expectedOutput }) => [name, expectedOutput]),
    [
      ['p4_16_samples/a.p4', 'warnings'],
      ['p4_16_samples/b.p4', undefined],
    ],
  );
});

test('the rest of the samples and those one folder down are more', (t) => {
  t.deepEqual(
    listPrograms(ROOT, 'more').map(({ name, expectedOutput }) => [name, expectedOutput]),
    [
      ['p4_16_samples/filter.p4', undefined],
      ['p4_16_samples/big/main.p4', 'nested'],
    ],
  );
});

test('errors are the direct files of their folder', (t) => {
  t.deepEqual(
    listPrograms(ROOT, 'errors').map(({ name }) => name),
    ['p4_16_errors/wrong.p4'],
  );
});

test('a folder without testdata is no checkout', (t) => {
  t.true(isCheckout(ROOT));
  t.false(isCheckout(path.join(ROOT, 'testdata')));
});
