/** Which server a flow has, and what becomes of it when that one fails or leaves the configuration. All by their numbers. */

import type { Logger } from 'pino';
import type { Cluster } from './cluster/index.ts';
import type { Config, ServiceConfig } from './config/index.ts';
import type { Reason } from './health/index.ts';
import type { ManagedSwitch } from './managed-switch.ts';
import { mediaServices, type Numbers, serverKey, serverOfKey } from './pipeline/index.ts';
import type { Flow } from './sessions/index.ts';
import type { SignallingAgent } from './signalling-agent.ts';

/** What it decides by, and where the flows are. */
export type FlowServersOptions = {
  readonly log: Logger;
  readonly numbers: Numbers;
  readonly cluster: Cluster;
  readonly signalling: SignallingAgent;
  readonly switches: () => readonly ManagedSwitch[];
};

/** The servers of flows. */
export class FlowServers {
  readonly #options: FlowServersOptions;
  readonly #released = { ended: 0, moved: 0, kept: 0 };
  #config: Config;
  /** The servers of each service. */
  #servers: ReadonlyMap<number, ReadonlySet<number>> = new Map();

  constructor(config: Config, options: FlowServersOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** Takes a configuration whose numbers are given. */
  configure(config: Config): void {
    this.#config = config;
    this.#servers = this.#serverNumbers(config);
  }

  /** Sessions of servers that failed or left, by what became of them. */
  get released(): Readonly<Record<'ended' | 'moved' | 'kept', number>> {
    return this.#released;
  }

  /** A server for a flow that went to one that may be none of its service's; none for what only signalling can settle. */
  settle(service: number, server: number): number | undefined {
    return this.#serviceNumbered(service) === undefined ? undefined : this.serverFor(service, server);
  }

  #serviceNumbered(service: number): ServiceConfig | undefined {
    const name = this.#options.numbers.services.nameOf(service);
    return this.#config.services.find((one) => one.name === name);
  }

  /** The number of a server for a new session of a service; undefined: none takes any. */
  choose(service: ServiceConfig): number | undefined {
    const name = this.#options.cluster.choose(service);
    return name === undefined ? undefined : this.#options.numbers.servers.of(serverKey(service, name));
  }

  /** Ends or moves the sessions of a server, by what each service wants. */
  release(server: string, reason: Reason): void {
    const services = this.#config.services.filter(({ servers }) => servers.includes(server));
    const byNumber = new Map(services.map((one) => [this.#options.numbers.services.of(one.name), one]));
    const numbers = new Set(services.map((one) => this.#options.numbers.servers.of(serverKey(one, server))));
    const counted = { ended: 0, moved: 0, kept: 0 };
    for (const one of this.#options.switches()) {
      void one.release(numbers, ({ service }) => {
        const of = byNumber.get(service);
        const media =
          of === undefined ? this.#options.signalling.mediaService(service)?.signalling : undefined;
        const fate =
          of !== undefined
            ? this.#fateOn(of, server, reason)
            : media !== undefined && this.#options.cluster.fate(media, reason) === 'keep'
              ? 'keep'
              : 'end';
        counted[fate === 'end' ? 'ended' : fate === 'keep' ? 'kept' : 'moved']++;
        return fate;
      });
    }
    // Another server knows nothing of the sessions, so that nothing is to come for them any more.
    for (const [number, service] of byNumber) {
      if (this.#options.cluster.fate(service, reason) === 'keep') continue;
      this.#options.signalling.endServer(
        number,
        this.#options.numbers.servers.of(serverKey(service, server)),
      );
    }
    for (const what of ['ended', 'moved', 'kept'] as const) this.#released[what] += counted[what];
    this.#options.log.warn({ server, reason, ...counted }, `server ${server}: its sessions are released`);
  }

  /**
   * Ends or moves the sessions of servers that are none of their services' any more: no entry leads there.
   * @param before The configuration that was, for sessions of signalling.
   */
  async releaseRemoved(before: Config): Promise<void> {
    for (const [service, numbers] of this.#removedSince(before)) {
      for (const server of numbers) this.#options.signalling.endServer(service, server);
    }
    const reached = new Set([...this.#servers.values()].flatMap((numbers) => [...numbers]));
    const isOwn = ({ service, server }: Flow) => this.#servers.get(service)?.has(server) ?? false;
    const counted = { ended: 0, moved: 0 };
    const released = this.#options.switches().map((one) => {
      const strayed = new Set<number>();
      for (const flow of one.flows.flows()) if (!isOwn(flow)) strayed.add(flow.server);
      return one.release(strayed, (flow) => {
        if (isOwn(flow)) return 'keep';
        const fate = this.#fateOnRemoval(flow, reached.has(flow.server));
        counted[fate === 'end' ? 'ended' : 'moved']++;
        return fate;
      });
    });
    this.#released.ended += counted.ended;
    this.#released.moved += counted.moved;
    await Promise.all(released);
    if (counted.ended + counted.moved > 0)
      this.#options.log.info(counted, 'sessions of servers that are no more are released');
  }

  /** The servers that services had before and have no more, by the numbers of the services. */
  #removedSince({ services }: Config): ReadonlyMap<number, readonly number[]> {
    return new Map(
      services.map((service) => {
        const number = this.#options.numbers.services.of(service.name);
        const had = service.servers.map((name) => this.#options.numbers.servers.of(serverKey(service, name)));
        return [number, had.filter((server) => this.#servers.get(number)?.has(server) === false)] as const;
      }),
    );
  }

  /** Where a session goes whose server the configuration has taken away: there is nothing to keep it for. */
  #fateOnRemoval({ service }: Flow, isReached: boolean): 'end' | number {
    const of = this.#serviceNumbered(service);
    if (of === undefined) return 'end';
    // Another service has the server still: an entry is what keeps packets away from it.
    return this.#options.cluster.fate(of, 'planned') === 'end' && !isReached
      ? 'end'
      : (this.choose(of) ?? 'end');
  }

  /** Where a session goes whose server has failed. */
  #fateOn(service: ServiceConfig, server: string, reason: Reason): 'end' | 'keep' | number {
    const fate = service.mode === 'hand-over' ? 'keep' : this.#options.cluster.fate(service, reason);
    if (fate === 'keep') return 'keep';
    // Another service keeps its sessions there, so that packets still go there: an entry is what keeps these away.
    const isOver = fate === 'end' && !this.#options.cluster.isReachable(server);
    return isOver ? 'end' : (this.choose(service) ?? 'end');
  }

  /** The server that a flow is to have which has this one: another, where nothing reaches it; undefined: none can be had. */
  serverFor(service: number, server: number): number | undefined {
    const of = this.#serviceNumbered(service);
    if (this.#servers.get(service)?.has(server) !== true) {
      return of === undefined ? undefined : this.choose(of);
    }
    const key = this.#options.numbers.servers.nameOf(server);
    const name = key === undefined ? undefined : serverOfKey(key);
    const reason = name === undefined ? undefined : this.#options.cluster.whyGone(name);
    if (reason === undefined || of === undefined) return server;
    if (of.mode === 'hand-over' || this.#options.cluster.fate(of, reason) === 'keep') return server;
    return this.choose(of) ?? server;
  }
  #serverNumbers(config: Config): ReadonlyMap<number, ReadonlySet<number>> {
    const { services, servers } = this.#options.numbers;
    const numbersOf = (one: ServiceConfig) =>
      new Set(one.servers.map((name) => servers.of(serverKey(one, name))));
    return new Map([
      ...config.services.map((one) => [services.of(one.name), numbersOf(one)] as const),
      ...mediaServices(config).map((one) => [services.of(one.name), numbersOf(one.signalling)] as const),
    ]);
  }
}
