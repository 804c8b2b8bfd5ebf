/** Numbers for people. */

import test from 'ava';
import { bitRate, duration, percent, quantity } from './quantities.ts';

test('three digits and a prefix', (t) => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '0'],
    [0.5, '0.5'],
    [0.333, '0.33'],
    [7, '7'],
    [12.34, '12.3'],
    [999, '999'],
    [999.6, '1 k'],
    [1234, '1.23 k'],
    [12_345, '12.3 k'],
    [999_600, '1 M'],
    [94_200_000, '94.2 M'],
    [1.5e12, '1.5 T'],
  ];
  for (const [value, text] of cases) t.is(quantity(value), text);
  t.is(bitRate(94_200_000), '94.2 Mb/s');
  t.is(bitRate(0), '0 b/s');
});

test('parts, times', (t) => {
  t.is(percent(0.123), '12.3 %');
  t.is(percent(1), '100 %');
  t.is(percent(undefined), '–');
  t.deepEqual([8, 59.9, 60, 3600, 11_400, 180_000].map(duration), [
    '8 s',
    '59 s',
    '1 min',
    '1 h 0 min',
    '3 h 10 min',
    '2 d 2 h',
  ]);
});
