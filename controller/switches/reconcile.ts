/**
 * What has to be written so that a switch holds what is wanted, and nothing that is right is touched.
 *
 *   wanted, not there ──▶ insert      wanted, there, differs ──▶ modify      there, not wanted ──▶ delete
 */

import { insert, modify, remove } from '../../p4runtime/entities/index.ts';
import type { Entity, Update } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { type DesiredState, entityOf, isAsWanted, type Kept, keep } from './desired-state.ts';
import { type EntityGroup, groupOfKey, identify } from './entity-keys.ts';

/** The order in which groups are written: what others refer to has a lower number. */
export type Rank = (group: EntityGroup) => number;

/** What is to be written: how much, and batch by batch, each made when its turn comes. */
export type Plan = { readonly length: number; readonly batches: (size: number) => Generator<Update[]> };

/**
 * Looks at what a switch holds, entity by entity, and finds what differs. There may be a million: it keeps nothing that is right, and the
 * rest as its bytes, and makes updates of it only when they are written. As objects a million take 3 GB.
 */
export class Comparison {
  readonly #desired: DesiredState;
  /** What the switch has, in whatever form. */
  readonly #there = new Set<Kept>();
  readonly #wrong: string[] = [];
  #surplus = new Map<string, Kept>();
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
    const wanted = this.#desired.kept(identity.key);
    if (wanted === undefined) {
      if (!isCleared(entity)) this.#surplus.set(identity.key, keep(entity));
      return;
    }
    this.#there.add(wanted);
    if (!isAsWanted(wanted, entity)) this.#wrong.push(identity.key);
  }

  /** Lets the controller want what is too much, where `takes` says so: what it did not know of, and the switch did. */
  adopt(takes: (entity: Entity) => boolean): number {
    let adopted = 0;
    for (const [key, kept] of this.#surplus) {
      if (this.#desired.has(key)) continue;
      const entity = entityOf(kept);
      if (!takes(entity)) continue;
      this.#there.add(this.#desired.set(entity).kept);
      this.#surplus.delete(key);
      adopted++;
    }
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
  ): { readonly write: Plan; readonly drop: Plan } {
    const missing: string[] = [];
    for (const [key, kept] of this.#desired.entries()) {
      if (!this.#there.has(kept) && !touched.has(key)) missing.push(key);
    }
    const wrong = this.#wrong.filter((key) => !touched.has(key) && this.#desired.has(key));
    const surplus = [...this.#surplus.keys()].filter((key) => !touched.has(key) && !this.#desired.has(key));
    const differs = new Set(wrong);
    const write = inOrder([...missing, ...wrong], (key) => rank(groupOfKey(key)));
    const drop = inOrder(surplus, (key) => -rank(groupOfKey(key)));
    return {
      write: plan(write, (key) => {
        const entity = this.#desired.get(key);
        if (entity === undefined) return undefined;
        // Default entries, meters and the like are always there.
        return differs.has(key) || isAlwaysThere(entity) ? modify(entity) : insert(entity);
      }),
      drop: plan(drop, (key) => {
        const kept = this.#surplus.get(key);
        // What somebody has come to want since then stays.
        return kept === undefined || this.#desired.has(key) ? undefined : clearing(entityOf(kept));
      }),
    };
  }
}

/** Sorted by a number, of which there are few: those of the same stay in their order. */
function inOrder(keys: readonly string[], numberOf: (key: string) => number): readonly string[] {
  const byNumber = new Map<number, string[]>();
  for (const key of keys) {
    const number = numberOf(key);
    const same = byNumber.get(number);
    if (same === undefined) byNumber.set(number, [key]);
    else same.push(key);
  }
  return [...byNumber].sort(([left], [right]) => left - right).flatMap(([, same]) => same);
}

function plan(keys: readonly string[], toUpdate: (key: string) => Update | undefined): Plan {
  return {
    length: keys.length,
    *batches(size) {
      for (let start = 0; start < keys.length; start += size) {
        yield keys.slice(start, start + size).flatMap((key) => toUpdate(key) ?? []);
      }
    },
  };
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
