/** Steps 7 to 17 of docs/pipeline.md: packets to a virtual address. */

import { toBytes } from './bytes.ts';
import { tupleBytes } from './caches.ts';
import type { IpPacket } from './packet.ts';
import { takeOutHomeAddress, translate } from './rewrite.ts';
import { findTap } from './tap.ts';
import {
  CLASSES,
  type Context,
  type Count,
  isIcmpError,
  isLast,
  type Outcome,
  type Reason,
  type Report,
  type Tap,
  tupleOf,
} from './verdict.ts';

/** What a session gets: a server, or an end. */
type Session =
  | {
      readonly kind: 'server';
      readonly server: number;
      readonly counts: readonly Count[];
      readonly report: Report | undefined;
    }
  | { readonly kind: 'end'; readonly outcome: Outcome };

export function inbound(arrived: IpPacket, context: Context): Outcome {
  const { tables } = context;
  if (arrived.unplaced) return punt('unplaced_home_address'); // 7
  if (arrived.malformed) return punt('malformed');
  if (arrived.extensions.some(({ number, bytes }) => number === 43 && bytes[2] === 2)) return drop();
  if (arrived.upper.kind === 'mobility') return punt(mobilityReason(arrived.upper.type)); // 8
  const isLater = arrived.fragment?.first === false;
  if (isLater && arrived.family === 6 && arrived.protocol === 135) return punt('fragment');

  let packet = arrived;
  if (packet.homeAddress !== undefined) {
    // 9
    const binding = tables.find('bindings', {
      home_address: packet.homeAddress.address,
      virtual_number: context.virtualNumber,
    });
    if (binding?.data['care_of_address'] !== packet.source) return punt('unbound_home_address');
    packet = takeOutHomeAddress(packet);
  }
  if (isIcmpError(packet)) return punt('icmp_error'); // 10

  const tuple = tupleOf(packet);
  if (isLater) {
    // 12
    const server = context.fragments.find(fragmentKey(packet), context.now);
    if (typeof server !== 'number') return punt('fragment');
    return toServer(packet, context, { service: 0, server, counts: [], report: undefined });
  }
  const found = tables.find('services', {
    address: tuple.destination,
    protocol: tuple.protocol,
    port: tuple.destinationPort,
  }); // 11
  if (found === undefined) return punt(packet.upper.kind === 'icmp' ? 'icmp' : 'no_service');
  const service = Number(found.data['service']);
  if (found.action === 'hand_over') {
    // 13
    const server = Number(found.data['server']);
    return toServer(packet, context, { service, server, counts: [], report: undefined });
  }
  const session = findSession(packet, service, context); // 14
  if (session.kind === 'end') return session.outcome;
  return toServer(packet, context, { service, ...session });
}

function mobilityReason(type: number): Reason {
  if (type === 1) return 'home_test_init';
  if (type === 2) return 'care_of_test_init';
  return type === 5 ? 'binding_update' : 'mobility_other';
}

/** Step 14. */
function findSession(packet: IpPacket, service: number, context: Context): Session {
  const { tables, learned, now } = context;
  const tuple = tupleOf(packet);
  const key = {
    source: tuple.source,
    destination: tuple.destination,
    source_port: tuple.sourcePort,
    destination_port: tuple.destinationPort,
    protocol: tuple.protocol,
  };
  const flow = tables.find('flows', key);
  const announced = flow === undefined ? tables.find('announced_flows', key) : undefined;
  const isNew = flow === undefined && announced === undefined;
  const choice = flow ?? announced ?? tables.find('selection', { service });
  const candidate = choice === undefined ? undefined : Number(choice.data['server']);
  const admission = tables.find('admission', {
    service,
    class: isNew ? CLASSES.new_session : CLASSES.established,
  });
  const refused = admission?.data['probability'] === 65_536n;
  const said = (event: Report['event'] | undefined, server: number): Report | undefined => {
    const told = isLast(packet) ? 'closed' : event;
    return told === undefined ? undefined : { ...tuple, event: told, service, server };
  };
  const opens = packet.upper.kind === 'tcp' && (packet.upper.flags & 0x12) === 0x02;
  const refuse = (): Session => ({
    kind: 'end',
    outcome: {
      kind: 'drop',
      counts: [{ counter: isNew ? 'refused' : 'degraded', cell: service }],
      report: flow === undefined ? said(undefined, 0) : said(opens ? 'opened' : undefined, candidate ?? 0),
    },
  });
  const counts: readonly Count[] = isNew ? [{ counter: 'admitted', cell: service }] : [];

  if (flow !== undefined && candidate !== undefined) {
    if (refused) return refuse();
    return {
      kind: 'server',
      server: candidate,
      counts: [],
      report: said(opens ? 'opened' : undefined, candidate),
    };
  }
  const bytes = tupleBytes(tuple);
  const isBeginning = opens || announced !== undefined || candidate === undefined;
  const slot = learned.findFlow(bytes, now, isBeginning);
  if (typeof slot === 'object') {
    const { server, isTold } = slot;
    if (isTold || !learned.isKeeping) learned.put(bytes, server, now);
    return { kind: 'server', server, counts: [], report: said(isTold ? 'learned' : undefined, server) };
  }
  if (refused) return refuse();
  const end = (reason: Reason): Session => ({
    kind: 'end',
    outcome: { kind: 'punt', reason, service, counts: [], report: said(undefined, 0) },
  });
  if (candidate === undefined) return end('no_server');
  if (slot === 'taken') {
    if (isNew) return end('slot_taken');
    return { kind: 'server', server: candidate, counts: [], report: said(undefined, candidate) };
  }
  learned.put(bytes, candidate, now);
  return { kind: 'server', server: candidate, counts, report: said('learned', candidate) };
}

/** Steps 15 to 17. */
function toServer(
  packet: IpPacket,
  context: Context,
  chosen: {
    readonly service: number;
    readonly server: number;
    readonly counts: readonly Count[];
    readonly report: Report | undefined;
  },
): Outcome {
  const { server } = chosen;
  const tuple = tupleOf(packet);
  const tapped = findTap(
    context.tables,
    { address: tuple.source, port: tuple.sourcePort },
    { address: tuple.destination, port: tuple.destinationPort },
    tuple.protocol,
  ); // 15
  const tap: Tap | undefined = tapped === undefined ? undefined : { ...tapped, server };
  const session = tap?.session ?? 0;
  // From here on the packet is one of the tap's service.
  const service = tap?.service ?? chosen.service;
  const said = {
    counts: chosen.counts.map((count) => ({ ...count, cell: service })),
    report: chosen.report === undefined ? undefined : { ...chosen.report, service },
  };
  if (packet.fragment?.first === true) context.fragments.put(fragmentKey(packet), server, context.now); // 12
  const reached = context.tables.find('servers', { server }); // 16
  if (reached === undefined) return { kind: 'punt', reason: 'no_server', service, server, session, ...said };
  const { data } = reached;
  const mtu = Number(data['mtu']);
  if (mtu !== 0 && packet.length > mtu) {
    // 17
    return { kind: 'punt', reason: 'packet_too_big', service, server, session, auxiliary: mtu, ...said };
  }
  const sent =
    reached.action === 'translate'
      ? translate(packet, 'destination', {
          address: data['address'] ?? 0n,
          port: Number(data['server_port']),
          checksumChange: Number(data['checksum_change']),
        })
      : packet;
  return {
    kind: 'forward',
    port: Number(data['port']),
    source: data['source'] ?? 0n,
    destination: data['destination'] ?? 0n,
    packet: sent,
    tap,
    ...said,
  };
}

/** What fragments of one packet have in common (RFC 8200, section 4.5; RFC 791). */
function fragmentKey({ source, destination, fragment, protocol }: IpPacket): Uint8Array {
  return Buffer.concat([
    toBytes(source, 16),
    toBytes(destination, 16),
    toBytes(fragment?.identification ?? 0, 4),
    toBytes(protocol, 1),
  ]);
}

function punt(reason: Reason): Outcome {
  return { kind: 'punt', reason, counts: [], report: undefined };
}

function drop(): Outcome {
  return { kind: 'drop', counts: [], report: undefined };
}
