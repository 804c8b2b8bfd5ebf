/** Neighbor Discovery and ARP for virtual addresses and the switch's own (RFC 4861, section 7.2.4; RFC 826). */

import {
  ARP_REPLY,
  ARP_REQUEST,
  concatBytes,
  emitArp,
  emitIcmpv6,
  emitIpv6,
  emitNeighborMessage,
  isMulticast,
  isUnspecified,
  ND_TARGET_LINK_LAYER,
  PROTOCOL_ICMPV6,
  parseArp,
  parseEthernet,
  parseIcmpv6,
  parseNeighborMessage,
} from '../../wire/index.ts';
import type { AnswerContext } from './context.ts';
import { type FrameToSend, frameBack, type PuntedFrame, readNetworkPacket } from './frame.ts';

const ALL_NODES = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
const ALL_NODES_LINK = Uint8Array.of(0x33, 0x33, 0, 0, 0, 1);

/** Who has one of our addresses? We do. */
export function answerArp({ port, bytes }: PuntedFrame, context: AnswerContext): readonly FrameToSend[] {
  const own = context.linkAddress(port);
  const ethernet = parseEthernet(bytes);
  if (own === undefined || !ethernet.ok) return [];
  const request = parseArp(bytes, ethernet.end);
  if (!request.ok || request.value.operation !== ARP_REQUEST) return [];
  const { senderHardware, senderAddress, targetAddress } = request.value;
  if (!context.isOurs(targetAddress)) return [];
  const reply = emitArp({
    operation: ARP_REPLY,
    senderHardware: own,
    senderAddress: targetAddress,
    targetHardware: senderHardware,
    targetAddress: senderAddress,
  });
  return [frameBack({ ...ethernet.value, source: senderHardware }, own, port, reply)];
}

/** The same for IPv6. A node that only asks whether an address is free is told so by all nodes. */
export function answerNeighborDiscovery(
  { port, bytes }: PuntedFrame,
  context: AnswerContext,
): readonly FrameToSend[] {
  const own = context.linkAddress(port);
  const found = readNetworkPacket(bytes);
  if (own === undefined || found?.family !== 6) return [];
  const { packet, ethernet } = found;
  const { source, destination, hopLimit } = packet.header;
  // From this link, and no further (section 7.1.1).
  if (hopLimit !== 255 || packet.protocol !== PROTOCOL_ICMPV6) return [];
  const message = parseIcmpv6(bytes, packet.payloadAt, packet.payloadEnd, { source, destination });
  if (!message.ok || message.value.kind !== 'information' || message.value.code !== 0) return [];
  const asked = parseNeighborMessage(message.value.type, message.value.body);
  if (!asked.ok || asked.value.kind !== 'neighborSolicitation') return [];
  const { target } = asked.value;
  if (isMulticast(target) || !context.isOurs(target)) return [];
  const isDuplicateTest = isUnspecified(source);
  const advertisement = emitNeighborMessage({
    kind: 'neighborAdvertisement',
    isRouter: true,
    solicited: !isDuplicateTest,
    override: true,
    target,
    options: [{ type: ND_TARGET_LINK_LAYER, data: own }],
  });
  const to = isDuplicateTest ? ALL_NODES : source;
  const body = emitIcmpv6(
    { kind: 'information', type: advertisement.type, code: 0, body: advertisement.body },
    target,
    to,
  );
  const head = emitIpv6({
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: body.length,
    next: PROTOCOL_ICMPV6,
    hopLimit: 255,
    source: target,
    destination: to,
  });
  const back = isDuplicateTest ? { ...ethernet, source: ALL_NODES_LINK } : ethernet;
  return [frameBack(back, own, port, concatBytes(head, body))];
}
