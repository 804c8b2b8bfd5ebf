/** RFC 6275, 9.5: which Binding Updates are taken, and what is answered. Longer than most: the rules of one message. */

import test from 'ava';
import { emitMobilityMessage, formatIpv6Address } from '../../wire/index.ts';
import { isGreater } from './sequence-number.ts';
import {
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
} from './test-harness.ts';
import { careOfKeygenToken, homeKeygenToken } from './tokens.ts';

function bindingsOf(agent: ReturnType<typeof makeAgent>): readonly string[] {
  return [...agent.state.bindings.values()].map(
    (binding) => `${formatIpv6Address(binding.homeAddress)} at ${formatIpv6Address(binding.careOfAddress)}`,
  );
}
const BOUND = '2001:db8:1::10 at 2001:db8:2::20';
const MOVED = '2001:db8:1::10 at 2001:db8:7::7';

test('a valid Binding Update with A makes a binding, and the acknowledgement goes with a type 2 routing header', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const [answer, ...more] = agent.receive(node.update({ sequence: 5 }));
  t.is(more.length, 0);
  t.like(node.read(answer), {
    status: 0,
    sequence: 5,
    lifetime: 100,
    isAuthorized: true,
    keyManagementMobility: false,
    destination: CARE_OF,
    routing2: HOME,
  });
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('without A a Binding Update that is accepted is not acknowledged', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  t.deepEqual(agent.receive(node.update({ sequence: 5, acknowledge: false })), []);
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('without A refusals for sequence number, nonces and space are acknowledged, others are not', (t) => {
  const agent = makeAgent({
    maximumBindings: 1,
    refusedCareOfPrefixes: [{ address: OTHER_CARE_OF, length: 128 }],
  });
  const node = registered(agent);
  const status = (packet: Uint8Array) => agent.receive(packet).map((answer) => node.read(answer).status);
  t.deepEqual(status(node.update({ sequence: 1, acknowledge: false })), [135]);
  t.deepEqual(status(node.update({ sequence: 2, acknowledge: false, indices: [0, 1] })), [138]);
  agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  const second = new MobileNode(ip('2001:db8:1::11'), ip('2001:db8:2::21'));
  second.test(agent);
  t.deepEqual(status(second.update({ sequence: 2, acknowledge: false })), [130]);
  node.careOf = OTHER_CARE_OF;
  node.testCareOf(agent);
  t.deepEqual(status(node.update({ sequence: 2, acknowledge: false })), []);
  t.deepEqual(status(node.update({ sequence: 2, acknowledge: true })), [174]);
});

test('a Binding Update with an invalid authenticator is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  for (let at = 0; at < 12; at++) {
    const update = node.update({ sequence: 1 });
    const bytes = update.slice(64);
    bytes[bytes.length - 1 - at] = (bytes[bytes.length - 1 - at] ?? 0) ^ 0x10;
    t.deepEqual(agent.receive(sendMessage(CARE_OF, CN, bytes, HOME)), []);
  }
  t.deepEqual(bindingsOf(agent), []);
});

test('any change of a Binding Update but of what is not covered makes it invalid', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const good = node.update({ sequence: 1 }).slice(64);
  // From sequence number to the authenticator's last byte; padding and reserved bits are covered as well.
  for (let at = 6; at < good.length; at++) {
    const bytes = good.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    agent.receive(sendMessage(CARE_OF, CN, bytes, HOME));
    t.deepEqual(bindingsOf(agent), [], `byte ${at}`);
  }
  t.is(agent.receive(sendMessage(CARE_OF, CN, good, HOME)).length, 1);
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('tokens of one home address, care-of address or virtual address authorize no other', (t) => {
  const second = ip('2001:db8:100::2');
  const agent = makeAgent({ virtualAddresses: [CN, second] });
  const node = new MobileNode();
  node.test(agent);
  const kbm = node.key();
  const { indices } = node;
  for (const [home, careOf] of [
    [ip('2001:db8:1::11'), CARE_OF],
    [HOME, OTHER_CARE_OF],
  ] as const) {
    const other = new MobileNode(home, careOf);
    t.deepEqual(agent.receive(other.update({ sequence: 1, kbm, indices })), []);
  }
  const bytes = node.update({ sequence: 1 }).slice(64);
  t.deepEqual(
    agent.receive(sendMessage(CARE_OF, second, bytes, HOME)),
    [],
    'sent again to another correspondent',
  );
  t.deepEqual(bindingsOf(agent), []);
});

test('without nonce indices, or without an authenticator, a Binding Update is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  t.deepEqual(agent.receive(node.update({ sequence: 1, indices: undefined })), []);
  t.deepEqual(agent.receive(node.update({ sequence: 1, withoutAuthenticator: true })), []);
  t.deepEqual(agent.receive(node.update({ sequence: 1, withoutAuthenticator: true, indices: [0, 0] })), []);
  t.deepEqual(bindingsOf(agent), []);
});

test('an authenticator that is not the last option, or has padding behind it, is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const [home, careOf] = node.indices;
  const authorization = {
    kind: 'bindingAuthorizationData',
    authenticator: new Uint8Array(12),
    isLast: true,
  } as const;
  const update = {
    kind: 'bindingUpdate',
    sequence: 1,
    acknowledge: true,
    homeRegistration: false,
    linkLocalCompatibility: false,
    keyManagementMobility: false,
    lifetime: 100,
  } as const;
  const indices = { kind: 'nonceIndices', home, careOf } as const;
  const behind = emitMobilityMessage({ ...update, options: [authorization, indices] });
  t.deepEqual(agent.receive(sendMessage(CARE_OF, CN, behind, HOME)), []);
  const padded = emitMobilityMessage({ ...update, options: [indices, authorization] });
  const longer = new Uint8Array(padded.length + 8);
  longer.set(padded);
  longer.set([1, 6], padded.length);
  longer[1] = longer.length / 8 - 1;
  t.deepEqual(agent.receive(sendMessage(CARE_OF, CN, longer, HOME)), []);
  t.is(agent.counted('ignored: update whose authenticator is not its end'), 2);
});

test('options that are not known are skipped in a Binding Update, and are covered by its authenticator', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const more = [{ kind: 'other', type: 77, data: Uint8Array.of(1, 2, 3) }] as const;
  t.is(node.read(agent.receive(node.update({ sequence: 1, more }))[0]).status, 0);
});

test('options come in any order, with any padding and with those of other messages between', (t) => {
  const agent = makeAgent();
  const node = new MobileNode(HOME, OTHER_CARE_OF);
  node.test(agent);
  const [home, careOf] = node.indices;
  const more = [
    { kind: 'bindingRefreshAdvice', interval: 9 },
    // PadN that does not hold zeros.
    { kind: 'other', type: 1, data: Uint8Array.of(255, 254, 253) },
    { kind: 'nonceIndices', home, careOf },
    { kind: 'other', type: 1, data: new Uint8Array() },
    { kind: 'alternateCareOfAddress', address: OTHER_CARE_OF },
  ] as const;
  const packet = node.update({ sequence: 1, source: CARE_OF, indices: undefined, more });
  t.is(node.read(agent.receive(packet)[0]).status, 0);
  t.deepEqual(bindingsOf(agent), [MOVED]);
});

test('an authenticator or another option of a wrong length is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  for (const [type, length] of [
    [5, 10],
    [5, 20],
    [4, 2],
    [3, 4],
  ] as const) {
    const more = [{ kind: 'other', type, data: new Uint8Array(length) }] as const;
    t.deepEqual(agent.receive(node.update({ sequence: 1, more })), [], `${type}`);
    t.deepEqual(agent.receive(node.update({ sequence: 1, more, withoutAuthenticator: true })), []);
  }
  t.is(agent.state.bindings.size, 0);
});

test('nonce indices that are not known get 136, 137 and 138, without an authenticator', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const [home, careOf] = node.indices;
  for (const [indices, status] of [
    [[home + 1, careOf], 136],
    [[home, careOf + 1], 137],
    [[home + 1, careOf + 1], 138],
  ] as const) {
    const answer = node.read(agent.receive(node.update({ sequence: 9, indices }))[0]);
    t.like(answer, { status, isAuthorized: undefined, sequence: 9, routing2: HOME, destination: CARE_OF });
  }
});

test('the care-of nonce index of a deletion is not looked at, the home nonce index is', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const [home] = node.indices;
  t.is(
    node.read(agent.receive(node.update({ sequence: 2, lifetime: 0, indices: [home + 1, 0] }))[0]).status,
    136,
  );
  t.deepEqual(bindingsOf(agent), [BOUND]);
  const answer = agent.receive(node.update({ sequence: 3, lifetime: 0, indices: [home, 0xffff] }))[0];
  t.like(node.read(answer, HOME, node.key(true)), { status: 0, isAuthorized: true });
  t.deepEqual(bindingsOf(agent), []);
});

test('sequence numbers: greater is taken, the same and less get 135 with the last one and an authenticator', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const status = (sequence: number) => {
    const { status, sequence: last, isAuthorized } = node.read(agent.receive(node.update({ sequence }))[0]);
    t.true(isAuthorized);
    return [status, last];
  };
  t.deepEqual(status(15), [0, 15]);
  t.deepEqual(status(15), [135, 15]);
  t.deepEqual(status(14), [135, 15]);
  t.deepEqual(status(0), [135, 15]);
  t.deepEqual(status(32783), [135, 15]);
  t.deepEqual(status(65535), [135, 15]);
  t.deepEqual(status(32782), [0, 32782]);
  t.deepEqual(status(65535), [0, 65535]);
  t.deepEqual(status(0), [0, 0]);
});

test('sequence numbers compare modulo 65536 as the example of 9.5.1 says', (t) => {
  for (let sequence = 0; sequence < 65536; sequence++) {
    const isLess = sequence <= 15 || sequence >= 32783;
    t.is(isGreater(sequence, 15), !isLess);
  }
  t.true(isGreater(0, 65535));
  t.false(isGreater(65535, 0));
});

test('the first Binding Update may have any sequence number', (t) => {
  for (const sequence of [0, 1, 32768, 65535]) {
    const agent = makeAgent();
    const node = new MobileNode();
    node.test(agent);
    t.is(node.read(agent.receive(node.update({ sequence }))[0]).status, 0);
  }
});

test('a Binding Update that is sent again is refused', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const update = node.update({ sequence: 1 });
  agent.receive(update);
  t.is(node.read(agent.receive(update)[0]).status, 135);
});

test('a low sequence number does not help who has no key', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  t.deepEqual(agent.receive(node.update({ sequence: 0, kbm: new Uint8Array(20) })), []);
});

test('H without a binding gets 131, with one 139, and leaves the binding alone', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  const update = node.update({
    sequence: 4,
    homeRegistration: true,
    indices: undefined,
    withoutAuthenticator: true,
  });
  t.like(node.read(agent.receive(update)[0]), { status: 131, sequence: 4, isAuthorized: undefined });
  registered(agent, node);
  t.like(node.read(agent.receive(update)[0]), { status: 139 });
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('H with nonce indices is silently discarded, with and without a binding', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  t.deepEqual(agent.receive(node.update({ sequence: 4, homeRegistration: true })), []);
  registered(agent, node);
  t.deepEqual(agent.receive(node.update({ sequence: 5, homeRegistration: true })), []);
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('K and L and the reserved bits are ignored, and K is cleared in the acknowledgement', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const answer = node.read(agent.receive(node.update({ sequence: 1, keyManagementMobility: true }))[0]);
  t.like(answer, { status: 0, keyManagementMobility: false });
  const { header } = readMessage(
    agent.receive(node.update({ sequence: 2, reservedBits: true }))[0] ?? new Uint8Array(),
  );
  t.is(header.bytes[6], 0);
  t.deepEqual([header.bytes[3], header.bytes[7]], [0, 0]);
});

test('the lifetime is capped at 420 s, and never longer than asked', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const granted = (lifetime: number, sequence: number) => {
    const answer = node.read(agent.receive(node.update({ sequence, lifetime }))[0]);
    const [binding] = agent.state.bindings.values();
    t.is((binding?.expiresAt ?? 0) - agent.now, answer.lifetime * 4000);
    return answer.lifetime;
  };
  t.is(granted(1, 1), 1);
  t.is(granted(105, 2), 105);
  t.is(granted(106, 3), 105);
  t.is(granted(65535, 4), 105);
});

test('an operator can shorten lifetimes', (t) => {
  const agent = makeAgent({ maximumLifetime: 61_000 });
  const node = new MobileNode();
  node.test(agent);
  t.is(node.read(agent.receive(node.update({ sequence: 1 }))[0]).lifetime, 15);
});

test('a binding ends with its lifetime', (t) => {
  const agent = makeAgent();
  const node = registered(agent, new MobileNode(), { lifetime: 2 });
  agent.wait(7_000);
  t.deepEqual(bindingsOf(agent), [BOUND]);
  agent.wait(1_000);
  t.deepEqual(bindingsOf(agent), []);
  t.is(agent.of('removeBinding').length, 1);
  t.is(agent.receive(node.data()).length, 1, 'a Binding Error');
});

test('an alternate care-of address is bound, and the acknowledgement goes to the source address', (t) => {
  const agent = makeAgent();
  const node = new MobileNode(HOME, OTHER_CARE_OF);
  node.test(agent);
  const packet = node.update({ sequence: 1, alternate: OTHER_CARE_OF, source: CARE_OF });
  const answer = node.read(agent.receive(packet)[0], OTHER_CARE_OF);
  t.like(answer, { status: 0, destination: CARE_OF, routing2: HOME, isAuthorized: true });
  t.deepEqual(bindingsOf(agent), [MOVED]);
});

test('the authenticator is over the alternate care-of address', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const packet = node.update({ sequence: 1, alternate: OTHER_CARE_OF, authenticated: CARE_OF });
  t.deepEqual(agent.receive(packet), []);
});

test('deletion while away: lifetime 0, with the home token alone', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  t.deepEqual(
    agent.receive(node.update({ sequence: 2, lifetime: 0, kbm: node.key() })),
    [],
    'with both tokens',
  );
  const answer = agent.receive(node.update({ sequence: 2, lifetime: 0 }))[0];
  const expected = {
    status: 0,
    lifetime: 0,
    sequence: 2,
    isAuthorized: true,
    destination: CARE_OF,
    routing2: HOME,
  };
  t.like(node.read(answer, HOME, node.key(true)), expected);
  t.deepEqual(bindingsOf(agent), []);
});

test('deletion at home: from the home address, lifetime 0, and the acknowledgement without a routing header', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const answer = agent.receive(node.update({ sequence: 2, lifetime: 0, isAtHome: true }))[0];
  const read = node.read(answer, HOME, node.key(true));
  t.like(read, { status: 0, lifetime: 0, isAuthorized: true, destination: HOME });
  t.is(read.routing2, undefined);
  t.deepEqual(bindingsOf(agent), []);
});

test('deletion by a care-of address that is the home address, with a lifetime', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const answer = agent.receive(node.update({ sequence: 2, lifetime: 50, isAtHome: true }))[0];
  t.like(node.read(answer, HOME, node.key(true)), { status: 0, lifetime: 0, isAuthorized: true });
  t.deepEqual(bindingsOf(agent), []);
});

test('deletion by an alternate care-of address that is the home address', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const options = { sequence: 2, lifetime: 50, alternate: HOME, authenticated: HOME, kbm: node.key(true) };
  t.is(node.read(agent.receive(node.update(options))[0], HOME, node.key(true)).status, 0);
  t.deepEqual(bindingsOf(agent), []);
});

test('deletion without a binding is accepted and makes none, so that a lost acknowledgement does no harm', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  for (const sequence of [2, 3]) {
    const answer = agent.receive(node.update({ sequence, lifetime: 0 }))[0];
    t.like(node.read(answer, HOME, node.key(true)), { status: 0, sequence });
  }
  t.deepEqual(bindingsOf(agent), []);
  t.is(agent.of('removeBinding').length, 0);
});

test('after a deletion old Binding Updates stay refused while their nonces are good', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const old = [node.update({ sequence: 100 }), node.update({ sequence: 101 })];
  for (const packet of old) agent.receive(packet);
  agent.receive(node.update({ sequence: 102, lifetime: 0 }));
  for (const packet of old) t.like(node.read(agent.receive(packet)[0]), { status: 135, sequence: 102 });
  t.deepEqual(bindingsOf(agent), []);
  t.is(node.read(agent.receive(node.update({ sequence: 103 }))[0]).status, 0);
});

test('after a deletion fresh nonces may have any sequence number, and the old ones are void then', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const old = [node.update({ sequence: 100 }), node.update({ sequence: 101 })];
  const unused = node.update({ sequence: 150 });
  const deletion = node.update({ sequence: 102, lifetime: 0 });
  const oldIndices = node.indices;
  for (const packet of [...old, deletion]) agent.receive(packet);
  agent.now += 60_000;
  node.test(agent);
  // 9.5.1: without an entry any number is accepted. 5.2.8: what could be sent again is not.
  t.is(node.read(agent.receive(node.update({ sequence: 3 }))[0]).status, 0);
  t.deepEqual(bindingsOf(agent), [BOUND]);
  for (const packet of [...old, unused])
    t.like(node.read(agent.receive(packet)[0]), { status: 138, isAuthorized: undefined });
  t.like(node.read(agent.receive(deletion)[0]), { status: 136, isAuthorized: undefined });
  t.deepEqual(bindingsOf(agent), [BOUND]);
  // A fresh care-of nonce is enough: the pair has not been there before.
  const [, careOf] = node.indices;
  t.true(oldIndices[1] !== careOf);
  t.is(node.read(agent.receive(node.update({ sequence: 4 }))[0]).status, 0);
  // Also after this one has ended, and over a restart.
  agent.receive(node.update({ sequence: 5, lifetime: 0 }));
  const again = makeAgent({}, { saved: [...agent.saved.values()], now: agent.now });
  for (const one of [agent, again])
    for (const packet of [...old, unused]) t.is(node.read(one.receive(packet)[0]).status, 138);
  t.is(node.read(again.receive(node.update({ sequence: 5 }))[0]).status, 135);
});

test('after a deletion a higher sequence number with fresh nonces leaves the old ones as they are', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  agent.receive(node.update({ sequence: 2, lifetime: 0 }));
  const home = node.homeToken;
  agent.now += 60_000;
  node.testCareOf(agent);
  t.is(node.read(agent.receive(node.update({ sequence: 3 }))[0]).status, 0);
  t.is(node.homeToken, home);
  t.is(
    node.read(agent.receive(node.update({ sequence: 4, lifetime: 0 }))[0], HOME, node.key(true)).status,
    0,
  );
});

test('after all old nonces are over any sequence number is taken again', (t) => {
  const agent = makeAgent();
  const node = registered(agent, new MobileNode(), { sequence: 100 });
  agent.receive(node.update({ sequence: 101, lifetime: 0 }));
  agent.wait(245_000);
  t.is(agent.state.retired.size, 0);
  node.test(agent);
  t.is(node.read(agent.receive(node.update({ sequence: 1 }))[0]).status, 0);
});

test('a binding that ended by its lifetime cannot be replayed, either', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const update = node.update({ sequence: 1, lifetime: 1 });
  agent.receive(update);
  agent.wait(10_000);
  t.deepEqual(bindingsOf(agent), []);
  t.is(node.read(agent.receive(update)[0]).status, 135);
});

test('a home address that is not unicast routable is silently discarded', (t) => {
  const agent = makeAgent();
  for (const home of ['ff0e::1', 'ff02::1', '::', '::1', 'fe80::1']) {
    const node = new MobileNode(ip(home), CARE_OF);
    node.testCareOf(agent);
    t.deepEqual(agent.receive(node.update({ sequence: 1 })), [], home);
  }
});

test('a care-of address that is not unicast routable is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  for (const careOf of ['ff0e::1', '::', '::1', 'fe80::1'])
    t.deepEqual(agent.receive(node.update({ sequence: 1, alternate: ip(careOf) })), [], careOf);
  t.deepEqual(bindingsOf(agent), []);
  // Whatever else it asks for, and where it is the source address.
  registered(agent, node);
  const alternate = ip('ff0e::1');
  const deletion = { sequence: 2, lifetime: 0, authenticated: HOME } as const;
  t.deepEqual(agent.receive(node.update({ ...deletion, alternate })), []);
  t.deepEqual(agent.receive(node.update({ ...deletion, source: ip('fe80::1') })), []);
  const plain = { sequence: 2, homeRegistration: true, indices: undefined } as const;
  t.deepEqual(agent.receive(node.update({ ...plain, alternate })), []);
  t.deepEqual(agent.receive(node.update({ ...plain, source: ip('fe80::1') })), []);
  t.deepEqual(bindingsOf(agent), [BOUND]);
});

test('unique local addresses are as any other', (t) => {
  const agent = makeAgent();
  registered(agent, new MobileNode(ip('fd00:1::10'), ip('fd00:2::20')));
  t.deepEqual(bindingsOf(agent), ['fd00:1::10 at fd00:2::20']);
});

test('a source address that is not unicast is silently discarded', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  for (const source of ['ff0e::1', '::'])
    t.deepEqual(agent.receive(node.update({ sequence: 1, alternate: CARE_OF, source: ip(source) })), []);
});

test('a care-of address that leads back to the home address is silently discarded', (t) => {
  const agent = makeAgent();
  const [a, b, c] = [ip('2001:db8:1::a'), ip('2001:db8:1::b'), ip('2001:db8:1::c')] as const;
  registered(agent, new MobileNode(a, b));
  registered(agent, new MobileNode(b, c));
  const node = new MobileNode(c, a);
  node.test(agent);
  t.deepEqual(agent.receive(node.update({ sequence: 1 })), []);
  t.is(agent.state.bindings.size, 2);
  t.is(agent.counted('ignored: update with a care-of address that leads back'), 1);
});

test('care-of addresses of our own and refused ones get 174, with an authenticator', (t) => {
  const agent = makeAgent({ refusedCareOfPrefixes: [{ address: ip('2001:db8:200::'), length: 48 }] });
  for (const careOf of [CN, ip('2001:db8:200::5')]) {
    const node = new MobileNode(HOME, careOf);
    node.test(agent);
    t.like(node.read(agent.receive(node.update({ sequence: 1 }))[0]), { status: 174, isAuthorized: true });
  }
  t.deepEqual(bindingsOf(agent), []);
});

test('home addresses that are not allowed get 129, with an authenticator', (t) => {
  const agent = makeAgent({ allowedHomePrefixes: [{ address: ip('2001:db8:5::'), length: 48 }] });
  const node = new MobileNode();
  node.test(agent);
  t.like(node.read(agent.receive(node.update({ sequence: 1 }))[0]), { status: 129, isAuthorized: true });
  const allowed = new MobileNode(ip('2001:db8:5::1'), CARE_OF);
  registered(agent, allowed);
  t.is(agent.state.bindings.size, 1);
});

test('unauthenticated acknowledgements to one address are limited', (t) => {
  const agent = makeAgent({ answersPerAddress: { perSecond: 1, burst: 4 } });
  const node = new MobileNode();
  const update = node.update({ sequence: 1 });
  const sent = Array.from({ length: 20 }, () => agent.receive(update).length);
  t.is(
    sent.reduce((sum, one) => sum + one),
    4,
  );
});

test('no answer is longer than the Binding Update', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  const check = (packet: Uint8Array) => {
    for (const answer of agent.receive(packet)) t.true(answer.length <= packet.length);
  };
  check(node.update({ sequence: 1 }));
  node.test(agent);
  check(node.update({ sequence: 1 }));
  check(node.update({ sequence: 1 }));
  check(node.update({ sequence: 2, lifetime: 0 }));
  check(node.update({ sequence: 3, lifetime: 0, isAtHome: true }));
  check(node.update({ sequence: 3, homeRegistration: true, indices: undefined, withoutAuthenticator: true }));
});

test('every virtual address has a cache of its own', (t) => {
  const second = ip('2001:db8:100::2');
  const agent = makeAgent({ virtualAddresses: [CN, second] });
  registered(agent, new MobileNode(), { sequence: 9 });
  registered(agent, new MobileNode(HOME, CARE_OF, second), { sequence: 3 });
  t.is(agent.state.bindings.size, 2);
});

const STATIC = {
  homeAddress: HOME,
  key: new Uint8Array(32).fill(7),
  homeNonce: Uint8Array.of(1),
  careOfNonce: Uint8Array.of(2, 2),
};

test('with a static key (RFC 4449) nonce indices are ignored, and return routability does not help', (t) => {
  const agent = makeAgent({ staticKeys: [STATIC] });
  const node = new MobileNode();
  node.test(agent);
  t.deepEqual(agent.receive(node.update({ sequence: 1 })), []);
  t.is(agent.state.bindings.size, 0);
  const keyed = keyedNode(node);
  t.is(keyed.read(agent.receive(keyed.update({ sequence: 1, indices: [65_000, 65_001] }))[0]).status, 0);
  t.deepEqual(agent.receive(keyed.update({ sequence: 2, withoutAuthenticator: true })), []);
  t.is(keyed.read(agent.receive(keyed.update({ sequence: 2, indices: undefined }))[0]).status, 0);
});

test('a static key is that of one home address', (t) => {
  const agent = makeAgent({ staticKeys: [STATIC] });
  const other = keyedNode(new MobileNode(ip('2001:db8:1::11')));
  t.deepEqual(agent.receive(other.update({ sequence: 1, indices: undefined })), [], 'it has no key');
  t.is(agent.state.bindings.size, 0);
});

test('a static key: sequence numbers stay known after the binding, also over a restart', (t) => {
  const make = (saved?: ReturnType<typeof makeAgent>) =>
    makeAgent(
      { staticKeys: [STATIC] },
      saved === undefined ? {} : { saved: [...saved.saved.values()], now: saved.now },
    );
  const agent = make();
  // What a mobile node with this key computes: the agent's own formulas, which the vectors have checked.
  const node = new MobileNode();
  const keyed = keyedNode(node);
  t.is(keyed.read(agent.receive(keyed.update({ sequence: 5, indices: undefined }))[0]).status, 0);
  t.is(
    keyed.read(
      agent.receive(keyed.update({ sequence: 6, lifetime: 0, indices: undefined }))[0],
      HOME,
      keyed.key(true),
    ).status,
    0,
  );
  agent.wait(300_000);
  const again = make(agent);
  t.is(keyed.read(again.receive(keyed.update({ sequence: 5, indices: undefined }))[0]).status, 135);
  t.is(keyed.read(again.receive(keyed.update({ sequence: 7, indices: undefined }))[0]).status, 0);
});

function keyedNode(node: MobileNode): MobileNode {
  node.homeToken = homeKeygenToken({ key: STATIC.key, value: STATIC.homeNonce }, node.home);
  node.careOfToken = careOfKeygenToken({ key: STATIC.key, value: STATIC.careOfNonce }, node.careOf);
  return node;
}
