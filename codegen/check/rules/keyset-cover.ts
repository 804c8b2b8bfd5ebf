/** Which keysets match all that others do, as far as it is known while compiling. */

import type { Expression } from '../../syntax/ast.ts';
import type { CheckedProgram } from '../checked-program.ts';
import type { ConstantValue } from '../constant-values.ts';
import { constantOf } from './rule.ts';

/** What one part of a keyset matches. */
export type Matched =
  /** Numbers and bools whose bits of the mask are those of the value; a mask of -1 is all bits, of 0 none. */
  | { readonly kind: 'masked'; readonly value: bigint; readonly mask: bigint }
  /** Numbers from one to another. */
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint }
  /** A member of an enum or error. */
  | { readonly kind: 'member'; readonly member: object };

/** Up to this many keysets are compared each with each; of more only equal ones are found. */
const MAXIMUM_COMPARED = 400;

/** Whether a keyset matches everything. */
export function isUniversal(keyset: Expression): boolean {
  return keyset.kind === 'DefaultExpression' || keyset.kind === 'DontCareExpression';
}

/** What one part of a keyset matches; undefined when that is not known. */
export function matchedBy(checked: CheckedProgram, keyset: Expression): Matched | undefined {
  if (isUniversal(keyset)) return { kind: 'masked', value: 0n, mask: 0n };
  if (keyset.kind === 'MaskExpression') {
    const value = numberOf(constantOf(checked, keyset.value));
    const mask = numberOf(constantOf(checked, keyset.mask));
    return value === undefined || mask === undefined
      ? undefined
      : { kind: 'masked', value: value & mask, mask };
  }
  if (keyset.kind === 'RangeExpression') {
    const low = numberOf(constantOf(checked, keyset.low));
    const high = numberOf(constantOf(checked, keyset.high));
    return low === undefined || high === undefined ? undefined : { kind: 'range', low, high };
  }
  const constant = constantOf(checked, keyset);
  if (constant?.kind === 'member') return { kind: 'member', member: constant.member };
  const value = numberOf(constant);
  return value === undefined ? undefined : { kind: 'masked', value, mask: -1n };
}

function numberOf(constant: ConstantValue | undefined): bigint | undefined {
  if (constant?.kind === 'boolean') return constant.value ? 1n : 0n;
  return constant?.kind === 'integer' ? constant.value : undefined;
}

/**
 * The keysets that never match because an earlier one matches all that they do, with that earlier one.
 * @param rows The keysets in the order in which they are tried, by their parts; undefined: not known.
 */
export function findCovered(
  rows: readonly (readonly Matched[] | undefined)[],
): readonly { readonly covered: number; readonly by: number }[] {
  const found: { covered: number; by: number }[] = [];
  const seen = new Map<string, number>();
  const names = new Map<object, number>();
  for (const [index, parts] of rows.entries()) {
    if (parts === undefined) continue;
    const text = parts.map((part) => textOf(part, names)).join();
    const by =
      rows.length > MAXIMUM_COMPARED
        ? (seen.get(text) ?? -1)
        : rows.findIndex(
            (earlier, place) => place < index && earlier !== undefined && coversAll(earlier, parts),
          );
    if (by >= 0) found.push({ covered: index, by });
    else seen.set(text, index);
  }
  return found;
}

function textOf(part: Matched, names: Map<object, number>): string {
  switch (part.kind) {
    case 'masked':
      return `${part.value}&${part.mask}`;
    case 'range':
      return `${part.low}..${part.high}`;
    case 'member': {
      const number = names.get(part.member) ?? names.size;
      names.set(part.member, number);
      return `#${number}`;
    }
  }
}

function coversAll(wide: readonly Matched[], narrow: readonly Matched[]): boolean {
  return wide.every((part, index) => {
    const other = narrow[index];
    return other !== undefined && covers(part, other);
  });
}

function covers(wide: Matched, narrow: Matched): boolean {
  if (wide.kind === 'masked' && wide.mask === 0n) return true;
  if (wide.kind === 'member' || narrow.kind === 'member')
    return wide.kind === 'member' && narrow.kind === 'member' && wide.member === narrow.member;
  if (wide.kind === 'masked') {
    if (narrow.kind === 'range') return narrow.low === narrow.high && covers(wide, exactly(narrow.low));
    return (wide.mask & narrow.mask) === wide.mask && (narrow.value & wide.mask) === wide.value;
  }
  if (narrow.kind === 'range') return wide.low <= narrow.low && narrow.high <= wide.high;
  return narrow.mask === -1n && wide.low <= narrow.value && narrow.value <= wide.high;
}

function exactly(value: bigint): Matched {
  return { kind: 'masked', value, mask: -1n };
}
