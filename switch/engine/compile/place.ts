/** Addresses that generated code loads from and stores to: a base that is computed, or none, and a constant offset. */

import {
  type FunctionBuilder,
  type I32,
  type I64,
  i32,
  type Like32,
  type Like64,
  type Local32,
} from '../../wasm/index.ts';

/** A place in linear memory. */
export class Place {
  readonly base: Local32 | undefined;
  readonly offset: number;

  /** @param base What is added to the offset; a local, because it is used as often as the place is. */
  constructor(base: Local32 | undefined, offset: number) {
    this.base = base;
    this.offset = offset;
  }

  /** So many bytes further. */
  at(bytes: number): Place {
    return new Place(this.base, this.offset + bytes);
  }

  /** The address as a value. */
  address(): I32 {
    return this.base === undefined ? i32(this.offset) : this.base.add(this.offset);
  }

  /** Loads take the offset as an immediate; a place without base starts from 0. */
  #pointer(): I32 {
    return this.base ?? i32(0);
  }

  load8(): I32 {
    return this.#pointer().load8(this.offset);
  }
  load16(): I32 {
    return this.#pointer().load16(this.offset);
  }
  load32(): I32 {
    return this.#pointer().load32(this.offset);
  }
  load64(): I64 {
    return this.#pointer().load64(this.offset);
  }
  store8(f: FunctionBuilder, value: Like32): void {
    f.store8(this.#pointer(), value, this.offset);
  }
  store16(f: FunctionBuilder, value: Like32): void {
    f.store16(this.#pointer(), value, this.offset);
  }
  store32(f: FunctionBuilder, value: Like32): void {
    f.store32(this.#pointer(), value, this.offset);
  }
  store64(f: FunctionBuilder, value: Like64): void {
    f.store64(this.#pointer(), value, this.offset);
  }
}

/** A place at a constant address. */
export function fixed(address: number): Place {
  return new Place(undefined, address);
}

/** Copies a constant number of bytes: in registers where that is short. The places must not overlap. */
export function copyBytes(f: FunctionBuilder, to: Place, from: Place, bytes: number): void {
  if (bytes > 96) {
    f.copy(to.address(), from.address(), bytes);
    return;
  }
  let done = 0;
  for (; bytes - done >= 8; done += 8) to.at(done).store64(f, from.at(done).load64());
  for (; bytes - done >= 4; done += 4) to.at(done).store32(f, from.at(done).load32());
  for (; bytes - done >= 2; done += 2) to.at(done).store16(f, from.at(done).load16());
  for (; bytes - done >= 1; done += 1) to.at(done).store8(f, from.at(done).load8());
}

/** Sets a constant number of bytes to 0. */
export function clearBytes(f: FunctionBuilder, at: Place, bytes: number): void {
  if (bytes > 1024) {
    f.fill(at.address(), 0, bytes);
    return;
  }
  let done = 0;
  for (; bytes - done >= 16; done += 16) f.clear16(at.base ?? i32(0), at.offset + done);
  for (; bytes - done >= 8; done += 8) at.at(done).store64(f, 0n);
  for (; bytes - done >= 4; done += 4) at.at(done).store32(f, 0);
  for (; bytes - done >= 1; done += 1) at.at(done).store8(f, 0);
}
