/** SA2C step by step, and its probabilities as the switch takes them. */

import test from 'ava';
import fc from 'fast-check';
import {
  type AdmissionConfig,
  ALWAYS,
  checkAdmissionConfig,
  decideAdmission,
  PROSE_READINGS,
  startAdmission,
  toSwitchProbability,
} from './index.ts';

const CONFIG: AdmissionConfig = {
  alpha: 1,
  t1: 0.5,
  t2: 0.75,
  t3: 0.875,
  capacity: 1,
  firstInterval: 1000,
  intervalFloor: 100,
  readings: PROSE_READINGS,
};

test('a cluster that fills and empties: probabilities, thresholds and intervals by hand', (t) => {
  let state = startAdmission(CONFIG);
  const step = (servers: readonly number[], head = 0) => {
    const done = decideAdmission(state, { servers, head }, CONFIG);
    state = done.state;
    return [
      done.load,
      state.probabilities.new_session,
      state.probabilities.established,
      state.thresholds.t2,
      state.thresholds.t3,
      state.interval,
    ].map((one) => (one === undefined ? one : Math.round(one * 1e6) / 1e6));
  };
  // Mean 0.4: below T1.
  t.deepEqual(step([0.3, 0.5]), [0.4, 0, 0, 0.75, 0.875, 1000]);
  // Mean 0.6: f = 0.15/0.25 = 0.6, p = 0.4; interval 0.6 · 1000.
  t.deepEqual(step([0.5, 0.7]), [0.6, 0.4, 0, 0.75, 0.875, 600]);
  // Mean 0.8, decided by T2 = 0.75; then T2 falls by 0.05 to 0.7. p = 1: the floor.
  t.deepEqual(step([0.8, 0.8]), [0.8, 1, 0, 0.7, 0.875, 100]);
  // Mean 0.9: g = 0.2; T2 falls by 0.2 to T1; T3 = 0.875 · 0.975.
  t.deepEqual(step([0.9, 0.9]), [0.9, 1, 0.2, 0.5, 0.853125, 100]);
  // Mean 0.6: above T2, which is T1 now; so none gets in until the load is at T1.
  t.deepEqual(step([0.6, 0.6]), [0.6, 1, 0, 0.5, 0.853125, 100]);
  t.deepEqual(step([0.5, 0.5]), [0.5, 0, 0, 0.75, 0.875, 1000]);
  // The switch's own load counts as much: max(l, l_c).
  t.deepEqual(step([0.1, 0.1], 0.6), [0.6, 0.4, 0, 0.75, 0.875, 600]);
});

test('when nothing is known the last decision stands', (t) => {
  const busy = decideAdmission(startAdmission(CONFIG), { servers: [0.8], head: 0 }, CONFIG).state;
  const { state, load } = decideAdmission(busy, { servers: [], head: 0 }, CONFIG);
  t.is(state, busy);
  t.is(load, undefined);
});

test('probabilities in 1/65,536', (t) => {
  t.is(toSwitchProbability(0), 0);
  t.is(toSwitchProbability(0.5), 32_768);
  t.is(toSwitchProbability(0.2), 13_107); // 13,107.2
  t.is(toSwitchProbability(1), ALWAYS);
  t.is(toSwitchProbability(1e-9), 1);
  t.is(toSwitchProbability(1 - 1e-9), 65_535);
  t.is(toSwitchProbability(Number.NaN), 0);
});

test('to the nearest: never off by more than one place', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
      const places = toSwitchProbability(p);
      return (
        Number.isInteger(places) &&
        Math.abs(places - p * 65_536) <= 1 &&
        (places === 0) === (p === 0) &&
        (places === ALWAYS) === (p === 1)
      );
    }),
  );
  t.pass();
});

test('a configuration that cannot be is told in words', (t) => {
  t.deepEqual(checkAdmissionConfig(CONFIG), []);
  t.regex(checkAdmissionConfig({ ...CONFIG, alpha: 1.5 }).join(), /alpha is 1\.5/);
  t.regex(checkAdmissionConfig({ ...CONFIG, alpha: 0 }).join(), /alpha is 0/);
  t.regex(checkAdmissionConfig({ ...CONFIG, t2: 0.5 }).join(), /T1 0\.5, T2 0\.5/);
  t.regex(checkAdmissionConfig({ ...CONFIG, t3: Number.NaN }).join(), /T3 NaN/);
  t.regex(checkAdmissionConfig({ ...CONFIG, intervalFloor: 0 }).join(), /the floor 0 ms/);
});
