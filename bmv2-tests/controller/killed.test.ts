/**
 * `moor run` as a process of its own that is killed: what signalling knows goes on with the next one, and so do sessions that
 * began while there was none. Then a server comes by SIGHUP.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { ControllerStatus, SessionStatus } from '../../controller/status.ts';
import { TCP_ACK, TCP_SYN } from '../../wire/index.ts';
import { type BareSwitch, startBare } from '../harness/embedded.ts';
import { datagram, segment } from './client-packets.ts';
import { address, configText, serverOf, type Weights } from './lab.ts';
import { CLIENT, fromClient, makeCall, setUp, VIRTUAL } from './signalling-frames.ts';

const MOOR = 'dist/bin.js';
const VIP = address(VIRTUAL);
const PATIENCE_MS = 90_000;

/** A controller in a process, of which the file is written before it starts. */
class Process {
  readonly #directory: string;
  readonly #http: string;
  readonly #target: string;
  #child: ChildProcess | undefined;

  constructor(directory: string, target: string, http: string) {
    this.#directory = directory;
    this.#target = target;
    this.#http = http;
  }

  write(weights: Weights, more = ''): void {
    const servers = more === '' ? '[one, two]' : '[one, two, three]';
    const services = [
      `{ name: stream, address: '${VIRTUAL}', port: 554, servers: ${servers}, signalling: rtsp }`,
      `{ name: phone, address: '${VIRTUAL}', protocol: udp, port: 5060, servers: ${servers}, signalling: sip }`,
      `{ name: names, address: '${VIRTUAL}', protocol: udp, port: 53, servers: ${servers} }`,
    ];
    const lines = services.map((one) => `  - ${one}\n`).join('');
    const text = configText(this.#target, join(this.#directory, 'state'), weights, lines, more);
    writeFileSync(this.#file, text.replace('listen: 127.0.0.1:0', `listen: ${this.#http}`));
  }

  get #file(): string {
    return join(this.#directory, 'moor.yaml');
  }

  get #log(): string {
    return join(this.#directory, 'log');
  }

  async start(): Promise<void> {
    const log = openSync(this.#log, 'a');
    this.#child = spawn(process.execPath, [MOOR, 'run', '--config', this.#file], {
      stdio: ['ignore', log, log],
    });
    await this.until('it is ready', async () => {
      const [edge] = (await this.status())?.switches ?? [];
      return edge?.standing.kind === 'ready';
    });
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || !child.kill(signal)) return;
    await once(child, 'exit');
  }

  reload(): void {
    this.#child?.kill('SIGHUP');
  }

  status(): Promise<ControllerStatus | undefined> {
    return this.#ask<ControllerStatus>('status');
  }

  async sessions(): Promise<readonly SessionStatus[]> {
    return (await this.#ask<readonly SessionStatus[]>('sessions?limit=100')) ?? [];
  }

  /** How many sessions of signalling there are, and entries for them. */
  async signalling(): Promise<string> {
    const { sessions, entries } = (await this.status())?.signalling ?? {};
    return `${sessions} ${entries}`;
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await wait(20)) {
      if (await holds()) return;
    }
    throw new Error(`it does not come to be: ${what}: ${readFileSync(this.#log, 'utf8').slice(-2000)}`);
  }

  async #ask<T>(path: string): Promise<T | undefined> {
    const response = await fetch(`http://${this.#http}/${path}`).catch(() => undefined);
    return response?.ok === true ? ((await response.json()) as T) : undefined;
  }
}

async function start(t: ExecutionContext): Promise<{ bare: BareSwitch; moor: Process }> {
  const bare = await startBare({ isControlled: true });
  const directory = mkdtempSync(join(tmpdir(), 'moor-killed-'));
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const at = free.address();
  free.close();
  const moor = new Process(
    directory,
    bare.target,
    `127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`,
  );
  t.teardown(async () => {
    await moor.end('SIGKILL');
    await bare.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { bare, moor };
}

test.serial(
  'sessions outlive a controller that is killed, those that begin meanwhile too; a server comes by SIGHUP',
  async (t) => {
    t.timeout(300_000);
    const { bare, moor } = await start(t);
    const media = (near: number, far: number) => serverOf(bare, fromClient(CLIENT, near, far));
    const tcp = (client: number, flags: number) => segment({ client, to: VIP, port: 80 }, flags);
    const udp = (client: number) => datagram({ client, to: VIP, port: 53 });
    const isKnown = async (client: string, identity: SessionStatus['identity'], server: string) =>
      (await moor.sessions()).some(
        (one) => one.client.endsWith(client) && one.identity === identity && one.server === server,
      );

    moor.write({ one: 1, two: 0 });
    await moor.start();
    const film = setUp(bare, 'one', 40_000, [6000, 7000]);
    const call = makeCall(bare, 'one', 'c1', 5060);
    call.begin(6100, 7100);
    setUp(bare, 'one', 40_001, [6200, 7200], ';timeout=8');
    await moor.until('all are announced', async () => (await moor.signalling()) === '3 3');
    t.is(media(6000, 7000), 'one');
    t.is(serverOf(bare, udp(1)), 'one');
    await moor.until('media has come', () => isKnown('::1', 'secondary', 'one'));
    // Sessions are written some milliseconds after they have changed.
    await wait(200);
    await moor.end('SIGKILL');

    // The switch's clock says for how long the data plane remembers by itself, however long a controller takes to start.
    await bare.standStill(async () => {
      // Nobody hears of these. One goes on speaking, two are quiet for longer than slots are safe.
      t.is(serverOf(bare, tcp(2, TCP_SYN)), 'one');
      t.is(serverOf(bare, udp(3)), 'one');
      t.is(serverOf(bare, udp(4)), 'one');
      for (const seconds of [3, 3, 3]) {
        bare.pass(seconds);
        t.is(serverOf(bare, udp(4)), 'one');
      }
      t.is(media(6001, 7001), 'one');

      moor.write({ one: 0, two: 1 });
      await moor.start();
      const [edge] = (await moor.status())?.switches ?? [];
      // What the switch held was known or taken over, and nothing was missing.
      t.like(edge?.standing, { kind: 'ready', lastReconcile: { dropped: 0 } });
      t.is(await moor.signalling(), '3 3');
      t.true(await isKnown('::1', 'secondary', 'one'));
      t.is(serverOf(bare, tcp(2, TCP_ACK)), 'one');
      t.is(serverOf(bare, udp(3)), 'one');
      bare.pass(2);
      t.is(serverOf(bare, udp(4)), 'one');
    });
    await moor.until('the controller hears of them', async () => {
      for (const packet of [tcp(2, TCP_ACK), udp(3), udp(4)]) t.is(serverOf(bare, packet), 'one');
      const known = await Promise.all(['::2', '::3', '::4'].map((one) => isKnown(one, 'signalling', 'one')));
      return known.every((one) => one);
    });
    // Longer than the data plane remembers by itself.
    bare.pass(21);
    t.is(serverOf(bare, tcp(2, TCP_ACK)), 'one');
    t.is(serverOf(bare, udp(3)), 'one');
    t.is(serverOf(bare, tcp(5, TCP_SYN)), 'two', 'new ones go to the other one');
    for (const [near, far] of [
      [6000, 7000],
      [6001, 7001],
      [6100, 7100],
    ] as const) {
      t.is(media(near, far), 'one', `${near}`);
    }

    await moor.until('silence ends one', async () => (await moor.signalling()) === '2 2');
    film.tearDown();
    await moor.until('TEARDOWN ends one', async () => (await moor.signalling()) === '1 1');
    call.end();
    await moor.until('BYE ends one', async () => (await moor.signalling()) === '0 0');
    await moor.until('their flows are gone', async () =>
      (await moor.sessions()).every(({ identity }) => identity === 'signalling'),
    );
    bare.pass(6);
    for (const [near, far] of [
      [6000, 7000],
      [6001, 7001],
      [6100, 7100],
      [6200, 7200],
    ] as const) {
      t.is(media(near, far), undefined, `${near}`);
    }

    // ---- A server comes ----
    moor.write(
      { one: 0, two: 0 },
      "  - { name: three, port: 3, link-address: '02:00:00:00:01:03', weight: 1 }\n",
    );
    moor.reload();
    await moor.until(
      'new sessions go there',
      async () => serverOf(bare, udp(100 + Math.floor(performance.now()))) === 'three',
    );
    for (const [packet, server] of [
      [tcp(2, TCP_ACK), 'one'],
      [udp(3), 'one'],
      [tcp(5, TCP_ACK), 'two'],
    ] as const) {
      t.is(serverOf(bare, packet), server, 'established sessions stay');
    }
  },
);
