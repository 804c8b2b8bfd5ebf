/** SA2C of each service at its own intervals. */

import test from 'ava';
import { ADMISSION_DEFAULTS } from '../admission/index.ts';
import type { AdmissionSettings } from '../config/index.ts';
import { AdmissionControl } from './admission-control.ts';

const SETTINGS: AdmissionSettings = {
  isEnabled: true,
  engine: { ...ADMISSION_DEFAULTS, t1: 0.5, t2: 1, t3: 1.5, intervalFloor: 100 },
  by: 'measured',
  standing: 0,
  most: { new_session: 1, established: 1 },
};
const loads =
  (...servers: readonly number[]) =>
  () => ({ servers, head: 0 });

test('each service decides when its interval is over, which is shorter the more is refused', (t) => {
  const control = new AdmissionControl();
  control.configure([['web', SETTINGS]], 0);
  t.deepEqual(control.decide(0, loads(0.75)), ['web']);
  // f = (1 − 0.75)/(1 − 0.5) = 0.5, so p = 0.5, and T_1 = 0.5 s.
  t.deepEqual(control.refusal('web'), { new_session: 32_768, established: 0 });
  t.is(control.view('web')?.due, 500);
  t.deepEqual(control.decide(499, loads(0.1)), []);
  t.deepEqual(control.decide(500, loads(0.75)), []);
  t.is(control.view('web')?.due, 750);
  t.deepEqual(control.decide(750, loads(0.1)), ['web']);
  t.deepEqual(control.refusal('web'), { new_session: 0, established: 0 });
  t.is(control.view('web')?.due, 1750);
});

test('until something is known the standing probability holds, and no class exceeds its bound', (t) => {
  const control = new AdmissionControl();
  control.configure(
    [
      ['web', { ...SETTINGS, standing: 0.25, most: { new_session: 0.75, established: 0 } }],
      ['off', { ...SETTINGS, isEnabled: false, standing: 0.25 }],
    ],
    0,
  );
  t.deepEqual(control.refusal('web'), { new_session: 16_384, established: 0 });
  t.deepEqual(control.refusal('off'), { new_session: 0, established: 0 });
  t.deepEqual(control.decide(0, loads()), []);
  t.deepEqual(control.refusal('web'), { new_session: 16_384, established: 0 });
  // Above C all are refused: 3/4 of new ones, none of the others.
  t.deepEqual(control.decide(1000, loads(5)), ['web']);
  t.deepEqual(control.refusal('web'), { new_session: 49_152, established: 0 });
  // Nothing is known any more: the last decision stands.
  t.deepEqual(control.decide(9000, loads()), []);
  t.deepEqual(control.refusal('web'), { new_session: 49_152, established: 0 });
  t.is(control.view('off'), undefined);
});

test('a service whose settings stay goes on; with others it begins anew', (t) => {
  const control = new AdmissionControl();
  control.configure([['web', SETTINGS]], 0);
  control.decide(0, loads(0.75));
  control.configure([['web', { ...SETTINGS }]], 100);
  t.is(control.refusal('web').new_session, 32_768);
  control.configure([['web', { ...SETTINGS, by: 'estimate' }]], 100);
  t.is(control.refusal('web').new_session, 0);
  control.configure([], 100);
  t.deepEqual(control.refusal('web'), { new_session: 0, established: 0 });
});
