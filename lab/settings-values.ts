/** Values in the lab's settings, which are written by people: what is none is a mistake of the program's. */

import { type Ipv6Prefix, parseIpv6Address, parseIpv6Prefix, parseLinkAddress } from '../wire/index.ts';

/** An IPv6 address. @throws Error for what is none. */
export function ip(text: string): Uint8Array {
  return known(parseIpv6Address(text), text);
}

/** A link-layer address. @throws Error for what is none. */
export function link(text: string): Uint8Array {
  return known(parseLinkAddress(text), text);
}

/** An IPv6 prefix. @throws Error for what is none. */
export function prefix(text: string): Ipv6Prefix {
  return known(parseIpv6Prefix(text), text);
}

/** Milliseconds since 1970, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

function known<T>(value: T | undefined, text: string): T {
  if (value === undefined) throw new Error(`'${text}' is no address`);
  return value;
}
