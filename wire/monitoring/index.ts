/** Messages of agents. */

export {
  type Authentic,
  isFresh,
  LEAST_KEY_LENGTH,
  parseKey,
  seal,
  TRAILER_LENGTH,
  unseal,
} from './authentication.ts';
export {
  AVAILABILITY_FLAGS,
  AVAILABILITY_LENGTH,
  type Availability,
  type AvailabilityFlag,
  emitAvailability,
  parseAvailability,
} from './availability.ts';
export {
  emitLoadVector,
  LOAD_COMPONENTS,
  LOAD_VECTOR_LENGTH,
  type LoadComponent,
  type Loads,
  type LoadVector,
  parseLoadVector,
} from './load-vector.ts';
export { type MonitoringMessage, parseMonitoring } from './message.ts';
export type { Read } from './result.ts';
