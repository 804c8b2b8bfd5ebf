/** Steps 18 to 24 of docs/pipeline.md: packets of servers, and what only passes. */

import type { IpPacket } from './packet.ts';
import { insertRoutingHeader, translate } from './rewrite.ts';
import { findTap } from './tap.ts';
import {
  type Context,
  isIcmpError,
  isLast,
  type Outcome,
  REASONS,
  type Reason,
  type Report,
  ROLES,
  type Tap,
  tupleOf,
} from './verdict.ts';

export function outbound(arrived: IpPacket, context: Context): Outcome {
  if (context.role === ROLES.uplink) return route(arrived, context, { tap: undefined, report: undefined }); // 18
  const { tables } = context;
  if (arrived.unplaced) return punt('unplaced_home_address', {}); // 19
  if (arrived.malformed) return punt('malformed', {});

  let packet = arrived;
  if (packet.upper.kind !== 'icmp' || isIcmpError(packet)) {
    // 20
    const { source, sourcePort, protocol } = tupleOf(packet);
    const back = tables.find('translations_back', { address: source, port: sourcePort, protocol });
    if (back?.action === 'ask_controller') return punt(reasonOf(Number(back.data['reason'])), {});
    if (back !== undefined) {
      packet = translate(packet, 'source', {
        address: back.data['address'] ?? 0n,
        port: Number(back.data['port']),
        checksumChange: Number(back.data['checksum_change']),
      });
    }
  }
  const tuple = tupleOf(packet);
  const tapped = findTap(
    tables,
    { address: tuple.destination, port: tuple.destinationPort },
    { address: tuple.source, port: tuple.sourcePort },
    tuple.protocol,
  ); // 21
  const tap: Tap | undefined = tapped === undefined ? undefined : { ...tapped, server: 0 };
  const report: Report | undefined = isLast(packet)
    ? { ...tuple, event: 'closed', service: tap?.service ?? 0, server: 0 }
    : undefined;
  if (packet.family === 6 && packet.protocol !== 135) {
    // 22
    const { destination, source } = packet;
    const virtual = tables.find('virtual_sources', { address: source });
    const binding =
      virtual === undefined
        ? undefined
        : tables.find('bindings', {
            home_address: destination,
            virtual_number: virtual.data['number'] ?? 0n,
          });
    if (binding !== undefined) {
      if (packet.extensions.some(({ number }) => number === 43))
        return punt('routing_header', { tap, report });
      packet = insertRoutingHeader(packet, binding.data['care_of_address'] ?? 0n);
    }
  }
  return route(packet, context, { tap, report, added: packet.length - arrived.length });
}

/** Steps 23 and 24. */
function route(
  packet: IpPacket,
  { tables }: Context,
  said: { readonly tap: Tap | undefined; readonly report: Report | undefined; readonly added?: number },
): Outcome {
  if (packet.hopLimit <= 1) return punt('time_exceeded', said);
  const found = tables.find('routes', { prefix: packet.destination });
  // An entry may say that there is none, within a longer prefix of another family.
  if (found === undefined || found.action === 'report_no_route') return punt('no_route', said);
  const nextHop = Number(found.data['next_hop']);
  const neighbor = tables.find('neighbors', { next_hop: nextHop });
  if (neighbor === undefined) return punt('no_neighbor', said, nextHop);
  const { data } = neighbor;
  const mtu = Number(data['mtu']);
  if (mtu !== 0 && packet.length > mtu) return punt('packet_too_big', said, mtu - (said.added ?? 0));
  return {
    kind: 'forward',
    port: Number(data['port']),
    source: data['source'] ?? 0n,
    destination: data['destination'] ?? 0n,
    packet: { ...packet, hopLimit: packet.hopLimit - 1 },
    tap: said.tap,
    counts: [],
    report: said.report,
  };
}

function punt(
  reason: Reason,
  said: { readonly tap?: Tap | undefined; readonly report?: Report | undefined },
  auxiliary = 0,
): Outcome {
  const { tap, report } = said;
  return {
    kind: 'punt',
    reason,
    service: tap?.service ?? 0,
    session: tap?.session ?? 0,
    auxiliary,
    counts: [],
    report,
  };
}

function reasonOf(number: number): Reason {
  for (const [name, value] of Object.entries(REASONS)) if (value === number && isReason(name)) return name;
  throw new RangeError(`there is no reason ${number}`);
}

function isReason(name: string): name is Reason {
  return Object.hasOwn(REASONS, name);
}
