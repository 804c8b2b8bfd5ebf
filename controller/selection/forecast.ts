/** Equations (5) to (8) of the SARA paper: what a server's load is going to be. */

import type { ForecastConfig } from './config.ts';

/**
 * The weights α^k of equation (6): a simple linear regression over samples at 0 … count − 1, read at count − 1 + horizon, is
 * a weighted sum of the samples. α^k = 1/count + (x − x̄)(k − x̄)/Σ(k − x̄)². They sum to 1.
 * @param count Samples, at least 1; one sample is its own forecast.
 */
export function regressionWeights(count: number, horizon: number): readonly number[] {
  const mean = (count - 1) / 2;
  // Σ(k − x̄)² over 0 … n − 1 is n(n² − 1)/12.
  const squares = (count * (count * count - 1)) / 12;
  const distance = count - 1 + horizon - mean;
  return Array.from(
    { length: count },
    (_, k) => 1 / count + (squares === 0 ? 0 : (distance * (k - mean)) / squares),
  );
}

const weightsByShape = new Map<string, readonly number[]>();

/** Equation (6) without err: φ of the samples, oldest first. A load is never below 0, whatever the line says. */
export function forecastLoad(samples: readonly number[], horizon: number): number {
  const shape = `${samples.length} ${horizon}`;
  let weights = weightsByShape.get(shape);
  if (weights === undefined) {
    weights = regressionWeights(samples.length, horizon);
    weightsByShape.set(shape, weights);
  }
  let sum = 0;
  for (const [k, sample] of samples.entries()) sum += (weights[k] ?? 0) * sample;
  return Math.max(0, sum);
}

/**
 * Equation (7): err = |(forecast − measured)/measured|.
 * @param forecast What (6) had said the load would be now.
 */
export function forecastError(
  forecast: number,
  measured: number,
  reading: ForecastConfig['readings']['error'],
): number {
  if (measured === 0) return forecast === 0 ? 0 : 1;
  const error = Math.abs((forecast - measured) / measured);
  return reading === 'clamped' ? Math.min(1, error) : error;
}

/** Equation (8): (1 − err)·forecast + err·measured. With err = 1 only what was measured counts. */
export function dampedLoad(error: number, forecast: number, measured: number): number {
  return (1 - error) * forecast + error * measured;
}
