/** Bindings of mobile nodes as the switch has them: one entry of `bindings` for both ways. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { formatIpv6Address, parseIpv6Address, unsigned } from '../../wire/index.ts';
import { readableAddress } from './addresses.ts';
import { tables } from './bindings.ts';
import type { Numbers } from './numbers.ts';

/** Addresses are 16 bytes. */
export type NodeBinding = {
  readonly homeAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
};

type VirtualAddresses = Pick<Numbers, 'virtualAddresses'>;

/** The entry. A new care-of address is a change of it, so a handover is one write. */
export function bindingEntity(binding: NodeBinding, { virtualAddresses }: VirtualAddresses): Entity {
  const { homeAddress, careOfAddress, virtualAddress } = binding;
  return tables.bindings.entry({
    key: {
      home_address: unsigned(homeAddress),
      virtual_number: virtualAddresses.of(readableAddress(formatIpv6Address(virtualAddress))),
    },
    action: { name: 'set_care_of_address', params: { care_of_address: unsigned(careOfAddress) } },
  });
}

/** Asks when a binding was used last, on either way. */
export function bindingUseRequest(binding: NodeBinding, numbers: VirtualAddresses): Entity {
  const { entity } = bindingEntity(binding, numbers);
  if (entity?.$case !== 'tableEntry') throw new Error('an entry of a table');
  const value = { ...entity.value, action: undefined, timeSinceLastHit: { elapsedNs: 0n } };
  return { entity: { ...entity, value } };
}

/** The answer; undefined for other entities. @returns The home and virtual address, and nanoseconds. */
export function readBindingUse(
  entity: Entity,
  { virtualAddresses }: VirtualAddresses,
):
  | {
      readonly homeAddress: Uint8Array;
      readonly virtualAddress: Uint8Array;
      readonly sinceLastHitNs: bigint;
    }
  | undefined {
  const entry = tables.bindings.decode(entity);
  if (entry === undefined || entry.isDefault || entry.sinceLastHitNs === undefined) return undefined;
  const homeAddress = parseIpv6Address(entry.key.home_address);
  const virtualAddress = parseIpv6Address(virtualAddresses.nameOf(entry.key.virtual_number) ?? '');
  if (homeAddress === undefined || virtualAddress === undefined) return undefined;
  return { homeAddress, virtualAddress, sinceLastHitNs: entry.sinceLastHitNs };
}
