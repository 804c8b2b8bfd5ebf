/** Keys of tables: fields one behind the other, each big-endian in whole bytes. */

import { type I64, i64, type Local64 } from '../../wasm/index.ts';
import type { Table, TableKey } from '../json/index.ts';
import { limbsOf, loadRawBytes, storePadded, swapBytes, truncate } from './bits.ts';
import { value } from './expressions.ts';
import type { Frame } from './frame.ts';
import { bytesOf } from './network-order.ts';
import { copyBytes, type Place } from './place.ts';
import type { Limbs } from './wide.ts';

/** A part of a key: bytes that stand somewhere as they are, or the value of an element. */
type KeyPart = { readonly from: Place | undefined; readonly bytes: number; readonly key: TableKey };

/** The parts of a key; fields that follow each other are one. */
function partsOf(frame: Frame, table: Table): readonly KeyPart[] {
  const parts: KeyPart[] = [];
  for (const key of table.keys) {
    const bytes = Math.ceil(key.bits / 8);
    const from = key.mask === undefined ? bytesOf(frame, key.value, key.bits) : undefined;
    const last = parts.at(-1);
    const follows =
      from !== undefined && last?.from !== undefined && last.from.offset + last.bytes === from.offset;
    if (last !== undefined && follows) parts[parts.length - 1] = { ...last, bytes: last.bytes + bytes };
    else parts.push({ from, bytes, key });
  }
  return parts;
}

function keyLimbs(frame: Frame, key: TableKey): Limbs {
  const expression =
    key.mask === undefined
      ? key.value
      : ({
          kind: 'arithmetic',
          operation: '&',
          left: key.value,
          right: { kind: 'constant', value: key.mask },
        } as const);
  return value(frame, expression, limbsOf(key.bits));
}

/** Puts the key together. @returns Where it stands, which may be in a header. */
export function emitKey(frame: Frame, table: Table, buffer: Place): Place {
  const { f } = frame;
  const parts = partsOf(frame, table);
  const [only, ...others] = parts;
  if (only?.from !== undefined && others.length === 0) return only.from;
  let offset = 0;
  for (const { from, bytes, key } of parts) {
    const to = buffer.at(offset);
    offset += bytes;
    if (from !== undefined) copyBytes(f, to, from, bytes);
    else storePadded(f, to, key.bits, keyLimbs(frame, key));
  }
  return buffer;
}

/** Puts the key together in 64-bit words, its first byte lowest in the first one, with zeros behind it. */
export function emitKeyWords(frame: Frame, table: Table): readonly Local64[] {
  const { f } = frame;
  const words: (I64 | undefined)[] = [];
  /** Adds up to 8 bytes, the first one lowest. */
  const put = (offset: number, bytes: number, piece: I64) => {
    const [word, shift] = [offset >> 3, 8 * (offset & 7)];
    const kept = shift + 8 * bytes > 64 ? f.let64(piece) : piece;
    const add = (index: number, one: I64) => {
      const before = words[index];
      words[index] = before === undefined ? one : before.or(one);
    };
    add(word, shift === 0 ? kept : kept.shl(BigInt(shift)));
    if (shift + 8 * bytes > 64) add(word + 1, kept.shrU(BigInt(64 - shift)));
  };
  let offset = 0;
  for (const { from, bytes, key } of partsOf(frame, table)) {
    if (from !== undefined) {
      for (let done = 0; done < bytes; ) {
        // Up to the end of a word.
        const count = Math.min(bytes - done, 8 - ((offset + done) & 7));
        put(offset + done, count, loadRawBytes(from.at(done), count));
        done += count;
      }
    } else {
      const limbs = keyLimbs(frame, key);
      for (let limb = 0; 8 * limb < bytes; limb++) {
        const count = Math.min(8, bytes - 8 * limb);
        const number = truncate(limbs[limb] ?? i64(0n), Math.min(64, key.bits - 64 * limb));
        put(offset + bytes - 8 * limb - count, count, swapBytes(f, number, count));
      }
    }
    offset += bytes;
  }
  return words.map((word) => f.let64(word ?? i64(0n)));
}
