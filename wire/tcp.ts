/**
 * TCP (RFC 9293, 3.1).
 *
 *     | source port (2) | destination port (2) |
 *     | sequence (4) | acknowledgement (4) |
 *     | offset 4, reserved 4 | CWR ECE URG ACK PSH RST SYN FIN | window (2) |
 *     | checksum (2) | urgent (2) | options … | payload …
 */

import { putUint16, putUint32, uint8, uint16, uint32 } from './bytes.ts';
import { putChecksum } from './checksum.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_PSH = 0x08;
export const TCP_ACK = 0x10;

/** A segment; `checksum` is what stood there. */
export type TcpSegment = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: number;
  readonly window: number;
  readonly checksum: number;
  readonly urgent: number;
  /** A multiple of four bytes. */
  readonly options: Uint8Array;
  readonly payload: Uint8Array;
};

/** Reads a segment. */
export function parseTcp(bytes: Uint8Array, from = 0, to: number = bytes.length): Parsed<TcpSegment> {
  if (from + 20 > to) return malformed('a TCP header of less than 20 bytes', from);
  const offset = (uint8(bytes, from + 12) >> 4) * 4;
  if (offset < 20 || from + offset > to) return malformed('a TCP data offset that does not fit', from + 12);
  return parsed(
    {
      sourcePort: uint16(bytes, from),
      destinationPort: uint16(bytes, from + 2),
      sequence: uint32(bytes, from + 4),
      acknowledgement: uint32(bytes, from + 8),
      flags: uint8(bytes, from + 13),
      window: uint16(bytes, from + 14),
      checksum: uint16(bytes, from + 16),
      urgent: uint16(bytes, from + 18),
      options: bytes.subarray(from + 20, from + offset),
      payload: bytes.subarray(from + offset, to),
    },
    to,
  );
}

/** Writes a segment with its checksum. `pseudo` gives the pseudo-header's sum for a length. */
export function emitTcp(
  segment: Omit<TcpSegment, 'checksum'>,
  pseudo: (length: number) => number,
): Uint8Array {
  const offset = 20 + segment.options.length;
  const bytes = new Uint8Array(offset + segment.payload.length);
  putUint16(bytes, 0, segment.sourcePort);
  putUint16(bytes, 2, segment.destinationPort);
  putUint32(bytes, 4, segment.sequence);
  putUint32(bytes, 8, segment.acknowledgement);
  bytes[12] = (offset / 4) << 4;
  bytes[13] = segment.flags;
  putUint16(bytes, 14, segment.window);
  putUint16(bytes, 18, segment.urgent);
  bytes.set(segment.options, 20);
  bytes.set(segment.payload, offset);
  putChecksum(pseudo(bytes.length), bytes, 16);
  return bytes;
}
