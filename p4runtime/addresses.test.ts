import test from 'ava';
import fc from 'fast-check';
import { addressFormat, formatAddress, parseAddress } from './addresses.ts';

test('addresses are numbers', (t) => {
  t.is(parseAddress('00:1b:21:3c:9d:f8', 48, 'x'), 0x001b213c9df8n);
  t.is(parseAddress('00-1B-21-3C-9D-F8', 48, 'x'), 0x001b213c9df8n);
  t.is(parseAddress('192.0.2.1', 32, 'x'), 0xc0000201n);
  t.is(parseAddress('2001:db8::1', 128, 'x'), 0x20010db8_00000000_00000000_00000001n);
  // RFC 5952, section 5: an IPv4 address inside an IPv6 one.
  t.is(parseAddress('::ffff:192.0.2.1', 128, 'x'), 0xffff_c0000201n);
});

test('what is no address of the width is refused', (t) => {
  for (const [text, width] of [
    ['1.2.3', 32],
    ['0x7f.1', 32],
    ['256.0.0.1', 32],
    ['1:2:3:4:5:6', 48],
    ['192.0.2.1', 48],
    ['2001:db8:::1', 128],
    ['192.0.2.1', 128],
    ['7', 9],
  ] as const) {
    t.throws(() => parseAddress(text, width, "field 'a'"), { message: /^field 'a': '.*' is not an? / }, text);
  }
});

// RFC 5952, section 4: lower case, no leading zeros, the longest run of zeros shortened.
test('addresses are written as RFC 5952 says', (t) => {
  t.is(formatAddress(0x20010db8_00000000_00010000_00000001n, 'ipv6'), '2001:db8::1:0:0:1');
  t.is(formatAddress(0xab0a0b0c0d01n, 'mac'), 'ab:0a:0b:0c:0d:01');
  t.is(formatAddress(0n, 'ipv4'), '0.0.0.0');
});

test('what is written is read again', (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
      for (const [format, width] of [
        ['mac', 48],
        ['ipv4', 32],
        ['ipv6', 128],
      ] as const) {
        const number = BigInt.asUintN(width, value);
        t.is(parseAddress(formatAddress(number, format), width, 'x'), number);
      }
    }),
  );
});

test('@format on a field of the right width says how it is written', (t) => {
  t.is(addressFormat(['@x', '@format(IPV4_ADDRESS)'], 32), 'ipv4');
  t.is(addressFormat(['@format("MAC_ADDRESS")'], 48), 'mac');
  t.is(addressFormat(['@format(IPV6_ADDRESS)'], 64), undefined);
  t.is(addressFormat(['@format(HEX_STRING)'], 32), undefined);
});
