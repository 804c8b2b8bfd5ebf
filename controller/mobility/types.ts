/** What goes into the Mobility Agent and what comes out. All times are milliseconds since 1970 and never go back. */

import type { Ipv6Prefix } from '../../wire/index.ts';

/** A mobile node that shares a key with us (RFC 4449, section 3). */
export type StaticKey = {
  readonly homeAddress: Uint8Array;
  /** Kcn, 20 bytes at least. */
  readonly key: Uint8Array;
  readonly homeNonce: Uint8Array;
  readonly careOfNonce: Uint8Array;
};

/** How many answers a second may go out, and how many at once. */
export type Rate = { readonly perSecond: number; readonly burst: number };

/** What an operator decides. */
export type MobilityConfig = {
  /** Whether there is route optimization (8.2); else mobile nodes are told at once that there is none. */
  readonly isEnabled: boolean;
  /** The addresses for which we are the correspondent node. */
  readonly virtualAddresses: readonly Uint8Array[];
  readonly maximumBindings: number;
  /** For home addresses that share their first 64 bits: who owns a prefix can own any number of addresses. */
  readonly maximumBindingsPerPrefix: number;
  /** How many sequence numbers of past bindings are kept; see `retired.ts`. */
  readonly maximumRetired: number;
  /** Of a binding by return routability; at most 420 s (section 12). */
  readonly maximumLifetime: number;
  /** Of a binding by a static key. */
  readonly maximumStaticLifetime: number;
  /** Home addresses that may have bindings; everyone's, if it is left out. Others get status 129. */
  readonly allowedHomePrefixes: readonly Ipv6Prefix[] | undefined;
  /** Care-of addresses that are refused with status 174, beside our own addresses. */
  readonly refusedCareOfPrefixes: readonly Ipv6Prefix[];
  readonly staticKeys: readonly StaticKey[];
  /** How long the last packet may be ago for a binding to be in use. */
  readonly inUse: number;
  /** How long before its end a binding in use is asked about first. */
  readonly refreshLead: number;
  /** How long destination unreachable messages must keep coming until their binding goes (9.3.4). */
  readonly unreachable: { readonly count: number; readonly duration: number };
  /** Binding Errors and ICMPv6 errors, together (9.3.3; RFC 4443, 2.4 f). */
  readonly errors: Rate;
  /** The same, to one address. */
  readonly errorsPerAddress: Rate;
  /** Answers that cost whoever asks nothing, to one address: HoT, CoT, unauthenticated acknowledgements. */
  readonly answersPerAddress: Rate;
};

/** What a configuration has that says nothing. */
export const DEFAULT_CONFIG: MobilityConfig = {
  isEnabled: true,
  virtualAddresses: [],
  maximumBindings: 100_000,
  maximumBindingsPerPrefix: 4096,
  maximumRetired: 400_000,
  maximumLifetime: 420_000,
  maximumStaticLifetime: 3_600_000,
  allowedHomePrefixes: undefined,
  refusedCareOfPrefixes: [],
  staticKeys: [],
  inUse: 60_000,
  refreshLead: 30_000,
  unreachable: { count: 4, duration: 10_000 },
  errors: { perSecond: 1000, burst: 200 },
  errorsPerAddress: { perSecond: 10, burst: 10 },
  answersPerAddress: { perSecond: 20, burst: 40 },
};

/** A binding as the switch has it. */
export type SwitchBinding = {
  readonly homeAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
};

/** What happens. */
export type MobilityEvent =
  /**
   * An IPv6 packet that the switch handed on, from its IPv6 header on. `isUnplaced`: its Home Address option stands where the switch
   * cannot take it out.
   */
  | { readonly kind: 'packet'; readonly packet: Uint8Array; readonly isUnplaced?: boolean }
  /** The switches have done what the effect with this ticket asked for. */
  | { readonly kind: 'done'; readonly ticket: number }
  /** They could not. `isFull`: there was no space. */
  | { readonly kind: 'failed'; readonly ticket: number; readonly isFull: boolean }
  /** Packets of a binding passed. */
  | { readonly kind: 'used'; readonly homeAddress: Uint8Array; readonly virtualAddress: Uint8Array }
  /** Time passed; at least once a second. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'configure'; readonly config: MobilityConfig };

/** What is to be done, in this order. */
export type MobilityEffect =
  /**
   * An IPv6 packet, from its header on, to route as any other. `isDirect`: back the way that what it answers came by, without a
   * look at bindings.
   */
  | { readonly kind: 'send'; readonly packet: Uint8Array; readonly isDirect?: true }
  /** A packet that the switch handed on and that has its binding: it passes the switch once more, without the option if need be. */
  | { readonly kind: 'resubmit'; readonly packet: Uint8Array }
  /**
   * Entries for a binding. The old care-of address, if there is one, is taken away only after the new entries stand, so
   * that a handover loses nothing. `done` or `failed` answers, and only then the mobile node hears of it.
   */
  | {
      readonly kind: 'installBinding';
      readonly ticket: number;
      readonly binding: SwitchBinding;
      readonly replaces: Uint8Array | undefined;
    }
  | { readonly kind: 'removeBinding'; readonly ticket: number; readonly binding: SwitchBinding }
  /** What outlives a restart has changed. */
  | { readonly kind: 'save'; readonly change: SavedChange };

/** A value under a key, or its end. */
export type SavedChange = { readonly key: string; readonly value: SavedValue | undefined };

/** What outlives a restart. */
export type SavedValue =
  | {
      readonly kind: 'nonce';
      readonly index: number;
      readonly value: Uint8Array;
      readonly key: Uint8Array;
      readonly createdAt: number;
      readonly firstUsedAt: number | undefined;
    }
  | {
      readonly kind: 'binding';
      readonly homeAddress: Uint8Array;
      readonly virtualAddress: Uint8Array;
      readonly careOfAddress: Uint8Array;
      readonly sequence: number;
      readonly lifetime: number;
      readonly expiresAt: number;
      readonly isStatic: boolean;
      readonly voidBefore: number | undefined;
    }
  | {
      readonly kind: 'retired';
      readonly homeAddress: Uint8Array;
      readonly virtualAddress: Uint8Array;
      readonly sequence: number;
      readonly retiredAt: number;
      readonly isStatic: boolean;
      readonly voidBefore: number | undefined;
    };
