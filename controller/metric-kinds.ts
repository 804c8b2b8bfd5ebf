/** Kinds of metrics that somebody else counts. */

import { Counter, Gauge, type Registry } from 'prom-client';

/** Makes gauges of a registry. */
export function gaugesOf(registry: Registry) {
  return (name: string, help: string, labelNames: readonly string[]) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
}

/** A counter that somebody else counts: it is brought to their number. */
export class Totals {
  readonly #counter: Counter;
  readonly #last = new Map<string, number>();

  constructor(registry: Registry, name: string, help: string, labelNames: readonly string[]) {
    this.#counter = new Counter({ name, help, labelNames: [...labelNames], registers: [registry] });
  }

  /** A number below the last one is that of a switch that has started again. */
  set(labels: Readonly<Record<string, string>>, value: number): void {
    const key = JSON.stringify(labels);
    const last = this.#last.get(key) ?? 0;
    this.#last.set(key, value);
    this.#counter.inc({ ...labels }, value >= last ? value - last : value);
  }
}
