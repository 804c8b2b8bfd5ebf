/** Longest-prefix match as code; `prefix-trie.ts` has the layout. */

import {
  type FunctionBuilder,
  type I32,
  type I64,
  i32,
  i64,
  type Local32,
  select32,
  select64,
} from '../wasm/index.ts';
import { NODE, NODE_BYTES, STRIDE } from './prefix-trie.ts';

/** What the code of a trie is made for. */
export type TrieShape = {
  readonly width: number;
  readonly rootBits: number;
  /** The address of the table of ancestors. */
  readonly ancestors: number;
};

/** The bits below one, of a bitmap. */
function below(bitmap: I64, bit: I64): I64 {
  return bitmap.and(i64(-1n).shl(bit).xor(-1n));
}

/**
 * Finds the result of the longest prefix, or 0.
 * @param field The address of the field; 16 bytes from there may be read.
 */
export function longestPrefix(f: FunctionBuilder, shape: TrieShape, roots: I32, field: Local32): Local32 {
  const { width, rootBits, ancestors } = shape;
  const padding = Math.ceil(width / 8) * 8 - width;
  // The first bits of the field, from the most significant bit of a word; what stands behind the field is never used.
  const word = f.swapBytes64(field.load64());
  if (padding > 0) f.set(word, word.shl(BigInt(padding)));
  const node = f.let32(
    rootBits === 0
      ? roots
      : roots.add(
          word
            .shrU(BigInt(64 - rootBits))
            .to32()
            .mul(NODE_BYTES),
        ),
  );
  const short = f.let32(node.load32(NODE.short));
  const bestNode = f.let32(0);
  const best = f.let64(0n);
  const internal = f.local64();
  const external = f.local64();
  const bits = f.local64();
  // Fields of more than 64 bits are read anew at each level, off the critical path; others are shifted.
  const wide = width > 64;
  const position = f.let32(padding + rootBits);
  if (!wide && rootBits > 0) f.set(word, word.shl(BigInt(rootBits)));
  f.loop((again, done) => {
    if (wide) {
      const at = field.add(position.shrU(3));
      const pair = at.load8().shl(8).or(at.load8(1));
      f.set(
        bits,
        pair
          .shrU(i32(16 - STRIDE).sub(position.and(7)))
          .and(63)
          .toU64(),
      );
    } else f.set(bits, word.shrU(BigInt(64 - STRIDE)));
    f.set(internal, node.load64(NODE.internal).and(i32(ancestors).add(bits.to32().shl(3)).load64()));
    f.set(bestNode, select32(internal.ne(0n), node, bestNode));
    f.set(best, select64(internal.ne(0n), internal, best));
    f.set(external, node.load64(NODE.external));
    f.branchIf(done, external.shrU(bits).and(1n).eqz());
    f.set(node, node.load32(NODE.children).add(below(external, bits).popcnt().to32().mul(NODE_BYTES)));
    if (wide) f.set(position, position.add(STRIDE));
    else f.set(word, word.shl(BigInt(STRIDE)));
    f.branch(again);
  });
  const result = f.let32(short);
  f.if(bestNode, () => {
    const bit = f.let64(i64(63n).sub(best.clz()));
    const rank = below(bestNode.load64(NODE.internal), bit).popcnt().to32();
    f.set(result, bestNode.load32(NODE.results).add(rank.shl(2)).load32());
  });
  return result;
}
