/**
 * Each mode with real clients and servers in network namespaces: layer 2, NAT, and handed over to HAProxy, over IPv4 and IPv6,
 * from a client and from a mobile node that is not at home; small paths, large packets and fragments. What passed is read
 * by tshark, which knows nothing of moor.
 */

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { CrowdGroup } from '../../lab/crowd.ts';
import { LabWorld } from '../../lab/lab-world.ts';
import { readTopology } from '../../lab/topology-file.ts';
import { chosenEngine, programsOf } from '../harness/engine.ts';
import { whatIsMissing } from '../harness/lab-needs.ts';
import { readPackets } from '../harness/tshark.ts';

const engine = chosenEngine();
const missing =
  typeof engine === 'string'
    ? engine
    : await whatIsMissing('curl', 'haproxy', 'tcpdump', 'tshark', ...programsOf(engine));
if (missing !== undefined) process.stdout.write(`skipped: every mode with real peers: ${missing}\n`);
const linux = missing === undefined ? test.serial : test.serial.skip;

const CLIENT = { 6: '2001:db8:5::10', 4: '198.51.100.10' } as const;
const HOME = '2001:db8:1::10';
const VISITED = { visited1: '2001:db8:2::20', visited2: '2001:db8:3::20' } as const;
const MODES = [
  { mode: 'layer 2', 6: '2001:db8:100::1', 4: '203.0.113.10', by: ['s1', 's2', 's3'] },
  { mode: 'NAT', 6: '2001:db8:100::2', 4: '203.0.113.20', by: ['s1', 's2', 's3'] },
  { mode: 'handed over', 6: '2001:db8:100::3', 4: '203.0.113.30', by: ['b1', 'b2'] },
] as const;
const FAMILIES = [6, 4] as const;
const VISITS = 12;
const FILM = randomBytes(600_000);

let world: LabWorld;

test.before(async () => {
  if (missing !== undefined || typeof engine === 'string') return;
  world = new LabWorld({
    topology: readTopology('bmv2-tests/topologies/roaming.json'),
    prefix: `mo${process.pid % 100_000}`,
    moor: [process.execPath, join(process.cwd(), 'dist/bin.js')],
    engine,
  });
  writeFileSync(world.file('www/film'), FILM);
  await world.start();
});

test.after.always(() => world?.close({ keepFiles: process.env['MOOR_KEEP'] !== undefined }));

const url = (address: string, file = '') =>
  `http://${address.includes(':') ? `[${address}]` : address}/${file}`;

/** Asks many times, each by a connection of its own: who answered. */
async function visit(from: string, address: string): Promise<readonly string[]> {
  const each = ['-sS', '-m', '30', '-H', 'Connection: close', '-w', 'by %header{x-server}.\n'];
  const urls = Array.from({ length: VISITS }, () => ['-o', '/dev/null', url(address)]);
  const text = await world.processes.finish(
    `visits-${from}`,
    world.command(from, 'curl', '-Z', '--parallel-max', '6', ...each, ...urls.flat()),
  );
  return text.split('\n').flatMap((line) => /^by (\w+)\.$/.exec(line)?.[1] ?? []);
}

/** Loads the film: whether it came whole. */
async function download(from: string, address: string): Promise<boolean> {
  const copy = world.file(`copy-${from}`);
  await world.processes.finish(
    `download-${from}`,
    world.command(from, 'curl', '-sS', '-m', '60', '-o', copy, url(address, 'film')),
  );
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  return digest(readFileSync(copy)) === digest(FILM);
}

/** The mobile node goes to a network. @returns What waits until a correspondent knows where it is now. */
async function move(to: keyof typeof VISITED): Promise<(correspondent: string) => Promise<void>> {
  const before = world.events.length;
  world.tell({ move: to });
  await world.event('registered', before);
  return (correspondent) =>
    world.processes.until(
      `${correspondent} knows where the mobile node is`,
      () =>
        world.events
          .slice(before)
          .some((one) => one['event'] === 'bound' && one['correspondent'] === correspondent),
      { within: 90_000 },
    );
}

linux(
  'a client is balanced in each mode, over both families, and what servers see is what each mode says',
  async (t) => {
    const captures = await Promise.all(
      ['s1', 's2', 's3', 'balancer', 'client'].map(
        async (name) => [name, await world.capture(name, 'eth0', 'in')] as const,
      ),
    );
    for (const { mode, by, ...addresses } of MODES) {
      for (const family of FAMILIES) {
        const answered = await visit('client', addresses[family]);
        t.is(answered.length, VISITS, `${mode}, IPv${family}`);
        t.true(
          answered.every((name) => by.some((one) => one === name)),
          `${mode}, IPv${family}: ${answered.join()}`,
        );
        t.true(new Set(answered).size > 1, `${mode}, IPv${family}: all by ${answered[0]}`);
        t.true(await download('client', addresses[family]), `a film by ${mode}, IPv${family}`);
      }
    }
    const seen = new Map<string, Set<string>>();
    await Promise.all(captures.map(([, capture]) => capture.end()));
    for (const [name, capture] of captures) {
      const packets = await readPackets(capture.file, 'tcp', [
        'ip.dst',
        'ipv6.dst',
        'tcp.dstport',
        'ip.src',
        'ipv6.src',
        'tcp.srcport',
      ]);
      t.true(packets.length > 0, `${name} saw nothing`);
      t.deepEqual(
        packets.filter(({ problem }) => problem !== ''),
        [],
        `what tshark finds wrong at ${name}`,
      );
      seen.set(
        name,
        new Set(
          packets.map(({ fields: [to4, to6, port, from4, from6, fromPort] }) =>
            name === 'client' ? `${from4}${from6} ${fromPort}` : `${from4}${from6} > ${to4}${to6} ${port}`,
          ),
        ),
      );
    }
    // Which servers a few connections go to is chance: each kind is seen by more than one, and nothing else by any.
    const kinds = (index: number) => [
      `${CLIENT[4]} > 203.0.113.10 80`,
      `${CLIENT[4]} > 10.0.0.1${index + 1} 8080`,
      `${CLIENT[6]} > 2001:db8:100::1 80`,
      `${CLIENT[6]} > fd00:5::1${index + 1} 8080`,
    ];
    const times = [0, 0, 0, 0];
    for (const [index, name] of ['s1', 's2', 's3'].entries()) {
      for (const one of seen.get(name) ?? []) {
        const kind = kinds(index).indexOf(one);
        t.true(kind >= 0, `${name} saw ${one}`);
        times[kind] = (times[kind] ?? 0) + 1;
      }
    }
    t.true(
      times.every((count) => count > 1),
      times.join(),
    );
    t.deepEqual(
      [...(seen.get('balancer') ?? [])].sort(),
      [`${CLIENT[4]} > 203.0.113.30 80`, `${CLIENT[6]} > 2001:db8:100::3 80`].sort(),
    );
    // The client sees virtual addresses alone.
    t.deepEqual(
      [...(seen.get('client') ?? [])].sort(),
      MODES.flatMap((one) => [`${one[4]} 80`, `${one[6]} 80`]).sort(),
    );
  },
);

linux(
  'a mobile node away from home reaches each mode by the optimized route, and its packets decode',
  async (t) => {
    const air = await world.capture('net', 'dc');
    const isKnownTo = await move('visited1');
    for (const { mode, by, ...addresses } of MODES) {
      const answered = await visit('mn', addresses[6]);
      t.is(answered.length, VISITS, mode);
      t.true(
        answered.every((name) => by.some((one) => one === name)),
        `${mode}: ${answered.join()}`,
      );
      await isKnownTo(addresses[6]);
      t.true(await download('mn', addresses[6]), `a film by ${mode}`);
    }
    await air.end();
    const option = 'ipv6.opt.mipv6.home_address';
    const routing = 'ipv6.routing.mipv6.home_address';
    const packets = await readPackets(air.file, `ipv6.addr == ${VISITED.visited1}`, [
      'ipv6.src',
      'ipv6.dst',
      option,
      routing,
      'mip6.mhtype',
    ]);
    t.deepEqual(
      packets.filter(({ problem }) => problem !== ''),
      [],
      'what tshark finds wrong',
    );
    for (const { mode, ...addresses } of MODES) {
      const address = addresses[6];
      const from = packets.filter(({ fields }) => fields[0] === VISITED.visited1 && fields[1] === address);
      const to = packets.filter(({ fields }) => fields[0] === address && fields[1] === VISITED.visited1);
      const data = (all: typeof packets) => all.filter(({ fields }) => fields[4] === '');
      // Several segments of the film in each direction, all with the home address (RFC 6275, 6.3 and 6.4).
      t.true(
        data(from).length > 50 && data(to).length > 200,
        `${mode}: ${data(from).length}, ${data(to).length}`,
      );
      t.true(
        data(from).every(({ fields }) => fields[2] === HOME),
        `${mode}: options`,
      );
      t.true(
        data(to).every(({ fields }) => fields[3] === HOME),
        `${mode}: routing headers`,
      );
      // Care-of Test Init (2) and Binding Update (5) there, Care-of Test (4) and Binding Acknowledgement (6) back.
      const kinds = (all: typeof packets) =>
        new Set(all.map(({ fields }) => fields[4]).filter((kind) => kind !== ''));
      t.deepEqual([...kinds(from)].sort(), ['2', '5'], mode);
      t.deepEqual([...kinds(to)].sort(), ['4', '6'], mode);
    }
  },
);

linux(
  'Path MTU discovery works through routing headers, at the switch and beyond it, in each mode',
  async (t) => {
    const captures = await Promise.all(
      ['s1', 's2', 's3', 'balancer'].map((name) => world.capture(name, 'eth0', 'in')),
    );
    // Its router there has a link of 1,400 bytes.
    const isKnownTo = await move('visited2');
    for (const { mode, ...addresses } of MODES) {
      const before = world.events.length;
      await visit('mn', addresses[6]);
      if (!world.events.slice(before).some(({ event }) => event === 'bound')) await isKnownTo(addresses[6]);
      t.true(await download('mn', addresses[6]), `a film by ${mode}`);
    }
    const told = new Set<string>();
    for (const capture of captures) {
      await capture.end();
      const packets = await readPackets(capture.file, 'icmpv6.type == 2', ['icmpv6.mtu']);
      t.deepEqual(
        packets.filter(({ problem }) => problem !== ''),
        [],
      );
      for (const { fields } of packets) told.add(fields[0] ?? '');
    }
    // What servers may send: without the 24 bytes that the switch adds (RFC 6275, 6.4). 1,500 is moor's neighbour's.
    t.true(told.has('1376'), [...told].join());
    t.true(
      [...told].every((mtu) => mtu === '1376' || mtu === '1476'),
      [...told].join(),
    );
  },
);

/** Datagrams of one length alone. */
function datagrams(address: string, datagramBytes: number): CrowdGroup {
  return {
    ...{ address, port: 7, connections: 0, bytes: 1, every: 100, visits: 0, datagrams: 2, datagramBytes },
    quiet: { connections: 0, every: 1000 },
  };
}

linux('large datagrams go in fragments both ways, and to a mobile node', async (t) => {
  const group = (address: string) => datagrams(address, 4000);
  const still = await world.crowd('large', 'client', {
    kind: 'crowd',
    groups: { 6: group('2001:db8:100::1'), 4: group('203.0.113.10') },
  });
  const mobile = await world.crowd('large-mobile', 'mn', {
    kind: 'crowd',
    groups: { mobile: group('2001:db8:100::1') },
  });
  for (const crowd of [still, mobile]) {
    await world.processes.until(
      `${crowd.name} is answered`,
      async () => Object.values(await crowd.report()).every(({ datagrams }) => datagrams.got > 20),
      { within: 60_000, every: 200 },
    );
    for (const [name, { wrong, datagrams }] of Object.entries(await crowd.report())) {
      t.is(wrong, 0, name);
      t.is(datagrams.moved, 0, name);
      t.true(datagrams.got <= datagrams.sent, `${name}: ${JSON.stringify(datagrams)}`);
    }
    await world.processes.end(crowd.running);
  }
});

linux(
  'packets that are too large for a client or a server are told of, in each mode and over both families',
  async (t) => {
    await world.configure((config) => ({
      ...config,
      neighbors: config.neighbors.map((one) => (one.name === 'client' ? { ...one, mtu: 1380 } : one)),
      servers: config.servers.map((one) => ({ ...one, mtu: 1400 })),
    }));
    const capture = await world.capture('client', 'eth0', 'in');
    for (const { mode, ...addresses } of MODES) {
      for (const family of FAMILIES) {
        t.true(await download('client', addresses[family]), `a film by ${mode}, IPv${family}`);
      }
    }
    await capture.end();
    const packets = await readPackets(capture.file, 'tcp', ['ip.len', 'ipv6.plen']);
    t.deepEqual(
      packets.filter(({ problem }) => problem !== ''),
      [],
    );
    const longest = Math.max(
      ...packets.map(({ fields: [four, six] }) => (four === '' ? 40 + Number(six) : Number(four))),
    );
    t.true(longest > 1300 && longest <= 1380, `${longest}`);

    // The client's datagrams of 1,440 bytes are too large for servers: it hears so, and sends them in fragments.
    const group = (address: string) => datagrams(address, 1440);
    const crowd = await world.crowd('too-large', 'client', {
      kind: 'crowd',
      groups: { 6: group('2001:db8:100::1'), 4: group('203.0.113.10') },
    });
    await world.processes.until(
      'they are answered',
      async () => Object.values(await crowd.report()).every(({ datagrams }) => datagrams.got > 10),
      { within: 60_000, every: 200 },
    );
    t.pass();
  },
);
