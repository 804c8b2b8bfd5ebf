/** The controller with a real server of the embedded switch: a configuration in, packets through, sessions kept. */

import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { serveHttp } from '../../controller/http.ts';
import { controllerStatus, sessionStatuses } from '../../controller/status.ts';
import {
  ARP_REQUEST,
  concatBytes,
  emitArp,
  emitIcmpv6,
  emitIpv6,
  parseIcmpv6,
  parseIpv6,
  TCP_ACK,
  TCP_FIN,
  TCP_SYN,
} from '../../wire/index.ts';
import { startBare } from '../harness/embedded.ts';
import { segment as clientSegment, sharingSlots } from './client-packets.ts';
import {
  address,
  bytes,
  CLIENT_LINK,
  ethernet,
  makeLab,
  ready,
  serverOf,
  startController,
  until,
} from './lab.ts';

const VIP = address('2001:db8:100::1');

const segment = (client: number, flags: number) => clientSegment({ client, to: VIP, port: 80 }, flags);

test.serial(
  'a session keeps its server when members change, controllers start again, and the switch does',
  async (t) => {
    const { bare, controller, config } = await makeLab(t);
    t.is(serverOf(bare, segment(1, TCP_SYN)), 'one');
    await until('the flow is installed', () => controllerStatus(controller).switches[0]?.flows.total === 1);

    await controller.reload(config({ one: 0, two: 1 }));
    t.is(serverOf(bare, segment(2, TCP_SYN)), 'two');
    t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');
    await until('both flows', () => controllerStatus(controller).switches[0]?.flows.total === 2);
    // Longer than the data plane remembers by itself.
    bare.pass(21);
    t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');

    await controller.stop();
    t.is(serverOf(bare, segment(1, TCP_ACK)), 'one');
    const second = await startController(t, config({ one: 0, two: 1 }));
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
  },
);

test.serial('a session that was closed and is idle goes', async (t) => {
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

test.serial(
  'a flow that finds no slot gets a server from the controller, and its packet is not lost',
  async (t) => {
    const { bare, controller } = await makeLab(t);
    // The entry of each is written later than its first packets come.
    const clients = sharingSlots(40, VIP, 80);
    let lost = 0;
    for (const client of clients) if (serverOf(bare, segment(client, TCP_SYN)) !== 'one') lost++;
    await until(
      'all have an entry',
      () => controllerStatus(controller).switches[0]?.flows.total === clients.length,
    );
    t.is(lost, 20);
    t.is(controller.counts.punts.get('slot_taken') ?? 0, lost);
    // They are known before the switch has the last of them.
    await until('all go on', () =>
      clients.every((client) => serverOf(bare, segment(client, TCP_ACK)) === 'one'),
    );
  },
);

test.serial(
  'echo requests for virtual and own addresses are answered, and ARP for others is not',
  async (t) => {
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
  },
);

test.serial('status and metrics are served', async (t) => {
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
