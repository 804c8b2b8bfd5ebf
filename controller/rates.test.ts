/** Rates between two overviews: by hand. */

import test from 'ava';
import type { Overview, PortTraffic, SwitchOverview } from './overview.ts';
import { ratesBetween } from './rates.ts';

const FLOWS = { new: 0, established: 0, inactive: 0, closing: 0, total: 0, collisions: 0 };

function switchWith(ports: readonly PortTraffic[], countedAt: number | null): SwitchOverview {
  const standing = { kind: 'connecting' } as const;
  return { name: 'edge', target: '', role: 'both', standing, entities: 0, flows: FLOWS, countedAt, ports };
}

function overview(at: number, over: Partial<Overview>): Overview {
  return {
    ...{ at, startedAt: 0, switches: [], services: [], servers: [], punts: [], signalledSessions: 0 },
    ...{ bindings: 0, nodes: [], handovers: 0, lastHandovers: [] },
    monitoring: {
      port: null,
      messages: { taken: 0, wrong: 0, stale: 0, unknown: 0 },
      failures: {},
      released: {},
    },
    ...over,
  };
}

test('throughput is of the time between the readings of the counters, by the roles of ports', (t) => {
  const before = overview(1000, {
    switches: [
      switchWith(
        [
          { port: 1, role: 'uplink', packets: 100, bytes: 10_000 },
          { port: 2, role: 'server', packets: 10, bytes: 1000 },
        ],
        900,
      ),
    ],
  });
  const after = overview(3000, {
    switches: [
      switchWith(
        [
          { port: 1, role: 'uplink', packets: 1100, bytes: 110_000 },
          { port: 2, role: 'server', packets: 30, bytes: 31_000 },
          { port: 3, role: 'server', packets: 20, bytes: 2000 },
        ],
        2900,
      ),
    ],
  });
  // In 2 s: 1000 packets of 100,000 bytes; 20 + 20 packets of 30,000 + 2000 bytes.
  t.deepEqual(ratesBetween(before, after).switches, {
    edge: {
      total: { packets: 520, bits: 528_000 },
      byRole: { uplink: { packets: 500, bits: 400_000 }, server: { packets: 20, bits: 128_000 } },
    },
  });
});

test('a counter that became smaller began again at 0', (t) => {
  const ports = (packets: number) => [{ port: 1, role: 'uplink' as const, packets, bytes: packets * 60 }];
  const before = overview(0, { switches: [switchWith(ports(1_000_000), 0)] });
  const after = overview(1000, { switches: [switchWith(ports(50), 1000)] });
  t.deepEqual(ratesBetween(before, after).switches['edge']?.total, { packets: 50, bits: 24_000 });
});

test('a switch that was not read between has no rates, rather than none', (t) => {
  const one = overview(1000, { switches: [switchWith([], 500)] });
  const same = overview(2000, { switches: [switchWith([], 500)] });
  t.deepEqual(ratesBetween(one, same).switches, {});
  t.deepEqual(ratesBetween(overview(0, { switches: [switchWith([], null)] }), same).switches, {});
});

test('punts by reason, and handovers', (t) => {
  const before = overview(0, { punts: [{ reason: 'arp', packets: 4, policed: 0 }], handovers: 1 });
  const after = overview(4000, {
    punts: [
      { reason: 'arp', packets: 8, policed: 2 },
      { reason: 'fragment', packets: 2, policed: 0 },
    ],
    handovers: 3,
  });
  const { punts, handovers, seconds } = ratesBetween(before, after);
  t.deepEqual(punts, { arp: { packets: 1, policed: 0.5 }, fragment: { packets: 0.5, policed: 0 } });
  t.is(handovers, 0.5);
  t.is(seconds, 4);
});
