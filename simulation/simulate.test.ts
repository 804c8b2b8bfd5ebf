/** The simulation against queueing theory, its books, and its seed. */

import test from 'ava';
import { boundedPareto, exponential, lognormal, makeRandom } from './random.ts';
import { RESULT_COLUMNS, resultRow } from './report.ts';
import { SCENARIO, type Scenario } from './scenario.ts';
import { simulate } from './simulate.ts';
import { meanWork, type SessionKind } from './workload.ts';

const SMALL: Scenario = { ...SCENARIO, servers: 10, warmUp: 100, duration: 300 };

/** Streams of one rate that last 20 s each. */
const STREAMS: readonly SessionKind[] = [
  { name: 'stream', flow: 'stream', part: 1, rate: 0.01, duration: () => 20, retries: [1] },
];

test('the same seed gives the same, another one something else', (t) => {
  const first = simulate(SMALL);
  t.deepEqual(simulate(SMALL), first);
  t.notDeepEqual(simulate({ ...SMALL, seed: 2 }), first);
});

test('distributions have the means that formulas give', (t) => {
  const random = makeRandom(7);
  const mean = (draw: () => number) => {
    let sum = 0;
    for (let index = 0; index < 50_000; index++) sum += draw();
    return sum / 50_000;
  };
  t.true(Math.abs(mean(() => exponential(random, 3)) - 3) < 0.05);
  // Bounded Pareto, shape 1.5 from 1 to 120: L^a/(1 − (L/H)^a)·a/(a − 1)·(1/L^(a−1) − 1/H^(a−1))
  // = 1/(1 − 120^−1.5)·3·(1 − 120^−0.5) = 1.000761·3·0.908713 = 2.7282.
  t.true(Math.abs(mean(() => boundedPareto(random, 1.5, 1, 120)) - 2.7282) < 0.1);
  // Lognormal: median·exp(σ²/2) = 100·1.6487.
  t.true(Math.abs(mean(() => lognormal(random, 100, 1)) - 164.87) < 5);
  t.true(Math.abs(meanWork(STREAMS) - 0.2) < 1e-9);
});

test('streams with room for all are M/G/∞: load and deviation as theory has them', (t) => {
  // One server in ten takes a tenth of the Poisson stream, which is Poisson again. At a load of 0.5 a server has in the
  // mean 50 sessions of rate 0.01, and √50 = 7.07 as deviation: 0.0707. Over ten servers at a time it comes out as
  // 0.0707·√(9/10)·c4(10), c4(10) being 0.9727: 0.0652.
  const result = simulate({
    ...SMALL,
    kinds: STREAMS,
    load: 0.5,
    policy: 'round-robin',
    admission: undefined,
    duration: 3000,
  });
  const load = result.moments.reduce((sum, one) => sum + one.load, 0) / result.moments.length;
  t.true(Math.abs(load - 0.5) < 0.01, `load ${load}`);
  t.true(Math.abs(result.deviation - 0.0652) < 0.003, `deviation ${result.deviation}`);
  t.is(result.refused + result.broken + result.degraded, 0);
  // 5 sessions of work 0.2 a second and server of size 1 are its capacity; half of that is offered.
  t.true(Math.abs(result.useful - 0.5) < 0.01, `useful ${result.useful}`);
});

test('a dead cluster: each client gives up after its last copy, and none completes', (t) => {
  const result = simulate({
    ...SMALL,
    kinds: STREAMS,
    load: 0.2,
    admission: undefined,
    failure: { at: 0, back: 10_000, part: 1 },
  });
  t.is(result.completed, 0);
  t.true(result.refused > 0.97 * result.offered);
});

test('more than there is, to elastic sessions: they take as much longer', (t) => {
  const kinds: readonly SessionKind[] = [
    { name: 'web', flow: 'elastic', part: 1, rate: 0.01, duration: () => 5, retries: [] },
  ];
  // Below capacity nobody waits; the pool is large enough for 100 sessions a server to be smooth.
  const calm = simulate({ ...SMALL, kinds, load: 0.5, admission: undefined });
  t.true(Math.abs(calm.slowdown.mean - 1) < 0.02, `${calm.slowdown.mean}`);
  const busy = simulate({ ...SMALL, kinds, load: 1.5, admission: undefined });
  t.true(busy.slowdown.mean > 1.5);
  t.true(busy.broken > 0);
});

test('SA2C keeps what it let in: streams at twice the capacity', (t) => {
  const off = simulate({ ...SMALL, kinds: STREAMS, load: 2, admission: undefined });
  const on = simulate({ ...SMALL, kinds: STREAMS, load: 2 });
  t.true(off.usefulWork < 0.2, `off ${off.usefulWork}`);
  t.true(on.usefulWork > 0.75, `on ${on.usefulWork}`);
  t.true(on.refused > 0 && on.broken < 0.02 * on.offered);
});

test('one minimum an interval is a herd, shares by headroom are none', (t) => {
  const deviation = (policy: Scenario['policy']) =>
    simulate({ ...SMALL, kinds: STREAMS, load: 0.5, policy, admission: undefined }).deviation;
  t.true(deviation('shell-weights') < deviation('round-robin'));
  t.true(deviation('round-robin') < deviation('shell'));
});

test('servers that die and come back: sessions break, the rest goes elsewhere', (t) => {
  const result = simulate({ ...SMALL, load: 0.5, failure: { at: 100, back: 150, part: 0.3 } });
  t.true(result.broken > 0);
  t.true(result.useful > 0.4);
  t.is(result.moments.length, 30);
});

test('the books: nobody is counted twice, and a row has all columns', (t) => {
  const result = simulate({ ...SMALL, load: 2 });
  for (const name of ['offered', 'completed', 'degraded', 'refused', 'broken'] as const) {
    t.is(
      Object.values(result.byKind).reduce((sum, kind) => sum + kind[name], 0),
      result[name],
    );
  }
  t.is(resultRow(result).length, RESULT_COLUMNS.length);
});
