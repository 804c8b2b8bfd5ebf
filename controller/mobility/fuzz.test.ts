/**
 * Mutated mobility messages: nothing crashes, nothing is answered with more than 8 bytes above what came (but for
 * Binding Errors and ICMPv6 errors, which are limited), and no binding comes, changes or goes without an authenticator that
 * a second implementation, written here from RFC 6275's formulas, finds right.
 *
 * `MOOR_FUZZ_RUNS=1000000 MOOR_FUZZ_SEED=7 npx ava controller/mobility/fuzz.test.ts --timeout=1h` makes a long run.
 */

import { createHash, createHmac } from 'node:crypto';
import test from 'ava';
import { putUint16, toHex } from '../../wire/index.ts';
import type { Nonce } from './nonces.ts';
import { type Agent, CARE_OF, CN, HOME, MobileNode, makeAgent, OTHER_CARE_OF } from './test-harness.ts';
import { DEFAULT_CONFIG, type MobilityEffect } from './types.ts';

const runs = Number(process.env['MOOR_FUZZ_RUNS'] ?? 8_000);
const seed = Number(process.env['MOOR_FUZZ_SEED'] ?? 1);

/** A random number below another (mulberry32). */
function generator(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Where the mobility header begins and what the home address is, by a walk of its own. */
function locate(
  packet: Uint8Array,
): { readonly at: number; readonly home: Uint8Array | undefined } | undefined {
  let home: Uint8Array | undefined;
  let next = packet[6] ?? 0;
  let at = 40;
  while (next !== 135) {
    if (next !== 60 && next !== 0 && next !== 43 && next !== 51) return undefined;
    const length = next === 51 ? ((packet[at + 1] ?? 0) + 2) * 4 : ((packet[at + 1] ?? 0) + 1) * 8;
    if (at + length > packet.length) return undefined;
    if (next === 60) {
      for (let option = at + 2; option < at + length; ) {
        if (packet[option] === 0) option++;
        else {
          if (packet[option] === 0xc9) home = packet.slice(option + 2, option + 18);
          option += 2 + (packet[option + 1] ?? 0);
        }
      }
    }
    next = packet[at] ?? 0;
    at += length;
  }
  return { at, home };
}

function sum(...parts: readonly Uint8Array[]): number {
  const bytes = Buffer.concat(parts);
  let total = 0;
  for (let at = 0; at + 1 < bytes.length; at += 2) total += bytes.readUInt16BE(at);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

/** Writes a right checksum into a packet's mobility header, if there is one. */
function repair(packet: Uint8Array): void {
  const place = locate(packet);
  if (place === undefined || place.at + 8 > packet.length) return;
  const end = Math.min(place.at + 8 + 8 * (packet[place.at + 1] ?? 0), packet.length);
  putUint16(packet, place.at + 4, 0);
  const length = end - place.at;
  const pseudo = Uint8Array.of(0, 0, length >> 8, length & 255, 0, 0, 0, 135);
  const source = place.home ?? packet.subarray(8, 24);
  putUint16(
    packet,
    place.at + 4,
    ~sum(source, packet.subarray(24, 40), pseudo, packet.subarray(place.at, end)) & 0xffff,
  );
}

/** Does a packet hold a Binding Update that its sender may make? By the formulas of 5.2.5 and 6.2.7. */
function isAuthorized(packet: Uint8Array, nonces: ReadonlyMap<number, Nonce>): boolean {
  const place = locate(packet);
  if (place === undefined) return false;
  const message = packet.slice(place.at, place.at + 8 + 8 * (packet[place.at + 1] ?? 0));
  if (message[2] !== 5) return false;
  const source = packet.slice(8, 24);
  const home = place.home ?? source;
  let careOf = source;
  let indices: readonly [number, number] | undefined;
  for (let at = 12; at < message.length; ) {
    const [type = 0, length = 0] = [message[at], message[at + 1]];
    if (type === 0) {
      at++;
      continue;
    }
    const data = message.slice(at + 2, at + 2 + length);
    if (type === 3) careOf = data;
    if (type === 4)
      indices ??= [((data[0] ?? 0) << 8) | (data[1] ?? 0), ((data[2] ?? 0) << 8) | (data[3] ?? 0)];
    at += 2 + length;
  }
  if (indices === undefined) return false;
  const token = (nonce: Nonce | undefined, address: Uint8Array, last: number) =>
    nonce === undefined
      ? undefined
      : createHmac('sha1', nonce.key)
          .update(Buffer.concat([address, nonce.value, Uint8Array.of(last)]))
          .digest()
          .subarray(0, 8);
  const isDeletion = (message[10] === 0 && message[11] === 0) || toHex(careOf) === toHex(home);
  const homeToken = token(nonces.get(indices[0]), home, 0);
  const careOfToken = isDeletion ? new Uint8Array() : token(nonces.get(indices[1]), careOf, 1);
  if (homeToken === undefined || careOfToken === undefined) return false;
  const kbm = createHash('sha1')
    .update(Buffer.concat([homeToken, careOfToken]))
    .digest();
  const covered = message.slice(0, -12);
  putUint16(covered, 4, 0);
  const expected = (address: Uint8Array) =>
    toHex(
      createHmac('sha1', kbm)
        .update(Buffer.concat([address, CN, covered]))
        .digest()
        .subarray(0, 12),
    );
  const given = toHex(message.slice(-12));
  return given === expected(careOf) || (isDeletion && given === expected(home));
}

/** Some changes of some bytes. */
function mutate(
  packet: Uint8Array,
  others: readonly Uint8Array[],
  random: (below: number) => number,
): Uint8Array {
  let bytes = packet.slice();
  for (let count = random(4); count > 0; count--) {
    const at = random(bytes.length);
    switch (random(8)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
        break;
      case 1:
        bytes[at] = random(256);
        break;
      case 2:
        bytes[at] = [0, 1, 2, 3, 4, 5, 12, 16, 43, 59, 60, 135, 0xc9, 255][random(14)] ?? 0;
        break;
      case 3:
        bytes = bytes.slice(0, at);
        break;
      case 4:
        bytes = Uint8Array.from([
          ...bytes.subarray(0, at),
          ...bytes.subarray(Math.min(at + random(24), bytes.length)),
        ]);
        break;
      case 5:
        bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(random(bytes.length))]);
        break;
      case 6: {
        // The front of this one and the back of another.
        const other = others[random(others.length)] ?? bytes;
        const cut = 8 * random(16);
        bytes = Uint8Array.from([...bytes.subarray(0, cut), ...other.subarray(cut)]);
        break;
      }
      default:
        // The fields of the mobility header, where most of the rules are.
        bytes[64 + random(20)] = random(256);
    }
    if (bytes.length === 0) return bytes;
  }
  // Most of them with lengths and checksums that get past the first checks.
  if (random(8) > 0 && bytes.length >= 40) putUint16(bytes, 4, bytes.length - 40);
  if (random(8) > 0 && bytes.length >= 48) repair(bytes);
  return bytes;
}

/** An agent whose limits let everything through, a node that has done return routability, and what it could send. */
function prepare(): {
  readonly agent: Agent;
  readonly node: MobileNode;
  readonly packets: readonly Uint8Array[];
} {
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const limits = { errors: unlimited, errorsPerAddress: unlimited, answersPerAddress: unlimited };
  const agent = makeAgent({ ...DEFAULT_CONFIG, virtualAddresses: [CN], ...limits });
  const node = new MobileNode();
  node.test(agent);
  agent.receive(node.update({ sequence: 1 }));
  const more = [{ kind: 'other', type: 99, data: new Uint8Array(7) }] as const;
  const packets = [
    node.homeTestInit(),
    node.careOfTestInit(),
    node.update({ sequence: 2 }),
    node.update({ sequence: 3, acknowledge: false, more }),
    node.update({ sequence: 4, alternate: OTHER_CARE_OF }),
    node.update({ sequence: 5, lifetime: 0 }),
    node.update({ sequence: 6, lifetime: 0, isAtHome: true }),
    node.update({ sequence: 7, homeRegistration: true, indices: undefined, withoutAuthenticator: true }),
    node.update({ sequence: 8, indices: undefined }),
    node.update({ sequence: 9, kbm: new Uint8Array(20) }),
    new MobileNode(HOME, OTHER_CARE_OF).update({ sequence: 10, indices: node.indices }),
    node.data(),
    node.data(OTHER_CARE_OF),
  ];
  return { agent, node, packets };
}

test(`${runs.toLocaleString('en')} mutated messages: no crash, and no binding without an authenticator`, (t) => {
  const random = generator(seed);
  let changes = 0;
  let prepared = prepare();
  for (let index = 0; index < runs; index++) {
    if (index % 64 === 0) prepared = prepare();
    const { agent, packets } = prepared;
    const packet = mutate(packets[random(packets.length)] ?? new Uint8Array(), packets, random);
    const effects: readonly MobilityEffect[] = agent.run({ kind: 'packet', packet });
    const isChange = effects.some(
      (effect) => effect.kind === 'installBinding' || effect.kind === 'removeBinding',
    );
    const isSaved = effects.some(
      (effect) => effect.kind === 'save' && effect.change.key.startsWith('binding/'),
    );
    if (isChange || isSaved) {
      changes++;
      if (!isAuthorized(packet, agent.state.nonces.live))
        return t.fail(`seed ${seed}, run ${index}: ${toHex(packet)}`);
    }
    const sent = agent.sent();
    if (sent.length > 1)
      return t.fail(`seed ${seed}, run ${index}: ${sent.length} answers to ${toHex(packet)}`);
    for (const answer of sent) {
      const isError = answer[6] === 58 || answer[42] === 7;
      if (!isError && answer.length > packet.length + 8)
        return t.fail(`seed ${seed}, run ${index}: ${answer.length} bytes for ${toHex(packet)}`);
    }
    if (random(100) === 0) agent.now += random(300_000);
    if (random(100) === 0) agent.run({ kind: 'tick' });
  }
  // Or else nothing was tested: some messages stay what they were, and are taken.
  t.true(changes > runs / 1000, `${changes}`);
  return;
});

test('the second implementation knows a right Binding Update, and wrong ones', (t) => {
  const { agent, node } = prepare();
  const { live } = agent.state.nonces;
  t.true(isAuthorized(node.update({ sequence: 5 }), live));
  t.true(isAuthorized(node.update({ sequence: 5, lifetime: 0 }), live));
  t.true(isAuthorized(node.update({ sequence: 5, lifetime: 0, isAtHome: true }), live));
  t.false(isAuthorized(node.update({ sequence: 5, kbm: new Uint8Array(20) }), live));
  t.false(isAuthorized(node.update({ sequence: 5, authenticated: HOME }), live));
  t.false(isAuthorized(node.update({ sequence: 5, indices: [1, 2] }), live));
  t.is(toHex(node.update({ sequence: 5 }).subarray(8, 24)), toHex(CARE_OF));
});
