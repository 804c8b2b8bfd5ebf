/** The members of a service's selection: by configured weight where nothing is known of its servers, else as its policy says. */

import type { SelectionConfig } from '../selection/index.ts';
import { type Candidate, select } from '../selection/index.ts';

/** A server of a service: its name, its weight as configured, and the number that its agent has, if it has one. */
export type Pooled = { readonly name: string; readonly weight: number; readonly agent: number | undefined };

/** A server may be there more than once: its places, in order. */
export type Member = { readonly name: string; readonly weight: number };

/**
 * Up to so many places weights are taken as they are written. More are scaled to the places of the settings, of which there are a
 * prime number: switches take a CRC modulo the places, which is linear, and blocks of a power of two of them may be missed.
 */
const MOST_STATIC_PLACES = 32;

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
  const isStatic = pool.every(({ agent }) => agent === undefined) && settings.policy !== 'consistent-hash';
  const places = silent.reduce((sum, { weight }) => sum + weight, 0);
  if (isStatic && places <= MOST_STATIC_PLACES) return silent;
  const names = new Map(pool.map(({ name, agent }, index) => [numberOf(agent, index), name]));
  const fixed = pool.flatMap(({ agent, weight }, index) =>
    agent === undefined && weight > 0 ? [{ server: numberOf(agent, index), weight }] : [],
  );
  const selected = select(candidates, settings, round, fixed);
  const ordered = selected.places?.map((server) => ({ server, weight: 1 })) ?? selected.members;
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
