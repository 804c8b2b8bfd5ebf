/** Flows from their first packet to their end. */

import test from 'ava';
import { FlowTable, type Tuple } from './flow-table.ts';

const TUPLE: Tuple = { source: 1n, destination: 2n, sourcePort: 40_000, destinationPort: 80, protocol: 6 };
const TURNED: Tuple = { source: 2n, destination: 1n, sourcePort: 80, destinationPort: 40_000, protocol: 6 };
const S = 1_000_000_000n;

function table(): FlowTable {
  return new FlowTable(() => 30);
}

test('a flow that was learned gets an entry, once', (t) => {
  const flows = table();
  const effects = flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 10);
  t.deepEqual(effects, [
    {
      kind: 'install',
      flow: {
        tuple: TUPLE,
        service: 1,
        server: 2,
        identity: 'signalling',
        place: 'flows',
        status: 'new',
        since: 10,
      },
    },
  ]);
  t.deepEqual(flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 20), []);
});

test('a flow that is learned with another server goes back to its own', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 10);
  const [effect] = flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 3 }, 20);
  t.like(effect, { kind: 'install', flow: { server: 2 } });
  t.is(flows.find(TUPLE)?.server, 2);
});

test('a flow whose entry the switch refused is tried again when it is learned again', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 10);
  t.deepEqual(flows.take({ kind: 'refused', tuple: TUPLE }, 11), []);
  t.is(flows.size, 0);
  t.is(flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 20).length, 1);
});

test('idle for the timeout it is inactive, for twice as long it goes', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 0);
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 30_000), []);
  t.is(flows.find(TUPLE)?.status, 'inactive');
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 45_000), [
    { kind: 'ask', tuple: TUPLE, place: 'flows' },
  ]);
  t.deepEqual(flows.take({ kind: 'answered', tuple: TUPLE, sinceLastHitNs: 45n * S }, 45_000), []);
  t.is(flows.find(TUPLE)?.status, 'inactive');
  flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 60_000);
  t.deepEqual(flows.take({ kind: 'answered', tuple: TUPLE, sinceLastHitNs: 60n * S }, 60_000), [
    { kind: 'remove', tuple: TUPLE, place: 'flows' },
  ]);
  t.is(flows.size, 0);
});

test('an inactive flow that speaks again is established', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 0);
  flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 30_000);
  flows.take({ kind: 'answered', tuple: TUPLE, sinceLastHitNs: 2n * S }, 62_000);
  t.is(flows.find(TUPLE)?.status, 'established');
});

test('closed by either end, it stays until it is idle', (t) => {
  for (const tuple of [TUPLE, TURNED]) {
    const flows = table();
    flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 0);
    t.deepEqual(flows.take({ kind: 'closed', tuple }, 10), []);
    t.is(flows.find(TUPLE)?.status, 'closing');
    t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 20), [
      { kind: 'remove', tuple: TUPLE, place: 'flows' },
    ]);
    t.is(flows.size, 0);
  }
});

test('a new connection between the same ends keeps the server of the entry', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 0);
  flows.take({ kind: 'closed', tuple: TUPLE }, 10);
  flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 2 }, 20);
  t.like(flows.find(TUPLE), { status: 'established', server: 2 });
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 40_000), []);
});

test('an idle entry that nobody knows is taken away, and events of unknown flows do nothing', (t) => {
  const flows = table();
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 0), [
    { kind: 'remove', tuple: TUPLE, place: 'flows' },
  ]);
  t.deepEqual(flows.take({ kind: 'closed', tuple: TUPLE }, 0), []);
  t.deepEqual(flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 2 }, 0), []);
  t.deepEqual(flows.take({ kind: 'answered', tuple: TUPLE, sinceLastHitNs: 1n }, 0), []);
  t.is(flows.size, 0);
});

test('what an earlier controller installed is taken over, and counted', (t) => {
  const flows = table();
  flows.take({ kind: 'adopted', tuple: TUPLE, place: 'flows', service: 1, server: 2 }, 0);
  flows.take({ kind: 'learned', tuple: { ...TUPLE, sourcePort: 1 }, service: 1, server: 3 }, 0);
  t.deepEqual(flows.counts(), { new: 1, established: 1, inactive: 0, closing: 0, total: 2, collisions: 0 });
  t.deepEqual(
    [...flows.perServer()],
    [
      [2, 1],
      [3, 1],
    ],
  );
  t.deepEqual(
    flows.forget(({ server }) => server === 2),
    [{ kind: 'remove', tuple: TUPLE, place: 'flows' }],
  );
  t.is(flows.size, 1);
});

// ---- Switches that keep hashes of tuples ----

const hashed = () => new FlowTable(() => 30, true);

test('a flow that hits the entry of another one gets an exact entry, with the server that it went to', (t) => {
  const flows = hashed();
  const [effect] = flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 4 }, 10);
  t.deepEqual(effect, {
    kind: 'install',
    flow: {
      ...{ tuple: TUPLE, service: 1, server: 4, identity: 'signalling', status: 'new', since: 10 },
      place: 'collisions',
    },
  });
  // A second SYN finds the entry, and is no news.
  t.deepEqual(flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 4 }, 20), []);
  t.like(flows.counts(), { established: 1, collisions: 1, total: 1 });
});

test('an entry that another one has the hash of becomes exact; refused there too, the flow is forgotten', (t) => {
  const flows = hashed();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 10);
  const [effect] = flows.take({ kind: 'refused', tuple: TUPLE }, 11);
  t.like(effect, { kind: 'install', flow: { tuple: TUPLE, server: 2, place: 'collisions' } });
  t.deepEqual(flows.take({ kind: 'refused', tuple: TUPLE }, 12), []);
  t.is(flows.size, 0);
  t.deepEqual(flows.take({ kind: 'refused', tuple: TUPLE }, 13), []);
});

test('an exact entry ends as others do, and an idle one in the other table goes', (t) => {
  const flows = hashed();
  flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 4 }, 0);
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'flows' }, 30_000), [
    { kind: 'remove', tuple: TUPLE, place: 'flows' },
  ]);
  t.is(flows.find(TUPLE)?.status, 'new');
  flows.take({ kind: 'closed', tuple: TUPLE }, 40_000);
  t.deepEqual(flows.take({ kind: 'idle', tuple: TUPLE, place: 'collisions' }, 70_000), [
    { kind: 'remove', tuple: TUPLE, place: 'collisions' },
  ]);
  t.is(flows.size, 0);
});

test('a flow that is learned again while it closes keeps its table', (t) => {
  const flows = hashed();
  flows.take({ kind: 'opened', tuple: TUPLE, service: 1, server: 4 }, 0);
  flows.take({ kind: 'closed', tuple: TUPLE }, 10);
  const [effect] = flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 5 }, 20);
  t.like(effect, { kind: 'install', flow: { server: 5, place: 'collisions' } });
});

test('flows of a server that failed end, move or stay, and others are not touched', (t) => {
  const flows = table();
  const tuples = [1, 2, 3, 4].map((sourcePort) => ({ ...TUPLE, sourcePort }));
  for (const [index, tuple] of tuples.entries()) {
    flows.take({ kind: 'learned', tuple, service: index, server: index === 3 ? 9 : 2 }, 0);
  }
  const fates = ['end', 5, 'keep'] as const;
  const effects = flows.release(new Set([2]), ({ service }) => fates[service] ?? 'end', 10);
  t.deepEqual(
    effects.map((effect) => [
      effect.kind,
      effect.kind === 'install' ? effect.flow.server : effect.tuple.sourcePort,
    ]),
    [
      ['remove', 1],
      ['install', 5],
    ],
  );
  t.deepEqual(
    tuples.map((tuple) => flows.find(tuple)?.server),
    [undefined, 5, 2, 9],
  );
});

test('an announced flow is secondary once it has come', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2, identity: 'secondary' }, 10);
  t.is(flows.find(TUPLE)?.identity, 'secondary');
});

test('what signalling announces for another server goes there, and ends with its session', (t) => {
  const flows = table();
  flows.take({ kind: 'learned', tuple: TUPLE, service: 1, server: 2 }, 10);
  t.deepEqual(flows.take({ kind: 'pinned', tuple: TUPLE, service: 1, server: 2 }, 11), []);
  const [effect] = flows.take({ kind: 'pinned', tuple: TUPLE, service: 1, server: 3 }, 12);
  t.like(effect, { kind: 'install', flow: { server: 3, identity: 'secondary', status: 'new' } });
  t.like(flows.take({ kind: 'pinned', tuple: TURNED, service: 1, server: 3 }, 12)[0], { kind: 'install' });
  t.deepEqual(flows.take({ kind: 'ended', tuple: TUPLE }, 13), [
    { kind: 'remove', tuple: TUPLE, place: 'flows' },
  ]);
  t.deepEqual(flows.take({ kind: 'ended', tuple: TUPLE }, 13), []);
});
