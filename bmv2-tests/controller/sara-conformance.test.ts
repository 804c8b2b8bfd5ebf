/** docs/design/sara-conformance.md: every file and test that it names exists, and nothing of the paper is without a row. */

import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';

const read = (path: string) => readFileSync(path, 'utf8');

type Row = { readonly line: number; readonly cells: readonly string[] };

function rows(): readonly Row[] {
  return read('docs/design/sara-conformance.md')
    .split('\n')
    .map((text, index) => ({ line: index + 1, cells: text.split('|').map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.length > 2 && cells[1] !== 'Of the paper' && !cells[1]?.startsWith('---'));
}

test('every row names code and tests that exist', (t) => {
  for (const { line, cells } of rows()) {
    t.is(cells.length, 6, `line ${line} has four cells`);
    const [, , , code = '', tests = ''] = cells;
    for (const part of code.split(', ')) {
      t.true(existsSync(part.replaceAll('`', '')), `line ${line}: ${part}`);
    }
    let name = '';
    const named = [...tests.matchAll(/(?:^|; )(?:`([a-z0-9/-]+)` )?“([^”]+)”/g)];
    t.is(named.map(([text]) => text).join(''), tests, `line ${line}`);
    for (const found of named) {
      name = found[1] ?? name;
      const path = `${name}.test.ts`;
      t.true(existsSync(path), `line ${line}: ${path}`);
      t.true(read(path).includes(`'${found[2]}'`), `line ${line}: ${name} has no test '${found[2]}'`);
    }
  }
});

test('every equation, figure and section of the architecture has a row', (t) => {
  const said = rows()
    .map(({ cells }) => cells[1])
    .join('\n');
  for (let equation = 1; equation <= 9; equation++) t.true(said.includes(`(${equation})`));
  for (let figure = 1; figure <= 8; figure++) t.regex(said, new RegExp(`[Ff]igure ${figure}\\b`));
  for (const section of 'ABCDEFG') t.true(said.includes(`III.${section}`), section);
});
