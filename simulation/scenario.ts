/** What is simulated. Times are seconds unless they are of the controller's own configuration (milliseconds). */

import { ADMISSION_DEFAULTS, type AdmissionConfig } from '../controller/admission/index.ts';
import { HEALTH_DEFAULTS, type HealthConfig } from '../controller/health/index.ts';
import {
  DEFAULT_POLICY,
  FORECAST_DEFAULTS,
  type ForecastConfig,
  type PolicyName,
} from '../controller/selection/index.ts';
import { MIXED, type SessionKind } from './workload.ts';

export type Scenario = {
  readonly servers: number;
  /** Sizes of servers, one after the other and again from the start. */
  readonly sizes: readonly number[];
  /** Whether selection is told the sizes. Loads are parts of each server's own size, either way. */
  readonly weightsKnown: boolean;
  /** Offered work, as a part of what all servers can do. */
  readonly load: number;
  /** What is measured, after the warm-up. */
  readonly duration: number;
  readonly warmUp: number;
  readonly seed: number;
  readonly kinds: readonly SessionKind[];
  readonly policy: PolicyName;
  /** Undefined: every session is let in. */
  readonly admission: AdmissionConfig | undefined;
  /** Admission decides by what was measured or by the damped forecast. */
  readonly admissionBy: 'measured' | 'estimate';
  readonly forecast: ForecastConfig;
  /** δ: loads are reported, and members published, each so many seconds. */
  readonly reportEvery: number;
  readonly health: HealthConfig;
  /** For a while the offered load is so many times as much; `at` counts from the end of the warm-up. */
  readonly crowd: { readonly at: number; readonly length: number; readonly times: number } | undefined;
  /** A part of the servers dies, and comes back. */
  readonly failure: { readonly at: number; readonly back: number; readonly part: number } | undefined;
  /** The sum of the weights of a group in the switch. */
  readonly places: number;
  /** What overload costs: a server asked for x times its size does 1/(1 + thrash·(x − 1)) of its work. */
  readonly thrash: number;
};

/** One cluster at its capacity. */
export const SCENARIO: Scenario = {
  servers: 100,
  sizes: [1],
  weightsKnown: true,
  load: 1,
  duration: 3600,
  warmUp: 900,
  seed: 1,
  kinds: MIXED,
  policy: DEFAULT_POLICY,
  admission: ADMISSION_DEFAULTS,
  admissionBy: 'estimate',
  forecast: FORECAST_DEFAULTS,
  reportEvery: 1,
  health: HEALTH_DEFAULTS,
  crowd: undefined,
  failure: undefined,
  places: 1024,
  thrash: 0.1,
};
