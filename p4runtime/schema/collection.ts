/** Things of one kind in a P4Info, found by name, alias or id. */

import { distance } from 'fastest-levenshtein';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';

/** What everything with a preamble has. */
export type Identified = { readonly id: number; readonly name: string; readonly alias: string };

/** A name, alias or id. */
export type Key = string | number;

export type Collection<T extends Identified> = {
  /** In the order of the P4Info. */
  readonly all: readonly T[];
  /**
   * Undefined where there is none. A full name goes before an alias, and that before the end of a name, which has to be of
   * one alone: `sessions.members` for `ingress.pipeline.sessions.members`.
   */
  readonly find: (key: Key) => T | undefined;
  /** @throws EntityError NOT_FOUND that says what may have been meant; INVALID_ARGUMENT where several names end so. */
  readonly get: (key: Key) => T;
};

/** Indexes `all`; `kind` names one of them in errors, such as "table". */
export function makeCollection<T extends Identified>(kind: string, all: readonly T[]): Collection<T> {
  const ids = new Map<number, T>();
  const names = new Map<string, T>();
  for (const item of all) if (item.alias !== '') names.set(item.alias, item);
  for (const item of all) {
    ids.set(item.id, item);
    names.set(item.name, item);
  }
  const endingIn = (end: string): readonly T[] => all.filter(({ name }) => name.endsWith(`.${end}`));
  const find = (key: Key): T | undefined => {
    if (typeof key === 'number') return ids.get(key);
    const exact = names.get(key);
    if (exact !== undefined) return exact;
    const [only, ...others] = endingIn(key);
    return others.length === 0 ? only : undefined;
  };
  const get = (key: Key): T => {
    const found = find(key);
    if (found !== undefined) return found;
    const several = typeof key === 'number' ? [] : endingIn(key);
    if (several.length === 0) throw new EntityError(Code.NOT_FOUND, missing(kind, key, [...names.keys()]));
    const listed = several.map(({ name }) => name).join(', ');
    throw new EntityError(
      Code.INVALID_ARGUMENT,
      `several ${kind}s end in '${key}': ${listed}; write more of the name`,
    );
  };
  return { all, find, get };
}

/** Beyond this many names all of them are no help. */
const LISTED = 8;

/** `no table 'x'; did you mean 'y'?`, or what there is instead. */
export function missing(kind: string, key: Key, names: readonly string[]): string {
  if (typeof key === 'number') return `no ${kind} has the id ${key} (0x${key.toString(16).padStart(8, '0')})`;
  const none = `no ${kind} '${key}'`;
  const nearest = nearestName(key, names);
  if (nearest !== undefined) return `${none}; did you mean '${nearest}'?`;
  if (names.length === 0) return `${none}; there is none at all`;
  return names.length > LISTED ? none : `${none}; there are: ${names.join(', ')}`;
}

/** A name at most a third of its length away, or one that ends alike: people leave out what is around a table. */
function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const last = wanted.split('.').at(-1) ?? wanted;
  const alike = names.find((name) => name.endsWith(`.${last}`));
  const near = names
    .map((name) => ({ name, steps: distance(name.toLowerCase(), wanted.toLowerCase()) }))
    .filter(({ steps }) => steps <= Math.max(1, Math.floor(wanted.length / 3)))
    .sort((left, right) => left.steps - right.steps);
  return near[0]?.name ?? alike;
}
