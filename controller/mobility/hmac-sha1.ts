/**
 * HMAC-SHA1 (RFC 2104) for the short messages of return routability, over the SHA-1 of node:crypto, which is OpenSSL's.
 *
 * `createHmac` makes an object for each message, which takes longer than hashing it; two calls of `hash` do not
 * (docs/design/dependencies.md has what both take).
 */

import { hash } from 'node:crypto';

const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 20;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

/** A key under its inner and its outer pad, 64 bytes each. */
export type HmacKey = { readonly inner: Uint8Array; readonly outer: Uint8Array };

/** SHA-1 of a message: 20 bytes. */
export function sha1(message: Uint8Array): Uint8Array {
  // As text with one byte a character: a Buffer is made in C++, and takes three times as long.
  return Buffer.from(hash('sha1', message, 'binary'), 'binary');
}

/** Makes a key for HMAC-SHA1. Bytes beyond a block count by their hash (RFC 2104, 2). */
export function hmacKey(bytes: Uint8Array): HmacKey {
  const key = bytes.length > BLOCK_LENGTH ? sha1(bytes) : bytes;
  return { inner: padded(key, INNER_PAD), outer: padded(key, OUTER_PAD) };
}

function padded(key: Uint8Array, pad: number): Uint8Array {
  const block = new Uint8Array(BLOCK_LENGTH).fill(pad);
  for (const [index, byte] of key.entries()) block[index] = byte ^ pad;
  return block;
}

/** A pad with what is hashed behind it. */
let scratch = new Uint8Array(512);
const outerScratch = new Uint8Array(BLOCK_LENGTH + DIGEST_LENGTH);

/** HMAC-SHA1 of a message: 20 bytes. */
export function hmacSha1(key: HmacKey, message: Uint8Array): Uint8Array {
  const length = BLOCK_LENGTH + message.length;
  if (length > scratch.length) scratch = new Uint8Array(2 * length);
  scratch.set(key.inner);
  scratch.set(message, BLOCK_LENGTH);
  outerScratch.set(key.outer);
  outerScratch.set(sha1(scratch.subarray(0, length)), BLOCK_LENGTH);
  return sha1(outerScratch);
}
