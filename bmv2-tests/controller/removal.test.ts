/** Servers that leave the configuration, and entries that a switch refuses: flows go elsewhere, and no packet goes round for ever. */

import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { Config } from '../../controller/config/index.ts';
import { sessionStatuses } from '../../controller/status.ts';
import { TCP_ACK, TCP_SYN } from '../../wire/index.ts';
import { clientAddress, datagram, segment, sharingSlots } from './client-packets.ts';
import { address, type Lab, makeLab, serverOf, startController, until } from './lab.ts';
import { refusingDriver } from './refusing-driver.ts';

const VIP = address('2001:db8:100::1');
const SERVICES = `
  - { name: calls, address: '2001:db8:100::1', protocol: udp, port: 5000, servers: [one, two] }
`;
const TO_TWO = { one: 0, two: 1 };

const tcp = (client: number, flags: number) => segment({ client, to: VIP, port: 80 }, flags);
const udp = (client: number) => datagram({ client, to: VIP, port: 5000 });

/** The same without a server. */
function without(config: Config, server: string): Config {
  return {
    ...config,
    services: config.services.map((service) => ({
      ...service,
      servers: service.servers.filter((name) => name !== server),
    })),
    servers: config.servers.filter(({ name }) => name !== server),
  };
}

const sessions = (controller: Lab['controller']) =>
  sessionStatuses(controller, 1000)
    .map(({ client, service, server }) => `${service} ${client} ${server}`)
    .sort();

const punts = ({ controller }: Lab, reason: string) => controller.counts.punts.get(reason) ?? 0;

/** Waits until a frame has left for server `two`. */
const arrivesAtTwo = ({ bare }: Lab) =>
  until('it arrives', () => bare.sent().some(({ port, bytes }) => port === 3 && bytes[5] === 2));

test.serial('a server that leaves by a reload: TCP ends, UDP moves, and no packet goes round', async (t) => {
  const lab = await makeLab(t, { services: SERVICES });
  const { bare, controller, config } = lab;
  t.is(serverOf(bare, tcp(1, TCP_SYN)), 'one');
  t.is(serverOf(bare, udp(2)), 'one');
  await until('both have entries', () => sessions(controller).length === 2);

  await controller.reload(without(config(TO_TWO), 'one'));
  t.deepEqual(sessions(controller), [`calls ${clientAddress(2)} two`]);
  t.is(serverOf(bare, udp(2)), 'two');
  t.deepEqual(controller.counts.released, { ended: 1, moved: 1, kept: 0 });
  // The data plane may remember the other one still: the controller sees to it.
  if (serverOf(bare, tcp(1, TCP_ACK)) !== 'two') await arrivesAtTwo(lab);
  t.is(serverOf(bare, tcp(1, TCP_ACK)), 'two');
  const before = punts(lab, 'no_server');
  await wait(300);
  t.is(punts(lab, 'no_server'), before);
});

test.serial('a server that left while no controller ran: its entries are not taken over', async (t) => {
  const { bare, controller, config } = await makeLab(t, { services: SERVICES });
  t.is(serverOf(bare, tcp(1, TCP_SYN)), 'one');
  t.is(serverOf(bare, udp(2)), 'one');
  await until('both have entries', () => sessions(controller).length === 2);
  await controller.stop();
  const second = await startController(t, without(config(TO_TWO), 'one'));
  t.deepEqual(sessions(second), []);
  bare.pass(21);
  t.is(serverOf(bare, tcp(1, TCP_ACK)), 'two');
  t.is(serverOf(bare, udp(2)), 'two');
});

test.serial(
  'a server that one service gives up and another keeps: the flows of the first move',
  async (t) => {
    const { bare, controller, config } = await makeLab(t);
    t.is(serverOf(bare, tcp(1, TCP_SYN)), 'one');
    await until('it has an entry', () => sessions(controller).length === 1);
    const next = config(TO_TWO);
    await controller.reload({
      ...next,
      services: next.services.map((service) => ({
        ...service,
        servers: [service.name === 'web' ? 'two' : 'one'],
      })),
    });
    t.deepEqual(sessions(controller), [`web ${clientAddress(1)} two`]);
    t.is(serverOf(bare, tcp(1, TCP_ACK)), 'two');
  },
);

test.serial('a flow whose entry leads to no server gets another one when a packet comes', async (t) => {
  const lab = await makeLab(t);
  const { bare, controller, config } = lab;
  t.is(serverOf(bare, tcp(1, TCP_SYN)), 'one');
  await until('it has an entry', () => sessions(controller).length === 1);
  const [flow] = controller.switches[0]?.flows.flows() ?? [];
  if (flow === undefined) return t.fail();
  await controller.reload(without(config(TO_TWO), 'one'));
  // As if it had been told of while the server went.
  await controller.switches[0]?.takeAndWait({ ...flow, kind: 'learned' });
  t.is(serverOf(bare, tcp(1, TCP_ACK)), undefined);
  await arrivesAtTwo(lab);
  t.is(serverOf(bare, tcp(1, TCP_ACK)), 'two');
  t.deepEqual(sessions(controller), [`web ${clientAddress(1)} two`]);
  t.true(punts(lab, 'no_server') <= 4);
});

test.serial('where the switch has no room for a flow, its packet does not go round', async (t) => {
  const lab = await makeLab(t, { driver: refusingDriver('flows', () => true) });
  const { bare, controller } = lab;
  // Of two that share a slot, the second comes to the controller.
  const clients = sharingSlots(40, VIP, 80);
  const handedOver = clients.filter((client) => serverOf(bare, tcp(client, TCP_SYN)) === undefined).length;
  t.is(handedOver, 20);
  await until('all are refused', () => controller.counts.refusals >= 40);
  await wait(300);
  // A packet comes back at most three times.
  t.true(punts(lab, 'slot_taken') <= 4 * handedOver, `${punts(lab, 'slot_taken')} of ${handedOver}`);
});
