/** Numbers as bars of characters. */

const BARS = ' ▁▂▃▄▅▆▇█';

/** The last values as bars, the newest to the right; the largest is a whole one. */
export function sparkline(values: readonly number[], width: number): string {
  const shown = values.slice(-width);
  const most = Math.max(...shown, 0);
  return shown
    .map((value) => {
      // What is not nothing is seen.
      const height =
        most === 0 || value === 0 ? 0 : Math.max(1, Math.round((value / most) * (BARS.length - 1)));
      return BARS[height] ?? ' ';
    })
    .join('')
    .padStart(width);
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A part of 1 as a bar of so many columns. */
export function bar(part: number, width: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, part)) * width * 8);
  const full = Math.floor(eighths / 8);
  return `${'█'.repeat(full)}${EIGHTHS[eighths % 8] ?? ''}`.padEnd(width);
}
