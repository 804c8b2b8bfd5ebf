/** Tables (P4Runtime, "Table"). */

import {
  type ActionRef,
  ActionRef_Scope,
  type MatchField,
  MatchField_MatchType,
  type Table,
  Table_IdleTimeoutBehavior,
  type TableActionCall,
} from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import { type Type, UNKNOWN } from '../../check/types.ts';
import type {
  ActionInstance,
  DefaultAction,
  KeyInstance,
  TableInstance,
  Value,
} from '../../evaluate/index.ts';
import type { Annotation, EntriesProperty } from '../../syntax/ast.ts';
import { controlPlaneParameters, parameterIds } from './actions.ts';
import { annotationNamed } from './annotation-values.ts';
import { describeAnnotations } from './annotations.ts';
import { makePreamble, type P4InfoContext, valueBytes } from './context.ts';
import { partIds } from './ids.ts';

/** What a table holds when it does not say. */
const DEFAULT_SIZE = 1024n;

/** P4Info's own match kinds; others are named. */
export const MATCH_TYPES: ReadonlyMap<string, MatchField_MatchType> = new Map([
  ['exact', MatchField_MatchType.EXACT],
  ['lpm', MatchField_MatchType.LPM],
  ['ternary', MatchField_MatchType.TERNARY],
  ['range', MatchField_MatchType.RANGE],
  ['optional', MatchField_MatchType.OPTIONAL],
]);

/** A match kind as P4Info has it. */
export function matchOf(kind: string): NonNullable<MatchField['match']> {
  const known = MATCH_TYPES.get(kind);
  return known === undefined
    ? { $case: 'otherMatchType', value: kind }
    : { $case: 'matchType', value: known };
}

/** A key that entries match, with its id. Inputs of an action selector are no match fields. */
export type NumberedKey = { readonly key: KeyInstance; readonly id: number; readonly type: Type };

export function numberedKeys(context: P4InfoContext, table: TableInstance): readonly NumberedKey[] {
  const ids = partIds(
    table.keys.map(({ element }) => ({ annotations: element.annotations, span: element.expression.span })),
    context.sink,
  );
  return table.keys.flatMap((key, index) => {
    if (key.matchKind === 'selector') return [];
    const type = context.checked.types.get(key.element.expression) ?? UNKNOWN;
    return [{ key, id: ids[index] ?? 0, type }];
  });
}

/** The part of the message that no other object has a part in; externs.ts adds implementation and direct resources. */
export function makeTable(context: P4InfoContext, table: TableInstance): Table {
  const { declaration } = table;
  const defaultAction = table.defaultAction?.action.name.hidden === true ? undefined : table.defaultAction;
  const entries = entriesOf(table);
  // What is hidden has no id that anything could refer to.
  const actionRefs = table.actions
    .filter(({ action }) => !action.name.hidden)
    .map(({ reference, action }) => makeActionRef(context, reference, action));
  const actionId = (action: ActionInstance) => context.ids.id('action', action.name.controlPlane);
  if (defaultAction !== undefined && defaultAction.property === undefined) {
    // The default action that nobody wrote is in the list all the same.
    if (
      !table.actions.some(({ action }) => action.name.controlPlane === defaultAction.action.name.controlPlane)
    ) {
      actionRefs.push({
        id: actionId(defaultAction.action),
        scope: ActionRef_Scope.DEFAULT_ONLY,
        annotations: ['@defaultonly'],
        annotationLocations: [],
        structuredAnnotations: [],
      });
    }
  }
  return {
    preamble: makePreamble(context, 'table', table.name.controlPlane, declaration.annotations),
    matchFields: numberedKeys(context, table).map((key) => makeMatchField(context, key)),
    actionRefs,
    constDefaultActionId: defaultAction?.property?.isConst === true ? actionId(defaultAction.action) : 0,
    initialDefaultAction:
      defaultAction === undefined
        ? undefined
        : initialDefaultAction(context, defaultAction, actionId(defaultAction.action)),
    implementationId: 0,
    directResourceIds: [],
    size: tableSize(context, table),
    idleTimeoutBehavior: hasIdleTimeout(context, table)
      ? Table_IdleTimeoutBehavior.NOTIFY_CONTROL
      : Table_IdleTimeoutBehavior.NO_TIMEOUT,
    isConstTable: entries?.isConst === true,
    hasInitialEntries: (entries?.entries.length ?? 0) > 0,
    otherProperties: undefined,
  };
}

export function entriesOf(table: TableInstance): EntriesProperty | undefined {
  return table.declaration.properties.find((property) => property.kind === 'EntriesProperty');
}

function tableSize({ sink }: P4InfoContext, { size, declaration, properties }: TableInstance): bigint {
  if (size === undefined || size === 0n) return DEFAULT_SIZE;
  const limit = (1n << 63n) - 1n;
  if (size < 0n || size > limit) {
    const span = properties.get('size')?.property.value.span ?? declaration.name.span;
    sink.report('P4869', span, { what: 'the size', size, limit });
    return DEFAULT_SIZE;
  }
  return size;
}

function makeActionRef(
  context: P4InfoContext,
  { annotations }: { readonly annotations: readonly Annotation[] },
  { name, declaration }: ActionInstance,
): ActionRef {
  const tableOnly = annotationNamed(annotations, 'tableonly');
  const defaultOnly = annotationNamed(annotations, 'defaultonly');
  if (tableOnly !== undefined && defaultOnly !== undefined) {
    context.sink.report('P4857', defaultOnly.span, { action: declaration.name.name });
  }
  const { annotations: texts, structuredAnnotations } = describeAnnotations(
    context.checked,
    context.sink,
    annotations,
  );
  let scope: ActionRef['scope'] = ActionRef_Scope.TABLE_AND_DEFAULT;
  if (tableOnly !== undefined) scope = ActionRef_Scope.TABLE_ONLY;
  else if (defaultOnly !== undefined) scope = ActionRef_Scope.DEFAULT_ONLY;
  return {
    id: context.ids.id('action', name.controlPlane),
    scope,
    annotations: texts,
    annotationLocations: [],
    structuredAnnotations,
  };
}

function makeMatchField(context: P4InfoContext, { key, id, type }: NumberedKey): MatchField {
  const { checked, sink, types } = context;
  const { span } = key.element.expression;
  types.spec(type, span);
  const typeName = types.newTypeName(type, span);
  return {
    id,
    name: key.name,
    annotationLocations: [],
    ...describeAnnotations(checked, sink, key.element.annotations),
    bitwidth: types.width(type),
    match: matchOf(key.matchKind),
    typeName: typeName === undefined ? undefined : { name: typeName },
  };
}

function initialDefaultAction(
  context: P4InfoContext,
  { action, arguments: values }: DefaultAction,
  actionId: number,
): TableActionCall {
  const { checked, types } = context;
  const ids = parameterIds(context, action.declaration);
  const args = controlPlaneParameters(action.declaration).flatMap((parameter) => {
    const width = types.width(checked.declaredTypes.get(parameter) ?? UNKNOWN);
    const value = valueBytes(values.get(parameter), width);
    return value === undefined ? [] : [{ paramId: ids.get(parameter) ?? 0, value }];
  });
  return { actionId, arguments: args };
}

/** v1model: `support_timeout = true`; PSA and PNA: a member of an enum that says whom to tell. */
function hasIdleTimeout({ architecture }: P4InfoContext, table: TableInstance): boolean {
  const value: Value | undefined = table.properties.get(architecture.properties.idleTimeout)?.value;
  if (value?.kind === 'boolean') return value.value;
  return value?.kind === 'member' && value.member.name.startsWith('NOTIFY_CONTROL');
}
