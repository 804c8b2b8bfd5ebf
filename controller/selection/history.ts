/** A server's load history, and the forecasts made from it (SARA, III.C). */

import type { ForecastConfig } from './config.ts';
import { dampedLoad, forecastError, forecastLoad } from './forecast.ts';

export type LoadHistory = {
  /** L of equation (5), oldest first; at most T. */
  readonly samples: readonly number[];
  /** l, the last sample. */
  readonly measured: number;
  /** The forecast of equation (6) for what comes next, and what it takes to know how good it was. */
  readonly forecast: number;
  /** err of equation (7), of the forecast before. */
  readonly error: number;
  /** What equation (9) compares. */
  readonly estimate: number;
};

/**
 * The history with one more sample.
 * @param before Undefined for the first sample, which is its own forecast.
 * @param measured A fraction of what the server can do.
 */
export function addSample(
  before: LoadHistory | undefined,
  measured: number,
  { samples: period, horizon, readings }: ForecastConfig,
): LoadHistory {
  if (before === undefined) {
    return { samples: [measured], measured, forecast: measured, error: 0, estimate: measured };
  }
  const isFull = before.samples.length >= period;
  const samples =
    readings.window === 'tumbling'
      ? isFull
        ? [measured]
        : [...before.samples, measured]
      : [...before.samples.slice(isFull ? 1 : 0), measured];
  // A matrix that is not full has no forecast of its own yet: the one before stands.
  if (readings.window === 'tumbling' && samples.length < period) return { ...before, samples, measured };
  const error = forecastError(before.forecast, measured, readings.error);
  const line = forecastLoad(samples, horizon);
  const sign = readings.errorTerm === 'none' ? 0 : readings.errorTerm === 'plus' ? 1 : -1;
  const forecast = Math.max(0, line + sign * error);
  const damped = Math.max(0, dampedLoad(error, forecast, measured));
  return { samples, measured, forecast, error, estimate: readings.compared === 'damped' ? damped : forecast };
}
