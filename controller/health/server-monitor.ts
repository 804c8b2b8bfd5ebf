/** Health and load of all servers: what selection and admission are made from. */

import type { Loads, MonitoringMessage } from '../../wire/monitoring/index.ts';
import {
  type LoadConfig,
  type LoadView,
  loadStep,
  loadView,
  type ServerLoad,
  startLoad,
} from '../load/index.ts';
import type { Candidate } from '../selection/index.ts';
import {
  type HealthConfig,
  type HealthEffect,
  type HealthStep,
  healthStep,
  readiness,
  type ServerHealth,
  startHealth,
  takesSessions,
} from './detector.ts';

/** A server by its number, and by its weight in selection. */
export type MonitoredServer = { readonly server: number; readonly weight: number };

/** Something that changed for a server. */
export type ServerEffect = HealthEffect & { readonly server: number };

/** What operators are told of. */
export type Transition =
  | {
      readonly kind: 'health';
      readonly server: number;
      readonly before: ServerHealth;
      readonly after: ServerHealth;
    }
  | {
      readonly kind: 'load-monitor';
      readonly server: number;
      readonly before: LoadView['monitor'];
      readonly after: LoadView['monitor'];
    };

/** What is known of a server. */
export type ServerView = {
  readonly server: number;
  readonly health: ServerHealth;
  readonly load: LoadView;
  /** The part of its room that counts: below 1 while it starts slowly. */
  readonly readiness: number;
  /** The last vector; undefined before the first. */
  readonly vector: Loads | undefined;
  readonly lostVectors: number;
};

type Entry = {
  weight: number;
  health: ServerHealth;
  load: ServerLoad;
  monitor: LoadView['monitor'];
};

export type MonitorConfigs = { readonly health: HealthConfig; readonly load: LoadConfig };

/** Keeps the state of each server; time is passed in. */
export class ServerMonitor {
  readonly #servers = new Map<number, Entry>();
  readonly #onTransition: (transition: Transition) => void;
  #configs: MonitorConfigs;

  constructor(
    servers: Iterable<MonitoredServer>,
    configs: MonitorConfigs,
    now: number,
    onTransition: (transition: Transition) => void = () => {},
  ) {
    this.#configs = configs;
    this.#onTransition = onTransition;
    this.configure(servers, configs, now);
  }

  /** Other servers, or others' settings: what is known of servers that stay is kept. */
  configure(servers: Iterable<MonitoredServer>, configs: MonitorConfigs, now: number): void {
    this.#configs = configs;
    const before = new Map(this.#servers);
    this.#servers.clear();
    for (const { server, weight } of servers) {
      const { health, load, monitor } = before.get(server) ?? {
        health: startHealth(now),
        load: startLoad(now),
        monitor: 'waiting',
      };
      this.#servers.set(server, { weight, health, load, monitor });
    }
  }

  /** Takes a message of an agent; one of an unknown server changes nothing. */
  take({ kind, value }: MonitoringMessage, now: number): readonly ServerEffect[] {
    const entry = this.#servers.get(value.identity);
    if (entry === undefined) return [];
    if (kind === 'load') {
      entry.load = loadStep(entry.load, value, now, this.#configs.load);
      this.#look(value.identity, entry, now);
      return [];
    }
    return this.#apply(
      value.identity,
      entry,
      healthStep(entry.health, { kind: 'message', now, message: value }, this.#configs.health),
    );
  }

  /** The controller itself stood still for so many milliseconds: what came meanwhile waits to be read, and is no silence. */
  excuse(milliseconds: number): void {
    for (const entry of this.#servers.values()) {
      entry.health = { ...entry.health, lastHeard: entry.health.lastHeard + milliseconds };
      entry.load = { ...entry.load, lastHeard: entry.load.lastHeard + milliseconds };
    }
  }

  /** Time has passed: to be called a few times each d. */
  tick(now: number): readonly ServerEffect[] {
    const effects: ServerEffect[] = [];
    for (const [server, entry] of this.#servers) {
      this.#look(server, entry, now);
      const step = healthStep(entry.health, { kind: 'tick', now }, this.#configs.health);
      effects.push(...this.#apply(server, entry, step));
    }
    return effects;
  }

  #apply(server: number, entry: Entry, { health, effects }: HealthStep): readonly ServerEffect[] {
    const before = entry.health;
    entry.health = health;
    if (before.status.kind !== health.status.kind) {
      this.#onTransition({ kind: 'health', server, before, after: health });
    }
    return effects.map((effect) => ({ ...effect, server }));
  }

  #look(server: number, entry: Entry, now: number): void {
    const { monitor: after } = loadView(entry.load, now, this.#configs.load);
    const before = entry.monitor;
    entry.monitor = after;
    if (before !== after) this.#onTransition({ kind: 'load-monitor', server, before, after });
  }

  /** The servers that take new sessions, of all or of some; those with weight 0 take none. */
  candidates(now: number, of: Iterable<number> = this.#servers.keys()): readonly Candidate[] {
    const found: Candidate[] = [];
    for (const server of of) {
      const entry = this.#servers.get(server);
      if (entry === undefined || entry.weight <= 0 || !takesSessions(entry.health)) continue;
      const { weight, health, load } = entry;
      const { measured, estimate } = loadView(load, now, this.#configs.load);
      found.push({
        server,
        weight,
        measured,
        estimate,
        readiness: readiness(health, now, this.#configs.health),
      });
    }
    return found;
  }

  /** For admission: the loads of servers, of all or of some, that are up and whose monitors speak. */
  loads(
    now: number,
    by: 'measured' | 'estimate',
    of: Iterable<number> = this.#servers.keys(),
  ): readonly number[] {
    const found: number[] = [];
    for (const server of of) {
      const entry = this.#servers.get(server);
      if (entry === undefined || entry.health.status.kind === 'failed') continue;
      const view = loadView(entry.load, now, this.#configs.load);
      if (view.monitor === 'speaking') found.push(view[by]);
    }
    return found;
  }

  /** What is known of one server. */
  find(server: number, now: number): ServerView | undefined {
    const entry = this.#servers.get(server);
    return entry === undefined ? undefined : this.#view(server, entry, now);
  }

  #view(server: number, { health, load }: Entry, now: number): ServerView {
    return {
      server,
      health,
      load: loadView(load, now, this.#configs.load),
      readiness: readiness(health, now, this.#configs.health),
      vector: load.vector,
      lostVectors: load.lost,
    };
  }
}
