/**
 * UDP (RFC 768).
 *
 *     | source port (2) | destination port (2) | length (2) | checksum (2) | payload …
 */

import { putUint16, uint16 } from './bytes.ts';
import { putChecksum } from './checksum.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** A datagram; `checksum` is what stood there, 0 for none. */
export type UdpDatagram = {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly checksum: number;
  readonly payload: Uint8Array;
};

/** Reads a datagram. */
export function parseUdp(bytes: Uint8Array, from = 0, to: number = bytes.length): Parsed<UdpDatagram> {
  if (from + 8 > to) return malformed('a UDP header of less than 8 bytes', from);
  const length = uint16(bytes, from + 4);
  if (length < 8 || from + length > to) return malformed('a UDP length that does not fit', from + 4);
  return parsed(
    {
      sourcePort: uint16(bytes, from),
      destinationPort: uint16(bytes, from + 2),
      checksum: uint16(bytes, from + 6),
      payload: bytes.subarray(from + 8, from + length),
    },
    from + length,
  );
}

/** Writes a datagram with its checksum. `pseudo` gives the pseudo-header's sum for a length. */
export function emitUdp(
  datagram: Omit<UdpDatagram, 'checksum'>,
  pseudo: (length: number) => number,
): Uint8Array {
  const bytes = new Uint8Array(8 + datagram.payload.length);
  putUint16(bytes, 0, datagram.sourcePort);
  putUint16(bytes, 2, datagram.destinationPort);
  putUint16(bytes, 4, bytes.length);
  bytes.set(datagram.payload, 8);
  putChecksum(pseudo(bytes.length), bytes, 6);
  // Zero would mean that there is none.
  if (uint16(bytes, 6) === 0) putUint16(bytes, 6, 0xffff);
  return bytes;
}
