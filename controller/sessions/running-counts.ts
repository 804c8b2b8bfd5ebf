/** Counts of flows that are kept as flows change: a status is asked for each second, and there may be a million flows. */

import type { Flow, FlowCounts, FlowStatus } from './flow-table.ts';

/** Flows by status. */
export type StatusCounts = Readonly<Record<FlowStatus, number>>;

export class RunningCounts {
  readonly #counts = { new: 0, established: 0, inactive: 0, closing: 0, total: 0, collisions: 0 };
  readonly #perServer = new Map<number, number>();
  readonly #perService = new Map<number, Record<FlowStatus, number>>();

  get counts(): FlowCounts {
    return { ...this.#counts };
  }

  /** Flows of each server that are not about to end. */
  get perServer(): ReadonlyMap<number, number> {
    return this.#perServer;
  }

  /** All flows of each service that has any. */
  get perService(): ReadonlyMap<number, StatusCounts> {
    return this.#perService;
  }

  /** A flow is another one now; `undefined`: it was not there, or is there no more. */
  change(before: Flow | undefined, after: Flow | undefined): void {
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
  }

  #add({ status, place, server, service }: Flow, by: 1 | -1): void {
    this.#counts.total += by;
    this.#counts[status] += by;
    if (place === 'collisions') this.#counts.collisions += by;
    if (status !== 'closing') addTo(this.#perServer, server, by);
    const own = this.#perService.get(service) ?? { new: 0, established: 0, inactive: 0, closing: 0 };
    own[status] += by;
    if (own.new + own.established + own.inactive + own.closing === 0) this.#perService.delete(service);
    else this.#perService.set(service, own);
  }
}

function addTo(counts: Map<number, number>, key: number, by: 1 | -1): void {
  const now = (counts.get(key) ?? 0) + by;
  if (now === 0) counts.delete(key);
  else counts.set(key, now);
}
