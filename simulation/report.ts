/** Results as rows of text. */

import type { Result } from './result.ts';

export const RESULT_COLUMNS = [
  'offered',
  'completed/s',
  'of capacity',
  'work',
  'degraded',
  'refused',
  'broken',
  'setup mean, p99 (s)',
  'slowdown mean, p99',
  'deviation',
  'fullest',
] as const;

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

/**
 * One row: counts as parts of what was offered; completed sessions a second, as a part of what the servers could do, and
 * that by work.
 */
export function resultRow(result: Result): readonly string[] {
  const { offered, setup, slowdown } = result;
  const part = (count: number) => percent(offered === 0 ? 0 : count / offered);
  return [
    String(offered),
    result.usefulThroughput.toFixed(1),
    percent(result.useful),
    percent(result.usefulWork),
    part(result.degraded),
    part(result.refused),
    part(result.broken),
    `${setup.mean.toFixed(2)}, ${setup.p99.toFixed(1)}`,
    `${slowdown.mean.toFixed(2)}, ${slowdown.p99.toFixed(1)}`,
    result.deviation.toFixed(3),
    result.fullest.toFixed(2),
  ];
}

/** Rows with what they are of in front. */
export function resultRows(
  results: readonly { readonly name: readonly string[]; readonly result: Result }[],
): readonly (readonly string[])[] {
  return results.map(({ name, result }) => [...name, ...resultRow(result)]);
}

/** A table in Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}
