import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { extracting, field, hex, primitive, programJson } from '../switch/engine/test-program.ts';

const moor = join(process.cwd(), 'dist/bin.js');

function files(content: { readonly [name: string]: string }): string {
  const directory = mkdtempSync(join(tmpdir(), 'moor-stf-'));
  for (const [name, text] of Object.entries(content)) writeFileSync(join(directory, name), text);
  return directory;
}

function stf(directory: string, ...words: readonly string[]) {
  return execa(process.execPath, [moor, 'stf', ...words], { cwd: directory, reject: false });
}

const PROGRAM = JSON.stringify(
  programJson({
    types: { tag: [['kind', 8, false]] },
    instances: { tag: 'tag' },
    states: [extracting('start', 0, ['tag'], null)],
    order: ['tag'],
    ingress: [
      primitive('assign', field('standard_metadata', 'egress_spec'), hex(2)),
      primitive('assign', field('tag', 'kind'), hex(9)),
    ],
  }),
);

test('tests beside their programs pass or fail, and the last line counts', async (t) => {
  const directory = files({
    'good.json': PROGRAM,
    'good.stf': 'packet 1 05aa\nexpect 2 09aa $',
    'bad.json': PROGRAM,
    'bad.stf': 'packet 1 05aa\nexpect 2 05aa',
  });
  t.teardown(() => rmSync(directory, { recursive: true }));
  const good = await stf(directory, 'good.json');
  t.is(good.stdout, 'ok: good.json good.stf\n1 passed, 0 failed');
  t.is(good.exitCode, 0);
  const both = await stf(directory, '--quiet', 'good.json', 'bad.json');
  t.is(both.stdout, 'FAILED: bad.json bad.stf\n1 passed, 1 failed');
  t.true(both.stderr.startsWith('bad.stf:2: error: packet 1 of port 2: byte 0 differs'));
  t.is(both.exitCode, 1);
  const json = await stf(directory, '--json', 'good.json', 'bad.stf');
  t.is(JSON.parse(json.stdout).failed, 1);
});

test('a trace tells what happened to the packet', async (t) => {
  const directory = files({ 'p.json': PROGRAM, 'p.stf': 'packet 1 05aa\nexpect 2 09aa' });
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { stdout } = await stf(directory, '--trace', 'p.json');
  t.true(stdout.includes('state start at byte 0'));
  t.true(stdout.includes('tag.kind: 0x5 → 0x9'));
  t.true(stdout.includes('output by port 2: 09aa'));
});

test('what cannot be run says why', async (t) => {
  const directory = files({ 'empty.json': '{}', 'text.json': 'no', 'empty.stf': '', 'text.stf': '' });
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { stderr, exitCode } = await stf(directory, 'empty.json', 'text.json', 'missing.json');
  t.is(exitCode, 1);
  t.regex(stderr, /empty\.json: error: headers: simple_switch needs a field standard_metadata\.ingress_port/);
  t.regex(stderr, /text\.json: error: it is neither P4 \(NAME\.p4\) nor JSON: /);
  t.regex(stderr, /missing\.json: error: cannot read it: there is no such file/);
  t.is((await stf(directory, 'empty.stf')).exitCode, 2);
  t.is((await stf(directory)).exitCode, 2);
});
