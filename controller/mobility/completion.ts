/**
 * The switch has answered: only now the mobile node hears of it, so that a Binding Acknowledgement never promises what
 * the switch does not do.
 */

import { emitAcknowledgement } from './answers.ts';
import { dropBinding, saveBinding } from './binding-cache.ts';
import { STATUS } from './constants.ts';
import { type Answer, count, type MobilityState, type Pending, schedule } from './state.ts';
import type { MobilityEffect } from './types.ts';

/** An install or a removal is done. */
export function complete(state: MobilityState, ticket: number, effects: MobilityEffect[]): void {
  const pending = state.pending.get(ticket);
  // After a restart, the switch may answer somebody else's question.
  if (pending === undefined) {
    count(state, 'ignored: an unknown ticket');
    return;
  }
  state.pending.delete(ticket);
  if (pending.kind === 'remove') {
    if (pending.answer?.acknowledge) send(state, pending.answer, STATUS.accepted, 0, effects);
    return;
  }
  const binding = state.bindings.get(pending.key);
  if (binding === undefined) {
    count(state, 'ended before it was installed');
    return;
  }
  const { careOfAddress, lifetime, expiresAt } = pending;
  binding.confirmed = { careOfAddress, lifetime, expiresAt };
  if (binding.openTicket === ticket) binding.openTicket = undefined;
  if (pending.answer.acknowledge) send(state, pending.answer, STATUS.accepted, lifetime, effects);
}

/** An install or a removal failed. What the switch had before counts again. */
export function fail(
  state: MobilityState,
  ticket: number,
  isFull: boolean,
  now: number,
  effects: MobilityEffect[],
): void {
  const pending = state.pending.get(ticket);
  if (pending === undefined) {
    count(state, 'ignored: an unknown ticket');
    return;
  }
  state.pending.delete(ticket);
  count(state, 'failed in the switch');
  const status = isFull ? STATUS.insufficientResources : STATUS.reasonUnspecified;
  if (pending.answer !== undefined && (isFull || pending.answer.acknowledge))
    send(state, pending.answer, status, 0, effects);
  if (pending.kind === 'install') rollBack(state, ticket, pending, now, effects);
}

function rollBack(
  state: MobilityState,
  ticket: number,
  pending: Pending & { readonly kind: 'install' },
  now: number,
  effects: MobilityEffect[],
): void {
  const binding = state.bindings.get(pending.key);
  // A later Binding Update has its own answer to come.
  if (binding === undefined || binding.openTicket !== ticket) return;
  binding.openTicket = undefined;
  const { confirmed } = binding;
  if (confirmed === undefined || confirmed.expiresAt <= now) {
    dropBinding(state, binding, now, effects);
    return;
  }
  binding.careOfAddress = confirmed.careOfAddress;
  binding.lifetime = confirmed.lifetime;
  binding.expiresAt = confirmed.expiresAt;
  schedule(state, binding.key, binding.expiresAt);
  saveBinding(binding, effects);
}

function send(
  state: MobilityState,
  answer: Answer,
  status: number,
  lifetime: number,
  effects: MobilityEffect[],
): void {
  count(state, `status: ${status}`);
  effects.push({ kind: 'send', packet: emitAcknowledgement(answer, status, lifetime) });
}
