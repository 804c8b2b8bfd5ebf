/** The flow that a packet belongs to, as the data plane sees it. */

import { PROTOCOL_TCP, PROTOCOL_UDP, uint16, unsigned } from '../wire/index.ts';
import type { NetworkPacket } from './answers/index.ts';
import type { Tuple } from './sessions/index.ts';

/** Where the transport protocol of a packet stands. */
export function transportOf(found: NetworkPacket): {
  readonly protocol: number;
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly end: number;
} {
  if (found.family === 6) {
    const { protocol, bytes, payloadAt, payloadEnd } = found.packet;
    return { protocol, bytes, at: payloadAt, end: Math.min(payloadEnd, bytes.length) };
  }
  const { header, bytes, payloadAt, payloadEnd } = found;
  return { protocol: header.protocol, bytes, at: payloadAt, end: Math.min(payloadEnd, bytes.length) };
}

/** Undefined for later fragments, which have no ports. A Home Address option's address counts as the source. */
export function tupleOfPacket(found: NetworkPacket): Tuple | undefined {
  if (found.family === 6) {
    const { packet } = found;
    const isLater = packet.extensions.some((one) => one.kind === 'fragment' && one.offset > 0);
    if (isLater) return undefined;
    return tuple(
      unsigned(packet.homeAddress ?? packet.header.source),
      unsigned(packet.header.destination),
      packet.protocol,
      packet.bytes,
      packet.payloadAt,
      packet.payloadEnd,
    );
  }
  const { header, bytes, payloadAt, payloadEnd } = found;
  if (header.fragmentOffset > 0) return undefined;
  return tuple(
    mapped(header.source),
    mapped(header.destination),
    header.protocol,
    bytes,
    payloadAt,
    payloadEnd,
  );
}

function tuple(
  source: bigint,
  destination: bigint,
  protocol: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): Tuple {
  const hasPorts = (protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP) && at + 4 <= end;
  return {
    source,
    destination,
    sourcePort: hasPorts ? uint16(bytes, at) : 0,
    destinationPort: hasPorts ? uint16(bytes, at + 2) : 0,
    protocol,
  };
}

/** `::ffff:a.b.c.d` */
function mapped(bytes: Uint8Array): bigint {
  return (0xffffn << 32n) | unsigned(bytes);
}
