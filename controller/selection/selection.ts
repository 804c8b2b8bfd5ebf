/** What a service's entry in the switch's table `selection` is to be. */

import { maglevTable, primeUpTo } from './maglev.ts';
import { type Candidate, type PolicyName, shares } from './policies.ts';
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

/**
 * Chooses.
 * @param candidates The servers that take new sessions, in an order that stays.
 * @param round Counts decisions (`apportion`).
 */
export function select(
  candidates: readonly Candidate[],
  { policy, places, capacity }: SelectionConfig,
  round = 0,
): Selection {
  const wanted = shares(policy, candidates, capacity);
  if (policy !== 'consistent-hash') return { members: apportion(wanted, places, round) };
  const table = maglevTable(wanted, primeUpTo(places));
  const weights = new Map<number, number>();
  for (const server of table) weights.set(server, (weights.get(server) ?? 0) + 1);
  return { members: [...weights].map(([server, weight]) => ({ server, weight })), places: table };
}
