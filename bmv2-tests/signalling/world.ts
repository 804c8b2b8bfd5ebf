/**
 * Three servers with one virtual address of each family, a switch and a client, in network namespaces.
 *
 *     client ── dc: switch ─┬─ s1
 *                           ├─ s2
 *                           └─ s3
 *
 * On each server GStreamer serves a film over RTSP (IPv6), and SIPp takes calls (IPv4), both at the virtual address, and tcpdump
 * sees what comes in. Addresses of the switch are told to kernels, so that nobody has to ask.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { ControllerStatus, SessionStatus } from '../../controller/status.ts';
import { type Capture, startCapture } from '../../lab/capture.ts';
import { RTSP_SERVER } from '../../lab/demo/files.ts';
import { Namespaces, type Topology } from '../../lab/namespaces.ts';
import { Processes, type Running } from '../../lab/processes.ts';
import { callScenario } from './scenario.ts';

export const SERVERS = ['s1', 's2', 's3'] as const;
export type ServerName = (typeof SERVERS)[number];

export const VIRTUAL_6 = '2001:db8:100::1';
export const VIRTUAL_4 = '203.0.113.10';
const CLIENT_6 = '2001:db8:5::10';
const CLIENT_4 = '198.51.100.10';
const SWITCH_6 = '2001:db8:100::fe';
const SWITCH_4 = '203.0.113.254';
const SWITCH_LINK = '02:00:00:00:00:01';
const CLIENT_LINK = '02:00:00:00:01:05';
export const RTSP_PORT = 8554;
export const SIP_PORT = 5060;
/** Where every server takes media of calls: the same. */
export const MEDIA_PORT = 6000;
const GRPC = '127.0.0.1:9559';
const HTTP = '127.0.0.1:9412';

const linkOf = (server: ServerName) => `02:00:00:00:02:0${SERVERS.indexOf(server) + 1}`;
const portOf = (server: ServerName) => 2 + SERVERS.indexOf(server);

/** What it takes, by the command; all are packages of Debian. */
const NEEDED: Readonly<Record<string, string>> = {
  sipp: 'sip-tester',
  ffmpeg: 'ffmpeg',
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  curl: 'curl',
};
const GSTREAMER =
  'python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-rtsp gstreamer1.0-plugins-base gstreamer1.0-plugins-good';

/** What is missing on this machine, as a line for people; undefined: nothing. */
export async function whatIsMissing(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  const probe = `ms${process.pid % 100_000}`;
  if ((await execa('ip', ['netns', 'add', probe], { reject: false })).exitCode !== 0) {
    return 'it takes network namespaces (iproute2)';
  }
  await execa('ip', ['netns', 'del', probe]);
  const missing: string[] = [];
  for (const [command, name] of Object.entries(NEEDED)) {
    if ((await execa('which', [command], { reject: false })).exitCode !== 0) missing.push(name);
  }
  const gst =
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer";
  if ((await execa('/usr/bin/python3', ['-c', gst], { reject: false })).exitCode !== 0)
    missing.push(GSTREAMER);
  return missing.length === 0 ? undefined : `apt-get install ${missing.join(' ')}`;
}

function topology(): Topology {
  return {
    namespaces: {
      client: {
        interfaces: { eth0: { linkAddress: CLIENT_LINK, addresses: [`${CLIENT_6}/64`, `${CLIENT_4}/24`] } },
      },
      dc: { interfaces: { uplink: {}, ...Object.fromEntries(SERVERS.map((name) => [name, {}])) } },
      ...Object.fromEntries(
        SERVERS.map((name) => [name, { interfaces: { eth0: { linkAddress: linkOf(name) } } }]),
      ),
    },
    links: [
      ['client:eth0', 'dc:uplink'],
      ...SERVERS.map((name): [string, string] => [`${name}:eth0`, `dc:${name}`]),
    ],
  };
}

/** Weights of servers; those that are left out are no servers. */
export type Members = Readonly<Partial<Record<ServerName, number>>>;

function settings(directory: string, members: Members): string {
  const there = SERVERS.filter((name) => members[name] !== undefined);
  const all = `[${there.join(', ')}]`;
  const ports = [1, ...SERVERS.map(portOf)].map(
    (number) =>
      `      - { number: ${number}, role: ${number === 1 ? 'uplink' : 'server'}, link-address: '${SWITCH_LINK}' }`,
  );
  return `
switches:
  - name: edge
    target: ${GRPC}
    ports:
${ports.join('\n')}
addresses: ['${SWITCH_6}', '${SWITCH_4}']
services:
  - { name: film, address: '${VIRTUAL_6}', port: ${RTSP_PORT}, servers: ${all}, signalling: rtsp }
  - { name: phone, address: '${VIRTUAL_4}', protocol: udp, port: ${SIP_PORT}, servers: ${all}, signalling: sip }
servers:
${there
  .map(
    (name) =>
      `  - { name: ${name}, port: ${portOf(name)}, link-address: '${linkOf(name)}', weight: ${members[name]} }`,
  )
  .join('\n')}
neighbors:
  - { name: client, port: 1, link-address: '${CLIENT_LINK}' }
routes:
  - { prefix: '2001:db8:5::/64', via: client }
  - { prefix: '198.51.100.0/24', via: client }
state: ${directory}/state
listen: ${HTTP}
`;
}

export class World {
  readonly namespaces: Namespaces;
  readonly processes: Processes;
  readonly directory: string;
  readonly #moor: readonly string[];
  #controller: Running | undefined;
  readonly #captures = new Map<ServerName, Capture>();

  /** @param moor What starts moor. @throws NamespaceError */
  constructor(prefix: string, moor: readonly string[]) {
    this.#moor = moor;
    this.namespaces = Namespaces.build(prefix, topology());
    this.directory = mkdtempSync(join(tmpdir(), `${prefix}-`));
    this.processes = new Processes(this.directory);
    writeFileSync(this.file('rtsp-server.py'), RTSP_SERVER);
    writeFileSync(this.file('tone.alaw'), Buffer.alloc(80_000, 0xd5));
    writeFileSync(this.file('call.xml'), callScenario(this.file('tone.alaw')));
  }

  file(name: string): string {
    return join(this.directory, name);
  }

  #in(namespace: string, ...words: readonly string[]): readonly string[] {
    return this.namespaces.command(namespace, words);
  }

  async #setUp(name: string, ...commands: readonly string[]): Promise<void> {
    for (const command of commands) {
      await this.processes.finish(`set-up-${name}`, this.#in(name, ...command.split(' ')));
    }
  }

  /** The way to the switch, which every host has. */
  async #setRoutes(name: string): Promise<void> {
    await this.#setUp(
      name,
      `ip neigh add ${SWITCH_6} lladdr ${SWITCH_LINK} dev eth0 nud permanent`,
      `ip neigh add ${SWITCH_4} lladdr ${SWITCH_LINK} dev eth0 nud permanent`,
      `ip -6 route add default via ${SWITCH_6} dev eth0 onlink`,
      `ip -4 route add default via ${SWITCH_4} dev eth0 onlink`,
    );
  }

  async start(members: Members): Promise<void> {
    await this.#setRoutes('client');
    const ports = [['1', 'uplink'], ...SERVERS.map((name) => [String(portOf(name)), name])];
    const interfaces = ports.flatMap(([number, name]) => ['-i', `${number}=${name}`]);
    const running = this.processes.start(
      'switch',
      this.#in('dc', ...this.#moor, 'switch', ...interfaces, '--cpu-port', '510', '--grpc', GRPC),
    );
    await this.processes.until(
      'the switch listens',
      () => running.lines.some((line) => line.startsWith('P4Runtime at')),
      { by: running },
    );
    writeFileSync(this.file('moor.yaml'), settings(this.directory, members));
    this.#controller = this.processes.start(
      'controller',
      this.#in('dc', ...this.#moor, 'run', '--config', this.file('moor.yaml')),
    );
    await this.processes.until(
      'the controller has the switch ready',
      async () => (await this.status())?.switches[0]?.standing.kind === 'ready',
      { by: this.#controller, within: 90_000 },
    );
  }

  /** Starts what runs on a server. */
  async startServer(name: ServerName): Promise<void> {
    await this.#setUp(
      name,
      'sysctl -q -w net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0',
      `ip addr add ${VIRTUAL_6}/128 dev lo nodad`,
      `ip addr add ${VIRTUAL_4}/32 dev lo`,
    );
    await this.#setRoutes(name);
    const seen = await startCapture(this.processes, (...words) => this.#in(name, ...words), {
      name: `capture-${name}`,
      file: this.file(`${name}.pcap`),
      interfaceName: 'eth0',
      direction: 'in',
      filter: 'udp or tcp',
    });
    this.#captures.set(name, seen);
    const film = this.processes.start(
      `film-${name}`,
      this.#in(name, '/usr/bin/python3', this.file('rtsp-server.py')),
    );
    const phone = this.processes.start(
      `phone-${name}`,
      this.#in(
        name,
        ...['sipp', '-sn', 'uas', '-i', VIRTUAL_4, '-p', String(SIP_PORT), '-nostdin'],
        ...['-mi', VIRTUAL_4, '-mp', String(MEDIA_PORT), '-rtp_echo'],
      ),
      { env: { TERM: 'dumb' } },
    );
    await this.processes.until('the film is there', () => film.lines.includes('ready'), { by: film });
    const listens = this.#in(name, 'ss', '-Huln', `sport = :${SIP_PORT}`);
    await this.processes.until(
      'the phone is there',
      async () => (await this.processes.finish(`look-${name}`, listens)) !== '',
      { by: phone, every: 200 },
    );
  }

  /** Other members; the controller reads them anew, and sessions stay. */
  async change(members: Members): Promise<void> {
    writeFileSync(this.file('moor.yaml'), settings(this.directory, members));
    const log = this.#controller;
    const { pid } = log?.child ?? {};
    // The group is that of `ip netns exec`, which became the controller.
    if (pid !== undefined) process.kill(pid, 'SIGHUP');
    await this.processes.until('the members are others', async () => {
      const found = await this.#ask<readonly { readonly name: string; readonly weight: number }[]>('servers');
      return Object.entries(members).every(([name, weight]) =>
        found?.some((one) => one.name === name && one.weight === weight),
      );
    });
  }

  /** Makes a call; ends when it has. */
  call(number: number): Running {
    return this.processes.start(
      `call-${number}`,
      this.#in(
        'client',
        ...[
          'sipp',
          `${VIRTUAL_4}:${SIP_PORT}`,
          '-sf',
          this.file('call.xml'),
          '-i',
          CLIENT_4,
          '-mi',
          CLIENT_4,
        ],
        ...['-p', String(15_000 + number), '-mp', String(20_000 + 4 * number), '-m', '1', '-nostdin'],
        ...['-timeout', '40', '-timeout_error'],
      ),
      { env: { TERM: 'dumb' } },
    );
  }

  /** Watches the film for some seconds, with media over UDP. */
  watch(number: number, seconds: number): Running {
    const url = `rtsp://[${VIRTUAL_6}]:${RTSP_PORT}/film`;
    return this.processes.start(
      `watch-${number}`,
      this.#in(
        'client',
        ...['ffmpeg', '-nostdin', '-v', 'error', '-rtsp_transport', 'udp', '-i', url, '-t', String(seconds)],
        ...['-f', 'null', '-'],
      ),
    );
  }

  status(): Promise<ControllerStatus | undefined> {
    return this.#ask<ControllerStatus>('status');
  }

  async sessions(): Promise<readonly SessionStatus[]> {
    return (await this.#ask<readonly SessionStatus[]>('sessions')) ?? [];
  }

  async metrics(): Promise<string> {
    const running = this.processes.start('ask', this.#in('dc', 'curl', '-s', `http://${HTTP}/metrics`));
    await running.ended;
    return running.lines.join('\n');
  }

  async #ask<T>(view: string): Promise<T | undefined> {
    const running = this.processes.start(
      'ask',
      this.#in('dc', 'curl', '-s', '-m', '5', `http://${HTTP}/${view}?limit=1000`),
    );
    if ((await running.ended) !== 0) return undefined;
    return JSON.parse(running.lines.join('\n')) as T;
  }

  /** Fields of packets that came to a server, one line each, as tshark tells them. What comes later is not seen. */
  async came(name: ServerName, filter: string, ...fields: readonly string[]): Promise<readonly string[]> {
    const captures = [...this.#captures.values()];
    this.#captures.clear();
    await Promise.all(captures.map((capture) => capture.end()));
    const text = await this.processes.finish(`look-${name}`, [
      ...['tshark', '-r', this.file(`${name}.pcap`), '-d', `tcp.port==${RTSP_PORT},rtsp`, '-Y', filter],
      ...['-T', 'fields', ...fields.flatMap((one) => ['-e', one])],
    ]);
    return text.split('\n').filter((line) => line !== '');
  }

  async close(): Promise<void> {
    await this.processes.endAll();
    this.namespaces.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
