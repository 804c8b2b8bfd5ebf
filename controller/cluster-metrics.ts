/** Prometheus metrics of health, load, admission and selection: docs/metrics.md. */

import type { Registry } from 'prom-client';
import type { Controller } from './controller.ts';
import { gaugesOf, Totals } from './metric-kinds.ts';
import { admissionStatus, type ServerStatus } from './server-status.ts';

const STATES = ['unwatched', 'unknown', 'up', 'application-down', 'draining', 'failed'] as const;

/** Registers them. @returns What brings them up to date. */
export function clusterMetrics(
  controller: Controller,
  registry: Registry,
): (servers: readonly ServerStatus[]) => void {
  const gauge = gaugesOf(registry);
  const perServer = {
    flows: gauge('moor_server_flows', 'flows of a server that are not about to end', ['service', 'server']),
    weight: gauge('moor_server_weight', 'its weight as configured', ['service', 'server']),
    share: gauge('moor_server_share', 'the part of new sessions that it gets', ['service', 'server']),
    state: gauge('moor_server_state', '1 for the state that it is in', ['server', 'state']),
    heard: gauge('moor_server_last_heard_seconds', 'since the last availability message', ['server']),
    readiness: gauge('moor_server_readiness', 'the part of its room that counts', ['server']),
    load: gauge('moor_server_load', 'its load, measured and forecast', ['server', 'kind']),
    component: gauge('moor_server_load_component', 'its last load vector', ['server', 'component']),
    speaks: gauge('moor_server_load_monitor_speaks', '1 where its load monitor is not silent', ['server']),
  };
  const admission = {
    load: gauge('moor_admission_load', 'max(l, l_c) at the last decision', ['service']),
    probability: gauge('moor_admission_probability', 'the probability of a refusal', ['service', 'class']),
    interval: gauge('moor_admission_interval_seconds', 'T_i', ['service']),
    threshold: gauge('moor_admission_threshold', 'the thresholds in force', ['service', 'threshold']),
  };
  const lost = new Totals(registry, 'moor_server_messages_lost_total', 'messages that were lost on the way', [
    'server',
    'kind',
  ]);
  const messages = new Totals(registry, 'moor_monitoring_messages_total', 'datagrams of agents', ['result']);
  const failures = new Totals(registry, 'moor_server_failures_total', 'servers that failed', ['reason']);
  const released = new Totals(registry, 'moor_sessions_released_total', 'sessions of servers that failed', [
    'fate',
  ]);
  const published = new Totals(
    registry,
    'moor_selection_changes_total',
    'decisions that changed members',
    [],
  );

  const ofServer = (one: ServerStatus) => {
    const { name: server, load } = one;
    for (const state of STATES) perServer.state.set({ server, state }, one.state === state ? 1 : 0);
    perServer.readiness.set({ server }, one.readiness);
    if (one.lastHeard !== null) perServer.heard.set({ server }, one.lastHeard);
    if (load === null) return;
    perServer.load.set({ server, kind: 'measured' }, load.measured);
    perServer.load.set({ server, kind: 'forecast' }, load.forecast);
    perServer.speaks.set({ server }, load.monitor === 'speaking' ? 1 : 0);
    for (const [component, value] of Object.entries(load.vector ?? {}))
      perServer.component.set({ server, component }, value);
    for (const [kind, value] of Object.entries(one.lost)) lost.set({ server, kind }, value);
  };

  return (servers) => {
    for (const one of [...Object.values(perServer), ...Object.values(admission)]) one.reset();
    for (const one of servers) {
      const labels = { service: one.service, server: one.name };
      perServer.flows.set(labels, one.flows);
      perServer.weight.set(labels, one.weight);
      perServer.share.set(labels, one.share);
    }
    for (const one of new Map(servers.map((server) => [server.name, server])).values()) ofServer(one);
    for (const service of controller.config.services) {
      const status = admissionStatus(controller, service);
      if (status === null) continue;
      const labels = { service: service.name };
      if (status.load !== null) admission.load.set(labels, status.load);
      admission.interval.set(labels, status.interval);
      for (const [kind, value] of Object.entries(status.refused))
        admission.probability.set({ ...labels, class: kind }, value);
      for (const [threshold, value] of Object.entries(status.thresholds))
        admission.threshold.set({ ...labels, threshold }, value);
    }
    const { published: changes, failures: failed, taken, wrong, stale, unknown } = controller.cluster.counts;
    for (const [result, value] of Object.entries({ taken, wrong, stale, unknown }))
      messages.set({ result }, value);
    for (const [reason, value] of Object.entries(failed)) failures.set({ reason }, value);
    for (const [fate, value] of Object.entries(controller.counts.released)) released.set({ fate }, value);
    published.set({}, changes);
  };
}
