/**
 * The demonstration without root: the same nodes, switch and controller in one process, with ports in memory, a TCP of
 * the lab's own, and small servers of its own in the place of nginx and GStreamer.
 * Longer than most: all parts of one world.
 */

import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '../../controller/config/index.ts';
import { Controller } from '../../controller/controller.ts';
import { type HttpOptions, serveHttp } from '../../controller/http.ts';
import { CPU_PORT } from '../../controller/pipeline/index.ts';
import type { ForwardingPipelineConfig } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { makeEngineDevice, startServer } from '../../switch/server/index.ts';
import { formatIpv6Address } from '../../wire/index.ts';
import { emitAvailability, emitLoadVector, seal } from '../../wire/monitoring/index.ts';
import { HomeAgent } from '../home-agent.ts';
import { Internet } from '../internet.ts';
import { LinkLayer } from '../link-layer.ts';
import { MobileNode } from '../mobile-node.ts';
import { ProcessError } from '../processes.ts';
import { ip, link, now, prefix } from '../settings-values.ts';
import { type TcpConnection, TcpHost } from '../tcp.ts';
import { controllerSettings, INTERNET, PERIOD_MS, QUEUE, RTSP_PORT, serverPort, WEB_PORT } from './files.ts';
import { sumOf } from './metrics.ts';
import {
  ACCESS,
  type AccessName,
  HOME_ADDRESS,
  HOME_AGENT,
  LINKS,
  NETWORKS,
  SERVERS,
  type ServerName,
  SWITCH_ADDRESS,
  serverLink,
  transitAddress,
  VIP,
} from './topology.ts';
import type { Carried, DemoWorld, Download, DownloadOptions, FilmFigures } from './world.ts';

const FILM_BYTES = 1 << 20;
const FRAMES_PER_SECOND = 25;
const FRAME_BYTES = 2000;
const TICK_MS = 20;
const UPLINK = 1;
const CLIENT = '2001:db8:5::10';

type MemoryServer = {
  readonly side: LinkLayer;
  readonly tcp: TcpHost;
  /** Who waits while it is stalled. */
  readonly queue: (() => void)[];
};

/** A world in memory. */
export class MemoryWorld implements DemoWorld {
  readonly hasFilms = true;
  readonly events: Readonly<Record<string, unknown>>[] = [];
  readonly #directory = mkdtempSync(path.join(tmpdir(), 'moor-demo-'));
  readonly #key = randomBytes(16).toString('hex');
  readonly #film = randomBytes(FILM_BYTES);
  readonly #digest = createHash('sha256').update(this.#film).digest('hex');
  readonly #dead = new Set<ServerName>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #internet: Internet;
  readonly #homeAgent: HomeAgent;
  readonly #homeSite: LinkLayer;
  readonly #node: MobileNode;
  readonly #nodeTcp: TcpHost;
  readonly #client: { readonly side: LinkLayer; readonly tcp: TcpHost };
  readonly #servers = new Map<ServerName, MemoryServer>();
  readonly #access = new Map<AccessName, LinkLayer>();
  #at: AccessName | undefined;
  #isStalled = false;
  #http: Awaited<ReturnType<typeof serveHttp>> | undefined;
  #addresses: { readonly controller: string; readonly grpc: string } | undefined;
  #sequence = 0;
  #toSwitch: (port: number, frame: Uint8Array) => void = () => {};
  #end: () => Promise<void> = async () => {};
  #internetTimer: NodeJS.Timeout | undefined;

  constructor() {
    this.#internet = new Internet(
      INTERNET.ports.map(({ linkAddress, addresses, prefixes, delay }, index) => {
        const name = NETWORKS[index]?.name;
        const visited = name === 'visited1' || name === 'visited2' ? ACCESS[name] : undefined;
        return {
          linkAddress: link(linkAddress),
          // Networks to visit have no router of their own here.
          addresses: (visited === undefined ? addresses : [visited.router]).map(ip),
          nextHop: ip(visited === undefined ? (INTERNET.ports[index]?.nextHop ?? '') : visited.careOf),
          prefixes: prefixes.map(prefix),
          delay,
        };
      }),
      (port, frame) => later(() => this.#fromInternet(port, frame)),
    );
    this.#homeAgent = new HomeAgent({
      address: ip(HOME_AGENT),
      homePrefix: prefix('2001:db8:1::/64'),
      maximumLifetime: 420,
    });
    const transit = ip(transitAddress(1, 'network'));
    this.#homeSite = new LinkLayer({
      linkAddress: link(LINKS.homeAgent),
      linkLocal: transit,
      owns: (target) => Buffer.compare(target, transit) === 0,
      send: (frame) => this.#toInternet('home', frame),
    });
    const home = ip(HOME_ADDRESS);
    this.#node = new MobileNode(
      { home, homeAgent: ip(HOME_AGENT), lifetime: 420, routeOptimization: true },
      ({ to, packet }) => {
        if (to === 'stack') this.#nodeTcp.receive(packet, now());
        else this.#fromNode(packet);
      },
      ({ kind, ...rest }) => this.events.push({ event: kind, ...readable(rest) }),
    );
    this.#nodeTcp = new TcpHost(home, (packet) => this.#node.fromStack(packet, now()));
    for (const name of ['visited1', 'visited2'] as const) {
      const careOf = ip(ACCESS[name].careOf);
      this.#access.set(
        name,
        new LinkLayer({
          linkAddress: link(ACCESS[name].linkAddress),
          linkLocal: careOf,
          owns: (target) => this.#at === name && Buffer.compare(target, careOf) === 0,
          send: (frame) => this.#toInternet(name, frame),
        }),
      );
    }
    const client = ip(CLIENT);
    const side = new LinkLayer({
      linkAddress: link('02:00:00:00:06:01'),
      linkLocal: client,
      owns: (target) => Buffer.compare(target, client) === 0,
      send: (frame) => this.#toInternet('client', frame),
    });
    this.#client = {
      side,
      tcp: new TcpHost(client, (packet) => side.transmit(packet, ip('2001:db8:5::1'), now())),
    };
    for (const name of SERVERS) this.#servers.set(name, this.#makeServer(name));
  }

  /** Where controller and switch answer, HOST:PORT. @throws ProcessError before they do. */
  get addresses(): { readonly controller: string; readonly grpc: string } {
    if (this.#addresses === undefined) throw new ProcessError('they have not been started');
    return this.#addresses;
  }

  /** Starts the switch and the controller, and waits until they are ready. */
  async start(pipeline: ForwardingPipelineConfig, http: HttpOptions = {}): Promise<void> {
    const device = makeEngineDevice({
      cpuPort: CPU_PORT,
      ports: () => new Map(),
      transmit: (packets) => {
        for (const { port, bytes } of packets) {
          const frame = bytes.slice();
          later(() => this.#fromSwitch(port, frame));
        }
      },
      optimization: 'none',
    });
    this.#toSwitch = (port, bytes) => later(() => device.receive([{ port, bytes }]));
    const server = await startServer({ device, deviceId: 1n, address: '127.0.0.1:0' });
    const key = path.join(this.#directory, 'key');
    writeFileSync(key, this.#key, { mode: 0o600 });
    const health = await freePort();
    const config = parseConfig(
      controllerSettings({
        state: path.join(this.#directory, 'state'),
        target: `127.0.0.1:${server.port}`,
        listen: '127.0.0.1:0',
        health: `127.0.0.1:${health}`,
        key,
      }),
      'moor.yaml',
    );
    const controller = new Controller({ config, pipeline, log: pino({ level: 'silent' }) });
    const agents = createSocket('udp4');
    this.#end = async () => {
      agents.close();
      await this.#http?.close();
      await controller.stop();
      await server.close();
    };
    await controller.start();
    this.#http = await serveHttp(controller, config.listen, http);
    const [listening] = this.#http.addresses();
    this.#addresses = {
      controller: `127.0.0.1:${typeof listening === 'object' ? listening.port : 0}`,
      grpc: `127.0.0.1:${server.port}`,
    };
    this.#timers.push(setInterval(() => this.#report(agents, health), PERIOD_MS));
    this.#timers.push(setInterval(() => this.#tick(), TICK_MS));
    for (const end = now() + 60_000; now() < end; await wait(20)) {
      if (controller.switches.every(({ keeper }) => keeper.standing.kind === 'ready')) return;
    }
    throw new ProcessError('the controller does not get the switch ready');
  }

  async event(kind: string, after: number): Promise<Readonly<Record<string, unknown>>> {
    for (const end = now() + 30_000; now() < end; await wait(5)) {
      const found = this.events.slice(after).find(({ event }) => event === kind);
      if (found !== undefined) return found;
    }
    throw new ProcessError(`it does not come to be within 30 s: the mobile node is ${kind}`);
  }

  move(to: AccessName): void {
    this.#at = to;
    const { careOf } = ACCESS[to];
    this.#node.move(careOf === undefined ? undefined : ip(careOf), now());
  }

  setRouteOptimization(routeOptimization: boolean): void {
    this.#node.routeOptimization = routeOptimization;
  }

  async carried(): Promise<Carried> {
    return structuredClone(this.#node.carried);
  }

  download({ from, film = false, seconds, within = 60 }: DownloadOptions): Promise<Download> {
    const tcp = from === 'mn' ? this.#nodeTcp : this.#client.tcp;
    const begin = now();
    const connection = tcp.connect(ip(VIP), WEB_PORT, begin);
    const hash = createHash('sha256');
    let [connect, bytes] = [0, 0];
    let server: ServerName | undefined;
    return new Promise((resolve) => {
      const finish = (hasEnded: boolean) => {
        clearTimeout(patience);
        const isWhole = hasEnded && (!film || hash.digest('hex') === this.#digest);
        resolve({ server, connect, speed: (bytes * 1000) / (now() - begin), isWhole });
      };
      const patience = setTimeout(() => finish(false), within * 1000);
      connection.onOpen = () => {
        connect = (now() - begin) / 1000;
      };
      connection.onData = (data) => {
        let rest = data;
        // The server's name comes first.
        if (server === undefined) {
          const name = Buffer.from(data.subarray(0, 2)).toString();
          server = SERVERS.find((one) => one === name);
          rest = data.subarray(2);
        }
        bytes += rest.length;
        hash.update(rest);
      };
      connection.onEnd = () => {
        connection.end(now());
        finish(true);
      };
      connection.onLost = () => finish(false);
      connection.write(Buffer.from(`${film ? 'film' : 'page'} ${seconds ?? 0}`), begin);
    });
  }

  watch(seconds: number): Promise<FilmFigures> {
    const connection = this.#nodeTcp.connect(ip(VIP), RTSP_PORT, now());
    let bytes = 0;
    return new Promise((resolve) => {
      const finish = (lost: boolean) => resolve({ frames: Math.floor(bytes / FRAME_BYTES), lost });
      connection.onData = (data) => {
        bytes += data.length;
      };
      connection.onEnd = () => {
        connection.end(now());
        finish(false);
      };
      connection.onLost = () => finish(true);
      connection.write(Buffer.from(String(seconds)), now());
    });
  }

  async visit(count: number, within: number): Promise<readonly (ServerName | undefined)[]> {
    const visits = Array.from({ length: count }, () => this.download({ from: 'client', within }));
    return (await Promise.all(visits)).map(({ server }) => server);
  }

  stall(isStalled: boolean): void {
    this.#isStalled = isStalled;
    if (isStalled) return;
    for (const { queue } of this.#servers.values()) for (const answer of queue.splice(0)) answer();
  }

  async refused(): Promise<number> {
    const { body } = (await this.#http?.inject('/metrics')) ?? { body: '' };
    return sumOf(body, 'moor_packets_refused_total');
  }

  /** Lets the mobile node download on and on, until it is told to end, so that there is something to see. */
  async keepBusy(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { isWhole } = await this.download({ from: 'mn', film: true, seconds: 10 });
      if (!isWhole) await wait(1000);
    }
  }

  async killServer(server: ServerName): Promise<void> {
    this.#dead.add(server);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#internetTimer);
    await this.#end();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What an agent on each server would say. */
  #report(agents: Socket, port: number): void {
    this.#sequence++;
    for (const [index, name] of SERVERS.entries()) {
      if (this.#dead.has(name)) continue;
      const about = {
        identity: index + 1,
        sequence: this.#sequence,
        timestamp: Math.floor(Date.now() / 1000),
      };
      const backlog = Math.min(1, (this.#servers.get(name)?.queue.length ?? 0) / QUEUE);
      const loads = { cpu: 0, memory: 0, networkBuffers: 0, ioQueue: 0, backlog };
      for (const message of [
        emitAvailability({ ...about, flag: 'available' }),
        emitLoadVector({ ...about, loads }),
      ]) {
        agents.send(
          seal(message, BigInt(Date.now()) * 1000n + BigInt(index), Buffer.from(this.#key)),
          port,
          '127.0.0.1',
        );
      }
    }
  }

  #makeServer(name: ServerName): MemoryServer {
    const side = new LinkLayer({
      linkAddress: link(serverLink(name)),
      linkLocal: ip(`fe80::${serverPort(name)}`),
      // The virtual address is silent on the link, as `moor agent vip up` has it.
      owns: () => false,
      send: (frame) => {
        if (!this.#dead.has(name)) this.#toSwitch(serverPort(name), frame);
      },
    });
    const queue: (() => void)[] = [];
    const tcp = new TcpHost(ip(VIP), (packet) => side.transmit(packet, ip(SWITCH_ADDRESS), now()));
    tcp.listen(WEB_PORT, (connection) => {
      connection.onData = (request) => {
        const [what, seconds] = Buffer.from(request).toString().split(' ');
        const answer = () => {
          connection.write(Buffer.from(name), now());
          if (what === 'film') this.#pour(connection, this.#film, Number(seconds));
          else this.#pour(connection, Buffer.from('moored\n'), 0);
        };
        if (this.#isStalled) queue.push(answer);
        else answer();
      };
    });
    tcp.listen(RTSP_PORT, (connection) => {
      connection.onData = (request) => {
        const seconds = Number(Buffer.from(request).toString());
        this.#pour(connection, randomBytes(seconds * FRAMES_PER_SECOND * FRAME_BYTES), seconds);
      };
    });
    return { side, tcp, queue };
  }

  /** Sends data so that it takes some seconds, and ends the connection. */
  #pour(connection: TcpConnection, data: Uint8Array, seconds: number): void {
    if (seconds === 0) {
      connection.write(data, now());
      connection.end(now());
      return;
    }
    const begin = now();
    let sent = 0;
    const timer = setInterval(() => {
      const due = Math.min(data.length, Math.ceil((data.length * (now() - begin)) / (seconds * 1000)));
      connection.write(data.subarray(sent, due), now());
      sent = due;
      if (sent < data.length) return;
      clearInterval(timer);
      connection.end(now());
    }, TICK_MS);
    this.#timers.push(timer);
  }

  #toInternet(network: (typeof NETWORKS)[number]['name'], frame: Uint8Array): void {
    const port = NETWORKS.findIndex(({ name }) => name === network);
    later(() => {
      this.#internet.receive(port, frame, now());
      this.#runInternet();
    });
  }

  #runInternet(): void {
    clearTimeout(this.#internetTimer);
    const next = this.#internet.run(now());
    if (next !== undefined) this.#internetTimer = setTimeout(() => this.#runInternet(), next - now());
  }

  #fromInternet(port: number, frame: Uint8Array): void {
    const name = NETWORKS[port]?.name;
    switch (name) {
      case 'home': {
        const packet = this.#homeSite.receive(frame);
        if (packet !== undefined) this.#atHome(packet);
        break;
      }
      case 'visited1':
      case 'visited2': {
        const packet = this.#access.get(name)?.receive(frame);
        if (packet !== undefined && this.#at === name) this.#node.fromLink(packet, now());
        break;
      }
      case 'dc':
        this.#toSwitch(UPLINK, frame);
        break;
      case 'client': {
        const packet = this.#client.side.receive(frame);
        if (packet !== undefined) this.#client.tcp.receive(packet, now());
        break;
      }
      default:
        break;
    }
  }

  /** A packet on the home link: for the home agent, for a node that is at home, or for elsewhere. */
  #atHome(packet: Uint8Array): void {
    const destination = packet.subarray(24, 40);
    if (this.#homeAgent.owns(destination)) {
      for (const one of this.#homeAgent.receive(packet, now())) this.#atHome(one);
    } else if (Buffer.compare(destination, ip(HOME_ADDRESS)) === 0) {
      if (this.#at === 'home') this.#node.fromLink(packet, now());
    } else this.#homeSite.transmit(packet, ip(transitAddress(1, 'internet')), now());
  }

  #fromNode(packet: Uint8Array): void {
    if (this.#at === undefined) return;
    if (this.#at === 'home') this.#atHome(packet);
    else this.#access.get(this.#at)?.transmit(packet, ip(ACCESS[this.#at].router), now());
  }

  #fromSwitch(port: number, frame: Uint8Array): void {
    if (port === UPLINK) {
      const dc = NETWORKS.findIndex(({ name }) => name === 'dc');
      this.#internet.receive(dc, frame, now());
      this.#runInternet();
      return;
    }
    const name = SERVERS.find((one) => serverPort(one) === port);
    const server = name === undefined || this.#dead.has(name) ? undefined : this.#servers.get(name);
    const packet = server?.side.receive(frame);
    if (packet !== undefined) server?.tcp.receive(packet, now());
  }

  #tick(): void {
    const time = now();
    this.#node.tick(time);
    this.#homeAgent.tick(time);
    this.#internet.tick(time);
    for (const side of [this.#homeSite, this.#client.side, ...this.#access.values()]) side.tick(time);
    for (const tcp of [this.#nodeTcp, this.#client.tcp]) tcp.tick(time);
    for (const { side, tcp } of this.#servers.values()) {
      side.tick(time);
      tcp.tick(time);
    }
  }
}

/** A port that nobody listens at, at this moment. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

/** Frames go from one to the next in turn, never inside of each other. */
function later(work: () => void): void {
  setImmediate(work);
}

function readable(event: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? formatIpv6Address(value) : value,
    ]),
  );
}
