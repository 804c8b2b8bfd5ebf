/**
 * The trailer that makes a message of an agent authentic and fresh: 24 bytes behind it.
 *
 *     | message (11 or 21) | stamp (8) | HMAC-SHA-256, its first 16 bytes |
 *
 * The stamp is the time of sending in microseconds since 1970, and larger than that of any message the sender sent before
 * under the key. The HMAC (RFC 2104) is over the message and the stamp. Truncation to 128 bits is what RFC 4868 does.
 *
 * A receiver keeps the largest stamp of each sender and kind of message, and takes only larger ones (`isFresh`). Its own
 * clock bounds what it takes after a restart, when it has forgotten them.
 */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Read } from './result.ts';

const STAMP_LENGTH = 8;
const MAC_LENGTH = 16;
/** Bytes behind a message. */
export const TRAILER_LENGTH = STAMP_LENGTH + MAC_LENGTH;
/** Shorter keys can be guessed. */
export const LEAST_KEY_LENGTH = 16;

/** A key as a file holds it: line ends behind it are not part of it. */
export function parseKey(text: Uint8Array): Read<Uint8Array> {
  let { length } = text;
  while (length > 0 && (text[length - 1] === 10 || text[length - 1] === 13)) length--;
  return length < LEAST_KEY_LENGTH
    ? { ok: false, problem: `has ${length} bytes, and needs ${LEAST_KEY_LENGTH} or more` }
    : { ok: true, value: Uint8Array.from(text.subarray(0, length)) };
}

/** A message whose HMAC was right. */
export type Authentic = { readonly message: Uint8Array; readonly stamp: bigint };

/** The message with its trailer. @throws RangeError for a key of less than 16 bytes. */
export function seal(message: Uint8Array, stamp: bigint, key: Uint8Array): Uint8Array {
  if (key.length < LEAST_KEY_LENGTH) {
    throw new RangeError(`a key has ${LEAST_KEY_LENGTH} bytes or more, not ${key.length}`);
  }
  const sealed = new Uint8Array(message.length + TRAILER_LENGTH);
  sealed.set(message);
  new DataView(sealed.buffer).setBigUint64(message.length, stamp);
  sealed.set(hmac(sealed.subarray(0, message.length + STAMP_LENGTH), key), message.length + STAMP_LENGTH);
  return sealed;
}

/** The message without its trailer, if the HMAC is right. Whether it is fresh is the next question. */
export function unseal(sealed: Uint8Array, key: Uint8Array): Read<Authentic> {
  const length = sealed.length - TRAILER_LENGTH;
  if (length < 0) return { ok: false, problem: 'it is too short for a trailer' };
  const covered = sealed.subarray(0, length + STAMP_LENGTH);
  if (!timingSafeEqual(hmac(covered, key), sealed.subarray(length + STAMP_LENGTH))) {
    return { ok: false, problem: 'its HMAC is not that of the key' };
  }
  const stamp = new DataView(sealed.buffer, sealed.byteOffset + length, STAMP_LENGTH).getBigUint64(0);
  return { ok: true, value: { message: sealed.subarray(0, length), stamp } };
}

/**
 * Is a stamp new?
 * @param last The largest stamp that was taken from the sender for this kind of message. One that could not be taken now was taken
 * before the clock was set back: it says nothing, as after a restart.
 * @param now Microseconds since 1970.
 * @param tolerance Microseconds that the two clocks may differ by, with the time on the way.
 */
export function isFresh(stamp: bigint, last: bigint | undefined, now: bigint, tolerance: bigint): boolean {
  if (last !== undefined && last <= now + tolerance && stamp <= last) return false;
  return stamp >= now - tolerance && stamp <= now + tolerance;
}

function hmac(bytes: Uint8Array, key: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(bytes).digest().subarray(0, MAC_LENGTH);
}
