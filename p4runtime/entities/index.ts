export * from './action-profiles.ts';
export type { ActionSelection, WeightedAction } from './action-selection.ts';
export type { ActionCall } from './actions.ts';
export * from './cells.ts';
export type { Key, Match } from './matches.ts';
export * from './streams.ts';
export {
  type Counts,
  decodeTableEntry,
  type EntryData,
  type EntryRead,
  encodeDefaultEntry,
  encodeTableEntry,
  encodeTableRead,
  type MeterRates,
} from './table-entries.ts';
export { insert, modify, remove } from './updates.ts';
export type { Data, ValueData } from './values.ts';
