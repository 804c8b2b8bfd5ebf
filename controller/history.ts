/**
 * The last half hour in figures, for charts: a sample every two seconds, kept in memory. For longer times there is
 * Prometheus.
 */

import type { Overview, PortRole } from './overview.ts';
import { type Rates, ratesBetween } from './rates.ts';

/** What a series is of; units in docs/dashboard.md. */
export type SeriesKind =
  /** Of a switch and a side: `edge, from clients`. */
  | 'bits'
  | 'packets'
  /** Of a service. */
  | 'sessions'
  | 'begun'
  | 'refused'
  | 'service-load'
  | 'refusal-new'
  | 'refusal-established'
  /** Of a server. */
  | 'load'
  | 'forecast'
  /** Of a reason. */
  | 'punts'
  /** Of all. */
  | 'bindings';

export type Series = {
  readonly kind: SeriesKind;
  readonly of: string;
  /** One for each time; null where there was none. */
  readonly values: readonly (number | null)[];
};

export type HistoryAnswer = {
  /** Milliseconds between samples. */
  readonly every: number;
  /** Milliseconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
};

export const SAMPLE_MS = 2000;
const KEPT = 900;
/** Charts with more are not read, and memory is not for them. */
const MOST_SERVERS = 32;
const MOST_SERVICES = 32;
const MOST_SERIES = 400;

/** What comes in by ports of a role. */
export const SIDES: Readonly<Record<PortRole, string>> = {
  uplink: 'from clients',
  server: 'from servers',
  both: 'from clients and servers',
};

/** A ring of numbers, one for each sample. */
type Column = { readonly kind: SeriesKind; readonly of: string; readonly values: Float64Array };

export class History {
  readonly #columns = new Map<string, Column>();
  readonly #times = new Float64Array(KEPT);
  /** How many samples there were. */
  #count = 0;
  #before: Overview | undefined;

  /** Takes a sample. The first gives no rates, and is not kept. */
  add(overview: Overview): void {
    const before = this.#before;
    this.#before = overview;
    if (before === undefined) return;
    const slot = this.#count % KEPT;
    this.#times[slot] = overview.at;
    for (const { values } of this.#columns.values()) values[slot] = Number.NaN;
    for (const [kind, of, value] of sampleOf(overview, ratesBetween(before, overview)))
      this.#set(slot, kind, of, value);
    this.#count++;
  }

  /** Samples after a time, the oldest first. @param since Milliseconds since 1970. */
  after(since: number): HistoryAnswer {
    const slots: number[] = [];
    for (let one = Math.max(0, this.#count - KEPT); one < this.#count; one++) {
      const slot = one % KEPT;
      if ((this.#times[slot] ?? 0) > since) slots.push(slot);
    }
    return {
      every: SAMPLE_MS,
      times: slots.map((slot) => this.#times[slot] ?? 0),
      series: [...this.#columns.values()].flatMap(({ kind, of, values }) => {
        const shown = slots.map((slot) => shortened(values[slot]));
        return shown.every((value) => value === null) ? [] : [{ kind, of, values: shown }];
      }),
    };
  }

  #set(slot: number, kind: SeriesKind, of: string, value: number): void {
    const key = `${kind} ${of}`;
    let column = this.#columns.get(key);
    if (column === undefined) {
      if (this.#columns.size >= MOST_SERIES) this.#forgetEmpty();
      if (this.#columns.size >= MOST_SERIES) return;
      column = { kind, of, values: new Float64Array(KEPT).fill(Number.NaN) };
      this.#columns.set(key, column);
    }
    column.values[slot] = value;
  }

  /** What a configuration has no more is forgotten when there is need of its place. */
  #forgetEmpty(): void {
    for (const [key, { values }] of this.#columns) if (values.every(Number.isNaN)) this.#columns.delete(key);
  }
}

function* sampleOf(overview: Overview, rates: Rates): Generator<readonly [SeriesKind, string, number]> {
  for (const [name, { byRole }] of Object.entries(rates.switches)) {
    for (const [role, flow] of Object.entries(byRole)) {
      if (role !== 'uplink' && role !== 'server' && role !== 'both') continue;
      yield ['bits', `${name}, ${SIDES[role]}`, flow.bits];
      yield ['packets', `${name}, ${SIDES[role]}`, flow.packets];
    }
  }
  for (const { name, flows, admission } of overview.services.slice(0, MOST_SERVICES)) {
    const own = rates.services[name];
    yield ['sessions', name, flows];
    if (own !== undefined) {
      yield ['begun', name, own.admitted];
      yield ['refused', name, own.refused + own.degraded];
    }
    if (admission === null) continue;
    if (admission.load !== null) yield ['service-load', name, admission.load];
    yield ['refusal-new', name, admission.refused.new_session];
    yield ['refusal-established', name, admission.refused.established];
  }
  const servers = new Map(overview.servers.map((one) => [one.name, one]));
  for (const { name, load } of [...servers.values()].slice(0, MOST_SERVERS)) {
    if (load === null || load.vector === null || load.monitor !== 'speaking') continue;
    yield ['load', name, load.measured];
    yield ['forecast', name, load.forecast];
  }
  for (const [reason, { packets }] of Object.entries(rates.punts)) yield ['punts', reason, packets];
  yield ['bindings', 'mobile nodes', overview.bindings];
}

/** Six digits are more than a chart shows. */
function shortened(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : Number(value.toPrecision(6));
}
