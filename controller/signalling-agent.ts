/**
 * The session identifier at work: copies of signalling packets in, entries of the switches out, and time; and the store by which
 * sessions outlive the controller.
 */

import { join } from 'node:path';
import type { Logger } from 'pino';
import { PROTOCOL_TCP, parseLinkAddress, parseTcp, uint16 } from '../wire/index.ts';
import { type NetworkPacket, readNetworkPacket } from './answers/index.ts';
import type { Config, ServiceConfig } from './config/index.ts';
import type { ManagedSwitch, Punt } from './managed-switch.ts';
import {
  announcedFlowEntity,
  type MediaService,
  mediaServices,
  type Numbers,
  protocolNumber,
  serverKey,
  signallingSessionEntity,
  tableAddress,
  wholeIpv6,
} from './pipeline/index.ts';
import { openRecordStore, type RecordStore } from './record-store.ts';
import { type Tuple, turnTuple } from './sessions/index.ts';
import {
  formatSession,
  type NumberChange,
  PROTOCOLS,
  parseSession,
  type SavedSession,
  SessionIdentifier,
  type SignallingEffect,
  type SignallingSession,
  type TappedPacket,
} from './signalling/index.ts';
import type { Change } from './switches/index.ts';
import { transportOf, tupleOfPacket } from './tuple-of-packet.ts';

const TICK_MS = 1000;

/** Packets of one flow that wait for its entry. */
const MOST_WAITING = 32;

export type SignallingAgentOptions = {
  readonly log: Logger;
  readonly numbers: Numbers;
  /** How many entries the switches have room for: of `announced_flows`, and of `signalling_sessions`. */
  readonly room: { readonly announcedFlows: number; readonly numbers: number };
  /** Milliseconds. */
  readonly now: () => number;
  readonly switches: () => readonly ManagedSwitch[];
  /** Sends a packet through the pipeline again, a moment later. */
  readonly later: (from: ManagedSwitch, punt: Punt) => void;
};

/** What it has done, and what it keeps. */
export type SignallingStatus = {
  readonly sessions: number;
  /** Entries of `announced_flows`. */
  readonly entries: number;
  /** Bytes of signalling that wait for more. */
  readonly heldBytes: number;
  readonly events: Readonly<Record<string, number>>;
};

export class SignallingAgent {
  readonly #options: SignallingAgentOptions;
  readonly #identifier: SessionIdentifier;
  readonly #timer: NodeJS.Timeout;
  #virtual = new Set<bigint>();
  #services = new Map<number, ServiceConfig>();
  #media = new Map<number, MediaService>();
  /** Names of servers, by port and link-layer address. */
  #links = new Map<string, string>();
  #unread = 0;
  /** Packets of flows whose entries are being written. */
  readonly #admitting = new Map<string, Punt[]>();
  #onWritten: (seconds: number) => void = () => {};
  #store: RecordStore | undefined;
  /** What an earlier controller has saved, until the services are known. */
  #saved: readonly SavedSession[] = [];
  /** Sessions that are not saved as they are. */
  readonly #changed = new Set<string>();
  #saving: Promise<void> | undefined;

  constructor(options: SignallingAgentOptions) {
    this.#options = options;
    this.#identifier = new SessionIdentifier({
      isVirtual: (address) => this.#virtual.has(address),
      serverOf: (tuple) => this.#flowOf(tuple)?.server,
      mostEntries: options.room.announcedFlows,
      mostNumbers: options.room.numbers,
      onChanged: (id) => {
        this.#changed.add(id);
        if (this.#store !== undefined) this.#saving ??= this.#save(this.#store);
      },
    });
    this.#timer = setInterval(() => {
      this.#apply(
        this.#identifier.tick(this.#seconds(), (tuple) => {
          const status = this.#flowOf(tuple)?.status;
          return status === 'new' || status === 'established';
        }),
      );
    }, TICK_MS).unref();
  }

  /**
   * Opens the store and reads what an earlier controller knew; sessions go on when the configuration is there.
   * @throws Error where the store cannot be used.
   */
  async open(state: string): Promise<void> {
    const { log, now } = this.#options;
    const { store, values, problems } = await openRecordStore({
      directory: join(state, 'signalling'),
      now: Math.round(now()),
      parse: parseSession,
      ifLost: 'sessions of signalling that had begun are not known any more',
    });
    for (const problem of problems) log.warn(problem);
    this.#store = store;
    this.#saved = values;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#saving;
    await this.#store?.close();
    this.#store = undefined;
  }

  /** Writes sessions that have changed, as long as there are any. */
  async #save(store: RecordStore): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#changed.size > 0) {
      const ids = [...this.#changed];
      this.#changed.clear();
      const changes = ids.map((key) => {
        const session = this.#identifier.saved(key);
        return { key, text: session === undefined ? undefined : formatSession(session) };
      });
      await store.write(changes).catch((problem: unknown) => {
        this.#options.log.error({ err: problem }, 'sessions cannot be stored; a restart will forget them');
      });
    }
    this.#saving = undefined;
  }

  /** Sessions of an earlier controller go on, with those services that are still there. */
  #restore(): void {
    if (this.#saved.length === 0) return;
    const { log, numbers } = this.#options;
    const servers = new Map(
      [...this.#services].map(([number, service]) => [
        number,
        new Set([0, ...service.servers.map((name) => numbers.servers.of(serverKey(service, name)))]),
      ]),
    );
    const isThere = ({ service, server }: SavedSession) => servers.get(service)?.has(server) === true;
    const left = this.#identifier.restore(this.#saved, this.#seconds(), isThere);
    log.info(
      { sessions: this.#saved.length - left.length, ended: left.length },
      'sessions of signalling go on',
    );
    this.#saved = [];
    for (const id of left) this.#changed.add(id);
    if (this.#store !== undefined && left.length > 0) this.#saving ??= this.#save(this.#store);
  }

  /** Takes a configuration over; its names have their numbers. */
  configure(config: Config): void {
    const { numbers } = this.#options;
    this.#virtual = new Set(config.services.map(({ address }) => wholeIpv6(tableAddress(address))));
    this.#services = new Map(config.services.map((service) => [numbers.services.of(service.name), service]));
    this.#media = new Map(mediaServices(config).map((media) => [numbers.services.of(media.name), media]));
    this.#links = new Map(
      config.servers.map((server) => [
        linkKey(server.port, parseLinkAddress(server['link-address']) ?? new Uint8Array()),
        server.name,
      ]),
    );
    const protocols = new Map(
      [...this.#services].flatMap(([number, { signalling }]) =>
        signalling === 'none' ? [] : [[number, PROTOCOLS[signalling]] as const],
      ),
    );
    this.#apply(this.#identifier.configure(protocols, this.#seconds()));
    this.#restore();
  }

  get status(): SignallingStatus {
    const { size, entries, held, counts } = this.#identifier;
    return { sessions: size, entries, heldBytes: held, events: { ...counts, unread: this.#unread } };
  }

  sessions(): IterableIterator<SignallingSession> {
    return this.#identifier.sessions(this.#seconds());
  }

  /** The service for what is announced at an address. */
  mediaService(number: number): MediaService | undefined {
    return this.#media.get(number);
  }

  /** The number of the service that takes a flow which no other one takes. */
  mediaNumber({ destination, protocol }: Tuple): number | undefined {
    for (const [number, media] of this.#media) {
      if (media.protocol === protocol && wholeIpv6(tableAddress(media.address)) === destination)
        return number;
    }
    return undefined;
  }

  /** Told how long it took from a copy of a packet to the entries that it gave, in seconds. */
  observe(onWritten: (seconds: number) => void): void {
    this.#onWritten = onWritten;
  }

  /** A copy of a packet of a signalling flow. */
  receive(punt: Punt): void {
    const packet = this.#tapped(punt);
    if (packet === undefined) {
      this.#unread++;
      return;
    }
    const effects = this.#identifier.take(packet, this.#seconds());
    if (effects.length === 0) return;
    const begin = performance.now();
    void this.#apply(effects).then(() => this.#onWritten((performance.now() - begin) / 1000));
  }

  /** A packet to a media service that no entry took: it goes on when there is one, if it belongs to a session. */
  early(from: ManagedSwitch, punt: Punt): void {
    const found = readNetworkPacket(punt.bytes);
    const tuple = found === undefined ? undefined : tupleOfPacket(found);
    if (tuple === undefined) return;
    const effect = this.#identifier.admit(tuple);
    if (effect === undefined) {
      // Its announcement may be on its way.
      if (this.#identifier.expects(tuple.source)) this.#options.later(from, punt);
      return;
    }
    const key = JSON.stringify([from.name, ...Object.values(tuple).map(String)]);
    const waiting = this.#admitting.get(key);
    if (waiting !== undefined) {
      if (waiting.length < MOST_WAITING) waiting.push(punt);
      return;
    }
    const packets = [punt];
    this.#admitting.set(key, packets);
    void this.#apply([effect]).then(() => {
      this.#admitting.delete(key);
      // Without an entry they would only come back.
      if (from.flows.find(tuple) === undefined) return;
      for (const one of packets) this.#options.later(from, one);
    });
  }

  /** A flow has come up with a server: its session's, if it belongs to one. */
  ownerOf(tuple: Tuple, server: number): { readonly server: number } | undefined {
    return this.#identifier.size === 0 ? undefined : this.#identifier.came(tuple, server);
  }

  /** Ends the sessions of a service with a server that is gone. */
  endServer(service: number, server: number): void {
    void this.#apply(this.#identifier.endServer(service, server, this.#seconds()));
  }

  /** What a switch that is new is to hold. */
  entities({ isDispatcher }: ManagedSwitch): readonly Change[] {
    return [...(isDispatcher ? this.#identifier.expected() : []), ...this.#identifier.numbered()].map(
      changeOf,
    );
  }

  #seconds(): number {
    return this.#options.now() / 1000;
  }

  #flowOf(tuple: Tuple) {
    for (const { flows } of this.#options.switches()) {
      const flow = flows.find(tuple);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  #tapped(punt: Punt): TappedPacket | undefined {
    const service = this.#services.get(punt.service);
    const found = readNetworkPacket(punt.bytes);
    const there = found === undefined ? undefined : tupleOfPacket(found);
    if (service === undefined || found === undefined || there === undefined) return undefined;
    const isInbound =
      there.destination === wholeIpv6(tableAddress(service.address)) &&
      there.destinationPort === service.port &&
      there.protocol === protocolNumber(service);
    const content = contentOf(found);
    if (content === undefined) return undefined;
    return {
      service: punt.service,
      tuple: isInbound ? there : turnTuple(there),
      side: isInbound ? 'client' : 'server',
      server: isInbound ? punt.server : this.#senderOf(punt, found, service),
      session: punt.session,
      content,
    };
  }

  /** The server that has sent a packet, by the link that it came by; 0: it cannot be told. */
  #senderOf(punt: Punt, { ethernet }: NetworkPacket, service: ServiceConfig): number {
    const name = this.#links.get(linkKey(punt.port, ethernet.source));
    if (name === undefined || !service.servers.includes(name)) return 0;
    return this.#options.numbers.servers.of(serverKey(service, name));
  }

  async #apply(effects: readonly SignallingEffect[]): Promise<void> {
    if (effects.length === 0) return;
    const switches = this.#options.switches();
    const dispatchers = switches.filter(({ isDispatcher }) => isDispatcher);
    const written = dispatchers.map((one) => this.#applyTo(one, effects));
    // Behind what media waits for.
    const numbers = effects.filter(isOfNumber).map(changeOf);
    if (numbers.length > 0) for (const one of switches) void one.expect(numbers, 'session of signalling');
    await Promise.all(written);
  }

  async #applyTo(one: ManagedSwitch, effects: readonly SignallingEffect[]): Promise<void> {
    const waiting: Promise<unknown>[] = [];
    const changes: Change[] = [];
    for (const effect of effects) {
      switch (effect.kind) {
        case 'expect':
        case 'expect-no-more':
          changes.push(changeOf(effect));
          break;
        case 'number':
        case 'number-no-more':
          break;
        case 'pin': {
          const { tuple, server } = effect;
          const service = one.flows.find(tuple)?.service ?? this.mediaNumber(tuple);
          if (service !== undefined)
            waiting.push(one.takeAndWait({ kind: 'pinned', tuple, service, server }));
          break;
        }
        case 'end':
          waiting.push(one.takeAndWait({ kind: 'ended', tuple: effect.tuple }));
          break;
      }
    }
    await Promise.all([one.expect(changes, 'announced flow'), ...waiting]);
  }
}

function changeOf(effect: Exclude<SignallingEffect, { readonly tuple: unknown }>): Change {
  switch (effect.kind) {
    case 'expect':
      return { kind: 'set', entity: announcedFlowEntity(effect.entry, effect.server) };
    case 'expect-no-more':
      return { kind: 'remove', entity: announcedFlowEntity(effect.entry) };
    case 'number':
      return { kind: 'set', entity: signallingSessionEntity(effect.flow, effect.session) };
    case 'number-no-more':
      return { kind: 'remove', entity: signallingSessionEntity(effect.flow) };
  }
}

function isOfNumber(effect: SignallingEffect): effect is NumberChange {
  return effect.kind === 'number' || effect.kind === 'number-no-more';
}

function linkKey(port: number, link: Uint8Array): string {
  return `${port} ${Buffer.from(link).toString('hex')}`;
}

/** What a packet carries; the first fragment of a datagram counts as far as it goes. */
function contentOf(found: NetworkPacket): TappedPacket['content'] | undefined {
  const { protocol, bytes, at, end } = transportOf(found);
  if (protocol === PROTOCOL_TCP) {
    const segment = parseTcp(bytes, at, end);
    return segment.ok ? { kind: 'segment', segment: segment.value } : undefined;
  }
  if (at + 8 > end) return undefined;
  const length = Math.max(8, uint16(bytes, at + 4));
  return { kind: 'datagram', payload: bytes.subarray(at + 8, Math.min(end, at + length)) };
}
