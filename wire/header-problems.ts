/**
 * What a node has to say about extension headers that it does not know (RFC 8200, 4.2 and 4.4): the upper two bits of an
 * option's type tell what happens to whose node does not know it, and a routing header of an unknown type stops a packet
 * unless it has been used up.
 */

import { isMulticast } from './address.ts';
import { type Ipv6Packet, ipv6Start } from './extension-headers.ts';
import { OPTION_HOME_ADDRESS } from './ipv6-options.ts';

/** Why a packet goes no further: without a word, or with a Parameter Problem of a code that points at a byte of the packet. */
export type HeaderProblem =
  | { readonly kind: 'discard' }
  | { readonly kind: 'parameterProblem'; readonly code: number; readonly pointer: number };

/** Codes of Parameter Problem (RFC 4443, 3.4). */
export const CODE_ERRONEOUS_FIELD = 0;
export const CODE_UNKNOWN_NEXT_HEADER = 1;
export const CODE_UNKNOWN_OPTION = 2;

/**
 * The first thing of a packet's extension headers that its destination may not pass over; undefined if there is none. No
 * routing header is known but type 2, which `knowsMobility` takes out, and the Home Address option with it.
 */
export function headerProblem(packet: Ipv6Packet, knowsMobility: boolean): HeaderProblem | undefined {
  const start = ipv6Start(packet);
  for (const extension of packet.extensions) {
    if (extension.kind === 'routing') {
      if (extension.segmentsLeft === 0 || (knowsMobility && extension.type === 2)) continue;
      return { kind: 'parameterProblem', code: CODE_ERRONEOUS_FIELD, pointer: extension.at + 2 - start };
    }
    if (extension.kind !== 'hopByHop' && extension.kind !== 'destinationOptions') continue;
    for (const { type, at } of extension.options) {
      if (knowsMobility && type === OPTION_HOME_ADDRESS) continue;
      const action = type >> 6;
      if (action === 0) continue;
      if (action === 1 || (action === 3 && isMulticast(packet.header.destination)))
        return { kind: 'discard' };
      return { kind: 'parameterProblem', code: CODE_UNKNOWN_OPTION, pointer: at - start };
    }
  }
  return undefined;
}

/** Where the field stands that names a packet's upper layer: the first byte of its last extension header, or of IPv6. */
export function nextHeaderAt(packet: Ipv6Packet): number {
  return (packet.extensions.at(-1)?.at ?? ipv6Start(packet) + 6) - ipv6Start(packet);
}
