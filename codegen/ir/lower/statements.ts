/** Lowering of statements: scopes, declarations, compound assignment and fall-through disappear. */

import { evaluateConstant, evaluateInteger } from '../../check/constants.ts';
import { InternalError } from '../../diagnostics.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { defaultExpression, isStorable } from '../defaults.ts';
import type { Expression, LValue, Variable } from '../expressions.ts';
import type { ForIn, Statement, SwitchCase } from '../statements.ts';
import type { Type } from '../types.ts';
import { visit } from '../visit.ts';
import { actionName, lowerCall } from './calls.ts';
import { coerce } from './coerce.ts';
import { lowerExpression, lowerLValue, operation, tableName } from './expressions.ts';
import {
  castType,
  declareVariable,
  lowerType,
  naturalType,
  type Scope,
  temporary,
  withoutParentheses,
} from './scope.ts';

/** Lowers statements into one list. */
export function lowerStatements(scope: Scope, statements: readonly ast.Statement[]): readonly Statement[] {
  const lowered: Statement[] = [];
  for (const statement of statements) lowerStatement(scope, statement, lowered);
  return lowered;
}

function lowerBody(scope: Scope, statement: ast.Statement | undefined): readonly Statement[] {
  return statement === undefined ? [] : lowerStatements(scope, [statement]);
}

function lowerStatement(scope: Scope, statement: ast.Statement, into: Statement[]): void {
  const { span } = statement;
  switch (statement.kind) {
    case 'EmptyStatement':
    case 'ConstantDeclaration':
      return;
    case 'BlockStatement':
      for (const inner of statement.statements) lowerStatement(scope, inner, into);
      return;
    case 'VariableDeclaration':
      into.push(...lowerDeclaration(scope, statement));
      return;
    case 'AssignmentStatement':
      lowerAssignment(scope, statement, into);
      return;
    case 'CallStatement':
      lowerCallStatement(scope, statement.call, into);
      return;
    case 'IfStatement': {
      const condition = lowerExpression(scope, statement.condition);
      const whenTrue = lowerBody(scope, statement.whenTrue);
      const whenFalse = lowerBody(scope, statement.whenFalse);
      if (condition.kind === 'boolean') into.push(...(condition.value ? whenTrue : whenFalse));
      else into.push({ kind: 'if', condition, whenTrue, whenFalse, span });
      return;
    }
    case 'SwitchStatement':
      into.push(lowerSwitch(scope, statement));
      return;
    case 'ForStatement': {
      for (const initializer of statement.initializers) lowerStatement(scope, initializer, into);
      const condition = lowerExpression(scope, statement.condition);
      const body = lowerBody(scope, statement.body);
      const updates = lowerStatements(scope, statement.updates);
      into.push({ kind: 'for', condition, updates, body, unroll: unrollOf(statement.annotations), span });
      return;
    }
    case 'ForInStatement':
      into.push(lowerForIn(scope, statement));
      return;
    case 'BreakStatement':
      into.push({ kind: 'break', span });
      return;
    case 'ContinueStatement':
      into.push({ kind: 'continue', span });
      return;
    case 'ExitStatement':
      into.push({ kind: 'exit', span });
      return;
    case 'ReturnStatement': {
      const value = statement.value === undefined ? undefined : lowerExpression(scope, statement.value);
      into.push({ kind: 'return', value, span });
      return;
    }
    case 'Instantiation':
      throw new InternalError('an object is instantiated in a body', span);
  }
}

function unrollOf(annotations: readonly ast.Annotation[]): boolean | undefined {
  for (const annotation of annotations) {
    if (annotation.name.name === 'unroll') return true;
    if (annotation.name.name === 'nounroll') return false;
  }
  return undefined;
}

function reference(variable: Variable, span: Span): LValue {
  return { kind: 'variable', variable, type: variable.type, span };
}

/** A declaration is an assignment: of its initializer, or of the default value, so that nothing depends on chance. */
export function lowerDeclaration(scope: Scope, declaration: ast.VariableDeclaration): readonly Statement[] {
  // The initializer cannot see the variable.
  const initializer =
    declaration.initializer === undefined ? undefined : lowerExpression(scope, declaration.initializer);
  const variable = declareVariable(scope, declaration, 'local');
  if (!isStorable(variable.type)) throw new InternalError('a variable cannot hold this', declaration.span);
  const value =
    initializer === undefined
      ? defaultExpression(variable.type, declaration.span)
      : coerce(initializer, variable.type);
  const target = reference(variable, declaration.name.span);
  return [{ kind: 'assign', target, value, span: declaration.span }];
}

/** Whether evaluating an expression twice would do something twice. */
function hasEffects(expression: Expression): boolean {
  let found = false;
  visit([expression], (node) => {
    if (node.kind === 'call' || node.kind === 'apply_result') found = true;
    return !found;
  });
  return found;
}

/** Makes an l-value that can be evaluated twice: indexes with effects are computed into variables before. */
function stabilise(scope: Scope, target: LValue, into: Statement[]): LValue {
  if (!hasEffects(target)) return target;
  const stable = (index: Expression): Expression => {
    if (index.kind === 'constant') return index;
    const variable = temporary(scope, 'index', index.type, index.span);
    into.push({ kind: 'assign', target: reference(variable, index.span), value: index, span: index.span });
    return reference(variable, index.span);
  };
  const walk = (part: Expression): Expression => {
    switch (part.kind) {
      case 'field':
      case 'stack_element':
      case 'slice':
        return { ...part, target: walk(part.target) };
      case 'index': {
        const inner = walk(part.target);
        return { ...part, target: inner, index: stable(part.index) };
      }
      case 'part_select': {
        const inner = walk(part.target);
        return { ...part, target: inner, low: stable(part.low) };
      }
      default:
        return part;
    }
  };
  const walked = walk(target);
  if (walked.kind === 'variable' || !('target' in walked)) return target;
  return isTarget(walked) ? walked : target;
}

function isTarget(expression: Expression): expression is LValue {
  return (
    expression.kind === 'field' ||
    expression.kind === 'index' ||
    expression.kind === 'slice' ||
    expression.kind === 'part_select' ||
    expression.kind === 'stack_element'
  );
}

function lowerAssignment(scope: Scope, statement: ast.AssignmentStatement, into: Statement[]): void {
  const { span, operator } = statement;
  const target = lowerLValue(scope, statement.target);
  if (operator === '=') {
    const value = coerce(lowerExpression(scope, statement.value), target.type);
    into.push({ kind: 'assign', target, value, span });
    return;
  }
  const stable = stabilise(scope, target, into);
  const value = lowerExpression(scope, statement.value);
  const binary = operatorOf(operator);
  const computed = operation(binary, stable, value, target.type, span);
  into.push({ kind: 'assign', target: stable, value: coerce(computed, target.type), span });
}

function operatorOf(operator: Exclude<ast.AssignmentOperator, '='>): ast.BinaryOperator {
  switch (operator) {
    case '*=':
      return '*';
    case '/=':
      return '/';
    case '%=':
      return '%';
    case '+=':
      return '+';
    case '-=':
      return '-';
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

function lowerCallStatement(scope: Scope, call: ast.CallExpression, into: Statement[]): void {
  const { span } = call;
  const resolved = scope.lowering.checked.calls.get(call);
  if (resolved === undefined) throw new InternalError('a call calls nothing', span);
  switch (resolved.kind) {
    case 'builtin':
      lowerBuiltin(scope, resolved, into, span);
      return;
    case 'table_apply':
      into.push({
        kind: 'apply',
        table: tableName(scope, resolved.declaration),
        outcome: { kind: 'none' },
        span,
      });
      return;
    case 'constructor':
      return;
    default:
      // static_assert has been checked.
      if (evaluateConstant(scope.constants, call) !== undefined) return;
      into.push({ kind: 'call', call: lowerCall(scope, resolved, call), result: undefined, span });
  }
}

function lowerBuiltin(
  scope: Scope,
  resolved: {
    readonly name: string;
    readonly target: ast.Expression;
    readonly arguments: readonly ast.Argument[];
  },
  into: Statement[],
  span: Span,
): void {
  switch (resolved.name) {
    case 'setValid':
    case 'setInvalid': {
      const target = lowerLValue(scope, resolved.target);
      into.push({ kind: 'set_validity', target, valid: resolved.name === 'setValid', span });
      return;
    }
    case 'push_front':
    case 'pop_front': {
      const target = lowerLValue(scope, resolved.target);
      const [argument] = resolved.arguments;
      const count = argument === undefined ? undefined : evaluateInteger(scope.constants, argument.value);
      const size = target.type.kind === 'stack' ? target.type.size : 0;
      into.push({
        kind: 'shift_stack',
        target,
        direction: resolved.name === 'push_front' ? 'push' : 'pop',
        // More than the size shifts out everything.
        count: count === undefined || count > BigInt(size) ? size : Number(count),
        span,
      });
      return;
    }
    default: {
      // A value that nobody uses: only what it evaluates on the way counts.
      const target = lowerExpression(scope, resolved.target);
      if (resolved.name === 'isValid' && hasEffects(target)) {
        const variable = temporary(scope, 'unused', target.type, span);
        into.push({ kind: 'assign', target: reference(variable, span), value: target, span });
      }
    }
  }
}

function lowerSwitch(scope: Scope, statement: ast.SwitchStatement): Statement {
  const { span } = statement;
  const type = naturalType(scope, statement.expression);
  const expression = withoutParentheses(statement.expression);
  if (type.kind === 'action_run') {
    const applied =
      expression.kind === 'MemberExpression' ? withoutParentheses(expression.target) : expression;
    const resolved =
      applied.kind === 'CallExpression' ? scope.lowering.checked.calls.get(applied) : undefined;
    if (resolved?.kind !== 'table_apply') throw new InternalError('action_run of no table', span);
    const cases = lowerCases(scope, statement.cases, (label) => {
      const referent = scope.lowering.checked.references.get(label);
      if (referent?.kind !== 'ActionDeclaration') throw new InternalError('a label is no action', label.span);
      return actionName(scope, referent);
    });
    const table = tableName(scope, resolved.declaration);
    return { kind: 'apply', table, outcome: { kind: 'action_run', cases }, span };
  }
  let value = lowerExpression(scope, statement.expression);
  const labelTypes = statement.cases.flatMap((one) =>
    one.label.kind === 'DefaultExpression' ? [] : [labelType(scope, one.label)],
  );
  const wanted = value.type.kind === 'int' ? labelTypes.find((one) => one.kind !== 'int') : undefined;
  if (wanted !== undefined) value = coerce(value, wanted);
  const cases = lowerCases(scope, statement.cases, (label) =>
    coerce(lowerExpression(scope, label), value.type),
  );
  return { kind: 'switch', value, cases, span };
}

function labelType(scope: Scope, label: ast.Expression): Type {
  return lowerType(scope, castType(scope, label) ?? naturalType(scope, label), label.span);
}

/** Labels without a body lead to the next body. */
function lowerCases<Label>(
  scope: Scope,
  cases: readonly ast.SwitchCase[],
  lowerLabel: (label: ast.Expression) => Label,
): readonly SwitchCase<Label>[] {
  const lowered: SwitchCase<Label>[] = [];
  let labels: (Label | undefined)[] = [];
  for (const item of cases) {
    labels.push(item.label.kind === 'DefaultExpression' ? undefined : lowerLabel(item.label));
    if (item.body === undefined) continue;
    lowered.push({ labels, body: lowerBody(scope, item.body), span: item.span });
    labels = [];
  }
  const last = cases.at(-1);
  // Labels at the end without a body lead nowhere (specification §12.7).
  if (labels.length > 0 && last !== undefined) lowered.push({ labels, body: [], span: last.span });
  return lowered;
}

function lowerForIn(scope: Scope, statement: ast.ForInStatement): Statement {
  const { span } = statement;
  const { collection } = statement;
  const range = withoutParentheses(collection);
  let lowered: ForIn['collection'];
  let variable: Variable;
  if (range.kind === 'RangeExpression') {
    const low = lowerExpression(scope, range.low);
    const high = lowerExpression(scope, range.high);
    variable = declareVariable(scope, statement.variable, 'local');
    lowered = { kind: 'range', low: coerce(low, variable.type), high: coerce(high, variable.type) };
  } else {
    const value = lowerExpression(scope, collection);
    variable = declareVariable(scope, statement.variable, 'local');
    const { type } = variable;
    const elements =
      value.kind === 'aggregate' && (value.type.kind === 'tuple' || value.type.kind === 'list')
        ? { ...value, elements: value.elements.map((element) => coerce(element, type)) }
        : value;
    lowered = { kind: 'elements', value: elements };
  }
  const body = lowerBody(scope, statement.body);
  return {
    kind: 'for_in',
    variable,
    collection: lowered,
    body,
    unroll: unrollOf(statement.annotations),
    span,
  };
}
