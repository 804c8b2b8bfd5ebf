/** The lab's mobile node and home agent, with moor's agent as the correspondent: what goes where, and how it looks. */

import test from 'ava';
import {
  type Agent,
  CARE_OF,
  CN,
  HOME,
  ip,
  makeAgent,
  OTHER_CARE_OF,
} from '../controller/mobility/test-harness.ts';
import {
  concatBytes,
  emitRouting2,
  emitUdp,
  ipv6PseudoSum,
  PROTOCOL_ROUTING,
  PROTOCOL_UDP,
  parseIpv6Packet,
  parseUdp,
  sameBytes,
} from '../wire/index.ts';
import { HomeAgent } from './home-agent.ts';
import { MobileNode, type NodeEvent } from './mobile-node.ts';
import { encapsulate, makePacket, mobilityPacket } from './packets.ts';

const HOME_AGENT = ip('2001:db8:1::1');
const HOME_PREFIX = { address: ip('2001:db8:1::'), length: 64 };

/** A node, its home agent and a correspondent; packets take no time. */
class World {
  now = 1_000_000_000_000;
  readonly agent: Agent = makeAgent();
  readonly homeAgent = new HomeAgent({ address: HOME_AGENT, homePrefix: HOME_PREFIX, maximumLifetime: 400 });
  readonly events: NodeEvent[] = [];
  /** What came up to the node's stack, and what reached the correspondent as data. */
  readonly stack: Uint8Array[] = [];
  readonly data: Uint8Array[] = [];
  /** Packets are lost while this says so. */
  loses: (packet: Uint8Array) => boolean = () => false;
  readonly node = new MobileNode(
    { home: HOME, homeAgent: HOME_AGENT, lifetime: 400, routeOptimization: true },
    ({ to, packet }) => (to === 'stack' ? this.stack.push(packet) : this.carry(packet)),
    (event) => this.events.push(event),
  );

  carry(bytes: Uint8Array): void {
    if (this.loses(bytes)) return;
    const parsed = parseIpv6Packet(bytes);
    if (!parsed.ok) throw new Error(parsed.problem);
    const { destination } = parsed.value.header;
    if (sameBytes(destination, CN)) {
      this.agent.now = this.now;
      if (parsed.value.protocol === 135) for (const answer of this.agent.receive(bytes)) this.carry(answer);
      else this.data.push(bytes);
    } else if (this.homeAgent.owns(destination)) {
      for (const packet of this.homeAgent.receive(bytes, this.now)) this.carry(packet);
    } else this.node.fromLink(bytes, this.now);
  }

  send(): Uint8Array | undefined {
    this.data.length = 0;
    this.node.fromStack(datagram(HOME, CN), this.now);
    return this.data[0];
  }

  /** Time passes in steps of 100 ms. */
  pass(milliseconds: number): void {
    for (const end = this.now + milliseconds; this.now < end; ) {
      this.now += 100;
      this.node.tick(this.now);
      this.homeAgent.tick(this.now);
    }
  }
}

function datagram(source: Uint8Array, destination: Uint8Array): Uint8Array {
  const udp = emitUdp(
    { sourcePort: 5000, destinationPort: 6000, payload: Uint8Array.of(1, 2, 3) },
    (length) => ipv6PseudoSum(source, destination, length, PROTOCOL_UDP),
  );
  return makePacket(source, destination, PROTOCOL_UDP, udp);
}

test('at home packets go as they are', (t) => {
  const world = new World();
  t.deepEqual(world.send(), datagram(HOME, CN));
  world.carry(datagram(CN, HOME));
  t.deepEqual(world.stack, [datagram(CN, HOME)]);
});

test('away: through the tunnel at first, then by the optimized route both ways', (t) => {
  const world = new World();
  world.node.move(CARE_OF, world.now);
  t.deepEqual(world.homeAgent.careOfAddress(HOME), CARE_OF);
  // While nothing is proved packets go by way of home.
  world.loses = (packet) => packet[6] === 135;
  t.deepEqual(world.send(), datagram(HOME, CN));
  t.false(world.node.isBound(CN));
  world.loses = () => false;
  world.pass(1500);
  t.true(world.node.isBound(CN));
  const sent = world.send();
  const parsed = parseIpv6Packet(sent ?? new Uint8Array());
  if (!parsed.ok) return t.fail(parsed.problem);
  t.deepEqual(parsed.value.header.source, CARE_OF);
  t.deepEqual(parsed.value.homeAddress, HOME);
  // 24 bytes more, and the datagram as it was: its checksum is over the home address (RFC 6275, 11.3.1).
  t.is(sent?.length, datagram(HOME, CN).length + 24);
  t.true(parseUdp(parsed.value.bytes, parsed.value.payloadAt, parsed.value.payloadEnd).ok);
  t.deepEqual(sent?.subarray(parsed.value.payloadAt), datagram(HOME, CN).subarray(40));

  const plain = datagram(CN, HOME);
  world.carry(
    makePacket(
      CN,
      CARE_OF,
      PROTOCOL_ROUTING,
      concatBytes(emitRouting2(PROTOCOL_UDP, HOME), plain.subarray(40)),
    ),
  );
  t.deepEqual(world.stack, [plain]);
  // Whoever sends home is heard, too.
  world.carry(datagram(CN, HOME));
  t.deepEqual(world.stack[1], plain);
  t.like(world.node.carried, { optimized: { packets: 2 }, tunnel: { packets: 2 } });
});

test('a routing header for somebody else is not looked at', (t) => {
  const world = new World();
  world.node.move(CARE_OF, world.now);
  const payload = concatBytes(emitRouting2(PROTOCOL_UDP, OTHER_CARE_OF), datagram(CN, HOME).subarray(40));
  world.node.fromLink(makePacket(CN, CARE_OF, PROTOCOL_ROUTING, payload), world.now);
  t.deepEqual(world.stack, []);
});

test('a handover: the tunnel until the correspondent knows, and home again without a binding', (t) => {
  const world = new World();
  world.node.move(CARE_OF, world.now);
  world.send();
  world.loses = (packet) => packet.subarray(24, 40).every((byte, index) => byte === CN[index]);
  world.node.move(OTHER_CARE_OF, world.now);
  t.false(world.node.isBound(CN));
  world.loses = () => false;
  t.deepEqual(world.send(), datagram(HOME, CN));
  world.pass(1500);
  t.true(world.node.isBound(CN), 'what was lost is sent again');
  t.deepEqual(world.send()?.subarray(8, 24), OTHER_CARE_OF);

  world.node.move(undefined, world.now);
  t.is(world.homeAgent.size, 0);
  t.is(world.agent.state.bindings.size, 0);
  t.deepEqual(world.send(), datagram(HOME, CN));
});

test('bindings are renewed before they end; a correspondent that lost one gets it again', (t) => {
  const world = new World();
  world.node.move(CARE_OF, world.now);
  world.send();
  world.pass(1_000_000);
  t.true(world.node.isBound(CN));
  t.is(world.homeAgent.size, 1);
  const renewals = world.events.filter(({ kind }) => kind === 'bound').length;
  // 1000 s, and each 320 s (0.8 of 400) a new one.
  t.is(renewals, 4);
  t.deepEqual(
    world.events.filter(({ kind }) => kind === 'refused' || kind === 'unbound'),
    [],
  );

  // The correspondent forgets: a Binding Error of status 1 says so, and the node proves itself again.
  world.agent.state.bindings.clear();
  const error = { kind: 'bindingError', status: 1, homeAddress: HOME, options: [] } as const;
  // Nothing of it gets through at first: its tokens are still good, so that it begins with an update.
  world.loses = (packet) => packet[6] === 135 || packet[6] === 60;
  world.node.fromLink(mobilityPacket(CN, CARE_OF, error), world.now);
  t.false(world.node.isBound(CN));
  t.deepEqual(world.send(), datagram(HOME, CN), 'the tunnel meanwhile');
  world.loses = () => false;
  world.pass(1500);
  t.true(world.node.isBound(CN));
  t.is(world.agent.state.bindings.size, 1);
});

test('the home agent: not for strangers, not out of order, and not from elsewhere', (t) => {
  const world = new World();
  const { homeAgent } = world;
  world.node.move(CARE_OF, world.now);
  const inner = datagram(HOME, CN);
  t.deepEqual(homeAgent.receive(encapsulate(CARE_OF, HOME_AGENT, inner), world.now), [inner]);
  t.deepEqual(homeAgent.receive(encapsulate(OTHER_CARE_OF, HOME_AGENT, inner), world.now), []);
  t.deepEqual(homeAgent.receive(datagram(CN, HOME), world.now), [
    encapsulate(HOME_AGENT, CARE_OF, datagram(CN, HOME)),
  ]);
  const stranger = new MobileNode(
    { home: ip('2001:db8:99::1'), homeAgent: HOME_AGENT, lifetime: 400, routeOptimization: false },
    ({ packet }) => {
      const [answer] = homeAgent.receive(packet, world.now);
      // Status 132: not home subnet (6.1.8); the acknowledgement stands behind a routing header of 24 bytes.
      t.is(answer?.[40 + 24 + 6], 132);
    },
  );
  t.plan(5);
  stranger.move(OTHER_CARE_OF, world.now);
  t.is(homeAgent.size, 1);
});
