/** Reloads that fail, in whole or in part: what was before stays, and what a switch had no room for is tried again. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { Config } from '../../controller/config/index.ts';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import {
  AUTHORITY,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  SERVER_CERTIFICATE,
  SERVER_KEY,
} from '../../switch/server/testing/certificates.ts';
import { TCP_ACK, TCP_SYN } from '../../wire/index.ts';
import { startBare } from '../harness/embedded.ts';
import { segment } from './client-packets.ts';
import { address, makeLab, serverOf, startController, until } from './lab.ts';
import { refusingDriver } from './refusing-driver.ts';

const VIP = address('2001:db8:100::1');

/** A configuration with one service more. */
function withService(config: Config, port: number): Config {
  const [first] = config.services;
  if (first === undefined) throw new Error('there is no service');
  return { ...config, services: [...config.services, { ...first, name: `at-${port}`, port }] };
}

test.serial('a reload that is refused changes nothing, not even the numbers', async (t) => {
  const { controller, config } = await makeLab(t);
  const before = config({ one: 1, two: 0 });
  const file = join(before.state, 'identifiers.json');
  const numbers = () => [controller.numbers.services.stored(), controller.numbers.servers.stored()];
  const [there, written] = [numbers(), readFileSync(file, 'utf8')];
  const isUnchanged = () => {
    t.deepEqual(numbers(), there);
    t.is(readFileSync(file, 'utf8'), written);
    t.false(controller.config.services.some(({ name }) => name === 'at-90'));
  };

  const more = withService(before, 90);
  const web = controller.numbers.services.of('web');
  const collides = more.services.map((one) => (one.name === 'other' ? { ...one, id: web } : one));
  await t.throwsAsync(controller.reload({ ...more, services: collides }), { message: /is that of 'web'/ });
  isUnchanged();

  const taken = createSocket('udp4').bind(0, '127.0.0.1');
  t.teardown(() => taken.close());
  await once(taken, 'listening');
  const listen = `127.0.0.1:${taken.address().port}`;
  const hears: Config = {
    ...more,
    health: {
      ...{ listen, bare: false, every: 1, misses: 3, rise: 2 },
      ...{ 'clock-tolerance': 30, 'slow-start': 30, 'application-grace': 0, 'planned-failure': 'drain' },
    },
  };
  await t.throwsAsync(controller.reload(hears), { code: 'EADDRINUSE' });
  isUnchanged();

  const tls = { authority: join(before.state, 'no such file') };
  const [edge] = more.switches;
  if (edge === undefined) return t.fail();
  await t.throwsAsync(controller.reload({ ...more, switches: [{ ...edge, tls }] }), { name: 'PemError' });
  isUnchanged();
  writeFileSync(tls.authority, AUTHORITY.slice(0, 300));
  await t.throwsAsync(controller.reload({ ...more, switches: [{ ...edge, tls }] }), { name: 'PemError' });
  isUnchanged();
  writeFileSync(tls.authority, AUTHORITY);
  const [certificate, key] = [join(before.state, 'own.pem'), join(before.state, 'own.key')];
  writeFileSync(certificate, CLIENT_CERTIFICATE);
  writeFileSync(key, SERVER_KEY);
  const mixed = { ...edge, tls: { ...tls, certificate, key } };
  await t.throwsAsync(controller.reload({ ...more, switches: [mixed] }), {
    message: /no key for its certificate/,
  });
  isUnchanged();

  await controller.reload(more);
  t.is(controller.numbers.services.stored()['at-90'], Math.max(...Object.values(there[0] ?? {})) + 1);
});

test.serial('what the switch had no room for is tried again with the next configuration', async (t) => {
  let isFull = false;
  const { bare, controller, config } = await makeLab(t, { driver: refusingDriver('services', () => isFull) });
  const next = withService(config({ one: 1, two: 0 }), 90);
  const syn = segment({ client: 1, to: address('2001:db8:100::1'), port: 90 }, TCP_SYN);
  isFull = true;
  await controller.reload(next);
  t.is(controller.counts.refusals, 1);
  t.is(serverOf(bare, syn), undefined);
  await controller.reload(next);
  t.is(controller.counts.refusals, 2);
  isFull = false;
  await controller.reload(next);
  t.is(controller.counts.refusals, 2);
  t.is(serverOf(bare, syn), 'one');
});

test.serial(
  'certificates that changed under the same names: that switch is reached anew, and keeps what it has',
  async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'moor-tls-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const files = { authority: 'ca.pem', certificate: 'own.pem', key: 'own.key' } as const;
    const tls = {
      authority: join(directory, files.authority),
      certificate: join(directory, files.certificate),
      key: join(directory, files.key),
      'server-name': 'localhost',
    };
    writeFileSync(tls.authority, AUTHORITY);
    writeFileSync(tls.certificate, CLIENT_CERTIFICATE);
    writeFileSync(tls.key, CLIENT_KEY);
    const secured = await startBare({
      isControlled: true,
      tls: {
        certificate: Buffer.from(SERVER_CERTIFICATE),
        key: Buffer.from(SERVER_KEY),
        clientAuthority: Buffer.from(AUTHORITY),
      },
    });
    const lab = await makeLab(t);
    const before = lab.config({ one: 1, two: 0 });
    await lab.controller.stop();
    t.teardown(() => secured.close());
    const [edge] = before.switches;
    if (edge === undefined) return t.fail();
    const config = { ...before, switches: [edge, { ...edge, name: 'secured', target: secured.target, tls }] };
    const controller = await startController(t, config);
    const of = (name: string) => controller.switches.find((one) => one.name === name)?.keeper.standing;
    const syn = segment({ client: 1, to: VIP, port: 80 }, TCP_SYN);
    t.is(serverOf(secured, syn), 'one');
    const flows = () => controller.switches.find(({ name }) => name === 'secured')?.flows.size;
    await until('the flow is installed', () => flows() === 1);

    const [plain, first] = [of('edge'), of('secured')];
    await controller.reload(config);
    t.is(of('secured'), first, 'nothing changed');
    // An authority that has not signed what the switch shows.
    writeFileSync(tls.authority, CLIENT_CERTIFICATE);
    await controller.reload(config);
    const isTold = (reason: RegExp, advice: RegExp) => () => {
      const now = of('secured');
      if (now?.kind !== 'unreachable') return false;
      return reason.test(now.message) && advice.test(now.advice ?? '');
    };
    await until(
      'the switch is not believed',
      isTold(/an authority that is not believed/, /is the authority/),
    );
    const without = config.switches.map(({ tls: _, ...one }) => one);
    await controller.reload({ ...config, switches: without });
    await until('the switch wants TLS', isTold(/wants TLS/, /'tls' in moor\.yaml/));
    t.is(serverOf(secured, segment({ client: 1, to: VIP, port: 80 }, TCP_ACK)), 'one', 'it goes on');
    writeFileSync(tls.authority, AUTHORITY);
    await controller.reload(config);
    await until('the switch is there again', () => of('secured')?.kind === 'ready');
    t.not(of('secured'), first);
    t.is(of('edge'), plain, 'the other one was left alone');
    t.is(flows(), 1);
    t.like(of('secured'), { kind: 'ready', lastReconcile: { written: 0, dropped: 0, refused: [] } });
  },
);

test.serial('a switch that is on another machine now has the sessions of the one before', async (t) => {
  const { bare, controller, config } = await makeLab(t);
  await controller.reload(config({ one: 1, two: 0 }));
  t.is(serverOf(bare, segment({ client: 1, to: VIP, port: 80 }, TCP_SYN)), 'one');
  await until('the flow is installed', () => controller.switches[0]?.flows.size === 1);
  // New sessions would go elsewhere.
  const next = config({ one: 0, two: 1 });
  await controller.reload(next);
  const elsewhere = await startBare({ isControlled: true });
  t.teardown(() => elsewhere.close());
  const switches = next.switches.map((one) => ({ ...one, target: elsewhere.target }));
  const standing = () => controller.switches[0]?.keeper.standing;
  const before = standing();
  await controller.reload({ ...next, switches });
  await until('the other one is ready', () => standing() !== before && standing()?.kind === 'ready');
  t.is(serverOf(elsewhere, segment({ client: 1, to: VIP, port: 80 }, TCP_ACK)), 'one');
  t.is(serverOf(elsewhere, segment({ client: 2, to: VIP, port: 80 }, TCP_SYN)), 'two');
  t.is(controller.config.switches[0]?.target, elsewhere.target);
});

test.serial('another election-priority: the controller stands for election again with it', async (t) => {
  const { bare, controller, config } = await makeLab(t);
  const standing = () => controller.switches[0]?.keeper.standing;
  const rival = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => rival.close());
  t.is((await rival.arbitrate(5n << 64n)).standing, 'primary');
  await until('backup', () => standing()?.kind === 'backup');
  const own = config({ one: 1, two: 0 });
  await controller.reload({ ...own, 'election-priority': 4 });
  t.is((await rival.arbitrate(5n << 64n)).standing, 'primary', 'four is less than five');
  await controller.reload({ ...own, 'election-priority': 6 });
  await until('primary', () => standing()?.kind === 'ready');
  t.is((await rival.arbitrate(5n << 64n)).standing, 'backup');
});
