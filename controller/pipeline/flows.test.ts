/** Entries of flows made from a pattern are those that the schema makes. */

import test from 'ava';
import fc from 'fast-check';
import { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { tables } from './bindings.ts';
import { flowEntity, readFlow } from './flows.ts';

const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const port = fc.integer({ min: 0, max: 65_535 });

test('an entry is what the typed tables make of it, and is read back', (t) => {
  fc.assert(
    fc.property(
      fc.record({
        source: address,
        destination: address,
        sourcePort: port,
        destinationPort: port,
        protocol: fc.integer({ min: 0, max: 255 }),
      }),
      port,
      fc.option(fc.constantFrom(0.5, 30, 3600), { nil: undefined }),
      (key, server, idleTimeout) => {
        const made = flowEntity(key, server, idleTimeout);
        const typed = tables.flows.entry({
          key: {
            source: key.source,
            destination: key.destination,
            source_port: key.sourcePort,
            destination_port: key.destinationPort,
            protocol: key.protocol,
          },
          action: { name: 'set_server', params: { server } },
          ...(idleTimeout === undefined ? {} : { idleTimeoutNs: BigInt(idleTimeout * 1e9) }),
        });
        t.deepEqual(Buffer.from(Entity.encode(made).finish()), Buffer.from(Entity.encode(typed).finish()));
        t.like(readFlow(made), { ...key, server });
      },
    ),
    { numRuns: 200 },
  );
  const bare = { source: 1n, destination: 2n, sourcePort: 3, destinationPort: 4, protocol: 17 };
  const { entity } = flowEntity(bare);
  t.true(entity?.$case === 'tableEntry' && entity.value.action === undefined);
});
