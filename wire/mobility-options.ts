/**
 * Mobility options (RFC 6275, 6.2).
 *
 *     | type | length | data …        Pad1 is a single zero byte
 *
 *     2  binding refresh advice, at 2n:         | 2 | 2 | interval in 4 s (2) |
 *     3  alternate care-of address, at 8n + 6:  | 3 | 16 | address (16) |
 *     4  nonce indices, at 2n:                  | 4 | 4 | home (2) | care-of (2) |
 *     5  binding authorization data, last, its end at 8n: | 5 | length | authenticator (12) |
 */

import { putUint16, uint8, uint16 } from './bytes.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** The first 96 bits of the MAC (6.2.7). */
export const AUTHENTICATOR_LENGTH = 12;

/** An option that is no padding. Those that are not known are kept as they are, for receivers skip them (6.2.1). */
export type MobilityOption =
  | { readonly kind: 'bindingRefreshAdvice'; readonly interval: number }
  | { readonly kind: 'alternateCareOfAddress'; readonly address: Uint8Array }
  | { readonly kind: 'nonceIndices'; readonly home: number; readonly careOf: number }
  | {
      readonly kind: 'bindingAuthorizationData';
      readonly authenticator: Uint8Array;
      /** Nothing stands behind it, not even padding. */
      readonly isLast: boolean;
    }
  | { readonly kind: 'other'; readonly type: number; readonly data: Uint8Array };

const PADN = 1;

/** Reads the options between two places. One of a known type with a wrong length makes all of them malformed. */
export function parseMobilityOptions(
  bytes: Uint8Array,
  from: number,
  to: number,
): Parsed<readonly MobilityOption[]> {
  const options: MobilityOption[] = [];
  for (let at = from; at < to; ) {
    const type = uint8(bytes, at);
    if (type === 0) {
      at++;
      continue;
    }
    if (at + 2 > to) return malformed('a mobility option without a length', at);
    const end = at + 2 + uint8(bytes, at + 1);
    if (end > to) return malformed('a mobility option that is longer than its message', at + 1);
    const data = bytes.subarray(at + 2, end);
    const length = FIXED_LENGTHS[type];
    if (length !== undefined && data.length !== length)
      return malformed('a mobility option of a wrong length', at + 1);
    if (type !== PADN) options.push(makeOption(type, data, end === to));
    at = end;
  }
  return parsed(options, to);
}

const FIXED_LENGTHS: Readonly<Record<number, number>> = { 2: 2, 3: 16, 4: 4, 5: AUTHENTICATOR_LENGTH };

function makeOption(type: number, data: Uint8Array, isLast: boolean): MobilityOption {
  switch (type) {
    case 2:
      return { kind: 'bindingRefreshAdvice', interval: uint16(data, 0) };
    case 3:
      return { kind: 'alternateCareOfAddress', address: data };
    case 4:
      return { kind: 'nonceIndices', home: uint16(data, 0), careOf: uint16(data, 2) };
    case 5:
      return { kind: 'bindingAuthorizationData', authenticator: data, isLast };
    default:
      return { kind: 'other', type, data };
  }
}

/** Finds the first option of a kind. */
export function findOption<Kind extends MobilityOption['kind']>(
  options: readonly MobilityOption[],
  kind: Kind,
): Extract<MobilityOption, { readonly kind: Kind }> | undefined {
  for (const option of options) if (isOfKind(option, kind)) return option;
  return undefined;
}

function isOfKind<Kind extends MobilityOption['kind']>(
  option: MobilityOption,
  kind: Kind,
): option is Extract<MobilityOption, { readonly kind: Kind }> {
  return option.kind === kind;
}

/**
 * Writes options behind a message's fixed part of `start` bytes, each aligned by padding in front of it, and the
 * whole padded to a multiple of eight.
 */
export function emitMobilityOptions(options: readonly MobilityOption[], start: number): Uint8Array {
  const described = options.map(describe);
  let length = 0;
  for (const { data, step, offset } of described) {
    length += padding(start + length, step, offset) + 2 + data.length;
  }
  const bytes = new Uint8Array(length + padding(start + length, 8, 0));
  let at = 0;
  for (const { type, data, step, offset } of described) {
    at = pad(bytes, at, padding(start + at, step, offset));
    bytes[at] = type;
    bytes[at + 1] = data.length;
    bytes.set(data, at + 2);
    at += 2 + data.length;
  }
  pad(bytes, at, bytes.length - at);
  return bytes;
}

/** How many bytes it is to the next place that is `step` times n plus `offset`. */
function padding(at: number, step: number, offset: number): number {
  return (((offset - at) % step) + step) % step;
}

/** Pads with Pad1 or PadN. @returns Where it goes on. */
function pad(bytes: Uint8Array, at: number, count: number): number {
  if (count > 1) {
    bytes[at] = PADN;
    bytes[at + 1] = count - 2;
  }
  return at + count;
}

type Description = {
  readonly type: number;
  readonly data: Uint8Array;
  readonly step: number;
  readonly offset: number;
};

function describe(option: MobilityOption): Description {
  switch (option.kind) {
    case 'bindingRefreshAdvice':
      return { type: 2, data: numbers(option.interval), step: 2, offset: 0 };
    case 'alternateCareOfAddress':
      return { type: 3, data: option.address, step: 8, offset: 6 };
    case 'nonceIndices':
      return { type: 4, data: numbers(option.home, option.careOf), step: 2, offset: 0 };
    case 'bindingAuthorizationData':
      // Two bytes and twelve then end at a multiple of eight, without padding behind them.
      return { type: 5, data: option.authenticator, step: 8, offset: 2 };
    case 'other':
      return { type: option.type, data: option.data, step: 1, offset: 0 };
  }
}

function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  for (const [index, value] of values.entries()) putUint16(bytes, 2 * index, value);
  return bytes;
}
