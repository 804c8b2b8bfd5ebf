/** Checking of statements (specification §12). */

import type {
  AssignmentStatement,
  BinaryExpression,
  BinaryOperator,
  Expression,
  ForInStatement,
  Statement,
  SwitchStatement,
} from '../syntax/ast.ts';
import {
  type Checker,
  type Context,
  constantContext,
  declare,
  declaredHere,
  nested,
  show,
  typeOf,
} from './checker.ts';
import type { ConstantValue } from './constant-values.ts';
import { evaluateConstant } from './constants.ts';
import { castHint, convert, requireConversion } from './conversions.ts';
import { checkConstant, checkVariable, rejectUnstorable } from './local-declarations.ts';
import { whyNotAssignable } from './lvalues.ts';
import { checkBinary } from './operators.ts';
import { resolveType } from './type-references.ts';
import type { Type } from './types.ts';
import { BOOL, UNKNOWN } from './types.ts';

/** Checks statements one after another in the scope of `context`. */
export function checkStatements(checker: Checker, context: Context, statements: readonly Statement[]): void {
  for (const statement of statements) checkStatement(checker, context, statement);
}

/** Checks one statement. */
export function checkStatement(checker: Checker, context: Context, statement: Statement): void {
  switch (statement.kind) {
    case 'EmptyStatement':
    case 'ExitStatement':
      return;
    case 'BlockStatement':
      checkStatements(checker, nested(context), statement.statements);
      return;
    case 'VariableDeclaration':
      checkVariable(checker, context, statement);
      return;
    case 'ConstantDeclaration':
      checkConstant(checker, context, statement);
      return;
    case 'Instantiation':
      for (const argument of statement.arguments) checker.checkExpression(checker, context, argument.value);
      checker.declaredTypes.set(statement, UNKNOWN);
      declare(checker, context.scope, statement.name, statement);
      checker.sink.report(
        'P4401',
        statement.span,
        { name: statement.name.name },
        {
          hint: 'declare it outside, among the locals of the parser or control',
        },
      );
      return;
    case 'CallStatement':
      checker.checkExpression(checker, context, statement.call);
      return;
    case 'AssignmentStatement':
      checkAssignment(checker, context, statement);
      return;
    case 'IfStatement': {
      checkCondition(checker, context, statement.condition, 'if');
      checkStatement(checker, nested(context), statement.whenTrue);
      if (statement.whenFalse !== undefined) checkStatement(checker, nested(context), statement.whenFalse);
      return;
    }
    case 'SwitchStatement':
      rejectInParser(checker, context, statement, 'switch');
      checkSwitch(checker, context, statement);
      return;
    case 'ForStatement': {
      rejectInParser(checker, context, statement, 'for');
      const inside = nested({ ...context, insideLoop: true });
      checkStatements(checker, inside, statement.initializers);
      checkCondition(checker, inside, statement.condition, 'for');
      checkStatements(checker, inside, statement.updates);
      checkStatement(checker, nested(inside), statement.body);
      return;
    }
    case 'ForInStatement':
      rejectInParser(checker, context, statement, 'for');
      checkForIn(checker, context, statement);
      return;
    case 'BreakStatement':
    case 'ContinueStatement':
      if (!context.insideLoop) {
        checker.sink.report('P4402', statement.span, {
          statement: statement.kind === 'BreakStatement' ? 'break' : 'continue',
        });
      }
      return;
    case 'ReturnStatement':
      checkReturn(checker, context, statement);
      return;
  }
}

/** Parsers branch and loop by their states (specification §12 and the grammar of parserStatement). */
function rejectInParser(
  checker: Checker,
  context: Context,
  statement: Statement,
  word: 'switch' | 'for',
): void {
  if (context.place !== 'parser_state') return;
  const { source, start } = statement.span;
  const hint =
    word === 'switch'
      ? "write 'transition select (…)' with a state for each case"
      : 'write a state with a transition to itself';
  checker.sink.report(
    'P4415',
    { ...statement.span, source, end: start + word.length },
    { statement: word },
    { hint },
  );
}

function checkCondition(checker: Checker, context: Context, condition: Expression, statement: string): void {
  const type = checker.inference.head(checker.checkExpression(checker, context, condition));
  if (type.kind === 'bool' || type.kind === 'unknown') return;
  const hint =
    type.kind === 'table_result'
      ? "a table tells whether it was hit: write '.hit' behind 'apply()'"
      : castHint(checker, condition, type, BOOL);
  checker.sink.report('P4403', condition.span, { statement, type: show(checker, type) }, { hint });
}

function checkAssignment(checker: Checker, context: Context, statement: AssignmentStatement): void {
  const target = checker.inference.head(checker.checkExpression(checker, context, statement.target));
  const { operator } = statement;
  let value = statement.value;
  if (operator === '=') {
    checker.checkExpression(checker, context, value);
  } else {
    // `a op= b` means `a = a op b` (specification §12.1); the operation is typed as the expression it stands for.
    const operation: BinaryExpression = {
      kind: 'BinaryExpression',
      operator: binaryOperatorOf(operator),
      operatorSpan: statement.operatorSpan,
      left: statement.target,
      right: value,
      span: statement.span,
    };
    checker.types.set(operation, checkBinary(checker, context, operation, true));
    value = operation;
  }
  if (target.kind === 'unknown') return;
  const problem = whyNotAssignable(checker, statement.target);
  if (problem !== undefined) {
    checker.sink.report(
      'P4404',
      statement.target.span,
      { reason: problem.reason },
      { related: problem.related },
    );
    return;
  }
  if (!isAssignableType(target)) {
    checker.sink.report('P4360', statement.target.span, { type: show(checker, target) });
    return;
  }
  requireConversion(checker, value, target, 'the left side');
}

function isAssignableType(type: Type): boolean {
  switch (type.kind) {
    case 'extern':
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package':
    case 'table':
    case 'action':
    case 'function':
    case 'builtin_method':
    case 'type_name':
    case 'state':
    case 'table_result':
    case 'action_run':
    case 'value_set':
      return false;
    default:
      return true;
  }
}

function binaryOperatorOf(operator: Exclude<AssignmentStatement['operator'], '='>): BinaryOperator {
  switch (operator) {
    case '+=':
      return '+';
    case '-=':
      return '-';
    case '*=':
      return '*';
    case '/=':
      return '/';
    case '%=':
      return '%';
    case '|+|=':
      return '|+|';
    case '|-|=':
      return '|-|';
    case '<<=':
      return '<<';
    case '>>=':
      return '>>';
    case '&=':
      return '&';
    case '|=':
      return '|';
    case '^=':
      return '^';
  }
}

function checkReturn(
  checker: Checker,
  context: Context,
  statement: Statement & { readonly kind: 'ReturnStatement' },
): void {
  const { value } = statement;
  if (value !== undefined) checker.checkExpression(checker, context, value);
  const { returnType } = context;
  if (returnType === undefined) {
    checker.sink.report(
      'P4405',
      statement.span,
      {},
      { hint: "to end parsing write 'transition accept;' or 'transition reject;'" },
    );
    return;
  }
  const wanted = checker.inference.head(returnType);
  if (wanted.kind === 'unknown') return;
  if (wanted.kind === 'void') {
    if (value !== undefined && typeOf(checker, value).kind !== 'unknown') {
      checker.sink.report('P4406', value.span, {});
    }
    return;
  }
  if (value === undefined) {
    checker.sink.report('P4407', statement.span, { type: show(checker, wanted) });
    return;
  }
  requireConversion(checker, value, wanted, 'the result');
}

function checkSwitch(checker: Checker, context: Context, statement: SwitchStatement): void {
  const type = checker.inference.head(checker.checkExpression(checker, context, statement.expression));
  const isActionRun = type.kind === 'action_run';
  const allowed = isActionRun || isSwitchable(type);
  if (!allowed && type.kind !== 'unknown') {
    checker.sink.report(
      'P4408',
      statement.expression.span,
      { type: show(checker, type) },
      {
        hint:
          type.kind === 'table_result'
            ? "write '.action_run' behind 'apply()'"
            : type.kind === 'bool'
              ? "write 'if (…) { … } else { … }'"
              : undefined,
      },
    );
  }
  const keys = new Map<string, Expression>();
  let defaultLabel: Expression | undefined;
  for (const [index, switchCase] of statement.cases.entries()) {
    const { label } = switchCase;
    if (label.kind === 'DefaultExpression') {
      if (defaultLabel !== undefined) {
        checker.sink.report(
          'P4409',
          label.span,
          { label: 'default' },
          { related: [{ message: 'first given here', span: defaultLabel.span }] },
        );
      }
      defaultLabel ??= label;
    } else {
      if (defaultLabel !== undefined) {
        checker.sink.report(
          'P4410',
          label.span,
          {},
          { related: [{ message: "'default' stands here", span: defaultLabel.span }] },
        );
      }
      const key = isActionRun
        ? checkActionLabel(checker, type, label)
        : checkValueLabel(checker, context, statement, label, allowed);
      const previous = key === undefined ? undefined : keys.get(key);
      if (key !== undefined && previous !== undefined) {
        checker.sink.report(
          'P4409',
          label.span,
          { label: key.replace(/^\w+:/, '') },
          { related: [{ message: 'first given here', span: previous.span }] },
        );
      } else if (key !== undefined) keys.set(key, label);
    }
    if (switchCase.body !== undefined) checkStatement(checker, context, switchCase.body);
    else if (index === statement.cases.length - 1) {
      checker.sink.report('P4904', label.span, {});
    }
  }
}

function isSwitchable(type: Type): boolean {
  switch (type.kind) {
    case 'bits':
    case 'int':
    case 'enum':
    case 'serializable_enum':
    case 'error':
      return true;
    case 'newtype':
      return isSwitchable(type.underlying);
    default:
      return false;
  }
}

/** A label that names an action of the table; gives a key to find duplicates by. */
function checkActionLabel(
  checker: Checker,
  type: Type & { readonly kind: 'action_run' },
  label: Expression,
): string | undefined {
  if (label.kind !== 'NameExpression') {
    checker.sink.report('P4411', label.span, {}, { related: declaredHere(type.declaration) });
    return undefined;
  }
  const actions = type.declaration.properties.flatMap((property) =>
    property.kind === 'ActionsProperty' ? property.actions : [],
  );
  const found = actions.find((action) => action.name.name === label.name.name);
  if (found === undefined) {
    checker.sink.report(
      'P4412',
      label.span,
      { name: label.name.name, table: type.declaration.name.name },
      { related: declaredHere(type.declaration), hint: listOf(actions.map((action) => action.name.name)) },
    );
    return undefined;
  }
  const referent = checker.references.get(found);
  if (referent !== undefined) checker.references.set(label, referent);
  return `action:${label.name.name}`;
}

function listOf(names: readonly string[]): string | undefined {
  if (names.length === 0 || names.length > 8) return undefined;
  return `its actions are ${names.map((name) => `'${name}'`).join(', ')}`;
}

function checkValueLabel(
  checker: Checker,
  context: Context,
  statement: SwitchStatement,
  label: Expression,
  allowed: boolean,
): string | undefined {
  const type = checker.inference.head(checker.checkExpression(checker, context, label));
  const wanted = typeOf(checker, statement.expression);
  if (!allowed || type.kind === 'unknown' || wanted.kind === 'unknown') return undefined;
  // An enum is compared with its members only, never with the bare numbers that represent them (specification §8.3).
  const fits =
    !(type.kind === 'bits' && wanted.kind === 'serializable_enum') && convert(checker, label, wanted);
  if (!fits) {
    checker.sink.report(
      'P4413',
      label.span,
      { label: show(checker, type), type: show(checker, wanted) },
      {
        related: [{ message: `this is ${show(checker, wanted)}`, span: statement.expression.span }],
        hint: castHint(checker, label, type, wanted),
      },
    );
    return undefined;
  }
  const before = checker.sink.errorCount;
  const value = evaluateConstant(constantContext(checker), label);
  if (value === undefined) {
    if (checker.sink.errorCount === before)
      checker.sink.report('P4307', label.span, { what: "a label of 'switch'" });
    return undefined;
  }
  return keyOf(value);
}

function keyOf(value: ConstantValue): string | undefined {
  switch (value.kind) {
    case 'integer':
    case 'boolean':
      return `value:${value.value}`;
    case 'member':
      return `member:${value.member.name}`;
    default:
      return undefined;
  }
}

/** `for (T x in collection)`: a range, array, stack or list (specification §12.8). */
function checkForIn(checker: Checker, context: Context, statement: ForInStatement): void {
  const inside = nested({ ...context, insideLoop: true });
  const { collection, variable } = statement;
  const type = resolveType(checker, context, variable.type);
  const collectionType = checker.inference.head(checker.checkExpression(checker, context, collection));
  const known = rejectUnstorable(checker, type, variable, `variable '${variable.name.name}'`, false);
  checker.declaredTypes.set(variable, known ? type : UNKNOWN);
  declare(checker, inside.scope, variable.name, variable);
  if (known) checkElement(checker, collection, collectionType, type);
  checkStatement(checker, nested(inside), statement.body);
}

function checkElement(checker: Checker, collection: Expression, collectionType: Type, variable: Type): void {
  if (collectionType.kind === 'unknown' || variable.kind === 'unknown') return;
  if (collection.kind === 'RangeExpression') {
    requireConversion(checker, collection.low, variable, 'the loop variable');
    requireConversion(checker, collection.high, variable, 'the loop variable');
    return;
  }
  switch (collectionType.kind) {
    case 'array':
    case 'list':
      if (!checker.inference.unify(collectionType.element, variable)) {
        checker.sink.report('P4311', collection.span, {
          what: 'the loop variable',
          wanted: show(checker, variable),
          given: `a collection of ${show(checker, collectionType.element)}`,
        });
      }
      return;
    case 'list_expression':
      if (collection.kind === 'ListExpression') {
        for (const element of collection.elements)
          requireConversion(checker, element, variable, 'the loop variable');
      }
      return;
    default:
      checker.sink.report(
        'P4414',
        collection.span,
        { type: show(checker, collectionType) },
        {
          hint:
            collectionType.kind === 'bits' || collectionType.kind === 'int'
              ? "to count write a range: '0 .. n'"
              : undefined,
        },
      );
  }
}
