/** Signalling and media of a session on one server: copies of packets in, announced flows on the embedded switch. */

import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { tables } from '../../controller/pipeline/index.ts';
import { controllerStatus, sessionStatuses } from '../../controller/status.ts';
import { type Lab, makeLab, serverOf, until } from './lab.ts';
import { refusingDriver } from './refusing-driver.ts';
import {
  CLIENT,
  connection,
  fromClient,
  makeCall,
  PLACES,
  type ServerName,
  setUp,
  VIRTUAL,
} from './signalling-frames.ts';

const SERVICES = `
  - { name: stream, address: '${VIRTUAL}', port: 554, servers: [one, two], signalling: rtsp }
  - { name: phone, address: '${VIRTUAL}', protocol: udp, port: 5060, servers: [one, two], signalling: sip }
  - { name: files, address: '${VIRTUAL}', port: 21, servers: [one, two], signalling: ftp }
`;

const ALL_TO = { one: { one: 1, two: 0 }, two: { one: 0, two: 1 } } as const;

const entries = ({ controller }: Lab) => controllerStatus(controller).signalling.entries;

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
    const first = setUp(lab.bare, 'one', 40_000, [6000, 7000]);
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
    const second = setUp(lab.bare, 'two', 40_001, [6002, 7000]);
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
    const first = makeCall(lab.bare, 'one', 'c1', 5060);
    first.begin();
    await announced(lab, 1);
    await controller.reload(config(ALL_TO.two));
    goesTo(t, lab, 6000, 7000, 'one');
    await until('it has come', () => controllerStatus(controller).signalling.events['confirmed'] === 1);
    first.end();
    await announced(lab, 0);
    const second = makeCall(lab.bare, 'two', 'c2', 5061);
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
  setUp(lab.bare, 'one', 40_000, [6000, 7000]);
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
  setUp(lab.bare, 'one', 40_000, [6000, 7000]);
  await announced(lab, 1);
  // From behind a NAT: only an entry of its own lets it in.
  goesTo(t, lab, 33_333, 7000, undefined);
  await wait(500);
  const { punts } = lab.controller.counts;
  // A packet comes back at most three times.
  t.true((punts.get('no_server') ?? 0) <= 4, `${punts.get('no_server')}`);
});
