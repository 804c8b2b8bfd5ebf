/** The policies: from what is known of the servers to the share of new sessions that each gets. */

/** A server that takes new sessions. */
export type Candidate = {
  /** Its number in the switch's table `servers`. */
  readonly server: number;
  /** What it can do compared with others, above 0; of the configuration. */
  readonly weight: number;
  /** The last measured load, a fraction of what it can do. */
  readonly measured: number;
  /** What shell expects (equation 8), a fraction. */
  readonly estimate: number;
  /** 1, or less while it starts slowly: the part of its room that counts. */
  readonly readiness: number;
};

export const POLICIES = [
  'shell',
  'shell-weights',
  'least-loaded',
  'round-robin',
  'weighted',
  'consistent-hash',
] as const;

export type PolicyName = (typeof POLICIES)[number];

/** moor's choice; docs/design/simulation.md shows why. */
export const DEFAULT_POLICY: PolicyName = 'shell-weights';

/** A server and the part of new sessions that it is to get; parts need not sum to 1. */
export type Share = { readonly server: number; readonly share: number };

/**
 * What a policy gives each candidate.
 *
 * - `shell`: equation (9), all to the one whose estimate is the least; of equals the first.
 * - `least-loaded`: the same by measured load.
 * - `shell-weights`: each by its forecast headroom, weight · (capacity − estimate). When none has any, by weight.
 * - `round-robin`: all the same. A switch that picks by hash among equals has no turn to keep.
 * - `weighted`, `consistent-hash`: by weight; they differ in how places are given out (`weights.ts`, `maglev.ts`).
 *
 * @param capacity The load at which a server has no room left.
 */
export function shares(policy: PolicyName, candidates: readonly Candidate[], capacity = 1): readonly Share[] {
  switch (policy) {
    case 'shell':
      return least(candidates, ({ estimate }) => estimate, capacity);
    case 'least-loaded':
      return least(candidates, ({ measured }) => measured, capacity);
    case 'shell-weights':
      return byHeadroom(candidates, capacity);
    case 'round-robin':
      return candidates.map(({ server, readiness }) => ({ server, share: readiness }));
    case 'weighted':
    case 'consistent-hash':
      return candidates.map(({ server, weight, readiness }) => ({ server, share: weight * readiness }));
  }
}

/** The one with the least load. A server that starts slowly looks fuller than it is: only a part of its room counts. */
function least(
  candidates: readonly Candidate[],
  load: (candidate: Candidate) => number,
  capacity: number,
): readonly Share[] {
  let best: Candidate | undefined;
  let lowest = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const seen = capacity - (capacity - load(candidate)) * candidate.readiness;
    if (best !== undefined && seen >= lowest) continue;
    best = candidate;
    lowest = seen;
  }
  return best === undefined ? [] : [{ server: best.server, share: 1 }];
}

function byHeadroom(candidates: readonly Candidate[], capacity: number): readonly Share[] {
  const room = candidates.map(({ server, weight, estimate, readiness }) => ({
    server,
    share: weight * readiness * Math.max(0, capacity - estimate),
  }));
  return room.some(({ share }) => share > 0)
    ? room
    : candidates.map(({ server, weight, readiness }) => ({ server, share: weight * readiness }));
}
