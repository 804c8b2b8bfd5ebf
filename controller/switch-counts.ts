/** What switches count, as it was read last: traffic by port, packets for the controller, what admission did. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Controller } from './controller.ts';
import { type ManagedSwitch, reasonName } from './managed-switch.ts';
import { counters, tables } from './pipeline/index.ts';

/** Counters with a cell for each reason, and with one for each service. */
const BY_REASON = ['punts', 'policed'] as const;
const BY_SERVICE = ['admitted', 'refused', 'degraded'] as const;

/** A reading that is younger, in milliseconds, is as good as a new one: several may ask at once. */
const FRESH_MS = 250;
/** A switch that does not answer for so long is told of with its last reading. */
const PATIENCE_MS = 2000;

export type PortCount = { readonly port: number; readonly packets: number; readonly bytes: number };

/** All since the switch's program began. */
export type SwitchCounts = {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What came in. */
  readonly ports: readonly PortCount[];
  /** Packets by reason: handed over, and above the rate of their reason. */
  readonly punts: ReadonlyMap<string, number>;
  readonly policed: ReadonlyMap<string, number>;
  /** By service: new sessions, packets of new sessions that were refused, and of established ones. */
  readonly admitted: ReadonlyMap<string, number>;
  readonly refused: ReadonlyMap<string, number>;
  readonly degraded: ReadonlyMap<string, number>;
};

/** Reads what the switches of a controller count. */
export class SwitchCountReader {
  readonly #controller: Controller;
  readonly #last = new Map<string, SwitchCounts>();
  /** Of this process's clock, by the switches' names. */
  readonly #readAt = new Map<string, number>();
  readonly #reading = new Map<string, Promise<void>>();

  constructor(controller: Controller) {
    this.#controller = controller;
  }

  /** The counts by the switches' names; a switch that does not answer has those of the last time, or none. */
  async read(): Promise<ReadonlyMap<string, SwitchCounts>> {
    const { switches } = this.#controller;
    const patience = new AbortController();
    try {
      await Promise.race([
        Promise.all(switches.map((one) => this.#refresh(one))),
        wait(PATIENCE_MS, undefined, { signal: patience.signal }),
      ]);
    } finally {
      patience.abort();
    }
    const names = new Set(switches.map(({ name }) => name));
    for (const name of this.#last.keys()) {
      if (names.has(name)) continue;
      this.#last.delete(name);
      this.#readAt.delete(name);
    }
    return this.#last;
  }

  async #refresh(one: ManagedSwitch): Promise<void> {
    const { name, keeper } = one;
    if (keeper.standing.kind !== 'ready') return;
    if (performance.now() - (this.#readAt.get(name) ?? -FRESH_MS) < FRESH_MS) return;
    let reading = this.#reading.get(name);
    if (reading === undefined) {
      reading = this.#readOne(one)
        .then((counts) => {
          this.#last.set(name, counts);
          this.#readAt.set(name, performance.now());
        })
        // That it does not answer is told by its standing.
        .catch(() => {})
        .finally(() => this.#reading.delete(name));
      this.#reading.set(name, reading);
    }
    await reading;
  }

  async #readOne({ keeper }: ManagedSwitch): Promise<SwitchCounts> {
    const { numbers, config } = this.#controller;
    const services = new Map(config.services.map(({ name }) => [BigInt(numbers.services.of(name)), name]));
    const requests = [
      tables.ports.all({ counter: true }),
      ...BY_REASON.map((key) => counters[key].cell()),
      // There are thousands of cells, and few services.
      ...BY_SERVICE.flatMap((key) => [...services.keys()].map((number) => counters[key].cell(number))),
    ];
    const found = {
      ...{ punts: new Map<string, number>(), policed: new Map<string, number>() },
      admitted: new Map<string, number>(),
      refused: new Map<string, number>(),
      degraded: new Map<string, number>(),
    };
    const ports: PortCount[] = [];
    for await (const entity of keeper.read(requests)) {
      const port = tables.ports.decode(entity);
      if (port !== undefined && !port.isDefault && port.counter !== undefined) {
        const { packets, bytes } = port.counter;
        ports.push({ port: port.key.port, packets: Number(packets), bytes: Number(bytes) });
        continue;
      }
      for (const key of BY_REASON) {
        const cell = counters[key].decode(entity);
        if (cell?.index !== undefined && cell.counts.packets > 0n)
          found[key].set(reasonName(Number(cell.index)), Number(cell.counts.packets));
      }
      for (const key of BY_SERVICE) {
        const cell = counters[key].decode(entity);
        const service = cell?.index === undefined ? undefined : services.get(BigInt(cell.index));
        if (cell !== undefined && service !== undefined) found[key].set(service, Number(cell.counts.packets));
      }
    }
    ports.sort((left, right) => left.port - right.port);
    return { at: this.#controller.now(), ports, ...found };
  }
}
