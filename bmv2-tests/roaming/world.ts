/** Two namespaces, a switch and a controller between them, all of them processes of their own. */

import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { execa } from 'execa';

/** Of interfaces and namespaces; 15 characters at most with what is added. */
const NAME = `mr${process.pid % 100_000}`;
const BIN = join(process.cwd(), 'dist/bin.js');

export const NAMES = {
  mobile: `${NAME}m`,
  server: `${NAME}s`,
  tun: `${NAME}t`,
  /** The switch's ends of its cables, and the far ends. */
  uplink: `${NAME}a`,
  uplinkFar: `${NAME}b`,
  access: `${NAME}c`,
  accessFar: `${NAME}d`,
} as const;

/** Whether this machine lets us make namespaces. */
export async function isUsable(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const made = await execa('ip', ['netns', 'add', `${NAME}p`], { reject: false });
  if (made.exitCode !== 0) return false;
  await execa('ip', ['netns', 'del', `${NAME}p`]);
  const tun = await execa('ip', ['tuntap', 'add', `${NAME}p`, 'mode', 'tun'], { reject: false });
  if (tun.exitCode !== 0) return false;
  await execa('ip', ['link', 'del', `${NAME}p`]);
  return true;
}

async function ip(words: string): Promise<void> {
  await execa('ip', words.split(' '));
}

/** Namespaces and cables; what is in them ends with the test. */
export async function makeNetwork(t: ExecutionContext): Promise<void> {
  const { mobile, server, uplink, uplinkFar, access, accessFar } = NAMES;
  for (const space of [mobile, server]) {
    await ip(`netns add ${space}`);
    t.teardown(() => execa('ip', ['netns', 'del', space], { reject: false }));
    const settings = [
      // A kernel that guesses that a segment is lost, for it has heard nothing for a moment, would be counted as a loss.
      'net.ipv4.tcp_early_retrans=0',
      'net.ipv4.tcp_recovery=0',
      'net.ipv6.conf.all.accept_dad=0',
      'net.ipv6.conf.default.accept_dad=0',
    ];
    for (const setting of settings)
      await execa('ip', ['netns', 'exec', space, 'sysctl', '-qw', setting], { reject: false });
    await ip(`-n ${space} link set lo up`);
  }
  await ip(`link add ${uplink} type veth peer name ${uplinkFar}`);
  t.teardown(() => execa('ip', ['link', 'del', uplink], { reject: false }));
  await ip(`link add ${access} type veth peer name ${accessFar} netns ${server}`);
  t.teardown(() => execa('ip', ['link', 'del', access], { reject: false }));
  for (const one of [uplink, uplinkFar, access]) {
    await execa('sysctl', ['-qw', `net.ipv6.conf.${one}.disable_ipv6=1`], { reject: false });
    await ip(`link set ${one} up`);
  }
}

/** Gives the mobile node's namespace its device, once that is open. */
export async function connectMobile(home: string): Promise<void> {
  const { mobile, tun } = NAMES;
  await ip(`link set ${tun} netns ${mobile}`);
  await ip(`-n ${mobile} link set ${tun} mtu 1400 up`);
  await ip(`-n ${mobile} addr add ${home}/128 dev ${tun} nodad`);
  await setPatience(PATIENT);
}

export async function connectServer(virtual: string, link: string, switchLink: string): Promise<void> {
  const { server, accessFar } = NAMES;
  await ip(`-n ${server} link set ${accessFar} address ${link}`);
  await ip(`-n ${server} link set ${accessFar} up`);
  await ip(`-n ${server} addr add ${virtual}/128 dev ${accessFar} nodad`);
  await ip(`-n ${server} neigh add fe80::1 lladdr ${switchLink} dev ${accessFar} nud permanent`);
}

/** How long TCP waits at least before it sends something again; as long as nothing may be lost, very long. */
export const PATIENT = '20s';
export const IMPATIENT = '300ms';

export async function setPatience(time: string): Promise<void> {
  const { mobile, tun, server, accessFar } = NAMES;
  await ip(`-6 -n ${mobile} route replace default dev ${tun} rto_min ${time}`);
  await ip(`-6 -n ${server} route replace default via fe80::1 dev ${accessFar} rto_min ${time}`);
}

/** Starts a program that ends when this process does, in whatever way that ends. */
export function spawnBound(words: readonly string[], stdio: StdioOptions): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...words], { stdio });
}

/** A process that says lines; those of the last are kept. */
export class Running {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  #isOver = false;

  constructor(t: ExecutionContext, words: readonly string[]) {
    this.child = spawnBound([process.execPath, BIN, ...words], ['ignore', 'pipe', 'pipe']);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.lines.push(line));
    }
    this.child.once('exit', () => {
      this.#isOver = true;
    });
    t.teardown(() => this.end('SIGTERM'));
  }

  /** Waits for a line. @throws Error when the process ends before, with what it said. */
  async line(wanted: RegExp): Promise<string> {
    for (const end = performance.now() + 60_000; performance.now() < end; ) {
      const found = this.lines.find((line) => wanted.test(line));
      if (found !== undefined) return found;
      if (this.#isOver) break;
      await wait(10);
    }

    throw new Error(`it did not say ${wanted}: ${this.lines.join('\n')}`);
  }

  /** Ends it, in whatever way, and waits for that. */
  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.#isOver) return;
    const over = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await over;
  }
}

/** A directory for configuration and state. */
export function makeDirectory(t: ExecutionContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'moor-roaming-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** `moor switch` on the two cables. @param port 0: a free one. @returns Where its server listens, too. */
export async function startSwitch(
  t: ExecutionContext,
  port = 0,
): Promise<{ readonly process: Running; readonly port: number }> {
  const ports = [
    '-i',
    `1=${NAMES.uplink}`,
    '-i',
    `2=${NAMES.access}`,
    '--cpu-port',
    '510',
    '--optimization',
    'none',
  ];
  const running = new Running(t, ['switch', '--grpc', `127.0.0.1:${port}`, ...ports]);
  const line = await running.line(/^P4Runtime at /);
  return { process: running, port: Number(line.slice(line.lastIndexOf(':') + 1)) };
}

export type ConfigOptions = {
  readonly directory: string;
  readonly switchPort: number;
  readonly listen: string;
  readonly virtual: string;
  readonly switchLink: string;
  readonly serverLink: string;
  readonly maximumLifetime?: number;
};

/** Writes moor.yaml and gives its path. */
export function writeConfig(options: ConfigOptions): string {
  const path = join(options.directory, 'moor.yaml');
  const lifetime = options.maximumLifetime ?? 420;
  writeFileSync(
    path,
    `
switches:
  - name: edge
    target: 127.0.0.1:${options.switchPort}
    ports:
      - { number: 1, role: uplink, link-address: '${options.switchLink}' }
      - { number: 2, role: server, link-address: '${options.switchLink}' }
services:
  - { name: echo, address: '${options.virtual}', port: 80, servers: [one] }
servers:
  - { name: one, port: 2, link-address: '${options.serverLink}' }
neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:c1' }
routes:
  - { prefix: '::/0', via: router }
mobility: { maximum-lifetime: ${lifetime} }
state: ${join(options.directory, 'state')}
listen: ${options.listen}
`,
  );
  return path;
}

/** `moor run`, once it is in control of the switch. */
export async function startController(t: ExecutionContext, config: string): Promise<Running> {
  const running = new Running(t, ['run', '--config', config]);
  await running.line(/switch edge: ready/);
  return running;
}

/** What a command of moor prints. */
export async function moor(...words: readonly string[]): Promise<string> {
  const { stdout } = await execa(process.execPath, [BIN, ...words]);
  return stdout;
}

/** Waits until a condition holds. @throws Error with what it is, after two minutes: others may want the processor, too. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000;
  while (performance.now() < end) {
    if (await holds()) return;
    await wait(20);
  }
  throw new Error(`it does not come to be: ${what}`);
}
