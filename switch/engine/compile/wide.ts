/**
 * Arithmetic on numbers of several limbs, modulo 2 to the power of their width, in two's complement. A limb is 64 bits;
 * the lowest comes first. What takes a loop is done by functions on memory, the rest in locals.
 */

import {
  andAlso,
  choose64,
  type FunctionBuilder,
  type I32,
  type I64,
  i64,
  type ModuleBuilder,
  orElse,
  select64,
} from '../../wasm/index.ts';
import { fixed } from './place.ts';

const MULTIPLY = 'wide.multiply';
const DIVIDE = 'wide.divide';
const SHIFT_LEFT = 'wide.shiftLeft';
const SHIFT_RIGHT = 'wide.shiftRight';

/** Limbs of the largest number; a few more than the limit of ranges. */
const MAXIMUM_LIMBS = 130;

/** Memory that wide arithmetic works in: five numbers of the largest size. */
export const SCRATCH_BYTES = 5 * MAXIMUM_LIMBS * 8;

/** Adds the functions that wide arithmetic calls. They take addresses of numbers and how many limbs these have. */
export function addWideFunctions(m: ModuleBuilder): void {
  // Schoolbook multiplication with 32-bit digits, so that products fit into 64 bits.
  m.function(
    MULTIPLY,
    { to: 'i32', a: 'i32', b: 'i32', limbs: 'i32' },
    undefined,
    (f, { to, a, b, limbs }) => {
      const digits = f.let32(limbs.shl(1));
      f.fill(to, 0, limbs.shl(3));
      const i = f.local32();
      const j = f.local32();
      const carry = f.local64();
      const sum = f.local64();
      const at = f.local32();
      f.for(i, 0, digits, () => {
        f.set(carry, 0n);
        f.for(j, 0, digits.sub(i), () => {
          f.set(at, to.add(i.add(j).shl(2)));
          f.set(
            sum,
            a
              .add(i.shl(2))
              .load32To64()
              .mul(b.add(j.shl(2)).load32To64())
              .add(at.load32To64())
              .add(carry),
          );
          f.store32(at, sum.to32());
          f.set(carry, sum.shrU(32n));
        });
      });
    },
  );
  // Long division, a bit at a time. The quotient replaces the dividend; the remainder goes to its own place.
  m.function(
    DIVIDE,
    { dividend: 'i32', divisor: 'i32', remainder: 'i32', limbs: 'i32' },
    undefined,
    (f, { dividend, divisor, remainder, limbs }) => {
      f.fill(remainder, 0, limbs.shl(3));
      const bit = f.local32();
      const limb = f.local32();
      const carry = f.local64();
      const next = f.local64();
      const value = f.local64();
      const larger = f.local32();
      const shiftIn = (number: typeof dividend) => {
        f.for(limb, 0, limbs, () => {
          const at = f.let32(number.add(limb.shl(3)));
          f.set(value, at.load64());
          f.set(next, value.shrU(63n));
          f.store64(at, value.shl(1n).or(carry));
          f.set(carry, next);
        });
      };
      f.for(bit, 0, limbs.shl(6), () => {
        f.set(carry, 0n);
        shiftIn(dividend);
        shiftIn(remainder);
        // Is the remainder at least the divisor? The highest limb that differs decides.
        f.set(larger, 1);
        f.set(limb, limbs);
        f.while(limb.ne(0), (_, done) => {
          f.set(limb, limb.sub(1));
          f.set(value, remainder.add(limb.shl(3)).load64());
          f.set(next, divisor.add(limb.shl(3)).load64());
          f.if(value.ne(next), () => {
            f.set(larger, value.gtU(next));
            f.branch(done);
          });
        });
        f.if(larger, () => {
          f.set(carry, 0n);
          f.for(limb, 0, limbs, () => {
            const at = f.let32(remainder.add(limb.shl(3)));
            const subtrahend = f.let64(divisor.add(limb.shl(3)).load64());
            f.set(value, at.load64());
            f.set(next, value.sub(subtrahend));
            f.store64(at, next.sub(carry));
            f.set(carry, value.ltU(subtrahend).or(next.ltU(carry)).toU64());
          });
          f.store64(dividend, dividend.load64().or(1n));
        });
      });
    },
  );
  // The amount is less than all bits of the number.
  m.function(
    SHIFT_LEFT,
    { to: 'i32', from: 'i32', amount: 'i32', limbs: 'i32' },
    undefined,
    (f, { to, from, amount, limbs }) => {
      const whole = f.let32(amount.shrU(6));
      const bits = f.let64(amount.and(63).toU64());
      const limb = f.local32();
      const high = f.local64();
      const low = f.local64();
      f.for(limb, 0, limbs, () => {
        f.set(high, 0n);
        f.set(low, 0n);
        f.if(limb.geU(whole), () => f.set(high, from.add(limb.sub(whole).shl(3)).load64()));
        f.if(limb.gtU(whole), () => f.set(low, from.add(limb.sub(whole).sub(1).shl(3)).load64()));
        f.store64(
          to.add(limb.shl(3)),
          high.shl(bits).or(select64(bits.eqz(), 0n, low.shrU(i64(64n).sub(bits)))),
        );
      });
    },
  );
  // What comes in at the top is given: 0, or all ones for a negative number.
  m.function(
    SHIFT_RIGHT,
    { to: 'i32', from: 'i32', amount: 'i32', limbs: 'i32', fill: 'i64' },
    undefined,
    (f, { to, from, amount, limbs, fill }) => {
      const whole = f.let32(amount.shrU(6));
      const bits = f.let64(amount.and(63).toU64());
      const limb = f.local32();
      const source = f.local32();
      const high = f.local64();
      const low = f.local64();
      f.for(limb, 0, limbs, () => {
        f.set(source, limb.add(whole));
        f.set(low, fill);
        f.set(high, fill);
        f.if(source.ltU(limbs), () => f.set(low, from.add(source.shl(3)).load64()));
        f.if(source.add(1).ltU(limbs), () => f.set(high, from.add(source.shl(3)).load64(8)));
        f.store64(
          to.add(limb.shl(3)),
          low.shrU(bits).or(select64(bits.eqz(), 0n, high.shl(i64(64n).sub(bits)))),
        );
      });
    },
  );
}

/** A number in locals or constants, lowest limb first: each may be used as often as needed. */
export type Limbs = readonly I64[];

/** A constant modulo 2 to the power of the width. */
export function constantLimbs(value: bigint, limbs: number): Limbs {
  return Array.from({ length: limbs }, (_, limb) => i64(BigInt.asUintN(64, value >> BigInt(limb * 64))));
}

/** The other limbs of a number that is known to be less wide. */
export function extend(f: FunctionBuilder, value: Limbs, limbs: number, signed: boolean): Limbs {
  if (value.length >= limbs) return value.slice(0, limbs);
  const kept = value.map((limb) => f.let64(limb));
  const top = kept.at(-1) ?? i64(0n);
  const filler: I64 = signed ? f.let64(top.shrS(63n)) : i64(0n);
  return [...kept, ...Array.from({ length: limbs - kept.length }, () => filler)];
}

/** Adds, or subtracts. */
export function addLimbs(f: FunctionBuilder, left: Limbs, right: Limbs, subtract: boolean): Limbs {
  const result: I64[] = [];
  let carry: I64 = i64(0n);
  for (const [index, a] of left.entries()) {
    const one = f.let64(a);
    const two = f.let64(right[index] ?? i64(0n));
    const partial = f.let64(subtract ? one.sub(two) : one.add(two));
    const total = f.let64(subtract ? partial.sub(carry) : partial.add(carry));
    const over = subtract ? one.ltU(two).or(partial.ltU(carry)) : partial.ltU(one).or(total.ltU(partial));
    if (index + 1 < left.length) carry = f.let64(over.toU64());
    result.push(total);
  }
  return result;
}

/** Where numbers wait for functions on memory. */
export class Scratch {
  readonly #address: number;

  /** @param address Of `SCRATCH_BYTES` bytes. */
  constructor(address: number) {
    this.#address = address;
  }

  #at(which: number): number {
    return this.#address + which * MAXIMUM_LIMBS * 8;
  }

  #put(f: FunctionBuilder, which: number, value: Limbs): number {
    for (const [index, limb] of value.entries()) fixed(this.#at(which) + index * 8).store64(f, limb);
    return this.#at(which);
  }

  #get(f: FunctionBuilder, which: number, limbs: number): Limbs {
    return Array.from({ length: limbs }, (_, limb) => f.let64(fixed(this.#at(which) + limb * 8).load64()));
  }

  /** The low limbs of a product. */
  multiply(f: FunctionBuilder, left: Limbs, right: Limbs): Limbs {
    f.call(MULTIPLY, this.#at(2), this.#put(f, 0, left), this.#put(f, 1, right), left.length);
    return this.#get(f, 2, left.length);
  }

  /** Quotient or remainder of numbers without sign; a divisor of 0 gives 0. */
  divide(f: FunctionBuilder, left: Limbs, right: Limbs, wantsRemainder: boolean): Limbs {
    const divisor = right.map((limb) => f.let64(limb));
    const dividend = left.map((limb) => f.let64(limb));
    const nonZero = f.let32(anyBit(divisor));
    f.if(
      nonZero,
      () => f.call(DIVIDE, this.#put(f, 0, dividend), this.#put(f, 1, divisor), this.#at(2), left.length),
      () => {
        f.fill(this.#at(0), 0, left.length * 8);
        f.fill(this.#at(2), 0, left.length * 8);
      },
    );
    return this.#get(f, wantsRemainder ? 2 : 0, left.length);
  }

  /** Shifts left by an amount without sign, of any size. */
  shiftLeft(f: FunctionBuilder, value: Limbs, amount: I32, tooFar: I32): Limbs {
    this.#put(f, 0, value);
    f.if(
      tooFar,
      () => f.fill(this.#at(1), 0, value.length * 8),
      () => f.call(SHIFT_LEFT, this.#at(1), this.#at(0), amount, value.length),
    );
    return this.#get(f, 1, value.length);
  }

  /** Shifts right by an amount without sign, of any size; a negative number stays negative. */
  shiftRight(f: FunctionBuilder, value: Limbs, amount: I32, tooFar: I32, signed: boolean): Limbs {
    this.#put(f, 0, value);
    const top = value.at(-1) ?? i64(0n);
    const filler = f.let64(signed ? top.shrS(63n) : i64(0n));
    f.if(
      tooFar,
      () => {
        for (let limb = 0; limb < value.length; limb++) fixed(this.#at(1) + limb * 8).store64(f, filler);
      },
      () => f.call(SHIFT_RIGHT, this.#at(1), this.#at(0), amount, value.length, filler),
    );
    return this.#get(f, 1, value.length);
  }
}

/** Whether any bit is set. */
export function anyBit(value: Limbs): I32 {
  const [first = i64(0n), ...rest] = value;
  return rest.reduce((all, limb) => all.or(limb), first).ne(0n);
}

/** Whether two numbers are the same. */
export function sameLimbs(left: Limbs, right: Limbs): I32 {
  const differences = left.map((limb, index) => limb.xor(right[index] ?? i64(0n)));
  return anyBit(differences).eqz();
}

/** Whether the first number is less. The limbs have to be locals or constants. */
export function lessLimbs(left: Limbs, right: Limbs, signed: boolean): I32 {
  const compare = (index: number): I32 => {
    const one = left[index] ?? i64(0n);
    const two = right[index] ?? i64(0n);
    const top = index === left.length - 1;
    const less = top && signed ? one.ltS(two) : one.ltU(two);
    return index === 0 ? less : orElse(less, andAlso(one.eq(two), compare(index - 1)));
  };
  return compare(left.length - 1);
}

/** One of two numbers by a truth, which is computed once. */
export function selectLimbs(f: FunctionBuilder, condition: I32, whenTrue: Limbs, whenFalse: Limbs): Limbs {
  const test = f.let32(condition);
  return whenTrue.map((limb, index) => f.let64(choose64(test, limb, whenFalse[index] ?? 0n)));
}
