/** From one set of wanted entities to another, without touching what stays. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { holdsSame } from './desired-state.ts';
import { identify } from './entity-keys.ts';
import type { Change } from './switch-keeper.ts';

/** Entities by what identifies them. */
export type KeyedEntities = ReadonlyMap<string, Entity>;

/** Keys entities. @throws Error for kinds that a controller does not keep. */
export function keyed(entities: Iterable<Entity>): KeyedEntities {
  const all = new Map<string, Entity>();
  for (const entity of entities) {
    const identity = identify(entity);
    if (identity === undefined)
      throw new Error(`a controller does not keep a ${entity.entity?.$case ?? 'nothing'}`);
    all.set(identity.key, entity);
  }
  return all;
}

/** What to set and to remove. */
export function changesBetween(before: KeyedEntities, after: KeyedEntities): readonly Change[] {
  const changes: Change[] = [];
  for (const [key, entity] of after) {
    const there = before.get(key);
    if (there === undefined || !holdsSame(there, entity)) changes.push({ kind: 'set', entity });
  }
  for (const [key, entity] of before) if (!after.has(key)) changes.push({ kind: 'remove', entity });
  return changes;
}
