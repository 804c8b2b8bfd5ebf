/**
 * Equations (1) to (4) of the SARA paper (III.B), with numbers worked by hand from the paper's formulas, and what has to
 * hold for any numbers.
 */

import test from 'ava';
import fc from 'fast-check';
import {
  clusterLoad,
  dropProbability,
  LITERAL_READINGS,
  moveThresholds,
  nextInterval,
  PROSE_READINGS,
  spreadOf,
  type Thresholds,
} from './index.ts';

const near = (t: import('ava').ExecutionContext, actual: number, expected: number) =>
  t.true(Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

const AT: Thresholds = { t1: 0.5, t2: 0.75, t3: 0.875, capacity: 1 };

test('(1): mean and variance', (t) => {
  // Loads 0.2, 0.4, 0.9: the mean is 1.5/3 = 0.5; the squares of −0.3, −0.1, 0.4 are 0.09 + 0.01 + 0.16 = 0.26;
  // divided by 3 that is 0.08666…, by 2 it is 0.13.
  near(t, spreadOf([0.2, 0.4, 0.9]).mean, 0.5);
  near(t, spreadOf([0.2, 0.4, 0.9]).variance, 0.26 / 3);
  near(t, spreadOf([0.2, 0.4, 0.9], 'sample').variance, 0.13);
  t.deepEqual(spreadOf([]), { mean: 0, variance: 0 });
  t.deepEqual(spreadOf([0.7], 'sample'), { mean: 0.7, variance: 0 });
});

test('(1): the load of the cluster', (t) => {
  // α = 0.8: 0.8 · 0.5 + 0.2 · 0.26/3 = 0.4 + 0.052/3 = 0.41733…; divided by 0.8 that is 0.52166….
  const loads = [0.2, 0.4, 0.9];
  near(t, clusterLoad(loads, { alpha: 0.8, readings: LITERAL_READINGS }), 0.4 + 0.052 / 3);
  near(t, clusterLoad(loads, { alpha: 0.8, readings: PROSE_READINGS }), 0.5 + 0.065 / 3);
  // α = 1 is the mean, α = 0 the variance.
  near(t, clusterLoad(loads, { alpha: 1, readings: LITERAL_READINGS }), 0.5);
  near(t, clusterLoad(loads, { alpha: 0, readings: LITERAL_READINGS }), 0.26 / 3);
  // Why the reading `normalized`: four servers that are all at 1 read 0.8, below a T3 of 0.875, and with it 1.
  near(t, clusterLoad([1, 1, 1, 1], { alpha: 0.8, readings: LITERAL_READINGS }), 0.8);
  near(t, clusterLoad([1, 1, 1, 1], { alpha: 0.8, readings: PROSE_READINGS }), 1);
});

test('(2): a new session, by the prose', (t) => {
  const p = (load: number) => dropProbability(load, 'new_session', AT, PROSE_READINGS);
  near(t, p(0.3), 0);
  near(t, p(0.5), 0); // at T1: ≤
  // f(0.55) = (0.75 − 0.55)/(0.75 − 0.5) = 0.2/0.25 = 0.8: p = 0.2
  near(t, p(0.55), 0.2);
  near(t, p(0.625), 0.5); // halfway from T1 to T2
  near(t, p(0.75), 1); // f(T2) = 0
  near(t, p(0.8), 1); // between T2 and T3
  near(t, p(0.9), 1); // above T3 only established sessions get in
  near(t, p(1.2), 1);
});

test('(2): an established session, by the prose', (t) => {
  const p = (load: number) => dropProbability(load, 'established', AT, PROSE_READINGS);
  near(t, p(0.6), 0);
  near(t, p(0.8), 0);
  near(t, p(0.875), 0); // at T3
  // g(0.9) = (0.9 − 0.875)/(1 − 0.875) = 0.025/0.125 = 0.2
  near(t, p(0.9), 0.2);
  near(t, p(0.9375), 0.5);
  near(t, p(1), 1);
  near(t, p(3), 1);
});

test('(2): above T3 as the formula stands, maximised: at least one half', (t) => {
  const readings = { ...PROSE_READINGS, critical: 'maximised' } as const;
  const p = (load: number) => dropProbability(load, 'established', AT, readings);
  // g(0.9) = 0.2, p^u = 0.8, the larger of 0.8 and 0.2; g(0.975) = 0.8, p^u = 0.2, the larger of 0.2 and 0.8.
  near(t, p(0.9), 0.8);
  near(t, p(0.9375), 0.5);
  near(t, p(0.975), 0.8);
});

test('(2): literally, the last line is for what the others leave', (t) => {
  const p = (load: number, session: 'new_session' | 'established') =>
    dropProbability(load, session, AT, LITERAL_READINGS);
  // An established session at 0.6: g = (0.6 − 0.875)/0.125 = −2.2, p^u = 3.2, which as a probability is 1.
  near(t, p(0.6, 'established'), 1);
  // New sessions above T3 get in again: g(0.9375) = 0.5.
  near(t, p(0.8, 'new_session'), 1);
  near(t, p(0.9375, 'new_session'), 0.5);
  near(t, p(1, 'new_session'), 1);
});

test('(2): f formed as g refuses most just above T1', (t) => {
  const readings = { ...PROSE_READINGS, f: 'like-g' } as const;
  // f(0.55) = (0.55 − 0.5)/0.25 = 0.2: p = 0.8
  near(t, dropProbability(0.55, 'new_session', AT, readings), 0.8);
  near(t, dropProbability(0.7, 'new_session', AT, readings), 0.2);
});

test('(3): the next interval', (t) => {
  const config = { firstInterval: 1000, intervalFloor: 100, readings: PROSE_READINGS };
  // 1000, (1 − 0.2)·1000 = 800, (1 − 0.5)·800 = 400, (1 − 0.5)·400 = 200, (1 − 0.9)·200 = 20 → the floor
  let interval = 1000;
  const seen = [0.2, 0.5, 0.5, 0.9, 0].map((p) => {
    interval = nextInterval(interval, p, false, config);
    return interval;
  });
  t.deepEqual(seen.map(Math.round), [800, 400, 200, 100, 100]);
  t.is(nextInterval(100, 0, true, config), 1000);
  t.is(nextInterval(100, 0, true, { ...config, readings: LITERAL_READINGS }), 100);
});

test('(4): thresholds move by the excess', (t) => {
  const config = { ...AT, readings: PROSE_READINGS };
  // Load 0.9: T2 exceeded by 0.15 falls to 0.6; T3 exceeded by 0.025 becomes 0.875 · 0.975 = 0.853125.
  const once = moveThresholds(AT, 0.9, config);
  near(t, once.t2, 0.6);
  near(t, once.t3, 0.853125);
  // Again: 0.6 − 0.3 = 0.3 stops at T1; 0.853125 · (1 − 0.046875) = 0.813134765625.
  const twice = moveThresholds(once, 0.9, config);
  near(t, twice.t2, 0.5);
  near(t, twice.t3, 0.813134765625);
  // Between T1 and T2 nothing moves, at T1 all is as it was set.
  t.deepEqual(moveThresholds(twice, 0.5 + 1e-9, config), { ...twice });
  t.deepEqual(moveThresholds(twice, 0.5, config), AT);
});

test('(4): literally T2 becomes the load, and T3 collapses', (t) => {
  const config = { ...AT, readings: LITERAL_READINGS };
  // Load 0.6: T2 − (T2 − 0.6) = 0.6; T3·(T3 − 0.6) = 0.875 · 0.275 = 0.240625, below T2: 0.6.
  const moved = moveThresholds(AT, 0.6, config);
  near(t, moved.t2, 0.6);
  near(t, moved.t3, 0.6);
  // A load of 0.9 raises T2 to 0.9, where the prose wants it lower.
  near(t, moveThresholds(AT, 0.9, config).t2, 0.9);
});

test('(2): a T3 that was moved to C', (t) => {
  const moved = { t1: 0.5, t2: 1, t3: 1, capacity: 1 };
  t.is(dropProbability(1, 'established', moved, LITERAL_READINGS), 1);
  t.is(dropProbability(0.9, 'established', moved, LITERAL_READINGS), 1);
});

const readings = fc.record({
  clusterLoad: fc.constantFrom('normalized', 'literal'),
  variance: fc.constantFrom('population', 'sample'),
  branches: fc.constantFrom('prose', 'literal'),
  f: fc.constantFrom('falling', 'like-g'),
  critical: fc.constantFrom('rising', 'maximised'),
  interval: fc.constantFrom('recovering', 'literal'),
  thresholds: fc.constantFrom('excess', 'literal', 'fixed'),
} as const);
const loads = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });
const load = fc.double({ min: 0, max: 3, noNaN: true });

test('(1): at least the mean when normalized, and no more than mean + (1 − α)/(4α)', (t) => {
  fc.assert(
    fc.property(loads, fc.double({ min: 0.01, max: 1, noNaN: true }), (all, alpha) => {
      const { mean, variance } = spreadOf(all);
      const reading = clusterLoad(all, { alpha, readings: PROSE_READINGS });
      // Numbers from 0 to 1 have a variance of at most 1/4.
      return (
        variance <= 0.25 + 1e-12 &&
        reading >= mean - 1e-12 &&
        reading <= mean + (1 - alpha) / (4 * alpha) + 1e-12
      );
    }),
  );
  t.pass();
});

test('(1): the two-pass formula gives the same', (t) => {
  fc.assert(
    fc.property(loads, (all) => {
      const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
      const variance = all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length;
      const spread = spreadOf(all);
      return Math.abs(spread.mean - mean) < 1e-12 && Math.abs(spread.variance - variance) < 1e-12;
    }),
  );
  t.pass();
});

test('(2) and (4): with every reading a probability comes out, and the thresholds stay in order', (t) => {
  fc.assert(
    fc.property(readings, fc.array(load, { maxLength: 30 }), (chosen, over) => {
      let now = AT;
      for (const one of over) {
        for (const session of ['new_session', 'established'] as const) {
          const p = dropProbability(one, session, now, chosen);
          if (!(p >= 0 && p <= 1)) return false;
        }
        now = moveThresholds(now, one, { ...AT, readings: chosen });
        if (!(now.t1 <= now.t2 && now.t2 <= now.t3 && now.t3 <= now.capacity)) return false;
      }
      return true;
    }),
  );
  t.pass();
});

test('(2), by the prose: more load never lowers p, and new sessions are never better off', (t) => {
  fc.assert(
    fc.property(load, load, (one, other) => {
      const [less, more] = one < other ? [one, other] : [other, one];
      return (['new_session', 'established'] as const).every(
        (session) =>
          dropProbability(less, session, AT, PROSE_READINGS) <=
            dropProbability(more, session, AT, PROSE_READINGS) &&
          dropProbability(less, 'new_session', AT, PROSE_READINGS) >=
            dropProbability(less, 'established', AT, PROSE_READINGS),
      );
    }),
  );
  t.pass();
});
