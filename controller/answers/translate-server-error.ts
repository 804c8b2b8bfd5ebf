/**
 * ICMP errors that a server behind NAT sends about packets of clients: as its service's, from the virtual address.
 *
 *   own ─▶ client, quote: client ─▶ own:8080   becomes   VIP ─▶ client, quote: client ─▶ VIP:80
 */

import {
  concatBytes,
  emitIcmpPacket,
  emitIcmpv6,
  emitIpv6,
  type Ipv6Packet,
  isIcmpError,
  PROTOCOL_ICMPV6,
  parseIcmp,
  parseIcmpv6,
  parseIpv6Packet,
  putUint16,
  sameBytes,
  uint8,
  uint16,
} from '../../wire/index.ts';
import type { NetworkPacket } from './frame.ts';

/** A virtual address and port; the address has the length of the family. */
export type VirtualEndpoint = { readonly address: Uint8Array; readonly port: number };

/** What an own address and port of a server is to clients; undefined for what is none of a service's. */
export type VirtualOf = (address: Uint8Array, port: number, protocol: number) => VirtualEndpoint | undefined;

/** The IP packet for the client; undefined for what is no such error. */
export function translateServerError(found: NetworkPacket, virtualOf: VirtualOf): Uint8Array | undefined {
  return found.family === 6 ? translateV6(found.packet, virtualOf) : translateV4(found, virtualOf);
}

function translateV6(packet: Ipv6Packet, virtualOf: VirtualOf): Uint8Array | undefined {
  const { source, destination, trafficClass, hopLimit } = packet.header;
  const message = parseIcmpv6(packet.bytes, packet.payloadAt, packet.payloadEnd, packet.header);
  if (packet.protocol !== PROTOCOL_ICMPV6 || !message.ok || message.value.kind !== 'error') return undefined;
  const { type, code, parameter, quote } = message.value;
  const quoted = parseIpv6Packet(quote, 0, true);
  if (!quoted.ok || !sameBytes(quoted.value.header.destination, source)) return undefined;
  const { payloadAt: at, protocol } = quoted.value;
  if (at + 4 > quote.length) return undefined;
  const virtual = virtualOf(source, uint16(quote, at + 2), protocol);
  if (virtual === undefined) return undefined;
  const shown = quote.slice();
  shown.set(virtual.address, 24);
  putUint16(shown, at + 2, virtual.port);
  const error = { kind: 'error', type, code, parameter, quote: shown } as const;
  const body = emitIcmpv6(error, virtual.address, destination);
  const header = { trafficClass, flowLabel: 0, payloadLength: body.length, next: PROTOCOL_ICMPV6, hopLimit };
  return concatBytes(emitIpv6({ ...header, source: virtual.address, destination }), body);
}

function translateV4(
  found: Extract<NetworkPacket, { family: 4 }>,
  virtualOf: VirtualOf,
): Uint8Array | undefined {
  const { header, bytes, payloadAt, payloadEnd } = found;
  const message = parseIcmp(bytes, payloadAt, payloadEnd);
  if (!message.ok || !isIcmpError(message.value.type)) return undefined;
  const { data } = message.value;
  const length = data.length < 20 ? 0 : (uint8(data, 0) & 15) * 4;
  if (length < 20 || length + 4 > data.length || !sameBytes(data.subarray(16, 20), header.source))
    return undefined;
  const virtual = virtualOf(header.source, uint16(data, length + 2), uint8(data, 9));
  if (virtual === undefined) return undefined;
  const shown = data.slice();
  shown.set(virtual.address, 16);
  putUint16(shown, length + 2, virtual.port);
  return emitIcmpPacket({ ...message.value, data: shown }, virtual.address, header.destination);
}
