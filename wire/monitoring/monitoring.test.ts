/** Messages of agents: bytes by hand, every length, round trips, and an HMAC that openssl computed. */

import test from 'ava';
import fc from 'fast-check';
import {
  AVAILABILITY_FLAGS,
  emitAvailability,
  emitLoadVector,
  isFresh,
  parseAvailability,
  parseLoadVector,
  parseMonitoring,
  seal,
  unseal,
} from './index.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

test('an availability message by hand', (t) => {
  // 192.0.2.7, number 258, a planned failure at 2026-11-26 00:00:00 UTC: 1,795,651,200 is 6b077680 in hexadecimal.
  const bytes = hex('c0000207 0102 02 6b077680');
  const value = {
    identity: 0xc000_0207,
    sequence: 258,
    flag: 'planned-failure',
    timestamp: 1_795_651_200,
  } as const;
  t.deepEqual(emitAvailability(value), bytes);
  t.deepEqual(parseAvailability(bytes), { ok: true, value });
});

test('a load vector by hand', (t) => {
  // 0.2 of 65,535 is 13,107 (3333), 0.4 is 26,214 (6666), 0.6 is 9999, 0.8 is cccc, 1 is ffff.
  const bytes = hex('00000009 ffff 01 00000001 3333 6666 9999 cccc ffff');
  const value = {
    identity: 9,
    sequence: 65_535,
    timestamp: 1,
    loads: { cpu: 0.2, memory: 0.4, networkBuffers: 0.6, ioQueue: 0.8, backlog: 1 },
  };
  t.deepEqual(emitLoadVector(value), bytes);
  const read = parseLoadVector(bytes);
  t.true(read.ok && Math.abs(read.value.loads.ioQueue - 0.8) < 1e-9);
  const none = emitLoadVector({
    ...value,
    loads: { ...value.loads, cpu: Number.NaN, memory: -1, ioQueue: 7 },
  });
  t.deepEqual([...none.slice(11, 15), ...none.slice(17, 19)], [0xff, 0xff, 0, 0, 0xff, 0xff]);
});

test('round trips at any offset of a buffer', (t) => {
  fc.assert(
    fc.property(
      fc.nat(0xffff_ffff),
      fc.nat(0xffff),
      fc.constantFrom(...AVAILABILITY_FLAGS),
      fc.nat(0xffff_ffff),
      fc.nat(9),
      (identity, sequence, flag, timestamp, offset) => {
        const bytes = emitAvailability({ identity, sequence, flag, timestamp });
        const within = new Uint8Array(40);
        within.set(bytes, offset);
        t.deepEqual(parseAvailability(within.subarray(offset, offset + 11)), {
          ok: true,
          value: { identity, sequence, flag, timestamp },
        });
      },
    ),
  );
});

test('wrong lengths, flags and versions are told', (t) => {
  for (let length = 0; length < 64; length++) {
    t.is(parseAvailability(new Uint8Array(length)).ok, length === 11);
    t.false(parseLoadVector(new Uint8Array(length)).ok); // version 0
    t.is(parseMonitoring(new Uint8Array(length), undefined).ok, length === 11);
  }
  t.deepEqual(parseAvailability(hex('00000000 0000 03 00000000')), {
    ok: false,
    problem: 'there is no availability flag 3',
  });
});

const KEY = new TextEncoder().encode('0123456789abcdef');

test('the trailer: an HMAC that openssl computed', (t) => {
  // printf '\x00\x00\x00\x07\x00\x01\x00\x00\x00\x00\x64\x00\x00\x00\x00\x00\x00\x00\x05' |
  //   openssl dgst -sha256 -mac HMAC -macopt key:0123456789abcdef
  const message = emitAvailability({ identity: 7, sequence: 1, flag: 'available', timestamp: 100 });
  const sealed = seal(message, 5n, KEY);
  t.is(Buffer.from(sealed.subarray(0, 19)).toString('hex'), '00000007000100000000640000000000000005');
  t.is(Buffer.from(sealed.subarray(19)).toString('hex'), 'cefd5590d120f91bb7da621480793f32');
  t.deepEqual(unseal(sealed, KEY), { ok: true, value: { message, stamp: 5n } });
});

test('the trailer: any changed bit, another key, too little of it', (t) => {
  const sealed = seal(
    emitAvailability({ identity: 7, sequence: 1, flag: 'available', timestamp: 100 }),
    5n,
    KEY,
  );
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = sealed.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    t.false(parseMonitoring(changed, KEY).ok);
  }
  t.false(unseal(sealed, new TextEncoder().encode('0123456789abcdeg')).ok);
  for (let length = 0; length < sealed.length; length++) t.false(unseal(sealed.subarray(0, length), KEY).ok);
  t.throws(() => seal(sealed, 5n, new Uint8Array(15)), { instanceOf: RangeError });
});

test('with a key bare messages are not taken, and without one sealed ones are not', (t) => {
  const bare = emitAvailability({ identity: 7, sequence: 1, flag: 'available', timestamp: 100 });
  t.false(parseMonitoring(bare, KEY).ok);
  t.false(parseMonitoring(seal(bare, 5n, KEY), undefined).ok);
  const read = parseMonitoring(seal(bare, 5n, KEY), KEY);
  t.true(read.ok && read.value.kind === 'availability' && read.value.stamp === 5n);
});

test('fresh: larger than the last, and near to the clock', (t) => {
  t.true(isFresh(1000n, undefined, 1005n, 10n));
  t.true(isFresh(1000n, 999n, 1005n, 10n));
  t.false(isFresh(1000n, 1000n, 1005n, 10n)); // sent again
  t.false(isFresh(999n, 1000n, 1005n, 10n));
  t.true(isFresh(1000n, 1016n, 1005n, 10n)); // the clock was set back since
  t.false(isFresh(994n, undefined, 1005n, 10n)); // kept for later
  t.false(isFresh(1016n, undefined, 1005n, 10n));
});

test('any bytes: a value or a reason', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, withKey) => {
      const read = parseMonitoring(bytes, withKey ? KEY : undefined);
      return read.ok || read.problem.length > 0;
    }),
  );
  t.pass();
});
