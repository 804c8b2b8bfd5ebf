/**
 * Sets of values that parsers ask for: tables whose entries do nothing. A transition with a mask asks for a member that
 * is the same under the mask, as BMv2 does: it has a table of its own, of masked members.
 */

import { type FieldMatch, type KeyField, makeTable, type Refusal, type Table } from '../tables/index.ts';
import { type Instance, i32, type LinearMemory, type ModuleBuilder } from '../wasm/index.ts';

/** What a set is made from. */
export type ValueSetDescription = {
  readonly name: string;
  /** What a member consists of; in memory, one after another in whole bytes. */
  readonly keys: readonly KeyField[];
  readonly maximumSize: number;
};

type Masked = { readonly mask: Uint8Array; readonly table: Table };

function keyBytes(keys: readonly KeyField[]): number {
  return keys.reduce((sum, { width }) => sum + Math.ceil(width / 8), 0);
}

/** A set of values. */
export class ValueSet {
  readonly description: ValueSetDescription;
  readonly #memory: LinearMemory;
  readonly #table: Table;
  readonly #masked: Masked[] = [];
  #emitted = false;
  #members: readonly (readonly FieldMatch[])[] = [];

  constructor(memory: LinearMemory, description: ValueSetDescription) {
    this.description = description;
    this.#memory = memory;
    this.#table = this.#makeTable(`value set ${description.name}`);
  }

  #makeTable(name: string): Table {
    const { keys, maximumSize } = this.description;
    return makeTable(this.#memory, { name, keys, maximumSize, actionDataBytes: 0 });
  }

  /**
   * Writes the function `(address of the key) → not 0 when it is in the set` into the module; returns its name.
   * @param mask As long as the key. Only for sets of exact values.
   */
  emitContains(module: ModuleBuilder, mask?: Uint8Array): string {
    if (mask === undefined) {
      if (!this.#emitted) this.#table.emit(module);
      this.#emitted = true;
      return this.#table.lookup;
    }
    const { keys, name } = this.description;
    if (keys.some(({ kind }) => kind !== 'exact' && kind !== 'valid')) {
      throw new RangeError(
        `value set ${name}: a transition has a mask, and its members are not exact values`,
      );
    }
    const table = this.#makeTable(`value set ${name} masked ${this.#masked.length}`);
    table.emit(module);
    this.#masked.push({ mask, table });
    const bytes = keyBytes(keys);
    const scratch = this.#memory.allocate(bytes + 16);
    return module.function(`${table.lookup} contains`, { key: 'i32' }, 'i32', (f, { key }) => {
      for (let offset = 0; offset < bytes; offset++) {
        f.store8(scratch + offset, key.load8(offset).and(mask[offset] ?? 0));
      }
      f.return(f.call32(table.lookup, i32(scratch)));
    });
  }

  /** Connects the set with the running module. */
  attach(instance: Instance): void {
    if (this.#emitted) this.#table.attach(instance);
    for (const { table } of this.#masked) table.attach(instance);
  }

  /** The members as they were given. */
  members(): readonly (readonly FieldMatch[])[] {
    return this.#members;
  }

  /**
   * Gives the set other members, all at once.
   * @returns Why that is refused; the set is as before then.
   */
  setMembers(members: readonly (readonly FieldMatch[])[]): Refusal | undefined {
    const { name, maximumSize } = this.description;
    if (members.length > maximumSize) {
      return {
        ok: false,
        reason: 'full',
        message: `value set ${name}: it takes ${maximumSize} members, not ${members.length}`,
      };
    }
    const before = this.#members;
    const refusal = this.#fill(members);
    if (refusal !== undefined) this.#fill(before);
    else this.#members = members;
    return refusal;
  }

  #fill(members: readonly (readonly FieldMatch[])[]): Refusal | undefined {
    let refusal: Refusal | undefined;
    if (this.#emitted) refusal = fillTable(this.#table, members);
    for (const { mask, table } of this.#masked) {
      refusal ??= fillTable(
        table,
        members.map((matches) => maskMember(this.description.keys, matches, mask)),
        true,
      );
    }
    return refusal;
  }
}

/** @param merges Whether members that are the same count once. */
function fillTable(
  table: Table,
  members: readonly (readonly FieldMatch[])[],
  merges = false,
): Refusal | undefined {
  table.clear();
  for (const matches of members) {
    const result = table.insert({ matches, priority: 1, action: 0, data: new Uint8Array(0) });
    if (!result.ok && !(merges && result.reason === 'duplicate')) return result;
  }
  return undefined;
}

function maskMember(
  keys: readonly KeyField[],
  matches: readonly FieldMatch[],
  mask: Uint8Array,
): FieldMatch[] {
  let offset = 0;
  return keys.map((field, index) => {
    const bytes = Math.ceil(field.width / 8);
    const match = matches[index];
    const start = offset;
    offset += bytes;
    if (match?.kind !== 'exact') return { kind: 'any' };
    const value = new Uint8Array(bytes);
    // Right-aligned; a value with leading zeros beyond the field is cut, one that is too large is refused unmasked.
    value.set(
      match.value.subarray(Math.max(0, match.value.length - bytes)),
      Math.max(0, bytes - match.value.length),
    );
    return { kind: 'exact', value: value.map((byte, at) => byte & (mask[start + at] ?? 0)) };
  });
}
