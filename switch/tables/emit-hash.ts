/**
 * The hash of a table's keys, as code: multilinear over 32-bit words with secret random 64-bit factors (D. Lemire,
 * O. Kaser, "Strongly universal string hashing is fast", 2014), so that nobody outside can choose keys that collide,
 * then mixed, so that keys in sequence spread. Unrolled for the length.
 */

import { webcrypto } from 'node:crypto';
import {
  type FunctionBuilder,
  I32,
  type I64,
  i32,
  i64,
  type LinearMemory,
  type Local32,
} from '../wasm/index.ts';

/** 2⁶⁴ divided by the golden ratio, odd: Knuth's multiplicative hashing. */
const MIX = 0x9e3779b97f4a7c15n;

/** Bytes of the secret factors for keys of some length. */
export function seedBytes(keyBytes: number): number {
  return 8 * (1 + Math.ceil(keyBytes / 4));
}

/** Fills bytes at random. */
export type Draw = (bytes: Uint8Array) => void;

const systemRandom: Draw = (bytes) => webcrypto.getRandomValues(bytes);

/** Draws secret factors anew. */
export function drawSeed(
  memory: LinearMemory,
  seed: number,
  keyBytes: number,
  draw: Draw = systemRandom,
): void {
  const bytes = new Uint8Array(seedBytes(keyBytes));
  // The system's generator gives 64 KiB at a time.
  for (let start = 0; start < bytes.length; start += 65_536) draw(bytes.subarray(start, start + 65_536));
  memory.u8.set(bytes, seed);
}

/** The 32-bit words that cover a key exactly: the last one may begin inside the one before. */
export function wordsOf(address: I32, bytes: number): I64[] {
  if (bytes === 1) return [address.load8To64()];
  if (bytes === 2) return [address.load16To64()];
  if (bytes === 3) return [address.load16To64().or(address.load8To64(2).shl(16n))];
  const words: I64[] = [];
  for (let offset = 0; offset + 4 <= bytes; offset += 4) words.push(address.load32To64(offset));
  if (bytes % 4 !== 0) words.push(address.load32To64(bytes - 4));
  return words;
}

/** Adds up words times factors, and mixes. @param seed The address of the factors. */
export function hashWords(f: FunctionBuilder, words: readonly I64[], seed: number): Local32 {
  const sum = f.let64(i32(seed).load64());
  for (const [index, word] of words.entries()) {
    f.set(sum, sum.add(word.mul(i32(seed).load64(8 * (index + 1)))));
  }
  return f.let32(sum.xor(sum.shrU(32n)).mul(i64(MIX)).shrU(32n).to32());
}

/** The hash of the key at an address. */
export function hashKey(f: FunctionBuilder, address: Local32, keyBytes: number, seed: number): Local32 {
  return hashWords(f, wordsOf(address, keyBytes), seed);
}

/** Whether two keys differ: not 0 when they do. Reads exactly their bytes. */
export function keysDiffer(
  left: Local32,
  leftOffset: number,
  right: Local32,
  rightOffset: number,
  bytes: number,
): I32 {
  if (bytes >= 16) {
    const offsets = steps(bytes, 16);
    return new I32((m) => {
      const differences = offsets.map((offset) =>
        m.v128.xor(
          m.v128.load(leftOffset + offset, 1, left.emit(m)),
          m.v128.load(rightOffset + offset, 1, right.emit(m)),
        ),
      );
      return m.v128.any_true(differences.reduce((all, one) => m.v128.or(all, one)));
    });
  }
  const load =
    bytes >= 8
      ? (address: I32, offset: number) => address.load64(offset)
      : (address: I32, offset: number) => address.load32To64(offset);
  const differences =
    bytes >= 4
      ? steps(bytes, bytes >= 8 ? 8 : 4).map((offset) =>
          load(left, leftOffset + offset).xor(load(right, rightOffset + offset)),
        )
      : Array.from({ length: bytes }, (_, offset) =>
          left.load8To64(leftOffset + offset).xor(right.load8To64(rightOffset + offset)),
        );
  return differences.reduce((all, one) => all.or(one)).ne(0n);
}

/** Where pieces of some size begin that cover the bytes exactly; the last may overlap the one before. */
function steps(bytes: number, size: number): number[] {
  const offsets: number[] = [];
  for (let offset = 0; offset + size <= bytes; offset += size) offsets.push(offset);
  if (bytes % size !== 0) offsets.push(bytes - size);
  return offsets;
}
