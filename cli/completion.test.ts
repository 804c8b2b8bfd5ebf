/** Completion as shells ask for it, and in a real bash. */

import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';

const MOOR = join(process.cwd(), 'dist/bin.js');
const moor = (...args: readonly string[]) =>
  execa('node', [MOOR, ...args], { reject: false, stdin: 'ignore' });
const words = async (...args: readonly string[]) =>
  (await moor('complete', '--', ...args)).stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t')[0]);

test('commands, commands of commands, options, values of options; and nothing where files are meant', async (t) => {
  t.deepEqual(await words('chec'), ['check']);
  t.true((await words('')).includes('demo'));
  t.false((await words('')).includes('lab-node'), 'what is hidden stays hidden');
  t.deepEqual(await words('tables', 'du'), ['dump']);
  t.deepEqual(await words('stf', '--tra'), ['--trace']);
  t.deepEqual(await words('compile', '--target', ''), ['bmv2']);
  t.deepEqual(await words('completion', ''), ['bash', 'zsh', 'fish']);
  t.deepEqual(await words('check', ''), []);
  t.deepEqual(await words('run', '--config', ''), []);
});

test('in bash: a word, and a file', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-completion-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const { stdout, exitCode } = await moor('completion', 'bash');
  t.is(exitCode, 0);
  writeFileSync(join(directory, 'script'), stdout);
  writeFileSync(join(directory, 'moor'), `#!/bin/sh\nexec node ${MOOR} "$@"\n`);
  chmodSync(join(directory, 'moor'), 0o755);
  const program = `
    source script
    COMP_WORDS=(moor tab) COMP_CWORD=1; _moor; echo "\${COMPREPLY[*]}"
    COMP_WORDS=(moor check '$(touch evil)') COMP_CWORD=2; _moor; echo "\${#COMPREPLY[@]}"
    complete -p moor; ls`;
  const bash = await execa('bash', ['--norc', '-c', program], {
    cwd: directory,
    env: { PATH: `${directory}:${process.env['PATH'] ?? ''}` },
  });
  t.deepEqual(bash.stdout.split('\n'), [
    'tables',
    '0',
    'complete -o bashdefault -o default -F _moor moor',
    'moor',
    'script',
  ]);
});

test('no script for other shells', async (t) => {
  const { exitCode, stderr } = await moor('completion', 'tcsh');
  t.is(exitCode, 2);
  t.regex(stderr, /bash, zsh, fish/);
});
