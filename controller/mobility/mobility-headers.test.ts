/**
 * RFC 6275, 9.2 and 9.3: what is wrong with a header, Home Address options without a binding, and errors.
 * Longer than most: the rules of one receiver.
 */

import test from 'ava';
import {
  concatBytes,
  emitHomeAddressHeader,
  emitIcmpv6,
  emitMobilityMessage,
  emitRouting2,
  type Icmpv6Message,
  parseIcmpv6,
  parseIpv6Packet,
  putMobilityChecksum,
  toHex,
  UNSPECIFIED,
} from '../../wire/index.ts';
import {
  type Agent,
  CARE_OF,
  CN,
  HOME,
  ip,
  MobileNode,
  makeAgent,
  OTHER_CARE_OF,
  readMessage,
  registered,
  sendMessage,
  sendPayload,
} from './test-harness.ts';

const cookie = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const hoti = () => emitMobilityMessage({ kind: 'homeTestInit', cookie, options: [] });

/** Changes bytes of a message that is then sent with a right checksum. */
function changed(bytes: Uint8Array, changes: Readonly<Record<number, number>>): Uint8Array {
  for (const [at, value] of Object.entries(changes)) bytes[Number(at)] = value;
  return bytes;
}

function bindingError(packets: readonly Uint8Array[]) {
  const [packet, ...more] = packets;
  if (packet === undefined || more.length > 0) throw new Error(`${packets.length} packets`);
  const { ipv6, message } = readMessage(packet);
  if (message.kind !== 'bindingError') throw new Error(message.kind);
  const { status, homeAddress } = message;
  return {
    status,
    homeAddress,
    from: ipv6.header.source,
    to: ipv6.header.destination,
    routing2: ipv6.routing2,
  };
}

function icmp(packets: readonly Uint8Array[]): Icmpv6Message & { readonly to: Uint8Array } {
  const [packet] = packets;
  const ipv6 = parseIpv6Packet(packet ?? new Uint8Array());
  if (!ipv6.ok) throw new Error(ipv6.problem);
  const { payloadAt, payloadEnd, header } = ipv6.value;
  const message = parseIcmpv6(ipv6.value.bytes, payloadAt, payloadEnd, header);
  if (!message.ok) throw new Error(message.problem);
  return { ...message.value, to: header.destination };
}

test('a wrong checksum is silently discarded', (t) => {
  const agent = makeAgent();
  for (const packet of [new MobileNode().homeTestInit(), new MobileNode().careOfTestInit()]) {
    packet[44] = (packet[44] ?? 0) ^ 1;
    t.deepEqual(agent.receive(packet), []);
  }
  const node = new MobileNode();
  node.test(agent);
  const update = node.update({ sequence: 1 });
  update[68] = (update[68] ?? 0) ^ 1;
  t.deepEqual(agent.receive(update), []);
  t.is(agent.counted('ignored: a wrong checksum'), 3);
});

test('a checksum over the care-of address instead of the home address is wrong', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const update = node.update({ sequence: 1 });
  const message = update.slice(64);
  putMobilityChecksum(message, CARE_OF, CN);
  t.deepEqual(agent.receive(concatBytes(update.subarray(0, 64), message)), []);
});

test('an MH type that is not known gets Binding Error 2, with no home address', (t) => {
  for (const type of [8, 9, 100, 255]) {
    const sent = makeAgent().receive(sendMessage(CARE_OF, CN, changed(hoti(), { 2: type })));
    t.deepEqual(bindingError(sent), {
      status: 2,
      homeAddress: UNSPECIFIED,
      from: CN,
      to: CARE_OF,
      routing2: undefined,
    });
  }
});

test('the type is looked at before the payload proto and the length', (t) => {
  const sent = makeAgent().receive(
    sendMessage(CARE_OF, CN, changed(hoti().slice(0, 8), { 0: 17, 1: 0, 2: 99 })),
  );
  t.is(bindingError(sent).status, 2);
});

test('Binding Error 2 copies the home address from the option, and goes straight to the care-of address', (t) => {
  const agent = makeAgent();
  registered(agent);
  const sent = agent.receive(sendMessage(CARE_OF, CN, changed(hoti(), { 2: 50 }), HOME));
  t.deepEqual(bindingError(sent), {
    status: 2,
    homeAddress: HOME,
    from: CN,
    to: CARE_OF,
    routing2: undefined,
  });
});

test('another payload proto than 59 gets Parameter Problem, code 0, that points at it', (t) => {
  for (const type of [1, 2, 5]) {
    const packet = sendMessage(CARE_OF, CN, changed(hoti(), { 0: 17, 2: type }));
    const message = icmp(makeAgent().receive(packet));
    t.like(message, { kind: 'error', type: 4, code: 0, parameter: 40, to: CARE_OF });
    if (message.kind === 'error') t.is(toHex(message.quote), toHex(packet));
  }
});

test('the pointer counts extension headers, and the error goes to the source address, not over the binding', (t) => {
  const agent = makeAgent();
  registered(agent);
  const packet = sendMessage(CARE_OF, CN, changed(hoti(), { 0: 6, 2: 5 }), HOME);
  t.like(icmp(agent.receive(packet)), { parameter: 64, to: CARE_OF });
});

test('a header length that is too small for its type gets Parameter Problem that points at it', (t) => {
  for (const [type, length] of [
    [1, 0],
    [2, 0],
    [3, 1],
    [4, 1],
    [5, 0],
    [6, 0],
    [7, 1],
  ] as const) {
    const bytes = changed(new Uint8Array(8 + 8 * length), { 0: 59, 1: length, 2: type });
    const message = icmp(makeAgent().receive(sendMessage(CARE_OF, CN, bytes)));
    t.like(message, { kind: 'error', type: 4, code: 0, parameter: 41 }, `type ${type}`);
  }
});

test('a header length beyond the packet is silently discarded', (t) => {
  const bytes = changed(hoti(), { 1: 2 });
  t.deepEqual(makeAgent().receive(sendMessage(CARE_OF, CN, bytes)), []);
});

test('what follows a mobility header is ignored', (t) => {
  const packet = new MobileNode().homeTestInit();
  const longer = concatBytes(packet, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  longer[5] = 24;
  t.is(makeAgent().receive(longer).length, 1);
});

test('messages for mobile nodes are silently ignored', (t) => {
  const agent = makeAgent();
  const messages = [
    { kind: 'bindingRefreshRequest', options: [] },
    { kind: 'homeTest', nonceIndex: 1, cookie, keygenToken: cookie, options: [] },
    { kind: 'careOfTest', nonceIndex: 1, cookie, keygenToken: cookie, options: [] },
    {
      kind: 'bindingAcknowledgement',
      status: 0,
      keyManagementMobility: false,
      sequence: 1,
      lifetime: 1,
      options: [],
    },
    { kind: 'bindingError', status: 1, homeAddress: HOME, options: [] },
  ] as const;
  for (const message of messages) t.deepEqual(agent.receive(sendMessage(CARE_OF, CN, message)), []);
});

test('a mobility option that ends beyond its message discards the message', (t) => {
  const bytes = concatBytes(hoti(), Uint8Array.of(3, 30, 0, 0, 0, 0, 0, 0));
  t.deepEqual(makeAgent().receive(sendMessage(CARE_OF, CN, changed(bytes, { 1: 2 }))), []);
});

test('mobility headers in fragments and with a type 2 routing header are ignored', (t) => {
  const agent = makeAgent();
  const bytes = hoti();
  putMobilityChecksum(bytes, CARE_OF, CN);
  const fragment = Uint8Array.of(135, 0, 0, 1, 0, 0, 0, 1);
  t.deepEqual(agent.receive(sendPayload(CARE_OF, CN, 44, concatBytes(fragment, bytes))), []);
  // However the routing header is made: used up, of another length, in front of data.
  const changes: readonly Readonly<Record<number, number>>[] = [{}, { 3: 0 }, { 3: 2 }, { 1: 4 }];
  for (const change of changes) {
    const routing = concatBytes(emitRouting2(135, HOME), new Uint8Array(change[1] === undefined ? 0 : 16));
    const packet = sendPayload(CARE_OF, CN, 43, concatBytes(changed(routing, change), bytes));
    t.deepEqual(agent.receive(packet), [], JSON.stringify(change));
  }
  t.is(agent.counted('ignored: a type 2 routing header'), 4);
});

test('a fragment header that says there are no other fragments changes nothing', (t) => {
  const bytes = hoti();
  putMobilityChecksum(bytes, CARE_OF, CN);
  const whole = Uint8Array.of(135, 0, 0, 0, 0, 0, 0, 1);
  const [answer] = makeAgent().receive(sendPayload(CARE_OF, CN, 44, concatBytes(whole, bytes)));
  t.is(readMessage(answer ?? new Uint8Array()).message.kind, 'homeTest');
  // Nor does it come between a Home Address option and a mobility header.
  const headers = concatBytes(emitHomeAddressHeader(44, HOME), whole);
  const unknown = changed(hoti(), { 2: 88 });
  putMobilityChecksum(unknown, HOME, CN);
  const sent = makeAgent().receive(sendPayload(CARE_OF, CN, 60, concatBytes(headers, unknown)));
  t.like(bindingError(sent), { status: 2, homeAddress: HOME });
});

test('options and routing headers that are not known do as RFC 8200 says', (t) => {
  const agent = makeAgent();
  const bytes = hoti();
  putMobilityChecksum(bytes, CARE_OF, CN);
  const behind = (next: number, header: Uint8Array) =>
    agent.receive(sendPayload(CARE_OF, CN, next, concatBytes(header, bytes)));
  for (const next of [0, 60]) {
    // 4.2: the upper two bits of the type.
    const option = (type: number) => behind(next, Uint8Array.of(135, 0, 1, 0, type, 2, 0, 0));
    t.is(readMessage(option(0x1e)[0] ?? new Uint8Array()).message.kind, 'homeTest', 'skipped');
    t.deepEqual(option(0x5e), [], 'discarded');
    for (const type of [0x9e, 0xde])
      t.like(icmp(option(type)), { kind: 'error', type: 4, code: 2, parameter: 44, to: CARE_OF });
  }
  // 4.4: with segments left the type of the routing header is pointed at.
  const routing = (left: number) =>
    behind(43, concatBytes(Uint8Array.of(135, 2, 0, left), new Uint8Array(20)));
  t.like(icmp(routing(1)), { kind: 'error', type: 4, code: 0, parameter: 42, to: CARE_OF });
  t.is(readMessage(routing(0)[0] ?? new Uint8Array()).message.kind, 'homeTest');
});

test('a Home Address option without a binding gets Binding Error 1 with the home address', (t) => {
  const sent = makeAgent().receive(new MobileNode().data());
  t.deepEqual(bindingError(sent), {
    status: 1,
    homeAddress: HOME,
    from: CN,
    to: CARE_OF,
    routing2: undefined,
  });
});

test('the care-of address must be the one that is registered now', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  t.is(bindingError(agent.receive(node.data(OTHER_CARE_OF))).status, 1);
  node.careOf = OTHER_CARE_OF;
  node.testCareOf(agent);
  agent.receive(node.update({ sequence: 2 }));
  t.is(bindingError(agent.receive(node.data(CARE_OF))).status, 1, 'the one before the handover');
  t.deepEqual(agent.receive(node.data(OTHER_CARE_OF)), []);
});

test('a binding with one virtual address is none with another', (t) => {
  const other = ip('2001:db8:100::2');
  const agent = makeAgent({ virtualAddresses: [CN, other] });
  registered(agent);
  t.is(bindingError(agent.receive(new MobileNode(HOME, CARE_OF, other).data())).status, 1);
});

test('mobility headers, ESP and AH behind a Home Address option need no binding', (t) => {
  const agent = makeAgent();
  const refresh = { kind: 'bindingRefreshRequest', options: [] } as const;
  t.deepEqual(agent.receive(sendMessage(CARE_OF, CN, refresh, HOME)), [], 'for mobile nodes');
  t.like(bindingError(agent.receive(sendMessage(CARE_OF, CN, changed(hoti(), { 2: 88 }), HOME))), {
    status: 2,
    homeAddress: HOME,
  });
  const wrong = sendMessage(CARE_OF, CN, hoti(), HOME);
  wrong[wrong.length - 1] = 99;
  t.deepEqual(agent.receive(wrong), [], 'a wrong checksum');
  const problem = icmp(agent.receive(sendMessage(CARE_OF, CN, changed(hoti(), { 0: 17 }), HOME)));
  t.like(problem, { kind: 'error', type: 4, code: 0, parameter: 64, to: CARE_OF });
  const authentication = concatBytes(Uint8Array.of(6, 4, 0, 0), new Uint8Array(20));
  for (const [next, payload] of [
    [50, new Uint8Array(40)],
    [51, concatBytes(authentication, new Uint8Array(20))],
  ] as const) {
    const packet = sendPayload(CARE_OF, CN, 60, concatBytes(emitHomeAddressHeader(next, HOME), payload));
    t.deepEqual(agent.receive(packet), [], `${next}`);
  }
  t.is(agent.counted('ignored: IPsec'), 2);
  // The option's own header says what follows: behind another one a binding is needed.
  const between = concatBytes(emitHomeAddressHeader(60, HOME), Uint8Array.of(50, 0, 1, 4, 0, 0, 0, 0));
  t.is(bindingError(agent.receive(sendPayload(CARE_OF, CN, 60, between))).status, 1);
});

test('a Home Address option does not change a binding', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const before = toHex([...agent.state.bindings.values()][0]?.careOfAddress ?? new Uint8Array());
  agent.receive(node.data(OTHER_CARE_OF));
  t.is(toHex([...agent.state.bindings.values()][0]?.careOfAddress ?? new Uint8Array()), before);
});

test('a home address that is not unicast routable drops the packet', (t) => {
  const agent = makeAgent();
  for (const home of ['ff0e::1', '::', '::1', 'fe80::1', '::ffff:192.0.2.1'])
    t.deepEqual(agent.receive(new MobileNode().data(CARE_OF, ip(home))), [], home);
});

test('no Binding Error and no Parameter Problem goes to what is no unicast address', (t) => {
  const agent = makeAgent();
  for (const source of ['ff02::1', '::', '::1', 'ff0e::99']) {
    t.deepEqual(agent.receive(new MobileNode().data(ip(source))), [], source);
    t.deepEqual(agent.receive(sendMessage(ip(source), CN, changed(hoti(), { 2: 88 }))), [], source);
    t.deepEqual(agent.receive(sendMessage(ip(source), CN, changed(hoti(), { 0: 17 }))), [], source);
  }
});

test('errors are limited, for one address and for all', (t) => {
  const agent = makeAgent({
    errorsPerAddress: { perSecond: 1, burst: 3 },
    errors: { perSecond: 1, burst: 5 },
  });
  const flood = (from: string) =>
    Array.from({ length: 10 }, () => agent.receive(new MobileNode().data(ip(from))).length).reduce(
      (sum, one) => sum + one,
    );
  t.is(flood('2001:db8:2::1'), 3);
  t.is(flood('2001:db8:2::2'), 2, 'of five altogether');
  agent.now += 1000;
  t.is(flood('2001:db8:2::3'), 1);
  const problem = sendMessage(ip('2001:db8:2::4'), CN, changed(hoti(), { 0: 17 }));
  t.deepEqual(agent.receive(problem), [], 'Parameter Problem counts, too');
});

test('a Binding Error is 24 bytes of mobility header, whatever it is about', (t) => {
  const big = concatBytes(emitHomeAddressHeader(59, HOME), new Uint8Array(1000));
  const [sent] = makeAgent().receive(sendPayload(CARE_OF, CN, 60, big));
  t.is(sent?.length, 64);
});

test('a packet whose binding has come in the meantime passes the switch again, but not without end', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  agent.receive(node.data());
  t.deepEqual(
    agent.of('resubmit').map((effect) => toHex(effect.packet)),
    [toHex(node.data())],
  );
  let count = 0;
  for (let index = 0; index < 3000; index++) {
    agent.receive(node.data());
    count += agent.of('resubmit').length;
  }
  t.is(count, 999);
});

test('an option that the switch cannot take out is taken out here', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const udp = Uint8Array.of(0, 1, 0, 2, 0, 8, 0, 0);
  const hao = concatBytes(Uint8Array.of(0xc9, 16), HOME);
  // At 2, where alignment does not allow it; two padding bytes in front of it; beside another option, which stays.
  const headers = [
    concatBytes(Uint8Array.of(17, 2), hao, Uint8Array.of(1, 2, 0, 0)),
    concatBytes(Uint8Array.of(17, 2, 0, 0, 0, 0), hao),
    concatBytes(Uint8Array.of(17, 3, 0x1e, 2, 7, 7), hao, Uint8Array.of(1, 6, 0, 0, 0, 0, 0, 0)),
  ];
  const given = (payload: Uint8Array, next = 60) => {
    const packet = sendPayload(CARE_OF, CN, next, payload);
    agent.run({ kind: 'packet', packet, isUnplaced: true });
    return agent.of('resubmit').map((effect) => toHex(effect.packet));
  };
  const [first, second, third] = headers.map((header) => given(concatBytes(header, udp)));
  const plain = toHex(sendPayload(HOME, CN, 17, udp));
  t.deepEqual([first, second], [[plain], [plain]]);
  const padded = concatBytes(
    Uint8Array.of(17, 3, 0x1e, 2, 7, 7, 1, 16),
    new Uint8Array(16),
    Uint8Array.of(1, 6),
  );
  t.deepEqual(third, [toHex(sendPayload(HOME, CN, 60, concatBytes(padded, new Uint8Array(6), udp)))]);
  // Behind another header, which then names what follows.
  const behind = concatBytes(Uint8Array.of(60, 0, 1, 4, 0, 0, 0, 0), headers[1] ?? udp, udp);
  const rest = concatBytes(Uint8Array.of(17, 0, 1, 4, 0, 0, 0, 0), udp);
  t.deepEqual(given(behind, 0), [toHex(sendPayload(HOME, CN, 0, rest))]);
  // In a fragment it would be in one of several.
  const fragment = concatBytes(Uint8Array.of(60, 0, 0, 1, 0, 0, 0, 1), headers[1] ?? udp, udp);
  t.deepEqual(given(fragment, 44), []);
  t.is(agent.counted('ignored: a Home Address option inside a fragment'), 1);
  // Without a binding it is as any other.
  const other = sendPayload(OTHER_CARE_OF, CN, 60, concatBytes(headers[0] ?? udp, udp));
  agent.run({ kind: 'packet', packet: other, isUnplaced: true });
  t.is(bindingError(agent.sent()).status, 1);
  t.is(node.home, HOME);
});

/** Destination Unreachable about a packet that went to a care-of address. */
function unreachable(careOf: Uint8Array, home: Uint8Array): Uint8Array {
  const quote = sendPayload(CN, careOf, 43, concatBytes(emitRouting2(6, home), new Uint8Array(20)));
  const router = ip('2001:db8:ffff::1');
  const message = emitIcmpv6({ kind: 'error', type: 1, code: 3, parameter: 0, quote }, router, CN);
  return sendPayload(router, CN, 58, message);
}

function unreachableFor(agent: Agent, careOf: Uint8Array, home: Uint8Array): void {
  for (let index = 0; index < 20; index++) {
    agent.receive(unreachable(careOf, home));
    agent.now += 1000;
  }
}

test('destination unreachable that goes on ends the binding', (t) => {
  const agent = makeAgent();
  registered(agent);
  agent.receive(unreachable(CARE_OF, HOME));
  agent.receive(unreachable(CARE_OF, HOME));
  t.is(agent.state.bindings.size, 1, 'some are not enough');
  unreachableFor(agent, CARE_OF, HOME);
  t.is(agent.state.bindings.size, 0);
  t.is(agent.counted('ended: unreachable'), 1);
});

test('destination unreachable about another care-of address, home address or virtual address ends nothing', (t) => {
  const agent = makeAgent();
  registered(agent);
  unreachableFor(agent, OTHER_CARE_OF, HOME);
  unreachableFor(agent, CARE_OF, ip('2001:db8:1::11'));
  t.is(agent.state.bindings.size, 1);
});

test('bytes that are no packet are ignored', (t) => {
  const agent = makeAgent();
  for (const length of [0, 1, 39, 40]) t.deepEqual(agent.receive(new Uint8Array(length)), []);
  const packet = new MobileNode().homeTestInit();
  for (let length = 0; length < packet.length; length++)
    t.deepEqual(agent.receive(packet.subarray(0, length)), []);
});

test('a Home Address option inside a tunnel is that of the inner packet', (t) => {
  const agent = makeAgent();
  registered(agent);
  for (const inner of [new MobileNode().data(OTHER_CARE_OF), new MobileNode().homeTestInit()])
    t.deepEqual(agent.receive(sendPayload(OTHER_CARE_OF, CN, 41, inner)), []);
  t.is(agent.counted('ignored: nothing of mobility'), 2);
});

test('two Home Address options are ignored', (t) => {
  const agent = makeAgent();
  const both = concatBytes(emitHomeAddressHeader(60, HOME), emitHomeAddressHeader(59, HOME));
  t.deepEqual(agent.receive(sendPayload(CARE_OF, CN, 60, both)), []);
});

test('switched off: tests and updates get Parameter Problem 1, home addresses Binding Error 1, and bindings end', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  agent.run({ kind: 'configure', config: { ...agent.state.config, isEnabled: false } });
  t.deepEqual(
    agent.of('removeBinding').map(({ binding }) => binding.homeAddress),
    [HOME],
  );
  t.is(agent.state.bindings.size, 0);
  // RFC 8200, 4: it points at the field that names the header.
  const unknown = { kind: 'error', type: 4, code: 1 } as const;
  t.like(icmp(agent.receive(node.homeTestInit())), { ...unknown, parameter: 6, to: HOME });
  t.like(icmp(agent.receive(node.careOfTestInit())), { ...unknown, parameter: 6, to: CARE_OF });
  t.like(icmp(agent.receive(node.update({ sequence: 2 }))), { ...unknown, parameter: 40, to: CARE_OF });
  t.like(bindingError(agent.receive(node.data())), { status: 1, homeAddress: HOME, to: CARE_OF });
  agent.run({ kind: 'configure', config: { ...agent.state.config, isEnabled: true } });
  t.is(agent.receive(node.homeTestInit()).length, 1);
  t.is(agent.counted('sent: home test'), 2);
});

test('the status of an acknowledgement is never one of a home agent', (t) => {
  // 1 and 132 to 134 (6.1.8): prefix discovery, home subnets, duplicate addresses.
  const agent = makeAgent();
  const node = registered(agent);
  const statuses = new Set<number>();
  for (let sequence = 0; sequence < 300; sequence++) {
    const update = node.update({
      sequence: sequence % 7,
      lifetime: sequence % 3,
      homeRegistration: sequence % 5 === 0,
      ...(sequence % 2 === 0 ? { alternate: sequence % 4 === 0 ? CN : OTHER_CARE_OF } : {}),
      indices: sequence % 5 === 0 ? undefined : sequence % 11 === 0 ? [9, 9] : node.indices,
    });
    agent.now += 1000;
    for (const packet of agent.receive(update)) {
      const { message } = readMessage(packet);
      if (message.kind === 'bindingAcknowledgement') statuses.add(message.status);
    }
    if (sequence % 20 === 0) node.test(agent);
  }
  t.true(statuses.size > 3, [...statuses].join());
  t.deepEqual(
    [1, 132, 133, 134].filter((status) => statuses.has(status)),
    [],
  );
});
