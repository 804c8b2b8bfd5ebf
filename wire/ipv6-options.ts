/**
 * The options of hop-by-hop and destination options headers (RFC 8200, 4.2), and the Home Address option.
 *
 *     | type | length | data …        Pad1 is a single zero byte
 *
 * Home Address option (RFC 6275, 6.3), at 8n + 6:
 *
 *     | 0xc9 | 16 | home address (16) |
 */

import { uint8 } from './bytes.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const OPTION_PAD1 = 0;
export const OPTION_PADN = 1;
export const OPTION_HOME_ADDRESS = 0xc9;

/** An option that is no padding. */
export type Ipv6Option = {
  readonly type: number;
  readonly data: Uint8Array;
  /** Where its type stands in the array that was read. */
  readonly at: number;
};

/** Reads the options between two places. Padding is left out. */
export function parseIpv6Options(bytes: Uint8Array, from: number, to: number): Parsed<readonly Ipv6Option[]> {
  const options: Ipv6Option[] = [];
  for (let at = from; at < to; ) {
    const type = uint8(bytes, at);
    if (type === OPTION_PAD1) {
      at++;
      continue;
    }
    if (at + 2 > to) return malformed('an option without a length', at);
    const end = at + 2 + uint8(bytes, at + 1);
    if (end > to) return malformed('an option that is longer than its header', at + 1);
    if (type !== OPTION_PADN) options.push({ type, data: bytes.subarray(at + 2, end), at });
    at = end;
  }
  return parsed(options, to);
}

/** Writes a destination options header of 24 bytes that holds a Home Address option and nothing else. */
export function emitHomeAddressHeader(next: number, homeAddress: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(24);
  // PadN of four bytes brings the option to 8n + 6.
  bytes.set([next, 2, OPTION_PADN, 2, 0, 0, OPTION_HOME_ADDRESS, 16]);
  bytes.set(homeAddress, 8);
  return bytes;
}
