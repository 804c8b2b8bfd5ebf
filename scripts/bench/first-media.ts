/**
 * Who is first, the entry of an announced flow or its first packet: `moor run`, a switch, an RTSP server and a client as processes in network
 * namespaces over veth, one stream after the other. A client that sends with the reply to SETUP is as quick as one can be; one that
 * waits for the reply to PLAY is what RTSP asks for (RFC 7826, section 13.4).
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Namespaces } from '../../lab/namespaces.ts';
import { Processes, type Running } from '../../lab/processes.ts';
import { isPlayed, portOf, RTSP_PORT } from './first-media-streams.ts';
import type { Stream, Streams } from './first-media-switch.ts';

const VIRTUAL = '2001:db8:100::1';
const CLIENT = '2001:db8:5::10';
const SWITCH = '2001:db8:100::fe';
const SWITCH_LINK = '02:00:00:00:00:01';
const CLIENT_LINK = '02:00:00:00:00:c1';
const SERVER_LINK = '02:00:00:00:02:01';
const GRPC = '127.0.0.1:9559';
const MOOR = 'dist/bin.js';
const READY_MS = 120_000;
const RUN_MS = 600_000;

/** What became of streams whose clients did the same. */
export type FirstMedia = {
  readonly streams: number;
  /** Milliseconds from the reply's passage by the switch, of each stream. */
  readonly entries: readonly number[];
  readonly media: readonly number[];
  /** Streams whose first packet came before its entry. */
  readonly early: number;
  /** Milliseconds that those packets took through the controller. */
  readonly detours: readonly number[];
  /** First packets that did not come to the server. */
  readonly lost: number;
};

/** What is missing on this machine; undefined: nothing. */
export function whatFirstMediaLacks(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  return existsSync(MOOR) ? undefined : `${MOOR} is missing: npm run build`;
}

function settings(directory: string): string {
  return `
switches:
  - name: edge
    target: ${GRPC}
    ports:
      - { number: 1, role: uplink, link-address: '${SWITCH_LINK}' }
      - { number: 2, role: server, link-address: '${SWITCH_LINK}' }
addresses: ['${SWITCH}']
services:
  - { name: film, address: '${VIRTUAL}', port: ${RTSP_PORT}, servers: [one], signalling: rtsp }
servers:
  - { name: one, port: 2, link-address: '${SERVER_LINK}' }
neighbors:
  - { name: client, port: 1, link-address: '${CLIENT_LINK}' }
routes:
  - { prefix: '2001:db8:5::/64', via: client }
state: ${directory}/state
listen: 127.0.0.1:9412
`;
}

/**
 * Sets up so many streams.
 * @returns Those of clients that send with the reply to SETUP, and with that to PLAY.
 * @throws NamespaceError, ProcessError.
 */
export async function measureFirstMedia(
  count: number,
): Promise<{ readonly setUp: FirstMedia; readonly played: FirstMedia }> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-first-media-'));
  const end = (linkAddress: string, ...addresses: readonly string[]) => ({
    interfaces: { eth0: { linkAddress, addresses } },
  });
  const namespaces = Namespaces.build(`fm${process.pid % 100_000}`, {
    namespaces: {
      client: end(CLIENT_LINK, `${CLIENT}/64`),
      dc: { interfaces: { uplink: {}, server: {} } },
      server: end(SERVER_LINK),
    },
    links: [
      ['dc:uplink', 'client:eth0'],
      ['dc:server', 'server:eth0'],
    ],
  });
  const processes = new Processes(directory);
  const start = (name: string, namespace: string, ...words: readonly string[]) =>
    processes.start(name, namespaces.command(namespace, [process.execPath, ...words]));
  const script = (name: string, namespace: string, file: string, ...words: readonly string[]) =>
    start(name, namespace, '--import=tsx', `scripts/bench/${file}`, ...words);
  const says = (running: Running, line: string, within = READY_MS) =>
    processes.until(`${running.name}: ${line}`, () => running.lines.includes(line), { by: running, within });
  try {
    namespaces.ip('server', 'addr', 'add', `${VIRTUAL}/128`, 'dev', 'lo', 'nodad');
    for (const name of ['client', 'server']) {
      const neighbor = ['lladdr', SWITCH_LINK, 'dev', 'eth0', 'nud', 'permanent'];
      namespaces.ip(name, 'neigh', 'add', SWITCH, ...neighbor);
      namespaces.ip(name, '-6', 'route', 'add', 'default', 'via', SWITCH, 'dev', 'eth0', 'onlink');
    }
    const running = script('switch', 'dc', 'first-media-switch.ts', GRPC, 'uplink', 'server');
    await says(running, 'listens');
    writeFileSync(join(directory, 'moor.yaml'), settings(directory));
    const controller = start('controller', 'dc', MOOR, 'run', '--config', join(directory, 'moor.yaml'));
    await processes.until(
      'the controller has the switch ready',
      () => controller.lines.some((line) => line.includes('edge: ready')),
      { by: controller, within: READY_MS },
    );
    const server = script('server', 'server', 'first-media-ends.ts', 'server', VIRTUAL, String(count));
    await says(server, 'listens');
    const client = script('client', 'client', 'first-media-ends.ts', 'client', VIRTUAL, String(count));
    await processes.until('the client is through', () => client.lines.length > 0, {
      by: client,
      within: RUN_MS,
    });
    running.child.stdin?.write('\n');
    await processes.until('the switch reports', () => running.lines.length > 1, { by: running });
    const streams: Streams = JSON.parse(running.lines[1] ?? '{}');
    const some = (which: (number: number) => boolean) =>
      evaluate(
        Array.from({ length: count }, (_, number) => number)
          .filter(which)
          .map((number) => streams[portOf(number)] ?? {}),
      );
    return { setUp: some((number) => !isPlayed(number)), played: some(isPlayed) };
  } finally {
    await processes.endAll();
    namespaces.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

function evaluate(streams: readonly Stream[]): FirstMedia {
  const found = { entries: [] as number[], media: [] as number[], detours: [] as number[] };
  let [early, lost] = [0, 0];
  for (const { reply, entry = Number.POSITIVE_INFINITY, media, sent } of streams) {
    if (sent === undefined) lost++;
    if (reply === undefined || media === undefined) continue;
    if (Number.isFinite(entry)) found.entries.push(entry - reply);
    found.media.push(media - reply);
    if (media >= entry) continue;
    early++;
    if (sent !== undefined) found.detours.push(sent - media);
  }
  return { streams: streams.length, ...found, early, lost };
}
