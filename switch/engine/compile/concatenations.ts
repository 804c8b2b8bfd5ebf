/**
 * Numbers that programs put together from fields, `a ++ b ++ c`: parts that stand somewhere as packets have them are copied to
 * where they belong, and only short ones are computed.
 *
 *     ((a << 48 | b) << 16) | c   ──▶   a, b, c one behind the other
 */

import { type I64, i64 } from '../../wasm/index.ts';
import type { DataExpression } from '../json/index.ts';
import { storeRawBytes } from './bits.ts';
import { value64 } from './expressions.ts';
import type { Frame } from './frame.ts';
import { GatheredWords } from './gathered-words.ts';
import { bytesOf } from './network-order.ts';
import { copyBytes, type Place } from './place.ts';
import type { FieldReference } from './references.ts';

/** A part of so many bits: bytes that stand somewhere, or a number of up to 64 bits. */
type Part =
  | { readonly kind: 'bytes'; readonly bits: number; readonly from: Place }
  | { readonly kind: 'number'; readonly bits: number; readonly expression: DataExpression };

function fits(frame: Frame, expression: DataExpression, bits: number): boolean {
  const { low, high } = frame.ranges.of(expression);
  return low >= 0n && high >> BigInt(bits) === 0n;
}

/** By how many bits a number is shifted to the left, whole bytes. */
function shiftOf(
  expression: DataExpression,
): { readonly operand: DataExpression; readonly by: number } | undefined {
  if (expression.kind !== 'arithmetic' || expression.operation !== '<<') return undefined;
  const { left, right } = expression;
  if (right.kind !== 'constant' || right.value <= 0n || right.value % 8n !== 0n) return undefined;
  return { operand: left, by: Number(right.value) };
}

/** The parts of a number of so many bits, the most significant first. */
function partsOf(frame: Frame, expression: DataExpression, bits: number): readonly Part[] | undefined {
  if (expression.kind === 'arithmetic' && expression.operation === '|') {
    const shift = shiftOf(expression.left);
    if (shift !== undefined && shift.by < bits && fits(frame, expression.right, shift.by)) {
      const head = partsOf(frame, shift.operand, bits - shift.by);
      const tail = head === undefined ? undefined : partsOf(frame, expression.right, shift.by);
      return head === undefined || tail === undefined ? undefined : [...head, ...tail];
    }
  }
  const from = bytesOf(frame, expression, bits);
  if (from !== undefined) return [{ kind: 'bytes', bits, from }];
  if (bits > 64 || !fits(frame, expression, bits)) return undefined;
  return [{ kind: 'number', bits, expression }];
}

/** Numbers that follow each other as one. */
function joined(parts: readonly Part[]): readonly Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (part.kind === 'number' && last?.kind === 'number' && last.bits + part.bits <= 64) {
      const by: DataExpression = { kind: 'constant', value: BigInt(part.bits) };
      const left: DataExpression = { kind: 'arithmetic', operation: '<<', left: last.expression, right: by };
      all[all.length - 1] = {
        kind: 'number',
        bits: last.bits + part.bits,
        expression: { kind: 'arithmetic', operation: '|', left, right: part.expression },
      };
    } else all.push(part);
  }
  return all;
}

/** Parts that are stored as one, because they are short: what is stored in pieces and loaded in one is waited for. */
type Store = { readonly parts: readonly Part[]; readonly bytes: number };

const SHORT = 32;

function storesOf(parts: readonly Part[]): readonly Store[] {
  const all: Store[] = [];
  for (const part of parts) {
    const bytes = part.bits / 8;
    const last = all.at(-1);
    const isShort = part.bits <= SHORT && last !== undefined && last.bytes + bytes <= 8;
    const follows = isShort && last.parts.every(({ bits }) => bits <= SHORT);
    if (last !== undefined && follows)
      all[all.length - 1] = { parts: [...last.parts, part], bytes: last.bytes + bytes };
    else all.push({ parts: [part], bytes });
  }
  return all;
}

/** The bytes of a few parts in one word, the first one lowest. */
function wordOf(frame: Frame, { parts }: Store): I64 {
  const words = new GatheredWords(frame.f);
  for (const part of parts) {
    if (part.kind === 'bytes') words.addBytes(part.from, part.bits / 8);
    else words.addNumber(part.bits, [value64(frame, part.expression)]);
  }
  return words.finish()[0] ?? i64(0n);
}

function overlap(one: Place, oneBytes: number, two: Place, twoBytes: number): boolean {
  return one.offset < two.offset + twoBytes && two.offset < one.offset + oneBytes;
}

/**
 * Stores a number that is put together from others.
 * @returns False where nothing was written: the number has to be computed.
 */
export function storeConcatenation(frame: Frame, to: FieldReference, expression: DataExpression): boolean {
  const { bits, saturating } = to.type;
  if (to.kind !== 'bits' || to.offset % 8 !== 0 || bits % 8 !== 0 || bits <= 64 || saturating) return false;
  const target = to.place.at(to.offset / 8);
  const parts = partsOf(frame, expression, bits);
  if (parts === undefined || !parts.some(({ kind }) => kind === 'bytes')) return false;
  // What is copied first may not be what is copied next; elements that are found at run time could be anywhere.
  const isApart = (part: Part) =>
    part.kind === 'number' ||
    (part.from.base === undefined && !overlap(part.from, part.bits / 8, target, bits / 8));
  if (target.base !== undefined || !parts.every(isApart)) return false;
  const { f } = frame;
  const ready = storesOf(joined(parts)).map((store) => {
    const [only, ...others] = store.parts;
    if (only?.kind === 'bytes' && others.length === 0) return { ...store, from: only.from, word: undefined };
    return { ...store, from: undefined, word: f.let64(wordOf(frame, store)) };
  });
  let offset = 0;
  for (const { bytes, from, word } of ready) {
    const at = target.at(offset);
    if (from !== undefined) copyBytes(f, at, from, bytes);
    else storeRawBytes(f, at, bytes, word);
    offset += bytes;
  }
  return true;
}
