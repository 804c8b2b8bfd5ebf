/** The work of `moor tables`. */

import {
  type Entity,
  type TableAction,
  TableEntry,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema, TableInfo } from '../../p4runtime/schema/index.ts';
import { EXIT } from '../exit-codes.ts';
import type { DumpOptions, EntryOptions } from '../tables.ts';
import { UserProblem } from '../user-problem.ts';
import { doesText, makeEntry, parseAction, type ShownEntry, showEntry } from './entries.ts';
import { printJson, printTable } from './output.ts';
import { readAll, type TargetOptions, withSession, writeOne } from './session.ts';

/** `moor tables list`. */
export async function listTables(options: TargetOptions): Promise<number> {
  return withSession(options, async ({ schema: fetch }) => {
    const { tables } = await fetch();
    const shown = tables.all.map((table) => ({
      name: table.name,
      id: table.id,
      key: table.fields.map(({ name, type, matchKind }) => ({
        name,
        match: matchKind ?? 'other',
        type: type.kind === 'bit' ? `bit<${type.width}>` : 'string',
      })),
      actions: table.actions.map(({ action }) => action.name),
      size: table.size,
      const: table.constEntries,
      ...(table.implementation === undefined ? {} : { implementation: table.implementation.name }),
    }));
    if (options.json === true) {
      printJson(shown);
      return;
    }
    printTable(
      ['TABLE', 'KEY', 'ACTIONS', 'SIZE'],
      shown.map(({ name, key, actions, size }) => [
        name,
        key.map((field) => `${field.name}: ${field.match}`).join('\n'),
        actions.join('\n'),
        String(size),
      ]),
    );
  });
}

function asEntity(value: TableEntry): Entity {
  return { entity: { $case: 'tableEntry', value } };
}

/** What a read asks for beside keys and actions; only where the table has it. */
function wanted(table: TableInfo, { counters }: DumpOptions): Partial<TableEntry> {
  if (counters !== true) return {};
  return {
    ...(table.directCounter === undefined ? {} : { counterData: { byteCount: 0n, packetCount: 0n } }),
    ...(table.idleTimeout ? { timeSinceLastHit: { elapsedNs: 0n } } : {}),
  };
}

async function readTable(
  client: Parameters<typeof readAll>[0],
  schema: Schema,
  request: TableEntry,
): Promise<readonly ShownEntry[]> {
  const found = await readAll(client, asEntity(request));
  return found.flatMap(({ entity }) =>
    entity?.$case === 'tableEntry' ? [showEntry(schema, entity.value)] : [],
  );
}

/** `moor tables dump`. */
export async function dumpTables(names: readonly string[], options: DumpOptions): Promise<number> {
  return withSession(options, async ({ client, schema: fetch }) => {
    const schema = await fetch();
    const tables = names.length === 0 ? schema.tables.all : names.map((name) => schema.tables.get(name));
    const all: ShownEntry[] = [];
    for (const table of tables) {
      const request = { ...TableEntry.fromPartial({ tableId: table.id }), ...wanted(table, options) };
      const entries = await readTable(client, schema, request);
      const fallback = await readTable(client, schema, {
        ...request,
        isDefaultAction: true,
        timeSinceLastHit: undefined,
      });
      for (const entry of [...entries, ...fallback]) all.push(entry);
      if (options.json !== true) printEntries(table, entries, fallback[0]);
    }
    if (options.json === true) printJson(all);
  });
}

function printEntries(
  table: TableInfo,
  entries: readonly ShownEntry[],
  fallback: ShownEntry | undefined,
): void {
  const count = `${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}`;
  // BMv2's server names no action for tables with an action profile.
  const does = fallback === undefined ? '' : doesText(fallback);
  const otherwise = does === '' ? '' : `; otherwise ${does}`;
  process.stdout.write(`${table.name}: ${count}${otherwise}\n`);
  if (entries.length > 0) printRows(table, entries);
  process.stdout.write('\n');
}

/** Columns that no entry has anything in are left out. */
function printRows(table: TableInfo, entries: readonly ShownEntry[]): void {
  const columns: [string, (entry: ShownEntry) => string | undefined][] = [
    ...table.fields.map(({ name }): [string, (entry: ShownEntry) => string] => [
      name,
      ({ match }) => match[name] ?? '*',
    ]),
    ['PRIORITY', ({ priority }) => priority?.toString()],
    ['ACTION', doesText],
    ['PACKETS', ({ packets }) => packets?.toString()],
    ['BYTES', ({ bytes }) => bytes?.toString()],
    ['IDLE TIMEOUT', ({ idleTimeoutNs }) => seconds(idleTimeoutNs)],
    ['LAST HIT', ({ sinceLastHitNs }) => seconds(sinceLastHitNs)],
    ['METADATA', ({ metadata }) => metadata],
    ['', ({ const: isConst }) => (isConst === true ? 'const' : undefined)],
  ];
  const used = columns.filter(([, of]) => entries.some((entry) => of(entry) !== undefined));
  printTable(
    used.map(([name]) => name),
    entries.map((entry) => used.map(([, of]) => of(entry) ?? '')),
  );
}

function seconds(nanoseconds: bigint | undefined): string | undefined {
  return nanoseconds === undefined ? undefined : `${Number(nanoseconds) / 1e9} s`;
}

/** `moor tables get`. */
export async function getEntries(
  name: string,
  fields: readonly string[],
  options: DumpOptions,
): Promise<number> {
  return withSession(options, async ({ client, schema: fetch }) => {
    const schema = await fetch();
    const table = schema.tables.get(name);
    const key =
      options.default === true
        ? { isDefaultAction: true }
        : {
            match: fields.length === 0 ? [] : makeEntry(table, fields, {}).match,
            priority: options.priority,
          };
    const base = TableEntry.fromPartial({ tableId: table.id });
    const entries = await readTable(client, schema, { ...base, ...wanted(table, options), ...key });
    if (options.json === true) printJson(entries);
    else if (entries.length > 0) printRows(table, entries);
    if (entries.length === 0) throw new UserProblem(`table '${table.name}' has no entry with this key`);
  });
}

const TYPES = { insert: Update_Type.INSERT, modify: Update_Type.MODIFY, delete: Update_Type.DELETE } as const;

/** `moor tables insert`, `modify` and `delete`. */
export async function writeEntry(
  kind: keyof typeof TYPES,
  name: string,
  fields: readonly string[],
  options: EntryOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const schema = await session.schema();
    const table = schema.tables.get(name);
    const rest: Partial<TableEntry> = {
      priority: options.priority,
      ...(options.idleTimeout === undefined ? {} : { idleTimeoutNs: options.idleTimeout }),
      ...(options.metadata === undefined ? {} : { metadata: options.metadata }),
    };
    if (table.hasPriority && options.default !== true && options.priority === 0) {
      throw new UserProblem(
        `entries of '${table.name}' can overlap: say with --priority N, from 1, which wins (the greatest does)`,
      );
    }
    const action = kind === 'delete' ? undefined : readAction(schema, table, options);
    const entry =
      options.default === true
        ? { ...TableEntry.fromPartial({ tableId: table.id }), ...rest, isDefaultAction: true, action }
        : { ...makeEntry(table, fields, rest), action };
    if (options.default === true && fields.length > 0) {
      throw new UserProblem('the default entry has no key: leave the fields out', EXIT.usage);
    }
    await writeOne(session, { type: TYPES[kind], entity: asEntity(entry) });
  });
}

function readAction(schema: Schema, table: TableInfo, options: EntryOptions): TableAction | undefined {
  const { action, member, group, param } = options;
  if ([action, member, group].filter((one) => one !== undefined).length > 1) {
    throw new UserProblem('--action, --member and --group exclude each other', EXIT.usage);
  }
  if (member !== undefined) return { type: { $case: 'actionProfileMemberId', value: member } };
  if (group !== undefined) return { type: { $case: 'actionProfileGroupId', value: group } };
  if (action === undefined) {
    if (param.length > 0)
      throw new UserProblem('--param is for an action: say which with --action', EXIT.usage);
    return undefined;
  }
  const among = table.actions.map((use) => use.action);
  return { type: { $case: 'action', value: parseAction(schema, action, param, among) } };
}
