/** A map that keeps what was used last, and no more than it may. */

export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #most: number;
  readonly #onDrop: (key: K, value: V) => void;

  /** @param onDrop Told of what has to go because there is more. */
  constructor(most: number, onDrop: (key: K, value: V) => void = () => {}) {
    this.#most = most;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Puts a value, or makes a value that is there the one used last. */
  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#most) return;
    const [oldest] = this.#entries;
    if (oldest === undefined) return;
    this.#entries.delete(oldest[0]);
    this.#onDrop(...oldest);
  }

  delete(key: K): boolean {
    return this.#entries.delete(key);
  }

  /** From the one that was used longest ago. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.#entries[Symbol.iterator]();
  }

  values(): IterableIterator<V> {
    return this.#entries.values();
  }
}
