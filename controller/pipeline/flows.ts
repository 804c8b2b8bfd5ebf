/** Flows as the switch has them: entries of `flows`, and what digests and notifications tell of them. */

import type { DigestList, Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { wholeIpv6 } from './addresses.ts';
import { digests, enums, tables } from './bindings.ts';

/** The ends of a flow; addresses as numbers of 128 bits. */
export type FlowKey = {
  readonly source: bigint;
  readonly destination: bigint;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly protocol: number;
};

/** What the data plane tells of a flow. */
export type FlowReport = FlowKey & {
  readonly event: 'learned' | 'opened' | 'closed';
  readonly service: number;
  readonly server: number;
};

/**
 * An entry; without a server, to read it or take it away. There are ten thousand a second: it is made from a pattern, and
 * not by way of the schema.
 * @param idleTimeout Seconds.
 */
export function flowEntity(key: FlowKey, server?: number, idleTimeout?: number): Entity {
  const { source, destination, sourcePort, destinationPort, protocol } = key;
  const values = [
    wide(source),
    wide(destination),
    narrow(sourcePort),
    narrow(destinationPort),
    narrow(protocol),
  ];
  const value = {
    ...PATTERN.entry,
    match: values.map((bytes, index) => ({
      fieldId: PATTERN.fields[index] ?? 0,
      fieldMatchType: { $case: 'exact' as const, value: { value: bytes } },
    })),
    action:
      server === undefined
        ? undefined
        : {
            type: {
              $case: 'action' as const,
              value: {
                actionId: PATTERN.action,
                params: [{ paramId: PATTERN.param, value: narrow(server) }],
              },
            },
          },
    idleTimeoutNs: idleTimeout === undefined ? 0n : BigInt(Math.round(idleTimeout * 1e9)),
  };
  return { entity: { $case: 'tableEntry', value } };
}

/** The ids of the table, its fields in their order, its action and that one's parameter. */
const PATTERN = (() => {
  const { entity } = tables.flows.entry({
    key: { source: 0n, destination: 0n, source_port: 0, destination_port: 0, protocol: 0 },
    action: { name: 'set_server', params: { server: 0 } },
  });
  const type = entity?.$case === 'tableEntry' ? entity.value.action?.type : undefined;
  if (entity?.$case !== 'tableEntry' || type?.$case !== 'action')
    throw new Error('flows is a table with an action');
  return {
    entry: entity.value,
    fields: entity.value.match.map(({ fieldId }) => fieldId),
    action: type.value.actionId,
    param: type.value.params[0]?.paramId ?? 0,
  };
})();

/** Bytes as short as can be (P4Runtime, "Bytestrings"). */
function wide(value: bigint): Uint8Array {
  const text = value.toString(16);
  return Buffer.from(text.length % 2 === 0 ? text : `0${text}`, 'hex');
}

function narrow(value: number): Uint8Array {
  return value < 256 ? Uint8Array.of(value) : Uint8Array.of(value >>> 8, value & 255);
}

/** A flow that the switch has; undefined for other entities. */
export function readFlow(
  entity: Entity,
): (FlowKey & { readonly server: number; readonly sinceLastHitNs: bigint | undefined }) | undefined {
  const entry = tables.flows.decode(entity);
  if (entry === undefined || entry.isDefault) return undefined;
  const { source, destination, source_port, destination_port, protocol } = entry.key;
  return {
    source: wholeIpv6(source),
    destination: wholeIpv6(destination),
    sourcePort: source_port,
    destinationPort: destination_port,
    protocol,
    server: entry.action?.name === 'set_server' ? entry.action.params.server : 0,
    sinceLastHitNs: entry.sinceLastHitNs,
  };
}

/** The reports of a list; undefined for a list of something else. */
export function readReports(list: DigestList): readonly FlowReport[] | undefined {
  const decoded = digests.flow_digest_t.decode(list);
  return decoded?.flatMap((one) => {
    const event = EVENTS.get(one.event);
    if (event === undefined) return [];
    return [
      {
        source: one.source,
        destination: one.destination,
        sourcePort: one.source_port,
        destinationPort: one.destination_port,
        protocol: one.protocol,
        event,
        service: one.service,
        server: one.server,
      },
    ];
  });
}

const EVENTS: ReadonlyMap<number, FlowReport['event']> = new Map([
  [enums.event_t.learned, 'learned'],
  [enums.event_t.opened, 'opened'],
  [enums.event_t.closed, 'closed'],
]);
