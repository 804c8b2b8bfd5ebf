/**
 * What has to be written so that a switch holds what is wanted, and nothing that is right is touched.
 *
 *   wanted, not there ──▶ insert      wanted, there, differs ──▶ modify      there, not wanted ──▶ delete
 */

import { insert, modify, remove } from '../../p4runtime/entities/index.ts';
import type { Entity, Update } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { DesiredState } from './desired-state.ts';
import { type EntityGroup, identify } from './entity-keys.ts';

/** The order in which groups are written: what others refer to has a lower number. */
export type Rank = (group: EntityGroup) => number;

/** Looks at what a switch holds, entity by entity, and finds what differs; it keeps nothing that is right. */
export class Comparison {
  readonly #desired: DesiredState;
  readonly #right = new Set<string>();
  readonly #wrong: string[] = [];
  readonly #surplus: Entity[] = [];
  #seen = 0;

  constructor(desired: DesiredState) {
    this.#desired = desired;
  }

  /** How many entities were looked at. */
  get seen(): number {
    return this.#seen;
  }

  /** An entity that the switch holds. */
  look(entity: Entity): void {
    this.#seen++;
    if (isBuiltIn(entity)) return;
    const identity = identify(entity);
    if (identity === undefined) return;
    const compared = this.#desired.compare(identity.key, entity);
    if (compared === 'absent') {
      if (!isCleared(entity)) this.#surplus.push(entity);
      return;
    }
    this.#right.add(identity.key);
    if (compared === 'differs') this.#wrong.push(identity.key);
  }

  /** Lets the controller want what is too much, where `takes` says so: what it did not know of, and the switch did. */
  adopt(takes: (entity: Entity) => boolean): number {
    const rest: Entity[] = [];
    let adopted = 0;
    for (const entity of this.#surplus.splice(0)) {
      const identity = identify(entity);
      if (identity === undefined || this.#desired.has(identity.key) || !takes(entity)) {
        rest.push(entity);
        continue;
      }
      this.#desired.set(entity);
      this.#right.add(identity.key);
      adopted++;
    }
    for (const entity of rest) this.#surplus.push(entity);
    return adopted;
  }

  /**
   * What to write, in order: first what is missing or differs, referred-to groups before those that refer to them; then
   * what is too much, the other way round, so that no entry points at nothing in between.
   * @param touched Keys that were written meanwhile, which are right by now.
   */
  updates(
    rank: Rank,
    touched: ReadonlySet<string> = new Set(),
  ): { readonly write: Update[]; readonly drop: Update[] } {
    const write: { readonly update: Update; readonly rank: number }[] = [];
    for (const key of this.#desired.keys()) {
      if (this.#right.has(key) || touched.has(key)) continue;
      const wanted = this.#desired.get(key);
      if (wanted === undefined) continue;
      const { entity, group } = wanted;
      // Default entries, meters and the like are always there.
      write.push({ update: isAlwaysThere(entity) ? modify(entity) : insert(entity), rank: rank(group) });
    }
    for (const key of this.#wrong) {
      const wanted = this.#desired.get(key);
      if (wanted === undefined || touched.has(key)) continue;
      write.push({ update: modify(wanted.entity), rank: rank(wanted.group) });
    }
    const drop = this.#surplus.flatMap((entity) => {
      const identity = identify(entity);
      if (identity === undefined || touched.has(identity.key) || this.#desired.has(identity.key)) return [];
      return [{ update: clearing(entity), rank: rank(identity.group) }];
    });
    return {
      write: write.sort((left, right) => left.rank - right.rank).map(({ update }) => update),
      drop: drop.sort((left, right) => right.rank - left.rank).map(({ update }) => update),
    };
  }
}

/** How an entity is taken away: what is always there goes back to what it was without it. */
export function clearing(entity: Entity): Update {
  const { entity: of } = entity;
  if (of?.$case === 'tableEntry' && of.value.isDefaultAction) {
    return modify({ entity: { $case: 'tableEntry', value: { ...of.value, action: undefined } } });
  }
  if (of?.$case === 'meterEntry') {
    return modify({ entity: { $case: 'meterEntry', value: { ...of.value, config: undefined } } });
  }
  return remove(entity);
}

/** Entities that a switch has from the start, and that are only ever modified. */
export function isAlwaysThere({ entity }: Entity): boolean {
  return entity?.$case === 'meterEntry' || (entity?.$case === 'tableEntry' && entity.value.isDefaultAction);
}

/** The program's own: entries that are constant. */
function isBuiltIn({ entity }: Entity): boolean {
  return entity?.$case === 'tableEntry' && entity.value.isConst;
}

/** As it is without a controller: an unconfigured meter, the program's own default action. */
function isCleared({ entity }: Entity): boolean {
  if (entity?.$case === 'meterEntry') return entity.value.config === undefined;
  // What a program has for default action is not told apart from what a controller set; it is not ours to undo.
  return entity?.$case === 'tableEntry' && entity.value.isDefaultAction;
}
