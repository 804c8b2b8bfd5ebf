/** RFC 6275, 5.2 and 9.4: tokens, nonces, Home Test and Care-of Test. */

import test from 'ava';
import {
  concatBytes,
  emitHomeAddressHeader,
  emitMobilityMessage,
  putMobilityChecksum,
  toHex,
} from '../../wire/index.ts';
import {
  CARE_OF,
  CN,
  HOME,
  ip,
  MobileNode,
  makeAgent,
  readMessage,
  registered,
  seededRandom,
  sendMessage,
} from './test-harness.ts';
import type { SavedValue } from './types.ts';

const cookie = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

test('HoTI is answered with a HoT to the home address that returns the cookie', (t) => {
  const agent = makeAgent();
  const [hot, ...more] = agent.receive(new MobileNode().homeTestInit());
  t.is(more.length, 0);
  const { ipv6, message, header } = readMessage(hot ?? new Uint8Array());
  t.deepEqual([ipv6.header.source, ipv6.header.destination], [CN, HOME]);
  t.like(message, { kind: 'homeTest', cookie });
  t.is(ipv6.routing2, undefined);
  t.is(header.payloadProto, 59);
});

test('CoTI is answered with a CoT to the care-of address that returns the cookie', (t) => {
  const agent = makeAgent();
  const [cot] = agent.receive(new MobileNode().careOfTestInit());
  const { ipv6, message } = readMessage(cot ?? new Uint8Array());
  t.deepEqual([ipv6.header.source, ipv6.header.destination], [CN, CARE_OF]);
  t.like(message, { kind: 'careOfTest', cookie: Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16) });
});

test('tests leave nothing behind that depends on who asked', (t) => {
  const agent = makeAgent();
  agent.receive(new MobileNode().homeTestInit());
  const before = agent.saved.size;
  for (let index = 1; index < 200; index++) {
    const node = new MobileNode(
      ip(`2001:db8:1::${index.toString(16)}`),
      ip(`2001:db8:2::${index.toString(16)}`),
    );
    agent.receive(node.homeTestInit());
    agent.receive(node.careOfTestInit());
  }
  t.is(agent.saved.size, before);
  t.is(agent.state.bindings.size + agent.state.retired.size + agent.state.pending.size, 0);
  t.is(agent.state.nonces.live.size, 1);
});

test('HoTI and CoTI with a Home Address option are silently ignored, with and without a binding', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  const both = (['homeTestInit', 'careOfTestInit'] as const).map((kind) =>
    sendMessage(CARE_OF, CN, { kind, cookie, options: [] }, HOME),
  );
  for (const packet of both) t.deepEqual(agent.receive(packet), []);
  node.test(agent);
  agent.receive(node.update({ sequence: 1 }));
  t.is(agent.state.bindings.size, 1);
  for (const packet of both) t.deepEqual(agent.receive(packet), []);
});

test('options that are not known are skipped in HoTI and CoTI', (t) => {
  for (const kind of ['homeTestInit', 'careOfTestInit'] as const) {
    const options = [{ kind: 'other', type: 200, data: Uint8Array.of(1, 2, 3, 4, 5) } as const];
    t.is(makeAgent().receive(sendMessage(HOME, CN, { kind, cookie, options })).length, 1);
  }
});

test('the reserved fields of HoTI and CoTI are ignored', (t) => {
  for (const kind of ['homeTestInit', 'careOfTestInit'] as const) {
    const bytes = emitMobilityMessage({ kind, cookie, options: [] });
    bytes[3] = 0xff;
    bytes[6] = 0xff;
    bytes[7] = 0xff;
    const [answer] = makeAgent().receive(sendMessage(HOME, CN, bytes));
    const { header } = readMessage(answer ?? new Uint8Array());
    t.is(header.bytes[3], 0, 'ours is zero');
  }
});

test('HoT and CoT have no options and are 8 bytes longer than what asked, the nonce index and the token less the reserved field', (t) => {
  for (const packet of [new MobileNode().homeTestInit(), new MobileNode().careOfTestInit()]) {
    const [answer] = makeAgent().receive(packet);
    t.is((answer?.length ?? 0) - packet.length, 8);
    t.deepEqual(readMessage(answer ?? new Uint8Array()).message.options, []);
  }
});

test('home and care-of tokens of one address differ', (t) => {
  const agent = makeAgent();
  const node = new MobileNode(HOME, HOME);
  node.test(agent);
  t.notDeepEqual(node.homeToken, node.careOfToken);
});

test('the same Kcn and nonce serve all mobile nodes and all virtual addresses', (t) => {
  const second = ip('2001:db8:100::2');
  const agent = makeAgent({ virtualAddresses: [CN, second] });
  const one = new MobileNode();
  const other = new MobileNode(HOME, CARE_OF, second);
  one.test(agent);
  other.test(agent);
  t.deepEqual(one.homeToken, other.homeToken);
  t.is(agent.state.nonces.live.size, 1);
});

test('Kcn has 20 bytes, a nonce 8, and both are made before the first answer', (t) => {
  const lengths: number[] = [];
  const random = seededRandom();
  const agent = makeAgent(
    {},
    {
      random: (length) => {
        lengths.push(length);
        return random(length);
      },
    },
  );
  t.is(agent.state.nonces.current, undefined);
  agent.receive(new MobileNode().homeTestInit());
  t.is(agent.state.nonces.current?.key.length, 20);
  t.is(agent.state.nonces.current?.value.length, 8);
  t.true(lengths.includes(20));
});

test('a new nonce with the next index comes 30 s after the first use of the last, and none while nobody asks', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.testHome(agent);
  const [first] = node.indices;
  agent.now += 29_999;
  node.testHome(agent);
  t.is(node.indices[0], first);
  agent.now += 1;
  node.testHome(agent);
  t.is(node.indices[0], (first + 1) & 0xffff);
  agent.wait(1000_000);
  t.is(agent.state.nonces.live.size, 0, 'all are over, and no new ones');
});

test('nonce indices go on at 0 after 65535', (t) => {
  const agent = makeAgent({}, { random: (length) => new Uint8Array(length).fill(255) });
  const node = new MobileNode();
  node.testHome(agent);
  t.is(node.indices[0], 65535);
  agent.now += 30_000;
  node.testHome(agent);
  t.is(node.indices[0], 0);
});

test('home and care-of nonce index may differ', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.testHome(agent);
  agent.now += 30_000;
  node.testCareOf(agent);
  t.not(node.indices[0], node.indices[1]);
  t.is(node.read(agent.receive(node.update({ sequence: 1 }))[0]).status, 0);
});

test('tokens are good for 210 s at least, and a nonce for 240 s at most from its first use', (t) => {
  // The worst case for a token: the last moment of its nonce's 30 s.
  const late = makeAgent();
  const node = new MobileNode();
  node.testHome(late);
  late.now += 29_999;
  node.test(late);
  late.now += 210_000;
  t.is(node.read(late.receive(node.update({ sequence: 1 }))[0]).status, 0);
  late.now += 1;
  t.is(node.read(late.receive(node.update({ sequence: 2 }))[0]).status, 138);
});

test('several nonces are good at the same time, at most 8', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  const used: (readonly [number, Uint8Array])[] = [];
  for (let index = 0; index < 20; index++) {
    node.testHome(agent);
    used.push([node.indices[0], node.homeToken]);
    t.true(agent.state.nonces.live.size <= 8);
    agent.now += 30_000;
  }
  agent.now -= 30_000;
  node.testCareOf(agent);
  let sequence = 1;
  const statuses = used.map(([index, token]) => {
    node.homeToken = token;
    node.indices = [index, node.indices[1]];
    return node.read(agent.receive(node.update({ sequence: sequence++ }))[0]).status;
  });
  t.deepEqual(statuses, [...new Array(12).fill(136), ...new Array(8).fill(0)]);
});

test('Kcn changes with a nonce, and nonces remember the Kcn they were made with', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const key = agent.state.nonces.current?.key;
  let token = node.homeToken;
  let indices = node.indices;
  // Somebody asks every 30 s, for longer than an hour.
  for (let passed = 0; passed < 3_600_000; passed += 30_000) {
    token = node.homeToken;
    indices = node.indices;
    agent.now += 30_000;
    node.test(agent);
  }
  t.notDeepEqual(agent.state.nonces.current?.key, key);
  node.homeToken = token;
  node.indices = [indices[0], node.indices[1]];
  t.not(indices[0], node.indices[1]);
  t.is(node.read(agent.receive(node.update({ sequence: 1 }))[0]).status, 0, 'a token of the old Kcn');
});

test('a home token is good for more than one care-of address', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  agent.receive(node.update({ sequence: 1 }));
  node.careOf = ip('2001:db8:3::1');
  node.testCareOf(agent);
  t.is(node.read(agent.receive(node.update({ sequence: 2 }))[0]).status, 0);
});

test('a care-of token is good for more than one home address', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const other = new MobileNode(ip('2001:db8:1::11'), node.careOf);
  other.testHome(agent);
  other.careOfToken = node.careOfToken;
  other.indices = [other.indices[0], node.indices[1]];
  t.is(other.read(agent.receive(other.update({ sequence: 1 }))[0]).status, 0);
  t.is(agent.state.bindings.size, 2);
});

test('Kcn and nonces leave in no packet', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  const packets = [node.homeTestInit(), node.careOfTestInit()].flatMap((packet) => agent.receive(packet));
  for (const packet of packets) node.take(packet);
  for (const options of [{ sequence: 1 }, { sequence: 1 }, { sequence: 2, lifetime: 0 }])
    packets.push(...agent.receive(node.update(options)));
  packets.push(...agent.receive(node.data()));
  t.is(packets.length, 6);
  const sent = packets.map((packet) => toHex(packet)).join(' ');
  for (const { key, value } of agent.state.nonces.live.values())
    for (const secret of [key, value]) t.false(sent.includes(toHex(secret)));
});

test('Kcn and nonces outlive a restart, and mobile nodes notice nothing', (t) => {
  const first = makeAgent();
  const node = new MobileNode();
  node.test(first);
  const second = makeAgent(
    {},
    { saved: [...first.saved.values()], now: first.now, random: seededRandom(99) },
  );
  t.is(node.read(second.receive(node.update({ sequence: 1 }))[0]).status, 0);
  node.test(second);
  t.is(second.state.nonces.live.size, 1, 'and the nonce is still the current one');
});

test('without them the mobile node hears that its nonces are not known', (t) => {
  const node = new MobileNode();
  node.test(makeAgent());
  const answer = makeAgent({}, { random: seededRandom(99) }).receive(node.update({ sequence: 1 }))[0];
  t.like(node.read(answer), { status: 138, isAuthorized: undefined });
});

test('nonces from a clock that was ahead are not taken', (t) => {
  const first = makeAgent();
  const node = new MobileNode();
  node.test(first);
  const saved: SavedValue[] = [...first.saved.values()];
  const second = makeAgent({}, { saved, now: first.now - 1, random: seededRandom(99) });
  t.is(second.state.nonces.live.size, 0);
});

test('answers to one address are limited, so that nobody can be flooded through us', (t) => {
  const agent = makeAgent({ answersPerAddress: { perSecond: 2, burst: 5 } });
  const flood = (node: MobileNode) =>
    Array.from({ length: 20 }, () => agent.receive(node.homeTestInit()).length).reduce(
      (sum, one) => sum + one,
    );
  t.is(flood(new MobileNode()), 5);
  t.is(agent.counted('limited: test'), 15);
  t.is(flood(new MobileNode(ip('2001:db8:9::9'))), 5, 'others are not concerned');
  agent.now += 1000;
  t.is(flood(new MobileNode()), 2);
});

test('a virtual address answers only for itself', (t) => {
  const agent = makeAgent();
  t.deepEqual(agent.receive(new MobileNode(HOME, CARE_OF, ip('2001:db8:100::9')).homeTestInit()), []);
});

test('a mobility header behind other extension headers is read', (t) => {
  const bytes = emitMobilityMessage({ kind: 'homeTestInit', cookie, options: [] });
  putMobilityChecksum(bytes, HOME, CN);
  // Destination options with padding only.
  const options = Uint8Array.of(135, 0, 1, 4, 0, 0, 0, 0);
  const { ipv6 } = readMessage(new MobileNode().homeTestInit());
  const header = ipv6.bytes.slice(0, 40);
  header[5] = 24;
  header[6] = 60;
  const [answer] = makeAgent().receive(concatBytes(header, options, bytes));
  t.is(readMessage(answer ?? new Uint8Array()).message.kind, 'homeTest');
  t.is(toHex(emitHomeAddressHeader(59, HOME)).length, 48);
});
