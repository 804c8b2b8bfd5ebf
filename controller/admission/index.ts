/** SA2C, the session aware admission control of the SARA paper. */

export { clusterLoad, type Spread, spreadOf } from './cluster-load.ts';
export {
  ADMISSION_DEFAULTS,
  type AdmissionConfig,
  type AdmissionReadings,
  checkAdmissionConfig,
  LITERAL_READINGS,
  PROSE_READINGS,
} from './config.ts';
export { dropProbability, type SessionClass, type Thresholds } from './drop-probability.ts';
export {
  type AdmissionState,
  type AdmissionStep,
  decideAdmission,
  type LoadReport,
  type Probabilities,
  startAdmission,
} from './engine.ts';
export { nextInterval } from './interval.ts';
export { ALWAYS, toSwitchProbability } from './probability-table.ts';
export { moveThresholds } from './thresholds.ts';
