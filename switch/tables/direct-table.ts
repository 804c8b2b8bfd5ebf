/**
 * Tables with an exact key of one or two bytes: the record stands where the key says, and nothing is hashed or compared. Ports
 * and numbers of next hops are such keys.
 *
 *     directory   256 × u32   by the first byte: the address of a page; without entries, that of the empty one
 *     page        256 × u32   by the second byte: the address of the record, or 0
 *
 * A key of one byte has one page.
 */

import {
  type FunctionBuilder,
  type I32,
  type Instance,
  i32,
  type LinearMemory,
  type ModuleBuilder,
} from '../wasm/index.ts';
import type { EntryKey, TableDescription } from './description.ts';
import { fieldBytes, fieldOffsets, putNumber } from './key-bytes.ts';
import { Table } from './table.ts';

const PAGE_BYTES = 256 * 4;

/** Bytes that the key of such a table has at most. */
export const DIRECT_BYTES = 2;

/** A table with a short exact key. The record's own part is the key. */
export class DirectTable extends Table {
  override readonly wordLookup: string;
  override readonly numberLookup: string;
  readonly #offsets: readonly number[];
  readonly #keyBytes: number;
  readonly #directory: number;
  readonly #empty: number;
  readonly #key = new Uint8Array(DIRECT_BYTES);
  /** Records in each page, by the first byte. */
  readonly #counts = new Uint16Array(256);

  constructor(memory: LinearMemory, description: TableDescription) {
    const { offsets, bytes } = fieldOffsets(description.keys);
    super(memory, description, 4);
    this.wordLookup = `${this.lookup} words`;
    this.numberLookup = `${this.lookup} number`;
    this.#offsets = offsets;
    this.#keyBytes = bytes;
    this.#directory = memory.allocate(PAGE_BYTES);
    this.#empty = memory.allocate(PAGE_BYTES);
    memory.u8.fill(0, this.#empty, this.#empty + PAGE_BYTES);
    // For a key of one byte the directory is its only page.
    const nothing = bytes === 1 ? 0 : this.#empty;
    memory.u32.fill(nothing, this.#directory >>> 2, (this.#directory + PAGE_BYTES) >>> 2);
  }

  override emit(module: ModuleBuilder): void {
    const find = (f: FunctionBuilder, first: I32, second: I32) => {
      const found = first.shl(2).load32(this.#directory);
      f.return(this.#keyBytes === 1 ? found : found.add(second.shl(2)).load32());
    };
    module.function(this.wordLookup, { word: 'i64' }, 'i32', (f, { word }) =>
      find(f, word.to32().and(0xff), word.to32().shrU(8).and(0xff)),
    );
    module.function(this.numberLookup, { number: 'i32' }, 'i32', (f, { number }) =>
      this.#keyBytes === 1 ? find(f, number, i32(0)) : find(f, number.shrU(8), number.and(0xff)),
    );
    module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) =>
      find(f, key.load8(), this.#keyBytes === 1 ? i32(0) : key.load8(1)),
    );
    module.export(this.lookup);
  }

  override attach(_: Instance): void {}

  protected override encode(key: EntryKey): string | undefined {
    const { keys } = this.description;
    if (key.matches.length !== keys.length)
      return `the key has ${keys.length} fields, not ${key.matches.length}`;
    for (const [index, field] of keys.entries()) {
      const match = key.matches[index];
      if (match?.kind !== 'exact') return `field ${field.name} is matched exactly, not as ${match?.kind}`;
      const wrong = putNumber(this.#key, this.#offsets[index] ?? 0, field, match.value);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  #word(address: number): number {
    return this.memory.u32[address >>> 2] ?? 0;
  }

  /** Where the address of the record for a key stands. */
  #placeOf(first: number, second: number): number {
    const at = this.#directory + 4 * first;
    return this.#keyBytes === 1 ? at : this.#word(at) + 4 * second;
  }

  protected override findEncoded(): number {
    const [first = 0, second = 0] = this.#key;
    return this.#word(this.#placeOf(first, second));
  }

  protected override link(record: number): void {
    const [first = 0, second = 0] = this.#key;
    const at = this.#directory + 4 * first;
    if (this.#keyBytes > 1 && this.#word(at) === this.#empty) {
      const page = this.memory.allocate(PAGE_BYTES);
      this.memory.u8.fill(0, page, page + PAGE_BYTES);
      this.memory.u32[at >>> 2] = page;
    }
    this.#counts[first] = (this.#counts[first] ?? 0) + 1;
    this.memory.u8.set(this.#key, record + this.layout.own);
    this.memory.u32[this.#placeOf(first, second) >>> 2] = record;
  }

  protected override unlink(record: number): void {
    const own = record + this.layout.own;
    const { u8, u32 } = this.memory;
    const first = u8[own] ?? 0;
    u32[this.#placeOf(first, u8[own + 1] ?? 0) >>> 2] = 0;
    const left = (this.#counts[first] ?? 0) - 1;
    this.#counts[first] = left;
    if (left === 0) this.#releasePage(first);
  }

  #releasePage(first: number): void {
    const at = this.#directory + 4 * first;
    const page = this.#word(at);
    if (this.#keyBytes === 1 || page === this.#empty) return;
    this.memory.u32[at >>> 2] = this.#empty;
    this.memory.release(page, PAGE_BYTES);
  }

  protected override unlinkAll(): void {
    this.#counts.fill(0);
    if (this.#keyBytes === 1) this.memory.u8.fill(0, this.#directory, this.#directory + PAGE_BYTES);
    for (let first = 0; first < 256; first++) this.#releasePage(first);
  }

  protected override keyOf(record: number): EntryKey {
    const key = record + this.layout.own;
    return {
      matches: this.description.keys.map((field, index) => {
        const start = key + (this.#offsets[index] ?? 0);
        return { kind: 'exact', value: this.memory.u8.slice(start, start + fieldBytes(field)) };
      }),
    };
  }
}
