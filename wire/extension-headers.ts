/**
 * IPv6 extension headers (RFC 8200, 4; RFC 4302, 2) and the walk along them.
 *
 *     hop-by-hop, destination options    | next | length | options …
 *     routing                            | next | length | type | segments left | data …
 *     fragment                           | next | 0 | offset 13, 0 0, M | identification (4) |
 *     authentication                     | next | length in words - 2 | …
 *
 * Routing header of type 2 (RFC 6275, 6.4): length 2, segments left 1, four bytes reserved, the home address.
 */

import { uint8, uint16, uint32 } from './bytes.ts';
import { IPV6_LENGTH, type Ipv6Header, parseIpv6 } from './ipv6.ts';
import { type Ipv6Option, OPTION_HOME_ADDRESS, parseIpv6Options } from './ipv6-options.ts';
import {
  PROTOCOL_AUTHENTICATION,
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_FRAGMENT,
  PROTOCOL_HOP_BY_HOP,
  PROTOCOL_ROUTING,
} from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const ROUTING2_LENGTH = 24;

/** An extension header, and where it stands in the array that was read. */
export type ExtensionHeader = { readonly at: number; readonly end: number; readonly next: number } & (
  | { readonly kind: 'hopByHop' | 'destinationOptions'; readonly options: readonly Ipv6Option[] }
  | {
      readonly kind: 'routing';
      readonly type: number;
      readonly segmentsLeft: number;
      /** What follows the first four bytes. */
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'fragment';
      /** In units of eight bytes. */
      readonly offset: number;
      readonly moreFragments: boolean;
      readonly identification: number;
    }
  | { readonly kind: 'authentication' }
);

/** A packet down to its upper layer. */
export type Ipv6Packet = {
  readonly bytes: Uint8Array;
  readonly header: Ipv6Header;
  readonly extensions: readonly ExtensionHeader[];
  /** The first header that is no extension header. Behind a later fragment's header, none of it need be there. */
  readonly protocol: number;
  readonly payloadAt: number;
  readonly payloadEnd: number;
  /** From the Home Address option, if there is one. */
  readonly homeAddress: Uint8Array | undefined;
  /** From a type 2 routing header that is as RFC 6275 wants it. */
  readonly routing2: Uint8Array | undefined;
};

/** Writes a type 2 routing header. */
export function emitRouting2(next: number, homeAddress: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(ROUTING2_LENGTH);
  bytes.set([next, 2, 2, 1]);
  bytes.set(homeAddress, 8);
  return bytes;
}

/**
 * Reads an IPv6 packet down to its upper layer. With `isCut`, as in an error's quote, it may end early: the walk then
 * stops before the first header that is not whole. A second Home Address option is malformed (RFC 6275, 6.3).
 */
export function parseIpv6Packet(bytes: Uint8Array, from = 0, isCut = false): Parsed<Ipv6Packet> {
  const header = parseIpv6(bytes, from, isCut);
  if (!header.ok) return header;
  const payloadEnd = Math.min(from + IPV6_LENGTH + header.value.payloadLength, bytes.length);
  const extensions: ExtensionHeader[] = [];
  let homeAddress: Uint8Array | undefined;
  let routing2: Uint8Array | undefined;
  let protocol = header.value.next;
  let at = header.end;
  while (isExtension(protocol)) {
    const extension = parseExtension(bytes, at, payloadEnd, protocol);
    if (!extension.ok) {
      if (isCut && at + extensionLength(bytes, at, protocol) > payloadEnd) break;
      return extension;
    }
    extensions.push(extension.value);
    if (extension.value.kind === 'destinationOptions') {
      for (const option of extension.value.options) {
        if (option.type !== OPTION_HOME_ADDRESS) continue;
        if (option.data.length !== 16)
          return malformed('a Home Address option of a wrong length', option.at + 1);
        if (homeAddress !== undefined) return malformed('two Home Address options', option.at);
        homeAddress = option.data;
      }
    } else if (extension.value.kind === 'routing' && isRouting2(extension.value)) {
      routing2 = extension.value.data.subarray(4, 20);
    }
    at = extension.end;
    protocol = extension.value.next;
    // Behind a later fragment's header there is the middle of something.
    if (extension.value.kind === 'fragment' && extension.value.offset > 0) break;
  }
  const value = {
    bytes,
    header: header.value,
    extensions,
    protocol,
    payloadAt: at,
    payloadEnd,
    homeAddress,
    routing2,
  };
  return parsed(value, payloadEnd);
}

/** Where a packet goes in the end: what its type 2 routing header says, or its destination (RFC 6275, 6.1.1). */
export function finalDestination(packet: Ipv6Packet): Uint8Array {
  return packet.routing2 ?? packet.header.destination;
}

/** Is a packet one of several fragments? A fragment header that says there are no others changes nothing (RFC 8200, 4.5). */
export function isFragment(packet: Ipv6Packet): boolean {
  return packet.extensions.some(isPartOfPacket);
}

/**
 * What stands behind the header with the Home Address option, by which RFC 6275 tells what needs a binding (9.3.1); undefined
 * without that option.
 */
export function nextOfHomeAddress(packet: Ipv6Packet): number | undefined {
  const index = packet.extensions.findIndex(holdsHomeAddress);
  const holder = packet.extensions[index];
  const behind = packet.extensions[index + 1];
  return holder !== undefined && behind?.kind === 'fragment' && !isPartOfPacket(behind)
    ? behind.next
    : holder?.next;
}

/** Does a header hold a Home Address option? */
export function holdsHomeAddress(extension: ExtensionHeader): boolean {
  return (
    extension.kind === 'destinationOptions' &&
    extension.options.some(({ type }) => type === OPTION_HOME_ADDRESS)
  );
}

/** Where the IPv6 header begins in the array that was read. */
export function ipv6Start(packet: Ipv6Packet): number {
  return packet.header.source.byteOffset - packet.bytes.byteOffset - 8;
}

/** Does a header say that what is behind it is a part of several? */
export function isPartOfPacket(extension: ExtensionHeader): boolean {
  return extension.kind === 'fragment' && (extension.offset > 0 || extension.moreFragments);
}

function isRouting2(routing: ExtensionHeader & { kind: 'routing' }): boolean {
  return routing.type === 2 && routing.data.length === 20 && routing.segmentsLeft === 1;
}

function isExtension(protocol: number): boolean {
  switch (protocol) {
    case PROTOCOL_HOP_BY_HOP:
    case PROTOCOL_DESTINATION_OPTIONS:
    case PROTOCOL_ROUTING:
    case PROTOCOL_FRAGMENT:
    case PROTOCOL_AUTHENTICATION:
      return true;
    default:
      return false;
  }
}

function extensionLength(bytes: Uint8Array, at: number, protocol: number): number {
  if (protocol === PROTOCOL_FRAGMENT) return 8;
  const length = uint8(bytes, at + 1);
  return protocol === PROTOCOL_AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}

function parseExtension(
  bytes: Uint8Array,
  at: number,
  to: number,
  protocol: number,
): Parsed<ExtensionHeader> {
  if (at + 8 > to) return malformed('the packet ends within an extension header', at);
  const next = uint8(bytes, at);
  const end = at + extensionLength(bytes, at, protocol);
  if (end > to) return malformed('an extension header that is longer than the packet', at + 1);
  switch (protocol) {
    case PROTOCOL_ROUTING: {
      const [type, segmentsLeft] = [uint8(bytes, at + 2), uint8(bytes, at + 3)];
      return parsed(
        { kind: 'routing', at, end, next, type, segmentsLeft, data: bytes.subarray(at + 4, end) },
        end,
      );
    }
    case PROTOCOL_FRAGMENT: {
      const word = uint16(bytes, at + 2);
      const identification = uint32(bytes, at + 4);
      const moreFragments = (word & 1) !== 0;
      return parsed(
        { kind: 'fragment', at, end, next, offset: word >> 3, moreFragments, identification },
        end,
      );
    }
    case PROTOCOL_AUTHENTICATION:
      return parsed({ kind: 'authentication', at, end, next }, end);
    default: {
      const options = parseIpv6Options(bytes, at + 2, end);
      if (!options.ok) return options;
      const kind = protocol === PROTOCOL_HOP_BY_HOP ? 'hopByHop' : 'destinationOptions';
      return parsed({ kind, at, end, next, options: options.value }, end);
    }
  }
}
