/**
 * ICMP messages (RFC 792).
 *
 *     | type | code | checksum (2) | by type: unused, MTU, or identifier and sequence (4) | data …
 */

import { concatBytes, putUint32, uint8, uint32 } from './bytes.ts';
import { isChecksumRight, putChecksum } from './checksum.ts';
import { emitIpv4 } from './ipv4.ts';
import { PROTOCOL_ICMP } from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const ICMP_ECHO_REPLY = 0;
export const ICMP_DESTINATION_UNREACHABLE = 3;
export const ICMP_SOURCE_QUENCH = 4;
export const ICMP_REDIRECT = 5;
export const ICMP_ECHO_REQUEST = 8;
export const ICMP_TIME_EXCEEDED = 11;
export const ICMP_PARAMETER_PROBLEM = 12;

/** Codes of Destination Unreachable (RFC 792; RFC 1191). */
export const ICMP_HOST_UNREACHABLE = 1;
export const ICMP_PORT_UNREACHABLE = 3;
export const ICMP_FRAGMENTATION_NEEDED = 4;

/** A message; `rest` is what stands in bytes 4 to 7. */
export type IcmpMessage = {
  readonly type: number;
  readonly code: number;
  readonly rest: number;
  readonly data: Uint8Array;
};

/** Messages about other packets, which no error may be sent about (RFC 1122, section 3.2.2). */
export function isIcmpError(type: number): boolean {
  return (
    type === ICMP_DESTINATION_UNREACHABLE ||
    type === ICMP_SOURCE_QUENCH ||
    type === ICMP_REDIRECT ||
    type === ICMP_TIME_EXCEEDED ||
    type === ICMP_PARAMETER_PROBLEM
  );
}

/** Reads a message and checks its checksum. */
export function parseIcmp(bytes: Uint8Array, from: number, to: number): Parsed<IcmpMessage> {
  if (from + 8 > to) return malformed('an ICMP message of less than 8 bytes', from);
  if (!isChecksumRight(0, bytes, from, to)) return malformed('a wrong ICMP checksum', from + 2);
  return parsed(
    {
      type: uint8(bytes, from),
      code: uint8(bytes, from + 1),
      rest: uint32(bytes, from + 4),
      data: bytes.subarray(from + 8, to),
    },
    to,
  );
}

/** Writes a message with its checksum. */
export function emitIcmp({ type, code, rest, data }: IcmpMessage): Uint8Array {
  const bytes = new Uint8Array(8 + data.length);
  bytes[0] = type;
  bytes[1] = code;
  putUint32(bytes, 4, rest);
  bytes.set(data, 8);
  putChecksum(0, bytes, 2);
  return bytes;
}

/** An IPv4 packet with a message. */
export function emitIcmpPacket(
  message: IcmpMessage,
  source: Uint8Array,
  destination: Uint8Array,
): Uint8Array {
  const body = emitIcmp(message);
  const header = emitIpv4({
    trafficClass: 0,
    totalLength: 20 + body.length,
    identification: 0,
    dontFragment: false,
    moreFragments: false,
    fragmentOffset: 0,
    timeToLive: 64,
    protocol: PROTOCOL_ICMP,
    source,
    destination,
    options: new Uint8Array(),
  });
  return concatBytes(header, body);
}
