/** The Mobility Agent: state × event → state + effects. The state is changed in place; see `state.ts`. */

import { addressKey } from '../../wire/index.ts';
import { endBinding, touchBinding } from './binding-cache.ts';
import { complete, fail } from './completion.ts';
import { receivePacket } from './receive-packet.ts';
import { bindingKey, indexConfig, isInAny, type MobilityState } from './state.ts';
import { passTime } from './timers.ts';
import type { MobilityConfig, MobilityEffect, MobilityEvent } from './types.ts';

/** Takes an event at a time. The effects are to be done in their order. */
export function step(state: MobilityState, event: MobilityEvent, now: number): readonly MobilityEffect[] {
  const effects: MobilityEffect[] = [];
  switch (event.kind) {
    case 'packet':
      receivePacket(state, event.packet, event.isUnplaced === true, now, effects);
      break;
    case 'done':
      complete(state, event.ticket, effects);
      break;
    case 'failed':
      fail(state, event.ticket, event.isFull, now, effects);
      break;
    case 'used': {
      const binding = state.bindings.get(bindingKey(event.homeAddress, event.virtualAddress));
      if (binding !== undefined) touchBinding(state, binding, now);
      break;
    }
    case 'tick':
      passTime(state, now, effects);
      break;
    case 'configure':
      configure(state, event.config, now, effects);
      break;
  }
  return effects;
}

/** A new configuration: bindings that it does not allow end, all others stay. */
function configure(
  state: MobilityState,
  config: MobilityConfig,
  now: number,
  effects: MobilityEffect[],
): void {
  state.config = config;
  Object.assign(state, indexConfig(config));
  for (const binding of [...state.bindings.values()]) {
    const { homeAddress, virtualAddress, isStatic } = binding;
    const isAllowed =
      config.isEnabled &&
      state.virtualAddresses.has(addressKey(virtualAddress)) &&
      (config.allowedHomePrefixes === undefined || isInAny(homeAddress, config.allowedHomePrefixes)) &&
      // Who has a static key must use it, and who has none any more has nothing to show.
      isStatic === state.staticKeys.has(addressKey(homeAddress));
    if (!isAllowed) endBinding(state, binding, now, undefined, effects);
  }
  state.errors = { ...state.errors, rate: config.errors };
  state.errorsPerAddress = { ...state.errorsPerAddress, rate: config.errorsPerAddress };
  state.answersPerAddress = { ...state.answersPerAddress, rate: config.answersPerAddress };
}
