/** Entries of `announced_flows`, as signalling wants them. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { AnnouncedEntry } from '../signalling/announced-entries.ts';
import { tables } from './bindings.ts';

const WHOLE_ADDRESS = (1n << 128n) - 1n;

/** An entry; without a server, to take it away. */
export function announcedFlowEntity(entry: AnnouncedEntry, server?: number): Entity {
  const { protocol, source, sourcePort, destination, destinationPort, priority } = entry;
  return tables.announced_flows.entry({
    key: {
      protocol: { value: protocol },
      ...(source === undefined ? {} : { source: { value: source, mask: WHOLE_ADDRESS } }),
      ...(sourcePort === undefined ? {} : { source_port: masked(sourcePort) }),
      destination: { value: destination, mask: WHOLE_ADDRESS },
      ...(destinationPort === undefined ? {} : { destination_port: masked(destinationPort) }),
    },
    priority,
    ...(server === undefined ? {} : { action: { name: 'expect_server', params: { server } } }),
  });
}

/** Bits that do not count are 0 (P4Runtime, "Ternary Matches"). */
function masked({ value, mask }: { readonly value: number; readonly mask: number }) {
  return { value: value & mask, mask };
}
