/** A running switch: its program compiled, its state in memory, packets in and out. */

import type { Table as MatchTable } from '../tables/index.ts';
import {
  copyBytes,
  LinearMemory,
  type LinearMemoryOptions,
  type Optimization,
  type OptimizedModules,
  type PlaceTaker,
  type WordMemory,
} from '../wasm/index.ts';
import { type Compiled, compileProgram } from './compile/compile.ts';
import type { LogMessage } from './compile/frame.ts';
import { STATISTICS, type Statistic } from './compile/switch-memory.ts';
import { ProgramState } from './environment.ts';
import {
  type Action,
  type LearnList,
  type Primitive,
  type Program,
  readProgram,
  type Table,
} from './json/index.ts';
import { PacketRings } from './rings.ts';
import { makeProbes, type PacketTrace, PROBE, type ProbeDescription, TraceRecorder } from './trace/index.ts';

/** A packet, and the port it came from or leaves by. */
export type PortPacket = { readonly port: number; readonly bytes: Uint8Array };

/** What the program reported with `digest`. */
export type Digest = {
  readonly list: LearnList;
  /** The fields, each big-endian in whole bytes. */
  readonly fields: readonly Uint8Array[];
};

/** How a switch is set up. Times are nanoseconds. */
export type SwitchOptions = {
  /** The value of egress_spec that means drop. simple_switch: 511. */
  readonly dropPort?: number;
  /** Priorities of each port; packets with others are dropped. simple_switch: 1. */
  readonly priorityQueues?: number;
  /** Longer packets are not taken, and do not come about. */
  readonly maximumPacketBytes?: number;
  /** Passes through ingress or egress that one packet may cause, with all its copies. */
  readonly maximumPasses?: number;
  /** How often a packet, or what comes of it, may be resubmitted, recirculated or cloned. */
  readonly maximumGenerations?: number;
  /** Buffers for packets that wait; a packet that finds none is dropped. */
  readonly maximumBuffers?: number;
  /** `none` starts sooner, `speed` runs faster. */
  readonly optimization?: Optimization;
  /** Where code that has been optimized before is found. */
  readonly modules?: OptimizedModules;
  readonly memory?: LinearMemoryOptions;
  /** Nanoseconds since some moment in the past. */
  readonly clock?: () => bigint;
  /** What the program logs. */
  readonly onLog?: (line: string) => void;
  /** An assertion of the program failed; the packet is dropped. */
  readonly onAssertion?: (assertion: Primitive) => void;
  readonly onDigest?: (digest: Digest) => void;
  /** Gets what happened to each packet. A switch without it has no code for that; one with it is slow. */
  readonly onTrace?: (trace: PacketTrace) => void;
};

/** How long packets may be, unless said otherwise: a jumbo frame. */
const MAXIMUM_PACKET_BYTES = 10_240;

/** A switch that runs one program. */
export class Switch {
  readonly program: Program;
  readonly state: ProgramState;
  readonly memory: LinearMemory;
  readonly #compiled: Compiled;
  readonly #options: SwitchOptions;
  readonly #clock: () => bigint;
  /** Packets in the switch's own memory. */
  readonly rings: PacketRings;
  readonly #recycle: () => void;
  #grown = 0;
  #outputs: PortPacket[] = [];
  readonly #keep: PlaceTaker = (port, { u8 }, start, length) =>
    void this.#outputs.push({ port, bytes: u8.slice(start, start + length) });
  /** Gets what leaves. */
  #take = this.#keep;
  #offered = 0;
  readonly #recorder: TraceRecorder | undefined;

  constructor(program: Program, options: SwitchOptions) {
    this.program = program;
    this.#options = options;
    this.memory = new LinearMemory(options.memory ?? {});
    this.state = new ProgramState(program, this.memory);
    const maximumPacketBytes = options.maximumPacketBytes ?? MAXIMUM_PACKET_BYTES;
    const probes: ProbeDescription[] = [];
    this.#compiled = compileProgram(
      program,
      this.memory,
      this.state,
      {
        dropPort: options.dropPort ?? 511,
        priorityQueues: options.priorityQueues ?? 1,
        maximumPacketBytes,
        maximumPasses: options.maximumPasses ?? 4096,
        maximumGenerations: options.maximumGenerations ?? 256,
        optimization: options.optimization ?? 'speed',
        modules: options.modules,
        logs: options.onLog !== undefined,
        trace: options.onTrace === undefined ? undefined : (m) => makeProbes(m, probes),
      },
      {
        flush: () => this.#flush(),
        grow: () => this.#grow(),
        log: (message) => this.#log(message),
        assertion: (assertion) => this.#assertion(assertion),
        [PROBE]: (number: number, one: number, two: number) => this.#recorder?.probe(number, one, two),
      },
    );
    const { instance } = this.#compiled;
    this.state.attach(instance);
    const start = process.hrtime.bigint();
    this.#clock = options.clock ?? (() => process.hrtime.bigint() - start);
    const run = instance.function('run');
    const recycle = instance.function('recycle');
    this.#recycle = () => void recycle();
    const { headroom, switchMemory } = this.#compiled;
    this.rings = new PacketRings(
      this.memory,
      switchMemory,
      { headroom, maximumPacketBytes },
      (count, now) => void run(count, now),
    );
    if (options.onTrace !== undefined) {
      const { layout } = this.#compiled;
      this.#recorder = new TraceRecorder(program, this.state, layout, this.memory, probes, () =>
        this.#lastOutput(),
      );
    }
  }

  /** Nanoseconds since the switch started. */
  now(): bigint {
    return this.#clock();
  }

  /** Takes a packet in and gives what leaves because of it, in order. */
  inject(port: number, bytes: Uint8Array): readonly PortPacket[] {
    return this.injectAll([{ port, bytes }]);
  }

  /** Takes packets in, one after another, and gives what leaves because of them. */
  injectAll(packets: readonly PortPacket[]): readonly PortPacket[] {
    this.#outputs = [];
    const { rings } = this;
    if (this.#recorder !== undefined) {
      this.#traceAll(packets, this.#recorder);
      return this.#outputs;
    }
    for (const [index, packet] of packets.entries()) {
      this.#receive(index % rings.capacity, packet);
      if ((index + 1) % rings.capacity === 0) this.#run(rings.capacity);
    }
    this.#run(packets.length % rings.capacity);
    return this.#outputs;
  }

  #run(count: number): void {
    if (count === 0) return;
    this.rings.run(count, this.now());
    this.#flush();
  }

  /**
   * Takes a packet in with the next `process`, which is for ports: nothing is made for a packet on its way. A switch that
   * traces does not do it.
   * @returns False when there is no room before `process`, or the packet is too long; it was not taken then.
   */
  offer(port: number, from: WordMemory, start: number, length: number): boolean {
    const index = this.#offered;
    if (index === this.rings.capacity || length > this.rings.maximumPacketBytes) return false;
    this.#offered = index + 1;
    const address = this.rings.buffer(index);
    copyBytes(from, start, this.memory, address, length);
    this.rings.receive(index, address, length, port);
    return true;
  }

  /** Processes what was offered; gives what leaves because of it, in order. */
  process(take: PlaceTaker): void {
    const count = this.#offered;
    this.#offered = 0;
    this.#take = take;
    try {
      this.#run(count);
    } finally {
      this.#take = this.#keep;
    }
  }

  /** One packet at a time, so that each has a trace of its own. */
  #traceAll(packets: readonly PortPacket[], recorder: TraceRecorder): void {
    for (const packet of packets) {
      this.#receive(0, packet);
      recorder.begin();
      this.rings.run(1, this.now());
      const trace = recorder.end(packet.port, packet.bytes);
      this.#flush();
      this.#options.onTrace?.(trace);
    }
  }

  /** The packet that was put into the ring last. */
  #lastOutput(): PortPacket {
    const { address, length, port } = this.rings.transmit(this.rings.transmitted - 1);
    return { port, bytes: this.memory.u8.slice(address, address + length) };
  }

  #receive(index: number, { port, bytes }: PortPacket): void {
    const { maximumPacketBytes } = this.rings;
    if (bytes.length > maximumPacketBytes) {
      throw new RangeError(
        `the packet has ${bytes.length} bytes, and the switch takes ${maximumPacketBytes} at most`,
      );
    }
    const address = this.rings.buffer(index);
    this.memory.u8.set(bytes, address);
    this.rings.receive(index, address, bytes.length, port);
  }

  /** Takes packets and digests out of their rings. */
  #flush(): void {
    for (let index = 0; index < this.rings.transmitted; index++) {
      const { address, length, port } = this.rings.transmit(index);
      this.#take(port, this.memory, address, length);
    }
    this.#takeDigests();
    this.#recycle();
  }

  #takeDigests(): void {
    const { switchMemory } = this.#compiled;
    const { u8, u32 } = this.memory;
    const count = u32[switchMemory.digestCount >>> 2] ?? 0;
    for (let index = 0; index < count; index++) {
      const record = switchMemory.digests + index * switchMemory.digestStride;
      const id = u32[record >>> 2];
      const list = this.program.learnLists.find((one) => one.id === id);
      if (list === undefined) continue;
      let offset = record + 8;
      const fields = list.fields.map(({ type }) => {
        const field = u8.slice(offset, offset + Math.ceil(type.bits / 8));
        offset += field.length;
        return field;
      });
      this.#options.onDigest?.({ list, fields });
    }
  }

  #grow(): number {
    if (this.#grown >= (this.#options.maximumBuffers ?? 4096)) return 0;
    this.#grown++;
    return this.memory.allocate(this.#compiled.switchMemory.bufferBytes, 64);
  }

  #log(index: number): void {
    const message = this.#compiled.messages[index];
    if (message !== undefined) this.#options.onLog?.(formatMessage(message, this.memory));
  }

  #assertion(index: number): void {
    const assertion = this.#compiled.assertions[index];
    if (assertion !== undefined) this.#options.onAssertion?.(assertion);
  }

  /** A table by its name. */
  table(name: string): { readonly definition: Table; readonly engine: MatchTable } | undefined {
    const definition = this.program.tables.find((table) => table.name === name);
    return definition === undefined ? undefined : { definition, engine: this.state.engine(definition) };
  }

  /** An action by its name. */
  action(name: string): Action | undefined {
    return this.program.actions.find((action) => action.name === name);
  }

  /** What was counted since the switch started. */
  statistics(): { readonly [S in Statistic]: bigint } {
    const { switchMemory } = this.#compiled;
    const value = (name: Statistic) => this.memory.view.getBigUint64(switchMemory.statistic(name), true);
    return Object.fromEntries(STATISTICS.map((name) => [name, value(name)])) as {
      readonly [S in Statistic]: bigint;
    };
  }
}

/** The text of a message, with its values where it has braces. */
function formatMessage(message: LogMessage, memory: LinearMemory): string {
  const values = message.values.map(({ address, limbs, signed }) => {
    let value = 0n;
    for (let limb = limbs - 1; limb >= 0; limb--) {
      value = (value << 64n) | memory.view.getBigUint64(address + limb * 8, true);
    }
    return String(signed ? BigInt.asIntN(limbs * 64, value) : value);
  });
  let next = 0;
  return message.format.replaceAll(/\\[{}]|\{[^}]*\}/g, (found) => {
    if (found.startsWith('\\')) return found.slice(1);
    return values[next++] ?? found;
  });
}

/**
 * Loads a program and starts a switch with it.
 * @param json BMv2 JSON, parsed.
 * @throws Bmv2JsonError, with the place, for a program that is not right.
 */
export function createSwitch(json: unknown, options: SwitchOptions = {}): Switch {
  return new Switch(readProgram(json), options);
}
