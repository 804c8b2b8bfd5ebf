/** Lowering of expressions: casts made explicit, constants put in, names resolved. */

import { evaluateConstant, evaluateInteger } from '../../check/constants.ts';
import type { Type as CheckedType } from '../../check/types.ts';
import { InternalError } from '../../diagnostics.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { defaultExpression } from '../defaults.ts';
import type { Expression, InstanceReference, LValue } from '../expressions.ts';
import { isLValue } from '../expressions.ts';
import { BIT32, BOOL, sameType, type Type } from '../types.ts';
import { lowerCall } from './calls.ts';
import { coerce } from './coerce.ts';
import {
  castType,
  findMade,
  findVariable,
  lowerType,
  naturalType,
  type Scope,
  withoutParentheses,
} from './scope.ts';
import { elementType, instanceReference, isAggregateType, padded, valueExpression } from './values.ts';

/** Lowers an expression, with its implicit cast applied. */
export function lowerExpression(scope: Scope, expression: ast.Expression): Expression {
  const { span } = expression;
  const target = castType(scope, expression);
  const constant = lowerConstant(scope, expression, target);
  if (constant !== undefined) return constant;
  if (expression.kind === 'ParenthesizedExpression') {
    const inner = lowerExpression(scope, expression.inner);
    return target === undefined ? inner : coerce(inner, lowerType(scope, target, span));
  }
  if (expression.kind === 'DotsExpression' || expression.kind === 'InvalidHeaderExpression') {
    const type = lowerType(scope, target ?? naturalType(scope, expression), span);
    return defaultExpression(type, span);
  }
  if (expression.kind === 'ListExpression' || expression.kind === 'StructExpression') {
    return lowerBraces(scope, expression, lowerType(scope, target ?? naturalType(scope, expression), span));
  }
  const natural = lowerNatural(scope, expression);
  return target === undefined ? natural : coerce(natural, lowerType(scope, target, span));
}

/** Lowers an expression and makes it a value of `type`. */
export function lowerTo(scope: Scope, expression: ast.Expression, type: Type): Expression {
  return coerce(lowerExpression(scope, expression), type);
}

/** Lowers an expression that is assigned to. */
export function lowerLValue(scope: Scope, expression: ast.Expression): LValue {
  const lowered = lowerExpression(scope, expression);
  if (!isLValue(lowered)) throw new InternalError('what is assigned to is not an l-value', expression.span);
  return lowered;
}

/** The value of an expression that is compile-time known. */
function lowerConstant(
  scope: Scope,
  expression: ast.Expression,
  target: CheckedType | undefined,
): Expression | undefined {
  // A constructor parameter's instance belongs to the caller: found by the parameter, not by its origin.
  if (expression.kind === 'NameExpression') {
    const referent = scope.lowering.checked.references.get(expression);
    if (referent?.kind === 'Parameter') return constructorArgument(scope, referent, expression.span);
    if (referent?.kind === 'VariableDeclaration') return undefined;
  }
  const value = evaluateConstant(scope.constants, expression);
  if (value === undefined || value.kind === 'parametric') return undefined;
  const type = target ?? naturalType(scope, expression);
  if (type.kind === 'builtin_method' || type.kind === 'type_name' || type.kind === 'set') return undefined;
  if (value.kind === 'instance') return valueExpression(scope, value, BOOL, expression.span);
  return valueExpression(scope, value, lowerType(scope, type, expression.span), expression.span);
}

function constructorArgument(scope: Scope, parameter: ast.Parameter, span: Span): Expression | undefined {
  const value = scope.block?.constructorArguments.get(parameter);
  if (value === undefined || findVariable(scope, parameter) !== undefined) return undefined;
  const type = scope.lowering.checked.declaredTypes.get(parameter);
  if (type === undefined) return undefined;
  if (value.kind === 'extern') return instanceReference(scope, value, span);
  return valueExpression(scope, value, lowerType(scope, type, span), span);
}

/** `{ a, b }` or `{ x = a, y = b }` of a known type. */
function lowerBraces(
  scope: Scope,
  expression: ast.ListExpression | ast.StructExpression,
  type: Type,
): Expression {
  const { span } = expression;
  if (!isAggregateType(type)) throw new InternalError('a list has a type without elements', span);
  if (expression.kind === 'ListExpression') {
    const elements = expression.elements.map((element, index) => {
      const wanted = elementType(type, index);
      const lowered = lowerExpression(scope, element);
      return wanted === undefined ? lowered : coerce(lowered, wanted);
    });
    return { kind: 'aggregate', type, elements: padded(type, elements, span), span };
  }
  if (type.kind !== 'struct' && type.kind !== 'header')
    throw new InternalError('a structure expression is no structure', span);
  const given = new Map(expression.fields.map((field) => [field.name.name, field.value]));
  const elements = type.fields.map((field) => {
    const value = given.get(field.name);
    return value === undefined
      ? defaultExpression(field.type, span)
      : coerce(lowerExpression(scope, value), field.type);
  });
  return { kind: 'aggregate', type, elements, span };
}

function lowerNatural(scope: Scope, expression: ast.Expression): Expression {
  const { span } = expression;
  switch (expression.kind) {
    case 'NameExpression':
      return lowerName(scope, expression);
    case 'ThisExpression':
      if (scope.self === undefined) throw new InternalError("'this' stands outside of an object", span);
      return instanceReference(scope, scope.self, span);
    case 'MemberExpression':
      return lowerMember(scope, expression);
    case 'IndexExpression':
      return lowerIndex(scope, expression);
    case 'SliceExpression': {
      const high = Number(evaluateInteger(scope.constants, expression.high));
      const low = Number(evaluateInteger(scope.constants, expression.low));
      return slice(scope, lowerExpression(scope, expression.target), high, low, span);
    }
    case 'PartSelectExpression': {
      const target = lowerExpression(scope, expression.target);
      const width = Number(evaluateInteger(scope.constants, expression.width));
      const low = evaluateInteger(scope.constants, expression.low);
      if (low !== undefined) return slice(scope, target, Number(low) + width - 1, Number(low), span);
      const type = scope.lowering.types.bits(width);
      return { kind: 'part_select', target, low: lowerExpression(scope, expression.low), type, span };
    }
    case 'UnaryExpression': {
      const operand = lowerExpression(scope, expression.operand);
      if (expression.operator === '+') return operand;
      return { kind: 'unary', operator: expression.operator, operand, type: operand.type, span };
    }
    case 'BinaryExpression':
      return lowerBinary(scope, expression);
    case 'ConditionalExpression': {
      const condition = lowerExpression(scope, expression.condition);
      const whenTrue = lowerExpression(scope, expression.whenTrue);
      const whenFalse = lowerExpression(scope, expression.whenFalse);
      const type = lowerType(scope, castType(scope, expression) ?? naturalType(scope, expression), span);
      return {
        kind: 'conditional',
        condition,
        whenTrue: coerce(whenTrue, type),
        whenFalse: coerce(whenFalse, type),
        type,
        span,
      };
    }
    case 'CastExpression': {
      const type = lowerType(scope, naturalType(scope, expression), span);
      return coerce(lowerExpression(scope, expression.operand), type);
    }
    case 'CallExpression':
      return lowerCallExpression(scope, expression);
    default:
      throw new InternalError(`a ${expression.kind} is not a value`, span);
  }
}

function slice(scope: Scope, target: Expression, high: number, low: number, span: Span): Expression {
  return { kind: 'slice', target, high, low, type: scope.lowering.types.bits(high - low + 1), span };
}

function lowerName(scope: Scope, expression: ast.NameExpression): Expression {
  const referent = scope.lowering.checked.references.get(expression);
  const { span } = expression;
  if (referent === undefined) throw new InternalError(`'${expression.name.name}' refers to nothing`, span);
  const variable = findVariable(scope, referent);
  if (variable !== undefined) return { kind: 'variable', variable, type: variable.type, span };
  if (referent.kind === 'ConstantDeclaration') {
    const type = lowerType(scope, naturalType(scope, expression), span);
    return coerce(lowerExpression(scope, referent.initializer), type);
  }
  if (referent.kind === 'Instantiation') {
    const made = findMade(scope, referent);
    if (made?.kind === 'extern') return instanceReference(scope, made, span);
  }
  throw new InternalError(`'${expression.name.name}' is not a value`, span);
}

function lowerMember(scope: Scope, expression: ast.MemberExpression): Expression {
  const { span } = expression;
  const name = expression.member.name;
  const targetType = naturalType(scope, expression.target);
  if (targetType.kind === 'table_result') {
    const call = withoutParentheses(expression.target);
    const resolved = call.kind === 'CallExpression' ? scope.lowering.checked.calls.get(call) : undefined;
    if (resolved?.kind !== 'table_apply' || (name !== 'hit' && name !== 'miss'))
      throw new InternalError('the result of a table is used in another way', span);
    return {
      kind: 'apply_result',
      table: tableName(scope, resolved.declaration),
      result: name,
      type: BOOL,
      span,
    };
  }
  const target = lowerExpression(scope, expression.target);
  if (target.type.kind === 'stack') {
    switch (name) {
      case 'next':
      case 'last':
        return { kind: 'stack_element', which: name, target, type: target.type.element, span };
      case 'lastIndex':
        return { kind: 'last_index', target, type: BIT32, span };
      default:
        return { kind: 'constant', type: BIT32, value: BigInt(target.type.size), span };
    }
  }
  if (target.type.kind === 'array') {
    return { kind: 'constant', type: BIT32, value: BigInt(target.type.size), span };
  }
  if (target.type.kind !== 'struct' && target.type.kind !== 'header' && target.type.kind !== 'header_union')
    throw new InternalError(`'${name}' is a member of something without fields`, span);
  const index = target.type.fields.findIndex((field) => field.name === name);
  const field = target.type.fields[index];
  if (field === undefined) throw new InternalError(`there is no field '${name}'`, span);
  if (target.kind === 'aggregate') {
    const element = target.elements[index];
    if (element !== undefined) return element;
  }
  return { kind: 'field', target, field: name, type: field.type, span };
}

/** The lowered name of a table. */
export function tableName(scope: Scope, declaration: ast.AnyDeclaration): string {
  const name = declaration.kind === 'TableDeclaration' ? scope.tables.get(declaration) : undefined;
  if (name === undefined)
    throw new InternalError('a table is applied outside of its control', declaration.span);
  return name;
}

function lowerIndex(
  scope: Scope,
  expression: ast.Expression & { readonly kind: 'IndexExpression' },
): Expression {
  const { span } = expression;
  const targetType = naturalType(scope, expression.target);
  if (targetType.kind === 'array' && targetType.element.kind === 'extern') {
    const target = lowerExpression(scope, expression.target);
    if (target.kind !== 'instance') throw new InternalError('an array of externs is computed', span);
    const index = lowerNumber(scope, expression.index);
    return { ...target, index, span } satisfies InstanceReference;
  }
  const target = lowerExpression(scope, expression.target);
  const index = lowerNumber(scope, expression.index);
  const { type } = target;
  if (!isAggregateType(type)) throw new InternalError('something without elements is indexed', span);
  const element = elementType(type, index.kind === 'constant' ? Number(index.value) : 0);
  if (element === undefined) throw new InternalError('there is no such element', span);
  return { kind: 'index', target, index, type: element, span };
}

/** An index: a number without a width becomes `bit<32>`. */
function lowerNumber(scope: Scope, expression: ast.Expression): Expression {
  const index = lowerExpression(scope, expression);
  return index.kind === 'constant' && index.type.kind === 'int' ? coerce(index, BIT32) : index;
}

/** Chains such as `a + b + c …` lean to the left: walked down in a loop, not by recursion. */
function lowerBinary(scope: Scope, expression: ast.BinaryExpression): Expression {
  const links = [expression];
  for (
    let left = expression.left;
    left.kind === 'BinaryExpression' && lowerConstantQuietly(scope, left) === undefined;
    left = left.left
  ) {
    links.push(left);
  }
  const innermost = links.at(-1) ?? expression;
  let left = lowerExpression(scope, innermost.left);
  for (let index = links.length - 1; index >= 0; index--) {
    const link = links[index] ?? expression;
    const operation = binaryOf(scope, link, left, lowerExpression(scope, link.right));
    if (index === 0) return operation;
    const target = castType(scope, link);
    left = target === undefined ? operation : coerce(operation, lowerType(scope, target, link.span));
  }
  return left;
}

function lowerConstantQuietly(scope: Scope, expression: ast.Expression): Expression | undefined {
  return lowerConstant(scope, expression, castType(scope, expression));
}

function binaryOf(
  scope: Scope,
  expression: ast.BinaryExpression,
  left: Expression,
  right: Expression,
): Expression {
  const type = lowerType(scope, naturalType(scope, expression), expression.span);
  return operation(expression.operator, left, right, type, expression.span);
}

/** `left operator right`, with an amount of shifting made unsigned and both sides of a comparison of one type. */
export function operation(
  operator: ast.BinaryOperator,
  left: Expression,
  right: Expression,
  type: Type,
  span: Span,
): Expression {
  if (operator === '<<' || operator === '>>') {
    const amount = right.type.kind === 'bits' ? right : shiftAmount(right);
    return { kind: 'binary', operator, left, right: amount, type, span };
  }
  if (operator === '&&' || operator === '||' || operator === '++') {
    return { kind: 'binary', operator, left, right, type, span };
  }
  if (sameType(left.type, right.type)) return { kind: 'binary', operator, left, right, type, span };
  const common = commonType(left, right);
  return {
    kind: 'binary',
    operator,
    left: coerce(left, common),
    right: coerce(right, common),
    type: type.kind === 'bool' ? type : common,
    span,
  };
}

/** A number to shift by in just as many bits as it needs. */
function shiftAmount(amount: Expression): Expression {
  if (amount.kind !== 'constant') return amount;
  const width = Math.max(1, amount.value.toString(2).length);
  return coerce(amount, { kind: 'bits', width, signed: false });
}

function commonType(left: Expression, right: Expression): Type {
  const isLoose = (expression: Expression) =>
    expression.type.kind === 'int' || expression.type.kind === 'tuple' || expression.kind === 'aggregate';
  return isLoose(left) && !isLoose(right) ? right.type : left.type.kind === 'int' ? right.type : left.type;
}

function lowerCallExpression(scope: Scope, expression: ast.CallExpression): Expression {
  const { span } = expression;
  const resolved = scope.lowering.checked.calls.get(expression);
  if (resolved === undefined) throw new InternalError('a call calls nothing', span);
  if (resolved.kind === 'builtin') {
    if (resolved.name === 'isValid') {
      const target = lowerExpression(scope, resolved.target);
      return { kind: 'is_valid', target, type: BOOL, span };
    }
    throw new InternalError(`'${resolved.name}' has no value`, span);
  }
  if (resolved.kind === 'constructor') {
    const made = findMade(scope, expression);
    if (made?.kind === 'extern') return instanceReference(scope, made, span);
    throw new InternalError('an object is made where a value is wanted', span);
  }
  if (resolved.kind === 'table_apply') throw new InternalError('the result of a table is not used', span);
  const call = lowerCall(scope, resolved, expression);
  return { kind: 'call', call, type: call.type, span };
}
