/**
 * Values of WebAssembly that generated code computes: 32 and 64 bits wide, with the operations as methods.
 *
 * A value is a recipe: it is written into the module where it stands in a statement, as often as it is used. What is
 * costly, or changes between two uses, goes into a local first (`FunctionBuilder.let32`, `let64`).
 */

import type binaryen from 'binaryen';

type Module = binaryen.Module;
type Ref = binaryen.ExpressionRef;
type Recipe = (module: Module) => Ref;

/** A 32-bit value, or a number that becomes a constant. */
export type Like32 = I32 | number;
/** A 64-bit value, or a bigint that becomes a constant. */
export type Like64 = I64 | bigint;

/** A 32-bit value: an address, a count, a truth (0 or not). */
export class I32 {
  readonly type = 'i32';
  /** Writes the value into a module. */
  readonly emit: Recipe;
  readonly #emitWide: Recipe | undefined;

  /**
   * @param emit What writes the value into a module.
   * @param emitWide What writes it widened without sign, where there is one instruction for that. binaryen 132 makes a
   *   load with sign out of a 32-bit load that is widened without.
   */
  constructor(emit: Recipe, emitWide?: Recipe) {
    this.emit = emit;
    this.#emitWide = emitWide;
  }

  #with(other: Like32, operation: (module: Module, left: Ref, right: Ref) => Ref): I32 {
    const right = lift32(other);
    return new I32((module) => operation(module, this.emit(module), right.emit(module)));
  }

  add(other: Like32): I32 {
    return other === 0 ? this : this.#with(other, (m, l, r) => m.i32.add(l, r));
  }
  sub(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.sub(l, r));
  }
  mul(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.mul(l, r));
  }
  /** Unsigned; traps for a divisor of 0. */
  divU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.div_u(l, r));
  }
  /** Unsigned; traps for a divisor of 0. */
  remU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.rem_u(l, r));
  }
  and(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.and(l, r));
  }
  or(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.or(l, r));
  }
  xor(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.xor(l, r));
  }
  /** The amount counts modulo 32. */
  shl(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.shl(l, r));
  }
  /** The amount counts modulo 32. */
  shrU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.shr_u(l, r));
  }
  /** The amount counts modulo 32. */
  shrS(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.shr_s(l, r));
  }
  rotl(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.rotl(l, r));
  }
  eq(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.eq(l, r));
  }
  ne(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.ne(l, r));
  }
  ltU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.lt_u(l, r));
  }
  ltS(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.lt_s(l, r));
  }
  leU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.le_u(l, r));
  }
  leS(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.le_s(l, r));
  }
  gtU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.gt_u(l, r));
  }
  gtS(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.gt_s(l, r));
  }
  geU(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.ge_u(l, r));
  }
  geS(other: Like32): I32 {
    return this.#with(other, (m, l, r) => m.i32.ge_s(l, r));
  }
  /** 1 when the value is 0, else 0: also the negation of a truth. */
  eqz(): I32 {
    return new I32((m) => m.i32.eqz(this.emit(m)));
  }
  clz(): I32 {
    return new I32((m) => m.i32.clz(this.emit(m)));
  }
  ctz(): I32 {
    return new I32((m) => m.i32.ctz(this.emit(m)));
  }
  /** Widened without sign. */
  toU64(): I64 {
    return new I64(this.#emitWide ?? ((m) => m.i64.extend_u(this.emit(m))));
  }
  /** Widened with sign. */
  toS64(): I64 {
    return new I64((m) => m.i64.extend_s(this.emit(m)));
  }

  // Loads take this value as an address, unsigned; the offset is a constant, 0 or more. Any alignment is right.
  load8(offset = 0): I32 {
    return new I32(
      (m) => m.i32.load8_u(offset, 1, this.emit(m)),
      (m) => m.i64.load8_u(offset, 1, this.emit(m)),
    );
  }
  load16(offset = 0): I32 {
    return new I32(
      (m) => m.i32.load16_u(offset, 1, this.emit(m)),
      (m) => m.i64.load16_u(offset, 1, this.emit(m)),
    );
  }
  load32(offset = 0): I32 {
    return new I32(
      (m) => m.i32.load(offset, 1, this.emit(m)),
      (m) => m.i64.load32_u(offset, 1, this.emit(m)),
    );
  }
  load64(offset = 0): I64 {
    return new I64((m) => m.i64.load(offset, 1, this.emit(m)));
  }
  load8To64(offset = 0): I64 {
    return new I64((m) => m.i64.load8_u(offset, 1, this.emit(m)));
  }
  load16To64(offset = 0): I64 {
    return new I64((m) => m.i64.load16_u(offset, 1, this.emit(m)));
  }
  load32To64(offset = 0): I64 {
    return new I64((m) => m.i64.load32_u(offset, 1, this.emit(m)));
  }
}

/** A 64-bit value: a field, a counter, a time. */
export class I64 {
  readonly type = 'i64';
  /** Writes the value into a module. */
  readonly emit: Recipe;

  /** @param emit What writes the value into a module. */
  constructor(emit: Recipe) {
    this.emit = emit;
  }

  #with(other: Like64, operation: (module: Module, left: Ref, right: Ref) => Ref): I64 {
    const right = lift64(other);
    return new I64((module) => operation(module, this.emit(module), right.emit(module)));
  }
  #compare(other: Like64, operation: (module: Module, left: Ref, right: Ref) => Ref): I32 {
    const right = lift64(other);
    return new I32((module) => operation(module, this.emit(module), right.emit(module)));
  }

  add(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.add(l, r));
  }
  sub(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.sub(l, r));
  }
  mul(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.mul(l, r));
  }
  /** Unsigned; traps for a divisor of 0. */
  divU(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.div_u(l, r));
  }
  /** Signed; traps for a divisor of 0. */
  divS(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.div_s(l, r));
  }
  /** Unsigned; traps for a divisor of 0. */
  remU(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.rem_u(l, r));
  }
  /** Signed; traps for a divisor of 0. */
  remS(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.rem_s(l, r));
  }
  and(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.and(l, r));
  }
  or(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.or(l, r));
  }
  xor(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.xor(l, r));
  }
  /** The amount counts modulo 64. */
  shl(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.shl(l, r));
  }
  /** The amount counts modulo 64. */
  shrU(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.shr_u(l, r));
  }
  /** The amount counts modulo 64. */
  shrS(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.shr_s(l, r));
  }
  rotl(other: Like64): I64 {
    return this.#with(other, (m, l, r) => m.i64.rotl(l, r));
  }
  eq(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.eq(l, r));
  }
  ne(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.ne(l, r));
  }
  ltU(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.lt_u(l, r));
  }
  ltS(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.lt_s(l, r));
  }
  leU(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.le_u(l, r));
  }
  leS(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.le_s(l, r));
  }
  gtU(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.gt_u(l, r));
  }
  gtS(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.gt_s(l, r));
  }
  geU(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.ge_u(l, r));
  }
  geS(other: Like64): I32 {
    return this.#compare(other, (m, l, r) => m.i64.ge_s(l, r));
  }
  /** 1 when the value is 0, else 0. */
  eqz(): I32 {
    return new I32((m) => m.i64.eqz(this.emit(m)));
  }
  clz(): I64 {
    return new I64((m) => m.i64.clz(this.emit(m)));
  }
  ctz(): I64 {
    return new I64((m) => m.i64.ctz(this.emit(m)));
  }
  popcnt(): I64 {
    return new I64((m) => m.i64.popcnt(this.emit(m)));
  }
  /** The low 32 bits. */
  to32(): I32 {
    return new I32((m) => m.i32.wrap(this.emit(m)));
  }
}

/** A constant; addresses past 2 GiB are given as they are, unsigned. */
export function i32(value: number): I32 {
  return new I32((module) => module.i32.const(value | 0));
}

/** A constant, taken modulo 2⁶⁴. */
export function i64(value: bigint): I64 {
  return new I64((module) => module.i64.const(BigInt.asIntN(64, value)));
}

/** A value as it is, a number as a constant. */
export function lift32(value: Like32): I32 {
  return typeof value === 'number' ? i32(value) : value;
}

/** A value as it is, a bigint as a constant. */
export function lift64(value: Like64): I64 {
  return typeof value === 'bigint' ? i64(value) : value;
}

/** One of two values by a truth; both are computed. */
export function select32(condition: I32, whenTrue: Like32, whenFalse: Like32): I32 {
  const [yes, no] = [lift32(whenTrue), lift32(whenFalse)];
  return new I32((module) => module.select(condition.emit(module), yes.emit(module), no.emit(module)));
}

/** One of two values by a truth; both are computed. */
export function select64(condition: I32, whenTrue: Like64, whenFalse: Like64): I64 {
  const [yes, no] = [lift64(whenTrue), lift64(whenFalse)];
  return new I64((module) => module.select(condition.emit(module), yes.emit(module), no.emit(module)));
}

/** Two truths of which the second is computed only if the first does not decide. Where it is only branched on, it is no number. */
export class Truth extends I32 {
  readonly operation: 'and' | 'or';
  readonly first: I32;
  readonly second: I32;

  constructor(operation: 'and' | 'or', first: I32, second: I32) {
    super((m) =>
      operation === 'and'
        ? m.if(first.emit(m), second.emit(m), m.i32.const(0))
        : m.if(first.emit(m), m.i32.const(1), second.emit(m)),
    );
    this.operation = operation;
    this.first = first;
    this.second = second;
  }

  override eqz(): I32 {
    return new Truth(this.operation === 'and' ? 'or' : 'and', this.first.eqz(), this.second.eqz());
  }
}

/** Whether both hold; the second is computed only when the first holds. */
export function andAlso(first: I32, second: I32): I32 {
  return new Truth('and', first, second);
}

/** Whether one of two holds; the second is computed only when the first does not hold. */
export function orElse(first: I32, second: I32): I32 {
  return new Truth('or', first, second);
}

/** One of two 32-bit values by a truth; only that one is computed. */
export function choose32(condition: I32, whenTrue: Like32, whenFalse: Like32): I32 {
  const [yes, no] = [lift32(whenTrue), lift32(whenFalse)];
  return new I32((m) => m.if(condition.emit(m), yes.emit(m), no.emit(m)));
}

/** One of two 64-bit values by a truth; only that one is computed. */
export function choose64(condition: I32, whenTrue: Like64, whenFalse: Like64): I64 {
  const [yes, no] = [lift64(whenTrue), lift64(whenFalse)];
  return new I64((m) => m.if(condition.emit(m), yes.emit(m), no.emit(m)));
}
