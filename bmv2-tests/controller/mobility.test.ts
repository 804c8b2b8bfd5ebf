/**
 * A mobile node, the controller and the embedded switch: return routability through packet-in, bindings in the switch,
 * traffic both ways, handovers, restarts, and what must not work.
 */

import test from 'ava';
import { MobileNode, readMessage } from '../../controller/mobility/test-harness.ts';
import { steadyNow } from '../../controller/steady-clock.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import {
  concatBytes,
  emitHomeAddressHeader,
  emitIcmpv6,
  emitIpv6,
  emitTcp,
  ipv6PseudoSum,
  type MobilityMessage,
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  parseIcmpv6,
  parseIpv6Packet,
  parseTcp,
  putMobilityChecksum,
  TCP_ACK,
  TCP_SYN,
} from '../../wire/index.ts';
import type { BareSwitch } from '../harness/embedded.ts';
import {
  address,
  CLIENT_LINK,
  ethernet,
  type Lab,
  makeLab,
  serverOf,
  startController,
  until,
} from './lab.ts';

const VIP = address('2001:db8:100::1');
const HOME = address('2001:db8:1::10');

/** A mobile node whose packets go through the switch. */
class RoamingNode extends MobileNode {
  readonly #lab: Lab;
  #sequence = 0;

  constructor(lab: Lab, careOf: string) {
    super(HOME, address(careOf), VIP);
    this.#lab = lab;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Sends a packet, and waits for the answer of a kind that leaves by the uplink. */
  async ask(packet: Uint8Array, kind: MobilityMessage['kind']): Promise<Uint8Array> {
    const { bare } = this.#lab;
    bare.send([uplink(packet)]);
    let answer: Uint8Array | undefined;
    await until(`an answer: ${kind}`, () => {
      answer = answersOf(bare).find((one) => readMessage(one).message.kind === kind);
      return answer !== undefined;
    });
    return answer ?? new Uint8Array();
  }

  /** What is answered within a moment. */
  async askInVain(packet: Uint8Array): Promise<readonly Uint8Array[]> {
    const { bare } = this.#lab;
    bare.send([uplink(packet)]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return answersOf(bare);
  }

  /** Tokens by return routability. */
  async getTokens(isAtHome = false): Promise<void> {
    this.take(await this.ask(this.homeTestInit(), 'homeTest'));
    if (!isAtHome) this.take(await this.ask(this.careOfTestInit(), 'careOfTest'));
  }

  /** Return routability, and a Binding Update with what came of it. */
  async register(options: { readonly lifetime?: number; readonly isAtHome?: boolean } = {}) {
    await this.getTokens(options.isAtHome);
    this.#sequence++;
    const isDeletion = options.isAtHome === true || options.lifetime === 0;
    const update = this.update({ sequence: this.#sequence, ...options });
    const answer = await this.ask(update, 'bindingAcknowledgement');
    return this.read(answer, isDeletion ? this.home : this.careOf, this.key(isDeletion));
  }

  move(careOf: string): void {
    this.careOf = address(careOf);
  }

  /** A segment of a connection to the service, from where the node is. */
  segment(flags: number, sourcePort = 40_000): PortPacket {
    const tcp = tcpSegment(this.home, VIP, sourcePort, 80, flags);
    const payload = concatBytes(emitHomeAddressHeader(PROTOCOL_TCP, this.home), tcp);
    return uplink(packet(this.careOf, VIP, PROTOCOL_DESTINATION_OPTIONS, payload));
  }
}

/** Packets that have left by the uplink since something was sent. */
function answersOf(bare: BareSwitch): readonly Uint8Array[] {
  return bare.sent().flatMap(({ port, bytes }) => (port === 1 ? [bytes.subarray(14)] : []));
}

function uplink(bytes: Uint8Array): PortPacket {
  return { port: 1, bytes: concatBytes(ethernet(0x86dd), bytes) };
}

function packet(source: Uint8Array, destination: Uint8Array, next: number, payload: Uint8Array): Uint8Array {
  const rest = { trafficClass: 0, flowLabel: 0, payloadLength: payload.length, next, hopLimit: 64 };
  return concatBytes(emitIpv6({ ...rest, source, destination }), payload);
}

function tcpSegment(
  source: Uint8Array,
  destination: Uint8Array,
  sourcePort: number,
  destinationPort: number,
  flags: number,
): Uint8Array {
  const rest = { sequence: 1, acknowledgement: 0, window: 1000, urgent: 0, options: new Uint8Array() };
  return emitTcp({ ...rest, sourcePort, destinationPort, flags, payload: new Uint8Array() }, (length) =>
    ipv6PseudoSum(source, destination, length, PROTOCOL_TCP),
  );
}

/** What a server's answer looks like when it leaves towards the mobile node. */
function answered(bare: BareSwitch, sourcePort = 40_000) {
  const reply = packet(VIP, HOME, PROTOCOL_TCP, tcpSegment(VIP, HOME, 80, sourcePort, TCP_SYN | TCP_ACK));
  const [left] = bare.send([{ port: 2, bytes: concatBytes(ethernet(0x86dd), reply) }]);
  const found = left === undefined ? undefined : parseIpv6Packet(left.bytes, 14);
  if (left?.port !== 1 || found === undefined || !found.ok) return undefined;
  const { header, routing2, payloadAt, payloadEnd } = found.value;
  const tcp = parseTcp(left.bytes, payloadAt, payloadEnd);
  return { destination: header.destination, routing2, isTcp: tcp.ok };
}

/** Without a binding it goes to the home address; undefined: routed as it is. */
const atHome = { destination: HOME, routing2: undefined, isTcp: true };

test.serial('return routability, traffic both ways, ten handovers, and home again', async (t) => {
  const lab = await makeLab(t);
  const { bare, controller } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  t.is(serverOf(bare, node.segment(TCP_SYN)), undefined, 'no binding: not delivered');
  t.deepEqual(answered(bare), atHome);

  const acknowledgement = await node.register();
  t.like(acknowledgement, { status: 0, sequence: 1, isAuthorized: true, routing2: HOME });
  t.is(serverOf(bare, node.segment(TCP_SYN)), 'one');
  t.deepEqual(answered(bare), { destination: node.careOf, routing2: HOME, isTcp: true });

  for (let handover = 1; handover <= 10; handover++) {
    const before = node.careOf;
    node.move(`2001:db8:2::${handover.toString(16)}:1`);
    t.is((await node.register()).status, 0);
    t.is(serverOf(bare, node.segment(TCP_ACK)), 'one', `after handover ${handover}`);
    t.is(controller.handovers?.total, handover);
    const [last] = controller.handovers?.last(1) ?? [];
    t.deepEqual(last?.homeAddress, HOME);
    t.deepEqual(last?.to, node.careOf);
    if (handover > 1) t.deepEqual(last?.from, address(`2001:db8:2::${(handover - 1).toString(16)}:1`));
    t.deepEqual(answered(bare)?.destination, node.careOf);
    // The place that it has left is nobody's any more.
    const now = node.careOf;
    node.careOf = before;
    t.is(serverOf(bare, node.segment(TCP_ACK)), undefined);
    node.careOf = now;
  }
  t.is(controller.mobility?.size, 1);

  t.like(await node.register({ isAtHome: true, lifetime: 0 }), { status: 0 });
  t.is(controller.mobility?.size, 0);
  t.deepEqual(answered(bare), atHome);
});

test.serial('the session of a mobile node keeps its server while members change', async (t) => {
  const lab = await makeLab(t);
  const { bare, controller, config } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  await node.register();
  t.is(serverOf(bare, node.segment(TCP_SYN)), 'one');
  await until('the flow is installed', () => controller.switches[0]?.flows.size === 1);
  await controller.reload(config({ one: 0, two: 1 }));
  node.move('2001:db8:2::21');
  await node.register();
  bare.pass(10);
  t.is(serverOf(bare, node.segment(TCP_ACK)), 'one');
  t.is(serverOf(bare, node.segment(TCP_SYN, 40_001)), 'two');
});

test.serial('bindings outlive a restart of the controller, and nonces do', async (t) => {
  const lab = await makeLab(t);
  const { bare, controller, config } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  t.is((await node.register()).status, 0);
  // Tokens of the first controller, used with the second.
  await node.getTokens();
  await controller.stop();
  t.is(serverOf(bare, node.segment(TCP_SYN)), 'one', 'while nobody controls the switch');
  const second = await startController(t, config({ one: 1, two: 0 }));
  t.is(second.mobility?.size, 1);
  t.is(serverOf(bare, node.segment(TCP_ACK)), 'one');
  t.deepEqual(answered(bare)?.destination, node.careOf);
  const acknowledgement = node.read(await node.ask(node.update({ sequence: 2 }), 'bindingAcknowledgement'));
  t.like(acknowledgement, { status: 0, isAuthorized: true });
});

test.serial('a replayed Binding Update, a forged one and an old nonce do not move a binding', async (t) => {
  const lab = await makeLab(t);
  const { bare } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  await node.register();
  const first = node.careOf;
  const replayed = node.update({ sequence: 1 });
  node.move('2001:db8:2::21');
  await node.register();
  // Sequence number out of window (135), to where the replay came from.
  const refused = await node.ask(replayed, 'bindingAcknowledgement');
  t.is(node.read(refused, first).status, 135);
  t.deepEqual(answered(bare)?.destination, node.careOf);

  const attacker = new RoamingNode(lab, '2001:db8:666::1');
  attacker.indices = node.indices;
  t.deepEqual(await attacker.askInVain(attacker.update({ sequence: 9 })), [], 'dropped in silence');
  t.deepEqual(answered(bare)?.destination, node.careOf);

  node.indices = [60_000, 60_000];
  const old = await node.ask(node.update({ sequence: 10 }), 'bindingAcknowledgement');
  t.is(node.read(old).status, 138);
});

/** A clock that a test can set on. */
function movableClock() {
  const clock = { ahead: 0, now: () => steadyNow() + clock.ahead };
  return clock;
}

test.serial(
  'nonces that have expired: 136, 137 and 138, and the tests that are missing are enough to go on',
  async (t) => {
    const clock = movableClock();
    const lab = await makeLab(t, { now: clock.now });
    const { bare } = lab;
    const node = new RoamingNode(lab, '2001:db8:2::20');
    const update = async (sequence: number) => {
      const answer = await node.ask(node.update({ sequence }), 'bindingAcknowledgement');
      const { status, isAuthorized } = node.read(answer);
      return { status, isAuthorized };
    };
    const askHome = async () => node.take(await node.ask(node.homeTestInit(), 'homeTest'));
    const askCareOf = async () => node.take(await node.ask(node.careOfTestInit(), 'careOfTest'));
    const isBound = () => answered(bare)?.routing2 !== undefined;

    await node.getTokens();
    clock.ahead += 241_000;
    t.deepEqual(await update(1), { status: 138, isAuthorized: undefined });
    t.false(isBound());

    // Two nonces, 40 s apart: after another 205 s the older one is over.
    await askHome();
    clock.ahead += 40_000;
    await askCareOf();
    clock.ahead += 205_000;
    t.deepEqual(await update(1), { status: 136, isAuthorized: undefined });
    await askHome();
    t.deepEqual(await update(1), { status: 0, isAuthorized: true });
    t.true(isBound());

    await askCareOf();
    clock.ahead += 40_000;
    await askHome();
    clock.ahead += 205_000;
    t.deepEqual(await update(2), { status: 137, isAuthorized: undefined });
    await askCareOf();
    t.deepEqual(await update(2), { status: 0, isAuthorized: true });
  },
);

test.serial('a controller that is away when nonces expire, and when a Binding Update comes', async (t) => {
  const clock = movableClock();
  const lab = await makeLab(t, { now: clock.now });
  const { bare, controller, config } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  await node.getTokens();
  await controller.stop();
  t.deepEqual(await node.askInVain(node.update({ sequence: 1 })), [], 'nobody is there');
  const second = await startController(t, config({ one: 1, two: 0 }), undefined, clock.now);
  // The mobile node sends it again with the next number (RFC 6275, 11.8).
  const late = await node.ask(node.update({ sequence: 2 }), 'bindingAcknowledgement');
  t.like(node.read(late), { status: 0, sequence: 2, isAuthorized: true });
  t.is(serverOf(bare, node.segment(TCP_SYN)), 'one');

  await second.stop();
  clock.ahead += 241_000;
  const third = await startController(t, config({ one: 1, two: 0 }), undefined, clock.now);
  t.is(third.mobility?.size, 1, 'the binding has 400 s');
  node.move('2001:db8:2::21');
  const expired = await node.ask(node.update({ sequence: 3 }), 'bindingAcknowledgement');
  t.like(node.read(expired), { status: 138, isAuthorized: undefined });
  t.deepEqual(answered(bare)?.destination, address('2001:db8:2::20'));
  await node.getTokens();
  const renewed = await node.ask(node.update({ sequence: 3 }), 'bindingAcknowledgement');
  t.like(node.read(renewed), { status: 0, isAuthorized: true });
  t.deepEqual(answered(bare)?.destination, node.careOf);
});

test.serial('acknowledgements that get lost: of a registration, a handover and a return home', async (t) => {
  const lab = await makeLab(t);
  const { bare } = lab;
  const node = new RoamingNode(lab, '2001:db8:2::20');
  await node.getTokens();
  const [first, again] = [node.update({ sequence: 1 }), node.update({ sequence: 2 })];
  t.is(node.read(await node.ask(first, 'bindingAcknowledgement')).status, 0);
  // It never came, as far as the node knows. The same once more is a replay, and says which number was the last.
  const replay = node.read(await node.ask(first, 'bindingAcknowledgement'));
  t.like(replay, { status: 135, sequence: 1, isAuthorized: true });
  t.like(node.read(await node.ask(again, 'bindingAcknowledgement')), { status: 0, sequence: 2 });
  t.deepEqual(answered(bare)?.destination, node.careOf);

  node.move('2001:db8:2::21');
  await node.getTokens();
  for (const sequence of [3, 4]) {
    const answer = await node.ask(node.update({ sequence }), 'bindingAcknowledgement');
    t.like(node.read(answer), { status: 0, sequence });
    t.deepEqual(answered(bare)?.destination, node.careOf);
  }

  await node.getTokens(true);
  for (const sequence of [5, 6]) {
    const deletion = node.update({ sequence, lifetime: 0, isAtHome: true });
    const answer = await node.ask(deletion, 'bindingAcknowledgement');
    t.like(node.read(answer, node.home, node.key(true)), { status: 0, sequence, isAuthorized: true });
    t.deepEqual(answered(bare), atHome);
  }
});

test.serial('route optimization can be switched off by a reload, and mobile nodes hear of it', async (t) => {
  const lab = await makeLab(t);
  const { bare, controller, config } = lab;
  t.true(config({ one: 1, two: 0 }).mobility.enabled, 'unless said');
  const node = new RoamingNode(lab, '2001:db8:2::20');
  await node.register();
  const next = config({ one: 1, two: 0 });
  await controller.reload({ ...next, mobility: { ...next.mobility, enabled: false } });
  await until('the binding is gone', () => answered(bare)?.routing2 === undefined);
  const answer = await node.ask(node.segment(TCP_SYN).bytes.subarray(14), 'bindingError');
  t.like(readMessage(answer).message, { kind: 'bindingError', status: 1, homeAddress: HOME });
  await controller.reload(next);
  t.is((await node.register()).status, 0);
});

test.serial(
  'a Packet Too Big about a packet with a routing header reaches the server as if there were none',
  async (t) => {
    const lab = await makeLab(t);
    const { bare, controller } = lab;
    const node = new RoamingNode(lab, '2001:db8:2::20');
    await node.register();
    serverOf(bare, node.segment(TCP_SYN));
    await until('the flow is installed', () => controller.switches[0]?.flows.size === 1);
    const sent = packet(VIP, HOME, PROTOCOL_TCP, tcpSegment(VIP, HOME, 80, 40_000, TCP_ACK));
    const [left] = bare.send([{ port: 2, bytes: concatBytes(ethernet(0x86dd), sent) }]);
    const router = address('2001:db8:9::1');
    const error = (quote: Uint8Array, parameter: number) =>
      packet(
        router,
        VIP,
        PROTOCOL_ICMPV6,
        emitIcmpv6({ kind: 'error', type: 2, code: 0, parameter, quote }, router, VIP),
      );
    bare.send([uplink(error(left?.bytes.subarray(14) ?? new Uint8Array(), 1400))]);
    await until('the error at the server', () => bare.sent().some(({ port }) => port === 2));
    const got = bare.sent().find(({ port }) => port === 2)?.bytes ?? new Uint8Array();
    // As the server sent it, but for the hop that it has gone.
    const quote = sent.slice();
    quote[7] = 63;
    t.is(Buffer.from(got.subarray(0, 6)).toString('hex'), '020000000101');
    t.is(Buffer.from(got.subarray(14)).toString('hex'), Buffer.from(error(quote, 1376)).toString('hex'));
  },
);

test.serial(
  'a mobile node is answered where it is, and errors about its messages pass by the binding',
  async (t) => {
    const lab = await makeLab(t);
    const { bare, controller } = lab;
    const node = new RoamingNode(lab, '2001:db8:2::20');
    await node.register();
    const body = Uint8Array.of(0, 1, 0, 2, 1, 2, 3, 4);
    const request = emitIcmpv6({ kind: 'information', type: 128, code: 0, body }, HOME, VIP);
    const option = emitHomeAddressHeader(PROTOCOL_ICMPV6, HOME);
    const asked = async (bytes: Uint8Array) => {
      bare.send([uplink(bytes)]);
      await until('an answer', () => answersOf(bare).length > 0);
      const found = parseIpv6Packet(answersOf(bare)[0] ?? new Uint8Array());
      return found.ok ? found.value : undefined;
    };
    for (const question of [
      packet(node.careOf, VIP, PROTOCOL_DESTINATION_OPTIONS, concatBytes(option, request)),
      packet(HOME, VIP, PROTOCOL_ICMPV6, request),
    ]) {
      const answer = await asked(question);
      t.like(answer, { routing2: HOME, protocol: PROTOCOL_ICMPV6 });
      t.deepEqual(answer?.header.destination, node.careOf);
      const addresses = { source: VIP, destination: HOME };
      const { bytes = new Uint8Array(), payloadAt = 0, payloadEnd = 0 } = answer ?? {};
      t.like(parseIcmpv6(bytes, payloadAt, payloadEnd, addresses), {
        ok: true,
        value: { kind: 'information', type: 129, code: 0 },
      });
    }
    // An option that is not aligned: the switch hands it over, and gets it back without.
    const odd = concatBytes(Uint8Array.of(PROTOCOL_TCP, 2, 0xc9, 16), HOME, Uint8Array.of(1, 2, 0, 0));
    const segment = concatBytes(odd, tcpSegment(HOME, VIP, 40_002, 80, TCP_SYN));
    bare.send([uplink(packet(node.careOf, VIP, PROTOCOL_DESTINATION_OPTIONS, segment))]);
    await until('the segment at the server', () => bare.sent().some(({ port }) => port === 2));
    const arrived = parseIpv6Packet(
      bare.sent().find(({ port }) => port === 2)?.bytes ?? new Uint8Array(),
      14,
    );
    t.like(arrived, { ok: true, value: { homeAddress: undefined, protocol: PROTOCOL_TCP } });
    if (arrived.ok) t.deepEqual(Buffer.from(arrived.value.header.source), Buffer.from(HOME));
    // 9.2: the error about what came over the home network goes back there.
    const wrong = node.homeTestInit();
    wrong[40] = 17;
    putMobilityChecksum(wrong.subarray(40), HOME, VIP);
    const problem = await asked(wrong);
    t.like(problem, { protocol: PROTOCOL_ICMPV6, routing2: undefined });
    t.deepEqual(problem?.header.destination, HOME);
    const [frame] = bare.sent();
    t.deepEqual(
      frame?.bytes.subarray(0, 6),
      CLIENT_LINK,
      'back to who sent it, not to the next hop of a route',
    );
    // An error of the node's own, for the server (9.3.1).
    serverOf(bare, node.segment(TCP_SYN));
    await until('the flow is installed', () => controller.switches[0]?.flows.size === 2);
    const quote = packet(VIP, HOME, PROTOCOL_TCP, tcpSegment(VIP, HOME, 80, 40_000, TCP_ACK));
    const error = emitIcmpv6({ kind: 'error', type: 1, code: 4, parameter: 0, quote }, HOME, VIP);
    bare.send([uplink(packet(node.careOf, VIP, PROTOCOL_DESTINATION_OPTIONS, concatBytes(option, error)))]);
    await until('the error at the server', () => bare.sent().some(({ port }) => port === 2));
    const got =
      bare
        .sent()
        .find(({ port }) => port === 2)
        ?.bytes.subarray(14) ?? new Uint8Array();
    t.deepEqual(Buffer.from(got), Buffer.from(packet(HOME, VIP, PROTOCOL_ICMPV6, error)));
  },
);

test.serial('a packet with a home address and no binding gets a Binding Error', async (t) => {
  const lab = await makeLab(t);
  const node = new RoamingNode(lab, '2001:db8:2::20');
  const answer = await node.ask(node.segment(TCP_SYN).bytes.subarray(14), 'bindingError');
  const { message } = readMessage(answer);
  t.like(message, { kind: 'bindingError', status: 1, homeAddress: HOME });
});
