/**
 * SHA-1 (FIPS 180-4, 6.1) and HMAC (RFC 2104) for messages of a few blocks, as tokens and authenticators are.
 *
 * Node's own need a call into OpenSSL and an object for each, which takes several times as long as the two to five blocks
 * themselves; and a key's first blocks are computed once here, where tokens of the same Kcn follow each other. Measured
 * in docs/design/mobility.md; compared with OpenSSL in the test. There is no table and no branch that depends on data.
 */

export const SHA1_LENGTH = 20;

const BLOCK = 64;
const START = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
const [K1, K2, K3, K4] = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0];

const schedule = new Int32Array(80);
const state = new Int32Array(5);
/** A mobility message has 2,048 bytes at most; longer ones are no business of this file. */
const LARGEST = 4096;
/** What is being hashed, with its padding. */
const buffer = new Uint8Array(LARGEST + 2 * BLOCK);

/** The states behind the first blocks of both hashes of a key. */
type KeyStates = { readonly inner: Int32Array; readonly outer: Int32Array };

const known = new WeakMap<Uint8Array, KeyStates>();

/** The hash of a message of 4,096 bytes at most. @throws RangeError for longer ones. */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  finish(START, gather(parts), 0);
  return buffer.slice(0, SHA1_LENGTH);
}

/**
 * The first bytes of an HMAC of a message of 4,096 bytes at most. What a key costs is computed once as long as the same
 * array holds it; its bytes must not change.
 * @throws RangeError for longer messages.
 */
export function hmacSha1(key: Uint8Array, length: number, ...parts: readonly Uint8Array[]): Uint8Array {
  let states = known.get(key);
  if (states === undefined) {
    states = keyStates(key);
    known.set(key, states);
  }
  finish(states.inner, gather(parts), BLOCK);
  finish(states.outer, SHA1_LENGTH, BLOCK);
  return buffer.slice(0, length);
}

function keyStates(key: Uint8Array): KeyStates {
  const short = key.length > BLOCK ? sha1(key) : key;
  return { inner: firstBlock(short, 0x36), outer: firstBlock(short, 0x5c) };
}

function firstBlock(key: Uint8Array, pad: number): Int32Array {
  buffer.fill(pad, 0, BLOCK);
  for (let index = 0; index < key.length; index++) buffer[index] = (key[index] ?? 0) ^ pad;
  const made = START.slice();
  compress(made, 0);
  return made;
}

/** Puts the parts one behind another into the buffer. */
function gather(parts: readonly Uint8Array[]): number {
  let length = 0;
  for (const part of parts) {
    if (length + part.length > LARGEST) throw new RangeError(`a message of more than ${LARGEST} bytes`);
    buffer.set(part, length);
    length += part.length;
  }
  return length;
}

/** Hashes so many bytes of the buffer behind `before` bytes that `from` has seen; the hash replaces them. */
function finish(from: Int32Array, length: number, before: number): void {
  state.set(from);
  const end = (((length + 9 + BLOCK - 1) / BLOCK) | 0) * BLOCK;
  buffer.fill(0, length, end);
  buffer[length] = 0x80;
  const bits = (before + length) * 8;
  buffer[end - 2] = bits >>> 8;
  buffer[end - 1] = bits;
  for (let at = 0; at < end; at += BLOCK) compress(state, at);
  for (let index = 0; index < 5; index++) {
    const word = state[index] ?? 0;
    buffer[4 * index] = word >>> 24;
    buffer[4 * index + 1] = word >>> 16;
    buffer[4 * index + 2] = word >>> 8;
    buffer[4 * index + 3] = word;
  }
}

const byte = (at: number) => buffer[at] ?? 0;

function compress(into: Int32Array, from: number): void {
  const w = schedule;
  for (let t = 0, at = from; t < 16; t++, at += 4) {
    w[t] = (byte(at) << 24) | (byte(at + 1) << 16) | (byte(at + 2) << 8) | byte(at + 3);
  }
  for (let t = 16; t < 80; t++) {
    const x = (w[t - 3] ?? 0) ^ (w[t - 8] ?? 0) ^ (w[t - 14] ?? 0) ^ (w[t - 16] ?? 0);
    w[t] = (x << 1) | (x >>> 31);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = into;
  for (let t = 0; t < 80; t++) {
    const mixed =
      t < 20
        ? (d ^ (b & (c ^ d))) + K1
        : t < 40
          ? (b ^ c ^ d) + K2
          : t < 60
            ? ((b & c) | (d & (b | c))) + K3
            : (b ^ c ^ d) + K4;
    const next = (((a << 5) | (a >>> 27)) + mixed + e + (w[t] ?? 0)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  into[0] = (into[0] ?? 0) + a;
  into[1] = (into[1] ?? 0) + b;
  into[2] = (into[2] ?? 0) + c;
  into[3] = (into[3] ?? 0) + d;
  into[4] = (into[4] ?? 0) + e;
}
