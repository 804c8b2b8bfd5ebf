/**
 * SARA's engines end to end: agents speak over UDP, the controller decides, and what the embedded switch does with clients'
 * packets shows it. One switch and one controller for all tests; each has clients and servers of its own.
 * Longer than most: the tests follow each other on these.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { execa } from 'execa';
import { pino } from 'pino';
import { type Config, parseConfig } from '../../controller/config/index.ts';
import { Controller } from '../../controller/controller.ts';
import { serveHttp } from '../../controller/http.ts';
import { makeMetrics } from '../../controller/metrics.ts';
import { tables } from '../../controller/pipeline/index.ts';
import { type ServerStatus, serverStatuses } from '../../controller/server-status.ts';
import { controllerStatus, sessionStatuses } from '../../controller/status.ts';
import { SwitchCountReader } from '../../controller/switch-counts.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { TCP_ACK, TCP_SYN } from '../../wire/index.ts';
import { emitAvailability, emitLoadVector, seal } from '../../wire/monitoring/index.ts';
import { type BareSwitch, startBare } from '../harness/embedded.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';
import { clientAddress, datagram, segment } from './client-packets.ts';
import { address, ready, until } from './lab.ts';

const MOOR = join(process.cwd(), 'dist/bin.js');
const VIP = address('2001:db8:100::1');
const KEY_TEXT = '0123456789abcdef0123456789abcdef';
const KEY = new TextEncoder().encode(KEY_TEXT);
/** d and n of the tests, milliseconds. */
const PERIOD = 400;
const MISSES = 3;
const SERVERS = ['one', 'two', 'three', 'four', 'five', 'six'] as const;
type Server = (typeof SERVERS)[number];

const WEB = 80;
const MEDIA = 5000;
const CALLS = 5060;
const FILMS = 554;

const directory = mkdtempSync(join(tmpdir(), 'moor-cluster-'));
const children: ChildProcess[] = [];
let bare: BareSwitch;
let controller: Controller;
let speakers: Socket;

type Changes = { readonly policy?: string; readonly admission?: string };

function config({ policy = 'shell-weights', admission = '' }: Changes = {}): Config {
  const ports = SERVERS.map(
    (_, index) => `      - { number: ${index + 2}, role: server, link-address: '02:00:00:00:00:01' }`,
  );
  const servers = SERVERS.map(
    (name, index) =>
      `  - { name: ${name}, id: ${index + 1}, port: ${index + 2}, link-address: '02:00:00:00:01:0${index + 1}' }`,
  );
  return parseConfig(
    `
switches:
  - name: edge
    target: ${bare.target}
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
${ports.join('\n')}
services:
  - { name: web, address: '2001:db8:100::1', port: ${WEB}, servers: [one, two, three], selection: { policy: weighted } }
  - { name: media, address: '2001:db8:100::1', protocol: udp, port: ${MEDIA}, servers: [one, two, three], selection: { policy: weighted } }
  - name: calls
    address: '2001:db8:100::1'
    protocol: udp
    port: ${CALLS}
    servers: [four, five]
    admission: { enabled: true, alpha: 1, t1: 0.5, t2: 1, t3: 1.5, by: measured, first-interval: 200ms, interval-floor: 50ms${admission} }
    selection: { policy: ${policy} }
  - { name: films, address: '2001:db8:100::1', port: ${FILMS}, servers: [five, six], on-failure: { silent: keep } }
servers:
${servers.join('\n')}
neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:fe' }
routes:
  - { prefix: '::/0', via: router }
health: { listen: '127.0.0.1:0', key-file: ${join(directory, 'key')}, every: ${PERIOD}ms, misses: ${MISSES}, slow-start: 3s }
load: { every: 200ms, misses: 5, half-life: 500ms, samples: 2, weights: { memory: 0 } }
state: ${join(directory, 'state')}
listen: 127.0.0.1:0
`,
    'moor.yaml',
  );
}

test.before(async () => {
  writeFileSync(join(directory, 'key'), `${KEY_TEXT}\n`);
  bare = await startBare({ isControlled: true });
  const { json, p4info } = v1modelPipeline();
  controller = new Controller({
    config: config(),
    pipeline: { p4info, p4DeviceConfig: json, cookie: { cookie: 7n } },
    log: pino({ level: process.env['MOOR_LOG'] ?? 'silent' }),
  });
  await controller.start();
  await ready(controller);
  speakers = createSocket('udp4');
});

test.after.always(async () => {
  for (const child of children) child.kill('SIGKILL');
  speakers?.close();
  await controller?.stop();
  await bare?.close();
  rmSync(directory, { recursive: true, force: true });
});

// ---- Agents ----

const identityOf = (server: Server) => SERVERS.indexOf(server) + 1;

/** A real agent of this machine. Its load is this machine's, so that services with real agents are balanced by weights. */
async function startAgent(server: Server): Promise<ChildProcess> {
  const file = join(directory, `${server}.yaml`);
  writeFileSync(
    file,
    `identity: ${identityOf(server)}
controllers: ['127.0.0.1:${controller.cluster.port ?? 0}']
key-file: ${join(directory, 'key')}
heartbeat-every: ${PERIOD}ms
load-every: 200ms
state: ${join(directory, server)}
`,
  );
  const child = spawn('node', [MOOR, 'agent', '--config', file], { stdio: 'ignore' });
  children.push(child);
  return child;
}

let stamp = 0n;
let number = 0;

function sealed(message: Uint8Array, key = KEY): Uint8Array {
  const now = BigInt(Date.now()) * 1000n;
  stamp = now > stamp ? now : stamp + 1n;
  return seal(message, stamp, key);
}

function heartbeat(
  server: Server | number,
  flag: 'available' | 'planned-failure' = 'available',
  timestamp = 0,
): Uint8Array {
  number = (number + 1) % 65_536;
  const identity = typeof server === 'number' ? server : identityOf(server);
  return emitAvailability({ identity, sequence: number, flag, timestamp });
}

function vector(server: Server, cpu: number): Uint8Array {
  number = (number + 1) % 65_536;
  return emitLoadVector({
    identity: identityOf(server),
    sequence: number,
    timestamp: 0,
    loads: { cpu, memory: 0.9, networkBuffers: 0, ioQueue: 0, backlog: 0 },
  });
}

function say(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) =>
    speakers.send(bytes, controller.cluster.port ?? 0, '127.0.0.1', () => resolve()),
  );
}

type Speaker = {
  readonly set: (cpu: number | undefined) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
};

/** An agent that says what a test wants, in place of what a machine does. */
function speak(server: Server, first: number): Speaker {
  let cpu: number | undefined = first;
  let isPaused = false;
  const all = () => {
    if (isPaused) return;
    void say(sealed(heartbeat(server)));
    if (cpu !== undefined) void say(sealed(vector(server, cpu)));
  };
  all();
  const timer = setInterval(all, 100);
  return {
    set: (to) => {
      cpu = to;
    },
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
    },
    stop: () => clearInterval(timer),
  };
}

// ---- What is seen ----

function status(server: Server, service?: string): ServerStatus {
  const found = serverStatuses(controller).find(
    (one) => one.name === server && (service === undefined || one.service === service),
  );
  if (found === undefined) throw new Error(server);
  return found;
}

const admissionOf = (name: string) =>
  controllerStatus(controller).services.find((one) => one.name === name)?.admission;

/** The server that a packet leaves to; undefined where it does not leave. */
function serverOf(packet: PortPacket): Server | undefined {
  const left = bare.send([packet]).find(({ port }) => port > 1);
  return left === undefined ? undefined : SERVERS[(left.bytes[5] ?? 0) - 1];
}

const tcp = (client: number, flags: number, port = WEB) => segment({ client, to: VIP, port }, flags);
const udp = (client: number, port = MEDIA) => datagram({ client, to: VIP, port });

/** New sessions of clients, one packet each: the servers that they got. */
function begin(packets: ReadonlyMap<number, PortPacket>): ReadonlyMap<number, Server> {
  const got = new Map<number, Server>();
  for (const [client, packet] of packets) {
    const server = serverOf(packet);
    if (server !== undefined) got.set(client, server);
  }
  return got;
}

function clients(first: number, count: number, make: (client: number) => PortPacket) {
  return new Map(Array.from({ length: count }, (_, index) => [first + index, make(first + index)] as const));
}

/** Waits until the switch refuses new sessions of a service with a probability, in 1/65,536 and to one of them. */
async function refuses(service: string, probability: number): Promise<void> {
  const key = { service: controller.numbers.services.of(service), class: 0 } as const;
  const [edge] = controller.switches;
  let found = 0;
  for (const end = performance.now() + 60_000; performance.now() < end; await wait(10)) {
    found = 0;
    for await (const entity of edge?.keeper.read([tables.admission.entry({ key })]) ?? []) {
      const action = tables.admission.decode(entity)?.action;
      if (action?.name === 'set_drop_probability') found = action.params.probability;
    }
    if (Math.abs(found - probability) <= 1) return;
  }
  throw new Error(`${service}: the switch refuses with ${found}, not ${probability}`);
}

/** Waits until the switch has no way to a server, and all that was to be written before that. */
async function isCut(server: Server): Promise<void> {
  const [edge] = controller.switches;
  const key = { server: identityOf(server) };
  for (const end = performance.now() + 60_000; performance.now() < end; await wait(10)) {
    let isThere = false;
    for await (const _ of edge?.keeper.read([tables.servers.entry({ key })]) ?? []) isThere = true;
    if (!isThere) return;
  }
  throw new Error(`the switch still has ${server}`);
}

const flowsTotal = () => controllerStatus(controller).switches[0]?.flows.total ?? 0;

test.serial(
  'a server that is killed gets no new session after n·d; its sessions end or move; others stay',
  async (t) => {
    const agents = await Promise.all((['one', 'two', 'three'] as const).map(startAgent));
    t.teardown(() => {
      for (const child of agents) child.kill('SIGKILL');
    });
    await until('all agents are heard, with their loads', () =>
      (['one', 'two', 'three'] as const).every(
        (name) => status(name).readiness === 1 && status(name).load?.monitor === 'speaking',
      ),
    );
    const vectorOf = status('one').load?.vector;
    t.true(vectorOf !== null && vectorOf !== undefined && vectorOf.memory > 0 && vectorOf.memory < 1);

    const web = begin(clients(1, 200, (client) => tcp(client, TCP_SYN)));
    const media = begin(clients(1001, 200, (client) => udp(client)));
    const on = (sessions: ReadonlyMap<number, Server>, server: Server) =>
      [...sessions].filter(([, one]) => one === server).map(([client]) => client);
    for (const server of ['one', 'two', 'three'] as const) {
      t.true(on(web, server).length > 20, `${server}: ${on(web, server).length} of 200`);
    }
    await until('all have entries', () => flowsTotal() >= web.size + media.size);

    const killed = performance.now();
    agents[2]?.kill('SIGKILL');
    // New sessions all the time; one at a time, as they would come.
    let client = 10_000;
    let last = killed;
    // How long the machine was busy with something else, as the waits tell.
    let late = 0;
    while (performance.now() < killed + 60_000 && status('three').state !== 'failed') {
      if (serverOf(tcp(client++, TCP_SYN)) === 'three') last = performance.now() - late;
      const asleep = performance.now();
      await wait(10);
      late += performance.now() - asleep - 10;
    }
    t.is(status('three').state, 'failed');
    t.is(status('three').reason, 'silent');
    t.is(status('three').share, 0);
    // The last message may have been d before, and a look is taken each d/4; the rest is for a machine that is busy.
    t.true(last - killed < MISSES * PERIOD + PERIOD / 4 + 1000, `${last - killed} ms`);
    await until('its entries are away', () => status('three').flows === 0 && !status('three').reachable);
    await isCut('three');
    const after = begin(clients(20_000, 300, (one) => tcp(one, TCP_SYN)));
    t.is(on(after, 'three').length, 0);

    // TCP sessions of it have ended: their next packet is one of a new session, elsewhere.
    const entries = new Map(
      sessionStatuses(controller, 10_000).map(({ client: at, service, server }) => [
        `${service} ${at}`,
        server,
      ]),
    );
    for (const one of on(web, 'three')) {
      t.is(entries.get(`web ${clientAddress(one)}`), undefined);
      t.not(serverOf(tcp(one, TCP_ACK)), 'three');
    }
    // UDP sessions of it have moved.
    for (const one of on(media, 'three')) {
      const now = entries.get(`media ${clientAddress(one)}`);
      t.true(now === 'one' || now === 'two', now ?? 'no entry');
      t.is(serverOf(udp(one)), now === 'one' ? 'one' : 'two');
    }
    for (const server of ['one', 'two'] as const) {
      for (const one of on(web, server)) t.is(serverOf(tcp(one, TCP_ACK)), server);
      for (const one of on(media, server)) t.is(serverOf(udp(one)), server);
    }
    const { released, failures } = controllerStatus(controller).monitoring;
    t.is(released['moved'], on(media, 'three').length);
    t.true((released['ended'] ?? 0) >= on(web, 'three').length);
    t.true((failures['silent'] ?? 0) >= 1);

    // It is back, and starts slowly.
    agents[2] = await startAgent('three');
    await until('it is up again', () => status('three').state === 'up');
    t.true(status('three').reachable);
    await until('it has a share', () => status('three').share > 0);
    const early = status('three').share;
    await until('it has its part', () => status('three').readiness === 1 && status('three').share > 0.1);
    t.true(early < status('three').share, `${early}, then ${status('three').share}`);

    // A planned failure: no new sessions at once, and its own stay until then.
    const own = on(web, 'two');
    const drain = (at: string) =>
      execa('node', [MOOR, 'agent', 'drain', '--config', join(directory, 'two.yaml'), '--at', at], {
        reject: false,
      });
    const drained = await drain('+1h');
    t.is(drained.exitCode, 0, drained.stderr);
    await until('it drains', () => status('two').state === 'draining');
    await wait(50);
    t.true(status('two').failsAt !== null && status('two').share === 0);
    t.is(on(begin(clients(30_000, 200, (one) => tcp(one, TCP_SYN))), 'two').length, 0);
    for (const one of own) t.is(serverOf(tcp(one, TCP_ACK)), 'two');
    t.is(status('two').state, 'draining');
    // Its time is now.
    t.is((await drain('+0s')).exitCode, 0);
    await until('its time comes', () => status('two').state === 'failed');
    t.is(status('two').reason, 'planned');
    await until('its sessions are released', () => status('two').flows === 0);
    await isCut('two');
    for (const one of own) t.not(serverOf(tcp(one, TCP_ACK)), 'two');
  },
);

test.serial(
  'under overload sessions are refused as SA2C decides, and established ones are not touched',
  async (t) => {
    const agents = [speak('four', 0.2), speak('five', 0.2)];
    t.teardown(() => {
      for (const one of agents) one.stop();
    });
    await until(
      'both are ready, and nothing is refused',
      () =>
        (['four', 'five'] as const).every((name) => status(name).readiness === 1 && status(name).share > 0) &&
        (admissionOf('calls')?.load ?? 1) < 0.21,
    );
    await refuses('calls', 0);
    const established = begin(clients(40_000, 200, (client) => udp(client, CALLS)));
    t.is(established.size, 200);
    await until('they have entries', () => status('four').flows + status('five', 'calls').flows >= 200);

    for (const one of agents) one.set(0.75);
    // f = (1 − 0.75)/(1 − 0.5): half of them.
    await until(
      'half is refused',
      () => Math.abs((admissionOf('calls')?.refused.new_session ?? 0) - 0.5) < 0.001,
    );
    await refuses('calls', 32_768);
    const before = await countersOf('calls');
    const tried = 2000;
    const admitted = begin(clients(50_000, tried, (client) => udp(client, CALLS)));
    // Slots of the learning cache that were taken are handed over to the controller: neither admitted by the switch nor refused.
    const after = await countersOf('calls');
    const refused = after.refused - before.refused;
    const told = admitted.size + refused;
    t.true(told <= tried && told > tried * 0.95, `${admitted.size} and ${refused} of ${tried}`);
    t.is(after.admitted - before.admitted, admitted.size);
    // Five standard deviations of a binomial distribution: 5·√(2000·½·½) = 112.
    t.true(Math.abs(refused - tried / 2) < 112, `${refused} of ${tried}`);
    t.is(after.degraded, before.degraded);
    for (const [client, server] of established) t.is(serverOf(udp(client, CALLS)), server);

    for (const one of agents) one.set(1);
    await until('all are refused', () => admissionOf('calls')?.refused.new_session === 1);
    await refuses('calls', 65_536);
    t.is(begin(clients(60_000, 200, (client) => udp(client, CALLS))).size, 0);
    for (const [client, server] of established) t.is(serverOf(udp(client, CALLS)), server);
    await until('T_i is at its floor', () => (admissionOf('calls')?.interval ?? 1) < 0.06);

    for (const one of agents) one.set(0.1);
    await until('none is', () => admissionOf('calls')?.refused.new_session === 0);
    await refuses('calls', 0);
    t.is(begin(clients(61_000, 50, (client) => udp(client, CALLS))).size, 50);
  },
);

test.serial(
  'shares follow the forecast, fade when a load monitor is silent, and change with the policy by a reload',
  async (t) => {
    const four = speak('four', 0.2);
    const five = speak('five', 0.8);
    t.teardown(() => {
      four.stop();
      five.stop();
    });
    // A server that starts slowly has less.
    await until('both are ready', () =>
      (['four', 'five'] as const).every((name) => status(name).readiness === 1),
    );
    // Headroom 0.8 to 0.2.
    await until('shares by headroom', () => Math.abs(status('four').share - 0.8) < 0.01);
    four.set(undefined);
    await until('its monitor is silent', () => status('four').load?.monitor === 'failed');
    t.is(status('four').state, 'up');
    await until('its share fades', () => status('four').share < 0.5);

    const kept = begin(clients(70_000, 50, (client) => udp(client, CALLS)));
    await until('they have entries', () =>
      [...kept.keys()].every((client) =>
        sessionStatuses(controller, 100_000).some((one) => one.client === clientAddress(client)),
      ),
    );
    await controller.reload(config({ policy: 'weighted' }));
    // The places of a group are a prime number: one of two equals has one more.
    t.true(Math.abs(status('four').share - 0.5) < 0.001);
    t.is(status('four').state, 'up');
    for (const [client, server] of kept) t.is(serverOf(udp(client, CALLS)), server);
    await controller.reload(config({ policy: 'shell', admission: ', most: { new-session: 0.25 }' }));
    four.set(0.1);
    await until('all to the least loaded', () => status('four').share === 1);
    five.set(1);
    four.set(1);
    await until(
      'no more than a quarter is refused',
      () => admissionOf('calls')?.refused.new_session === 0.25,
    );
    await controller.reload(config());
  },
);

test.serial(
  'a service that keeps its sessions keeps the way to the server, and what others want ended is moved',
  async (t) => {
    const five = speak('five', 0.5);
    const six = speak('six', 0.5);
    const four = speak('four', 0.5);
    t.teardown(() => {
      for (const one of [four, five, six]) one.stop();
    });
    await until('all are up', () =>
      (['four', 'five', 'six'] as const).every(
        (name) => status(name).readiness === 1 && status(name).reachable,
      ),
    );
    const films = begin(clients(80_000, 60, (client) => tcp(client, TCP_SYN, FILMS)));
    const calls = begin(clients(81_000, 60, (client) => udp(client, CALLS)));
    await until('they have entries', () => status('six').flows > 0 && status('five', 'calls').flows > 0);
    await wait(100);
    five.stop();
    await until('it has failed', () => status('five').state === 'failed');
    t.true(status('five').reachable);
    await until('its calls have moved', () =>
      [...calls.keys()].every((client) => serverOf(udp(client, CALLS)) === 'four'),
    );
    for (const [client, server] of films) t.is(serverOf(tcp(client, TCP_ACK, FILMS)), server);
  },
);

test.serial(
  'messages with another key, sent again, out of time, or of nobody change nothing and are counted',
  async (t) => {
    const four = speak('four', 0.5);
    t.teardown(() => four.stop());
    await until('it is up', () => status('four').state === 'up');
    const counts = () => controller.cluster.counts;
    const before = counts();
    const soon = Math.floor(Date.now() / 1000) + 3600;
    await say(
      sealed(heartbeat('four', 'planned-failure', soon), new TextEncoder().encode('another key of 16 bytes')),
    );
    await say(heartbeat('four', 'planned-failure', soon));
    await until('they are counted', () => counts().wrong === before.wrong + 2);
    // Recorded, and sent again when the server is up again.
    const recorded = sealed(heartbeat('four', 'planned-failure', soon));
    four.pause();
    await say(recorded);
    await until('it drains', () => status('four').state === 'draining');
    four.resume();
    await until('it is back', () => status('four').state === 'up');
    await say(recorded);
    await say(seal(heartbeat('four', 'planned-failure', soon), BigInt(Date.now() - 60_000) * 1000n, KEY));
    await say(sealed(heartbeat(99)));
    await until(
      'they are counted',
      () => counts().stale === before.stale + 2 && counts().unknown === before.unknown + 1,
    );
    t.is(status('four').state, 'up');
  },
);

test.serial(
  'whoever is told that a server drains can rely on it: no session goes there any more',
  async (t) => {
    const app = await serveHttp(controller, '127.0.0.1:0');
    t.teardown(() => app.close());
    const [four, five] = [speak('four', 0), speak('five', 0)];
    t.teardown(() => {
      for (const one of [four, five]) one.stop();
    });
    const stateOf = async (server: Server, service: string) => {
      const found: readonly ServerStatus[] = (await app.inject('/servers')).json();
      return found.find((one) => one.name === server && one.service === service);
    };
    const soon = Math.floor(Date.now() / 1000) + 3600;
    for (let round = 0; round < 3; round++) {
      four.resume();
      await until('both are up', () =>
        (['four', 'five'] as const).every((name) => status(name).readiness === 1 && status(name).share > 0),
      );
      four.pause();
      await say(sealed(heartbeat('four', 'planned-failure', soon)));
      // A turn for the socket in each round.
      while ((await stateOf('four', 'calls'))?.state !== 'draining') await wait(0);
      const begun = [...begin(clients(90_000 + 100 * round, 30, (client) => udp(client, CALLS))).values()];
      t.false(begun.includes('four'), begun.join());
      t.true(begun.includes('five'));
    }
  },
);

test.serial('status, servers and metrics show it, and every metric is in docs/metrics.md', async (t) => {
  const app = await serveHttp(controller, '127.0.0.1:0');
  t.teardown(() => app.close());
  const servers: readonly ServerStatus[] = (await app.inject('/servers')).json();
  t.is(servers.length, 10);
  t.like(
    servers.find(({ name }) => name === 'three'),
    { service: 'web', state: 'failed', reason: 'silent', share: 0, reachable: false },
  );
  const { monitoring, services } = (await app.inject('/status')).json();
  t.is(monitoring.port, controller.cluster.port);
  t.like(
    services.find(({ name }: { readonly name: string }) => name === 'calls'),
    { policy: 'shell-weights', admission: { thresholds: { t1: 0.5, t2: 1, t3: 1.5, capacity: 2 } } },
  );
  const { body } = await app.inject('/metrics');
  t.regex(body, /^moor_server_state\{server="three",state="failed"\} 1$/m);
  t.regex(body, /^moor_admission_threshold\{service="calls",threshold="t1"\} 0.5$/m);
  t.regex(body, /^moor_monitoring_messages_total\{result="wrong"\} 2$/m);
  t.regex(body, /^moor_sessions_released_total\{fate="moved"\} [1-9]/m);
  const address = app.server.address();
  const at = typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
  const shown = await execa('node', [MOOR, 'servers', '--controller', at], { env: { NO_COLOR: '1' } });
  t.regex(shown.stdout, /web +.*three +.*failed \(silent\)/);
  t.regex((await execa('node', [MOOR, 'status', '--controller', at])).stdout, /agents are heard at UDP port/);

  const there = makeMetrics(controller, new SwitchCountReader(controller))
    .registry.getMetricsAsArray()
    .map(({ name }) => name)
    .filter((name) => !/^moor_(process|nodejs)_/.test(name));
  const told = [...readFileSync('docs/metrics.md', 'utf8').matchAll(/^\| `(moor_\w+)`/gm)].map(
    ([, name]) => name,
  );
  t.deepEqual([...told].sort(), [...there].sort());
});

/** What the switch has counted for a service. */
async function countersOf(service: string): Promise<Record<'admitted' | 'refused' | 'degraded', number>> {
  const { registry, collect } = makeMetrics(controller, new SwitchCountReader(controller));
  await collect();
  const text = await registry.metrics();
  const value = (name: string) =>
    Number(new RegExp(`^${name}\\{switch="edge",service="${service}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return {
    admitted: value('moor_sessions_admitted_total'),
    refused: value('moor_packets_refused_total'),
    degraded: value('moor_packets_degraded_total'),
  };
}
