/** Reading integer literals (specification §6.4.3.2): `10`, `0xFF`, `8w0b1010`, `4s7`, with `_` between digits. */

import type { IntegerValue } from './tokens.ts';

const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01_]+$/,
  8: /^[0-7_]+$/,
  10: /^[0-9_]+$/,
  16: /^[0-9a-fA-F_]+$/,
};

/** The prefixes that BigInt reads. */
const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' };

/** The most digits that a literal may have: no width that P4 programs use needs more. */
const MAXIMUM_DIGITS = 20_000;

/** Widths of more digits than this are not exact as numbers; the checker judges smaller ones. */
const MAXIMUM_WIDTH_DIGITS = 15;

/** The value of an integer literal, or why it is none. */
export function parseInteger(written: string): IntegerValue | string {
  const head = /^0[xXbBoOdD]/.test(written) ? null : /^([\d_]+)([wsWS])(.*)$/.exec(written);
  if (head === null) return parseValue(written, undefined, false);
  const [, width = '', marker = '', digits = ''] = head;
  if (marker === 'W' || marker === 'S') return `write '${marker.toLowerCase()}' in lower case`;
  if (width.includes('_')) return "a width is written without '_'";
  if (width.length > MAXIMUM_WIDTH_DIGITS) return 'its width is too large';
  if (digits === '') return `the value behind '${marker}' is missing`;
  return parseValue(digits, Number(width), marker === 's');
}

function parseValue(digits: string, width: number | undefined, signed: boolean): IntegerValue | string {
  const prefix = digits.slice(0, 2).toLowerCase();
  const base = prefix === '0x' ? 16 : prefix === '0b' ? 2 : prefix === '0o' ? 8 : 10;
  const body = base !== 10 || prefix === '0d' ? digits.slice(2) : digits;
  if (body.length > MAXIMUM_DIGITS) return `it has more than ${MAXIMUM_DIGITS} digits`;
  if (!/[0-9a-zA-Z]/.test(body)) return 'it has no digits';
  if (DIGITS[base]?.test(body) !== true) return `not all of '${shorten(body)}' are digits of base ${base}`;
  const value = BigInt((PREFIXES[base] ?? '') + body.replaceAll('_', ''));
  return { value, width, signed, base };
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}
