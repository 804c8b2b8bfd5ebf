/** `moor demo` as its users call it: real namespaces, programs and connections. */

import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { z } from 'zod';

const MOOR = join(process.cwd(), 'dist/bin.js');
const PREFIX = `md${process.pid % 100_000}`;
const demo = (...args: readonly string[]) =>
  execa('node', [MOOR, 'demo', '--prefix', PREFIX, ...args], {
    reject: false,
    stdin: 'ignore',
    env: { NO_COLOR: '1' },
  });

const usable =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  (await execa('ip', ['netns', 'add', `${PREFIX}t`], { reject: false })).exitCode === 0;
if (usable) await execa('ip', ['netns', 'del', `${PREFIX}t`]);
else
  process.stdout.write('skipped: the demonstration in network namespaces, which takes root and iproute2\n');
const linux = usable ? test.serial : test.serial.skip;

const route = z.object({ roundTrip: z.number(), throughput: z.number(), overhead: z.number() });
const FIGURES = z.object({
  byHome: route,
  optimized: route,
  roaming: z.object({
    handovers: z.number(),
    downloads: z.number(),
    downloadsLost: z.number(),
    film: z.object({ frames: z.number(), lost: z.boolean() }).optional(),
  }),
  sessionsPerServer: z.record(z.string(), z.number()),
  overload: z.object({
    refused: z.number(),
    visitors: z.number(),
    served: z.number(),
    film: z.object({ lost: z.boolean() }).optional(),
  }),
  death: z.object({
    onIt: z.number(),
    onOthers: z.number(),
    othersLost: z.number(),
    afterFailed: z.number(),
  }),
});

async function namespaces(): Promise<readonly string[]> {
  const { stdout } = await execa('ip', ['netns', 'list']);
  return stdout.split('\n').filter((line) => line.startsWith(`${PREFIX}-`));
}

/** What holds of the story wherever it is told. */
function checkFigures(t: ExecutionContext, text: string): void {
  const figures = FIGURES.parse(JSON.parse(text));
  // A packet in a packet has 40 bytes more; a Home Address option, or a routing header of type 2, 24 (RFC 6275, 6.3 and 6.4).
  t.is(figures.byHome.overhead, 40);
  t.is(figures.optimized.overhead, 24);
  // The delays are 2 · (5 + 20 + 20 + 2) ms by way of home, and 2 · (5 + 2) ms straight.
  t.true(figures.byHome.roundTrip >= 93, `${figures.byHome.roundTrip}`);
  t.true(figures.optimized.roundTrip >= 13, `${figures.optimized.roundTrip}`);
  t.true(figures.optimized.roundTrip < figures.byHome.roundTrip);
  t.is(figures.roaming.handovers, 6);
  t.is(figures.roaming.downloads, 4);
  t.is(figures.roaming.downloadsLost, 0);
  if (figures.roaming.film !== undefined) t.false(figures.roaming.film.lost);
  t.is(
    Object.values(figures.sessionsPerServer).reduce((sum, one) => sum + one, 0),
    60,
  );
  t.true(figures.overload.refused > 0);
  t.is(figures.overload.served, figures.overload.visitors);
  if (figures.overload.film !== undefined) t.false(figures.overload.film.lost);
  t.is(figures.death.onIt + figures.death.onOthers, 12);
  t.is(figures.death.othersLost, 0);
  t.is(figures.death.afterFailed, 0);
}

test.serial('the story in memory, and what can be seen while it is kept', async (t) => {
  t.timeout(280_000);
  const running = demo('--json', '--in-memory', '--keep');
  let said = '';
  running.stderr?.on('data', (text: Buffer) => {
    said += text;
  });
  const isOver = () => running.exitCode !== null;
  while (!said.includes('in a browser') && !isOver()) await new Promise((resolve) => setTimeout(resolve, 50));
  // Each command that is said works, but for the live view, which takes a terminal.
  const words = said.split('\n').flatMap((line) => {
    const [, text] = /^ {2}moor (.*)$/.exec(line) ?? [];
    return text === undefined || text.startsWith('top ') ? [] : [text.split(' ')];
  });
  t.true(words.length >= 4, said);
  for (const each of words) {
    // A trace compiles the program once more, on a machine that the whole suite may be busy with.
    const patience = each[0] === 'trace' ? ['--timeout', '200'] : [];
    const { stdout, stderr, exitCode } = await execa('node', [MOOR, ...each, ...patience], { reject: false });
    t.is(exitCode, 0, `${each.join(' ')}: ${stderr}`);
    t.true(stdout.length > 0, each.join(' '));
    if (each[0] === 'status') t.regex(stdout, /edge .* ready /);
    if (each[0] === 'trace') t.regex(stdout, /port [234]\b/);
  }
  running.kill('SIGINT');
  const { stdout, stderr, exitCode } = await running;
  t.is(exitCode, 0, stderr);
  checkFigures(t, stdout);
});

linux('the story in namespaces: real programs and connections, of which nothing is left', async (t) => {
  t.timeout(280_000);
  const { stdout, stderr, exitCode } = await demo('--json');
  t.is(exitCode, 0, stderr);
  checkFigures(t, stdout);
  t.deepEqual(await namespaces(), []);
});

linux('Ctrl-C takes everything away', async (t) => {
  const running = demo();
  while ((await namespaces()).length < 10) await new Promise((resolve) => setTimeout(resolve, 50));
  running.kill('SIGINT');
  const { exitCode, stderr } = await running;
  t.is(exitCode, 130);
  t.regex(stderr, /Interrupted: everything is taken away/);
  t.deepEqual(await namespaces(), []);
});

linux('what a killed demonstration leaves is named, and --clean takes it away', async (t) => {
  await execa('ip', ['netns', 'add', `${PREFIX}-home`]);
  const refused = await demo();
  t.is(refused.exitCode, 3);
  t.regex(refused.stderr, /moor demo --clean/);
  const cleaned = await demo('--clean');
  t.is(cleaned.exitCode, 0);
  t.is(cleaned.stdout, `removed ${PREFIX}-home`);
  t.is((await demo('--clean')).stdout, 'there is nothing to clean');
});
