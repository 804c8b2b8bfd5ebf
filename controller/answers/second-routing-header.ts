/**
 * A server's packet that has a routing header of its own, to a mobile node with a binding: the switch has no place for a second one.
 * The type 2 routing header follows the other (RFC 6275, 6.4), and the destination is the care-of address (9.3.2). Checksums
 * are over the home address as before, which is the last destination (RFC 8200, 8.1).
 */

import { concatBytes, emitRouting2, PROTOCOL_ROUTING, putUint16, ROUTING2_LENGTH } from '../../wire/index.ts';
import type { AnswerContext } from './context.ts';
import { type FrameToSend, type PuntedFrame, readNetworkPacket } from './frame.ts';

/**
 * The frame with the header, to go through the pipeline again: nothing is bound to a care-of address there. None where there is no
 * binding, and where the other header still has segments left: what it would do at the mobile node is its sender's affair, but the home
 * address is none of its last destinations then.
 */
export function addRoutingHeader(punt: PuntedFrame, context: AnswerContext): readonly FrameToSend[] {
  const found = readNetworkPacket(punt.bytes);
  if (found?.family !== 6) return [];
  const { packet, at } = found;
  const { source, destination } = packet.header;
  const careOf = context.careOfAddress(destination, source);
  const last = packet.extensions.findLast(({ kind }) => kind === 'routing');
  if (careOf === undefined || last?.kind !== 'routing') return [];
  // One of type 2 would go on for ever.
  if (last.segmentsLeft > 0 || last.type === 2) return [];
  const whole = packet.bytes.slice(0, packet.payloadEnd);
  whole[last.at] = PROTOCOL_ROUTING;
  putUint16(whole, at + 4, packet.header.payloadLength + ROUTING2_LENGTH);
  whole.set(careOf, at + 24);
  const bytes = concatBytes(
    whole.subarray(0, last.end),
    emitRouting2(last.next, destination),
    whole.subarray(last.end),
  );
  return [{ port: punt.port, bytes, process: true }];
}
