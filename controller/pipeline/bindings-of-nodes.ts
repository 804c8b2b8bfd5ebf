/** Bindings of mobile nodes as the switch has them: one entry of `bindings` for both ways. */

import type { Entity, FieldMatch, TableAction, TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { addressKey, formatIpv6Address, parseIpv6Address } from '../../wire/index.ts';
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
  const number = virtualAddresses.of(textOf(virtualAddress));
  let model = MODELS.get(number);
  if (model === undefined) {
    model = modelOf(number);
    MODELS.set(number, model);
  }
  const { entry, home, virtual, actionId, paramId } = model;
  // Thousands a second come by here: only the two addresses are new.
  const match: FieldMatch[] = [
    { fieldId: home, fieldMatchType: { $case: 'exact', value: { value: shortest(homeAddress) } } },
    virtual,
  ];
  const params = [{ paramId, value: shortest(careOfAddress) }];
  const action: TableAction = { type: { $case: 'action', value: { actionId, params } } };
  return { entity: { $case: 'tableEntry', value: { ...entry, match, action } } };
}

/** Texts of virtual addresses, of which there are few. */
const TEXTS = new Map<string, string>();
const MOST_TEXTS = 4096;

function textOf(virtualAddress: Uint8Array): string {
  const key = addressKey(virtualAddress);
  const known = TEXTS.get(key);
  if (known !== undefined) return known;
  const text = readableAddress(formatIpv6Address(virtualAddress));
  if (TEXTS.size < MOST_TEXTS) TEXTS.set(key, text);
  return text;
}

/** An entry of a virtual address, in parts. */
type Model = {
  readonly entry: TableEntry;
  /** The id of the home address's field. */
  readonly home: number;
  readonly virtual: FieldMatch;
  readonly actionId: number;
  readonly paramId: number;
};

const MODELS = new Map<number, Model>();

function modelOf(number: number): Model {
  const { entity } = tables.bindings.entry({
    key: { home_address: 1n, virtual_number: number },
    action: { name: 'set_care_of_address', params: { care_of_address: 1n } },
  });
  if (entity?.$case !== 'tableEntry') throw new Error('an entry of a table');
  const [home, virtual] = entity.value.match;
  const call = entity.value.action?.type;
  const param = call?.$case === 'action' ? call.value.params[0] : undefined;
  if (home === undefined || virtual === undefined || call?.$case !== 'action' || param === undefined) {
    throw new Error('a binding has two fields, and an action with a parameter');
  }
  const { actionId } = call.value;
  return { entry: entity.value, home: home.fieldId, virtual, actionId, paramId: param.paramId };
}

/** An address as a number, without leading zeros (P4Runtime, "Bytestrings"). Of its own: packets come and go. */
function shortest(address: Uint8Array): Uint8Array {
  let start = 0;
  while (start < address.length - 1 && address[start] === 0) start++;
  return address.slice(start);
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
