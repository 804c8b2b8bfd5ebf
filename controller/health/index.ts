/** Availability of servers, from the messages of their agents. */

export {
  HEALTH_DEFAULTS,
  type HealthConfig,
  type HealthEffect,
  type HealthEvent,
  type HealthStep,
  healthStep,
  type Reason,
  readiness,
  type ServerHealth,
  type Status,
  startHealth,
  takesSessions,
} from './detector.ts';
export { MonitoringReceiver, type ReceiverCounts, type ReceiverOptions, type Stamps } from './receiver.ts';
export { type SequenceStep, sequenceStep } from './sequence.ts';
export {
  type MonitorConfigs,
  type MonitoredServer,
  type ServerEffect,
  ServerMonitor,
  type ServerView,
  type Transition,
} from './server-monitor.ts';
export { type FailurePolicy, type Fate, fateOfSessions } from './sessions.ts';
