/**
 * The controller: a configuration, its switches, and what they hand over.
 * Longer than most: all that switches hand over comes through here.
 */

import type { Logger } from 'pino';
import type { ForwardingPipelineConfig } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { addressKey, concatBytes, emitEthernet, parseLinkAddress } from '../wire/index.ts';
import {
  addRoutingHeader,
  answerArp,
  answerEcho,
  answerHeaders,
  answerNeighborDiscovery,
  answerWithError,
  readNetworkPacket,
  translateError,
  translateServerError,
} from './answers/index.ts';
import { Cluster } from './cluster/index.ts';
import type { Config, ServiceConfig, SwitchConfig } from './config/index.ts';
import { FlowServers } from './flow-servers.ts';
import type { HandoverLog } from './handovers.ts';
import { ManagedSwitch, type Punt, reasonName, type Surroundings } from './managed-switch.ts';
import { MobilityAgent } from './mobility-agent.ts';
import {
  addressBytes,
  adoptNumbers,
  copyNumbers,
  Identifiers,
  mediaServices,
  type Numbers,
  numberAll,
  protocolNumber,
  serverOfKey,
  storedNumbers,
  tables,
} from './pipeline/index.ts';
import { serverNumberLimit } from './program.ts';
import { Reinjector } from './reinjector.ts';
import { servicesByAddress } from './services-by-address.ts';
import type { Tuple } from './sessions/index.ts';
import { SignallingAgent } from './signalling-agent.ts';
import { StandingLog } from './standing-log.ts';
import { StateDirectory } from './state-directory.ts';
import { steadyNow } from './steady-clock.ts';
import { clientOptions, electionIdOf, sameReach } from './switch-connection.ts';
import type { SwitchReach } from './switches/index.ts';
import { tupleOfPacket } from './tuple-of-packet.ts';

export type ControllerOptions = {
  readonly config: Config;
  readonly pipeline: ForwardingPipelineConfig;
  readonly log: Logger;
  /** Milliseconds since 1970, by a clock that nobody sets. */
  readonly now?: () => number;
  /** Milliseconds since 1970, by the clock of the machine, with which those of agents are compared. */
  readonly clock?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
};

/** What was handed over and told, since the start. */
export type ControllerCounts = {
  readonly punts: ReadonlyMap<string, number>;
  readonly reports: ReadonlyMap<string, number>;
  readonly refusals: number;
  /** Sessions of failed servers, by what became of them. */
  readonly released: Readonly<Record<'ended' | 'moved' | 'kept', number>>;
};

export class Controller {
  readonly #log: Logger;
  readonly #standings: StandingLog;
  readonly #pipeline: ForwardingPipelineConfig;
  readonly #now: () => number;
  readonly #state: StateDirectory;
  readonly #numbers: Numbers;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly #reinjector: Reinjector<ManagedSwitch>;
  /** Health, load, admission and selection. */
  readonly cluster: Cluster;
  readonly #signalling: SignallingAgent;
  readonly #servers: FlowServers;
  readonly #switches = new Map<string, ManagedSwitch>();
  readonly #punts = new Map<string, number>();
  readonly #reports = new Map<string, number>();
  #refusals = 0;
  /** The full table of flows: l of SA2C is 1. */
  readonly #flowCapacity: number;
  #mobility: MobilityAgent | undefined;
  #config: Config;
  #virtual = new Set<string>();
  /** By address, as the tables have it. */
  #servicesAt: ReadonlyMap<bigint, readonly ServiceConfig[]> = new Map();
  #own: readonly Uint8Array[] = [];
  /** The last reload: the next one begins when it is over. */
  #applied: Promise<void> = Promise.resolve();

  /** @throws StateError where the state directory cannot be used. */
  constructor(options: ControllerOptions) {
    const { config, pipeline, log, now = steadyNow, clock = Date.now, random = Math.random } = options;
    this.#config = config;
    this.#pipeline = pipeline;
    this.#log = log;
    this.#standings = new StandingLog(log);
    this.#now = now;
    this.#state = new StateDirectory(config.state);
    const stored = this.#state.readIdentifiers();
    const greatestServer = serverNumberLimit(pipeline.p4info).greatest;
    this.#numbers = {
      services: new Identifiers('service', stored.services, 4095),
      servers: new Identifiers('server', stored.servers, greatestServer),
      virtualAddresses: new Identifiers('virtual address', stored.virtualAddresses, 65_535),
    };
    // A controller that starts again is before the one that it was.
    this.startedAt = now();
    this.#reinjector = new Reinjector((from, frame) => from.send(frame));
    const roomOf = (id: number) =>
      Number(pipeline.p4info?.tables.find(({ preamble }) => preamble?.id === id)?.size ?? 0n);
    this.#flowCapacity = roomOf(tables.flows.info.id);
    this.cluster = new Cluster({
      log,
      numbers: this.#numbers,
      now,
      clock,
      random,
      headLoad: () => this.#headLoad(),
      onDecided: () => {
        for (const one of this.switches) void one.decide(this.#config, this.cluster);
      },
      onReachable: (server, isReachable) => {
        for (const one of this.switches) void one.reach(server, isReachable);
      },
      onRelease: (server, reason) => this.#servers.release(server, reason),
    });
    this.#signalling = new SignallingAgent({
      log,
      numbers: this.#numbers,
      now,
      room: {
        announcedFlows: roomOf(tables.announced_flows.info.id),
        numbers: roomOf(tables.signalling_sessions.info.id),
      },
      switches: () => this.switches,
      later: (from, punt) => this.#reinjector.later(from, punt),
    });
    this.#servers = new FlowServers(config, {
      log,
      numbers: this.#numbers,
      cluster: this.cluster,
      signalling: this.#signalling,
      switches: () => this.switches,
    });
  }

  get config(): Config {
    return this.#config;
  }

  get switches(): readonly ManagedSwitch[] {
    return [...this.#switches.values()];
  }

  get numbers(): Numbers {
    return this.#numbers;
  }

  /** Milliseconds since 1970, as the controller has them. */
  now(): number {
    return this.#now();
  }

  get counts(): ControllerCounts {
    return {
      punts: this.#punts,
      reports: this.#reports,
      refusals: this.#refusals,
      released: this.#servers.released,
    };
  }

  get signalling(): SignallingAgent {
    return this.#signalling;
  }

  get handovers(): HandoverLog | undefined {
    return this.#mobility?.handovers;
  }

  get mobility(): MobilityAgent | undefined {
    return this.#mobility;
  }

  /**
   * Begins to keep all switches.
   * @throws IdentifierError for numbers that collide with those in use; PemError; MonitoringKeyError; Error for a store that
   * cannot be used, and where agents cannot be listened to.
   */
  async start(): Promise<void> {
    this.#mobility = await MobilityAgent.open({
      config: this.#config,
      log: this.#log,
      now: this.#now,
      switches: () => this.switches,
      numbers: this.#numbers,
    });
    await this.#signalling.open(this.#config.state);
    await this.#apply(this.#config);
  }

  /**
   * Takes another configuration over: what is the same stays as it is, and sessions with it.
   * @throws IdentifierError for numbers that collide with those in use; PemError; MonitoringKeyError; StateError; Error where
   * agents cannot be listened to. Then nothing has changed.
   */
  async reload(config: Config): Promise<void> {
    const applied = this.#applied.then(() => this.#apply(config));
    this.#applied = applied.catch(() => {});
    await applied;
    this.#mobility?.configure(config);
    this.#log.info(
      { switches: config.switches.length, services: config.services.length },
      'configuration taken over',
    );
  }

  /** Lets go of the switches, which go on by themselves. */
  async stop(): Promise<void> {
    this.#reinjector.stop();
    await this.cluster.close();
    await this.#signalling.stop();
    await Promise.all(this.switches.map(({ keeper }) => keeper.stop()));
    await this.#mobility?.close();
  }

  async #apply(config: Config): Promise<void> {
    const before = this.#config;
    // What may be wrong comes first, so that nothing has changed where it is.
    const numbers = copyNumbers(this.#numbers);
    numberAll(config, numbers);
    const electionId = electionIdOf(config, this.startedAt);
    const reaches = config.switches.map((own): readonly [SwitchConfig, SwitchReach] => [
      own,
      { client: clientOptions(own), electionId, replacePipeline: own['replace-pipeline'] },
    ]);
    await this.cluster.listen(config);
    try {
      this.#state.writeIdentifiers(storedNumbers(numbers));
    } catch (problem) {
      await this.cluster.listen(before);
      throw problem;
    }
    adoptNumbers(this.#numbers, numbers);
    this.cluster.configure(config);
    this.#config = config;
    this.#servers.configure(config);
    this.#virtual = new Set(
      config.services.map(({ address }) => addressKey(Uint8Array.from(addressBytes(address)))),
    );
    this.#servicesAt = servicesByAddress(config.services);
    this.#own = config.addresses.map((address) => Uint8Array.from(addressBytes(address)));
    await this.#removeSwitches(config);
    this.#signalling.configure(config);
    const services = new Set(
      [...config.services, ...mediaServices(config)].map(({ name }) => this.#numbers.services.of(name)),
    );
    await Promise.all(
      reaches.map(async ([own, reach]) => {
        const there = this.#switches.get(own.name);
        if (there !== undefined) {
          if (!sameReach(there.keeper.reach, reach)) there.keeper.reconnect(reach);
          await there.configure(config, own, this.cluster);
          there.forget((service) => !services.has(service));
          return;
        }
        const made = this.#add(own, reach);
        // Nothing is written before the switch is connected; then all of it is compared.
        await made.configure(config, own, this.cluster);
        await made.keeper.changeAll(this.#mobility?.entities() ?? []);
        await made.expect(this.#signalling.entities(made), 'signalling');
        made.keeper.start();
      }),
    );
    await this.#servers.releaseRemoved(before);
  }

  /** Those that are not there any more, or are to do something else. */
  async #removeSwitches(config: Config): Promise<void> {
    const kept = new Map(config.switches.map((one) => [one.name, one]));
    for (const [name, managed] of this.#switches) {
      const own = kept.get(name);
      if (own !== undefined && own.role === managed.config.role) continue;
      this.#switches.delete(name);
      await managed.keeper.stop();
    }
  }

  #add(own: SwitchConfig, reach: SwitchReach): ManagedSwitch {
    const managed = new ManagedSwitch({
      config: own,
      reach,
      pipeline: this.#pipeline,
      surroundings: this.#surroundings(),
    });
    this.#switches.set(own.name, managed);
    return managed;
  }

  #surroundings(): Surroundings {
    return {
      numbers: this.#numbers,
      now: this.#now,
      serviceOf: (tuple) => {
        const service = this.#serviceOf(tuple);
        if (service !== undefined) {
          return { number: this.#numbers.services.of(service.name), idleTimeout: service['idle-timeout'] };
        }
        const number = this.#signalling.mediaNumber(tuple);
        return number === undefined ? undefined : { number, idleTimeout: this.#idleTimeout(number) };
      },
      settle: (service, server) => this.#servers.settle(service, server),
      ownerOf: (tuple, server) => this.#signalling.ownerOf(tuple, server),
      idleTimeout: (service) => this.#idleTimeout(service),
      onPunt: (from, punt) => {
        try {
          this.#punt(from, punt);
        } catch (problem) {
          // A mistake of ours about one packet must not end the others.
          const packet = Buffer.from(punt.bytes).toString('hex');
          this.#log.error({ err: problem, switch: from.name, packet }, 'a packet was dropped: a bug of moor');
        }
      },
      onStanding: (of, standing) => this.#standings.say(of.name, standing),
      onReport: (_of, event) => count(this.#reports, event),
      onRefusal: (of, what, message) => {
        this.#refusals++;
        this.#log.warn({ switch: of.name, what }, `switch ${of.name} refused: ${message}`);
      },
      serverFor: (service, server) => this.#servers.serverFor(service, server),
    };
  }

  /** Seconds; announced flows have that of the service whose signalling announces them. */
  #idleTimeout(service: number): number {
    const name = this.#numbers.services.nameOf(service);
    const found = this.#config.services.find((one) => one.name === name);
    const media = found === undefined ? this.#signalling.mediaService(service)?.signalling : undefined;
    return (found ?? media)?.['idle-timeout'] ?? DEFAULT_IDLE_TIMEOUT;
  }

  /** The service that a flow goes to. */
  #serviceOf({ destination, destinationPort, protocol }: Tuple): ServiceConfig | undefined {
    const there = this.#servicesAt.get(destination) ?? [];
    const all = there.filter((one) => protocolNumber(one) === protocol);
    return all.find(({ port }) => port === destinationPort) ?? all.find(({ port }) => port === undefined);
  }

  // ---- Packets that the switch hands over ----

  #punt(from: ManagedSwitch, punt: Punt): void {
    const reason = reasonName(punt.reason);
    count(this.#punts, reason);
    const context = () =>
      from.answerContext(
        (address) => this.#virtual.has(addressKey(address)),
        this.#own,
        (home, virtual) => this.#mobility?.careOfAddress(home, virtual),
      );
    const answer = () => {
      switch (reason) {
        case 'arp':
          return answerArp(punt, context());
        case 'neighbor_discovery':
          return answerNeighborDiscovery(punt, context());
        case 'icmp':
        case 'local':
          return answerHeaders(punt, context()) ?? answerEcho(punt, context());
        case 'time_exceeded':
          return answerWithError(punt, { kind: 'time-exceeded' }, context());
        case 'no_route':
          return answerWithError(punt, { kind: 'no-route' }, context());
        case 'no_neighbor':
          return answerWithError(punt, { kind: 'no-neighbor' }, context());
        case 'no_service':
          return answerWithError(punt, { kind: 'no-service' }, context());
        case 'packet_too_big':
          return answerWithError(punt, { kind: 'packet-too-big', mtu: punt.auxiliary }, context());
        case 'home_test_init':
        case 'care_of_test_init':
        case 'binding_update':
        case 'mobility_other':
        case 'unbound_home_address':
        case 'unplaced_home_address':
          this.#mobility?.receive(from, punt);
          return [];
        case 'icmp_error':
          this.#mobility?.receive(from, punt);
          this.#handOnError(punt);
          this.#handOutError(from, punt);
          return [];
        case 'routing_header':
          return addRoutingHeader(punt, context());
        case 'fragment':
          this.#reinjector.later(from, punt);
          return [];
        case 'signalling':
          this.#signalling.receive(punt);
          return [];
        case 'slot_taken':
          void this.#settle(from, punt);
          return [];
        case 'no_server':
          // What may be announced soon; else, a flow that the data plane remembers with a server that is gone.
          if (this.#signalling.mediaService(punt.service) !== undefined) this.#signalling.early(from, punt);
          else void this.#settle(from, punt);
          return [];
        default:
          return [];
      }
    };
    for (const frame of answer()) from.send(frame);
  }

  /** A flow that the data plane has no slot or no server for: it gets one here, and its packet goes on. */
  async #settle(from: ManagedSwitch, punt: Punt): Promise<void> {
    const found = readNetworkPacket(punt.bytes);
    const tuple = found === undefined ? undefined : tupleOfPacket(found);
    if (tuple === undefined) return;
    const service = this.#serviceOf(tuple);
    if (service === undefined) return;
    const number = this.#numbers.services.of(service.name);
    const flow = from.flows.find(tuple);
    // The server that it has, unless nothing reaches that any more.
    const server =
      flow === undefined ? this.#servers.choose(service) : this.#servers.serverFor(number, flow.server);
    if (server === undefined) return;
    const isKnown = flow !== undefined && flow.status !== 'closing';
    await from.takeAndWait(
      isKnown ? { kind: 'moved', tuple, server } : { kind: 'learned', tuple, service: number, server },
    );
    // Without an entry it would only come back.
    if (from.flows.find(tuple) !== undefined) this.#reinjector.later(from, punt);
  }

  /** An ICMP error about a packet of a server, to that server, as if moor were not there. */
  #handOnError(punt: Punt): void {
    const found = readNetworkPacket(punt.bytes);
    const error = found === undefined ? undefined : translateError(found);
    if (found === undefined || error === undefined) return;
    const service = this.#serviceOf(error.tuple);
    const flow = this.switches.map(({ flows }) => flows.find(error.tuple)).find((one) => one !== undefined);
    const key = flow === undefined ? undefined : this.#numbers.servers.nameOf(flow.server);
    const name =
      service?.mode === 'hand-over' ? service.servers[0] : key === undefined ? undefined : serverOfKey(key);
    const server = this.#config.servers.find((one) => one.name === name);
    if (service === undefined || server === undefined) return;
    const own =
      service.mode === 'nat' && server.address !== undefined
        ? {
            address: Uint8Array.from(addressBytes(server.address)),
            port: server['server-port'] ?? service.port ?? 0,
          }
        : undefined;
    for (const managed of this.switches) {
      const port = managed.config.ports.find(({ number }) => number === server.port);
      const source = port === undefined ? undefined : parseLinkAddress(port['link-address']);
      const destination = parseLinkAddress(server['link-address']);
      if (source === undefined || destination === undefined) continue;
      const head = emitEthernet({ destination, source, tags: [], ethertype: found.ethernet.ethertype });
      if (managed.send({ port: server.port, bytes: concatBytes(head, error.emit(own)) })) return;
    }
  }

  /** An ICMP error of a server behind NAT, to the client, as if the service had sent it. */
  #handOutError(from: ManagedSwitch, punt: Punt): void {
    const found = readNetworkPacket(punt.bytes);
    const packet =
      found === undefined
        ? undefined
        : translateServerError(found, (address, port, protocol) =>
            this.#virtualEndpoint(address, port, protocol),
          );
    if (found === undefined || packet === undefined) return;
    // It goes on as what the server sends: to a mobile node with a routing header.
    from.send({ port: punt.port, bytes: concatBytes(emitEthernet(found.ethernet), packet), process: true });
  }

  /** The service that a server behind NAT listens for at an address and port of its own. */
  #virtualEndpoint(own: Uint8Array, port: number, protocol: number) {
    const key = addressKey(own);
    for (const service of this.#config.services) {
      if (service.mode !== 'nat' || protocolNumber(service) !== protocol) continue;
      for (const name of service.servers) {
        const server = this.#config.servers.find((one) => one.name === name);
        if (server?.address === undefined || (server['server-port'] ?? service.port ?? 0) !== port) continue;
        if (addressKey(Uint8Array.from(addressBytes(server.address))) !== key) continue;
        return { address: Uint8Array.from(addressBytes(service.address)), port: service.port ?? 0 };
      }
    }
    return undefined;
  }

  // ---- Servers that fail ----

  /** How full the fullest table of flows is: l of SA2C. */
  #headLoad(): number {
    if (this.#flowCapacity === 0) return 0;
    return Math.max(0, ...this.switches.map(({ flows }) => flows.size / this.#flowCapacity));
  }
}

const DEFAULT_IDLE_TIMEOUT = 30;

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
