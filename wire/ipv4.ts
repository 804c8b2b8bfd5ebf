/**
 * The IPv4 header (RFC 791, 3.1).
 *
 *     | 4 | IHL | DSCP, ECN | total length                  |
 *     | identification      | 0 DF MF | fragment offset     |
 *     | time to live | protocol | header checksum           |
 *     | source (4) | destination (4) | options (0 to 40) …
 */

import { putUint16, uint8, uint16 } from './bytes.ts';
import { isChecksumRight, putChecksum } from './checksum.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** A header; its checksum is checked when read and made when written. */
export type Ipv4Header = {
  readonly trafficClass: number;
  /** Of header and payload. */
  readonly totalLength: number;
  readonly identification: number;
  readonly dontFragment: boolean;
  readonly moreFragments: boolean;
  /** In units of eight bytes. */
  readonly fragmentOffset: number;
  readonly timeToLive: number;
  readonly protocol: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
};

/** How many bytes a header takes. */
export function ipv4Length(header: Ipv4Header): number {
  return 20 + header.options.length;
}

/** Reads a header. The payload stands from `end` to `from + totalLength`. */
export function parseIpv4(bytes: Uint8Array, from = 0): Parsed<Ipv4Header> {
  if (from + 20 > bytes.length) return malformed('an IPv4 header of less than 20 bytes', from);
  if (uint8(bytes, from) >> 4 !== 4) return malformed('the version is not 4', from);
  const length = (uint8(bytes, from) & 15) * 4;
  if (length < 20) return malformed('a header length of less than 20', from);
  const totalLength = uint16(bytes, from + 2);
  if (totalLength < length || from + totalLength > bytes.length)
    return malformed('a total length that does not fit', from + 2);
  if (!isChecksumRight(0, bytes, from, from + length)) return malformed('a wrong header checksum', from + 10);
  const fragment = uint16(bytes, from + 6);
  return parsed(
    {
      trafficClass: uint8(bytes, from + 1),
      totalLength,
      identification: uint16(bytes, from + 4),
      dontFragment: (fragment & 0x4000) !== 0,
      moreFragments: (fragment & 0x2000) !== 0,
      fragmentOffset: fragment & 0x1fff,
      timeToLive: uint8(bytes, from + 8),
      protocol: uint8(bytes, from + 9),
      source: bytes.subarray(from + 12, from + 16),
      destination: bytes.subarray(from + 16, from + 20),
      options: bytes.subarray(from + 20, from + length),
    },
    from + length,
  );
}

/** Writes a header with its checksum. */
export function emitIpv4(header: Ipv4Header): Uint8Array {
  const bytes = new Uint8Array(ipv4Length(header));
  bytes[0] = 0x40 | (bytes.length / 4);
  bytes[1] = header.trafficClass;
  putUint16(bytes, 2, header.totalLength);
  putUint16(bytes, 4, header.identification);
  const flags = (header.dontFragment ? 0x4000 : 0) | (header.moreFragments ? 0x2000 : 0);
  putUint16(bytes, 6, flags | header.fragmentOffset);
  bytes[8] = header.timeToLive;
  bytes[9] = header.protocol;
  bytes.set(header.source, 12);
  bytes.set(header.destination, 16);
  bytes.set(header.options, 20);
  putChecksum(0, bytes, 10);
  return bytes;
}
