/** `moor compile` as its users call it: files, exit codes, and nothing half-written. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';

const root = process.cwd();
const GOOD = join(root, 'docs/examples/forward.p4');
const BAD = join(root, 'docs/examples/forward-broken.p4');

type Case = { readonly moor: (...words: string[]) => ReturnType<typeof run>; readonly directory: string };

function run(words: readonly string[], cwd: string, input?: string) {
  return execa('node', [join(root, 'dist/bin.js'), 'compile', ...words], {
    reject: false,
    env: { NO_COLOR: '1' },
    cwd,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
}

/** A test in a directory of its own. */
const inDirectory =
  (body: (t: ExecutionContext, given: Case) => Promise<void>) =>
  async (t: ExecutionContext): Promise<void> => {
    const directory = mkdtempSync(join(tmpdir(), 'moor-'));
    try {
      await body(t, { moor: (...words) => run(words, directory), directory });
    } finally {
      rmSync(directory, { recursive: true });
    }
  };

test(
  'without -o the JSON goes to PROGRAM.json in the working directory',
  inDirectory(async (t, { moor, directory }) => {
    const result = await moor(GOOD);
    t.is(result.exitCode, 0, result.stderr);
    t.is(result.stderr, 'wrote forward.json');
    const json = JSON.parse(readFileSync(join(directory, 'forward.json'), 'utf8'));
    t.deepEqual(json.__meta__.version, [2, 23]);
    t.deepEqual(
      json.pipelines.map((one: { name: string }) => one.name),
      ['ingress', 'egress'],
    );
    t.deepEqual(readdirSync(directory), ['forward.json'], 'and nothing else is left');
  }),
);

test(
  'all results of one run: JSON, P4Info as text and binary, entries, bindings',
  inDirectory(async (t, { moor, directory }) => {
    const files = [
      '--p4runtime-files',
      'a.p4info.txtpb,a.p4info.bin',
      '--p4runtime-entries-files',
      'e.txtpb',
    ];
    const result = await moor(GOOD, '-o', 'a.json', ...files, '--bindings', 'a.ts', '-q');
    t.is(result.exitCode, 0, result.stderr);
    t.is(result.stderr + result.stdout, '');
    t.deepEqual(readdirSync(directory).sort(), [
      'a.json',
      'a.p4info.bin',
      'a.p4info.txtpb',
      'a.ts',
      'e.txtpb',
    ]);
    t.regex(readFileSync(join(directory, 'a.p4info.txtpb'), 'utf8'), /name: "Route\.routes"/);
    t.regex(readFileSync(join(directory, 'a.ts'), 'utf8'), /moor\/bindings/);
  }),
);

test(
  'a wrong program: diagnostics, exit code 1, and what was there stays as it was',
  inDirectory(async (t, { moor, directory }) => {
    writeFileSync(join(directory, 'forward.json'), 'before');
    const result = await moor(BAD, '-o', 'forward.json', '--p4runtime-files', 'p.txtpb');
    t.is(result.exitCode, 1);
    t.regex(result.stderr, /error\[P4311\]/);
    t.is(readFileSync(join(directory, 'forward.json'), 'utf8'), 'before');
    t.deepEqual(readdirSync(directory), ['forward.json']);
  }),
);

test(
  'what the switch cannot do is told like any other mistake',
  inDirectory(async (t, { moor }) => {
    const result = await moor(join(root, 'codegen/bad/P4804-two-prefixes.p4'));
    t.is(result.exitCode, 1);
    t.regex(
      result.stderr,
      /P4804-two-prefixes\.p4:7:13: error\[P4804\]: table 'In\.routes' has a second key/,
    );
  }),
);

test(
  'a result that cannot be written: all of them stay away, exit code 3',
  inDirectory(async (t, { moor, directory }) => {
    const missing = await moor(GOOD, '-o', 'a.json', '--bindings', 'no/such/a.ts');
    t.is(missing.exitCode, 3);
    t.is(missing.stderr, 'moor: no/such/a.ts: cannot write it: its directory does not exist');
    t.deepEqual(readdirSync(directory), []);
    mkdirSync(join(directory, 'a.json'));
    const folder = await moor(GOOD, '-o', 'a.json');
    t.is(folder.exitCode, 3);
    t.regex(folder.stderr, /a\.json: cannot write it: it is a directory/);
  }),
);

test(
  'a device is written to, not replaced',
  inDirectory(async (t, { moor }) => {
    t.is((await moor(GOOD, '-o', '/dev/null')).exitCode, 0);
    t.true(existsSync('/dev/null'));
    t.is(readFileSync('/dev/null', 'utf8'), '');
  }),
);

test(
  'standard input and standard output',
  inDirectory(async (t, { directory }) => {
    const result = await run(['-', '-o', '-'], directory, readFileSync(GOOD, 'utf8'));
    t.is(result.exitCode, 0);
    t.is(JSON.parse(result.stdout).program, '<stdin>');
  }),
);

test(
  'wrong usage: exit code 2, and what to do',
  inDirectory(async (t, { moor }) => {
    for (const [words, said] of [
      [[], /name the program to compile/],
      [[GOOD, '--target', 'tofino'], /bmv2/],
      [[GOOD, '--dump-after', 'inline-control'], /inline-controls/],
      [[GOOD, '--p4runtime-files', 'p4info'], /\.txtpb/],
      [[GOOD, '-o', 'x', '--bindings', 'x'], /two results would go to x/],
    ] as const) {
      const result = await moor(...words);
      t.is(result.exitCode, 2, words.join(' '));
      t.regex(result.stderr, said);
    }
  }),
);

test(
  'the steps are listed, and the program can be shown after each',
  inDirectory(async (t, { moor }) => {
    const list = await moor('--list-passes');
    t.is(list.exitCode, 0);
    t.regex(list.stdout, /^ *1 {2}[a-z-]+ {2}/);
    const shown = await moor(
      GOOD,
      '--dump-after',
      'lower',
      '--dump-after',
      'simplify-keys',
      '-o',
      '/dev/null',
    );
    t.is(shown.exitCode, 0);
    t.regex(shown.stdout, /^\/\/ after lower\n[\s\S]*table Route\.routes[\s\S]*\/\/ after simplify-keys\n/);
  }),
);

test(
  '--json: diagnostics as data, and files all the same',
  inDirectory(async (t, { moor, directory }) => {
    const result = await moor('--json', join(root, 'codegen/bad/P4841-reject.p4'), '-o', 'r.json');
    t.is(result.exitCode, 0);
    t.deepEqual(
      JSON.parse(result.stdout).diagnostics.map((one: { code: string }) => one.code),
      ['P4841'],
    );
    t.deepEqual(readdirSync(directory), ['r.json']);
  }),
);
