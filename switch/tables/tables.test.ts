import test from 'ava';
import fc from 'fast-check';
import type { EntryKey, FieldMatch, KeyField, TableDescription } from './description.ts';
import { makeTable } from './make-table.ts';
import { NaiveTable, toBytes } from './naive-table.ts';
import type { Table } from './table.ts';
import { type RunningTable, runTable } from './table-harness.ts';

/** Numbers of a field that meet often: few different ones, and some at random. */
function numbers(width: number): fc.Arbitrary<bigint> {
  const highest = 2n ** BigInt(width) - 1n;
  const few = [0n, 1n, highest, highest >> 1n, highest - 1n, 1n << BigInt(width - 1), 0x0a0b0c0dn & highest];
  return fc.oneof(fc.constantFrom(...few), fc.bigInt({ min: 0n, max: highest }));
}

function matchOf(field: KeyField): fc.Arbitrary<FieldMatch> {
  const bytes = Math.ceil(field.width / 8);
  const value = numbers(field.width).map((number) => toBytes(number, bytes));
  const any = fc.constant<FieldMatch>({ kind: 'any' });
  switch (field.kind) {
    case 'exact':
    case 'valid':
      return value.map((it) => ({ kind: 'exact', value: it }));
    case 'optional':
      return fc.oneof(
        value.map((it): FieldMatch => ({ kind: 'exact', value: it })),
        any,
      );
    case 'lpm':
      return fc.oneof(
        fc.record({
          kind: fc.constant('lpm' as const),
          value,
          prefixLength: fc.integer({ min: 0, max: field.width }),
        }),
        any,
      );
    case 'ternary':
      return fc.oneof(fc.record({ kind: fc.constant('ternary' as const), value, mask: value }), any);
    case 'range':
      return fc.oneof(
        fc.tuple(numbers(field.width), numbers(field.width)).map(([one, other]): FieldMatch => {
          const [low, high] = one < other ? [one, other] : [other, one];
          return { kind: 'range', low: toBytes(low, bytes), high: toBytes(high, bytes) };
        }),
        any,
      );
  }
}

type Step =
  | { readonly kind: 'insert'; readonly key: EntryKey }
  | { readonly kind: 'delete'; readonly key: EntryKey }
  | { readonly kind: 'look'; readonly values: readonly bigint[] }
  | { readonly kind: 'again'; readonly which: number; readonly act: 'look' | 'delete' };

function stepsOf(keys: readonly KeyField[], withPriority: boolean): fc.Arbitrary<readonly Step[]> {
  const matches = fc.tuple(...keys.map(matchOf));
  const key: fc.Arbitrary<EntryKey> = withPriority
    ? fc.record({ matches, priority: fc.integer({ min: 1, max: 6 }) })
    : fc.record({ matches });
  const values = fc.tuple(...keys.map((field) => numbers(field.width)));
  return fc.array(
    fc.oneof(
      { weight: 5, arbitrary: key.map((it): Step => ({ kind: 'insert', key: it })) },
      { weight: 1, arbitrary: key.map((it): Step => ({ kind: 'delete', key: it })) },
      { weight: 3, arbitrary: values.map((it): Step => ({ kind: 'look', values: it })) },
      {
        weight: 4,
        arbitrary: fc
          .record({ which: fc.nat(), act: fc.constantFrom('look' as const, 'delete' as const) })
          .map((it): Step => ({ kind: 'again', ...it })),
      },
    ),
    { maxLength: 200, size: 'max' },
  );
}

/** Some value that a match takes, mostly. */
function inside(match: FieldMatch | undefined): bigint {
  const number = (bytes: Uint8Array) => bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  switch (match?.kind) {
    case 'exact':
    case 'lpm':
    case 'ternary':
      return number(match.value);
    case 'range':
      return number(match.high);
    default:
      return 0n;
  }
}

/** Does the same with a table and with the naive one; returns what differs. */
function difference(
  { table, memory, lookUp }: RunningTable<Table>,
  steps: readonly Step[],
): string | undefined {
  const { description } = table;
  const naive = new NaiveTable(description.keys, description.priorities === 'smaller-wins');
  const inserted: EntryKey[] = [];
  const look = (values: readonly bigint[]): string | undefined => {
    const address = lookUp(values);
    const expected = naive.lookup(values);
    const found = address === 0 ? undefined : memory.u32[(address + 4) >>> 2];
    if (found !== undefined && table.addressOf(found) !== address) return 'a lookup gave what is no entry';
    return found === expected ? undefined : `${values} hit ${found}, expected ${expected}`;
  };
  const remove = (key: EntryKey) => {
    const there = naive.delete(key);
    const result = table.delete(key);
    return result.ok === there ? undefined : `deleting: ${JSON.stringify(result)}, expected ${there}`;
  };
  for (const step of steps) {
    let wrong: string | undefined;
    if (step.kind === 'insert') {
      const there = naive.has(step.key);
      const result = table.insert({ ...step.key, action: 7, data: Uint8Array.of(1, 2) });
      if (result.ok === there) wrong = `inserting: ${JSON.stringify(result)}, it was there: ${there}`;
      if (result.ok) naive.insert(step.key, result.handle);
      else if (!there) wrong = result.message;
      inserted.push(step.key);
    } else if (step.kind === 'delete') wrong = remove(step.key);
    else if (step.kind === 'look') wrong = look(step.values);
    else {
      const key = inserted[step.which % Math.max(1, inserted.length)];
      if (key !== undefined) wrong = step.act === 'look' ? look(key.matches.map(inside)) : remove(key);
    }
    wrong ??= table.count === naive.count ? undefined : `${table.count} entries, expected ${naive.count}`;
    if (wrong !== undefined) return wrong;
  }
  for (const entry of [...table.entries()]) {
    if (!naive.delete(entry)) return `read back what is not there: ${JSON.stringify(entry)}`;
    if (!table.deleteHandle(entry.handle).ok) return `entry ${entry.handle} could not be deleted`;
  }
  return naive.count === 0 ? undefined : `${naive.count} entries were not read back`;
}

function field(kind: KeyField['kind'], width: number, name = `${kind}${width}`): KeyField {
  return { kind, width, name };
}

const SHAPES: { readonly [name: string]: readonly KeyField[] } = {
  'an exact bit': [field('exact', 1)],
  'exact 16': [field('exact', 16)],
  'exact 24': [field('exact', 24)],
  'exact 5 bytes': [field('exact', 32), field('valid', 1)],
  'exact 5-tuple': [
    field('exact', 32),
    field('exact', 32, 'b'),
    field('exact', 16),
    field('exact', 16, 'd'),
    field('exact', 8),
  ],
  'exact IPv6 5-tuple': [field('exact', 128), field('exact', 128, 'b'), field('exact', 40)],
  'exact 2048': [field('exact', 2048), field('exact', 9)],
  'lpm of 3': [field('lpm', 3)],
  'lpm of 9': [field('lpm', 9)],
  'lpm of 32': [field('lpm', 32)],
  'lpm of 48': [field('lpm', 48)],
  'lpm of 64': [field('lpm', 64)],
  'lpm of 65': [field('lpm', 65)],
  'lpm of 128': [field('lpm', 128)],
  'lpm behind exact': [field('exact', 9), field('lpm', 32)],
  'lpm before exact': [field('lpm', 128), field('exact', 12)],
  'lpm between exact': [field('exact', 3), field('lpm', 20), field('exact', 32)],
};

const PRIORITIZED: { readonly [name: string]: readonly KeyField[] } = {
  'a ternary bit': [field('ternary', 1)],
  'ternary 16': [field('ternary', 16)],
  'ternary 5-tuple': [
    field('ternary', 32),
    field('ternary', 32, 'b'),
    field('range', 16),
    field('range', 16, 'd'),
    field('optional', 8),
  ],
  'range 3': [field('range', 3)],
  'range 64 and 65': [field('range', 64), field('range', 65)],
  'range 200': [field('range', 200)],
  'optional IPv6 and exact': [field('optional', 128), field('exact', 9)],
  'ternary IPv6 with lpm and valid': [field('ternary', 128), field('lpm', 128), field('valid', 1)],
  'two lpm': [field('lpm', 32), field('lpm', 9)],
  'ternary 2048': [field('ternary', 2048)],
};

for (const [name, keys] of Object.entries({ ...SHAPES, ...PRIORITIZED })) {
  const withPriority = Object.hasOwn(PRIORITIZED, name);
  test(`${name}: as a list searched from its start`, (t) => {
    // Prefixes are found in other ways in large tables, priorities count in two directions.
    const variants: readonly Pick<TableDescription, 'maximumSize' | 'priorities'>[] = withPriority
      ? [
          { maximumSize: 1000, priorities: 'larger-wins' },
          { maximumSize: 1000, priorities: 'smaller-wins' },
        ]
      : [{ maximumSize: 200 }, { maximumSize: 1000 }, { maximumSize: 100_000 }];
    for (const variant of variants) {
      const running = runTable((memory) =>
        makeTable(memory, { name: 'under test', keys, actionDataBytes: 5, ...variant }),
      );
      const used = running.memory.usedBytes;
      fc.assert(
        fc.property(stepsOf(keys, withPriority), (steps) => {
          running.table.clear();
          const wrong = difference(running, steps);
          if (wrong !== undefined) throw new Error(wrong);
        }),
        { seed: 11, numRuns: 10 },
      );
      running.table.clear();
      // Only the order of the tuples stays.
      t.true(running.memory.usedBytes - used <= 8192);
    }
  });
}
