/** Switches kept true. */

export { backoffMs } from './backoff.ts';
export { changesBetween, type KeyedEntities, keyed } from './changes-between.ts';
export { holdsSame } from './desired-state.ts';
export { identify } from './entity-keys.ts';
export {
  type Change,
  type ReconcileReport,
  SwitchKeeper,
  type SwitchKeeperOptions,
  type SwitchReach,
  type SwitchStanding,
} from './switch-keeper.ts';
export type { ChangeOutcome } from './write-updates.ts';
