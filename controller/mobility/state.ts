/** What the Mobility Agent knows. It belongs to `step`, which changes it in place: caches are too large to copy. */

import { addressKey, type Ipv6Prefix, isInPrefix } from '../../wire/index.ts';
import type { HmacKey } from './hmac-sha1.ts';
import { createNonces, type Nonce, type Nonces, type Random } from './nonces.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import type { MobilityConfig, SavedValue, StaticKey, SwitchBinding } from './types.ts';

/** An entry of the Binding Cache (RFC 6275, 9.1). There are no home registrations here. */
export type Binding = {
  readonly key: string;
  readonly homeAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  careOfAddress: Uint8Array;
  /** The highest of a valid Binding Update. */
  sequence: number;
  lifetime: number;
  expiresAt: number;
  readonly isStatic: boolean;
  /** Nonces that were made up to then are void for this home address; see `retired.ts`. */
  readonly voidBefore: number | undefined;
  lastUsedAt: number;
  refreshRequests: number;
  unreachable: { count: number; readonly since: number } | undefined;
  /** What the switch has for sure. */
  confirmed:
    | { readonly careOfAddress: Uint8Array; readonly lifetime: number; readonly expiresAt: number }
    | undefined;
  /** The latest ticket that is still open. */
  openTicket: number | undefined;
};

/** The sequence number of a binding that is gone (5.2.8, 9.5.3). */
export type Retired = {
  readonly homeAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly sequence: number;
  readonly retiredAt: number;
  readonly isStatic: boolean;
  /** As in a binding. */
  readonly voidBefore: number | undefined;
};

/** How to answer a Binding Update. */
export type Answer = {
  readonly virtualAddress: Uint8Array;
  /** Where it came from. */
  readonly source: Uint8Array;
  readonly homeAddress: Uint8Array;
  /** It came with a Home Address option, so its answer goes with a routing header (9.5.4). */
  readonly hasHomeAddressOption: boolean;
  readonly acknowledge: boolean;
  /** Without one, the answer has no authenticator. */
  readonly authorization: { readonly kbm: HmacKey; readonly careOfAddress: Uint8Array } | undefined;
  readonly sequence: number;
};

/** What waits for the switch. */
export type Pending =
  | {
      readonly kind: 'install';
      readonly key: string;
      readonly careOfAddress: Uint8Array;
      readonly lifetime: number;
      readonly expiresAt: number;
      readonly answer: Answer;
    }
  | { readonly kind: 'remove'; readonly answer: Answer | undefined };

/** What is counted; each name is a reason why something happened. */
export type Counters = Map<string, number>;

/** Everything. */
export type MobilityState = {
  config: MobilityConfig;
  readonly random: Random;
  virtualAddresses: ReadonlySet<string>;
  staticKeys: ReadonlyMap<string, StaticKey>;
  readonly nonces: Nonces;
  /** By home address and virtual address; the least recently used first. */
  readonly bindings: Map<string, Binding>;
  readonly perPrefix: Map<string, number>;
  /** The oldest first. */
  readonly retired: Map<string, Retired>;
  /** Of static keys: kept as long as their keys (RFC 4449, section 3). */
  readonly staticRetired: Map<string, Retired>;
  /** Which bindings to look at in which second. */
  readonly agenda: Map<number, Set<string>>;
  agendaAt: number;
  readonly pending: Map<number, Pending>;
  nextTicket: number;
  errors: RateLimit;
  errorsPerAddress: RateLimit;
  answersPerAddress: RateLimit;
  resubmissions: RateLimit;
  readonly counters: Counters;
};

/** The key of a binding. */
export function bindingKey(homeAddress: Uint8Array, virtualAddress: Uint8Array): string {
  return addressKey(homeAddress) + addressKey(virtualAddress);
}

/** The first 64 bits of a home address. */
export function prefixKey(homeAddress: Uint8Array): string {
  return addressKey(homeAddress.subarray(0, 8));
}

/** Puts a binding on the agenda of a time. */
export function schedule(state: MobilityState, key: string, time: number): void {
  const second = Math.max(Math.ceil(time / 1000), state.agendaAt + 1);
  const keys = state.agenda.get(second);
  if (keys === undefined) state.agenda.set(second, new Set([key]));
  else keys.add(key);
}

/** Counts something. */
export function count(state: MobilityState, name: string): void {
  state.counters.set(name, (state.counters.get(name) ?? 0) + 1);
}

/** Is an address inside one of some prefixes? */
export function isInAny(address: Uint8Array, prefixes: readonly Ipv6Prefix[]): boolean {
  return prefixes.some((prefix) => isInPrefix(address, prefix));
}

/** When to look at a binding next: before its end, to ask for a refresh, and at its end. */
export function nextLook(state: MobilityState, binding: Binding): number {
  if (binding.refreshRequests >= MAXIMUM_REFRESH_REQUESTS) return binding.expiresAt;
  // Each time half of what was left: 30 s, 15 s and 7.5 s before the end, so that retransmission slows nobody down.
  const lead = Math.min(state.config.refreshLead, binding.lifetime / 4) / 2 ** binding.refreshRequests;
  return binding.expiresAt - lead;
}

/** How many Binding Refresh Requests a binding gets (9.5.5). */
export const MAXIMUM_REFRESH_REQUESTS = 3;

/** Makes a state; `saved` is what an earlier life left. What is over or has no address of ours any more is dropped. */
export function createMobilityState(
  config: MobilityConfig,
  random: Random,
  now: number,
  saved: readonly SavedValue[] = [],
): MobilityState {
  const nonces: Nonce[] = [];
  for (const value of saved) {
    // A first use in the future comes from a clock that was wrong; when such a nonce ends, nobody knows.
    if (value.kind === 'nonce' && (value.firstUsedAt ?? 0) <= now && value.createdAt <= now)
      nonces.push({ ...value });
  }
  const salt = () => Buffer.from(random(4)).readUInt32BE(0);
  const state: MobilityState = {
    config,
    random,
    ...indexConfig(config),
    nonces: createNonces(nonces),
    bindings: new Map(),
    perPrefix: new Map(),
    retired: new Map(),
    staticRetired: new Map(),
    agenda: new Map(),
    agendaAt: Math.floor(now / 1000),
    pending: new Map(),
    nextTicket: 1,
    errors: createRateLimit(config.errors, salt(), 1),
    errorsPerAddress: createRateLimit(config.errorsPerAddress, salt()),
    answersPerAddress: createRateLimit(config.answersPerAddress, salt()),
    resubmissions: createRateLimit({ perSecond: 1000, burst: 1000 }, salt(), 1),
    counters: new Map(),
  };
  const retired = saved.filter((value) => value.kind === 'retired');
  for (const value of retired.toSorted((one, other) => one.retiredAt - other.retiredAt)) {
    const key = bindingKey(value.homeAddress, value.virtualAddress);
    (value.isStatic ? state.staticRetired : state.retired).set(key, { ...value });
  }
  for (const value of saved) if (value.kind === 'binding') restore(state, value, now);
  return state;
}

/** What a configuration says, in maps. */
export function indexConfig(config: MobilityConfig): Pick<MobilityState, 'virtualAddresses' | 'staticKeys'> {
  return {
    virtualAddresses: new Set(config.virtualAddresses.map(addressKey)),
    staticKeys: new Map(config.staticKeys.map((key) => [addressKey(key.homeAddress), key])),
  };
}

function restore(state: MobilityState, value: SavedValue & { readonly kind: 'binding' }, now: number): void {
  const { homeAddress, virtualAddress, careOfAddress, sequence, lifetime, isStatic } = value;
  const key = bindingKey(homeAddress, virtualAddress);
  // A clock that went back must not make a binding live longer than it was granted.
  const expiresAt = Math.min(value.expiresAt, now + lifetime);
  const binding: Binding = {
    key,
    homeAddress,
    virtualAddress,
    careOfAddress,
    sequence,
    lifetime,
    expiresAt,
    isStatic,
    voidBefore: value.voidBefore,
    lastUsedAt: 0,
    refreshRequests: 0,
    unreachable: undefined,
    confirmed: { careOfAddress, lifetime, expiresAt },
    openTicket: undefined,
  };
  state.bindings.set(key, binding);
  const prefix = prefixKey(homeAddress);
  state.perPrefix.set(prefix, (state.perPrefix.get(prefix) ?? 0) + 1);
  // Even one that is over: the agenda takes it away as any other, and its sequence number stays known.
  schedule(state, key, expiresAt <= now ? now : nextLook(state, binding));
}

/** What switches have to have: for reconciling after a restart, of theirs or of ours. */
export function* desiredBindings(state: MobilityState): Generator<SwitchBinding> {
  for (const { homeAddress, careOfAddress, virtualAddress } of state.bindings.values())
    yield { homeAddress, careOfAddress, virtualAddress };
}
