/** Numbers of signalling flows, which several sessions may have begun on. */

import test from 'ava';
import { SessionNumbers } from './session-numbers.ts';

const flow = (port: number) => ({
  client: { address: 1n, port },
  virtual: { address: 2n, port: 554 },
  protocol: 6,
});

test('a flow has the number of the oldest session that is there', (t) => {
  const numbers = new SessionNumbers(10);
  t.deepEqual(numbers.begin(flow(1), 7), [{ kind: 'number', flow: flow(1), session: 7 }]);
  t.deepEqual(numbers.begin(flow(1), 8), []);
  t.deepEqual(numbers.begin(flow(1), 9), []);
  t.deepEqual(numbers.end(flow(1), 8), []);
  t.deepEqual([...numbers.current()], [{ kind: 'number', flow: flow(1), session: 7 }]);
  t.deepEqual(numbers.end(flow(1), 7), [{ kind: 'number', flow: flow(1), session: 9 }]);
  t.deepEqual(numbers.end(flow(1), 9), [{ kind: 'number-no-more', flow: flow(1) }]);
  t.deepEqual(numbers.end(flow(1), 9), []);
  t.is(numbers.size, 0);
});

test('flows beyond the room there is go without', (t) => {
  const numbers = new SessionNumbers(1);
  numbers.begin(flow(1), 1);
  t.deepEqual(numbers.begin(flow(2), 2), []);
  t.deepEqual(numbers.end(flow(2), 2), []);
  t.is(numbers.size, 1);
});
