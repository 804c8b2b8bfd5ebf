/** Tables whose fields are all matched exactly: one hash index, whose references are the records. */

import type { Instance, LinearMemory, ModuleBuilder } from '../wasm/index.ts';
import { i32 } from '../wasm/index.ts';
import type { EntryKey, TableDescription } from './description.ts';
import { type Draw, drawSeed, hashKey, hashWords, keysDiffer, seedBytes } from './emit-hash.ts';
import { probeIndex } from './emit-hash-index.ts';
import { HashIndex, INDEX_CONTROL_BYTES } from './hash-index.ts';
import { fieldBytes, fieldOffsets, putNumber } from './key-bytes.ts';
import { halvesOf, loadWords, wordCount, wordParameters, wordsDiffer } from './key-words.ts';
import { Table } from './table.ts';

/** A table with an exact key. The record's own part is the key, with zeros up to whole words. */
export class ExactTable extends Table {
  override readonly wordLookup: string | undefined;
  readonly #offsets: readonly number[];
  readonly #keyBytes: number;
  readonly #seed: number;
  readonly #draw: Draw | undefined;
  readonly #scratch: number;
  readonly #index: HashIndex;
  #lookup = Table.unattached;
  #hash = Table.unattached;

  /** @param draw Where the secret of the hash comes from; the system's generator unless said. */
  constructor(memory: LinearMemory, description: TableDescription, draw?: Draw) {
    const { offsets, bytes } = fieldOffsets(description.keys);
    super(memory, description, 8 * Math.ceil(bytes / 8));
    this.wordLookup = wordCount(bytes) === undefined ? undefined : `${this.lookup} words`;
    this.#offsets = offsets;
    this.#keyBytes = bytes;
    this.#seed = memory.allocate(seedBytes(bytes));
    this.#draw = draw;
    drawSeed(memory, this.#seed, bytes, draw);
    this.#scratch = memory.allocate(bytes + 8);
    const control = memory.allocate(INDEX_CONTROL_BYTES);
    this.#index = new HashIndex(memory, control, (record) => this.#hash(record + this.layout.own));
  }

  override emit(module: ModuleBuilder): void {
    if (this.wordLookup === undefined) this.#emitInMemory(module);
    else this.#emitInWords(module, this.wordLookup);
    module.export(this.lookup);
    module.export(this.#hashName);
  }

  #emitInWords(module: ModuleBuilder, name: string): void {
    const bytes = this.#keyBytes;
    module.function(name, wordParameters(Math.ceil(bytes / 8)), 'i32', (f, parameters) => {
      const words = Object.values(parameters);
      const hash = hashWords(f, halvesOf(words, bytes), this.#seed);
      probeIndex(f, i32(this.#index.control), hash, (record, next) => {
        f.branchIf(next, wordsDiffer(words, record, this.layout.own));
        f.return(record);
      });
      f.return(0);
    });
    module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) =>
      f.return(f.call32(name, ...loadWords(f, key, bytes))),
    );
    module.function(this.#hashName, { key: 'i32' }, 'i32', (f, { key }) =>
      f.return(hashWords(f, halvesOf(loadWords(f, key, bytes), bytes), this.#seed)),
    );
  }

  #emitInMemory(module: ModuleBuilder): void {
    const bytes = this.#keyBytes;
    module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) => {
      const hash = hashKey(f, key, bytes, this.#seed);
      probeIndex(f, i32(this.#index.control), hash, (record, next) => {
        f.branchIf(next, keysDiffer(record, this.layout.own, key, 0, bytes));
        f.return(record);
      });
      f.return(0);
    });
    module.function(this.#hashName, { key: 'i32' }, 'i32', (f, { key }) =>
      f.return(hashKey(f, key, bytes, this.#seed)),
    );
  }

  get #hashName(): string {
    return `${this.lookup} hash`;
  }

  override attach(instance: Instance): void {
    this.#lookup = Table.addressFunction(instance, this.lookup);
    this.#hash = Table.addressFunction(instance, this.#hashName);
  }

  protected override encode(key: EntryKey): string | undefined {
    const { keys } = this.description;
    if (key.matches.length !== keys.length)
      return `the key has ${keys.length} fields, not ${key.matches.length}`;
    const { u8 } = this.memory;
    // Counted: this and what it calls run once an entry, a hundred thousand times a second and more.
    for (let index = 0; index < keys.length; index++) {
      const field = keys[index];
      const match = key.matches[index];
      if (field === undefined) continue;
      if (match?.kind !== 'exact') return `field ${field.name} is matched exactly, not as ${match?.kind}`;
      const wrong = putNumber(u8, this.#scratch + (this.#offsets[index] ?? 0), field, match.value);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  protected override findEncoded(): number {
    return this.#lookup(this.#scratch);
  }

  protected override link(record: number): void {
    const { u8 } = this.memory;
    const own = record + this.layout.own;
    u8.copyWithin(own, this.#scratch, this.#scratch + this.#keyBytes);
    u8.fill(0, own + this.#keyBytes, own + 8 * Math.ceil(this.#keyBytes / 8));
    while (!this.#index.insert(this.#hash(this.#scratch), record)) this.#reseed();
  }

  /** Builds the index anew with another secret. */
  #reseed(): void {
    const records = [...this.#index.references()];
    do {
      this.#index.clear();
      drawSeed(this.memory, this.#seed, this.#keyBytes, this.#draw);
    } while (!records.every((record) => this.#index.insert(this.#hash(record + this.layout.own), record)));
  }

  protected override unlink(record: number): void {
    this.#index.remove(this.#hash(record + this.layout.own), record);
  }

  protected override unlinkAll(): void {
    this.#index.clear();
  }

  protected override keyOf(record: number): EntryKey {
    const { u8 } = this.memory;
    const key = record + this.layout.own;
    return {
      matches: this.description.keys.map((field, index) => {
        const start = key + (this.#offsets[index] ?? 0);
        return { kind: 'exact', value: u8.slice(start, start + fieldBytes(field)) };
      }),
    };
  }
}
