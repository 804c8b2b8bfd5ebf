/** The Mobility Agent: RFC 6275's correspondent node for every virtual address, as a pure core. */

export { MAX_NONCE_LIFETIME, MAX_RR_BINDING_LIFETIME, MAX_TOKEN_LIFETIME, STATUS } from './constants.ts';
export type { Random } from './nonces.ts';
export { bindingKey, createMobilityState, desiredBindings, type MobilityState } from './state.ts';
export { step } from './step.ts';
export { type MobilityStore, type OpenedStore, openMobilityStore } from './store.ts';
export { bindingsToWatch } from './timers.ts';
export {
  DEFAULT_CONFIG,
  type MobilityConfig,
  type MobilityEffect,
  type MobilityEvent,
  type Rate,
  type SavedChange,
  type SavedValue,
  type StaticKey,
  type SwitchBinding,
} from './types.ts';
