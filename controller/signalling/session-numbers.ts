/**
 * Which session's number the copies of a signalling flow carry (`signalling_sessions`): that of the oldest one that is there of those
 * that began on it. Of a connection or a client there is mostly one; between two proxies there may be many.
 */

import { flowKey, type SignallingFlow } from './protocol.ts';

/** Both ends of a signalling flow. */
export type FlowEnds = Omit<SignallingFlow, 'server'>;

/** A change of an entry. */
export type NumberChange =
  | { readonly kind: 'number'; readonly flow: FlowEnds; readonly session: number }
  | { readonly kind: 'number-no-more'; readonly flow: FlowEnds };

type Numbered = { readonly flow: FlowEnds; readonly sessions: Set<number> };

export class SessionNumbers {
  readonly #flows = new Map<string, Numbered>();
  readonly #most: number;

  /** @param most How many flows have a number at most; what would be more goes without. */
  constructor(most: number) {
    this.#most = most;
  }

  /** How many flows have a number. */
  get size(): number {
    return this.#flows.size;
  }

  /** All entries as they are to be. */
  *current(): IterableIterator<NumberChange> {
    for (const one of this.#flows.values()) yield* changeTo(one);
  }

  /** A session begins on a flow. */
  begin(flow: FlowEnds, session: number): readonly NumberChange[] {
    const key = flowKey(flow);
    const there = this.#flows.get(key);
    if (there !== undefined) {
      there.sessions.add(session);
      return [];
    }
    if (this.#flows.size >= this.#most) return [];
    const { client, virtual, protocol } = flow;
    const made = { flow: { client, virtual, protocol }, sessions: new Set([session]) };
    this.#flows.set(key, made);
    return changeTo(made);
  }

  /** A session that began on a flow is over. */
  end(flow: FlowEnds, session: number): readonly NumberChange[] {
    const key = flowKey(flow);
    const there = this.#flows.get(key);
    if (there === undefined) return [];
    const [first] = there.sessions;
    there.sessions.delete(session);
    if (there.sessions.size === 0) this.#flows.delete(key);
    return first === session ? changeTo(there) : [];
  }
}

function changeTo({ flow, sessions }: Numbered): readonly NumberChange[] {
  const [session] = sessions;
  return [session === undefined ? { kind: 'number-no-more', flow } : { kind: 'number', flow, session }];
}
