/** Entries of flows made from a pattern are those that the schema makes. */

import test from 'ava';
import fc from 'fast-check';
import { DigestList, Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { digests, tables } from './bindings.ts';
import { flowEntity, readFlow, readReports } from './flows.ts';

const address = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n });
const port = fc.integer({ min: 0, max: 65_535 });
/** `event_t` of p4/include/ids.p4. */
const EVENT = { learned: 1, opened: 2, closed: 3 } as const;

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

test('what switches tell of flows is what the typed digest makes of it', (t) => {
  /** Bytes without leading zeros, as switches send them. */
  const bytes = (value: bigint | number) => {
    const digits = value.toString(16);
    return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  };
  const bits = (value: bigint | number) => ({ data: { $case: 'bitstring' as const, value: bytes(value) } });
  const event = fc.constantFrom('learned' as const, 'opened' as const, 'closed' as const);
  const one = fc.record({ source: address, destination: address, port, event, service: port, server: port });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 5 }), (all) => {
      const list = DigestList.fromPartial({
        digestId: digests.flow_digest_t.info.id,
        data: all.map(({ source, destination, port: from, event: told, service, server }) => ({
          data: {
            $case: 'struct' as const,
            value: {
              members: [
                ...[bits(source), bits(destination), bits(from), bits(80), bits(6)],
                ...[bits(EVENT[told]), bits(service), bits(server)],
              ],
            },
          },
        })),
      });
      const typed = digests.flow_digest_t.decode(DigestList.decode(DigestList.encode(list).finish())) ?? [];
      const read = readReports(DigestList.decode(DigestList.encode(list).finish())) ?? [];
      t.deepEqual(
        read.map(({ sourcePort, service, server, event: told }) => [
          sourcePort,
          service,
          server,
          EVENT[told],
        ]),
        typed.map((report) => [report.source_port, report.service, report.server, report.event]),
      );
      t.deepEqual(
        read.map(({ source, destination, destinationPort, protocol }) => [
          source,
          destination,
          destinationPort,
          protocol,
        ]),
        all.map(({ source, destination }) => [source, destination, 80, 6]),
      );
    }),
    { numRuns: 200 },
  );
  t.is(readReports(DigestList.fromPartial({ digestId: 1 })), undefined);
  const broken = {
    digestId: digests.flow_digest_t.info.id,
    data: [{}, bits(1), { data: { $case: 'struct' as const, value: {} } }],
  };
  t.deepEqual(readReports(DigestList.fromPartial(broken)), []);
});
