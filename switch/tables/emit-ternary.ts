/** Ternary lookups as code; `ternary-layout.ts` has the layout. */

import {
  andAlso,
  type FunctionBuilder,
  I32,
  type I64,
  i32,
  i64,
  type Local32,
  type Local64,
  orElse,
} from '../wasm/index.ts';
import { hashWords } from './emit-hash.ts';
import { probeIndex } from './emit-hash-index.ts';
import { FEW } from './few-records.ts';
import { fieldBytes } from './key-bytes.ts';
import {
  ORDER_BYTES,
  type RangePlace,
  TERNARY_FEW,
  type TernaryLayout,
  TUPLE_MASK,
} from './ternary-layout.ts';

/** What the code of a ternary table is made for. */
export type TernaryShape = {
  readonly layout: TernaryLayout;
  /** Where a record has its own part. */
  readonly own: number;
  /** The address of the table's control block. */
  readonly control: number;
  /** The address of the secret of the hash. */
  readonly seed: number;
};

/** Lower than every rank. */
const NO_RANK = -(2n ** 63n);

/** The hash of a key under a tuple's mask. @param words The key in 64-bit words. */
export function hashMasked(
  f: FunctionBuilder,
  shape: TernaryShape,
  words: readonly I64[],
  tuple: Local32,
): Local32 {
  const halves: I64[] = [];
  for (const [index, word] of words.entries()) {
    const masked = f.let64(word.and(tuple.load64(TUPLE_MASK + 8 * index)));
    halves.push(masked.and(0xffff_ffffn));
    if (8 * index + 4 < shape.layout.keyBytes) halves.push(masked.shrU(32n));
  }
  return hashWords(f, halves, shape.seed);
}

/** The 64-bit words that cover a key; the last one may go beyond it. */
export function keyWords(f: FunctionBuilder, layout: TernaryLayout, key: Local32): Local64[] {
  const words: Local64[] = [];
  for (let offset = 0; offset < layout.keyBytes; offset += 8) words.push(f.let64(key.load64(offset)));
  return words;
}

/** Compares with the records of a table one by one, and returns, if these are few. */
function lookAmongFew(f: FunctionBuilder, control: number, matches: (record: Local32) => I32): void {
  const at = (index: number) => i32(control).load32(TERNARY_FEW + 4 * index);
  const record = f.let32(at(0));
  f.if(record, () => {
    for (let index = 1; index < FEW; index++) {
      f.if(matches(record), () => f.return(record));
      f.set(record, at(index));
      f.if(record.eqz(), () => f.return(0));
    }
    f.if(matches(record), () => f.return(record));
    f.return(0);
  });
}

/**
 * Finds the entry with the highest rank that matches; 0 without one.
 * @param words The key.
 * @param key Where it stands, too: without it words are compared, and there are no ranges.
 */
export function ternaryLookup(
  f: FunctionBuilder,
  shape: TernaryShape,
  words: readonly Local64[],
  key: Local32 | undefined,
): Local32 {
  const { layout, own, control } = shape;
  const numbers = key === undefined ? [] : layout.ranges.map((range) => rangeNumber(f, range, key));
  const matches = (one: Local32) =>
    key === undefined ? wordsMatch(layout, own, words, one) : entryMatches(layout, own, key, one, numbers);
  lookAmongFew(f, control, matches);
  const best = f.let32(0);
  const bestRank = f.let64(NO_RANK);
  const at = f.let32(i32(control).load32());
  const end = f.let32(at.add(i32(control).load32(4).mul(ORDER_BYTES)));
  const tuple = f.local32();
  const record = f.local32();
  f.while(at.ltU(end), (_, done) => {
    f.branchIf(done, at.load64().leS(bestRank));
    f.set(tuple, at.load32(8));
    const hash = hashMasked(f, shape, words, tuple);
    f.block((nextTuple) => {
      probeIndex(f, tuple, hash, (head, nextChain) => {
        f.set(record, head);
        f.loop((again) => {
          f.branchIf(nextChain, record.load64(own + layout.rank).leS(bestRank));
          f.if(matches(record), () => {
            f.set(best, record);
            f.set(bestRank, record.load64(own + layout.rank));
            // Other chains of this tuple are under other masked keys.
            f.branch(nextTuple);
          });
          f.set(record, record.load32(own + layout.next));
          f.branchIf(again, record.ne(0));
        });
      });
    });
    f.set(at, at.add(ORDER_BYTES));
  });
  return best;
}

function wordsMatch(layout: TernaryLayout, own: number, words: readonly I64[], record: Local32): I32 {
  const differences = words.map((word, index) => {
    const masked = word.and(record.load64(own + layout.mask + 8 * index));
    return masked.xor(record.load64(own + layout.value + 8 * index));
  });
  return differences.reduce((all, one) => all.or(one)).eqz();
}

function entryMatches(
  layout: TernaryLayout,
  own: number,
  key: Local32,
  record: Local32,
  numbers: readonly (readonly I64[])[],
): I32 {
  const offsets = Array.from({ length: layout.vector / 16 }, (_, index) => 16 * index);
  const equal = new I32((m) => {
    const differences = offsets.map((offset) =>
      m.v128.xor(
        m.v128.and(
          m.v128.load(offset, 1, key.emit(m)),
          m.v128.load(own + layout.mask + offset, 1, record.emit(m)),
        ),
        m.v128.load(own + layout.value + offset, 1, record.emit(m)),
      ),
    );
    return m.i32.eqz(m.v128.any_true(differences.reduce((all, one) => m.v128.or(all, one))));
  });
  return layout.ranges.reduce((all, range, index) => {
    const number = numbers[index] ?? [];
    const bound = (offset: number) => number.map((_, word) => record.load64(own + offset + 8 * word));
    return andAlso(andAlso(all, notBelow(number, bound(range.low))), notBelow(bound(range.high), number));
  }, equal);
}

/** Whether one number is not below another, word by word from the most significant one. */
function notBelow(left: readonly I64[], right: readonly I64[]): I32 {
  const [one, ...restOfOne] = left;
  const [other, ...restOfOther] = right;
  if (one === undefined || other === undefined) return i32(1);
  if (restOfOne.length === 0) return one.geU(other);
  return orElse(one.gtU(other), andAlso(one.eq(other), notBelow(restOfOne, restOfOther)));
}

/** A range field of the key as 64-bit words, the most significant first. */
function rangeNumber(f: FunctionBuilder, range: RangePlace, key: Local32): I64[] {
  const bytes = fieldBytes(range.field);
  const first = bytes - 8 * (range.words - 1);
  return Array.from({ length: range.words }, (_, index) => {
    const offset = range.key + (index === 0 ? 0 : first + 8 * (index - 1));
    const word = f.swapBytes64(key.load64(offset));
    if (index === 0 && first < 8) f.set(word, word.shrU(i64(BigInt(64 - 8 * first))));
    return word;
  });
}
