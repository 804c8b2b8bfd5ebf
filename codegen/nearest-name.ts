/** The name that the user probably meant. */

import { distance } from 'fastest-levenshtein';

/** Beyond this many candidates the search stops: a suggestion is not worth a slow check. */
const MAXIMUM_CANDIDATES = 5000;

/**
 * The candidate nearest to `name` by edit distance, when it is near enough to be a likely slip:
 * at most a third of the name's length away, or equal but for case.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  let seen = 0;
  for (const candidate of candidates) {
    if (++seen > MAXIMUM_CANDIDATES) break;
    if (candidate === name || Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const steps = candidate.toLowerCase() === name.toLowerCase() ? 0 : distance(candidate, name);
    // Names that have no letter in common are no slips of each other, however short they are.
    if (steps < bestDistance && steps < Math.min(name.length, candidate.length)) {
      best = candidate;
      bestDistance = steps;
    }
  }
  return best;
}

/** `Did you mean 'x'?` for the nearest candidate, or undefined. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? undefined : `did you mean '${nearest}'?`;
}
