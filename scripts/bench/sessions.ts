/**
 * `npm run bench sessions`: new sessions from their first packet to their entry in the switch, at several rates and as fast as it goes,
 * until the controller has a million (`new-sessions.ts`); and the controller's core alone, without gRPC and the switch.
 * `-- --only=core` and `--only=rates` leave out what takes minutes.
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
const SECONDS = 4;
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
  const isMet = only === 'core' || (await benchEndToEnd(only === 'rates'));
  if (only !== 'rates') benchCore();
  return isMet;
}

async function benchEndToEnd(isShort: boolean): Promise<boolean> {
  const running = await NewSessions.start();
  try {
    await running.offer(5000, { kind: 'window', open: OPEN });
    process.stdout.write(
      'sessions, from first packet to installed entry: switch and clients are a process, the controller another\n' +
        '   offered/s installed/s  per CPU second   median ms      p99 ms  by controller   without\n',
    );
    for (const perSecond of RATES) {
      print(number(perSecond), await running.offer(perSecond * SECONDS, { kind: 'rate', perSecond }));
    }
    // Until the learning cache has forgotten those (docs/design/sessions.md).
    await wait(6000);
    const fast = await running.offer(20_000, { kind: 'window', open: OPEN });
    print('as it goes', fast);
    const rate = perCpuSecond(fast);
    const isMet = rate >= GOAL && fast.missing === 0;
    process.stdout.write(
      `${number(rate)} a second of the controller's processor (goal ${GOAL.toLocaleString('en')}: ${isMet ? 'met' : 'missed'})\n`,
    );
    if (!isShort) await fill(running);
    return isMet;
  } finally {
    await running.stop();
  }
}

/** Sessions until there are a million. */
async function fill(running: NewSessions): Promise<void> {
  const begin = performance.now();
  let missing = 0;
  while (running.tracked < SESSIONS) {
    const count = Math.min(50_000, SESSIONS - running.tracked);
    missing += (await running.offer(count, { kind: 'window', open: OPEN })).missing;
    if (missing > SESSIONS / 10) throw new Error(`${missing} sessions have no entry`);
  }
  const seconds = (performance.now() - begin) / 1000;
  const last = await running.offer(20_000, { kind: 'window', open: OPEN });
  print('then', last);
  const { heapUsed, external, rss } = process.memoryUsage();
  process.stdout.write(
    `${number(running.tracked)} tracked in one controller after ${seconds.toFixed(0)} s, ${missing} missed: ` +
      `${((heapUsed + external) / 2 ** 20).toFixed(0)} MiB in use, ${(rss / 2 ** 20).toFixed(0)} MiB resident\n`,
  );
}

function perCpuSecond({ count, missing, cpuSeconds }: Outcome): number {
  return (count - missing) / cpuSeconds.controller;
}

function print(what: string, outcome: Outcome): void {
  const { count, missing, seconds, waits, handedOver } = outcome;
  const ms = (value: number) => value.toFixed(1).padStart(11);
  process.stdout.write(
    `  ${what.padStart(10)} ${number((count - missing) / seconds)}  ${number(perCpuSecond(outcome)).padStart(14)} ` +
      `${ms(waits.median)} ${ms(waits.p99)}     ${number(handedOver)}${number(missing)}\n`,
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
