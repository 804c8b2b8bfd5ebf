/** Tables: keys, actions, what implements them, and what comes next. */

import { InternalError } from '../../diagnostics.ts';
import type { Expression, Instance, Table, TableKey } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import type { ActionTable } from './actions.ts';
import { type BlockRole, type Conversion, report } from './conversion.ts';
import { actionData, convertEntries, switchMatchKind } from './entries.ts';
import { value } from './expressions.ts';
import { type Json, type Operand, sourceInfo } from './json.ts';
import { locate, locateField } from './locate.ts';
import { propertyInstance } from './resources.ts';
import { checkAlgorithm, type Selectors } from './selectors.ts';
import { type Next, nextAfter, type Successors } from './successors.ts';

/** What conversion of the tables of one pipeline shares. */
export class TableContext {
  readonly actionProfiles: Json[] = [];
  readonly conversion: Conversion;
  readonly actions: ActionTable;
  readonly #selectors: Selectors;
  readonly #role: BlockRole;
  readonly #keys = new Map<string, readonly Operand[]>();

  constructor(conversion: Conversion, actions: ActionTable, selectors: Selectors, role: BlockRole) {
    this.conversion = conversion;
    this.actions = actions;
    this.#selectors = selectors;
    this.#role = role;
  }

  /** Finds the fields of a table's keys; gives the action that fills those that are computed. */
  prepareKeys(table: Table): number | undefined {
    const computed = table.keys.filter((key) => fixedKey(this.conversion, key) === undefined);
    const { id, fields } = this.actions.addFields(
      computed.map((key) => key.expression),
      this.#role,
      table.span,
    );
    const made = new Map(computed.map((key, index) => [key, fields[index]]));
    this.#keys.set(
      table.name,
      table.keys.flatMap((key) => fixedKey(this.conversion, key) ?? made.get(key) ?? []),
    );
    return id;
  }

  /** The field of a key. */
  keyField(table: Table, index: number): Operand {
    const found = this.#keys.get(table.name)?.[index];
    if (found === undefined) throw new InternalError('a key has no field', table.span);
    return found;
  }

  /** Adds what implements a table, once for all tables that share it. */
  addProfile(table: Table, instance: Instance): void {
    const selection = table.keys.flatMap((key, index) =>
      key.matchKind === 'selector' ? [this.keyField(table, index)] : [],
    );
    const json = this.#selectors.add(table, instance, selection);
    if (json !== undefined) this.actionProfiles.push(json);
  }
}

/** The field that a key is, where the switch can match it as it is. */
function fixedKey(conversion: Conversion, key: TableKey): Operand | undefined {
  const { scope } = conversion;
  const { expression } = key;
  switch (expression.kind) {
    case 'variable':
    case 'field':
    case 'index': {
      const { fixed } = locateField(scope, expression, value);
      return fixed === undefined ? undefined : { type: 'field', value: fixed };
    }
    case 'is_valid': {
      const located = locate(scope, expression.target, value);
      return located.kind === 'header' ? { type: 'field', value: [located.name, '$valid$'] } : undefined;
    }
    default:
      return undefined;
  }
}

const DEFAULT_SIZE = 1024;

/** How many entries a table holds. */
export function tableSize(table: Table): number {
  if (table.entries.length > 0) return table.entries.length;
  const size = Number(table.size ?? 0n);
  return size > 0 ? size : DEFAULT_SIZE;
}

/** The kind of match of the whole table, from those of its keys. */
function tableMatchKind(kinds: readonly string[]): string {
  for (const kind of ['range', 'ternary', 'lpm']) if (kinds.includes(kind)) return kind;
  return 'exact';
}

const KNOWN_KINDS = ['exact', 'lpm', 'ternary', 'range', 'optional', 'selector'];

function checkKeys(conversion: Conversion, table: Table): void {
  for (const key of table.keys)
    if (!KNOWN_KINDS.includes(key.matchKind)) report(conversion, 'P4803', key.span, { kind: key.matchKind });
  const [, second] = table.keys.filter((key) => key.matchKind === 'lpm');
  if (second !== undefined) report(conversion, 'P4804', second.span, { table: table.controlPlaneName });
}

function convertKeys(context: TableContext, table: Table): readonly Json[] {
  return table.keys.flatMap((key, index) =>
    key.matchKind === 'selector'
      ? []
      : [
          {
            match_type: switchMatchKind(key.matchKind),
            name: key.name,
            target: context.keyField(table, index).value,
            mask: null,
          },
        ],
  );
}

type Implementation = { readonly type: string; readonly instance: Instance | undefined };

function implementationOf(context: TableContext, table: Table): Implementation {
  const { conversion } = context;
  const name = propertyInstance(table, 'implementation');
  const instance = name === undefined ? undefined : conversion.program.instances.get(name);
  switch (instance?.type.name) {
    case 'action_profile':
      return { type: 'indirect', instance };
    case 'action_selector':
      checkAlgorithm(conversion, instance);
      return { type: 'indirect_ws', instance };
    default: {
      const property = table.properties.get('implementation');
      if (property !== undefined)
        report(conversion, 'P4805', property.span, { name: instance?.type.name ?? 'this' });
      return { type: 'simple', instance: undefined };
    }
  }
}

/** The actions of a table, its default action too, by their names in the program. */
function actionsOf(table: Table): readonly string[] {
  const listed = table.actions.map(({ action }) => action);
  const byDefault = table.defaultAction?.action;
  return byDefault === undefined || listed.includes(byDefault) ? listed : [...listed, byDefault];
}

function nextTables(context: TableContext, table: Table, successors: Successors): { [key: string]: Json } {
  if (successors.kind === 'hit') return { __HIT__: successors.hit, __MISS__: successors.miss };
  const nexts: { [key: string]: Json } = {};
  for (const action of actionsOf(table)) {
    const name = context.actions.nameOf(context.actions.idOf(action));
    nexts[name] = successors.kind === 'always' ? successors.next : nextAfter(successors, action);
  }
  return nexts;
}

/** What follows when no entry matches and no action runs. */
function afterMiss(successors: Successors): Next {
  switch (successors.kind) {
    case 'always':
      return successors.next;
    case 'hit':
      return null;
    case 'action':
      return successors.otherwise;
  }
}

function isTimed(table: Table): boolean {
  const property = table.properties.get('support_timeout')?.value;
  return property?.kind === 'boolean' && property.value;
}

/** Converts a table; `behind` are tables of the back end's own that belong to it. */
export function convertTable(
  context: TableContext,
  table: Table,
  successors: Successors,
): { readonly json: Json; readonly behind: readonly Json[] } {
  const { conversion, actions } = context;
  checkKeys(conversion, table);
  const { type, instance } = implementationOf(context, table);
  if (instance !== undefined) context.addProfile(table, instance);
  if (instance !== undefined && table.entries.length > 0)
    report(conversion, 'P4814', table.span, { table: table.controlPlaneName });
  if (table.entries.length > 0 && !table.constEntries && !table.entries.every((entry) => entry.isConst))
    report(conversion, 'P4842', table.span, { table: table.controlPlaneName });
  const behind: Json[] = [];
  const followed = instance === undefined ? successors : withDefault(context, table, successors, behind);
  const names = actionsOf(table);
  const keys = convertKeys(context, table);
  const kinds = table.keys
    .filter((key) => key.matchKind !== 'selector')
    .map((key) => switchMatchKind(key.matchKind));
  const meter = propertyInstance(table, 'meters');
  const meterInstance = meter === undefined ? undefined : conversion.program.instances.get(meter);
  const json = {
    name: table.controlPlaneName,
    id: 0,
    source_info: sourceInfo(table.span),
    key: keys,
    match_type: tableMatchKind(kinds),
    type,
    ...(instance === undefined ? {} : { action_profile: instance.controlPlaneName }),
    max_size: tableSize(table),
    with_counters: table.properties.has('counters'),
    support_timeout: isTimed(table),
    direct_meters: meterInstance?.controlPlaneName ?? null,
    action_ids: names.map((name) => actions.idOf(name)),
    actions: names.map((name) => actions.nameOf(actions.idOf(name))),
    base_default_next: afterMiss(followed),
    next_tables: nextTables(context, table, followed),
    ...(instance === undefined ? defaultEntry(context, table) : {}),
    ...(table.entries.length > 0 && instance === undefined
      ? { entries: convertEntries(conversion, table, (name) => actions.idOf(name)) }
      : {}),
  };
  return { json, behind };
}

function defaultEntry(context: TableContext, table: Table): { readonly [key: string]: Json } {
  const { defaultAction } = table;
  if (defaultAction === undefined) return {};
  return {
    default_entry: {
      action_id: context.actions.idOf(defaultAction.action),
      action_const: defaultAction.isConst,
      action_data: actionData(context.conversion, defaultAction.arguments),
      action_entry_const: defaultAction.isConst,
    },
  };
}

/**
 * The switch takes no default action for a table with an action profile. One that does something is run by a table
 * of our own that follows a miss.
 */
function withDefault(
  context: TableContext,
  table: Table,
  successors: Successors,
  behind: Json[],
): Successors {
  const { defaultAction } = table;
  const action =
    defaultAction === undefined ? undefined : context.conversion.program.actions.get(defaultAction.action);
  if (defaultAction === undefined || action === undefined || action.body.length === 0) return successors;
  const miss =
    successors.kind === 'hit'
      ? successors.miss
      : successors.kind === 'always'
        ? successors.next
        : nextAfter(successors, defaultAction.action);
  const name = context.conversion.nodeName(`tbl_${table.name}_default`);
  const id = context.actions.idOf(defaultAction.action);
  behind.push(hiddenTable(context, name, id, miss, table.span, defaultAction.arguments));
  switch (successors.kind) {
    case 'hit':
      return { ...successors, miss: name };
    case 'always':
      return { kind: 'hit', hit: successors.next, miss: name };
    case 'action':
      return { ...successors, otherwise: name };
  }
}

/** A table without keys that always runs one action. */
export function hiddenTable(
  context: TableContext,
  name: string,
  action: number,
  next: Next,
  span: Span | undefined,
  values: readonly (Expression | undefined)[],
): Json {
  const actionName = context.actions.nameOf(action);
  return {
    name,
    id: 0,
    ...(span === undefined ? {} : { source_info: sourceInfo(span) }),
    key: [],
    match_type: 'exact',
    type: 'simple',
    max_size: DEFAULT_SIZE,
    with_counters: false,
    support_timeout: false,
    direct_meters: null,
    action_ids: [action],
    actions: [actionName],
    base_default_next: next,
    next_tables: { [actionName]: next },
    default_entry: {
      action_id: action,
      action_const: true,
      action_data: actionData(
        context.conversion,
        values.filter((value) => value !== undefined),
      ),
      action_entry_const: true,
    },
  };
}
