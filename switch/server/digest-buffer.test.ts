/** "DigestEntry": the specification's pseudo-code, step by step. Times are nanoseconds. */

import test from 'ava';
import { DigestBuffer, type FullList } from './digest-buffer.ts';

function add(buffer: DigestBuffer<string>, text: string, now: number): readonly string[] | undefined {
  return buffer.add(text, text, now)?.digests;
}

test('a list is full at max_list_size distinct digests', (t) => {
  const buffer = new DigestBuffer<string>({ maxListSize: 3, maxTimeout: 100, ackTimeout: 0 });
  t.is(add(buffer, 'a', 0), undefined);
  t.is(add(buffer, 'a', 1), undefined);
  t.is(add(buffer, 'b', 2), undefined);
  t.deepEqual(add(buffer, 'c', 3), ['a', 'b', 'c']);
  t.is(buffer.dueAt, undefined);
});

test('a list is due max_timeout_ns after its first digest', (t) => {
  const buffer = new DigestBuffer<string>({ maxListSize: 3, maxTimeout: 100, ackTimeout: 0 });
  add(buffer, 'a', 10);
  add(buffer, 'b', 90);
  t.is(buffer.dueAt, 110);
  t.is(buffer.due(109), undefined);
  t.deepEqual(buffer.due(110)?.digests, ['a', 'b']);
  t.is(buffer.due(500), undefined);
});

test('max_timeout_ns 0 or max_list_size 1: each digest by itself', (t) => {
  t.deepEqual(add(new DigestBuffer<string>({ maxListSize: 0, maxTimeout: 0, ackTimeout: 0 }), 'a', 0), ['a']);
  t.deepEqual(add(new DigestBuffer<string>({ maxListSize: 1, maxTimeout: 100, ackTimeout: 0 }), 'a', 0), [
    'a',
  ]);
});

test('max_list_size 0: the server’s own limit', (t) => {
  const buffer = new DigestBuffer<string>({ maxListSize: 0, maxTimeout: 1e12, ackTimeout: 0 });
  let list: readonly string[] | undefined;
  for (let n = 0; list === undefined && n < 1e6; n++) list = add(buffer, String(n), 0);
  t.true((list?.length ?? 0) > 1);
});

test('what is sent is not sent again until it is acknowledged or ack_timeout_ns has passed', (t) => {
  const buffer = new DigestBuffer<string>({ maxListSize: 1, maxTimeout: 0, ackTimeout: 100 });
  const list: FullList<string> | undefined = buffer.add('a', 'a', 0);
  t.is(list?.listId, 1n);
  t.is(add(buffer, 'a', 50), undefined);
  t.false(buffer.acknowledge(99n));
  t.is(add(buffer, 'a', 60), undefined);
  t.true(buffer.acknowledge(1n));
  t.deepEqual(add(buffer, 'a', 70), ['a']);
  t.is(add(buffer, 'a', 169), undefined);
  t.deepEqual(add(buffer, 'a', 170), ['a']);
});

test('ack_timeout_ns 0: nothing is remembered', (t) => {
  const buffer = new DigestBuffer<string>({ maxListSize: 1, maxTimeout: 0, ackTimeout: 0 });
  t.deepEqual(add(buffer, 'a', 0), ['a']);
  t.deepEqual(add(buffer, 'a', 0), ['a']);
});
