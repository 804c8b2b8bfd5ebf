/** What a switch is to hold: entities by what identifies them, and the groups that are all the controller's. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { contents, type EntityGroup, identify } from './entity-keys.ts';

/** An entity that is wanted, with what tells it from others. */
export type Wanted = { readonly entity: Entity; readonly group: EntityGroup };

/** Entities of one switch. Those of a group that is not here are the switch's own affair. */
export class DesiredState {
  readonly #wanted = new Map<string, Wanted>();

  get size(): number {
    return this.#wanted.size;
  }

  has(key: string): boolean {
    return this.#wanted.has(key);
  }

  get(key: string): Wanted | undefined {
    return this.#wanted.get(key);
  }

  /** Wants an entity. @returns What was wanted in its place. @throws Error for a kind that is not kept. */
  set(entity: Entity): { readonly key: string; readonly before: Wanted | undefined } {
    const { group, key } = identified(entity);
    const before = this.#wanted.get(key);
    this.#wanted.set(key, { entity, group });
    return { key, before };
  }

  /** Wants it no more. @returns What was wanted. @throws Error for a kind that is not kept. */
  remove(entity: Entity): { readonly key: string; readonly before: Wanted | undefined } {
    const { key } = identified(entity);
    const before = this.#wanted.get(key);
    this.#wanted.delete(key);
    return { key, before };
  }

  /** Puts back what was there before a change that failed. */
  restore(key: string, before: Wanted | undefined): void {
    if (before === undefined) this.#wanted.delete(key);
    else this.#wanted.set(key, before);
  }

  entries(): IterableIterator<[string, Wanted]> {
    return this.#wanted.entries();
  }
}

function identified(entity: Entity) {
  const identity = identify(entity);
  if (identity === undefined)
    throw new Error(`a controller does not keep a ${entity.entity?.$case ?? 'nothing'}`);
  return identity;
}

/** Whether two entities of one key hold the same. */
export function holdsSame(left: Entity, right: Entity): boolean {
  return contents(left) === contents(right);
}
