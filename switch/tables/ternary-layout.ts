/**
 * How ternary tables keep their entries. A record's own part, from `layout.own`:
 *
 *     +0           u32      the handle's complement: of two entries with one priority the lower handle wins, as in BMv2
 *     +4           i32      priority, larger wins; with the word before it the rank, an i64
 *     +8           V bytes  value: what the masked key must be
 *     +8+V         V bytes  mask
 *     +8+2V                 for each range field its lower and then its upper bound, in 64-bit words, the most significant first
 *     +next        u32      the next record of the chain, with a lower rank, or 0
 *     +tuple       u32      the tuple whose chain it is in
 *
 * V is the length of the key rounded up to 16 bytes. The part from the priority up to the chain is what tells an entry
 * from others.
 *
 * A tuple is a mask that all its entries' masks include, and an index from what keys are under that mask to chains of
 * entries, whose ranks fall: u32 × 4 the index' control block, V bytes the mask. A lookup goes through the tuples in the
 * order of their best ranks, and ends when it has found a better entry than the remaining ones can have.
 *
 * Control block of the table: u32 address of the order, u32 how many tuples, and the records where these are few
 * (`few-records.ts`). The order is 16 bytes a tuple: i64 best
 * rank, u32 address of the tuple, 4 bytes unused.
 */

import type { KeyField } from './description.ts';
import { fieldBytes, fieldOffsets } from './key-bytes.ts';

/** Bytes of an element of the order. */
export const ORDER_BYTES = 16;
/** Where the table's control block has the records, if they are few. */
export const TERNARY_FEW = 8;
/** Where a tuple has its mask. */
export const TUPLE_MASK = 16;

/** A range field, and where its bounds stand in a record's own part. */
export type RangePlace = {
  readonly field: KeyField;
  readonly index: number;
  /** Where the field begins in the key. */
  readonly key: number;
  /** 64-bit words of each bound. */
  readonly words: number;
  readonly low: number;
  readonly high: number;
};

/** Offsets into a record's own part. */
export type TernaryLayout = {
  readonly keyBytes: number;
  readonly offsets: readonly number[];
  /** V. */
  readonly vector: number;
  readonly rank: 0;
  readonly priority: 4;
  readonly value: 8;
  readonly mask: number;
  readonly ranges: readonly RangePlace[];
  readonly next: number;
  readonly tuple: number;
  readonly bytes: number;
};

/** Lays out the own part of a ternary table's records. */
export function layOutTernary(keys: readonly KeyField[]): TernaryLayout {
  const { offsets, bytes: keyBytes } = fieldOffsets(keys);
  const vector = Math.ceil(keyBytes / 16) * 16;
  let end = 8 + 2 * vector;
  const ranges: RangePlace[] = [];
  for (const [index, field] of keys.entries()) {
    if (field.kind !== 'range') continue;
    const words = Math.ceil(fieldBytes(field) / 8);
    ranges.push({ field, index, key: offsets[index] ?? 0, words, low: end, high: end + 8 * words });
    end += 16 * words;
  }
  return {
    keyBytes,
    offsets,
    vector,
    rank: 0,
    priority: 4,
    value: 8,
    mask: 8 + vector,
    ranges,
    next: end,
    tuple: end + 4,
    bytes: end + 8,
  };
}
