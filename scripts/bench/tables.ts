/**
 * `npm run bench tables`: lookups a second inside WebAssembly in batches, one thread, keys at random of those that hit;
 * entries inserted a second; bytes an entry, all included. Times are CPU time: what else the machine does only shows by
 * the caches that it takes.
 */

import type { EntryKey, KeyField, NewEntry, TableDescription } from '../../switch/tables/description.ts';
import { makeTable } from '../../switch/tables/make-table.ts';
import { instantiate, LinearMemory, ModuleBuilder } from '../../switch/wasm/index.ts';

/** An entry for 13-byte keys with counters would have 16 bytes more; the goal is for entries with 8 bytes of data. */
const MAXIMUM_ENTRY_BYTES = 100;
const MINIMUM_INSERTS = 100_000;
/** Keys of one batch: more than any cache holds. */
const KEYS = 1 << 20;

/** A random generator that gives the same numbers each time (xorshift32). */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return Math.floor(((state >>> 0) / 2 ** 32) * below);
  };
}

/** CPU milliseconds of this process so far, user and system. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function number(value: number, bytes: number): Uint8Array {
  const result = new Uint8Array(bytes);
  let rest = value;
  for (let index = bytes - 1; index >= 0; index--) {
    result[index] = rest & 0xff;
    rest = Math.floor(rest / 256);
  }
  return result;
}

/** What is measured: entries, and keys that hit them. */
type Case = {
  readonly name: string;
  readonly keys: readonly KeyField[];
  readonly entries: number;
  /** The entry of a number, and a key that it matches. */
  readonly entry: (index: number) => { readonly key: EntryKey; readonly packet: Uint8Array };
  readonly goals: boolean;
};

const TUPLE: readonly KeyField[] = [
  { name: 'source', kind: 'exact', width: 32 },
  { name: 'destination', kind: 'exact', width: 32 },
  { name: 'source port', kind: 'exact', width: 16 },
  { name: 'destination port', kind: 'exact', width: 16 },
  { name: 'protocol', kind: 'exact', width: 8 },
];

/** Where the fields of the 5-tuple stand. */
const PLACES = [
  [0, 4],
  [4, 8],
  [8, 10],
  [10, 12],
  [12, 13],
] as const;

function exactCase(entries: number): Case {
  return {
    name: `exact, 5-tuple of 13 bytes`,
    keys: TUPLE,
    entries,
    goals: true,
    entry: (index) => {
      const packet = new Uint8Array(13);
      const view = new DataView(packet.buffer);
      view.setUint32(0, Math.imul(index, 0x9e3779b1));
      view.setUint32(4, 0x0a00_0000 + (index >>> 12));
      view.setUint16(8, 1024 + (index & 0xfff));
      view.setUint16(10, 443);
      view.setUint8(12, 6);
      const matches = PLACES.map(([start, end]) => ({
        kind: 'exact' as const,
        value: packet.subarray(start, end),
      }));
      return { key: { matches }, packet };
    },
  };
}

/** Prefixes with the lengths that routing tables have: most of 24 bits, or of 48. */
function prefixCase(name: string, width: number, lengths: readonly number[], entries: number): Case {
  const bytes = width / 8;
  return {
    name,
    keys: [{ name: 'destination', kind: 'lpm', width }],
    entries,
    goals: false,
    entry: (index) => {
      const random = generator(index + 1);
      for (let turn = 0; turn < 4; turn++) random(1);
      const prefixLength = lengths[random(lengths.length)] ?? width;
      const packet = new Uint8Array(bytes);
      for (let at = 0; at < bytes; at++) packet[at] = random(256);
      if (width === 128) packet.set([0x20, 0x01, random(16)]);
      return { key: { matches: [{ kind: 'lpm', value: packet, prefixLength }] }, packet };
    },
  };
}

/** Rules as in access lists: prefixes of a few lengths, ports any, one, or a range. */
function rulesCase(entries: number): Case {
  const keys: readonly KeyField[] = TUPLE.map((field, index) => ({
    ...field,
    kind: index === 2 || index === 3 ? 'range' : 'ternary',
  }));
  return {
    name: `ternary and range, 13 bytes`,
    keys,
    entries,
    goals: false,
    entry: (index) => {
      const random = generator(index + 1);
      for (let turn = 0; turn < 4; turn++) random(1);
      const lengths = [0, 8, 16, 20, 22, 24, 24, 24, 26, 28, 30, 32, 32, 32];
      const prefix = () => {
        const length = lengths[random(lengths.length)] ?? 32;
        return { value: number(random(2 ** 32), 4), mask: number(2 ** 32 - 2 ** (32 - length), 4) };
      };
      const [source, destination] = [prefix(), prefix()];
      const ports = (): [number, number] => {
        const one = random(65_536);
        return [
          [0, 65_535],
          [one, one],
          [1024, 65_535],
          [one, Math.min(65_535, one + random(4096))],
        ][random(4)] as [number, number];
      };
      const [from, to] = [ports(), ports()];
      const anyProtocol = random(4) === 0;
      const protocol = number(random(2) === 0 ? 6 : 17, 1);
      const range = ([low, high]: [number, number]) => ({
        kind: 'range' as const,
        low: number(low, 2),
        high: number(high, 2),
      });
      return {
        key: {
          priority: 1 + random(1_000_000),
          matches: [
            { kind: 'ternary', ...source },
            { kind: 'ternary', ...destination },
            range(from),
            range(to),
            { kind: 'ternary', value: protocol, mask: number(anyProtocol ? 0 : 255, 1) },
          ],
        },
        packet: Uint8Array.from([
          ...source.value,
          ...destination.value,
          ...number(from[1], 2),
          ...number(to[0], 2),
          ...protocol,
        ]),
      };
    },
  };
}

type Result = {
  readonly lookups: number;
  readonly hits: number;
  readonly inserts: number;
  readonly bytes: number;
};

function run(subject: Case): Result {
  const memory = new LinearMemory();
  const description: TableDescription = {
    name: 'measured',
    keys: subject.keys,
    maximumSize: subject.entries,
    actionDataBytes: 8,
  };
  const before = memory.usedBytes;
  const table = makeTable(memory, description);
  const module = new ModuleBuilder(memory);
  table.emit(module);
  module.function('batch', { keys: 'i32', count: 'i32', step: 'i32' }, 'i32', (f, { keys, count, step }) => {
    const hits = f.local32();
    const at = f.let32(keys);
    f.for(f.local32(), 0, count, () => {
      f.set(hits, hits.add(f.call32(table.lookup, at).ne(0)));
      f.set(at, at.add(step));
    });
    f.return(hits);
  });
  module.export('batch');
  const instance = instantiate(module.finish('speed'), memory, {});
  module.dispose();
  table.attach(instance);
  const data = new Uint8Array(8);
  let spent = 0;
  // Entries are made ten thousand at a time, outside of what is measured.
  for (let start = 0; start < subject.entries; start += 10_000) {
    const some: NewEntry[] = [];
    for (let index = start; index < Math.min(start + 10_000, subject.entries); index++) {
      some.push({ ...subject.entry(index).key, action: 1, data });
    }
    const began = cpu();
    for (const entry of some) table.insert(entry);
    spent += cpu() - began;
  }
  const bytes = memory.usedBytes - before;
  const random = generator(7);
  const sample = subject.entry(0).packet;
  const step = Math.ceil(sample.length / 16) * 16;
  const place = memory.allocate(KEYS * step + 16);
  for (let index = 0; index < KEYS; index++) {
    memory.u8.set(subject.entry(random(subject.entries)).packet, place + index * step);
  }
  const batch = instance.function('batch');
  let least = Number.POSITIVE_INFINITY;
  let hits = 0;
  for (let turn = 0; turn < 5; turn++) {
    const began = cpu();
    hits = Number(batch(place, KEYS, step));
    least = Math.min(least, cpu() - began);
  }
  return {
    lookups: KEYS / least / 1000,
    hits: hits / KEYS,
    inserts: table.count / (spent / 1000),
    bytes: bytes / table.count,
  };
}

const CASES: readonly Case[] = [
  exactCase(1000),
  exactCase(100_000),
  exactCase(1_000_000),
  exactCase(10_000_000),
  prefixCase(
    'lpm, IPv4',
    32,
    [8, 12, 16, 16, 18, 20, 20, 22, 22, 23, 24, 24, 24, 24, 24, 24, 24, 32],
    1_000_000,
  ),
  prefixCase('lpm, IPv6', 128, [32, 32, 40, 44, 48, 48, 48, 48, 56, 64, 128], 1_000_000),
  rulesCase(100),
  rulesCase(1000),
  rulesCase(10_000),
];

function row(cells: readonly string[]): void {
  const widths = [28, 12, 12, 8, 12, 10];
  process.stdout.write(
    `${cells.map((cell, index) => (index === 0 ? cell.padEnd(28) : cell.padStart(widths[index] ?? 0))).join('')}\n`,
  );
}

function verdict(text: string, met: boolean): boolean {
  process.stdout.write(`${met ? 'met:   ' : 'MISSED:'} ${text}\n`);
  return met;
}

/** Measures, prints, and tells whether the goals are met. */
export async function benchTables(): Promise<boolean> {
  process.stdout.write('Tables of the switch, entries with 8 bytes of action data\n');
  row(['', 'entries', 'lookups', 'hit', 'inserts', 'an entry']);
  const results = CASES.map((subject) => {
    const result = run(subject);
    row([
      subject.name,
      subject.entries.toLocaleString('en'),
      `${result.lookups.toFixed(1)} M/s`,
      `${Math.round(result.hits * 100)} %`,
      `${Math.round(result.inserts / 1000)} k/s`,
      `${Math.round(result.bytes)} B`,
    ]);
    return { subject, result };
  });
  const exact = results
    .filter(({ subject }) => subject.goals && subject.entries >= 100_000)
    .map(({ result }) => result);
  const most = Math.max(...exact.map(({ bytes }) => bytes));
  const slowest = Math.min(...exact.map(({ inserts }) => inserts));
  const goals = [
    verdict(
      `an exact entry takes at most ${Math.round(most)} bytes; the goal is below ${MAXIMUM_ENTRY_BYTES}`,
      most < MAXIMUM_ENTRY_BYTES,
    ),
    verdict(
      `exact entries are inserted at ${Math.round(slowest / 1000)} k/s or more; the goal is ${MINIMUM_INSERTS / 1000}`,
      slowest >= MINIMUM_INSERTS,
    ),
  ];
  return goals.every((met) => met);
}
