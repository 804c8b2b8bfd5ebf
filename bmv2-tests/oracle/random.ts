/** Random numbers that a seed gives again (xorshift128, G. Marsaglia, 2003, seeded by a linear congruence). */

export class Random {
  readonly #state: Uint32Array;

  constructor(seed: number) {
    this.#state = new Uint32Array(4);
    let value = seed >>> 0;
    for (let index = 0; index < 4; index++) {
      value = (Math.imul(value, 1_664_525) + 1_013_904_223) >>> 0;
      this.#state[index] = value;
    }
    for (let index = 0; index < 16; index++) this.next();
  }

  /** 32 bits. */
  next(): number {
    const state = this.#state;
    let value = state[3] ?? 0;
    const first = state[0] ?? 0;
    state[3] = state[2] ?? 0;
    state[2] = state[1] ?? 0;
    state[1] = first;
    value ^= value << 11;
    value ^= value >>> 8;
    state[0] = (value ^ first ^ (first >>> 19)) >>> 0;
    return state[0] ?? 0;
  }

  /** From 0, below `limit`. */
  below(limit: number): number {
    return Math.floor((this.next() / 2 ** 32) * limit);
  }

  /** True once in so many times. */
  oneIn(times: number): boolean {
    return this.below(times) === 0;
  }

  pick<T>(from: readonly [T, ...T[]] | readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new RangeError('nothing to pick from');
    return picked;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }
}
