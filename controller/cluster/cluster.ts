/**
 * The engines of the SARA paper at work: what agents say comes in, and what the switches' tables `selection`, `admission` and
 * `servers` are to hold comes out.
 *
 *     agents ──UDP──▶ receiver ──▶ server monitor ──┬─ each δ, and when a server comes or goes ──▶ members
 *                                                   ├─ each T_i of a service ──▶ probabilities
 *                                                   └─ a server fails ──▶ its entry goes, its sessions are released
 */

import type { Logger } from 'pino';
import type { Availability, MonitoringMessage } from '../../wire/monitoring/index.ts';
import {
  admissionSettings,
  type Config,
  failurePolicy,
  healthSettings,
  loadSettings,
  type ServerConfig,
  type ServiceConfig,
  selectionSettings,
} from '../config/index.ts';
import { ListenError } from '../explain-failure.ts';
import {
  type Fate,
  fateOfSessions,
  MonitoringReceiver,
  type Reason,
  type ReceiverCounts,
  type ReceiverOptions,
  type ServerEffect,
  ServerMonitor,
  type ServerView,
  type Stamps,
} from '../health/index.ts';
import {
  addressBytes,
  type Decisions,
  type Numbers,
  protocolNumber,
  type WeightedServer,
} from '../pipeline/index.ts';
import { AdmissionControl, type AdmissionView } from './admission-control.ts';
import { draw, membersOf, type Pooled } from './members.ts';
import { readMonitoringKey } from './monitoring-key.ts';
import { logTransition } from './transitions.ts';

export type ClusterOptions = {
  readonly log: Logger;
  readonly numbers: Numbers;
  /** Milliseconds since 1970, by a clock that nobody sets. */
  readonly now: () => number;
  /** Milliseconds since 1970, by the clock of the machine: agents write by theirs. */
  readonly clock: () => number;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** l of the paper: how full the fullest session table is. */
  readonly headLoad: () => number;
  /** Members or probabilities are others. */
  readonly onDecided: () => void;
  /** Packets may go to a server again, or no more. */
  readonly onReachable: (server: string, isReachable: boolean) => void;
  /** A server has lost its sessions. */
  readonly onRelease: (server: string, reason: Reason) => void;
};

/** Since the start. */
export type ClusterCounts = ReceiverCounts & {
  /** Decisions about members that were others than before. */
  readonly published: number;
  /** Servers that have failed, by why. */
  readonly failures: Readonly<Record<Reason, number>>;
};

const NOTHING_RECEIVED: ReceiverCounts = { taken: 0, wrong: 0, stale: 0, unknown: 0 };
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;
/** Bounds of the time between two looks, milliseconds. */
const SHORTEST_TICK = 10;
const LONGEST_TICK = 250;
/** A timer that is so late, milliseconds, is not only late: something else had the processor. */
const STALL = 100;
const NOTABLE_STALL = 1000;

export class Cluster implements Decisions {
  readonly #options: ClusterOptions;
  readonly #admission = new AdmissionControl();
  readonly #members = new Map<string, readonly WeightedServer[]>();
  /** Servers whose sessions were released, and why. */
  readonly #gone = new Map<string, Reason>();
  readonly #failures: Record<Reason, number> = { silent: 0, application: 0, planned: 0 };
  #config: Config | undefined;
  #receiver: MonitoringReceiver | undefined;
  #listens = '';
  /** The largest stamps of agents, which outlive the socket: what has come once is not taken again. */
  readonly #stamps: Stamps = new Map();
  #earlier: ReceiverCounts = NOTHING_RECEIVED;
  #monitor: ServerMonitor | undefined;
  /** Servers by what their agents call them: the number, or an IPv4 address. */
  #agents = new Map<number, number>();
  #names = new Map<number, string>();
  /** The number under which a server is monitored. */
  #monitored = new Map<string, number>();
  #byName: { readonly config: Config; readonly servers: ReadonlyMap<string, ServerConfig> } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastTick = 0;
  #tickEvery = LONGEST_TICK;
  #membersDue = 0;
  #round = 0;
  #published = 0;

  constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /**
   * Takes a configuration over, the first one or another: what is known of servers stays. Agents are heard as `listen` was told
   * to before. Whoever calls it publishes.
   */
  configure(config: Config): void {
    const now = this.#options.now();
    this.#config = config;
    this.#configureMonitor(config, now);
    this.#admission.configure(
      config.services
        .filter(({ mode }) => mode !== 'hand-over')
        .map((service) => [service.name, admissionSettings(config, service)]),
      now,
    );
    this.#decideMembers(now);
    this.#setTimer(config);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#receiver?.close();
    this.#receiver = undefined;
  }

  // ---- Decisions ----

  members({ name }: ServiceConfig): readonly WeightedServer[] {
    return this.#members.get(name) ?? [];
  }

  refusal({ name }: ServiceConfig) {
    return this.#admission.refusal(name);
  }

  isReachable(server: string): boolean {
    const reason = this.#gone.get(server);
    if (reason === undefined) return true;
    // Where one service leaves its sessions there, or hands all over to it, there is somewhere to go to.
    return (this.#config?.services ?? []).some(
      (service) =>
        service.servers.includes(server) &&
        (service.mode === 'hand-over' || this.fate(service, reason) === 'keep'),
    );
  }

  /** What becomes of a service's sessions on a server that fails. */
  fate(service: ServiceConfig, reason: Reason): Fate {
    const number = protocolNumber(service);
    const protocol = number === PROTOCOL_TCP ? 'tcp' : number === PROTOCOL_UDP ? 'udp' : 'other';
    return fateOfSessions(protocol, reason, failurePolicy(service));
  }

  /** Why a server has lost its sessions; undefined where it has not. */
  whyGone(server: string): Reason | undefined {
    return this.#gone.get(server);
  }

  /** A server for a new session, by the weights of now. */
  choose({ name }: ServiceConfig): string | undefined {
    return draw(this.#members.get(name) ?? [], this.#options.random());
  }

  // ---- What operators see ----

  /** Undefined for servers that no agent tells of. */
  server(name: string): ServerView | undefined {
    const number = this.#monitored.get(name);
    return number === undefined ? undefined : this.#monitor?.find(number, this.#options.now());
  }

  admission({ name }: ServiceConfig): AdmissionView | undefined {
    return this.#admission.view(name);
  }

  /** The UDP port that agents send to; undefined where none are heard. */
  get port(): number | undefined {
    return this.#receiver?.port;
  }

  get counts(): ClusterCounts {
    const now = this.#receiver?.counts ?? NOTHING_RECEIVED;
    const { taken, wrong, stale, unknown } = this.#earlier;
    return {
      taken: taken + now.taken,
      wrong: wrong + now.wrong,
      stale: stale + now.stale,
      unknown: unknown + now.unknown,
      published: this.#published,
      failures: this.#failures,
    };
  }

  // ---- What comes in ----

  #take(message: MonitoringMessage): void {
    const now = this.#options.now();
    const identity = this.#agents.get(message.value.identity);
    if (identity === undefined || this.#monitor === undefined) return;
    const { stamp } = message;
    const known: MonitoringMessage =
      message.kind === 'load'
        ? { kind: 'load', stamp, value: { ...message.value, identity } }
        : { kind: 'availability', stamp, value: this.#byOurTime({ ...message.value, identity }, now) };
    this.#handle(this.#monitor.take(known, now), now);
  }

  /** A planned failure's time is by the clock of the agent's machine, which is that of ours. */
  #byOurTime(value: Availability, now: number): Availability {
    if (value.flag !== 'planned-failure') return value;
    return { ...value, timestamp: value.timestamp + (now - this.#options.clock()) / 1000 };
  }

  #tick(): void {
    const now = this.#options.now();
    const stoodStill = now - this.#lastTick - this.#tickEvery;
    this.#lastTick = now;
    if (stoodStill > Math.max(STALL, this.#tickEvery)) {
      this.#monitor?.excuse(stoodStill);
      // Of what is short nobody need know.
      const level = this.#monitor !== undefined && stoodStill >= NOTABLE_STALL ? 'warn' : 'debug';
      this.#options.log[level](
        { milliseconds: stoodStill },
        'the controller stood still; that counts as no silence',
      );
    }
    if (this.#monitor !== undefined) this.#handle(this.#monitor.tick(now), now);
    const changed = this.#admission.decide(now, (service, by) => ({
      servers: this.#loadsOf(service, by, now),
      head: this.#options.headLoad(),
    }));
    for (const name of changed) this.#logAdmission(name);
    const areOthers = now >= this.#membersDue && this.#decideMembers(now);
    if (changed.length > 0 || areOthers) this.#options.onDecided();
  }

  /** New sessions go elsewhere before anything else happens; then packets stop, and then sessions are seen to. */
  #handle(effects: readonly ServerEffect[], now: number): void {
    if (effects.length === 0) return;
    const { onDecided, onReachable, onRelease } = this.#options;
    const back = effects.filter(({ kind }) => kind === 'admit');
    for (const { server } of back) {
      const name = this.#names.get(server);
      if (name !== undefined && this.#gone.delete(name)) onReachable(name, true);
    }
    if (this.#decideMembers(now)) onDecided();
    for (const effect of effects) {
      if (effect.kind === 'admit') continue;
      const name = this.#names.get(effect.server);
      if (name === undefined || effect.kind === 'withdraw') continue;
      this.#gone.set(name, effect.reason);
      this.#failures[effect.reason]++;
      if (!this.isReachable(name)) onReachable(name, false);
      onRelease(name, effect.reason);
    }
  }

  // ---- Deciding ----

  /** @returns Whether members are others than before. */
  #decideMembers(now: number): boolean {
    const config = this.#config;
    if (config === undefined) return false;
    this.#membersDue = now + loadSettings(config).period;
    this.#round++;
    const before = new Map(this.#members);
    this.#members.clear();
    for (const service of config.services) {
      if (service.mode === 'hand-over') continue;
      const pool = this.#poolOf(service, config);
      const candidates =
        this.#monitor?.candidates(
          now,
          pool.flatMap(({ agent }) => agent ?? []),
        ) ?? [];
      const members = membersOf(pool, candidates, selectionSettings(config, service), this.#round);
      this.#members.set(service.name, members);
    }
    const areOthers =
      before.size !== this.#members.size ||
      [...this.#members].some(([name, members]) => !areSame(members, before.get(name)));
    if (areOthers) this.#published++;
    return areOthers;
  }

  #poolOf(service: ServiceConfig, config: Config): readonly Pooled[] {
    const servers = this.#serversOf(config);
    return service.servers.flatMap((name) => {
      const server = servers.get(name);
      return server === undefined ? [] : [{ name, weight: server.weight, agent: this.#monitored.get(name) }];
    });
  }

  #loadsOf(service: string, by: 'estimate' | 'measured', now: number): readonly number[] {
    const found = this.#config?.services.find(({ name }) => name === service);
    const agents = found?.servers.flatMap((name) => this.#monitored.get(name) ?? []) ?? [];
    return this.#monitor?.loads(now, by, agents) ?? [];
  }

  // ---- Settings ----

  #serversOf(config: Config): ReadonlyMap<string, ServerConfig> {
    if (this.#byName?.config !== config) {
      this.#byName = { config, servers: new Map(config.servers.map((server) => [server.name, server])) };
    }
    return this.#byName.servers;
  }

  #configureMonitor(config: Config, now: number): void {
    const health = healthSettings(config);
    this.#agents = new Map();
    this.#names = new Map();
    this.#monitored = new Map();
    if (health === undefined) {
      this.#monitor = undefined;
      this.#gone.clear();
      return;
    }
    const servers = config.servers
      .filter(({ agent }) => agent)
      .map((server) => ({ ...server, number: this.#options.numbers.servers.of(server.name) }));
    for (const { name, number, address } of servers) {
      this.#names.set(number, name);
      this.#monitored.set(name, number);
      if (address !== undefined && !address.includes(':')) this.#agents.set(wholeIpv4(address), number);
    }
    // A number is that of a server whatever addresses there are.
    for (const { number } of servers) this.#agents.set(number, number);
    const watched = servers.map(({ number, weight }) => ({ server: number, weight }));
    const configs = { health, load: loadSettings(config) };
    if (this.#monitor === undefined) {
      this.#monitor = new ServerMonitor(watched, configs, now, (transition) =>
        logTransition(this.#options.log, this.#names.get(transition.server) ?? '?', transition),
      );
    } else this.#monitor.configure(watched, configs, now);
    for (const name of this.#gone.keys()) if (!this.#monitored.has(name)) this.#gone.delete(name);
  }

  /**
   * Hears agents where a configuration says, and believes them by its key.
   * @throws MonitoringKeyError, ListenError; then they are heard as before.
   */
  async listen(config: Config): Promise<void> {
    const { health } = config;
    if (health === undefined) {
      await this.#stopListening();
      return;
    }
    const file = health['key-file'];
    const clockTolerance = Math.round(1000 * health['clock-tolerance']);
    const trust = { clockTolerance, ...(file === undefined ? {} : { key: readMonitoringKey(file) }) };
    if (this.#receiver !== undefined && this.#listens === health.listen) {
      this.#receiver.configure(trust);
      return;
    }
    const colon = health.listen.lastIndexOf(':');
    const before = this.#receiver?.options;
    const listened = this.#listens;
    const options = this.#receiverOptions({
      address: health.listen.slice(0, colon).replace(/^\[|\]$/g, ''),
      port: Number(health.listen.slice(colon + 1)),
      ...trust,
    });
    let opened: MonitoringReceiver;
    if (before?.port === options.port) {
      // Two addresses of one port may exclude each other, such as one and all: the first one makes room.
      await this.#stopListening();
      try {
        opened = await openReceiver(options, health.listen);
      } catch (problem) {
        this.#receiver = await MonitoringReceiver.open(before);
        this.#listens = listened;
        throw problem;
      }
    } else {
      opened = await openReceiver(options, health.listen);
      await this.#stopListening();
    }
    this.#receiver = opened;
    this.#listens = health.listen;
    this.#options.log.info({ port: opened.port, authenticated: file !== undefined }, 'agents are heard');
  }

  #receiverOptions(
    where: Pick<ReceiverOptions, 'address' | 'port' | 'key' | 'clockTolerance'>,
  ): ReceiverOptions {
    return {
      ...where,
      now: this.#options.clock,
      stamps: this.#stamps,
      isKnown: (identity) => this.#agents.has(identity),
      take: (message) => this.#take(message),
      failed: (problem) => this.#options.log.error({ err: problem }, 'the socket that agents send to'),
    };
  }

  async #stopListening(): Promise<void> {
    this.#earlier = { ...this.#earlier, ...receivedBy(this.counts) };
    const receiver = this.#receiver;
    this.#receiver = undefined;
    this.#listens = '';
    await receiver?.close();
  }

  #setTimer(config: Config): void {
    clearInterval(this.#timer);
    const periods = [
      healthSettings(config)?.period ?? LONGEST_TICK,
      loadSettings(config).period,
      ...config.services.map((service) => admissionSettings(config, service).engine.intervalFloor),
    ];
    const tick = Math.min(LONGEST_TICK, Math.max(SHORTEST_TICK, Math.min(...periods) / 4));
    this.#lastTick = this.#options.now();
    this.#tickEvery = tick;
    this.#timer = setInterval(() => this.#tick(), tick);
  }

  #logAdmission(service: string): void {
    const view = this.#admission.view(service);
    if (view === undefined) return;
    const { load, refusal, state } = view;
    const isRefusing = refusal.new_session > 0 || refusal.established > 0;
    const level = refusal.established > 0 ? 'warn' : 'info';
    this.#options.log[level](
      { service, load, refusal, interval: state.interval, thresholds: state.thresholds },
      isRefusing ? `service ${service}: sessions are refused` : `service ${service}: all sessions are let in`,
    );
  }
}

function receivedBy({ taken, wrong, stale, unknown }: ReceiverCounts): ReceiverCounts {
  return { taken, wrong, stale, unknown };
}

function areSame(left: readonly WeightedServer[], right: readonly WeightedServer[] | undefined): boolean {
  return (
    right !== undefined &&
    left.length === right.length &&
    left.every(({ name, weight }, index) => right[index]?.name === name && right[index].weight === weight)
  );
}

async function openReceiver(options: ReceiverOptions, listen: string): Promise<MonitoringReceiver> {
  try {
    return await MonitoringReceiver.open(options);
  } catch (problem) {
    throw new ListenError('health.listen', listen, problem);
  }
}

/** An IPv4 address as the number that agents send as identity. */
function wholeIpv4(address: string): number {
  return addressBytes(address).reduce((whole, byte) => whole * 256 + byte, 0);
}
