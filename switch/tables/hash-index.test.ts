import test from 'ava';
import { LinearMemory } from '../wasm/index.ts';
import { HashIndex, INDEX_CONTROL_BYTES } from './hash-index.ts';

/** A bijection of 32 bits that spreads (the finalizer of MurmurHash3). */
function spread(value: number): number {
  let hash = value;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function makeIndex(hashOf: (reference: number) => number) {
  const memory = new LinearMemory();
  const control = memory.allocate(INDEX_CONTROL_BYTES);
  return { memory, index: new HashIndex(memory, control, hashOf) };
}

test('no insert moves more than one segment, however many references there are', (t) => {
  let hashed = 0;
  const { index, memory } = makeIndex((reference) => {
    hashed++;
    return spread(reference);
  });
  const count = 300_000;
  let most = 0;
  for (let reference = 1; reference <= count; reference++) {
    hashed = 0;
    index.insert(spread(reference), reference);
    most = Math.max(most, hashed);
  }
  // 64 groups of 12 places, 85 % of them.
  t.true(most <= 652, `${most}`);
  t.is(index.count, count);
  t.true(memory.usedBytes / count < 16, `${memory.usedBytes / count} bytes a reference`);
  for (let reference = 1; reference <= count; reference += 7) {
    t.is(
      index.find(spread(reference), (it) => it === reference),
      reference,
    );
  }
  t.is(
    index.find(spread(count + 1), (it) => it === count + 1),
    0,
  );
});

test('references are all there once, can be replaced, and leave nothing behind', (t) => {
  const { index, memory } = makeIndex((reference) => spread(reference % 100_000));
  const empty = memory.usedBytes;
  for (let reference = 1; reference <= 50_000; reference++) index.insert(spread(reference), reference);
  t.deepEqual(
    [...index.references()].sort((a, b) => a - b),
    Array.from({ length: 50_000 }, (_, n) => n + 1),
  );
  t.true(index.replace(spread(77), 77, 100_077));
  t.false(index.replace(spread(77), 77, 100_077));
  t.is(
    index.find(spread(77), () => true),
    100_077,
  );
  t.true(index.remove(spread(77), 100_077));
  for (let reference = 1; reference <= 50_000; reference++) {
    t.is(index.remove(spread(reference), reference), reference !== 77);
  }
  t.is(index.count, 0);
  t.deepEqual([...index.references()], []);
  index.clear();
  t.is(memory.usedBytes, empty);
});

test('references whose hashes agree are told apart, as many as a segment has, and the next is refused', (t) => {
  const { index } = makeIndex(() => 0xdead_beef);
  let inserted = 0;
  while (inserted < 10_000 && index.insert(0xdead_beef, inserted + 1)) inserted++;
  t.is(inserted, 652);
  for (let reference = 1; reference <= inserted; reference++) {
    t.is(
      index.find(0xdead_beef, (it) => it === reference),
      reference,
    );
  }
  t.is(
    index.find(0xdead_beef, () => false),
    0,
  );
});
