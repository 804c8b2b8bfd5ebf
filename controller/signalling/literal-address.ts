/** Addresses in messages. */

import { addressNumber } from '../pipeline/address-number.ts';

/**
 * An address as the tables have it.
 * @returns undefined for names, and for addresses that stand for none (0.0.0.0 and ::; RFC 3264, section 8.4).
 */
export function literalAddress(text: string | undefined): bigint | undefined {
  if (text === undefined || text === '') return undefined;
  const address = addressNumber(text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text);
  return address === 0n || address === ANY_IPV4 ? undefined : address;
}

const ANY_IPV4 = 0xffffn << 32n;

/** A port; undefined for what is none. */
export function literalPort(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,5}$/.test(text)) return undefined;
  const port = Number(text);
  return port > 0 && port < 65_536 ? port : undefined;
}
