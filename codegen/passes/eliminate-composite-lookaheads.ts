/**
 * Looks ahead only at numbers.
 *
 *     h = packet.lookahead<H>();        bits = packet.lookahead<bit<24>>();
 *                                       h = { bits[23:8], bits[7:0] };
 */

import type { Argument, Expression, Program, Statement, Type, Variable } from '../ir/index.ts';
import { bits, defaultExpression, rewriteStatements } from '../ir/index.ts';
import { assign, changeBodies, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

/** How many bits a type of fixed size has. */
function widthOf(type: Type): number {
  switch (type.kind) {
    case 'bits':
      return type.width;
    case 'bool':
      return 1;
    case 'struct':
    case 'header':
      return type.fields.reduce((sum, field) => sum + widthOf(field.type), 0);
    case 'tuple':
      return type.elements.reduce((sum, element) => sum + widthOf(element), 0);
    case 'array':
    case 'stack':
      return type.size * widthOf(type.element);
    default:
      return 0;
  }
}

/** A value of `type` from the bits of `whole` below `end`. */
function decode(whole: Expression, type: Type, end: { bit: number }): Expression {
  const { span } = whole;
  switch (type.kind) {
    case 'bits':
    case 'bool': {
      const width = widthOf(type);
      if (width === 0) return defaultExpression(type, span);
      const high = end.bit - 1;
      end.bit -= width;
      const part: Expression = { kind: 'slice', target: whole, high, low: end.bit, type: bits(width), span };
      if (type.kind === 'bits' && !type.signed) return part;
      return { kind: 'cast', type, operand: part, span };
    }
    case 'struct':
    case 'header':
      return {
        kind: 'aggregate',
        type,
        elements: type.fields.map((field) => decode(whole, field.type, end)),
        span,
      };
    case 'tuple':
      return {
        kind: 'aggregate',
        type,
        elements: type.elements.map((element) => decode(whole, element, end)),
        span,
      };
    case 'array':
    case 'stack':
      return {
        kind: 'aggregate',
        type,
        elements: Array.from({ length: type.size }, () => decode(whole, type.element, end)),
        span,
      };
    default:
      return defaultExpression(type, span);
  }
}

function expand(
  statement: Statement & { readonly kind: 'call' },
  make: (type: Type, span: Statement['span']) => Variable,
): readonly Statement[] {
  const { call, result, span } = statement;
  const { callee } = call;
  if (callee.kind !== 'method' || callee.extern !== 'packet_in' || callee.name !== 'lookahead')
    return [statement];
  if (result === undefined || (call.type.kind === 'bits' && !call.type.signed)) return [statement];
  const width = widthOf(call.type);
  const type = bits(width);
  const variable = make(type, span);
  const given: readonly Argument[] = call.arguments;
  const looked = { ...call, callee: { ...callee, typeArguments: [type] }, arguments: given, type };
  const whole = read(variable, span);
  return [
    { kind: 'call', call: looked, result: whole, span },
    assign(result, decode(whole, call.type, { bit: width }), span),
  ];
}

function run(program: Program, context: PassContext): Program {
  return changeBodies(program, (statements, declare) =>
    rewriteStatements(statements, {
      statement: (statement) =>
        statement.kind === 'call'
          ? expand(statement, (type, span) => declare(context.temporary('lookahead', type, span)))
          : [statement],
    }),
  );
}

export const eliminateCompositeLookaheads: Pass = {
  name: 'eliminate-composite-lookaheads',
  summary: 'only unsigned numbers are looked ahead at',
  run,
};
