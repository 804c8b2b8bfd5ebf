/** The matches of a ternary table's entries as values, masks and bounds in its records. */

import type { LinearMemory } from '../wasm/index.ts';
import type { FieldMatch, KeyField } from './description.ts';
import { fieldBytes, hex, putNumber, putPrefixMask } from './key-bytes.ts';
import type { RangePlace, TernaryLayout } from './ternary-layout.ts';

/** What a kind of field may be given. */
const ALLOWED: { readonly [kind in KeyField['kind']]: readonly FieldMatch['kind'][] } = {
  exact: ['exact'],
  valid: ['exact'],
  lpm: ['lpm', 'any'],
  ternary: ['ternary', 'any'],
  optional: ['exact', 'any'],
  range: ['range', 'any'],
};

/**
 * Writes one match into a record's own part, which was filled with 0.
 * @returns What is wrong with it.
 */
export function encodeTernary(
  memory: LinearMemory,
  own: number,
  layout: TernaryLayout,
  index: number,
  field: KeyField,
  match: FieldMatch | undefined,
): string | undefined {
  if (match === undefined || !ALLOWED[field.kind].includes(match.kind)) {
    return `field ${field.name} is matched as ${ALLOWED[field.kind].join(' or ')}, not as ${match?.kind}`;
  }
  const { u8 } = memory;
  const bytes = fieldBytes(field);
  const value = own + layout.value + (layout.offsets[index] ?? 0);
  const mask = own + layout.mask + (layout.offsets[index] ?? 0);
  const range = layout.ranges.find((place) => place.index === index);
  let wrong: string | undefined;
  switch (match.kind) {
    case 'any':
      if (range !== undefined) putBounds(memory, own, range, new Uint8Array(bytes), highest(field));
      return undefined;
    case 'exact':
      putPrefixMask(u8, mask, field, field.width);
      return putNumber(u8, value, field, match.value);
    case 'lpm': {
      const { prefixLength } = match;
      if (!Number.isInteger(prefixLength) || prefixLength < 0 || prefixLength > field.width) {
        return `field ${field.name} takes prefix lengths from 0 to ${field.width}, not ${prefixLength}`;
      }
      putPrefixMask(u8, mask, field, prefixLength);
      wrong = putNumber(u8, value, field, match.value);
      break;
    }
    case 'ternary':
      wrong = putNumber(u8, mask, field, match.mask) ?? putNumber(u8, value, field, match.value);
      break;
    case 'range':
      return range === undefined ? undefined : putRange(memory, own, layout, range, match);
  }
  for (let at = 0; at < bytes; at++) u8[value + at] = (u8[value + at] ?? 0) & (u8[mask + at] ?? 0);
  return wrong;
}

/** The largest number that a field holds. */
function highest(field: KeyField): Uint8Array {
  const all = new Uint8Array(fieldBytes(field));
  putPrefixMask(all, 0, field, field.width);
  return all;
}

/** Writes bounds, and as a mask what all numbers between them begin with. */
function putRange(
  memory: LinearMemory,
  own: number,
  layout: TernaryLayout,
  range: RangePlace,
  match: { readonly low: Uint8Array; readonly high: Uint8Array },
): string | undefined {
  const { field } = range;
  const bytes = fieldBytes(field);
  const low = new Uint8Array(bytes);
  const high = new Uint8Array(bytes);
  const wrong = putNumber(low, 0, field, match.low) ?? putNumber(high, 0, field, match.high);
  if (wrong !== undefined) return wrong;
  const first = low.findIndex((byte, index) => byte !== high[index]);
  if (first >= 0 && (low[first] ?? 0) > (high[first] ?? 0)) {
    return `field ${field.name} has the range 0x${hex(low)} to 0x${hex(high)}, which begins above its end`;
  }
  putBounds(memory, own, range, low, high);
  const differing = first < 0 ? 0 : (low[first] ?? 0) ^ (high[first] ?? 0);
  const common = first < 0 ? bytes * 8 : first * 8 + Math.clz32(differing) - 24;
  const spare = bytes * 8 - field.width;
  const { u8 } = memory;
  putPrefixMask(u8, own + layout.mask + range.key, field, common - spare);
  for (let at = 0; at < bytes; at++) {
    u8[own + layout.value + range.key + at] = (low[at] ?? 0) & (u8[own + layout.mask + range.key + at] ?? 0);
  }
  return undefined;
}

function putBounds(
  memory: LinearMemory,
  own: number,
  range: RangePlace,
  low: Uint8Array,
  high: Uint8Array,
): void {
  putWords(memory, own + range.low, low);
  putWords(memory, own + range.high, high);
}

/** Big-endian bytes as little-endian words, the most significant first. */
function putWords(memory: LinearMemory, address: number, bytes: Uint8Array): void {
  const length = Math.ceil(bytes.length / 8) * 8;
  for (const [index, byte] of bytes.entries()) {
    memory.u8[address + turned(index + length - bytes.length)] = byte;
  }
}

function takeWords(memory: LinearMemory, address: number, bytes: number): Uint8Array {
  const length = Math.ceil(bytes / 8) * 8;
  return Uint8Array.from(
    { length: bytes },
    (_, index) => memory.u8[address + turned(index + length - bytes)] ?? 0,
  );
}

/** Where a byte stands when each word of 8 is turned around. */
function turned(index: number): number {
  return (index & ~7) + 7 - (index & 7);
}

/** Reads one match back. */
export function decodeTernary(
  memory: LinearMemory,
  own: number,
  layout: TernaryLayout,
  index: number,
  field: KeyField,
): FieldMatch {
  const bytes = fieldBytes(field);
  const part = (offset: number) => {
    const start = own + offset + (layout.offsets[index] ?? 0);
    return memory.u8.slice(start, start + bytes);
  };
  const value = part(layout.value);
  const mask = part(layout.mask);
  const range = layout.ranges.find((place) => place.index === index);
  if (range !== undefined) {
    const low = takeWords(memory, own + range.low, bytes);
    const high = takeWords(memory, own + range.high, bytes);
    const all = highest(field).every((byte, at) => byte === high[at]) && low.every((byte) => byte === 0);
    return all ? { kind: 'any' } : { kind: 'range', low, high };
  }
  switch (field.kind) {
    case 'lpm': {
      const prefixLength = mask.reduce((length, byte) => length + ones(byte), 0);
      return prefixLength === 0 ? { kind: 'any' } : { kind: 'lpm', value, prefixLength };
    }
    case 'ternary':
      return mask.every((byte) => byte === 0) ? { kind: 'any' } : { kind: 'ternary', value, mask };
    case 'optional':
      return mask.every((byte) => byte === 0) ? { kind: 'any' } : { kind: 'exact', value };
    default:
      return { kind: 'exact', value };
  }
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}
