/** IPv6 addresses as sixteen bytes (RFC 4291). */

import ipaddr from 'ipaddr.js';
import { sameBytes } from './bytes.ts';

/** The unspecified address, `::`. */
export const UNSPECIFIED: Uint8Array = new Uint8Array(16);

/** Reads an address as people write it (RFC 4291, section 2.2); `undefined` if it is none. Zones are refused. */
export function parseIpv6Address(text: string): Uint8Array | undefined {
  if (!ipaddr.IPv6.isValid(text) || text.includes('%')) return undefined;
  return Uint8Array.from(ipaddr.IPv6.parse(text).toByteArray());
}

/** Writes an address as RFC 5952 says. */
export function formatIpv6Address(address: Uint8Array): string {
  return new ipaddr.IPv6([...address]).toRFC5952String();
}

/** A prefix: the first `length` bits of an address. */
export type Ipv6Prefix = { readonly address: Uint8Array; readonly length: number };

/** Reads a prefix, as `2001:db8::/32`; `undefined` if it is none. */
export function parseIpv6Prefix(text: string): Ipv6Prefix | undefined {
  const [before, after, ...rest] = text.split('/');
  if (before === undefined || after === undefined || rest.length > 0 || !/^\d{1,3}$/.test(after))
    return undefined;
  const address = parseIpv6Address(before);
  const length = Number(after);
  return address === undefined || length > 128 ? undefined : { address, length };
}

/** Is an address inside a prefix? */
export function isInPrefix(address: Uint8Array, prefix: Ipv6Prefix): boolean {
  const whole = prefix.length >> 3;
  for (let index = 0; index < whole; index++) if (address[index] !== prefix.address[index]) return false;
  const bits = prefix.length & 7;
  if (bits === 0) return true;
  return (((address[whole] ?? 0) ^ (prefix.address[whole] ?? 0)) & (0xff << (8 - bits))) === 0;
}

/** An address as a key of a `Map`: sixteen characters. */
export function addressKey(address: Uint8Array): string {
  return Buffer.from(address.buffer, address.byteOffset, address.byteLength).toString('latin1');
}

/** `ff00::/8` */
export function isMulticast(address: Uint8Array): boolean {
  return address[0] === 0xff;
}

/** `::` */
export function isUnspecified(address: Uint8Array): boolean {
  return sameBytes(address, UNSPECIFIED);
}

/** `fe80::/10` */
export function isLinkLocal(address: Uint8Array): boolean {
  return address[0] === 0xfe && ((address[1] ?? 0) & 0xc0) === 0x80;
}

/** Neither multicast nor unspecified nor the loopback address. */
export function isUnicast(address: Uint8Array): boolean {
  if (isMulticast(address)) return false;
  return !(beginsWithZeros(address, 15) && (address[15] ?? 0) <= 1);
}

/** A unicast address that packets are routed to: also not link-local, and no IPv4 address in disguise (RFC 4291, 2.5.5). */
export function isUnicastRoutable(address: Uint8Array): boolean {
  if (isLinkLocal(address) || !isUnicast(address)) return false;
  return !beginsWithZeros(address, 10);
}

function beginsWithZeros(address: Uint8Array, count: number): boolean {
  for (let index = 0; index < count; index++) if (address[index] !== 0) return false;
  return true;
}
