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

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { insert } from '../../p4runtime/entities/index.ts';
import type { Switch } from '../../switch/engine/index.ts';
import { PcapPorts } from '../../switch/ports/index.ts';
import { captureHeader, captureRecord } from '../../switch/ports/pcap.ts';
import { Forwarding } from '../../switch/server/forwarding.ts';
import { type EngineDevice, makeEngineDevice } from '../../switch/server/index.ts';
import { PIPELINE, pipelineSubject, type Subject, subjectOf } from './subjects.ts';
import { CASES } from './switch-cases.ts';
import { BMV2_PER_SECOND, GOALS, type MoorRate, measureMoor, measurePeer, parts } from './switch-veth.ts';
import { type Cables, makeCables, type Rate } from './veth.ts';

/** Milliseconds of one measurement; the best of all counts, because what else the machine does only adds. */
const WINDOW_MS = 300;
const WINDOWS = 12;
/** Packets of the capture file. */
const CAPTURED = 200_000;

/** Packets a second of one subject; what could not be measured is left out. */
type Row = {
  readonly name: string;
  readonly entries: number;
  readonly insertsPerSecond: number;
  readonly memory: number;
  readonly pcap: number;
  readonly veth: MoorRate | undefined;
  readonly simpleSwitch: Rate | undefined;
};

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
