/** The controller's own health, load, selection and admission, with what the switch does by their tables. */

import {
  type AdmissionState,
  decideAdmission,
  startAdmission,
  toSwitchProbability,
} from '../controller/admission/index.ts';
import { ServerMonitor } from '../controller/health/index.ts';
import { LOAD_DEFAULTS } from '../controller/load/index.ts';
import { select } from '../controller/selection/index.ts';
import type { Cluster } from './cluster.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** Draws of the switch are below this. */
const DRAWS = 65_536;

/** A controller and its switch. */
export class Dispatcher {
  readonly #scenario: Scenario;
  readonly #monitor: ServerMonitor;
  #admission: AdmissionState | undefined;
  #newProbability = 0;
  /** The server of each place of the group. */
  #places: Int32Array = new Int32Array(0);
  #round = 0;
  #sequence = 0;

  constructor(scenario: Scenario, cluster: Cluster) {
    this.#scenario = scenario;
    const { admission, health, forecast, reportEvery, weightsKnown } = scenario;
    this.#admission = admission === undefined ? undefined : startAdmission(admission);
    this.#monitor = new ServerMonitor(
      Array.from(cluster.size, (size, server) => ({ server, weight: weightsKnown ? size : 1 })),
      {
        health,
        load: { ...LOAD_DEFAULTS, period: 1000 * reportEvery, forecast },
      },
      0,
    );
    this.#publish(0);
  }

  /** Loads and heartbeats of the servers that are alive come in, and members are published. */
  report(cluster: Cluster, now: number): void {
    const milliseconds = Math.round(1000 * now);
    const sequence = this.#sequence++ & 0xffff;
    const timestamp = Math.floor(now);
    for (let server = 0; server < cluster.count; server++) {
      const cpu = cluster.busySince(server, now, this.#scenario.reportEvery);
      if (cluster.isAlive[server] === 0) continue;
      const about = { identity: server, sequence, timestamp };
      this.#monitor.take(
        {
          kind: 'load',
          stamp: undefined,
          value: { ...about, loads: { cpu, memory: 0, networkBuffers: 0, ioQueue: 0, backlog: 0 } },
        },
        milliseconds,
      );
      this.#monitor.take(
        { kind: 'availability', stamp: undefined, value: { ...about, flag: 'available' } },
        milliseconds,
      );
    }
    this.#monitor.tick(milliseconds);
    this.#publish(milliseconds);
  }

  /** SA2C decides; gives the seconds until it does again, and the part of established sessions' packets that is dropped. */
  decide(now: number): { readonly next: number; readonly established: number } | undefined {
    const { admission: config, admissionBy } = this.#scenario;
    if (config === undefined || this.#admission === undefined) return undefined;
    const servers = this.#monitor.loads(Math.round(1000 * now), admissionBy);
    this.#admission = decideAdmission(this.#admission, { servers, head: 0 }, config).state;
    const { probabilities, interval } = this.#admission;
    this.#newProbability = toSwitchProbability(probabilities.new_session);
    return { next: interval / 1000, established: toSwitchProbability(probabilities.established) / DRAWS };
  }

  /** The switch draws for a packet of a new session: is it refused? */
  refuses(random: Random): boolean {
    return this.#newProbability > 0 && Math.floor(random() * DRAWS) < this.#newProbability;
  }

  /** The member that the switch chooses by a session's hash, from 0 to below 1; undefined if there is none. */
  choose(hash: number): number | undefined {
    return this.#places[Math.floor(hash * this.#places.length)];
  }

  #publish(milliseconds: number): void {
    const { policy, places } = this.#scenario;
    const { members, places: placed } = select(
      this.#monitor.candidates(milliseconds),
      { policy, places, capacity: 1 },
      this.#round++,
    );
    if (placed !== undefined) {
      this.#places = Int32Array.from(placed);
      return;
    }
    const total = members.reduce((sum, { weight }) => sum + weight, 0);
    this.#places = new Int32Array(total);
    let at = 0;
    for (const { server, weight } of members) {
      this.#places.fill(server, at, at + weight);
      at += weight;
    }
  }
}
