/** What operators compute (specification §8.6 to §8.11). */

import { InternalError } from '../../diagnostics.ts';
import type { BinaryOperator, UnaryOperator } from '../expressions.ts';
import type { Type } from '../types.ts';
import { asNumber, sameValue, type Value } from './values.ts';

/** A number as a value of `type`: cut to its width. */
export function wrap(type: Type, value: bigint): bigint {
  if (type.kind !== 'bits') return value;
  return type.signed ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
}

function saturate(type: Type, value: bigint): bigint {
  if (type.kind !== 'bits') return value;
  if (type.width === 0) return 0n;
  const width = BigInt(type.signed ? type.width - 1 : type.width);
  const least = type.signed ? -(1n << width) : 0n;
  const greatest = (1n << width) - 1n;
  return value < least ? least : value > greatest ? greatest : value;
}

/** `operator operand`, of type `type`. */
export function computeUnary(operator: UnaryOperator, operand: Value, type: Type): Value {
  if (operator === '!') return operand !== true;
  const value = asNumber(operand);
  return wrap(type, operator === '-' ? -value : ~value);
}

/**
 * `left operator right`, of type `type`; not `&&` and `||`. Division by zero, which the specification leaves open,
 * gives 0.
 * @param rightType The type of the right operand, for its width in `++`.
 */
export function computeBinary(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  type: Type,
  rightType: Type,
): Value {
  if (operator === '==') return sameValue(left, right);
  if (operator === '!=') return !sameValue(left, right);
  const a = asNumber(left);
  const b = asNumber(right);
  switch (operator) {
    case '+':
      return wrap(type, a + b);
    case '-':
      return wrap(type, a - b);
    case '*':
      return wrap(type, a * b);
    case '/':
      return b === 0n ? 0n : wrap(type, a / b);
    case '%':
      return b === 0n ? 0n : wrap(type, a % b);
    case '|+|':
      return saturate(type, a + b);
    case '|-|':
      return saturate(type, a - b);
    case '<<':
      return shiftLeft(type, a, b);
    case '>>':
      return b > 100_000n ? (a < 0n ? -1n : 0n) : wrap(type, a >> b);
    case '&':
      return wrap(type, a & b);
    case '|':
      return wrap(type, a | b);
    case '^':
      return wrap(type, a ^ b);
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    case '++': {
      if (rightType.kind !== 'bits') throw new InternalError('only numbers are joined at run time');
      return wrap(type, (a << BigInt(rightType.width)) | BigInt.asUintN(rightType.width, b));
    }
    default:
      throw new InternalError(`'${operator}' is evaluated elsewhere`);
  }
}

function shiftLeft(type: Type, value: bigint, amount: bigint): bigint {
  if (type.kind === 'bits' && amount >= BigInt(type.width)) return 0n;
  if (amount > 100_000n) return 0n;
  return wrap(type, value << amount);
}

/** `(type) value`. */
export function computeCast(value: Value, type: Type): Value {
  if (type.kind === 'bool') return typeof value === 'boolean' ? value : asNumber(value) !== 0n;
  return wrap(type, asNumber(value));
}
