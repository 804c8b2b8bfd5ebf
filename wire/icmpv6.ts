/**
 * ICMPv6 messages (RFC 4443); those of Neighbor Discovery stand in `neighbor-discovery.ts`.
 *
 *     | type | code | checksum (2) | by type: unused, MTU, pointer, or identifier and sequence (4) |
 *     | for errors: as much of the packet as fits into 1280 bytes …
 */

import { isMulticast, isUnicast } from './address.ts';
import { concatBytes, putUint16, putUint32, uint8, uint16, uint32 } from './bytes.ts';
import { ipv6PseudoSum, isChecksumRight, putChecksum } from './checksum.ts';
import type { Ipv6Packet } from './extension-headers.ts';
import { emitIpv6, IPV6_LENGTH } from './ipv6.ts';
import { PROTOCOL_ICMPV6 } from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const ICMPV6_DESTINATION_UNREACHABLE = 1;
export const ICMPV6_PACKET_TOO_BIG = 2;
export const ICMPV6_TIME_EXCEEDED = 3;
export const ICMPV6_PARAMETER_PROBLEM = 4;
export const ICMPV6_ECHO_REQUEST = 128;
export const ICMPV6_ECHO_REPLY = 129;
export const ICMPV6_REDIRECT = 137;

/** Errors, with what they quote, and everything else. Types under 128 are errors (RFC 4443, 2.1). */
export type Icmpv6Message =
  | {
      readonly kind: 'error';
      readonly type: number;
      readonly code: number;
      /** The MTU, the pointer, or zero. */
      readonly parameter: number;
      /** The packet that it is about, cut off where 1280 bytes were full. */
      readonly quote: Uint8Array;
    }
  | {
      readonly kind: 'information';
      readonly type: number;
      readonly code: number;
      /** What follows the checksum. */
      readonly body: Uint8Array;
    };

/** Links carry packets of this size at least (RFC 8200, 5), so errors are never longer (RFC 4443, 2.4 c). */
export const MINIMUM_MTU = 1280;

/** Reads a message and checks its checksum. */
export function parseIcmpv6(
  bytes: Uint8Array,
  from: number,
  to: number,
  addresses: { readonly source: Uint8Array; readonly destination: Uint8Array },
): Parsed<Icmpv6Message> {
  if (from + 8 > to) return malformed('an ICMPv6 message of less than 8 bytes', from);
  const pseudo = ipv6PseudoSum(addresses.source, addresses.destination, to - from, PROTOCOL_ICMPV6);
  if (!isChecksumRight(pseudo, bytes, from, to)) return malformed('a wrong ICMPv6 checksum', from + 2);
  const [type, code] = [uint8(bytes, from), uint8(bytes, from + 1)];
  if (type >= 128) return parsed({ kind: 'information', type, code, body: bytes.subarray(from + 4, to) }, to);
  const parameter = uint32(bytes, from + 4);
  return parsed({ kind: 'error', type, code, parameter, quote: bytes.subarray(from + 8, to) }, to);
}

/** Writes a message with its checksum. */
export function emitIcmpv6(message: Icmpv6Message, source: Uint8Array, destination: Uint8Array): Uint8Array {
  const rest = message.kind === 'error' ? message.quote : message.body;
  const bytes = new Uint8Array((message.kind === 'error' ? 8 : 4) + rest.length);
  bytes[0] = message.type;
  bytes[1] = message.code;
  if (message.kind === 'error') putUint32(bytes, 4, message.parameter);
  bytes.set(rest, bytes.length - rest.length);
  putChecksum(ipv6PseudoSum(source, destination, bytes.length, PROTOCOL_ICMPV6), bytes, 2);
  return bytes;
}

/** May an error be sent about this packet (RFC 4443, 2.4 e)? Packet Too Big may also answer multicast. */
export function mayAnswerWithError(packet: Ipv6Packet, type: number): boolean {
  const { source, destination } = packet.header;
  if (!isUnicast(source)) return false;
  if (isMulticast(destination) && type !== ICMPV6_PACKET_TOO_BIG) return false;
  if (packet.protocol !== PROTOCOL_ICMPV6) return true;
  // A message that is not there in full counts as an error.
  if (packet.payloadAt >= packet.payloadEnd) return false;
  const about = uint8(packet.bytes, packet.payloadAt);
  return about >= 128 && about !== ICMPV6_REDIRECT;
}

/** Writes the IPv6 packet with an error about another packet, sent back to its source address from `from`. */
export function emitErrorPacket(
  error: { readonly type: number; readonly code: number; readonly parameter: number },
  about: Ipv6Packet,
  from: Uint8Array,
): Uint8Array {
  const start = about.header.source.byteOffset - about.bytes.byteOffset - 8;
  const limit = start + MINIMUM_MTU - IPV6_LENGTH - 8;
  const quote = about.bytes.subarray(start, Math.min(about.payloadEnd, limit));
  const destination = about.header.source;
  const body = emitIcmpv6({ kind: 'error', ...error, quote }, from, destination);
  return concatBytes(
    emitIpv6({
      trafficClass: 0,
      flowLabel: 0,
      payloadLength: body.length,
      next: PROTOCOL_ICMPV6,
      hopLimit: 64,
      source: from,
      destination,
    }),
    body,
  );
}

/** The body of an echo request or reply (RFC 4443, 4.1): identifier, sequence number, data. */
export function echoBody(identifier: number, sequence: number, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + data.length);
  putUint16(bytes, 0, identifier);
  putUint16(bytes, 2, sequence);
  bytes.set(data, 4);
  return bytes;
}

/** Reads the body of an echo request or reply. */
export function parseEchoBody(
  body: Uint8Array,
): Parsed<{ readonly identifier: number; readonly sequence: number; readonly data: Uint8Array }> {
  if (body.length < 4) return malformed('an echo message of less than 8 bytes', 0);
  return parsed(
    { identifier: uint16(body, 0), sequence: uint16(body, 2), data: body.subarray(4) },
    body.length,
  );
}
