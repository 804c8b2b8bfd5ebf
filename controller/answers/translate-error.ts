/**
 * ICMP errors about packets of servers. What an error quotes is what left the switch: with a routing header of type 2 for
 * a mobile node, or from a virtual address where NAT is. The server has to see what it sent.
 *
 *   quote: VIP ─▶ care-of address, routing header (home address) …   becomes   VIP ─▶ home address …
 *
 * A Packet Too Big tells 24 bytes less then: the switch adds them again (RFC 6275, section 6.4; RFC 4443, section 3.2).
 */

import {
  concatBytes,
  emitIcmpPacket,
  emitIcmpv6,
  emitIpv6,
  ICMPV6_PACKET_TOO_BIG,
  type Ipv6Packet,
  isIcmpError,
  PROTOCOL_ICMPV6,
  parseIcmp,
  parseIcmpv6,
  parseIpv6Packet,
  putUint16,
  ROUTING2_LENGTH,
  sameBytes,
  uint8,
  uint16,
  unsigned,
} from '../../wire/index.ts';
import type { Tuple } from '../sessions/index.ts';
import type { NetworkPacket } from './frame.ts';

/** The address and port that a server has behind NAT. */
export type OwnEndpoint = { readonly address: Uint8Array; readonly port: number };

/** An error that a server is to get. */
export type TranslatedError = {
  /** The flow that it is about, as the data plane knows it. */
  readonly tuple: Tuple;
  /** The IP packet for the server; `own` where NAT gives it another address. */
  readonly emit: (own: OwnEndpoint | undefined) => Uint8Array;
};

const IPV6_HEADER = 40;

/** Reads an error to a virtual address; undefined for what is none, or quotes nothing that came from there. */
export function translateError(found: NetworkPacket): TranslatedError | undefined {
  return found.family === 6 ? translateV6(found.packet) : translateV4(found);
}

function translateV6(packet: Ipv6Packet): TranslatedError | undefined {
  const { destination } = packet.header;
  // A mobile node sends its errors from its home address (RFC 6275, 9.3.1).
  const source = packet.homeAddress ?? packet.header.source;
  const message = parseIcmpv6(packet.bytes, packet.payloadAt, packet.payloadEnd, { source, destination });
  if (packet.protocol !== PROTOCOL_ICMPV6 || !message.ok || message.value.kind !== 'error') return undefined;
  const { type, code, parameter, quote } = message.value;
  const quoted = parseIpv6Packet(quote, 0, true);
  if (!quoted.ok || !sameBytes(quoted.value.header.source, destination)) return undefined;
  const { payloadAt, protocol, routing2, header } = quoted.value;
  const isTooBig = type === ICMPV6_PACKET_TOO_BIG;
  const taken = routing2 === undefined ? 0 : ROUTING2_LENGTH;
  const plain = routing2 === undefined ? quote.slice() : withoutRouting(quoted.value, routing2);
  const at = payloadAt - taken;
  return {
    tuple: turned(routing2 ?? header.destination, destination, protocol, plain, at),
    emit: (own) => {
      const shown = plain.slice();
      if (own !== undefined) {
        shown.set(own.address, 8);
        if (at + 2 <= shown.length) putUint16(shown, at, own.port);
      }
      const to = own?.address ?? destination;
      const mtu = isTooBig ? Math.max(0, parameter - taken) : parameter;
      const body = emitIcmpv6({ kind: 'error', type, code, parameter: mtu, quote: shown }, source, to);
      const rest = { trafficClass: packet.header.trafficClass, flowLabel: 0, next: PROTOCOL_ICMPV6 };
      const hopLimit = packet.header.hopLimit;
      return concatBytes(
        emitIpv6({ ...rest, payloadLength: body.length, hopLimit, source, destination: to }),
        body,
      );
    },
  };
}

/** The quote as the server sent it: the routing header out, the home address as destination, the chain closed. */
function withoutRouting(packet: Ipv6Packet, homeAddress: Uint8Array): Uint8Array {
  const { bytes, extensions, header } = packet;
  const index = extensions.findIndex((one) => one.kind === 'routing' && one.type === 2);
  const routing = extensions[index];
  if (routing === undefined) return bytes.slice();
  const made = concatBytes(bytes.subarray(0, routing.at), bytes.subarray(routing.end));
  const before = extensions[index - 1];
  made[before === undefined ? 6 : before.at] = routing.next;
  putUint16(made, 4, Math.max(0, header.payloadLength - (routing.end - routing.at)));
  made.set(homeAddress, IPV6_HEADER - 16);
  return made;
}

function translateV4(found: Extract<NetworkPacket, { family: 4 }>): TranslatedError | undefined {
  const { header, bytes, payloadAt, payloadEnd } = found;
  const message = parseIcmp(bytes, payloadAt, payloadEnd);
  if (!message.ok || !isIcmpError(message.value.type)) return undefined;
  const { data } = message.value;
  // A quote of IPv4 is the header and eight bytes at least, and its lengths are those of the whole packet.
  const length = data.length < 20 ? 0 : (uint8(data, 0) & 15) * 4;
  if (length < 20 || length > data.length || !sameBytes(data.subarray(12, 16), header.destination))
    return undefined;
  return {
    tuple: turned(mapped(data.subarray(16, 20)), mapped(header.destination), uint8(data, 9), data, length),
    emit: (own) => {
      const shown = data.slice();
      if (own !== undefined) {
        shown.set(own.address, 12);
        if (length + 2 <= shown.length) putUint16(shown, length, own.port);
      }
      return emitIcmpPacket(
        { ...message.value, data: shown },
        header.source,
        own?.address ?? header.destination,
      );
    },
  };
}

/** The flow of a quoted packet, which went the other way. */
function turned(
  client: Uint8Array,
  virtual: Uint8Array,
  protocol: number,
  bytes: Uint8Array,
  at: number,
): Tuple {
  const hasPorts = at + 4 <= bytes.length;
  return {
    source: unsigned(client),
    destination: unsigned(virtual),
    sourcePort: hasPorts ? uint16(bytes, at + 2) : 0,
    destinationPort: hasPorts ? uint16(bytes, at) : 0,
    protocol,
  };
}

/** `::ffff:a.b.c.d` */
function mapped(address: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16);
  bytes.set([0xff, 0xff], 10);
  bytes.set(address, 12);
  return bytes;
}
