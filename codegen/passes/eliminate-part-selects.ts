/**
 * Replaces slices at a computed place by shifts.
 *
 *     y = x[i +: 4];        y = (bit<4>)(x >> i);
 *     x[i +: 4] = y;        x = (x & ~(15 << i)) | ((bit<W>)y << i);
 */

import type {
  BinaryOperator,
  BitsType,
  Expression,
  LValue,
  Program,
  Statement,
  Variable,
} from '../ir/index.ts';
import { bits, isLValue, rewriteProgram, rewriteStatements } from '../ir/index.ts';
import { assign, changeBodies, isWritten, number, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

type PartSelect = Expression & { readonly kind: 'part_select' };

function operation(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right, type: left.type, span: left.span };
}

function cast(operand: Expression, type: BitsType): Expression {
  return { kind: 'cast', type, operand, span: operand.span };
}

function unsignedOf(type: Expression['type']): BitsType {
  return bits(type.kind === 'bits' ? type.width : 0);
}

function readPart(part: PartSelect): Expression {
  const whole = unsignedOf(part.target.type);
  const target =
    part.target.type.kind === 'bits' && part.target.type.signed ? cast(part.target, whole) : part.target;
  return cast(operation('>>', target, part.low), part.type);
}

/** The whole with a part replaced. */
function writePart(part: PartSelect, value: Expression): Expression {
  const whole = unsignedOf(part.target.type);
  const { type, span } = part.target;
  const isSigned = type.kind === 'bits' && type.signed;
  const target = isSigned ? cast(part.target, whole) : part.target;
  const ones = number(BigInt.asUintN(whole.width, (1n << BigInt(part.type.width)) - 1n), whole, span);
  const mask = operation('<<', ones, part.low);
  const kept = operation('&', target, { kind: 'unary', operator: '~', operand: mask, type: whole, span });
  const joined = operation('|', kept, operation('<<', cast(value, whole), part.low));
  return isSigned && type.kind === 'bits' ? cast(joined, type) : joined;
}

/** Goes through `target`'s slices to the computed one. */
function store(target: LValue, value: Expression, span: Statement['span']): readonly Statement[] {
  if (target.kind !== 'part_select' || !isLValue(target.target)) return [assign(target, value, span)];
  return store(target.target, writePart(target, value), span);
}

function run(program: Program, context: PassContext): Program {
  const written = changeBodies(program, (statements, declare) =>
    rewriteStatements(statements, {
      statement: (statement) => {
        if (statement.kind === 'assign') return store(statement.target, statement.value, statement.span);
        if (statement.kind !== 'call') return [statement];
        return throughVariables(statement, (type, span) => declare(context.temporary('part', type, span)));
      },
    }),
  );
  return rewriteProgram(written, {
    expression: (expression, isTarget) =>
      expression.kind === 'part_select' && !isTarget ? readPart(expression) : expression,
  });
}

/** Calls that write to such a slice write to a variable instead, which is stored afterwards. */
function throughVariables(
  statement: Statement & { readonly kind: 'call' },
  make: (type: Expression['type'], span: Statement['span']) => Variable,
): readonly Statement[] {
  const before: Statement[] = [];
  const after: Statement[] = [];
  const args = statement.call.arguments.map((argument) => {
    const { value, span } = argument;
    if (!isWritten(argument) || value?.kind !== 'part_select') return argument;
    const variable = read(make(value.type, span), span);
    if (argument.direction === 'inout') before.push(assign(variable, value, span));
    after.push(...store(value, variable, span));
    return { ...argument, value: variable };
  });
  let { result } = statement;
  if (result?.kind === 'part_select') {
    const variable = read(make(result.type, result.span), result.span);
    after.push(...store(result, variable, result.span));
    result = variable;
  }
  return [...before, { ...statement, call: { ...statement.call, arguments: args }, result }, ...after];
}

export const eliminatePartSelects: Pass = {
  name: 'eliminate-part-selects',
  summary: 'slices at computed places become shifts',
  run,
};
