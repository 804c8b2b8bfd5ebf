/**
 * Pages of docs/ that promise to be right to the letter: their commands are run as a reader would, as root, in namespaces of their own for
 * network, mounts and processes, so that they meet an empty machine and leave nothing. The one thing that differs: the embedded
 * switch compiles its program without optimization, which takes seconds less.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { findSimpleSwitchGrpc } from '../../bmv2-tests/harness/engine.ts';
import { type Markdown, readMarkdown } from './markdown.ts';
import { checkScript, scriptOf } from './page-script.ts';

const LAB = 'docs/guide/lab.md';
/** Its switch goes in the place of the lab's; what `moor doctor` says of ports is of moor's own. */
const BMV2 = 'docs/guide/bmv2.md';
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

/** The lab with the switch of another page: its commands are in the place of the lab's that start one. */
function labWith(page: string): Markdown {
  const lab = readMarkdown(LAB);
  const { blocks: others } = readMarkdown(page);
  const starts = (text: string) => /^(?:moor switch|simple_switch_grpc) /m.test(text);
  const at = lab.blocks.findIndex(({ text }) => starts(text));
  const own = others.filter(({ language }) => language === 'sh');
  const rest = lab.blocks.slice(at + 1);
  if (rest[0]?.language === 'output') rest.shift();
  const blocks = [...lab.blocks.slice(0, at), ...own, ...rest];
  return { ...lab, blocks };
}

/** Runs the commands of a page. @returns What is not as it says. */
async function run(t: ExecutionContext, page: Markdown, programs: string = ''): Promise<readonly string[]> {
  // Half a minute on a machine of its own, several beside the whole suite.
  t.timeout(600_000);
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
  writeFileSync(script, scriptOf(page));
  // An empty /run has the names of namespaces, too.
  const setUp = 'mount -t tmpfs none /run && mkdir /run/netns && ip link set lo up && exec bash "$0"';
  const { all, exitCode } = await execa('unshare', [...NAMESPACES, 'bash', '-c', setUp, script], {
    cwd: directory,
    env: {
      PATH: `${directory}:${programs}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      NO_COLOR: '1',
    },
    all: true,
    reject: false,
    stdin: 'ignore',
    timeout: 590_000,
  });
  t.is(exitCode, 0, all);
  t.log(exitCode === 0 ? 'all commands were run' : all);
  return checkScript(page, all ?? '');
}

linux(`${LAB} does what it says`, async (t) => {
  t.deepEqual(await run(t, readMarkdown(LAB)), []);
});

const bmv2 = findSimpleSwitchGrpc();
const withBmv2 = bmv2 === undefined || lacks !== undefined ? test.serial.skip : test.serial;
withBmv2(`${BMV2} does what it says, in the lab`, async (t) => {
  const problems = await run(t, labWith(BMV2), path.dirname(bmv2 ?? ''));
  t.deepEqual(
    problems.filter((line) => !/edge port \d/.test(line)),
    [],
  );
});
