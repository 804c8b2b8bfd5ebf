/**
 * `npm run bench sessions`: new sessions from their first packet to their entry in the switch, at several rates and as fast as it goes,
 * until the controller has a million (`new-sessions.ts`); and the controller's core alone, without gRPC and the switch.
 * `-- --only=core`, `--only=rates` and `--only=fill` are parts of it; the last takes minutes.
 */

import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flowEntity } from '../../controller/pipeline/index.ts';
import { FlowTable, type Tuple } from '../../controller/sessions/index.ts';
import { DesiredState } from '../../controller/switches/desired-state.ts';
import { NewSessions, type Outcome } from './new-sessions.ts';
import type { BenchOptions } from './switch.ts';

const SESSIONS = 1_000_000;
/** New sessions for a second of the controller's processor, with gRPC. */
const GOAL = 10_000;
/** Offered, a second; each for some seconds. */
const RATES: readonly number[] = [100, 1000, 2000, 5000, 10_000];
const SECONDS = 8;
/** Until the learning cache has forgotten what was (docs/design/sessions.md). */
const FORGOTTEN_MS = 6000;
/** Sessions between two lines about memory. */
const FILLED = 100_000;
/** Flows that have no entry yet, when they come as fast as they can. */
const OPEN = 1000;
const FIRST_CLIENT = 0x20010db8_00030000_00000000_00000000n;
const VIRTUAL = 0x20010db8_01000000_00000000_00000001n;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bytes that are in use, after everything else was collected. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const tupleOf = (index: number): Tuple => ({
  source: FIRST_CLIENT + BigInt(index),
  destination: VIRTUAL,
  sourcePort: 1024 + (index % 60_000),
  destinationPort: 80,
  protocol: 6,
});

const number = (value: number) => Math.round(value).toLocaleString('en').padStart(10);

/** Prints sessions a second, waits and memory; tells whether the goal is met. */
export async function benchSessions({ only }: BenchOptions): Promise<boolean> {
  const isMet = only === 'core' || (await benchEndToEnd(only));
  if (only !== 'rates' && only !== 'fill') benchCore();
  return isMet;
}

async function benchEndToEnd(only: string | undefined): Promise<boolean> {
  const running = await NewSessions.start();
  try {
    await running.offer(5000, { kind: 'window', open: OPEN });
    process.stdout.write(
      'sessions, from first packet to installed entry: switch and clients are a process, the controller another\n' +
        '   offered/s installed/s  per CPU second   median ms      p99 ms  by controller      again   without\n',
    );
    if (only === 'fill') return await fill(running);
    for (const perSecond of RATES) {
      await wait(FORGOTTEN_MS);
      print(number(perSecond), await running.offer(perSecond * SECONDS, { kind: 'rate', perSecond }));
    }
    await wait(FORGOTTEN_MS);
    const fast = await running.offer(20_000, { kind: 'window', open: OPEN });
    print('as it goes', fast);
    const rate = perCpuSecond(fast);
    const isMet = rate >= GOAL && fast.missing === 0;
    process.stdout.write(
      `${number(rate)} a second of the controller's processor (goal ${GOAL.toLocaleString('en')}: ${isMet ? 'met' : 'missed'})\n`,
    );
    return only === 'rates' ? isMet : (await fill(running)) && isMet;
  } finally {
    await running.stop();
  }
}

/** Sessions until there are a million, each of which goes on speaking. Tells whether all are there. */
async function fill(running: NewSessions): Promise<boolean> {
  const begin = performance.now();
  const empty = memory();
  const before = running.tracked;
  let [missing, controller, others] = [0, 0, 0];
  process.stdout.write(
    '     tracked    seconds   CPU controller       switch   bytes a session   MiB resident: controller   switch\n',
  );
  while (running.tracked < SESSIONS) {
    const count = Math.min(FILLED, SESSIONS - running.tracked);
    const outcome = await running.offer(count, { kind: 'window', open: OPEN });
    missing += outcome.missing;
    controller += outcome.cpuSeconds.controller;
    others += outcome.cpuSeconds.others;
    const { tracked } = running;
    const bytes = (memory() - empty) / (tracked - before);
    const mib = (value: number) => number(value / 2 ** 20);
    process.stdout.write(
      `  ${number(tracked)} ${number((performance.now() - begin) / 1000)}       ${number(controller)}   ${number(others)}        ` +
        `${number(bytes)}                 ${mib(process.memoryUsage().rss)} ${mib(outcome.resident)}\n`,
    );
    if (missing > SESSIONS / 10) throw new Error(`${missing} sessions have no entry`);
  }
  print('then', await running.offer(20_000, { kind: 'window', open: OPEN }));
  process.stdout.write(`${number(running.tracked)} tracked in one controller, ${missing} without an entry\n`);
  return missing === 0;
}

function perCpuSecond({ count, missing, cpuSeconds }: Outcome): number {
  return (count - missing) / cpuSeconds.controller;
}

function print(what: string, outcome: Outcome): void {
  const { count, missing, seconds, waits, handedOver, again } = outcome;
  const share = `${((100 * handedOver) / count).toFixed(1)} %`;
  const ms = (value: number) => value.toFixed(1).padStart(11);
  process.stdout.write(
    `  ${what.padStart(10)} ${number((count - missing) / seconds)}  ${number(perCpuSecond(outcome)).padStart(14)} ` +
      `${ms(waits.median)} ${ms(waits.p99)}  ${share.padStart(13)} ${number(again)}${number(missing)}\n`,
  );
}

function benchCore(): void {
  const before = memory();
  const flows = new FlowTable(() => 30);
  const desired = new DesiredState();
  const begin = cpu();
  for (let index = 0; index < SESSIONS; index++) {
    const learned = { kind: 'learned', tuple: tupleOf(index), service: 1, server: 1 + (index % 8) } as const;
    for (const effect of flows.take(learned, index)) {
      if (effect.kind === 'install') desired.set(flowEntity(effect.flow.tuple, effect.flow.server, 30));
    }
  }
  const rate = SESSIONS / (cpu() - begin);
  const bytes = (memory() - before) / SESSIONS;
  if (flows.size !== SESSIONS || desired.size !== SESSIONS) throw new Error('sessions are missing');
  process.stdout.write(
    `the core alone, ${SESSIONS.toLocaleString('en')} sessions, one thread\n` +
      `${number(rate)} new sessions a second of processor\n${number(bytes)} bytes a session\n`,
  );
}
