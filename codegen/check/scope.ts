/** Scopes: which names mean what, where (specification §6.9). */

import type { Referent } from './checked-program.ts';

/** One level of names. Functions, extern functions and actions may share a name; anything else stands alone. */
export class Scope {
  readonly #names = new Map<string, Referent[]>();
  /** Of names with many meanings, each by what tells it apart. */
  readonly #apart = new Map<string, Map<string, Referent>>();

  /** @param parent The scope around this one; undefined for the top level. */
  constructor(readonly parent: Scope | undefined) {}

  /** The top-level scope around this one, which a leading dot looks into. */
  get topLevel(): Scope {
    let scope: Scope = this;
    while (scope.parent !== undefined) scope = scope.parent;
    return scope;
  }

  /** What `name` means in this scope alone. */
  own(name: string): readonly Referent[] {
    return this.#names.get(name) ?? [];
  }

  /** What `name` means here: the declarations of the innermost scope that has any. */
  lookup(name: string): readonly Referent[] {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const found = scope.#names.get(name);
      if (found !== undefined) return found;
    }
    return [];
  }

  /** Adds a meaning of `name`. */
  add(name: string, referent: Referent): void {
    const found = this.#names.get(name);
    if (found === undefined) this.#names.set(name, [referent]);
    else found.push(referent);
  }

  /**
   * Adds a meaning of `name` that is told apart from others by `key`.
   * @returns the meaning that has the same key already, and stays.
   */
  addApart(name: string, key: string, referent: Referent): Referent | undefined {
    let meanings = this.#apart.get(name);
    if (meanings === undefined) {
      meanings = new Map();
      this.#apart.set(name, meanings);
    }
    const other = meanings.get(key);
    if (other !== undefined && other !== referent) return other;
    meanings.set(key, referent);
    this.add(name, referent);
    return undefined;
  }

  /** Every name visible here, innermost first. */
  *visibleNames(): Generator<readonly [string, Referent]> {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      for (const [name, [referent]] of scope.#names) if (referent !== undefined) yield [name, referent];
    }
  }
}
