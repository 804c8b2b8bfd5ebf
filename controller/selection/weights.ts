/** Shares as integer weights, of which a group of the switch has only so many. */

import type { Share } from './policies.ts';

/** A member of the switch's table `selection`: the server takes `weight` of the group's places. */
export type Member = { readonly server: number; readonly weight: number };

/** The part of a place at which the counting starts; any number from 0 to 1 is as fair. */
const MIDDLE = 0.5;
/** Steps of the golden ratio fall evenly into [0, 1): each server has its turn when there are more servers than places. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Members whose weights sum up to `places` and are as near to the shares as integers can be: each is the share's number of
 * places, rounded up or down. Servers with weight 0 are left out.
 * @param places What the weights sum up to: at most SELECTION_GROUP_SIZE of p4/include/sizes.p4.
 * @param round Counts the times that members were made. With more servers than places some get none; with each round they
 * are others, so that over many rounds each gets its share.
 */
export function apportion(shares: readonly Share[], places: number, round = 0): readonly Member[] {
  const positive = shares.filter(({ share }) => share > 0);
  const total = positive.reduce((sum, { share }) => sum + share, 0);
  if (total === 0) return [];
  const [only] = positive;
  // One member needs one place.
  if (positive.length === 1 && only !== undefined) return [{ server: only.server, weight: 1 }];
  const offset = positive.length > places ? (MIDDLE + round * GOLDEN) % 1 : MIDDLE;
  const members: Member[] = [];
  let before = 0;
  let sum = 0;
  for (const [index, { server, share }] of positive.entries()) {
    sum += share;
    // The last one ends at the last place, whatever floating point made of the sum.
    const end = index === positive.length - 1 ? places : Math.floor((sum / total) * places + offset);
    const until = Math.min(places, end);
    if (until > before) members.push({ server, weight: until - before });
    before = Math.max(before, until);
  }
  return members;
}
