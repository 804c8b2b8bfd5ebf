/** Who is in a service's selection. */

import test from 'ava';
import type { Candidate, PolicyName } from '../selection/index.ts';
import { draw, membersOf, type Pooled } from './members.ts';

const pooled = (name: string, weight: number, agent?: number): Pooled => ({ name, weight, agent });
const candidate = (server: number, weight: number, estimate: number): Candidate => ({
  server,
  weight,
  measured: estimate,
  estimate,
  readiness: 1,
});
const by = (policy: PolicyName, places = 100) => ({ policy, places, capacity: 1 });

test('without agents the weights of the configuration stand, and weight 0 drains', (t) => {
  const pool = [pooled('one', 1), pooled('two', 3), pooled('three', 0)];
  t.deepEqual(
    membersOf(pool, [], by('shell-weights'), 1).map(({ name, weight }) => [name, weight]),
    [
      ['one', 1],
      ['two', 3],
    ],
  );
});

test('large weights without agents are scaled to the places that there are', (t) => {
  // 1021 · 100/256 = 398.8, 1021 · 56/256 = 223.3.
  const pool = [pooled('one', 100), pooled('two', 56), pooled('three', 100)];
  t.deepEqual(membersOf(pool, [], by('shell-weights', 1021), 1), [
    { name: 'one', weight: 399 },
    { name: 'two', weight: 223 },
    { name: 'three', weight: 399 },
  ]);
  // More than a group of the switch has places for (p4/include/sizes.p4).
  const members = membersOf([pooled('one', 1000), pooled('two', 500)], [], by('shell-weights', 1021), 1);
  t.deepEqual(members, [
    { name: 'one', weight: 681 },
    { name: 'two', weight: 340 },
  ]);
});

test('with agents the policy decides, and those that are not there get nothing', (t) => {
  const pool = [pooled('one', 1, 7), pooled('two', 1, 8), pooled('three', 1, 9)];
  // Headroom 0.75 and 0.25 of 1 together.
  t.deepEqual(membersOf(pool, [candidate(7, 1, 0.25), candidate(9, 1, 0.75)], by('shell-weights'), 1), [
    { name: 'one', weight: 75 },
    { name: 'three', weight: 25 },
  ]);
  t.deepEqual(membersOf(pool, [], by('shell-weights'), 1), []);
});

test('a server without an agent keeps its part, and the policy divides the rest', (t) => {
  const pool = [pooled('one', 1, 7), pooled('two', 2), pooled('three', 1, 9)];
  // Weights 1, 2 and 1: half is for two, whatever loads there are; the rest goes 0.9 to 0.1.
  t.deepEqual(membersOf(pool, [candidate(7, 1, 0.1), candidate(9, 1, 0.9)], by('shell-weights'), 1), [
    { name: 'one', weight: 45 },
    { name: 'three', weight: 5 },
    { name: 'two', weight: 50 },
  ]);
  t.deepEqual(membersOf(pool, [candidate(7, 1, 0.1), candidate(9, 1, 0.9)], by('shell'), 1), [
    { name: 'one', weight: 50 },
    { name: 'two', weight: 50 },
  ]);
  t.deepEqual(membersOf(pool, [], by('shell'), 1), [{ name: 'two', weight: 1 }]);
});

test('consistent hashing gives places in order, also without agents', (t) => {
  const pool = [pooled('one', 1), pooled('two', 1), pooled('three', 1)];
  const places = membersOf(pool, [], by('consistent-hash', 101), 1);
  t.is(places.length, 101);
  t.true(places.every(({ weight }) => weight === 1));
  const after = membersOf(pool.slice(0, 2), [], by('consistent-hash', 101), 2);
  const moved = places.filter(({ name }, index) => name !== 'three' && after[index]?.name !== name).length;
  // A third is taken from three, and few others change (Maglev, section 3.4).
  t.true(moved < 20, `${moved} moved`);
});

test('a draw is by weight', (t) => {
  const members = [
    { name: 'one', weight: 1 },
    { name: 'two', weight: 3 },
  ];
  t.is(draw(members, 0), 'one');
  t.is(draw(members, 0.2499), 'one');
  t.is(draw(members, 0.25), 'two');
  t.is(draw(members, 0.9999), 'two');
  t.is(draw([], 0.5), undefined);
});
