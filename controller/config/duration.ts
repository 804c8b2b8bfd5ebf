/** Times as people write them. */

import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds, or a number with a unit. */
export const duration = z
  .union([z.number().positive(), z.string()])
  .transform((value, context) => {
    const seconds = typeof value === 'number' ? value : parseDuration(value);
    if (seconds === undefined) {
      context.addIssue({ code: 'custom', message: 'it is no time; write 500ms, 30s, 5m or 1h' });
      return z.NEVER;
    }
    return seconds;
  })
  .describe('A time: 500ms, 30s, 5m, 1h; a number is in seconds.');

function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
