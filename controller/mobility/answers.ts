/** The packets that a correspondent node sends (RFC 6275, 9.3.3, 9.4.3, 9.4.4, 9.5.4, 9.5.5). */

import {
  concatBytes,
  emitIpv6,
  emitMobilityMessage,
  emitRouting2,
  type MobilityMessage,
  PROTOCOL_MOBILITY,
  PROTOCOL_ROUTING,
  putMobilityChecksum,
} from '../../wire/index.ts';
import { LIFETIME_UNIT } from './constants.ts';
import type { Answer } from './state.ts';
import { computeAuthenticator } from './tokens.ts';

const HOP_LIMIT = 64;
const NO_AUTHENTICATOR = new Uint8Array(12);

/** A message in an IPv6 packet. */
export function emitMobilityPacket(
  source: Uint8Array,
  destination: Uint8Array,
  message: MobilityMessage,
): Uint8Array {
  const bytes = emitMobilityMessage(message);
  putMobilityChecksum(bytes, source, destination);
  return emitPacket(source, destination, PROTOCOL_MOBILITY, bytes);
}

/** A Binding Acknowledgement. `lifetime` is what was granted, in milliseconds. */
export function emitAcknowledgement(answer: Answer, status: number, lifetime: number): Uint8Array {
  const { virtualAddress, source, homeAddress, authorization } = answer;
  const bytes = emitMobilityMessage({
    kind: 'bindingAcknowledgement',
    status,
    // Cleared by correspondent nodes (6.1.8).
    keyManagementMobility: false,
    sequence: answer.sequence,
    lifetime: Math.floor(lifetime / LIFETIME_UNIT),
    options:
      authorization === undefined
        ? []
        : [{ kind: 'bindingAuthorizationData', authenticator: NO_AUTHENTICATOR, isLast: true }],
  });
  if (authorization !== undefined) {
    const { kbm, careOfAddress } = authorization;
    const authenticator = computeAuthenticator(kbm, careOfAddress, virtualAddress, bytes);
    bytes.set(authenticator, bytes.length - authenticator.length);
  }
  if (!answer.hasHomeAddressOption) {
    putMobilityChecksum(bytes, virtualAddress, source);
    return emitPacket(virtualAddress, source, PROTOCOL_MOBILITY, bytes);
  }
  // The checksum is over where the packet goes in the end (RFC 8200, 8.1).
  putMobilityChecksum(bytes, virtualAddress, homeAddress);
  const routed = concatBytes(emitRouting2(PROTOCOL_MOBILITY, homeAddress), bytes);
  return emitPacket(virtualAddress, source, PROTOCOL_ROUTING, routed);
}

function emitPacket(
  source: Uint8Array,
  destination: Uint8Array,
  next: number,
  payload: Uint8Array,
): Uint8Array {
  const payloadLength = payload.length;
  const header = emitIpv6({
    trafficClass: 0,
    flowLabel: 0,
    payloadLength,
    next,
    hopLimit: HOP_LIMIT,
    source,
    destination,
  });
  return concatBytes(header, payload);
}
