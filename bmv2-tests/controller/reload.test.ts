/** Reloads that fail, in whole or in part: what was before stays, and what a switch had no room for is tried again. */

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Config } from '../../controller/config/index.ts';
import { TCP_SYN } from '../../wire/index.ts';
import { segment } from './client-packets.ts';
import { address, makeLab, serverOf } from './lab.ts';
import { refusingDriver } from './refusing-driver.ts';

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
