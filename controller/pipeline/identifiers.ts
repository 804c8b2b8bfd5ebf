/**
 * Numbers of services, servers and virtual addresses in the switch. A number stays with its name, over changes of the configuration and
 * restarts, because flows in the switch are known by it.
 */

/** What is stored: the number of each name, also of names that are gone, so that none is given twice. */
export type StoredIdentifiers = {
  readonly services: Readonly<Record<string, number>>;
  readonly servers: Readonly<Record<string, number>>;
  readonly virtualAddresses: Readonly<Record<string, number>>;
};

export const NO_IDENTIFIERS: StoredIdentifiers = { services: {}, servers: {}, virtualAddresses: {} };

/** Numbers of a configuration that collide with those in use, or that have run out. */
export class IdentifierError extends Error {
  override readonly name = 'IdentifierError';
}

/** Gives numbers to names. */
export class Identifiers {
  #numbers: Map<string, number>;
  #names: Map<number, string>;
  readonly #greatest: number;
  readonly #what: string;

  constructor(what: string, stored: Readonly<Record<string, number>>, greatest: number) {
    this.#what = what;
    this.#numbers = new Map(Object.entries(stored));
    this.#names = new Map([...this.#numbers].map(([name, number]) => [number, name]));
    this.#greatest = greatest;
  }

  /**
   * The number of a name, a new one for a new name, and in place of one that is larger than the program's tables hold now.
   * @param wanted As the configuration has it.
   * @throws IdentifierError when all are taken, or the wanted one is another's or too large.
   */
  of(name: string, wanted?: number): number {
    if (wanted !== undefined && wanted > this.#greatest) {
      throw new IdentifierError(
        `${this.#what} '${name}': the number ${wanted} is too large for the program of the switches, which has room for ${this.#greatest}`,
      );
    }
    const stored = this.#numbers.get(name);
    const there = stored !== undefined && stored > this.#greatest ? undefined : stored;
    if (there !== undefined && (wanted === undefined || wanted === there)) return there;
    if (wanted !== undefined) {
      const owner = this.#names.get(wanted);
      if (owner !== undefined && owner !== name) {
        throw new IdentifierError(
          `${this.#what} '${name}': the number ${wanted} is that of '${owner}', which the switch may still know; take another one`,
        );
      }
      if (there !== undefined) this.#names.delete(there);
      return this.#give(name, wanted);
    }
    for (let number = 1; number <= this.#greatest; number++) {
      if (!this.#names.has(number)) return this.#give(name, number);
    }
    throw new IdentifierError(`${this.#what} '${name}': all ${this.#greatest} numbers are taken`);
  }

  /** A copy that can be thrown away. */
  copy(): Identifiers {
    return new Identifiers(this.#what, this.stored(), this.#greatest);
  }

  /** Takes over what a copy has given since. */
  adopt(copy: Identifiers): void {
    this.#numbers = copy.#numbers;
    this.#names = copy.#names;
  }

  /** The name of a number that the switch gave. */
  nameOf(number: number): string | undefined {
    return this.#names.get(number);
  }

  stored(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#numbers);
  }

  #give(name: string, number: number): number {
    this.#numbers.set(name, number);
    this.#names.set(number, name);
    return number;
  }
}
