/**
 * What a switch is to hold: entities by what identifies them, and the groups that are all the controller's.
 *
 * A controller keeps a million sessions, and an entity as an object takes 3 kB: here it is its bytes on the wire.
 */

import { Buffer } from 'node:buffer';
import { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { contents, identify } from './entity-keys.ts';

/** An entity as it is kept; each is wanted once, and is another one when it is wanted again. */
export type Kept = { readonly bytes: string };

/** Entities of one switch. Those of a group that is not here are the switch's own affair. */
export class DesiredState {
  readonly #wanted = new Map<string, Kept>();

  get size(): number {
    return this.#wanted.size;
  }

  has(key: string): boolean {
    return this.#wanted.has(key);
  }

  get(key: string): Entity | undefined {
    const kept = this.#wanted.get(key);
    return kept === undefined ? undefined : entityOf(kept);
  }

  kept(key: string): Kept | undefined {
    return this.#wanted.get(key);
  }

  /** Whether what was kept by a call is what is wanted still. */
  isStill(key: string, kept: Kept | undefined): boolean {
    return this.#wanted.get(key) === kept;
  }

  /** Wants an entity. @returns What was wanted in its place. @throws Error for a kind that is not kept. */
  set(entity: Entity): { readonly key: string; readonly before: Kept | undefined; readonly kept: Kept } {
    const { key } = identified(entity);
    const before = this.#wanted.get(key);
    const kept = keep(entity);
    this.#wanted.set(key, kept);
    return { key, before, kept };
  }

  /** Wants it no more. @returns What was wanted. @throws Error for a kind that is not kept. */
  remove(entity: Entity): { readonly key: string; readonly before: Kept | undefined } {
    const { key } = identified(entity);
    const before = this.#wanted.get(key);
    this.#wanted.delete(key);
    return { key, before };
  }

  /** Puts back what was there before a change that failed. */
  restore(key: string, before: Kept | undefined): void {
    if (before === undefined) this.#wanted.delete(key);
    else this.#wanted.set(key, before);
  }

  entries(): IterableIterator<[string, Kept]> {
    return this.#wanted.entries();
  }
}

/** An entity as its bytes. */
export function keep(entity: Entity): Kept {
  const bytes = Entity.encode(entity).finish();
  return { bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1') };
}

/** What was kept. */
export function entityOf({ bytes }: Kept): Entity {
  return Entity.decode(Buffer.from(bytes, 'latin1'));
}

function identified(entity: Entity) {
  const identity = identify(entity);
  if (identity === undefined)
    throw new Error(`a controller does not keep a ${entity.entity?.$case ?? 'nothing'}`);
  return identity;
}

/** Whether an entity of a switch is what is wanted in its place. */
export function isAsWanted(kept: Kept, entity: Entity): boolean {
  // Switches mostly give back what they were given.
  return kept.bytes === keep(entity).bytes || holdsSame(entityOf(kept), entity);
}

/** Whether two entities of one key hold the same. */
export function holdsSame(left: Entity, right: Entity): boolean {
  return contents(left) === contents(right);
}
