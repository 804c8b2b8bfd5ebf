/** A table that fits the width: columns that matter less go first, then long texts lose their middles. */

import { Box, Text } from 'ink';
import stringWidth from 'string-width';

export type Cell = string | { readonly text: string; readonly color?: Colour; readonly dim?: boolean };
export type Colour = 'green' | 'yellow' | 'red' | 'cyan';

export type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly align?: 'left' | 'right';
  /** The greatest goes first where there is too little room; columns without one stay. */
  readonly drop?: number;
  /** May be cut to so many columns. */
  readonly least?: number;
};

const GAP = 2;

type Placed<Row> = { readonly column: Column<Row>; readonly width: number };

/** Which columns there is room for, and how wide each is. */
export function placeColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): readonly Placed<Row>[] {
  let placed = columns.map((column) => ({
    column,
    width: Math.max(stringWidth(column.title), ...rows.map((row) => stringWidth(textOf(column.cell(row))))),
  }));
  const excess = () => placed.reduce((sum, one) => sum + one.width + GAP, -GAP) - width;
  const shrinkable = () =>
    placed.reduce((sum, { column, width: own }) => sum + Math.max(0, own - (column.least ?? own)), 0);
  while (excess() > shrinkable()) {
    const drops = placed.map(({ column }) => column.drop ?? 0);
    const most = Math.max(0, ...drops);
    if (most === 0) break;
    placed = placed.filter((_, index) => index !== drops.lastIndexOf(most));
  }
  // The widest gives first.
  for (let left = excess(); left > 0; left--) {
    const able = placed.filter(({ column, width: own }) => own > (column.least ?? own));
    const widest = able.reduce<(typeof placed)[number] | undefined>(
      (best, one) => (best === undefined || one.width > best.width ? one : best),
      undefined,
    );
    if (widest === undefined) break;
    widest.width--;
  }
  return placed;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Rows from `offset` on, as many as there is room for; it says how many there are beside. */
export function Grid<Row>({
  columns,
  rows,
  width,
  height = Number.POSITIVE_INFINITY,
  offset = 0,
  empty,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly width: number;
  /** Lines, that of the titles with them. */
  readonly height?: number;
  readonly offset?: number;
  /** Said where there is no row. */
  readonly empty: string;
}) {
  if (rows.length === 0) return <Text dimColor>{empty}</Text>;
  const room = Math.max(1, height - 1);
  const fits = rows.length <= room;
  const shown = fits ? rows : rows.slice(offset, offset + room - 1);
  // Of all rows: columns do not jump while one scrolls.
  const placed = placeColumns(columns, rows, width);
  const before = fits ? 0 : Math.min(offset, rows.length);
  const after = rows.length - before - shown.length;
  return (
    <Box flexDirection="column">
      <Line placed={placed} cells={placed.map(({ column }) => ({ text: column.title, dim: true }))} />
      {shown.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names, and each is made anew
        <Line key={index} placed={placed} cells={placed.map(({ column }) => column.cell(row))} />
      ))}
      {fits ? null : (
        <Text dimColor>
          {[before > 0 ? `${before} above` : '', after > 0 ? `${after} below` : '']
            .filter(Boolean)
            .join(', ')}
        </Text>
      )}
    </Box>
  );
}

function Line<Row>({
  placed,
  cells,
}: {
  readonly placed: readonly Placed<Row>[];
  readonly cells: readonly Cell[];
}) {
  return (
    <Box gap={GAP}>
      {placed.map(({ column, width }, index) => {
        const cell = cells[index] ?? '';
        const { text, color, dim } = typeof cell === 'string' ? { text: cell } : cell;
        return (
          <Box
            key={column.title}
            width={width}
            flexShrink={0}
            justifyContent={column.align === 'right' ? 'flex-end' : 'flex-start'}
          >
            <Text wrap="truncate-middle" {...(color === undefined ? {} : { color })} dimColor={dim === true}>
              {text}
            </Text>
          </Box>
        );
      })}
    </Box>
  );
}
