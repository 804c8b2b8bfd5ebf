/**
 * Tables with ternary, range or optional fields, or with several lpm fields: entries have priorities, and the best
 * that matches wins. How they are found is in `tuples.ts`.
 */

import { type Instance, i32, type LinearMemory, type ModuleBuilder } from '../wasm/index.ts';
import type { EntryKey, TableDescription } from './description.ts';
import { type Draw, drawSeed, hashKey, keysDiffer, seedBytes } from './emit-hash.ts';
import { probeIndex } from './emit-hash-index.ts';
import { hashMasked, keyWords, type TernaryShape, ternaryLookup } from './emit-ternary.ts';
import { FEW_BYTES, FewRecords } from './few-records.ts';
import { HashIndex, INDEX_CONTROL_BYTES } from './hash-index.ts';
import { loadWords, wordCount, wordParameters } from './key-words.ts';
import { Table } from './table.ts';
import { decodeTernary, encodeTernary } from './ternary-key.ts';
import { layOutTernary, TERNARY_FEW, type TernaryLayout } from './ternary-layout.ts';
import { Tuples } from './tuples.ts';

/** A table whose entries have priorities. */
export class TernaryTable extends Table {
  override readonly wordLookup: string | undefined;
  readonly #own: TernaryLayout;
  /** Bytes that tell an entry from others: from the priority up to the chain. */
  readonly #identityBytes: number;
  readonly #control: number;
  readonly #seed: number;
  readonly #identitySeed: number;
  readonly #scratch: number;
  readonly #identity: HashIndex;
  readonly #tuples: Tuples;
  readonly #few: FewRecords;
  readonly #draw: Draw | undefined;
  #hash = Table.unattached;
  #hashIdentity = Table.unattached;
  #findIdentity = Table.unattached;

  /** @param draw Where the secrets of the hashes come from; the system's generator unless said. */
  constructor(memory: LinearMemory, description: TableDescription, draw?: Draw) {
    const own = layOutTernary(description.keys);
    super(memory, description, own.bytes);
    const inWords = own.ranges.length === 0 && wordCount(own.keyBytes) !== undefined;
    this.wordLookup = inWords ? `${this.lookup} words` : undefined;
    this.#own = own;
    this.#draw = draw;
    this.#identityBytes = own.next - own.priority;
    this.#control = memory.allocate(8 + FEW_BYTES);
    this.#seed = memory.allocate(seedBytes(own.vector));
    this.#identitySeed = memory.allocate(seedBytes(this.#identityBytes));
    this.#drawSeeds();
    // As in a record, from the priority on: 4 bytes before it are not used.
    this.#scratch = memory.allocate(own.bytes) + own.priority;
    this.#identity = new HashIndex(memory, memory.allocate(INDEX_CONTROL_BYTES), (record) =>
      this.#hashIdentity(record + this.layout.own + own.priority),
    );
    this.#tuples = new Tuples(memory, this.#control, {
      layout: own,
      own: this.layout.own,
      hash: (value, tuple) => this.#hash(value, tuple),
    });
    this.#few = new FewRecords(memory, this.#control + TERNARY_FEW, (record) =>
      this.memory.view.getBigInt64(record + this.layout.own + own.rank, true),
    );
  }

  #updateFew(): void {
    this.#few.update(this.#identity.count, () => this.#identity.references());
  }

  #drawSeeds(): void {
    drawSeed(this.memory, this.#seed, this.#own.vector, this.#draw);
    drawSeed(this.memory, this.#identitySeed, this.#identityBytes, this.#draw);
  }

  /** How many masks a lookup may have to try. */
  get tupleCount(): number {
    return this.#tuples.count;
  }

  override emit(module: ModuleBuilder): void {
    const own = this.layout.own;
    const layout = this.#own;
    const shape: TernaryShape = { layout, own, control: this.#control, seed: this.#seed };
    const { wordLookup } = this;
    if (wordLookup === undefined) {
      module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) =>
        f.return(ternaryLookup(f, shape, keyWords(f, layout, key), key)),
      );
    } else {
      module.function(wordLookup, wordParameters(Math.ceil(layout.keyBytes / 8)), 'i32', (f, parameters) =>
        f.return(ternaryLookup(f, shape, Object.values(parameters), undefined)),
      );
      module.function(this.lookup, { key: 'i32' }, 'i32', (f, { key }) =>
        f.return(f.call32(wordLookup, ...loadWords(f, key, layout.keyBytes))),
      );
    }
    module.function(this.#names.hash, { value: 'i32', tuple: 'i32' }, 'i32', (f, { value, tuple }) =>
      f.return(hashMasked(f, shape, keyWords(f, layout, value), tuple)),
    );
    module.function(this.#names.hashIdentity, { key: 'i32' }, 'i32', (f, { key }) =>
      f.return(hashKey(f, key, this.#identityBytes, this.#identitySeed)),
    );
    module.function(this.#names.find, { key: 'i32' }, 'i32', (f, { key }) => {
      const hash = hashKey(f, key, this.#identityBytes, this.#identitySeed);
      probeIndex(f, i32(this.#identity.control), hash, (record, next) => {
        f.branchIf(next, keysDiffer(record, own + layout.priority, key, 0, this.#identityBytes));
        f.return(record);
      });
      f.return(0);
    });
    for (const name of [this.lookup, ...Object.values(this.#names)]) module.export(name);
  }

  get #names() {
    return {
      hash: `${this.lookup} hash`,
      hashIdentity: `${this.lookup} identity hash`,
      find: `${this.lookup} identity`,
    };
  }

  override attach(instance: Instance): void {
    this.#hash = Table.addressFunction(instance, this.#names.hash);
    this.#hashIdentity = Table.addressFunction(instance, this.#names.hashIdentity);
    this.#findIdentity = Table.addressFunction(instance, this.#names.find);
  }

  protected override encode(key: EntryKey): string | undefined {
    const { keys } = this.description;
    if (key.matches.length !== keys.length)
      return `the key has ${keys.length} fields, not ${key.matches.length}`;
    const { priority } = key;
    if (priority === undefined || (priority | 0) !== priority) {
      return `an entry has a priority, a whole number of 32 bits with sign, not ${priority}`;
    }
    const own = this.#scratch - this.#own.priority;
    this.memory.u8.fill(0, this.#scratch, this.#scratch + this.#identityBytes);
    this.memory.view.setInt32(this.#scratch, this.#turn(priority), true);
    for (const [index, field] of keys.entries()) {
      const wrong = encodeTernary(this.memory, own, this.#own, index, field, key.matches[index]);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** From what the user counts in to what the table does, where larger wins, and back. */
  #turn(priority: number): number {
    return this.description.priorities === 'smaller-wins' ? ~priority : priority;
  }

  protected override findEncoded(): number {
    return this.#findIdentity(this.#scratch);
  }

  protected override link(record: number): void {
    const own = record + this.layout.own;
    const { u8, u32 } = this.memory;
    u32[own >>> 2] = ~(u32[(record + 4) >>> 2] ?? 0);
    u8.copyWithin(own + this.#own.priority, this.#scratch, this.#scratch + this.#identityBytes);
    while (!this.#identity.insert(this.#hashIdentity(this.#scratch), record)) this.#reseed();
    try {
      while (!this.#tuples.insert(record)) this.#reseed();
    } catch (error) {
      this.#identity.remove(this.#hashIdentity(this.#scratch), record);
      throw error;
    }
    this.#updateFew();
  }

  /** Builds everything anew with other secrets. A record that is only in the identities is not in the tuples yet. */
  #reseed(): void {
    const records = [...this.#identity.references()];
    const linked = records.filter(
      (record) => this.memory.u32[(record + this.layout.own + this.#own.tuple) >>> 2] !== 0,
    );
    do {
      this.#identity.clear();
      this.#tuples.clear();
      this.#drawSeeds();
    } while (
      !(
        records.every((record) =>
          this.#identity.insert(this.#hashIdentity(record + this.layout.own + this.#own.priority), record),
        ) && linked.every((record) => this.#tuples.insert(record))
      )
    );
  }

  protected override unlink(record: number): void {
    this.#tuples.remove(record);
    this.#identity.remove(this.#hashIdentity(record + this.layout.own + this.#own.priority), record);
    this.#updateFew();
  }

  protected override unlinkAll(): void {
    this.#tuples.clear();
    this.#identity.clear();
    this.#updateFew();
  }

  protected override keyOf(record: number): EntryKey {
    const own = record + this.layout.own;
    return {
      matches: this.description.keys.map((field, index) =>
        decodeTernary(this.memory, own, this.#own, index, field),
      ),
      priority: this.#turn(this.memory.view.getInt32(own + this.#own.priority, true)),
    };
  }
}
