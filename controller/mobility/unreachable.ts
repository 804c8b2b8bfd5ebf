/**
 * ICMPv6 Destination Unreachable about what went to a care-of address (RFC 6275, 9.3.4): when it keeps coming, the
 * binding goes, and packets take the way over the home network again.
 */

import {
  ICMPV6_DESTINATION_UNREACHABLE,
  type Ipv6Packet,
  parseIcmpv6,
  parseIpv6Packet,
  sameBytes,
} from '../../wire/index.ts';
import { endBinding } from './binding-cache.ts';
import { bindingKey, count, type MobilityState } from './state.ts';
import type { MobilityEffect } from './types.ts';

/** Handles an ICMPv6 packet; all but the errors above are left alone. */
export function receiveUnreachable(
  state: MobilityState,
  packet: Ipv6Packet,
  now: number,
  effects: MobilityEffect[],
): void {
  const { destination: virtualAddress } = packet.header;
  const from = packet.homeAddress ?? packet.header.source;
  const addresses = { source: from, destination: virtualAddress };
  const message = parseIcmpv6(packet.bytes, packet.payloadAt, packet.payloadEnd, addresses);
  if (!message.ok) {
    count(state, `ignored: ${message.problem}`);
    return;
  }
  if (message.value.kind !== 'error' || message.value.type !== ICMPV6_DESTINATION_UNREACHABLE) {
    count(state, 'ignored: nothing of mobility');
    return;
  }
  const quoted = parseIpv6Packet(message.value.quote, 0, true);
  if (!quoted.ok || quoted.value.routing2 === undefined) {
    count(state, 'ignored: an error about nothing that went to a care-of address');
    return;
  }
  const { source, destination } = quoted.value.header;
  const binding = state.bindings.get(bindingKey(quoted.value.routing2, source));
  // What is about another care-of address than today's is late, or made up.
  if (binding === undefined || !sameBytes(binding.careOfAddress, destination)) {
    count(state, 'ignored: an error about no binding');
    return;
  }
  const before = binding.unreachable ?? { count: 0, since: now };
  binding.unreachable = { count: before.count + 1, since: before.since };
  const { unreachable } = state.config;
  if (binding.unreachable.count < unreachable.count || now - before.since < unreachable.duration) return;
  count(state, 'ended: unreachable');
  endBinding(state, binding, now, undefined, effects);
}
