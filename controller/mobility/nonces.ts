/**
 * Kcn and nonces (RFC 6275, 5.2.1, 5.2.2 and 5.2.7).
 *
 * A nonce lives 240 s from its first use, and is not used for new tokens longer than 30 s: so every token is good for
 * 210 to 240 s. A nonce that nobody asked for stays current, so an idle agent does nothing. Kcn changes together with a
 * nonce, and each nonce remembers the Kcn it goes with: an index names both.
 */

import { MAX_NONCE_LIFETIME, NONCE_INTERVAL } from './constants.ts';
import type { MobilityEffect } from './types.ts';

/** The length of Kcn (5.2.1) and the one recommended for nonces (5.2.2). */
const KEY_LENGTH = 20;
const NONCE_LENGTH = 8;
/** A Kcn makes tokens no longer than this. */
const KEY_INTERVAL = 3_600_000;

/** Gives bytes that nobody can guess. */
export type Random = (length: number) => Uint8Array;

/** A nonce with its Kcn. */
export type Nonce = {
  readonly index: number;
  readonly value: Uint8Array;
  readonly key: Uint8Array;
  readonly createdAt: number;
  firstUsedAt: number | undefined;
};

/** All nonces that are still good, by index; the last one is current. */
export type Nonces = { readonly live: Map<number, Nonce>; current: Nonce | undefined; keyCreatedAt: number };

/** No nonces yet; the first use makes one. */
export function createNonces(saved: readonly Nonce[] = []): Nonces {
  const sorted = saved.toSorted((one, other) => one.createdAt - other.createdAt);
  const live = new Map(sorted.map((nonce) => [nonce.index, nonce]));
  const current = sorted.at(-1);
  const oldest = sorted.find((nonce) => current !== undefined && Buffer.from(nonce.key).equals(current.key));
  return { live, current, keyCreatedAt: oldest?.createdAt ?? 0 };
}

/** The nonce to make a token with now. Makes a new one, and a new Kcn, when it is time. */
export function useNonce(nonces: Nonces, now: number, random: Random, effects: MobilityEffect[]): Nonce {
  let nonce = nonces.current;
  if (nonce === undefined || (nonce.firstUsedAt !== undefined && now - nonce.firstUsedAt >= NONCE_INTERVAL)) {
    nonce = makeNonce(nonces, now, random);
    dropExpiredNonces(nonces, now, effects);
  }
  if (nonce.firstUsedAt === undefined) {
    nonce.firstUsedAt = now;
    saveNonce(nonce, effects);
  }
  return nonce;
}

/** The nonce of an index, unless it is not known or its time is over. */
export function findNonce(nonces: Nonces, index: number, now: number): Nonce | undefined {
  const nonce = nonces.live.get(index);
  return nonce === undefined || isExpired(nonce, now) ? undefined : nonce;
}

/** Forgets nonces whose time is over. */
export function dropExpiredNonces(nonces: Nonces, now: number, effects: MobilityEffect[]): void {
  for (const nonce of nonces.live.values()) if (isExpired(nonce, now)) dropNonce(nonces, nonce, effects);
}

/** Forgets all nonces that were there at a time: nothing that was authorized with them can be replayed (5.2.8). */
export function dropNoncesUpTo(nonces: Nonces, time: number, effects: MobilityEffect[]): void {
  for (const nonce of nonces.live.values()) if (nonce.createdAt <= time) dropNonce(nonces, nonce, effects);
}

function dropNonce(nonces: Nonces, nonce: Nonce, effects: MobilityEffect[]): void {
  nonces.live.delete(nonce.index);
  if (nonces.current === nonce) nonces.current = undefined;
  effects.push({ kind: 'save', change: { key: `nonce/${nonce.index}`, value: undefined } });
}

function isExpired(nonce: Nonce, now: number): boolean {
  return nonce.firstUsedAt !== undefined && now - nonce.firstUsedAt >= MAX_NONCE_LIFETIME;
}

function makeNonce(nonces: Nonces, now: number, random: Random): Nonce {
  const previous = nonces.current;
  const isNewKey = previous === undefined || now - nonces.keyCreatedAt >= KEY_INTERVAL;
  if (isNewKey) nonces.keyCreatedAt = now;
  const nonce: Nonce = {
    index: previous === undefined ? startIndex(nonces, random) : (previous.index + 1) & 0xffff,
    value: random(NONCE_LENGTH),
    key: isNewKey ? random(KEY_LENGTH) : previous.key,
    createdAt: now,
    firstUsedAt: undefined,
  };
  nonces.live.set(nonce.index, nonce);
  nonces.current = nonce;
  return nonce;
}

/**
 * Where to begin without a past: anywhere, so that an index from before a restart that lost its state is most likely
 * unknown, and the mobile node learns that it has to begin again.
 */
function startIndex(nonces: Nonces, random: Random): number {
  const [high = 0, low = 0] = random(2);
  let index = (high << 8) | low;
  while (nonces.live.has(index)) index = (index + 1) & 0xffff;
  return index;
}

function saveNonce(nonce: Nonce, effects: MobilityEffect[]): void {
  effects.push({
    kind: 'save',
    change: { key: `nonce/${nonce.index}`, value: { kind: 'nonce', ...nonce } },
  });
}
