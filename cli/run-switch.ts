/** The work of `moor switch`: the engine, its ports, and the P4Runtime server around it. */

import { readFileSync } from 'node:fs';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { EntityError } from '../p4runtime/errors.ts';
import type { PacketTaker } from '../switch/engine/index.ts';
import { LinuxPorts, PcapPorts, PortError, type PortSet } from '../switch/ports/index.ts';
import {
  DeviceError,
  type EngineDevice,
  makeEngineDevice,
  type ServerTls,
  startServer,
} from '../switch/server/index.ts';
import { EXIT } from './exit-codes.ts';
import { describeFailure } from './read-input.ts';
import type { SwitchOptions } from './switch.ts';
import { switchProgram } from './switch-program.ts';
import { UserProblem } from './user-problem.ts';

/** Runs the switch until it is told to end; gives the exit code. */
export async function runSwitch(file: string | undefined, options: SwitchOptions): Promise<number> {
  setLogVerbosity(logVerbosity.NONE);
  const ports = new SwitchPorts();
  try {
    return await run(file, options, ports);
  } catch (problem) {
    const exitCode =
      problem instanceof UserProblem
        ? problem.exitCode
        : problem instanceof PortError
          ? EXIT.environment
          : problem instanceof EntityError || problem instanceof DeviceError
            ? EXIT.wrongInput
            : undefined;
    if (exitCode === undefined || !(problem instanceof Error)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return exitCode;
  } finally {
    await ports.close();
  }
}

async function run(file: string | undefined, options: SwitchOptions, ports: SwitchPorts): Promise<number> {
  const tls = readTls(options);
  const program = file === undefined ? undefined : await switchProgram(file, options);
  if (file !== undefined && program === undefined) return EXIT.wrongInput;
  const device = makeEngineDevice({
    ...(options.cpuPort === undefined ? {} : { cpuPort: options.cpuPort }),
    ...(options.dropPort === undefined ? {} : { dropPort: options.dropPort }),
    ports: () => ports.names(),
    transmit: (packets) => ports.transmit(packets),
  });
  // A program without P4Info runs; controllers bring theirs before they can write.
  if (program !== undefined && program.p4info === undefined) device.run(device.load(program.json));
  const server = await startServer({
    device,
    deviceId: options.deviceId,
    address: options.grpc,
    ...(tls === undefined ? {} : { tls }),
    ...(program?.p4info === undefined
      ? {}
      : { config: { p4info: program.p4info, p4DeviceConfig: program.json, cookie: undefined } }),
  }).catch((problem: unknown) => {
    if (problem instanceof EntityError) throw problem;
    throw new UserProblem(
      `cannot listen at ${options.grpc}: ${problem instanceof Error ? problem.message : String(problem)}; is another switch there? (--grpc HOST:PORT)`,
      EXIT.environment,
    );
  });
  try {
    await ports.open(options, device);
    const host = options.grpc.slice(0, options.grpc.lastIndexOf(':'));
    process.stdout.write(`P4Runtime at ${host}:${server.port}\n`);
    await untilTold();
    return EXIT.done;
  } finally {
    await server.close();
  }
}

function readTls({ tlsCert, tlsKey, tlsClientCa }: SwitchOptions): ServerTls | undefined {
  if (tlsCert === undefined && tlsKey === undefined && tlsClientCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new UserProblem('TLS takes --tls-cert and --tls-key together', EXIT.usage);
  }
  return {
    certificate: readPem(tlsCert),
    key: readPem(tlsKey),
    ...(tlsClientCa === undefined ? {} : { clientAuthority: readPem(tlsClientCa) }),
  };
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (problem) {
    throw new UserProblem(`${path}: cannot read it: ${describeFailure(problem)}`);
  }
}

/** Resolves at SIGINT or SIGTERM. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    // Only a handle keeps the process running while nothing else does.
    const keep = setInterval(() => {}, 1 << 30);
    const end = () => {
      clearInterval(keep);
      resolve();
    };
    process.once('SIGINT', end);
    process.once('SIGTERM', end);
  });
}

/** How often an interface that went is looked for. */
const RETURN_MS = 500;

/** Interfaces and capture files together. */
class SwitchPorts {
  readonly #interfaces = new LinuxPorts();
  /** Ports whose interface went, and its name. */
  readonly #gone = new Map<number, string>();
  #looking: NodeJS.Timeout | undefined;
  readonly #sets: PortSet[] = [];
  readonly #setOf = new Map<number, PortSet>();

  names(): ReadonlyMap<number, string> {
    return new Map(
      this.#sets.flatMap((set) => set.ports().map(({ port, name }): [number, string] => [port, name])),
    );
  }

  /** @throws PortError for a port that cannot be. */
  async open({ interface: wanted }: SwitchOptions, device: EngineDevice): Promise<void> {
    const files = new PcapPorts();
    const interfaces = this.#interfaces;
    this.#sets.push(files, interfaces);
    for (const option of wanted) {
      if (option.kind === 'pcap') {
        files.add(option.port, option.input, option.output);
        this.#setOf.set(option.port, files);
      } else {
        await interfaces.add(option.port, option.name);
        this.#setOf.set(option.port, interfaces);
      }
    }
    for (const set of this.#sets) {
      for (const { port, state } of set.ports()) device.setPort(port, state === 'up');
      this.#serve(set, device, wanted);
    }
  }

  #serve(set: PortSet, device: EngineDevice, wanted: SwitchOptions['interface']): void {
    const transmit: PacketTaker = (port, bytes) => this.#setOf.get(port)?.send(port, bytes);
    const source = (limit: number, take: PacketTaker) => set.receive(limit, take);
    const drain = (): void => {
      if (device.forward(source, transmit) === 0) return;
      for (const one of this.#sets) one.flush();
      // Requests have their turn.
      setImmediate(drain);
    };
    set.listen({
      frames: drain,
      state: (port, state) => device.setPort(port, state === 'up'),
      failed: (port, message) => {
        this.#setOf.delete(port);
        device.setPort(port, false);
        const option = wanted.find((one) => one.port === port);
        const awaited = option?.kind === 'interface' ? option.name : undefined;
        const then = awaited === undefined ? '' : '; when it is there again, so is the port';
        process.stderr.write(`moor: port ${port} is gone: ${message}${then}\n`);
        if (awaited !== undefined) this.#await(port, awaited, device);
      },
    });
  }

  /** Looks for an interface that went until it is there again, as those of containers and cards that are reset are. */
  #await(port: number, name: string, device: EngineDevice): void {
    this.#gone.set(port, name);
    this.#looking ??= setInterval(() => void this.#look(device), RETURN_MS);
  }

  async #look(device: EngineDevice): Promise<void> {
    for (const [port, name] of [...this.#gone]) {
      this.#gone.delete(port);
      try {
        await this.#interfaces.add(port, name);
      } catch (problem) {
        if (!(problem instanceof PortError)) throw problem;
        this.#gone.set(port, name);
        continue;
      }
      this.#setOf.set(port, this.#interfaces);
      const state = this.#interfaces.ports().find((one) => one.port === port)?.state;
      device.setPort(port, state === 'up');
      process.stderr.write(`moor: port ${port} is back: interface ${name}\n`);
    }
    if (this.#gone.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  transmit(packets: readonly { readonly port: number; readonly bytes: Uint8Array }[]): void {
    for (const { port, bytes } of packets) this.#setOf.get(port)?.send(port, bytes);
    for (const set of this.#sets) set.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#sets.map((set) => set.close()));
  }
}
