/** Keys of tables: fields one behind the other, each big-endian in whole bytes. */

import { type I32, i64, type Local64 } from '../../wasm/index.ts';
import type { Table, TableKey } from '../json/index.ts';
import { limbsOf, storePadded, truncate } from './bits.ts';
import { value } from './expressions.ts';
import type { Frame } from './frame.ts';
import { GatheredWords } from './gathered-words.ts';
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
  const words = new GatheredWords(frame.f);
  for (const { from, bytes, key } of partsOf(frame, table)) {
    if (from !== undefined) words.addBytes(from, bytes);
    else words.addNumber(key.bits, keyLimbs(frame, key));
  }
  return words.finish();
}

/** The key as a number of up to 32 bits; undefined where it has several parts, or stands in the packet's order. */
export function emitKeyNumber(frame: Frame, table: Table): I32 | undefined {
  const [part, ...others] = partsOf(frame, table);
  if (part === undefined || part.from !== undefined || others.length > 0) return undefined;
  const [low = i64(0n)] = keyLimbs(frame, part.key);
  return truncate(low, part.key.bits).to32();
}
