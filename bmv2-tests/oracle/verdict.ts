/** What is decided about a packet, and what it is decided by. */

import type { SlotCache, Tuple } from './caches.ts';
import type { IpPacket } from './packet.ts';
import type { Tables } from './tables.ts';

export const CPU_PORT = 510;

/** p4/include/ids.p4 */
export const REASONS = {
  home_test_init: 1,
  care_of_test_init: 2,
  binding_update: 3,
  mobility_other: 4,
  unbound_home_address: 5,
  unplaced_home_address: 6,
  malformed: 7,
  fragment: 8,
  neighbor_discovery: 9,
  arp: 10,
  packet_too_big: 11,
  time_exceeded: 12,
  no_route: 13,
  no_neighbor: 14,
  icmp_error: 15,
  slot_taken: 16,
  signalling: 17,
  routing_header: 18,
  local: 19,
  no_service: 20,
  no_server: 21,
  icmp: 22,
} as const;

export type Reason = keyof typeof REASONS;

export const ROLES = { none: 0, uplink: 1, server: 2, both: 3 } as const;
export const EVENTS = { learned: 1, opened: 2, closed: 3 } as const;
export const CLASSES = { new_session: 0, established: 1 } as const;

/** A digest. */
export type Report = Tuple & {
  readonly event: keyof typeof EVENTS;
  readonly service: number;
  readonly server: number;
};

export type Count = {
  readonly counter: 'punts' | 'admitted' | 'refused' | 'degraded';
  readonly cell: number;
};

/** A copy for the controller. */
export type Tap = { readonly service: number; readonly server: number; readonly session: number };

type Said = { readonly counts: readonly Count[]; readonly report: Report | undefined };

export type Outcome = Said &
  (
    | { readonly kind: 'drop' }
    | {
        readonly kind: 'punt';
        readonly reason: Reason;
        readonly service?: number;
        readonly server?: number;
        readonly auxiliary?: number;
        readonly session?: number;
      }
    | {
        readonly kind: 'forward';
        readonly port: number;
        readonly source: bigint;
        readonly destination: bigint;
        readonly packet: IpPacket;
        readonly tap: Tap | undefined;
      }
  );

export type Context = {
  readonly tables: Tables;
  readonly learned: SlotCache;
  readonly fragments: SlotCache;
  /** Microseconds. */
  readonly now: number;
  readonly role: number;
  /** Of the virtual address that the packet is sent to. */
  readonly virtualNumber: bigint;
};

/** What a packet's flow is known by; ports are 0 where there are none. */
export function tupleOf({ source, destination, upper, protocol }: IpPacket): Tuple {
  const ports = upper.kind === 'tcp' || upper.kind === 'udp' ? upper : { sourcePort: 0, destinationPort: 0 };
  const { sourcePort, destinationPort } = ports;
  return { source, destination, sourcePort, destinationPort, protocol };
}

/** Whether a packet ends its flow. */
export function isLast({ upper }: IpPacket): boolean {
  return upper.kind === 'tcp' && (upper.flags & 5) !== 0;
}

/** Whether a packet is an ICMP error (RFC 4443, section 2.1; RFC 1122, section 3.2.2). */
export function isIcmpError({ family, upper }: IpPacket): boolean {
  if (upper.kind !== 'icmp') return false;
  return family === 6 ? upper.type < 128 : [3, 4, 5, 11, 12].includes(upper.type);
}
