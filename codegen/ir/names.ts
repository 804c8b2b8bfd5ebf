/** Names that nothing else in a program has. */

/** Hands out unique names; what it has given out is never given out again. */
export class Names {
  readonly #taken = new Set<string>();
  readonly #next = new Map<string, number>();

  /** `base` itself where it is free, otherwise `base` with `_0`, `_1`, … behind it. */
  fresh(base: string): string {
    let name = base;
    let count = this.#next.get(base) ?? 0;
    while (this.#taken.has(name)) name = `${base}_${count++}`;
    this.#next.set(base, count);
    this.#taken.add(name);
    return name;
  }
}
