/** Messages over a real socket, and what selection and admission get of them. */

import { createSocket } from 'node:dgram';
import test from 'ava';
import { emitAvailability, emitLoadVector, type Loads, seal } from '../../wire/monitoring/index.ts';
import { COMBINE_DEFAULTS, combineLoads, loadView, startLoad } from '../load/index.ts';
import { PROSE_FORECAST } from '../selection/index.ts';
import { HEALTH_DEFAULTS, MonitoringReceiver, type ReceiverOptions, ServerMonitor } from './index.ts';

const LOAD = {
  period: 1000,
  misses: 3,
  halfLife: 10_000,
  capacity: 1,
  combine: COMBINE_DEFAULTS,
  forecast: { samples: 3, horizon: 1, readings: PROSE_FORECAST },
};
const monitor = () =>
  new ServerMonitor(
    [
      { server: 1, weight: 1 },
      { server: 2, weight: 3 },
      { server: 3, weight: 0 },
    ],
    { health: HEALTH_DEFAULTS, load: LOAD },
    0,
  );
const loads = (cpu: number): Loads => ({ cpu, memory: 0, networkBuffers: 0, ioQueue: 0, backlog: 0 });
const vector = (identity: number, sequence: number, cpu: number) =>
  ({
    kind: 'load',
    stamp: undefined,
    value: { identity, sequence, timestamp: 0, loads: loads(cpu) },
  }) as const;
const alive = (identity: number, sequence: number) =>
  ({
    kind: 'availability',
    stamp: undefined,
    value: { identity, sequence, flag: 'available', timestamp: 0 },
  }) as const;

test('one number of a vector', (t) => {
  const measured = { cpu: 0.4, memory: 0.8, networkBuffers: 0.1, ioQueue: 0, backlog: 0.2 };
  t.is(combineLoads(measured, COMBINE_DEFAULTS), 0.8);
  // Memory is at 0.6 without a session: (0.8 − 0.6)/(1 − 0.6) = 0.5
  t.true(Math.abs(combineLoads(measured, { ...COMBINE_DEFAULTS, idle: { memory: 0.6 } }) - 0.5) < 1e-12);
  t.is(combineLoads(measured, { ...COMBINE_DEFAULTS, weights: { memory: 0 } }), 0.4);
  // (0.4 + 0.8 + 0.1 + 0 + 0.2)/5
  t.true(Math.abs(combineLoads(measured, { by: 'mean', weights: {}, idle: {} }) - 0.3) < 1e-12);
  t.is(
    combineLoads(measured, {
      by: 'mean',
      weights: { cpu: 0, memory: 0, networkBuffers: 0, ioQueue: 0, backlog: 0 },
      idle: {},
    }),
    0,
  );
});

test('candidates: servers that are up and have a weight, with their forecast', (t) => {
  const all = monitor();
  t.deepEqual(
    all.candidates(0).map(({ server, estimate }) => [server, estimate]),
    [
      [1, 0.5],
      [2, 0.5],
    ],
  );
  for (const [index, cpu] of [0.1, 0.2, 0.3].entries()) {
    all.take(vector(1, index, cpu), 1000 * (index + 1));
    all.take(alive(1, index), 1000 * (index + 1));
  }
  // Server 2 was never heard.
  t.deepEqual(all.tick(3000), [
    { kind: 'withdraw', reason: 'silent', server: 2 },
    { kind: 'release-sessions', reason: 'silent', server: 2 },
    { kind: 'withdraw', reason: 'silent', server: 3 },
    { kind: 'release-sessions', reason: 'silent', server: 3 },
  ]);
  const [only, ...rest] = all.candidates(3000);
  t.is(rest.length, 0);
  // The forecast for the third sample was 0.3: err 0, and the line goes on to 0.4.
  t.true(only !== undefined && Math.abs(only.estimate - 0.4) < 1e-9 && Math.abs(only.measured - 0.3) < 1e-9);
  t.deepEqual(all.loads(3000, 'measured').length, 1);
});

test('a load monitor that is silent for 3δ: its room fades, and admission leaves it out', (t) => {
  const all = monitor();
  all.take(vector(1, 0, 0.2), 1000);
  const estimate = (now: number) => all.find(1, now)?.load;
  t.is(estimate(3999)?.monitor, 'speaking');
  t.true(Math.abs((estimate(4000)?.estimate ?? 0) - 0.2) < 1e-9);
  t.is(estimate(4000)?.monitor, 'failed');
  // A half-life on, 0.4 of the room of 0.8 are left; two on, 0.2.
  t.true(Math.abs((estimate(14_000)?.estimate ?? 0) - 0.6) < 1e-9);
  t.true(Math.abs((estimate(24_000)?.estimate ?? 0) - 0.8) < 1e-9);
  t.deepEqual(all.loads(4000, 'estimate'), []);
  t.is(loadView(startLoad(0), 2999, LOAD).monitor, 'waiting');
});

test('vectors that come late or are lost', (t) => {
  const all = monitor();
  all.take(vector(1, 5, 0.2), 1000);
  all.take(vector(1, 8, 0.6), 2000);
  all.take(vector(1, 7, 0.4), 2001);
  const first = all.find(1, 2001);
  t.is(first?.lostVectors, 2);
  t.true(Math.abs((first?.load.measured ?? 0) - 0.6) < 1e-4);
});

test('while the controller stands still nobody is silent', (t) => {
  const all = monitor();
  for (const server of [1, 2, 3]) all.take(alive(server, 0), 1000);
  // It reads nothing for 10 s, and what was sent meanwhile waits in the socket.
  all.excuse(10_000);
  t.deepEqual(all.tick(11_500), []);
  all.take(alive(1, 9), 11_600);
  t.deepEqual(
    all.tick(14_000).map(({ kind, server }) => [kind, server]),
    [
      ['withdraw', 2],
      ['release-sessions', 2],
      ['withdraw', 3],
      ['release-sessions', 3],
    ],
  );
});

const KEY = new TextEncoder().encode('a key of some bytes');

async function receive(
  options: Partial<ReceiverOptions>,
  datagrams: readonly Uint8Array[],
): Promise<{ readonly seen: readonly string[]; readonly counts: MonitoringReceiver['counts'] }> {
  const seen: string[] = [];
  const receiver = await MonitoringReceiver.open({
    address: '127.0.0.1',
    port: 0,
    isKnown: (identity) => identity === 7,
    take: ({ kind, value }) => seen.push(`${kind} ${value.sequence}`),
    ...options,
  });
  const socket = createSocket('udp4');
  for (const datagram of datagrams) {
    await new Promise((resolve) => socket.send(datagram, receiver.port, '127.0.0.1', resolve));
  }
  const total = () => Object.values(receiver.counts).reduce((sum, one) => sum + one, 0);
  for (let wait = 0; wait < 200 && total() < datagrams.length; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { counts } = receiver;
  socket.close();
  await receiver.close();
  return { seen, counts };
}

const heartbeat = (sequence: number, identity = 7) =>
  emitAvailability({ identity, sequence, flag: 'available', timestamp: 0 });

test('a receiver with a key: forged, sent again, old, unknown', async (t) => {
  const now = BigInt(Date.now()) * 1000n;
  const first = seal(heartbeat(1), now, KEY);
  const { seen, counts } = await receive({ key: KEY }, [
    first,
    first, // sent again
    heartbeat(2), // bare
    seal(heartbeat(2), now + 1n, new TextEncoder().encode('another key, which is wrong')),
    seal(heartbeat(3), now - 60_000_000n, KEY), // a minute old
    seal(heartbeat(4, 8), now + 2n, KEY), // of no server
    seal(emitLoadVector({ identity: 7, sequence: 9, timestamp: 0, loads: loads(0.1) }), now, KEY), // a stream of its own
    seal(heartbeat(5), now + 3n, KEY),
  ]);
  t.deepEqual(seen, ['availability 1', 'load 9', 'availability 5']);
  t.deepEqual(counts, { taken: 3, wrong: 2, stale: 2, unknown: 1 });
});

test('a receiver without a key takes the bare form of the paper', async (t) => {
  const { seen, counts } = await receive({}, [heartbeat(1), new Uint8Array(3), seal(heartbeat(2), 1n, KEY)]);
  t.deepEqual(seen, ['availability 1']);
  t.deepEqual(counts, { taken: 1, wrong: 2, stale: 0, unknown: 0 });
});
