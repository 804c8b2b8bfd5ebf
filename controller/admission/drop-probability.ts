/** Equation (2) of the SARA paper: the probability that a packet is dropped. */

import type { AdmissionConfig } from './config.ts';

/** The thresholds in force: T2 and T3 move (equation 4). */
export type Thresholds = Readonly<Pick<AdmissionConfig, 't1' | 't2' | 't3' | 'capacity'>>;

/** Of the session that a packet belongs to. The names are those of the switch's classes. */
export type SessionClass = 'new_session' | 'established';

/**
 * Equation (2).
 * @param load max(l, l_c): the larger of the loads of the switch and of the cluster.
 * @returns A probability in [0, 1], for any load.
 */
export function dropProbability(
  load: number,
  session: SessionClass,
  thresholds: Thresholds,
  readings: AdmissionConfig['readings'],
): number {
  const { t1, t2, t3, capacity } = thresholds;
  if (load <= t1) return 0;
  if (load >= capacity && readings.branches === 'prose') return 1;
  if (session === 'new_session') {
    if (load <= t2) return clamp(1 - f(load, t1, t2, readings.f));
    if (load <= t3 || readings.branches === 'prose') return 1;
  } else if (load <= t3 && readings.branches === 'prose') return 0;
  // p^u = 1 − g(x), g(x) = (x − T3)/(C − T3)
  // Read literally, equation (4) can move T3 up to C; then there is nothing between the two.
  const g = capacity > t3 ? (load - t3) / (capacity - t3) : 1;
  return clamp(readings.critical === 'rising' ? g : Math.max(1 - g, g));
}

/** f is asked only for T1 < x ≤ T2, so that T2 − T1 is above 0. */
function f(x: number, t1: number, t2: number, reading: 'falling' | 'like-g'): number {
  return reading === 'falling' ? (t2 - x) / (t2 - t1) : (x - t1) / (t2 - t1);
}

function clamp(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
