/** Records of one size in linear memory, numbered from 0; a number is used again when its record was given back. */

import type { LinearMemory } from '../wasm/index.ts';
import { FREE } from './record-layout.ts';

/** About how many bytes are taken at a time. */
const CHUNK_BYTES = 32_768;

/** The records of a table, or of a profile's members. */
export class RecordStore {
  readonly #memory: LinearMemory;
  readonly #size: number;
  /** A power of two of records in each chunk. */
  readonly #shift: number;
  readonly #chunks: number[] = [];
  #firstFree = FREE;
  #used = 0;
  #count = 0;

  /** @param size Bytes of a record, a multiple of 8 and at least 16. @param maximum How many there will be at most. */
  constructor(memory: LinearMemory, size: number, maximum: number) {
    this.#memory = memory;
    this.#size = size;
    const wanted = Math.max(1, Math.min(maximum, Math.floor(CHUNK_BYTES / size)));
    this.#shift = Math.ceil(Math.log2(wanted));
  }

  /** How many records are in use. */
  get count(): number {
    return this.#count;
  }

  /** Numbers below this may be in use. */
  get end(): number {
    return this.#used;
  }

  /** The address of a record that is or was in use, 0 for a number never given out. */
  addressOf(handle: number): number {
    const chunk = handle < this.#used ? this.#chunks[handle >>> this.#shift] : undefined;
    return chunk === undefined ? 0 : chunk + (handle & ((1 << this.#shift) - 1)) * this.#size;
  }

  /** The address of a record that is in use, else 0. */
  find(handle: number): number {
    const address = this.addressOf(handle);
    return address === 0 || this.#memory.u32[address >>> 2] === FREE ? 0 : address;
  }

  /**
   * Takes a record: all zero but for the handle.
   * @throws OutOfMemoryError at the limit of the memory; nothing is taken then.
   */
  take(): number {
    let handle = this.#firstFree;
    if (handle === FREE) {
      handle = this.#used;
      if (handle >>> this.#shift === this.#chunks.length) {
        this.#chunks.push(this.#memory.allocate(this.#size << this.#shift));
      }
      this.#used++;
    } else {
      this.#firstFree = this.#memory.u32[(this.addressOf(handle) + 8) >>> 2] ?? FREE;
    }
    const address = this.addressOf(handle);
    this.#memory.u8.fill(0, address, address + this.#size);
    this.#memory.u32[(address + 4) >>> 2] = handle;
    this.#count++;
    return address;
  }

  /** Gives a record back. */
  release(address: number): void {
    const { u32 } = this.#memory;
    u32[address >>> 2] = FREE;
    u32[(address + 8) >>> 2] = this.#firstFree;
    this.#firstFree = u32[(address + 4) >>> 2] ?? FREE;
    this.#count--;
  }

  /** Addresses of all records in use, by their numbers. Records may be taken and given back meanwhile. */
  *addresses(): Generator<number> {
    for (let handle = 0; handle < this.#used; handle++) {
      const address = this.find(handle);
      if (address !== 0) yield address;
    }
  }

  /** Gives all back. */
  clear(): void {
    for (const chunk of this.#chunks) this.#memory.release(chunk, this.#size << this.#shift);
    this.#chunks.length = 0;
    this.#firstFree = FREE;
    this.#used = 0;
    this.#count = 0;
  }
}
