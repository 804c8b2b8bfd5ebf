/** Values as people write them, and as they are shown. */

import test from 'ava';
import fc from 'fast-check';
import type { MatchKind } from '../../p4runtime/schema/index.ts';
import { formatMatch, formatValue, parseMatch, parseValue, styleOf, type ValueField } from './values.ts';

const field = (name: string, width: number, ...annotations: readonly string[]): ValueField => ({
  name,
  type: width === 0 ? { kind: 'string' } : { kind: 'bit', width },
  annotations,
});

test('what a field is: by its annotation, its width, its name', (t) => {
  t.is(styleOf(field('hdr.ipv4.dstAddr', 32)), 'ipv4');
  t.is(styleOf(field('src_addr', 32)), 'ipv4');
  t.is(styleOf(field('meta.flow_id', 32)), 'number');
  t.is(styleOf(field('vni', 32, '@format(IPV4_ADDRESS)')), 'ipv4');
  t.is(styleOf(field('hdr.ipv6.src', 128)), 'ipv6');
  t.is(styleOf(field('dmac', 48)), 'mac');
  t.is(styleOf(field('port', 9)), 'number');
  t.is(styleOf(field('hash', 256)), 'hex');
  t.is(styleOf(field('vrf', 0)), 'string');
});

const SHOWN = [
  [field('ip', 32), 0x0a000001n, '10.0.0.1'],
  [field('mac', 48), 0x0200000000ffn, '02:00:00:00:00:ff'],
  // RFC 5952, sections 4.2.2 and 4.2.3: a single 0 stays, the longest run goes, the first of two.
  [field('ip', 128), 0x20010db8000000000001000000000001n, '2001:db8::1:0:0:1'],
  [field('ip', 128), 0x20010db8000000010001000100010001n, '2001:db8:0:1:1:1:1:1'],
  [field('ip', 128), 0n, '::'],
  [field('ip', 128), 1n, '::1'],
  [field('port', 9), 511n, '511'],
  [field('vrf', 0), 'red', 'red'],
] as const;

for (const [of, value, text] of SHOWN) {
  test(`${of.name} ${text}`, (t) => {
    t.is(formatValue(of, value), text);
    t.is(parseValue(of, text), value);
  });
}

test('numbers in other forms', (t) => {
  t.is(parseValue(field('x', 16), '0x1F90'), 8080n);
  t.is(parseValue(field('x', 16), '0b101'), 5n);
  t.is(parseValue(field('mac', 48), '02-00-00-00-00-FF'), 0x0200000000ffn);
  t.is(parseValue(field('ip', 128), '::ffff:10.0.0.1'), 0xffff0a000001n);
});

test('what is no value is said, with what would be one', (t) => {
  t.throws(() => parseValue(field('ip', 32), '10.0.0'), { message: /ip: '10\.0\.0'.*10\.0\.0\.1/ });
  t.throws(() => parseValue(field('port', 9), '512'), { message: /port: '512' does not fit in bit<9>/ });
  t.throws(() => parseValue(field('port', 9), '-1'), { message: /no value of bit<9>/ });
  t.throws(() => parseMatch(field('ip', 32), 'lpm', '10.0.0.0/33'), { message: /write \/0 to \/32/ });
  t.throws(() => parseMatch(field('ip', 32), 'exact', '*'), { message: /needs a value/ });
});

const MATCHES: readonly (readonly [ValueField, MatchKind, string, unknown])[] = [
  [field('ip', 32), 'lpm', '10.0.0.0/8', { kind: 'lpm', value: 0x0a000000n, prefixLength: 8 }],
  [
    field('ip', 32),
    'ternary',
    '10.0.0.0&&&255.0.0.0',
    { kind: 'ternary', value: 0x0a000000n, mask: 0xff000000n },
  ],
  [field('type', 16), 'ternary', '0x800&&&0xff00', { kind: 'ternary', value: 0x800n, mask: 0xff00n }],
  [field('port', 16), 'range', '80..443', { kind: 'range', low: 80n, high: 443n }],
  [field('port', 16), 'range', '80', { kind: 'range', low: 80n, high: 80n }],
  [field('port', 9), 'optional', '7', { kind: 'optional', value: 7n }],
  [field('port', 9), 'optional', '*', undefined],
  [field('vrf', 0), 'exact', 'red', { kind: 'exact', value: 'red' }],
];

for (const [of, kind, text, match] of MATCHES) {
  test(`${kind} ${text}`, (t) => {
    const read = parseMatch(of, kind, text);
    t.deepEqual(read, match as typeof read);
    t.is(formatMatch(of, read), text);
  });
}

test('a host route, a prefix as a ternary mask, and everything', (t) => {
  t.deepEqual(parseMatch(field('ip', 32), 'lpm', '10.0.0.1'), {
    kind: 'lpm',
    value: 0x0a000001n,
    prefixLength: 32,
  });
  t.deepEqual(parseMatch(field('ip', 32), 'ternary', '10.0.0.1/8'), {
    kind: 'ternary',
    value: 0x0a000000n,
    mask: 0xff000000n,
  });
  t.is(parseMatch(field('ip', 32), 'lpm', '0.0.0.0/0'), undefined);
  t.is(parseMatch(field('port', 16), 'range', '0..65535'), undefined);
});

test('what is shown is read as the same', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(9, 16, 32, 48, 64, 128, 200),
      fc.bigInt({ min: 0n, max: 2n ** 200n - 1n }),
      (width, number) => {
        const value = BigInt.asUintN(width, number);
        for (const name of ['x', 'ip', 'dstAddr']) {
          t.is(parseValue(field(name, width), formatValue(field(name, width), value)), value);
        }
      },
    ),
  );
});
