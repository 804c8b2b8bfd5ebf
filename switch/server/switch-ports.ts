/** The ports of a switch: interfaces and capture files together, and the engine between them. */

import {
  LinuxPorts,
  PcapPorts,
  PortError,
  type PortInfo,
  type PortSet,
  type SendBy,
} from '../ports/index.ts';
import type { PlaceTaker } from '../wasm/index.ts';
import type { EngineDevice } from './engine-device.ts';

/** A port, and what is behind it. */
export type PortSource =
  | { readonly kind: 'interface'; readonly name: string }
  | { readonly kind: 'pcap'; readonly input: string | undefined; readonly output: string | undefined };

/** The same with its number. */
export type NumberedSource = { readonly port: number; readonly source: PortSource };

/** A port as it is shown; `gone` is one that waits for its interface to come back. */
export type ShownPort = Omit<PortInfo, 'state'> & { readonly state: PortInfo['state'] | 'gone' };

/** How often an interface that went is looked for. */
const RETURN_MS = 500;

/** A port whose interface went: its name, and what was counted until then. */
type GonePort = Pick<PortInfo, 'name' | 'counters'>;

/** Interfaces and capture files together. */
export class SwitchPorts {
  readonly #interfaces: LinuxPorts;
  readonly #files = new PcapPorts();
  readonly #sets: readonly PortSet[];
  readonly #setOf = new Map<number, PortSet>();
  readonly #gone = new Map<number, GonePort>();
  readonly #say: (message: string) => void;
  #looking: NodeJS.Timeout | undefined;
  #device: EngineDevice | undefined;

  /**
   * @param say Tells people of ports that went and came back.
   * @param sendBy What interfaces send by.
   */
  constructor(say: (message: string) => void, sendBy: SendBy = 'auto') {
    this.#say = say;
    this.#interfaces = new LinuxPorts(sendBy);
    this.#sets = [this.#files, this.#interfaces];
  }

  /**
   * Opens the ports to begin with, and then lets packets go through a device: captures are merged by the times of their
   * packets, and no packet goes to a port that is about to be opened.
   * @throws PortError for a port that cannot be.
   */
  open(device: EngineDevice, ports: readonly NumberedSource[]): void {
    this.#device = device;
    for (const { port, source } of ports) this.add(port, source);
    for (const set of this.#sets) this.#serve(set, device);
  }

  /** The ports that there are, with the names of their interfaces. */
  names(): ReadonlyMap<number, string> {
    return new Map(this.list().map(({ port, name }) => [port, name]));
  }

  /** All ports by number, also those whose interface is gone. */
  list(): readonly ShownPort[] {
    const gone = [...this.#gone].map(([port, was]): ShownPort => ({ port, ...was, state: 'gone' }));
    return [...this.#sets.flatMap((set) => set.ports()), ...gone].sort((one, other) => one.port - other.port);
  }

  /**
   * Adds a port.
   * @throws PortError for one that cannot be.
   */
  add(port: number, source: PortSource): ShownPort {
    this.#check(port);
    if (source.kind === 'interface') {
      this.#interfaces.add(port, source.name);
      this.#setOf.set(port, this.#interfaces);
    } else {
      this.#files.add(port, source.input, source.output);
      this.#setOf.set(port, this.#files);
    }
    const added = this.list().find((one) => one.port === port);
    if (added === undefined) throw new PortError('missing', `port ${port} was gone as soon as it was there`);
    this.#device?.setPort(port, added.state === 'up');
    return added;
  }

  /** @throws PortError for a number that no port can have, or one has already. */
  #check(port: number): void {
    const { cpuPort, dropPort = undefined, portWidth = () => undefined } = this.#device ?? {};
    const width = portWidth();
    if (width !== undefined && port >= 2 ** width) {
      throw new PortError(
        'invalid',
        `there can be no port ${port}: ports of the program are bit<${width}>, 0 to ${2 ** width - 1}`,
      );
    }
    if (port === cpuPort) {
      throw new PortError('taken', `port ${port} is the CPU port, as --cpu-port says: take another number`);
    }
    if (port === dropPort) {
      throw new PortError('invalid', `port ${port} means drop: take another number, or another --drop-port`);
    }
    const there = this.list().find((one) => one.port === port);
    if (there !== undefined) {
      throw new PortError('taken', `port ${port} is there already: it is ${there.name}`);
    }
  }

  /**
   * Removes a port; what waits to be sent is sent before.
   * @throws PortError when it is not there.
   */
  remove(port: number): void {
    const set = this.#setOf.get(port);
    if (set === undefined && !this.#gone.delete(port)) {
      const known = this.list().map((one) => one.port);
      const what = known.length === 0 ? 'the switch has none' : `there are ${known.join(', ')}`;
      throw new PortError('missing', `there is no port ${port}: ${what}`);
    }
    this.#setOf.delete(port);
    this.#device?.setPort(port, false);
    if (set === this.#files) this.#files.remove(port);
    if (set === this.#interfaces) this.#interfaces.remove(port);
  }

  #serve(set: PortSet, device: EngineDevice): void {
    const transmit: PlaceTaker = (port, memory, start, length) =>
      this.#setOf.get(port)?.sendPlace(port, memory, start, length);
    const source = (limit: number, take: PlaceTaker) => set.receivePlaces(limit, take);
    const drain = (): void => {
      if (device.forward(source, transmit) === 0) return;
      for (const one of this.#sets) one.flush();
      // Requests have their turn.
      setImmediate(drain);
    };
    set.listen({
      frames: drain,
      state: (port, state) => device.setPort(port, state === 'up'),
      failed: ({ port, name, counters }, message) => {
        this.#setOf.delete(port);
        device.setPort(port, false);
        this.#say(`port ${port} is gone: ${message}; when it is there again, so is the port`);
        this.#gone.set(port, { name, counters });
        this.#looking ??= setInterval(() => this.#look(), RETURN_MS);
      },
    });
  }

  /** Looks for interfaces that went until they are there again, as those of containers and cards that are reset are. */
  #look(): void {
    for (const [port, { name }] of [...this.#gone]) {
      try {
        this.#interfaces.add(port, name);
      } catch (problem) {
        if (problem instanceof PortError) continue;
        throw problem;
      }
      this.#gone.delete(port);
      this.#setOf.set(port, this.#interfaces);
      const state = this.#interfaces.ports().find((one) => one.port === port)?.state;
      this.#device?.setPort(port, state === 'up');
      this.#say(`port ${port} is back: interface ${name}`);
    }
    if (this.#gone.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
  }

  /** Sends packets, such as those of controllers. */
  transmit(packets: readonly { readonly port: number; readonly bytes: Uint8Array }[]): void {
    for (const { port, bytes } of packets) this.#setOf.get(port)?.send(port, bytes);
    for (const set of this.#sets) set.flush();
  }

  /** Ends all ports; sends what waits. */
  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#sets.map((set) => set.close()));
  }
}
