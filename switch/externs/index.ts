/** The stateful objects of a program, and what it computes hashes and random numbers with. */

export {
  ActionProfile,
  type GroupMember,
  type OneShotAction,
  type ProfileDescription,
  type ProfileRefusal,
  type ProfileTarget,
  REFERENCE_BYTES,
} from './action-profile.ts';
export { COUNTER_BYTES, CounterArray } from './counters.ts';
export { Crc, type CrcParameters, type CrcWidth } from './crc.ts';
export { DirectMeters } from './direct-meters.ts';
export { HASH_ALGORITHMS, type HashAlgorithm, type HashUnit, makeHash } from './hash-algorithms.ts';
export {
  emitMeter,
  METER_BYTES,
  METER_COLORS,
  MeterArray,
  type MeterColors,
  type MeterConfig,
} from './meters.ts';
export { RandomGenerator } from './random.ts';
export { RegisterArray, registerStride } from './registers.ts';
export { type CloneSession, orderReplicas, type Replica, ReplicationEngine } from './replication.ts';
export { ValueSet, type ValueSetDescription } from './value-set.ts';
