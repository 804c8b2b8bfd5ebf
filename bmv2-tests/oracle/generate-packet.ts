/** Random frames: every kind of header, right and wrong. */

import ipaddr from 'ipaddr.js';
import { numberAt, onesComplementSum, replaced, toBytes } from './bytes.ts';
import { generateChain } from './generate-chain.ts';
import {
  CARE_OFS,
  CLIENT_PORTS,
  CLIENTS,
  CLIENTS4,
  HOMES,
  IDENTIFICATIONS,
  ODD,
  ODD4,
  PORTS,
  SERVERS,
  SERVERS4,
  SERVICE_PORTS,
  STATION_MACS,
  SWITCH_MAC,
  VIRTUAL,
  VIRTUAL4,
} from './pools.ts';
import type { Random } from './random.ts';

export type Arriving = { readonly port: number; readonly bytes: Uint8Array };

type Way = 'in' | 'out' | 'pass';

/** A frame that comes in by a port; once in a while from the controller. */
export function generatePacket(random: Random): Arriving {
  const way = random.pick<Way>(['in', 'in', 'in', 'out', 'out', 'pass']);
  const port = random.oneIn(4) ? random.pick(PORTS) : way === 'out' ? random.pick([2, 3, 4, 5]) : 1;
  const frame = mutate(random, generateFrame(random, way));
  if (!random.oneIn(40)) return { port, bytes: frame };
  const head = random.oneIn(3) ? random.pick([1, 2, 7]) << 7 : (port << 7) | 0x40;
  const sent = Buffer.concat([toBytes(head | random.below(64), 2), frame]);
  return { port: 510, bytes: random.oneIn(50) ? sent.subarray(0, random.below(4)) : sent };
}

function generateFrame(random: Random, way: Way): Uint8Array {
  const destination = random.oneIn(30)
    ? random.pick(['02:00:00:00:00:77', 'ff:ff:ff:ff:ff:ff', '33:33:00:00:00:01', '01:00:5e:00:00:fb'])
    : SWITCH_MAC;
  const tags = Array.from({ length: random.oneIn(4) ? random.below(4) : 0 }, () => [
    ...toBytes(random.pick([0x8100, 0x88a8]), 2),
    ...toBytes(random.below(65_536), 2),
  ]);
  const [type, packet] = random.oneIn(60)
    ? other(random)
    : random.oneIn(4)
      ? ipv4(random, way)
      : ipv6(random, way);
  const padding = random.oneIn(20) ? random.bytes(random.below(20)) : [];
  return Uint8Array.from([
    ...mac(destination),
    ...mac(random.pick(STATION_MACS)),
    ...tags.flat(),
    ...toBytes(type, 2),
    ...packet,
    ...padding,
  ]);
}

function other(random: Random): readonly [number, Uint8Array] {
  return [random.pick([0x0806, 0x0806, 0x88cc, 0x0800, 0x86dd, 0x0600]), random.bytes(random.below(60))];
}

function ipv6(random: Random, way: Way): readonly [number, Uint8Array] {
  const [from, to] = ends(random, way, {
    clients: [...CLIENTS, ...CARE_OFS, ...HOMES],
    virtual: VIRTUAL,
    servers: SERVERS,
    odd: ODD,
  });
  const home = random.pick(HOMES);
  const { protocol, bytes } = upper(random, way, 6);
  const chain = generateChain(random, way, address(home), protocol, bytes);
  const payload = Buffer.concat([chain.bytes, bytes]);
  const length = random.oneIn(40)
    ? random.pick([0, 7, 8, 23, 24, 40, 65_535, random.below(200)])
    : payload.length;
  const header = [
    ...toBytes((random.oneIn(200) ? 0x50000000 : 0x60000000) + random.below(0x1000_0000), 4),
    ...toBytes(length, 2),
    chain.first,
    hopLimit(random),
    ...address(from),
    ...address(to),
  ];
  return [0x86dd, Uint8Array.from([...header, ...payload])];
}

function ipv4(random: Random, way: Way): readonly [number, Uint8Array] {
  const [from, to] = ends(random, way, {
    clients: CLIENTS4,
    virtual: VIRTUAL4,
    servers: SERVERS4,
    odd: ODD4,
  });
  const { protocol, bytes } = upper(random, way, 4);
  const options = random.bytes(random.oneIn(5) ? 4 * random.below(11) : 0);
  const fragment = random.oneIn(4)
    ? random.pick([0x2000, 0x2000, 0x2040, 0x0040, 0x6000, 0x8000])
    : random.pick([0, 0x4000]);
  const total = random.oneIn(50) ? random.pick([0, 19, 20, 21, 65_535]) : 20 + options.length + bytes.length;
  const words = random.oneIn(80) ? random.below(16) : 5 + options.length / 4;
  const header = Uint8Array.from([
    (random.oneIn(200) ? 0x50 : 0x40) | words,
    random.below(256),
    ...toBytes(total, 2),
    ...toBytes(random.pick(IDENTIFICATIONS), 2),
    ...toBytes(fragment, 2),
    hopLimit(random),
    protocol,
    0,
    0,
    ...address(from),
    ...address(to),
    ...options,
  ]);
  const whole = Uint8Array.from([...header, ...bytes]);
  const sum = ~onesComplementSum(whole.subarray(0, words < 5 ? 20 : words * 4)) & 0xffff;
  return [0x0800, replaced(whole, 10, toBytes(random.oneIn(60) ? random.below(65_536) : sum, 2))];
}

function hopLimit(random: Random): number {
  return random.oneIn(20) ? random.below(3) : random.pick([64, 255]);
}

function ends(
  random: Random,
  way: Way,
  from: {
    readonly clients: readonly string[];
    readonly virtual: readonly string[];
    readonly servers: readonly string[];
    readonly odd: readonly string[];
  },
): readonly [string, string] {
  const odd = (usual: readonly string[]) => random.pick(random.oneIn(40) ? from.odd : usual);
  if (way === 'in') return [odd(from.clients), odd(from.virtual)];
  if (way === 'out') return [odd(random.oneIn(3) ? from.servers : from.virtual), odd(from.clients)];
  return [odd(from.clients), odd([...from.clients, ...from.servers])];
}

function upper(
  random: Random,
  way: Way,
  family: 4 | 6,
): { readonly protocol: number; readonly bytes: Uint8Array } {
  const icmp = random.oneIn(30) ? 59 - family : family === 6 ? 58 : 1;
  const protocol = random.pick([
    6,
    6,
    6,
    6,
    6,
    17,
    17,
    17,
    icmp,
    icmp,
    random.pick([135, 135, 59, 50, 132, 0, 44]),
  ]);
  const ports = [random.pick(CLIENT_PORTS), random.pick(SERVICE_PORTS)];
  if (way === 'out') ports.reverse();
  const head = ports.flatMap((one) => [...toBytes(one, 2)]);
  const body = random.bytes(random.oneIn(30) ? 1400 + random.below(120) : random.below(24));
  const checksum = random.bytes(2);
  const zero = random.oneIn(4) ? [0, 0] : random.oneIn(8) ? [255, 255] : checksum;
  const kinds: Readonly<Record<number, () => readonly number[]>> = {
    6: () => [
      ...head,
      ...random.bytes(8),
      random.pick([0x50, 0x50, 0x60, 0x00]),
      random.pick([0x10, 0x10, 0x18, 0x02, 0x02, 0x12, 0x11, 0x14, 0x04, 0x01, random.below(256)]),
      ...random.bytes(2),
      ...checksum,
      0,
      0,
    ],
    17: () => [...head, ...toBytes(8 + body.length, 2), ...zero],
    1: () => [random.pick([0, 3, 4, 5, 8, 11, 12, 13]), 0, ...checksum, 0, 0, 0, 0],
    58: () => [random.pick([1, 2, 3, 4, 127, 128, 129, 133, 135, 137, 138, 132]), 0, ...checksum, 0, 0, 0, 0],
    135: () => [59, 1, random.pick([0, 1, 2, 3, 4, 5, 5, 6, 7, 9]), 0, ...checksum, ...random.bytes(10)],
  };
  return { protocol, bytes: Uint8Array.from([...(kinds[protocol]?.() ?? random.bytes(8)), ...body]) };
}

/** Most frames stay as they are; others are cut, or some bits of them turn. */
function mutate(random: Random, frame: Uint8Array): Uint8Array {
  if (random.oneIn(15)) return frame.subarray(0, random.below(frame.length));
  if (!random.oneIn(12)) return frame;
  let changed = frame;
  for (let times = 1 + random.below(3); times > 0; times--) {
    const at = 12 + random.below(Math.min(frame.length, 110) - 12);
    const bits = random.oneIn(2) ? 1 << random.below(8) : random.below(256);
    changed = replaced(changed, at, Uint8Array.of(numberAt(changed, at, 1) ^ bits));
  }
  return changed;
}

function address(text: string): readonly number[] {
  return ipaddr.parse(text).toByteArray();
}

function mac(text: string): readonly number[] {
  return text.split(':').map((byte) => Number.parseInt(byte, 16));
}
