/** Times as people write them. */

import { z } from 'zod';

const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

const timeFrom = (number: z.ZodNumber) =>
  z
    .union([number, z.string()])
    .transform((value, context) => {
      const seconds = typeof value === 'number' ? value : parseDuration(value);
      if (seconds === undefined) {
        context.addIssue({ code: 'custom', message: 'it is no time; write 500ms, 30s, 5m or 1h' });
        return z.NEVER;
      }
      return seconds;
    })
    .describe('A time: 500ms, 30s, 5m, 1h; a number is in seconds.');

/** Seconds, or a number with a unit; above 0. */
export const duration = timeFrom(z.number().positive());

/** The same, and 0. */
export const durationOrNone = timeFrom(z.number().min(0));

function parseDuration(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
