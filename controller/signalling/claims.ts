/**
 * Which server each entry of `announced_flows` leads to. Two sessions may want the same one: it is that of the session that
 * asked last, and goes back to the other when that ends.
 */

import { type AnnouncedEntry, entryKey } from './announced-entries.ts';

/** A change of an entry. */
export type EntryChange =
  | { readonly kind: 'expect'; readonly entry: AnnouncedEntry; readonly server: number }
  | { readonly kind: 'expect-no-more'; readonly entry: AnnouncedEntry };

type Claim = { readonly session: number; readonly server: number };
type Claimed = { readonly entry: AnnouncedEntry; readonly claims: Claim[] };

/** Claims of one entry; the oldest goes. */
const MOST_CLAIMS = 64;

export class Claims {
  readonly #claimed = new Map<string, Claimed>();

  /** How many entries there are. */
  get size(): number {
    return this.#claimed.size;
  }

  /** All entries as they are to be. */
  *current(): IterableIterator<EntryChange> {
    for (const { entry, claims } of this.#claimed.values()) {
      const last = claims.at(-1);
      if (last !== undefined) yield { kind: 'expect', entry, server: last.server };
    }
  }

  /** @param session Its number. */
  claim(session: number, server: number, entry: AnnouncedEntry): readonly EntryChange[] {
    const key = entryKey(entry);
    const there = this.#claimed.get(key);
    if (there === undefined) {
      this.#claimed.set(key, { entry, claims: [{ session, server }] });
      return [{ kind: 'expect', entry, server }];
    }
    const before = there.claims.at(-1);
    remove(there.claims, session);
    there.claims.push({ session, server });
    if (there.claims.length > MOST_CLAIMS) there.claims.shift();
    return before?.server === server ? [] : [{ kind: 'expect', entry, server }];
  }

  release(session: number, key: string): readonly EntryChange[] {
    const there = this.#claimed.get(key);
    const before = there?.claims.at(-1);
    if (there === undefined || before === undefined || !remove(there.claims, session)) return [];
    const now = there.claims.at(-1);
    if (now === undefined) {
      this.#claimed.delete(key);
      return [{ kind: 'expect-no-more', entry: there.entry }];
    }
    return now.server === before.server ? [] : [{ kind: 'expect', entry: there.entry, server: now.server }];
  }
}

function remove(claims: Claim[], session: number): boolean {
  const at = claims.findIndex((one) => one.session === session);
  if (at < 0) return false;
  claims.splice(at, 1);
  return true;
}
