/** The controller with a real server of the embedded switch: a configuration in, packets through, sessions kept. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { type Config, parseConfig } from '../../controller/config/index.ts';
import { Controller } from '../../controller/controller.ts';
import { serveHttp } from '../../controller/http.ts';
import { controllerStatus, sessionStatuses } from '../../controller/status.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import {
  ARP_REQUEST,
  concatBytes,
  emitArp,
  emitEthernet,
  emitIcmpv6,
  emitIpv6,
  emitTcp,
  fromHex,
  ipv6PseudoSum,
  parseIcmpv6,
  parseIpv6,
  parseIpv6Address,
  TCP_ACK,
  TCP_FIN,
  TCP_SYN,
} from '../../wire/index.ts';
import { type BareSwitch, startBare } from '../harness/embedded.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';

const { json, p4info } = v1modelPipeline();
const PIPELINE = { p4info, p4DeviceConfig: json, cookie: { cookie: 7n } };
const VIP = address('2001:db8:100::1');
const CLIENT_LINK = bytes('0200000000c1');
const OWN_LINK = bytes('020000000001');
const LINKS = new Map([
  ['020000000101', 'one'],
  ['020000000102', 'two'],
]);

function bytes(hex: string): Uint8Array {
  const found = fromHex(hex);
  if (found === undefined) throw new Error(hex);
  return found;
}

function address(text: string): Uint8Array {
  const found = parseIpv6Address(text);
  if (found === undefined) throw new Error(text);
  return found;
}

function configText(target: string, state: string, weights: { one: number; two: number }): string {
  return `
switches:
  - name: edge
    target: ${target}
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
      - { number: 2, role: server, link-address: '02:00:00:00:00:01' }
      - { number: 3, role: server, link-address: '02:00:00:00:00:01' }
addresses: ['2001:db8:100::fe']
services:
  - { name: web, address: '2001:db8:100::1', port: 80, servers: [one, two] }
servers:
  - { name: one, port: 2, link-address: '02:00:00:00:01:01', weight: ${weights.one} }
  - { name: two, port: 3, link-address: '02:00:00:00:01:02', weight: ${weights.two} }
neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:fe' }
routes:
  - { prefix: '::/0', via: router }
state: ${state}
listen: 127.0.0.1:0
`;
}

type Lab = {
  readonly bare: BareSwitch;
  readonly controller: Controller;
  readonly config: (weights: { one: number; two: number }) => Config;
};

async function makeLab(t: ExecutionContext): Promise<Lab> {
  const bare = await startBare({ isControlled: true });
  const state = mkdtempSync(path.join(tmpdir(), 'moor-state-'));
  t.teardown(async () => {
    await bare.close();
    rmSync(state, { recursive: true, force: true });
  });
  const config: Lab['config'] = (weights) =>
    parseConfig(configText(bare.target, state, weights), 'moor.yaml');
  const controller = startController(t, config({ one: 1, two: 0 }));
  await controller.start();
  await ready(controller);
  return { bare, controller, config };
}

function startController(t: ExecutionContext, config: Config): Controller {
  const controller = new Controller({ config, pipeline: PIPELINE, log: pino({ level: 'silent' }) });
  t.teardown(() => controller.stop());
  return controller;
}

/** Waits until a condition holds; what it is, when it does not within ten seconds. */
async function until(what: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1000; turn++) {
    if (holds()) return;
    await wait(10);
  }
  throw new Error(`it does not come to be: ${what}`);
}

async function ready(controller: Controller): Promise<void> {
  await until('ready', () => controller.switches.every(({ keeper }) => keeper.standing.kind === 'ready'));
}

function ethernet(ethertype: number, source = CLIENT_LINK): Uint8Array {
  return emitEthernet({ destination: OWN_LINK, source, tags: [], ethertype });
}

function segment(client: number, flags: number): PortPacket {
  const source = address(`2001:db8:3::${client.toString(16)}`);
  const tcp = emitTcp(
    {
      sourcePort: 40_000,
      destinationPort: 80,
      sequence: 1,
      acknowledgement: 0,
      flags,
      window: 1000,
      urgent: 0,
      options: new Uint8Array(),
      payload: new Uint8Array(),
    },
    (length) => ipv6PseudoSum(source, VIP, length, 6),
  );
  const head = emitIpv6({
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: tcp.length,
    next: 6,
    hopLimit: 64,
    source,
    destination: VIP,
  });
  return { port: 1, bytes: concatBytes(ethernet(0x86dd), head, tcp) };
}

/** The server that a packet goes to. */
function serverOf(bare: BareSwitch, packet: PortPacket): string | undefined {
  const [left] = bare.send([packet]);
  return left === undefined ? undefined : LINKS.get(Buffer.from(left.bytes.subarray(0, 6)).toString('hex'));
}

test('a session keeps its server when members change, controllers start again, and the switch does', async (t) => {
  const { bare, controller, config } = await makeLab(t);
  t.is(serverOf(bare, segment(1, TCP_SYN)), 'one');
  await until('the flow is installed', () => controllerStatus(controller).switches[0]?.flows.total === 1);

  await controller.reload(config({ one: 0, two: 1 }));
  t.is(serverOf(bare, segment(2, TCP_SYN)), 'two');
  t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');
  await until('both flows', () => controllerStatus(controller).switches[0]?.flows.total === 2);
  // Longer than the data plane remembers by itself.
  bare.pass(6);
  t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');

  await controller.stop();
  t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');
  const second = startController(t, config({ one: 0, two: 1 }));
  await second.start();
  await ready(second);
  t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');
  t.deepEqual(
    sessionStatuses(second, 10)
      .map(({ client, service, server, status }) => ({ client, service, server, status }))
      .sort((left, right) => left.client.localeCompare(right.client)),
    [
      { client: '2001:db8:3::1', service: 'web', server: 'one', status: 'established' },
      { client: '2001:db8:3::2', service: 'web', server: 'two', status: 'established' },
    ],
  );

  const { port } = bare;
  await bare.close();
  const again = await startBare({ isControlled: true, port });
  t.teardown(() => again.close());
  await until('the switch is lost', () => second.switches[0]?.keeper.standing.kind !== 'ready');
  await ready(second);
  t.is(serverOf(again, segment(1, TCP_ACK)), 'one');
  t.is(serverOf(again, segment(2, TCP_ACK)), 'two');
});

test('a session that was closed and is idle goes', async (t) => {
  const { bare, controller } = await makeLab(t);
  serverOf(bare, segment(1, TCP_SYN));
  const flows = () => controllerStatus(controller).switches[0]?.flows;
  await until('the flow is installed', () => flows()?.total === 1);
  serverOf(bare, segment(1, TCP_FIN | TCP_ACK));
  await until('it is closing', () => flows()?.closing === 1);
  bare.pass(40);
  await until('it is gone', () => flows()?.total === 0);
  t.is(controller.counts.reports.get('closed'), 1);
});

test('a flow that finds no slot gets a server from the controller, and its packet is not lost', async (t) => {
  const { bare, controller } = await makeLab(t);
  // 65,536 slots: among 700 clients some share one. The entry of each is written later than its first packets come.
  const clients = Array.from({ length: 700 }, (_, index) => index + 1);
  let lost = 0;
  for (const client of clients) if (serverOf(bare, segment(client, TCP_SYN)) !== 'one') lost++;
  await until(
    'all have an entry',
    () => controllerStatus(controller).switches[0]?.flows.total === clients.length,
  );
  t.is(controller.counts.punts.get('slot_taken') ?? 0, lost);
  for (const client of clients) t.is(serverOf(bare, segment(client, TCP_ACK)), 'one');
});

test('ARP, Neighbor Discovery and echo requests for virtual and own addresses are answered', async (t) => {
  const { bare } = await makeLab(t);
  const ask = async (frame: Uint8Array): Promise<Uint8Array | undefined> => {
    bare.send([{ port: 1, bytes: frame }]);
    await until('an answer', () => bare.sent().length > 0);
    return bare.sent().at(-1)?.bytes;
  };
  for (const target of ['2001:db8:100::1', '2001:db8:100::fe']) {
    const source = address('2001:db8:3::1');
    const body = emitIcmpv6(
      { kind: 'information', type: 128, code: 0, body: bytes('00010002aabbccdd') },
      source,
      address(target),
    );
    const head = emitIpv6({
      trafficClass: 0,
      flowLabel: 0,
      payloadLength: body.length,
      next: 58,
      hopLimit: 64,
      source,
      destination: address(target),
    });
    const reply = await ask(concatBytes(ethernet(0x86dd), head, body));
    if (reply === undefined) return t.fail(`no echo reply from ${target}`);
    const ip = parseIpv6(reply, 14);
    if (!ip.ok) return t.fail(ip.problem);
    const message = parseIcmpv6(reply, ip.end, reply.length, ip.value);
    t.deepEqual([...ip.value.source], [...address(target)]);
    t.like(message, { ok: true });
    if (message.ok && message.value.kind === 'information') {
      t.is(message.value.type, 129);
      t.is(Buffer.from(message.value.body).toString('hex'), '00010002aabbccdd');
    }
  }
  const request = emitArp({
    operation: ARP_REQUEST,
    senderHardware: CLIENT_LINK,
    senderAddress: Uint8Array.of(198, 51, 100, 7),
    targetHardware: new Uint8Array(6),
    targetAddress: Uint8Array.of(203, 0, 113, 10),
  });
  // No such address here: nobody answers.
  bare.send([{ port: 1, bytes: concatBytes(ethernet(0x0806), request) }]);
  await wait(100);
  t.deepEqual(bare.sent(), []);
});

test('status and metrics are served', async (t) => {
  const { bare, controller } = await makeLab(t);
  serverOf(bare, segment(1, TCP_SYN));
  await until('the flow is installed', () => controllerStatus(controller).switches[0]?.flows.total === 1);
  const app = await serveHttp(controller, '127.0.0.1:0');
  t.teardown(() => app.close());
  const status = await app.inject('/status');
  t.like(status.json(), {
    services: [{ name: 'web', flows: 1 }],
    switches: [{ name: 'edge', standing: { kind: 'ready' } }],
  });
  const servers = await app.inject('/servers');
  t.like(servers.json()[0], { name: 'one', flows: 1 });
  const wrong = await app.inject('/sessions?limit=many');
  t.is(wrong.statusCode, 400);
  const { body } = await app.inject('/metrics');
  t.regex(body, /^moor_switch_ready\{switch="edge"\} 1$/m);
  t.regex(body, /^moor_sessions_admitted_total\{switch="edge",service="web"\} 1$/m);
  t.regex(body, /^moor_flow_reports_total\{event="learned"\} 1$/m);
});
