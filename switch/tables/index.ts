/** The tables of the switch. */

export type {
  Change,
  Entry,
  EntryAction,
  EntryKey,
  FieldMatch,
  KeyField,
  MatchKind,
  NewEntry,
  Refusal,
  TableDescription,
  TableKind,
} from './description.ts';
export { tableKind } from './description.ts';
export { emitHit } from './emit-hit.ts';
export { makeTable } from './make-table.ts';
export { FREE, type RecordLayout } from './record-layout.ts';
export { RecordStore } from './record-store.ts';
export { type CounterValue, type RecordObserver, Table } from './table.ts';
