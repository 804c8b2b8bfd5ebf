/**
 * Tokens, keys and authenticators (RFC 6275, 5.2).
 *
 *     home keygen token     First(64, HMAC_SHA1(Kcn, home address | nonce | 0))        5.2.5
 *     care-of keygen token  First(64, HMAC_SHA1(Kcn, care-of address | nonce | 1))     5.2.5
 *     Kbm                   SHA1(home keygen token | care-of keygen token)             5.2.5
 *                           SHA1(home keygen token)                                    to delete a binding
 *     authenticator         First(96, HMAC_SHA1(Kbm, care-of address | correspondent | mobility header))
 *                           without the authenticator itself, and with a checksum of zero       6.2.7
 */

import { timingSafeEqual } from 'node:crypto';
import { AUTHENTICATOR_LENGTH } from '../../wire/index.ts';
import { type HmacKey, hmacKey, hmacSha1, sha1 } from './hmac-sha1.ts';

const HOME = Uint8Array.of(0);
const CARE_OF = Uint8Array.of(1);
const NOTHING = new Uint8Array();
const KEYGEN_TOKEN_LENGTH = 8;

/** What a token is made with. */
export type TokenSecret = { readonly key: Uint8Array; readonly value: Uint8Array };

/** The home keygen token, 8 bytes. */
export function homeKeygenToken(secret: TokenSecret, homeAddress: Uint8Array): Uint8Array {
  return keygenToken(secret, homeAddress, HOME);
}

/** The care-of keygen token, 8 bytes. */
export function careOfKeygenToken(secret: TokenSecret, careOfAddress: Uint8Array): Uint8Array {
  return keygenToken(secret, careOfAddress, CARE_OF);
}

function keygenToken({ key, value }: TokenSecret, address: Uint8Array, last: Uint8Array): Uint8Array {
  return hmacSha1(keyOf(key), joined(address, value, last)).subarray(0, KEYGEN_TOKEN_LENGTH);
}

/** Every token of an hour is made with one Kcn, which is one array. */
const KEYS = new WeakMap<Uint8Array, HmacKey>();

function keyOf(kcn: Uint8Array): HmacKey {
  const known = KEYS.get(kcn);
  if (known !== undefined) return known;
  const made = hmacKey(kcn);
  KEYS.set(kcn, made);
  return made;
}

/** Kbm, 20 bytes; without a care-of keygen token the one that deletes a binding. */
export function bindingManagementKey(homeToken: Uint8Array, careOfToken: Uint8Array | undefined): Uint8Array {
  return sha1(joined(homeToken, careOfToken ?? NOTHING, NOTHING));
}

/** The authenticator of a message whose last option is the one for it. The checksum in it does not matter. */
export function computeAuthenticator(
  kbm: HmacKey,
  careOfAddress: Uint8Array,
  correspondent: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const bytes = joined(careOfAddress, correspondent, message).subarray(0, -AUTHENTICATOR_LENGTH);
  const checksumAt = careOfAddress.length + correspondent.length + 4;
  bytes.fill(0, checksumAt, checksumAt + 2);
  return hmacSha1(kbm, bytes).subarray(0, AUTHENTICATOR_LENGTH);
}

/** What goes into a MAC, in one piece. */
let scratch = new Uint8Array(256);

function joined(first: Uint8Array, second: Uint8Array, third: Uint8Array): Uint8Array {
  const length = first.length + second.length + third.length;
  if (length > scratch.length) scratch = new Uint8Array(2 * length);
  scratch.set(first);
  scratch.set(second, first.length);
  scratch.set(third, first.length + second.length);
  return scratch.subarray(0, length);
}

/** Is the authenticator at a message's end right? Takes as long for any wrong one. */
export function isAuthentic(
  kbm: HmacKey,
  careOfAddress: Uint8Array,
  correspondent: Uint8Array,
  message: Uint8Array,
): boolean {
  const expected = computeAuthenticator(kbm, careOfAddress, correspondent, message);
  return timingSafeEqual(expected, message.subarray(message.length - AUTHENTICATOR_LENGTH));
}
