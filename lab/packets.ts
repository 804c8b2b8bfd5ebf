/** Packets as nodes with mobility make and take them apart: tunnels (RFC 2473), home addresses, mobility messages. */

import {
  concatBytes,
  emitHomeAddressHeader,
  emitIpv6,
  emitMobilityMessage,
  emitRouting2,
  finalDestination,
  type Ipv6Packet,
  isMobilityChecksumRight,
  type MobilityMessage,
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_MOBILITY,
  PROTOCOL_ROUTING,
  parseMobilityHeader,
  parseMobilityMessage,
  putMobilityChecksum,
  putUint16,
  uint16,
} from '../wire/index.ts';

export const PROTOCOL_IPV6 = 41;
const HOP_LIMIT = 64;

/** An IPv6 packet. */
export function makePacket(
  source: Uint8Array,
  destination: Uint8Array,
  next: number,
  payload: Uint8Array,
): Uint8Array {
  const rest = {
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: payload.length,
    next,
    hopLimit: HOP_LIMIT,
  };
  return concatBytes(emitIpv6({ ...rest, source, destination }), payload);
}

/** A packet within a packet. */
export function encapsulate(source: Uint8Array, destination: Uint8Array, packet: Uint8Array): Uint8Array {
  return makePacket(source, destination, PROTOCOL_IPV6, packet);
}

/**
 * A packet as a mobile node sends it by the optimized route (RFC 6275, 11.3.1): a Home Address option for its source.
 * Upper layers' checksums stay as they are. The packet's extension headers, if any, follow the new one.
 */
export function withHomeAddress(packet: Uint8Array, careOf: Uint8Array): Uint8Array {
  const next = packet[6] ?? 0;
  const option = emitHomeAddressHeader(next, packet.subarray(8, 24));
  const result = concatBytes(packet.subarray(0, 40), option, packet.subarray(40));
  putUint16(result, 4, uint16(packet, 4) + option.length);
  result[6] = PROTOCOL_DESTINATION_OPTIONS;
  result.set(careOf, 8);
  return result;
}

/** A packet that came by the optimized route, as its upper layer knows it (RFC 6275, 6.4 and 11.3.2); undefined if it did not. */
export function withoutRouting2(packet: Ipv6Packet): Uint8Array | undefined {
  const { bytes, header, extensions, routing2 } = packet;
  const routing = extensions.find((one) => one.kind === 'routing' && one.type === 2);
  if (routing2 === undefined || routing === undefined) return undefined;
  const start = header.source.byteOffset - bytes.byteOffset - 8;
  const result = concatBytes(
    bytes.subarray(start, routing.at),
    bytes.subarray(routing.end, packet.payloadEnd),
  );
  putUint16(result, 4, uint16(result, 4) - (routing.end - routing.at));
  const before = extensions[extensions.indexOf(routing) - 1];
  result[before === undefined ? 6 : before.at - start] = routing.next;
  result.set(routing2, 24);
  return result;
}

/** Writes a packet with a mobility message, in which a checksum is put. */
export function mobilityPacket(
  source: Uint8Array,
  destination: Uint8Array,
  message: MobilityMessage | Uint8Array,
  home: { readonly option?: Uint8Array; readonly routing2?: Uint8Array } = {},
): Uint8Array {
  const bytes = message instanceof Uint8Array ? message : emitMobilityMessage(message);
  putMobilityChecksum(bytes, home.option ?? source, home.routing2 ?? destination);
  if (home.option !== undefined) {
    const payload = concatBytes(emitHomeAddressHeader(PROTOCOL_MOBILITY, home.option), bytes);
    return makePacket(source, destination, PROTOCOL_DESTINATION_OPTIONS, payload);
  }
  if (home.routing2 !== undefined) {
    const payload = concatBytes(emitRouting2(PROTOCOL_MOBILITY, home.routing2), bytes);
    return makePacket(source, destination, PROTOCOL_ROUTING, payload);
  }
  return makePacket(source, destination, PROTOCOL_MOBILITY, bytes);
}

/** The mobility message of a packet and its header's bytes; undefined if it has none, or none that is right. */
export function mobilityMessage(
  packet: Ipv6Packet,
): { readonly message: MobilityMessage; readonly bytes: Uint8Array } | undefined {
  if (packet.protocol !== PROTOCOL_MOBILITY) return undefined;
  const header = parseMobilityHeader(packet.bytes, packet.payloadAt, packet.payloadEnd);
  if (!header.ok) return undefined;
  const source = packet.homeAddress ?? packet.header.source;
  if (!isMobilityChecksumRight(header.value, source, finalDestination(packet))) return undefined;
  const message = parseMobilityMessage(header.value);
  return message.ok ? { message: message.value, bytes: header.value.bytes } : undefined;
}
