/** What time does: bindings end (RFC 6275, 9.5.2), those in use are asked about before (9.5.5), old secrets go (5.2.2). */

import { emitMobilityPacket } from './answers.ts';
import { endBinding } from './binding-cache.ts';
import { dropExpiredNonces } from './nonces.ts';
import { dropExpiredRetired } from './retired.ts';
import { type Binding, count, type MobilityState, nextLook, schedule } from './state.ts';
import type { MobilityEffect, SwitchBinding } from './types.ts';

/** How long before they are looked at the use of bindings is asked for, in seconds; with room for a slow answer. */
const WATCH_SECONDS = 3;

/** How many of the least recently used are watched when space gets scarce. */
const WATCHED_FOR_SPACE = 64;

/**
 * Bindings of which it matters now whether they are in use: those that may be asked to be refreshed soon (9.5.5), and when
 * the cache is nearly full, those that would be given up first (9.6). Others need not be asked about.
 */
export function* bindingsToWatch(state: MobilityState, now: number): Generator<SwitchBinding> {
  const isKnown = ({ lastUsedAt }: Binding) => now - lastUsedAt < state.config.inUse / 2;
  const first = Math.floor(now / 1000);
  for (let second = first; second <= first + WATCH_SECONDS; second++) {
    for (const key of state.agenda.get(second) ?? []) {
      const binding = state.bindings.get(key);
      // It may be on the agenda of an earlier registration, too.
      if (binding === undefined || isKnown(binding)) continue;
      if (nextLook(state, binding) <= now + WATCH_SECONDS * 1000 && binding.expiresAt > now) yield binding;
    }
  }
  if (state.bindings.size * 8 < state.config.maximumBindings * 7) return;
  let left = WATCHED_FOR_SPACE;
  for (const binding of state.bindings.values()) {
    if (left-- === 0) return;
    if (!isKnown(binding)) yield binding;
  }
}

/** Does what is due. */
export function passTime(state: MobilityState, now: number, effects: MobilityEffect[]): void {
  dropExpiredNonces(state.nonces, now, effects);
  dropExpiredRetired(state, now, effects);
  const until = Math.floor(now / 1000);
  // After a long sleep there are fewer seconds on the agenda than have passed.
  const due = [...state.agenda.keys()]
    .filter((second) => second <= until)
    .toSorted((one, other) => one - other);
  state.agendaAt = Math.max(state.agendaAt, until);
  for (const second of due) {
    const keys = state.agenda.get(second) ?? [];
    state.agenda.delete(second);
    for (const key of keys) {
      const binding = state.bindings.get(key);
      if (binding !== undefined) lookAt(state, binding, now, effects);
    }
  }
}

/** A binding can be on the agenda more than once, and then there is nothing to do at some of the times. */
function lookAt(state: MobilityState, binding: Binding, now: number, effects: MobilityEffect[]): void {
  if (binding.expiresAt <= now) {
    count(state, 'ended: lifetime');
    endBinding(state, binding, now, undefined, effects);
    return;
  }
  if (now >= nextLook(state, binding)) {
    if (now - binding.lastUsedAt < state.config.inUse) {
      count(state, 'sent: binding refresh request');
      const { virtualAddress, homeAddress } = binding;
      // Always to the home address (9.5.5), and so without a routing header.
      const message = { kind: 'bindingRefreshRequest', options: [] } as const;
      effects.push({ kind: 'send', packet: emitMobilityPacket(virtualAddress, homeAddress, message) });
    }
    binding.refreshRequests++;
  }
  schedule(state, binding.key, nextLook(state, binding));
}
