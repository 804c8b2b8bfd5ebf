/** Running counts, and what counting all flows gives. */

import test from 'ava';
import fc from 'fast-check';
import { type FlowEvent, type FlowStatus, FlowTable, type Tuple } from './flow-table.ts';

const TUPLE = fc
  .nat(9)
  .map(
    (port): Tuple => ({ source: 1n, destination: 2n, sourcePort: port, destinationPort: 80, protocol: 6 }),
  );
const small = fc.nat(3);
const place = fc.constantFrom('flows' as const, 'collisions' as const);
const withServer = <K extends 'learned' | 'pinned' | 'opened'>(kind: K) =>
  fc.record({ kind: fc.constant(kind), tuple: TUPLE, service: small, server: small });
const alone = <K extends 'ended' | 'closed' | 'refused'>(kind: K) =>
  fc.record({ kind: fc.constant(kind), tuple: TUPLE });

const EVENT: fc.Arbitrary<FlowEvent> = fc.oneof(
  withServer('learned'),
  withServer('pinned'),
  withServer('opened'),
  alone('ended'),
  alone('closed'),
  alone('refused'),
  fc.record({ kind: fc.constant('idle' as const), tuple: TUPLE, place }),
  fc.record({
    kind: fc.constant('answered' as const),
    tuple: TUPLE,
    sinceLastHitNs: fc.constantFrom(undefined, 1n, 40_000_000_000n, 70_000_000_000n),
  }),
  fc.record({ kind: fc.constant('adopted' as const), tuple: TUPLE, place, service: small, server: small }),
);

/** What operators are to see, by walking over all flows. */
function counted(flows: FlowTable) {
  const counts = { new: 0, established: 0, inactive: 0, closing: 0, total: 0, collisions: 0 };
  const perServer = new Map<number, number>();
  const perService = new Map<number, Record<FlowStatus, number>>();
  for (const { status, place: table, server, service } of flows.flows()) {
    counts.total++;
    counts[status]++;
    if (table === 'collisions') counts.collisions++;
    const own = perService.get(service) ?? { new: 0, established: 0, inactive: 0, closing: 0 };
    perService.set(service, { ...own, [status]: own[status] + 1 });
    if (status !== 'closing') perServer.set(server, (perServer.get(server) ?? 0) + 1);
  }
  return { counts, perServer: sorted(perServer), perService: sorted(perService) };
}

function sorted<Value>(counts: ReadonlyMap<number, Value>): readonly (readonly [number, Value])[] {
  return [...counts].sort(([left], [right]) => left - right);
}

test('whatever happens, counts are those of the flows that there are', (t) => {
  const step = fc.oneof(
    { weight: 10, arbitrary: EVENT },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('release' as const), server: small, fate: small }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), service: small }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (story, hasCollisions) => {
      const flows = new FlowTable(() => 30, hasCollisions);
      for (const [now, event] of story.entries()) {
        if (event.kind === 'forget') flows.forget(({ service }) => service === event.service);
        else if (event.kind === 'release') {
          const fate = event.fate === 0 ? 'end' : event.fate === 1 ? 'keep' : event.fate;
          flows.release(new Set([event.server]), () => fate, now);
        } else flows.take(event, now);
        t.deepEqual(
          {
            counts: flows.counts(),
            perServer: sorted(flows.perServer()),
            perService: sorted(flows.perService()),
          },
          counted(flows),
        );
      }
    }),
    { numRuns: 300 },
  );
});
