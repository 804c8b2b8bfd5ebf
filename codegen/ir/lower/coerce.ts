/** Casts: a value as one of another type, as an implicit or explicit cast makes it (specification §8.11). */

import { InternalError } from '../../diagnostics.ts';
import type { Aggregate, Expression } from '../expressions.ts';
import { BIT32, sameType, type Type } from '../types.ts';
import { elementType, isAggregateType, padded } from './values.ts';

/** A value as one of another type, as an implicit or explicit cast makes it (specification §8.11). */
export function coerce(expression: Expression, type: Type): Expression {
  const from = expression.type;
  if (sameType(from, type) || type.kind === 'void') return expression;
  if (expression.kind === 'constant' && (type.kind === 'bits' || type.kind === 'int')) {
    const value =
      type.kind === 'int'
        ? expression.value
        : type.signed
          ? BigInt.asIntN(type.width, expression.value)
          : BigInt.asUintN(type.width, expression.value);
    return { ...expression, type, value };
  }
  if (isAggregateType(type) && isAggregateType(from)) {
    if (expression.kind === 'aggregate') {
      const elements = expression.elements.map((element, index) => {
        const wanted = elementType(type, index);
        return wanted === undefined ? element : coerce(element, wanted);
      });
      return { ...expression, type, elements: padded(type, elements, expression.span) };
    }
    if (expression.kind === 'conditional') {
      const whenTrue = coerce(expression.whenTrue, type);
      return { ...expression, whenTrue, whenFalse: coerce(expression.whenFalse, type), type };
    }
    return spread(expression, from, type);
  }
  if (isNumeric(type) && isNumeric(from)) {
    return { kind: 'cast', type, operand: expression, span: expression.span };
  }
  throw new InternalError('a value cannot be cast to the type of its context', expression.span);
}

/** A whole tuple or struct as a struct: element by element. */
function spread(expression: Expression, from: Aggregate['type'], type: Aggregate['type']): Expression {
  const count = type.kind === 'struct' || type.kind === 'header' ? type.fields.length : 0;
  const elements: Expression[] = [];
  for (let index = 0; index < count; index++) {
    const element = elementType(from, index);
    const wanted = elementType(type, index);
    if (element === undefined || wanted === undefined)
      throw new InternalError('a tuple has too few elements', expression.span);
    const part: Expression =
      from.kind === 'struct'
        ? {
            kind: 'field',
            target: expression,
            field: from.fields[index]?.name ?? '',
            type: element,
            span: expression.span,
          }
        : {
            kind: 'index',
            target: expression,
            index: { kind: 'constant', type: BIT32, value: BigInt(index), span: expression.span },
            type: element,
            span: expression.span,
          };
    elements.push(coerce(part, wanted));
  }
  return { kind: 'aggregate', type, elements, span: expression.span };
}

/** `int` is the type of directionless parameters whose values are known once calls are inlined. */
function isNumeric(type: Type): boolean {
  return type.kind === 'bits' || type.kind === 'bool' || type.kind === 'int';
}
