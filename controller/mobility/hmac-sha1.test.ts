import { createHash, createHmac } from 'node:crypto';
import test from 'ava';
import { toHex } from '../../wire/index.ts';
import { hmacSha1, SHA1_LENGTH, sha1 } from './hmac-sha1.ts';
import { seededRandom } from './test-harness.ts';

const text = (words: string) => Uint8Array.from(Buffer.from(words));

test('hashes of FIPS 180-4 and RFC 3174', (t) => {
  t.is(toHex(sha1(text('abc'))), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  t.is(toHex(sha1()), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
  const long = text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq');
  t.is(toHex(sha1(long)), '84983e441c3bd26ebaae4aa1f95129e5e54670f1');
});

// RFC 2202, section 3.
const CASES: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [new Uint8Array(20).fill(0x0b), text('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
  [text('Jefe'), text('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  [new Uint8Array(20).fill(0xaa), new Uint8Array(50).fill(0xdd), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
  [
    new Uint8Array(80).fill(0xaa),
    text('Test Using Larger Than Block-Size Key - Hash Key First'),
    'aa4ae5e15272d00e95705637ce8a3b55ed402112',
  ],
  [
    new Uint8Array(80).fill(0xaa),
    text('Test Using Larger Than Block-Size Key and Larger Than One Block-Size Data'),
    'e8e99d0f45237d786d6bbaa7965c7808bbff1a91',
  ],
];

test('HMACs of RFC 2202', (t) => {
  for (const [key, data, expected] of CASES) t.is(toHex(hmacSha1(key, SHA1_LENGTH, data)), expected);
});

test('hashes and HMACs of every length, in one part or several, are those of OpenSSL', (t) => {
  const random = seededRandom(7);
  const keys = [0, 1, 20, 63, 64, 65, 100].map((length) => random(length));
  for (const length of [...Array(300).keys(), 2048, 2084, 4031, 4096]) {
    const message = random(length);
    const cut = length === 0 ? 0 : ((random(1)[0] ?? 0) * 16) % length;
    const parts = [message.subarray(0, cut), new Uint8Array(), message.subarray(cut)];
    t.deepEqual([...sha1(...parts)], [...createHash('sha1').update(message).digest()]);
    for (const key of keys) {
      const expected = createHmac('sha1', key).update(message).digest();
      t.deepEqual([...hmacSha1(key, 20, ...parts)], [...expected]);
      t.deepEqual([...hmacSha1(key, 12, message)], [...expected.subarray(0, 12)]);
    }
  }
});

test('results are bytes of their own, and too long messages are refused', (t) => {
  const first = sha1(text('one'));
  const copy = first.slice();
  sha1(text('two'));
  t.deepEqual(first, copy);
  t.throws(() => sha1(new Uint8Array(4097)), { instanceOf: RangeError });
});
