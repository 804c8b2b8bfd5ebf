/** What a service's entry in the switch's table `selection` is to be. */

import { maglevTable, primeUpTo } from './maglev.ts';
import { type Candidate, type PolicyName, type Share, shares } from './policies.ts';
import { apportion, type Member } from './weights.ts';

export type SelectionConfig = {
  readonly policy: PolicyName;
  /** The sum of the weights of a group: at most SELECTION_GROUP_SIZE of p4/include/sizes.p4. */
  readonly places: number;
  /** The load at which a server has no room left. */
  readonly capacity: number;
};

export type Selection = {
  /** In the order of their places. None: the service takes no new sessions. */
  readonly members: readonly Member[];
  /**
   * With `consistent-hash`, the server of each place. A switch that gives a member its places one behind the other and
   * takes `hash mod size` needs one member a place, in this order, for flows to stay when the pool changes.
   */
  readonly places?: readonly number[];
};

/** A server of which nothing is known but its weight: it keeps the part of new sessions that this gives it. */
export type FixedServer = { readonly server: number; readonly weight: number };

/**
 * Chooses.
 * @param candidates The servers that take new sessions, in an order that stays.
 * @param round Counts decisions (`apportion`).
 * @param fixed Servers that the policy does not decide about.
 */
export function select(
  candidates: readonly Candidate[],
  { policy, places, capacity }: SelectionConfig,
  round = 0,
  fixed: readonly FixedServer[] = [],
): Selection {
  const wanted = withFixed(shares(policy, candidates, capacity), candidates, fixed);
  if (policy !== 'consistent-hash') return { members: apportion(wanted, places, round) };
  const table = maglevTable(wanted, primeUpTo(places));
  const weights = new Map<number, number>();
  for (const server of table) weights.set(server, (weights.get(server) ?? 0) + 1);
  return { members: [...weights].map(([server, weight]) => ({ server, weight })), places: table };
}

/** The candidates together get the part of new sessions that their weights give them, and the policy says how it is divided. */
function withFixed(
  decided: readonly Share[],
  candidates: readonly Candidate[],
  fixed: readonly FixedServer[],
): readonly Share[] {
  if (fixed.length === 0) return decided;
  const sum = decided.reduce((total, { share }) => total + share, 0);
  const weight = candidates.reduce((total, one) => total + one.weight, 0);
  return [
    ...decided.map(({ server, share }) => ({ server, share: sum > 0 ? (weight * share) / sum : 0 })),
    ...fixed.map((one) => ({ server: one.server, share: one.weight })),
  ];
}
