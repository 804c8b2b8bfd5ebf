import test from 'ava';
import { emitHit, makeTable, type NewEntry } from '../tables/index.ts';
import { LinearMemory } from '../wasm/index.ts';
import { CounterArray } from './counters.ts';
import { DirectMeters } from './direct-meters.ts';
import { METER_BYTES, type MeterConfig } from './meters.ts';
import { RegisterArray, registerStride } from './registers.ts';
import { orderReplicas, ReplicationEngine } from './replication.ts';
import { runFunctions } from './run-functions.ts';
import { ValueSet } from './value-set.ts';

test('registers of any width are little-endian in linear memory, and count modulo 2 to their width', (t) => {
  t.deepEqual(
    [1, 8, 9, 16, 17, 32, 33, 64, 65, 128, 2048].map(registerStride),
    [1, 1, 2, 2, 4, 4, 8, 8, 16, 16, 256],
  );
  const memory = new LinearMemory();
  for (const width of [1, 8, 13, 32, 48, 64, 100, 2048]) {
    const registers = new RegisterArray(memory, 5, width);
    const highest = 2n ** BigInt(width) - 1n;
    registers.write(3, highest + 2n);
    t.is(registers.read(3), 1n);
    registers.write(4, highest);
    t.is(registers.read(4), highest);
    t.is(registers.read(2), 0n);
    // Numbers of addresses' kind stand as packets have them.
    const lowest = width === 2048 ? 255 : 0;
    t.is(memory.u8[registers.base + 3 * registers.stride + lowest], 1);
    t.throws(() => registers.read(5), { instanceOf: RangeError, message: /registers 0 to 4, not 5/ });
    registers.clear();
    t.is(registers.read(4), 0n);
  }
});

test('counters have 64 bits, and stand one behind another', (t) => {
  const memory = new LinearMemory();
  const counters = new CounterArray(memory, 3);
  counters.write(2, { packets: 2n ** 64n - 1n, bytes: 7n });
  t.deepEqual(counters.read(2), { packets: 2n ** 64n - 1n, bytes: 7n });
  t.is(memory.view.getBigUint64(counters.base + 40, true), 7n);
  t.throws(() => counters.read(-1), { instanceOf: RangeError });
  t.throws(() => counters.write(3, { packets: 0n, bytes: 0n }), { instanceOf: RangeError });
  counters.clear();
  t.deepEqual(counters.read(2), { packets: 0n, bytes: 0n });
});

const ENTRY: NewEntry = {
  matches: [{ kind: 'exact', value: Uint8Array.of(5) }],
  action: 1,
  data: new Uint8Array(0),
};

test('a hit stamps and counts in the entry', (t) => {
  const memory = new LinearMemory();
  const table = makeTable(memory, {
    name: 'ports',
    keys: [{ name: 'port', kind: 'exact', width: 8 }],
    maximumSize: 4,
    actionDataBytes: 0,
    withCounters: true,
    withIdleTimeout: true,
  });
  const instance = runFunctions(memory, (module) => {
    table.emit(module);
    return [
      module.function(
        'hit',
        { entry: 'i32', now: 'i64', bytes: 'i32' },
        undefined,
        (f, { entry, now, bytes }) => emitHit(f, table.layout, entry, now, bytes),
      ),
    ];
  });
  table.attach(instance);
  const inserted = table.insert({ ...ENTRY, idleTimeout: 100, now: 1 });
  const record = table.addressOf(inserted.ok ? inserted.handle : -1);
  instance.function('hit')(record, 50n, 1500);
  instance.function('hit')(record, 60n, 60);
  t.deepEqual(table.counters(record), { packets: 2n, bytes: 1560n });
  t.is(table.lastHit(record), 60);
  t.deepEqual(table.expired(159).handles, []);
  t.is(table.expired(160).handles.length, 1);
});

test("an entry's meter comes and goes with the entry", (t) => {
  const memory = new LinearMemory();
  const table = makeTable(memory, {
    name: 'ports',
    keys: [{ name: 'port', kind: 'exact', width: 8 }],
    maximumSize: 4,
    actionDataBytes: 0,
    withMeter: true,
  });
  const instance = runFunctions(memory, (module) => {
    table.emit(module);
    return [];
  });
  table.attach(instance);
  const meters = new DirectMeters(memory, table);
  const config: MeterConfig = { kind: 'single-rate', committedRate: 1n, committedBurst: 2n, excessBurst: 3n };
  table.insert(ENTRY);
  table.delete(ENTRY);
  const used = memory.usedBytes;
  const inserted = table.insert(ENTRY);
  const record = table.addressOf(inserted.ok ? inserted.handle : -1);
  t.is(meters.config(record), undefined);
  t.regex(meters.configure(record, { ...config, committedRate: -1n }, 0n) ?? '', /0 or more/);
  t.is(memory.usedBytes, used + METER_BYTES);
  t.is(meters.configure(record, config, 0n), undefined);
  t.deepEqual(meters.config(record), config);
  t.not(memory.view.getUint32(record + (table.layout.meter ?? 0), true), 0);
  table.modify(ENTRY, { action: 2, data: new Uint8Array(0) });
  t.deepEqual(meters.config(record), config);
  const packets = { packets: 1n, bytes: 2n };
  const colors = { green: packets, yellow: packets, red: packets };
  meters.setColors(record, colors);
  meters.configure(record, undefined, 0n);
  t.deepEqual(meters.colors(record), colors);
  table.delete(ENTRY);
  // Another entry at the same place has counted nothing.
  t.is(memory.usedBytes, used);
  table.insert(ENTRY);
  t.is(meters.colors(record).red.packets, 0n);
});

test('groups and sessions are found by their numbers, as they are set', (t) => {
  const memory = new LinearMemory();
  const engine = new ReplicationEngine(memory);
  const instance = runFunctions(memory, (module) => [engine.emitGroup(module), engine.emitSession(module)]);
  const read = (name: string, number: number): number[] | undefined => {
    const address = Number(instance.function(name)(number)) >>> 0;
    if (address === 0) return undefined;
    const count = memory.view.getUint32(address + (name === 'clone session' ? 4 : 0), true);
    const words = name === 'clone session' ? 3 + 2 * count : 1 + 2 * count;
    return Array.from({ length: words }, (_, index) => memory.view.getUint32(address + 4 * index, true));
  };
  t.is(read('multicast group', 1), undefined);
  const replicas = [
    { port: 3, replicationId: 5 },
    { port: 1, replicationId: 5 },
    { port: 9, replicationId: 2 },
  ];
  engine.setGroup(1, replicas);
  engine.setGroup(65_535, []);
  t.deepEqual(read('multicast group', 1), [3, 3, 5, 1, 5, 9, 2]);
  t.deepEqual(read('multicast group', 65_535), [0]);
  t.is(read('multicast group', 65_536), undefined);
  t.is(read('multicast group', -1), undefined);
  engine.setGroup(1, orderReplicas(replicas));
  t.deepEqual(read('multicast group', 1), [3, 9, 2, 1, 5, 3, 5]);
  engine.setSession(255, { replicas: [{ port: 7, replicationId: 0 }], truncateTo: 128, classOfService: 4 });
  t.deepEqual(read('clone session', 255), [128, 1, 7, 0, 4]);
  t.is(read('clone session', 256), undefined);
  t.deepEqual([...engine.groups()], [1, 65_535]);
  t.deepEqual([...engine.sessions()], [255]);
  t.is(engine.session(255)?.truncateTo, 128);
  engine.setGroup(1, undefined);
  engine.setSession(255, undefined);
  engine.setGroup(77, undefined);
  t.is(read('multicast group', 1), undefined);
  t.is(read('clone session', 255), undefined);
  t.is(engine.group(1), undefined);
  t.throws(() => engine.setGroup(65_536, []), { instanceOf: RangeError, message: /numbers from 0 to 65535/ });
});

test('a value set has the members that were set last, also under a mask', (t) => {
  const memory = new LinearMemory();
  const set = new ValueSet(memory, {
    name: 'ports',
    keys: [
      { name: 'port', kind: 'exact', width: 16 },
      { name: 'protocol', kind: 'exact', width: 8 },
    ],
    maximumSize: 3,
  });
  const names: string[] = [];
  const instance = runFunctions(memory, (module) => {
    names.push(
      set.emitContains(module),
      set.emitContains(module, Uint8Array.of(0xff, 0, 0xff)),
      set.emitContains(module),
    );
    return [names[1] ?? ''];
  });
  set.attach(instance);
  const place = memory.allocate(32);
  const has = (which: number, ...bytes: number[]) => {
    memory.u8.set(bytes, place);
    return instance.function(names[which] ?? '')(place) !== 0;
  };
  const member = (port: number, protocol: number) => [
    { kind: 'exact' as const, value: Uint8Array.of(port >> 8, port & 255) },
    { kind: 'exact' as const, value: Uint8Array.of(protocol) },
  ];
  t.is(names[0], names[2]);
  t.false(has(0, 0, 80, 6));
  t.is(set.setMembers([member(80, 6), member(0x0151, 17), member(0x0152, 17)]), undefined);
  t.true(has(0, 0, 80, 6));
  t.false(has(0, 0, 80, 17));
  t.true(has(1, 0, 99, 6));
  t.true(has(1, 1, 0, 17));
  t.false(has(1, 2, 0, 17));
  t.is(set.members().length, 3);
  t.regex(
    set.setMembers([1, 2, 3, 4].map((port) => member(port, 6)))?.message ?? '',
    /takes 3 members, not 4/,
  );
  t.is(set.setMembers([member(1, 1), member(1, 1)])?.reason, 'duplicate');
  t.true(has(0, 0, 80, 6));
  t.is(set.setMembers([]), undefined);
  t.false(has(0, 0, 80, 6));
  t.false(has(1, 0, 99, 6));
});

test('a value set may match otherwise, but then without a mask', (t) => {
  const memory = new LinearMemory();
  const set = new ValueSet(memory, {
    name: 'ports',
    keys: [{ name: 'port', kind: 'range', width: 16 }],
    maximumSize: 3,
  });
  let name = '';
  const instance = runFunctions(memory, (module) => {
    t.throws(() => set.emitContains(module, Uint8Array.of(1, 1)), { message: /not exact values/ });
    name = set.emitContains(module);
    return [];
  });
  set.attach(instance);
  set.setMembers([[{ kind: 'range', low: Uint8Array.of(0, 5), high: Uint8Array.of(1, 0) }]]);
  const place = memory.allocate(32);
  memory.u8.set([0, 200], place);
  t.not(instance.function(name)(place), 0);
});
