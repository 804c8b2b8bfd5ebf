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
export { makeTable } from './make-table.ts';
export { FREE, type RecordLayout } from './record-layout.ts';
export { type CounterValue, Table } from './table.ts';
