/**
 * Sequence numbers of bindings that are gone (RFC 6275, 5.2.8 and 9.5.3): as long as a nonce from before their end is
 * good, an old Binding Update could be sent again and would be right in everything else. So they count as if the binding
 * were still there: what is not above them gets status 135, with the number to be above.
 *
 * What a nonce from after their end has part in cannot be sent again, and may have any number (9.5.1). If such a one makes
 * a binding with a number that is not above, the old nonces are void for its home address from then on, with 136 or 138: or
 * else the low number would open the door for an old update with a high one.
 *
 * When there are too many, the oldest goes together with all nonces of its time: the RFC's last measure, which costs
 * mobile nodes a new test, and lets nothing through.
 */

import { MAX_NONCE_LIFETIME } from './constants.ts';
import { dropNoncesUpTo } from './nonces.ts';
import { isGreater } from './sequence-number.ts';
import { type Binding, bindingKey, count, type MobilityState, type Retired } from './state.ts';
import type { MobilityEffect } from './types.ts';

/** Remembers a binding that ends. */
export function retire(state: MobilityState, binding: Binding, now: number, effects: MobilityEffect[]): void {
  const { key, homeAddress, virtualAddress, sequence, isStatic, voidBefore } = binding;
  const retired: Retired = { homeAddress, virtualAddress, sequence, retiredAt: now, isStatic, voidBefore };
  const into = isStatic ? state.staticRetired : state.retired;
  // Deleted first, so that the map stays in the order of time.
  into.delete(key);
  into.set(key, retired);
  effects.push({
    kind: 'save',
    change: { key: `retired/${hexKey(key)}`, value: { kind: 'retired', ...retired } },
  });
  if (state.retired.size > state.config.maximumRetired) dropOldest(state, effects);
}

/** What has been before a Binding Update. */
export type Past = {
  /** What its sequence number has to be above, if of anything. */
  readonly sequence: number | undefined;
  /** Its nonces have no part in anything any more. */
  readonly isVoid: boolean;
  /** Up to when nonces have been made that are void, should it make a binding. */
  readonly voidBefore: number | undefined;
};

/** The past of a home address for a Binding Update: its number, and when the youngest of its nonces was made (none with a static key). */
export function pastOf(
  state: MobilityState,
  key: string,
  binding: Binding | undefined,
  sequence: number,
  noncesSince: number | undefined,
): Past {
  if (noncesSince === undefined) {
    const last = binding ?? state.staticRetired.get(key);
    return { sequence: last?.sequence, isVoid: false, voidBefore: undefined };
  }
  const retired = state.retired.get(key);
  const last = binding ?? retired;
  const isVoid = last?.voidBefore !== undefined && noncesSince <= last.voidBefore;
  const isFresh = binding === undefined && retired !== undefined && noncesSince > retired.retiredAt;
  if (!isFresh) return { sequence: last?.sequence, isVoid, voidBefore: last?.voidBefore };
  const voidBefore = isGreater(sequence, retired.sequence) ? retired.voidBefore : retired.retiredAt;
  return { sequence: undefined, isVoid, voidBefore };
}

/** Forgets one whose home address has a binding again. */
export function forgetRetired(state: MobilityState, key: string, effects: MobilityEffect[]): void {
  if (state.retired.delete(key) || state.staticRetired.delete(key)) effects.push(forget(key));
}

/** Forgets those whose nonces are all over. */
export function dropExpiredRetired(state: MobilityState, now: number, effects: MobilityEffect[]): void {
  for (const [key, retired] of state.retired) {
    if (isNeeded(state, retired, now)) return;
    state.retired.delete(key);
    effects.push(forget(key));
  }
}

/** A nonce that was current when a binding ended may be used first only later. */
function isNeeded(state: MobilityState, retired: Retired, now: number): boolean {
  if (now - retired.retiredAt < MAX_NONCE_LIFETIME) return true;
  for (const nonce of state.nonces.live.values()) if (nonce.createdAt <= retired.retiredAt) return true;
  return false;
}

function dropOldest(state: MobilityState, effects: MobilityEffect[]): void {
  for (const [key, retired] of state.retired) {
    count(state, 'nonces dropped for lack of space');
    dropNoncesUpTo(state.nonces, retired.retiredAt, effects);
    state.retired.delete(key);
    effects.push(forget(key));
    return;
  }
}

function forget(key: string): MobilityEffect {
  return { kind: 'save', change: { key: `retired/${hexKey(key)}`, value: undefined } };
}

/** Keys of bindings as text, for what is saved. */
export function hexKey(key: string): string {
  return Buffer.from(key, 'latin1').toString('hex');
}

/** The key that a saved value belongs to. */
export function savedBindingKey(homeAddress: Uint8Array, virtualAddress: Uint8Array): string {
  return hexKey(bindingKey(homeAddress, virtualAddress));
}
