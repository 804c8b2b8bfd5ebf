/**
 * The IPv6 header (RFC 8200, 3).
 *
 *     | 6 | traffic class (8) | flow label (20)             |
 *     | payload length (2) | next header (1) | hop limit (1) |
 *     | source (16) | destination (16) |
 */

import { putUint16, putUint32, uint8, uint16, uint32 } from './bytes.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const IPV6_LENGTH = 40;

/** A header. */
export type Ipv6Header = {
  readonly trafficClass: number;
  readonly flowLabel: number;
  /** Of all that follows, extension headers included. */
  readonly payloadLength: number;
  readonly next: number;
  readonly hopLimit: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
};

/** Reads a header. With `isCut`, the payload may be shorter than its length says, as in a packet that an error quotes. */
export function parseIpv6(bytes: Uint8Array, from = 0, isCut = false): Parsed<Ipv6Header> {
  if (from + IPV6_LENGTH > bytes.length) return malformed('an IPv6 header of less than 40 bytes', from);
  const first = uint32(bytes, from);
  if (first >>> 28 !== 6) return malformed('the version is not 6', from);
  const payloadLength = uint16(bytes, from + 4);
  if (!isCut && from + IPV6_LENGTH + payloadLength > bytes.length)
    return malformed('a payload length beyond the end of the packet', from + 4);
  return parsed(
    {
      trafficClass: (first >>> 20) & 0xff,
      flowLabel: first & 0xfffff,
      payloadLength,
      next: uint8(bytes, from + 6),
      hopLimit: uint8(bytes, from + 7),
      source: bytes.subarray(from + 8, from + 24),
      destination: bytes.subarray(from + 24, from + 40),
    },
    from + IPV6_LENGTH,
  );
}

/** Writes a header. */
export function emitIpv6(header: Ipv6Header): Uint8Array {
  const bytes = new Uint8Array(IPV6_LENGTH);
  putUint32(bytes, 0, (0x60000000 | (header.trafficClass << 20) | header.flowLabel) >>> 0);
  putUint16(bytes, 4, header.payloadLength);
  bytes[6] = header.next;
  bytes[7] = header.hopLimit;
  bytes.set(header.source, 8);
  bytes.set(header.destination, 24);
  return bytes;
}
