/** A topology that runs: namespaces, a switch, `moor run`, and what stands around them. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BindingStatus } from '../controller/mobility-agent.ts';
import type { ServerStatus } from '../controller/server-status.ts';
import type { ControllerStatus, SessionStatus } from '../controller/status.ts';
import { type Capture, startCapture } from './capture.ts';
import type { CrowdCommand, CrowdReport, CrowdSettings } from './crowd.ts';
import { Namespaces } from './namespaces.ts';
import type { MobileNodeCommand } from './nodes.ts';
import { logOf, Processes, type Running } from './processes.ts';
import { namespacesOf, type TopologyFile } from './topology-file.ts';

/** What is the switch: moor's own, or a simple_switch_grpc. */
export type LabEngine =
  | { readonly kind: 'embedded'; readonly optimization: 'none' | 'speed' }
  | { readonly kind: 'simple_switch_grpc'; readonly binary: string };

export type LabWorldOptions = {
  readonly topology: TopologyFile;
  /** What goes before the names of namespaces. */
  readonly prefix: string;
  /** What starts moor: program and first arguments. */
  readonly moor: readonly string[];
  readonly engine: LabEngine;
};

const GRPC = '127.0.0.1:9559';
const HTTP = '127.0.0.1:9412';
const CPU_PORT = '510';
/** A switch that runs beside five others on two cores takes its time. */
const READY_MS = 90_000;
/** Each look starts a program. */
const ASK_MS = 200;

/** Clients that run, and what they say. */
export class CrowdProcess {
  readonly running: Running;
  readonly #processes: Processes;
  #last: CrowdReport | undefined;
  #number = 0;

  constructor(processes: Processes, name: string, start: (line: (text: string) => void) => Running) {
    this.#processes = processes;
    this.running = start((text) => {
      const value: { readonly event: string } = JSON.parse(text);
      if (value.event === 'report') this.#last = value as CrowdReport;
    });
    this.name = name;
  }

  readonly name: string;

  tell(command: CrowdCommand): void {
    this.running.child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** How it goes, now. */
  async report(): Promise<CrowdReport['groups']> {
    const number = ++this.#number;
    this.tell({ report: number });
    await this.#processes.until(`${this.name} reports`, () => this.#last?.report === number, {
      by: this.running,
      within: 60_000,
    });
    if (this.#last === undefined) throw new Error('no report');
    return this.#last.groups;
  }
}

/** The world. */
export class LabWorld {
  readonly directory: string;
  readonly namespaces: Namespaces;
  readonly processes: Processes;
  readonly #options: LabWorldOptions;
  readonly #nodes = new Map<string, Running>();
  readonly #events: Record<string, unknown>[] = [];
  #config: TopologyFile['controller'];
  #switch: Running | undefined;
  #controller: Running | undefined;
  #controllerStarts = 0;
  #captures = 0;

  /** Builds the namespaces. @throws NamespaceError */
  constructor(options: LabWorldOptions) {
    const { topology, prefix } = options;
    this.#options = options;
    this.#config = topology.controller;
    this.namespaces = Namespaces.build(prefix, { namespaces: namespacesOf(topology), links: topology.links });
    if (options.engine.kind === 'simple_switch_grpc') this.#endOffloads();
    this.directory = mkdtempSync(path.join(tmpdir(), `${prefix}-`));
    this.processes = new Processes(this.directory);
    mkdirSync(this.file('www'));
    writeFileSync(this.file('www/index.html'), 'moored\n');
  }

  /** BMv2 sends packets as it takes them from the kernel: those whose checksum is still to be written, without one. */
  #endOffloads(): void {
    const links = this.#options.topology.links.filter((link) =>
      link.some((end) => end.startsWith(`${this.#home}:`)),
    );
    try {
      this.namespaces.endOffloads(links.flat());
    } catch (problem) {
      this.namespaces.remove();
      throw problem;
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

  #expand(text: string): string {
    return text.replaceAll('%directory%', this.directory);
  }

  get #home(): string {
    return this.#options.topology.switch.namespace;
  }

  /** Starts all that there is, but for clients. */
  async start(): Promise<void> {
    await this.startSwitch();
    await this.startController();
    await this.startNodes();
  }

  // ---- Switch and controller ----

  async startSwitch(): Promise<void> {
    const { engine, topology } = this.#options;
    const ports = Object.entries(topology.switch.ports);
    const words =
      engine.kind === 'embedded'
        ? [
            ...this.#options.moor,
            'switch',
            ...ports.flatMap(([port, name]) => ['-i', `${port}=${name}`]),
            ...['--cpu-port', CPU_PORT, '--grpc', GRPC, '--optimization', engine.optimization],
          ]
        : [
            ...[engine.binary, '--no-p4', '--device-id', '1', '-L', 'error'],
            ...ports.flatMap(([port, name]) => ['-i', `${port}@${name}`]),
            ...['--thrift-port', '9090', '--', '--grpc-server-addr', GRPC, '--cpu-port', CPU_PORT],
          ];
    const running = this.processes.start('switch', this.command(this.#home, ...words));
    await this.processes.until('the switch listens', () => this.#answers(GRPC), {
      by: running,
      within: READY_MS,
      every: ASK_MS,
    });
    this.#switch = running;
  }

  async #answers(address: string): Promise<boolean> {
    const [host = '', port = ''] = address.split(':');
    const words = ['bash', '-c', `exec 3<>/dev/tcp/${host}/${port}`];
    return (await this.processes.start('probe', this.command(this.#home, ...words)).ended) === 0;
  }

  /** Kills the switch; what it knew is gone. */
  async killSwitch(): Promise<void> {
    if (this.#switch !== undefined) await this.processes.end(this.#switch, 'SIGKILL');
    this.#switch = undefined;
  }

  #writeConfig(): void {
    const { switches, ...rest } = this.#config;
    writeFileSync(
      this.file('moor.yaml'),
      `${JSON.stringify(
        {
          switches: switches.map((one) => ({ ...one, target: GRPC })),
          ...rest,
          state: this.file('state'),
          listen: HTTP,
        },
        null,
        2,
      )}\n`,
    );
  }

  /** Starts the controller, and waits until it has the switch ready. */
  async startController(): Promise<void> {
    this.#writeConfig();
    this.#controllerStarts++;
    // A log of its own each time: what is looked for in it is of this life.
    const name = `controller-${this.#controllerStarts}`;
    this.#controller = this.processes.start(
      name,
      this.#moor(this.#home, 'run', '--config', this.file('moor.yaml')),
    );
    await this.untilReady();
  }

  /** Waits until the controller has the switch ready. */
  async untilReady(): Promise<void> {
    const by = this.#controller;
    await this.processes.until(
      'the controller has the switch ready',
      async () => (await this.status())?.switches[0]?.standing.kind === 'ready',
      { ...(by === undefined ? {} : { by }), within: READY_MS, every: ASK_MS },
    );
  }

  async killController(): Promise<void> {
    if (this.#controller !== undefined) await this.processes.end(this.#controller, 'SIGKILL');
    this.#controller = undefined;
  }

  /** Another configuration: written, and taken over by the controller that runs. */
  async configure(change: (config: TopologyFile['controller']) => TopologyFile['controller']): Promise<void> {
    this.#config = change(this.#config);
    this.#writeConfig();
    const running = this.#controller;
    if (running?.child.pid === undefined) return;
    const taken = () => logOf(running).split('configuration taken over').length;
    const before = taken();
    process.kill(running.child.pid, 'SIGHUP');
    await this.processes.until('the configuration is taken over', () => taken() > before, { by: running });
  }

  status(): Promise<ControllerStatus | undefined> {
    return this.#ask('status');
  }

  async servers(): Promise<readonly ServerStatus[]> {
    return (await this.#ask('servers')) ?? [];
  }

  async sessions(): Promise<readonly SessionStatus[]> {
    return (await this.#ask('sessions')) ?? [];
  }

  async bindings(): Promise<readonly BindingStatus[]> {
    return (await this.#ask('bindings')) ?? [];
  }

  /** What a page of the controller shows; undefined while it does not answer. */
  async fetch(view: string): Promise<string | undefined> {
    const words = ['curl', '-sf', '-m', '5', `http://${HTTP}/${view}`];
    const running = this.processes.start('ask', this.command(this.#home, ...words));
    return (await running.ended) === 0 ? running.lines.join('\n') : undefined;
  }

  async #ask<T>(view: string): Promise<T | undefined> {
    const text = await this.fetch(view);
    return text === undefined ? undefined : JSON.parse(text);
  }

  // ---- What stands around ----

  /** Starts the nodes and programs of the topology, and waits until they are there. */
  async startNodes(): Promise<void> {
    const { nodes, programs = {} } = this.#options.topology;
    for (const [name, { namespace, command, files = {} }] of Object.entries(programs)) {
      for (const [file, lines] of Object.entries(files)) {
        writeFileSync(this.file(file), `${lines.map((line) => this.#expand(line)).join('\n')}\n`);
      }
      const words = command.map((word) => this.#expand(word));
      this.#nodes.set(name, this.processes.start(name, this.command(namespace, ...words)));
    }
    for (const [name, { namespace, settings }] of Object.entries(nodes)) {
      const words = this.#moor(namespace, 'lab-node', this.#expand(JSON.stringify(settings)));
      const line =
        settings.kind === 'mobile-node' ? (text: string) => this.#events.push(JSON.parse(text)) : () => {};
      this.#nodes.set(name, this.processes.start(name, words, { line }));
    }
    for (const name of Object.keys(nodes)) {
      const by = this.node(name);
      await this.processes.until(
        `${name} is there`,
        () => by.lines.some((line) => line.includes('"ready"')),
        {
          by,
          within: READY_MS,
        },
      );
    }
  }

  /** A node or program of the topology. @throws Error where there is none. */
  node(name: string): Running {
    const found = this.#nodes.get(name);
    if (found === undefined) throw new Error(`no ${name} runs`);
    return found;
  }

  /** Clients in a namespace, that report when they are asked. */
  async crowd(name: string, namespace: string, settings: CrowdSettings): Promise<CrowdProcess> {
    const crowd = new CrowdProcess(this.processes, name, (line) =>
      this.processes.start(name, this.#moor(namespace, 'lab-node', JSON.stringify(settings)), { line }),
    );
    await this.processes.until(`${name} is there`, () => crowd.running.lines.length > 0, {
      by: crowd.running,
      within: READY_MS,
    });
    return crowd;
  }

  /** Sees what passes an interface, until it is ended. */
  capture(namespace: string, interfaceName: string, direction: 'in' | 'inout' = 'inout'): Promise<Capture> {
    const name = `capture-${++this.#captures}`;
    const file = this.file(`${namespace}-${interfaceName}-${this.#captures}.pcap`);
    const inPlace = (...words: readonly string[]) => this.command(namespace, ...words);
    return startCapture(this.processes, inPlace, { name, file, interfaceName, direction });
  }

  // ---- The mobile node ----

  /** Events of the mobile node, since the beginning. */
  get events(): readonly Readonly<Record<string, unknown>>[] {
    return this.#events;
  }

  /** Tells the mobile node something. */
  tell(command: MobileNodeCommand): void {
    this.node('mobile-node').child.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** Waits for an event of the mobile node that comes after the first `after`. */
  async event(kind: string, after: number, within = READY_MS): Promise<Readonly<Record<string, unknown>>> {
    const find = () => this.#events.slice(after).find(({ event }) => event === kind);
    await this.processes.until(`the mobile node is ${kind}`, () => find() !== undefined, { within });
    return find() ?? {};
  }

  /** Ends and removes everything. */
  async close({ keepFiles = false } = {}): Promise<void> {
    await this.processes.endAll();
    this.namespaces.remove();
    if (!keepFiles) rmSync(this.directory, { recursive: true, force: true });
  }
}
