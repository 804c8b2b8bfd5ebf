/** Computing what is known: one operation on constants becomes a constant (specification §8). */

import { computeBinary, computeCast, computeUnary } from '../ir/evaluate-ir/arithmetic.ts';
import type { Value } from '../ir/evaluate-ir/values.ts';
import type { Expression } from '../ir/index.ts';
import { not } from './build.ts';

function knownValue(expression: Expression): bigint | boolean | string | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.type.kind === 'varbit' ? undefined : expression.value;
    case 'boolean':
      return expression.value;
    case 'member':
      return expression.member;
    default:
      return undefined;
  }
}

function constantOf(expression: Expression, value: Value): Expression {
  const { type, span } = expression;
  if (typeof value === 'bigint' && (type.kind === 'bits' || type.kind === 'int'))
    return { kind: 'constant', type, value, span };
  if (typeof value === 'boolean' && type.kind === 'bool') return { kind: 'boolean', type, value, span };
  return expression;
}

/** An expression whose parts are folded already. */
export function fold(expression: Expression): Expression {
  switch (expression.kind) {
    case 'unary': {
      const operand = knownValue(expression.operand);
      if (operand !== undefined)
        return constantOf(expression, computeUnary(expression.operator, operand, expression.type));
      return expression.operator === '!' ? not(expression.operand) : expression;
    }
    case 'binary':
      return foldBinary(expression);
    case 'conditional':
      if (expression.condition.kind !== 'boolean') return expression;
      return expression.condition.value ? expression.whenTrue : expression.whenFalse;
    case 'cast': {
      const operand = knownValue(expression.operand);
      return operand === undefined
        ? expression
        : constantOf(expression, computeCast(operand, expression.type));
    }
    case 'slice': {
      const target = knownValue(expression.target);
      if (typeof target !== 'bigint') return expression;
      const { high, low } = expression;
      return constantOf(expression, BigInt.asUintN(high - low + 1, target >> BigInt(low)));
    }
    default:
      return expression;
  }
}

function foldBinary(expression: Expression & { readonly kind: 'binary' }): Expression {
  const { operator, left, right } = expression;
  if (operator === '&&' || operator === '||') {
    const decides = operator === '||';
    if (left.kind === 'boolean') return left.value === decides ? left : right;
    // Without effects on the left nothing is lost.
    if (right.kind === 'boolean' && right.value !== decides) return left;
    return expression;
  }
  const a = knownValue(left);
  const b = knownValue(right);
  if (a === undefined || b === undefined) return expression;
  return constantOf(expression, computeBinary(operator, a, b, expression.type, right.type));
}
