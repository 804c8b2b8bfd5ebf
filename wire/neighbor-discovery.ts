/**
 * Neighbor Discovery (RFC 4861, 4): the bodies of its ICMPv6 messages, from behind the checksum on.
 *
 *     router solicitation      | reserved (4) | options …
 *     router advertisement     | hop limit | M O | lifetime (2) | reachable (4) | retransmit (4) | options …
 *     neighbor solicitation    | reserved (4) | target (16) | options …
 *     neighbor advertisement   | R S O (4) | target (16) | options …
 *     option                   | type | length in 8 bytes | data …
 *
 * A receiver must also check that the hop limit is 255 (7.1); that stands in the IPv6 header.
 */

import { isMulticast } from './address.ts';
import { concatBytes, putUint16, putUint32, uint8, uint16, uint32 } from './bytes.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const ICMPV6_ROUTER_SOLICITATION = 133;
export const ICMPV6_ROUTER_ADVERTISEMENT = 134;
export const ICMPV6_NEIGHBOR_SOLICITATION = 135;
export const ICMPV6_NEIGHBOR_ADVERTISEMENT = 136;

export const ND_SOURCE_LINK_LAYER = 1;
export const ND_TARGET_LINK_LAYER = 2;
export const ND_PREFIX = 3;
export const ND_MTU = 5;

/** An option: everything after type and length, so six bytes or six and a multiple of eight. */
export type NeighborOption = { readonly type: number; readonly data: Uint8Array };

/** A message. */
export type NeighborMessage = { readonly options: readonly NeighborOption[] } & (
  | { readonly kind: 'routerSolicitation' }
  | {
      readonly kind: 'routerAdvertisement';
      readonly hopLimit: number;
      readonly managed: boolean;
      readonly otherConfiguration: boolean;
      /** Seconds. */
      readonly routerLifetime: number;
      /** Milliseconds. */
      readonly reachableTime: number;
      /** Milliseconds. */
      readonly retransmitTimer: number;
    }
  | { readonly kind: 'neighborSolicitation'; readonly target: Uint8Array }
  | {
      readonly kind: 'neighborAdvertisement';
      readonly isRouter: boolean;
      readonly solicited: boolean;
      readonly override: boolean;
      readonly target: Uint8Array;
    }
);

const TYPES = {
  routerSolicitation: ICMPV6_ROUTER_SOLICITATION,
  routerAdvertisement: ICMPV6_ROUTER_ADVERTISEMENT,
  neighborSolicitation: ICMPV6_NEIGHBOR_SOLICITATION,
  neighborAdvertisement: ICMPV6_NEIGHBOR_ADVERTISEMENT,
} as const;

/** Reads the body of a message of an ICMPv6 type. */
export function parseNeighborMessage(type: number, body: Uint8Array): Parsed<NeighborMessage> {
  const fixed = type === ICMPV6_ROUTER_SOLICITATION ? 4 : type === ICMPV6_ROUTER_ADVERTISEMENT ? 12 : 20;
  if (body.length < fixed) return malformed('a Neighbor Discovery message that is too short', 0);
  const options = parseNeighborOptions(body, fixed);
  if (!options.ok) return options;
  const end = body.length;
  switch (type) {
    case ICMPV6_ROUTER_SOLICITATION:
      return parsed({ kind: 'routerSolicitation', options: options.value }, end);
    case ICMPV6_ROUTER_ADVERTISEMENT:
      return parsed(
        {
          kind: 'routerAdvertisement',
          hopLimit: uint8(body, 0),
          managed: (uint8(body, 1) & 0x80) !== 0,
          otherConfiguration: (uint8(body, 1) & 0x40) !== 0,
          routerLifetime: uint16(body, 2),
          reachableTime: uint32(body, 4),
          retransmitTimer: uint32(body, 8),
          options: options.value,
        },
        end,
      );
    case ICMPV6_NEIGHBOR_SOLICITATION:
    case ICMPV6_NEIGHBOR_ADVERTISEMENT: {
      const target = body.subarray(4, 20);
      if (isMulticast(target)) return malformed('a multicast target', 4);
      if (type === ICMPV6_NEIGHBOR_SOLICITATION)
        return parsed({ kind: 'neighborSolicitation', target, options: options.value }, end);
      const flags = uint8(body, 0);
      return parsed(
        {
          kind: 'neighborAdvertisement',
          isRouter: (flags & 0x80) !== 0,
          solicited: (flags & 0x40) !== 0,
          override: (flags & 0x20) !== 0,
          target,
          options: options.value,
        },
        end,
      );
    }
    default:
      return malformed('an ICMPv6 type that is not of Neighbor Discovery', 0);
  }
}

/** Writes a message as ICMPv6 type and body. */
export function emitNeighborMessage(message: NeighborMessage): {
  readonly type: number;
  readonly body: Uint8Array;
} {
  return {
    type: TYPES[message.kind],
    body: concatBytes(emitFixed(message), ...message.options.map(emitOption)),
  };
}

/** The link-layer address that an option of a type carries. */
export function linkLayerAddress(message: NeighborMessage, type: number): Uint8Array | undefined {
  return message.options.find((option) => option.type === type)?.data.subarray(0, 6);
}

function emitFixed(message: NeighborMessage): Uint8Array {
  switch (message.kind) {
    case 'routerSolicitation':
      return new Uint8Array(4);
    case 'routerAdvertisement': {
      const bytes = new Uint8Array(12);
      bytes[0] = message.hopLimit;
      bytes[1] = (message.managed ? 0x80 : 0) | (message.otherConfiguration ? 0x40 : 0);
      putUint16(bytes, 2, message.routerLifetime);
      putUint32(bytes, 4, message.reachableTime);
      putUint32(bytes, 8, message.retransmitTimer);
      return bytes;
    }
    case 'neighborSolicitation':
    case 'neighborAdvertisement': {
      const bytes = new Uint8Array(20);
      if (message.kind === 'neighborAdvertisement')
        bytes[0] =
          (message.isRouter ? 0x80 : 0) | (message.solicited ? 0x40 : 0) | (message.override ? 0x20 : 0);
      bytes.set(message.target, 4);
      return bytes;
    }
  }
}

function emitOption(option: NeighborOption): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((2 + option.data.length) / 8) * 8);
  bytes[0] = option.type;
  bytes[1] = bytes.length / 8;
  bytes.set(option.data, 2);
  return bytes;
}

function parseNeighborOptions(body: Uint8Array, from: number): Parsed<readonly NeighborOption[]> {
  const options: NeighborOption[] = [];
  for (let at = from; at < body.length; ) {
    const end = at + uint8(body, at + 1) * 8;
    // An option of length zero makes the message invalid (RFC 4861, 4.6).
    if (end === at || end > body.length)
      return malformed('an option with a length that does not fit', at + 1);
    options.push({ type: uint8(body, at), data: body.subarray(at + 2, end) });
    at = end;
  }
  return parsed(options, body.length);
}
