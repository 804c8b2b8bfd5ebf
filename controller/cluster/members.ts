/** The members of a service's selection: by configured weight where nothing is known of its servers, else as its policy says. */

import type { SelectionConfig } from '../selection/index.ts';
import { type Candidate, select } from '../selection/index.ts';

/** A server of a service: its name, its weight as configured, and the number that its agent has, if it has one. */
export type Pooled = { readonly name: string; readonly weight: number; readonly agent: number | undefined };

/** A server may be there more than once: its places, in order. */
export type Member = { readonly name: string; readonly weight: number };

/**
 * Chooses members.
 * @param candidates Those of the agents' servers that take new sessions.
 * @param round Counts decisions (`apportion`).
 */
export function membersOf(
  pool: readonly Pooled[],
  candidates: readonly Candidate[],
  settings: SelectionConfig,
  round: number,
): readonly Member[] {
  const silent = pool.filter(({ agent, weight }) => agent === undefined && weight > 0);
  if (pool.every(({ agent }) => agent === undefined) && settings.policy !== 'consistent-hash') return silent;
  const names = new Map(pool.map(({ name, agent }, index) => [numberOf(agent, index), name]));
  const fixed = pool.flatMap(({ agent, weight }, index) =>
    agent === undefined && weight > 0 ? [{ server: numberOf(agent, index), weight }] : [],
  );
  const { members, places } = select(candidates, settings, round, fixed);
  const ordered = places?.map((server) => ({ server, weight: 1 })) ?? members;
  return ordered.flatMap(({ server, weight }) => {
    const name = names.get(server);
    return name === undefined ? [] : [{ name, weight }];
  });
}

/** Servers without an agent have numbers that no agent has. */
function numberOf(agent: number | undefined, index: number): number {
  return agent ?? -1 - index;
}

/** A member by weight, as the switch would have chosen. @param random From 0 to below 1. */
export function draw(members: readonly Member[], random: number): string | undefined {
  let left = random * members.reduce((total, { weight }) => total + weight, 0);
  return members.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })?.name;
}
