/** Signalling and media of a session on one server: copies of packets in, announced flows on the embedded switch. */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { tables } from '../../controller/pipeline/index.ts';
import { controllerStatus, sessionStatuses } from '../../controller/status.ts';
import { type Lab, makeLab, serverOf, startController, until } from './lab.ts';
import { refusingDriver } from './refusing-driver.ts';
import { connection, fromClient, fromServer, PLACES, type ServerName, VIRTUAL } from './signalling-frames.ts';

const SERVICES = `
  - { name: stream, address: '${VIRTUAL}', port: 554, servers: [one, two], signalling: rtsp }
  - { name: phone, address: '${VIRTUAL}', protocol: udp, port: 5060, servers: [one, two], signalling: sip }
  - { name: files, address: '${VIRTUAL}', port: 21, servers: [one, two], signalling: ftp }
`;

const CLIENT = '2001:db8:3::1';
const ALL_TO = { one: { one: 1, two: 0 }, two: { one: 0, two: 1 } } as const;

const entries = ({ controller }: Lab) => controllerStatus(controller).signalling.entries;

/** Sets a stream up with the server that new sessions go to. */
function setUp(
  { bare }: Lab,
  server: ServerName,
  clientPort: number,
  ports: readonly [number, number],
  parameters = '',
) {
  const { open, say } = connection(CLIENT, clientPort, 554);
  const [near, far] = ports;
  const transport = `Transport: RTP/AVP;unicast;client_port=${near}-${near + 1}`;
  bare.send([open()]);
  bare.send([say('client', `SETUP rtsp://h/1 RTSP/1.0\r\nCSeq: 1\r\n${transport}\r\n\r\n`)]);
  const session = `${server}${clientPort}`;
  bare.send([
    say(
      server,
      `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: ${session}${parameters}\r\n${transport};server_port=${far}-${far + 1}\r\n\r\n`,
    ),
  ]);
  return {
    tearDown: () => {
      bare.send([say('client', `TEARDOWN rtsp://h/1 RTSP/1.0\r\nCSeq: 2\r\nSession: ${session}\r\n\r\n`)]);
      bare.send([say(server, 'RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n')]);
    },
  };
}

/** A call of the client to the server that new sessions go to. */
function makeCall({ bare }: Lab, server: ServerName, id: string, signallingPort: number) {
  const sdp = (port: number, host: string) =>
    `v=0\r\no=- 1 1 IN IP6 ${host}\r\ns=-\r\nc=IN IP6 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`;
  const message = (start: string, method: string, to: string, body = '') =>
    `${start}\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>${to}\r\nCall-ID: ${id}\r\nCSeq: 1 ${method}\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const client = (text: string) => bare.send([fromClient(CLIENT, signallingPort, 5060, text)]);
  const answer = (text: string) => bare.send([fromServer(server, CLIENT, 5060, signallingPort, text)]);
  return {
    begin: (near = 6000, far = 7000) => {
      client(message('INVITE sip:b@h SIP/2.0', 'INVITE', '', sdp(near, CLIENT)));
      answer(message('SIP/2.0 200 OK', 'INVITE', ';tag=b', sdp(far, VIRTUAL)));
      client(message('ACK sip:b@h SIP/2.0', 'ACK', ';tag=b'));
    },
    end: () => {
      client(message('BYE sip:b@h SIP/2.0', 'BYE', ';tag=b'));
      answer(message('SIP/2.0 200 OK', 'BYE', ';tag=b'));
    },
  };
}

async function announced(lab: Lab, count: number): Promise<void> {
  await until(`${count} entries`, () => entries(lab) === count);
  // An entry is in the switch when a later change is.
  const [first] = lab.controller.switches;
  for await (const _ of first?.keeper.read([{ entity: { $case: 'tableEntry', value: TABLE } }]) ?? []);
}
const TABLE = {
  tableId: 0x0200_0007,
  match: [],
  priority: 0,
  controllerMetadata: 0n,
  isDefaultAction: false,
  isConst: false,
  idleTimeoutNs: 0n,
  metadata: new Uint8Array(),
  meterConfig: undefined,
  counterData: undefined,
  meterCounterData: undefined,
  timeSinceLastHit: undefined,
  action: undefined,
};

/** The numbers that copies of packets carry, by the client's port, as the switch has them. */
async function numbers({ controller }: Lab): Promise<Readonly<Record<number, number>>> {
  const found: Record<number, number> = {};
  for await (const entity of controller.switches[0]?.keeper.read([tables.signalling_sessions.all()]) ?? []) {
    const entry = tables.signalling_sessions.decode(entity);
    if (entry?.isDefault !== false || entry.action?.name !== 'set_session') continue;
    found[entry.key.client_port] = entry.action.params.session;
  }
  return found;
}

function goesTo(
  t: ExecutionContext,
  { bare }: Lab,
  near: number,
  far: number,
  server: string | undefined,
): void {
  t.is(serverOf(bare, fromClient(CLIENT, near, far)), server, `${near} to ${far}`);
}

/** Media leaves for a server, by the controller's doing. */
function arrives({ bare }: Lab, server: ServerName): Promise<void> {
  const { port: wanted, link } = PLACES[server];
  return until('it arrives', () =>
    bare.sent().some(({ port, bytes }) => {
      const frame = Buffer.from(bytes);
      return port === wanted && frame.subarray(0, 6).toString('hex') === link && frame.includes('media');
    }),
  );
}

test.serial(
  'media of an RTSP session is with its server, whatever becomes of the members; then nowhere',
  async (t) => {
    const lab = await makeLab(t, { services: SERVICES });
    const { controller, config } = lab;
    const first = setUp(lab, 'one', 40_000, [6000, 7000]);
    await announced(lab, 1);
    t.like(
      sessionStatuses(controller, 10).filter(({ identity }) => identity === 'announced'),
      [
        { service: 'stream', server: 'one', clientPort: 6000, port: 7000, session: 1 },
        { service: 'stream', server: 'one', clientPort: 6001, port: 7001, session: 1 },
      ],
    );
    await controller.reload(config(ALL_TO.two));
    for (const [near, far] of [
      [6000, 7000],
      [6001, 7001],
    ] as const) {
      goesTo(t, lab, near, far, 'one');
    }
    goesTo(t, lab, 6000, 7002, undefined);
    // From behind a NAT: the first packet is let in by the controller.
    goesTo(t, lab, 33_333, 7000, undefined);
    await arrives(lab, 'one');
    goesTo(t, lab, 33_333, 7000, 'one');
    // Another session of the same client, with the same port of another server.
    const second = setUp(lab, 'two', 40_001, [6002, 7000]);
    await announced(lab, 2);
    goesTo(t, lab, 6002, 7000, 'two');
    goesTo(t, lab, 6000, 7000, 'one');
    await until('they have come', () => controllerStatus(controller).signalling.events['confirmed'] === 3);
    t.deepEqual(
      sessionStatuses(controller, 20)
        .filter(({ session, identity }) => session === 1 && identity === 'secondary')
        .map(({ clientPort, port, server }) => ({ clientPort, port, server }))
        .sort((left, right) => (left.clientPort ?? 0) - (right.clientPort ?? 0)),
      [
        { clientPort: 6000, port: 7000, server: 'one' },
        { clientPort: 6001, port: 7001, server: 'one' },
        { clientPort: 33_333, port: 7000, server: 'one' },
      ],
    );
    t.deepEqual(await numbers(lab), { 40000: 1, 40001: 2 });
    first.tearDown();
    second.tearDown();
    await announced(lab, 0);
    t.deepEqual(await numbers(lab), {});
    await until('their flows are gone', () =>
      sessionStatuses(controller, 20).every(({ identity }) => identity === 'signalling'),
    );
    lab.bare.pass(6);
    goesTo(t, lab, 6000, 7000, undefined);
    goesTo(t, lab, 6002, 7000, undefined);
  },
);

test.serial(
  'a call keeps its server; ports that another call had a moment ago go to the new one',
  async (t) => {
    const lab = await makeLab(t, { services: SERVICES });
    const { controller, config } = lab;
    const first = makeCall(lab, 'one', 'c1', 5060);
    first.begin();
    await announced(lab, 1);
    await controller.reload(config(ALL_TO.two));
    goesTo(t, lab, 6000, 7000, 'one');
    await until('it has come', () => controllerStatus(controller).signalling.events['confirmed'] === 1);
    first.end();
    await announced(lab, 0);
    const second = makeCall(lab, 'two', 'c2', 5061);
    second.begin();
    await announced(lab, 1);
    t.is(controllerStatus(controller).signalling.events['pinned'], 1);
    await until('it is pinned', () =>
      sessionStatuses(controller, 20).some(
        ({ clientPort, server }) => clientPort === 6000 && server === 'two',
      ),
    );
    await announced(lab, 1);
    goesTo(t, lab, 6000, 7000, 'two');
    goesTo(t, lab, 6001, 7001, 'two');
  },
);

test.serial('media that is quicker than its entry is not lost, and goes nowhere else', async (t) => {
  const lab = await makeLab(t, { services: SERVICES });
  const { bare, controller } = lab;
  setUp(lab, 'one', 40_000, [6000, 7000]);
  await announced(lab, 1);
  // A second stream of the same client, whose packet is there before the reply.
  goesTo(t, lab, 6002, 7002, undefined);
  const { open, say } = connection(CLIENT, 40_001, 554);
  bare.send([open()]);
  const transport = 'Transport: RTP/AVP;unicast;client_port=6002-6003';
  bare.send([say('client', `SETUP rtsp://h/1 RTSP/1.0\r\nCSeq: 1\r\n${transport}\r\n\r\n`)]);
  bare.send([
    say('one', `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: s\r\n${transport};server_port=7002-7003\r\n\r\n`),
  ]);
  await arrives(lab, 'one');
  t.true((controller.counts.punts.get('no_server') ?? 0) >= 1);
});

test.serial('FTP data connections follow their control connection', async (t) => {
  const lab = await makeLab(t, { services: SERVICES });
  const { bare, controller, config } = lab;
  const control = connection(CLIENT, 40_000, 21);
  bare.send([control.open()]);
  bare.send([control.say('client', 'EPSV\r\n')]);
  bare.send([control.say('one', '229 Entering Extended Passive Mode (|||6446|)\r\n')]);
  await announced(lab, 1);
  await controller.reload(config(ALL_TO.two));
  const data = connection(CLIENT, 40_010, 6446);
  t.is(serverOf(bare, data.open()), 'one');
});

test.serial('media that the switch has no room for does not go round', async (t) => {
  const lab = await makeLab(t, { services: SERVICES, driver: refusingDriver('flows', () => true) });
  setUp(lab, 'one', 40_000, [6000, 7000]);
  await announced(lab, 1);
  // From behind a NAT: only an entry of its own lets it in.
  goesTo(t, lab, 33_333, 7000, undefined);
  await wait(500);
  const { punts } = lab.controller.counts;
  // A packet comes back at most three times.
  t.true((punts.get('no_server') ?? 0) <= 4, `${punts.get('no_server')}`);
});

test.serial(
  'sessions outlive a controller that is killed: media stays, and ends with TEARDOWN, BYE or silence',
  async (t) => {
    const lab = await makeLab(t, { services: SERVICES });
    const { bare, controller, config } = lab;
    const film = setUp(lab, 'one', 40_000, [6000, 7000]);
    const call = makeCall(lab, 'one', 'c1', 5060);
    call.begin(6100, 7100);
    setUp(lab, 'one', 40_001, [6200, 7200], ';timeout=2');
    await announced(lab, 3);
    goesTo(t, lab, 6000, 7000, 'one');
    const isSecondary = (of: typeof controller) =>
      sessionStatuses(of, 20).some(
        ({ clientPort, identity }) => clientPort === 6000 && identity === 'secondary',
      );
    await until('it has come', () => isSecondary(controller));
    await announced(lab, 3);
    // What a controller leaves that has no time to put anything in order.
    const state = mkdtempSync(join(tmpdir(), 'moor-killed-'));
    t.teardown(() => rmSync(state, { recursive: true, force: true }));
    cpSync(controller.config.state, state, { recursive: true });
    await controller.stop();

    const next = await startController(t, { ...config(ALL_TO.two), state });
    const after: Lab = { bare, config, controller: next };
    t.like(controllerStatus(next).signalling, { sessions: 3, entries: 3 });
    const [standing] = next.switches.map(({ keeper }) => keeper.standing);
    t.true(standing?.kind === 'ready' && standing.lastReconcile.dropped === 0, JSON.stringify(standing));
    // Flows that the switch had, and those that only were announced.
    t.true(isSecondary(next));
    t.deepEqual(await numbers(after), { 40000: 1, 5060: 2, 40001: 3 });
    for (const [near, far] of [
      [6000, 7000],
      [6001, 7001],
      [6100, 7100],
    ] as const) {
      goesTo(t, after, near, far, 'one');
    }
    await until('silence ends one', () => controllerStatus(next).signalling.sessions === 2);
    await announced(after, 2);
    film.tearDown();
    await announced(after, 1);
    call.end();
    await announced(after, 0);
    await until('their flows are gone', () =>
      sessionStatuses(next, 20).every(({ identity }) => identity === 'signalling'),
    );
    bare.pass(6);
    for (const [near, far] of [
      [6000, 7000],
      [6100, 7100],
      [6200, 7200],
    ] as const) {
      goesTo(t, after, near, far, undefined);
    }
  },
);
