/**
 * The host's side of a trie for longest-prefix match in linear memory. Lookups by packets are in
 * `emit-prefix-trie.ts`; this file changes what they read.
 *
 * A tree bitmap (W. Eatherton, G. Varghese, Z. Dittia, "Tree bitmap", 2004): each node covers 6 bits, has a bit for
 * each prefix that ends in it (of 0 to 5 of these bits) and a bit for each of its 64 possible children. Children and
 * results are dense arrays, found by counting bits, so a change touches one node and moves one small array.
 *
 *     +0   u64  which prefixes end here: bit 2ˢ − 1 + v for the s bits of value v; longer ones are higher bits
 *     +8   u64  which children there are
 *     +16  u32  address of the children, one after another
 *     +20  u32  address of the results, 4 bytes each
 *     +24  u32  in a root: the result of the longest prefix that is shorter than the root's bits, or 0
 *     +28  u32  in a root: the length of that prefix
 *
 * On top stands not one node but an array of roots, indexed by the first bits. How many is chosen so that the longest
 * prefix ends in the last level with its 5th bit: a /32 and a /24 of IPv4, and a /48 of IPv6, take no level more.
 */

import type { LinearMemory } from '../wasm/index.ts';
import { ArrayPool } from './array-pool.ts';

/** Bytes of a node. */
export const NODE_BYTES = 32;
/** Bits that a node covers. */
export const STRIDE = 6;
/** Where a node has its parts. */
export const NODE = {
  internal: 0,
  external: 8,
  children: 16,
  results: 20,
  short: 24,
  shortLength: 28,
} as const;

/** For each 6 bits, which prefixes of at most 5 bits they begin with: 64 × u64. */
export const ANCESTORS_BYTES = 512;

/** Writes the table of ancestors. */
export function fillAncestors(memory: LinearMemory, address: number): void {
  for (let bits = 0; bits < 64; bits++) {
    let mask = 0n;
    for (let length = 0; length < STRIDE; length++) {
      mask |= 1n << BigInt(2 ** length - 1 + (bits >> (STRIDE - length)));
    }
    memory.view.setBigUint64(address + 8 * bits, mask, true);
  }
}

/** How many bits the roots are indexed by: as many as the bound allows, and the levels below end as they should. */
export function rootBits(width: number, bound: number): number {
  if (width <= STRIDE - 1) return 0;
  let bits = (width - (STRIDE - 1)) % STRIDE;
  while (bits + STRIDE <= Math.min(bound, width - (STRIDE - 1))) bits += STRIDE;
  return bits;
}

/** Big-endian bits of a key: `count` of them, at most 25, from a position counted from the first byte. */
function bitsAt(key: Uint8Array, position: number, count: number): number {
  let value = 0;
  const first = position >>> 3;
  for (let index = first; index <= first + 3; index++) value = value * 256 + (key[index] ?? 0);
  return Math.floor(value / 2 ** (32 - (position & 7) - count)) & (2 ** count - 1);
}

function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Tries of prefixes of fields of one width. */
export class PrefixTrie {
  readonly width: number;
  /** Bits that the roots are indexed by. */
  readonly rootBits: number;
  readonly #memory: LinearMemory;
  readonly #nodes: ArrayPool;
  readonly #results: ArrayPool;
  /** Bits of padding before the field in its bytes. */
  readonly #padding: number;
  /** The prefixes that are shorter than the roots' bits, by roots, length and value. */
  readonly #short = new Map<number, number>();

  /** @param bits At most so many bits index the roots. */
  constructor(memory: LinearMemory, width: number, bits: number) {
    this.#memory = memory;
    this.width = width;
    this.rootBits = rootBits(width, bits);
    this.#nodes = new ArrayPool(memory, NODE_BYTES);
    this.#results = new ArrayPool(memory, 4);
    this.#padding = Math.ceil(width / 8) * 8 - width;
  }

  /** Bytes of an array of roots. */
  get rootsBytes(): number {
    return NODE_BYTES * 2 ** this.rootBits;
  }

  #word(address: number): number {
    return this.#memory.u32[address >>> 2] ?? 0;
  }

  #has(bitmap: number, bit: number): boolean {
    return ((this.#word(bitmap + (bit >>> 5) * 4) >>> (bit & 31)) & 1) === 1;
  }

  #flip(bitmap: number, bit: number): void {
    const { u32 } = this.#memory;
    const at = (bitmap >>> 2) + (bit >>> 5);
    u32[at] = (u32[at] ?? 0) ^ (1 << (bit & 31));
  }

  /** How many bits are set below one. */
  #rank(bitmap: number, bit: number): number {
    const low = this.#word(bitmap);
    return bit < 32
      ? ones(low & ((1 << bit) - 1))
      : ones(low) + ones(this.#word(bitmap + 4) & ((1 << (bit - 32)) - 1));
  }

  #total(bitmap: number): number {
    return ones(this.#word(bitmap)) + ones(this.#word(bitmap + 4));
  }

  #bits(key: Uint8Array, position: number, count: number): number {
    return bitsAt(key, this.#padding + position, count);
  }

  /** Where a prefix ends: its node, its bit there, and the way down to it. The node is undefined if it is missing. */
  #descend(roots: number, key: Uint8Array, length: number, make: boolean) {
    let node = roots + this.#bits(key, 0, this.rootBits) * NODE_BYTES;
    let position = this.rootBits;
    const path: { node: number; child: number }[] = [];
    while (length - position >= STRIDE) {
      const child = this.#bits(key, position, STRIDE);
      const rank = this.#rank(node + NODE.external, child);
      if (!this.#has(node + NODE.external, child)) {
        if (!make) return undefined;
        const children = this.#nodes.insert(
          this.#word(node + NODE.children),
          this.#total(node + NODE.external),
          rank,
        );
        this.#memory.u32[(node + NODE.children) >>> 2] = children;
        this.#flip(node + NODE.external, child);
      }
      path.push({ node, child });
      node = this.#word(node + NODE.children) + rank * NODE_BYTES;
      position += STRIDE;
    }
    const rest = length - position;
    return { node, bit: 2 ** rest - 1 + this.#bits(key, position, rest), path };
  }

  #shortName(roots: number, value: number, length: number): number {
    return (roots / 8) * 2 ** 20 + 2 ** length + value;
  }

  /** The result of exactly this prefix, or 0. */
  find(roots: number, key: Uint8Array, length: number): number {
    if (length < this.rootBits) {
      return this.#short.get(this.#shortName(roots, this.#bits(key, 0, length), length)) ?? 0;
    }
    const place = this.#descend(roots, key, length, false);
    if (place === undefined || !this.#has(place.node + NODE.internal, place.bit)) return 0;
    return this.#word(
      this.#word(place.node + NODE.results) + 4 * this.#rank(place.node + NODE.internal, place.bit),
    );
  }

  /** Adds a prefix that is not there. @param result Not 0. */
  insert(roots: number, key: Uint8Array, length: number, result: number): void {
    if (length < this.rootBits) {
      const value = this.#bits(key, 0, length);
      this.#short.set(this.#shortName(roots, value, length), result);
      this.#spreadShort(roots, value, length, (node) => {
        if (this.#word(node + NODE.short) !== 0 && this.#word(node + NODE.shortLength) > length) return;
        this.#setShort(node, result, length);
      });
      return;
    }
    const place = this.#descend(roots, key, length, true);
    if (place === undefined) return;
    const { node, bit } = place;
    const bitmap = node + NODE.internal;
    const rank = this.#rank(bitmap, bit);
    const results = this.#results.insert(this.#word(node + NODE.results), this.#total(bitmap), rank);
    const { u32 } = this.#memory;
    u32[(results >>> 2) + rank] = result;
    u32[(node + NODE.results) >>> 2] = results;
    this.#flip(bitmap, bit);
  }

  /** Takes a prefix out that is there. */
  remove(roots: number, key: Uint8Array, length: number): void {
    if (length < this.rootBits) {
      this.#removeShort(roots, this.#bits(key, 0, length), length);
      return;
    }
    const place = this.#descend(roots, key, length, false);
    if (place === undefined) return;
    const { path, bit } = place;
    let { node } = place;
    const bitmap = node + NODE.internal;
    const count = this.#total(bitmap);
    const results = this.#results.remove(this.#word(node + NODE.results), count, this.#rank(bitmap, bit));
    this.#memory.u32[(node + NODE.results) >>> 2] = results;
    this.#flip(bitmap, bit);
    // Nodes without anything go, from the bottom up.
    for (let step = path.pop(); step !== undefined; step = path.pop()) {
      if (this.#total(node + NODE.internal) + this.#total(node + NODE.external) > 0) return;
      node = step.node;
      const map = node + NODE.external;
      const children = this.#nodes.remove(
        this.#word(node + NODE.children),
        this.#total(map),
        this.#rank(map, step.child),
      );
      this.#memory.u32[(node + NODE.children) >>> 2] = children;
      this.#flip(map, step.child);
    }
  }

  #setShort(node: number, result: number, length: number): void {
    const { u32 } = this.#memory;
    u32[(node + NODE.short) >>> 2] = result;
    u32[(node + NODE.shortLength) >>> 2] = length;
  }

  #spreadShort(
    roots: number,
    value: number,
    length: number,
    change: (node: number, index: number) => void,
  ): void {
    const count = 2 ** (this.rootBits - length);
    for (let index = value * count; index < (value + 1) * count; index++)
      change(roots + index * NODE_BYTES, index);
  }

  #removeShort(roots: number, value: number, length: number): void {
    this.#short.delete(this.#shortName(roots, value, length));
    let left = 0;
    let leftLength = length;
    while (left === 0 && leftLength > 0) {
      leftLength--;
      left = this.#short.get(this.#shortName(roots, value >>> (length - leftLength), leftLength)) ?? 0;
    }
    this.#spreadShort(roots, value, length, (node) => {
      if (this.#word(node + NODE.shortLength) === length) this.#setShort(node, left, leftLength);
    });
  }

  /** Takes all prefixes out of all tries; the arrays of roots are the owner's, who fills them with 0. */
  clear(): void {
    this.#short.clear();
    this.#nodes.clear();
    this.#results.clear();
  }
}
