/** Tables for people, JSON for other programs. */

import Table from 'cli-table3';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
} as const;

/** Columns under each other, as the text ends them; numbers to the right. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  title?: string,
): void {
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?\d+$/.test(row[column] ?? '')),
  );
  const table = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: isNumber.map((one) => (one ? 'right' : 'left')),
  });
  for (const row of rows) table.push([...row]);
  if (title !== undefined) process.stdout.write(`${title}\n`);
  const text = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  process.stdout.write(`${text.join('\n')}\n`);
}

/** Data with numbers of any size: those beyond 2⁵³ as strings. */
export function printJson(data: unknown): void {
  process.stdout.write(`${JSON.stringify(data, plainNumbers, 2)}\n`);
}

function plainNumbers(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') {
    return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : String(value);
  }
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
