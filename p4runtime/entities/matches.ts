/** Keys of table entries and members of value sets, by field name. */

import { decodeKey, encodeKey, type MatchValue } from '../codec/index.ts';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { FieldMatch } from '../gen/p4/v1/p4runtime.ts';
import type { FieldInfo } from '../schema/index.ts';
import { fromFieldValue, toFieldValue, type ValueData } from './values.ts';

/** What one field matches; undefined or left out: everything. */
export type Match =
  /** Exact and optional fields. */
  | ValueData
  /** LPM fields. */
  | { readonly value: ValueData; readonly prefixLength: number }
  /** Ternary fields; without a mask, all bits. */
  | { readonly value: ValueData; readonly mask?: ValueData | undefined }
  /** Range fields; both ends belong to it. */
  | { readonly low: ValueData; readonly high: ValueData }
  | undefined;

/** What each field matches, by name. */
export type Key = { readonly [field: string]: Match };

/** A key for `owner`, which errors name. @throws EntityError as encodeKey of the codec does. */
export function encodeMatches(owner: string, fields: readonly FieldInfo[], key: Key): readonly FieldMatch[] {
  const matches: { [field: string]: MatchValue | undefined } = {};
  for (const [name, match] of Object.entries(key)) {
    const field = fields.find((candidate) => candidate.name === name);
    // A name of none is for the codec to complain about.
    matches[name] = field === undefined ? undefined : toMatchValue(owner, field, match);
  }
  return encodeKey(owner, fields, matches);
}

function toMatchValue(owner: string, field: FieldInfo, match: Match): MatchValue | undefined {
  if (match === undefined) return undefined;
  const what = `${owner}: match field '${field.name}'`;
  const number = (value: ValueData): bigint => {
    const found = toFieldValue(field.type, value, what);
    if (typeof found === 'bigint') return found;
    throw new EntityError(Code.INVALID_ARGUMENT, `${what}: '${found}' is no number`);
  };
  const wrong = (wanted: string) =>
    new EntityError(Code.INVALID_ARGUMENT, `${what}: a ${field.matchKind} field takes ${wanted}`);
  const isObject = typeof match === 'object';
  switch (field.matchKind) {
    case 'exact':
    case 'optional':
      if (isObject) throw wrong('a value');
      return { kind: field.matchKind, value: toFieldValue(field.type, match, what) };
    case 'lpm':
      if (!isObject || !('prefixLength' in match)) throw wrong('{ value, prefixLength }');
      return { kind: 'lpm', value: number(match.value), prefixLength: match.prefixLength };
    case 'ternary': {
      if (!isObject || !('value' in match) || 'prefixLength' in match) throw wrong('{ value, mask }');
      const all = field.type.kind === 'bit' ? (1n << BigInt(field.type.width)) - 1n : 0n;
      return {
        kind: 'ternary',
        value: number(match.value),
        mask: match.mask === undefined ? all : number(match.mask),
      };
    }
    case 'range':
      if (!isObject || !('low' in match)) throw wrong('{ low, high }');
      return { kind: 'range', low: number(match.low), high: number(match.high) };
    case undefined:
      throw new EntityError(Code.UNIMPLEMENTED, `${what}: has a match kind that P4Runtime cannot carry`);
  }
}

/** Reads a key; fields that match everything are left out. @throws EntityError as decodeKey of the codec does. */
export function decodeMatches(
  owner: string,
  fields: readonly FieldInfo[],
  matches: readonly FieldMatch[],
): Key {
  const values = decodeKey(owner, fields, matches);
  return Object.fromEntries(
    fields.flatMap((field, index) => {
      const match = values[index];
      return match === undefined ? [] : [[field.name, fromMatchValue(field, match)]];
    }),
  );
}

function fromMatchValue(field: FieldInfo, match: MatchValue): Match {
  switch (match.kind) {
    case 'exact':
    case 'optional':
      return fromFieldValue(field, match.value);
    case 'lpm':
      return { value: fromFieldValue(field, match.value), prefixLength: match.prefixLength };
    case 'ternary':
      return { value: fromFieldValue(field, match.value), mask: fromFieldValue(field, match.mask) };
    case 'range':
      return { low: fromFieldValue(field, match.low), high: fromFieldValue(field, match.high) };
  }
}
