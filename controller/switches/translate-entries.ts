/**
 * Entries of one program's table as those of another's: what has the same name means the same, whatever its number and its
 * place. So sessions outlive builds of the pipeline in which their table has another shape.
 *
 *   before   table 7 { 1 source: 0a000001, 2 port: 50 }                  action 3 set_server(1 server: 2)
 *   after    table 9 { 4 port: 0050 &&& ffff, 5 source: 0a000001 }       action 3 set_server(2 server: 2)
 */

import {
  type Action_Param,
  type FieldMatch,
  type TableAction,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { ActionUse, FieldInfo, Schema, TableInfo, ValueType } from '../../p4runtime/schema/index.ts';

/** What an entry is in the other table; undefined for one that has no place there. */
export type TranslateEntry = (entry: TableEntry) => TableEntry | undefined;

type Match = NonNullable<FieldMatch['fieldMatchType']>;
type TranslateMatch = (match: Match) => Match | undefined;

/** How entries of a table are those of another program; undefined where none of them can be. */
export function translatorOf(table: TableInfo, schema: Schema): TranslateEntry | undefined {
  const next = schema.tables.all.find(({ name }) => name === table.name);
  if (next === undefined || table.constEntries || next.constEntries) return undefined;
  const fields = new Map<number, { readonly id: number; readonly translate: TranslateMatch }>();
  for (const field of next.fields) {
    const before = table.fields.find(({ name }) => name === field.name);
    // What is asked of all packets and was not asked before cannot be answered; what may be left out is.
    if (before === undefined && field.matchKind === 'exact') return undefined;
    if (before === undefined) continue;
    const translate = matchTranslator(before, field);
    if (translate === undefined) return undefined;
    fields.set(before.id, { id: field.id, translate });
  }
  const actions = new Map(table.actions.map((use) => [use.action.id, actionTranslator(use, next.actions)]));
  return (entry) => {
    const match: FieldMatch[] = [];
    for (const { fieldId, fieldMatchType } of entry.match) {
      const field = fields.get(fieldId);
      const found = fieldMatchType === undefined ? undefined : field?.translate(fieldMatchType);
      // A key that says less may be that of another entry, too.
      if (field === undefined || found === undefined) return undefined;
      match.push({ fieldId: field.id, fieldMatchType: found });
    }
    const type = entry.action?.type;
    // Members of profiles are not carried over, and so no entries that point at them.
    const action =
      type?.$case === 'action' ? actions.get(type.value.actionId)?.(type.value.params) : undefined;
    if (action === undefined || entry.isDefaultAction) return undefined;
    return TableEntry.fromPartial({
      tableId: next.id,
      match: match.sort((one, other) => one.fieldId - other.fieldId),
      action,
      priority: next.hasPriority ? Math.max(1, entry.priority) : 0,
      idleTimeoutNs: next.idleTimeout ? entry.idleTimeoutNs : 0n,
      metadata: entry.metadata,
      controllerMetadata: entry.controllerMetadata,
    });
  };
}

/** Undefined where what one matches cannot be said in the other. */
function matchTranslator(from: FieldInfo, to: FieldInfo): TranslateMatch | undefined {
  const value = valueTranslator(from.type, to.type);
  if (value === undefined || to.matchKind === undefined) return undefined;
  if (from.matchKind === 'exact') {
    return (match) => {
      const found = match.$case === 'exact' ? value(match.value.value) : undefined;
      return found === undefined ? undefined : asExactly(found, to);
    };
  }
  const isSame = from.matchKind === to.matchKind && JSON.stringify(from.type) === JSON.stringify(to.type);
  return isSame ? (match) => match : undefined;
}

/** One value, in the words of a field's kind. */
function asExactly(value: Uint8Array, { matchKind, type }: FieldInfo): Match | undefined {
  switch (matchKind) {
    case 'exact':
    case 'optional':
      return { $case: matchKind, value: { value } };
    case 'range':
      return { $case: 'range', value: { low: value, high: value } };
    case 'ternary':
      return type.kind === 'bit' ? { $case: 'ternary', value: { value, mask: ones(type.width) } } : undefined;
    case 'lpm':
      return type.kind === 'bit' ? { $case: 'lpm', value: { value, prefixLen: type.width } } : undefined;
    default:
      return undefined;
  }
}

function ones(width: number): Uint8Array {
  return Uint8Array.from({ length: Math.ceil(width / 8) }, (_, index) =>
    index === 0 ? 0xff >> ((8 - (width % 8)) % 8) : 0xff,
  );
}

/** Undefined for an action that is not there any more, or takes what the entry does not have. */
function actionTranslator(
  { action: before }: ActionUse,
  uses: readonly ActionUse[],
): ((params: readonly Action_Param[]) => TableAction | undefined) | undefined {
  const use = uses.find(({ action, inEntries }) => inEntries && action.name === before.name);
  if (use === undefined) return undefined;
  const parameters = use.action.parameters.map(({ id, name, type }) => {
    const own = before.parameters.find((one) => one.name === name);
    const value = own === undefined ? undefined : valueTranslator(own.type, type);
    return { id, from: own?.id, value };
  });
  return (params) => {
    const found: Action_Param[] = [];
    for (const { id, from, value } of parameters) {
      const param = params.find(({ paramId }) => paramId === from);
      const translated = param === undefined ? undefined : value?.(param.value);
      if (translated === undefined) return undefined;
      found.push({ paramId: id, value: translated });
    }
    return { type: { $case: 'action', value: { actionId: use.action.id, params: found } } };
  };
}

/** Numbers have no width of their own (P4Runtime, "Bytestrings"), and so need only fit; undefined for other kinds. */
function valueTranslator(
  from: ValueType,
  to: ValueType,
): ((value: Uint8Array) => Uint8Array | undefined) | undefined {
  if (from.kind === 'string' && to.kind === 'string') return (value) => value;
  if (from.kind !== 'bit' || to.kind !== 'bit') return undefined;
  const { width } = to;
  return (value) => (bitLength(value) <= width ? value : undefined);
}

function bitLength(value: Uint8Array): number {
  const first = value.findIndex((byte) => byte !== 0);
  if (first === -1) return 0;
  return 8 * (value.length - first) - (Math.clz32(value[first] ?? 0) - 24);
}
