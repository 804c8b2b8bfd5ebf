/** Echo replies from virtual addresses and the switch's own (RFC 4443, section 4.2; RFC 792). */

import {
  concatBytes,
  emitIcmpPacket,
  emitIcmpv6,
  emitIpv6,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  isUnicast,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  parseIcmp,
  parseIcmpv6,
} from '../../wire/index.ts';
import type { AnswerContext } from './context.ts';
import { type FrameToSend, frameBack, type PuntedFrame, readNetworkPacket } from './frame.ts';

/** Answers an echo request; anything else gets nothing. */
export function answerEcho({ port, bytes }: PuntedFrame, context: AnswerContext): readonly FrameToSend[] {
  const own = context.linkAddress(port);
  const found = readNetworkPacket(bytes);
  if (own === undefined || found === undefined) return [];
  if (found.family === 4) {
    const { header, payloadAt, payloadEnd } = found;
    const isWhole = header.fragmentOffset === 0 && !header.moreFragments;
    if (header.protocol !== PROTOCOL_ICMP || !isWhole || !context.isOurs(header.destination)) return [];
    const message = parseIcmp(bytes, payloadAt, payloadEnd);
    if (!message.ok || message.value.type !== ICMP_ECHO_REQUEST || message.value.code !== 0) return [];
    const reply = emitIcmpPacket(
      { ...message.value, type: ICMP_ECHO_REPLY },
      header.destination,
      header.source,
    );
    return [frameBack(found.ethernet, own, port, reply)];
  }
  const { packet } = found;
  const { source, destination } = packet.header;
  // With extension headers it would have to be answered as they say; such a request goes without an answer.
  if (packet.protocol !== PROTOCOL_ICMPV6 || packet.extensions.length > 0) return [];
  if (!context.isOurs(destination) || !isUnicast(source)) return [];
  const message = parseIcmpv6(bytes, packet.payloadAt, packet.payloadEnd, { source, destination });
  if (!message.ok || message.value.kind !== 'information') return [];
  if (message.value.type !== ICMPV6_ECHO_REQUEST || message.value.code !== 0) return [];
  const body = emitIcmpv6({ ...message.value, type: ICMPV6_ECHO_REPLY }, destination, source);
  const head = emitIpv6({
    trafficClass: packet.header.trafficClass,
    flowLabel: 0,
    payloadLength: body.length,
    next: PROTOCOL_ICMPV6,
    hopLimit: 64,
    source: destination,
    destination: source,
  });
  return [frameBack(found.ethernet, own, port, concatBytes(head, body))];
}
