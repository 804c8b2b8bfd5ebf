/** The extension headers of IPv6 (RFC 8200, section 4; RFC 6275, section 6.3). */

import { addressAt, numberAt } from './bytes.ts';
import type { Extension, IpPacket } from './packet.ts';

/** Bytes that are held: of hop-by-hop options, and of other headers on each side of a Home Address option. */
const HOP_BY_HOP_BYTES = 64;
const SIDE_BYTES = 96;

export type Chain = Pick<
  IpPacket,
  'extensions' | 'protocol' | 'fragment' | 'malformed' | 'unplaced' | 'homeAddress'
>;

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const OPTIONS = 60;

/** Reads the chain behind the fixed header: `payload` is the length that this header says. */
export function parseChain(first: number, bytes: Uint8Array, payload: number): Chain {
  const extensions: Extension[] = [];
  let chain: Omit<Chain, 'extensions' | 'protocol' | 'malformed'> = {
    fragment: undefined,
    unplaced: false,
    homeAddress: undefined,
  };
  let number = first;
  let at = 0;
  // Where the side begins that is being read: behind hop-by-hop options, then behind the option.
  let side = 0;
  const malformed = (): Chain => ({ ...chain, extensions, protocol: number, malformed: true });
  while ([HOP_BY_HOP, ROUTING, FRAGMENT, OPTIONS].includes(number)) {
    if (number === HOP_BY_HOP && at > 0) return malformed();
    const length = number === FRAGMENT ? 8 : 8 * (1 + (bytes[at + 1] ?? 0));
    const header = bytes.subarray(at, at + length);
    if (number === OPTIONS) {
      const found = findHomeAddresses(header, length);
      for (const { offset, right } of found.options) {
        // Nothing is read where what is held is full; the eight bytes at whose end the option begins are held apart.
        if (8 * Math.floor((at + offset) / 8) - side > SIDE_BYTES) return malformed();
        const placed = right && chain.fragment === undefined && chain.homeAddress === undefined;
        // What stands behind it is not read.
        if (!placed) return { ...chain, unplaced: true, extensions, protocol: number, malformed: false };
        side = at + offset + 18;
        const address = addressAt(header, offset + 2);
        chain = { ...chain, homeAddress: { extension: extensions.length, offset, address } };
      }
      if (found.broken) return malformed();
    }
    if (header.length < length) return malformed();
    if (number === HOP_BY_HOP) {
      if (length > HOP_BY_HOP_BYTES) return malformed();
      side = length;
    } else if (at + length - side > SIDE_BYTES) return malformed();
    if (number === FRAGMENT) {
      const offset = numberAt(header, 2, 2);
      if ((offset & 0xfff9) !== 0) {
        chain = {
          ...chain,
          fragment: { first: offset >> 3 === 0, identification: numberAt(header, 4, 4) },
        };
      }
    }
    extensions.push({ number, bytes: header });
    at += length;
    number = header[0] ?? 0;
    if (chain.fragment?.first === false) break;
  }
  return { ...chain, extensions, protocol: number, malformed: at > payload };
}

type Options = {
  /** Home Address options: where they begin, and whether they are right in themselves. */
  readonly options: readonly { readonly offset: number; readonly right: boolean }[];
  /** Options reach beyond the header. */
  readonly broken: boolean;
};

/** Walks the options of a header, eight bytes at a time: of what is cut off nothing is read. */
function findHomeAddresses(header: Uint8Array, length: number): Options {
  const options = [];
  const end = header.length - (header.length % 8);
  let at = 2;
  while (at < end) {
    const type = header[at] ?? 0;
    if (type === 0) {
      at += 1;
      continue;
    }
    const size = 2 + (header[at + 1] ?? 0);
    if (type === 0xc9) {
      options.push({ offset: at, right: at % 8 === 6 && size === 18 && at + size <= length });
    } else if (at + 1 === end && end < length) break;
    at += size;
  }
  return { options, broken: at > length };
}
