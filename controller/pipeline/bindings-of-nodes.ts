/** Bindings of mobile nodes as the switch has them: `bindings_in` at dispatchers, `bindings_out` at gateways. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { unsigned } from '../../wire/index.ts';
import { tables } from './bindings.ts';

/** Addresses are 16 bytes. */
export type NodeBinding = {
  readonly homeAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
};

/** Inbound: care-of address to home address. */
export function bindingIn({ homeAddress, careOfAddress, virtualAddress }: NodeBinding): Entity {
  return tables.bindings_in.entry({
    key: {
      home_address: unsigned(homeAddress),
      care_of_address: unsigned(careOfAddress),
      virtual_address: unsigned(virtualAddress),
    },
    action: { name: 'swap_to_home_address' },
  });
}

/** Outbound: home address to care-of address. */
export function bindingOut({ homeAddress, careOfAddress, virtualAddress }: NodeBinding): Entity {
  return tables.bindings_out.entry({
    key: { home_address: unsigned(homeAddress), virtual_address: unsigned(virtualAddress) },
    action: { name: 'route_to_care_of_address', params: { care_of_address: unsigned(careOfAddress) } },
  });
}

/** Asks when a binding was used last. */
export function bindingUseRequest(binding: NodeBinding): Entity {
  const { entity } = bindingIn(binding);
  if (entity?.$case !== 'tableEntry') throw new Error('an entry of a table');
  const value = { ...entity.value, action: undefined, timeSinceLastHit: { elapsedNs: 0n } };
  return { entity: { ...entity, value } };
}

/** The answer; undefined for other entities. @returns The home and virtual address as text, and nanoseconds. */
export function readBindingUse(
  entity: Entity,
):
  | { readonly homeAddress: string; readonly virtualAddress: string; readonly sinceLastHitNs: bigint }
  | undefined {
  const entry = tables.bindings_in.decode(entity);
  if (entry === undefined || entry.isDefault || entry.sinceLastHitNs === undefined) return undefined;
  return {
    homeAddress: entry.key.home_address,
    virtualAddress: entry.key.virtual_address,
    sinceLastHitNs: entry.sinceLastHitNs,
  };
}
