/** Why a lookup missed: which entry came nearest, and what of the key it does not match. */

import type { Entry, FieldMatch, Table as MatchTable } from '../../tables/index.ts';
import type { TableKey } from '../json/index.ts';
import type { Nearest } from './model.ts';
import { hexadecimal, numberOf } from './snapshot.ts';

/** Entries that are looked at: a trace of a packet may take a moment, and not minutes. */
const MAXIMUM_ENTRIES = 100_000;

function isMatch(match: FieldMatch, value: bigint, bits: number): boolean {
  switch (match.kind) {
    case 'any':
      return true;
    case 'exact':
      return numberOf(match.value) === value;
    case 'lpm': {
      const rest = BigInt(bits - match.prefixLength);
      return numberOf(match.value) >> rest === value >> rest;
    }
    case 'ternary': {
      const mask = numberOf(match.mask);
      return (numberOf(match.value) & mask) === (value & mask);
    }
    case 'range':
      return numberOf(match.low) <= value && value <= numberOf(match.high);
  }
}

/** What a field of an entry matches, as people write it. */
export function showMatch(match: FieldMatch): string {
  switch (match.kind) {
    case 'any':
      return '*';
    case 'exact':
      return hexadecimal(numberOf(match.value));
    case 'lpm':
      return `${hexadecimal(numberOf(match.value))}/${match.prefixLength}`;
    case 'ternary':
      return `${hexadecimal(numberOf(match.value))} &&& ${hexadecimal(numberOf(match.mask))}`;
    case 'range':
      return `${hexadecimal(numberOf(match.low))}..${hexadecimal(numberOf(match.high))}`;
  }
}

/** Bits in which a value is off, so that of entries with as many wrong fields the closest is shown. */
function distance(match: FieldMatch, value: bigint): number {
  if (match.kind === 'any' || match.kind === 'range') return 1;
  const mask = match.kind === 'ternary' ? numberOf(match.mask) : -1n;
  return ((numberOf(match.value) ^ value) & mask).toString(2).replaceAll(/[^1]/g, '').length;
}

/** The entry that needs the fewest fields changed, and among those the fewest bits. */
export function nearestEntry(
  engine: MatchTable,
  keys: readonly TableKey[],
  values: readonly bigint[],
): Nearest | undefined {
  let best: { entry: Entry; wrong: number[]; bits: number } | undefined;
  let looked = 0;
  for (const entry of engine.entries()) {
    if (++looked > MAXIMUM_ENTRIES) break;
    const wrong: number[] = [];
    let bits = 0;
    for (const [index, match] of entry.matches.entries()) {
      const value = values[index] ?? 0n;
      if (isMatch(match, value, keys[index]?.bits ?? 0)) continue;
      wrong.push(index);
      bits += distance(match, value);
    }
    const closer =
      best === undefined ||
      wrong.length < best.wrong.length ||
      (wrong.length === best.wrong.length && bits < best.bits);
    if (closer) best = { entry, wrong, bits };
  }
  if (best === undefined) return undefined;
  const { entry, wrong } = best;
  return {
    handle: entry.handle,
    differs: wrong.map((index) => {
      const match = entry.matches[index];
      return {
        name: keys[index]?.name ?? '',
        value: hexadecimal(values[index] ?? 0n),
        entry: match === undefined ? '' : showMatch(match),
      };
    }),
  };
}
