/** Equation (1) of the SARA paper: the load of the cluster from the loads of its servers. */

import type { AdmissionConfig } from './config.ts';

/** Mean and variance of some loads. */
export type Spread = { readonly mean: number; readonly variance: number };

/**
 * Mean and variance.
 * @param loads Fractions; none gives zeros.
 * @param variance Whether the squares are divided by N or by N − 1 (for one load both give 0).
 */
export function spreadOf(loads: Iterable<number>, variance: 'population' | 'sample' = 'population'): Spread {
  // Welford's update: no cancellation when loads are close to each other.
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const load of loads) {
    count++;
    const step = load - mean;
    mean += step / count;
    squares += step * (load - mean);
  }
  const divisor = variance === 'population' ? count : count - 1;
  return { mean, variance: divisor > 0 ? squares / divisor : 0 };
}

/**
 * Equation (1): l_c = α·mean + (1 − α)·σ², and that divided by α with the reading `normalized`.
 * @param loads The load of each server, fractions. None gives 0.
 */
export function clusterLoad(
  loads: Iterable<number>,
  { alpha, readings }: Pick<AdmissionConfig, 'alpha' | 'readings'>,
): number {
  const { mean, variance } = spreadOf(loads, readings.variance);
  const literal = alpha * mean + (1 - alpha) * variance;
  return readings.clusterLoad === 'literal' ? literal : literal / alpha;
}
