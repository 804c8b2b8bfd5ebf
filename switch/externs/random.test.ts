import test from 'ava';
import { LinearMemory } from '../wasm/index.ts';
import { RandomGenerator } from './random.ts';
import { runFunctions } from './run-functions.ts';

const memory = new LinearMemory();
const generator = new RandomGenerator(memory);
const draw = runFunctions(memory, (module) => [generator.emit(module)]).function('random');

function between(lowest: bigint, highest: bigint): bigint {
  return BigInt.asUintN(64, BigInt(draw(lowest, highest) ?? 0));
}

test('all numbers from the lowest to the highest come, about equally often', (t) => {
  generator.seed(1n);
  const counts = new Map<bigint, number>();
  for (let turn = 0; turn < 6000; turn++) {
    const value = between(5n, 10n);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  t.deepEqual([...counts.keys()].sort(), [5n, 6n, 7n, 8n, 9n, 10n].sort());
  // 1000 ± 5 standard deviations of 29.
  for (const count of counts.values()) t.true(count > 855 && count < 1145, `${count}`);
});

test('the ends of what there can be', (t) => {
  t.is(between(7n, 7n), 7n);
  t.is(between(9n, 3n), 9n);
  const all = 2n ** 64n - 1n;
  t.true(Array.from({ length: 20 }, () => between(0n, all)).some((value) => value >= 2n ** 63n));
  for (let turn = 0; turn < 20; turn++) t.true(between(2n ** 63n, all) >= 2n ** 63n);
});

test('a seed makes it repeatable, and two generators differ', (t) => {
  generator.seed(42n);
  const first = between(0n, 2n ** 32n);
  generator.seed(42n);
  t.is(between(0n, 2n ** 32n), first);
});
