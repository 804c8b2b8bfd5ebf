/** Values of packet tests as what tables match: `0x0a*`, `0b1*0`, `10/8`. */

import { bigEndian } from '../engine/environment.ts';
import type { TableKey } from '../engine/json/index.ts';
import type { FieldMatch } from '../tables/index.ts';
import { parseNumber } from './parse.ts';

/** Digits of a base, and bits of each. */
const BASES: { readonly [prefix: string]: number } = { '0x': 4, '0b': 1, '0o': 3 };

type Pattern = {
  readonly value: bigint;
  readonly mask: bigint;
  readonly digits: number;
  readonly bits: number;
};

/** A value of which some digits may not matter. */
function parsePattern(text: string): Pattern | undefined {
  const prefix = text.slice(0, 2).toLowerCase();
  const bits = BASES[prefix];
  const digits = text.slice(2);
  if (bits === undefined || !/^[0-9a-fA-F*]+$/.test(digits)) return undefined;
  const value = parseNumber(`${prefix}${digits.replaceAll('*', '0')}`);
  const ones = ((1 << bits) - 1).toString(16);
  let mask = 0n;
  for (const digit of digits) mask = (mask << BigInt(bits)) | (digit === '*' ? 0n : BigInt(`0x${ones}`));
  return value === undefined ? undefined : { value, mask, digits: digits.replaceAll('*', '').length, bits };
}

function fits(value: bigint, bits: number): boolean {
  return value < 1n << BigInt(bits);
}

/** What a field matches when the test does not mention it: everything, or 0. */
export function unmentioned(key: TableKey): FieldMatch {
  return key.match === 'exact' || key.match === 'valid'
    ? { kind: 'exact', value: bigEndian(0n, key.bits) }
    : { kind: 'any' };
}

/**
 * What a field matches.
 * @returns A sentence when the text does not fit the field.
 */
export function fieldMatch(
  key: Pick<TableKey, 'name' | 'match' | 'bits'>,
  text: string,
): FieldMatch | string {
  const bytes = (value: bigint) => bigEndian(value, key.bits);
  const tooWide = `'${text}' does not fit into the ${key.bits} bits of '${key.name}'`;
  switch (key.match) {
    case 'exact':
    case 'valid': {
      const value = text === 'true' ? 1n : text === 'false' ? 0n : parseNumber(text);
      if (value === undefined) return `'${text}' is no number, which '${key.name}' needs`;
      return fits(value, key.bits) ? { kind: 'exact', value: bytes(value) } : tooWide;
    }
    case 'ternary':
    case 'optional': {
      const [value, mask] = text.split('&&&').map((part) => parseNumber(part));
      if (text.includes('&&&')) {
        if (value === undefined || mask === undefined) return `'${text}' is no value with a mask`;
        if (!fits(value, key.bits) || !fits(mask, key.bits)) return tooWide;
        return mask === 0n
          ? { kind: 'any' }
          : { kind: 'ternary', value: bytes(value & mask), mask: bytes(mask) };
      }
      const pattern = parsePattern(text);
      const whole =
        pattern ?? (value === undefined ? undefined : { value, mask: (1n << BigInt(key.bits)) - 1n });
      if (whole === undefined) return `'${text}' is no value for '${key.name}'`;
      if (!fits(whole.value, key.bits)) return tooWide;
      const kept = BigInt.asUintN(key.bits, whole.mask);
      if (kept === 0n) return { kind: 'any' };
      if (key.match === 'optional') return { kind: 'exact', value: bytes(whole.value) };
      return { kind: 'ternary', value: bytes(whole.value & kept), mask: bytes(kept) };
    }
    case 'lpm': {
      const [number, length] = text.split('/');
      const pattern = parsePattern(number ?? '');
      const value = pattern?.value ?? parseNumber(number ?? '');
      if (value === undefined) return `'${text}' is no prefix`;
      if (!fits(value, key.bits)) return tooWide;
      const prefixLength =
        length !== undefined
          ? Number(length)
          : pattern === undefined
            ? key.bits
            : Math.min(key.bits, pattern.digits * pattern.bits);
      if (!Number.isInteger(prefixLength) || prefixLength > key.bits)
        return `'${text}' is no prefix of ${key.bits} bits`;
      const shift = BigInt(key.bits - prefixLength);
      return { kind: 'lpm', value: bytes((value >> shift) << shift), prefixLength };
    }
    case 'range': {
      const [low, high] = text.split('..').map((part) => parseNumber(part));
      const last = text.includes('..') ? high : low;
      if (low === undefined || last === undefined) return `'${text}' is no range LOW..HIGH`;
      if (!fits(low, key.bits) || !fits(last, key.bits)) return tooWide;
      return { kind: 'range', low: bytes(low), high: bytes(last) };
    }
  }
}
