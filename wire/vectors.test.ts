/** Packets made by scapy (vectors/make-packets.py): ours are the same bytes, and reading them gives the same values. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import {
  concatBytes,
  echoBody,
  emitArp,
  emitEthernet,
  emitHomeAddressHeader,
  emitIcmpv6,
  emitIpv4,
  emitIpv6,
  emitMobilityMessage,
  emitNeighborMessage,
  emitRouting2,
  emitTcp,
  emitUdp,
  finalDestination,
  fromHex,
  type Icmpv6Message,
  type Ipv4Header,
  ipv4PseudoSum,
  ipv6PseudoSum,
  isMobilityChecksumRight,
  type MobilityMessage,
  type NeighborMessage,
  PROTOCOL_MOBILITY,
  parseArp,
  parseEthernet,
  parseIcmpv6,
  parseIpv4,
  parseIpv6Address,
  parseIpv6Packet,
  parseMobilityHeader,
  parseMobilityMessage,
  parseNeighborMessage,
  parseTcp,
  parseUdp,
  putMobilityChecksum,
  toHex,
} from './index.ts';

const PACKETS: Readonly<Record<string, string>> = JSON.parse(
  readFileSync('wire/vectors/packets.json', 'utf8'),
);

/** A packet of the file, at an offset other than zero, so that a parser that forgets where it began is found. */
const OFFSET = 3;
function packetAt(name: string): Uint8Array {
  const bytes = fromHex(PACKETS[name] ?? '');
  if (bytes === undefined || bytes.length === 0) throw new Error(`there is no packet '${name}'`);
  return concatBytes(new Uint8Array(OFFSET).fill(0xee), bytes);
}

function address(text: string): Uint8Array {
  const bytes = parseIpv6Address(text);
  if (bytes === undefined) throw new Error(text);
  return bytes;
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}

const CN = address('2001:db8:100::1');
const HOME = address('2001:db8:1::10');
const CARE_OF = address('2001:db8:2::20');
const MAC_A = Uint8Array.of(2, 0, 0, 0, 0, 10);
const MAC_B = Uint8Array.of(2, 0, 0, 0, 0, 11);
const AUTHENTICATOR = Uint8Array.from({ length: 12 }, (_, index) => index);
const seen = new Set<string>();

function value<T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string },
): T {
  if (!result.ok) throw new Error(result.problem);
  return result.value;
}

/** The IPv6 header in front of a payload. */
function ipv6(source: Uint8Array, destination: Uint8Array, next: number, payload: Uint8Array, hopLimit = 64) {
  const rest = { trafficClass: 0, flowLabel: 0, payloadLength: payload.length, next, hopLimit };
  return concatBytes(emitIpv6({ ...rest, source, destination }), payload);
}

const FRAMES = {
  ethernet: { tags: [], ethertype: 0x86dd },
  'ethernet with a tag': {
    tags: [{ ethertype: 0x8100, priority: 5, dropEligible: true, id: 42 }],
    ethertype: 0x0800,
  },
  'ethernet with two tags': {
    tags: [
      { ethertype: 0x88a8, priority: 0, dropEligible: false, id: 7 },
      { ethertype: 0x8100, priority: 0, dropEligible: false, id: 4095 },
    ],
    ethertype: 0x86dd,
  },
} as const;
for (const [name, frame] of Object.entries(FRAMES)) {
  seen.add(name);
  test(name, (t) => {
    const packet = packetAt(name);
    const result = parseEthernet(packet, OFFSET);
    const header = { destination: MAC_B, source: MAC_A, ...frame };
    t.deepEqual(value(result), header);
    if (result.ok)
      t.is(toHex(concatBytes(emitEthernet(header), packet.subarray(result.end))), PACKETS[name] ?? '');
    for (let length = OFFSET; length < OFFSET + emitEthernet(header).length; length++)
      t.false(parseEthernet(packet.subarray(0, length), OFFSET).ok, `${length}`);
  });
}

const ARPS = {
  'arp request': {
    operation: 1,
    senderHardware: MAC_A,
    senderAddress: Uint8Array.of(192, 0, 2, 1),
    targetHardware: new Uint8Array(6),
    targetAddress: Uint8Array.of(192, 0, 2, 2),
  },
  'arp reply': {
    operation: 2,
    senderHardware: MAC_B,
    senderAddress: Uint8Array.of(192, 0, 2, 2),
    targetHardware: MAC_A,
    targetAddress: Uint8Array.of(192, 0, 2, 1),
  },
};
for (const [name, packet] of Object.entries(ARPS)) {
  seen.add(name);
  test(name, (t) => {
    t.deepEqual(value(parseArp(packetAt(name), OFFSET)), packet);
    t.is(toHex(emitArp(packet)), PACKETS[name] ?? '');
    t.false(parseArp(packetAt(name).subarray(0, -1), OFFSET).ok);
  });
}

const IPV4: Omit<Ipv4Header, 'totalLength' | 'identification' | 'protocol'> = {
  trafficClass: 0,
  dontFragment: false,
  moreFragments: false,
  fragmentOffset: 0,
  timeToLive: 64,
  source: Uint8Array.of(192, 0, 2, 1),
  destination: Uint8Array.of(198, 51, 100, 2),
  options: new Uint8Array(),
};
const IPV4_PACKETS: Readonly<Record<string, { readonly header: Ipv4Header; readonly payload: Uint8Array }>> =
  {
    'ipv4 udp': {
      header: {
        ...IPV4,
        totalLength: 33,
        identification: 77,
        protocol: 17,
        timeToLive: 61,
        trafficClass: 0xb8,
      },
      payload: emitUdp({ sourcePort: 1000, destinationPort: 53, payload: bytes('query') }, (length) =>
        ipv4PseudoSum(IPV4.source, IPV4.destination, length, 17),
      ),
    },
    'ipv4 tcp with options': {
      header: {
        ...IPV4,
        totalLength: 52,
        identification: 1,
        protocol: 6,
        dontFragment: true,
        options: Uint8Array.of(0x94, 4, 0, 0),
      },
      payload: emitTcp(
        {
          sourcePort: 1,
          destinationPort: 2,
          sequence: 0x80000001,
          acknowledgement: 3,
          flags: 0x12,
          window: 4096,
          urgent: 0,
          options: Uint8Array.of(2, 4, 5, 0xb4, 1, 3, 3, 7),
          payload: new Uint8Array(),
        },
        (length) => ipv4PseudoSum(IPV4.source, IPV4.destination, length, 6),
      ),
    },
    'ipv4 fragment': {
      header: {
        ...IPV4,
        totalLength: 30,
        identification: 9,
        protocol: 17,
        moreFragments: true,
        fragmentOffset: 185,
      },
      payload: bytes('0123456789'),
    },
  };
for (const [name, { header, payload }] of Object.entries(IPV4_PACKETS)) {
  seen.add(name);
  test(name, (t) => {
    t.deepEqual(value(parseIpv4(packetAt(name), OFFSET)), header);
    t.is(toHex(concatBytes(emitIpv4(header), payload)), PACKETS[name] ?? '');
    for (let length = OFFSET; length < packetAt(name).length; length++)
      t.false(parseIpv4(packetAt(name).subarray(0, length), OFFSET).ok);
    const broken = packetAt(name);
    broken[OFFSET + 8] = 1;
    t.false(parseIpv4(broken, OFFSET).ok, 'a wrong checksum');
  });
}

seen.add('ipv6 udp').add('ipv6 tcp');
test('ipv6 udp', (t) => {
  const payload = bytes('odd');
  const datagram = emitUdp({ sourcePort: 5060, destinationPort: 5061, payload }, (length) =>
    ipv6PseudoSum(HOME, CN, length, 17),
  );
  const packet = value(parseIpv6Packet(packetAt('ipv6 udp'), OFFSET));
  t.like(packet.header, {
    trafficClass: 0x2e,
    flowLabel: 0x12345,
    hopLimit: 63,
    next: 17,
    payloadLength: 11,
  });
  t.is(toHex(concatBytes(emitIpv6(packet.header), datagram)), PACKETS['ipv6 udp'] ?? '');
  const read = value(parseUdp(packet.bytes, packet.payloadAt, packet.payloadEnd));
  t.deepEqual(read, { sourcePort: 5060, destinationPort: 5061, checksum: read.checksum, payload });
});
test('ipv6 tcp', (t) => {
  const packet = value(parseIpv6Packet(packetAt('ipv6 tcp'), OFFSET));
  const segment = value(parseTcp(packet.bytes, packet.payloadAt, packet.payloadEnd));
  t.like(segment, { sourcePort: 40000, destinationPort: 443, sequence: 7, flags: 0x18, window: 1 });
  const written = emitTcp(segment, (length) => ipv6PseudoSum(HOME, CN, length, 6));
  t.is(toHex(ipv6(HOME, CN, 6, written)), PACKETS['ipv6 tcp'] ?? '');
});

seen.add('hop-by-hop, destination options, fragment').add('home address option').add('routing header type 2');
test('extension headers', (t) => {
  const name = 'hop-by-hop, destination options, fragment';
  const packet = value(parseIpv6Packet(packetAt(name), OFFSET));
  const [hopByHop, fragment, destination] = packet.extensions;
  t.like(hopByHop, { kind: 'hopByHop', next: 44, at: OFFSET + 40, end: OFFSET + 48 });
  t.like(fragment, { kind: 'fragment', offset: 0, moreFragments: true, identification: 0xdeadbeef });
  t.like(destination, { kind: 'destinationOptions', options: [] });
  t.is(packet.payloadAt, OFFSET + 64);
  for (let length = OFFSET; length < packetAt(name).length; length++) {
    t.false(parseIpv6Packet(packetAt(name).subarray(0, length), OFFSET).ok);
    t.is(parseIpv6Packet(packetAt(name).subarray(0, length), OFFSET, true).ok, length >= OFFSET + 40);
  }
});
test('home address option', (t) => {
  const packet = value(parseIpv6Packet(packetAt('home address option'), OFFSET));
  t.deepEqual(packet.homeAddress, HOME);
  const datagram = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
  const written = concatBytes(emitHomeAddressHeader(17, HOME), datagram);
  t.is(toHex(ipv6(CARE_OF, CN, 60, written)), PACKETS['home address option'] ?? '');
});
test('routing header type 2', (t) => {
  const packet = value(parseIpv6Packet(packetAt('routing header type 2'), OFFSET));
  t.deepEqual(packet.routing2, HOME);
  t.deepEqual(finalDestination(packet), HOME);
  // Its checksum is over the final destination.
  const datagram = emitUdp({ sourcePort: 2, destinationPort: 1, payload: bytes('y') }, (length) =>
    ipv6PseudoSum(CN, HOME, length, 17),
  );
  const written = concatBytes(emitRouting2(17, HOME), datagram);
  t.is(toHex(ipv6(CN, CARE_OF, 43, written)), PACKETS['routing header type 2'] ?? '');
});

const quote = new Uint8Array(48).fill(0x71);
const ICMPS: Readonly<Record<string, { readonly message: Icmpv6Message; readonly isReply?: boolean }>> = {
  'destination unreachable': { message: { kind: 'error', type: 1, code: 3, parameter: 0, quote } },
  'packet too big': { message: { kind: 'error', type: 2, code: 0, parameter: 1400, quote } },
  'time exceeded': { message: { kind: 'error', type: 3, code: 0, parameter: 0, quote } },
  'parameter problem': { message: { kind: 'error', type: 4, code: 0, parameter: 41, quote } },
  'echo request': {
    message: { kind: 'information', type: 128, code: 0, body: echoBody(3, 4, bytes('ping')) },
  },
  'echo reply': {
    message: { kind: 'information', type: 129, code: 0, body: echoBody(3, 4, bytes('ping')) },
    isReply: true,
  },
};
for (const [name, { message, isReply }] of Object.entries(ICMPS)) {
  seen.add(name);
  test(name, (t) => {
    const addresses = isReply ? { source: CN, destination: HOME } : { source: HOME, destination: CN };
    const packet = packetAt(name);
    t.deepEqual(value(parseIcmpv6(packet, OFFSET + 40, packet.length, addresses)), message);
    const written = emitIcmpv6(message, addresses.source, addresses.destination);
    t.is(toHex(ipv6(addresses.source, addresses.destination, 58, written)), PACKETS[name] ?? '');
    packet[OFFSET + 45] = 1;
    t.false(parseIcmpv6(packet, OFFSET + 40, packet.length, addresses).ok, 'a wrong checksum');
  });
}

const linkLayer = (type: number, mac: Uint8Array) => [{ type, data: mac }];
const NEIGHBORS: Readonly<Record<string, { from: string; to: string; message: NeighborMessage }>> = {
  'router solicitation': {
    from: 'fe80::1',
    to: 'ff02::2',
    message: { kind: 'routerSolicitation', options: linkLayer(1, MAC_A) },
  },
  'router advertisement': {
    from: 'fe80::1',
    to: 'ff02::1',
    message: {
      kind: 'routerAdvertisement',
      hopLimit: 64,
      managed: true,
      otherConfiguration: false,
      routerLifetime: 1800,
      reachableTime: 30000,
      retransmitTimer: 1000,
      options: [{ type: 5, data: Uint8Array.of(0, 0, 0, 0, 5, 0xdc) }],
    },
  },
  'neighbor solicitation': {
    from: 'fe80::1',
    to: 'ff02::1:ff00:1',
    message: { kind: 'neighborSolicitation', target: CN, options: linkLayer(1, MAC_A) },
  },
  'neighbor advertisement': {
    from: '2001:db8:100::1',
    to: 'fe80::1',
    message: {
      kind: 'neighborAdvertisement',
      isRouter: true,
      solicited: true,
      override: true,
      target: CN,
      options: linkLayer(2, MAC_B),
    },
  },
};
for (const [name, { from, to, message }] of Object.entries(NEIGHBORS)) {
  seen.add(name);
  test(name, (t) => {
    const [source, destination] = [address(from), address(to)];
    const { type, body } = emitNeighborMessage(message);
    const written = emitIcmpv6({ kind: 'information', type, code: 0, body }, source, destination);
    t.is(toHex(ipv6(source, destination, 58, written, 255)), PACKETS[name] ?? '');
    const packet = packetAt(name);
    const read = value(parseIcmpv6(packet, OFFSET + 40, packet.length, { source, destination }));
    if (read.kind === 'error') return t.fail();
    t.deepEqual(value(parseNeighborMessage(read.type, read.body)), message);
    for (let length = 0; length < read.body.length; length++) {
      const cut = parseNeighborMessage(read.type, read.body.subarray(0, length));
      // Without its option a message is whole, too.
      t.is(cut.ok, length === read.body.length - 8, `${length}`);
    }
    return;
  });
}

const cookie = bytes('cookie01');
const keygenToken = bytes('token-01');
const update = {
  kind: 'bindingUpdate',
  acknowledge: true,
  homeRegistration: false,
  linkLocalCompatibility: false,
  keyManagementMobility: false,
} as const;
const authorization = {
  kind: 'bindingAuthorizationData',
  authenticator: AUTHENTICATOR,
  isLast: true,
} as const;
const indices = (home: number, careOf: number) => ({ kind: 'nonceIndices', home, careOf }) as const;

type Sent = {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly message: MobilityMessage;
  /** What stands between the IPv6 header and the message. */
  readonly before?: { readonly next: number; readonly bytes: Uint8Array };
};
const MESSAGES: Readonly<Record<string, Sent>> = {
  'binding refresh request': { from: CN, to: HOME, message: { kind: 'bindingRefreshRequest', options: [] } },
  'home test init': { from: HOME, to: CN, message: { kind: 'homeTestInit', cookie, options: [] } },
  'care-of test init': { from: CARE_OF, to: CN, message: { kind: 'careOfTestInit', cookie, options: [] } },
  'home test': {
    from: CN,
    to: HOME,
    message: { kind: 'homeTest', nonceIndex: 513, cookie, keygenToken, options: [] },
  },
  'care-of test': {
    from: CN,
    to: CARE_OF,
    message: { kind: 'careOfTest', nonceIndex: 65535, cookie, keygenToken, options: [] },
  },
  'binding update': {
    from: CARE_OF,
    to: CN,
    message: { ...update, sequence: 0xfffe, lifetime: 105, options: [indices(513, 65535), authorization] },
  },
  'binding update with an alternate care-of address': {
    from: CARE_OF,
    to: CN,
    message: {
      ...update,
      keyManagementMobility: true,
      sequence: 1,
      lifetime: 1,
      options: [{ kind: 'alternateCareOfAddress', address: CARE_OF }, indices(1, 2), authorization],
    },
  },
  'binding update without options': {
    from: CARE_OF,
    to: CN,
    message: {
      ...update,
      homeRegistration: true,
      linkLocalCompatibility: true,
      sequence: 2,
      lifetime: 0,
      options: [],
    },
  },
  'binding update with a home address option': {
    from: CARE_OF,
    to: CN,
    message: { ...update, sequence: 3, lifetime: 100, options: [indices(1, 2), authorization] },
    before: { next: 60, bytes: emitHomeAddressHeader(PROTOCOL_MOBILITY, HOME) },
  },
  'binding acknowledgement': {
    from: CN,
    to: CARE_OF,
    message: {
      kind: 'bindingAcknowledgement',
      status: 0,
      keyManagementMobility: false,
      sequence: 0xfffe,
      lifetime: 105,
      options: [authorization],
    },
  },
  'binding acknowledgement with advice': {
    from: CN,
    to: CARE_OF,
    message: {
      kind: 'bindingAcknowledgement',
      status: 1,
      keyManagementMobility: true,
      sequence: 9,
      lifetime: 100,
      options: [{ kind: 'bindingRefreshAdvice', interval: 50 }],
    },
  },
  'binding acknowledgement with a routing header': {
    from: CN,
    to: CARE_OF,
    message: {
      kind: 'bindingAcknowledgement',
      status: 0,
      keyManagementMobility: false,
      sequence: 3,
      lifetime: 100,
      options: [authorization],
    },
    before: { next: 43, bytes: emitRouting2(PROTOCOL_MOBILITY, HOME) },
  },
  'binding error': {
    from: CN,
    to: CARE_OF,
    message: { kind: 'bindingError', status: 1, homeAddress: HOME, options: [] },
  },
};
for (const [name, { from, to, message, before }] of Object.entries(MESSAGES)) {
  seen.add(name);
  test(name, (t) => {
    const packet = value(parseIpv6Packet(packetAt(name), OFFSET));
    t.is(packet.protocol, PROTOCOL_MOBILITY);
    const header = value(parseMobilityHeader(packet.bytes, packet.payloadAt, packet.payloadEnd));
    const [source, destination] = [packet.homeAddress ?? from, finalDestination(packet)];
    t.true(isMobilityChecksumRight(header, source, destination));
    t.deepEqual(value(parseMobilityMessage(header)), message);
    const written = emitMobilityMessage(message);
    putMobilityChecksum(written, source, destination);
    const payload = before === undefined ? written : concatBytes(before.bytes, written);
    t.is(toHex(ipv6(from, to, before?.next ?? PROTOCOL_MOBILITY, payload)), PACKETS[name] ?? '');
    for (let end = packet.payloadAt; end < packet.payloadEnd; end++)
      t.false(parseMobilityHeader(packet.bytes, packet.payloadAt, end).ok);
  });
}

test('every packet of the file is read', (t) => {
  t.deepEqual([...seen].toSorted(), Object.keys(PACKETS).toSorted());
});
