/**
 * Expressions to code. `value` gives a number modulo 2⁶⁴ to the power of its limbs, which is all that sums, products
 * and bitwise operations need; what depends on more (quotients, shifts to the right, comparisons, saturation) asks
 * for so many limbs that nothing is lost, which the ranges tell.
 */

import { andAlso, choose32, type I32, type I64, i32, i64, orElse, select64 } from '../../wasm/index.ts';
import type { BoolExpression, DataExpression, HeaderType } from '../json/index.ts';
import { limbsOf, loadRegister, loadSlot, loadWideBits, signExtend } from './bits.ts';
import { knownBool, knownData } from './facts.ts';
import type { Frame } from './frame.ts';
import { imageBytes, isNetworkParameter } from './layout.ts';
import { sameInNetworkOrder, sliceOf } from './network-order.ts';
import { fixed, Place } from './place.ts';
import { hullOf, limbsOfRange, type Range } from './range.ts';
import {
  type FieldReference,
  fieldOf,
  type HeaderReference,
  headerReference,
  isValid,
  lastElement,
  staticField,
  unionMembers,
} from './references.ts';
import {
  addLimbs,
  anyBit,
  constantLimbs,
  extend,
  type Limbs,
  lessLimbs,
  sameLimbs,
  selectLimbs,
} from './wide.ts';

type Arithmetic = Extract<DataExpression, { kind: 'arithmetic' }>;

/** Loads a field, with its sign if it has one. */
export function loadField(frame: Frame, field: FieldReference): Limbs {
  const { bits, signed } = field.type;
  if (field.kind === 'local') return [field.local];
  const limbs =
    field.kind === 'slot'
      ? loadSlot(field.place, bits)
      : loadWideBits(frame.f, field.place, field.offset, bits);
  if (!signed || bits % 64 === 0) return limbs;
  const top = limbs.length - 1;
  return limbs.map((limb, index) => (index === top ? signExtend(limb, bits - 64 * top) : limb));
}

/** The same number in another count of limbs. One limb may be used once, more are locals. */
function widened(frame: Frame, value: Limbs, limbs: number, range: Range): Limbs {
  if (value.length === limbs) return limbs === 1 ? value : value.map((limb) => frame.f.let64(limb));
  return extend(frame.f, value, limbs, range.low < 0n);
}

/**
 * Computes a number modulo 2 to the power of 64 times its limbs.
 * @returns The lowest limb first. A single limb is a recipe to be used once; several are locals or constants.
 */
export function value(frame: Frame, expression: DataExpression, limbs: number): Limbs {
  const known = knownData(expression, frame.facts);
  if (known !== undefined) return constantLimbs(known, limbs);
  const range = frame.ranges.of(expression);
  const needed = limbsOfRange(range).limbs;
  // Narrow numbers are computed as such and widened at the end.
  const width = Math.min(limbs, needed);
  return widened(frame, compute(frame, expression, width), limbs, range);
}

/** Computes a number so that nothing is lost. */
export function exact(
  frame: Frame,
  expression: DataExpression,
): { readonly limbs: Limbs; readonly signed: boolean } {
  const { limbs, signed } = limbsOfRange(frame.ranges.of(expression));
  return { limbs: value(frame, expression, limbs), signed };
}

/** Computes a number of one limb. */
export function value64(frame: Frame, expression: DataExpression): I64 {
  return value(frame, expression, 1)[0] ?? i64(0n);
}

/** Computes the low 32 bits of a number. */
export function value32(frame: Frame, expression: DataExpression): I32 {
  return expression.kind === 'constant'
    ? i32(Number(BigInt.asIntN(32, expression.value)))
    : value64(frame, expression).to32();
}

/** An index, and whether it is below a size: negative and large ones are not, however wide they are. */
export function index32(
  frame: Frame,
  expression: DataExpression,
  size: number,
): { readonly value: I32; readonly inRange: I32 } {
  const { limbs } = exact(frame, expression);
  const [low = i64(0n), ...high] = limbs.map((limb) => frame.f.let64(limb));
  const below = low.ltU(BigInt(size));
  return {
    value: low.to32(),
    inRange: high.length === 0 ? below : below.and(anyBit(high).eqz()),
  };
}

function compute(frame: Frame, expression: DataExpression, limbs: number): Limbs {
  const { f, machine } = frame;
  switch (expression.kind) {
    case 'constant':
      return constantLimbs(expression.value, limbs);
    case 'field':
      return cut(frame, loadField(frame, staticField(frame, expression.field)), limbs);
    case 'lastField': {
      const header = lastElement(frame, expression.stack, 0);
      return cut(frame, loadField(frame, fieldOf(header, expression.field)), limbs);
    }
    case 'accessField': {
      const header = expression.header;
      const field =
        header.kind === 'header'
          ? staticField(frame, { header: header.header, type: expression.field })
          : fieldOf(headerReference(frame, header), expression.field);
      return cut(frame, loadField(frame, field), limbs);
    }
    case 'validity':
      return [isValid(frame, expression.header).toU64()];
    case 'fromBool':
      return [bool(frame, expression.operand).toU64()];
    case 'local': {
      const { place, bits } = frame.parameter(expression.index);
      const loaded = isNetworkParameter(bits) ? loadWideBits(f, place, 0, bits) : loadSlot(place, bits);
      return cut(frame, loaded, limbs);
    }
    case 'register': {
      const array = machine.registers(expression.array);
      const { value: index, inRange } = index32(frame, expression.index, array.size);
      const known = f.let32(inRange);
      const base = f.let32(choose32(known, index.mul(array.stride), 0));
      const loaded = loadRegister(f, new Place(base, array.base), expression.array.bits);
      return cut(
        frame,
        loaded.map((limb) => select64(known, limb, 0n)),
        limbs,
      );
    }
    case 'lastIndex':
      return [fixed(machine.layout.nextIndex(expression.stack)).load32().toU64().sub(1n)];
    case 'stackSize':
      return [fixed(machine.layout.nextIndex(expression.stack)).load32().toU64()];
    case 'negate':
      return value(frame, expression.operand, limbs).map((limb) => keep(frame, limb.xor(-1n), limbs));
    case 'conditional': {
      const result = Array.from({ length: limbs }, () => f.local64());
      const branch = (chosen: DataExpression) => () => {
        for (const [index, limb] of value(frame, chosen, limbs).entries()) {
          const local = result[index];
          if (local !== undefined) f.set(local, limb);
        }
      };
      f.if(bool(frame, expression.condition), branch(expression.whenTrue), branch(expression.whenFalse));
      return result;
    }
    case 'arithmetic':
      return slice(frame, expression, limbs) ?? arithmetic(frame, expression, limbs);
  }
}

/** The bits of a field that stands as packets have it, which are loaded alone. */
function slice(frame: Frame, expression: Arithmetic, limbs: number): Limbs | undefined {
  const found = sliceOf(expression);
  if (found === undefined) return undefined;
  const field = staticField(frame, found.field);
  if (field.kind !== 'bits') return undefined;
  const before = field.type.bits - found.shift - found.bits;
  return cut(frame, loadWideBits(frame.f, field.place, field.offset + before, found.bits), limbs);
}

/** The low limbs of a number. Several become locals, so that they may be used more than once. */
function cut(frame: Frame, value_: Limbs, limbs: number): Limbs {
  const low = value_.slice(0, limbs);
  return limbs === 1 ? low : low.map((limb) => frame.f.let64(limb));
}

/** Several limbs are locals; a single one stays a recipe. */
function keep(frame: Frame, limb: I64, limbs: number): I64 {
  return limbs === 1 ? limb : frame.f.let64(limb);
}

function arithmetic(frame: Frame, expression: Arithmetic, limbs: number): Limbs {
  const { f, machine } = frame;
  const { left, right, operation } = expression;
  const both = (): readonly [Limbs, Limbs] => [value(frame, left, limbs), value(frame, right, limbs)];
  const each = (combine: (one: I64, two: I64) => I64): Limbs => {
    const [a, b] = both();
    return a.map((limb, index) => keep(frame, combine(limb, b[index] ?? i64(0n)), limbs));
  };
  switch (operation) {
    case '&':
      return each((one, two) => one.and(two));
    case '|':
      return each((one, two) => one.or(two));
    case '^':
      return each((one, two) => one.xor(two));
    case '+':
    case '-': {
      const subtract = operation === '-';
      if (limbs === 1) return each((one, two) => (subtract ? one.sub(two) : one.add(two)));
      return addLimbs(f, ...both(), subtract);
    }
    case '*':
      if (limbs === 1) return each((one, two) => one.mul(two));
      return machine.scratch.multiply(f, ...both());
    case '/':
    case '%':
      return cut(frame, divide(frame, expression), limbs);
    case '<<':
      return shiftLeft(frame, expression, limbs);
    case '>>':
      return cut(frame, shiftRight(frame, expression), limbs);
    case 'two_comp_mod': {
      const width = constantOf(right);
      const needed = limbsOf(width);
      const low = value(frame, left, needed);
      const top = needed - 1;
      const wrapped = low.map((limb, index) => (index === top ? signExtend(limb, width - 64 * top) : limb));
      return cut(frame, wrapped, limbs);
    }
    case 'sat_cast':
    case 'usat_cast':
      return saturate(frame, left, constantOf(right), operation === 'sat_cast', limbs);
  }
}

function constantOf(expression: DataExpression): number {
  if (expression.kind !== 'constant') throw new RangeError('the width of a cast is a constant');
  return Number(expression.value);
}

/** Both operands in as many limbs as the wider one takes. */
function together(frame: Frame, left: DataExpression, right: DataExpression) {
  const { limbs, signed } = limbsOfRange(hullOf(frame.ranges.of(left), frame.ranges.of(right)));
  return { left: value(frame, left, limbs), right: value(frame, right, limbs), limbs, signed };
}

/** Of numbers without sign. Dividing by 0 gives 0: a packet must not stop the switch. */
function divide(frame: Frame, expression: Arithmetic): Limbs {
  const { f, machine } = frame;
  const { left, right, limbs } = together(frame, expression.left, expression.right);
  const wantsRemainder = expression.operation === '%';
  if (limbs > 1) return machine.scratch.divide(f, left, right, wantsRemainder);
  const one = f.let64(left[0] ?? i64(0n));
  const two = f.let64(right[0] ?? i64(0n));
  const result = f.local64();
  f.if(two.ne(0n), () => f.set(result, wantsRemainder ? one.remU(two) : one.divU(two)));
  return [result];
}

/** The amount of a shift, and whether it shifts everything out of so many bits. */
function amountOf(frame: Frame, expression: DataExpression, bits: number) {
  const { limbs } = exact(frame, expression);
  const [low = i64(0n), ...high] = limbs.map((limb) => frame.f.let64(limb));
  const far = low.geU(BigInt(bits));
  return { amount: low, tooFar: high.length === 0 ? far : far.or(anyBit(high)) };
}

function shiftLeft(frame: Frame, expression: Arithmetic, limbs: number): Limbs {
  const { f, machine } = frame;
  if (expression.right.kind === 'constant') {
    const amount = expression.right.value;
    if (amount < 0n || amount >= BigInt(limbs * 64)) return constantLimbs(0n, limbs);
    const from = value(frame, expression.left, limbs);
    return shiftByConstant(frame, from, -Number(amount), i64(0n));
  }
  const from = value(frame, expression.left, limbs).map((limb) => f.let64(limb));
  const { amount, tooFar } = amountOf(frame, expression.right, limbs * 64);
  if (limbs > 1) return machine.scratch.shiftLeft(f, from, amount.to32(), tooFar);
  return [select64(tooFar, 0n, (from[0] ?? i64(0n)).shl(amount))];
}

function shiftRight(frame: Frame, expression: Arithmetic): Limbs {
  const { f, machine } = frame;
  const { limbs: value_, signed } = exact(frame, expression.left);
  const limbs = value_.length;
  const from = value_.map((limb) => f.let64(limb));
  const top = from.at(-1) ?? i64(0n);
  const filler: I64 = signed ? f.let64(top.shrS(63n)) : i64(0n);
  if (expression.right.kind === 'constant') {
    const amount = expression.right.value;
    if (amount < 0n || amount >= BigInt(limbs * 64)) return from.map(() => filler);
    return shiftByConstant(frame, from, Number(amount), filler);
  }
  const { amount, tooFar } = amountOf(frame, expression.right, limbs * 64);
  if (limbs > 1) return machine.scratch.shiftRight(f, from, amount.to32(), tooFar, signed);
  return [select64(tooFar, filler, signed ? top.shrS(amount) : top.shrU(amount))];
}

/** Shifts to the right by so many bits, or to the left by a negative number of them. */
function shiftByConstant(frame: Frame, from: Limbs, amount: number, filler: I64): Limbs {
  const whole = Math.floor(amount / 64);
  const bits = BigInt(amount - whole * 64);
  const kept = from.length === 1 && bits !== 0n ? from.map((limb) => frame.f.let64(limb)) : from;
  const limb = (index: number): I64 => {
    if (index < 0) return i64(0n);
    return kept[index] ?? filler;
  };
  return from.map((_, index) => {
    const low = limb(index + whole);
    if (bits === 0n) return low;
    return keep(frame, low.shrU(bits).or(limb(index + whole + 1).shl(64n - bits)), from.length);
  });
}

function saturate(
  frame: Frame,
  operand: DataExpression,
  width: number,
  signed: boolean,
  limbs: number,
): Limbs {
  const half = 1n << BigInt(width - 1);
  const low = signed ? -half : 0n;
  const high = signed ? half - 1n : 2n * half - 1n;
  const range = frame.ranges.of(operand);
  // All limbs that the operand or the limits take, in one width.
  const joint = limbsOfRange(hullOf(range, { low, high }));
  let result: Limbs = value(frame, operand, joint.limbs).map((limb) => frame.f.let64(limb));
  if (range.high > high) {
    const limit = constantLimbs(high, joint.limbs);
    result = selectLimbs(frame.f, lessLimbs(limit, result, joint.signed), limit, result);
  }
  if (range.low < low) {
    const limit = constantLimbs(low, joint.limbs);
    result = selectLimbs(frame.f, lessLimbs(result, limit, joint.signed), limit, result);
  }
  return extend(frame.f, result, limbs, signed);
}

/** Computes a truth: 0 or 1. */
export function bool(frame: Frame, expression: BoolExpression): I32 {
  const known = knownBool(expression, frame.facts);
  if (known !== undefined) return i32(known ? 1 : 0);
  switch (expression.kind) {
    case 'bool':
      return i32(expression.value ? 1 : 0);
    case 'toBool':
      return expression.operand.kind === 'fromBool'
        ? bool(frame, expression.operand.operand)
        : anyBit(exact(frame, expression.operand).limbs);
    case 'not':
      return bool(frame, expression.operand).eqz();
    case 'logical': {
      const [left, right] = [bool(frame, expression.left), bool(frame, expression.right)];
      return expression.operation === 'and' ? andAlso(left, right) : orElse(left, right);
    }
    case 'sameBool': {
      const [left, right] = [bool(frame, expression.left), bool(frame, expression.right)];
      return expression.negated ? left.ne(right) : left.eq(right);
    }
    case 'boolConditional': {
      const result = frame.f.local32();
      frame.f.if(
        bool(frame, expression.condition),
        () => frame.f.set(result, bool(frame, expression.whenTrue)),
        () => frame.f.set(result, bool(frame, expression.whenFalse)),
      );
      return result;
    }
    case 'valid': {
      const { header } = expression;
      return header.kind === 'header'
        ? isValid(frame, header.header)
        : headerReference(frame, header).valid.load8();
    }
    case 'unionValid': {
      const members = unionMembers(frame, expression.union);
      return members.reduce<I32>((any, member) => any.or(member.valid.load8()), i32(0));
    }
    case 'compare':
      return compare(frame, expression);
    case 'sameHeader': {
      const left = headerReference(frame, expression.left);
      const same = sameHeader(frame, left, headerReference(frame, expression.right));
      return expression.negated ? same.eqz() : same;
    }
    case 'sameUnion': {
      const left = unionMembers(frame, expression.left);
      const right = unionMembers(frame, expression.right);
      const same = left.reduce<I32>((any, member, index) => {
        const other = right[index];
        return other === undefined ? any : any.or(sameHeader(frame, member, other));
      }, i32(0));
      return expression.negated ? same.eqz() : same;
    }
  }
}

function compare(frame: Frame, expression: Extract<BoolExpression, { kind: 'compare' }>): I32 {
  const { operation } = expression;
  if (operation === '==' || operation === '!=') {
    const same = sameInNetworkOrder(frame, expression);
    if (same !== undefined) return operation === '==' ? same : same.eqz();
  }
  const { left, right, limbs, signed } = together(frame, expression.left, expression.right);
  if (limbs === 1) {
    const [one, two] = [left[0] ?? i64(0n), right[0] ?? i64(0n)];
    switch (operation) {
      case '==':
        return one.eq(two);
      case '!=':
        return one.ne(two);
      case '<':
        return signed ? one.ltS(two) : one.ltU(two);
      case '<=':
        return signed ? one.leS(two) : one.leU(two);
      case '>':
        return signed ? one.gtS(two) : one.gtU(two);
      case '>=':
        return signed ? one.geS(two) : one.geU(two);
    }
  }
  switch (operation) {
    case '==':
      return sameLimbs(left, right);
    case '!=':
      return sameLimbs(left, right).eqz();
    case '<':
      return lessLimbs(left, right, signed);
    case '>':
      return lessLimbs(right, left, signed);
    case '<=':
      return lessLimbs(right, left, signed).eqz();
    case '>=':
      return lessLimbs(left, right, signed).eqz();
  }
}

/** Headers are the same when both are valid and all their fields are the same; BMv2 says so of one type only. */
function sameHeader(frame: Frame, left: HeaderReference, right: HeaderReference): I32 {
  if (left.type !== right.type) return i32(0);
  const { f } = frame;
  const same = f.let32(left.valid.load8().and(right.valid.load8()));
  f.if(same, () => {
    const fixedBytes = left.type.fixedBits / 8;
    for (let offset = 0; offset < fixedBytes; offset += 8) {
      const bits = Math.min(64, (fixedBytes - offset) * 8);
      const load = (header: HeaderReference) => loadWideBits(f, header.image, offset * 8, bits)[0] ?? i64(0n);
      f.set(same, same.and(load(left).eq(load(right))));
    }
    if (left.type.variableField !== undefined) {
      f.set(same, same.and(left.length.load32().eq(right.length.load32())));
      f.if(same, () => compareVariable(frame, left, right, same));
    }
  });
  return same;
}

function compareVariable(
  frame: Frame,
  left: HeaderReference,
  right: HeaderReference,
  same: ReturnType<Frame['f']['let32']>,
): void {
  const { f } = frame;
  const start = fixedImageBytes(left.type);
  const index = f.local32();
  f.for(index, 0, left.length.load32(), () => {
    const at = (header: HeaderReference) => header.image.at(start).address().add(index).load8();
    f.set(same, same.and(at(left).eq(at(right))));
  });
}

/** Where the variable field starts in an image. */
export function fixedImageBytes(type: HeaderType): number {
  return imageBytes({ ...type, variableField: undefined });
}
