/** The embedded switch as a `Device`: programs of the engine, by the names that their BMv2 JSON has. */

import {
  Bmv2JsonError,
  createSwitch,
  type Digest,
  type PacketTrace,
  type PortPacket,
  type Switch,
  type SwitchOptions,
} from '../engine/index.ts';
import type { PlaceTaker } from '../wasm/index.ts';
import {
  type Device,
  DeviceError,
  type DeviceEvents,
  type DeviceField,
  type DevicePipeline,
} from './device.ts';
import { engineProfile, engineReplication, engineTable, engineValueSet } from './engine-entities.ts';

export type EngineDeviceOptions = {
  readonly cpuPort?: number;
  /** The port whose packets are dropped; 511 as in simple_switch, unless said otherwise. */
  readonly dropPort?: number;
  /** The ports that there are, with the names of their interfaces. */
  readonly ports: () => ReadonlyMap<number, string>;
  /** Whether those are all; true, unless said otherwise. */
  readonly knowsPorts?: boolean;
  /** Takes what leaves by ports other than the CPU port. */
  readonly transmit: (packets: readonly PortPacket[]) => void;
  readonly onLog?: (line: string) => void;
  /** Gets what happened to each packet, which makes the switch slow. */
  readonly onTrace?: (trace: PacketTrace) => void;
  /** Nanoseconds since some moment in the past; real time unless said otherwise. */
  readonly clock?: () => bigint;
  /** `none` starts sooner, `speed` (unless said otherwise) runs faster. */
  readonly optimization?: SwitchOptions['optimization'];
  /** Where code that has been optimized before is found. */
  readonly modules?: SwitchOptions['modules'];
};

/** The device, and what its ports need of it. */
export type EngineDevice = Device & {
  /** Packets came in by ports. */
  readonly receive: (packets: readonly PortPacket[]) => void;
  /**
   * Packets came in by ports: as `receive`, without anything made for a packet.
   * @param source Gives up to so many packets; their bytes are valid during the call only. Returns how many there were.
   * @param transmit Takes what leaves by ports other than the CPU port; its bytes are valid during the call only.
   * @returns How many packets there were.
   */
  readonly forward: (source: (limit: number, take: PlaceTaker) => number, transmit: PlaceTaker) => number;
  /** Packets for this port are dropped. */
  readonly dropPort: number;
  /** Bits of a port in the program that runs; undefined: there is none yet. */
  readonly portWidth: () => number | undefined;
  /** A port came up or went down: what watches it follows. */
  readonly setPort: (port: number, isUp: boolean) => void;
  /** What runs; undefined: no program yet, and packets are dropped. */
  readonly running: () => Switch | undefined;
};

/** As in simple_switch. */
const DROP_PORT = 511;

/** A pipeline with the switch that it is. */
type EnginePipeline = DevicePipeline & { readonly engine: Switch };

/** A device without a program. */
export function makeEngineDevice(options: EngineDeviceOptions): EngineDevice {
  const start = process.hrtime.bigint();
  const clock = options.clock ?? (() => process.hrtime.bigint() - start);
  const now = () => Number(clock());
  const down = new Set<number>();
  const loaded = new Map<DevicePipeline, EnginePipeline>();
  let events: DeviceEvents = { packetIn: () => {}, digest: () => {} };
  let running: EnginePipeline | undefined;

  const send = (packets: readonly PortPacket[]): void => {
    if (packets.length === 0) return;
    const others = packets.filter(({ port }) => port !== options.cpuPort);
    if (others.length > 0) options.transmit(others);
    if (others.length === packets.length) return;
    for (const { port, bytes } of packets) if (port === options.cpuPort) events.packetIn(bytes);
  };
  const receive = (packets: readonly PortPacket[]): void => {
    if (running !== undefined) send(running.engine.injectAll(packets));
  };

  /** Packets of one call, so that the rest of the process has its turn between. */
  const batch = 256;
  const forward: EngineDevice['forward'] = (source, transmit) => {
    const engine = running?.engine;
    if (engine === undefined) return source(batch, () => {});
    // Too long ones are dropped, as a card that is set to a smaller MTU does.
    const count = source(
      Math.min(batch, engine.rings.capacity),
      (port, memory, start, length) => void engine.offer(port, memory, start, length),
    );
    const toController: Uint8Array[] = [];
    engine.process((port, memory, start, length) => {
      if (port === options.cpuPort) toController.push(memory.u8.slice(start, start + length));
      else transmit(port, memory, start, length);
    });
    for (const bytes of toController) events.packetIn(bytes);
    return count;
  };

  return {
    cpuPort: options.cpuPort,
    dropPort: options.dropPort ?? DROP_PORT,
    portWidth: () => running?.portWidth,
    now,
    forward,
    ports: options.ports,
    knowsPorts: options.knowsPorts ?? true,
    // One thread: packets are processed in other calls.
    exclusively: (body) => body(),
    listen: (listener) => {
      events = listener;
    },
    load: (configuration) => {
      const engine = startEngine(configuration, {
        clock,
        ...(options.dropPort === undefined ? {} : { dropPort: options.dropPort }),
        ...(options.onLog === undefined ? {} : { onLog: options.onLog }),
        ...(options.onTrace === undefined ? {} : { onTrace: options.onTrace }),
        ...(options.optimization === undefined ? {} : { optimization: options.optimization }),
        ...(options.modules === undefined ? {} : { modules: options.modules }),
        onDigest: ({ list, fields }: Digest) => events.digest(list.name, fields),
      });
      for (const port of down)
        for (const profile of engine.state.profiles.values()) profile.setPort(port, false);
      const pipeline = makePipeline(engine, now, () => loaded.delete(pipeline));
      loaded.set(pipeline, pipeline);
      return pipeline;
    },
    run: (pipeline) => {
      running = loaded.get(pipeline);
    },
    packetOut: (bytes) => {
      if (options.cpuPort !== undefined) receive([{ port: options.cpuPort, bytes }]);
    },
    receive,
    setPort: (port, isUp) => {
      if (isUp) down.delete(port);
      else down.add(port);
      for (const { engine } of loaded.values()) {
        for (const profile of engine.state.profiles.values()) profile.setPort(port, isUp);
      }
    },
    running: () => running?.engine,
  };
}

/** @throws DeviceError for what is no program that the engine runs. */
function startEngine(configuration: Uint8Array, options: Parameters<typeof createSwitch>[1]): Switch {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(configuration));
  } catch (problem) {
    throw new DeviceError(`it is no JSON: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  try {
    return createSwitch(json, options);
  } catch (problem) {
    if (problem instanceof Bmv2JsonError || problem instanceof RangeError)
      throw new DeviceError(problem.message);
    throw problem;
  }
}

function makePipeline(engine: Switch, now: () => number, released: () => void): EnginePipeline {
  const { program, state } = engine;
  const parts = { engine, now };
  const indexed = <T, E, V>(
    all: ReadonlyMap<T & { readonly name: string }, E>,
    make: (of: E) => V,
  ): Map<string, V> => new Map([...all].map(([{ name }, of]) => [name, make(of)]));
  const types = new Map(program.headers.map(({ type }) => [type.name, type]));
  return {
    engine,
    tables: new Map(program.tables.map((table) => [table.name, engineTable(table, parts)])),
    profiles: new Map(program.profiles.map((profile) => [profile.name, engineProfile(profile, parts)])),
    counters: indexed(state.counterArrays, (array) => ({
      size: array.size,
      get: (index) => array.read(index),
      set: (index, value) => array.write(index, value),
    })),
    meters: indexed(state.meterArrays, (array) => ({
      size: array.size,
      get: (index) => array.config(index),
      set: (index, config) => void array.configure(index, config, BigInt(Math.round(now()))),
      colors: (index) => array.colors(index),
      setColors: (index, value) => array.setColors(index, value),
    })),
    registers: indexed(state.registerArrays, (array) => ({
      size: array.size,
      width: array.width,
      get: (index) => array.read(index),
      set: (index, value) => array.write(index, value),
    })),
    valueSets: indexed(state.valueSets, engineValueSet),
    digests: new Set(program.learnLists.map(({ name }) => name)),
    replication: engineReplication(state.replication),
    portWidth: program.field('standard_metadata.egress_spec')?.type.bits ?? 9,
    actions: new Map(
      program.actions.map(({ name, parameters }) => [
        name,
        parameters.map((parameter): DeviceField => ({ name: parameter.name, width: parameter.bits })),
      ]),
    ),
    headerTypes: [...types.values()].map(({ name, fields }) => ({
      name,
      fields: fields.map((field): DeviceField => ({ name: field.name, width: field.bits })),
    })),
    release: released,
  };
}
