/** Columns that fit. */

import test from 'ava';
import { type Column, placeColumns } from './grid.tsx';
import { viewAfter } from './live.tsx';
import { FIRST_VIEW } from './screen.tsx';

type Row = { readonly name: string; readonly address: string; readonly load: string };
const ROWS: readonly Row[] = [{ name: 'web', address: '2001:db8:100::1', load: '12 %' }];
const COLUMNS: readonly Column<Row>[] = [
  { title: 'N', cell: ({ name }) => name },
  { title: 'ADDRESS', cell: ({ address }) => address, least: 8, drop: 1 },
  { title: 'LOAD', cell: ({ load }) => load, drop: 2 },
];

function widths(width: number): Readonly<Record<string, number>> {
  return Object.fromEntries(
    placeColumns(COLUMNS, ROWS, width).map(({ column, width: own }) => [column.title, own]),
  );
}

test('all as wide as they are, then the long one is cut, then the least important go', (t) => {
  // 3 + 15 + 4, with two columns between: 26.
  t.deepEqual(widths(26), { N: 3, ADDRESS: 15, LOAD: 4 });
  t.deepEqual(widths(22), { N: 3, ADDRESS: 11, LOAD: 4 });
  t.deepEqual(widths(19), { N: 3, ADDRESS: 8, LOAD: 4 });
  t.deepEqual(widths(18), { N: 3, ADDRESS: 13 });
  t.deepEqual(widths(12), { N: 3 });
});

test('keys choose panes, sort and pause', (t) => {
  const after = (...keys: readonly string[]) =>
    keys.reduce(
      (view, key) =>
        viewAfter(view, key.length === 1 ? key : '', key.length === 1 ? {} : { [key]: true }, {
          answer: undefined,
        }),
      FIRST_VIEW,
    );
  t.is(after('3').pane, 'Servers');
  t.is(after('9').pane, 'Services');
  t.is(after('tab', 'rightArrow').pane, 'Servers');
  t.is(after('leftArrow').pane, 'Packets handed over');
  t.like(after('s'), { pane: 'Servers', sort: 'load' });
  t.is(after('s', 's', 's', 's', 's').sort, 'service');
  t.true(after('p').isPaused);
  t.false(after('p', ' ').isPaused);
  t.is(after('downArrow').offset, 0);
});
