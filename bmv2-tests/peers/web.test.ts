/**
 * Real web servers and clients (nginx, curl) around `moor switch`, `moor run` and `moor agent` in network namespaces, at layer 2
 * with the virtual address on each server: sessions are balanced while servers are added, drained and killed.
 */

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import type { ServerStatus } from '../../controller/server-status.ts';
import type { ControllerStatus } from '../../controller/status.ts';
import { Namespaces, type Topology } from '../../lab/namespaces.ts';
import { Processes, type Running } from '../../lab/processes.ts';

const MOOR = ['node', path.join(process.cwd(), 'dist/bin.js')];
const PREFIX = `mw${process.pid % 100_000}`;
const VIP = '2001:db8:100::1';
const SWITCH_ADDRESS = '2001:db8:100::fe';
const SWITCH_LINK = '02:00:00:00:00:01';
const CLIENT_LINK = '02:00:00:00:00:c1';
const HTTP = '127.0.0.1:9412';
const SERVERS = ['s1', 's2', 's3', 's4'] as const;
type Server = (typeof SERVERS)[number];

/** What is missing on this machine, and how to get it. */
async function missing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'they take root';
  for (const [program, name] of [
    ['ip', 'iproute2'],
    ['nginx', 'nginx-light'],
    ['curl', 'curl'],
  ]) {
    const found = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (found.exitCode !== 0) return `apt-get install ${name}`;
  }
  const made = await execa('ip', ['netns', 'add', `${PREFIX}t`], { reject: false });
  if (made.exitCode !== 0) return 'they take network namespaces';
  await execa('ip', ['netns', 'del', `${PREFIX}t`]);
  return undefined;
}
const lacks = await missing();
if (lacks !== undefined) process.stdout.write(`skipped: nginx and curl in network namespaces; ${lacks}\n`);
const linux = lacks === undefined ? test.serial : test.serial.skip;

const number = (server: Server) => SERVERS.indexOf(server) + 1;
const link = (server: Server) => `02:00:00:00:02:0${number(server)}`;

const TOPOLOGY: Topology = {
  namespaces: {
    dc: {
      bridges: ['management'],
      interfaces: {
        uplink: {},
        ...Object.fromEntries(SERVERS.map((name) => [name, {}])),
        management: { addresses: ['fd6d:6f6f:72::1/64'] },
        ...Object.fromEntries(SERVERS.map((name) => [`m-${name}`, { master: 'management' }])),
      },
    },
    client: {
      interfaces: { eth0: { linkAddress: CLIENT_LINK, addresses: ['2001:db8:5::10/64'] } },
      routes: [{ prefix: 'default', via: SWITCH_ADDRESS, interface: 'eth0' }],
    },
    ...Object.fromEntries(
      SERVERS.map((name) => [
        name,
        {
          interfaces: {
            eth0: { linkAddress: link(name) },
            management: { addresses: [`fd6d:6f6f:72::1${number(name)}/64`] },
          },
          routes: [{ prefix: 'default', via: SWITCH_ADDRESS, interface: 'eth0' }],
        },
      ]),
    ),
  },
  links: [
    ['dc:uplink', 'client:eth0'],
    ...SERVERS.flatMap((name): [string, string][] => [
      [`dc:${name}`, `${name}:eth0`],
      [`dc:m-${name}`, `${name}:management`],
    ]),
  ],
};

function controllerSettings(directory: string, servers: readonly Server[]): string {
  const ports = [1, ...SERVERS.map((name) => number(name) + 1)].map(
    (port) =>
      `      - { number: ${port}, role: ${port === 1 ? 'uplink' : 'server'}, link-address: '${SWITCH_LINK}' }`,
  );
  const entries = servers.map(
    (name) =>
      `  - { name: ${name}, id: ${number(name)}, port: ${number(name) + 1}, link-address: '${link(name)}' }`,
  );
  return `
switches:
  - name: edge
    target: 127.0.0.1:9559
    ports:
${ports.join('\n')}
addresses: ['${SWITCH_ADDRESS}']
services:
  - { name: web, address: '${VIP}', port: 80, servers: [${servers.join(', ')}] }
servers:
${entries.join('\n')}
neighbors:
  - { name: client, port: 1, link-address: '${CLIENT_LINK}' }
routes:
  - { prefix: '::/0', via: client }
health: { listen: '[::]:9413', key-file: ${directory}/key, every: 500ms, slow-start: 2s }
load: { every: 500ms, weights: { cpu: 0, memory: 0, ioQueue: 0 } }
state: ${directory}/state
listen: ${HTTP}
`;
}

const agentSettings = (server: Server, directory: string) => `
identity: ${number(server)}
controllers: ['[fd6d:6f6f:72::1]:9413']
key-file: ${directory}/key
heartbeat-every: 500ms
load-every: 500ms
probe: { tcp: '[${VIP}]:80', timeout: 5s }
serves: [{ port: 80 }]
virtual-addresses: ['${VIP}']
state: ${directory}/${server}
`;

const nginxSettings = (server: Server, directory: string) => `
daemon off;
user root;
worker_processes 1;
error_log ${directory}/nginx-${server}.error.log;
pid ${directory}/nginx-${server}.pid;
events { worker_connections 512; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${directory}/nginx-${server}-${name};`)
    .join('\n  ')}
  server { listen [::]:80; root ${directory}/www; add_header X-Server ${server}; }
}
`;

linux(
  'sessions are balanced while servers are added, drained and killed, and only those of the killed one break',
  async (t) => {
    t.timeout(280_000);
    const directory = mkdtempSync(path.join(tmpdir(), `${PREFIX}-`));
    const namespaces = Namespaces.build(PREFIX, TOPOLOGY);
    const processes = new Processes(directory);
    t.teardown(async () => {
      await processes.endAll();
      namespaces.remove();
      rmSync(directory, { recursive: true, force: true });
    });
    const file = (name: string) => path.join(directory, name);
    const inside = (namespace: string, ...words: readonly string[]) => namespaces.command(namespace, words);
    const configure = (servers: readonly Server[]) =>
      writeFileSync(file('moor.yaml'), controllerSettings(directory, servers));
    const film = randomBytes(3 << 20);
    const digest = createHash('sha256').update(film).digest('hex');
    mkdirSync(file('www'));
    writeFileSync(file('www/film'), film);
    writeFileSync(file('www/index.html'), 'moored\n');
    writeFileSync(file('key'), randomBytes(16).toString('hex'));
    configure(['s1', 's2', 's3']);

    const ask = async <T>(view: string): Promise<T | undefined> => {
      const asked = processes.start('ask', inside('dc', 'curl', '-s', '-m', '5', `http://${HTTP}/${view}`));
      return (await asked.ended) === 0 ? (JSON.parse(asked.lines.join('\n')) as T) : undefined;
    };
    const states = async () =>
      new Map((await ask<readonly ServerStatus[]>('servers'))?.map(({ name, state }) => [name, state]));
    const becomes = (server: Server, state: ServerStatus['state']) =>
      processes.until(`${server} is ${state}`, async () => (await states()).get(server) === state, {
        within: 60_000,
      });

    const ports = ['uplink', ...SERVERS].flatMap((name, index) => ['-i', `${index + 1}=${name}`]);
    const words = [
      'switch',
      ...ports,
      '--cpu-port',
      '510',
      '--grpc',
      '127.0.0.1:9559',
      '--optimization',
      'none',
    ];
    processes.start('switch', inside('dc', ...MOOR, ...words));
    const controller = processes.start(
      'controller',
      inside('dc', ...MOOR, 'run', '--config', file('moor.yaml')),
    );

    const running = new Map<Server, readonly Running[]>();
    const startServer = async (server: Server) => {
      writeFileSync(file(`agent-${server}.yaml`), agentSettings(server, directory));
      writeFileSync(file(`nginx-${server}.conf`), nginxSettings(server, directory));
      const config = ['--config', file(`agent-${server}.yaml`)];
      await processes.finish(`vip-${server}`, inside(server, ...MOOR, 'agent', 'vip', 'up', ...config));
      running.set(server, [
        processes.start(`web-${server}`, inside(server, 'nginx', '-c', file(`nginx-${server}.conf`))),
        processes.start(`agent-${server}`, inside(server, ...MOOR, 'agent', ...config)),
      ]);
    };
    await Promise.all((['s1', 's2', 's3'] as const).map(startServer));
    await processes.until(
      'the switch is ready',
      async () => (await ask<ControllerStatus>('status'))?.switches[0]?.standing.kind === 'ready',
      { by: controller, within: 90_000 },
    );
    for (const server of ['s1', 's2', 's3'] as const) await becomes(server, 'up');

    const visit = async (count: number): Promise<readonly (string | undefined)[]> => {
      const each = ['-s', '-m', '20', '-H', 'Connection: close', '-w', 'by %header{x-server}.\n'];
      const urls = Array.from({ length: count }, () => ['-o', '/dev/null', `http://[${VIP}]/`]);
      const visits = processes.start(
        'visits',
        inside(
          'client',
          'curl',
          '-Z',
          '--parallel-immediate',
          '--parallel-max',
          '20',
          ...each,
          ...urls.flat(),
        ),
      );
      await visits.ended;
      return visits.lines.flatMap((line) => /^by (\w*)\.$/.exec(line)?.[1] ?? []);
    };
    const counted = (all: readonly (string | undefined)[], server: Server) =>
      all.filter((one) => one === server).length;
    let downloads = 0;
    const download = async (seconds: number) => {
      const name = `download-${++downloads}`;
      const limit = String(Math.round(film.length / seconds));
      const rest = ['-w', '%header{x-server} %{http_code}\n', '-o', file(name), `http://[${VIP}]/film`];
      const one = processes.start(
        name,
        inside('client', 'curl', '-s', '-m', '60', '--limit-rate', limit, ...rest),
      );
      const code = await one.ended;
      const isWhole =
        code === 0 &&
        createHash('sha256')
          .update(readFileSync(file(name)))
          .digest('hex') === digest;
      return { server: one.lines.join(' ').split(' ')[0], isWhole };
    };

    // A slow start is over when shares are by headroom; a server that was heard in time has none.
    await processes.until(
      'all take part',
      async () => {
        const shares = (await ask<readonly ServerStatus[]>('servers')) ?? [];
        return shares.length === 3 && shares.every(({ share, readiness }) => readiness === 1 && share > 0.2);
      },
      { within: 60_000 },
    );
    const first = await visit(90);
    t.is(first.length, 90);
    for (const server of ['s1', 's2', 's3'] as const)
      t.true(counted(first, server) > 10, `${server}: ${first.join()}`);

    const held = Array.from({ length: 15 }, () => download(20));
    const hasBegun = (number: number) => {
      const found = statSync(file(`download-${number}`), { throwIfNoEntry: false });
      return found !== undefined && found.size > 0;
    };
    await processes.until('they have begun', () => held.every((_, index) => hasBegun(index + 1)), {
      within: 60_000,
    });

    await startServer('s4');
    configure(SERVERS);
    controller.child.kill('SIGHUP');
    await processes.until(
      's4 takes part',
      async () =>
        ((await ask<readonly ServerStatus[]>('servers')) ?? []).some(
          ({ name, share, readiness }) => name === 's4' && readiness === 1 && share > 0.1,
        ),
      { within: 60_000 },
    );
    const second = await visit(60);
    t.is(second.length, 60);
    t.true(counted(second, 's4') > 4, second.join());

    await processes.finish(
      'drain',
      inside('s1', ...MOOR, 'agent', 'drain', '--config', file('agent-s1.yaml'), '--at', '+5m'),
    );
    await becomes('s1', 'draining');
    t.is(counted(await visit(40), 's1'), 0);

    namespaces.setLink('dc', 's2', 'down');
    namespaces.setLink('dc', 'm-s2', 'down');
    for (const one of running.get('s2') ?? []) await processes.end(one, 'SIGKILL');
    await becomes('s2', 'failed');
    const last = await visit(40);
    t.is(last.length, 40);
    t.deepEqual([counted(last, 's1'), counted(last, 's2')], [0, 0]);
    t.true(counted(last, 's3') > 0 && counted(last, 's4') > 0, last.join());

    const results = await Promise.all(held);
    const broken = results.filter(({ isWhole }) => !isWhole);
    t.true(results.filter(({ server }) => server === 's1').length > 0, 'some were on the drained one');
    t.true(
      broken.every(({ server }) => server === 's2'),
      JSON.stringify(broken),
    );
    t.true(results.filter(({ server, isWhole }) => server !== 's2' && isWhole).length > 0);
  },
);
