/**
 * Expressions for the switch. It computes with integers of any size: a value is cut to its width only where it is
 * stored, and by operations written here: `&` with a mask, `two_comp_mod`, `usat_cast`, `sat_cast`. Conditions and
 * numbers are of different kinds; `d2b` and `b2d` go from one to the other.
 */

import { InternalError } from '../../diagnostics.ts';
import { type Expression, sameType, type Type } from '../../ir/index.ts';
import {
  both,
  choose,
  constant,
  masked,
  not,
  type Operand,
  operation,
  toCondition,
  toNumber,
  truth,
} from './json.ts';
import { SYMBOL_WIDTH } from './layout.ts';
import { guardOf, headerOperand, locate, locateField, type Scope } from './locate.ts';

type Binary = Expression & { readonly kind: 'binary' };

/** The value of a number, exactly: within its type. A bool is 0 or 1; an enum or error the place of its member. */
export function value(scope: Scope, expression: Expression): Operand {
  return number(scope, expression, true);
}

/**
 * The value of a number as it may be stored: the switch cuts what it stores in a field without a sign, but keeps in a
 * signed field a positive value whose first bit is set, so that is within its type before.
 */
export function storedValue(scope: Scope, expression: Expression): Operand {
  return number(scope, expression, isSigned(expression));
}

function number(scope: Scope, expression: Expression, exact: boolean): Operand {
  const { type } = expression;
  switch (expression.kind) {
    case 'constant':
      return constant(expression.value, type.kind === 'bits' ? type.width : 0);
    case 'boolean':
      return constant(expression.value ? 1n : 0n, 8);
    case 'member':
      return constant(BigInt(memberNumber(scope, expression)), SYMBOL_WIDTH);
    case 'variable':
    case 'field':
    case 'index':
    case 'stack_element':
      return stored(scope, expression);
    case 'last_index': {
      const stack = locate(scope, expression.target, value);
      if (stack.kind !== 'stack') throw new InternalError('lastIndex is of a stack', expression.span);
      const isUnion = stack.type.element.kind === 'header_union';
      const operand = { type: isUnion ? 'header_union_stack' : 'header_stack', value: stack.name };
      return cut(operation('last_stack_index', null, operand), type, exact);
    }
    case 'slice':
      return slice(scope, expression);
    case 'unary':
      if (expression.operator === '!') return toNumber(condition(scope, expression));
      return cut(operation(expression.operator, null, number(scope, expression.operand, false)), type, exact);
    case 'binary':
      return type.kind === 'bool'
        ? toNumber(condition(scope, expression))
        : arithmetic(scope, expression, exact);
    case 'conditional':
      if (type.kind === 'bool') return toNumber(condition(scope, expression));
      return choose(
        condition(scope, expression.condition),
        number(scope, expression.whenTrue, exact),
        number(scope, expression.whenFalse, exact),
      );
    case 'cast':
      return cast(scope, expression, exact);
    case 'is_valid':
      return toNumber(condition(scope, expression));
    default:
      throw new InternalError(`an expression of kind '${expression.kind}' is no number`, expression.span);
  }
}

/** The number of a member of an enum or of `error`. */
export function memberNumber(scope: Scope, expression: Expression & { readonly kind: 'member' }): number {
  const { type, member } = expression;
  const members = type.kind === 'enum' ? type.members : type.kind === 'error' ? scope.program.errors : [];
  return members.indexOf(member);
}

function stored(scope: Scope, expression: Expression): Operand {
  const { operand, guard } = locateField(scope, expression, value);
  // The control plane's data has no sign for the switch.
  if (operand.type === 'local' && isSigned(expression)) return cut(operand, expression.type, true);
  // Outside the stack or array nothing is read (specification §8.18); the switch itself would read anything.
  return guard.type === 'bool' || operand.type === 'stack_field'
    ? operand
    : choose(guard, operand, constant(0n, 8));
}

/** Cuts a value to its type, where that has to be exact. */
export function cut(operand: Operand, type: Type, exact: boolean): Operand {
  if (!exact || type.kind !== 'bits') return operand;
  return type.signed
    ? operation('two_comp_mod', operand, constant(BigInt(type.width), 32))
    : masked(operand, type.width);
}

function widthOf(expression: Expression): number {
  if (expression.type.kind !== 'bits') throw new InternalError('a number has no width', expression.span);
  return expression.type.width;
}

function isSigned(expression: Expression): boolean {
  return expression.type.kind === 'bits' && expression.type.signed;
}

function slice(scope: Scope, expression: Expression & { readonly kind: 'slice' }): Operand {
  const { target, high, low } = expression;
  const whole = value(scope, target);
  if (low === 0 && high === widthOf(target) - 1 && !isSigned(target)) return whole;
  const shifted = low === 0 ? whole : operation('>>', whole, constant(BigInt(low), 8));
  const isTop = high === widthOf(target) - 1 && !isSigned(target);
  return isTop ? shifted : masked(shifted, high - low + 1);
}

/** Shifts beyond this many bits would make the switch reserve more memory than there is. */
const SAFE_SHIFT_WIDTH = 12;

/** How far to shift: never further than the width, from where on nothing is left to shift. */
function distance(scope: Scope, expression: Binary): Operand {
  const { right } = expression;
  const width = BigInt(widthOf(expression.left));
  if (right.kind === 'constant') return constant(right.value > width ? width : right.value, 8);
  const by = value(scope, right);
  if (right.type.kind === 'bits' && right.type.width <= SAFE_SHIFT_WIDTH) return by;
  return choose(operation('<', by, constant(width, 32)), by, constant(width, 32));
}

function arithmetic(scope: Scope, expression: Binary, exact: boolean): Operand {
  const { operator, left, right, type } = expression;
  const exactly = (side: Expression) => number(scope, side, true);
  const uncut = (side: Expression) => number(scope, side, false);
  switch (operator) {
    case '+':
    case '-':
      return cut(operation(operator, uncut(left), uncut(right)), type, exact);
    case '*':
      return cut(operation('*', exactly(left), exactly(right)), type, exact);
    case '&':
    case '|':
    case '^':
      // Between values within their type nothing has to be cut.
      return operation(operator, exact ? exactly(left) : uncut(left), exact ? exactly(right) : uncut(right));
    case '/':
    case '%': {
      const quotient = operation(operator, exactly(left), exactly(right));
      if (right.kind === 'constant') return quotient;
      return choose(operation('==', exactly(right), constant(0n, 8)), constant(0n, 8), quotient);
    }
    case '<<':
      return cut(operation('<<', exactly(left), distance(scope, expression)), type, exact);
    case '>>':
      return operation('>>', exactly(left), distance(scope, expression));
    case '|+|':
    case '|-|': {
      const sum = operation(operator === '|+|' ? '+' : '-', exactly(left), exactly(right));
      return operation(
        isSigned(expression) ? 'sat_cast' : 'usat_cast',
        sum,
        constant(BigInt(widthOf(expression)), 32),
      );
    }
    case '++': {
      const low = isSigned(right) ? masked(exactly(right), widthOf(right)) : exactly(right);
      const high =
        exact && isSigned(left) && !isSigned(expression)
          ? masked(exactly(left), widthOf(left))
          : exactly(left);
      const joined = operation('|', operation('<<', high, constant(BigInt(widthOf(right)), 32)), low);
      return joined;
    }
    default:
      throw new InternalError(`'${operator}' gives no number`, expression.span);
  }
}

function cast(scope: Scope, expression: Expression & { readonly kind: 'cast' }, exact: boolean): Operand {
  const { operand, type } = expression;
  const from = operand.type;
  if (type.kind === 'bool') return toNumber(condition(scope, expression));
  if (from.kind !== 'bits' || type.kind !== 'bits') return number(scope, operand, true);
  const widens = type.width > from.width || (type.width === from.width && type.signed === from.signed);
  const keepsValue =
    widens && (type.signed || !from.signed) && (type.signed === from.signed || type.width > from.width);
  if (keepsValue) return number(scope, operand, exact || type.width > from.width);
  if (type.width <= from.width) return cut(number(scope, operand, false), type, exact);
  return cut(number(scope, operand, true), type, exact);
}

/** A condition. */
export function condition(scope: Scope, expression: Expression): Operand {
  switch (expression.kind) {
    case 'boolean':
      return truth(expression.value);
    case 'unary':
      return not(condition(scope, expression.operand));
    case 'binary':
      return comparison(scope, expression);
    case 'conditional':
      return choose(
        condition(scope, expression.condition),
        condition(scope, expression.whenTrue),
        condition(scope, expression.whenFalse),
      );
    case 'cast':
      return toCondition(value(scope, expression.operand));
    case 'is_valid':
      return isValid(scope, expression.target);
    default:
      return toCondition(stored(scope, expression));
  }
}

function isValid(scope: Scope, target: Expression): Operand {
  const located = locate(scope, target, value);
  const guard = guardOf(located);
  if (located.kind === 'header') return toCondition({ type: 'field', value: [located.name, '$valid$'] });
  if (located.kind === 'union')
    return operation('valid_union', null, { type: 'header_union', value: located.name });
  const header = headerOperand(located);
  if (header !== undefined) return both(guard, guarded(guard, operation('valid', null, header)));
  if (located.kind === 'choice' && target.type.kind === 'header_union') {
    const members = target.type.fields.map((one): Expression => {
      return { kind: 'field', target, field: one.name, type: one.type, span: target.span };
    });
    return members
      .map((member) => isValid(scope, member))
      .reduce((left, right) => operation('or', left, right));
  }
  throw new InternalError('only headers and unions are valid or not', target.span);
}

/** `condition`, not looked at where `guard` does not hold. */
function guarded(guard: Operand, inner: Operand): Operand {
  return guard.type === 'bool' ? inner : choose(guard, inner, truth(false));
}

function comparison(scope: Scope, expression: Binary): Operand {
  const { operator, left, right } = expression;
  switch (operator) {
    case '&&':
      return shortCircuit(scope, left, right, 'and');
    case '||':
      return shortCircuit(scope, left, right, 'or');
    case '==':
      return areEqual(scope, left, right);
    case '!=':
      return not(areEqual(scope, left, right));
    default:
      return operation(operator, value(scope, left), value(scope, right));
  }
}

/** The switch evaluates both sides, which nothing here can notice: reads have no effect and are guarded. */
function shortCircuit(scope: Scope, left: Expression, right: Expression, op: 'and' | 'or'): Operand {
  const first = condition(scope, left);
  const second = condition(scope, right);
  if (op === 'and') return both(first, second);
  if (first.type === 'bool') return first.value === true ? first : second;
  return operation('or', first, second);
}

/** `left == right` for all types that have it. */
function areEqual(scope: Scope, left: Expression, right: Expression): Operand {
  const { type } = left;
  switch (type.kind) {
    case 'bool':
      return operation('==', condition(scope, left), condition(scope, right));
    case 'header':
      return equalHeaders(scope, left, right);
    case 'header_union':
    case 'struct':
    case 'tuple':
    case 'array':
    case 'stack':
      return componentsOf(left)
        .map((component, index) => [component, componentsOf(right)[index]] as const)
        .map(([one, other]) => (other === undefined ? truth(false) : areEqual(scope, one, other)))
        .reduce(both, truth(true));
    default:
      return operation('==', value(scope, left), value(scope, right));
  }
}

/** Headers are equal when both are invalid, or both valid with equal fields (specification §8.16, §8.17). */
function equalHeaders(scope: Scope, left: Expression, right: Expression): Operand {
  if (left.kind === 'invalid' && right.kind === 'invalid') return truth(true);
  if (left.kind === 'invalid') return not(isValid(scope, right));
  if (right.kind === 'invalid') return not(isValid(scope, left));
  if (left.kind === 'aggregate') return equalHeaders(scope, right, left);
  if (right.kind === 'aggregate') {
    const fields = componentsOf(left).map((one, index) => {
      const other = right.elements[index];
      return other === undefined ? truth(false) : areEqual(scope, one, other);
    });
    return fields.reduce(both, isValid(scope, left));
  }
  const [one, other] = [left, right].map((side) => {
    const operand = headerOperand(locate(scope, side, value));
    if (operand === undefined) throw new InternalError('a header is compared with something else', side.span);
    return operand;
  });
  if (one === undefined || other === undefined) return truth(false);
  // The switch's own '==' says that invalid headers differ.
  const bothValid = both(isValid(scope, left), isValid(scope, right));
  const neither = both(not(isValid(scope, left)), not(isValid(scope, right)));
  return operation('or', neither, choose(bothValid, operation('==', one, other), truth(false)));
}

/** The parts of a value, in order of its fields: of a struct, header, union, tuple, array or stack. */
export function componentsOf(expression: Expression): readonly Expression[] {
  if (expression.kind === 'aggregate') return expression.elements;
  const { type, span } = expression;
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
      return type.fields.map((one) => ({
        kind: 'field',
        target: expression,
        field: one.name,
        type: one.type,
        span,
      }));
    case 'tuple':
      return type.elements.map((element, index) => indexed(expression, index, element));
    case 'array':
    case 'stack':
      return Array.from({ length: type.size }, (_, index) => indexed(expression, index, type.element));
    default:
      return [expression];
  }
}

function indexed(target: Expression, index: number, type: Type): Expression {
  const { span } = target;
  const at: Expression = {
    kind: 'constant',
    type: { kind: 'bits', width: 32, signed: false },
    value: BigInt(index),
    span,
  };
  return { kind: 'index', target, index: at, type, span };
}

/** The leaves of a value: scalars, varbits and headers, in order. */
export function leavesOf(expression: Expression): readonly Expression[] {
  switch (expression.type.kind) {
    case 'struct':
    case 'tuple':
    case 'array':
    case 'stack':
    case 'header_union':
      return componentsOf(expression).flatMap(leavesOf);
    case 'header':
      return expression.kind === 'aggregate' ? componentsOf(expression).flatMap(leavesOf) : [expression];
    default:
      return [expression];
  }
}

/** Whether two expressions are surely the same place or value. */
export function isSame(left: Expression, right: Expression): boolean {
  if (!sameType(left.type, right.type) || left.kind !== right.kind) return false;
  if (left.kind === 'variable' && right.kind === 'variable') return left.variable === right.variable;
  if (left.kind === 'field' && right.kind === 'field')
    return left.field === right.field && isSame(left.target, right.target);
  if (left.kind === 'constant' && right.kind === 'constant') return left.value === right.value;
  if (left.kind === 'index' && right.kind === 'index')
    return isSame(left.index, right.index) && isSame(left.target, right.target);
  return false;
}
