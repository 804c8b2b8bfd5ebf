/** What operators are shown: plain data, as `moor status --json` prints it. */

import { formatIpv6Address } from '../wire/index.ts';
import type { Controller } from './controller.ts';
import { addressText } from './pipeline/index.ts';
import { type AdmissionStatus, admissionStatus, policyOf } from './server-status.ts';
import type { FlowCounts, FlowIdentity, FlowStatus } from './sessions/index.ts';
import type { SignallingSession } from './signalling/index.ts';
import type { SignallingStatus } from './signalling-agent.ts';
import type { SwitchStanding } from './switches/index.ts';

export type SwitchStatus = {
  readonly name: string;
  readonly target: string;
  readonly role: string;
  readonly standing: SwitchStanding;
  /** Entities that it is to hold. */
  readonly entities: number;
  readonly flows: FlowCounts;
};

export type ServiceStatus = {
  readonly name: string;
  readonly id: number;
  readonly address: string;
  readonly protocol: string | number;
  readonly port: number | undefined;
  readonly mode: string;
  readonly servers: number;
  readonly flows: number;
  /** How new sessions get their server; null where one load balancer takes all. */
  readonly policy: string | null;
  /** What SA2C does; null where it does nothing. */
  readonly admission: AdmissionStatus | null;
};

/** A binding of a mobile node. */
export type NodeStatus = {
  readonly homeAddress: string;
  readonly careOfAddress: string;
  readonly virtualAddress: string;
  readonly sequence: number;
  /** Seconds. */
  readonly expiresIn: number;
};

export type ControllerStatus = {
  readonly switches: readonly SwitchStatus[];
  readonly services: readonly ServiceStatus[];
  /** Packets that the switches handed over, by reason. */
  readonly punts: Readonly<Record<string, number>>;
  /** Flows that they told of. */
  readonly reports: Readonly<Record<string, number>>;
  readonly refusals: number;
  readonly signalling: SignallingStatus;
  readonly monitoring: MonitoringStatus;
  readonly bindings: number;
  /** What the Mobility Agent did, by reason. */
  readonly mobility: Readonly<Record<string, number>>;
};

/** What comes of agents, since the start. */
export type MonitoringStatus = {
  /** The UDP port; null where no agents are heard. */
  readonly port: number | null;
  /** Datagrams: taken, not authentic or no message, sent again or out of time, of servers that are not configured. */
  readonly messages: Readonly<Record<'taken' | 'wrong' | 'stale' | 'unknown', number>>;
  /** Servers that have failed, by why. */
  readonly failures: Readonly<Record<string, number>>;
  /** Their sessions, by what became of them. */
  readonly released: Readonly<Record<string, number>>;
};

export type SessionStatus = {
  readonly switch: string;
  readonly client: string;
  /** Null: any. */
  readonly clientPort: number | null;
  readonly service: string;
  readonly address: string;
  /** Null: any. */
  readonly port: number | null;
  readonly protocol: number;
  readonly server: string;
  readonly identity: FlowIdentity;
  readonly status: FlowStatus;
  /** The number of the session that signalling tells of; flows with the same one belong together. */
  readonly session: number | null;
  /** Seconds since the status was told. */
  readonly since: number;
};

export function controllerStatus(controller: Controller): ControllerStatus {
  const { config, numbers, counts } = controller;
  const perService = new Map<number, number>();
  for (const { flows } of controller.switches) {
    for (const [service, counts] of flows.perService()) {
      const { new: begun, established, inactive, closing } = counts;
      perService.set(service, (perService.get(service) ?? 0) + begun + established + inactive + closing);
    }
  }
  return {
    switches: controller.switches.map(({ name, config: own, keeper, flows }) => ({
      name,
      target: own.target,
      role: own.role,
      standing: keeper.standing,
      entities: keeper.wanted,
      flows: flows.counts(),
    })),
    services: config.services.map((service) => {
      const id = numbers.services.of(service.name);
      const { name, address, protocol, port, mode, servers } = service;
      return {
        name,
        id,
        address,
        protocol,
        port,
        mode,
        servers: servers.length,
        flows: perService.get(id) ?? 0,
        policy: policyOf(config, service),
        admission: admissionStatus(controller, service),
      };
    }),
    punts: Object.fromEntries(counts.punts),
    reports: Object.fromEntries(counts.reports),
    refusals: counts.refusals,
    signalling: controller.signalling.status,
    monitoring: monitoringStatus(controller),
    bindings: controller.mobility?.size ?? 0,
    mobility: Object.fromEntries(controller.mobility?.counters ?? []),
  };
}

function monitoringStatus({ cluster, counts }: Controller): MonitoringStatus {
  const { taken, wrong, stale, unknown, failures } = cluster.counts;
  return {
    port: cluster.port ?? null,
    messages: { taken, wrong, stale, unknown },
    failures: { ...failures },
    released: { ...counts.released },
  };
}

/** Some flows of sessions, of all switches; those that are only announced last. @param limit How many at most. */
export function sessionStatuses(controller: Controller, limit: number): readonly SessionStatus[] {
  const { numbers } = controller;
  const now = controller.now();
  const signalled = [...controller.signalling.sessions()];
  const owners = new Map<string, SignallingSession>();
  for (const session of signalled) {
    const { client, virtual } = session;
    owners.set(ends(client.address, client.port, virtual.address, virtual.port), session);
    for (const { source, sourcePort, destination, destinationPort } of session.secondary) {
      owners.set(ends(source, sourcePort, destination, destinationPort), session);
    }
  }
  const found: SessionStatus[] = [];
  for (const { name, flows } of controller.switches) {
    for (const { tuple, service, server, status, since, identity } of flows.flows()) {
      if (found.length >= limit) return found;
      const { source, sourcePort, destination, destinationPort } = tuple;
      const owner = owners.get(ends(source, sourcePort, destination, destinationPort));
      found.push({
        switch: name,
        client: addressText(tuple.source),
        clientPort: tuple.sourcePort,
        service: numbers.services.nameOf(owner?.service ?? service) ?? String(service),
        address: addressText(tuple.destination),
        port: tuple.destinationPort,
        protocol: tuple.protocol,
        server: numbers.servers.nameOf(server) ?? String(server),
        identity,
        status,
        session: owner?.number ?? null,
        since: Math.round((now - since) / 1000),
      });
    }
  }
  for (const session of signalled) {
    for (const flow of session.announced) {
      if (found.length >= limit) return found;
      found.push({
        switch: '',
        client: addressText(flow.clientAddress ?? session.client.address),
        clientPort: flow.clientPort ?? null,
        service: numbers.services.nameOf(session.service) ?? String(session.service),
        address: addressText(flow.virtualAddress),
        port: flow.virtualPort ?? null,
        protocol: flow.protocol,
        server: numbers.servers.nameOf(session.server) ?? String(session.server),
        identity: 'announced',
        status: 'new',
        session: session.number,
        since: Math.round(now / 1000 - session.since),
      });
    }
  }
  return found;
}

function ends(source: bigint, sourcePort: number, destination: bigint, destinationPort: number): string {
  return `${source},${sourcePort},${destination},${destinationPort}`;
}

/** Some bindings of mobile nodes. @param limit How many at most. */
export function nodeStatuses(controller: Controller, limit: number): readonly NodeStatus[] {
  const found: NodeStatus[] = [];
  for (const binding of controller.mobility?.bindings() ?? []) {
    if (found.length >= limit) break;
    found.push({
      homeAddress: formatIpv6Address(binding.homeAddress),
      careOfAddress: formatIpv6Address(binding.careOfAddress),
      virtualAddress: formatIpv6Address(binding.virtualAddress),
      sequence: binding.sequence,
      expiresIn: Math.round(binding.expiresIn),
    });
  }
  return found;
}
