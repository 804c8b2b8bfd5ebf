/** Equation (4) of the SARA paper: the thresholds T2 and T3 move with the load. */

import type { AdmissionConfig } from './config.ts';
import type { Thresholds } from './drop-probability.ts';

/**
 * Equation (4): the thresholds of the next interval. At a load of at most T1 they are what the operator set. They never
 * leave T1 ≤ T2 ≤ T3 ≤ C, for which equation (2) is defined.
 * @param now The thresholds in force.
 * @param load max(l, l_c).
 */
export function moveThresholds(
  now: Thresholds,
  load: number,
  config: Pick<AdmissionConfig, 't1' | 't2' | 't3' | 'capacity' | 'readings'>,
): Thresholds {
  const { t1, t2, t3, capacity, readings } = config;
  if (load <= t1 || readings.thresholds === 'fixed') return { t1, t2, t3, capacity };
  if (readings.thresholds === 'literal') {
    const movedT2 = bound(now.t2 - (now.t2 - load), t1, capacity);
    return { t1, t2: movedT2, t3: bound(now.t3 * (now.t3 - load), movedT2, capacity), capacity };
  }
  // The excess over a threshold is x − T; below it there is none.
  const movedT2 = bound(now.t2 - Math.max(0, load - now.t2), t1, capacity);
  const movedT3 = bound(now.t3 * (1 - Math.max(0, load - now.t3)), movedT2, capacity);
  return { t1, t2: movedT2, t3: movedT3, capacity };
}

function bound(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}
