/** What the page has of /history, put together from its answers. */

import type { HistoryAnswer, SeriesKind } from '../controller/history.ts';

export type Line = { readonly kind: SeriesKind; readonly of: string; values: (number | null)[] };

/** Half an hour. */
const KEPT = 900;

export class Samples {
  /** Milliseconds since 1970. */
  times: number[] = [];
  readonly lines = new Map<string, Line>();

  /** The time of the last sample, or 0. */
  get last(): number {
    return this.times.at(-1) ?? 0;
  }

  /** Forgets all, as when the controller has started again. */
  clear(): void {
    this.times = [];
    this.lines.clear();
  }

  /** Takes samples that are newer than the last. */
  take({ times, series }: HistoryAnswer): void {
    const before = this.times.length;
    for (const { kind, of } of series) {
      const key = `${kind} ${of}`;
      if (!this.lines.has(key)) this.lines.set(key, { kind, of, values: Array(before).fill(null) });
    }
    const taken = new Map(series.map(({ kind, of, values }) => [`${kind} ${of}`, values]));
    this.times = [...this.times, ...times].slice(-KEPT);
    for (const [key, line] of this.lines) {
      const added = taken.get(key) ?? times.map(() => null);
      line.values = [...line.values, ...added].slice(-KEPT);
      if (line.values.every((value) => value === null)) this.lines.delete(key);
    }
  }
}
