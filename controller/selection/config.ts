/** What an operator sets for shell, in the paper's words (SARA, III.C). */

/** How lines of the paper are read that allow more than one reading: docs/design/shell.md. */
export type ForecastReadings = {
  /**
   * Equation (5). `sliding`: the last T samples, and a forecast with each. `tumbling`: the samples are cut into matrices of
   * T, and there is a forecast at the end of each.
   */
  readonly window: 'sliding' | 'tumbling';
  /** Equation (6), ± err. `none`: err only damps, in (8). `plus`, `minus`: it is added or taken off too. */
  readonly errorTerm: 'none' | 'plus' | 'minus';
  /** Equation (7). `clamped` to [0, 1]; `literal`: as it comes, so that (8) may extrapolate. Without a load both give 1. */
  readonly error: 'clamped' | 'literal';
  /** Equation (9) compares: `damped`, the estimate of (8); `forecast`, that of (6), as the formula is written. */
  readonly compared: 'damped' | 'forecast';
};

export type ForecastConfig = {
  /** T: samples in a load history. */
  readonly samples: number;
  /** How many samples behind the last one the forecast is for; 1 in the paper. */
  readonly horizon: number;
  readonly readings: ForecastReadings;
};

/** The readings that the paper's prose states. */
export const PROSE_FORECAST: ForecastReadings = {
  window: 'sliding',
  errorTerm: 'none',
  error: 'clamped',
  compared: 'damped',
};

/** The formulas as they stand; ± as plus, which is the careful side of a load. */
export const LITERAL_FORECAST: ForecastReadings = {
  window: 'tumbling',
  errorTerm: 'plus',
  error: 'literal',
  compared: 'forecast',
};

/** moor's defaults; docs/design/simulation.md shows why. */
export const FORECAST_DEFAULTS: ForecastConfig = { samples: 3, horizon: 1, readings: PROSE_FORECAST };
