/**
 * What is wrong with the headers of an IPv6 packet to an address of ours, before anybody looks at what it says. A virtual address is a
 * correspondent node; an address of the switch itself is a node that knows nothing of mobility, and says so (RFC 6275, 8.1 and 6.3).
 */

import {
  CODE_UNKNOWN_NEXT_HEADER,
  emitErrorPacket,
  type HeaderProblem,
  headerProblem,
  ICMPV6_PARAMETER_PROBLEM,
  type Ipv6Packet,
  isFragment,
  mayAnswerWithError,
  nextHeaderAt,
  PROTOCOL_ICMPV6,
  PROTOCOL_NONE,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
} from '../../wire/index.ts';
import type { AnswerContext } from './context.ts';
import { type FrameToSend, frameBack, type PuntedFrame, readNetworkPacket } from './frame.ts';

/** Parameter Problem, or silence, for a packet whose headers say that it may go no further; undefined for any other. */
export function answerHeaders(
  { port, bytes }: PuntedFrame,
  context: AnswerContext,
): readonly FrameToSend[] | undefined {
  const own = context.linkAddress(port);
  const found = readNetworkPacket(bytes);
  if (own === undefined || found?.family !== 6) return undefined;
  const { packet, ethernet } = found;
  const { destination } = packet.header;
  if (!context.isOurs(destination)) return undefined;
  const isVirtual = context.isVirtual(destination);
  const problem = headerProblem(packet, isVirtual) ?? (isVirtual ? undefined : unknownNext(packet));
  if (problem === undefined) return undefined;
  if (problem.kind === 'discard' || !mayAnswerWithError(packet, ICMPV6_PARAMETER_PROBLEM)) return [];
  const error = { type: ICMPV6_PARAMETER_PROBLEM, code: problem.code, parameter: problem.pointer };
  return [frameBack(ethernet, own, port, emitErrorPacket(error, packet, destination))];
}

const KNOWN: ReadonlySet<number> = new Set([PROTOCOL_TCP, PROTOCOL_UDP, PROTOCOL_ICMPV6, PROTOCOL_NONE]);

/** A header that is not known (RFC 8200, 4): mobility headers are none of these. */
function unknownNext(packet: Ipv6Packet): HeaderProblem | undefined {
  if (KNOWN.has(packet.protocol) || isFragment(packet)) return undefined;
  return { kind: 'parameterProblem', code: CODE_UNKNOWN_NEXT_HEADER, pointer: nextHeaderAt(packet) };
}
