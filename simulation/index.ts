/** The simulation. */

export { RESULT_COLUMNS, resultRows } from './report.ts';
export type { Moment, Outcome, Result } from './result.ts';
export { SCENARIO, type Scenario } from './scenario.ts';
export { simulate } from './simulate.ts';
export { MIXED, meanWork, type SessionKind } from './workload.ts';
