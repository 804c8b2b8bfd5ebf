/**
 * `npm run bench switch`: packets a second through whole programs, parsed, looked up, changed, put together again:
 *
 * - in memory, in batches, one core: what the code costs;
 * - from one capture file into another, one core;
 * - over veth, as `moor switch`, where the process is root (`veth.ts`), and how long a P4Runtime request takes while more
 *   packets come than it can take;
 * - with the environment variable MOOR_SIMPLE_SWITCH naming BMv2's simple_switch, that on the same program, entries and
 *   packets over the same veth in the same run. It has no ports in memory to compare with, so that the ratio in memory is to
 *   what it does over veth, too.
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
import type { Switch } from '../../switch/engine/index.ts';
import { PcapPorts } from '../../switch/ports/index.ts';
import { captureHeader, captureRecord } from '../../switch/ports/pcap.ts';
import { Forwarding } from '../../switch/server/forwarding.ts';
import { type EngineDevice, makeEngineDevice } from '../../switch/server/index.ts';
import { startSimpleSwitch } from './simple-switch.ts';
import { quantile } from './spread.ts';
import { PIPELINE, pipelineSubject, type Subject, subjectOf } from './subjects.ts';
import { CASES } from './switch-cases.ts';
import { type Cables, lineOf, MEANWHILE_MS, makeCables, measureVeth, type Rate } from './veth.ts';

/** What simple_switch forwards on machines of this class, where it is not measured: built with -O2, without logging. */
const BMV2_PER_SECOND = 50_000;
/** How many times simple_switch the switch is to be. */
const GOALS = { memory: 50, veth: 10 } as const;
/** Milliseconds of one measurement; the best of all counts, because what else the machine does only adds. */
const WINDOW_MS = 300;
const WINDOWS = 12;
/** Packets of the capture file. */
const CAPTURED = 200_000;
/** Over veth, so that simple_switch's command line has them within a minute. */
const VETH_ENTRIES = 10_000;
/** Different packets that are sent over veth. */
const VETH_PACKETS = 1024;
const BATCH = 1000;

/** Packets a second of one subject; what could not be measured is left out. */
type Row = {
  readonly name: string;
  readonly entries: number;
  readonly insertsPerSecond: number;
  readonly memory: number;
  readonly pcap: number;
  readonly veth: (Rate & { readonly requests: Requests }) | undefined;
  readonly simpleSwitch: Rate | undefined;
};

/** Milliseconds that requests took. */
type Requests = { readonly median: number; readonly longest: number };

/** How it is printed, and what part of it is measured. */
export type BenchOptions = {
  /** For other programs. */
  readonly json: boolean;
  /** Only what has this text in its name. */
  readonly only: string | undefined;
};

/** Measures, prints, and tells whether the goals are met. */
export async function benchSwitch(options: BenchOptions): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  const cables = await makeCables();
  try {
    const rows: Row[] = [];
    const subjects = [
      ...CASES.map((one) => [one.name, () => subjectOf(one)] as const),
      [PIPELINE, pipelineSubject] as const,
    ];
    for (const [name, make] of subjects) {
      if (options.only !== undefined && !name.includes(options.only)) continue;
      const subject = make();
      const row = await measure(subject, directory, cables);
      rows.push(row);
      if (!options.json) printRow(row, rows.length === 1);
    }
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ simpleSwitchAssumed: BMV2_PER_SECOND, rows }, undefined, 2)}\n`,
      );
    return verdicts(rows, options.json);
  } finally {
    await cables?.remove();
    rmSync(directory, { recursive: true });
  }
}

async function measure(subject: Subject, directory: string, cables: Cables | undefined): Promise<Row> {
  const device = makeEngineDevice({ ports: () => new Map(), transmit: () => {} });
  const { p4info, json } = subject.program;
  const forwarding = new Forwarding({ p4info, p4DeviceConfig: json, cookie: undefined }, device);
  device.run(forwarding.pipeline);
  const engine = device.running();
  if (engine === undefined) throw new Error('the device runs nothing');
  let milliseconds = 0;
  for (const part of parts(subject.entities(Number.POSITIVE_INFINITY))) {
    const start = performance.now();
    for (const entity of part) forwarding.write(insert(entity), () => true, undefined);
    milliseconds += performance.now() - start;
  }
  const memory = measureMemory(engine, subject);
  const pcap = measurePcap(device, subject, directory);
  forwarding.release();
  return {
    name: subject.name,
    entries: subject.entries,
    insertsPerSecond: subject.entries / (milliseconds / 1000),
    memory,
    pcap,
    veth: cables === undefined ? undefined : await measureMoor(subject, directory, cables),
    simpleSwitch: cables === undefined ? undefined : await measurePeer(subject, directory, cables),
  };
}

function* parts(entities: Iterable<Entity>): Generator<readonly Entity[]> {
  let part: Entity[] = [];
  for (const entity of entities) {
    part.push(entity);
    if (part.length < BATCH) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}

/** The best of all windows, when the code has been optimized; packets are put into place outside of what is measured. */
function measureMemory({ rings, memory }: Switch, { name, packet, ports }: Subject): number {
  let best = 0;
  for (let window = 0; window < WINDOWS; window++) {
    const packets = Array.from({ length: rings.capacity }, () => packet(Number.POSITIVE_INFINITY));
    let spent = 0;
    let count = 0;
    while (spent < WINDOW_MS) {
      for (const [index, bytes] of packets.entries()) {
        const address = rings.buffer(index);
        memory.u8.set(bytes, address);
        rings.receive(index, address, bytes.length, ports[0]);
      }
      const start = performance.now();
      rings.run(rings.capacity, 0n);
      spent += performance.now() - start;
      count += rings.capacity;
      if (rings.transmitted !== rings.capacity) throw new Error(`${name}: not every packet leaves`);
    }
    best = Math.max(best, count / (spent / 1000));
  }
  return best;
}

/** From a file into a file, as `moor switch` does it. */
function measurePcap(device: EngineDevice, { packet, ports }: Subject, directory: string): number {
  const input = join(directory, 'in.pcap');
  const output = join(directory, 'out.pcap');
  const records = Array.from({ length: CAPTURED }, () => captureRecord(packet(Number.POSITIVE_INFINITY), 0n));
  writeFileSync(input, Buffer.concat([captureHeader(), ...records]));
  const files = new PcapPorts();
  const start = performance.now();
  files.add(ports[0], input, undefined);
  files.add(ports[1], undefined, output);
  while (
    device.forward(
      (limit, take) => files.receivePlaces(limit, take),
      (port, memory, start, length) => files.sendPlace(port, memory, start, length),
    ) > 0
  );
  for (const port of ports) files.remove(port);
  return CAPTURED / ((performance.now() - start) / 1000);
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

async function measureMoor(
  subject: Subject,
  directory: string,
  cables: Cables,
): Promise<Rate & { readonly requests: Requests }> {
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

async function measurePeer(subject: Subject, directory: string, cables: Cables): Promise<Rate | undefined> {
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

const WIDTHS = [42, 11, 11, 12, 11, 11, 14, 14, 9];

function printCells(cells: readonly string[]): void {
  const padded = cells.map((cell, index) =>
    index === 0 ? cell.padEnd(42) : cell.padStart(WIDTHS[index] ?? 0),
  );
  process.stdout.write(`${padded.join('')}\n`);
}

const thousands = (rate: number | undefined) =>
  rate === undefined ? '–' : `${Math.round(rate / 1000).toLocaleString('en')} k`;

function printRow(row: Row, isFirst: boolean): void {
  if (isFirst) {
    process.stdout.write('Packets a second through whole programs; over veth with 10,000 entries at most\n');
    printCells([
      '',
      'entries',
      'inserts',
      'in memory',
      'pcap',
      'veth',
      'a CPU second',
      'simple_switch',
      'a CPU s',
    ]);
  }
  printCells([
    row.name,
    row.entries.toLocaleString('en'),
    // Few entries are inserted before the code that does it is warm.
    row.entries < 100_000 ? '' : thousands(row.insertsPerSecond),
    thousands(row.memory),
    thousands(row.pcap),
    thousands(row.veth?.perSecond),
    thousands(row.veth?.perCpuSecond),
    thousands(row.simpleSwitch?.perSecond),
    thousands(row.simpleSwitch?.perCpuSecond),
  ]);
}

function verdicts(rows: readonly Row[], isQuiet: boolean): boolean {
  const say = (isMet: boolean, text: string): boolean => {
    if (!isQuiet) process.stdout.write(`${isMet ? 'met:   ' : 'MISSED:'} ${text}\n`);
    return isMet;
  };
  const all = rows.map(({ name, memory, veth, simpleSwitch }) => {
    const theirs = simpleSwitch?.perSecond ?? BMV2_PER_SECOND;
    const assumed = simpleSwitch === undefined ? `, which is taken to do ${thousands(theirs)}` : '';
    const times = memory / theirs;
    const inMemory = say(
      times >= GOALS.memory,
      `${name}: ${times.toFixed(0)} × simple_switch in memory; the goal is ${GOALS.memory}${assumed}`,
    );
    if (veth !== undefined && !isQuiet) {
      const { median, longest } = veth.requests;
      process.stdout.write(
        `        ${name}: a P4Runtime request takes ${median.toFixed(1)} ms meanwhile, ${longest.toFixed(0)} ms at most\n`,
      );
    }
    if (veth === undefined || simpleSwitch === undefined) return inMemory;
    const over = veth.perSecond / theirs;
    return (
      say(
        over >= GOALS.veth,
        `${name}: ${over.toFixed(1)} × simple_switch over veth; the goal is ${GOALS.veth}`,
      ) && inMemory
    );
  });
  return all.every((isMet) => isMet);
}
