/**
 * How large the value of an expression may be. BMv2's arithmetic has no limits; these intervals say how many bits
 * give the same result. Beyond `LIMIT` bits, which no program of sense reaches, values wrap.
 */

import type { ActionParameter, DataExpression, FieldType } from '../json/index.ts';

/** Bits that exact values have at most. */
export const LIMIT = 8192;

/** All values from `low` to `high`. */
export type Range = { readonly low: bigint; readonly high: bigint };

const LARGEST = 1n << BigInt(LIMIT - 1);

function clamp(low: bigint, high: bigint): Range {
  return { low: low < -LARGEST ? -LARGEST : low, high: high >= LARGEST ? LARGEST - 1n : high };
}

function unsigned(bits: number): Range {
  return { low: 0n, high: (1n << BigInt(bits)) - 1n };
}

function signed(bits: number): Range {
  if (bits === 0) return { low: 0n, high: 0n };
  const half = 1n << BigInt(bits - 1);
  return { low: -half, high: half - 1n };
}

/** What a field may hold. */
export function rangeOfField(field: FieldType): Range {
  return field.signed ? signed(field.bits) : unsigned(field.bits);
}

/** The smaller of two numbers. */
export function least(one: bigint, two: bigint): bigint {
  if (one < two) return one;
  return two;
}

/** The larger of two numbers. */
export function most(one: bigint, two: bigint): bigint {
  if (one > two) return one;
  return two;
}

/** The smallest range that has all of both. */
export function hullOf(one: Range, two: Range): Range {
  return { low: least(one.low, two.low), high: most(one.high, two.high) };
}

function hull(values: readonly bigint[]): Range {
  let [low = 0n] = values;
  let high = low;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return clamp(low, high);
}

/** Bits of a number without sign. */
function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** Bits of the smallest two's complement number that holds all values. */
function signedBits(range: Range): number {
  return Math.max(bitLength(range.low < 0n ? -range.low - 1n : range.low), bitLength(range.high)) + 1;
}

/** Works ranges out, each once; valid for expressions of one action, or outside of actions. */
export class Ranges {
  readonly #known = new Map<DataExpression, Range>();
  readonly #parameters: readonly ActionParameter[];

  /** @param parameters What `local` expressions stand for. */
  constructor(parameters: readonly ActionParameter[]) {
    this.#parameters = parameters;
  }

  /** The range of an expression. */
  of(expression: DataExpression): Range {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    const range = this.#compute(expression);
    this.#known.set(expression, range);
    return range;
  }

  #compute(expression: DataExpression): Range {
    switch (expression.kind) {
      case 'constant':
        return { low: expression.value, high: expression.value };
      case 'field':
        return rangeOfField(expression.field.type);
      case 'lastField':
      case 'accessField':
        return rangeOfField(expression.field);
      case 'validity':
      case 'fromBool':
        return { low: 0n, high: 1n };
      case 'local':
        return unsigned(this.#parameters[expression.index]?.bits ?? 0);
      case 'register':
        return unsigned(expression.array.bits);
      case 'lastIndex':
        // One less than none, as BMv2 computes it, is the largest 64-bit number.
        return unsigned(64);
      case 'stackSize':
        return { low: 0n, high: BigInt(expression.stack.headers.length) };
      case 'negate': {
        const { low, high } = this.of(expression.operand);
        return { low: -high - 1n, high: -low - 1n };
      }
      case 'conditional':
        return hullOf(this.of(expression.whenTrue), this.of(expression.whenFalse));
      case 'arithmetic':
        return this.#arithmetic(expression);
    }
  }

  #arithmetic(expression: Extract<DataExpression, { kind: 'arithmetic' }>): Range {
    const left = this.of(expression.left);
    const right = this.of(expression.right);
    switch (expression.operation) {
      case '+':
        return clamp(left.low + right.low, left.high + right.high);
      case '-':
        return clamp(left.low - right.high, left.high - right.low);
      case '*':
        return hull([
          left.low * right.low,
          left.low * right.high,
          left.high * right.low,
          left.high * right.high,
        ]);
      case '/':
        return left.low >= 0n ? { low: 0n, high: left.high } : hull([left.low, left.high, -left.low, 0n]);
      case '%':
        return left.low >= 0n && right.low >= 0n
          ? { low: 0n, high: least(left.high, right.high) }
          : hull([left.low, left.high, 0n]);
      case '<<': {
        const far = shiftWithin(right.high);
        return hull([left.low, left.high, left.low << far, left.high << far]);
      }
      case '>>': {
        const [near, far] = [shiftWithin(right.low), shiftWithin(right.high)];
        return hull([left.low >> near, left.low >> far, left.high >> near, left.high >> far]);
      }
      case '&':
        // A number that is not negative bounds the result, whatever the other is.
        if (left.low >= 0n && right.low >= 0n) {
          return { low: 0n, high: least(left.high, right.high) };
        }
        if (left.low >= 0n) return { low: 0n, high: left.high };
        if (right.low >= 0n) return { low: 0n, high: right.high };
        return signed(Math.max(signedBits(left), signedBits(right)));
      case '|':
      case '^':
        if (left.low >= 0n && right.low >= 0n) {
          return unsigned(Math.max(bitLength(left.high), bitLength(right.high)));
        }
        return signed(Math.max(signedBits(left), signedBits(right)));
      case 'two_comp_mod':
        return signed(castWidth(right));
      case 'sat_cast':
        return signed(castWidth(right));
      case 'usat_cast':
        return unsigned(castWidth(right));
    }
  }
}

/** A shift that matters: none for negative amounts, and none beyond the limit. */
function shiftWithin(amount: bigint): bigint {
  return most(0n, least(amount, BigInt(LIMIT)));
}

/** The width that a cast is to: a constant, as was checked when the program was read. */
function castWidth(range: Range): number {
  return Number(shiftWithin(range.high));
}

/** How many limbs of 64 bits hold all values of a range, and whether the top bit is a sign there. */
export function limbsOfRange(range: Range): { readonly limbs: number; readonly signed: boolean } {
  if (range.low >= 0n) return { limbs: Math.max(1, Math.ceil(bitLength(range.high) / 64)), signed: false };
  return { limbs: Math.ceil(signedBits(range) / 64), signed: true };
}
