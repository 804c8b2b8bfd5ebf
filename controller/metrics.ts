/** Prometheus metrics of the controller and of what its switches count: docs/metrics.md. */

import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { clusterMetrics } from './cluster-metrics.ts';
import type { Controller } from './controller.ts';
import { gaugesOf, Totals } from './metric-kinds.ts';
import { serverStatuses } from './server-status.ts';
import { controllerStatus } from './status.ts';
import type { SwitchCountReader } from './switch-counts.ts';

/** Metrics, and what brings them up to date before they are read. */
export type Metrics = { readonly registry: Registry; readonly collect: () => Promise<void> };

/** Counters of the pipeline, by what their cells are. */
const BY_REASON = ['punts', 'policed'] as const;
const BY_SERVICE = ['admitted', 'refused', 'degraded'] as const;

/** Metrics of a controller; they are as old as the last `collect`. */
export function makeMetrics(controller: Controller, reader: SwitchCountReader): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'moor_' });
  const gauge = gaugesOf(registry);
  const collectCluster = clusterMetrics(controller, registry);
  const ready = gauge('moor_switch_ready', '1 where the switch holds what is wanted', ['switch']);
  const entities = gauge('moor_switch_entities', 'entities that the switch is to hold', ['switch']);
  const flows = gauge('moor_flows', 'flows by status', ['switch', 'status']);
  const collisions = gauge('moor_flow_collisions', 'flows that have an entry of flow_collisions', ['switch']);
  const punts = new Totals(registry, 'moor_packets_in_total', 'packets that switches handed over', [
    'reason',
  ]);
  const reports = new Totals(registry, 'moor_flow_reports_total', 'flows that switches told of', ['event']);
  const refusals = new Totals(registry, 'moor_refused_updates_total', 'changes that switches refused', []);
  const signalling = {
    sessions: gauge('moor_signalling_sessions', 'sessions that signalling tells of', []),
    entries: gauge('moor_announced_flow_entries', 'entries for flows that are announced', []),
    held: gauge('moor_signalling_held_bytes', 'bytes of signalling that wait for more', []),
    events: new Totals(registry, 'moor_signalling_total', 'what became of signalled sessions and flows', [
      'what',
    ]),
  };
  const written = new Histogram({
    name: 'moor_announced_flow_write_seconds',
    help: 'from a copy of a signalling packet to the entries that it gave',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1],
    registers: [registry],
  });
  controller.signalling.observe((seconds) => written.observe(seconds));
  const bindings = gauge('moor_bindings', 'bindings of mobile nodes', []);
  const mobility = new Totals(registry, 'moor_mobility_total', 'what the Mobility Agent did', ['what']);
  const perReason = {
    punts: new Totals(registry, 'moor_switch_punts_total', 'packets handed over, as the switch counts them', [
      'switch',
      'reason',
    ]),
    policed: new Totals(registry, 'moor_switch_policed_total', 'packets above the rate of their reason', [
      'switch',
      'reason',
    ]),
  };
  const perService = {
    admitted: new Totals(registry, 'moor_sessions_admitted_total', 'new sessions let in', [
      'switch',
      'service',
    ]),
    refused: new Totals(registry, 'moor_packets_refused_total', 'packets of new sessions refused', [
      'switch',
      'service',
    ]),
    degraded: new Totals(registry, 'moor_packets_degraded_total', 'packets of established sessions refused', [
      'switch',
      'service',
    ]),
  };

  const traffic = {
    packets: new Totals(registry, 'moor_port_received_packets_total', 'packets that came in by a port', [
      'switch',
      'port',
      'role',
    ]),
    bytes: new Totals(registry, 'moor_port_received_bytes_total', 'bytes of them', [
      'switch',
      'port',
      'role',
    ]),
  };
  const handovers = new Totals(registry, 'moor_handovers_total', 'handovers of mobile nodes', []);

  const collectSwitches = async () => {
    for (const [name, counts] of await reader.read()) {
      const roles = new Map(
        controller.switches
          .find((one) => one.name === name)
          ?.config.ports.map((port) => [port.number, port.role] as const),
      );
      for (const { port, packets, bytes } of counts.ports) {
        const labels = { switch: name, port: String(port), role: roles.get(port) ?? '' };
        traffic.packets.set(labels, packets);
        traffic.bytes.set(labels, bytes);
      }
      for (const key of BY_REASON) {
        for (const [reason, value] of counts[key]) perReason[key].set({ switch: name, reason }, value);
      }
      for (const key of BY_SERVICE) {
        for (const [service, value] of counts[key])
          if (value > 0) perService[key].set({ switch: name, service }, value);
      }
    }
  };

  const collect = async () => {
    const status = controllerStatus(controller);
    for (const one of status.switches) {
      ready.set({ switch: one.name }, one.standing.kind === 'ready' ? 1 : 0);
      entities.set({ switch: one.name }, one.entities);
      for (const kind of ['new', 'established', 'inactive', 'closing'] as const) {
        flows.set({ switch: one.name, status: kind }, one.flows[kind]);
      }
      collisions.set({ switch: one.name }, one.flows.collisions);
    }
    collectCluster(serverStatuses(controller));
    for (const [reason, value] of Object.entries(status.punts)) punts.set({ reason }, value);
    for (const [event, value] of Object.entries(status.reports)) reports.set({ event }, value);
    refusals.set({}, status.refusals);
    signalling.sessions.set(status.signalling.sessions);
    signalling.entries.set(status.signalling.entries);
    signalling.held.set(status.signalling.heldBytes);
    for (const [what, value] of Object.entries(status.signalling.events)) {
      signalling.events.set({ what: snake(what) }, value);
    }
    bindings.set(status.bindings);
    for (const [what, value] of Object.entries(status.mobility)) mobility.set({ what }, value);
    handovers.set({}, controller.handovers?.total ?? 0);
    // A switch that does not answer is told by moor_switch_ready; its counts are those of the last time.
    await collectSwitches();
  };
  return { registry, collect };
}

function snake(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
