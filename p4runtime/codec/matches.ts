/**
 * Matches of table fields and value sets (specification, "Match Format"). What matches everything is `undefined`
 * here and left out on the wire; there is no other way to write it.
 */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { FieldMatch } from '../gen/p4/v1/p4runtime.ts';
import type { FieldInfo } from '../schema/index.ts';
import { decodeUnsigned, encodeUnsigned } from './bytestrings.ts';
import { decodeValue, encodeValue, type FieldValue } from './values.ts';

export type MatchValue =
  | { readonly kind: 'exact' | 'optional'; readonly value: FieldValue }
  | { readonly kind: 'lpm'; readonly value: bigint; readonly prefixLength: number }
  | { readonly kind: 'ternary'; readonly value: bigint; readonly mask: bigint }
  /** Both ends belong to it. */
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint };

/** What of a field its matches depend on. */
type Field = Pick<FieldInfo, 'id' | 'name' | 'type' | 'matchKind'>;

/**
 * A match as P4Runtime writes it; undefined for one that matches everything.
 * @throws EntityError as a server would answer: a value beyond the field, bits beyond prefix or mask, no value for an
 *   exact field.
 */
export function encodeMatch(field: Field, match: MatchValue | undefined): FieldMatch | undefined {
  const what = describe(field);
  if (match === undefined) {
    if (field.matchKind === 'exact') throw invalid(`${what}: an exact field takes a value`);
    return undefined;
  }
  if (match.kind !== field.matchKind) throw wrongKind(field, match.kind);
  const of = (fieldMatchType: FieldMatch['fieldMatchType']): FieldMatch => ({
    fieldId: field.id,
    fieldMatchType,
  });
  if (match.kind === 'exact' || match.kind === 'optional') {
    return of({ $case: match.kind, value: { value: encodeValue(field.type, match.value, what) } });
  }
  const width = widthOf(field);
  const bytes = (value: bigint) => encodeUnsigned(value, width, what);
  switch (match.kind) {
    case 'lpm':
      if (match.prefixLength === 0 && match.value === 0n) return undefined;
      checkPrefix(match.value, match.prefixLength, width, what);
      return of({ $case: 'lpm', value: { value: bytes(match.value), prefixLen: match.prefixLength } });
    case 'ternary':
      checkMask(match.value, match.mask, what);
      if (match.mask === 0n) return undefined;
      return of({ $case: 'ternary', value: { value: bytes(match.value), mask: bytes(match.mask) } });
    case 'range': {
      checkBounds(match.low, match.high, what);
      const range = { low: bytes(match.low), high: bytes(match.high) };
      return isWholeRange(match.low, match.high, width) ? undefined : of({ $case: 'range', value: range });
    }
  }
}

/**
 * Reads one match.
 * @throws EntityError with the code that the specification gives: INVALID_ARGUMENT for one of the wrong kind, one that
 *   matches everything, bits beyond prefix or mask; OUT_OF_RANGE for a number beyond the field.
 */
export function decodeMatch(field: Field, { fieldMatchType: match }: FieldMatch): MatchValue {
  const what = describe(field);
  if (match === undefined) throw invalid(`${what}: the match has no value`);
  if (match.$case === 'other' || match.$case !== field.matchKind) throw wrongKind(field, match.$case);
  if (match.$case === 'exact' || match.$case === 'optional') {
    return { kind: match.$case, value: decodeValue(field.type, match.value.value, what) };
  }
  const width = widthOf(field);
  const read = (bytes: Uint8Array) => decodeUnsigned(bytes, width, what);
  switch (match.$case) {
    case 'lpm': {
      const { prefixLen } = match.value;
      if (prefixLen === 0) throw leaveOut(`${what}: a prefix of length 0`);
      const value = read(match.value.value);
      checkPrefix(value, prefixLen, width, what);
      return { kind: 'lpm', value, prefixLength: prefixLen };
    }
    case 'ternary': {
      const mask = read(match.value.mask);
      if (mask === 0n) throw leaveOut(`${what}: a mask of 0`);
      const value = read(match.value.value);
      checkMask(value, mask, what);
      return { kind: 'ternary', value, mask };
    }
    case 'range': {
      const low = read(match.value.low);
      const high = read(match.value.high);
      checkBounds(low, high, what);
      if (isWholeRange(low, high, width)) throw leaveOut(`${what}: the whole range`);
      return { kind: 'range', low, high };
    }
  }
}

/**
 * Writes a whole key: one match for each field that does not match everything, in the order of the fields.
 * @throws EntityError for a name that no field has, and as encodeMatch does.
 */
export function encodeKey(
  owner: string,
  fields: readonly FieldInfo[],
  key: { readonly [field: string]: MatchValue | undefined },
): readonly FieldMatch[] {
  for (const name of Object.keys(key)) {
    if (!fields.some((field) => field.name === name)) {
      throw invalid(
        `${owner} has no field '${name}'; it has: ${fields.map((field) => field.name).join(', ')}`,
      );
    }
  }
  return fields.flatMap((field) => {
    const match = Object.hasOwn(key, field.name) ? key[field.name] : undefined;
    const encoded = encodeMatch(field, match);
    return encoded === undefined ? [] : [encoded];
  });
}

/**
 * Reads a whole key: the match of each field, undefined for those that match everything, in the order of the fields.
 * @throws EntityError INVALID_ARGUMENT for an unknown or repeated field or a missing exact one, and as decodeMatch does.
 */
export function decodeKey(
  owner: string,
  fields: readonly FieldInfo[],
  matches: readonly FieldMatch[],
): readonly (MatchValue | undefined)[] {
  const byId = new Map<number, FieldMatch>();
  for (const match of matches) {
    if (!fields.some(({ id }) => id === match.fieldId)) {
      throw invalid(`${owner} has no match field with the id ${match.fieldId}`);
    }
    if (byId.has(match.fieldId)) throw invalid(`${owner}: two matches have the field id ${match.fieldId}`);
    byId.set(match.fieldId, match);
  }
  return fields.map((field) => {
    const match = byId.get(field.id);
    if (match !== undefined) return decodeMatch(field, match);
    if (field.matchKind === 'exact') throw invalid(`${owner}: ${describe(field)} is missing, and is exact`);
    return undefined;
  });
}

function describe({ name, id }: Field): string {
  // The field of a value set over plain bits has no name.
  return name === '' ? `match field ${id}` : `match field '${name}'`;
}

function widthOf(field: Field): number {
  if (field.type.kind === 'bit') return field.type.width;
  throw invalid(`${describe(field)}: a ${field.matchKind} match is of bits, and this field is not`);
}

function wrongKind(field: Field, kind: string): EntityError {
  return invalid(`${describe(field)}: is ${field.matchKind ?? 'of a match kind of its own'}, not ${kind}`);
}

function checkPrefix(value: bigint, length: number, width: number, what: string): void {
  if (!Number.isInteger(length) || length < 0 || length > width) {
    throw invalid(`${what}: a prefix of ${length} bits in a field of ${width}`);
  }
  if (BigInt.asUintN(width - length, value) !== 0n) {
    throw invalid(`${what}: 0x${value.toString(16)} has bits beyond its prefix of ${length}; set them to 0`);
  }
}

function checkMask(value: bigint, mask: bigint, what: string): void {
  if ((value & mask) !== value) {
    const hex = (number: bigint) => `0x${number.toString(16)}`;
    throw invalid(`${what}: ${hex(value)} has bits that the mask ${hex(mask)} has not; set them to 0`);
  }
}

function checkBounds(low: bigint, high: bigint, what: string): void {
  if (low > high) throw invalid(`${what}: the range begins at ${low}, behind its end ${high}`);
}

function isWholeRange(low: bigint, high: bigint, width: number): boolean {
  return low === 0n && high === BigInt.asUintN(width, -1n);
}

function leaveOut(what: string): EntityError {
  return invalid(`${what} matches everything; leave the field out`);
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
