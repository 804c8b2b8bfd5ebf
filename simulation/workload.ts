/** The sessions that clients begin. Times are seconds; rates are parts of a server of size 1. */

import { boundedPareto, lognormal, makeRandom, type Random } from './random.ts';

/**
 * A kind of session. A `stream` lasts as long as it lasts, and suffers when it gets less than its rate; an `elastic` one is
 * done when its work is done, and takes longer then.
 */
export type SessionKind = {
  readonly name: string;
  readonly flow: 'stream' | 'elastic';
  /** Part of all new sessions. */
  readonly part: number;
  /** What it takes of a server while it lasts. */
  readonly rate: number;
  readonly duration: (random: Random) => number;
  /** When its first packet is sent again, after the first time; then the client gives up. */
  readonly retries: readonly number[];
};

/** SYN, by TCP's initial timeout of 1 s, doubled (RFC 6298). */
const TCP_RETRIES = [1, 3, 7];
/** INVITE over UDP: T1 = 500 ms, doubled (RFC 3261, 17.1.1.2), for callers who wait 8 s. */
const INVITE_RETRIES = [0.5, 1.5, 3.5, 7.5];

/** Web visits with heavy tails, calls, and streams watched for a minute to an hour. */
export const MIXED: readonly SessionKind[] = [
  {
    name: 'web',
    flow: 'elastic',
    part: 0.7,
    rate: 0.02,
    duration: (random) => boundedPareto(random, 1.5, 1, 120),
    retries: TCP_RETRIES,
  },
  {
    name: 'sip',
    flow: 'stream',
    part: 0.2,
    rate: 0.005,
    duration: (random) => Math.min(3600, lognormal(random, 100, 1)),
    retries: INVITE_RETRIES,
  },
  {
    name: 'rtsp',
    flow: 'stream',
    part: 0.1,
    rate: 0.02,
    duration: (random) => boundedPareto(random, 1.3, 60, 3600),
    retries: TCP_RETRIES,
  },
];

const SAMPLES = 50_000;

/** The mean of rate × duration, over a fixed sample: what a session takes of a server of size 1 in all. */
export function meanWork(kinds: readonly SessionKind[]): number {
  const random = makeRandom(1);
  let work = 0;
  for (const { part, rate, duration } of kinds) {
    let sum = 0;
    for (let sample = 0; sample < SAMPLES; sample++) sum += duration(random);
    work += (part * rate * sum) / SAMPLES;
  }
  return work;
}
