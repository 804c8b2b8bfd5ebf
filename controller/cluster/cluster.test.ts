/** Agents heard over a socket that is opened anew, and clocks that somebody sets. */

import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { pino } from 'pino';
import { emitAvailability, seal } from '../../wire/monitoring/index.ts';
import { parseConfig } from '../config/index.ts';
import { Identifiers } from '../pipeline/index.ts';
import { Cluster } from './index.ts';

const KEY = '0123456789abcdef';
const HOUR = 3_600_000;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let left = 3000; left > 0; left--) {
    if (holds()) return;
    await wait(10);
  }
  throw new Error(`it does not come to be: ${what}`);
}

/** A cluster of one server with an agent, whose clock is that of the machine and `step` milliseconds more. */
function makeCluster(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'moor-cluster-unit-'));
  writeFileSync(join(directory, 'key'), KEY);
  const machine = { step: 0 };
  const clock = () => Date.now() + machine.step;
  const releases: string[] = [];
  const begin = Date.now() - performance.now();
  const cluster = new Cluster({
    log: pino({ level: 'silent' }),
    numbers: {
      services: new Identifiers('service', {}, 10),
      servers: new Identifiers('server', { one: 1 }, 10),
      virtualAddresses: new Identifiers('virtual address', {}, 10),
    },
    now: () => Math.floor(begin + performance.now()),
    clock,
    random: () => 0,
    headLoad: () => 0,
    onDecided: () => {},
    onReachable: () => {},
    onRelease: (server, reason) => releases.push(`${server} ${reason}`),
  });
  const config = (listen: string, every = '20s') =>
    parseConfig(
      `
switches: [{ name: edge, target: '127.0.0.1:1', ports: [{ number: 1, role: server, link-address: '02:00:00:00:00:01' }] }]
services: [{ name: web, address: '2001:db8:100::1', port: 80, servers: [one] }]
servers: [{ name: one, id: 1, port: 1, link-address: '02:00:00:00:01:01' }]
health: { listen: '${listen}', key-file: ${join(directory, 'key')}, every: ${every}, misses: 3 }
state: ${directory}
listen: 127.0.0.1:0
`,
      'moor.yaml',
    );
  const socket = createSocket('udp4');
  t.teardown(async () => {
    socket.close();
    await cluster.close();
    rmSync(directory, { recursive: true, force: true });
  });
  let sequence = 0;
  /** What the agent would send now; its clock is the machine's. */
  const message = (failsAt?: number) => {
    const flag = failsAt === undefined ? 'available' : 'planned-failure';
    const timestamp = Math.floor((failsAt ?? clock()) / 1000);
    const bytes = emitAvailability({ identity: 1, sequence: ++sequence, flag, timestamp });
    return seal(bytes, BigInt(clock()) * 1000n + BigInt(sequence), new TextEncoder().encode(KEY));
  };
  const send = async (bytes: Uint8Array) => {
    const { taken, wrong, stale, unknown } = cluster.counts;
    const before = taken + wrong + stale + unknown;
    await new Promise((resolve) => socket.send(bytes, cluster.port, '127.0.0.1', resolve));
    await until('it was read', () => {
      const now = cluster.counts;
      return now.taken + now.wrong + now.stale + now.unknown > before;
    });
  };
  return { cluster, config, machine, clock, message, send, releases };
}

test('another address of the same port: it is heard there, and what came before is not taken again', async (t) => {
  const { cluster, config, message, send } = makeCluster(t);
  await cluster.listen(config('127.0.0.1:0'));
  cluster.configure(config('127.0.0.1:0'));
  const { port = 0 } = cluster;
  const first = message();
  await send(first);
  t.is(cluster.counts.taken, 1);
  for (const listen of [`0.0.0.0:${port}`, `[::]:${port}`, `127.0.0.1:${port}`]) {
    await cluster.listen(config(listen));
    cluster.configure(config(listen));
    t.is(cluster.port, port);
    const { stale } = cluster.counts;
    await send(first);
    t.is(cluster.counts.stale, stale + 1, listen);
  }
  await send(message());
  t.is(cluster.counts.taken, 2);
});

test('an address that cannot be had: it is heard as before', async (t) => {
  const { cluster, config, message, send } = makeCluster(t);
  await cluster.listen(config('127.0.0.1:0'));
  cluster.configure(config('127.0.0.1:0'));
  const { port } = cluster;
  // An address for documentation, which no machine has.
  await t.throwsAsync(cluster.listen(config(`192.0.2.1:${port}`)), { code: 'EADDRNOTAVAIL' });
  t.is(cluster.port, port);
  await send(message());
  t.is(cluster.counts.taken, 1);
});

test('a clock that is set back or on: decisions go on, nobody is silent, and a plan stays at its time', async (t) => {
  const { cluster, config, machine, clock, message, send, releases } = makeCluster(t);
  await cluster.listen(config('127.0.0.1:0'));
  cluster.configure(config('127.0.0.1:0'));
  for (const step of [0, -HOUR, HOUR]) {
    machine.step = step;
    await send(message());
    t.is(cluster.server('one')?.health.status.kind, 'up');
  }
  t.deepEqual(releases, []);
  // In a second by the clock of both, which is not the time that intervals are measured by.
  await send(message(clock() + 1500));
  t.is(cluster.server('one')?.health.status.kind, 'draining');
  t.deepEqual(releases, []);
  await until('it has come', () => releases.length > 0);
  t.deepEqual(releases, ['one planned']);
});
