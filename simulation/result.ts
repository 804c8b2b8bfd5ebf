/** What a simulation found. */

/** A distribution, seconds or times. */
export type Spread = { readonly mean: number; readonly p99: number };

/** What was seen in some seconds. */
export type Moment = {
  /** Seconds since the end of the warm-up. */
  readonly at: number;
  readonly completed: number;
  readonly refused: number;
  readonly broken: number;
  /** Asked of the servers, as a part of what they can do: may be above 1. */
  readonly load: number;
};

/** What became of the sessions of a kind. */
export type Outcome = {
  readonly offered: number;
  readonly completed: number;
  readonly degraded: number;
  readonly refused: number;
  readonly broken: number;
};

export type Result = {
  /** New sessions that clients began, in the measured time; so with all counts. */
  readonly offered: number;
  /** Sessions that ended as they should, in good quality: the paper's useful throughput is these a second. */
  readonly completed: number;
  /** Sessions that ended with less than 95 % of what they should have had. */
  readonly degraded: number;
  /** Clients who gave up, since admission or a dead server let none of their packets through. */
  readonly refused: number;
  /** Sessions that were let in and ended before their time: the client had enough, or the server died. */
  readonly broken: number;
  /** `completed`, a second and as a part of the sessions that the servers could do. */
  readonly usefulThroughput: number;
  readonly useful: number;
  /** The work of completed sessions, as a part of what the servers could do: here a long session counts for what it took. */
  readonly usefulWork: number;
  /** By the name of the kind. */
  readonly byKind: Readonly<Record<string, Outcome>>;
  /** From the first packet to the one that was let in. */
  readonly setup: Spread;
  /** How many times as long as on an empty server elastic sessions took. */
  readonly slowdown: Spread;
  /** Standard deviation of the load over servers, the mean over time: asked of each, as a part of its size. */
  readonly deviation: number;
  /** The mean over time of the fullest server. */
  readonly fullest: number;
  readonly moments: readonly Moment[];
  /** Events that were handled. */
  readonly events: number;
};

/** Collects values, all in all counted in steps of 1/20 of their size, which is enough for a percentile. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;

  add(value: number): void {
    const step = value <= 1e-3 ? Number.NEGATIVE_INFINITY : Math.round(Math.log(value) * 20);
    this.#counts.set(step, (this.#counts.get(step) ?? 0) + 1);
    this.#count++;
    this.#sum += value;
  }

  spread(): Spread {
    if (this.#count === 0) return { mean: 0, p99: 0 };
    let left = 0.99 * this.#count;
    for (const [step, count] of [...this.#counts].sort(([one], [other]) => one - other)) {
      left -= count;
      if (left <= 0) return { mean: this.#sum / this.#count, p99: Math.exp(step / 20) };
    }
    return { mean: this.#sum / this.#count, p99: 0 };
  }
}
