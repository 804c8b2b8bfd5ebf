/** How long to wait before the next attempt. */

export type BackoffOptions = {
  /** Milliseconds before the second attempt, on average. */
  readonly firstMs: number;
  /** Never longer than this. */
  readonly greatestMs: number;
};

export const DEFAULT_BACKOFF: BackoffOptions = { firstMs: 200, greatestMs: 10_000 };

/**
 * Milliseconds to wait after a number of failures: twice as long each time, and anywhere between half of it and all, so
 * that controllers that lost a switch together do not come back together.
 * @param failures In a row, 1 or more.
 * @param random A number from 0 to 1.
 */
export function backoffMs(failures: number, random: number, options = DEFAULT_BACKOFF): number {
  const whole = Math.min(options.greatestMs, options.firstMs * 2 ** Math.min(failures - 1, 30));
  return whole / 2 + (whole / 2) * random;
}
