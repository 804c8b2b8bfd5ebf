/** `moor agent` as its users call it: messages over UDP to the controller's receiver; the virtual address between namespaces. */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { MonitoringReceiver } from '../controller/health/index.ts';
import type { MonitoringMessage } from '../wire/monitoring/index.ts';

const MOOR = join(process.cwd(), 'dist/bin.js');
const moor = (args: readonly string[]) =>
  execa('node', [MOOR, ...args], { reject: false, stdin: 'ignore', env: { NO_COLOR: '1' } });

// Namespaces need root.
const NAME = `mv${process.pid % 100_000}`;
const usable =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  (await execa('ip', ['netns', 'add', `${NAME}s`], { reject: false })).exitCode === 0;
if (usable) await execa('ip', ['netns', 'del', `${NAME}s`]);
else process.stdout.write('skipped: the virtual address between namespaces, which takes root\n');
const linux = usable ? test : test.skip;

async function until(what: () => boolean, milliseconds = 60_000): Promise<boolean> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    if (what()) return true;
    await wait(10);
  }
  return what();
}

function scratch(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'moor-agent-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('heartbeats and load vectors, authenticated; the application goes and comes; a drain that outlives the agent', async (t) => {
  const directory = scratch(t);
  const key = '0123456789abcdef0123456789abcdef';
  writeFileSync(join(directory, 'key'), `${key}\n`);
  const heard: MonitoringMessage[] = [];
  const receiver = await MonitoringReceiver.open({
    address: '127.0.0.1',
    port: 0,
    key: new TextEncoder().encode(key),
    isKnown: (identity) => identity === 7,
    take: (message) => heard.push(message),
  });
  t.teardown(() => receiver.close());
  const application = createServer((socket) => socket.on('error', () => {}));
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  const address = application.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const config = join(directory, 'agent.yaml');
  writeFileSync(
    config,
    `identity: 7
controllers: ['127.0.0.1:${receiver.port}']
key-file: key
heartbeat-every: 50ms
load-every: 50ms
probe: {tcp: '127.0.0.1:${port}', every: 50ms, timeout: 20s, fall: 1}
serves: [{port: ${port}}]
state: state
`,
  );
  const flags = () => heard.flatMap((one) => (one.kind === 'availability' ? [one.value] : []));
  const says = (flag: string, from: number) =>
    until(() =>
      flags()
        .slice(from)
        .some((one) => one.flag === flag),
    );
  const start = () => {
    const child = spawn('node', [MOOR, 'agent', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    t.teardown(() => child.kill('SIGKILL'));
    return child;
  };
  const first = start();
  t.true(await says('available', 0));
  t.true(await until(() => heard.filter(({ kind }) => kind === 'load').length >= 3));
  const loads = heard.findLast(({ kind }) => kind === 'load');
  t.true(loads?.kind === 'load' && loads.value.loads.memory > 0 && loads.value.loads.memory < 1);
  // Numbers follow each other.
  const [one, two] = flags().slice(-2);
  t.is(two?.sequence, ((one?.sequence ?? 0) + 1) % 65_536);

  let from = flags().length;
  await new Promise((resolve) => application.close(resolve));
  t.true(await says('application-unavailable', from));
  const status = JSON.parse((await moor(['agent', 'status', '--config', config, '--json'])).stdout);
  t.is(status.flag, 'application-unavailable');
  t.regex(status.problem, /ECONNREFUSED/);

  from = flags().length;
  await new Promise<void>((resolve) => application.listen(port, '127.0.0.1', resolve));
  t.teardown(() => application.close());
  t.true(await says('available', from));

  from = flags().length;
  const drain = await moor(['agent', 'drain', '--config', config, '--at', '2030-01-01T00:00:00Z']);
  t.is(drain.exitCode, 0, drain.stderr);
  t.regex(drain.stdout, /planned-failure, failure planned at 2030-01-01T00:00:00\.000Z/);
  t.true(await says('planned-failure', from));
  // 2030-01-01 00:00:00 UTC
  t.is(flags().findLast((each) => each.flag === 'planned-failure')?.timestamp, 1_893_456_000);

  const another = await moor(['agent', '--config', config]);
  t.is(another.exitCode, 3);
  t.regex(another.stderr, /another agent runs/);

  const ended = new Promise((resolve) => first.once('exit', resolve));
  first.kill('SIGTERM');
  t.is(await ended, 0);
  const last = flags().at(-1)?.sequence ?? 0;
  from = flags().length;
  const second = start();
  t.true(await says('planned-failure', from));
  const ahead = ((flags()[from]?.sequence ?? 0) - last + 65_536) % 65_536;
  // It counts on by the clock; what is ahead by half of all numbers or more would be behind.
  t.true(ahead > 0 && ahead < 32_768, `${ahead} numbers further`);
  from = flags().length;
  t.is((await moor(['agent', 'drain', '--config', config, '--cancel'])).exitCode, 0);
  t.true(await says('available', from));
  second.kill('SIGTERM');
  t.is(receiver.counts.wrong + receiver.counts.stale + receiver.counts.unknown, 0);
});

test('wrong usage, wrong settings, no agent', async (t) => {
  const directory = scratch(t);
  const config = join(directory, 'agent.yaml');
  for (const words of [
    ['agent'],
    ['agent', 'drain', '--state', directory],
    ['agent', 'drain', '--state', directory, '--at', 'soon'],
    ['agent', 'vip', 'up', '--state', directory],
    ['agent', 'vip', 'up', 'here', '--state', directory],
  ]) {
    const result = await moor(words);
    t.is(result.exitCode, 2, `${words.join(' ')}: ${result.stderr}`);
  }
  const missing = await moor(['agent', '--config', config]);
  t.is(missing.exitCode, 1);
  t.regex(missing.stderr, /cannot read it/);
  writeFileSync(config, 'identity: 7\ncontrollers: [a]\nbare: true\n');
  const wrong = await moor(['agent', '--config', config]);
  t.is(wrong.exitCode, 1);
  t.regex(wrong.stderr, /agent\.yaml:2:15: error: controllers\.0: write HOST:PORT/);
  writeFileSync(join(directory, 'key'), 'short\n');
  writeFileSync(config, `identity: 7\ncontrollers: ['a:1']\nkey-file: ${join(directory, 'key')}\n`);
  const short = await moor(['agent', '--config', config]);
  t.is(short.exitCode, 1);
  t.regex(short.stderr, /has 5 bytes, and needs 16/);
  const nobody = await moor(['agent', 'status', '--state', directory]);
  t.is(nobody.exitCode, 3);
  t.regex(nobody.stderr, /is 'moor agent' running\?/);
});

linux(
  'vip up: the server answers to the address and never says that it has it; vip down: as before',
  async (t) => {
    const [server, client] = [`${NAME}s`, `${NAME}c`];
    t.teardown(async () => {
      for (const name of [server, client]) await execa('ip', ['netns', 'del', name], { reject: false });
    });
    const at = (name: string, words: string) =>
      execa('ip', ['netns', 'exec', name, ...words.split(' ')], { reject: false });
    for (const name of [server, client]) await execa('ip', ['netns', 'add', name]);
    for (const name of [server, client])
      await at(name, 'sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0');
    await at(server, `ip link add s0 type veth peer name c0 netns ${client}`);
    for (const [name, device, last] of [
      [server, 's0', 1],
      [client, 'c0', 2],
    ] as const) {
      await at(name, `ip link set ${device} up`);
      await at(name, `ip address add 192.0.2.${last}/24 dev ${device}`);
      await at(name, `ip address add 2001:db8::${last}/64 dev ${device} nodad`);
    }
    await at(client, 'ip route add 203.0.113.10/32 dev c0');
    await at(client, 'ip route add 2001:db8:5::10/128 dev c0');
    const mac = /link\/ether (\S+)/.exec((await at(server, 'ip link show s0')).stdout)?.[1] ?? '';
    // `ping` is not everywhere; Node is.
    const listener = spawn(
      'ip',
      [
        'netns',
        'exec',
        server,
        'node',
        '-e',
        "require('net').createServer((s) => s.end()).listen(9000, '::')",
      ],
      { stdio: 'ignore' },
    );
    t.teardown(() => listener.kill('SIGKILL'));
    const connects = async (address: string) => {
      const script = `const s = require('net').connect(9000, '${address}', () => process.exit(0));
      s.on('error', () => process.exit(1)); setTimeout(() => process.exit(1), 1500)`;
      return (
        (await execa('ip', ['netns', 'exec', client, 'node', '-e', script], { reject: false })).exitCode === 0
      );
    };
    t.true(
      await (async () => {
        // The second end of the cable comes up a moment later.
        for (let tries = 0; tries < 20; tries++) if (await connects('192.0.2.1')) return true;
        return false;
      })(),
    );
    const state = scratch(t);
    const vip = (words: string) => at(server, `node ${MOOR} agent vip ${words} --state ${state}`);
    const arp = async () =>
      (await at(server, 'sysctl -n net.ipv4.conf.all.arp_ignore net.ipv4.conf.all.arp_announce')).stdout;

    // Without moor Linux answers ARP for whatever it has.
    await at(server, 'ip link set lo up');
    await at(server, 'ip address add 203.0.113.10/32 dev lo');
    t.true(await connects('203.0.113.10'));
    await at(server, 'ip address del 203.0.113.10/32 dev lo');
    await at(client, 'ip neighbour flush all');

    const before = await arp();
    const up = await vip('up 203.0.113.10 2001:db8:5::10');
    t.is(up.exitCode, 0, up.stderr);
    t.is(await arp(), '1\n2');
    t.false(await connects('203.0.113.10'));
    t.false(await connects('2001:db8:5::10'));
    t.regex((await at(client, 'ip neighbour show to 203.0.113.10')).stdout, /FAILED|INCOMPLETE/);
    t.regex((await at(client, 'ip -6 neighbour show to 2001:db8:5::10')).stdout, /FAILED|INCOMPLETE/);
    // Frames that are sent to its link-layer address, as the switch sends them, it takes and answers.
    await at(client, `ip neighbour replace 203.0.113.10 lladdr ${mac} dev c0`);
    await at(client, `ip -6 neighbour replace 2001:db8:5::10 lladdr ${mac} dev c0`);
    t.true(await connects('203.0.113.10'));
    t.true(await connects('2001:db8:5::10'));
    // Twice is as once.
    t.regex((await vip('up 203.0.113.10')).stdout, /is on lo already/);

    const down = await vip('down');
    t.is(down.exitCode, 0, down.stderr);
    t.is(await arp(), before);
    t.false((await at(server, 'ip address show dev lo')).stdout.includes('203.0.113.10'));
    t.false(await connects('203.0.113.10'));
    t.false(await connects('2001:db8:5::10'));
    t.throws(() => readFileSync(join(state, 'vip.json')));
  },
);
