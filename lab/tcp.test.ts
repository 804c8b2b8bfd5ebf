/** The lab's TCP: everything arrives, in order, whatever the network does. */

import test from 'ava';
import { formatIpv6Address, parseIpv6Address, parseIpv6Packet, parseTcp, TCP_SYN } from '../wire/index.ts';
import { TcpHost } from './tcp.ts';

const A = parseIpv6Address('2001:db8::a') ?? new Uint8Array();
const B = parseIpv6Address('2001:db8::b') ?? new Uint8Array();

/** Two hosts, and a network that loses, doubles and reorders by a seed. */
function network(seed: number, badness: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  const waiting: { at: number; packet: Uint8Array; to: TcpHost }[] = [];
  const world = { now: 0, packets: [] as string[] };
  const carry = (packet: Uint8Array, to: () => TcpHost) => {
    const parsed = parseIpv6Packet(packet);
    if (parsed.ok) world.packets.push(formatIpv6Address(parsed.value.header.source));
    if (random() < badness) return;
    const copies = random() < badness ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      waiting.push({ at: world.now + 10 + (random() < badness ? 30 * random() : 0), packet, to: to() });
    }
  };
  const a: TcpHost = new TcpHost(A, (packet) => carry(packet, () => b));
  const b: TcpHost = new TcpHost(B, (packet) => carry(packet, () => a));
  const pass = (milliseconds: number) => {
    for (const end = world.now + milliseconds; world.now < end; world.now++) {
      const due = waiting.filter(({ at }) => at <= world.now).sort((one, other) => one.at - other.at);
      for (const one of due) {
        waiting.splice(waiting.indexOf(one), 1);
        one.to.receive(one.packet, world.now);
      }
      a.tick(world.now);
      b.tick(world.now);
    }
  };
  return { a, b, pass, world };
}

for (const badness of [0, 0.02, 0.2]) {
  test(`an echo of 200,000 bytes with ${badness * 100} % lost, doubled and late`, (t) => {
    const { a, b, pass, world } = network(7, badness);
    const data = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 31) >> 3);
    const heard: Uint8Array[] = [];
    let ends = 0;
    b.listen(80, (connection) => {
      connection.onData = (bytes) => connection.write(bytes, world.now);
      connection.onEnd = () => connection.end(world.now);
    });
    const connection = a.connect(B, 80, world.now);
    connection.onData = (bytes) => heard.push(bytes);
    connection.onEnd = () => ends++;
    connection.onLost = () => t.fail('lost');
    connection.write(data, world.now);
    connection.end(world.now);
    pass(badness === 0.2 ? 200_000 : 20_000);
    t.deepEqual(Buffer.concat(heard), Buffer.from(data));
    t.is(ends, 1);
  });
}

test('nobody listens: refused at once; nobody answers: given up', (t) => {
  const { a, pass, world } = network(1, 0);
  let lost = 0;
  a.connect(B, 81, world.now).onLost = () => lost++;
  pass(30);
  t.is(lost, 1);
  const deaf = network(1, 1);
  deaf.a.connect(B, 80, deaf.world.now).onLost = () => lost++;
  deaf.pass(60_000);
  t.is(lost, 2);
  // The SYN and eight more.
  t.is(deaf.world.packets.length, 9);
});

test('what a segment looks like on the wire', (t) => {
  const sent: Uint8Array[] = [];
  new TcpHost(A, (packet) => sent.push(packet)).connect(B, 80, 0);
  const packet = sent[0] ?? new Uint8Array();
  const tcp = parseTcp(packet, 40);
  t.true(tcp.ok);
  if (tcp.ok) t.like(tcp.value, { destinationPort: 80, flags: TCP_SYN, acknowledgement: 0 });
});
