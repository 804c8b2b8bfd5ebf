/** The second implementation that tables are tested against: a list, searched from its start, with bigints. */

import type { EntryKey, FieldMatch, KeyField } from './description.ts';

/** Big-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** A number as big-endian bytes. */
export function toBytes(value: bigint, bytes: number): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, index) =>
    Number((value >> BigInt(8 * (bytes - 1 - index))) & 0xffn),
  );
}

function matches(field: KeyField, match: FieldMatch, value: bigint): boolean {
  switch (match.kind) {
    case 'any':
      return true;
    case 'exact':
      return value === toNumber(match.value);
    case 'lpm': {
      const rest = BigInt(field.width - match.prefixLength);
      return value >> rest === toNumber(match.value) >> rest;
    }
    case 'ternary':
      return ((value ^ toNumber(match.value)) & toNumber(match.mask)) === 0n;
    case 'range':
      return value >= toNumber(match.low) && value <= toNumber(match.high);
  }
}

/** One text for all ways to write a match. */
function nameOf(field: KeyField, match: FieldMatch | undefined): string {
  switch (match?.kind) {
    case undefined:
      return '?';
    case 'any':
      return field.kind === 'range'
        ? `0-${2n ** BigInt(field.width) - 1n}`
        : field.kind === 'lpm'
          ? '0/0'
          : '0&0';
    case 'exact': {
      const value = toNumber(match.value);
      return field.kind === 'exact' ? `${value}` : `${value}&${2n ** BigInt(field.width) - 1n}`;
    }
    case 'lpm': {
      const rest = BigInt(field.width - match.prefixLength);
      return `${(toNumber(match.value) >> rest) << rest}/${match.prefixLength}`;
    }
    case 'ternary':
      return `${toNumber(match.value) & toNumber(match.mask)}&${toNumber(match.mask)}`;
    case 'range':
      return `${toNumber(match.low)}-${toNumber(match.high)}`;
  }
}

type NaiveEntry = EntryKey & { readonly name: string; readonly handle: number };

/** A table that looks at all its entries. */
export class NaiveTable {
  readonly #keys: readonly KeyField[];
  readonly #smallerWins: boolean;
  readonly #entries: NaiveEntry[] = [];

  constructor(keys: readonly KeyField[], smallerWins = false) {
    this.#keys = keys;
    this.#smallerWins = smallerWins;
  }

  get count(): number {
    return this.#entries.length;
  }

  #name(key: EntryKey): string {
    return [...this.#keys.map((field, index) => nameOf(field, key.matches[index])), key.priority ?? ''].join(
      ' ',
    );
  }

  has(key: EntryKey): boolean {
    return this.#entries.some(({ name }) => name === this.#name(key));
  }

  insert(key: EntryKey, handle: number): void {
    this.#entries.push({ ...key, name: this.#name(key), handle });
  }

  delete(key: EntryKey): boolean {
    const at = this.#entries.findIndex(({ name }) => name === this.#name(key));
    if (at < 0) return false;
    this.#entries.splice(at, 1);
    return true;
  }

  /** The handle of the entry that the values hit: the longest prefix, or the priority that wins, or the lowest handle. */
  lookup(values: readonly bigint[]): number | undefined {
    let best: NaiveEntry | undefined;
    for (const entry of this.#entries) {
      const all = this.#keys.every((field, index) => {
        const match = entry.matches[index];
        return match !== undefined && matches(field, match, values[index] ?? 0n);
      });
      if (all && (best === undefined || this.#better(entry, best))) best = entry;
    }
    return best?.handle;
  }

  #better(one: NaiveEntry, other: NaiveEntry): boolean {
    const [left, right] = [this.#rank(one), this.#rank(other)];
    return left > right || (left === right && one.handle < other.handle);
  }

  #rank(entry: NaiveEntry): number {
    if (entry.priority !== undefined) return this.#smallerWins ? -entry.priority : entry.priority;
    const prefix = entry.matches.find(({ kind }) => kind === 'lpm');
    return prefix?.kind === 'lpm' ? prefix.prefixLength : 0;
  }
}
