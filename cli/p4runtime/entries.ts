/** Table entries and actions between P4Runtime and what people write and read. */

import {
  decodeKey,
  decodeValue,
  encodeKey,
  encodeValue,
  type MatchValue,
} from '../../p4runtime/codec/index.ts';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Action, type TableAction, TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  type ActionInfo,
  type FieldInfo,
  missing,
  type Schema,
  type TableInfo,
} from '../../p4runtime/schema/index.ts';
import { formatMatch, formatValue, parseMatch, parsePair, parseValue, type ValueField } from './values.ts';

/** An entry as `--json` shows it. */
export type ShownEntry = {
  readonly table: string;
  readonly match: Readonly<Record<string, string>>;
  readonly priority?: number;
  readonly default?: true;
  readonly action?: ShownAction;
  readonly member?: number;
  readonly group?: number;
  readonly actions?: readonly (ShownAction & { readonly weight: number; readonly watchPort?: string })[];
  readonly idleTimeoutNs?: bigint;
  readonly sinceLastHitNs?: bigint;
  readonly metadata?: string;
  readonly const?: true;
  readonly packets?: bigint;
  readonly bytes?: bigint;
  readonly meter?: Readonly<Record<string, bigint>>;
};

export type ShownAction = { readonly name: string; readonly params: Readonly<Record<string, string>> };

const fieldOf = (field: FieldInfo): ValueField => ({
  name: field.name,
  type: field.type,
  annotations: field.message.annotations,
});

const parameterOf = (action: ActionInfo, index: number): ValueField => {
  const parameter = action.parameters[index];
  return {
    name: parameter?.name ?? '',
    type: parameter?.type ?? { kind: 'bit', width: 64 },
    annotations: action.message.params[index]?.annotations ?? [],
  };
};

function wrong(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}

/** What an action message says. */
export function showAction(schema: Schema, { actionId, params }: Action): ShownAction {
  const action = schema.actions.get(actionId);
  const shown = params.map(({ paramId, value }): [string, string] => {
    const index = action.parameters.findIndex(({ id }) => id === paramId);
    const field = parameterOf(action, index);
    const what = `parameter '${field.name}'`;
    return [field.name, formatValue(field, decodeValue(field.type, value, what))];
  });
  return { name: action.name, params: Object.fromEntries(shown) };
}

/** One line of it. */
export function actionText({ name, params }: ShownAction): string {
  const inside = Object.entries(params).map(([parameter, value]) => `${parameter}=${value}`);
  return `${name}(${inside.join(', ')})`;
}

/** Reads an action: its name, and `PARAM=VALUE` for each parameter. */
export function parseAction(
  schema: Schema,
  name: string,
  params: readonly string[],
  among?: readonly ActionInfo[],
): Action {
  const action = schema.actions.get(name);
  if (among !== undefined && !among.some(({ id }) => id === action.id)) {
    throw wrong(
      `action '${action.name}' is none of the table's; it has: ${among.map((one) => one.name).join(', ')}`,
    );
  }
  const given = new Map(params.map(parsePair).map((pair) => [pair.name, pair.value]));
  const encoded = action.parameters.map(({ id, name: parameter, type }, index) => {
    const text = given.get(parameter);
    if (text === undefined) {
      throw wrong(`action '${action.name}': parameter '${parameter}' is missing: write ${parameter}=VALUE`);
    }
    given.delete(parameter);
    const value = parseValue(parameterOf(action, index), text);
    return { paramId: id, value: encodeValue(type, value, `parameter '${parameter}'`) };
  });
  const [unknown] = given.keys();
  if (unknown !== undefined) {
    throw wrong(
      `action '${action.name}': ${missing(
        'parameter',
        unknown,
        action.parameters.map((one) => one.name),
      )}`,
    );
  }
  return { actionId: action.id, params: encoded };
}

/** The last part of a field's name is enough where no other field has it: `dstAddr` for `hdr.ipv4.dstAddr`. */
function findField(table: TableInfo, name: string): FieldInfo {
  const exactly = table.fields.find((field) => field.name === name || String(field.id) === name);
  if (exactly !== undefined) return exactly;
  const alike = table.fields.filter((field) => field.name.endsWith(`.${name}`));
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  throw wrong(
    `table '${table.name}': ${missing(
      'match field',
      name,
      table.fields.map((field) => field.name),
    )}`,
  );
}

/** Reads a key: `FIELD=MATCH` for each field that does not match everything. */
export function parseKey(table: TableInfo, texts: readonly string[]) {
  const key: Record<string, MatchValue | undefined> = {};
  for (const text of texts) {
    const { name, value } = parsePair(text);
    const field = findField(table, name);
    if (Object.hasOwn(key, field.name)) throw wrong(`match field '${field.name}' is given twice`);
    key[field.name] = parseMatch(fieldOf(field), field.matchKind, value);
  }
  return encodeKey(`table '${table.name}'`, table.fields, key);
}

/** The key of an entry, field by field. */
export function showKey(table: TableInfo, entry: TableEntry): readonly string[] {
  return decodeKey(`table '${table.name}'`, table.fields, entry.match).map((match, index) => {
    const field = table.fields[index];
    return field === undefined ? '' : formatMatch(fieldOf(field), match);
  });
}

/** An entry as `--json` shows it. */
export function showEntry(schema: Schema, entry: TableEntry): ShownEntry {
  const table = schema.tables.get(entry.tableId);
  const key = entry.isDefaultAction ? [] : showKey(table, entry);
  const match = Object.fromEntries(
    key.map((text, index): [string, string] => [table.fields[index]?.name ?? '', text]),
  );
  return {
    table: table.name,
    match,
    ...(entry.isDefaultAction ? { default: true as const } : {}),
    ...(table.hasPriority && !entry.isDefaultAction ? { priority: entry.priority } : {}),
    ...showTableAction(schema, entry.action),
    ...(entry.idleTimeoutNs === 0n ? {} : { idleTimeoutNs: entry.idleTimeoutNs }),
    ...(entry.timeSinceLastHit === undefined ? {} : { sinceLastHitNs: entry.timeSinceLastHit.elapsedNs }),
    ...(entry.metadata.length === 0 ? {} : { metadata: Buffer.from(entry.metadata).toString('hex') }),
    ...(entry.isConst ? { const: true as const } : {}),
    ...(entry.counterData === undefined
      ? {}
      : { packets: entry.counterData.packetCount, bytes: entry.counterData.byteCount }),
    ...(entry.meterConfig === undefined ? {} : { meter: { ...entry.meterConfig } }),
  };
}

function showTableAction(schema: Schema, action: TableAction | undefined): Partial<ShownEntry> {
  const type = action?.type;
  switch (type?.$case) {
    case undefined:
      return {};
    case 'action':
      return { action: showAction(schema, type.value) };
    case 'actionProfileMemberId':
      return { member: type.value };
    case 'actionProfileGroupId':
      return { group: type.value };
    case 'actionProfileActionSet':
      return {
        actions: type.value.actionProfileActions.flatMap(({ action: each, weight }) =>
          each === undefined ? [] : [{ ...showAction(schema, each), weight }],
        ),
      };
  }
}

/** What an entry does, in one line. */
export function doesText({ action, member, group, actions }: ShownEntry): string {
  if (action !== undefined) return actionText(action);
  if (member !== undefined) return `member ${member}`;
  if (group !== undefined) return `group ${group}`;
  if (actions !== undefined) return actions.map((one) => `${actionText(one)} × ${one.weight}`).join(', ');
  return '';
}

/** An entry with the key that the user wrote. */
export function makeEntry(table: TableInfo, key: readonly string[], rest: Partial<TableEntry>): TableEntry {
  return { ...TableEntry.fromPartial({ tableId: table.id }), match: parseKey(table, key), ...rest };
}
