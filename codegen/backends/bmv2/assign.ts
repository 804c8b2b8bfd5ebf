/** Assignments and changes of headers as primitives. */

import { InternalError } from '../../diagnostics.ts';
import type { Expression, LValue } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import type { Conversion, Emitter } from './conversion.ts';
import { componentsOf, cut, isSame, storedValue, value } from './expressions.ts';
import { asParameter, both, constant, field, masked, type Operand, operation } from './json.ts';
import { isScalar } from './layout.ts';
import { guardOf, headerOperand, locate, locateField, stackOperand } from './locate.ts';

/** `target = value`. */
export function assign(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  if (isSame(target, source)) return;
  const { type } = target;
  switch (type.kind) {
    case 'varbit':
      assignVarbit(emitter, target, source, span);
      return;
    case 'header':
      assignHeader(emitter, target, source, span);
      return;
    case 'header_union':
      assignUnion(emitter, target, source, span);
      return;
    case 'stack':
      assignStack(emitter, target, source, span);
      return;
    case 'struct':
    case 'tuple':
    case 'array':
      assignParts(emitter, target, source, span);
      return;
    default:
      assignScalar(emitter, target, source, span);
      return;
  }
}

function assignScalar(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  const { scope } = emitter;
  const write = target.kind === 'slice' ? unsigned(value(scope, source), source) : storedValue(scope, source);
  store(emitter, target, write, span);
}

/** The number as the bits that it is kept in. */
function unsigned(number: Operand, { type }: Expression): Operand {
  return type.kind === 'bits' && type.signed ? masked(number, type.width) : number;
}

/**
 * Writes a number to an l-value. `base[high:low] = number` is `base = base & ~mask | number << low`, for which the
 * number has to be within its width and not negative.
 */
function store(emitter: Emitter, target: Expression, number: Operand, span: Span): void {
  const { scope } = emitter;
  if (target.kind !== 'slice') {
    const { operand, guard } = locateField(scope, target, value);
    emitter.when(guard, () => emitter.call('assign', [asParameter(operand), asParameter(number)], span));
    return;
  }
  let { high, low } = target;
  let base: Expression = target.target;
  while (base.kind === 'slice') {
    high += base.low;
    low += base.low;
    base = base.target;
  }
  if (base.type.kind !== 'bits') throw new InternalError('a slice is of a number', span);
  const { operand, guard } = locateField(scope, base, value);
  const { width } = base.type;
  const kept = ((1n << BigInt(width)) - 1n) ^ (((1n << BigInt(high - low + 1)) - 1n) << BigInt(low));
  const shifted = low === 0 ? number : operation('<<', number, constant(BigInt(low), 8));
  const rest = operation('&', operand, constant(kept, width));
  const joined = cut(
    kept === 0n ? shifted : operation('|', rest, shifted),
    base.type,
    base.type.kind === 'bits' && base.type.signed,
  );
  emitter.when(guard, () => emitter.call('assign', [asParameter(operand), asParameter(joined)], span));
}

function assignVarbit(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  const to = locateField(emitter.scope, target, value);
  if (source.kind === 'constant') {
    // The empty value: a field that nothing ever writes.
    if (target.type.kind !== 'varbit') return;
    const empty = emitter.scope.layout.empty(target.type);
    emitter.when(to.guard, () => emitter.call('assign_VL', [asParameter(to.operand), empty], span));
    return;
  }
  const from = locateField(emitter.scope, source, value);
  emitter.when(both(to.guard, from.guard), () =>
    emitter.call('assign_VL', [asParameter(to.operand), asParameter(from.operand)], span),
  );
}

function headerAt(emitter: Emitter, expression: Expression): { operand: Operand; guard: Operand } {
  const located = locate(emitter.scope, expression, value);
  const operand = headerOperand(located);
  if (operand === undefined) throw new InternalError('this is no header', expression.span);
  return { operand: asParameter(operand), guard: guardOf(located) };
}

function assignHeader(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  if (source.kind === 'invalid') {
    setValidity(emitter, target, false, span);
    return;
  }
  const to = headerAt(emitter, target);
  if (source.kind === 'aggregate') {
    emitter.when(to.guard, () => emitter.call('add_header', [to.operand], span));
    assignParts(emitter, target, source, span);
    return;
  }
  if (source.kind === 'conditional') throw new InternalError('a choice of headers is left', span);
  const from = headerAt(emitter, source);
  emitter.when(both(to.guard, from.guard), () =>
    emitter.call('assign_header', [to.operand, from.operand], span),
  );
}

function assignUnion(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  if (source.kind === 'invalid') {
    setValidity(emitter, target, false, span);
    return;
  }
  const to = locate(emitter.scope, target, value);
  const from = locate(emitter.scope, source, value);
  if (to.kind === 'union' && from.kind === 'union') {
    const operands = [to, from].map(({ name }) => ({ type: 'header_union', value: name }));
    emitter.call('assign_union', operands, span);
    return;
  }
  // A valid member makes the others invalid, so all go before the one that comes.
  setValidity(emitter, target, false, span);
  assignParts(emitter, target, source, span);
  return;
}

function assignStack(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  const to = locate(emitter.scope, target, value);
  if (to.kind !== 'stack') throw new InternalError('a stack is a whole', span);
  if (source.kind === 'aggregate') {
    assignParts(emitter, target, source, span);
    return;
  }
  const from = locate(emitter.scope, source, value);
  if (from.kind !== 'stack') throw new InternalError('a stack is a whole', span);
  const op = to.type.element.kind === 'header' ? 'assign_header_stack' : 'assign_union_stack';
  emitter.call(op, [stackOperand(to), stackOperand(from)], span);
}

function assignParts(emitter: Emitter, target: LValue, source: Expression, span: Span): void {
  const targets = componentsOf(target);
  for (const [index, part] of componentsOf(source).entries()) {
    const to = targets[index];
    if (to?.kind === 'field' || to?.kind === 'index') assign(emitter, to, part, span);
  }
}

/** `setValid` and `setInvalid` of a header; `setInvalid` of all members of a union. */
export function setValidity(emitter: Emitter, target: LValue, valid: boolean, span: Span): void {
  if (target.type.kind === 'header_union') {
    for (const member of componentsOf(target))
      if (member.kind === 'field') setValidity(emitter, member, valid, span);
    return;
  }
  const { operand, guard } = headerAt(emitter, target);
  emitter.when(guard, () => emitter.call(valid ? 'add_header' : 'remove_header', [operand], span));
}

/** `push_front` and `pop_front`. */
export function shiftStack(
  emitter: Emitter,
  target: LValue,
  direction: 'push' | 'pop',
  count: number,
  span: Span,
): void {
  const stack = locate(emitter.scope, target, value);
  if (stack.kind !== 'stack') throw new InternalError('only a stack is shifted', span);
  const steps = Math.min(count, stack.type.size);
  emitter.call(direction, [stackOperand(stack), constant(BigInt(steps), 32)], span);
}

/**
 * Runs `body` with the field that an output goes to. The switch writes outputs only to fields that are known, and
 * without a sign, so for any other l-value it is a field of our own, copied behind.
 */
export function withOutput(
  conversion: Conversion,
  emitter: Emitter,
  target: Expression | undefined,
  span: Span,
  body: (output: Operand) => void,
): void {
  if (target === undefined) return;
  const { type } = target;
  if (!isScalar(type)) throw new InternalError('an output is no number', span);
  const isSigned = type.kind === 'bits' && type.signed;
  if (target.kind !== 'slice' && !isSigned) {
    const { fixed } = locateField(emitter.scope, target, value);
    if (fixed !== undefined) {
      body(field(fixed[0], fixed[1]));
      return;
    }
  }
  const place = conversion.layout.scratch('output', isSigned ? { ...type, signed: false } : type);
  const output = field(place.header, place.field);
  body(output);
  store(emitter, target, cut(output, type, isSigned), span);
}

/** An input as a field that is known: itself, or one of our own that it is copied to first. */
export function asField(conversion: Conversion, emitter: Emitter, source: Expression, base: string): Operand {
  if (source.kind === 'variable' || source.kind === 'field' || source.kind === 'index') {
    const { fixed } = locateField(emitter.scope, source, value);
    if (fixed !== undefined) return field(fixed[0], fixed[1]);
  }
  const { type } = source;
  if (!isScalar(type)) throw new InternalError('an input is no number', source.span);
  const place = conversion.layout.scratch(base, type);
  const operand = field(place.header, place.field);
  emitter.call('assign', [operand, asParameter(storedValue(emitter.scope, source))], source.span);
  return operand;
}
