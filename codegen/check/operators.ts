/**
 * Typing of unary and binary operators (specification §8.5 to §8.10).
 * Longer than most: each operator has rules of its own.
 */

import type { BinaryExpression, Expression, UnaryExpression } from '../syntax/ast.ts';
import { type Checker, type Context, constantContext, show, typeOf } from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { castHint, convert, naturalType, warnOfOverflow } from './conversions.ts';
import { BOOL, bits, INT, STRING, type Type, UNKNOWN } from './types.ts';

/** A type with a serializable enum replaced by what represents it: what arithmetic works on (specification §8.11.2). */
function representation(checker: Checker, type: Type): Type {
  const head = checker.inference.head(type);
  return head.kind === 'serializable_enum' ? checker.inference.head(head.underlying) : head;
}

/** Notes the implicit cast of a serializable enum operand to its representation. */
function useRepresentation(checker: Checker, operand: Expression): Type {
  const type = typeOf(checker, operand);
  if (type.kind !== 'serializable_enum') return type;
  const underlying = checker.inference.head(type.underlying);
  checker.implicitCasts.set(operand, underlying);
  return underlying;
}

/** The type of `operator operand`. */
export function checkUnary(checker: Checker, context: Context, expression: UnaryExpression): Type {
  const { operator, operand } = expression;
  const isNegated = operator === '-' && operand.kind === 'IntegerLiteral';
  checker.checkExpression(checker, isNegated ? { ...context, isNegated } : context, operand);
  if (operator === '!') {
    const type = typeOf(checker, operand);
    if (type.kind === 'bool' || type.kind === 'unknown') return BOOL;
    checker.sink.report(
      'P4320',
      operand.span,
      { operator, wanted: 'bool', type: show(checker, type) },
      {
        hint: type.kind === 'bits' ? castHint(checker, operand, type, BOOL) : undefined,
      },
    );
    return BOOL;
  }
  const type = useRepresentation(checker, operand);
  switch (type.kind) {
    case 'unknown':
    case 'bits':
      return type;
    case 'int':
      if (operator !== '~') return INT;
      checker.sink.report(
        'P4321',
        expression.span,
        { operator },
        { hint: "give the number a width, such as '32w1'" },
      );
      return UNKNOWN;
    default:
      checker.sink.report('P4320', operand.span, {
        operator,
        wanted: operator === '~' ? 'bit<W> or int<W>' : 'a number',
        type: show(checker, type),
      });
      return UNKNOWN;
  }
}

/**
 * The type of `left operator right`.
 * @param isAssignment It stands for `left operator= right`, where the left side is what it is.
 */
export function checkBinary(
  checker: Checker,
  context: Context,
  expression: BinaryExpression,
  isAssignment = false,
): Type {
  // Chains such as a + b + c … lean to the left: walk down in a loop, not by recursion.
  const chain: BinaryExpression[] = [];
  let first: Expression = expression;
  while (first.kind === 'BinaryExpression') {
    chain.push(first);
    first = first.left;
  }
  checker.checkExpression(checker, context, first);
  let type: Type = UNKNOWN;
  for (const link of chain.reverse()) {
    checker.checkExpression(checker, context, link.right);
    type = combine(checker, link, isAssignment);
    checker.types.set(link, type);
  }
  return type;
}

function combine(checker: Checker, expression: BinaryExpression, isAssignment: boolean): Type {
  const { operator } = expression;
  switch (operator) {
    case '&&':
    case '||':
      for (const operand of [expression.left, expression.right]) {
        const type = typeOf(checker, operand);
        if (type.kind === 'bool' || type.kind === 'unknown') continue;
        checker.sink.report(
          'P4320',
          operand.span,
          { operator, wanted: 'bool', type: show(checker, type) },
          {
            hint: castHint(checker, operand, type, BOOL),
          },
        );
      }
      return BOOL;
    case '==':
    case '!=':
      return checkEquality(checker, expression);
    case '<<':
    case '>>':
      return checkShift(checker, expression);
    case '++':
      return checkConcatenation(checker, expression);
    case '<':
    case '<=':
    case '>':
    case '>=':
      checkNumbers(checker, expression, false);
      return BOOL;
    case '+':
    case '-':
    case '*':
    case '|+|':
    case '|-|':
    case '/':
    case '%':
    case '&':
    case '|':
    case '^':
      return checkNumbers(checker, expression, isAssignment);
  }
}

/** Operators that have no meaning on numbers without a width. */
const NEED_WIDTH: ReadonlySet<string> = new Set(['|+|', '|-|', '&', '|', '^']);

function checkNumbers(checker: Checker, expression: BinaryExpression, isAssignment: boolean): Type {
  const { operator, left, right } = expression;
  const leftType = representation(checker, typeOf(checker, left));
  const rightType = representation(checker, typeOf(checker, right));
  if (leftType.kind === 'unknown' || rightType.kind === 'unknown') {
    return leftType.kind === 'bits' ? leftType : rightType.kind === 'bits' ? rightType : UNKNOWN;
  }
  for (const [operand, type] of [
    [left, leftType],
    [right, rightType],
  ] as const) {
    if (type.kind === 'bits' || type.kind === 'int') continue;
    checker.sink.report(
      'P4320',
      operand.span,
      { operator, wanted: 'a number', type: show(checker, type) },
      {
        hint: hintForOperand(operator, type),
      },
    );
    return UNKNOWN;
  }
  useRepresentation(checker, left);
  useRepresentation(checker, right);
  const type = commonNumber(checker, expression, leftType, rightType, isAssignment);
  if (type.kind === 'int' && NEED_WIDTH.has(operator)) {
    checker.sink.report(
      'P4321',
      expression.span,
      { operator },
      { hint: "give one of the numbers a width, such as '32w5'" },
    );
    return UNKNOWN;
  }
  if ((operator === '/' || operator === '%') && type.kind === 'bits' && type.signed) {
    checker.sink.report('P4322', expression.operatorSpan, { operator, type: show(checker, type) });
    return type;
  }
  if (operator === '/' || operator === '%') {
    rejectNegativeOperands(checker, expression);
    const before = checker.sink.errorCount;
    const known = evaluateConstant(constantContext(checker), right) !== undefined;
    if (!known && checker.sink.errorCount === before && !mentionsParameterWithoutDirection(checker, right)) {
      checker.sink.report('P4905', right.span, { operator });
    }
  }
  if (type.kind === 'int') evaluateConstant(constantContext(checker), expression);
  return type;
}

/** Action data and other directionless parameters may turn out constant where the action is called. */
function mentionsParameterWithoutDirection(checker: Checker, expression: Expression): boolean {
  if (expression.kind === 'BinaryExpression') {
    return (
      mentionsParameterWithoutDirection(checker, expression.left) ||
      mentionsParameterWithoutDirection(checker, expression.right)
    );
  }
  const referent = checker.references.get(expression);
  return referent?.kind === 'Parameter' && referent.direction === undefined;
}

function rejectNegativeOperands(checker: Checker, expression: BinaryExpression): void {
  for (const operand of [expression.left, expression.right]) {
    const value = evaluateConstant(constantContext(checker), operand);
    if (operand === expression.right && value?.kind === 'integer' && value.value === 0n) {
      checker.sink.report('P4341', operand.span, {
        operation: expression.operator === '/' ? 'division' : 'modulo',
      });
      return;
    }
    const natural = checker.values.get(operand);
    if (natural?.kind === 'integer' && natural.value < 0n) {
      checker.sink.report('P4342', operand.span, {
        operation: expression.operator === '/' ? 'division' : 'modulo',
      });
      return;
    }
  }
}

function hintForOperand(operator: string, type: Type): string | undefined {
  if (type.kind === 'string' && operator === '+') return "strings are joined with '++'";
  if (type.kind === 'bool' && (operator === '&' || operator === '|'))
    return `for two bool values write '${operator}${operator}'`;
  if (type.kind === 'newtype') {
    return `'${type.declaration.name.name}' was made by 'type' and has no arithmetic: cast it to ${show0(type.underlying)} first`;
  }
  return undefined;
}

function show0(type: Type): string {
  return type.kind === 'bits' ? `'${type.signed ? 'int' : 'bit'}<${type.width}>'` : 'its underlying type';
}

/** The type both operands get: equal widths stay, an `int` takes the other's type; anything else is reported. */
function commonNumber(
  checker: Checker,
  expression: BinaryExpression,
  left: Type,
  right: Type,
  isAssignment: boolean,
): Type {
  if (left.kind === 'int' && right.kind === 'bits') {
    convert(checker, expression.left, right);
    return right;
  }
  if (left.kind === 'bits' && right.kind === 'int') {
    convert(checker, expression.right, left);
    return left;
  }
  if (
    left.kind === 'bits' &&
    right.kind === 'bits' &&
    (left.width !== right.width || left.signed !== right.signed)
  ) {
    const reason =
      left.signed === right.signed
        ? 'the widths differ'
        : left.width === right.width
          ? 'one is signed and the other is not'
          : 'the widths differ and one is signed';
    const toLeft = castHint(checker, expression.right, right, left);
    const toRight = isAssignment ? undefined : castHint(checker, expression.left, left, right);
    const hint =
      toLeft !== undefined && toRight !== undefined ? `${toLeft}, or ${toRight}` : (toLeft ?? toRight);
    checker.sink.report(
      'P4323',
      expression.operatorSpan,
      { operator: expression.operator, left: show(checker, left), right: show(checker, right), reason },
      {
        hint,
        related: [
          { message: `this is ${show(checker, left)}`, span: expression.left.span },
          { message: `this is ${show(checker, right)}`, span: expression.right.span },
        ],
      },
    );
    return UNKNOWN;
  }
  return left;
}

/** Specification §8.10.2: the right operand is `bit<S>` or a non-negative constant; the result has the left's type. */
function checkShift(checker: Checker, expression: BinaryExpression): Type {
  const { operator, left, right } = expression;
  const leftType = representation(checker, typeOf(checker, left));
  const rightType = representation(checker, typeOf(checker, right));
  if (leftType.kind === 'unknown' || rightType.kind === 'unknown') return leftType;
  if (leftType.kind !== 'bits' && leftType.kind !== 'int') {
    checker.sink.report('P4320', left.span, { operator, wanted: 'a number', type: show(checker, leftType) });
    return UNKNOWN;
  }
  useRepresentation(checker, left);
  useRepresentation(checker, right);
  const amount = evaluateConstant(constantContext(checker), right);
  const known = amount?.kind === 'integer' || amount?.kind === 'parametric';
  if (amount?.kind === 'integer' && amount.value < 0n) {
    checker.sink.report('P4325', right.span, { amount: amount.value });
    return leftType;
  }
  const unsigned = rightType.kind === 'bits' && !rightType.signed;
  const constantNumber = known && (rightType.kind === 'int' || rightType.kind === 'bits');
  if (!unsigned && !constantNumber) {
    checker.sink.report(
      'P4326',
      right.span,
      { type: show(checker, rightType) },
      {
        hint:
          rightType.kind === 'bits' ? castHint(checker, right, rightType, bits(rightType.width)) : undefined,
      },
    );
    return leftType;
  }
  if (leftType.kind === 'int' && !known) {
    checker.sink.report(
      'P4327',
      left.span,
      { operator },
      { hint: "give the left operand a width, such as '32w1'" },
    );
    return UNKNOWN;
  }
  if (amount?.kind === 'integer' && leftType.kind === 'bits' && amount.value >= BigInt(leftType.width)) {
    checker.sink.report('P4902', right.span, { amount: amount.value, width: leftType.width });
  }
  if (leftType.kind === 'int') evaluateConstant(constantContext(checker), expression);
  return leftType;
}

/** Specification §8.10.1 and §8.4: two bit-strings, or two strings. */
function checkConcatenation(checker: Checker, expression: BinaryExpression): Type {
  const leftType = representation(checker, typeOf(checker, expression.left));
  const rightType = representation(checker, typeOf(checker, expression.right));
  if (leftType.kind === 'unknown' || rightType.kind === 'unknown') return UNKNOWN;
  if (leftType.kind === 'string' && rightType.kind === 'string') return STRING;
  if (leftType.kind === 'bits' && rightType.kind === 'bits') {
    useRepresentation(checker, expression.left);
    useRepresentation(checker, expression.right);
    return bits(leftType.width + rightType.width, leftType.signed);
  }
  const wrong = leftType.kind === 'bits' || leftType.kind === 'string' ? expression.right : expression.left;
  const type = wrong === expression.right ? rightType : leftType;
  if (type.kind === 'int') {
    checker.sink.report('P4328', wrong.span, {}, { hint: "write the number with its width, such as '8w1'" });
  } else {
    checker.sink.report('P4320', wrong.span, {
      operator: '++',
      wanted: leftType.kind === 'string' ? 'a string' : 'bit<W> or int<W>',
      type: show(checker, type),
    });
  }
  return UNKNOWN;
}

function checkEquality(checker: Checker, expression: BinaryExpression): Type {
  const { left, right } = expression;
  const leftType = typeOf(checker, left);
  const rightType = typeOf(checker, right);
  if (leftType.kind === 'unknown' || rightType.kind === 'unknown') return BOOL;
  for (const [operand, type] of [
    [left, leftType],
    [right, rightType],
  ] as const) {
    const reason = whyNotComparable(checker, type);
    if (reason === undefined) continue;
    checker.sink.report('P4329', operand.span, { type: show(checker, type), reason });
    return BOOL;
  }
  if (!unifyOperands(checker, left, right)) {
    const hint =
      castHint(checker, right, rightType, leftType) ?? castHint(checker, left, leftType, rightType);
    checker.sink.report(
      'P4324',
      expression.operatorSpan,
      { left: show(checker, leftType), right: show(checker, rightType) },
      {
        hint,
        related: [
          { message: `this is ${show(checker, leftType)}`, span: left.span },
          { message: `this is ${show(checker, rightType)}`, span: right.span },
        ],
      },
    );
  }
  return BOOL;
}

/** Makes two operands the same type by casting one implicitly; false when that cannot be done. */
export function unifyOperands(checker: Checker, left: Expression, right: Expression): boolean {
  const leftType = typeOf(checker, left);
  const rightType = typeOf(checker, right);
  if (leftType.kind === 'int' && rightType.kind === 'int') return true;
  if (leftType.kind === 'serializable_enum' || rightType.kind === 'serializable_enum') {
    if (
      leftType.kind === 'serializable_enum' &&
      rightType.kind === 'serializable_enum' &&
      leftType.declaration === rightType.declaration
    ) {
      return true;
    }
    // Otherwise they meet in the representation (specification §8.3).
    const leftUnder = useRepresentation(checker, left);
    const rightUnder = useRepresentation(checker, right);
    if (leftUnder.kind === 'int') return convert(checker, left, rightUnder);
    if (rightUnder.kind === 'int') return convert(checker, right, leftUnder);
    return checker.inference.unify(leftUnder, rightUnder);
  }
  if (leftType.kind === 'struct_expression' && rightType.kind === 'struct_expression') return false;
  if (leftType.kind === 'list_expression' && rightType.kind === 'list_expression') {
    const tuple = naturalType(checker, leftType);
    return tuple !== undefined && convert(checker, left, tuple) && convert(checker, right, tuple);
  }
  if (isLoose(rightType)) return convert(checker, right, leftType);
  if (isLoose(leftType)) return convert(checker, left, rightType);
  return convert(checker, right, leftType);
}

/** Types that take their final form from the other operand. */
function isLoose(type: Type): boolean {
  switch (type.kind) {
    case 'int':
    case 'list_expression':
    case 'struct_expression':
    case 'invalid_header':
    case 'default_value':
      return true;
    default:
      return false;
  }
}

function whyNotComparable(checker: Checker, type: Type): string | undefined {
  switch (type.kind) {
    case 'variable':
      return 'the type could be anything';
    case 'extern':
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package':
    case 'table':
    case 'value_set':
    case 'action':
    case 'function':
    case 'builtin_method':
    case 'state':
      return 'only values can be compared';
    case 'string':
      return 'strings can only be joined';
    case 'table_result':
      return "compare its fields 'hit' or 'miss'";
    case 'action_run':
      return "it can only be used in 'switch'";
    case 'type_name':
      return 'it is not a value';
    case 'void':
      return 'there is no value';
    case 'array':
      return whyNotComparable(checker, checker.inference.head(type.element));
    default:
      return undefined;
  }
}

/** The type of `condition ? whenTrue : whenFalse` once its parts are typed (specification §8.5.1). */
export function checkConditional(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'ConditionalExpression' },
): Type {
  const { condition, whenTrue, whenFalse } = expression;
  const conditionType = checker.inference.head(checker.checkExpression(checker, context, condition));
  if (conditionType.kind !== 'bool' && conditionType.kind !== 'unknown') {
    checker.sink.report(
      'P4320',
      condition.span,
      { operator: '?:', wanted: 'bool', type: show(checker, conditionType) },
      {
        hint: castHint(checker, condition, conditionType, BOOL),
      },
    );
  }
  const trueType = checker.inference.head(checker.checkExpression(checker, context, whenTrue));
  const falseType = checker.inference.head(checker.checkExpression(checker, context, whenFalse));
  if (trueType.kind === 'unknown' || falseType.kind === 'unknown') return UNKNOWN;
  if (trueType.kind === 'int' && falseType.kind === 'int') {
    if (evaluateConstant(constantContext(checker), condition) === undefined) {
      checker.sink.report(
        'P4331',
        expression.span,
        {},
        { hint: "give one of the two numbers a width, such as '32w1'" },
      );
      return UNKNOWN;
    }
    return INT;
  }
  if (trueType.kind === 'list_expression' && falseType.kind === 'list_expression') {
    // Their context decides what both become, each in its own place.
    if (trueType.elements.length === falseType.elements.length && trueType.dots === falseType.dots)
      return trueType;
  }
  if (trueType.kind === 'struct_expression' && falseType.kind === 'struct_expression') return trueType;
  if (unifyOperands(checker, whenTrue, whenFalse)) return isLoose(trueType) ? falseType : trueType;
  checker.sink.report(
    'P4332',
    whenFalse.span,
    { whenTrue: show(checker, trueType), whenFalse: show(checker, falseType) },
    {
      related: [{ message: `this is ${show(checker, trueType)}`, span: whenTrue.span }],
      hint: castHint(checker, whenFalse, falseType, trueType),
    },
  );
  return UNKNOWN;
}

/** The type of `(type) operand`: checks that the cast is one of specification §8.11.1. */
export function checkCast(
  checker: Checker,
  expression: Expression & { readonly kind: 'CastExpression' },
  target: Type,
): Type {
  const { operand } = expression;
  const from = typeOf(checker, operand);
  const to = checker.inference.head(target);
  if (from.kind === 'unknown' || to.kind === 'unknown') return to;
  if (isCastable(checker, operand, from, to)) return to;
  checker.sink.report(
    'P4330',
    expression.span,
    { from: show(checker, from), to: show(checker, to) },
    {
      hint: castHint(checker, operand, from, to),
      related: [{ message: `this is ${show(checker, from)}`, span: operand.span }],
    },
  );
  return to;
}

function sameWidth(left: Type, right: Type): boolean {
  return (
    left.kind !== 'bits' ||
    right.kind !== 'bits' ||
    (left.width === right.width && left.signed === right.signed)
  );
}

function isCastable(checker: Checker, operand: Expression, from: Type, to: Type): boolean {
  const head = (type: Type) => checker.inference.head(type);
  if (to.kind === 'newtype') {
    // Only to and from the type it was made of (specification §8.11.1), and from numbers without a width.
    if (from.kind === 'newtype' && from.declaration === to.declaration) return true;
    const underlying = head(to.underlying);
    return from.kind === 'int'
      ? convert(checker, operand, underlying)
      : from.kind === underlying.kind &&
          isCastable(checker, operand, from, underlying) &&
          sameWidth(from, underlying);
  }
  if (from.kind === 'newtype') {
    const underlying = head(from.underlying);
    return isCastable(checker, operand, underlying, to) && (to.kind === 'int' || sameWidth(underlying, to));
  }
  if (to.kind === 'serializable_enum') {
    if (from.kind === 'serializable_enum' && from.declaration === to.declaration) return true;
    const underlying = head(to.underlying);
    if (from.kind === 'int') return convert(checker, operand, underlying);
    // Only from the representation itself (specification §8.11.1); from another enum by way of its own.
    const represented = from.kind === 'serializable_enum' ? head(from.underlying) : from;
    if (represented.kind !== 'bits' || !sameWidth(represented, underlying)) return false;
    return isCastable(checker, operand, from, underlying);
  }
  if (from.kind === 'serializable_enum') {
    useRepresentation(checker, operand);
    return isCastable(checker, operand, head(from.underlying), to);
  }
  switch (to.kind) {
    case 'bits':
      if (from.kind === 'bool') return to.width === 1 && !to.signed;
      if (from.kind === 'int') {
        warnOfOverflow(checker, operand, to);
        return true;
      }
      return from.kind === 'bits' && (from.width === to.width || from.signed === to.signed);
    case 'int':
      return from.kind === 'int' || from.kind === 'bits';
    case 'bool': {
      if (from.kind === 'bool') return true;
      if (from.kind === 'bits') return from.width === 1 && !from.signed;
      if (from.kind !== 'int') return false;
      const value = evaluateConstant(constantContext(checker), operand);
      return value?.kind !== 'integer' || value.value === 0n || value.value === 1n;
    }
    case 'struct':
    case 'header':
    case 'header_union':
    case 'tuple':
    case 'list':
    case 'array':
    case 'error':
    case 'enum':
    case 'string':
    case 'variable':
    case 'inference':
    case 'varbit':
      return convert(checker, operand, to);
    default:
      return false;
  }
}
