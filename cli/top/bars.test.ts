/** Bars. */

import test from 'ava';
import { bar, sparkline } from './bars.ts';

test('the largest value is a whole bar, and what is not nothing is seen', (t) => {
  t.is(sparkline([0, 1, 4, 8], 5), '  ▁▄█');
  t.is(sparkline([1, 2, 1000], 2), '▁█');
  t.is(bar(0.5, 4), '██  ');
  t.is(bar(0.53125, 4), '██▏ ');
  t.is(bar(7, 2), '██');
});
