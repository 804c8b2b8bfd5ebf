/** The Binding Cache (RFC 6275, 9.1, 9.5.2, 9.5.3 and 9.6): making, changing and ending entries, and its bounds. */

import { sameBytes } from '../../wire/index.ts';
import { forgetRetired, hexKey, retire } from './retired.ts';
import {
  type Answer,
  type Binding,
  bindingKey,
  count,
  type MobilityState,
  nextLook,
  prefixKey,
  schedule,
} from './state.ts';
import type { MobilityEffect, SwitchBinding } from './types.ts';

/** How many of the least recently used are looked at for one to give up. */
const EVICTION_CANDIDATES = 8;

/** No honest mobile node is reached over others more often than this. */
const LONGEST_CHAIN = 16;

/** What a valid Binding Update asks for. */
export type Registration = {
  readonly homeAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly sequence: number;
  /** Granted, in milliseconds. */
  readonly lifetime: number;
  readonly isStatic: boolean;
  readonly voidBefore: number | undefined;
};

/** Is there space for a new entry? Gives up the least recently used one that is not in use, if that helps. */
export function makeSpace(
  state: MobilityState,
  homeAddress: Uint8Array,
  now: number,
  effects: MobilityEffect[],
): boolean {
  const { maximumBindings, maximumBindingsPerPrefix, inUse } = state.config;
  if ((state.perPrefix.get(prefixKey(homeAddress)) ?? 0) >= maximumBindingsPerPrefix) {
    count(state, 'refused: too many bindings of one prefix');
    return false;
  }
  if (state.bindings.size < maximumBindings) return true;
  let looked = 0;
  for (const binding of state.bindings.values()) {
    if (looked++ >= EVICTION_CANDIDATES) break;
    if (binding.openTicket !== undefined || now - binding.lastUsedAt < inUse) continue;
    count(state, 'evicted');
    endBinding(state, binding, now, undefined, effects);
    return true;
  }
  count(state, 'refused: too many bindings');
  return false;
}

/**
 * Caches a binding, or changes the one that is there. Gives whether the switch has to hear of it: not if only the
 * lifetime is new.
 */
export function putBinding(
  state: MobilityState,
  wanted: Registration,
  answer: Answer,
  now: number,
  effects: MobilityEffect[],
): boolean {
  const key = bindingKey(wanted.homeAddress, wanted.virtualAddress);
  const previous = state.bindings.get(key);
  const expiresAt = now + wanted.lifetime;
  const binding: Binding = {
    key,
    ...copyAddresses(wanted),
    sequence: wanted.sequence,
    lifetime: wanted.lifetime,
    expiresAt,
    isStatic: wanted.isStatic,
    voidBefore: wanted.voidBefore,
    lastUsedAt: previous?.lastUsedAt ?? 0,
    refreshRequests: 0,
    unreachable: undefined,
    confirmed: previous?.confirmed,
    openTicket: previous?.openTicket,
  };
  if (previous === undefined) addToPrefix(state, wanted.homeAddress, 1);
  forgetRetired(state, key, effects);
  // Deleted first, so that the map stays in the order of use.
  state.bindings.delete(key);
  state.bindings.set(key, binding);
  schedule(state, key, nextLook(state, binding));
  saveBinding(binding, effects);
  const { confirmed } = binding;
  if (confirmed !== undefined && binding.openTicket === undefined) {
    if (sameBytes(confirmed.careOfAddress, binding.careOfAddress)) {
      binding.confirmed = { careOfAddress: binding.careOfAddress, lifetime: binding.lifetime, expiresAt };
      return false;
    }
  }
  const ticket = state.nextTicket++;
  binding.openTicket = ticket;
  const { careOfAddress, lifetime } = binding;
  state.pending.set(ticket, { kind: 'install', key, careOfAddress, lifetime, expiresAt, answer });
  const old = previous?.careOfAddress;
  const replaces = old === undefined || sameBytes(old, careOfAddress) ? undefined : old;
  effects.push({ kind: 'installBinding', ticket, binding: switchBinding(binding), replaces });
  return true;
}

/** Ends a binding: out of the switch, its sequence number kept. `answer` goes out when the switch is done. */
export function endBinding(
  state: MobilityState,
  binding: Binding,
  now: number,
  answer: Answer | undefined,
  effects: MobilityEffect[],
): void {
  dropBinding(state, binding, now, effects);
  const ticket = state.nextTicket++;
  state.pending.set(ticket, { kind: 'remove', answer });
  effects.push({ kind: 'removeBinding', ticket, binding: switchBinding(binding) });
}

/** Forgets a binding that the switch does not have. */
export function dropBinding(
  state: MobilityState,
  binding: Binding,
  now: number,
  effects: MobilityEffect[],
): void {
  state.bindings.delete(binding.key);
  addToPrefix(state, binding.homeAddress, -1);
  retire(state, binding, now, effects);
  effects.push({ kind: 'save', change: { key: `binding/${hexKey(binding.key)}`, value: undefined } });
}

/** Writes down a binding. */
export function saveBinding(binding: Binding, effects: MobilityEffect[]): void {
  const { homeAddress, virtualAddress, careOfAddress, sequence, lifetime, expiresAt, isStatic, voidBefore } =
    binding;
  effects.push({
    kind: 'save',
    change: {
      key: `binding/${hexKey(binding.key)}`,
      value: {
        kind: 'binding',
        homeAddress,
        virtualAddress,
        careOfAddress,
        sequence,
        lifetime,
        expiresAt,
        isStatic,
        voidBefore,
      },
    },
  });
}

/**
 * Would a care-of address lead back to the home address, over bindings whose home address it is (6.1.7)? A chain
 * without end counts as one.
 */
export function isCircular(
  state: MobilityState,
  homeAddress: Uint8Array,
  careOfAddress: Uint8Array,
  virtualAddress: Uint8Array,
): boolean {
  let next = careOfAddress;
  for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
    const binding = state.bindings.get(bindingKey(next, virtualAddress));
    if (binding === undefined) return false;
    if (sameBytes(binding.careOfAddress, homeAddress)) return true;
    next = binding.careOfAddress;
  }
  return true;
}

/** Moves a binding to the end of the order of use. */
export function touchBinding(state: MobilityState, binding: Binding, now: number): void {
  binding.lastUsedAt = now;
  state.bindings.delete(binding.key);
  state.bindings.set(binding.key, binding);
}

function switchBinding({ homeAddress, careOfAddress, virtualAddress }: Binding): SwitchBinding {
  return { homeAddress, careOfAddress, virtualAddress };
}

/** Addresses are views over a packet until now; a binding must not hold on to it. */
function copyAddresses({ homeAddress, virtualAddress, careOfAddress }: Registration): SwitchBinding {
  return {
    homeAddress: homeAddress.slice(),
    virtualAddress: virtualAddress.slice(),
    careOfAddress: careOfAddress.slice(),
  };
}

function addToPrefix(state: MobilityState, homeAddress: Uint8Array, change: number): void {
  const prefix = prefixKey(homeAddress);
  const total = (state.perPrefix.get(prefix) ?? 0) + change;
  if (total > 0) state.perPrefix.set(prefix, total);
  else state.perPrefix.delete(prefix);
}
