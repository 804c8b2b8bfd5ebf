/** A running switch: its program compiled, its state in memory, packets in and out. */

import type { Table as MatchTable } from '../tables/index.ts';
import { LinearMemory, type LinearMemoryOptions, type Optimization } from '../wasm/index.ts';
import { type Compiled, compileProgram } from './compile/compile.ts';
import type { LogMessage } from './compile/frame.ts';
import { DESCRIPTOR, RX_CAPACITY, STATISTICS, type Statistic } from './compile/switch-memory.ts';
import { ProgramState } from './environment.ts';
import {
  type Action,
  type LearnList,
  type Primitive,
  type Program,
  readProgram,
  type Table,
} from './json/index.ts';

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
  readonly memory?: LinearMemoryOptions;
  /** Nanoseconds since some moment in the past. */
  readonly clock?: () => bigint;
  /** What the program logs. */
  readonly onLog?: (line: string) => void;
  /** An assertion of the program failed; the packet is dropped. */
  readonly onAssertion?: (assertion: Primitive) => void;
  readonly onDigest?: (digest: Digest) => void;
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
  readonly #run: (count: number, now: bigint) => void;
  readonly #recycle: () => void;
  readonly #buffers: number[] = [];
  readonly #bufferStride: number;
  readonly #maximumPacketBytes: number;
  #grown = 0;
  #outputs: PortPacket[] = [];

  constructor(program: Program, options: SwitchOptions) {
    this.program = program;
    this.#options = options;
    this.memory = new LinearMemory(options.memory ?? {});
    this.state = new ProgramState(program, this.memory);
    this.#maximumPacketBytes = options.maximumPacketBytes ?? MAXIMUM_PACKET_BYTES;
    this.#compiled = compileProgram(
      program,
      this.memory,
      this.state,
      {
        dropPort: options.dropPort ?? 511,
        priorityQueues: options.priorityQueues ?? 1,
        maximumPacketBytes: this.#maximumPacketBytes,
        maximumPasses: options.maximumPasses ?? 4096,
        maximumGenerations: options.maximumGenerations ?? 256,
        optimization: options.optimization ?? 'speed',
        logs: options.onLog !== undefined,
        trace: undefined,
      },
      {
        flush: () => this.#flush(),
        grow: () => this.#grow(),
        log: (message) => this.#log(message),
        assertion: (assertion) => this.#assertion(assertion),
      },
    );
    const { instance } = this.#compiled;
    this.state.attach(instance);
    const start = process.hrtime.bigint();
    this.#clock = options.clock ?? (() => process.hrtime.bigint() - start);
    const run = instance.function('run');
    this.#run = (count, now) => void run(count, now);
    const recycle = instance.function('recycle');
    this.#recycle = () => void recycle();
    this.#bufferStride = this.#compiled.headroom + this.#maximumPacketBytes + 64;
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
    for (let start = 0; start < packets.length; start += RX_CAPACITY) {
      const part = packets.slice(start, start + RX_CAPACITY);
      for (const [index, packet] of part.entries()) this.#receive(index, packet);
      this.#run(part.length, this.now());
      this.#flush();
    }
    return this.#outputs;
  }

  #receive(index: number, { port, bytes }: PortPacket): void {
    if (bytes.length > this.#maximumPacketBytes) {
      throw new RangeError(
        `the packet has ${bytes.length} bytes, and the switch takes ${this.#maximumPacketBytes} at most`,
      );
    }
    let buffer = this.#buffers[index];
    if (buffer === undefined) {
      buffer = this.memory.allocate(this.#bufferStride);
      this.#buffers[index] = buffer;
    }
    const start = buffer + this.#compiled.headroom;
    this.memory.u8.set(bytes, start);
    const descriptor = this.#compiled.switchMemory.rx + index * DESCRIPTOR;
    const { u32 } = this.memory;
    u32[descriptor >>> 2] = start;
    u32[(descriptor >>> 2) + 1] = bytes.length;
    u32[(descriptor >>> 2) + 2] = port;
  }

  /** Takes packets and digests out of their rings. */
  #flush(): void {
    const { switchMemory } = this.#compiled;
    const { u8, u32 } = this.memory;
    const count = u32[switchMemory.txCount >>> 2] ?? 0;
    for (let index = 0; index < count; index++) {
      const descriptor = (switchMemory.tx + index * DESCRIPTOR) >>> 2;
      const start = u32[descriptor] ?? 0;
      const length = u32[descriptor + 1] ?? 0;
      this.#outputs.push({ port: u32[descriptor + 2] ?? 0, bytes: u8.slice(start, start + length) });
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
