/** Health and load of all servers: what selection and admission are made from. */

import type { MonitoringMessage } from '../../wire/monitoring/index.ts';
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

/** What is known of a server. */
export type ServerView = {
  readonly server: number;
  readonly health: ServerHealth;
  readonly load: LoadView;
  readonly lostVectors: number;
};

type Entry = { readonly weight: number; health: ServerHealth; load: ServerLoad };

/** Keeps the state of each server; time is passed in. */
export class ServerMonitor {
  readonly #servers = new Map<number, Entry>();
  readonly #health: HealthConfig;
  readonly #load: LoadConfig;

  constructor(
    servers: Iterable<MonitoredServer>,
    configs: { readonly health: HealthConfig; readonly load: LoadConfig },
    now: number,
  ) {
    this.#health = configs.health;
    this.#load = configs.load;
    for (const { server, weight } of servers) {
      this.#servers.set(server, { weight, health: startHealth(now), load: startLoad(now) });
    }
  }

  has(server: number): boolean {
    return this.#servers.has(server);
  }

  /** Takes a message of an agent; one of an unknown server changes nothing. */
  take({ kind, value }: MonitoringMessage, now: number): readonly ServerEffect[] {
    const entry = this.#servers.get(value.identity);
    if (entry === undefined) return [];
    if (kind === 'load') {
      entry.load = loadStep(entry.load, value, now, this.#load);
      return [];
    }
    return this.#apply(
      value.identity,
      entry,
      healthStep(entry.health, { kind: 'message', now, message: value }, this.#health),
    );
  }

  /** Time has passed: to be called a few times each d. */
  tick(now: number): readonly ServerEffect[] {
    const effects: ServerEffect[] = [];
    for (const [server, entry] of this.#servers) {
      effects.push(
        ...this.#apply(server, entry, healthStep(entry.health, { kind: 'tick', now }, this.#health)),
      );
    }
    return effects;
  }

  #apply(server: number, entry: Entry, { health, effects }: HealthStep): readonly ServerEffect[] {
    entry.health = health;
    return effects.map((effect) => ({ ...effect, server }));
  }

  /** The servers that take new sessions; those with weight 0 take none. */
  candidates(now: number): readonly Candidate[] {
    const found: Candidate[] = [];
    for (const [server, { weight, health, load }] of this.#servers) {
      if (weight <= 0 || !takesSessions(health)) continue;
      const { measured, estimate } = loadView(load, now, this.#load);
      found.push({ server, weight, measured, estimate, readiness: readiness(health, now, this.#health) });
    }
    return found;
  }

  /** For admission: the loads of servers that are up and whose monitors speak. */
  loads(now: number, by: 'measured' | 'estimate'): readonly number[] {
    const found: number[] = [];
    for (const { health, load } of this.#servers.values()) {
      if (health.status.kind === 'failed') continue;
      const view = loadView(load, now, this.#load);
      if (view.monitor === 'speaking') found.push(view[by]);
    }
    return found;
  }

  view(now: number): readonly ServerView[] {
    return [...this.#servers].map(([server, { health, load }]) => ({
      server,
      health,
      load: loadView(load, now, this.#load),
      lostVectors: load.lost,
    }));
  }
}
