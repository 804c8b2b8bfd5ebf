/**
 * `npm run bench veth`: `moor switch` and simple_switch over veth in turns, which is a part of `npm run bench switch`: what else the
 * machine does changes from one minute to the next, and the best of each counts. With MOOR_SIMPLE_SWITCH, as there.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import { insert } from '../../p4runtime/entities/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { encodeP4Info } from '../../p4runtime/text/index.ts';
import { startSimpleSwitch } from './simple-switch.ts';
import { quantile } from './spread.ts';
import { type Subject, subjectOf } from './subjects.ts';
import type { BenchOptions } from './switch.ts';
import { CASES } from './switch-cases.ts';
import { type Cables, lineOf, MEANWHILE_MS, makeCables, measureVeth, type Rate } from './veth.ts';

/** What simple_switch forwards on machines of this class, where it is not measured: built with -O2, without logging. */
export const BMV2_PER_SECOND = 50_000;
/** How many times simple_switch the switch is to be. */
export const GOALS = { memory: 50, veth: 10 } as const;
/** Over veth, so that simple_switch's command line has them within a minute. */
const VETH_ENTRIES = 10_000;
/** Different packets that are sent over veth. */
const VETH_PACKETS = 1024;
const BATCH = 1000;
/** How often each has its turn. */
const TURNS = 3;

/** Milliseconds that requests took. */
export type Requests = { readonly median: number; readonly longest: number };

/** What was measured of `moor switch`. */
export type MoorRate = Rate & { readonly requests: Requests };

/** Measures in turns, prints, and tells whether the goal is met. The first case, unless others are named. */
export async function benchVeth({ only, json }: BenchOptions): Promise<boolean> {
  const cables = await makeCables();
  if (cables === undefined) {
    process.stdout.write('skipped: it takes root, and veth devices\n');
    return true;
  }
  const directory = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  try {
    const cases = CASES.filter(({ name }, index) => (only === undefined ? index === 0 : name.includes(only)));
    const all: boolean[] = [];
    for (const one of cases) all.push(await inTurns(subjectOf(one), directory, cables, json));
    return all.every((isMet) => isMet);
  } finally {
    await cables.remove();
    rmSync(directory, { recursive: true });
  }
}

const best = (rates: readonly Rate[], what: keyof Rate) => Math.max(...rates.map((rate) => rate[what]));

async function inTurns(subject: Subject, directory: string, cables: Cables, json: boolean): Promise<boolean> {
  const ours: Rate[] = [];
  const theirs: Rate[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    ours.push(await measureMoor(subject, directory, cables));
    const peer = await measurePeer(subject, directory, cables);
    if (peer !== undefined) theirs.push(peer);
  }
  if (json) {
    process.stdout.write(`${JSON.stringify({ name: subject.name, moor: ours, simpleSwitch: theirs })}\n`);
    return true;
  }
  const thousands = (rate: number) => `${Math.round(rate / 1000)} k`;
  const say = (name: string, rates: readonly Rate[]) => {
    const turns = rates.map((rate) => `${thousands(rate.perSecond)} (${thousands(rate.perCpuSecond)})`);
    process.stdout.write(`${subject.name}, ${name}: ${turns.join(', ')} packets a second (a CPU second)\n`);
  };
  say('moor switch', ours);
  if (theirs.length === 0) return true;
  say('simple_switch', theirs);
  const times = best(ours, 'perSecond') / best(theirs, 'perSecond');
  const cpuTimes = best(ours, 'perCpuSecond') / best(theirs, 'perCpuSecond');
  const isMet = times >= GOALS.veth;
  process.stdout.write(
    `${isMet ? 'met:   ' : 'MISSED:'} ${times.toFixed(1)} × simple_switch by the clock, ${cpuTimes.toFixed(1)} by processor time; the goal is ${GOALS.veth}\n`,
  );
  return isMet;
}

/** Entities in batches. */
export function* parts(entities: Iterable<Entity>): Generator<readonly Entity[]> {
  let part: Entity[] = [];
  for (const entity of entities) {
    part.push(entity);
    if (part.length < BATCH) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** A file of packets that the sender repeats. @returns Its path, and how long each packet is. */
function writePackets(
  { packet }: Subject,
  directory: string,
): { readonly file: string; readonly bytes: number } {
  const packets = Array.from({ length: VETH_PACKETS }, () => packet(VETH_ENTRIES));
  const file = join(directory, 'packets');
  writeFileSync(file, Buffer.concat(packets));
  return { file, bytes: packets[0]?.length ?? 0 };
}

/** Asks again and again for something that costs nothing. */
async function measureRequests(client: SwitchClient): Promise<Requests> {
  const times: number[] = [];
  const end = performance.now() + MEANWHILE_MS / 2;
  while (performance.now() < end) {
    const start = performance.now();
    await client.apiVersion();
    times.push(performance.now() - start);
    await wait(5);
  }
  return { median: quantile(times, 0.5), longest: quantile(times, 1) };
}

/** `moor switch` over veth, and what requests take meanwhile. */
export async function measureMoor(subject: Subject, directory: string, cables: Cables): Promise<MoorRate> {
  const json = join(directory, 'program.json');
  const p4info = join(directory, 'program.txtpb');
  writeFileSync(json, subject.program.json);
  writeFileSync(p4info, encodeP4Info(subject.program.p4info, 'text'));
  const ports = subject.ports.flatMap((port, index) => ['-i', `${port}=${cables.near[index]}`]);
  const child = spawn(
    process.execPath,
    [
      join(process.cwd(), 'dist/bin.js'),
      'switch',
      json,
      '--p4info',
      p4info,
      '--grpc',
      '127.0.0.1:0',
      ...ports,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const target = (await lineOf(child, 'P4Runtime at ')).replace('P4Runtime at ', '');
    const client = new SwitchClient({ target, deviceId: 1n, timeoutMs: 120_000 });
    await client.arbitrate(1n);
    for (const part of parts(subject.entities(VETH_ENTRIES))) await client.write(part.map(insert));
    const { file, bytes } = writePackets(subject, directory);
    let requests: Requests = { median: Number.NaN, longest: Number.NaN };
    const rate = await measureVeth(cables, child.pid, file, bytes, async () => {
      requests = await measureRequests(client);
    });
    client.close();
    return { ...rate, requests };
  } finally {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  }
}

/** simple_switch, where MOOR_SIMPLE_SWITCH names it. */
export async function measurePeer(
  subject: Subject,
  directory: string,
  cables: Cables,
): Promise<Rate | undefined> {
  const path = process.env['MOOR_SIMPLE_SWITCH'];
  if (path === undefined || subject.lines === undefined) return undefined;
  const json = join(directory, 'program.json');
  writeFileSync(json, subject.program.json);
  const peer = await startSimpleSwitch(path, json, cables.near, subject.lines(VETH_ENTRIES));
  try {
    const { file, bytes } = writePackets(subject, directory);
    return await measureVeth(cables, peer.pid, file, bytes);
  } finally {
    peer.stop();
  }
}
