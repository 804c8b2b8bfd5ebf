/** Services behind NAT and handed over, with ICMP errors both ways; fragments that overtake their first one. */

import test from 'ava';
import type { PortPacket } from '../../switch/engine/index.ts';
import {
  concatBytes,
  emitIcmpv6,
  emitIpv6,
  emitTcp,
  emitUdp,
  ipv6PseudoSum,
  PROTOCOL_ICMPV6,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  parseIcmpv6,
  parseIpv6Packet,
  TCP_SYN,
  uint16,
} from '../../wire/index.ts';
import { address, ethernet, makeLab, until } from './lab.ts';

const CLIENT = address('2001:db8:3::1');
const ROUTER = address('2001:db8:9::1');
const NAT = address('2001:db8:100::2');
const INNER = address('2001:db8:5::5');
const BALANCED = address('2001:db8:100::3');
const VIP = address('2001:db8:100::1');

const SERVICES = `  - { name: nat, address: '2001:db8:100::2', protocol: udp, port: 53, mode: nat, servers: [inner] }
  - { name: handed, address: '2001:db8:100::3', port: 80, mode: hand-over, servers: [balancer] }
`;
const SERVERS = `  - { name: inner, port: 3, link-address: '02:00:00:00:01:03', address: '2001:db8:5::5', server-port: 5353 }
  - { name: balancer, port: 2, link-address: '02:00:00:00:01:04' }
`;

function packet(source: Uint8Array, destination: Uint8Array, next: number, payload: Uint8Array): Uint8Array {
  const rest = { trafficClass: 0, flowLabel: 0, payloadLength: payload.length, next, hopLimit: 64 };
  return concatBytes(emitIpv6({ ...rest, source, destination }), payload);
}

function udp(from: Uint8Array, to: Uint8Array, ports: readonly [number, number]): Uint8Array {
  const payload = Uint8Array.of(1, 2, 3, 4);
  const datagram = emitUdp({ sourcePort: ports[0], destinationPort: ports[1], payload }, (length) =>
    ipv6PseudoSum(from, to, length, PROTOCOL_UDP),
  );
  return packet(from, to, PROTOCOL_UDP, datagram);
}

function tcp(from: Uint8Array, to: Uint8Array, ports: readonly [number, number], size = 0): Uint8Array {
  const rest = { sequence: 1, acknowledgement: 0, flags: TCP_SYN, window: 1000, urgent: 0 };
  const segment = emitTcp(
    {
      ...rest,
      sourcePort: ports[0],
      destinationPort: ports[1],
      options: new Uint8Array(),
      payload: new Uint8Array(size),
    },
    (length) => ipv6PseudoSum(from, to, length, PROTOCOL_TCP),
  );
  return packet(from, to, PROTOCOL_TCP, segment);
}

/** An ICMPv6 error about a packet. */
function error(from: Uint8Array, to: Uint8Array, type: number, code: number, quote: Uint8Array): Uint8Array {
  const body = emitIcmpv6({ kind: 'error', type, code, parameter: type === 2 ? 1300 : 0, quote }, from, to);
  return packet(from, to, PROTOCOL_ICMPV6, body);
}

const frame = (port: number, bytes: Uint8Array): PortPacket => ({
  port,
  bytes: concatBytes(ethernet(0x86dd), bytes),
});

/** An error as it left: where to, from whom, and what it quotes. */
function readError({ bytes }: PortPacket) {
  const ip = parseIpv6Packet(bytes, 14);
  if (!ip.ok) throw new Error(ip.problem);
  const { header, payloadAt, payloadEnd } = ip.value;
  const message = parseIcmpv6(bytes, payloadAt, payloadEnd, header);
  if (!message.ok || message.value.kind !== 'error') throw new Error('no error');
  const { quote, type, parameter } = message.value;
  return {
    source: header.source,
    destination: header.destination,
    type,
    parameter,
    quoted: [quote.subarray(8, 24), quote.subarray(24, 40)],
    ports: [uint16(quote, 40), uint16(quote, 42)],
  };
}

test.serial('services behind NAT and handed over, and ICMP errors about them both ways', async (t) => {
  const { bare, controller } = await makeLab(t, { services: SERVICES, servers: SERVERS });
  const linkOf = (one: PortPacket | undefined) =>
    Buffer.from(one?.bytes.subarray(0, 6) ?? []).toString('hex');
  const after = async (port: number, what: string): Promise<PortPacket> => {
    await until(what, () => bare.sent().some((one) => one.port === port));
    const found = bare.sent().find((one) => one.port === port);
    if (found === undefined) throw new Error(what);
    return { ...found, bytes: found.bytes.slice() };
  };

  const question = udp(CLIENT, NAT, [40_000, 53]);
  const [in1] = bare.send([frame(1, question)]);
  t.is(linkOf(in1), '020000000103');
  t.deepEqual(in1?.bytes.slice(14), udp(CLIENT, INNER, [40_000, 5353]));
  await until('the flow', () => controller.switches[0]?.flows.size === 1);
  const [out1] = bare.send([frame(3, udp(INNER, CLIENT, [5353, 40_000]))]);
  const answer = udp(NAT, CLIENT, [53, 40_000]);
  t.is(out1?.port, 1);
  t.deepEqual(out1?.bytes.slice(22), answer.slice(8), 'but for the hop limit');

  // A router about an answer: to the server, about what that sent.
  bare.send([frame(1, error(ROUTER, NAT, 2, 0, answer))]);
  const tooBig = await after(3, 'the error at the server behind NAT');
  t.is(linkOf(tooBig), '020000000103');
  t.deepEqual(readError(tooBig), {
    source: ROUTER,
    destination: INNER,
    type: 2,
    parameter: 1300,
    quoted: [INNER, CLIENT],
    ports: [5353, 40_000],
  });

  // The server about a question: as the service's own.
  bare.send([frame(3, error(INNER, CLIENT, 1, 4, udp(CLIENT, INNER, [40_000, 5353])))]);
  t.deepEqual(readError(await after(1, 'the error at the client')), {
    source: NAT,
    destination: CLIENT,
    type: 1,
    parameter: 0,
    quoted: [CLIENT, NAT],
    ports: [40_000, 53],
  });
  // Not about what is no service's port.
  bare.send([frame(3, error(INNER, CLIENT, 1, 4, udp(CLIENT, INNER, [40_000, 9999])))]);

  const [in2] = bare.send([frame(1, tcp(CLIENT, BALANCED, [40_000, 80]))]);
  t.is(linkOf(in2), '020000000104');
  t.deepEqual(in2?.bytes.slice(14), tcp(CLIENT, BALANCED, [40_000, 80]));
  bare.send([frame(1, error(ROUTER, BALANCED, 2, 0, tcp(BALANCED, CLIENT, [80, 40_000])))]);
  const handed = await after(2, 'the error at the load balancer');
  t.is(linkOf(handed), '020000000104');
  t.deepEqual(readError(handed).quoted, [BALANCED, CLIENT]);
  t.is(controller.counts.punts.get('icmp_error'), 4);
});

/** A packet in two fragments (RFC 8200, 4.5). */
function fragments(whole: Uint8Array, cut: number): readonly [Uint8Array, Uint8Array] {
  const [head, payload] = [whole.subarray(0, 40), whole.subarray(40)];
  const one = (offset: number, more: boolean, part: Uint8Array) => {
    const field = offset | (more ? 1 : 0);
    const extension = Uint8Array.of(head[6] ?? 0, 0, field >> 8, field & 0xff, 0, 0, 0, 7);
    return packet(head.subarray(8, 24), head.subarray(24, 40), 44, concatBytes(extension, part));
  };
  return [one(0, true, payload.subarray(0, cut)), one(cut, false, payload.subarray(cut))];
}

test.serial(
  'a fragment that overtook its first one follows it, and one without a first one ends',
  async (t) => {
    const { bare, controller } = await makeLab(t);
    const [first, later] = fragments(tcp(CLIENT, VIP, [40_001, 80], 800), 400);
    const punts = () => controller.counts.punts.get('fragment') ?? 0;
    t.deepEqual(bare.send([frame(1, later)]), []);
    const [led] = bare.send([frame(1, first)]);
    t.deepEqual(led?.bytes.slice(14), first);
    await until(
      'the other fragment',
      () => bare.sent().length > 1 || bare.sent().some(({ bytes }) => bytes.length === 14 + later.length),
    );
    const followed = bare.sent().at(-1);
    t.is(followed?.port, led?.port);
    t.deepEqual(followed?.bytes.slice(14), later);

    const before = punts();
    const [, lonely] = fragments(tcp(address('2001:db8:3::99'), VIP, [40_002, 80], 800), 400);
    t.deepEqual(bare.send([frame(1, lonely)]), []);
    await until('three attempts', () => punts() >= before + 4);
    await new Promise((resolve) => setTimeout(resolve, 300));
    t.is(punts(), before + 4, 'and no more');
    t.deepEqual(bare.sent(), []);
  },
);
