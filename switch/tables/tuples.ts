/**
 * The host's side of tuple-space search (V. Srinivasan, S. Suri, G. Varghese, "Packet classification using tuple space
 * search", 1999), with entries put into tuples of coarser masks than their own as long as few of them meet there
 * (J. Daly et al., "TupleMerge: fast software packet processing for online packet classification", 2019): fewer tuples
 * are fewer probes.
 */

import type { LinearMemory } from '../wasm/index.ts';
import { HashIndex } from './hash-index.ts';
import { ORDER_BYTES, type TernaryLayout, TUPLE_MASK } from './ternary-layout.ts';

/** So many entries may meet under one masked key before another tuple is looked for. */
const LONGEST_CHAIN = 8;

type Rank = { readonly priority: number; readonly handle: number };

type Tuple = {
  readonly address: number;
  readonly mask: Uint8Array;
  readonly bits: number;
  readonly index: HashIndex;
  /** No entry has a better rank than this; the entry that had it may be gone. */
  best: Rank;
  count: number;
  /** How often the best entry went since `best` was looked for. */
  losses: number;
};

/** What the tuples need to know about the records. */
export type TupleRecords = {
  readonly layout: TernaryLayout;
  /** Where a record has its own part. */
  readonly own: number;
  /** The hash of a value, by its address, under the mask of a tuple. */
  readonly hash: (value: number, tuple: number) => number;
};

function better(one: Rank, other: Rank): boolean {
  return one.priority > other.priority || (one.priority === other.priority && one.handle < other.handle);
}

function countBits(mask: Uint8Array): number {
  let bits = 0;
  for (const byte of mask) for (let rest = byte; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}

function includes(mask: Uint8Array, part: Uint8Array): boolean {
  // Loops and not `every`: this runs for each tuple at each insert.
  for (let index = 0; index < part.length; index++) {
    const byte = part[index] ?? 0;
    if (((mask[index] ?? 0) & byte) !== byte) return false;
  }
  return true;
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, index) => byte === other[index]);
}

/** Masks to make tuples of, from coarse to fine; the last is the entry's own. */
function coarserMasks(mask: Uint8Array): Uint8Array[] {
  const bytes = mask.map((byte) => (byte === 0xff ? byte : 0));
  const halves = mask.map(
    (byte) => ((byte & 0xf0) === 0xf0 ? 0xf0 : 0) | ((byte & 0x0f) === 0x0f ? 0x0f : 0),
  );
  return [mask.map(() => 0), bytes, halves, mask];
}

/** The tuples of a table. */
export class Tuples {
  readonly #memory: LinearMemory;
  readonly #records: TupleRecords;
  readonly #control: number;
  /** By their best ranks. */
  readonly #order: Tuple[] = [];
  /** By the bits of their masks. */
  readonly #finestFirst: Tuple[] = [];
  readonly #byAddress = new Map<number, Tuple>();
  #orderRoom = 0;

  /** @param control Where the table's control block stands. */
  constructor(memory: LinearMemory, control: number, records: TupleRecords) {
    this.#memory = memory;
    this.#control = control;
    this.#records = records;
  }

  /** How many tuples there are. */
  get count(): number {
    return this.#order.length;
  }

  #word(address: number): number {
    return this.#memory.u32[address >>> 2] ?? 0;
  }

  #setWord(address: number, value: number): void {
    this.#memory.u32[address >>> 2] = value;
  }

  #own(record: number, offset: number): number {
    return record + this.#records.own + offset;
  }

  #next(record: number): number {
    return this.#word(this.#own(record, this.#records.layout.next));
  }

  #rank(record: number): Rank {
    return { priority: this.#word(this.#own(record, 4)) | 0, handle: this.#word(record + 4) };
  }

  #bytes(address: number): Uint8Array {
    return this.#memory.u8.subarray(address, address + this.#records.layout.vector);
  }

  /** Whether two values are the same under a mask. */
  #meet(one: number, other: number, mask: Uint8Array): boolean {
    const { u8 } = this.#memory;
    for (let index = 0; index < mask.length; index++) {
      if ((((u8[one + index] ?? 0) ^ (u8[other + index] ?? 0)) & (mask[index] ?? 0)) !== 0) return false;
    }
    return true;
  }

  /** The first record of the chain that a value belongs to in a tuple, or 0. */
  #chain(tuple: Tuple, value: number, hash: number): number {
    const { layout } = this.#records;
    return tuple.index.find(hash, (head) => this.#meet(this.#own(head, layout.value), value, tuple.mask));
  }

  #isShort(head: number): boolean {
    let length = 0;
    for (let record = head; record !== 0 && length < LONGEST_CHAIN; record = this.#next(record)) length++;
    return length < LONGEST_CHAIN;
  }

  /** The tuple that an entry goes into: the finest with room, else a new one, as coarse as has room. */
  #choose(value: number, mask: Uint8Array): Tuple {
    for (const tuple of this.#finestFirst) {
      if (!includes(mask, tuple.mask)) continue;
      if (this.#isShort(this.#chain(tuple, value, this.#records.hash(value, tuple.address)))) return tuple;
    }
    let full: Tuple | undefined;
    for (const coarser of coarserMasks(mask)) {
      full = this.#order.find((tuple) => same(tuple.mask, coarser));
      if (full === undefined) return this.#make(coarser.slice());
    }
    return full ?? this.#make(mask.slice());
  }

  #make(mask: Uint8Array): Tuple {
    const { layout, own, hash } = this.#records;
    const address = this.#memory.allocate(TUPLE_MASK + layout.vector);
    this.#memory.u8.set(mask, address + TUPLE_MASK);
    const tuple: Tuple = {
      address,
      mask,
      bits: countBits(mask),
      index: new HashIndex(this.#memory, address, (record) => hash(record + own + layout.value, address)),
      best: { priority: -(2 ** 31), handle: 0xffff_ffff },
      count: 0,
      losses: 0,
    };
    this.#byAddress.set(address, tuple);
    this.#order.push(tuple);
    this.#finestFirst.push(tuple);
    this.#finestFirst.sort((one, other) => other.bits - one.bits);
    return tuple;
  }

  /**
   * Adds a record, whose own part but for the chain is written.
   * @returns False when the hashes of thousands of chains agree; nothing is added then.
   */
  insert(record: number): boolean {
    const { layout } = this.#records;
    const value = this.#own(record, layout.value);
    const tuple = this.#choose(value, this.#bytes(this.#own(record, layout.mask)));
    const rank = this.#rank(record);
    const hash = this.#records.hash(value, tuple.address);
    const head = this.#chain(tuple, value, hash);
    this.#setWord(this.#own(record, layout.tuple), tuple.address);
    if (head === 0 || better(rank, this.#rank(head))) {
      this.#setWord(this.#own(record, layout.next), head);
      if (head !== 0) tuple.index.replace(hash, head, record);
      else if (!tuple.index.insert(hash, record)) {
        if (tuple.count === 0) this.#drop(tuple);
        return false;
      }
    } else {
      let before = head;
      while (this.#next(before) !== 0 && better(this.#rank(this.#next(before)), rank))
        before = this.#next(before);
      this.#setWord(this.#own(record, layout.next), this.#next(before));
      this.#setWord(this.#own(before, layout.next), record);
    }
    tuple.count++;
    if (tuple.count === 1 || better(rank, tuple.best)) {
      tuple.best = rank;
      tuple.losses = 0;
      this.#sort();
    }
    return true;
  }

  /** Takes a record out. */
  remove(record: number): void {
    const { layout } = this.#records;
    const tuple = this.#byAddress.get(this.#word(this.#own(record, layout.tuple)));
    if (tuple === undefined) return;
    const value = this.#own(record, layout.value);
    const hash = this.#records.hash(value, tuple.address);
    const head = this.#chain(tuple, value, hash);
    const next = this.#next(record);
    if (head !== record) {
      let before = head;
      while (this.#next(before) !== record) before = this.#next(before);
      this.#setWord(this.#own(before, layout.next), next);
    } else if (next === 0) tuple.index.remove(hash, record);
    else tuple.index.replace(hash, record, next);
    tuple.count--;
    if (tuple.count === 0) this.#drop(tuple);
    else if (!better(tuple.best, this.#rank(record))) this.#lose(tuple);
  }

  /** The best entry went. A bound that is too high costs probes only, so it is looked for anew once in a while. */
  #lose(tuple: Tuple): void {
    tuple.losses++;
    if (tuple.losses * 4 < tuple.index.count) return;
    let best: Rank | undefined;
    for (const head of tuple.index.references()) {
      const rank = this.#rank(head);
      if (best === undefined || better(rank, best)) best = rank;
    }
    if (best === undefined) return;
    tuple.best = best;
    tuple.losses = 0;
    this.#sort();
  }

  #drop(tuple: Tuple): void {
    this.#order.splice(this.#order.indexOf(tuple), 1);
    this.#finestFirst.splice(this.#finestFirst.indexOf(tuple), 1);
    this.#byAddress.delete(tuple.address);
    this.#sort();
    this.#release(tuple);
  }

  #release(tuple: Tuple): void {
    tuple.index.release();
    this.#memory.release(tuple.address, TUPLE_MASK + this.#records.layout.vector);
  }

  /** Orders the tuples by their best ranks, and writes the order down for the lookups. */
  #sort(): void {
    this.#order.sort((one, other) => (better(one.best, other.best) ? -1 : 1));
    if (this.#order.length > this.#orderRoom) {
      const room = Math.max(8, 2 * this.#order.length);
      const order = this.#memory.allocate(room * ORDER_BYTES);
      if (this.#orderRoom > 0) this.#memory.release(this.#word(this.#control), this.#orderRoom * ORDER_BYTES);
      this.#setWord(this.#control, order);
      this.#orderRoom = room;
    }
    let at = this.#word(this.#control);
    for (const { best, address } of this.#order) {
      this.#setWord(at, ~best.handle);
      this.#setWord(at + 4, best.priority);
      this.#setWord(at + 8, address);
      at += ORDER_BYTES;
    }
    this.#setWord(this.#control + 4, this.#order.length);
  }

  /** Takes all records out. */
  clear(): void {
    this.#setWord(this.#control + 4, 0);
    for (const tuple of this.#order) this.#release(tuple);
    this.#order.length = 0;
    this.#finestFirst.length = 0;
    this.#byAddress.clear();
  }
}
