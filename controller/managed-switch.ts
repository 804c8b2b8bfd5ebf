/** One switch of the controller: its keeper, its flows, and what it hands over. */

import { EntityError } from '../p4runtime/errors.ts';
import type { Entity, ForwardingPipelineConfig, PacketIn } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { parseLinkAddress } from '../wire/index.ts';
import type { AnswerContext, FrameToSend, PuntedFrame } from './answers/index.ts';
import type { Config, SwitchConfig } from './config/index.ts';
import {
  type Decisions,
  decidedEntities,
  desiredEntities,
  enums,
  type FlowCollisions,
  flowCollisions,
  flowEntity,
  type Numbers,
  packets,
  rankOf,
  readFlow,
  readReports,
  serverEntities,
} from './pipeline/index.ts';
import {
  type Flow,
  type FlowEffect,
  type FlowEvent,
  type FlowPlace,
  FlowTable,
  type Tuple,
} from './sessions/index.ts';
import {
  type Change,
  type ChangeOutcome,
  changesBetween,
  holdsSame,
  identify,
  type KeyedEntities,
  keyed,
  SwitchKeeper,
  type SwitchReach,
  type SwitchStanding,
} from './switches/index.ts';

/** A packet that the switch handed over, and why. */
export type Punt = PuntedFrame & {
  readonly reason: number;
  readonly service: number;
  readonly server: number;
  readonly auxiliary: number;
  readonly session: number;
};

type PacketInFields = ReturnType<typeof packets.packet_in>;

/** What a switch needs of the controller around it. */
export type Surroundings = {
  readonly numbers: Numbers;
  /** The service of a flow's far end: its number and idle timeout in seconds. */
  readonly serviceOf: (tuple: Tuple) => { readonly number: number; readonly idleTimeout: number } | undefined;
  /**
   * The server of a flow that the switch has taken for another one, and sent to that one's server: the same, where it is
   * one of the service's, or a member.
   */
  readonly settle: (service: number, server: number) => number | undefined;
  /** The server of the session that has announced a flow, if one has. */
  readonly ownerOf: (tuple: Tuple, server: number) => { readonly server: number } | undefined;
  /** Seconds, by the number of a service. */
  readonly idleTimeout: (service: number) => number;
  readonly now: () => number;
  readonly onPunt: (from: ManagedSwitch, punt: Punt) => void;
  readonly onStanding: (of: ManagedSwitch, standing: SwitchStanding) => void;
  /** Flows that were told of, by what was told. */
  readonly onReport: (
    of: ManagedSwitch,
    event: 'learned' | 'opened' | 'closed' | 'idle' | 'collided',
  ) => void;
  /** A change that the switch refused. */
  readonly onRefusal: (of: ManagedSwitch, what: string, message: string) => void;
  /** The server for a flow that has one: another, where that one is dead or none of the service's; undefined: none. */
  readonly serverFor: (service: number, server: number) => number | undefined;
};

export type ManagedSwitchOptions = {
  readonly config: SwitchConfig;
  readonly reach: SwitchReach;
  readonly pipeline: ForwardingPipelineConfig;
  readonly surroundings: Surroundings;
};

export class ManagedSwitch {
  readonly name: string;
  readonly keeper: SwitchKeeper;
  readonly flows: FlowTable;
  #config: SwitchConfig;
  /** What the configuration gave, by key; what the switch refused is not in it, so that it is tried again with the next one. */
  #configured = new Map<string, Entity>();
  /** What is decided about its services, in the same way. */
  #decided = new Map<string, Entity>();
  /** How it reaches servers, by their names. */
  #servers: ReadonlyMap<string, readonly Entity[]> = new Map();
  readonly #unreachable = new Set<string>();
  /** The last change of what is decided. */
  #deciding: Promise<void> = Promise.resolve();
  readonly #collisions: FlowCollisions | undefined;
  readonly #surroundings: Surroundings;
  readonly #packetFields = new WeakMap<PacketIn['metadata'], PacketInFields>();

  constructor(options: ManagedSwitchOptions) {
    const { surroundings } = options;
    this.#config = options.config;
    this.name = options.config.name;
    this.#surroundings = surroundings;
    const { p4info } = options.pipeline;
    this.#collisions = p4info === undefined ? undefined : flowCollisions(p4info);
    this.flows = new FlowTable(surroundings.idleTimeout, this.#collisions !== undefined);
    this.keeper = new SwitchKeeper({
      ...options.reach,
      pipeline: options.pipeline,
      rank: rankOf,
      adopts: (entity) => this.#adopt(entity),
      onStanding: (standing) => surroundings.onStanding(this, standing),
      onPacketIn: (packet) => this.#packetIn(packet),
      onDigests: (list) => {
        const effects: FlowEffect[] = [];
        for (const report of readReports(list) ?? []) {
          const { event, service, server } = report;
          const tuple = tupleOf(report);
          surroundings.onReport(this, event);
          if (event === 'opened') effects.push(...this.#opened(tuple, service, server));
          else if (event === 'learned') effects.push(...this.#learned(tuple, service, server));
          else effects.push(...this.flows.take({ kind: event, tuple }, surroundings.now()));
        }
        void this.#perform(effects);
      },
      onIdle: ({ tableEntry }) => {
        const effects: FlowEffect[] = [];
        for (const value of tableEntry) {
          const found = this.#read({ entity: { $case: 'tableEntry', value } });
          if (found === undefined) continue;
          surroundings.onReport(this, 'idle');
          const idle = { kind: 'idle', tuple: tupleOf(found.flow), place: found.place } as const;
          effects.push(...this.flows.take(idle, surroundings.now()));
        }
        void this.#perform(effects);
      },
    });
  }

  get config(): SwitchConfig {
    return this.#config;
  }

  /** Whether sessions are kept here. */
  get isDispatcher(): boolean {
    return this.#config.role !== 'gateway';
  }

  /** Wants what a configuration and what was decided give, and nothing that an earlier one gave beside. */
  async configure(config: Config, own: SwitchConfig, decisions: Decisions): Promise<void> {
    this.#config = own;
    const { numbers } = this.#surroundings;
    this.#servers = this.isDispatcher ? serverEntities(config, own, numbers) : new Map();
    this.#unreachable.clear();
    for (const name of this.#servers.keys()) if (!decisions.isReachable(name)) this.#unreachable.add(name);
    const servers = [...this.#servers].flatMap(([name, entities]) =>
      this.#unreachable.has(name) ? [] : entities,
    );
    const wanted = keyed([...desiredEntities(config, own, numbers), ...servers]);
    const decided = this.#decidedBy(config, decisions);
    await Promise.all([
      this.#changeTo('configuration', this.#configured, wanted),
      this.#changeTo('configuration', this.#decided, decided),
    ]);
  }

  /** Wants what is decided now; nothing that is the same is written. */
  decide(config: Config, decisions: Decisions): Promise<void> {
    const deciding = this.#changeTo('decision', this.#decided, this.#decidedBy(config, decisions));
    this.#deciding = Promise.all([this.#deciding, deciding]).then(() => {});
    return deciding;
  }

  /** Done when the switch has what was decided until now, or cannot be written to. */
  get decided(): Promise<void> {
    return this.#deciding;
  }

  /** Lets packets go on to a server, or no more. */
  reach(server: string, isReachable: boolean): Promise<void> {
    if (isReachable === !this.#unreachable.has(server)) return Promise.resolve();
    const wanted = new Map(this.#configured);
    for (const [key, entity] of keyed(this.#servers.get(server) ?? [])) {
      if (isReachable) wanted.set(key, entity);
      else wanted.delete(key);
    }
    if (isReachable) this.#unreachable.delete(server);
    else this.#unreachable.add(server);
    return this.#changeTo('server', this.#configured, wanted);
  }

  /** What becomes of the flows of servers that are gone, by their numbers; done when the switch has what follows. */
  async release(
    servers: ReadonlySet<number>,
    fateOf: (flow: Flow) => 'end' | 'keep' | number,
  ): Promise<void> {
    const effects = this.flows.release(servers, fateOf, this.#surroundings.now());
    await this.#perform(effects);
  }

  #decidedBy(config: Config, decisions: Decisions): KeyedEntities {
    return keyed(this.isDispatcher ? decidedEntities(config, this.#surroundings.numbers, decisions) : []);
  }

  /** Takes an event of a flow, and does to the switch what follows. */
  take(event: FlowEvent): void {
    void this.#perform(this.flows.take(event, this.#surroundings.now()));
  }

  /** The same, done when the switch has what follows. */
  async takeAndWait(event: FlowEvent): Promise<void> {
    await this.#perform(this.flows.take(event, this.#surroundings.now()));
  }

  /** Changes what it is to expect of signalling. @param what What entries are called that it refuses. */
  async expect(changes: readonly Change[], what: string): Promise<void> {
    await this.#changeAll(what, changes);
  }

  /** Forgets flows of services that are no more. */
  forget(isGone: (service: number) => boolean): void {
    void this.#perform(this.flows.forget(({ service }) => isGone(service)));
  }

  /** Sends a frame; false where the switch cannot be reached. */
  send({ port, bytes, process = false }: FrameToSend): boolean {
    return this.keeper.sendPacket(bytes, { port, process: process ? 1 : 0, pad: 0 });
  }

  /** Its own link-layer address on a port; undefined: it has none there. */
  linkAddress(port: number): Uint8Array | undefined {
    const found = this.#config.ports.find(({ number }) => number === port);
    return found === undefined ? undefined : parseLinkAddress(found['link-address']);
  }

  /** What answers to its packets need to know. */
  answerContext(
    isVirtual: AnswerContext['isVirtual'],
    own: readonly Uint8Array[],
    careOfAddress: AnswerContext['careOfAddress'],
  ): AnswerContext {
    const isOwn = (address: Uint8Array) => own.some((one) => Buffer.compare(one, address) === 0);
    return {
      linkAddress: (port) => this.linkAddress(port),
      careOfAddress,
      isVirtual,
      isOurs: (address) => isVirtual(address) || isOwn(address),
      ownAddress: (family) => own.find(({ length }) => length === (family === 6 ? 16 : 4)),
    };
  }

  /** Packets that come together share their lists of fields. */
  #fieldsOf(packet: PacketIn): PacketInFields {
    const { metadata } = packet;
    const known = this.#packetFields.get(metadata);
    if (known !== undefined) return known;
    const fields = packets.packet_in(packet);
    this.#packetFields.set(metadata, fields);
    return fields;
  }

  #packetIn(packet: PacketIn): void {
    let fields: PacketInFields;
    try {
      fields = this.#fieldsOf(packet);
    } catch (problem) {
      if (!(problem instanceof EntityError)) throw problem;
      this.#surroundings.onRefusal(this, 'packet', `it handed over what is no packet_in: ${problem.message}`);
      return;
    }
    this.#surroundings.onPunt(this, {
      port: fields.ingress_port,
      bytes: packet.payload,
      reason: fields.reason,
      service: fields.service,
      server: fields.server,
      auxiliary: fields.auxiliary,
      session: fields.session,
    });
  }

  /** Sessions that an earlier controller put there go on. */
  #adopt(entity: Entity): boolean {
    const found = this.#read(entity);
    if (found === undefined || !this.isDispatcher) return false;
    const { flow, place } = found;
    const tuple = tupleOf(flow);
    const service = this.#surroundings.serviceOf(tuple);
    if (service === undefined) return false;
    // What goes to a server that is none of its service's any more begins anew.
    if (this.#surroundings.serverFor(service.number, flow.server) !== flow.server) return false;
    // One entry is enough.
    if ((this.flows.find(tuple)?.place ?? place) !== place) return false;
    const adopted = { kind: 'adopted', tuple, place, service: service.number, server: flow.server } as const;
    const isAnnounced = this.#surroundings.ownerOf(tuple, flow.server)?.server === flow.server;
    this.take(isAnnounced ? { ...adopted, identity: 'secondary' } : adopted);
    return true;
  }

  /** What signalling has announced is its session's server's, wherever it went first. */
  #learned(tuple: Tuple, service: number, server: number): readonly FlowEffect[] {
    const now = this.#surroundings.now();
    const owner = this.#surroundings.ownerOf(tuple, server);
    if (owner !== undefined) {
      const event = { kind: 'learned', tuple, service, server: owner.server, identity: 'secondary' } as const;
      return this.flows.take(event, now);
    }
    const settled = this.#surroundings.serverFor(service, server);
    return settled === undefined
      ? []
      : this.flows.take({ kind: 'learned', tuple, service, server: settled }, now);
  }

  /** A SYN that hit an entry: where the flow has none itself, the switch has taken it for another one. */
  #opened(tuple: Tuple, service: number, server: number): readonly FlowEffect[] {
    const now = this.#surroundings.now();
    if (this.#collisions === undefined || this.flows.find(tuple) !== undefined) {
      return this.flows.take({ kind: 'opened', tuple, service, server }, now);
    }
    const settled = this.#surroundings.settle(service, server);
    if (settled === undefined) return [];
    this.#surroundings.onReport(this, 'collided');
    return this.flows.take({ kind: 'opened', tuple, service, server: settled }, now);
  }

  /** An entry of a flow, of either table. */
  #read(entity: Entity) {
    const flow = readFlow(entity);
    if (flow !== undefined) return { flow, place: 'flows' } as const;
    const exact = this.#collisions?.read(entity);
    return exact === undefined ? undefined : ({ flow: exact, place: 'collisions' } as const);
  }

  #entityOf(place: FlowPlace, tuple: Tuple, server?: number, idleTimeout?: number): Entity {
    const make = place === 'collisions' ? this.#collisions?.entity : undefined;
    return (make ?? flowEntity)(tuple, server, idleTimeout);
  }

  /** Does to the switch what follows of events; done when it has it. Changes go in one request where they fit. */
  async #perform(effects: readonly FlowEffect[]): Promise<void> {
    if (effects.length === 0) return;
    const asking: Promise<void>[] = [];
    const changes: Change[] = [];
    const flows: (Flow | undefined)[] = [];
    for (const effect of effects) {
      if (effect.kind === 'ask') {
        asking.push(this.#ask(effect.tuple, effect.place));
        continue;
      }
      if (effect.kind === 'remove') {
        changes.push({ kind: 'remove', entity: this.#entityOf(effect.place, effect.tuple) });
        flows.push(undefined);
        continue;
      }
      const { tuple, server, service, place } = effect.flow;
      const idleTimeout = this.#surroundings.idleTimeout(service);
      changes.push({ kind: 'set', entity: this.#entityOf(place, tuple, server, idleTimeout) });
      flows.push(effect.flow);
    }
    const outcomes = await this.keeper.changeAll(changes);
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === 'refused') await this.#refused(flows[index], outcome.message);
    }
    await Promise.all(asking);
  }

  /** The switch did not take an entry, or did not take one away. */
  async #refused(flow: Flow | undefined, message: string): Promise<void> {
    if (flow !== undefined && this.#collisions !== undefined && flow.place === 'flows') {
      this.#surroundings.onReport(this, 'collided');
    } else this.#surroundings.onRefusal(this, 'flow', message);
    if (flow !== undefined) await this.takeAndWait({ kind: 'refused', tuple: flow.tuple });
  }

  /** Reads when an entry was hit last. */
  async #ask(tuple: Tuple, place: FlowPlace): Promise<void> {
    const { entity } = this.#entityOf(place, tuple);
    if (entity?.$case !== 'tableEntry') return;
    const request: Entity = {
      entity: { ...entity, value: { ...entity.value, timeSinceLastHit: { elapsedNs: 0n } } },
    };
    let sinceLastHitNs: bigint | undefined;
    try {
      for await (const found of this.keeper.read([request]))
        sinceLastHitNs = this.#read(found)?.flow.sinceLastHitNs;
    } catch {
      // The entry may be gone, or the switch: the next notification asks again.
      return;
    }
    this.take({ kind: 'answered', tuple, sinceLastHitNs });
  }

  /** Makes what is held what is wanted. What the switch refuses counts as it was, unless something else is wanted by then. */
  async #changeTo(what: string, held: Map<string, Entity>, wanted: KeyedEntities): Promise<void> {
    const before = new Map(held);
    const changes = changesBetween(before, wanted);
    held.clear();
    for (const [key, entity] of wanted) held.set(key, entity);
    for (const [index, outcome] of (await this.#changeAll(what, changes)).entries()) {
      const change = changes[index];
      if (outcome.kind !== 'refused' || change === undefined) continue;
      const key = identify(change.entity)?.key ?? '';
      if (!areSame(held.get(key), wanted.get(key))) continue;
      const there = before.get(key);
      if (there === undefined) held.delete(key);
      else held.set(key, there);
    }
  }

  async #changeAll(what: string, changes: readonly Change[]): Promise<readonly ChangeOutcome[]> {
    const outcomes = await this.keeper.changeAll(changes);
    for (const outcome of outcomes) {
      if (outcome.kind === 'refused') this.#surroundings.onRefusal(this, what, outcome.message);
    }
    return outcomes;
  }
}

function areSame(left: Entity | undefined, right: Entity | undefined): boolean {
  return left === undefined || right === undefined ? left === right : holdsSame(left, right);
}

const REASONS: ReadonlyMap<number, string> = new Map(
  Object.entries(enums.reason_t).map(([name, value]) => [value, name]),
);

/** The name of a reason, as in p4/include/ids.p4. */
export function reasonName(reason: number): string {
  return REASONS.get(reason) ?? `reason ${reason}`;
}

function tupleOf({ source, destination, sourcePort, destinationPort, protocol }: Tuple): Tuple {
  return { source, destination, sourcePort, destinationPort, protocol };
}
