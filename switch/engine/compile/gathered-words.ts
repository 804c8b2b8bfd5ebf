/**
 * Bytes one behind the other, put together in 64-bit words in registers, the first byte lowest: what is stored in small pieces
 * and loaded in large ones would have to wait for the stores.
 */

import { type FunctionBuilder, type I64, i64, type Local64 } from '../../wasm/index.ts';
import { loadRawBytes, swapBytes, truncate } from './bits.ts';
import type { Place } from './place.ts';
import type { Limbs } from './wide.ts';

/** Words that are being put together. */
export class GatheredWords {
  readonly #f: FunctionBuilder;
  readonly #words: (I64 | undefined)[] = [];
  #bytes = 0;

  constructor(f: FunctionBuilder) {
    this.#f = f;
  }

  /** How many bytes there are. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds up to 8 bytes, the first one lowest. */
  #put(offset: number, bytes: number, piece: I64): void {
    const [word, shift] = [offset >> 3, 8 * (offset & 7)];
    const kept = shift + 8 * bytes > 64 ? this.#f.let64(piece) : piece;
    const add = (index: number, one: I64) => {
      const before = this.#words[index];
      this.#words[index] = before === undefined ? one : before.or(one);
    };
    add(word, shift === 0 ? kept : kept.shl(BigInt(shift)));
    if (shift + 8 * bytes > 64) add(word + 1, kept.shrU(BigInt(64 - shift)));
  }

  /** Adds bytes as they stand somewhere. */
  addBytes(from: Place, bytes: number): void {
    for (let done = 0; done < bytes; ) {
      // Up to the end of a word.
      const count = Math.min(bytes - done, 8 - ((this.#bytes + done) & 7));
      this.#put(this.#bytes + done, count, loadRawBytes(from.at(done), count));
      done += count;
    }
    this.#bytes += bytes;
  }

  /** Adds a number of so many bits, big-endian in whole bytes. */
  addNumber(bits: number, limbs: Limbs): void {
    const bytes = Math.ceil(bits / 8);
    for (let limb = 0; 8 * limb < bytes; limb++) {
      const count = Math.min(8, bytes - 8 * limb);
      const number = truncate(limbs[limb] ?? i64(0n), Math.min(64, bits - 64 * limb));
      this.#put(this.#bytes + bytes - 8 * limb - count, count, swapBytes(this.#f, number, count));
    }
    this.#bytes += bytes;
  }

  /** The words, with zeros behind the last byte. */
  finish(): readonly Local64[] {
    return this.#words.map((word) => this.#f.let64(word ?? i64(0n)));
  }
}
