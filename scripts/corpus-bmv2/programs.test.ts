import test from 'ava';
import { compareWithList } from './differences.ts';
import { includesV1model, namesExpectedToFail } from './programs.ts';
import { inParallel } from './run.ts';

test('a program is for v1model by what it includes', (t) => {
  t.true(includesV1model('#include <v1model.p4>\n'));
  t.true(includesV1model('#include "v1model.p4"\n'));
  t.false(includesV1model('#include <psa.p4>\n'));
  t.false(includesV1model('#include <v1model.p4>\n#include <bmv2/psa.p4>\n'));
});

test('the names in a list of CMake', (t) => {
  const text = `set (OTHER
  testdata/p4_16_samples/other.p4
)
set (XFAIL_TESTS
  # a comment
  testdata/p4_16_samples/a-bmv2.p4
  testdata/p4_16_samples/b.p4 # why
)
`;
  t.deepEqual([...namesExpectedToFail(text)], ['a-bmv2.p4', 'b.p4']);
});

test('what is listed and works, and what is not listed and does not', (t) => {
  const listed = [{ program: 'a', what: 'refused' as const, reason: 'x' }];
  const failures = new Map([['b', []]]);
  t.deepEqual(compareWithList(listed, 'refused', new Set(['a', 'b']), failures), {
    unlisted: ['b'],
    outdated: ['a'],
  });
  t.deepEqual(compareWithList(listed, 'refused', new Set(['b']), new Map()), { unlisted: [], outdated: [] });
});

test('work in parallel: at most so many at a time, results in order', async (t) => {
  let running = 0;
  let most = 0;
  const results = await inParallel([3, 1, 2], 2, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, item));
    running--;
    return item * 2;
  });
  t.deepEqual(results, [6, 2, 4]);
  t.is(most, 2);
});
