/** The `moor` command as its users call it: the built executable, its output and its exit codes. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import test from 'ava';
import { execa } from 'execa';

const moor = (args: readonly string[], options: { readonly input?: string; readonly cwd?: string } = {}) =>
  execa('node', [join(process.cwd(), 'dist/bin.js'), ...args], {
    reject: false,
    env: { NO_COLOR: '1' },
    stripFinalNewline: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });

const GOOD = 'docs/examples/forward.p4';
const BAD = 'docs/examples/forward-broken.p4';

test('a right program: nothing is said, exit code 0', async (t) => {
  const result = await moor(['check', GOOD]);
  t.is(result.exitCode, 0);
  t.is(result.stdout + result.stderr, '');
});

test('a wrong program: diagnostics on standard error, exit code 1', async (t) => {
  const result = await moor(['check', BAD]);
  t.is(result.exitCode, 1);
  t.is(result.stdout, '');
  t.regex(result.stderr, /^docs\/examples\/forward-broken\.p4:\d+:\d+: error\[P4\d{3}\]: /);
  t.regex(result.stderr, /\d errors\n$/);
});

test('many files at once: each is checked', async (t) => {
  const result = await moor(['check', GOOD, BAD, 'codegen/bad/P4311-wrong-width.p4']);
  t.is(result.exitCode, 1);
  t.true(result.stderr.includes('forward-broken.p4'));
  t.true(result.stderr.includes('P4311-wrong-width.p4:2:21: error[P4311]'));
});

test('standard input', async (t) => {
  const result = await moor(['check', '-'], { input: 'const bit<8> x = true;\n' });
  t.is(result.exitCode, 1);
  t.true(result.stderr.startsWith('<stdin>:1:18: error[P4311]'));
});

test('a file that is not there, and a directory: said so, exit code 1, and the others are checked', async (t) => {
  const result = await moor(['check', 'no/such.p4', 'docs', BAD]);
  t.is(result.exitCode, 1);
  t.true(result.stderr.includes('no/such.p4: error: cannot read it: there is no such file'));
  t.true(result.stderr.includes('docs: error: cannot read it: it is a directory'));
  t.true(result.stderr.includes('forward-broken.p4:'));
});

test('wrong usage: exit code 2 and a pointer to the help', async (t) => {
  for (const words of [
    [],
    ['check'],
    ['chekc', GOOD],
    ['check', '--frmat', 'json', GOOD],
    ['check', '-D', '1X', GOOD],
  ]) {
    const result = await moor(words);
    t.is(result.exitCode, 2, words.join(' '));
    t.true((result.stderr + result.stdout).includes('moor'), words.join(' '));
  }
});

test('help has examples', async (t) => {
  for (const words of [['--help'], ['check', '--help'], ['explain', '--help']]) {
    const result = await moor(words);
    t.is(result.exitCode, 0);
    t.regex(result.stdout, /Examples?:/);
  }
});

test('--json follows the published schema', async (t) => {
  const schema: unknown = JSON.parse(readFileSync('docs/diagnostics.schema.json', 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error('the schema is an object');
  const validate = new Ajv({ allErrors: true }).compile(schema);
  for (const files of [
    [GOOD],
    [BAD],
    ['no/such.p4'],
    ['codegen/bad/P4060-macro.p4', 'codegen/bad/P4901-constant-cut.p4'],
  ]) {
    const result = await moor(['check', '--json', ...files]);
    const report: unknown = JSON.parse(result.stdout);
    t.true(validate(report), JSON.stringify(validate.errors));
    t.is(result.stderr, '');
  }
});

test('--json names both places of a mistake inside a macro', async (t) => {
  const { stdout } = await moor(['check', '--json', 'codegen/bad/P4060-macro.p4']);
  const [first] = JSON.parse(stdout).diagnostics;
  t.is(first.code, 'P4060');
  t.deepEqual(first.start, { file: 'codegen/bad/P4060-macro.p4', line: 2, column: 18 });
  t.deepEqual(first.macros, [
    { name: 'TWICE', start: { file: 'codegen/bad/P4060-macro.p4', line: 1, column: 24 } },
  ]);
});

test('--format sarif is SARIF 2.1.0 with the place of each result', async (t) => {
  const result = await moor(['check', '--format', 'sarif', 'codegen/bad/P4311-wrong-width.p4']);
  const log = JSON.parse(result.stdout);
  t.is(log.version, '2.1.0');
  const [found] = log.runs[0].results;
  t.is(found.ruleId, 'P4311');
  t.is(found.locations[0].physicalLocation.region.startLine, 2);
  t.is(found.locations[0].physicalLocation.region.startColumn, 21);
});

test('--format sarif: related places, places of macros, and names that mean something in URIs', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-'));
  try {
    writeFileSync(join(directory, 'a #1 %.p4'), '#define T true\nconst bit<8> x = 1;\nconst bit<8> x = T;\n');
    const result = await moor(['check', '--format', 'sarif', 'a #1 %.p4'], { cwd: directory });
    const [wrong, again] = JSON.parse(result.stdout).runs[0].results;
    const uri = 'a%20%231%20%25.p4';
    t.is(wrong.ruleId, 'P4201');
    t.is(wrong.locations[0].physicalLocation.artifactLocation.uri, uri);
    t.is(wrong.relatedLocations[0].physicalLocation.artifactLocation.uri, uri);
    t.is(wrong.relatedLocations[0].physicalLocation.region.startLine, 2);
    t.is(again.ruleId, 'P4311');
    t.is(again.relatedLocations[0].physicalLocation.region.startColumn, 11);
    writeFileSync(join(directory, 'line.p4'), '#line 0\nconst bit<8> x = true;\n');
    const zero = await moor(['check', '--format', 'sarif', 'line.p4'], { cwd: directory });
    t.is(JSON.parse(zero.stdout).runs[0].results[0].locations[0].physicalLocation.region.startLine, 1);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('what has no end is no file to include', async (t) => {
  const result = await moor(['check', '-'], { input: '#include "/dev/zero"\n' });
  t.is(result.exitCode, 1);
  t.regex(result.stderr, /error\[P4001\]/);
});

test('bytes that are no text, and a megabyte of them: exit code 1', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-'));
  try {
    for (const bytes of [
      Buffer.from([0xff, 0xfe]),
      Buffer.alloc(1_000_000),
      Buffer.from('const bit<8> x = \xc3;', 'latin1'),
    ]) {
      writeFileSync(join(directory, 'bytes.p4'), bytes);
      const result = await moor(['check', 'bytes.p4'], { cwd: directory });
      t.is(result.exitCode, 1);
      t.regex(result.stderr, /^bytes\.p4:1:\d+: error\[P405[35]\]/);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('warnings: counted, made errors, left out', async (t) => {
  const file = 'codegen/bad/P4901-constant-cut.p4';
  const plain = await moor(['check', file]);
  t.is(plain.exitCode, 0);
  t.regex(plain.stderr, /warning\[P4901\][\s\S]*\n1 warning\n$/);
  const strict = await moor(['check', '--werror', file]);
  t.is(strict.exitCode, 1);
  t.true(strict.stderr.includes('error[P4901]'));
  const silent = await moor(['check', '--disable-warning', 'P4901', file]);
  t.is(silent.stderr, '');
});

test('--quiet says nothing and still tells by the exit code', async (t) => {
  const result = await moor(['check', '--quiet', BAD, 'no/such.p4']);
  t.is(result.exitCode, 1);
  t.is(result.stdout + result.stderr, '');
});

test('-I and -D reach the preprocessor', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-'));
  try {
    writeFileSync(join(directory, 'sizes.p4'), 'const bit<16> SIZE = WANTED;\n');
    const source = '#include <sizes.p4>\nconst bit<8> half = SIZE[15:8];\n';
    const found = await moor(['check', '-I', directory, '-D', 'WANTED=10', '-'], { input: source });
    t.is(found.exitCode, 0, found.stderr);
    const missing = await moor(['check', '-'], { input: source });
    t.regex(missing.stderr, /<stdin>:1:10: error\[P4001\]/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('explain: an entry, an unknown code', async (t) => {
  const known = await moor(['explain', 'p4323']);
  t.is(known.exitCode, 0);
  t.regex(known.stdout, /^P4323 \(error\)\n/);
  const unknown = await moor(['explain', 'P4999']);
  t.is(unknown.exitCode, 1);
  t.regex(unknown.stderr, /there is no message P4999/);
});

test('--explain describes a right program', async (t) => {
  const result = await moor(['check', '--explain', GOOD]);
  t.is(result.exitCode, 0);
  t.regex(result.stdout, /main is a V1Switch/);
  t.regex(result.stdout, /table Route\.routes: key headers\.ipv4\.destination lpm/);
});

test('a crash is a bug: exit code 70, the place, how to report it', async (t) => {
  const { reportBug } = await import('./report-bug.ts');
  const { InternalError } = await import('../codegen/diagnostics.ts');
  const { SourceFile } = await import('../codegen/syntax/source.ts');
  const source = new SourceFile('x.p4', 'a\nb\n');
  const written: string[] = [];
  const write = process.stderr.write;
  process.stderr.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  const code = reportBug(new InternalError('no such thing', { source, start: 2, end: 3 }));
  process.stderr.write = write;
  t.is(code, 70);
  t.regex(written.join(''), /internal error: no such thing\nwhile processing x\.p4:2\n.*report/s);
});
