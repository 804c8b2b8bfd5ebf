/** What the switch changes in packets, as functions of values (RFC 6275, sections 6.4 and 9.3.1; RFC 1624). */

import { numberAt, onesComplementSum, replaced, toBytes } from './bytes.ts';
import type { Extension, Frame, IpPacket } from './packet.ts';

/** Takes the Home Address option out; the home address becomes the source (RFC 6275, section 9.3.1). */
export function takeOutHomeAddress(packet: IpPacket): IpPacket {
  const { homeAddress, extensions } = packet;
  if (homeAddress === undefined) return packet;
  const { extension: index, offset, address } = homeAddress;
  const header = extensions[index]?.bytes ?? new Uint8Array();
  const front = header.subarray(0, offset);
  const back = header.subarray(offset + 18);
  const onlyPadding = isPadding(front.subarray(2)) && isPadding(back);
  const shorter = Uint8Array.from([...front, 1, 0, ...back]);
  shorter[1] = shorter.length / 8 - 1;
  const left: readonly Extension[] = onlyPadding ? [] : [{ number: 60, bytes: shorter }];
  // What stands behind the header is named by the one in front of it: `emit` sets the chain's numbers.
  return {
    ...packet,
    source: address,
    length: packet.length - (onlyPadding ? header.length : 16),
    extensions: [...extensions.slice(0, index), ...left, ...extensions.slice(index + 1)],
    homeAddress: undefined,
  };
}

/** Whether options are Pad1 and PadN and nothing else. */
function isPadding(options: Uint8Array): boolean {
  let at = 0;
  while (at < options.length) {
    if (options[at] === 0) at += 1;
    else if (options[at] === 1) at += 2 + (options[at + 1] ?? 0);
    else return false;
  }
  return true;
}

/** Puts a routing header of type 2 behind hop-by-hop options and in front of all else (RFC 6275, section 6.4). */
export function insertRoutingHeader(packet: IpPacket, careOf: bigint): IpPacket {
  const { extensions } = packet;
  const header = Uint8Array.from([0, 2, 2, 1, 0, 0, 0, 0, ...toBytes(packet.destination, 16)]);
  const place = extensions[0]?.number === 0 ? 1 : 0;
  return {
    ...packet,
    destination: careOf,
    length: packet.length + 24,
    extensions: [...extensions.slice(0, place), { number: 43, bytes: header }, ...extensions.slice(place)],
  };
}

/** Network address translation of one end; the change of the checksum is that of address and port together. */
export function translate(
  packet: IpPacket,
  end: 'source' | 'destination',
  to: { readonly address: bigint; readonly port: number; readonly checksumChange: number },
): IpPacket {
  const { upper } = packet;
  let { rest } = packet;
  const moved = end === 'source' ? { source: to.address } : { destination: to.address };
  if (upper.kind !== 'tcp' && upper.kind !== 'udp') return { ...packet, ...moved };
  rest = replaced(rest, end === 'source' ? 0 : 2, toBytes(to.port, 2));
  const at = upper.kind === 'tcp' ? 16 : 6;
  const old = numberAt(rest, at, 2);
  // A UDP datagram without a checksum stays without (RFC 768).
  if (upper.kind === 'tcp' || old !== 0) {
    let sum = (~old & 0xffff) + to.checksumChange;
    if (sum > 0xffff) sum -= 0xffff;
    const changed = ~sum & 0xffff;
    rest = replaced(rest, at, toBytes(upper.kind === 'udp' && changed === 0 ? 0xffff : changed, 2));
  }
  const port = end === 'source' ? { sourcePort: to.port } : { destinationPort: to.port };
  return { ...packet, ...moved, rest, upper: { ...upper, ...port } };
}

/** The bytes of a frame with this packet, from one station to another. */
export function emit(frame: Frame, packet: IpPacket, source: bigint, destination: bigint): Uint8Array {
  return Buffer.concat([
    toBytes(destination, 6),
    toBytes(source, 6),
    frame.tags,
    packet.family === 4 ? emitIpv4(packet) : emitIpv6(packet),
    packet.rest,
  ]);
}

function emitIpv4(packet: IpPacket): Uint8Array {
  const header = Uint8Array.from(packet.header);
  header[8] = packet.hopLimit;
  header.set([0, 0], 10);
  header.set(toBytes(packet.source, 4), 12);
  header.set(toBytes(packet.destination, 4), 16);
  return replaced(header, 10, toBytes(~onesComplementSum(header) & 0xffff, 2));
}

function emitIpv6(packet: IpPacket): Uint8Array {
  const numbers = [...packet.extensions.map(({ number }) => number), packet.protocol];
  const header = Uint8Array.from(packet.header);
  header.set(toBytes(packet.length - 40, 2), 4);
  header.set([numbers[0] ?? 0, packet.hopLimit], 6);
  header.set(toBytes(packet.source, 16), 8);
  header.set(toBytes(packet.destination, 16), 24);
  const chain = packet.extensions.map(({ bytes }, index) =>
    replaced(bytes, 0, toBytes(numbers[index + 1] ?? 0, 1)),
  );
  return Buffer.concat([header, ...chain]);
}
