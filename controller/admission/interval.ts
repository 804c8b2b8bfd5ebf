/** Equation (3) of the SARA paper: the time until the next decision. */

import type { AdmissionConfig } from './config.ts';

/**
 * Equation (3): T_(i+1) = (1 − p)·T_i, no less than the floor.
 * @param interval T_i, milliseconds.
 * @param probability p, of new sessions.
 * @param isCalm Whether the load is at most T1.
 */
export function nextInterval(
  interval: number,
  probability: number,
  isCalm: boolean,
  config: Pick<AdmissionConfig, 'firstInterval' | 'intervalFloor' | 'readings'>,
): number {
  if (isCalm && config.readings.interval === 'recovering') return config.firstInterval;
  return Math.max(config.intervalFloor, (1 - probability) * interval);
}
