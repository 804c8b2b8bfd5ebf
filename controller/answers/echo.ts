/** Echo replies from virtual addresses and the switch's own (RFC 4443, section 4.2; RFC 792). */

import {
  concatBytes,
  emitEthernet,
  emitIcmpPacket,
  emitIcmpv6,
  emitIpv6,
  emitRouting2,
  ICMP_ECHO_REPLY,
  ICMP_ECHO_REQUEST,
  ICMPV6_ECHO_REPLY,
  ICMPV6_ECHO_REQUEST,
  isFragment,
  isUnicast,
  PROTOCOL_ICMP,
  PROTOCOL_ICMPV6,
  PROTOCOL_ROUTING,
  parseIcmp,
  parseIcmpv6,
  sameBytes,
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
  const { packet, ethernet } = found;
  const { destination, trafficClass } = packet.header;
  // Upper layers see a mobile node at its home address (RFC 6275, 9.3.1).
  const source = packet.homeAddress ?? packet.header.source;
  if (packet.protocol !== PROTOCOL_ICMPV6 || isFragment(packet)) return [];
  if (!context.isOurs(destination) || !isUnicast(source)) return [];
  const careOf = context.isVirtual(destination) ? context.careOfAddress(source, destination) : undefined;
  if (packet.homeAddress !== undefined && (careOf === undefined || !sameBytes(careOf, packet.header.source)))
    return [];
  const message = parseIcmpv6(bytes, packet.payloadAt, packet.payloadEnd, { source, destination });
  if (!message.ok || message.value.kind !== 'information') return [];
  if (message.value.type !== ICMPV6_ECHO_REQUEST || message.value.code !== 0) return [];
  const body = emitIcmpv6({ ...message.value, type: ICMPV6_ECHO_REPLY }, destination, source);
  const rest = { trafficClass, flowLabel: 0, hopLimit: 64, source: destination };
  const payloadLength = body.length;
  if (careOf === undefined) {
    const head = emitIpv6({ ...rest, payloadLength, next: PROTOCOL_ICMPV6, destination: source });
    return [frameBack(ethernet, own, port, concatBytes(head, body))];
  }
  // To where the mobile node is now (9.3.2), which need not be where the request came from: the switch knows the way.
  const routing = emitRouting2(PROTOCOL_ICMPV6, source);
  const length = payloadLength + routing.length;
  const head = emitIpv6({ ...rest, payloadLength: length, next: PROTOCOL_ROUTING, destination: careOf });
  const link = emitEthernet({ ...ethernet, source: own, destination: own });
  return [{ port, bytes: concatBytes(link, head, routing, body), process: true }];
}
