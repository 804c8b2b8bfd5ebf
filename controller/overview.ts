/** All that `moor top` and the dashboard show at one moment: plain data, as `moor top --json` prints it. */

import { formatIpv6Address } from '../wire/index.ts';
import type { SwitchConfig } from './config/index.ts';
import type { Controller } from './controller.ts';
import { type ServerStatus, serverStatuses } from './server-status.ts';
import type { StatusCounts } from './sessions/index.ts';
import {
  controllerStatus,
  type MonitoringStatus,
  type NodeStatus,
  nodeStatuses,
  type ServiceStatus,
  type SwitchStatus,
} from './status.ts';
import type { SwitchCountReader, SwitchCounts } from './switch-counts.ts';

export type PortRole = SwitchConfig['ports'][number]['role'];

/** What came in by a port since the switch's program began. */
export type PortTraffic = {
  readonly port: number;
  readonly role: PortRole;
  readonly packets: number;
  readonly bytes: number;
};

export type SwitchOverview = SwitchStatus & {
  /** When its counters were read, milliseconds since 1970; null before the first time. */
  readonly countedAt: number | null;
  readonly ports: readonly PortTraffic[];
};

export type ServiceOverview = ServiceStatus & {
  readonly sessions: StatusCounts;
  /** New sessions, packets of new sessions that were refused, and of established ones: on all switches. */
  readonly admitted: number;
  readonly refusedPackets: number;
  readonly degradedPackets: number;
};

/** Packets for the controller, on all switches. */
export type PuntOverview = {
  readonly reason: string;
  readonly packets: number;
  /** Those above the rate of their reason, which were dropped. */
  readonly policed: number;
};

/** A mobile node has moved. */
export type HandoverStatus = {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly homeAddress: string;
  readonly virtualAddress: string;
  readonly from: string;
  readonly to: string;
  /** Until all switches had it. */
  readonly milliseconds: number;
};

export type Overview = {
  /** Milliseconds since 1970: now, and when the controller began. */
  readonly at: number;
  readonly startedAt: number;
  readonly switches: readonly SwitchOverview[];
  readonly services: readonly ServiceOverview[];
  readonly servers: readonly ServerStatus[];
  readonly punts: readonly PuntOverview[];
  readonly monitoring: MonitoringStatus;
  /** Sessions that signalling tells of. */
  readonly signalledSessions: number;
  readonly bindings: number;
  /** Some of them. */
  readonly nodes: readonly NodeStatus[];
  /** How many there were since the start, and the last ones, the newest first. */
  readonly handovers: number;
  readonly lastHandovers: readonly HandoverStatus[];
};

const NODES = 50;
const HANDOVERS = 20;
const NO_SESSIONS: StatusCounts = { new: 0, established: 0, inactive: 0, closing: 0 };

/** Reads what the switches count, and puts it beside what the controller knows. */
export async function overviewOf(controller: Controller, reader: SwitchCountReader): Promise<Overview> {
  const counts = await reader.read();
  const status = controllerStatus(controller);
  const { handovers } = controller;
  return {
    at: controller.now(),
    startedAt: controller.startedAt,
    switches: status.switches.map((one) => ({ ...one, ...trafficOf(controller, one.name, counts) })),
    services: status.services.map((one) => ({
      ...one,
      sessions: sessionsOf(controller, one.id),
      admitted: sumOf(counts, ({ admitted }) => admitted.get(one.name)),
      refusedPackets: sumOf(counts, ({ refused }) => refused.get(one.name)),
      degradedPackets: sumOf(counts, ({ degraded }) => degraded.get(one.name)),
    })),
    servers: serverStatuses(controller),
    punts: puntsOf(counts),
    monitoring: status.monitoring,
    signalledSessions: status.signalling.sessions,
    bindings: status.bindings,
    nodes: nodeStatuses(controller, NODES),
    handovers: handovers?.total ?? 0,
    lastHandovers: (handovers?.last(HANDOVERS) ?? []).map(
      ({ at, homeAddress, virtualAddress, from, to, milliseconds }) => ({
        ...{ at, milliseconds },
        homeAddress: formatIpv6Address(homeAddress),
        virtualAddress: formatIpv6Address(virtualAddress),
        from: formatIpv6Address(from),
        to: formatIpv6Address(to),
      }),
    ),
  };
}

type Counts = ReadonlyMap<string, SwitchCounts>;

function trafficOf(controller: Controller, name: string, counts: Counts) {
  const found = counts.get(name);
  const roles = new Map(
    controller.switches
      .find((one) => one.name === name)
      ?.config.ports.map(({ number, role }) => [number, role] as const),
  );
  return {
    countedAt: found?.at ?? null,
    // Ports that the configuration does not have any more are about to go.
    ports: (found?.ports ?? []).flatMap((one) => {
      const role = roles.get(one.port);
      return role === undefined ? [] : [{ ...one, role }];
    }),
  };
}

function sessionsOf(controller: Controller, service: number): StatusCounts {
  const sum = { ...NO_SESSIONS };
  for (const { flows } of controller.switches) {
    const counts = flows.perService().get(service) ?? NO_SESSIONS;
    for (const status of ['new', 'established', 'inactive', 'closing'] as const)
      sum[status] += counts[status];
  }
  return sum;
}

function sumOf(counts: Counts, of: (one: SwitchCounts) => number | undefined): number {
  let sum = 0;
  for (const one of counts.values()) sum += of(one) ?? 0;
  return sum;
}

/** The most frequent first. */
function puntsOf(counts: Counts): readonly PuntOverview[] {
  const reasons = new Set<string>();
  for (const { punts, policed } of counts.values())
    for (const reason of [...punts.keys(), ...policed.keys()]) reasons.add(reason);
  return [...reasons]
    .map((reason) => ({
      reason,
      packets: sumOf(counts, ({ punts }) => punts.get(reason)),
      policed: sumOf(counts, ({ policed }) => policed.get(reason)),
    }))
    .sort((left, right) => right.packets - left.packets || left.reason.localeCompare(right.reason));
}
