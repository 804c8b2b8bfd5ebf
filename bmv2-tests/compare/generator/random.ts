/** Random numbers that are the same for the same seed. */

/** A generator (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b1) >>> 0;
  }

  /** 32 random bits. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** A number below `count`. */
  pick(count: number): number {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /** From `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.pick(high - low + 1);
  }

  chance(percent: number): boolean {
    return this.pick(100) < percent;
  }

  one<const T>(items: readonly [T, ...T[]]): T {
    return items[this.pick(items.length)] ?? items[0];
  }

  oneOf<T>(items: readonly T[]): T | undefined {
    return items[this.pick(items.length)];
  }

  /** Any number of so many bits. */
  bits(width: number): bigint {
    let value = 0n;
    for (let bits = 0; bits < width; bits += 32) value = (value << 32n) | BigInt(this.next());
    return BigInt.asUintN(width, value);
  }

  /** The items in another order. */
  shuffled<T>(items: readonly T[]): readonly T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.pick(last + 1);
      const [one, two] = [result[last], result[other]];
      if (one !== undefined && two !== undefined) [result[last], result[other]] = [two, one];
    }
    return result;
  }
}
