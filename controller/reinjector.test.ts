import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { Reinjector } from './reinjector.ts';

/** What is sent, by a reinjector that nothing else happens to. */
function sending(t: { teardown(what: () => void): void }) {
  const sent: number[] = [];
  const reinjector = new Reinjector<string>((from, { bytes }) => {
    if (from === 'edge') sent.push((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0));
  });
  t.teardown(() => reinjector.stop());
  return {
    sent,
    again: (number: number) =>
      reinjector.later('edge', { port: 1, bytes: Uint8Array.of(number >> 8, number) }),
  };
}

test('a packet that comes back is sent three times, then no more', async (t) => {
  const { sent, again } = sending(t);
  for (let time = 1; time <= 5; time++) {
    again(7);
    await wait(120);
  }
  t.deepEqual(sent, [7, 7, 7]);
});

test('packets that were sent leave room for others, though they are remembered for a second', async (t) => {
  const { sent, again } = sending(t);
  for (const first of [0, 3000, 6000]) {
    for (let number = first; number < first + 3000; number++) again(number);
    while (sent.length < first + 3000 && sent.length < 9000) {
      const before = sent.length;
      await wait(200);
      if (sent.length === before) break;
    }
  }
  t.is(sent.length, 9000);
});

test('what waits is limited', async (t) => {
  const { sent, again } = sending(t);
  for (let number = 0; number < 5000; number++) again(number);
  await wait(300);
  t.is(sent.length, 4096);
});
