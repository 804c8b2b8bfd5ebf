/**
 * Longer than most: all that happens to one session, in one place.
 *
 * The session identifier (SARA, section III.A): from copies of signalling packets to sessions with their flows, and to
 * what the switches are to expect. Nothing here does input or output; effects say what to do.
 */

import type { TcpSegment } from '../../wire/index.ts';
import type { Tuple } from '../sessions/index.ts';
import { announcedEntries } from './announced-entries.ts';
import { BoundedMap } from './bounded-map.ts';
import { Claims, type EntryChange } from './claims.ts';
import { type ConnectionLimits, Connections } from './connections.ts';
import {
  type End,
  type ExpectedFlow,
  flowKey,
  type Side,
  type SignallingEvent,
  type SignallingFlow,
  type SignallingProtocol,
  type Tracker,
} from './protocol.ts';
import type { SavedSession } from './saved-session.ts';
import { type NumberChange, SessionNumbers } from './session-numbers.ts';

/** A copy of a packet of a signalling flow. */
export type TappedPacket = {
  /** The number of the service. */
  readonly service: number;
  /** From the client to the server, whichever way the packet went. */
  readonly tuple: Tuple;
  readonly side: Side;
  /** The server that it goes to, or comes from; 0: not known. */
  readonly server: number;
  /** The number of a session of its flow, as the switch knows it; 0: none. */
  readonly session: number;
  readonly content:
    | { readonly kind: 'segment'; readonly segment: TcpSegment }
    | { readonly kind: 'datagram'; readonly payload: Uint8Array };
};

export type SignallingEffect =
  | EntryChange
  | NumberChange
  /** A flow that belongs to a session is with another server, or was a moment ago: it gets an entry of its own. */
  | { readonly kind: 'pin'; readonly tuple: Tuple; readonly server: number }
  /** The session of a flow is over. */
  | { readonly kind: 'end'; readonly tuple: Tuple };

/** A session, as operators see it. */
export type SignallingSession = {
  readonly number: number;
  readonly service: number;
  readonly protocol: string;
  /** What the protocol calls it. */
  readonly name: string;
  readonly client: End;
  readonly virtual: End;
  readonly server: number;
  readonly status: 'new' | 'established' | 'inactive';
  /** Seconds that it may be silent for. */
  readonly timeout: number;
  /** Seconds of the caller's clock. */
  readonly since: number;
  /** Expected, and not there yet. */
  readonly announced: readonly ExpectedFlow[];
  /** Announced flows that have come. */
  readonly secondary: readonly Tuple[];
};

export type SessionIdentifierOptions = {
  /** Whether an address is one that packets to servers have. */
  readonly isVirtual: (address: bigint) => boolean;
  /** The server that a flow is with now, if it is known. */
  readonly serverOf: (tuple: Tuple) => number | undefined;
  readonly mostSessions?: number;
  /** Entries of `announced_flows`; what would be more is left out. */
  readonly mostEntries?: number;
  /** Entries of `signalling_sessions`; likewise. */
  readonly mostNumbers?: number;
  readonly connections?: ConnectionLimits;
  /** Told of a session that is another one now, or is no more, by what `saved` knows it by. */
  readonly onChanged?: (id: string) => void;
};

export type SignallingCounts = Readonly<Record<SignallingCount, number>>;
type SignallingCount =
  | 'began'
  | 'ended'
  | 'timedOut'
  | 'announced'
  | 'confirmed'
  | 'admitted'
  | 'pinned'
  | 'withoutRoom';

type Session = {
  readonly number: number;
  readonly service: number;
  readonly key: string;
  readonly flow: SignallingFlow;
  readonly since: number;
  server: number;
  timeout: number;
  lastHeard: number;
  readonly media: Map<string, readonly ExpectedFlow[]>;
  entries: Set<string>;
  readonly confirmed: Map<string, Tuple>;
};

type Service = { readonly protocol: SignallingProtocol; readonly tracker: Tracker };

/** The data plane remembers a flow for so long by itself (docs/pipeline.md, 14), on Tofino for up to 8.6 s; seconds. */
const REMEMBERED = 9;
const MOST_REMEMBERED = 65_536;
const MOST_MEDIA = 64;
const MOST_FLOWS = 128;
const MOST_CONFIRMED = 256;

export class SessionIdentifier {
  readonly #options: SessionIdentifierOptions;
  readonly #mostSessions: number;
  readonly #mostEntries: number;
  readonly #services = new Map<number, Service>();
  readonly #sessions = new Map<string, Session>();
  readonly #byNumber = new Map<number, Session>();
  readonly #numbers: SessionNumbers;
  /** Sessions by what flows to them have in common. */
  readonly #byEnd = new Map<string, Set<Session>>();
  readonly #claims = new Claims();
  readonly #connections: Connections;
  /** Servers of signalling flows, by both ends. */
  readonly #servers = new BoundedMap<string, number>(65_536);
  /** Flows whose sessions ended a moment ago. */
  readonly #ended = new BoundedMap<string, { readonly server: number; readonly at: number }>(MOST_REMEMBERED);
  readonly #counts: Record<SignallingCount, number> = {
    began: 0,
    ended: 0,
    timedOut: 0,
    announced: 0,
    confirmed: 0,
    admitted: 0,
    pinned: 0,
    withoutRoom: 0,
  };
  #last = 0;

  constructor(options: SessionIdentifierOptions) {
    this.#options = options;
    this.#mostSessions = options.mostSessions ?? 65_536;
    this.#mostEntries = options.mostEntries ?? 16_384;
    this.#numbers = new SessionNumbers(options.mostNumbers ?? 65_536);
    this.#connections = new Connections(options.connections);
  }

  get counts(): SignallingCounts {
    return this.#counts;
  }

  /** Sessions that are there. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Entries that are wanted. */
  get entries(): number {
    return this.#claims.size;
  }

  /** All that switches are to expect. */
  expected(): IterableIterator<EntryChange> {
    return this.#claims.current();
  }

  /** Signalling flows that have a number. */
  get numbers(): number {
    return this.#numbers.size;
  }

  /** The numbers that copies of signalling flows are to have, of dispatchers and gateways alike. */
  numbered(): IterableIterator<NumberChange> {
    return this.#numbers.current();
  }

  /** Bytes of signalling that wait for more. */
  get held(): number {
    return this.#connections.held;
  }

  /** Reads these services from now on, and ends the sessions of others. */
  configure(protocols: ReadonlyMap<number, SignallingProtocol>, now: number): readonly SignallingEffect[] {
    const effects: SignallingEffect[] = [];
    for (const [service, { protocol }] of this.#services) {
      if (protocols.get(service) === protocol) continue;
      this.#services.delete(service);
      for (const session of this.#sessions.values()) {
        if (session.service === service) this.#end(session, now, effects);
      }
    }
    for (const [service, protocol] of protocols) {
      if (this.#services.has(service)) continue;
      this.#services.set(service, { protocol, tracker: protocol.makeTracker(this.#mostSessions) });
    }
    return effects;
  }

  /** A session as it is to outlive a restart; undefined: there is none. */
  saved(id: string): SavedSession | undefined {
    const session = this.#sessions.get(id);
    const of = session === undefined ? undefined : this.#services.get(session.service);
    if (session === undefined || of === undefined) return undefined;
    const { number, service, key, flow, since, server, timeout } = session;
    return {
      ...{ number, service, protocol: of.protocol.name, key, flow, since, server, timeout },
      media: [...session.media].map(([medium, flows]) => [medium, [...flows]]),
      confirmed: [...session.confirmed.values()],
      tracker: of.tracker.save(key),
    };
  }

  /**
   * Goes on with sessions that were saved, as if something had just been heard of them. The services are configured, and what is
   * `expected` afterwards is what switches are to hold.
   * @param isThere Whether a session's server is still one of its service's.
   * @returns Those that do not go on, by what `saved` knows them by.
   */
  restore(
    sessions: readonly SavedSession[],
    now: number,
    isThere: (session: SavedSession) => boolean,
  ): readonly string[] {
    const left: string[] = [];
    for (const saved of sessions) {
      const { number, service, key, flow, since, server, timeout } = saved;
      const id = `${service} ${key}`;
      const of = this.#services.get(service);
      const isOurs = of?.protocol.name === saved.protocol && !this.#sessions.has(id) && isThere(saved);
      if (!isOurs || !of.tracker.restore(key, saved.tracker)) {
        left.push(id);
        continue;
      }
      const session: Session = {
        ...{ number, service, key, flow, since, server, timeout, lastHeard: now },
        media: new Map(saved.media),
        entries: new Set(),
        confirmed: new Map(saved.confirmed.map((tuple) => [tupleText(tuple), tuple])),
      };
      this.#last = Math.max(this.#last, number);
      this.#sessions.set(id, session);
      this.#byNumber.set(number, session);
      this.#numbers.begin(flow, number);
      this.#index(session);
      this.#write(session, now, []);
    }
    return left;
  }

  /** @param now Seconds. */
  take(packet: TappedPacket, now: number): readonly SignallingEffect[] {
    const { service, tuple, side, content } = packet;
    const of = this.#services.get(service);
    if (of === undefined) return [];
    const flow = this.#numberedFlow(packet) ?? this.#flowOf(tuple, packet.server);
    const effects: SignallingEffect[] = [];
    const read = (bytes: Uint8Array, from: Side) => {
      for (const event of of.tracker.take(bytes, from, flow, now)) {
        this.#event(service, event, flow, now, effects);
      }
    };
    if (content.kind === 'datagram') read(content.payload, side);
    else {
      const { messages, isClosed } = this.#connections.take(of.protocol, flow, side, content.segment);
      for (const message of messages) read(message.bytes, message.side);
      if (isClosed) {
        for (const event of of.tracker.closed(flow)) this.#event(service, event, flow, now, effects);
      }
    }
    return effects;
  }

  /**
   * A flow has come up.
   * @param server Where it has gone.
   * @returns The session that it belongs to, and the server of that.
   */
  came(tuple: Tuple, server: number): { readonly number: number; readonly server: number } | undefined {
    const session = this.#sessionOf(tuple, server);
    if (session === undefined || session.server === 0) return undefined;
    const key = tupleText(tuple);
    if (!session.confirmed.has(key) && session.confirmed.size < MOST_CONFIRMED) {
      session.confirmed.set(key, tuple);
      this.#counts.confirmed++;
      this.#changed(session);
    }
    return { number: session.number, server: session.server };
  }

  /**
   * A packet that no entry took: before its entry was written, or from another port than was said, or another address,
   * behind a NAT.
   * @returns What lets its flow in; undefined where nobody expects it.
   */
  admit(tuple: Tuple): Extract<SignallingEffect, { kind: 'pin' }> | undefined {
    const session = this.#sessionOf(tuple) ?? this.#sessionFrom(tuple);
    if (session === undefined || session.server === 0) return undefined;
    const key = tupleText(tuple);
    if (!session.confirmed.has(key)) {
      if (session.confirmed.size >= MOST_CONFIRMED) return undefined;
      session.confirmed.set(key, tuple);
      this.#counts.admitted++;
      this.#changed(session);
    }
    return { kind: 'pin', tuple, server: session.server };
  }

  /** Whether something is expected from an address. */
  expects(address: bigint): boolean {
    return this.#byEnd.has(String(address));
  }

  /**
   * Ends what has been silent for twice its timeout (SARA, section III.A).
   * @param isActive Whether a flow has packets.
   */
  tick(now: number, isActive: (tuple: Tuple) => boolean): readonly SignallingEffect[] {
    const effects: SignallingEffect[] = [];
    for (const [service, { tracker }] of this.#services) {
      for (const event of tracker.expire(now)) {
        const session = this.#sessions.get(`${service} ${event.session}`);
        if (session === undefined) continue;
        // Nobody has said anything.
        const { lastHeard } = session;
        this.#event(service, event, session.flow, now, effects);
        session.lastHeard = lastHeard;
      }
    }
    for (const session of this.#sessions.values()) {
      if (now - session.lastHeard < session.timeout) continue;
      if ([...session.confirmed.values()].some(isActive)) {
        session.lastHeard = now;
        continue;
      }
      if (now - session.lastHeard < 2 * session.timeout) continue;
      this.#counts.timedOut++;
      this.#services.get(session.service)?.tracker.forget(session.key);
      this.#end(session, now, effects);
    }
    return effects;
  }

  /** Ends the sessions of a service with a server that is no more. */
  endServer(service: number, server: number, now: number): readonly SignallingEffect[] {
    const effects: SignallingEffect[] = [];
    for (const session of this.#sessions.values()) {
      if (session.server !== server || session.service !== service) continue;
      this.#services.get(session.service)?.tracker.forget(session.key);
      this.#end(session, now, effects);
    }
    return effects;
  }

  *sessions(now: number): IterableIterator<SignallingSession> {
    for (const session of this.#sessions.values()) {
      const secondary = [...session.confirmed.values()];
      const isSilent = now - session.lastHeard >= session.timeout;
      yield {
        number: session.number,
        service: session.service,
        protocol: this.#services.get(session.service)?.protocol.name ?? '',
        name: session.key.split('\n')[0] ?? '',
        client: session.flow.client,
        virtual: session.flow.virtual,
        server: session.server,
        status: isSilent ? 'inactive' : secondary.length > 0 ? 'established' : 'new',
        timeout: session.timeout,
        since: session.since,
        announced: [...session.media.values()]
          .flat()
          .filter((one) => !secondary.some((tuple) => takes(one, tuple))),
        secondary,
      };
    }
  }

  /** The flow of a packet whose session the switch has told, if that is right: entries may be old. */
  #numberedFlow({ service, tuple, server, session: number }: TappedPacket): SignallingFlow | undefined {
    const session = this.#byNumber.get(number);
    if (session?.service !== service || !isBetween(session.flow, tuple)) return undefined;
    const known = server === 0 ? session.server : server;
    if (known === 0) return undefined;
    return session.flow.server === known ? session.flow : { ...session.flow, server: known };
  }

  #flowOf(tuple: Tuple, told: number): SignallingFlow {
    const ends = {
      client: { address: tuple.source, port: tuple.sourcePort },
      virtual: { address: tuple.destination, port: tuple.destinationPort },
      protocol: tuple.protocol,
    };
    const key = flowKey(ends);
    const server = told !== 0 ? told : (this.#servers.get(key) ?? this.#options.serverOf(tuple) ?? 0);
    if (server !== 0) this.#servers.set(key, server);
    return { ...ends, server };
  }

  #event(
    service: number,
    event: SignallingEvent,
    flow: SignallingFlow,
    now: number,
    effects: SignallingEffect[],
  ): void {
    const id = `${service} ${event.session}`;
    const session = this.#sessions.get(id);
    if (session !== undefined || event.kind === 'began') this.#options.onChanged?.(id);
    if (session !== undefined) {
      session.lastHeard = now;
      if (session.server === 0 && flow.server !== 0) {
        session.server = flow.server;
        this.#write(session, now, effects);
      }
    }
    switch (event.kind) {
      case 'began':
        if (session !== undefined) this.#end(session, now, effects);
        this.#begin(id, service, event.session, event.timeout, flow, now, effects);
        return;
      case 'announced':
        if (session !== undefined) this.#announce(session, event.medium, event.flows, now, effects);
        return;
      case 'timeout':
        if (session !== undefined) session.timeout = event.seconds;
        return;
      case 'ended':
        if (session !== undefined) this.#end(session, now, effects);
        return;
      case 'active':
        return;
    }
  }

  #begin(
    id: string,
    service: number,
    key: string,
    timeout: number,
    flow: SignallingFlow,
    now: number,
    effects: SignallingEffect[],
  ): void {
    this.#counts.began++;
    do this.#last = (this.#last % 0xffff_fffe) + 1;
    while (this.#byNumber.has(this.#last));
    const session: Session = {
      number: this.#last,
      service,
      key,
      flow,
      since: now,
      server: flow.server,
      timeout,
      lastHeard: now,
      media: new Map(),
      entries: new Set(),
      confirmed: new Map(),
    };
    this.#sessions.set(id, session);
    this.#byNumber.set(session.number, session);
    effects.push(...this.#numbers.begin(flow, session.number));
  }

  #announce(
    session: Session,
    medium: string,
    flows: readonly ExpectedFlow[],
    now: number,
    effects: SignallingEffect[],
  ): void {
    // What goes to other addresses does not come by us.
    const ours = flows
      .slice(0, MOST_FLOWS)
      .filter(({ virtualAddress }) => this.#options.isVirtual(virtualAddress));
    this.#unindex(session);
    if (ours.length === 0) session.media.delete(medium);
    else if (session.media.size < MOST_MEDIA || session.media.has(medium)) session.media.set(medium, ours);
    this.#index(session);
    this.#counts.announced += ours.length;
    this.#write(session, now, effects);
  }

  /** What the switches are to expect of a session, as far as they do not. */
  #write(session: Session, now: number, effects: SignallingEffect[]): void {
    if (session.server === 0) return;
    const all = [...session.media.values()].flat();
    const wanted = announcedEntries(all);
    for (const [key, entry] of wanted) {
      if (session.entries.has(key)) continue;
      if (this.#claims.size >= this.#mostEntries) {
        this.#counts.withoutRoom++;
        continue;
      }
      session.entries.add(key);
      effects.push(...this.#claims.claim(session.number, session.server, entry));
    }
    for (const key of session.entries) {
      if (wanted.has(key)) continue;
      session.entries.delete(key);
      effects.push(...this.#claims.release(session.number, key));
    }
    for (const one of all) {
      const tuple = wholeTuple(one);
      if (tuple === undefined || session.confirmed.has(tupleText(tuple))) continue;
      const ended = this.#ended.get(tupleText(tuple));
      const was =
        this.#options.serverOf(tuple) ??
        (ended !== undefined && now - ended.at < REMEMBERED ? ended.server : undefined);
      if (was === undefined || was === session.server) continue;
      this.#counts.pinned++;
      session.confirmed.set(tupleText(tuple), tuple);
      effects.push({ kind: 'pin', tuple, server: session.server });
    }
  }

  #changed({ service, key }: Session): void {
    this.#options.onChanged?.(`${service} ${key}`);
  }

  #end(session: Session, now: number, effects: SignallingEffect[]): void {
    this.#counts.ended++;
    this.#changed(session);
    this.#unindex(session);
    this.#sessions.delete(`${session.service} ${session.key}`);
    this.#byNumber.delete(session.number);
    effects.push(...this.#numbers.end(session.flow, session.number));
    for (const key of session.entries) effects.push(...this.#claims.release(session.number, key));
    for (const [key, tuple] of session.confirmed) {
      this.#ended.set(key, { server: session.server, at: now });
      // The same ends may be another session's by now.
      if (this.#sessionOf(tuple)?.confirmed.has(key) !== true) effects.push({ kind: 'end', tuple });
    }
  }

  /** @param server Where it is: of sessions that it may belong to, one of that server has it. */
  #sessionOf(tuple: Tuple, server?: number): Session | undefined {
    const { source, destinationPort } = tuple;
    const exact = this.#byEnd.get(`${source} ${destinationPort}`) ?? [];
    let best: { readonly session: Session; readonly rank: number } | undefined;
    for (const session of [...exact, ...(this.#byEnd.get(`${source} *`) ?? [])]) {
      for (const one of [...session.media.values()].flat()) {
        const rank = rankFor(one, tuple) + (session.server === server ? 1 : 0);
        if (rank > 1 && rank > (best?.rank ?? 0)) best = { session, rank };
      }
    }
    return best?.session;
  }

  /**
   * The session that a flow is of which comes from where its signalling comes from, to a port that it expects something at. Where
   * there are several, those that lack the flow are before others, and the last one is.
   */
  #sessionFrom(tuple: Tuple): Session | undefined {
    const { source, destinationPort } = tuple;
    let best: { readonly session: Session; readonly isLacking: boolean } | undefined;
    for (const session of this.#byEnd.get(`${source} ${destinationPort}`) ?? []) {
      if (session.flow.client.address !== source) continue;
      const confirmed = [...session.confirmed.values()];
      for (const one of [...session.media.values()].flat()) {
        if (!takes({ ...one, clientAddress: undefined, clientPort: undefined }, tuple)) continue;
        const isLacking = !confirmed.some((other) => other.destinationPort === destinationPort);
        if (isLacking || best?.isLacking !== true) best = { session, isLacking };
      }
    }
    return best?.session;
  }

  #index(session: Session): void {
    for (const key of endsOf(session)) {
      const there = this.#byEnd.get(key);
      if (there === undefined) this.#byEnd.set(key, new Set([session]));
      else there.add(session);
    }
  }

  #unindex(session: Session): void {
    for (const key of endsOf(session)) {
      const there = this.#byEnd.get(key);
      there?.delete(session);
      if (there?.size === 0) this.#byEnd.delete(key);
    }
  }
}

/** Whether a flow has these ends. */
function isBetween({ client, virtual, protocol }: SignallingFlow, tuple: Tuple): boolean {
  return (
    client.port === tuple.sourcePort &&
    client.address === tuple.source &&
    virtual.port === tuple.destinationPort &&
    virtual.address === tuple.destination &&
    protocol === tuple.protocol
  );
}

/** How well a flow is what a session expects; 0: it is not. */
function rankFor(one: ExpectedFlow, tuple: Tuple): number {
  return takes(one, tuple) ? (one.clientPort === undefined ? 2 : 4) : 0;
}

/** The addresses that flows of a session may come from, with the ports that they go to, and without. */
function endsOf({ flow, media }: Session): ReadonlySet<string> {
  const ends = new Set<string>();
  const own = flow.client.address;
  const near = String(own);
  for (const flows of media.values()) {
    for (const { clientAddress = own, virtualPort = '*' } of flows) {
      ends.add(`${near} ${virtualPort}`);
      ends.add(near);
      if (clientAddress === own) continue;
      ends.add(`${clientAddress} ${virtualPort}`);
      ends.add(String(clientAddress));
    }
  }
  return ends;
}

function takes(one: ExpectedFlow, tuple: Tuple): boolean {
  return (
    one.protocol === tuple.protocol &&
    one.virtualAddress === tuple.destination &&
    (one.virtualPort === undefined || one.virtualPort === tuple.destinationPort) &&
    (one.clientAddress === undefined || one.clientAddress === tuple.source) &&
    (one.clientPort === undefined || one.clientPort === tuple.sourcePort)
  );
}

/** A flow of which both ends are known. */
function wholeTuple(flow: ExpectedFlow): Tuple | undefined {
  const { clientAddress, clientPort, virtualAddress, virtualPort, protocol } = flow;
  if (clientAddress === undefined || clientPort === undefined || virtualPort === undefined) return undefined;
  return {
    source: clientAddress,
    destination: virtualAddress,
    sourcePort: clientPort,
    destinationPort: virtualPort,
    protocol,
  };
}

function tupleText({ source, destination, sourcePort, destinationPort, protocol }: Tuple): string {
  return `${source.toString(32)},${sourcePort},${destination.toString(32)},${destinationPort},${protocol}`;
}
