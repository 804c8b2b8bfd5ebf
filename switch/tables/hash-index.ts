/**
 * The host's side of a hash index in linear memory: from a 32-bit hash to the references that have it. Lookups by
 * packets are in `emit-hash-index.ts`; this file changes what they read.
 *
 * Extendible hashing: a directory, indexed by the upper bits of the hash, of segments of up to 64 groups. Only one
 * segment is split at a time, so the longest insert moves a few hundred references however large the index is.
 *
 * A group is one cache line of 12 places, after Facebook's F14 (without tombstones):
 *
 *     +0   12 × u8   tag of each place, 0 for an empty one
 *     +12  u16       how many references passed over this group because it was full
 *     +14  u16       in group 0: how many references the segment has; in group 1: how often it was split
 *     +16  12 × u32  the references
 *
 * Control block, whose address is written into the code:
 *
 *     +0   u32  address of the directory
 *     +4   u32  by how much a hash is shifted right to index it
 *     +8   u32  groups of a segment − 1
 *     +12  u32  how many references there are
 */

import type { LinearMemory } from '../wasm/index.ts';

/** Bytes of the control block. */
export const INDEX_CONTROL_BYTES = 16;
/** Bytes of a group. */
export const GROUP_BYTES = 64;
/** Places of a group. */
export const GROUP_PLACES = 12;
/** Where a group says how many references passed over it. */
export const GROUP_OVERFLOW = 12;
/** Where the references of a group stand. */
export const GROUP_REFERENCES = 16;

const GROUP_EXTRA = 14;
const LARGEST_SEGMENT = 64;
/** Of how many places of a segment at most so many are used: 10.2 of 12 in each group. */
const FULL = 0.85;
/**
 * A directory of 2²⁰ segments holds 400 million references when hashes spread. Past it they do not.
 */
const DEEPEST = 20;

/** The tag of a hash: 1 to 255, from other bits than those that choose group and segment. */
export function tagOf(hash: number): number {
  return (hash >>> 6) & 0xff || 1;
}

/** An index over references whose hashes the owner can compute. */
export class HashIndex {
  readonly control: number;
  readonly #memory: LinearMemory;
  readonly #hashOf: (reference: number) => number;

  /**
   * Makes an empty index.
   * @param control Where its control block stands: `INDEX_CONTROL_BYTES`.
   * @param hashOf The hash of a reference in the index.
   */
  constructor(memory: LinearMemory, control: number, hashOf: (reference: number) => number) {
    this.control = control;
    this.#memory = memory;
    this.#hashOf = hashOf;
    this.#start();
  }

  #start(): void {
    const directory = this.#memory.allocate(8);
    const segment = this.#memory.allocate(GROUP_BYTES, GROUP_BYTES);
    const { u32 } = this.#memory;
    u32[directory >>> 2] = segment;
    u32[(directory >>> 2) + 1] = segment;
    const at = this.control >>> 2;
    u32[at] = directory;
    u32[at + 1] = 31;
    u32[at + 2] = 0;
    u32[at + 3] = 0;
  }

  /** How many references there are. */
  get count(): number {
    return this.#word(this.control + 12);
  }

  #word(address: number): number {
    return this.#memory.u32[address >>> 2] ?? 0;
  }

  #segmentOf(hash: number): number {
    return this.#word(this.#word(this.control) + (hash >>> this.#word(this.control + 4)) * 4);
  }

  #extra(segment: number, group: number): number {
    return this.#memory.view.getUint16(segment + group * GROUP_BYTES + GROUP_EXTRA, true);
  }

  #setExtra(segment: number, group: number, value: number): void {
    this.#memory.view.setUint16(segment + group * GROUP_BYTES + GROUP_EXTRA, value, true);
  }

  /**
   * Adds a reference; one that is there already is there twice.
   * @returns False when the hashes of thousands of references agree, which takes an attacker who knows the seed: the
   * owner draws a new one and builds the index again.
   */
  insert(hash: number, reference: number): boolean {
    for (;;) {
      const segment = this.#segmentOf(hash);
      const groups = this.#word(this.control + 8) + 1;
      if (this.#extra(segment, 0) < Math.floor(groups * GROUP_PLACES * FULL)) {
        this.#place(segment, hash, reference);
        this.#memory.u32[(this.control + 12) >>> 2] = this.count + 1;
        return true;
      }
      if (groups < LARGEST_SEGMENT) this.#widen(segment, groups);
      else if (!this.#split(segment, hash)) return false;
    }
  }

  #place(segment: number, hash: number, reference: number): void {
    const { u8, u32, view } = this.#memory;
    const mask = this.#word(this.control + 8);
    for (let group = hash & mask; ; group = (group + 1) & mask) {
      const address = segment + group * GROUP_BYTES;
      for (let place = 0; place < GROUP_PLACES; place++) {
        if (u8[address + place] !== 0) continue;
        u32[((address + GROUP_REFERENCES) >>> 2) + place] = reference;
        u8[address + place] = tagOf(hash);
        this.#setExtra(segment, 0, this.#extra(segment, 0) + 1);
        return;
      }
      view.setUint16(address + GROUP_OVERFLOW, view.getUint16(address + GROUP_OVERFLOW, true) + 1, true);
    }
  }

  /** The references of a segment, taken out of it. */
  #take(segment: number, groups: number): number[] {
    const { u8, u32 } = this.#memory;
    const taken: number[] = [];
    for (let group = 0; group < groups; group++) {
      const address = segment + group * GROUP_BYTES;
      for (let place = 0; place < GROUP_PLACES; place++) {
        if (u8[address + place] !== 0) taken.push(u32[((address + GROUP_REFERENCES) >>> 2) + place] ?? 0);
      }
    }
    u8.fill(0, segment, segment + groups * GROUP_BYTES);
    return taken;
  }

  /** Doubles the only segment. */
  #widen(segment: number, groups: number): void {
    const wider = this.#memory.allocate(2 * groups * GROUP_BYTES, GROUP_BYTES);
    const references = this.#take(segment, groups);
    const { u32 } = this.#memory;
    const directory = this.#word(this.control) >>> 2;
    u32[directory] = wider;
    u32[directory + 1] = wider;
    u32[(this.control + 8) >>> 2] = 2 * groups - 1;
    for (const reference of references) this.#place(wider, this.#hashOf(reference), reference);
    this.#memory.release(segment, groups * GROUP_BYTES, GROUP_BYTES);
  }

  #split(segment: number, hash: number): boolean {
    const depth = this.#extra(segment, 1);
    let shift = this.#word(this.control + 4);
    if (depth === 32 - shift) {
      if (depth === DEEPEST) return false;
      this.#doubleDirectory();
      shift--;
    }
    const bytes = LARGEST_SEGMENT * GROUP_BYTES;
    const second = this.#memory.allocate(bytes, GROUP_BYTES);
    const { u32 } = this.#memory;
    // The entries of the directory for this segment are neighbours; the upper half of them gets the new one.
    const count = 2 ** (32 - shift - depth);
    const first = depth === 0 ? 0 : (hash >>> (32 - depth)) * count;
    const directory = this.#word(this.control) >>> 2;
    for (let entry = first + count / 2; entry < first + count; entry++) u32[directory + entry] = second;
    const references = this.#take(segment, LARGEST_SEGMENT);
    this.#setExtra(segment, 1, depth + 1);
    this.#setExtra(second, 1, depth + 1);
    for (const reference of references) {
      const itsHash = this.#hashOf(reference);
      this.#place((itsHash >>> (31 - depth)) & 1 ? second : segment, itsHash, reference);
    }
    return true;
  }

  #doubleDirectory(): void {
    const shift = this.#word(this.control + 4);
    const entries = 2 ** (32 - shift);
    const old = this.#word(this.control);
    const directory = this.#memory.allocate(entries * 8);
    const { u32 } = this.#memory;
    for (let entry = 0; entry < entries; entry++) {
      const segment = u32[(old >>> 2) + entry] ?? 0;
      u32[(directory >>> 2) + 2 * entry] = segment;
      u32[(directory >>> 2) + 2 * entry + 1] = segment;
    }
    u32[this.control >>> 2] = directory;
    u32[(this.control >>> 2) + 1] = shift - 1;
    this.#memory.release(old, entries * 4);
  }

  /** The first reference with this hash for which the test holds, or 0. */
  find(hash: number, test: (reference: number) => boolean): number {
    const place = this.#locate(hash, test);
    return place === undefined ? 0 : this.#word(place.address);
  }

  #locate(hash: number, test: (reference: number) => boolean) {
    const { u8, u32, view } = this.#memory;
    const segment = this.#segmentOf(hash);
    const mask = this.#word(this.control + 8);
    const tag = tagOf(hash);
    const start = hash & mask;
    for (let steps = 0; steps <= mask; steps++) {
      const group = segment + ((start + steps) & mask) * GROUP_BYTES;
      for (let place = 0; place < GROUP_PLACES; place++) {
        if (u8[group + place] !== tag) continue;
        const address = group + GROUP_REFERENCES + 4 * place;
        if (test(u32[address >>> 2] ?? 0)) return { segment, steps, tag: group + place, address };
      }
      if (view.getUint16(group + GROUP_OVERFLOW, true) === 0) return undefined;
    }
    return undefined;
  }

  /** Puts a reference with the same hash into the place of another. False when that one is not there. */
  replace(hash: number, reference: number, by: number): boolean {
    const found = this.#locate(hash, (candidate) => candidate === reference);
    if (found === undefined) return false;
    this.#memory.u32[found.address >>> 2] = by;
    return true;
  }

  /** Takes a reference out. False when it is not there. */
  remove(hash: number, reference: number): boolean {
    const found = this.#locate(hash, (candidate) => candidate === reference);
    if (found === undefined) return false;
    const { u8, view, u32 } = this.#memory;
    u8[found.tag] = 0;
    const mask = this.#word(this.control + 8);
    for (let step = 0; step < found.steps; step++) {
      const passed = found.segment + (((hash & mask) + step) & mask) * GROUP_BYTES + GROUP_OVERFLOW;
      view.setUint16(passed, view.getUint16(passed, true) - 1, true);
    }
    this.#setExtra(found.segment, 0, this.#extra(found.segment, 0) - 1);
    u32[(this.control + 12) >>> 2] = this.count - 1;
    return true;
  }

  /** All references, in no order. The index may not change meanwhile. */
  *references(): Generator<number> {
    const groups = this.#word(this.control + 8) + 1;
    const { u8, u32 } = this.#memory;
    for (const segment of this.#segments()) {
      for (let group = 0; group < groups; group++) {
        const address = segment + group * GROUP_BYTES;
        for (let place = 0; place < GROUP_PLACES; place++) {
          if (u8[address + place] !== 0) yield u32[((address + GROUP_REFERENCES) >>> 2) + place] ?? 0;
        }
      }
    }
  }

  *#segments(): Generator<number> {
    const directory = this.#word(this.control);
    const entries = 2 ** (32 - this.#word(this.control + 4));
    let last = 0;
    for (let entry = 0; entry < entries; entry++) {
      const segment = this.#word(directory + entry * 4);
      // The entries of one segment are neighbours.
      if (segment !== last) yield segment;
      last = segment;
    }
  }

  /** Takes all references out, and gives the memory back but for an empty index. */
  clear(): void {
    this.release();
    this.#start();
  }

  /** Gives all memory back but for the control block, which is the owner's; nothing may be called after it. */
  release(): void {
    const segmentBytes = (this.#word(this.control + 8) + 1) * GROUP_BYTES;
    const segments = [...this.#segments()];
    for (const segment of segments) this.#memory.release(segment, segmentBytes, GROUP_BYTES);
    this.#memory.release(this.#word(this.control), 4 * 2 ** (32 - this.#word(this.control + 4)));
  }
}
