/**
 * Arrays of registers in linear memory, little-endian: 1, 2, 4 or 8 bytes each, the fewest that hold the width, and for
 * wider ones whole words of 8 bytes. Those of more than 64 bits that are whole bytes hold addresses and the like, and stand as
 * packets have them, the most significant byte first. Code reads and writes them directly.
 */

import type { LinearMemory } from '../wasm/index.ts';

/** Bytes from one register of a width to the next. */
export function registerStride(width: number): number {
  return width <= 8 ? 1 : width <= 16 ? 2 : width <= 32 ? 4 : 8 * Math.ceil(width / 64);
}

/** How many bytes a register has that stands as packets have numbers; undefined for the others. */
function networkBytes(width: number): number | undefined {
  return width > 64 && width % 8 === 0 ? width / 8 : undefined;
}

/** An array of registers; its place does not change. */
export class RegisterArray {
  readonly base: number;
  readonly size: number;
  readonly width: number;
  readonly stride: number;
  readonly #memory: LinearMemory;

  constructor(memory: LinearMemory, size: number, width: number) {
    this.#memory = memory;
    this.size = size;
    this.width = width;
    this.stride = registerStride(width);
    this.base = memory.allocate(Math.max(1, size) * this.stride);
  }

  #at(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      throw new RangeError(`there are registers 0 to ${this.size - 1}, not ${index}`);
    }
    return this.base + index * this.stride;
  }

  /** Where the byte of a register stands that has so many less significant ones. */
  #byteAt(at: number, byte: number): number {
    const bytes = networkBytes(this.width);
    return bytes === undefined ? at + byte : at + bytes - 1 - byte;
  }

  /** @throws RangeError for an index beyond the array. */
  read(index: number): bigint {
    const at = this.#at(index);
    const { u8 } = this.#memory;
    let value = 0n;
    const bytes = networkBytes(this.width) ?? this.stride;
    for (let byte = bytes - 1; byte >= 0; byte--) {
      value = (value << 8n) | BigInt(u8[this.#byteAt(at, byte)] ?? 0);
    }
    return value;
  }

  /** Sets a register, modulo 2 to its width. @throws RangeError for an index beyond the array. */
  write(index: number, value: bigint): void {
    const at = this.#at(index);
    const { u8 } = this.#memory;
    let rest = BigInt.asUintN(this.width, value);
    const bytes = networkBytes(this.width) ?? this.stride;
    for (let byte = 0; byte < bytes; byte++) {
      u8[this.#byteAt(at, byte)] = Number(rest & 0xffn);
      rest >>= 8n;
    }
  }

  /** Sets all to 0. */
  clear(): void {
    this.#memory.u8.fill(0, this.base, this.base + this.size * this.stride);
  }
}
