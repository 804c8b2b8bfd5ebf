/**
 * A packet that the switch handed on (RFC 6275, 9.2 and 9.3): mobility messages, packets with a Home Address option for
 * which the switch has no binding, and ICMPv6 errors.
 */

import {
  addressKey,
  emitErrorPacket,
  finalDestination,
  ICMPV6_PARAMETER_PROBLEM,
  type Ipv6Packet,
  isMobilityChecksumRight,
  isUnicast,
  isUnicastRoutable,
  MH_BINDING_UPDATE,
  MH_CARE_OF_TEST_INIT,
  MH_HOME_TEST_INIT,
  type MobilityHeader,
  mayAnswerWithError,
  mobilityFixedLength,
  PROTOCOL_ICMPV6,
  PROTOCOL_MOBILITY,
  PROTOCOL_NONE,
  parseIpv6Packet,
  parseMobilityHeader,
  parseMobilityMessage,
  sameBytes,
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

/** Where an IPv6 header says what follows it, and the code of Parameter Problem for what is not known there (RFC 4443, 3.4). */
const NEXT_HEADER_AT = 6;
const CODE_UNKNOWN_NEXT_HEADER = 1;

/** Handles a packet. */
export function receivePacket(
  state: MobilityState,
  bytes: Uint8Array,
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
  // A type 2 routing header is for mobile nodes, and we are none (6.4).
  if (packet.routing2 !== undefined) {
    count(state, 'ignored: a type 2 routing header');
    return;
  }
  if (!state.config.isEnabled) {
    decline(state, packet, now, effects);
    return;
  }
  const header = mobilityHeader(packet);
  if (packet.homeAddress !== undefined && !hasOwnRules(header)) {
    if (!isBound(state, packet, packet.homeAddress, now, effects)) return;
  }
  if (header !== undefined) {
    receiveMobility(state, packet, header, now, effects);
    return;
  }
  if (packet.protocol === PROTOCOL_MOBILITY) {
    count(state, 'ignored: a mobility header that is cut off');
    return;
  }
  if (packet.homeAddress !== undefined) {
    // The switch handed it on before the binding stood there. Not without end, should the entry be missing.
    if (!takeToken(state.resubmissions, undefined, now)) {
      count(state, 'limited: resubmission');
      return;
    }
    count(state, 'resubmitted');
    effects.push({ kind: 'resubmit', packet: bytes });
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
  const { protocol, extensions, homeAddress } = packet;
  if (protocol === PROTOCOL_MOBILITY) {
    // The field that names the mobility header: the first of an extension header, or that of IPv6.
    const pointer = extensions.at(-1)?.at ?? NEXT_HEADER_AT;
    sendParameterProblem(state, packet, pointer, now, effects, CODE_UNKNOWN_NEXT_HEADER);
    return;
  }
  if (homeAddress !== undefined && isUnicastRoutable(homeAddress))
    sendBindingError(state, packet, ERROR_UNKNOWN_BINDING, now, effects);
  else count(state, 'ignored: route optimization is switched off');
}

/** The mobility header, where one stands whole. It must not be in fragments, which no message needs. */
function mobilityHeader(packet: Ipv6Packet): MobilityHeader | undefined {
  if (packet.protocol !== PROTOCOL_MOBILITY) return undefined;
  if (packet.extensions.some((extension) => extension.kind === 'fragment')) return undefined;
  const header = parseMobilityHeader(packet.bytes, packet.payloadAt, packet.payloadEnd);
  return header.ok ? header.value : undefined;
}

/** A Binding Update need not have a binding (9.3.1); tests with a Home Address option are ignored (9.4). */
function hasOwnRules(header: MobilityHeader | undefined): boolean {
  return (
    header?.type === MH_BINDING_UPDATE ||
    header?.type === MH_HOME_TEST_INIT ||
    header?.type === MH_CARE_OF_TEST_INIT
  );
}

/** Is there a binding of this home and care-of address (9.3.1)? If not, a Binding Error says so. */
function isBound(
  state: MobilityState,
  packet: Ipv6Packet,
  homeAddress: Uint8Array,
  now: number,
  effects: MobilityEffect[],
): boolean {
  if (!isUnicastRoutable(homeAddress)) {
    count(state, 'ignored: a home address that is not unicast routable');
    return false;
  }
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
    sendParameterProblem(state, packet, start, now, effects);
    return;
  }
  if (header.bytes.length < fixed) {
    sendParameterProblem(state, packet, start + 1, now, effects);
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

/** ICMPv6 Parameter Problem, code 0 unless said, about a byte, to the source address on the wire (9.2; RFC 4443, 3.4). */
function sendParameterProblem(
  state: MobilityState,
  packet: Ipv6Packet,
  pointer: number,
  now: number,
  effects: MobilityEffect[],
  code = 0,
): void {
  if (!mayAnswerWithError(packet, ICMPV6_PARAMETER_PROBLEM)) {
    count(state, 'ignored: no error about this');
    return;
  }
  if (!mayAnswer(state, packet.header.source, now)) return;
  count(state, 'sent: parameter problem');
  const error = { type: ICMPV6_PARAMETER_PROBLEM, code, parameter: pointer };
  effects.push({ kind: 'send', packet: emitErrorPacket(error, packet, packet.header.destination) });
}

/** The limits of RFC 4443, 2.4 f: to one address first, so that one flood does not use up everybody's. */
function mayAnswer(state: MobilityState, address: Uint8Array, now: number): boolean {
  if (takeToken(state.errorsPerAddress, address, now) && takeToken(state.errors, undefined, now)) return true;
  count(state, 'limited: error');
  return false;
}
