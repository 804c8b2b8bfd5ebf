/** By how much a transport checksum changes when an address and a port do. */

import { addressBytes } from './addresses.ts';

/** An address with a port, both covered by the checksums of TCP and UDP. */
export type Endpoint = { readonly address: string; readonly port: number };

/**
 * The ones' complement sum of the new words and the complements of the old ones: HC' = ~(~HC + change)
 * (RFC 1624, equation 3). 16 bits.
 */
export function checksumChange(from: Endpoint, to: Endpoint): number {
  let sum = 0;
  for (const word of words(from)) sum += ~word & 0xffff;
  for (const word of words(to)) sum += word;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

function words({ address, port }: Endpoint): readonly number[] {
  const bytes = addressBytes(address);
  const found: number[] = [];
  for (let index = 0; index < bytes.length; index += 2) {
    found.push(((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0));
  }
  return [...found, port];
}
