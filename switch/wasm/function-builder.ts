/** The body of one function of WebAssembly: statements appended in order, in nested blocks. */

import binaryen from 'binaryen';
import { I32, I64, type Like32, type Like64, lift32, lift64, Truth } from './values.ts';

/** The two types that generated code uses. */
export type ValueType = 'i32' | 'i64';

/** A local of 32 bits; as a value, what it holds where the value is used. */
export class Local32 extends I32 {
  readonly index: number;

  constructor(index: number) {
    super((module) => module.local.get(index, binaryen.i32));
    this.index = index;
  }
}

/** A local of 64 bits; as a value, what it holds where the value is used. */
export class Local64 extends I64 {
  readonly index: number;

  constructor(index: number) {
    super((module) => module.local.get(index, binaryen.i64));
    this.index = index;
  }
}

/** A global of the module that code changes. */
export class Global64 extends I64 {
  readonly name: string;

  constructor(name: string) {
    super((module) => module.global.get(name, binaryen.i64));
    this.name = name;
  }
}

/** A global of the module that code changes. */
export class Global32 extends I32 {
  readonly name: string;

  constructor(name: string) {
    super((module) => module.global.get(name, binaryen.i32));
    this.name = name;
  }
}

/** A place that `branch` goes to: behind a block, or back to the start of a loop. */
export type Label = { readonly name: string };

/** What `call`, `call32` and `call64` pass. */
export type Argument = I32 | I64 | number | bigint;

/** Writes the statements of one function; made by `ModuleBuilder.function`. */
export class FunctionBuilder {
  readonly #module: binaryen.Module;
  readonly #parameterCount: number;
  readonly #locals: ValueType[] = [];
  #statements: binaryen.ExpressionRef[] = [];
  #labels = 0;

  /** @param parameterCount How many locals are parameters. */
  constructor(module: binaryen.Module, parameterCount: number) {
    this.#module = module;
    this.#parameterCount = parameterCount;
  }

  /** The types of the locals that are not parameters, in order. */
  get localTypes(): readonly ValueType[] {
    return this.#locals;
  }

  #newLocal(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameterCount + this.#locals.length - 1;
  }

  /** A new local; 0 when the function starts, and not again at each turn of a loop. */
  local32(): Local32 {
    return new Local32(this.#newLocal('i32'));
  }

  /** A new local; 0 when the function starts, and not again at each turn of a loop. */
  local64(): Local64 {
    return new Local64(this.#newLocal('i64'));
  }

  /** Computes a value now and keeps it in a new local. */
  let32(value: Like32): Local32 {
    const local = this.local32();
    this.set(local, value);
    return local;
  }

  /** Computes a value now and keeps it in a new local. */
  let64(value: Like64): Local64 {
    const local = this.local64();
    this.set(local, value);
    return local;
  }

  /** Gives a local or a global a value. */
  set(target: Local32 | Global32, value: Like32): void;
  set(target: Local64 | Global64, value: Like64): void;
  set(target: Local32 | Local64 | Global32 | Global64, value: Like32 | Like64): void {
    const operand = this.#operand(value);
    this.#statements.push(
      target instanceof Global32 || target instanceof Global64
        ? this.#module.global.set(target.name, operand)
        : this.#module.local.set(target.index, operand),
    );
  }

  store8(address: Like32, value: Like32, offset = 0): void {
    const m = this.#module;
    this.#statements.push(m.i32.store8(offset, 1, lift32(address).emit(m), lift32(value).emit(m)));
  }
  store16(address: Like32, value: Like32, offset = 0): void {
    const m = this.#module;
    this.#statements.push(m.i32.store16(offset, 1, lift32(address).emit(m), lift32(value).emit(m)));
  }
  store32(address: Like32, value: Like32, offset = 0): void {
    const m = this.#module;
    this.#statements.push(m.i32.store(offset, 1, lift32(address).emit(m), lift32(value).emit(m)));
  }
  store64(address: Like32, value: Like64, offset = 0): void {
    const m = this.#module;
    this.#statements.push(m.i64.store(offset, 1, lift32(address).emit(m), lift64(value).emit(m)));
  }

  /** Sets 16 bytes to 0. */
  clear16(address: Like32, offset = 0): void {
    const m = this.#module;
    const zero = m.i64x2.splat(m.i64.const(0));
    this.#statements.push(m.v128.store(offset, 1, lift32(address).emit(m), zero));
  }

  /** Copies bytes; the ranges may overlap. */
  copy(to: Like32, from: Like32, length: Like32): void {
    const m = this.#module;
    this.#statements.push(m.memory.copy(lift32(to).emit(m), lift32(from).emit(m), lift32(length).emit(m)));
  }

  /** Sets bytes to one value. */
  fill(to: Like32, value: Like32, length: Like32): void {
    const m = this.#module;
    this.#statements.push(m.memory.fill(lift32(to).emit(m), lift32(value).emit(m), lift32(length).emit(m)));
  }

  #collect(body: () => void): binaryen.ExpressionRef[] {
    const outer = this.#statements;
    this.#statements = [];
    try {
      body();
      return this.#statements;
    } finally {
      this.#statements = outer;
    }
  }

  #block(body: () => void): binaryen.ExpressionRef {
    return this.#module.block(null, this.#collect(body));
  }

  /** Runs one of two bodies by a truth. */
  if(condition: I32, whenTrue: () => void, whenFalse?: () => void): void {
    const m = this.#module;
    if (condition instanceof Truth) {
      this.#decide(condition, whenTrue, whenFalse);
      return;
    }
    const test = condition.emit(m);
    const yes = this.#block(whenTrue);
    this.#statements.push(
      whenFalse === undefined ? m.if(test, yes) : m.if(test, yes, this.#block(whenFalse)),
    );
  }

  #decide(condition: Truth, whenTrue: () => void, whenFalse?: () => void): void {
    const yes = (no: Label) => {
      this.#branchUnless(no, condition);
      whenTrue();
    };
    if (whenFalse === undefined) this.block(yes);
    else {
      this.block((done) => {
        this.block((no) => {
          yes(no);
          this.branch(done);
        });
        whenFalse();
      });
    }
  }

  #branchUnless(label: Label, condition: I32): void {
    if (!(condition instanceof Truth)) this.branchIf(label, condition.eqz());
    else if (condition.operation === 'and') {
      this.#branchUnless(label, condition.first);
      this.#branchUnless(label, condition.second);
    } else {
      this.block((yes) => {
        this.branchIf(yes, condition.first);
        this.#branchUnless(label, condition.second);
      });
    }
  }

  #label(kind: string): Label {
    this.#labels++;
    return { name: `${kind}${this.#labels}` };
  }

  /** A body that can be left early: `branch(done)` goes behind it. */
  block(body: (done: Label) => void): void {
    const done = this.#label('done');
    this.#statements.push(
      this.#module.block(
        done.name,
        this.#collect(() => body(done)),
      ),
    );
  }

  /** A body that `branch(again)` starts anew and `branch(done)` leaves; reaching its end leaves it too. */
  loop(body: (again: Label, done: Label) => void): void {
    const again = this.#label('again');
    this.block((done) => {
      const statements = this.#collect(() => body(again, done));
      this.#statements.push(this.#module.loop(again.name, this.#module.block(null, statements)));
    });
  }

  /** Repeats a body as long as a condition holds. `branch(done)` leaves, `branch(next)` tests again. */
  while(condition: I32, body: (next: Label, done: Label) => void): void {
    this.loop((again, done) => {
      this.branchIf(done, condition.eqz());
      body(again, done);
      this.branch(again);
    });
  }

  /** Counts a local from a value up to below another, by a step. The body may leave by `branch(done)`. */
  for(local: Local32, from: Like32, below: Like32, body: (done: Label) => void, step: Like32 = 1): void {
    this.set(local, from);
    this.while(local.ltU(below), (_, done) => {
      body(done);
      this.set(local, local.add(step));
    });
  }

  branch(label: Label): void {
    this.#statements.push(this.#module.br(label.name));
  }

  branchIf(label: Label, condition: I32): void {
    if (condition instanceof Truth) {
      if (condition.operation === 'and') {
        this.block((no) => {
          this.#branchUnless(no, condition.first);
          this.branchIf(label, condition.second);
        });
      } else {
        this.branchIf(label, condition.first);
        this.branchIf(label, condition.second);
      }
      return;
    }
    this.#statements.push(this.#module.br(label.name, condition.emit(this.#module)));
  }

  /**
   * Runs the case whose number the index is, or the default; cases do not fall through.
   * @param cases Dense, from 0.
   */
  switch(index: I32, cases: readonly (() => void)[], otherwise: () => void): void {
    const m = this.#module;
    this.block((end) => {
      const labels = cases.map(() => this.#label('case'));
      const fallback = this.#label('default');
      let inner: binaryen.ExpressionRef = m.switch(
        labels.map((label) => label.name),
        fallback.name,
        index.emit(m),
      );
      for (const [number, label] of labels.entries()) {
        const body = this.#collect(() => {
          cases[number]?.();
          this.branch(end);
        });
        inner = m.block(null, [m.block(label.name, [inner]), ...body]);
      }
      this.#statements.push(m.block(fallback.name, [inner]), ...this.#collect(otherwise));
    });
  }

  return(value?: Like32 | Like64): void {
    this.#statements.push(this.#module.return(value === undefined ? undefined : this.#operand(value)));
  }

  /** Ends the program with a trap: only for what cannot happen. */
  trap(): void {
    this.#statements.push(this.#module.unreachable());
  }

  /** Calls a function that gives nothing. */
  call(name: string, ...operands: readonly Argument[]): void {
    const references = operands.map((operand) => this.#operand(operand));
    this.#statements.push(this.#module.call(name, references, binaryen.none));
  }

  /** Computes a value for its effects alone. */
  drop(value: I32 | I64): void {
    this.#statements.push(this.#module.drop(value.emit(this.#module)));
  }

  /** A call, computed where the value is used, as often as it is used. */
  call32(name: string, ...operands: readonly Argument[]): I32 {
    return new I32((module) =>
      module.call(
        name,
        operands.map((operand) => this.#operand(operand)),
        binaryen.i32,
      ),
    );
  }

  /** A call, computed where the value is used, as often as it is used. */
  call64(name: string, ...operands: readonly Argument[]): I64 {
    return new I64((module) =>
      module.call(
        name,
        operands.map((operand) => this.#operand(operand)),
        binaryen.i64,
      ),
    );
  }

  /** The bytes of a value in the other order: memory is little-endian, packets are big-endian. */
  swapBytes64(value: I64): Local64 {
    const swapped = this.let64(value);
    const pairs = 0x00ff00ff00ff00ffn;
    const halves = 0x0000ffff0000ffffn;
    this.set(swapped, swapped.and(pairs).shl(8n).or(swapped.shrU(8n).and(pairs)));
    this.set(swapped, swapped.and(halves).shl(16n).or(swapped.shrU(16n).and(halves)).rotl(32n));
    return swapped;
  }

  #operand(value: Argument): binaryen.ExpressionRef {
    if (typeof value === 'number') return lift32(value).emit(this.#module);
    if (typeof value === 'bigint') return lift64(value).emit(this.#module);
    return value.emit(this.#module);
  }

  /** All statements as one body. */
  body(result: ValueType | undefined): binaryen.ExpressionRef {
    const m = this.#module;
    // A function with a result that falls off its end is a mistake of ours, and traps.
    const end = result === undefined ? [] : [m.unreachable()];
    return m.block(
      null,
      [...this.#statements, ...end],
      result === undefined ? binaryen.none : binaryen[result],
    );
  }
}
