/** RFC 6275, 9.5.2 to 9.6: the cache, the switch that has to agree, handover, refresh, and what outlives a restart. */

import test from 'ava';
import { formatIpv6Address } from '../../wire/index.ts';
import { desiredBindings } from './state.ts';
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
  seededRandom,
} from './test-harness.ts';
import { bindingsToWatch } from './timers.ts';
import { DEFAULT_CONFIG } from './types.ts';

const switchBinding = (careOfAddress: Uint8Array) => ({
  homeAddress: HOME,
  careOfAddress,
  virtualAddress: CN,
});

/** A mobile node of a number, with addresses and a prefix of its own. */
function nodeOf(number: number): MobileNode {
  const hex = number.toString(16);
  return new MobileNode(ip(`2001:db8:1:${hex}::1`), ip(`2001:db8:2:${hex}::1`));
}

test('the acknowledgement goes out only after the switch has the binding', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  agent.answers = false;
  t.deepEqual(agent.receive(node.update({ sequence: 1 })), []);
  const [install] = agent.of('installBinding');
  t.deepEqual(install?.binding, switchBinding(CARE_OF));
  t.is(install?.replaces, undefined);
  agent.run({ kind: 'done', ticket: install?.ticket ?? 0 });
  t.like(node.read(agent.sent()[0]), { status: 0, lifetime: 100, isAuthorized: true });
});

test('without A the switch gets the binding, and nothing is sent', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  agent.receive(node.update({ sequence: 1, acknowledge: false }));
  t.is(agent.of('installBinding').length, 1);
  t.deepEqual(agent.sent(), []);
});

test('a switch that is full gets 130 to the mobile node, one that fails 128, and the binding is not kept', (t) => {
  for (const [isFull, status] of [
    [true, 130],
    [false, 128],
  ] as const) {
    const agent = makeAgent();
    const node = new MobileNode();
    node.test(agent);
    agent.answers = false;
    agent.receive(node.update({ sequence: 1 }));
    agent.run({ kind: 'failed', ticket: agent.of('installBinding')[0]?.ticket ?? 0, isFull });
    t.like(node.read(agent.sent()[0]), { status, isAuthorized: true });
    t.is(agent.state.bindings.size, 0);
    t.is([...agent.saved.keys()].filter((key) => key.startsWith('binding/')).length, 0);
  }
});

test('a handover that the switch fails leaves the binding before it', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  node.careOf = OTHER_CARE_OF;
  node.testCareOf(agent);
  agent.answers = false;
  agent.receive(node.update({ sequence: 2 }));
  agent.run({ kind: 'failed', ticket: agent.of('installBinding')[0]?.ticket ?? 0, isFull: false });
  t.is(node.read(agent.sent()[0]).status, 128);
  t.deepEqual([...desiredBindings(agent.state)], [switchBinding(CARE_OF)]);
});

test('a handover replaces the binding in one effect that names what to take away afterwards', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  node.careOf = OTHER_CARE_OF;
  node.testCareOf(agent);
  const [answer] = agent.receive(node.update({ sequence: 2 }));
  const installs = agent.of('installBinding');
  t.is(installs.length, 1);
  t.deepEqual(installs[0]?.binding, switchBinding(OTHER_CARE_OF));
  t.deepEqual(installs[0]?.replaces, CARE_OF);
  t.is(agent.of('removeBinding').length, 0);
  t.is(node.read(answer).status, 0);
  t.is(agent.state.bindings.size, 1);
});

test('ten handovers in a row, with two on the way at once', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  agent.answers = false;
  const tickets: number[] = [];
  for (let index = 0; index < 10; index++) {
    node.careOf = ip(`2001:db8:3::${index + 1}`);
    node.testCareOf(agent);
    agent.receive(node.update({ sequence: index + 2 }));
    tickets.push(...agent.of('installBinding').map((effect) => effect.ticket));
    if (tickets.length > 1) agent.run({ kind: 'done', ticket: tickets.shift() ?? 0 });
  }
  for (const ticket of tickets) agent.run({ kind: 'done', ticket });
  t.deepEqual([...desiredBindings(agent.state)], [switchBinding(ip('2001:db8:3::10'))]);
  t.is(agent.state.pending.size, 0);
  t.is(agent.counted('status: 0'), 11);
});

test('a refresh at the same place touches nothing in the switch, and is acknowledged at once', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const [answer] = agent.receive(node.update({ sequence: 2, lifetime: 50 }));
  t.is(agent.of('installBinding').length, 0);
  t.like(node.read(answer), { status: 0, sequence: 2, lifetime: 50 });
});

test('a deletion takes the binding out of the switch before it is acknowledged', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  agent.answers = false;
  t.deepEqual(agent.receive(node.update({ sequence: 2, lifetime: 0 })), []);
  const [remove] = agent.of('removeBinding');
  t.deepEqual(remove?.binding, switchBinding(CARE_OF));
  agent.run({ kind: 'done', ticket: remove?.ticket ?? 0 });
  t.is(node.read(agent.sent()[0], HOME, node.key(true)).status, 0);
});

test('a deletion while the binding is still on its way', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  agent.answers = false;
  agent.receive(node.update({ sequence: 1 }));
  const [install] = agent.of('installBinding');
  agent.receive(node.update({ sequence: 2, lifetime: 0 }));
  const [remove] = agent.of('removeBinding');
  agent.run({ kind: 'done', ticket: install?.ticket ?? 0 });
  t.deepEqual(agent.sent(), []);
  agent.run({ kind: 'done', ticket: remove?.ticket ?? 0 });
  t.is(agent.sent().length, 1);
  t.deepEqual([...desiredBindings(agent.state)], []);
  t.is(agent.state.pending.size, 0);
});

test('answers to questions that were never asked are ignored', (t) => {
  const agent = makeAgent();
  agent.run({ kind: 'done', ticket: 99 });
  agent.run({ kind: 'failed', ticket: 98, isFull: true });
  t.is(agent.counted('ignored: an unknown ticket'), 2);
});

test('a full cache gives up the least recently used binding that is not in use', (t) => {
  const agent = makeAgent({ maximumBindings: 3 });
  const nodes = [1, 2, 3].map(nodeOf).map((node) => registered(agent, node));
  const [first, second] = nodes;
  // The oldest is in use.
  agent.run({ kind: 'used', homeAddress: first?.home ?? HOME, virtualAddress: CN });
  const fourth = nodeOf(4);
  fourth.test(agent);
  t.is(fourth.read(agent.receive(fourth.update({ sequence: 1 }))[0]).status, 0);
  t.deepEqual(agent.of('removeBinding')[0]?.binding.homeAddress, second?.home);
  t.is(agent.state.bindings.size, 3);
  t.is(agent.receive(second?.data() ?? new Uint8Array()).length, 1, 'it gets a Binding Error');
});

test('what made a binding that was given up cannot be sent again', (t) => {
  const agent = makeAgent({ maximumBindings: 1 });
  const node = nodeOf(1);
  node.test(agent);
  const update = node.update({ sequence: 7 });
  agent.receive(update);
  registered(agent, nodeOf(2));
  t.is(agent.counted('evicted'), 1);
  t.like(node.read(agent.receive(update)[0]), { status: 135, sequence: 7 });
  t.is(agent.state.bindings.size, 1);
});

test('a full cache of bindings in use refuses with 130', (t) => {
  const agent = makeAgent({ maximumBindings: 2 });
  for (const node of [1, 2].map(nodeOf)) {
    registered(agent, node);
    agent.run({ kind: 'used', homeAddress: node.home, virtualAddress: CN });
  }
  const third = nodeOf(3);
  third.test(agent);
  t.like(third.read(agent.receive(third.update({ sequence: 1 }))[0]), { status: 130, isAuthorized: true });
  t.is(agent.state.bindings.size, 2);
  agent.now += 61_000;
  third.testCareOf(agent);
  t.is(third.read(agent.receive(third.update({ sequence: 2 }))[0]).status, 0, 'when one is idle');
});

test('home addresses of one prefix have a bound of their own', (t) => {
  const agent = makeAgent({ maximumBindingsPerPrefix: 2 });
  const statuses = [1, 2, 3].map((number) => {
    const node = new MobileNode(ip(`2001:db8:1::${number}`), ip(`2001:db8:2::${number}`));
    node.test(agent);
    return node.read(agent.receive(node.update({ sequence: 1 }))[0]).status;
  });
  t.deepEqual(statuses, [0, 0, 130]);
  registered(agent, nodeOf(7));
});

test('too many past bindings: the oldest goes with all nonces of its time', (t) => {
  const agent = makeAgent({ maximumRetired: 2 });
  const old: Uint8Array[] = [];
  for (const node of [1, 2, 3].map(nodeOf)) {
    node.test(agent);
    old.push(node.update({ sequence: 1 }));
    agent.receive(old.at(-1) ?? new Uint8Array());
    agent.receive(node.update({ sequence: 2, lifetime: 0 }));
  }
  t.is(agent.state.retired.size, 2);
  for (const packet of old) {
    const { message } = readMessage(agent.receive(packet)[0] ?? new Uint8Array());
    t.like(message, { status: 138 });
  }
  t.is(agent.state.bindings.size, 0);
});

test('a binding in use is asked about before it ends, three times at most, until a Binding Update comes', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const use = () => agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  agent.wait(369_000);
  use();
  const sent = agent.wait(1_000);
  t.is(sent.length, 1, '30 s before the end');
  const { message, ipv6 } = readMessage(sent[0] ?? new Uint8Array());
  t.is(message.kind, 'bindingRefreshRequest');
  t.deepEqual([ipv6.header.source, ipv6.header.destination, ipv6.routing2], [CN, HOME, undefined]);
  t.is(agent.wait(14_000).length, 0);
  t.is(agent.wait(1_000).length, 1, '15 s before the end');
  node.test(agent);
  agent.receive(node.update({ sequence: 2 }));
  t.is(agent.wait(300_000).length, 0, 'answered');
});

test('no more refresh requests once a Binding Update has come, also one that is refused', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  const use = () => agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  const forged = node.update({ sequence: 2, withoutAuthenticator: true });
  agent.wait(369_000);
  use();
  t.is(agent.wait(1_000).length, 1, '30 s before the end');
  t.deepEqual(agent.receive(forged), []);
  t.is(agent.wait(15_000).length, 1, 'what is silently discarded has not come');
  // Its nonces are over (138): it has heard, and will come back.
  t.is(agent.receive(node.update({ sequence: 2 })).length, 1);
  t.is(agent.wait(14_000).length, 0);
  t.is(agent.state.bindings.size, 1);
  t.is(agent.wait(10_000).length, 0);
  t.is(agent.state.bindings.size, 0);
});

test('bindings are watched shortly before they may be asked about, whatever their lifetime, and not before', (t) => {
  const agent = makeAgent();
  const node = registered(agent, undefined, { lifetime: 2 });
  const watched = () => [...bindingsToWatch(agent.state, agent.now)].length;
  t.is(watched(), 0);
  agent.wait(2000);
  t.is(watched(), 0);
  agent.wait(2000);
  t.is(watched(), 1, '6 s after it was made it may be asked about');
  agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  t.is(watched(), 0, 'it is known');
  t.is(agent.wait(2000).length, 1);
  node.test(agent);
  agent.receive(node.update({ sequence: 2 }));
  t.is(watched(), 0);
  agent.wait(364_000);
  t.is(watched(), 0);
  agent.wait(4000);
  t.is(watched(), 1);
});

test('when the cache is nearly full, those that would be given up first are watched', (t) => {
  const agent = makeAgent({ maximumBindings: 8 });
  const homes = Array.from({ length: 7 }, (_, index) => ip(`2001:db8:${index + 1}::10`));
  for (const home of homes.slice(0, 6)) registered(agent, new MobileNode(home));
  t.is([...bindingsToWatch(agent.state, agent.now)].length, 0);
  registered(agent, new MobileNode(homes[6]));
  t.is([...bindingsToWatch(agent.state, agent.now)].length, 7);
});

test('three refresh requests that nobody answers, and the end', (t) => {
  const agent = makeAgent();
  registered(agent);
  agent.wait(365_000);
  agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  t.is(agent.wait(60_000).length, 3);
  t.is(agent.state.bindings.size, 0);
});

test('a binding that is not in use ends without a question', (t) => {
  const agent = makeAgent();
  registered(agent);
  t.deepEqual(agent.wait(410_000), []);
  t.is(agent.state.bindings.size, 0);
});

test('a binding of four seconds is asked about in its last second', (t) => {
  const agent = makeAgent();
  registered(agent, new MobileNode(), { lifetime: 1 });
  agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: CN });
  t.true(agent.wait(4_000).length <= 3);
  t.is(agent.state.bindings.size, 0);
});

test('bindings outlive a restart of ours and go on to their end', (t) => {
  const first = makeAgent();
  const node = registered(first);
  const second = makeAgent(
    {},
    { saved: [...first.saved.values()], now: first.now + 100_000, random: seededRandom(4) },
  );
  t.deepEqual([...desiredBindings(second.state)], [switchBinding(CARE_OF)]);
  t.is(second.state.perPrefix.size, 1);
  const [answer] = second.receive(node.update({ sequence: 2 }));
  t.is(second.of('installBinding').length, 0, 'nothing to do in the switch');
  t.is(node.read(answer).status, 0);
  const third = makeAgent({}, { saved: [...first.saved.values()], now: first.now + 500_000 });
  third.wait(1000);
  t.deepEqual([...desiredBindings(third.state)], []);
  t.is(third.of('removeBinding').length, 1);
});

test('a clock that went back does not make a binding live longer than granted', (t) => {
  const first = makeAgent();
  registered(first);
  const second = makeAgent({}, { saved: [...first.saved.values()], now: first.now - 3_600_000 });
  second.wait(400_000);
  t.is(second.state.bindings.size, 0);
});

test('what is saved is as much as there is', (t) => {
  const agent = makeAgent();
  const node = registered(agent);
  t.deepEqual([...agent.saved.values()].map((value) => value.kind).toSorted(), ['binding', 'nonce']);
  agent.receive(node.update({ sequence: 2, lifetime: 0 }));
  t.deepEqual([...agent.saved.values()].map((value) => value.kind).toSorted(), ['nonce', 'retired']);
  agent.wait(300_000);
  t.deepEqual([...agent.saved.keys()], []);
});

test('a virtual address that goes takes its bindings with it, and no others', (t) => {
  const second = ip('2001:db8:100::2');
  const agent = makeAgent({ virtualAddresses: [CN, second] });
  registered(agent);
  registered(agent, new MobileNode(HOME, CARE_OF, second));
  agent.run({ kind: 'configure', config: { ...DEFAULT_CONFIG, virtualAddresses: [second] } });
  t.deepEqual(
    agent.of('removeBinding').map((effect) => formatIpv6Address(effect.binding.virtualAddress)),
    ['2001:db8:100::1'],
  );
  t.is(agent.state.bindings.size, 1);
});

test('a binding does not hold on to the packet it came with', (t) => {
  const agent = makeAgent();
  const node = new MobileNode();
  node.test(agent);
  const packet = node.update({ sequence: 1 });
  agent.receive(packet);
  packet.fill(0);
  t.deepEqual([...desiredBindings(agent.state)], [switchBinding(CARE_OF)]);
});

test('the agenda holds nothing but what is to come', (t) => {
  const agent = makeAgent();
  for (let index = 0; index < 20; index++) registered(agent, nodeOf(index), { lifetime: 1 + index });
  agent.wait(100_000);
  t.is(agent.state.agenda.size, 0);
  t.is(agent.state.perPrefix.size, 0);
});
