/** What outlives a restart: written, read again, damaged. */

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';
import { formatSaved, parseSaved } from './saved-text.ts';
import { openMobilityStore } from './store.ts';
import { ip, MobileNode, makeAgent, registered, seededRandom } from './test-harness.ts';
import type { SavedValue } from './types.ts';

const NOW = 1_000_000_000_000;

async function inDirectory(run: (directory: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(join(tmpdir(), 'moor-store-'));
  try {
    await run(join(parent, 'state/mobility'));
  } finally {
    rmSync(parent, { recursive: true });
  }
}

const address = fc.uint8Array({ minLength: 16, maxLength: 16 });
const time = fc.nat();
const savedValue: fc.Arbitrary<SavedValue> = fc.oneof(
  fc.record({
    kind: fc.constant('nonce' as const),
    index: fc.nat({ max: 65535 }),
    value: fc.uint8Array(),
    key: fc.uint8Array({ minLength: 20, maxLength: 20 }),
    createdAt: time,
    firstUsedAt: fc.option(time, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('binding' as const),
    homeAddress: address,
    virtualAddress: address,
    careOfAddress: address,
    sequence: fc.nat({ max: 65535 }),
    lifetime: time,
    expiresAt: time,
    isStatic: fc.boolean(),
    voidBefore: fc.option(time, { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant('retired' as const),
    homeAddress: address,
    virtualAddress: address,
    sequence: fc.nat({ max: 65535 }),
    retiredAt: time,
    isStatic: fc.boolean(),
    voidBefore: fc.option(time, { nil: undefined }),
  }),
);

test('values are read as they were written, and no damaged text is taken', (t) => {
  fc.assert(
    fc.property(savedValue, fc.nat(), fc.nat({ max: 126 }), (value, place, change) => {
      const text = formatSaved(value);
      t.deepEqual(parseSaved(text), value);
      const at = place % text.length;
      const damaged =
        text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (change + 1)) + text.slice(at + 1);
      t.is(parseSaved(damaged), undefined);
      t.is(parseSaved(text.slice(0, at)), undefined);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('a store gives what was written, after a restart', async (t) => {
  await inDirectory(async (directory) => {
    const agent = makeAgent();
    const node = registered(agent);
    const { store, values, problems } = await openMobilityStore(directory, NOW);
    t.deepEqual([values, problems], [[], []]);
    await store.write([...agent.saved].map(([key, value]) => ({ key, value })));
    await store.close();
    const second = await openMobilityStore(directory, NOW);
    t.deepEqual(second.values.toSorted(byKind), [...agent.saved.values()].toSorted(byKind));
    const next = makeAgent({}, { saved: second.values, now: agent.now, random: seededRandom(9) });
    t.is(node.read(next.receive(node.update({ sequence: 2 }))[0]).status, 0);
    await second.store.close();
  });
});

function byKind(one: SavedValue, other: SavedValue): number {
  return one.kind < other.kind ? -1 : 1;
}

test('writes take effect in their order, and deletions delete', async (t) => {
  await inDirectory(async (directory) => {
    const { store } = await openMobilityStore(directory, NOW);
    const value = (sequence: number): SavedValue => ({
      kind: 'retired',
      homeAddress: new Uint8Array(16),
      virtualAddress: new Uint8Array(16),
      sequence,
      retiredAt: 1,
      isStatic: sequence % 2 === 0,
      voidBefore: undefined,
    });
    void store.write([
      { key: 'a', value: value(1) },
      { key: 'b', value: value(2) },
    ]);
    void store.write([{ key: 'a', value: value(3) }]);
    await store.write([{ key: 'b', value: undefined }]);
    await store.close();
    const second = await openMobilityStore(directory, NOW);
    t.deepEqual(second.values, [value(3)]);
    await second.store.close();
  });
});

test('the directory is for its owner alone, also when it was not', async (t) => {
  await inDirectory(async (directory) => {
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    const { store } = await openMobilityStore(directory, NOW);
    t.is(statSync(directory).mode & 0o777, 0o700);
    await store.close();
  });
});

test('a second process is told that the first one has the store', async (t) => {
  await inDirectory(async (directory) => {
    const { store } = await openMobilityStore(directory, NOW);
    await t.throwsAsync(openMobilityStore(directory, NOW));
    await store.close();
    t.deepEqual(readdirSync(join(directory, '..')), ['mobility'], 'nothing was put aside');
  });
});

test('a store of another version is put aside', async (t) => {
  await inDirectory(async (directory) => {
    mkdirSync(directory, { recursive: true });
    const database = new ClassicLevel<string, string>(directory);
    await database.put('version', '99');
    await database.close();
    const { store, values, problems } = await openMobilityStore(directory, NOW);
    t.deepEqual(values, []);
    t.regex(problems[0] ?? '', /version is 99.*damaged-1000000000000/);
    await store.close();
  });
});

test('a damaged record is left out, and the others are there', async (t) => {
  await inDirectory(async (directory) => {
    const agent = makeAgent();
    registered(agent);
    const first = await openMobilityStore(directory, NOW);
    await first.store.write([...agent.saved].map(([key, value]) => ({ key, value })));
    await first.store.close();
    const database = new ClassicLevel<string, string>(directory);
    await database.put('binding/1', '00000000{"kind":"binding"}');
    await database.close();
    const { store, values, problems } = await openMobilityStore(directory, NOW);
    t.is(values.length, 2);
    t.deepEqual(problems, ['1 records were damaged, and are left out']);
    await store.close();
  });
});

test('whatever happens to a file of the store, it opens, and nothing is made up', async (t) => {
  const original = makeAgent();
  for (let index = 0; index < 30; index++)
    registered(original, new MobileNode(ip(`2001:db8:1::${index + 1}`)));
  const known = new Set([...original.saved.values()].map(formatSaved));
  const damages: Readonly<Record<string, (file: string) => void>> = {
    emptied: (file) => truncateSync(file, 0),
    'cut in half': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    overwritten: (file) => writeFileSync(file, Buffer.alloc(statSync(file).size, 0xa5)),
    'one byte changed': (file) => {
      const bytes = readFileSync(file);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = (bytes[at] ?? 0) ^ 0x40;
      writeFileSync(file, bytes);
    },
    removed: (file) => rmSync(file),
  };
  for (const [what, damage] of Object.entries(damages)) {
    for (let index = 0; ; index++) {
      let isLast = false;
      await inDirectory(async (directory) => {
        const first = await openMobilityStore(directory, NOW);
        await first.store.write([...original.saved].map(([key, value]) => ({ key, value })));
        await first.store.close();
        const files = readdirSync(directory).filter((name) => !name.startsWith('LOG') && name !== 'LOCK');
        isLast = index >= files.length - 1;
        damage(join(directory, files[index] ?? ''));
        const { store, values } = await openMobilityStore(directory, NOW);
        for (const value of values) t.true(known.has(formatSaved(value)), `${files[index]} ${what}`);
        await store.write([{ key: 'x', value: undefined }]);
        await store.close();
      });
      if (isLast) break;
    }
  }
});

test('bytes that are Buffers, as those from the network, are kept as any others', (t) => {
  const value = (bytes: (fill: number) => Uint8Array) =>
    ({
      kind: 'binding',
      homeAddress: bytes(1),
      virtualAddress: bytes(2),
      careOfAddress: bytes(3),
      sequence: 1,
      lifetime: 400_000,
      expiresAt: 1_000_000,
      isStatic: false,
      voidBefore: undefined,
    }) as const;
  const plain = formatSaved(value((fill) => new Uint8Array(16).fill(fill)));
  t.is(formatSaved(value((fill) => Buffer.alloc(16, fill))), plain);
  t.not(parseSaved(plain), undefined);
});
