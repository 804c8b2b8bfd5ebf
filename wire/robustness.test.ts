/** Bytes from outside: parsers never throw, and what they read is written and read again the same. */

import test from 'ava';
import fc from 'fast-check';
import {
  emitErrorPacket,
  emitIpv6,
  emitMobilityMessage,
  formatIpv6Address,
  isInPrefix,
  isUnicast,
  isUnicastRoutable,
  mayAnswerWithError,
  parseArp,
  parseEthernet,
  parseIcmpv6,
  parseIpv4,
  parseIpv6Address,
  parseIpv6Packet,
  parseIpv6Prefix,
  parseMobilityHeader,
  parseMobilityMessage,
  parseNeighborMessage,
  parseTcp,
  parseUdp,
} from './index.ts';

const numRuns = Number(process.env['MOOR_FUZZ_RUNS'] ?? 500);
const seed = Number(process.env['MOOR_FUZZ_SEED'] ?? 1);

/** Bytes that get past the first checks often: some of them small, some of them numbers of headers. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 16, 43, 44, 51, 58, 59, 60, 135, 0xc9),
      fc.integer({ min: 0, max: 255 }),
    ),
    { maxLength: 120 },
  )
  .map((numbers) => Uint8Array.from(numbers));

test('parsers take any bytes', (t) => {
  fc.assert(
    fc.property(anyBytes, fc.nat({ max: 8 }), (bytes, from) => {
      const zero = new Uint8Array(16);
      parseEthernet(bytes, from);
      parseArp(bytes, from);
      parseIpv4(bytes, from);
      parseTcp(bytes, from);
      parseUdp(bytes, from);
      parseIcmpv6(bytes, from, bytes.length, { source: zero, destination: zero });
      for (let type = 132; type < 138; type++) parseNeighborMessage(type, bytes);
      const header = parseMobilityHeader(bytes, from);
      if (header.ok) parseMobilityMessage(header.value);
    }),
    { numRuns, seed },
  );
  t.pass();
});

test('walks along extension headers end', (t) => {
  fc.assert(
    fc.property(anyBytes, fc.integer({ min: 0, max: 255 }), fc.boolean(), (payload, next, isCut) => {
      const addresses = { source: new Uint8Array(16).fill(1), destination: new Uint8Array(16).fill(2) };
      const rest = { trafficClass: 0, flowLabel: 0, payloadLength: payload.length, next, hopLimit: 1 };
      const packet = parseIpv6Packet(
        Uint8Array.from([...emitIpv6({ ...rest, ...addresses }), ...payload]),
        0,
        isCut,
      );
      if (!packet.ok) return;
      t.true(packet.value.payloadAt <= packet.value.payloadEnd);
      for (const extension of packet.value.extensions) t.true(extension.end <= packet.value.payloadAt);
    }),
    { numRuns, seed },
  );
});

test('mobility messages that are read are written and read again the same', (t) => {
  let count = 0;
  fc.assert(
    fc.property(fc.nat({ max: 7 }), fc.uint8Array({ minLength: 34, maxLength: 34 }), (type, bytes) => {
      const header = parseMobilityHeader(Uint8Array.of(59, 4, type, 0, 0, 0, ...bytes));
      const message = header.ok ? parseMobilityMessage(header.value) : header;
      if (!message.ok) return;
      count++;
      const again = parseMobilityHeader(emitMobilityMessage(message.value));
      const read = again.ok ? parseMobilityMessage(again.value) : again;
      if (!read.ok) throw new Error(read.problem);
      // Padding decides which is last; that is not kept.
      const plain = (value: typeof read.value) =>
        value.options.map((option) =>
          option.kind === 'bindingAuthorizationData' ? { ...option, isLast: false } : option,
        );
      t.deepEqual(plain(read.value), plain(message.value));
      t.deepEqual({ ...read.value, options: [] }, { ...message.value, options: [] });
    }),
    { numRuns, seed },
  );
  t.true(count > 0);
});

test('an error quotes at most what 1280 bytes hold, and answers no error and no multicast', (t) => {
  const [source, destination] = [address('2001:db8::1'), address('2001:db8::2')];
  const build = (length: number, next: number, from = source, to = destination, first = 0) => {
    const rest = { trafficClass: 0, flowLabel: 0, payloadLength: length, next, hopLimit: 1 };
    const header = emitIpv6({ ...rest, source: from, destination: to });
    const packet = parseIpv6Packet(Uint8Array.from([...header, first, ...new Uint8Array(length - 1)]));
    if (!packet.ok) throw new Error(packet.problem);
    return packet.value;
  };
  const problem = { type: 4, code: 0, parameter: 40 };
  t.is(emitErrorPacket(problem, build(100, 17), destination).length, 40 + 8 + 140);
  t.is(emitErrorPacket(problem, build(5000, 17), destination).length, 1280);
  t.true(mayAnswerWithError(build(9, 17), 4));
  t.false(mayAnswerWithError(build(9, 58, source, destination, 1), 4), 'an error');
  t.false(mayAnswerWithError(build(9, 58, source, destination, 137), 4), 'a redirect');
  t.true(mayAnswerWithError(build(9, 58, source, destination, 128), 4), 'an echo request');
  t.false(mayAnswerWithError(build(9, 17, source, address('ff02::1')), 4));
  t.true(mayAnswerWithError(build(9, 17, source, address('ff02::1')), 2), 'Packet Too Big');
  t.false(mayAnswerWithError(build(9, 17, address('::')), 4));
  t.false(mayAnswerWithError(build(9, 17, address('ff02::1')), 4));
});

function address(text: string): Uint8Array {
  const bytes = parseIpv6Address(text);
  if (bytes === undefined) throw new Error(text);
  return bytes;
}

test('kinds of addresses', (t) => {
  t.is(formatIpv6Address(address('2001:DB8:0:0:1:0:0:1')), '2001:db8::1:0:0:1');
  t.is(parseIpv6Address('192.0.2.1'), undefined);
  t.is(parseIpv6Address('fe80::1%eth0'), undefined);
  for (const text of ['::', '::1', 'ff02::1']) t.false(isUnicast(address(text)), text);
  for (const text of ['fe80::1', '::ffff:192.0.2.1', '::2', 'ff0e::1', '::'])
    t.false(isUnicastRoutable(address(text)), text);
  for (const text of ['2001:db8::1', 'fd00::1', '64:ff9b::1']) t.true(isUnicastRoutable(address(text)), text);
});

test('prefixes', (t) => {
  const inside = (text: string, prefix: string) => {
    const value = parseIpv6Prefix(prefix);
    return value !== undefined && isInPrefix(address(text), value);
  };
  t.true(inside('2001:db8:ffff::1', '2001:db8::/32'));
  t.false(inside('2001:db9::1', '2001:db8::/32'));
  t.true(inside('2001:db8:8000::', '2001:db8:8000::/33'));
  t.false(inside('2001:db8:7fff::', '2001:db8:8000::/33'));
  t.true(inside('::1', '::/0'));
  t.false(inside('2001:db8::1', '2001:db8::/128'));
  for (const text of ['2001:db8::', '2001:db8::/129', '2001:db8::/x', '2001:db8::/', 'x/3', '::/1/2'])
    t.is(parseIpv6Prefix(text), undefined, text);
});
