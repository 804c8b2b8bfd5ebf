/**
 * Pages of docs/ that promise to be right to the letter: their commands are run as a reader would, as root, in namespaces of their own for
 * network, mounts and processes, so that they meet an empty machine and leave nothing. The one thing that differs: the embedded
 * switch compiles its program without optimization, which takes seconds less.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { readMarkdown } from './markdown.ts';
import { checkScript, scriptOf } from './page-script.ts';

const PAGES = ['docs/guide/lab.md'];
const PROGRAMS = ['ip', 'sysctl', 'unshare', 'mount', 'curl', 'openssl', 'python3', 'xargs'];

/** What is missing on this machine. */
async function missing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root';
  for (const program of PROGRAMS) {
    const found = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (found.exitCode !== 0) return `it takes ${program}`;
  }
  const made = await execa('unshare', [...NAMESPACES, 'true'], { reject: false });
  return made.exitCode === 0 ? undefined : 'it takes namespaces';
}

const NAMESPACES = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
const lacks = await missing();
if (lacks !== undefined) process.stdout.write(`skipped: the guide, command by command; ${lacks}\n`);
const linux = lacks === undefined ? test.serial : test.serial.skip;

for (const page of PAGES) {
  linux(`${page} does what it says`, async (t) => {
    t.timeout(240_000);
    const directory = mkdtempSync(path.join(tmpdir(), 'moor-guide-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const moor = path.join(directory, 'moor');
    const bin = path.join(process.cwd(), 'dist/bin.js');
    writeFileSync(
      moor,
      `#!/bin/sh\n[ "$1" != switch ] || set -- "$@" --optimization none\nexec node ${bin} "$@"\n`,
      { mode: 0o755 },
    );
    const script = path.join(directory, 'page.sh');
    writeFileSync(script, scriptOf(readMarkdown(page)));
    // An empty /run has the names of namespaces, too.
    const setUp = 'mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up && exec bash "$0"';
    const { all, exitCode } = await execa('unshare', [...NAMESPACES, 'bash', '-c', setUp, script], {
      cwd: directory,
      env: { PATH: `${directory}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`, NO_COLOR: '1' },
      all: true,
      reject: false,
      stdin: 'ignore',
      timeout: 230_000,
    });
    t.is(exitCode, 0, all);
    t.deepEqual(checkScript(readMarkdown(page), all ?? ''), [], all);
  });
}
