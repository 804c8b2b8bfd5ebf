/** Addresses as numbers, beside what ipaddr.js makes of the same text. */

import test from 'ava';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { addressNumber } from './address-number.ts';

/** The same by ipaddr.js. */
function expected(text: string): bigint | undefined {
  if (text.includes(':')) {
    // ipaddr.js takes more: zones, IPv4 with fewer or padded parts, octal and hexadecimal ones at the end of IPv6.
    if (!/^[0-9a-f:.]*$/i.test(text) || !ipaddr.IPv6.isValid(text)) return undefined;
    const tail = text.slice(text.lastIndexOf(':') + 1);
    if (tail.includes('.') && !ipaddr.IPv4.isValidFourPartDecimal(tail)) return undefined;
    // It takes `::13.1.68.3` for `::ffff:13.1.68.3`; RFC 4291 has it as an address of its own.
    return whole(ipaddr.IPv6.parse(/^::[0-9.]*\.[0-9.]*$/.test(text) ? `0${text}` : text));
  }
  return ipaddr.IPv4.isValidFourPartDecimal(text)
    ? whole(ipaddr.IPv4.parse(text).toIPv4MappedAddress())
    : undefined;
}

function whole(address: ipaddr.IPv6): bigint {
  return BigInt(`0x${Buffer.from(address.toByteArray()).toString('hex')}`);
}

test('examples of RFC 4291, section 2.2, and others', (t) => {
  const examples: readonly (readonly [string, bigint | undefined])[] = [
    ['2001:DB8:0:0:8:800:200C:417A', 0x20010db80000000000080800200c417an],
    ['ff01::101', 0xff010000000000000000000000000101n],
    ['::1', 1n],
    ['::', 0n],
    ['::13.1.68.3', 0x0d014403n],
    ['::FFFF:129.144.52.38', 0xffff81903426n],
    ['1:2:3:4:5:6:7::', 0x00010002000300040005000600070000n],
    ['192.0.2.33', 0xffffc0000221n],
    ['255.255.255.255', 0xffffffffffffn],
    ['256.0.0.1', undefined],
    ['1.2.3', undefined],
    ['01.2.3.4', undefined],
    ['1.2.3.4.', undefined],
    ['1:2:3:4:5:6:7:8:9', undefined],
    ['1:2:3:4:5:6:7:8::', undefined],
    ['1::2::3', undefined],
    [':1', undefined],
    ['1:', undefined],
    ['12345::', undefined],
    ['fe80::1%eth0', undefined],
    ['', undefined],
    ['host.example.com', undefined],
  ];
  for (const [text, value] of examples) t.is(addressNumber(text), value, text);
});

test('any address, however it is written', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), fc.ipV4()), fc.boolean(), (text, isUpper) => {
      const written = isUpper ? text.toUpperCase() : text;
      const found = addressNumber(written);
      return found !== undefined && found === expected(written);
    }),
    { numRuns: 3000 },
  );
  t.pass();
});

test('addresses with a letter or two changed', (t) => {
  const broken = fc
    .tuple(
      fc.oneof(fc.ipV6(), fc.ipV4()),
      fc.nat(40),
      fc.constantFrom(...':.0afg1%/ ', '::', '00', '.255', ''),
      fc.nat(2),
    )
    .map(([text, at, by, length]) => text.slice(0, at) + by + text.slice(at + length));
  fc.assert(
    fc.property(broken, (text) => addressNumber(text) === expected(text)),
    { numRuns: 10_000 },
  );
  t.pass();
});
