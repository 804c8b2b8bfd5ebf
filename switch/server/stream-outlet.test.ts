import { setImmediate as nextTurn } from 'node:timers/promises';
import test from 'ava';
import type { StreamMessageResponse } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { readPacketBatch } from '../../p4runtime/packet-batches.ts';
import { StreamOutlet } from './stream-outlet.ts';

const packet = (value: number): StreamMessageResponse => ({
  update: { $case: 'packet', value: { payload: Uint8Array.of(value), metadata: [] } },
});
const digest: StreamMessageResponse = {
  update: { $case: 'digest', value: { digestId: 1, listId: 1n, data: [], timestamp: 0n } },
};

/** An outlet, what left it as text, and what takes the oldest message. */
function makeOutlet(isBatched: boolean) {
  const left: string[] = [];
  const waiting: (() => void)[] = [];
  const write = ({ update }: StreamMessageResponse, done: () => void) => {
    const packets = update?.$case === 'other' ? readPacketBatch(update.value) : undefined;
    left.push(
      packets === undefined ? String(update?.$case) : packets.map(({ payload }) => payload[0]).join(),
    );
    waiting.push(done);
  };
  return { outlet: new StreamOutlet({ write }, isBatched), left, take: () => waiting.shift()?.() };
}

test('packets of one turn leave together, and those that come meanwhile with the next message', async (t) => {
  const { outlet, left, take } = makeOutlet(true);
  for (const value of [1, 2, 3]) outlet.send(packet(value));
  t.is(outlet.waiting, 3);
  await nextTurn();
  t.deepEqual(left, ['1,2,3']);
  outlet.send(packet(4));
  await nextTurn();
  outlet.send(packet(5));
  await nextTurn();
  t.deepEqual(left, ['1,2,3']);
  t.is(outlet.waiting, 5);
  take();
  await nextTurn();
  t.deepEqual(left, ['1,2,3', '4,5']);
  take();
  t.is(outlet.waiting, 0);
});

test('other messages keep their place among packets', async (t) => {
  const { outlet, left } = makeOutlet(true);
  outlet.send(packet(1));
  outlet.send(digest);
  outlet.send(packet(2));
  t.deepEqual(left, ['1', 'digest']);
  t.is(outlet.waiting, 3);
  await nextTurn();
  t.deepEqual(left, ['1', 'digest', '2']);
});

test('a controller that does not read batches gets each packet alone, at once', (t) => {
  const { outlet, left } = makeOutlet(false);
  outlet.send(packet(1));
  outlet.send(packet(2));
  t.deepEqual(left, ['packet', 'packet']);
  t.is(outlet.waiting, 2);
});
