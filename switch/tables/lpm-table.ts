/**
 * Tables with one lpm field, and exact fields beside it: a trie of prefixes for each combination of exact values, found
 * by a hash index; without exact fields one trie, whose roots have a fixed place.
 */

import {
  type FunctionBuilder,
  type I32,
  type Instance,
  i32,
  type LinearMemory,
  type Local32,
  type ModuleBuilder,
} from '../wasm/index.ts';
import type { EntryKey, FieldMatch, KeyField, TableDescription } from './description.ts';
import { drawSeed, hashKey, keysDiffer, seedBytes } from './emit-hash.ts';
import { probeIndex } from './emit-hash-index.ts';
import { longestPrefix } from './emit-prefix-trie.ts';
import { HashIndex, INDEX_CONTROL_BYTES } from './hash-index.ts';
import { fieldBytes, fieldOffsets, putNumber, putPrefixMask } from './key-bytes.ts';
import { ANCESTORS_BYTES, fillAncestors, PrefixTrie } from './prefix-trie.ts';
import { Table } from './table.ts';

/** From how many entries on a trie without exact fields has 2¹⁵ roots or so, 1 MiB, and from how many 2⁹. */
const MANY_ENTRIES = 16_384;
const SOME_ENTRIES = 256;

/** A combination of exact values: u32 how many prefixes, u32 address of the roots, the values. */
const GROUP_KEY = 8;

/** A table with one lpm field. The record's own part is the prefix length, u32, and the key. */
export class LpmTable extends Table {
  readonly #offsets: readonly number[];
  readonly #keyBytes: number;
  readonly #prefix: {
    readonly field: KeyField;
    readonly index: number;
    readonly offset: number;
    readonly bytes: number;
  };
  readonly #trie: PrefixTrie;
  readonly #ancestors: number;
  readonly #scratch: number;
  /** The exact fields, one after another. */
  readonly #exact:
    | { readonly bytes: number; readonly scratch: number; readonly seed: number; readonly groups: HashIndex }
    | undefined;
  /** The roots of a table without exact fields. */
  readonly #roots: number;
  #length = 0;
  #findGroup = Table.unattached;
  #hash = Table.unattached;

  constructor(memory: LinearMemory, description: TableDescription) {
    const { offsets, bytes } = fieldOffsets(description.keys);
    super(memory, description, 4 + bytes);
    this.#offsets = offsets;
    this.#keyBytes = bytes;
    const index = description.keys.findIndex(({ kind }) => kind === 'lpm');
    const field = description.keys[index];
    if (field === undefined) throw new RangeError(`table ${description.name} has no lpm field`);
    this.#prefix = { field, index, offset: offsets[index] ?? 0, bytes: fieldBytes(field) };
    this.#ancestors = memory.allocate(ANCESTORS_BYTES);
    fillAncestors(memory, this.#ancestors);
    this.#scratch = memory.allocate(bytes + 16);
    const exactBytes = bytes - this.#prefix.bytes;
    const { maximumSize } = description;
    const bits = exactBytes > 0 ? 0 : maximumSize >= MANY_ENTRIES ? 16 : maximumSize >= SOME_ENTRIES ? 10 : 0;
    this.#trie = new PrefixTrie(memory, field.width, bits);
    this.#roots = exactBytes > 0 ? 0 : memory.allocate(this.#trie.rootsBytes, 64);
    if (exactBytes > 0) {
      const seed = memory.allocate(seedBytes(exactBytes));
      drawSeed(memory, seed, exactBytes);
      const control = memory.allocate(INDEX_CONTROL_BYTES);
      this.#exact = {
        bytes: exactBytes,
        scratch: memory.allocate(exactBytes),
        seed,
        groups: new HashIndex(memory, control, (group) => this.#hash(group + GROUP_KEY)),
      };
    }
  }

  override emit(module: ModuleBuilder): void {
    module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) => {
      const field = f.let32(key.add(this.#prefix.offset));
      const { width, rootBits } = this.#trie;
      const shape = { width, rootBits, ancestors: this.#ancestors };
      const roots = this.#emitRoots(f, key);
      f.return(longestPrefix(f, shape, roots, field));
    });
    module.export(this.lookup);
    const exact = this.#exact;
    if (exact === undefined) return;
    module.function(this.#groupName, { values: 'i32' }, 'i32', (f, { values }) => {
      this.#emitFindGroup(f, values, (group) => f.return(group));
      f.return(0);
    });
    module.export(this.#groupName);
    module.function(this.#hashName, { values: 'i32' }, 'i32', (f, { values }) =>
      f.return(hashKey(f, values, exact.bytes, exact.seed)),
    );
    module.export(this.#hashName);
  }

  get #groupName(): string {
    return `${this.lookup} group`;
  }

  get #hashName(): string {
    return `${this.lookup} hash`;
  }

  #emitFindGroup(f: FunctionBuilder, values: Local32, found: (group: Local32) => void): void {
    const exact = this.#exact;
    if (exact === undefined) return;
    const hash = hashKey(f, values, exact.bytes, exact.seed);
    probeIndex(f, i32(exact.groups.control), hash, (group, next) => {
      f.branchIf(next, keysDiffer(group, GROUP_KEY, values, 0, exact.bytes));
      found(group);
    });
  }

  /** The address of the roots for a key; returns 0 from the lookup when no entry has its exact values. */
  #emitRoots(f: FunctionBuilder, key: Local32): I32 {
    const exact = this.#exact;
    if (exact === undefined) return i32(this.#roots);
    const values = f.let32(this.#emitExactValues(f, key, exact.scratch));
    const roots = f.let32(0);
    f.block((done) => {
      this.#emitFindGroup(f, values, (group) => {
        f.set(roots, group.load32(4));
        f.branch(done);
      });
      f.return(0);
    });
    return roots;
  }

  /** Where the exact values stand one after another: in the key, or copied when the lpm field is between them. */
  #emitExactValues(f: FunctionBuilder, key: Local32, scratch: number): I32 {
    const { offset, bytes } = this.#prefix;
    const behind = this.#keyBytes - offset - bytes;
    if (behind === 0) return key;
    if (offset === 0) return key.add(bytes);
    f.copy(scratch, key, offset);
    f.copy(scratch + offset, key.add(offset + bytes), behind);
    return i32(scratch);
  }

  override attach(instance: Instance): void {
    if (this.#exact === undefined) return;
    this.#findGroup = Table.addressFunction(instance, this.#groupName);
    this.#hash = Table.addressFunction(instance, this.#hashName);
  }

  protected override encode(key: EntryKey): string | undefined {
    const { keys } = this.description;
    if (key.matches.length !== keys.length)
      return `the key has ${keys.length} fields, not ${key.matches.length}`;
    const { u8 } = this.memory;
    for (const [index, field] of keys.entries()) {
      const offset = this.#scratch + (this.#offsets[index] ?? 0);
      const match = key.matches[index];
      const wrong =
        field.kind === 'lpm' ? this.#encodePrefix(match, offset) : putExact(u8, offset, field, match);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #encodePrefix(match: FieldMatch | undefined, offset: number): string | undefined {
    const { field, bytes } = this.#prefix;
    const { u8 } = this.memory;
    if (match?.kind === 'any') {
      u8.fill(0, offset, offset + bytes);
      this.#length = 0;
      return undefined;
    }
    if (match?.kind !== 'lpm') return `field ${field.name} is matched by prefix, not as ${match?.kind}`;
    const { prefixLength } = match;
    if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > field.width) {
      return `field ${field.name} takes prefix lengths from 0 to ${field.width}, not ${prefixLength}`;
    }
    const wrong = putNumber(u8, offset, field, match.value);
    if (wrong !== undefined) return wrong;
    const mask = new Uint8Array(bytes);
    putPrefixMask(mask, 0, field, prefixLength);
    for (let index = 0; index < bytes; index++) {
      u8[offset + index] = (u8[offset + index] ?? 0) & (mask[index] ?? 0);
    }
    this.#length = prefixLength;
    return undefined;
  }

  /** The field's bytes in a key. */
  #fieldOf(key: number): Uint8Array {
    const start = key + this.#prefix.offset;
    return this.memory.u8.slice(start, start + this.#prefix.bytes);
  }

  /** Copies the exact values of a key to where the code wants them. */
  #copyExact(key: number, scratch: number): void {
    const { offset, bytes } = this.#prefix;
    const { u8 } = this.memory;
    u8.copyWithin(scratch, key, key + offset);
    u8.copyWithin(scratch + offset, key + offset + bytes, key + this.#keyBytes);
  }

  /** The combination of exact values of a key, or 0. */
  #groupOf(key: number): number {
    const exact = this.#exact;
    if (exact === undefined) return 0;
    this.#copyExact(key, exact.scratch);
    return this.#findGroup(exact.scratch);
  }

  #rootsOf(group: number): number {
    return group === 0 ? this.#roots : (this.memory.u32[(group + 4) >>> 2] ?? 0);
  }

  protected override findEncoded(): number {
    const roots = this.#rootsOf(this.#groupOf(this.#scratch));
    return roots === 0 ? 0 : this.#trie.find(roots, this.#fieldOf(this.#scratch), this.#length);
  }

  #makeGroup(): number {
    const exact = this.#exact;
    if (exact === undefined) return 0;
    const { memory } = this;
    const group = memory.allocate(GROUP_KEY + exact.bytes);
    const roots = memory.allocate(this.#trie.rootsBytes);
    memory.u8.copyWithin(group + GROUP_KEY, exact.scratch, exact.scratch + exact.bytes);
    memory.u32[(group + 4) >>> 2] = roots;
    while (!exact.groups.insert(this.#hash(exact.scratch), group)) this.#reseed();
    return group;
  }

  #reseed(): void {
    const exact = this.#exact;
    if (exact === undefined) return;
    const groups = [...exact.groups.references()];
    do {
      exact.groups.clear();
      drawSeed(this.memory, exact.seed, exact.bytes);
    } while (!groups.every((group) => exact.groups.insert(this.#hash(group + GROUP_KEY), group)));
  }

  protected override link(record: number): void {
    const own = record + this.layout.own;
    const { u8, u32 } = this.memory;
    u32[own >>> 2] = this.#length;
    u8.copyWithin(own + 4, this.#scratch, this.#scratch + this.#keyBytes);
    const group = this.#groupOf(this.#scratch) || this.#makeGroup();
    this.#trie.insert(this.#rootsOf(group), this.#fieldOf(own + 4), this.#length, record);
    if (group !== 0) this.memory.u32[group >>> 2] = (this.memory.u32[group >>> 2] ?? 0) + 1;
  }

  protected override unlink(record: number): void {
    const own = record + this.layout.own;
    const group = this.#groupOf(own + 4);
    this.#trie.remove(this.#rootsOf(group), this.#fieldOf(own + 4), this.memory.u32[own >>> 2] ?? 0);
    const exact = this.#exact;
    if (exact === undefined) return;
    const left = (this.memory.u32[group >>> 2] ?? 0) - 1;
    this.memory.u32[group >>> 2] = left;
    if (left > 0) return;
    exact.groups.remove(this.#hash(group + GROUP_KEY), group);
    this.#releaseGroup(group, exact.bytes);
  }

  #releaseGroup(group: number, bytes: number): void {
    this.memory.release(this.#rootsOf(group), this.#trie.rootsBytes);
    this.memory.release(group, GROUP_KEY + bytes);
  }

  protected override unlinkAll(): void {
    this.#trie.clear();
    const exact = this.#exact;
    if (exact === undefined) {
      this.memory.u8.fill(0, this.#roots, this.#roots + this.#trie.rootsBytes);
      return;
    }
    for (const group of exact.groups.references()) this.#releaseGroup(group, exact.bytes);
    exact.groups.clear();
  }

  protected override keyOf(record: number): EntryKey {
    const own = record + this.layout.own;
    const { u8, u32 } = this.memory;
    return {
      matches: this.description.keys.map((field, index) => {
        const start = own + 4 + (this.#offsets[index] ?? 0);
        const value = u8.slice(start, start + fieldBytes(field));
        return field.kind === 'lpm'
          ? { kind: 'lpm', value, prefixLength: u32[own >>> 2] ?? 0 }
          : { kind: 'exact', value };
      }),
    };
  }
}

function putExact(
  u8: Uint8Array,
  offset: number,
  field: KeyField,
  match: FieldMatch | undefined,
): string | undefined {
  if (match?.kind !== 'exact') return `field ${field.name} is matched exactly, not as ${match?.kind}`;
  return putNumber(u8, offset, field, match.value);
}
