/** `moor sim` as its users call it. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';

const moor = (words: string) =>
  execa('node', ['dist/bin.js', ...words.split(' ')], {
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1' },
  });

const SHORT = '--servers 5 --duration 60 --warm-up 60';

test('a table, JSON, and a chart', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-sim-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const chart = join(directory, 'chart.svg');
  const table = await moor(`sim ${SHORT} --load 0.5,2 --policy shell,round-robin --chart ${chart}`);
  t.is(table.exitCode, 0, table.stderr);
  // The head, and 2 loads × 2 policies × SA2C off and on.
  t.is(table.stdout.trimEnd().split('\n').length, 9);
  t.regex(readFileSync(chart, 'utf8'), /^<svg /);
  const json = await moor(`sim ${SHORT} --admission on --crowd 10,20,3 --failure 20,40,0.2 --json`);
  const [run, ...rest] = JSON.parse(json.stdout);
  t.is(rest.length, 0);
  t.is(run.admission, true);
  t.is(run.result.moments.length, 6);
});

test('wrong usage, and a chart that cannot be written', async (t) => {
  for (const words of [
    'sim --load 0',
    'sim --load x',
    'sim --policy best',
    'sim --servers 1.5',
    'sim --admission maybe',
    'sim --crowd 1,2',
    'sim --failure 10,5,0.5',
  ]) {
    t.is((await moor(words)).exitCode, 2, words);
  }
  const result = await moor(`sim ${SHORT} --admission off --chart /no/such/place.svg`);
  t.is(result.exitCode, 1);
  t.regex(result.stderr, /cannot write it/);
});
