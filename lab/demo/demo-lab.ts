/** The demonstration's world: built, started, moved about, and taken away. */

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServerStatus } from '../../controller/server-status.ts';
import type { ControllerStatus, SessionStatus } from '../../controller/status.ts';
import { Namespaces } from '../namespaces.ts';
import type { MobileNodeCommand, NodeSettings } from '../nodes.ts';
import { Processes, type Running, signalGroup } from '../processes.ts';
import {
  agentSettings,
  controllerSettings,
  GRPC,
  HEALTH,
  HOME_AGENT_NODE,
  HTTP,
  INTERNET,
  MOBILE_NODE,
  nginxSettings,
  RTSP_PORT,
  RTSP_SERVER,
  switchInterfaces,
  WEB_PORT,
  webServer,
} from './files.ts';
import { sumOf } from './metrics.ts';
import { type AccessName, demoTopology, SERVERS, type ServerName, VIP } from './topology.ts';
import type { Carried, DemoWorld, Download, DownloadOptions, FilmFigures } from './world.ts';

export type DemoLabOptions = {
  /** What goes before the names of namespaces. */
  readonly prefix: string;
  /** What starts moor: program and first arguments. */
  readonly moor: readonly string[];
  /** The pipeline's source. */
  readonly program: string;
} & Peers;

/** What is on the machine. */
export type Peers = {
  readonly hasNginx: boolean;
  /** Whether there is a server for films, and something to watch them with. */
  readonly hasFilms: boolean;
};

/** Bytes of the file to download. */
export const FILM_BYTES = 4 << 20;

/** The world. */
export class DemoLab implements DemoWorld {
  readonly directory: string;
  readonly namespaces: Namespaces;
  readonly processes: Processes;
  /** Of the file to download. */
  readonly digest: string;
  readonly #options: DemoLabOptions;
  readonly #servers = new Map<ServerName, { readonly web: Running; readonly others: readonly Running[] }>();
  readonly #events: Record<string, unknown>[] = [];
  #downloads = 0;
  #node: Running | undefined;

  /** Builds the namespaces. @throws NamespaceError */
  constructor(options: DemoLabOptions) {
    this.#options = options;
    this.namespaces = Namespaces.build(options.prefix, demoTopology());
    this.directory = mkdtempSync(path.join(tmpdir(), `${options.prefix}-`));
    this.processes = new Processes(this.directory);
    mkdirSync(this.file('www'));
    const film = randomBytes(FILM_BYTES);
    writeFileSync(this.file('www/film'), film);
    this.digest = digestOf(this.file('www/film'));
    writeFileSync(this.file('www/index.html'), 'moored\n');
    writeFileSync(this.file('agent.key'), `${randomBytes(16).toString('hex')}\n`, { mode: 0o600 });
    writeFileSync(
      this.file('moor.yaml'),
      controllerSettings({
        state: this.file('state'),
        target: GRPC,
        listen: HTTP,
        health: HEALTH,
        key: this.file('agent.key'),
        pipeline: this.directory,
      }),
    );
    writeFileSync(this.file('rtsp-server.py'), RTSP_SERVER);
    for (const server of SERVERS) {
      writeFileSync(this.file(`agent-${server}.yaml`), agentSettings(server, this.directory));
      writeFileSync(this.file(`nginx-${server}.conf`), nginxSettings(server, this.directory));
    }
  }

  file(name: string): string {
    return path.join(this.directory, name);
  }

  /** A program in a namespace. */
  command(namespace: string, ...words: readonly string[]): readonly string[] {
    return this.namespaces.command(namespace, words);
  }

  #moor(namespace: string, ...words: readonly string[]): readonly string[] {
    return this.command(namespace, ...this.#options.moor, ...words);
  }

  /** Compiles the pipeline. */
  async compile(): Promise<void> {
    const { moor, program } = this.#options;
    await this.processes.finish('compile', [
      ...moor,
      'compile',
      program,
      '-o',
      this.file('pipeline.json'),
      '--p4runtime-files',
      this.file('pipeline.txtpb'),
    ]);
  }

  get hasFilms(): boolean {
    return this.#options.hasFilms;
  }

  async startSwitch(): Promise<void> {
    const command = this.#moor('dc', 'switch', ...switchInterfaces(), '--cpu-port', '510', '--grpc', GRPC);
    const running = this.processes.start('switch', command);
    await this.processes.until('the switch listens', () => this.#isUp(GRPC), { by: running });
  }

  async startController(): Promise<void> {
    const command = this.#moor('dc', 'run', '--config', this.file('moor.yaml'));
    const controller = this.processes.start('controller', command);
    await this.processes.until(
      'the controller has the switch ready',
      async () => (await this.status())?.switches[0]?.standing.kind === 'ready',
      { by: controller, within: 60_000 },
    );
  }

  async #isUp(address: string): Promise<boolean> {
    const [host = '', port = ''] = address.split(':');
    const probe = this.processes.start(
      'probe',
      this.command('dc', 'bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`),
    );
    return (await probe.ended) === 0;
  }

  /** Starts what runs on a server. */
  async startServer(server: ServerName): Promise<void> {
    await this.processes.finish(
      `vip-${server}`,
      this.#moor(server, 'agent', 'vip', 'up', '--config', this.file(`agent-${server}.yaml`)),
    );
    const web = this.#options.hasNginx
      ? this.command(server, 'nginx', '-c', this.file(`nginx-${server}.conf`))
      : this.#moor(server, 'lab-node', JSON.stringify(webServer(server, this.file('www'))));
    const others = [
      this.processes.start(
        `agent-${server}`,
        this.#moor(server, 'agent', '--config', this.file(`agent-${server}.yaml`)),
      ),
    ];
    if (this.#options.hasFilms) {
      const command = this.command(server, '/usr/bin/python3', this.file('rtsp-server.py'));
      others.push(this.processes.start(`film-${server}`, command));
    }
    this.#servers.set(server, { web: this.processes.start(`web-${server}`, web), others });
  }

  /** Pulls the plug of a server. */
  async killServer(server: ServerName): Promise<void> {
    this.namespaces.setLink('dc', server, 'down');
    this.namespaces.setLink('dc', `m-${server}`, 'down');
    const found = this.#servers.get(server);
    if (found === undefined) return;
    for (const running of [found.web, ...found.others]) await this.processes.end(running, 'SIGKILL');
    this.#servers.delete(server);
  }

  async startNodes(): Promise<void> {
    const nodes: readonly [string, string, NodeSettings][] = [
      ['internet', 'net', INTERNET],
      ['home-agent', 'agent', HOME_AGENT_NODE],
      ['mobile-node', 'mn', MOBILE_NODE],
    ];
    const running = nodes.map(([name, namespace, settings]) =>
      this.processes.start(name, this.#moor(namespace, 'lab-node', JSON.stringify(settings)), {
        line: name === 'mobile-node' ? (line) => this.#events.push(JSON.parse(line)) : () => {},
      }),
    );
    for (const one of running) {
      await this.processes.until(
        `${one.name} is there`,
        () => one.lines.some((line) => line.includes('"ready"')),
        {
          by: one,
        },
      );
    }
    this.#node = running[2];
  }

  /** Events of the mobile node, since the beginning. */
  get events(): readonly Readonly<Record<string, unknown>>[] {
    return this.#events;
  }

  #tell(command: MobileNodeCommand): void {
    this.#node?.child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** The mobile node goes to another link. */
  move(to: AccessName): void {
    this.#tell({ move: to });
  }

  setRouteOptimization(routeOptimization: boolean): void {
    this.#tell({ routeOptimization });
  }

  /** Waits for an event of the mobile node that comes after those that were there. */
  async event(kind: string, after: number): Promise<Readonly<Record<string, unknown>>> {
    let found: Readonly<Record<string, unknown>> | undefined;
    await this.processes.until(`the mobile node is ${kind}`, () => {
      found = this.#events.slice(after).find(({ event }) => event === kind);
      return found !== undefined;
    });
    return found ?? {};
  }

  /** What the mobile node's packets took. */
  async carried(): Promise<Carried> {
    const before = this.#events.length;
    this.#tell({ report: true });
    const { carried } = await this.event('report', before);
    return carried as Carried;
  }

  async download({ from, film = false, seconds, within = 60 }: DownloadOptions): Promise<Download> {
    const name = `curl-${++this.#downloads}`;
    const copy = this.file(`${name}.copy`);
    const url = `http://[${VIP}]:${WEB_PORT}/${film ? 'film' : ''}`;
    const wanted = '%header{x-server} %{time_connect} %{speed_download} %{http_code}\n';
    const words = ['curl', '-s', '-m', String(within), '-w', wanted, '-o', copy, url];
    if (seconds !== undefined) words.push('--limit-rate', String(Math.round(FILM_BYTES / seconds)));
    const running = this.processes.start(name, this.command(from, ...words));
    await running.ended;
    const text = running.lines.join(' ');
    const [, server, connect = '', speed = '', code] = /(\S*) ([\d.]+) ([\d.]+) (\d{3})/.exec(text) ?? [];
    const isWhole = code === '200' && (!film || digestOf(copy) === this.digest);
    rmSync(copy, { force: true });
    return {
      server: SERVERS.find((one) => one === server),
      connect: Number(connect),
      speed: Number(speed),
      isWhole,
    };
  }

  async visit(count: number, within: number): Promise<readonly (ServerName | undefined)[]> {
    const words = ['curl', '-s', '-Z', '--parallel-immediate', '--parallel-max', String(count)];
    const each = ['-m', String(within), '-H', 'Connection: close', '-w', 'by %header{x-server}.\n'];
    const urls = Array.from({ length: count }, () => ['-o', '/dev/null', `http://[${VIP}]:${WEB_PORT}/`]);
    const name = `visit-${++this.#downloads}`;
    const running = this.processes.start(name, this.command('client', ...words, ...each, ...urls.flat()));
    await running.ended;
    const served = running.lines.map((line) => SERVERS.find((one) => line === `by ${one}.`));
    return Array.from({ length: count }, (_, index) => served[index]);
  }

  stall(isStalled: boolean): void {
    for (const { web } of this.#servers.values()) signalGroup(web, isStalled ? 'SIGSTOP' : 'SIGCONT');
  }

  async refused(): Promise<number> {
    const text = await this.#fetch('metrics');
    return sumOf(text ?? '', 'moor_packets_refused_total');
  }

  async watch(seconds: number): Promise<FilmFigures> {
    const words = [
      'ffmpeg',
      '-v',
      'error',
      '-rtsp_transport',
      'tcp',
      '-i',
      `rtsp://[${VIP}]:${RTSP_PORT}/film`,
    ];
    const rest = ['-t', String(seconds), '-c', 'copy', '-f', 'null', '-progress', '-', '-'];
    const running = this.processes.start('ffmpeg', this.command('mn', ...words, ...rest));
    const code = await running.ended;
    const frames = running.lines.flatMap((line) => /^frame=(\d+)/.exec(line)?.[1] ?? []).map(Number);
    return { frames: Math.max(0, ...frames), lost: code !== 0 };
  }

  status(): Promise<ControllerStatus | undefined> {
    return this.#ask<ControllerStatus>('status');
  }

  async servers(): Promise<readonly ServerStatus[]> {
    return (await this.#ask<readonly ServerStatus[]>('servers')) ?? [];
  }

  async sessions(): Promise<readonly SessionStatus[]> {
    return (await this.#ask<readonly SessionStatus[]>('sessions')) ?? [];
  }

  async #ask<T>(view: string): Promise<T | undefined> {
    const text = await this.#fetch(view);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  /** The controller listens inside its namespace. */
  async #fetch(view: string): Promise<string | undefined> {
    const running = this.processes.start(
      'ask',
      this.command('dc', 'curl', '-s', '-m', '5', `http://${HTTP}/${view}`),
    );
    return (await running.ended) === 0 ? running.lines.join('\n') : undefined;
  }

  /** Ends and removes everything. */
  async close({ keepFiles = false } = {}): Promise<void> {
    await this.processes.endAll();
    this.namespaces.remove();
    if (!keepFiles) rmSync(this.directory, { recursive: true, force: true });
  }

  /** The same at once, for the end of the process. */
  abandon(): void {
    this.processes.killAll();
    this.namespaces.remove();
  }
}

/** SHA-256 of a file. */
export function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
