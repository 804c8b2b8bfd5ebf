/** What the data plane remembers by itself: new flows, and servers of fragmented packets (steps 12 and 14). */

import { crc32 } from 'node:zlib';
import { toBytes } from './bytes.ts';

/** Microseconds since a slot was used within which nobody else gets it. */
const LIFE_US = 5_000_000;
/** Within which a flow that has its slot still goes on, where the target does so; and after which it is told of again. */
const KEPT_US = 20_000_000;
const AGAIN_US = 2_000_000;

/** What a flow is known by. */
export type Tuple = {
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
};

/** The bytes of a tuple as the hash takes them. */
export function tupleBytes(tuple: Tuple): Uint8Array {
  return Buffer.concat([
    toBytes(tuple.source, 16),
    toBytes(tuple.destination, 16),
    toBytes(tuple.sourcePort, 2),
    toBytes(tuple.destinationPort, 2),
    toBytes(tuple.protocol, 1),
  ]);
}

type Flow = { readonly server: number; readonly isTold: boolean };
type Slot = { readonly key: string; readonly server: number; readonly time: number };

/** A cache with one place for a key. */
export class SlotCache {
  readonly #slots = new Map<number, Slot>();
  readonly #size: number;
  /** Whether flows are told of again, and go on when their slots are old. */
  readonly isKeeping: boolean;

  constructor(size: number, isKeeping = false) {
    this.#size = size;
    this.isKeeping = isKeeping;
  }

  /** A server; `taken`: another key lives in this one's place; `free`: nothing lives there. */
  find(key: Uint8Array, now: number): number | 'free' | 'taken' {
    const slot = this.#slots.get(this.#place(key));
    if (slot === undefined || now - slot.time > LIFE_US) return 'free';
    return slot.key === Buffer.from(key).toString('hex') ? slot.server : 'taken';
  }

  /**
   * A server that a flow has, and whether it is told of again.
   * @param isBeginning Whether what is old does not count.
   */
  findFlow(key: Uint8Array, now: number, isBeginning: boolean): Flow | 'free' | 'taken' {
    const slot = this.#slots.get(this.#place(key));
    const isOwn = slot?.key === Buffer.from(key).toString('hex');
    if (!this.isKeeping || !isOwn) {
      const found = this.find(key, now);
      return typeof found === 'number' ? { server: found, isTold: false } : found;
    }
    const age = now - slot.time;
    if (age > LIFE_US && (isBeginning || age > KEPT_US)) return 'free';
    return { server: slot.server, isTold: age >= AGAIN_US };
  }

  put(key: Uint8Array, server: number, now: number): void {
    this.#slots.set(this.#place(key), { key: Buffer.from(key).toString('hex'), server, time: now });
  }

  #place(key: Uint8Array): number {
    return crc32(key) % this.#size;
  }
}
