/** Samples for charts. */

import test from 'ava';
import { History } from './history.ts';
import type { Overview } from './overview.ts';

const FLOWS = { new: 0, established: 0, inactive: 0, closing: 0, total: 0, collisions: 0 };

function overview(at: number, packets: number, bindings: number): Overview {
  return {
    ...{ at, startedAt: 0, services: [], servers: [], punts: [], signalledSessions: 0 },
    ...{ bindings, nodes: [], handovers: 0, lastHandovers: [] },
    switches: [
      {
        ...{
          name: 'edge',
          target: '',
          role: 'both',
          standing: { kind: 'connecting' },
          entities: 0,
          flows: FLOWS,
        },
        countedAt: at,
        ports: [{ port: 1, role: 'uplink', packets, bytes: 100 * packets }],
      },
    ],
    monitoring: {
      port: null,
      messages: { taken: 0, wrong: 0, stale: 0, unknown: 0 },
      failures: {},
      released: {},
    },
  };
}

test('a sample has rates since the one before, and what is now', (t) => {
  const history = new History();
  history.add(overview(1000, 0, 3));
  t.deepEqual(history.after(0), { every: 2000, times: [], series: [] });
  history.add(overview(3000, 20, 4));
  history.add(overview(5000, 20, 5));
  t.deepEqual(history.after(0), {
    every: 2000,
    times: [3000, 5000],
    series: [
      // 20 packets of 100 bytes in 2 s.
      { kind: 'bits', of: 'edge, from clients', values: [8000, 0] },
      { kind: 'packets', of: 'edge, from clients', values: [10, 0] },
      { kind: 'bindings', of: 'mobile nodes', values: [4, 5] },
    ],
  });
  t.deepEqual(history.after(3000).times, [5000]);
});

test('half an hour is kept, and no more', (t) => {
  const history = new History();
  for (let one = 0; one <= 1000; one++) history.add(overview(one * 2000, one, one));
  const { times, series } = history.after(-1);
  t.is(times.length, 900);
  t.is(times[0], 101 * 2000);
  t.is(times.at(-1), 2_000_000);
  t.deepEqual(series.find(({ kind }) => kind === 'bindings')?.values.slice(0, 2), [101, 102]);
});
