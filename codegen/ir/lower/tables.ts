/** Lowering of tables: keys, actions, entries and properties. */

import { evaluateConstant, evaluateInteger } from '../../check/constants.ts';
import { InternalError } from '../../diagnostics.ts';
import type { TableInstance, Value } from '../../evaluate/instances.ts';
import type * as ast from '../../syntax/ast.ts';
import { defaultExpression } from '../defaults.ts';
import type { Argument, Expression } from '../expressions.ts';
import type { ActionCall, Keyset, Property, TableAction, TableEntry, TableKey } from '../program.ts';
import { BOOL, INT, STRING, type Type, VOID } from '../types.ts';
import { actionName, directionOf } from './calls.ts';
import { coerce } from './coerce.ts';
import { lowerExpression } from './expressions.ts';
import { lowerKey, lowerKeysets } from './keysets.ts';
import { declaredType, lowerType, type Scope } from './scope.ts';
import { valueExpression } from './values.ts';

/** Properties that have fields of their own in the lowered table. */
const KNOWN_PROPERTIES: ReadonlySet<string> = new Set(['size', 'default_action']);

/** Lowers a table under a name. */
export function lowerTable(scope: Scope, instance: TableInstance, name: string): void {
  const { declaration } = instance;
  if (scope.owner === undefined)
    throw new InternalError('a table stands outside of a control', declaration.span);
  const entriesProperty = declaration.properties.find((one) => one.kind === 'EntriesProperty');
  const entries = entriesProperty?.kind === 'EntriesProperty' ? entriesProperty.entries : [];
  const keys = instance.keys.map((key, index): TableKey => {
    const matched = entries.map((entry) => keysetAt(entry.keyset, index, instance.keys.length));
    return {
      name: key.name,
      hidden: key.hidden,
      expression: lowerKey(scope, key.element.expression, matched),
      matchKind: key.matchKind,
      annotations: key.element.annotations,
      span: key.element.span,
    };
  });
  const types = keys.map((key) => key.expression.type);
  scope.lowering.tables.set(name, {
    kind: 'table',
    name,
    sourceName: declaration.name.name,
    controlPlaneName: instance.name.controlPlane,
    hidden: instance.name.hidden,
    owner: scope.owner,
    keys,
    actions: instance.actions.map(({ reference, action }) =>
      lowerTableAction(scope, reference, action.declaration),
    ),
    defaultAction: lowerDefaultAction(scope, instance),
    size: instance.size,
    entries: entries.map((entry) => lowerEntry(scope, entry, types, isConst(entriesProperty))),
    constEntries: isConst(entriesProperty),
    properties: lowerProperties(scope, instance),
    annotations: declaration.annotations,
    span: declaration.name.span,
  });
}

function isConst(property: ast.TableProperty | undefined): boolean {
  return property?.kind === 'EntriesProperty' && property.isConst;
}

function keysetAt(keyset: ast.Expression, index: number, count: number): ast.Expression | undefined {
  if (keyset.kind === 'TupleKeysetExpression' || keyset.kind === 'ListExpression')
    return keyset.elements[index];
  return count === 1 ? keyset : undefined;
}

/** Which argument is for which of the parameters, by name or in order. */
function match(
  parameters: readonly ast.Parameter[],
  given: readonly ast.Argument[],
): readonly (ast.Argument | undefined)[] {
  return parameters.map((parameter, index) => {
    const byName = given.find((argument) => argument.name?.name === parameter.name.name);
    return byName ?? (given[index]?.name === undefined ? given[index] : undefined);
  });
}

/** In the actions list only parameters with a direction get arguments (specification §14.2.1.2). */
function lowerTableAction(
  scope: Scope,
  reference: ast.ActionReference,
  declaration: ast.ActionDeclaration,
): TableAction {
  const directed = declaration.parameters.filter((parameter) => parameter.direction !== undefined);
  const given = match(directed, reference.arguments ?? []);
  const lowered = directed.map((parameter, index): Argument => {
    const argument = given[index];
    const type = lowerType(scope, declaredType(scope, parameter, parameter.span), parameter.span);
    const written = argument?.value ?? parameter.defaultValue;
    const isLeftOut = written === undefined || written.kind === 'DontCareExpression';
    return {
      parameter: parameter.name.name,
      position: declaration.parameters.indexOf(parameter),
      direction: directionOf(parameter),
      type,
      value: isLeftOut ? undefined : coerce(lowerExpression(scope, written), type),
      span: argument?.span ?? reference.span,
    };
  });
  return {
    action: actionName(scope, declaration),
    arguments: lowered,
    annotations: reference.annotations,
    span: reference.span,
  };
}

function lowerDefaultAction(scope: Scope, instance: TableInstance) {
  const { defaultAction } = instance;
  if (defaultAction === undefined) return undefined;
  const { declaration } = defaultAction.action;
  const span = defaultAction.property?.span ?? instance.declaration.name.span;
  const values = declaration.parameters
    .filter((parameter) => parameter.direction === undefined)
    .map((parameter): Expression => {
      const type = lowerType(scope, declaredType(scope, parameter, span), span);
      const value = defaultAction.arguments.get(parameter);
      const lowered = value === undefined ? undefined : valueExpression(scope, value, type, span);
      return lowered ?? defaultExpression(type, span);
    });
  return {
    action: actionName(scope, declaration),
    arguments: values,
    isConst: defaultAction.property?.isConst ?? false,
    span,
  };
}

/** The values of an action's parameters without direction, as an entry gives them. */
function lowerActionCall(scope: Scope, reference: ast.ActionReference): ActionCall {
  const declaration = scope.lowering.checked.references.get(reference);
  if (declaration?.kind !== 'ActionDeclaration')
    throw new InternalError('an entry names no action', reference.span);
  const given = match(declaration.parameters, reference.arguments ?? []);
  // Arguments may also be only those that the actions list leaves open.
  const open = declaration.parameters.filter((parameter) => parameter.direction === undefined);
  const isShort = (reference.arguments ?? []).length < declaration.parameters.length;
  const shortened = match(open, reference.arguments ?? []);
  const values = open.map((parameter, index): Expression => {
    const type = lowerType(scope, declaredType(scope, parameter, parameter.span), parameter.span);
    const place = declaration.parameters.indexOf(parameter);
    const argument = isShort ? shortened[index] : given[place];
    const written = argument?.value ?? parameter.defaultValue;
    return written === undefined
      ? defaultExpression(type, reference.span)
      : coerce(lowerExpression(scope, written), type);
  });
  return { action: actionName(scope, declaration), arguments: values, span: reference.span };
}

function lowerEntry(
  scope: Scope,
  entry: ast.TableEntry,
  keys: readonly Type[],
  allConst: boolean,
): TableEntry {
  const keysets: readonly Keyset[] = lowerKeysets(scope, entry.keyset, keys);
  return {
    keysets,
    action: lowerActionCall(scope, entry.action),
    priority: entry.priority === undefined ? undefined : evaluateInteger(scope.constants, entry.priority),
    isConst: entry.isConst || allConst,
    annotations: entry.annotations,
    span: entry.span,
  };
}

function lowerProperties(scope: Scope, instance: TableInstance): ReadonlyMap<string, Property> {
  const properties = new Map<string, Property>();
  for (const [name, { property, value }] of instance.properties) {
    if (KNOWN_PROPERTIES.has(name)) continue;
    const lowered = propertyValue(scope, property, value);
    if (lowered === undefined) continue;
    properties.set(name, {
      value: lowered,
      isConst: property.isConst,
      annotations: property.annotations,
      span: property.span,
    });
  }
  return properties;
}

/** A property's value, of the type that its expression has, or that the value suggests. */
function propertyValue(scope: Scope, property: ast.CustomProperty, value: Value): Expression | undefined {
  const { span } = property.value;
  const written = scope.lowering.checked.types.get(property.value);
  const known = written === undefined || written.kind === 'unknown' ? undefined : written;
  if (value.kind === 'extern') return valueExpression(scope, value, VOID, span);
  if (known !== undefined && evaluateConstant(scope.constants, property.value) !== undefined) {
    const type = lowerType(scope, known, span);
    const lowered = valueExpression(scope, value, type, span);
    if (lowered !== undefined) return lowered;
  }
  return valueExpression(scope, value, suggestedType(value), span);
}

function suggestedType(value: Value): Type {
  switch (value.kind) {
    case 'boolean':
      return BOOL;
    case 'string':
      return STRING;
    default:
      return INT;
  }
}
