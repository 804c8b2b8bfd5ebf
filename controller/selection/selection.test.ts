/** The policies, and members with weights as the switch takes them. */

import test from 'ava';
import fc from 'fast-check';
import {
  apportion,
  type Candidate,
  maglevTable,
  POLICIES,
  type PolicyName,
  primeUpTo,
  select,
} from './index.ts';

const server = (number: number, rest: Partial<Candidate> = {}): Candidate => ({
  server: number,
  weight: 1,
  measured: 0.5,
  estimate: 0.5,
  readiness: 1,
  ...rest,
});
const members = (policy: PolicyName, candidates: readonly Candidate[], places = 100) =>
  select(candidates, { policy, places, capacity: 1 }).members;

test('(9): shell takes the least estimate, least-loaded the least measure', (t) => {
  const pool = [
    server(1, { measured: 0.2, estimate: 0.6 }),
    server(2, { measured: 0.5, estimate: 0.3 }),
    server(3, { measured: 0.4, estimate: 0.3 }),
  ];
  t.deepEqual(members('shell', pool), [{ server: 2, weight: 1 }]);
  t.deepEqual(members('least-loaded', pool), [{ server: 1, weight: 1 }]);
});

test('shell by weights: places by headroom', (t) => {
  // Headroom 0.8, 0.2, 0 and twice 0.5: 0.8 + 0.2 + 1 = 2; of 100 places 40, 10 and 50.
  t.deepEqual(
    members('shell-weights', [
      server(1, { estimate: 0.2 }),
      server(2, { estimate: 0.8 }),
      server(3, { estimate: 1.1 }),
      server(4, { estimate: 0.5, weight: 2 }),
    ]),
    [
      { server: 1, weight: 40 },
      { server: 2, weight: 10 },
      { server: 4, weight: 50 },
    ],
  );
  // No room anywhere: by weight, for whom admission still lets in.
  t.deepEqual(members('shell-weights', [server(1, { estimate: 1 }), server(2, { estimate: 2, weight: 3 })]), [
    { server: 1, weight: 25 },
    { server: 2, weight: 75 },
  ]);
});

test('round robin and weighted', (t) => {
  const pool = [server(1), server(2, { weight: 3 })];
  t.deepEqual(members('round-robin', pool, 8), [
    { server: 1, weight: 4 },
    { server: 2, weight: 4 },
  ]);
  t.deepEqual(members('weighted', pool, 8), [
    { server: 1, weight: 2 },
    { server: 2, weight: 6 },
  ]);
});

test('slow start: only a part of the room counts', (t) => {
  // 1 is at 0.4. 2 is back with nothing to do, and a quarter ready: it looks like 0.75, and has 0.25 of 0.85 in all.
  const pool = [
    server(1, { measured: 0.4, estimate: 0.4 }),
    server(2, { measured: 0, estimate: 0, readiness: 0.25 }),
  ];
  t.deepEqual(members('shell', pool), [{ server: 1, weight: 1 }]);
  t.deepEqual(members('shell-weights', pool, 85), [
    { server: 1, weight: 60 },
    { server: 2, weight: 25 },
  ]);
  t.deepEqual(members('round-robin', pool, 10), [
    { server: 1, weight: 8 },
    { server: 2, weight: 2 },
  ]);
});

test('nobody there: no members', (t) => {
  for (const policy of POLICIES) t.deepEqual(members(policy, []), []);
});

const pools = fc.array(
  fc.record({
    weight: fc.double({ min: 0.1, max: 10, noNaN: true }),
    measured: fc.double({ min: 0, max: 1.5, noNaN: true }),
    estimate: fc.double({ min: 0, max: 1.5, noNaN: true }),
    readiness: fc.double({ min: 0.01, max: 1, noNaN: true }),
  }),
  { minLength: 1, maxLength: 30 },
);

test('any pool: weights are integers above 0 that sum up to the places, each server once', (t) => {
  fc.assert(
    fc.property(
      pools,
      fc.constantFrom(...POLICIES),
      fc.integer({ min: 2, max: 200 }),
      (pool, policy, places) => {
        const found = select(
          pool.map((one, index) => ({ ...one, server: index })),
          { policy, places, capacity: 1 },
          3,
        ).members;
        const sum = found.reduce((total, { weight }) => total + weight, 0);
        return (
          found.length > 0 &&
          found.every(({ weight }) => Number.isInteger(weight) && weight > 0) &&
          new Set(found.map((one) => one.server)).size === found.length &&
          (sum === places ||
            found.length === 1 ||
            (policy === 'consistent-hash' && sum === primeUpTo(places)))
        );
      },
    ),
  );
  t.pass();
});

test('places are the share rounded up or down', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 5, noNaN: true }), { minLength: 2, maxLength: 60 }),
      fc.integer({ min: 1, max: 500 }),
      fc.nat(50),
      (all, places, round) => {
        const total = all.reduce((sum, one) => sum + one, 0);
        const found = new Map(
          apportion(
            all.map((share, index) => ({ server: index, share })),
            places,
            round,
          ).map((one) => [one.server, one.weight]),
        );
        return all.every(
          (share, index) => Math.abs((found.get(index) ?? 0) - (share / total) * places) < 1.0001,
        );
      },
    ),
  );
  t.pass();
});

test('more servers than places: over many rounds each gets its share', (t) => {
  const shares = [3, 1, 1, 2, 1, 1, 1].map((share, index) => ({ server: index, share }));
  const got = new Map<number, number>();
  for (let round = 0; round < 1000; round++) {
    for (const { server: one, weight } of apportion(shares, 4, round))
      got.set(one, (got.get(one) ?? 0) + weight);
  }
  // 4 places a round, 10 parts: 400 for each part.
  for (const { server: one, share } of shares) {
    t.true(Math.abs((got.get(one) ?? 0) - 400 * share) < 10, `${one}: ${got.get(one)}`);
  }
});

test('Maglev: even, by weight, and a server that leaves takes few places of others along', (t) => {
  const shares = Array.from({ length: 20 }, (_, index) => ({ server: index, share: index === 7 ? 2 : 1 }));
  const before = maglevTable(shares, 1021);
  const count = (table: readonly number[], one: number) => table.filter((other) => other === one).length;
  // 1021 places, 21 parts: 48.6 for a part.
  for (const { server: one, share } of shares) {
    t.true(Math.abs(count(before, one) - (1021 / 21) * share) <= 2, `${one}: ${count(before, one)}`);
  }
  const after = maglevTable(
    shares.filter((one) => one.server !== 3),
    1021,
  );
  const moved = before.filter((one, place) => one !== 3 && after[place] !== one).length;
  t.true(moved < 1021 * 0.1, `${moved} places moved`);
  t.throws(() => maglevTable(shares, 1024), { instanceOf: RangeError });
  t.is(primeUpTo(1024), 1021);
});
