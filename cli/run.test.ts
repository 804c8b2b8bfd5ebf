/** `moor run`: what operators read where something is wrong, and its exit codes. */

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { openMobilityStore } from '../controller/mobility/store.ts';

const MOOR = join(process.cwd(), 'dist/bin.js');
const directory = mkdtempSync(join(tmpdir(), 'moor-run-'));
test.after.always(() => rmSync(directory, { recursive: true, force: true }));

const RIGHT = `switches:
  - name: edge
    target: 127.0.0.1:9
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
      - { number: 2, role: server, link-address: '02:00:00:00:00:01' }
services:
  - { name: web, address: '2001:db8:100::1', port: 80, servers: [one] }
servers:
  - { name: one, port: 2, link-address: '02:00:00:00:01:01' }
state: ${join(directory, 'state')}
listen: 127.0.0.1:0
`;

/** Runs it with a configuration of which something is replaced; it ends by itself. */
async function run(what: string | RegExp, by: string) {
  const file = join(directory, 'moor.yaml');
  writeFileSync(file, RIGHT.replace(what, by));
  const { exitCode, stderr } = await execa('node', [MOOR, 'run', '--config', file], {
    reject: false,
    timeout: 120_000,
  });
  return { exitCode, said: stderr.replaceAll(`${directory}/`, '') };
}

test.serial('a configuration that is wrong: where, and what to write', async (t) => {
  t.deepEqual(await run('role: uplink', 'role: up'), {
    exitCode: 1,
    said: 'moor.yaml:5:22: error: switches[0].ports[0].role: write one of uplink, server, both',
  });
  t.deepEqual(await run("'2001:db8:100::1'", "'2001:db8:100::g'"), {
    exitCode: 1,
    said: 'moor.yaml:8:18: error: services[0].address: it is no IPv4 or IPv6 address',
  });
  const broken = await run('servers: [one] }', 'servers: [one }');
  t.is(broken.exitCode, 1);
  t.regex(broken.said, /^moor\.yaml:8:\d+: error: /);
});

test.serial('a file that is not there', async (t) => {
  const { exitCode, stderr } = await execa('node', [MOOR, 'run', '--config', '/no/moor.yaml'], {
    reject: false,
  });
  t.deepEqual([exitCode, stderr], [1, 'moor: /no/moor.yaml: there is no such file']);
});

test.serial('a state directory that cannot be used', async (t) => {
  writeFileSync(join(directory, 'file'), '');
  for (const [path, why] of [
    ['/proc/none/state', 'there is none, and none can be made'],
    [join(directory, 'file'), 'there is a file of that name'],
    [join(directory, 'file', 'state'), 'there is a file where a directory is to be'],
  ] as const) {
    const { exitCode, said } = await run(/state: .*/, `state: ${path}`);
    t.is(exitCode, 3);
    const shown = path.replace(`${directory}/`, '');
    t.is(said, `moor: cannot use the state directory ${shown}: ${why}; write another one (state: DIRECTORY)`);
  }
});

test.serial('a state directory that another controller uses', async (t) => {
  const { store } = await openMobilityStore(join(directory, 'used', 'mobility'), 0);
  t.teardown(() => store.close());
  t.deepEqual(await run(/state: .*/, 'state: used'), {
    exitCode: 3,
    said: 'moor: used/mobility is in use: another controller runs with this state directory',
  });
});

test.serial('addresses that cannot be listened at', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.teardown(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  t.deepEqual(await run(/listen: .*/, `listen: 127.0.0.1:${port}`), {
    exitCode: 3,
    said: `moor: cannot listen at 127.0.0.1:${port} (listen): the address is in use`,
  });
  const health = "health: { listen: '192.0.2.1:7000', bare: true }";
  t.deepEqual(await run(/listen: .*/, `listen: 127.0.0.1:0\n${health}`), {
    exitCode: 3,
    said: 'moor: cannot listen at 192.0.2.1:7000 (health.listen): this machine does not have the address',
  });
});

test.serial('a switch that cannot be reached: it says so once and goes on; SIGTERM ends it', async (t) => {
  const file = join(directory, 'moor.yaml');
  writeFileSync(file, RIGHT);
  const child = execa('node', [MOOR, 'run', '--config', file], {
    reject: false,
    timeout: 120_000,
    forceKillAfterDelay: 60_000,
  });
  const lines: string[] = [];
  for await (const line of child.iterable()) {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    lines.push(`${level} ${msg}`);
    if (/unreachable/.test(msg)) setTimeout(() => child.kill('SIGTERM'), 1000);
  }
  const { exitCode } = await child;
  t.is(exitCode, 0);
  const unreachable = 'connect ECONNREFUSED 127.0.0.1:9; it is tried again until it answers';
  t.deepEqual(
    lines.filter((line) => !/controller runs/.test(line)),
    [
      '30 switch edge: connecting',
      `40 switch edge: unreachable: ${unreachable}`,
      '30 the controller ends; the switches go on',
      '30 switch edge: stopped',
    ],
  );
});
