/** What operators are shown of servers and of admission: plain data, as `moor servers --json` prints it. */

import type { Loads } from '../wire/monitoring/index.ts';
import type { Config, ServiceConfig } from './config/index.ts';
import { selectionSettings } from './config/index.ts';
import type { Controller } from './controller.ts';
import type { Reason, ServerView } from './health/index.ts';
import { serverKey } from './pipeline/index.ts';

/** `unwatched`: no agent tells of it. The others are those of docs/design/health.md. */
export type ServerState = 'unwatched' | ServerView['health']['status']['kind'];

export type ServerStatus = {
  readonly name: string;
  readonly service: string;
  /** Its number in the switch. */
  readonly id: number;
  readonly port: number;
  /** As configured. */
  readonly weight: number;
  readonly state: ServerState;
  /** Why it takes no new sessions, where it has failed. */
  readonly reason: Reason | null;
  /** Seconds since the state began, and since the last availability message; null where no agent tells of it. */
  readonly since: number | null;
  readonly lastHeard: number | null;
  /** Seconds since 1970 of a planned failure. */
  readonly failsAt: number | null;
  /** The part of new sessions of the service that it gets now, from 0 to 1. */
  readonly share: number;
  /** The part of its room that counts: below 1 while it starts slowly, 0 while it takes no sessions. */
  readonly readiness: number;
  readonly load: LoadStatus | null;
  /** Availability messages and load vectors that were lost, by their numbers. */
  readonly lost: { readonly availability: number; readonly load: number };
  /** Whether packets go there. */
  readonly reachable: boolean;
  readonly flows: number;
};

export type LoadStatus = {
  readonly measured: number;
  /** What is expected (equation 8), which selection and admission go by. */
  readonly forecast: number;
  readonly monitor: 'waiting' | 'speaking' | 'failed';
  /** The last vector; null before the first. */
  readonly vector: Loads | null;
};

export type AdmissionStatus = {
  /** max(l, l_c) at the last decision; null before the first. */
  readonly load: number | null;
  /** Probabilities, from 0 to 1. */
  readonly refused: { readonly new_session: number; readonly established: number };
  /** T_i, seconds, and until the next decision. */
  readonly interval: number;
  readonly nextIn: number;
  readonly thresholds: {
    readonly t1: number;
    readonly t2: number;
    readonly t3: number;
    readonly capacity: number;
  };
};

/** Each server of each service. */
export function serverStatuses(controller: Controller): readonly ServerStatus[] {
  const { config, numbers } = controller;
  const perServer = new Map<number, number>();
  for (const { flows } of controller.switches) {
    for (const [server, count] of flows.perServer())
      perServer.set(server, (perServer.get(server) ?? 0) + count);
  }
  const configured = new Map(config.servers.map((server) => [server.name, server]));
  return config.services.flatMap((service) => {
    const shares = sharesOf(controller, service);
    return service.servers.flatMap((name) => {
      const server = configured.get(name);
      if (server === undefined) return [];
      const id = numbers.servers.of(serverKey(service, name));
      return [
        {
          name,
          service: service.name,
          id,
          port: server.port,
          weight: server.weight,
          ...healthOf(controller, name),
          share: shares.get(name) ?? 0,
          flows: perServer.get(id) ?? 0,
        },
      ];
    });
  });
}

function sharesOf(controller: Controller, service: ServiceConfig): ReadonlyMap<string, number> {
  const members =
    service.mode === 'hand-over'
      ? service.servers.map((name) => ({ name, weight: 1 }))
      : controller.cluster.members(service);
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const shares = new Map<string, number>();
  for (const { name, weight } of members) shares.set(name, (shares.get(name) ?? 0) + weight / total);
  return shares;
}

function healthOf(controller: Controller, name: string) {
  const reachable = controller.cluster.isReachable(name);
  const view = controller.cluster.server(name);
  if (view === undefined) {
    return {
      state: 'unwatched' as const,
      ...{ reason: null, since: null, lastHeard: null, failsAt: null, load: null },
      ...{ readiness: 1, reachable, lost: { availability: 0, load: 0 } },
    };
  }
  const { health, load, readiness, vector, lostVectors } = view;
  const { status } = health;
  const ago = (moment: number) => Math.max(0, controller.now() - moment) / 1000;
  return {
    state: status.kind,
    reason: status.kind === 'failed' ? status.reason : null,
    since: ago(health.since),
    lastHeard: health.received === 0 ? null : ago(health.lastHeard),
    failsAt: status.kind === 'draining' ? status.failsAt / 1000 : null,
    readiness,
    load: {
      measured: load.measured,
      forecast: load.estimate,
      monitor: load.monitor,
      vector: vector ?? null,
    },
    lost: { availability: health.lost, load: lostVectors },
    reachable,
  };
}

/** What SA2C does for a service; null where it does nothing. */
export function admissionStatus(controller: Controller, service: ServiceConfig): AdmissionStatus | null {
  const view = controller.cluster.admission(service);
  if (view === undefined) return null;
  const { load, refusal, state, due } = view;
  return {
    load: load ?? null,
    refused: { new_session: refusal.new_session / WHOLE, established: refusal.established / WHOLE },
    interval: state.interval / 1000,
    nextIn: Math.max(0, due - controller.now()) / 1000,
    thresholds: state.thresholds,
  };
}

/** How a service chooses; null where one load balancer takes all. */
export function policyOf(config: Config, service: ServiceConfig): string | null {
  return service.mode === 'hand-over' ? null : selectionSettings(config, service).policy;
}

/** Probabilities stand in the switch as 1/65,536. */
const WHOLE = 65_536;
