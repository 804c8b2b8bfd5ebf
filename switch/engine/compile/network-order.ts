/**
 * Numbers as packets have them: what is only moved, compared for being equal and combined bit by bit needs no other order of
 * bytes, and WebAssembly has no instruction that turns them around.
 */

import { type I32, type I64, i64 } from '../../wasm/index.ts';
import type { BoolExpression, DataExpression, Field } from '../json/index.ts';
import { loadRawBytes, swapped } from './bits.ts';
import { knownData } from './facts.ts';
import type { Frame } from './frame.ts';
import { isNetworkParameter } from './layout.ts';
import type { Place } from './place.ts';
import { type FieldReference, staticField } from './references.ts';

/** A word of a number: so many bytes from an offset on, the first one lowest, as a load finds them. */
type Word = { readonly offset: number; readonly bytes: 8 | 4 | 2 | 1; readonly value: I64 };

function wordsOf(bytes: number): readonly Pick<Word, 'offset' | 'bytes'>[] {
  const words: Pick<Word, 'offset' | 'bytes'>[] = [];
  let offset = 0;
  for (const size of [8, 4, 2, 1] as const) {
    for (; bytes - offset >= size; offset += size) words.push({ offset, bytes: size });
  }
  return words;
}

/** Where a field begins whose bytes are those of its number, whole ones. */
function wholeBytes(field: FieldReference, bits: number): Place | undefined {
  const { type } = field;
  return field.kind === 'bits' &&
    type.bits === bits &&
    field.offset % 8 === 0 &&
    bits % 8 === 0 &&
    !type.signed
    ? field.place.at(field.offset / 8)
    : undefined;
}

/** Some bits of a field: `field >> shift`, `(field >> shift) & mask`, `field & mask`. */
export type Slice = { readonly field: Field; readonly shift: number; readonly bits: number };

/** The bits of a field without sign that an expression is; undefined where it is something else. */
export function sliceOf(expression: DataExpression): Slice | undefined {
  if (expression.kind !== 'arithmetic') return undefined;
  let shifted: DataExpression = expression;
  let masked: number | undefined;
  if (expression.operation === '&') {
    if (expression.right.kind !== 'constant') return undefined;
    const mask = expression.right.value;
    masked = mask.toString(2).length;
    if (mask !== (1n << BigInt(masked)) - 1n) return undefined;
    shifted = expression.left;
  }
  let shift = 0;
  if (shifted.kind === 'arithmetic' && shifted.operation === '>>' && shifted.right.kind === 'constant') {
    shift = Number(shifted.right.value);
    shifted = shifted.left;
  }
  if (shifted.kind !== 'field') return undefined;
  const { field } = shifted;
  const { bits, signed, variable } = field.type;
  const own = masked ?? bits - shift;
  if (signed || variable || shift < 0 || own <= 0 || shift + own > bits) return undefined;
  return { field, shift, bits: own };
}

/** Where the bytes of an expression stand that is a field, whole bytes of one, or a parameter of so many bits. */
export function bytesOf(frame: Frame, expression: DataExpression, bits: number): Place | undefined {
  if (expression.kind === 'field') return wholeBytes(staticField(frame, expression.field), bits);
  const slice = sliceOf(expression);
  if (slice?.bits === bits && bits % 8 === 0) {
    const field = staticField(frame, slice.field);
    if (field.kind !== 'bits') return undefined;
    const offset = field.offset + field.type.bits - slice.shift - bits;
    return offset % 8 === 0 ? field.place.at(offset / 8) : undefined;
  }
  if (expression.kind === 'local') {
    const { place, bits: own } = frame.parameter(expression.index);
    return own === bits && isNetworkParameter(own) ? place : undefined;
  }
  return undefined;
}

/** The words of a number of so many bits, where nothing has to be turned around for them. */
function networkWords(frame: Frame, expression: DataExpression, bits: number): readonly Word[] | undefined {
  const bytes = bits / 8;
  const known = knownData(expression, frame.facts);
  if (known !== undefined) {
    if (known < 0n || known >> BigInt(bits) !== 0n) return undefined;
    return wordsOf(bytes).map((word) => ({ ...word, value: i64(constantWord(known, bytes, word)) }));
  }
  const place = bytesOf(frame, expression, bits);
  if (place !== undefined)
    return wordsOf(bytes).map((word) => ({
      ...word,
      value: loadRawBytes(place.at(word.offset), word.bytes),
    }));
  if (expression.kind !== 'arithmetic') return undefined;
  const { operation } = expression;
  if (operation !== '&' && operation !== '|' && operation !== '^') return undefined;
  const left = networkWords(frame, expression.left, bits);
  const right = left === undefined ? undefined : networkWords(frame, expression.right, bits);
  return left?.flatMap((word, index) => {
    const other = right?.[index];
    if (other === undefined) return [];
    const [one, two] = [word.value, other.value];
    const value = operation === '&' ? one.and(two) : operation === '|' ? one.or(two) : one.xor(two);
    return [{ ...word, value }];
  });
}

function constantWord(value: bigint, bytes: number, word: Pick<Word, 'offset' | 'bytes'>): bigint {
  return BigInt.asIntN(64, swapped(value >> BigInt(8 * (bytes - word.offset - word.bytes)), word.bytes));
}

/** The bits of a field of whole bytes within an expression; all of them agree where there are words. */
function bitsWithin(frame: Frame, expression: DataExpression): number | undefined {
  switch (expression.kind) {
    case 'field': {
      const { type } = staticField(frame, expression.field);
      return type.bits >= 16 && type.bits % 8 === 0 ? type.bits : undefined;
    }
    case 'arithmetic': {
      const bits = sliceOf(expression)?.bits;
      if (bits !== undefined) return bits >= 16 && bits % 8 === 0 ? bits : undefined;
      return bitsWithin(frame, expression.left) ?? bitsWithin(frame, expression.right);
    }
    default:
      return undefined;
  }
}

/** Whether two numbers are the same, where their bytes tell; undefined where they have to be computed. */
export function sameInNetworkOrder(
  frame: Frame,
  { left, right }: Extract<BoolExpression, { kind: 'compare' }>,
): I32 | undefined {
  const bits = bitsWithin(frame, left) ?? bitsWithin(frame, right);
  if (bits === undefined) return undefined;
  const one = networkWords(frame, left, bits);
  const two = one === undefined ? undefined : networkWords(frame, right, bits);
  if (one === undefined || two === undefined || one.length !== two.length) return undefined;
  const differences = one.map(({ value }, index) => value.xor(two[index]?.value ?? i64(0n)));
  const [only, ...more] = differences;
  if (only === undefined) return undefined;
  return more.reduce<I64>((all, difference) => all.or(difference), only).eqz();
}

/**
 * Stores what bits of fields and parameters combine to, without turning bytes around.
 * @returns False where nothing was written: the number has to be computed.
 */
export function storeInNetworkOrder(frame: Frame, to: FieldReference, expression: DataExpression): boolean {
  const { bits, saturating } = to.type;
  const place = wholeBytes(to, bits);
  if (place === undefined || saturating || bits < 16 || expression.kind !== 'arithmetic') return false;
  const words = networkWords(frame, expression, bits);
  if (words === undefined || words.length === 0) return false;
  const { f } = frame;
  // What is stored first may be read for what is stored next.
  const kept = words.map((word) => ({ ...word, value: f.let64(word.value) }));
  for (const { offset, bytes, value } of kept) {
    const at = place.at(offset);
    if (bytes === 8) at.store64(f, value);
    else if (bytes === 4) at.store32(f, value.to32());
    else if (bytes === 2) at.store16(f, value.to32());
    else at.store8(f, value.to32());
  }
  return true;
}
