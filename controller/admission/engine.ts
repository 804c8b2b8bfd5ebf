/** SA2C as a state machine: one step an interval, with equations (1) to (4) of the SARA paper. */

import { clusterLoad } from './cluster-load.ts';
import type { AdmissionConfig } from './config.ts';
import { dropProbability, type Thresholds } from './drop-probability.ts';
import { nextInterval } from './interval.ts';
import { moveThresholds } from './thresholds.ts';

export type AdmissionState = {
  /** The thresholds that the next decision compares with. */
  readonly thresholds: Thresholds;
  /** T_i, milliseconds: from the last decision to the next. */
  readonly interval: number;
  /** In [0, 1]. */
  readonly probabilities: Probabilities;
};

export type Probabilities = { readonly new_session: number; readonly established: number };

/** What is known of the load at the end of an interval. */
export type LoadReport = {
  /**
   * Of each server that is up and whose monitor speaks: measured, or forecast (the paper wants forecasts, for stability).
   * None: nothing is known, and the last decision stands.
   */
  readonly servers: readonly number[];
  /** l, the load of the cluster's head: here of the switch, as the share of its fullest session table. */
  readonly head: number;
};

/** A decision, and what it was made from. */
export type AdmissionStep = {
  readonly state: AdmissionState;
  /** max(l, l_c), or undefined if nothing was known. */
  readonly load: number | undefined;
};

/** Before the first decision: all is accepted. */
export function startAdmission(config: AdmissionConfig): AdmissionState {
  const { t1, t2, t3, capacity, firstInterval } = config;
  return {
    thresholds: { t1, t2, t3, capacity },
    interval: firstInterval,
    probabilities: { new_session: 0, established: 0 },
  };
}

/**
 * One decision: equation (1) gives the load, (2) the probabilities by the thresholds in force, (3) the next interval; then
 * (4) moves the thresholds for the next decision.
 */
export function decideAdmission(
  state: AdmissionState,
  report: LoadReport,
  config: AdmissionConfig,
): AdmissionStep {
  if (report.servers.length === 0) return { state, load: undefined };
  const load = Math.max(report.head, clusterLoad(report.servers, config));
  const { thresholds } = state;
  const probabilities: Probabilities = {
    new_session: dropProbability(load, 'new_session', thresholds, config.readings),
    established: dropProbability(load, 'established', thresholds, config.readings),
  };
  return {
    load,
    state: {
      thresholds: moveThresholds(thresholds, load, config),
      interval: nextInterval(state.interval, probabilities.new_session, load <= config.t1, config),
      probabilities,
    },
  };
}
