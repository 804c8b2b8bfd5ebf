/**
 * Binding Updates (RFC 6275, 9.5).
 *
 * The checks of 9.5.1, in an order that gives each refusal what it needs. Form first: what lacks an option that must be
 * there is dropped without a word. Then the nonces, whose statuses 136 to 138 go out without an authenticator. Then the
 * authenticator, for what fails it is dropped without a word whatever else it has. Only then the sequence number, whose
 * status 135 must carry an authenticator (9.5.4), and what our own policy and space say.
 */

import {
  addressKey,
  findOption,
  type Ipv6Packet,
  isUnicast,
  isUnicastRoutable,
  type MobilityHeader,
  type MobilityMessage,
  sameBytes,
} from '../../wire/index.ts';
import { emitAcknowledgement } from './answers.ts';
import { authorize } from './authorize.ts';
import { endBinding, isCircular, makeSpace, putBinding } from './binding-cache.ts';
import { LIFETIME_UNIT, STATUS } from './constants.ts';
import { takeToken } from './rate-limit.ts';
import { pastOf } from './retired.ts';
import { isGreater } from './sequence-number.ts';
import {
  type Answer,
  bindingKey,
  count,
  isInAny,
  MAXIMUM_REFRESH_REQUESTS,
  type MobilityState,
} from './state.ts';
import type { MobilityEffect } from './types.ts';

export type BindingUpdate = MobilityMessage & { readonly kind: 'bindingUpdate' };

/** Handles a Binding Update. */
export function receiveBindingUpdate(
  state: MobilityState,
  packet: Ipv6Packet,
  header: MobilityHeader,
  update: BindingUpdate,
  now: number,
  effects: MobilityEffect[],
): void {
  const { source, destination: virtualAddress } = packet.header;
  const homeAddress = packet.homeAddress ?? source;
  if (!isUnicast(source)) {
    count(state, 'ignored: update from no unicast address');
    return;
  }
  if (!isUnicastRoutable(homeAddress)) {
    count(state, 'ignored: update for no unicast routable home address');
    return;
  }
  const base: Answer = {
    virtualAddress: virtualAddress.slice(),
    source: source.slice(),
    homeAddress: homeAddress.slice(),
    hasHomeAddressOption: packet.homeAddress !== undefined,
    acknowledge: update.acknowledge,
    authorization: undefined,
    sequence: update.sequence,
  };
  const careOfAddress = findOption(update.options, 'alternateCareOfAddress')?.address ?? source;
  // Either condition is a deletion: 9.5.1, and RFC 3775 for a lifetime above zero at home.
  const isDeletion = update.lifetime === 0 || sameBytes(careOfAddress, homeAddress);
  // Whatever it asks for (6.1.7), also where the address is not used.
  if (!isUnicastRoutable(careOfAddress)) {
    count(state, 'ignored: update with no unicast routable care-of address');
    return;
  }
  if (update.homeRegistration) {
    refuseHomeRegistration(state, update, base, now, effects);
    return;
  }
  if (!isDeletion && isCircular(state, homeAddress, careOfAddress, virtualAddress)) {
    count(state, 'ignored: update with a care-of address that leads back');
    return;
  }
  const found = authorize(
    state,
    { header, update, homeAddress, careOfAddress, virtualAddress, isDeletion },
    now,
  );
  if (found.kind === 'silent') {
    count(state, `ignored: update ${found.reason}`);
    return;
  }
  const key = bindingKey(homeAddress, virtualAddress);
  const binding = state.bindings.get(key);
  // It has been heard, whatever comes of it: no more Binding Refresh Requests (9.5.5).
  if (binding !== undefined) binding.refreshRequests = MAXIMUM_REFRESH_REQUESTS;
  if (found.kind === 'expired') {
    // Nobody has shown yet who they are, and the answer must go out even so (9.5.4).
    if (takeToken(state.answersPerAddress, source, now)) refuse(state, base, found.status, true, effects);
    else count(state, 'limited: acknowledgement');
    return;
  }

  const answer: Answer = { ...base, authorization: found.authorization };
  const past = pastOf(state, key, binding, update.sequence, found.noncesSince);
  if (past.isVoid) {
    // Its nonces are too old for this home address, and so not recognized any more (5.2.8).
    const status = isDeletion ? STATUS.expiredHomeNonce : STATUS.expiredNonces;
    refuse(state, base, status, true, effects);
    return;
  }
  if (past.sequence !== undefined && !isGreater(update.sequence, past.sequence)) {
    refuse(state, { ...answer, sequence: past.sequence }, STATUS.sequenceOutOfWindow, true, effects);
    return;
  }

  if (isDeletion) {
    if (binding !== undefined) {
      binding.sequence = update.sequence;
      count(state, 'deleted');
      endBinding(state, binding, now, answer, effects);
      return;
    }
    if (update.acknowledge) acknowledge(state, answer, STATUS.accepted, 0, effects);
    return;
  }

  const { allowedHomePrefixes, refusedCareOfPrefixes } = state.config;
  const isAllowed = allowedHomePrefixes === undefined || isInAny(homeAddress, allowedHomePrefixes);
  if (!isAllowed || state.virtualAddresses.has(addressKey(homeAddress))) {
    refuse(state, answer, STATUS.administrativelyProhibited, false, effects);
    return;
  }
  if (
    state.virtualAddresses.has(addressKey(careOfAddress)) ||
    isInAny(careOfAddress, refusedCareOfPrefixes)
  ) {
    refuse(state, answer, STATUS.invalidCareOfAddress, false, effects);
    return;
  }
  if (binding === undefined && !makeSpace(state, homeAddress, now, effects)) {
    refuse(state, answer, STATUS.insufficientResources, true, effects);
    return;
  }

  const { maximumLifetime, maximumStaticLifetime } = state.config;
  const isStatic = found.noncesSince === undefined;
  const asked = update.lifetime * LIFETIME_UNIT;
  const limit = isStatic ? maximumStaticLifetime : maximumLifetime;
  const lifetime = Math.min(asked, Math.floor(limit / LIFETIME_UNIT) * LIFETIME_UNIT);
  const { sequence } = update;
  const { voidBefore } = past;
  const wanted = { homeAddress, virtualAddress, careOfAddress, sequence, lifetime, isStatic, voidBefore };
  count(state, binding === undefined ? 'registered' : 'updated');
  const isWaiting = putBinding(state, wanted, answer, now, effects);
  if (!isWaiting && update.acknowledge) acknowledge(state, answer, STATUS.accepted, lifetime, effects);
}

/** We are no home agent (9.5.1, 10.3.1). With nonce indices it is not even valid. */
function refuseHomeRegistration(
  state: MobilityState,
  update: BindingUpdate,
  answer: Answer,
  now: number,
  effects: MobilityEffect[],
): void {
  if (findOption(update.options, 'nonceIndices') !== undefined) {
    count(state, 'ignored: update with H and nonce indices');
    return;
  }
  if (!takeToken(state.answersPerAddress, answer.source, now)) {
    count(state, 'limited: acknowledgement');
    return;
  }
  const hasBinding = state.bindings.has(bindingKey(answer.homeAddress, answer.virtualAddress));
  const status = hasBinding ? STATUS.registrationTypeChange : STATUS.homeRegistrationNotSupported;
  refuse(state, answer, status, true, effects);
}

/** Says no. `always`: also to those who did not ask for an acknowledgement (9.5.4). */
function refuse(
  state: MobilityState,
  answer: Answer,
  status: number,
  always: boolean,
  effects: MobilityEffect[],
): void {
  count(state, `status: ${status}`);
  if (always || answer.acknowledge)
    effects.push({ kind: 'send', packet: emitAcknowledgement(answer, status, 0) });
}

function acknowledge(
  state: MobilityState,
  answer: Answer,
  status: number,
  lifetime: number,
  effects: MobilityEffect[],
): void {
  count(state, `status: ${status}`);
  effects.push({ kind: 'send', packet: emitAcknowledgement(answer, status, lifetime) });
}
