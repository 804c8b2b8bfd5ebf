/**
 * Per-connection consistency: members come, are drained, die, and entries are installed late; no flow whose first packet
 * was forwarded changes its server. Some flows collide with others in the learning cache because an attacker makes
 * them. `MOOR_CONSISTENCY=100000` makes a long run of that many flows.
 */

import test from 'ava';
import { startEmbedded } from '../harness/embedded.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';
import { Random } from '../oracle/random.ts';
import { bitsFor, slotOf } from './collide.ts';
import { frameOf, keyOf, type Left, readLeft, tupleBytes } from './frames.ts';
import { type Member, StubController } from './stub-controller.ts';

const FLOWS = Number(process.env['MOOR_CONSISTENCY'] ?? 1000);
const SEED = Number(process.env['MOOR_CONSISTENCY_SEED'] ?? 1);
/** For machines that do much else. */
const TIMEOUT_MS = FLOWS > 5000 ? 3_600_000 : 600_000;
const CHANGES = 100;
const FLOWS_A_ROUND = FLOWS < 5000 ? 10 : 25;
/** Seconds between rounds, while flows begin and behind it. */
const ROUND_S = 0.05;
const LAST_ROUNDS_S = 0.25;
/** The data plane remembers a flow for 5 s behind its last packet: by then the entry has to be there. */
const LATEST_ENTRY_S = 4;
const SERVERS = 40;
const PACKETS = 6;
const NO_SERVER = 21;
const SLOT_TAKEN = 16;

const SYN = 0x02;
const ACK = 0x10;
const FIN = 0x11;

type Flow = {
  readonly tuple: Uint8Array;
  /** Where its first packet went. */
  server: number | undefined;
  left: number;
  next: number;
};

test('no established flow changes its server', async (t) => {
  t.timeout(TIMEOUT_MS);
  const random = new Random(SEED);
  const device = await startEmbedded(v1modelPipeline(), FLOWS > 20_000 ? 'speed' : 'none');
  t.teardown(() => device.close());
  const controller = new StubController(device, random, LATEST_ENTRY_S);
  await controller.configure();
  for (let server = 0; server < 8; server++) await controller.addServer(server);
  await controller.select([0, 1, 2, 3].map((server) => ({ server, weight: 1 + (server % 2) })));

  const flows = new Map<string, Flow>();
  const dead = new Set<number>();
  const idle: { readonly key: string; readonly due: number }[] = [];
  let live: Flow[] = [];
  const figures = {
    flows: 0,
    attacks: 0,
    packets: 0,
    changes: 0,
    slotTaken: 0,
    toDead: 0,
    moved: 0,
    lost: 0,
  };
  let servers = 8;

  const judge = (left: Left): void => {
    const flow = flows.get(left.key);
    if (flow === undefined) throw new Error(`a packet of no flow: ${left.key}`);
    if (left.kind === 'punted') {
      if (left.reason === SLOT_TAKEN) figures.slotTaken += 1;
      else if (left.reason === NO_SERVER && flow.server !== undefined && dead.has(flow.server))
        figures.toDead += 1;
      else throw new Error(`punted for reason ${left.reason}`);
      return;
    }
    flow.server ??= left.server;
    if (flow.server !== left.server) figures.moved += 1;
  };

  const rounds = Math.ceil(FLOWS / FLOWS_A_ROUND);
  let now = 0;
  for (let round = 0; round < rounds || live.length > 0; round++) {
    for (let started = 0; started < FLOWS_A_ROUND && round < rounds; started++) {
      const sourcePort = 1024 + random.below(60_000);
      let tuple = tupleBytes(BigInt(random.next()), sourcePort);
      if (live.length > 0 && random.oneIn(4)) {
        // The attacker has seen a victim, and computes an address whose flow takes the victim's slot.
        const bits = bitsFor(tuple, slotOf(random.pick(live).tuple), random.next());
        tuple = tupleBytes(BigInt(`0x${tuple.toString('hex', 10, 16)}`) ^ bits, sourcePort);
        figures.attacks += 1;
      }
      const key = keyOf(tuple);
      if (flows.has(key)) continue;
      const flow: Flow = { tuple, server: undefined, left: PACKETS, next: now };
      flows.set(key, flow);
      live.push(flow);
      figures.flows += 1;
    }

    const frames = [];
    for (const flow of live) {
      if (flow.next > now) continue;
      const isLast = flow.left === 1 && random.oneIn(2);
      frames.push(frameOf(flow.tuple, flow.left === PACKETS ? SYN : isLast ? FIN : ACK));
      flow.left -= 1;
      // Until its entry is there a flow may not be silent for longer than its slot lives.
      flow.next = now + random.below(controller.installed.has(keyOf(flow.tuple)) ? 9000 : 4500) / 1000;
      if (flow.left === 0) idle.push({ key: keyOf(flow.tuple), due: now + 6 });
    }
    live = live.filter(({ left }) => left > 0);
    figures.packets += frames.length;
    const left = device.send(frames).map(readLeft);
    figures.lost += frames.length - left.length;
    for (const one of left) judge(one);
    const back = await controller.settle(left.filter((one) => one.kind === 'punted'));
    const again = device.send(back.map((bytes) => ({ port: 510, bytes }))).map(readLeft);
    figures.lost += back.length - again.length;
    for (const one of again) judge(one);
    controller.listen(now);
    while ((idle[0]?.due ?? Number.POSITIVE_INFINITY) <= now) {
      const ended = idle.shift();
      if (ended !== undefined) controller.expire(ended.key, now);
    }
    await controller.work(now);

    if (figures.changes < CHANGES && round >= ((figures.changes + 1) * rounds) / (CHANGES + 1)) {
      figures.changes += 1;
      servers = await change(random, controller, dead, servers);
    }
    const seconds = round < rounds ? ROUND_S : LAST_ROUNDS_S;
    device.pass(seconds);
    now += seconds;
  }

  const { length: established } = [...flows.values()].filter(({ server }) => server !== undefined);
  t.log(JSON.stringify({ ...figures, established, dead: dead.size }));
  t.is(figures.moved, 0);
  t.is(figures.lost, 0);
  t.is(figures.changes, CHANGES);
  t.is(established, figures.flows);
  t.true(figures.slotTaken > figures.attacks / 4, 'attacks hit');
});

/** One change of members: another weight, one more, one drained, one dead. Returns how many servers there have been. */
async function change(
  random: Random,
  controller: StubController,
  dead: Set<number>,
  servers: number,
): Promise<number> {
  const { members } = controller;
  const kind = random.below(8);
  const other = (server: number): readonly Member[] => members.filter((member) => member.server !== server);
  if (members.length > 2 && kind < 3) {
    // Drained: it keeps its flows.
    await controller.select(other(random.pick(members).server));
    return servers;
  }
  if (members.length > 2 && kind === 3 && dead.size < 5) {
    const { server } = random.pick(members);
    await controller.select(other(server));
    await controller.removeServer(server);
    dead.add(server);
    return servers;
  }
  if (servers < SERVERS) {
    if (servers >= 8) await controller.addServer(servers);
    await controller.select([...members, { server: servers, weight: 1 + random.below(4) }]);
    return servers + 1;
  }
  await controller.select(members.map(({ server }) => ({ server, weight: 1 + random.below(4) })));
  return servers;
}
