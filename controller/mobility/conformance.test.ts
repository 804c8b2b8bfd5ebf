/** docs/conformance-rfc6275.md: every test that it names exists, and no row is without one. */

import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';

const read = (path: string) => readFileSync(path, 'utf8');

/** The file of a name, and how its tests' titles are written there. */
function fileOf(name: string): string {
  const [folder, rest] = name.split('/');
  if (folder === 'wire') return `wire/${rest}.test.ts`;
  if (folder === 'switch') return `bmv2-tests/controller/${rest}.test.ts`;
  if (folder === 'pipeline-state') return `bmv2-tests/pipeline/${rest}.test.ts`;
  if (folder === 'config') return `controller/config/${rest}.test.ts`;
  if (folder === 'answers') {
    const own = `controller/answers/${rest}.test.ts`;
    return existsSync(own) ? own : 'controller/answers/vectors/answers.json';
  }
  return folder === 'pipeline'
    ? `bmv2-tests/pipeline/cases/${rest}.json`
    : `controller/mobility/${name}.test.ts`;
}

/** Is there a test of a title? The wire's vectors are named by the packets' file. */
function hasTest(name: string, title: string): boolean {
  if (name === 'wire/vectors') return read('wire/vectors/packets.json').includes(`"${title}":`);
  const path = fileOf(name);
  if (!existsSync(path)) return false;
  const text = read(path);
  return path.endsWith('.json')
    ? text.includes(`"description": "${title}"`)
    : new RegExp(`test(?:\\.serial)?\\(\\s*'${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}',`).test(text);
}

type Row = { readonly line: number; readonly cells: readonly string[] };

function rows(): readonly Row[] {
  return read('docs/conformance-rfc6275.md')
    .split('\n')
    .map((text, index) => ({ line: index + 1, cells: text.split('|').map((cell) => cell.trim()) }))
    .filter(({ cells }) => cells.length > 2 && cells[1] !== 'Section' && !cells[1]?.startsWith('---'));
}

test('every row names tests that exist', (t) => {
  t.true(rows().length >= 200);
  for (const { line, cells } of rows()) {
    t.is(cells.length, 6, `line ${line} has four cells`);
    const [, section = '', requirement = '', weight = '', tests = ''] = cells;
    t.regex(section, /^[\d., ]+$/, `line ${line}`);
    t.true(requirement.length > 0, `line ${line}`);
    t.regex(
      weight,
      /^(MUST|SHOULD|MAY|\*fact\*|MUST NOT|SHOULD NOT)(, (MUST|SHOULD|SHOULD NOT))?$/,
      `line ${line}`,
    );
    let name = '';
    let count = 0;
    for (const part of tests.split('; ')) {
      const found = /^(?:`([a-z0-9/-]+)` )?“([^”]+)”$/.exec(part);
      t.truthy(found, `line ${line}: ${part}`);
      name = found?.[1] ?? name;
      t.true(hasTest(name, found?.[2] ?? ''), `line ${line}: ${name} has no test '${found?.[2]}'`);
      count++;
    }
    t.true(count > 0, `line ${line} names no test`);
  }
});

test('every section that binds a correspondent node has a row', (t) => {
  const sections = new Set(rows().flatMap(({ cells }) => (cells[1] ?? '').split(', ')));
  const wanted = [
    ...['5.2.1', '5.2.2', '5.2.3', '5.2.4', '5.2.5', '5.2.6', '5.2.7', '5.2.8'],
    ...['6.1.1', '6.1.2', '6.1.3', '6.1.4', '6.1.5', '6.1.6', '6.1.7', '6.1.8', '6.1.9'],
    ...['6.2.1', '6.2.2', '6.2.3', '6.2.4', '6.2.5', '6.2.6', '6.2.7', '6.3', '6.4'],
    ...['8.1', '8.2', '9.1', '9.2', '9.3.1', '9.3.2', '9.3.3', '9.3.4', '9.4.1', '9.4.2', '9.4.3', '9.4.4'],
    ...['9.5.1', '9.5.2', '9.5.3', '9.5.4', '9.5.5', '9.6', '12', '15.4', '15.8', '15.9', '15.10'],
    ...['4.6', '6.1', '6.2', '10.3.1'],
  ];
  t.deepEqual(
    wanted.filter((section) => !sections.has(section)),
    [],
  );
});
