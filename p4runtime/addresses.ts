/** Addresses as people write them, and as the numbers that fields hold. */

import ipaddr from 'ipaddr.js';
import { EntityError } from './errors.ts';
import { Code } from './gen/google/rpc/code.ts';

/** How a field's numbers are written: `@format(MAC_ADDRESS)` and the like on it. */
export type AddressFormat = 'mac' | 'ipv4' | 'ipv6';

const FORMATS: ReadonlyMap<string, AddressFormat> = new Map([
  ['MAC_ADDRESS', 'mac'],
  ['IPV4_ADDRESS', 'ipv4'],
  ['IPV6_ADDRESS', 'ipv6'],
]);

/** How wide an address is. */
export const ADDRESS_WIDTHS: Readonly<Record<AddressFormat, number>> = { mac: 48, ipv4: 32, ipv6: 128 };

/** The address format that the annotations of a field of that width ask for. */
export function addressFormat(annotations: readonly string[], width: number): AddressFormat | undefined {
  for (const annotation of annotations) {
    const word = /^@format\s*\(\s*"?(\w+)"?\s*\)$/.exec(annotation)?.[1];
    const format = word === undefined ? undefined : FORMATS.get(word);
    // IPv6 prefixes may be shorter; only whole addresses can be written as such.
    if (format !== undefined && ADDRESS_WIDTHS[format] === width) return format;
  }
  return undefined;
}

/**
 * The number of a MAC, IPv4 or IPv6 address; the width of the field says which it is. `what` names it in errors.
 * @throws EntityError INVALID_ARGUMENT for text that is no such address.
 */
export function parseAddress(text: string, width: number, what: string): bigint {
  if (width === 48 && /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) {
    return BigInt(`0x${text.replaceAll(/[:-]/g, '')}`);
  }
  if (width === 32 && ipaddr.IPv4.isValidFourPartDecimal(text))
    return fromBytes(ipaddr.IPv4.parse(text).toByteArray());
  if (width === 128 && ipaddr.IPv6.isValid(text)) return fromBytes(ipaddr.IPv6.parse(text).toByteArray());
  const wanted =
    { 32: 'an IPv4 address', 48: 'a MAC address', 128: 'an IPv6 address' }[width] ?? `a bit<${width}>`;
  throw new EntityError(Code.INVALID_ARGUMENT, `${what}: '${text}' is not ${wanted}`);
}

/** An address as it is written: MAC in lower case with colons, IPv6 as RFC 5952 says. */
export function formatAddress(value: bigint, format: AddressFormat): string {
  const bytes = [...Buffer.from(value.toString(16).padStart(ADDRESS_WIDTHS[format] / 4, '0'), 'hex')];
  if (format === 'mac') return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const address = ipaddr.fromByteArray(bytes);
  return address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
}

function fromBytes(bytes: readonly number[]): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}
