/** ICMP errors about packets that the switch could not send on (RFC 4443, section 3; RFC 792; RFC 1191). */

import {
  emitErrorPacket,
  emitIcmpPacket,
  ICMP_DESTINATION_UNREACHABLE,
  ICMP_FRAGMENTATION_NEEDED,
  ICMP_HOST_UNREACHABLE,
  ICMP_PORT_UNREACHABLE,
  ICMP_TIME_EXCEEDED,
  ICMPV6_DESTINATION_UNREACHABLE,
  ICMPV6_PACKET_TOO_BIG,
  ICMPV6_TIME_EXCEEDED,
  isIcmpError,
  mayAnswerWithError,
  PROTOCOL_ICMP,
  PROTOCOL_UDP,
  uint8,
} from '../../wire/index.ts';
import type { AnswerContext } from './context.ts';
import {
  type FrameToSend,
  frameBack,
  type NetworkPacket,
  type PuntedFrame,
  readNetworkPacket,
} from './frame.ts';

/** What is wrong with a packet. */
export type DeliveryProblem =
  | { readonly kind: 'time-exceeded' | 'no-route' | 'no-neighbor' | 'no-service' }
  | { readonly kind: 'packet-too-big'; readonly mtu: number };

/** Codes of ICMPv6 Destination Unreachable (RFC 4443, section 3.1). */
const V6_CODES = { 'no-route': 0, 'no-neighbor': 3, 'no-service': 4 } as const;
const V4_CODES = {
  'no-route': 0,
  'no-neighbor': ICMP_HOST_UNREACHABLE,
  'no-service': ICMP_PORT_UNREACHABLE,
} as const;

/** RFC 1812, section 4.3.2.3: as much as fits into 576 bytes. */
const LARGEST_V4_ERROR = 576;

/** Tells the sender of a packet. Nothing for packets that no error may be sent about. */
export function answerWithError(
  { port, bytes }: PuntedFrame,
  problem: DeliveryProblem,
  context: AnswerContext,
): readonly FrameToSend[] {
  const own = context.linkAddress(port);
  const found = readNetworkPacket(bytes);
  if (own === undefined || found === undefined) return [];
  // An error about a service comes from its address; about a packet that passes, from the switch.
  const destination = found.family === 6 ? found.packet.header.destination : found.header.destination;
  const from = context.isVirtual(destination) ? destination : context.ownAddress(found.family);
  if (from === undefined) return [];
  const error = found.family === 6 ? v6Error(found, problem, from) : v4Error(found, problem, from);
  return error === undefined ? [] : [frameBack(found.ethernet, own, port, error)];
}

function v6Error(
  { packet }: Extract<NetworkPacket, { family: 6 }>,
  problem: DeliveryProblem,
  from: Uint8Array,
): Uint8Array | undefined {
  const error =
    problem.kind === 'time-exceeded'
      ? { type: ICMPV6_TIME_EXCEEDED, code: 0, parameter: 0 }
      : problem.kind === 'packet-too-big'
        ? { type: ICMPV6_PACKET_TOO_BIG, code: 0, parameter: problem.mtu }
        : { type: ICMPV6_DESTINATION_UNREACHABLE, code: V6_CODES[problem.kind], parameter: 0 };
  // TCP knows a port that nobody listens at by a reset, which a server sends; moor leaves it to time out.
  if (problem.kind === 'no-service' && packet.protocol !== PROTOCOL_UDP) return undefined;
  return mayAnswerWithError(packet, error.type) ? emitErrorPacket(error, packet, from) : undefined;
}

function v4Error(
  { header, bytes, at, payloadAt, payloadEnd }: Extract<NetworkPacket, { family: 4 }>,
  problem: DeliveryProblem,
  from: Uint8Array,
): Uint8Array | undefined {
  // RFC 1122, section 3.2.2.
  if (header.fragmentOffset !== 0) return undefined;
  const isAboutError =
    header.protocol === PROTOCOL_ICMP && (payloadAt >= payloadEnd || isIcmpError(uint8(bytes, payloadAt)));
  if (isAboutError) return undefined;
  if (problem.kind === 'no-service' && header.protocol !== PROTOCOL_UDP) return undefined;
  if (problem.kind === 'packet-too-big' && !header.dontFragment) return undefined;
  const kind =
    problem.kind === 'time-exceeded'
      ? { type: ICMP_TIME_EXCEEDED, code: 0, rest: 0 }
      : problem.kind === 'packet-too-big'
        ? { type: ICMP_DESTINATION_UNREACHABLE, code: ICMP_FRAGMENTATION_NEEDED, rest: problem.mtu }
        : { type: ICMP_DESTINATION_UNREACHABLE, code: V4_CODES[problem.kind], rest: 0 };
  const data = bytes.subarray(at, Math.min(payloadEnd, at + LARGEST_V4_ERROR - 28));
  return emitIcmpPacket({ ...kind, data }, from, header.source);
}
