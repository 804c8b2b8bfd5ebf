/** Packets that are cut off, changed or nothing at all, into many programs: no crash, no hang, nothing outside memory. */

import { existsSync, readFileSync } from 'node:fs';
import test from 'ava';
import { createSwitch, type Switch } from '../../switch/engine/index.ts';
import { parseStf, StfRun } from '../../switch/stf/index.ts';
import { fuzzPrograms } from './programs.ts';
import type { Random } from './random.ts';
import { IS_LONG, runCases } from './settings.ts';

/** Packets that are injected at once. */
const BATCH = 64;

type Target = { readonly name: string; readonly device: Switch; readonly seeds: readonly Uint8Array[] };

/** A switch with the entries of the program's own test, and the packets of that. */
function makeTarget(name: string, json: string): Target {
  const device = createSwitch(JSON.parse(json), {
    optimization: IS_LONG ? 'speed' : 'none',
    onLog: () => {},
    onAssertion: () => {},
    onDigest: () => {},
    maximumPasses: 256,
  });
  const path = `bmv2-tests/programs/${name}.stf`;
  if (!existsSync(path)) return { name, device, seeds: [packetOf()] };
  const commands = parseStf(readFileSync(path, 'utf8'));
  const seeds = commands.flatMap((command) => (command.kind === 'packet' ? [command.bytes] : []));
  new StfRun(device).run(commands);
  return { name, device, seeds: seeds.length === 0 ? [packetOf()] : seeds };
}

/** IPv6 with a destination option and TCP: what the pipeline's parser goes far into. */
function packetOf(): Uint8Array {
  const ethernet = '02000000000102000000000286dd';
  const ipv6 = `60000000002c3c40${'20010db8000000000000000000000001'}${'20010db8000000000000000000000002'}`;
  const homeAddress = `0602${'0000'}${'0102'}${'0000'}c910${'20010db8000000000000000000000003'}`.slice(0, 48);
  return Uint8Array.from(Buffer.from(`${ethernet}${ipv6}${homeAddress}${'00'.repeat(40)}`, 'hex'));
}

/** A packet of the program's test with something wrong, or anything. */
function wrongPacket(random: Random, seeds: readonly Uint8Array[]): Uint8Array {
  const kind = random.below(8);
  if (kind === 0) return random.bytes(random.below(random.pick([4, 64, 300])));
  const packet = Uint8Array.from(random.pick(seeds));
  if (kind === 1) return packet.subarray(0, random.below(packet.length + 1));
  if (kind === 2) {
    // Longer, up to the longest.
    const longer = new Uint8Array(
      packet.length + random.below(random.pick([16, 1500, 10_000 - packet.length])),
    );
    longer.set(packet);
    return longer;
  }
  for (let change = 1 + random.below(4); change > 0 && packet.length > 0; change--) {
    const at = random.below(packet.length);
    packet[at] = random.pick([
      0,
      0xff,
      0x80,
      1,
      random.below(256),
      (packet[at] ?? 0) ^ (1 << random.below(8)),
    ]);
  }
  return kind === 3 ? packet.subarray(0, random.below(packet.length + 1)) : packet;
}

test('packets of any kind through programs of every kind', async (t) => {
  const targets = [...fuzzPrograms()].map(([name, json]) => makeTarget(name, json));
  let taken = 0n;
  const broken = (random: Random) => {
    const { name, device, seeds } = random.pick(targets);
    const packets = Array.from({ length: BATCH }, () => ({
      port: random.below(512),
      bytes: wrongPacket(random, seeds),
    }));
    try {
      for (const { bytes } of device.injectAll(packets)) {
        if (bytes.length > 10_240) throw new Error(`a packet of ${bytes.length} bytes left`);
      }
    } catch (problem) {
      throw new Error(
        `${name}: ${packets.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join('\n')}`,
        {
          cause: problem,
        },
      );
    }
    taken += BigInt(packets.length);
  };
  await runCases(30, broken, BATCH);
  t.true(taken > 0n);
  if (IS_LONG) t.log(`${taken} packets through ${targets.length} programs`);
  // They still do what their tests say.
  for (const { name, device } of targets) {
    const path = `bmv2-tests/programs/${name}.stf`;
    if (existsSync(path)) t.notThrows(() => device.inject(0, new Uint8Array(64)), name);
  }
});
