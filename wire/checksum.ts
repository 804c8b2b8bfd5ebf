/** The Internet checksum (RFC 1071) and the pseudo-headers that it covers (RFC 9293, 3.1; RFC 8200, 8.1). */

import { putUint16 } from './bytes.ts';

/** Adds 16-bit words to a sum; an odd last byte counts as the upper half of a word. Sums are not folded yet. */
export function addWords(sum: number, bytes: Uint8Array, from = 0, to: number = bytes.length): number {
  let total = sum;
  const even = from + ((to - from) & ~1);
  for (let at = from; at < even; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (even < to) total += (bytes[even] ?? 0) << 8;
  return total;
}

/** Folds a sum to 16 bits. */
export function foldSum(sum: number): number {
  let total = sum;
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return total;
}

/** The sum of an IPv6 pseudo-header. With a routing header, the destination is the last one (RFC 8200, 8.1). */
export function ipv6PseudoSum(
  source: Uint8Array,
  destination: Uint8Array,
  length: number,
  next: number,
): number {
  return addWords(addWords(Math.floor(length / 0x10000) + (length & 0xffff) + next, source), destination);
}

/** The sum of an IPv4 pseudo-header. */
export function ipv4PseudoSum(
  source: Uint8Array,
  destination: Uint8Array,
  length: number,
  protocol: number,
): number {
  return addWords(addWords(length + protocol, source), destination);
}

/** Is the checksum inside `bytes` right? `pseudo` is the sum of the pseudo-header. */
export function isChecksumRight(
  pseudo: number,
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): boolean {
  return foldSum(addWords(pseudo, bytes, from, to)) === 0xffff;
}

/** Computes the checksum over `bytes`, whose field for it at `at` is overwritten. `pseudo` is the pseudo-header's sum. */
export function putChecksum(pseudo: number, bytes: Uint8Array, at: number): void {
  putUint16(bytes, at, 0);
  putUint16(bytes, at, ~foldSum(addWords(pseudo, bytes)) & 0xffff);
}
