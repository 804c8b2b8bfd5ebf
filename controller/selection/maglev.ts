/**
 * Consistent hashing after Maglev (Eisenbud et al., NSDI 2016, section 3.4): each place of a table belongs to a server, and
 * when the pool changes most places keep theirs. Weights: a server takes its turns as often as its weight allows.
 */

import { createHash } from 'node:crypto';
import type { Share } from './policies.ts';

/**
 * The server of each place.
 * @param size Places; a prime, so that every step visits all of them.
 * @throws RangeError if `size` is no prime.
 */
export function maglevTable(shares: readonly Share[], size: number): readonly number[] {
  if (!isPrime(size)) throw new RangeError(`a Maglev table has a prime number of places, not ${size}`);
  const positive = shares.filter(({ share }) => share > 0);
  if (positive.length === 0) return [];
  const most = positive.reduce((max, { share }) => Math.max(max, share), 0);
  const turns = positive.map(({ server, share }) => {
    const digest = createHash('sha256').update(`server ${server}`).digest();
    return {
      server,
      turn: share / most,
      saved: 0,
      at: digest.readUInt32BE(0) % size,
      step: (digest.readUInt32BE(4) % (size - 1)) + 1,
    };
  });
  const table = new Array<number>(size).fill(-1);
  let filled = 0;
  while (filled < size) {
    for (const server of turns) {
      server.saved += server.turn;
      if (server.saved < 1) continue;
      server.saved -= 1;
      while (table[server.at] !== -1) server.at = (server.at + server.step) % size;
      table[server.at] = server.server;
      filled++;
      if (filled === size) break;
    }
  }
  return table;
}

/** The largest prime that is no larger than a number. @throws RangeError below 2. */
export function primeUpTo(most: number): number {
  for (let one = Math.floor(most); one >= 2; one--) if (isPrime(one)) return one;
  throw new RangeError(`there is no prime up to ${most}`);
}

function isPrime(number: number): boolean {
  if (!Number.isInteger(number) || number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}
