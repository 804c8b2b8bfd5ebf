/** Arrays of counters in linear memory: 16 bytes each, u64 packets and u64 bytes. Code counts in them directly. */

import type { CounterValue } from '../tables/index.ts';
import type { LinearMemory } from '../wasm/index.ts';

/** Bytes of one counter. */
export const COUNTER_BYTES = 16;

/** An array of counters; its place does not change. */
export class CounterArray {
  readonly base: number;
  readonly size: number;
  readonly #memory: LinearMemory;

  constructor(memory: LinearMemory, size: number) {
    this.#memory = memory;
    this.size = size;
    this.base = memory.allocate(Math.max(1, size) * COUNTER_BYTES);
  }

  #at(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      throw new RangeError(`there are counters 0 to ${this.size - 1}, not ${index}`);
    }
    return this.base + index * COUNTER_BYTES;
  }

  /** @throws RangeError for an index beyond the array. */
  read(index: number): CounterValue {
    const at = this.#at(index);
    const { view } = this.#memory;
    return { packets: view.getBigUint64(at, true), bytes: view.getBigUint64(at + 8, true) };
  }

  /** Sets a counter; values count modulo 2⁶⁴. @throws RangeError for an index beyond the array. */
  write(index: number, value: CounterValue): void {
    const at = this.#at(index);
    const { view } = this.#memory;
    view.setBigUint64(at, value.packets, true);
    view.setBigUint64(at + 8, value.bytes, true);
  }

  /** Sets all to 0. */
  clear(): void {
    this.#memory.u8.fill(0, this.base, this.base + this.size * COUNTER_BYTES);
  }
}
