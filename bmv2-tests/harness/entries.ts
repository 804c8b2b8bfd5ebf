/** Entries of cases as P4Runtime writes them. */

import {
  type ActionSelection,
  encodeTableEntry,
  type Key,
  type Match,
} from '../../p4runtime/entities/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { FieldInfo, Schema } from '../../p4runtime/schema/index.ts';
import type { CaseEntry, CaseValue } from './case.ts';

/** An entry as an entity. @throws EntityError, RangeError for one that the program does not take. */
export function encodeCaseEntry(schema: Schema, entry: CaseEntry): Entity {
  const table = schema.tables.get(entry.table);
  const key: Key = Object.fromEntries(
    Object.entries(entry.match).map(([name, value]) => {
      const field = table.fields.find((candidate) => candidate.name === name);
      return [name, field === undefined ? value : toMatch(field, value)];
    }),
  );
  return encodeTableEntry(table, {
    key,
    action: toSelection(entry),
    ...(entry.priority === undefined ? {} : { priority: entry.priority }),
  });
}

function toSelection({ action, data = {}, set = [] }: CaseEntry): ActionSelection {
  if (action !== undefined) return { name: action, params: data };
  return {
    set: set.map((one) => ({ action: { name: one.action, params: one.data }, weight: one.weight })),
  };
}

function toMatch({ matchKind }: FieldInfo, value: CaseValue): Match {
  const text = String(value);
  if (matchKind === 'lpm') {
    const [address = '', length = '0'] = text.split('/');
    return { value: address, prefixLength: Number(length) };
  }
  if (matchKind === 'ternary') {
    const [part = '', mask] = text.split('&&&');
    return mask === undefined ? { value } : { value: part, mask };
  }
  return value;
}
