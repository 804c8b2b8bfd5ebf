import test from 'ava';
import { InternalError, LinearMemory } from '../wasm/index.ts';
import type { FieldMatch, KeyField, NewEntry, TableDescription } from './description.ts';
import { ExactTable } from './exact-table.ts';
import { makeTable } from './make-table.ts';
import { toBytes } from './naive-table.ts';
import { FREE } from './record-layout.ts';
import { runTable } from './table-harness.ts';
import { TernaryTable } from './ternary-table.ts';

const FLOWS: TableDescription = {
  name: 'flows',
  keys: [
    { name: 'address', kind: 'exact', width: 32 },
    { name: 'port', kind: 'exact', width: 9 },
  ],
  maximumSize: 3,
  actionDataBytes: 5,
  withCounters: true,
  withMeter: true,
  withIdleTimeout: true,
};

function flow(address: number, port: number, more: Partial<NewEntry> = {}): NewEntry {
  return {
    matches: [
      { kind: 'exact', value: toBytes(BigInt(address), 4) },
      { kind: 'exact', value: toBytes(BigInt(port), 2) },
    ],
    action: 4,
    data: Uint8Array.of(9, 8, 7, 6, 5),
    ...more,
  };
}

test('a record has the action, the handle, the data, and what was asked for, where the layout says', (t) => {
  const { table, memory, lookUp } = runTable((m) => makeTable(m, FLOWS));
  t.deepEqual(table.layout, {
    action: 0,
    handle: 4,
    data: 8,
    dataBytes: 8,
    hitTime: 16,
    timeout: 24,
    packets: 32,
    bytes: 40,
    meter: 48,
    own: 52,
    size: 64,
  });
  const result = table.insert(flow(0x0a000001, 511, { idleTimeout: 3e9, now: 5e9 }));
  t.true(result.ok);
  const record = lookUp([0x0a000001n, 511n]);
  t.is(record % 8, 0);
  const { view, u8 } = memory;
  t.is(view.getUint32(record, true), 4);
  t.is(view.getUint32(record + 4, true), result.ok ? result.handle : -1);
  t.deepEqual([...u8.subarray(record + 8, record + 16)], [9, 8, 7, 6, 5, 0, 0, 0]);
  t.is(view.getBigInt64(record + 16, true), 5_000_000_000n);
  t.is(view.getBigInt64(record + 24, true), 3_000_000_000n);
  t.is(lookUp([0x0a000001n, 510n]), 0);
});

test('values come with and without leading zeros, and are read back padded', (t) => {
  const { table } = runTable((m) => makeTable(m, FLOWS));
  const matches = [
    { kind: 'exact' as const, value: Uint8Array.of(0, 0, 0, 0, 1, 2) },
    { kind: 'exact' as const, value: new Uint8Array(0) },
  ];
  t.true(table.insert({ matches, action: 1, data: new Uint8Array(0) }).ok);
  t.deepEqual(
    [...table.entries()].map((entry) => entry.matches),
    [
      [
        { kind: 'exact', value: Uint8Array.of(0, 0, 1, 2) },
        { kind: 'exact', value: Uint8Array.of(0, 0) },
      ],
    ],
  );
});

test('a duplicate, an entry too many, and what does not fit are refused with what is wrong', (t) => {
  const { table } = runTable((m) => makeTable(m, FLOWS));
  for (const port of [1, 2, 3]) t.true(table.insert(flow(7, port)).ok);
  const refused = (entry: NewEntry) => {
    const result = table.insert(entry);
    return result.ok ? 'taken' : `${result.reason}: ${result.message}`;
  };
  t.is(refused(flow(7, 2)), 'duplicate: table flows: an entry with this key is there already');
  t.is(
    refused(flow(7, 4)),
    'full: table flows: the table has its 3 entries: delete some, or give it a larger size',
  );
  t.is(
    refused(flow(7, 512)),
    'invalid: table flows: field port has 9 bits, and 0x0200 does not fit into them',
  );
  t.is(
    refused(flow(7, 5, { data: new Uint8Array(6) })),
    'invalid: table flows: action data has 6 bytes, and the table has room for 5',
  );
  t.is(refused(flow(7, 5, { matches: [] })), 'invalid: table flows: the key has 2 fields, not 0');
  t.regex(refused(flow(7, 5, { idleTimeout: -1 })), /^invalid: table flows: an idle timeout is 0 to/);
  const result = table.delete(flow(8, 1));
  t.is(result.ok ? '' : result.reason, 'not-found');
  t.is(table.count, 3);
});

test('an entry keeps its handle, record, counters and last hit when its action changes', (t) => {
  const { table } = runTable((m) => makeTable(m, FLOWS));
  const inserted = table.insert(flow(1, 1, { now: 44 }));
  const handle = inserted.ok ? inserted.handle : -1;
  const address = table.addressOf(handle);
  table.setCounters(address, { packets: 2n ** 63n, bytes: 5n });
  t.deepEqual(table.modify(flow(1, 1), { action: 2, data: Uint8Array.of(1) }), { ok: true, handle });
  t.is(table.addressOf(handle), address);
  t.deepEqual(table.counters(address), { packets: 2n ** 63n, bytes: 5n });
  t.is(table.lastHit(address), 44);
  t.is(table.get(handle)?.action, 2);
  t.deepEqual(table.get(handle)?.data, Uint8Array.of(1, 0, 0, 0, 0));
  table.delete(flow(1, 1));
  t.is(table.get(handle), undefined);
  t.is(table.addressOf(handle), 0);
});

test('the default entry has a record of its own, and is none until it is set', (t) => {
  const { table, memory } = runTable((m) => makeTable(m, FLOWS));
  t.is(table.default(), undefined);
  t.is(memory.view.getUint32(table.defaultEntry, true), FREE);
  t.true(table.setDefault({ action: 3, data: Uint8Array.of(1, 2) }).ok);
  t.deepEqual(table.default(), { action: 3, data: Uint8Array.of(1, 2, 0, 0, 0) });
  t.is(table.count, 0);
  table.clear();
  t.is(table.default()?.action, 3);
  table.setDefault(undefined);
  t.is(table.default(), undefined);
});

test('a default that the program has fixed stays, whoever asks', (t) => {
  const { table } = runTable((m) => makeTable(m, FLOWS));
  t.true(table.setDefault({ action: 3, data: new Uint8Array(5) }).ok);
  table.fixDefault();
  for (const action of [undefined, { action: 1, data: new Uint8Array(0) }]) {
    const change = table.setDefault(action);
    t.is(change.ok ? '' : change.reason, 'invalid');
    t.is(table.default()?.action, 3);
  }
});

test('entries expire when they were not hit for as long as their timeout', (t) => {
  const { table, memory } = runTable((m) => makeTable(m, { ...FLOWS, maximumSize: 100 }));
  const handle = (entry: NewEntry) => {
    const result = table.insert(entry);
    return result.ok ? result.handle : -1;
  };
  const never = handle(flow(1, 1, { now: 0 }));
  const early = handle(flow(1, 2, { now: 0, idleTimeout: 10 }));
  const late = handle(flow(1, 3, { now: 5, idleTimeout: 10 }));
  t.deepEqual(table.expired(9), { handles: [], next: 0 });
  t.deepEqual(table.expired(10), { handles: [early], next: 0 });
  t.deepEqual(table.expired(15), { handles: [early, late], next: 0 });
  memory.view.setBigInt64(table.addressOf(early) + (table.layout.hitTime ?? 0), 2n ** 53n - 1n, true);
  t.deepEqual(table.expired(15), { handles: [late], next: 0 });
  t.deepEqual(table.expired(15, 0, 2), { handles: [], next: 2 });
  t.deepEqual(table.expired(15, 2, 2), { handles: [late], next: 0 });
  t.true(never >= 0);
});

test('entries may be deleted while all are read', (t) => {
  const { table } = runTable((m) => makeTable(m, { ...FLOWS, maximumSize: 1000 }));
  for (let port = 0; port < 500; port++) table.insert(flow(3, port));
  const gone: number[] = [];
  table.observe({ deleted: (record) => gone.push(record) });
  for (const entry of table.entries()) t.true(table.deleteHandle(entry.handle).ok);
  t.is(table.count, 0);
  t.is(gone.length, 500);
});

test('a table without a key takes no entries, and nothing matches', (t) => {
  const { table, lookUp } = runTable((m) => makeTable(m, { ...FLOWS, keys: [] }));
  const result = table.insert({ matches: [], action: 1, data: new Uint8Array(0) });
  t.is(result.ok ? '' : result.reason, 'invalid');
  t.is(lookUp([]), 0);
  t.true(table.setDefault({ action: 1, data: new Uint8Array(0) }).ok);
});

test('of two entries with one priority the lower handle wins, as in BMv2', (t) => {
  const { table, memory, lookUp } = runTable((m) =>
    makeTable(m, {
      name: 'acl',
      keys: [{ name: 'port', kind: 'ternary', width: 16 }],
      maximumSize: 9,
      actionDataBytes: 0,
    }),
  );
  const rule = (value: number, mask: number) =>
    table.insert({
      matches: [{ kind: 'ternary', value: toBytes(BigInt(value), 2), mask: toBytes(BigInt(mask), 2) }],
      priority: 5,
      action: 1,
      data: new Uint8Array(0),
    });
  const first = rule(0x1200, 0xff00);
  const second = rule(0x0034, 0x00ff);
  t.true(first.ok && second.ok);
  const winner = memory.view.getUint32(lookUp([0x1234n]) + 4, true);
  t.is(winner, first.ok ? first.handle : -1);
});

test('the best of few entries is found, of more, and of few again', (t) => {
  // Entry n matches keys whose upper bits are those of n, with priority 10 + n; entry 0 matches all.
  const { table, memory, lookUp } = runTable(
    (m) =>
      new TernaryTable(m, {
        name: 'few',
        keys: [{ name: 'port', kind: 'ternary', width: 16 }],
        maximumSize: 16,
        actionDataBytes: 0,
        priorities: 'larger-wins',
      }),
  );
  const entry = (number: number): NewEntry => ({
    matches: [
      {
        kind: 'ternary',
        value: toBytes(BigInt(number << 8), 2),
        mask: toBytes(number === 0 ? 0n : 0xff00n, 2),
      },
    ],
    action: number,
    data: new Uint8Array(0),
    priority: 10 + number,
  });
  const there = new Set<number>();
  const check = () => {
    for (let number = 1; number <= 7; number++) {
      const expected = there.has(number) ? number : there.has(0) ? 0 : undefined;
      const record = lookUp([BigInt(number << 8) | 5n]);
      const found = record === 0 ? undefined : memory.view.getUint32(record, true);
      t.is(found, expected, `${number} of ${[...there]}`);
    }
  };
  check();
  for (const number of [3, 0, 5, 1, 6, 2, 4]) {
    t.true(table.insert(entry(number)).ok);
    there.add(number);
    check();
  }
  for (const number of [1, 6, 3, 2, 0, 5, 4]) {
    t.true(table.delete(entry(number)).ok);
    there.delete(number);
    check();
  }
});

test('priorities and ranges that cannot be are refused', (t) => {
  const { table } = runTable((m) =>
    makeTable(m, {
      name: 'acl',
      keys: [{ name: 'port', kind: 'range', width: 16 }],
      maximumSize: 9,
      actionDataBytes: 0,
    }),
  );
  const refused = (low: number, high: number, priority?: number) => {
    const result = table.insert({
      matches: [{ kind: 'range', low: toBytes(BigInt(low), 2), high: toBytes(BigInt(high), 2) }],
      ...(priority === undefined ? {} : { priority }),
      action: 1,
      data: new Uint8Array(0),
    });
    return result.ok ? '' : result.message;
  };
  t.regex(refused(2, 1, 1), /the range 0x0002 to 0x0001, which begins above its end/);
  t.regex(refused(1, 2), /priority, a whole number of 32 bits with sign, not undefined/);
  t.regex(refused(1, 2, 1.5), /not 1\.5/);
  t.is(refused(1, 2, -1), '');
});

// A secret of zeros gives all keys one hash, as an attacker who knew the secret could: the table draws another.
test('keys that collide do not stop a table', (t) => {
  for (const Kind of [ExactTable, TernaryTable]) {
    let draws = 0;
    const draw = (bytes: Uint8Array) => {
      draws++;
      for (const index of bytes.keys())
        bytes[index] = draws <= 2 ? 0 : (Math.imul(index + draws, 0x9e3779b1) >>> 13) & 255;
    };
    const kind = Kind === ExactTable ? 'exact' : 'ternary';
    const { table, lookUp } = runTable(
      (m) =>
        new Kind(
          m,
          {
            name: 'flooded',
            keys: [{ name: 'port', kind, width: 32 }],
            maximumSize: 5000,
            actionDataBytes: 0,
          },
          draw,
        ),
    );
    for (let value = 0; value < 900; value++) {
      const bytes = toBytes(BigInt(value), 4);
      const result = table.insert({
        matches: [
          kind === 'exact' ? { kind, value: bytes } : { kind, value: bytes, mask: toBytes(0xffffffffn, 4) },
        ],
        ...(kind === 'exact' ? {} : { priority: 1 }),
        action: 1,
        data: new Uint8Array(0),
      });
      t.true(result.ok);
    }
    t.true(draws > 2);
    for (let value = 0; value < 900; value++) t.not(lookUp([BigInt(value)]), 0);
    t.is(lookUp([900n]), 0);
  }
});

test('a memory at its limit refuses entries, and all that were taken stay found', (t) => {
  const shapes: readonly {
    readonly keys: readonly KeyField[];
    readonly match: (value: Uint8Array) => FieldMatch;
  }[] = [
    {
      keys: [{ name: 'a', kind: 'exact', width: 32 }],
      match: (value: Uint8Array) => ({ kind: 'exact', value }),
    },
    {
      keys: [{ name: 'a', kind: 'lpm', width: 32 }],
      match: (value: Uint8Array) => ({ kind: 'lpm', value, prefixLength: 32 }),
    },
    {
      keys: [{ name: 'a', kind: 'ternary', width: 32 }],
      match: (value: Uint8Array) => ({ kind: 'ternary', value, mask: toBytes(0xffff_ffffn, 4) }),
    },
  ];
  for (const { keys, match } of shapes) {
    const { table, lookUp } = runTable(
      (m) => makeTable(m, { name: 'full', keys, maximumSize: 1_000_000, actionDataBytes: 0 }),
      new LinearMemory({ maximumBytes: 2 << 20 }),
    );
    const entry = (value: number): NewEntry => ({
      matches: [match(toBytes(BigInt(Math.imul(value, 0x9e3779b1) >>> 0), 4))],
      priority: 1,
      action: 1,
      data: new Uint8Array(0),
    });
    let taken = 0;
    let refused = 0;
    for (let value = 0; refused < 20; value++) {
      const result = table.insert(entry(value));
      if (result.ok) taken++;
      else {
        refused++;
        t.is(result.reason, 'full');
        t.regex(result.message, /memory is full/);
      }
      if (value % 97 === 0) t.is(lookUp([BigInt(Math.imul(value, 0x9e3779b1) >>> 0)]) !== 0, result.ok);
    }
    t.true(taken > 2000);
    t.is(table.count, taken);
    t.is([...table.entries()].length, taken);
    for (const { handle } of [...table.entries()].slice(0, 1000)) t.true(table.deleteHandle(handle).ok);
    t.true(table.insert(entry(-1)).ok);
  }
});

test('a table that is not attached says so', (t) => {
  const table = makeTable(new LinearMemory(), FLOWS);
  t.throws(() => table.insert(flow(1, 1)), { instanceOf: InternalError });
});
