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

/** An entry; without a server, to read it or take it away. @param idleTimeout Seconds. */
export function flowEntity(key: FlowKey, server?: number, idleTimeout?: number): Entity {
  return tables.flows.entry({
    key: {
      source: key.source,
      destination: key.destination,
      source_port: key.sourcePort,
      destination_port: key.destinationPort,
      protocol: key.protocol,
    },
    ...(server === undefined ? {} : { action: { name: 'set_server', params: { server } } }),
    ...(idleTimeout === undefined ? {} : { idleTimeoutNs: BigInt(Math.round(idleTimeout * 1e9)) }),
  });
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
