/**
 * How much is tried. In the suite it is little, always the same. `MOOR_FUZZ=1000000` makes a long run, another
 * `MOOR_FUZZ_SEED` another one, and `MOOR_FUZZ_SECONDS=300` ends it by the time instead.
 */

import { Random } from './random.ts';

const { env } = process;

export const SEED = Number(env['MOOR_FUZZ_SEED'] ?? 1);
const SECONDS = env['MOOR_FUZZ_SECONDS'] === undefined ? undefined : Number(env['MOOR_FUZZ_SECONDS']);
export const IS_LONG = env['MOOR_FUZZ'] !== undefined || SECONDS !== undefined;

/** What one case may take, in milliseconds, before it counts as hanging: the machine may be busy. */
const LONGEST_CASE = 10_000;

/** How often a long run tells where it is, in milliseconds. */
const TELL = 30_000;

/**
 * Runs cases, each with random numbers of its own, and fails with what makes it again.
 * @param few How many there are in the suite.
 * @param each What one of them counts for in MOOR_FUZZ.
 * @returns How many were run.
 */
export async function runCases(
  few: number,
  body: (random: Random, number: number) => void | Promise<void>,
  each = 1,
): Promise<number> {
  const wanted =
    SECONDS !== undefined
      ? Number.POSITIVE_INFINITY
      : Math.ceil(Number(env['MOOR_FUZZ'] ?? few * each) / each);
  const first = Number(env['MOOR_FUZZ_FIRST'] ?? 0);
  const begin = performance.now();
  const end = begin + (SECONDS ?? 3600) * 1000;
  let told = begin;
  let number = first;
  for (; number < first + wanted; number++) {
    const start = performance.now();
    if (start > end) break;
    try {
      await body(new Random(Math.imul(SEED, 0x9e3779b1) + number), number);
    } catch (problem) {
      const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
      throw new Error(`case ${number} of seed ${SEED} (MOOR_FUZZ_FIRST=${number} MOOR_FUZZ=1): ${text}`);
    }
    const now = performance.now();
    if (now - start > LONGEST_CASE) throw new Error(`case ${number} of seed ${SEED} took ${now - start} ms`);
    if (!IS_LONG || now - told < TELL) continue;
    told = now;
    tell(number - first + 1, now - begin);
  }
  if (IS_LONG) tell(number - first, performance.now() - begin);
  return number - first;
}

/** Where a long run is, at once: what tests log is shown when they end. */
function tell(count: number, ms: number): void {
  const { rss, arrayBuffers, heapUsed } = process.memoryUsage();
  const mib = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  process.stderr.write(
    `${count} cases, ${Math.round(count / (ms / 1000))}/s, RSS ${mib(rss)}, heap ${mib(heapUsed)}, buffers ${mib(arrayBuffers)}\n`,
  );
}
