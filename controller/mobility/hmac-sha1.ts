/**
 * SHA-1 (FIPS 180-4, 6.1) and HMAC (RFC 2104) for the short messages of return routability.
 *
 * `node:crypto` makes an object for each message, and computes the two blocks that depend on the key alone each time. Here these are
 * computed once; docs/design/dependencies.md says which libraries were measured. No branch and no index depends on a key or a message.
 */

const BLOCK_LENGTH = 64;
const DIGEST_LENGTH = 20;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;

const START = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

/** A key, with what SHA-1 is after its inner and its outer pad. */
export type HmacKey = { readonly inner: Int32Array; readonly outer: Int32Array };

const schedule = new Int32Array(80);
const block = new Uint8Array(BLOCK_LENGTH);
const hash = new Int32Array(5);
const innerDigest = new Uint8Array(DIGEST_LENGTH);

/** SHA-1 of a message: 20 bytes. */
export function sha1(message: Uint8Array): Uint8Array {
  hash.set(START);
  hashRest(message, 0);
  return takeDigest(new Uint8Array(DIGEST_LENGTH));
}

/** Makes a key for HMAC-SHA1. Bytes beyond a block count by their hash (RFC 2104, 2). */
export function hmacKey(bytes: Uint8Array): HmacKey {
  const key = bytes.length > BLOCK_LENGTH ? sha1(bytes) : bytes;
  return { inner: padded(key, INNER_PAD), outer: padded(key, OUTER_PAD) };
}

/** HMAC-SHA1 of a message: 20 bytes. */
export function hmacSha1(key: HmacKey, message: Uint8Array): Uint8Array {
  hash.set(key.inner);
  hashRest(message, BLOCK_LENGTH);
  takeDigest(innerDigest);
  hash.set(key.outer);
  hashRest(innerDigest, BLOCK_LENGTH);
  return takeDigest(new Uint8Array(DIGEST_LENGTH));
}

function padded(key: Uint8Array, pad: number): Int32Array {
  block.fill(pad);
  for (let index = 0; index < key.length; index++) block[index] = (key[index] ?? 0) ^ pad;
  hash.set(START);
  hashBlock(block, 0);
  return hash.slice();
}

/** Hashes what is left of a message, its length behind it. `before`: bytes that have been hashed, whole blocks. */
function hashRest(message: Uint8Array, before: number): void {
  let at = 0;
  for (; at + BLOCK_LENGTH <= message.length; at += BLOCK_LENGTH) hashBlock(message, at);
  const rest = message.length - at;
  for (let index = 0; index < rest; index++) block[index] = message[at + index] ?? 0;
  block.fill(0, rest);
  block[rest] = 0x80;
  if (rest + 9 > BLOCK_LENGTH) {
    hashBlock(block, 0);
    block.fill(0);
  }
  const bits = (before + message.length) * 8;
  for (let index = 0; index < 4; index++) block[BLOCK_LENGTH - 1 - index] = bits >>> (8 * index);
  hashBlock(block, 0);
}

function takeDigest(into: Uint8Array): Uint8Array {
  for (let index = 0; index < 5; index++) {
    const word = hash[index] ?? 0;
    into[4 * index] = word >>> 24;
    into[4 * index + 1] = word >>> 16;
    into[4 * index + 2] = word >>> 8;
    into[4 * index + 3] = word;
  }
  return into;
}

/** FIPS 180-4, 6.1.2: the four functions and constants, each for twenty rounds; one loop for all takes twice as long. */
function hashBlock(bytes: Uint8Array, from: number): void {
  const words = schedule;
  for (let index = 0, at = from; index < 16; index++, at += 4) {
    words[index] =
      ((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0);
  }
  for (let index = 16; index < 80; index++) {
    const word =
      (words[index - 3] ?? 0) ^ (words[index - 8] ?? 0) ^ (words[index - 14] ?? 0) ^ (words[index - 16] ?? 0);
    words[index] = (word << 1) | (word >>> 31);
  }
  let a = hash[0] ?? 0;
  let b = hash[1] ?? 0;
  let c = hash[2] ?? 0;
  let d = hash[3] ?? 0;
  let e = hash[4] ?? 0;
  for (let round = 0; round < 20; round++) {
    const next = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + (words[round] ?? 0) + 0x5a827999) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let round = 20; round < 40; round++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (words[round] ?? 0) + 0x6ed9eba1) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let round = 40; round < 60; round++) {
    const next =
      (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + (words[round] ?? 0) + 0x8f1bbcdc) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  for (let round = 60; round < 80; round++) {
    const next = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + (words[round] ?? 0) + 0xca62c1d6) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  hash[0] = (hash[0] ?? 0) + a;
  hash[1] = (hash[1] ?? 0) + b;
  hash[2] = (hash[2] ?? 0) + c;
  hash[3] = (hash[3] ?? 0) + d;
  hash[4] = (hash[4] ?? 0) + e;
}
