import { createHmac } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../wire/index.ts';
import { hmacKey, hmacSha1, sha1 } from './hmac-sha1.ts';

const text = (value: string) => Uint8Array.from(Buffer.from(value));
const hex = (value: string) => fromHex(value) ?? new Uint8Array();

// FIPS 180-2, appendix A, and the empty message.
const HASHES: readonly (readonly [Uint8Array, string])[] = [
  [text(''), 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  [text('abc'), 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  [
    text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'),
    '84983e441c3bd26ebaae4aa1f95129e5e54670f1',
  ],
  [new Uint8Array(1_000_000).fill(0x61), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
];

test('SHA-1 of the messages of FIPS 180-2', (t) => {
  for (const [message, expected] of HASHES) t.is(toHex(sha1(message)), expected);
});

// RFC 2202, section 3: keys shorter than a digest, as long as one, and longer than a block.
const MACS: readonly (readonly [Uint8Array, Uint8Array, string])[] = [
  [new Uint8Array(20).fill(0x0b), text('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
  [text('Jefe'), text('what do ya want for nothing?'), 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
  [new Uint8Array(20).fill(0xaa), new Uint8Array(50).fill(0xdd), '125d7342b9ac11cd91a39af48aa17b4f63f175d3'],
  [
    hex('0102030405060708090a0b0c0d0e0f10111213141516171819'),
    new Uint8Array(50).fill(0xcd),
    '4c9007f4026250c6bc8414f9bf50c86c2d7235da',
  ],
  [new Uint8Array(20).fill(0x0c), text('Test With Truncation'), '4c1a03424b55e07fe7f27be1d58bb9324a9a5a04'],
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

test('HMAC-SHA1 of the seven cases of RFC 2202', (t) => {
  for (const [key, message, expected] of MACS) t.is(toHex(hmacSha1(hmacKey(key), message)), expected);
});

test("HMAC-SHA1 is that of OpenSSL's own, whatever the lengths", (t) => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, bytes, (key, message) => {
      const expected = createHmac('sha1', key).update(message).digest('hex');
      return toHex(hmacSha1(hmacKey(key), message)) === expected;
    }),
    { seed: 1 },
  );
  // Longer than what is kept for messages.
  const long = new Uint8Array(3000).fill(7);
  t.is(toHex(hmacSha1(hmacKey(long), long)), createHmac('sha1', long).update(long).digest('hex'));
});
