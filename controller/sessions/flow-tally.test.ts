/** Counts that are kept while flows change, against counting them. */

import test from 'ava';
import fc from 'fast-check';
import { type FlowEvent, type FlowStatus, FlowTable, type Tuple } from './flow-table.ts';

function tupleOf(client: number): Tuple {
  return { source: BigInt(client), destination: 9n, sourcePort: 40_000, destinationPort: 80, protocol: 6 };
}

const client = fc.integer({ min: 1, max: 6 }).map(tupleOf);
const number = fc.integer({ min: 1, max: 3 });
const event: fc.Arbitrary<FlowEvent> = fc.oneof(
  fc.record({ kind: fc.constant('learned' as const), tuple: client, service: number, server: number }),
  fc.record({ kind: fc.constant('opened' as const), tuple: client, service: number, server: number }),
  fc.record({ kind: fc.constant('pinned' as const), tuple: client, service: number, server: number }),
  fc.record({
    kind: fc.constantFrom('closed' as const, 'refused' as const, 'ended' as const),
    tuple: client,
  }),
  fc.record({
    kind: fc.constant('idle' as const),
    tuple: client,
    place: fc.constantFrom('flows' as const, 'collisions' as const),
  }),
  fc.record({
    kind: fc.constant('answered' as const),
    tuple: client,
    sinceLastHitNs: fc.constantFrom(undefined, 0n, 100_000_000_000n),
  }),
  fc.record({
    kind: fc.constant('adopted' as const),
    tuple: client,
    place: fc.constantFrom('flows' as const, 'collisions' as const),
    service: number,
    server: number,
  }),
);

test('whatever happens to flows, the counts are those of counting', (t) => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.boolean(), (events, hasCollisions) => {
      const flows = new FlowTable(() => 30, hasCollisions);
      for (const one of events) {
        flows.take(one, 0);
        if (one.kind === 'closed' && one.tuple.source === 3n) flows.release(new Set([1]), () => 2, 0);
        const all = [...flows.flows()];
        const of = (status: FlowStatus, service?: number) =>
          all.filter((flow) => flow.status === status && (service ?? flow.service) === flow.service).length;
        const counted = (service?: number) => ({
          new: of('new', service),
          established: of('established', service),
          inactive: of('inactive', service),
          closing: of('closing', service),
        });
        const collisions = all.filter(({ place }) => place === 'collisions').length;
        t.deepEqual(flows.counts(), { ...counted(), total: all.length, collisions });
        const services = [...new Set(all.map(({ service }) => service))];
        t.deepEqual(
          flows.perService(),
          new Map([...flows.perService().keys()].map((one) => [one, counted(one)])),
        );
        t.deepEqual([...flows.perService().keys()].sort(), services.sort());
        for (const server of [1, 2, 3]) {
          const busy = all.filter((flow) => flow.server === server && flow.status !== 'closing').length;
          t.is(flows.perServer().get(server) ?? 0, busy);
        }
      }
    }),
    { seed: 8, numRuns: 200 },
  );
});
