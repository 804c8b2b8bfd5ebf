/** Who may change a binding: return routability (RFC 6275, 5.2.6 and 9.5.1) or a static key (RFC 4449, section 3). */

import { addressKey, findOption, type MobilityHeader, type MobilityMessage } from '../../wire/index.ts';
import { STATUS } from './constants.ts';
import { type HmacKey, hmacKey } from './hmac-sha1.ts';
import { findNonce, type Nonce } from './nonces.ts';
import type { MobilityState } from './state.ts';
import {
  bindingManagementKey,
  careOfKeygenToken,
  homeKeygenToken,
  isAuthentic,
  type TokenSecret,
} from './tokens.ts';
import type { StaticKey } from './types.ts';

/** What has to be shown. */
export type Claim = {
  readonly header: MobilityHeader;
  readonly update: MobilityMessage & { readonly kind: 'bindingUpdate' };
  readonly homeAddress: Uint8Array;
  readonly careOfAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly isDeletion: boolean;
};

/** What came of it. */
export type Authorization =
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'expired'; readonly status: number }
  | {
      readonly kind: 'authorized';
      readonly authorization: { readonly kbm: HmacKey; readonly careOfAddress: Uint8Array };
      /** When the youngest of its nonces was made; undefined with a static key. */
      readonly noncesSince: number | undefined;
    };

/** Checks a Binding Update's authenticator. */
export function authorize(state: MobilityState, claim: Claim, now: number): Authorization {
  const { update, homeAddress, isDeletion } = claim;
  const data = findOption(update.options, 'bindingAuthorizationData');
  if (data === undefined) return { kind: 'silent', reason: 'without an authenticator' };
  if (!data.isLast || update.options.at(-1) !== data)
    return { kind: 'silent', reason: 'whose authenticator is not its end' };
  const key = state.staticKeys.get(addressKey(homeAddress));
  if (key !== undefined) {
    const secrets = staticSecrets(key);
    return check(claim, makeKey(claim, secrets.home, secrets.careOf), undefined);
  }
  const indices = findOption(update.options, 'nonceIndices');
  if (indices === undefined) return { kind: 'silent', reason: 'without nonce indices' };
  const home = findNonce(state.nonces, indices.home, now);
  // Not looked at for a deletion (6.2.6).
  const careOf = isDeletion ? home : findNonce(state.nonces, indices.careOf, now);
  if (home === undefined || careOf === undefined)
    return { kind: 'expired', status: expiredStatus(home, careOf, isDeletion) };
  return check(claim, makeKey(claim, home, careOf), Math.max(home.createdAt, careOf.createdAt));
}

function expiredStatus(home: Nonce | undefined, careOf: Nonce | undefined, isDeletion: boolean): number {
  if (home !== undefined) return STATUS.expiredCareOfNonce;
  return careOf === undefined && !isDeletion ? STATUS.expiredNonces : STATUS.expiredHomeNonce;
}

function makeKey(claim: Claim, home: TokenSecret, careOf: TokenSecret): HmacKey {
  const homeToken = homeKeygenToken(home, claim.homeAddress);
  const careOfToken = claim.isDeletion ? undefined : careOfKeygenToken(careOf, claim.careOfAddress);
  return hmacKey(bindingManagementKey(homeToken, careOfToken));
}

/**
 * The authenticator is over the care-of address, and for a deletion over the home address (6.2.7); mobile nodes that are
 * still away use the care-of address there as well, and are understood.
 */
function check(claim: Claim, kbm: HmacKey, noncesSince: number | undefined): Authorization {
  const { homeAddress, careOfAddress, virtualAddress, isDeletion, header } = claim;
  for (const address of isDeletion ? [homeAddress, careOfAddress] : [careOfAddress]) {
    if (!isAuthentic(kbm, address, virtualAddress, header.bytes)) continue;
    return { kind: 'authorized', authorization: { kbm, careOfAddress: address.slice() }, noncesSince };
  }
  return { kind: 'silent', reason: 'with a wrong authenticator' };
}

function staticSecrets(key: StaticKey): { readonly home: TokenSecret; readonly careOf: TokenSecret } {
  return {
    home: { key: key.key, value: key.homeNonce },
    careOf: { key: key.key, value: key.careOfNonce },
  };
}
