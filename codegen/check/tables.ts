/** Checking of tables: keys, actions, entries, properties (specification §14.2). */

import { didYouMean } from '../nearest-name.ts';
import type {
  ActionDeclaration,
  ActionReference,
  ActionsProperty,
  Argument,
  CustomProperty,
  EntriesProperty,
  Expression,
  KeyProperty,
  TableDeclaration,
} from '../syntax/ast.ts';
import { bindArguments } from './calls.ts';
import {
  type Checker,
  type Context,
  constantContext,
  declare,
  declaredHere,
  hasAnnotation,
  resolveName,
  show,
  typeOf,
} from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { checkKeyset, type Key } from './keysets.ts';
import { describeReferent } from './type-references.ts';
import type { Type } from './types.ts';
import { VOID } from './types.ts';

/** Checks a table and declares its name. */
export function checkTable(checker: Checker, outer: Context, table: TableDeclaration): void {
  const context: Context = { ...outer, place: 'table', returnType: undefined };
  const previous = new Map<string, TableDeclaration['properties'][number]>();
  checker.openTables.add(table);
  // The name is visible inside so that a table that uses itself gets a message about that, not about a missing name.
  declare(checker, outer.scope, table.name, table);
  let keys: readonly Key[] = [];
  for (const property of table.properties) {
    const name = propertyName(property);
    const first = previous.get(name);
    if (first !== undefined) {
      checker.sink.report(
        'P4430',
        property.span,
        { property: name, table: table.name.name },
        { related: [{ message: 'first given here', span: first.span }] },
      );
    }
    previous.set(name, property);
    switch (property.kind) {
      case 'KeyProperty':
        keys = checkKeys(checker, context, property);
        break;
      case 'ActionsProperty':
        checkActions(checker, context, table, property);
        break;
      case 'EntriesProperty':
      case 'CustomProperty':
        break;
    }
  }
  // Entries and default_action refer to keys and actions wherever these stand.
  for (const property of table.properties) {
    if (property.kind === 'EntriesProperty') checkEntries(checker, context, table, property, keys);
    else if (property.kind === 'CustomProperty') checkCustom(checker, context, table, property);
  }
  if (!previous.has('actions')) checker.sink.report('P4431', table.name.span, { table: table.name.name });
  else if (!previous.has('default_action')) requireNoAction(checker, context, table);
  checker.openTables.delete(table);
}

/** A table without a default action runs NoAction, which core.p4 declares (specification §14.2.1.3). */
function requireNoAction(checker: Checker, context: Context, table: TableDeclaration): void {
  const [found] = context.scope.topLevel.own('NoAction');
  if (found === undefined) {
    checker.sink.report(
      'P4452',
      table.name.span,
      { table: table.name.name },
      {
        hint: "add '#include <core.p4>' at the top, or give the table a 'default_action'",
      },
    );
  } else if (found.kind !== 'ActionDeclaration' || found.parameters.length > 0) {
    const [place] = declaredHere(found);
    checker.sink.report(
      'P4453',
      place?.span ?? table.name.span,
      {},
      {
        related: [
          { message: `table '${table.name.name}' needs it as its default action`, span: table.name.span },
        ],
      },
    );
  }
}

function propertyName(property: TableDeclaration['properties'][number]): string {
  switch (property.kind) {
    case 'KeyProperty':
      return 'key';
    case 'ActionsProperty':
      return 'actions';
    case 'EntriesProperty':
      return 'entries';
    case 'CustomProperty':
      return property.name.name;
  }
}

function checkKeys(checker: Checker, context: Context, property: KeyProperty): readonly Key[] {
  return property.elements.map((element) => {
    const type = checker.inference.head(checker.checkExpression(checker, context, element.expression));
    if (!isKeyType(checker, type)) {
      checker.sink.report(
        'P4432',
        element.expression.span,
        { type: show(checker, type) },
        {
          hint: type.kind === 'int' ? "write the number with its width, such as '32w1'" : undefined,
        },
      );
    }
    const kind = element.matchKind;
    const member = checker.matchKinds.get(kind.name);
    if (member !== undefined) checker.references.set(kind, member);
    else if (kind.name !== '') {
      checker.sink.report(
        'P4433',
        kind.span,
        { name: kind.name },
        {
          hint:
            didYouMean(kind.name, checker.matchKinds.keys()) ??
            (checker.matchKinds.size === 0
              ? "match kinds are declared in core.p4: add '#include <core.p4>' at the top"
              : `the match kinds are ${[...checker.matchKinds.keys()].map((name) => `'${name}'`).join(', ')}`),
        },
      );
    }
    return { type, expression: element.expression };
  });
}

function isKeyType(checker: Checker, type: Type): boolean {
  switch (type.kind) {
    case 'unknown':
    case 'bool':
    case 'bits':
    case 'varbit':
    case 'error':
    case 'enum':
    case 'serializable_enum':
    case 'match_kind':
      return true;
    case 'newtype':
      return isKeyType(checker, checker.inference.head(type.underlying));
    default:
      return false;
  }
}

/** The action that a reference names; reports when it names something else. */
function resolveAction(
  checker: Checker,
  context: Context,
  reference: ActionReference,
): ActionDeclaration | undefined {
  const found = resolveName(checker, context.scope, reference.name, reference.absolute, 'action');
  const action = found.find(
    (referent): referent is ActionDeclaration => referent.kind === 'ActionDeclaration',
  );
  if (action !== undefined) {
    checker.references.set(reference, action);
    return action;
  }
  const [other] = found;
  if (other !== undefined) {
    checker.sink.report(
      'P4204',
      reference.name.span,
      { name: reference.name.name, found: describeReferent(other), wanted: 'an action' },
      { related: declaredHere(other) },
    );
  }
  return undefined;
}

function checkActions(
  checker: Checker,
  context: Context,
  table: TableDeclaration,
  property: ActionsProperty,
): void {
  const seen = new Map<string, ActionReference>();
  for (const reference of property.actions) {
    const action = resolveAction(checker, context, reference);
    const first = seen.get(reference.name.name);
    if (first !== undefined) {
      checker.sink.report(
        'P4434',
        reference.span,
        { action: reference.name.name, table: table.name.name },
        { related: [{ message: 'first listed here', span: first.span }] },
      );
    }
    seen.set(reference.name.name, reference);
    if (action === undefined) continue;
    bindArguments(
      checker,
      context,
      action,
      reference.arguments ?? [],
      new Map(),
      reference.span,
      'action_list',
      `action '${action.name.name}'`,
    );
  }
}

/** An action reference written as an expression, as in `default_action = a(1);`. */
function asReference(value: Expression):
  | {
      readonly name: Expression & { readonly kind: 'NameExpression' };
      readonly given: readonly Argument[];
      /** The expression without the parentheses around it. */
      readonly written: Expression;
    }
  | undefined {
  if (value.kind === 'ParenthesizedExpression') return asReference(value.inner);
  if (value.kind === 'NameExpression') return { name: value, given: [], written: value };
  if (value.kind === 'CallExpression' && value.callee.kind === 'NameExpression')
    return { name: value.callee, given: value.arguments, written: value };
  return undefined;
}

function checkCustom(
  checker: Checker,
  context: Context,
  table: TableDeclaration,
  property: CustomProperty,
): void {
  if (property.name.name === 'default_action') {
    checkDefaultAction(checker, context, table, property);
    return;
  }
  const type = checker.inference.head(checker.checkExpression(checker, context, property.value));
  if (type.kind === 'unknown') return;
  const value = evaluateConstant(constantContext(checker), property.value);
  switch (property.name.name) {
    case 'size':
    case 'priority_delta':
      if (type.kind !== 'int' && type.kind !== 'bits' && type.kind !== 'serializable_enum') {
        checker.sink.report('P4435', property.value.span, {
          property: property.name.name,
          wanted: 'a number',
          given: show(checker, type),
        });
      } else if (value === undefined) {
        checker.sink.report('P4307', property.value.span, {
          what: `the table property '${property.name.name}'`,
        });
      } else if (property.name.name === 'size' && value.kind === 'integer' && value.value < 0n) {
        checker.sink.report('P4435', property.value.span, {
          property: 'size',
          wanted: 'a number of entries',
          given: String(value.value),
        });
      } else if (property.name.name === 'priority_delta' && value.kind === 'integer' && value.value <= 0n) {
        checker.sink.report('P4435', property.value.span, {
          property: 'priority_delta',
          wanted: 'a positive number',
          given: String(value.value),
        });
      }
      return;
    case 'largest_priority_wins':
      if (type.kind !== 'bool') {
        checker.sink.report('P4435', property.value.span, {
          property: 'largest_priority_wins',
          wanted: "'true' or 'false'",
          given: show(checker, type),
        });
      } else if (value === undefined) {
        checker.sink.report('P4307', property.value.span, {
          what: "the table property 'largest_priority_wins'",
        });
      }
      return;
    default:
      return;
  }
}

function checkDefaultAction(
  checker: Checker,
  context: Context,
  table: TableDeclaration,
  property: CustomProperty,
): void {
  const reference = asReference(property.value);
  if (reference === undefined) {
    checker.checkExpression(checker, context, property.value);
    checker.sink.report(
      'P4436',
      property.value.span,
      {},
      { hint: "write the name of an action, with its arguments in '(…)' where it has any" },
    );
    return;
  }
  const action = resolveAction(checker, context, {
    kind: 'ActionReference',
    annotations: [],
    name: reference.name.name,
    absolute: reference.name.absolute,
    arguments: reference.given,
    span: property.value.span,
  });
  if (action === undefined) return;
  checker.references.set(reference.name, action);
  checker.types.set(reference.name, { kind: 'action', declarations: [action] });
  const listed = requireListed(
    checker,
    table,
    action,
    reference.name.name.name,
    property.value,
    'default_action',
  );
  if (listed !== undefined && hasAnnotation(listed.annotations, 'tableonly')) {
    checker.sink.report(
      'P4437',
      property.value.span,
      { action: action.name.name, annotation: '@tableonly', place: 'the default action' },
      { related: [{ message: 'annotated here', span: listed.span }] },
    );
  }
  bindAction(checker, context, action, reference.given, reference.written, listed);
}

/** The reference in the actions list that names the same action; reports when there is none. */
function requireListed(
  checker: Checker,
  table: TableDeclaration,
  action: ActionDeclaration,
  name: string,
  place: Expression | ActionReference,
  what: string,
): ActionReference | undefined {
  const listed = table.properties.flatMap((property) =>
    property.kind === 'ActionsProperty' ? property.actions : [],
  );
  const found = listed.find((reference) => checker.references.get(reference) === action);
  if (found !== undefined) return found;
  const namesake = listed.find((reference) => reference.name.name === name);
  checker.sink.report(
    'P4438',
    place.span,
    { action: name, table: table.name.name, what },
    {
      related:
        namesake === undefined
          ? declaredHere(table)
          : [{ message: 'this names another action', span: namesake.span }],
      hint: namesake === undefined ? `add '${name};' to the actions of the table` : undefined,
    },
  );
  return undefined;
}

/** Binds all parameters of an action in an entry or default action; the bound ones must repeat the actions list. */
function bindAction(
  checker: Checker,
  context: Context,
  action: ActionDeclaration,
  given: readonly Argument[],
  place: Expression | ActionReference,
  listed: ActionReference | undefined,
): void {
  const bindings = bindArguments(
    checker,
    context,
    action,
    given,
    new Map(),
    place.span,
    'action',
    `action '${action.name.name}'`,
  );
  if (bindings === undefined) return;
  if (place.kind === 'CallExpression') {
    checker.calls.set(place, {
      kind: 'action',
      declaration: action,
      target: undefined,
      typeArguments: [],
      bindings,
      returnType: VOID,
    });
    checker.types.set(place, VOID);
  }
  for (const [index, binding] of bindings.entries()) {
    if (binding.argument === undefined) continue;
    if (binding.parameter.direction === undefined) {
      const before = checker.sink.errorCount;
      const known = evaluateConstant(constantContext(checker), binding.argument.value) !== undefined;
      if (
        !known &&
        typeOf(checker, binding.argument.value).kind !== 'unknown' &&
        checker.sink.errorCount === before
      ) {
        checker.sink.report(
          'P4361',
          binding.argument.span,
          { name: binding.parameter.name.name },
          { related: declaredHere(binding.parameter) },
        );
      }
      continue;
    }
    const same =
      listed?.arguments?.find((argument) => argument.name?.name === binding.parameter.name.name) ??
      listed?.arguments?.[index];
    if (same !== undefined && !sameExpression(same.value, binding.argument.value)) {
      checker.sink.report(
        'P4439',
        binding.argument.span,
        { parameter: binding.parameter.name.name, action: action.name.name },
        { related: [{ message: 'bound here in the actions list', span: same.span }] },
      );
    }
  }
}

/** Whether two expressions are written alike, apart from layout. */
function sameExpression(left: Expression, right: Expression): boolean {
  return writtenForm(left) === writtenForm(right);
}

/** An expression's tokens in one string; two expressions with the same are the same expression. */
function writtenForm(expression: Expression): string {
  if (expression.kind === 'StructExpression') {
    const fields = expression.fields.map((field) => `${field.name.name}=${writtenForm(field.value)}`);
    return `{${fields.sort().join(',')}}`;
  }
  const { source, start, end } = expression.span;
  return source.text
    .slice(start, end)
    .replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, ' ')
    .replace(/\s+/g, '');
}

function checkEntries(
  checker: Checker,
  context: Context,
  table: TableDeclaration,
  property: EntriesProperty,
  keys: readonly Key[],
): void {
  if (
    keys.length === 0 &&
    property.entries.length > 0 &&
    !table.properties.some((other) => other.kind === 'KeyProperty' && other.elements.length > 0)
  ) {
    checker.sink.report(
      'P4440',
      table.name.span,
      { table: table.name.name },
      {
        related: [{ message: 'the entries stand here', span: property.span }],
      },
    );
    return;
  }
  for (const entry of property.entries) {
    if (entry.priority !== undefined) {
      const type = checker.inference.head(checker.checkExpression(checker, context, entry.priority));
      const value = evaluateConstant(constantContext(checker), entry.priority);
      if (type.kind !== 'unknown' && value?.kind !== 'integer') {
        checker.sink.report('P4307', entry.priority.span, { what: 'the priority of an entry' });
      }
    }
    checkKeyset(checker, context, entry.keyset, keys);
    const action = resolveAction(checker, context, entry.action);
    if (action === undefined) continue;
    const listed = requireListed(checker, table, action, entry.action.name.name, entry.action, 'an entry');
    if (listed !== undefined && hasAnnotation(listed.annotations, 'defaultonly')) {
      checker.sink.report(
        'P4437',
        entry.action.span,
        { action: action.name.name, annotation: '@defaultonly', place: 'an entry' },
        { related: [{ message: 'annotated here', span: listed.span }] },
      );
    }
    bindAction(checker, context, action, entry.action.arguments ?? [], entry.action, listed);
  }
}
