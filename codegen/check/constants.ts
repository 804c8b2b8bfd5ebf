/** Compile-time evaluation of expressions (specification §18.1, and §8 for what each operation means). */

import type { DiagnosticSink } from '../diagnostics.ts';
import type {
  BinaryExpression,
  CallExpression,
  Expression,
  Identifier,
  Instantiation,
  MemberExpression,
  Node,
  Parameter,
  TypeReference,
  UnaryExpression,
} from '../syntax/ast.ts';
import type { Referent, ResolvedCall } from './checked-program.ts';
import { type ConstantValue, sameConstant, wrapToWidth } from './constant-values.ts';
import { fieldsOf, isStructLike, sizeInBits } from './fields.ts';
import type { Type } from './types.ts';

/** What evaluation reads: the tables of a checked program, whole or under construction. */
export type ConstantContext = {
  readonly types: ReadonlyMap<Expression, Type>;
  readonly implicitCasts: ReadonlyMap<Expression, Type>;
  readonly writtenTypes: ReadonlyMap<TypeReference, Type>;
  readonly declaredTypes: ReadonlyMap<Referent, Type>;
  readonly references: ReadonlyMap<Node, Referent>;
  readonly calls: ReadonlyMap<CallExpression | Instantiation, ResolvedCall>;
  readonly errors: ReadonlyMap<string, Identifier>;
  /** Values found so far, before implicit casts; `undefined` for expressions known to have none. */
  readonly values: Map<Expression, ConstantValue | undefined>;
  /** Where division by zero and the like are reported; undefined: nowhere. */
  readonly sink: DiagnosticSink | undefined;
  /** Follows an inferred type to what it is bound to. */
  readonly resolve: (type: Type) => Type;
  /** The value of a constructor parameter, or a parametric value while it is not known; undefined for other parameters. */
  readonly parameterValue: (parameter: Parameter) => ConstantValue | undefined;
};

/** Numbers longer than this are refused: no program means them, and they would eat the machine. */
const MAXIMUM_BITS = 1 << 16;

/**
 * The value of an expression with its implicit cast applied, or undefined when it is not compile-time known.
 * Values are remembered in `context.values`.
 */
export function evaluateConstant(
  context: ConstantContext,
  expression: Expression,
): ConstantValue | undefined {
  const value = naturalValue(context, expression);
  const target = context.implicitCasts.get(expression);
  if (value === undefined || target === undefined) return value;
  return convertValue(context, value, context.resolve(target));
}

/** The integer value of an expression with its implicit cast applied; undefined when it has none. */
export function evaluateInteger(context: ConstantContext, expression: Expression): bigint | undefined {
  const value = evaluateConstant(context, expression);
  return value?.kind === 'integer' ? value.value : undefined;
}

function naturalValue(context: ConstantContext, expression: Expression): ConstantValue | undefined {
  if (context.values.has(expression)) return context.values.get(expression);
  // A cycle (a constant in its own initializer) finds this and ends.
  context.values.set(expression, undefined);
  const value = evaluate(context, expression);
  context.values.set(expression, value);
  return value;
}

function typeOf(context: ConstantContext, expression: Expression): Type {
  return context.resolve(context.types.get(expression) ?? { kind: 'unknown' });
}

/** The type an expression has after its implicit cast. */
function castTypeOf(context: ConstantContext, expression: Expression): Type {
  return context.resolve(context.implicitCasts.get(expression) ?? typeOf(context, expression));
}

function integer(value: bigint): ConstantValue {
  return { kind: 'integer', value };
}

function boolean(value: boolean): ConstantValue {
  return { kind: 'boolean', value };
}

function evaluate(context: ConstantContext, expression: Expression): ConstantValue | undefined {
  switch (expression.kind) {
    case 'IntegerLiteral':
      return integer(
        expression.width === undefined
          ? expression.value
          : wrapToWidth(expression.value, expression.width, expression.signed),
      );
    case 'BooleanLiteral':
      return boolean(expression.value);
    case 'StringLiteral':
      return { kind: 'string', value: expression.value };
    case 'NameExpression':
      return evaluateReference(context, expression);
    case 'ParenthesizedExpression':
      return evaluateConstant(context, expression.inner);
    case 'MemberExpression':
      return evaluateMember(context, expression);
    case 'IndexExpression': {
      const target = evaluateConstant(context, expression.target);
      const index = evaluateInteger(context, expression.index);
      if (target?.kind === 'parametric') return parametric(context, expression);
      if (target?.kind !== 'sequence' || index === undefined) return undefined;
      return target.elements[Number(index)];
    }
    case 'SliceExpression': {
      const target = evaluateConstant(context, expression.target);
      const high = evaluateInteger(context, expression.high);
      const low = evaluateInteger(context, expression.low);
      if (target?.kind === 'parametric') return parametric(context, expression);
      if (target?.kind !== 'integer' || high === undefined || low === undefined || low < 0n || high < low)
        return undefined;
      if (high > MAXIMUM_BITS) return undefined;
      return integer(BigInt.asUintN(Number(high - low) + 1, target.value >> low));
    }
    case 'PartSelectExpression': {
      const target = evaluateConstant(context, expression.target);
      const low = evaluateInteger(context, expression.low);
      const width = evaluateInteger(context, expression.width);
      if (target?.kind !== 'integer' || low === undefined || width === undefined || low < 0n || width < 1n)
        return undefined;
      if (low > MAXIMUM_BITS || width > MAXIMUM_BITS) return undefined;
      return integer(BigInt.asUintN(Number(width), target.value >> low));
    }
    case 'UnaryExpression':
      return evaluateUnary(context, expression);
    case 'BinaryExpression':
      evaluateChain(context, expression);
      return evaluateBinary(context, expression);
    case 'ConditionalExpression': {
      const condition = evaluateConstant(context, expression.condition);
      const whenTrue = evaluateConstant(context, expression.whenTrue);
      const whenFalse = evaluateConstant(context, expression.whenFalse);
      if (whenTrue === undefined || whenFalse === undefined) return undefined;
      if (condition?.kind === 'parametric') return parametric(context, expression);
      if (condition?.kind !== 'boolean') return undefined;
      return condition.value ? whenTrue : whenFalse;
    }
    case 'CastExpression': {
      const operand = evaluateConstant(context, expression.operand);
      if (operand === undefined) return undefined;
      if (operand.kind === 'parametric') return parametric(context, expression);
      return convertValue(context, operand, typeOf(context, expression));
    }
    case 'CallExpression':
      return evaluateCall(context, expression);
    case 'ListExpression':
      return evaluateList(context, expression.elements);
    case 'StructExpression': {
      const fields = new Map<string, ConstantValue>();
      for (const field of expression.fields) {
        const value = evaluateConstant(context, field.value);
        if (value === undefined) return undefined;
        fields.set(field.name.name, value);
      }
      return { kind: 'record', fields };
    }
    case 'InvalidHeaderExpression':
      return { kind: 'invalid_header' };
    case 'DotsExpression': {
      const target = context.implicitCasts.get(expression);
      return target === undefined ? undefined : defaultValue(context, context.resolve(target));
    }
    default:
      return undefined;
  }
}

function parametric(context: ConstantContext, expression: Expression): ConstantValue {
  return { kind: 'parametric', type: typeOf(context, expression) };
}

function evaluateList(context: ConstantContext, elements: readonly Expression[]): ConstantValue | undefined {
  const values: ConstantValue[] = [];
  for (const element of elements) {
    const value = evaluateConstant(context, element);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return { kind: 'sequence', elements: values };
}

function evaluateReference(
  context: ConstantContext,
  expression: Expression & { readonly kind: 'NameExpression' },
): ConstantValue | undefined {
  const referent = context.references.get(expression);
  switch (referent?.kind) {
    case 'ConstantDeclaration':
      return evaluateConstant(context, referent.initializer);
    case 'Parameter':
      return context.parameterValue(referent);
    case 'Instantiation':
      return { kind: 'instance', origin: referent };
    case 'Identifier': {
      const type = typeOf(context, expression);
      const member =
        type.kind === 'serializable_enum'
          ? type.declaration.members.find((candidate) => candidate.name === referent)
          : undefined;
      return member === undefined
        ? { kind: 'member', member: referent }
        : evaluateConstant(context, member.value);
    }
    default:
      return undefined;
  }
}

function evaluateMember(context: ConstantContext, expression: MemberExpression): ConstantValue | undefined {
  const type = typeOf(context, expression);
  const referent = context.references.get(expression);
  if (referent?.kind === 'Identifier') {
    if (type.kind !== 'serializable_enum') return { kind: 'member', member: referent };
    const member = type.declaration.members.find((candidate) => candidate.name === referent);
    return member === undefined ? undefined : evaluateConstant(context, member.value);
  }
  const targetType = typeOf(context, expression.target);
  if (targetType.kind === 'array' && expression.member.name === 'size')
    return integer(BigInt(targetType.size));
  const target = evaluateConstant(context, expression.target);
  if (target?.kind === 'parametric') return parametric(context, expression);
  return target?.kind === 'record' ? target.fields.get(expression.member.name) : undefined;
}

function evaluateCall(context: ConstantContext, expression: CallExpression): ConstantValue | undefined {
  const call = context.calls.get(expression);
  if (call?.kind === 'constructor') return { kind: 'instance', origin: expression };
  if (call?.kind === 'extern_function' && call.declaration.kind === 'ExternFunctionDeclaration') {
    if (call.declaration.name.name !== 'static_assert' || !call.declaration.name.span.source.isLibrary)
      return undefined;
    // static_assert is true or compilation ends (specification §19); evaluation checks it.
    return boolean(true);
  }
  if (call?.kind !== 'builtin') return undefined;
  const size = sizeInBits(context.declaredTypes, typeOf(context, call.target));
  if (size === undefined) return undefined;
  switch (call.name) {
    case 'minSizeInBits':
      return integer(BigInt(size.minimum));
    case 'minSizeInBytes':
      return integer(BigInt((size.minimum + 7) >> 3));
    case 'maxSizeInBits':
      return integer(BigInt(size.maximum));
    case 'maxSizeInBytes':
      return integer(BigInt((size.maximum + 7) >> 3));
    default:
      return undefined;
  }
}

function evaluateUnary(context: ConstantContext, expression: UnaryExpression): ConstantValue | undefined {
  const operand = evaluateConstant(context, expression.operand);
  if (operand?.kind === 'parametric') return parametric(context, expression);
  if (operand?.kind === 'boolean' && expression.operator === '!') return boolean(!operand.value);
  if (operand?.kind !== 'integer') return undefined;
  const type = typeOf(context, expression);
  switch (expression.operator) {
    case '-':
      return integer(wrap(type, -operand.value));
    case '~':
      return integer(wrap(type, ~operand.value));
    case '+':
      return operand;
    case '!':
      return undefined;
  }
}

function wrap(type: Type, value: bigint): bigint {
  return type.kind === 'bits' ? wrapToWidth(value, type.width, type.signed) : value;
}

function saturate(type: Type, value: bigint): bigint {
  if (type.kind !== 'bits') return value;
  const least = type.signed && type.width > 0 ? -(1n << BigInt(type.width - 1)) : 0n;
  const greatest = (1n << BigInt(type.signed && type.width > 0 ? type.width - 1 : type.width)) - 1n;
  if (value < least) return least;
  return value > greatest ? greatest : value;
}

function bitLength(value: bigint): number {
  // Four bits a digit is exact enough for a limit.
  return value.toString(16).length * 4;
}

function evaluateBinary(context: ConstantContext, expression: BinaryExpression): ConstantValue | undefined {
  const left = evaluateConstant(context, expression.left);
  const right = evaluateConstant(context, expression.right);
  if (left === undefined || right === undefined) {
    // Division by a constant zero is wrong whatever is divided.
    if (
      right?.kind === 'integer' &&
      (expression.operator === '/' || expression.operator === '%') &&
      right.value === 0n
    ) {
      reportZeroDivision(context, expression);
    }
    return undefined;
  }
  if (left.kind === 'parametric' || right.kind === 'parametric') return parametric(context, expression);
  if (expression.operator === '==') return boolean(sameConstant(left, right));
  if (expression.operator === '!=') return boolean(!sameConstant(left, right));
  if (left.kind === 'boolean' && right.kind === 'boolean') {
    if (expression.operator === '&&') return boolean(left.value && right.value);
    if (expression.operator === '||') return boolean(left.value || right.value);
    return undefined;
  }
  if (left.kind === 'string' && right.kind === 'string') {
    return expression.operator === '++' ? { kind: 'string', value: left.value + right.value } : undefined;
  }
  if (left.kind !== 'integer' || right.kind !== 'integer') return undefined;
  return evaluateArithmetic(context, expression, left.value, right.value);
}

function reportZeroDivision(context: ConstantContext, expression: BinaryExpression): void {
  context.sink?.report('P4341', expression.right.span, {
    operation: expression.operator === '/' ? 'division' : 'modulo',
  });
}

function evaluateArithmetic(
  context: ConstantContext,
  expression: BinaryExpression,
  left: bigint,
  right: bigint,
): ConstantValue | undefined {
  const type = typeOf(context, expression);
  switch (expression.operator) {
    case '+':
      return integer(wrap(type, left + right));
    case '-':
      return integer(wrap(type, left - right));
    case '*':
      if (bitLength(left) + bitLength(right) > MAXIMUM_BITS) return tooLarge(context, expression);
      return integer(wrap(type, left * right));
    case '|+|':
      return integer(saturate(type, left + right));
    case '|-|':
      return integer(saturate(type, left - right));
    case '/':
    case '%':
      if (right === 0n) {
        reportZeroDivision(context, expression);
        return undefined;
      }
      if (left < 0n || right < 0n) {
        const negative = left < 0n ? expression.left : expression.right;
        context.sink?.report('P4342', negative.span, {
          operation: expression.operator === '/' ? 'division' : 'modulo',
        });
        return undefined;
      }
      return integer(expression.operator === '/' ? left / right : left % right);
    case '<<': {
      if (right < 0n) return undefined;
      if (type.kind === 'bits' && right >= BigInt(type.width)) return integer(0n);
      if (right > BigInt(MAXIMUM_BITS) || bitLength(left) + Number(right) > MAXIMUM_BITS) {
        return left === 0n ? integer(0n) : tooLarge(context, expression);
      }
      return integer(wrap(type, left << right));
    }
    case '>>':
      if (right < 0n) return undefined;
      return integer(wrap(type, right > BigInt(MAXIMUM_BITS) ? (left < 0n ? -1n : 0n) : left >> right));
    case '&':
      return integer(wrap(type, left & right));
    case '|':
      return integer(wrap(type, left | right));
    case '^':
      return integer(wrap(type, left ^ right));
    case '<':
      return boolean(left < right);
    case '<=':
      return boolean(left <= right);
    case '>':
      return boolean(left > right);
    case '>=':
      return boolean(left >= right);
    case '++': {
      const rightType = castTypeOf(context, expression.right);
      if (type.kind !== 'bits' || rightType.kind !== 'bits') return undefined;
      const low = BigInt.asUintN(rightType.width, right);
      return integer(wrap(type, (left << BigInt(rightType.width)) | low));
    }
    default:
      return undefined;
  }
}

/** Evaluates a chain `a + b + c …` from its first link on, so that its length costs no stack. */
function evaluateChain(context: ConstantContext, expression: BinaryExpression): void {
  const links: BinaryExpression[] = [];
  for (
    let link = expression.left;
    link.kind === 'BinaryExpression' && !context.values.has(link);
    link = link.left
  ) {
    links.push(link);
  }
  for (const link of links.reverse()) naturalValue(context, link);
}

function tooLarge(context: ConstantContext, expression: BinaryExpression): undefined {
  context.sink?.report('P4343', expression.span, { limit: MAXIMUM_BITS });
  return undefined;
}

/** A constant as a value of another type: what a cast or a context makes of it (specification §8.11). */
export function convertValue(
  context: ConstantContext,
  value: ConstantValue,
  type: Type,
): ConstantValue | undefined {
  if (value.kind === 'parametric') return { kind: 'parametric', type };
  switch (type.kind) {
    case 'bits':
      if (value.kind === 'integer') return integer(wrapToWidth(value.value, type.width, type.signed));
      if (value.kind === 'boolean') return integer(value.value ? 1n : 0n);
      return undefined;
    case 'int':
      return value.kind === 'integer' ? value : undefined;
    case 'bool':
      if (value.kind === 'integer') return boolean(value.value !== 0n);
      return value.kind === 'boolean' ? value : undefined;
    case 'serializable_enum':
    case 'newtype':
      return convertValue(context, value, type.underlying);
    case 'struct':
    case 'header':
    case 'header_union':
      return convertToRecord(context, value, type);
    case 'tuple':
      return fillSequence(context, value, type.elements);
    case 'array':
      return fillSequence(context, value, new Array<Type>(type.size).fill(type.element));
    default:
      return value;
  }
}

function convertToRecord(
  context: ConstantContext,
  value: ConstantValue,
  type: Type & { readonly kind: 'struct' | 'header' | 'header_union' },
): ConstantValue | undefined {
  if (value.kind !== 'sequence' && value.kind !== 'record') return value;
  const fields = new Map<string, ConstantValue>();
  for (const [index, field] of fieldsOf(context.declaredTypes, type).entries()) {
    const given = value.kind === 'sequence' ? value.elements[index] : value.fields.get(field.name);
    const filled = given ?? defaultValue(context, context.resolve(field.type));
    if (filled !== undefined) fields.set(field.name, filled);
  }
  return { kind: 'record', fields };
}

function fillSequence(
  context: ConstantContext,
  value: ConstantValue,
  elementTypes: readonly Type[],
): ConstantValue | undefined {
  if (value.kind !== 'sequence' || value.elements.length >= elementTypes.length) return value;
  const elements = elementTypes.map(
    (type, index) => value.elements[index] ?? defaultValue(context, context.resolve(type)),
  );
  const known = elements.filter((element) => element !== undefined);
  return known.length === elements.length ? { kind: 'sequence', elements: known } : undefined;
}

/** The default value of a type, or undefined where it has none (specification §7.3). */
export function defaultValue(context: ConstantContext, type: Type): ConstantValue | undefined {
  switch (type.kind) {
    case 'bits':
    case 'int':
      return integer(0n);
    case 'bool':
      return boolean(false);
    case 'string':
      return { kind: 'string', value: '' };
    case 'error': {
      const noError = context.errors.get('NoError');
      return noError === undefined ? undefined : { kind: 'member', member: noError };
    }
    case 'enum': {
      const [first] = type.declaration.members;
      return first === undefined ? undefined : { kind: 'member', member: first };
    }
    case 'serializable_enum':
    case 'newtype':
      return defaultValue(context, type.underlying);
    case 'header':
    case 'header_union':
      return { kind: 'invalid_header' };
    case 'struct': {
      const fields = new Map<string, ConstantValue>();
      for (const field of fieldsOf(context.declaredTypes, type)) {
        const value = defaultValue(context, context.resolve(field.type));
        if (value === undefined) return undefined;
        fields.set(field.name, value);
      }
      return { kind: 'record', fields };
    }
    case 'tuple': {
      const elements = type.elements.map((element) => defaultValue(context, context.resolve(element)));
      const known = elements.filter((element) => element !== undefined);
      return known.length === elements.length ? { kind: 'sequence', elements: known } : undefined;
    }
    case 'array': {
      const element = defaultValue(context, context.resolve(type.element));
      if (element === undefined) return undefined;
      return {
        kind: 'sequence',
        elements: new Array<ConstantValue>(Math.min(type.size, MAXIMUM_BITS)).fill(element),
      };
    }
    default:
      return undefined;
  }
}

/** Whether a type has a default value that `...` can stand for (specification §7.3). */
export function hasDefaultValue(context: ConstantContext, type: Type): boolean {
  if (type.kind === 'varbit' || type.kind === 'unknown') return true;
  if (type.kind === 'variable' || type.kind === 'inference') return false;
  if (isStructLike(type) && type.kind === 'struct') {
    return fieldsOf(context.declaredTypes, type).every((field) =>
      hasDefaultValue(context, context.resolve(field.type)),
    );
  }
  if (type.kind === 'tuple')
    return type.elements.every((element) => hasDefaultValue(context, context.resolve(element)));
  return defaultValue(context, type) !== undefined;
}
