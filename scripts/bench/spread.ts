/** How times are spread, as benchmarks print it. */

/** The value below which a part of some values is, sorted or not; 0 without any. @param part 0 to 1. */
export function quantile(values: Iterable<number>, part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
