/** SARA's engines at work. */

export type { AdmissionView } from './admission-control.ts';
export { Cluster, type ClusterCounts, type ClusterOptions } from './cluster.ts';
export { MonitoringKeyError } from './monitoring-key.ts';
