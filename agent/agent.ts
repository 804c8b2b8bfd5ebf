/** What runs on a server: an availability message every d and a load vector every δ, to each controller. */

import { createSocket, type Socket } from 'node:dgram';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import {
  type AvailabilityFlag,
  emitAvailability,
  emitLoadVector,
  type Loads,
  parseKey,
  seal,
} from '../wire/monitoring/index.ts';
import { type AgentConfig, AgentConfigError } from './config.ts';
import { type AgentStatus, type ControlRequest, serveControl } from './control.ts';
import { LoadSampler } from './measure/index.ts';
import { type Availability, probe, splitHostAndPort, withResult } from './probe.ts';

const NO_LOADS: Loads = { cpu: 0, memory: 0, networkBuffers: 0, ioQueue: 0, backlog: 0 };

export type AgentOptions = {
  readonly config: AgentConfig;
  /** Takes what an operator should know, a line each. */
  readonly log: (line: string) => void;
};

/** Microseconds: a receiver's usual tolerance. */
const MOST_AHEAD = 30_000_000n;

/** Runs until it is closed. */
export class Agent {
  readonly #config: AgentConfig;
  readonly #log: (line: string) => void;
  readonly #key: Uint8Array | undefined;
  readonly #targets: readonly { readonly name: string; readonly host: string; readonly port: number }[];
  readonly #sockets: { readonly udp4: Socket; readonly udp6: Socket };
  readonly #sampler: LoadSampler;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #silent = new Set<string>();
  #control: Server | undefined;
  #closed = false;
  #application: Availability;
  /** Nothing is said before the application was asked. */
  #wasAsked: boolean;
  #problem: string | undefined;
  #drainAt: number | undefined;
  #loads: Loads = NO_LOADS;
  #sequences: { availability: number; load: number };
  #stamp = 0n;
  #sent = 0;
  #sendProblems = 0;

  private constructor({ config, log }: AgentOptions, key: Uint8Array | undefined, sampler: LoadSampler) {
    this.#config = config;
    this.#log = log;
    this.#key = key;
    this.#sampler = sampler;
    this.#targets = config.controllers.map((name) => ({ name, ...splitHostAndPort(name) }));
    this.#sockets = { udp4: createSocket('udp4'), udp6: createSocket('udp6') };
    // Without a probe the application is where the node is.
    this.#wasAsked = config.probe === undefined;
    this.#application = { isAvailable: true, against: 0 };
    this.#drainAt = readPlan(config.state);
    // Numbers go on over a restart: those that were not sent meanwhile are missing, as they should be.
    const now = Date.now();
    this.#sequences = {
      availability: Math.floor(now / config['heartbeat-every']) % 65_536,
      load: Math.floor(now / config['load-every']) % 65_536,
    };
  }

  /**
   * Starts.
   * @throws AgentConfigError for a key that is none; MeasureError where there is no /proc; ControlError where another runs.
   */
  static async start(options: AgentOptions): Promise<Agent> {
    const { config } = options;
    const key = config['key-file'] === undefined ? undefined : readKey(config['key-file']);
    const agent = new Agent(options, key, new LoadSampler(samplerOptions(config), Date.now()));
    try {
      await agent.#start();
    } catch (problem) {
      await agent.close();
      throw problem;
    }
    return agent;
  }

  async #start(): Promise<void> {
    const { config } = { config: this.#config };
    for (const socket of Object.values(this.#sockets)) {
      socket.on('error', (problem) => this.#log(`the socket: ${problem.message}`));
      socket.unref();
    }
    this.#control = await serveControl(config.state, (request) => this.#serve(request));
    if (config.probe !== undefined) {
      await this.#ask(config.probe);
      this.#every(config.probe.every, () => this.#ask(config.probe));
    }
    this.#sayAvailability();
    this.#every(config['heartbeat-every'], () => this.#sayAvailability());
    this.#every(config['load-every'], () => this.#sayLoad());
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const { udp4, udp6 } = this.#sockets;
    await Promise.all(
      [udp4, udp6].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))),
    );
    const control = this.#control;
    if (control !== undefined) await new Promise<void>((resolve) => control.close(() => resolve()));
  }

  status(): AgentStatus {
    return {
      identity: this.#config.identity,
      flag: this.#flag(),
      drainAt: this.#drainAt ?? null,
      problem: this.#application.isAvailable ? null : (this.#problem ?? null),
      loads: this.#loads,
      sent: this.#sent,
      sendProblems: this.#sendProblems,
    };
  }

  /** Sets or takes back the time of the planned failure, seconds since 1970; says it at once. */
  drain(at: number | undefined): void {
    this.#drainAt = at;
    writePlan(this.#config.state, at);
    this.#log(
      at === undefined ? 'no failure is planned' : `failure planned at ${new Date(at * 1000).toISOString()}`,
    );
    this.#sayAvailability();
  }

  #serve(request: ControlRequest): AgentStatus {
    if (request.command === 'drain') this.drain(request.at ?? undefined);
    return this.status();
  }

  /** Calls again and again, at multiples of a period: what a call takes does not add up. */
  #every(period: number, call: () => void | Promise<void>): void {
    let due = performance.now() + period;
    const next = () => {
      const timer = setTimeout(
        async () => {
          this.#timers.delete(timer);
          await call();
          due = Math.max(due + period, performance.now());
          if (!this.#closed) next();
        },
        Math.max(0, due - performance.now()),
      );
      this.#timers.add(timer);
    };
    next();
  }

  async #ask(config: AgentConfig['probe']): Promise<void> {
    if (config === undefined) return;
    const result = await probe(config);
    if (this.#closed) return;
    const before = this.#application;
    this.#problem = result.ok ? undefined : result.problem;
    // The first answer counts as it is.
    this.#application = this.#wasAsked
      ? withResult(before, result.ok, config)
      : { isAvailable: result.ok, against: 0 };
    const isNew = !this.#wasAsked;
    this.#wasAsked = true;
    if (!isNew && before.isAvailable === this.#application.isAvailable) return;
    this.#log(`the application is ${result.ok ? 'available' : `unavailable: ${result.problem}`}`);
    if (!isNew) this.#sayAvailability();
  }

  /** A plan counts while the application works: of one that does not, the more urgent news is that. */
  #flag(): AvailabilityFlag {
    if (!this.#application.isAvailable) return 'application-unavailable';
    return this.#drainAt === undefined ? 'available' : 'planned-failure';
  }

  #sayAvailability(): void {
    const flag = this.#flag();
    const now = Math.floor(Date.now() / 1000);
    const timestamp = flag === 'planned-failure' ? (this.#drainAt ?? now) : now;
    const sequence = this.#sequences.availability;
    this.#sequences.availability = (sequence + 1) % 65_536;
    this.#send(emitAvailability({ identity: this.#config.identity, sequence, flag, timestamp }));
  }

  #sayLoad(): void {
    const now = Date.now();
    const measured = this.#sampler.sample(now);
    const left = Object.fromEntries(this.#config.leave.map((name) => [name, 0]));
    this.#loads = { ...measured, ...left };
    const sequence = this.#sequences.load;
    this.#sequences.load = (sequence + 1) % 65_536;
    this.#send(
      emitLoadVector({
        identity: this.#config.identity,
        sequence,
        timestamp: Math.floor(now / 1000),
        loads: this.#loads,
      }),
    );
  }

  #send(message: Uint8Array): void {
    if (this.#closed) return;
    let bytes = message;
    if (this.#key !== undefined) {
      const now = BigInt(Date.now()) * 1000n;
      // One step on, unless the clock was set back by more than receivers bear.
      const isOn = now <= this.#stamp && this.#stamp - now < MOST_AHEAD;
      this.#stamp = isOn ? this.#stamp + 1n : now;
      bytes = seal(message, this.#stamp, this.#key);
    }
    for (const { name, host, port } of this.#targets) {
      const socket = host.includes(':') ? this.#sockets.udp6 : this.#sockets.udp4;
      socket.send(bytes, port, host, (problem) => {
        if (problem === null) {
          this.#sent++;
          if (this.#silent.delete(name)) this.#log(`messages to ${name} are sent again`);
          return;
        }
        this.#sendProblems++;
        if (this.#silent.has(name) || this.#closed) return;
        this.#silent.add(name);
        this.#log(`messages to ${name} cannot be sent: ${problem.message}`);
      });
    }
  }
}

function samplerOptions(config: AgentConfig) {
  return {
    ports: config.serves,
    ...(config['io-queue-limit'] === undefined ? {} : { ioQueueLimit: config['io-queue-limit'] }),
  };
}

function readKey(file: string): Uint8Array {
  let key: Buffer;
  try {
    key = readFileSync(file);
  } catch (problem) {
    throw new AgentConfigError(
      `the key in ${file} cannot be read: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
  const read = parseKey(key);
  if (read.ok) return read.value;
  throw new AgentConfigError(`the key in ${file} ${read.problem}; make one with: openssl rand -hex 32`);
}

const planFile = (state: string) => join(state, 'drain');

function readPlan(state: string): number | undefined {
  try {
    const text = readFileSync(planFile(state), 'utf8').trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function writePlan(state: string, at: number | undefined): void {
  writeFileSync(planFile(state), at === undefined ? '' : `${at}\n`);
}
