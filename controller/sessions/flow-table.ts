/**
 * The flows of sessions, as one switch has them (SARA, section III.A).
 *
 *            learned ──▶ new ──▶ established ◀──▶ inactive ──▶ gone
 *                          └────── closed ──▶ closing ──────────▲
 *
 * The data plane tells of new flows, of their end, and of those that are idle; entries of `flows` follow. An event gives
 * the effects that it has on the switch; nothing here does input or output.
 *
 * A switch whose `flows` keeps hashes of tuples (docs/design/tofino.md) takes some flows for others: it refuses an entry
 * whose hash another one has, and a first packet may hit another's entry. Such flows get an entry of `flow_collisions`, which
 * is asked first and has whole tuples.
 */

import { RunningCounts, type StatusCounts } from './running-counts.ts';

/** A flow as the data plane knows it: from the client to the virtual address. Addresses as the tables have them. */
export type Tuple = {
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
};

/** Of signalling, or unknown; announced by that; or announced and come (SARA, section III.A). */
export type FlowIdentity = 'signalling' | 'announced' | 'secondary';

/** The table that the entry is in. */
export type FlowPlace = 'flows' | 'collisions';

export type FlowStatus = 'new' | 'established' | 'inactive' | 'closing';

export type Flow = {
  readonly tuple: Tuple;
  /** Numbers of the switch. */
  readonly service: number;
  readonly server: number;
  readonly identity: FlowIdentity;
  readonly place: FlowPlace;
  readonly status: FlowStatus;
  /** Milliseconds of the controller's clock: when the status was last told. */
  readonly since: number;
};

export type FlowEvent =
  /** A flow has got a server. */
  | {
      readonly kind: 'learned';
      readonly tuple: Tuple;
      readonly service: number;
      readonly server: number;
      /** Left out: nothing has announced it, so that it begins a session (SARA, section III.A). */
      readonly identity?: FlowIdentity;
    }
  /** Signalling has announced it for this server, whatever it was before. */
  | { readonly kind: 'pinned'; readonly tuple: Tuple; readonly service: number; readonly server: number }
  /** It has this server from now on, since nothing reached the one that it had; or its entry is to be written again. */
  | { readonly kind: 'moved'; readonly tuple: Tuple; readonly server: number }
  /** Its session is over. */
  | { readonly kind: 'ended'; readonly tuple: Tuple }
  /**
   * A SYN that hit an entry and went to its server: a new connection between the same ends, or of a flow that the switch
   * takes for another one.
   */
  | { readonly kind: 'opened'; readonly tuple: Tuple; readonly service: number; readonly server: number }
  /** FIN or RST, of either end. */
  | { readonly kind: 'closed'; readonly tuple: Tuple }
  /** The entry was not hit for the idle timeout. */
  | { readonly kind: 'idle'; readonly tuple: Tuple; readonly place: FlowPlace }
  /** The answer to `ask`: nanoseconds since the last packet; undefined: there is no entry. */
  | { readonly kind: 'answered'; readonly tuple: Tuple; readonly sinceLastHitNs: bigint | undefined }
  /** The switch did not take the flow's entry. */
  | { readonly kind: 'refused'; readonly tuple: Tuple }
  /** The switch had an entry that this controller did not know. */
  | {
      readonly kind: 'adopted';
      readonly tuple: Tuple;
      readonly place: FlowPlace;
      readonly service: number;
      readonly server: number;
      readonly identity?: FlowIdentity;
    };

export type FlowEffect =
  | { readonly kind: 'install'; readonly flow: Flow }
  | { readonly kind: 'remove'; readonly tuple: Tuple; readonly place: FlowPlace }
  /** When was the last packet? */
  | { readonly kind: 'ask'; readonly tuple: Tuple; readonly place: FlowPlace };

/** `collisions`: those whose entry is in `flow_collisions`. */
export type FlowCounts = Readonly<Record<FlowStatus, number>> & {
  readonly total: number;
  readonly collisions: number;
};

/** What nothing has announced is taken for the signalling of a session of its own. */
const BEGINS: FlowIdentity = 'signalling';

/** What a flow may be idle for before it is inactive; seconds, by the service's number. */
export type IdleTimeouts = (service: number) => number;

export class FlowTable {
  readonly #flows = new Map<string, Flow>();
  readonly #counts = new RunningCounts();
  readonly #idleTimeout: IdleTimeouts;
  readonly #hasCollisions: boolean;

  /** @param hasCollisions Whether the switch has `flow_collisions`. */
  constructor(idleTimeout: IdleTimeouts, hasCollisions = false) {
    this.#idleTimeout = idleTimeout;
    this.#hasCollisions = hasCollisions;
  }

  get size(): number {
    return this.#flows.size;
  }

  find(tuple: Tuple): Flow | undefined {
    return this.#flows.get(tupleKey(tuple));
  }

  flows(): IterableIterator<Flow> {
    return this.#flows.values();
  }

  counts(): FlowCounts {
    return this.#counts.counts;
  }

  /** How many flows each server has that are not about to end, by its number. */
  perServer(): ReadonlyMap<number, number> {
    return this.#counts.perServer;
  }

  /** Flows of each service that has any, by its number. */
  perService(): ReadonlyMap<number, StatusCounts> {
    return this.#counts.perService;
  }

  /** @param now Milliseconds. */
  take(event: FlowEvent, now: number): readonly FlowEffect[] {
    switch (event.kind) {
      case 'learned':
        return this.#learned(event, now);
      case 'pinned':
        return this.#pinned(event, now);
      case 'moved': {
        const flow = this.find(event.tuple);
        return flow === undefined ? [] : this.#moved(flow, event.server, now);
      }
      case 'ended':
        return this.#remove(event.tuple);
      case 'opened':
        return this.#opened(event, now);
      case 'closed':
        return this.#closed(event.tuple, now);
      case 'idle':
        return this.#idle(event, now);
      case 'answered':
        return this.#answered(event, now);
      case 'refused':
        return this.#refused(event.tuple);
      case 'adopted':
        this.#put({ ...event, identity: event.identity ?? BEGINS, status: 'established', since: now });
        return [];
    }
  }

  /**
   * What becomes of the flows of servers that have failed: `end`, they are forgotten, and what comes next of them is of a new
   * session; `keep`; or they go to another server, by its number.
   */
  release(
    servers: ReadonlySet<number>,
    fateOf: (flow: Flow) => 'end' | 'keep' | number,
    now: number,
  ): readonly FlowEffect[] {
    const effects: FlowEffect[] = [];
    for (const flow of this.#flows.values()) {
      if (!servers.has(flow.server)) continue;
      const fate = fateOf(flow);
      if (fate === 'keep') continue;
      if (fate === 'end') {
        effects.push(...this.#remove(flow.tuple));
        continue;
      }
      effects.push(...this.#moved(flow, fate, now));
    }
    return effects;
  }

  /** Forgets flows, such as those of a service that is no more. */
  forget(which: (flow: Flow) => boolean): readonly FlowEffect[] {
    const effects: FlowEffect[] = [];
    for (const flow of this.#flows.values()) if (which(flow)) effects.push(...this.#remove(flow.tuple));
    return effects;
  }

  #learned(
    { tuple, service, server, identity = BEGINS }: Extract<FlowEvent, { kind: 'learned' }>,
    now: number,
  ): readonly FlowEffect[] {
    const key = tupleKey(tuple);
    const there = this.#flows.get(key);
    if (there !== undefined && there.status !== 'closing') {
      // Told again, because its list was lost, or it came again before the entry was there. With another server, the
      // entry was not there when it should have been: the session goes back to where it was.
      return there.server === server ? [] : [{ kind: 'install', flow: there }];
    }
    // Whatever it was before: the data plane has let the flow begin with this server.
    const place = there?.place ?? 'flows';
    return this.#install({ tuple, service, server, identity, place, status: 'new', since: now }, key);
  }

  #pinned(
    { tuple, service, server }: Extract<FlowEvent, { kind: 'pinned' }>,
    now: number,
  ): readonly FlowEffect[] {
    const there = this.find(tuple);
    if (there?.server === server) return [];
    return this.#install({
      ...{ tuple, service, server, identity: 'secondary', status: 'new', since: now },
      place: there?.place ?? 'flows',
    });
  }

  #moved(flow: Flow, server: number, now: number): readonly FlowEffect[] {
    return this.#install({ ...flow, server, since: now });
  }

  #opened(
    { tuple, service, server }: Extract<FlowEvent, { kind: 'opened' }>,
    now: number,
  ): readonly FlowEffect[] {
    const flow = this.find(tuple);
    if (flow !== undefined) {
      this.#put({ ...flow, status: 'established', since: now });
      return [];
    }
    if (!this.#hasCollisions) return [];
    // It has begun with the other flow's server, and is to stay there when that flow ends.
    return this.#install({
      ...{ tuple, service, server, identity: BEGINS, status: 'new', since: now },
      place: 'collisions',
    });
  }

  /** The hash of another flow is in its place, or there is no more room. */
  #refused(tuple: Tuple): readonly FlowEffect[] {
    const flow = this.find(tuple);
    if (flow === undefined) return [];
    if (this.#hasCollisions && flow.place === 'flows') return this.#install({ ...flow, place: 'collisions' });
    // When it is learned again, it is tried again.
    this.#remove(tuple);
    return [];
  }

  #install(flow: Flow, key?: string): readonly FlowEffect[] {
    this.#put(flow, key);
    return [{ kind: 'install', flow }];
  }

  /** One end has no more to say; the other may go on, so the flow stays until it is idle (RFC 9293, section 3.6). */
  #closed(tuple: Tuple, now: number): readonly FlowEffect[] {
    const flow = this.find(tuple) ?? this.find(turnTuple(tuple));
    if (flow !== undefined) this.#put({ ...flow, status: 'closing', since: now });
    return [];
  }

  #idle({ tuple, place }: Extract<FlowEvent, { kind: 'idle' }>, now: number): readonly FlowEffect[] {
    const flow = this.find(tuple);
    // An entry that nobody wants any more.
    if (flow === undefined || flow.place !== place) return [{ kind: 'remove', tuple, place }];
    if (flow.status === 'closing') return this.#remove(tuple);
    if (flow.status === 'inactive') return [{ kind: 'ask', tuple, place }];
    this.#put({ ...flow, status: 'inactive', since: now });
    return [];
  }

  /** Purged after twice the timeout. */
  #answered(
    { tuple, sinceLastHitNs }: Extract<FlowEvent, { kind: 'answered' }>,
    now: number,
  ): readonly FlowEffect[] {
    const flow = this.find(tuple);
    if (flow === undefined) return [];
    const timeoutNs = BigInt(Math.round(this.#idleTimeout(flow.service) * 1e9));
    if (sinceLastHitNs === undefined || sinceLastHitNs >= 2n * timeoutNs) return this.#remove(tuple);
    if (sinceLastHitNs < timeoutNs) this.#put({ ...flow, status: 'established', since: now });
    return [];
  }

  #put(flow: Flow, key: string = tupleKey(flow.tuple)): void {
    const { tuple, service, server, identity, place, status, since } = flow;
    const kept = { tuple, service, server, identity, place, status, since };
    this.#counts.change(this.#flows.get(key), kept);
    this.#flows.set(key, kept);
  }

  #remove(tuple: Tuple): readonly FlowEffect[] {
    const key = tupleKey(tuple);
    const flow = this.#flows.get(key);
    if (flow === undefined) return [];
    this.#flows.delete(key);
    this.#counts.change(flow, undefined);
    return [{ kind: 'remove', tuple, place: flow.place }];
  }
}

/** The tuple of what goes the other way. */
export function turnTuple({ source, destination, sourcePort, destinationPort, protocol }: Tuple): Tuple {
  return {
    source: destination,
    destination: source,
    sourcePort: destinationPort,
    destinationPort: sourcePort,
    protocol,
  };
}

function tupleKey({ source, destination, sourcePort, destinationPort, protocol }: Tuple): string {
  // Joined, and not added up: engines keep the parts of a sum, and there may be a million. The base is a power of two, for
  // others take twice the time.
  return [source.toString(32), destination.toString(32), sourcePort, destinationPort, protocol].join();
}
