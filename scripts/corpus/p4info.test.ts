import test from 'ava';
import { firstDifference } from './p4info.ts';

test('the first line that differs is named with what both have', (t) => {
  t.is(firstDifference('a\nb\n', 'a\nb\n'), undefined);
  t.is(firstDifference('a\n  b\n', 'a\n  c\n'), "line 2: p4c 'b', moor 'c'");
  t.is(firstDifference('a\nb\n', 'a\n'), "line 2: p4c 'b', moor the end");
  t.is(firstDifference('a\n', 'a\nb\n'), "line 2: p4c the end, moor 'b'");
});
