/** Two switches, as in figure 2 of the SARA paper: packets to servers come by a dispatcher, what servers send goes by a gateway. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { parseConfig } from '../../controller/config/index.ts';
import type { ManagedSwitch } from '../../controller/managed-switch.ts';
import { tables } from '../../controller/pipeline/index.ts';
import { controllerStatus } from '../../controller/status.ts';
import { startBare } from '../harness/embedded.ts';
import { serverOf, startController, until } from './lab.ts';
import { connection, fromClient, VIRTUAL } from './signalling-frames.ts';

const CLIENT = '2001:db8:3::1';

function configText(dispatcher: string, gateway: string, state: string): string {
  const ports = (roles: readonly string[]) =>
    roles
      .map((role, index) => `{ number: ${index + 1}, role: ${role}, link-address: '02:00:00:00:00:01' }`)
      .join(', ');
  return `
switches:
  - { name: dispatcher, target: '${dispatcher}', role: dispatcher, ports: [${ports(['uplink', 'server', 'server'])}] }
  - { name: gateway, target: '${gateway}', role: gateway, ports: [${ports(['uplink', 'server', 'server'])}] }
services:
  - { name: stream, address: '${VIRTUAL}', port: 554, servers: [one, two], signalling: rtsp }
servers:
  - { name: one, port: 2, link-address: '02:00:00:00:01:01' }
  - { name: two, port: 3, link-address: '02:00:00:00:01:02', weight: 0 }
neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:fe' }
routes:
  - { prefix: '::/0', via: router }
state: ${state}
listen: 127.0.0.1:0
`;
}

test.serial('what a server says by the gateway lets its media in at the dispatcher', async (t) => {
  const [dispatcher, gateway] = await Promise.all([
    startBare({ isControlled: true }),
    startBare({ isControlled: true }),
  ]);
  const state = mkdtempSync(join(tmpdir(), 'moor-one-way-'));
  t.teardown(async () => {
    await Promise.all([dispatcher.close(), gateway.close()]);
    rmSync(state, { recursive: true, force: true });
  });
  const config = parseConfig(configText(dispatcher.target, gateway.target, state), 'moor.yaml');
  const controller = await startController(t, config);
  const { open, say } = connection(CLIENT, 40_000, 554);
  const transport = 'Transport: RTP/AVP;unicast;client_port=6000-6001';
  t.is(serverOf(dispatcher, open()), 'one');
  dispatcher.send([say('client', `SETUP rtsp://h/1 RTSP/1.0\r\nCSeq: 1\r\n${transport}\r\n\r\n`)]);
  const reply = `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: s\r\n${transport};server_port=7000-7001\r\n\r\n`;
  const [left] = gateway.send([say('one', reply)]);
  // To the router, past the dispatcher.
  t.is(left?.port, 1);
  await until('it is announced', () => controllerStatus(controller).signalling.entries === 1);
  await until('its media is let in', () => serverOf(dispatcher, fromClient(CLIENT, 6000, 7000)) === 'one');
  // Copies of both switches carry the session's number.
  const isNumbered = async ({ keeper }: ManagedSwitch) => {
    for await (const entity of keeper.read([tables.signalling_sessions.all()])) {
      if (tables.signalling_sessions.decode(entity)?.isDefault === false) return true;
    }
    return false;
  };
  t.deepEqual(await Promise.all(controller.switches.map(isNumbered)), [true, true]);
  dispatcher.send([say('client', 'TEARDOWN rtsp://h/1 RTSP/1.0\r\nCSeq: 2\r\nSession: s\r\n\r\n')]);
  gateway.send([say('one', 'RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n')]);
  await until('it is over', () => controllerStatus(controller).signalling.sessions === 0);
});
