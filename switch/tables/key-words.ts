/**
 * Keys as 64-bit words in locals, the first byte lowest, as loads find them: code that has put a key together need not write
 * it into memory and read it again, which processors are slow at when the pieces differ.
 */

import type { FunctionBuilder, I32, I64, Local32, Local64 } from '../wasm/index.ts';

/** Longer keys stand in memory. */
const MOST_WORDS = 8;

/** How many words a key has; none when it is too long for them. */
export function wordCount(keyBytes: number): number | undefined {
  const words = Math.ceil(keyBytes / 8);
  return words >= 1 && words <= MOST_WORDS ? words : undefined;
}

/** Parameters of a function that takes a key in words. */
export function wordParameters(words: number): { readonly [name: string]: 'i64' } {
  return Object.fromEntries(Array.from({ length: words }, (_, index) => [`word${index}`, 'i64'] as const));
}

/** The words of a key in memory, with zeros behind it; up to 7 bytes behind it are read. */
export function loadWords(f: FunctionBuilder, key: Local32, bytes: number): readonly Local64[] {
  const words: Local64[] = [];
  for (let offset = 0; offset < bytes; offset += 8) {
    const rest = bytes - offset;
    const word = key.load64(offset);
    words.push(f.let64(rest >= 8 ? word : word.and((1n << BigInt(8 * rest)) - 1n)));
  }
  return words;
}

/** The 32-bit words of a key, for hashes. */
export function halvesOf(words: readonly I64[], bytes: number): readonly I64[] {
  return words.flatMap((word, index) =>
    8 * index + 4 < bytes ? [word.and(0xffff_ffffn), word.shrU(32n)] : [word.and(0xffff_ffffn)],
  );
}

/** Whether words differ from those in memory; not 0 when they do. */
export function wordsDiffer(words: readonly I64[], address: I32, offset: number): I32 {
  const differences = words.map((word, index) => word.xor(address.load64(offset + 8 * index)));
  return differences.reduce((all, one) => all.or(one)).ne(0n);
}
