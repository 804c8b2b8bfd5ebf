/**
 * Token buckets (RFC 4443, 2.4 f): one for all, or one for each address in a table of fixed size, so that a flood of
 * addresses takes no memory. Addresses that share a place share a bucket; which do, nobody outside can know.
 */

import type { Rate } from './types.ts';

const PLACES = 4096;

/** A table of buckets. */
export type RateLimit = {
  readonly rate: Rate;
  readonly salt: number;
  readonly tokens: Float64Array;
  readonly times: Float64Array;
};

/** Full buckets. `salt` is any 32-bit number that nobody can guess; one bucket for all if `places` is 1. */
export function createRateLimit(rate: Rate, salt: number, places: number = PLACES): RateLimit {
  return { rate, salt, tokens: new Float64Array(places).fill(rate.burst), times: new Float64Array(places) };
}

/** Takes a token; false when there is none. */
export function takeToken(limit: RateLimit, address: Uint8Array | undefined, now: number): boolean {
  const place = address === undefined ? 0 : hash(address, limit.salt) % limit.tokens.length;
  const passed = Math.max(0, now - (limit.times[place] ?? 0)) / 1000;
  const tokens = Math.min(limit.rate.burst, (limit.tokens[place] ?? 0) + passed * limit.rate.perSecond);
  limit.times[place] = now;
  limit.tokens[place] = tokens >= 1 ? tokens - 1 : tokens;
  return tokens >= 1;
}

/** FNV-1a over a secret start and the address, mixed at the end. */
function hash(address: Uint8Array, salt: number): number {
  let value = salt ^ 0x811c9dc5;
  for (const byte of address) value = Math.imul(value ^ byte, 0x01000193);
  value = Math.imul(value ^ (value >>> 15), salt | 1);
  return (value ^ (value >>> 13)) >>> 0;
}
