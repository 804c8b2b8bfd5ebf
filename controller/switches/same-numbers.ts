/** Whether numbers that two programs have in common are of the same things. */

import type { Schema } from '../../p4runtime/schema/index.ts';

type Numbered = { readonly id: number; readonly name: string };

/**
 * A switch that keeps its state over a change of programs (RECONCILE_AND_COMMIT) goes by numbers: where those of two fields of
 * one width have changed places, it would keep entries that mean something else, and nobody could tell.
 */
export function haveSameNumbers(one: Schema, other: Schema): boolean {
  const { tables, actions, actionProfiles, counters, meters, registers, digests, valueSets } = one;
  return (
    agree(tables.all, other.tables.all, (table, next) => agree(table.fields, next.fields)) &&
    agree(actions.all, other.actions.all, (action, next) => agree(action.parameters, next.parameters)) &&
    agree(valueSets.all, other.valueSets.all, (set, next) => agree(set.fields, next.fields)) &&
    agree(actionProfiles.all, other.actionProfiles.all) &&
    agree(counters.all, other.counters.all) &&
    agree(meters.all, other.meters.all) &&
    agree(registers.all, other.registers.all) &&
    agree(digests.all, other.digests.all)
  );
}

function agree<T extends Numbered>(
  all: readonly T[],
  others: readonly T[],
  alsoWithin: (one: T, other: T) => boolean = () => true,
): boolean {
  const byNumber = new Map(others.map((one) => [one.id, one]));
  return all.every((one) => {
    const other = byNumber.get(one.id);
    return other === undefined || (other.name === one.name && alsoWithin(one, other));
  });
}
