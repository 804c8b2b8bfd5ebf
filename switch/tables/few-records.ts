/**
 * The records of a ternary table that has few of them, the best first. Lookups compare these one by one: that takes less than
 * hashing a key. For them they stand as
 *
 *     FEW × u32   addresses, 0 behind the last; all of them 0 in a table with more entries
 */

import type { LinearMemory } from '../wasm/index.ts';

/** So many entries are few. */
export const FEW = 4;
/** Bytes that they stand in. */
export const FEW_BYTES = 4 * FEW;

/** The records of one table. */
export class FewRecords {
  readonly #memory: LinearMemory;
  readonly #address: number;
  readonly #rank: (record: number) => bigint;

  /** @param address Of `FEW_BYTES`. @param rank The best record has the largest. */
  constructor(memory: LinearMemory, address: number, rank: (record: number) => bigint) {
    this.#memory = memory;
    this.#address = address;
    this.#rank = rank;
    this.#write([]);
  }

  #write(records: readonly number[]): void {
    const { u32 } = this.#memory;
    for (let index = 0; index < FEW; index++) u32[(this.#address >>> 2) + index] = records[index] ?? 0;
  }

  /** Writes them down again after a change. @param records All of them; asked for only if they are few. */
  update(count: number, records: () => Iterable<number>): void {
    if (count > FEW) {
      if (this.#memory.u32[this.#address >>> 2] !== 0) this.#write([]);
      return;
    }
    const ordered = [...records()].sort((one, other) => (this.#rank(one) > this.#rank(other) ? -1 : 1));
    this.#write(ordered);
  }
}
