/**
 * Dense arrays of up to 64 elements in linear memory that grow and shrink by one. How much room an array has follows
 * from its count alone, so nothing needs to be stored beside the elements.
 */

import type { LinearMemory } from '../wasm/index.ts';

const CAPACITIES = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] as const;
const CHUNK_BYTES = 65_536;

/** For each count, which of the capacities it takes. */
const CLASS_OF = Array.from({ length: 65 }, (_, count) =>
  CAPACITIES.findIndex((capacity) => capacity >= count),
);

/** Arrays of elements of one size, a divisor of 64. */
export class ArrayPool {
  readonly #memory: LinearMemory;
  readonly #element: number;
  readonly #free: number[][] = CAPACITIES.map(() => []);
  readonly #chunks: number[] = [];
  #next = 0;
  #end = 0;

  constructor(memory: LinearMemory, elementBytes: number) {
    this.#memory = memory;
    this.#element = elementBytes;
  }

  #take(kind: number): number {
    const ready = this.#free[kind]?.pop();
    if (ready !== undefined) return ready;
    const bytes = (CAPACITIES[kind] ?? 0) * this.#element;
    if (this.#next + bytes > this.#end) {
      // What is left of the chunk before is forgotten: less than one array.
      this.#next = this.#memory.allocate(CHUNK_BYTES, 64);
      this.#end = this.#next + CHUNK_BYTES;
      this.#chunks.push(this.#next);
    }
    const address = this.#next;
    this.#next += bytes;
    return address;
  }

  /**
   * Makes room for an element, which is 0.
   * @param array The address of the array, of any value when its count is 0.
   * @returns Where the array is now.
   */
  insert(array: number, count: number, at: number): number {
    const before = CLASS_OF[count] ?? 0;
    const behind = CLASS_OF[count + 1] ?? 0;
    const moves = count === 0 || before !== behind;
    const to = moves ? this.#take(behind) : array;
    const { u8 } = this.#memory;
    const element = this.#element;
    if (count > 0) {
      u8.copyWithin(to + (at + 1) * element, array + at * element, array + count * element);
      if (moves) {
        u8.copyWithin(to, array, array + at * element);
        this.#free[before]?.push(array);
      }
    }
    u8.fill(0, to + at * element, to + (at + 1) * element);
    return to;
  }

  /**
   * Takes an element out.
   * @returns Where the array is now; 0 when it is empty.
   */
  remove(array: number, count: number, at: number): number {
    const before = CLASS_OF[count] ?? 0;
    const behind = CLASS_OF[count - 1] ?? 0;
    if (count === 1) {
      this.#free[before]?.push(array);
      return 0;
    }
    const moves = before !== behind;
    const to = moves ? this.#take(behind) : array;
    const { u8 } = this.#memory;
    const element = this.#element;
    if (moves) u8.copyWithin(to, array, array + at * element);
    u8.copyWithin(to + at * element, array + (at + 1) * element, array + count * element);
    if (moves) this.#free[before]?.push(array);
    return to;
  }

  /** Forgets all arrays, and gives their memory back. */
  clear(): void {
    for (const chunk of this.#chunks) this.#memory.release(chunk, CHUNK_BYTES, 64);
    this.#chunks.length = 0;
    for (const list of this.#free) list.length = 0;
    this.#next = 0;
    this.#end = 0;
  }
}
