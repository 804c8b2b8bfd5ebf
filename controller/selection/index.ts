/** Selection of servers: shell of the SARA paper, and what to compare it with. */

export {
  FORECAST_DEFAULTS,
  type ForecastConfig,
  type ForecastReadings,
  LITERAL_FORECAST,
  PROSE_FORECAST,
} from './config.ts';
export { dampedLoad, forecastError, forecastLoad, regressionWeights } from './forecast.ts';
export { addSample, type LoadHistory } from './history.ts';
export { maglevTable, primeUpTo } from './maglev.ts';
export { type Candidate, DEFAULT_POLICY, POLICIES, type PolicyName, type Share, shares } from './policies.ts';
export { type FixedServer, type Selection, type SelectionConfig, select } from './selection.ts';
export { apportion, type Member } from './weights.ts';
