/**
 * A packet that the switch handed on (RFC 6275, 9.2 and 9.3): mobility messages, packets with a Home Address option for
 * which the switch has no binding, and ICMPv6 errors.
 */

import {
  addressKey,
  CODE_ERRONEOUS_FIELD,
  CODE_UNKNOWN_NEXT_HEADER,
  emitErrorPacket,
  finalDestination,
  headerProblem,
  ICMPV6_PARAMETER_PROBLEM,
  type Ipv6Packet,
  isFragment,
  isMobilityChecksumRight,
  isUnicast,
  isUnicastRoutable,
  type MobilityHeader,
  mayAnswerWithError,
  mobilityFixedLength,
  nextHeaderAt,
  nextOfHomeAddress,
  PROTOCOL_AUTHENTICATION,
  PROTOCOL_ESP,
  PROTOCOL_ICMPV6,
  PROTOCOL_MOBILITY,
  PROTOCOL_NONE,
  parseIpv6Packet,
  parseMobilityHeader,
  parseMobilityMessage,
  sameBytes,
  takeHomeAddressOut,
  UNSPECIFIED,
} from '../../wire/index.ts';
import { emitMobilityPacket } from './answers.ts';
import { touchBinding } from './binding-cache.ts';
import { receiveBindingUpdate } from './binding-update.ts';
import { ERROR_UNKNOWN_BINDING, ERROR_UNKNOWN_TYPE } from './constants.ts';
import { takeToken } from './rate-limit.ts';
import { receiveTestInit } from './return-routability.ts';
import { bindingKey, count, type MobilityState } from './state.ts';
import type { MobilityEffect } from './types.ts';
import { receiveUnreachable } from './unreachable.ts';

/** What may stand behind a Home Address option without a binding, as it has checks of its own (9.3.1). */
const NEED_NO_BINDING: ReadonlySet<number> = new Set([
  PROTOCOL_ESP,
  PROTOCOL_AUTHENTICATION,
  PROTOCOL_MOBILITY,
]);

/** Handles a packet. `isUnplaced`: the switch cannot take its Home Address option out. */
export function receivePacket(
  state: MobilityState,
  bytes: Uint8Array,
  isUnplaced: boolean,
  now: number,
  effects: MobilityEffect[],
): void {
  const result = parseIpv6Packet(bytes);
  if (!result.ok) {
    count(state, `ignored: ${result.problem}`);
    return;
  }
  const packet = result.value;
  if (!state.virtualAddresses.has(addressKey(packet.header.destination))) {
    count(state, 'ignored: not for one of our addresses');
    return;
  }
  // A type 2 routing header is for mobile nodes, and we are none, however it is made (8.2).
  if (packet.extensions.some((extension) => extension.kind === 'routing' && extension.type === 2)) {
    count(state, 'ignored: a type 2 routing header');
    return;
  }
  const problem = headerProblem(packet, true);
  if (problem !== undefined) {
    if (problem.kind === 'discard') count(state, 'ignored: an option that is not known');
    else sendParameterProblem(state, packet, problem.code, problem.pointer, now, effects);
    return;
  }
  const { homeAddress } = packet;
  if (homeAddress !== undefined && !isUnicastRoutable(homeAddress)) {
    count(state, 'ignored: a home address that is not unicast routable');
    return;
  }
  if (!state.config.isEnabled) {
    decline(state, packet, now, effects);
    return;
  }
  const isBindingNeeded = homeAddress !== undefined && !NEED_NO_BINDING.has(nextOfHomeAddress(packet) ?? 0);
  if (isBindingNeeded && !isBound(state, packet, homeAddress, now, effects)) return;
  if (packet.protocol === PROTOCOL_ESP || packet.extensions.some(({ kind }) => kind === 'authentication')) {
    // As without a Home Address option: there is no security association that it could belong to.
    count(state, 'ignored: IPsec');
    return;
  }
  if (packet.protocol === PROTOCOL_MOBILITY) {
    const header = mobilityHeader(packet);
    if (header === undefined) count(state, 'ignored: a mobility header that is cut off');
    else receiveMobility(state, packet, header, now, effects);
    return;
  }
  if (homeAddress !== undefined) {
    // The switch cannot take the option out, or handed the packet on before the binding stood there. Not without end, should the
    // entry be missing.
    const plain = isUnplaced ? takeHomeAddressOut(packet) : bytes;
    if (plain === undefined) {
      count(state, 'ignored: a Home Address option inside a fragment');
      return;
    }
    if (!takeToken(state.resubmissions, undefined, now)) {
      count(state, 'limited: resubmission');
      return;
    }
    count(state, 'resubmitted');
    effects.push({ kind: 'resubmit', packet: plain });
    return;
  }
  if (packet.protocol === PROTOCOL_ICMPV6) {
    receiveUnreachable(state, packet, now, effects);
    return;
  }
  count(state, 'ignored: nothing of mobility');
}

/**
 * Route optimization is switched off (8.2): mobile nodes hear it as of any node that does not know mobility headers (RFC 8200, 4),
 * and use the way over their home network; those that believe in a binding still hear that there is none.
 */
function decline(state: MobilityState, packet: Ipv6Packet, now: number, effects: MobilityEffect[]): void {
  if (packet.protocol === PROTOCOL_MOBILITY) {
    sendParameterProblem(state, packet, CODE_UNKNOWN_NEXT_HEADER, nextHeaderAt(packet), now, effects);
    return;
  }
  if (packet.homeAddress !== undefined) sendBindingError(state, packet, ERROR_UNKNOWN_BINDING, now, effects);
  else count(state, 'ignored: route optimization is switched off');
}

/** The mobility header, where one stands whole. It must not be in fragments, which no message needs. */
function mobilityHeader(packet: Ipv6Packet): MobilityHeader | undefined {
  if (isFragment(packet)) return undefined;
  const header = parseMobilityHeader(packet.bytes, packet.payloadAt, packet.payloadEnd);
  return header.ok ? header.value : undefined;
}

/** Is there a binding of this home and care-of address (9.3.1)? If not, a Binding Error says so. */
function isBound(
  state: MobilityState,
  packet: Ipv6Packet,
  homeAddress: Uint8Array,
  now: number,
  effects: MobilityEffect[],
): boolean {
  const { source, destination } = packet.header;
  const binding = state.bindings.get(bindingKey(homeAddress, destination));
  if (binding !== undefined && sameBytes(binding.careOfAddress, source)) {
    touchBinding(state, binding, now);
    return true;
  }
  sendBindingError(state, packet, ERROR_UNKNOWN_BINDING, now, effects);
  return false;
}

/** The rules of 9.2, in their order. */
function receiveMobility(
  state: MobilityState,
  packet: Ipv6Packet,
  header: MobilityHeader,
  now: number,
  effects: MobilityEffect[],
): void {
  const source = packet.homeAddress ?? packet.header.source;
  if (!isMobilityChecksumRight(header, source, finalDestination(packet))) {
    count(state, 'ignored: a wrong checksum');
    return;
  }
  const fixed = mobilityFixedLength(header.type);
  if (fixed === undefined) {
    sendBindingError(state, packet, ERROR_UNKNOWN_TYPE, now, effects);
    return;
  }
  const start = packet.payloadAt;
  if (header.payloadProto !== PROTOCOL_NONE) {
    sendParameterProblem(state, packet, CODE_ERRONEOUS_FIELD, start, now, effects);
    return;
  }
  if (header.bytes.length < fixed) {
    sendParameterProblem(state, packet, CODE_ERRONEOUS_FIELD, start + 1, now, effects);
    return;
  }
  const parsed = parseMobilityMessage(header);
  if (!parsed.ok) {
    count(state, `ignored: ${parsed.problem}`);
    return;
  }
  const message = parsed.value;
  switch (message.kind) {
    case 'homeTestInit':
    case 'careOfTestInit': {
      receiveTestInit(state, packet, message, now, effects);
      return;
    }
    case 'bindingUpdate': {
      receiveBindingUpdate(state, packet, header, message, now, effects);
      return;
    }
    default: {
      count(state, `ignored: ${message.kind}, which is for mobile nodes`);
      return;
    }
  }
}

/** A Binding Error, straight to the source address on the wire, and only to a unicast address (9.3.3). */
function sendBindingError(
  state: MobilityState,
  packet: Ipv6Packet,
  status: number,
  now: number,
  effects: MobilityEffect[],
): void {
  const { source, destination } = packet.header;
  if (!isUnicast(source)) {
    count(state, 'ignored: no Binding Error to what is no unicast address');
    return;
  }
  if (!mayAnswer(state, source, now)) return;
  count(state, `sent: binding error ${status}`);
  const homeAddress = packet.homeAddress ?? UNSPECIFIED;
  const packetBytes = emitMobilityPacket(destination, source, {
    kind: 'bindingError',
    status,
    homeAddress,
    options: [],
  });
  effects.push({ kind: 'send', packet: packetBytes });
}

/**
 * ICMPv6 Parameter Problem about a byte (9.2; RFC 4443, 3.4): back to the source address on the wire, and not to where a
 * binding would take it.
 */
function sendParameterProblem(
  state: MobilityState,
  packet: Ipv6Packet,
  code: number,
  pointer: number,
  now: number,
  effects: MobilityEffect[],
): void {
  if (!mayAnswerWithError(packet, ICMPV6_PARAMETER_PROBLEM)) {
    count(state, 'ignored: no error about this');
    return;
  }
  if (!mayAnswer(state, packet.header.source, now)) return;
  count(state, 'sent: parameter problem');
  const error = { type: ICMPV6_PARAMETER_PROBLEM, code, parameter: pointer };
  const answer = emitErrorPacket(error, packet, packet.header.destination);
  effects.push({ kind: 'send', packet: answer, isDirect: true });
}

/** The limits of RFC 4443, 2.4 f: to one address first, so that one flood does not use up everybody's. */
function mayAnswer(state: MobilityState, address: Uint8Array, now: number): boolean {
  if (takeToken(state.errorsPerAddress, address, now) && takeToken(state.errors, undefined, now)) return true;
  count(state, 'limited: error');
  return false;
}
