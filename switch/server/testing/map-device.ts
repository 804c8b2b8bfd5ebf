/**
 * A device without a data plane, in Maps: for tests of the server by itself. What a program has is given by a list
 * instead of BMv2 JSON's details: `{"tables": [{"name", "keys": [["field", width, kind]], …}], …}`.
 */

import {
  type Change,
  DEFAULT_ENTRY,
  type Device,
  type DeviceAction,
  type DeviceCall,
  type DeviceColors,
  type DeviceCounter,
  DeviceError,
  type DeviceEvents,
  type DeviceField,
  type DeviceGroupMember,
  type DeviceKey,
  type DeviceMatch,
  type DeviceMeterConfig,
  type DevicePipeline,
  type DeviceProfile,
  type DeviceReplica,
  type DeviceTable,
  type StoredEntry,
} from '../device.ts';

/** What a program has. */
export type MapProgram = {
  readonly tables?: readonly {
    readonly name: string;
    readonly keys: readonly DeviceField[];
    readonly size?: number;
    readonly counter?: boolean;
    readonly meter?: boolean;
    readonly defaultAction?: string;
    readonly constEntries?: readonly {
      readonly value: string;
      readonly action: string;
      readonly isConst: boolean;
    }[];
  }[];
  readonly actions?: Readonly<Record<string, readonly DeviceField[]>>;
  readonly profiles?: readonly string[];
  readonly counters?: Readonly<Record<string, number>>;
  readonly meters?: Readonly<Record<string, number>>;
  readonly registers?: Readonly<Record<string, readonly [size: number, width: number]>>;
  readonly valueSets?: Readonly<Record<string, readonly DeviceField[]>>;
  readonly digests?: readonly string[];
  readonly headerTypes?: DevicePipeline['headerTypes'];
};

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A copy in the shortest form: the device keeps no views of requests. */
function short(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return bytes.slice(start);
}

function copyMatch(match: DeviceMatch): DeviceMatch {
  switch (match.kind) {
    case 'any':
      return match;
    case 'exact':
      return { kind: 'exact', value: short(match.value) };
    case 'lpm':
      return { ...match, value: short(match.value) };
    case 'ternary':
      return { kind: 'ternary', value: short(match.value), mask: short(match.mask) };
    case 'range':
      return { kind: 'range', low: short(match.low), high: short(match.high) };
  }
}

function keyText({ matches, priority }: DeviceKey): string {
  const text = (match: DeviceMatch): string => {
    switch (match.kind) {
      case 'any':
        return '*';
      case 'exact':
        return hex(short(match.value));
      case 'lpm':
        return `${hex(short(match.value))}/${match.prefixLength}`;
      case 'ternary':
        return `${hex(short(match.value))}&${hex(short(match.mask))}`;
      case 'range':
        return `${hex(short(match.low))}-${hex(short(match.high))}`;
    }
  };
  return `${matches.map(text).join(' ')} ${priority}`;
}

function copyCall(call: DeviceCall): DeviceCall {
  return { action: call.action, arguments: call.arguments.map(short) };
}

function copyAction(action: DeviceAction): DeviceAction {
  return action.kind === 'call' ? { kind: 'call', call: copyCall(action.call) } : action;
}

type Stored = StoredEntry & {
  isConst: boolean;
  counter: DeviceCounter;
  meter: DeviceMeterConfig | undefined;
  colors: DeviceColors;
  hit: number;
};

const NOTHING = { packets: 0n, bytes: 0n };
const NO_COLORS: DeviceColors = { green: NOTHING, yellow: NOTHING, red: NOTHING };

class MapTable implements DeviceTable {
  readonly name: string;
  readonly keys: readonly DeviceField[];
  readonly #program: NonNullable<MapProgram['tables']>[number];
  readonly #now: () => number;
  readonly #byKey = new Map<string, number>();
  readonly #byHandle = new Map<number, Stored>();
  #default: DeviceAction | undefined;
  readonly #ofDefault: Pick<Stored, 'counter' | 'meter' | 'colors'> = {
    counter: { packets: 0n, bytes: 0n },
    meter: undefined,
    colors: NO_COLORS,
  };
  #next = 0;

  constructor(program: NonNullable<MapProgram['tables']>[number], now: () => number) {
    this.name = program.name;
    this.keys = program.keys;
    this.#program = program;
    this.#now = now;
    this.#default = this.#initial;
    for (const { value, action, isConst } of program.constEntries ?? []) {
      const made = this.insert({
        matches: [{ kind: 'exact', value: Buffer.from(value, 'hex') }],
        priority: 0,
        action: { kind: 'call', call: { action, arguments: [] } },
        idleTimeout: 0,
      });
      const stored = made.ok ? this.#byHandle.get(made.handle) : undefined;
      if (stored !== undefined) stored.isConst = isConst;
    }
  }

  get #initial(): DeviceAction | undefined {
    const { defaultAction } = this.#program;
    return defaultAction === undefined
      ? undefined
      : { kind: 'call', call: { action: defaultAction, arguments: [] } };
  }

  isConst = (handle: number): boolean => this.#byHandle.get(handle)?.isConst ?? false;

  insert: DeviceTable['insert'] = (entry) => {
    const text = keyText(entry);
    if (this.#byKey.has(text))
      return {
        ok: false,
        reason: 'duplicate',
        message: `table ${this.name}: an entry with this key is there already`,
      };
    if (this.#byHandle.size >= (this.#program.size ?? 1_000_000)) {
      return { ok: false, reason: 'full', message: `table ${this.name}: the table is full` };
    }
    const handle = this.#next++;
    this.#byKey.set(text, handle);
    this.#byHandle.set(handle, {
      matches: entry.matches.map(copyMatch),
      priority: entry.priority,
      action: copyAction(entry.action),
      idleTimeout: entry.idleTimeout,
      handle,
      isConst: false,
      counter: { packets: 0n, bytes: 0n },
      meter: undefined,
      colors: NO_COLORS,
      hit: this.#now(),
    });
    return { ok: true, handle };
  };

  modify: DeviceTable['modify'] = (handle, action, idleTimeout) => {
    const stored = this.#byHandle.get(handle);
    if (stored === undefined) return { ok: false, reason: 'not-found', message: 'no such entry' };
    this.#byHandle.set(handle, {
      ...stored,
      action: action === undefined ? stored.action : copyAction(action),
      idleTimeout: idleTimeout ?? stored.idleTimeout,
    });
    return { ok: true, handle };
  };

  remove = (handle: number): void => {
    const stored = this.#byHandle.get(handle);
    if (stored !== undefined) this.#byKey.delete(keyText(stored));
    this.#byHandle.delete(handle);
  };

  find = (key: DeviceKey): number | undefined => this.#byKey.get(keyText(key));
  get = (handle: number): StoredEntry | undefined => this.#byHandle.get(handle);
  entries = (): Iterable<StoredEntry> => [...this.#byHandle.values()];
  defaultAction = (): DeviceAction | undefined => this.#default;

  setDefaultAction = (action: DeviceAction | undefined): Change => {
    this.#default = action === undefined ? this.#initial : copyAction(action);
    return { ok: true, handle: DEFAULT_ENTRY };
  };

  #resources(handle: number) {
    return handle === DEFAULT_ENTRY ? this.#ofDefault : this.#byHandle.get(handle);
  }

  counter = (handle: number): DeviceCounter | undefined =>
    this.#program.counter === true ? this.#resources(handle)?.counter : undefined;

  setCounter = (handle: number, value: DeviceCounter): void => {
    const resources = this.#resources(handle);
    if (resources !== undefined) resources.counter = value;
  };

  meter = (handle: number): DeviceMeterConfig | undefined => this.#resources(handle)?.meter;

  setMeter = (handle: number, config: DeviceMeterConfig | undefined): void => {
    const resources = this.#resources(handle);
    if (resources !== undefined) resources.meter = config;
  };

  colors = (handle: number): DeviceColors | undefined =>
    this.#program.meter === true ? this.#resources(handle)?.colors : undefined;

  setColors = (handle: number, value: DeviceColors): void => {
    const resources = this.#resources(handle);
    if (resources !== undefined) resources.colors = value;
  };

  lastHit = (handle: number): number => this.#byHandle.get(handle)?.hit ?? 0;

  touch = (handle: number): void => {
    const stored = this.#byHandle.get(handle);
    if (stored !== undefined) stored.hit = this.#now();
  };

  expired: DeviceTable['expired'] = () => {
    const now = this.#now();
    const idle = [...this.#byHandle.values()].filter(
      ({ idleTimeout, hit }) => idleTimeout > 0 && now - hit >= idleTimeout,
    );
    return { handles: idle.map(({ handle }) => handle), next: 0 };
  };
}

function makeProfile(name: string): DeviceProfile {
  const members = new Map<number, DeviceCall>();
  const groups = new Map<number, readonly DeviceGroupMember[]>();
  let next = 1;
  return {
    name,
    addMember: (call) => {
      members.set(next, copyCall(call));
      return { ok: true, handle: next++ };
    },
    modifyMember: (handle, call) => {
      members.set(handle, copyCall(call));
      return { ok: true, handle };
    },
    removeMember: (handle) => void members.delete(handle),
    member: (handle) => members.get(handle),
    addGroup: (all) => {
      groups.set(next, all);
      return { ok: true, handle: next++ };
    },
    modifyGroup: (handle, all) => {
      groups.set(handle, all);
      return { ok: true, handle };
    },
    removeGroup: (handle) => void groups.delete(handle),
  };
}

function makeArray<T>(size: number, initial: T) {
  const values = new Map<number, T>();
  return {
    size,
    get: (index: number): T => values.get(index) ?? initial,
    set: (index: number, value: T): void => void values.set(index, value),
  };
}

function makeMeters(size: number) {
  const colors = makeArray(size, NO_COLORS);
  const configs = makeArray<DeviceMeterConfig | undefined>(size, undefined);
  return { ...configs, colors: colors.get, setColors: colors.set };
}

function entriesOf<T>(all: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(all ?? {});
}

/** What a test sees of the device. */
export type MapDevice = Device & {
  readonly events: () => DeviceEvents;
  readonly packets: Uint8Array[];
  readonly groups: Map<number, readonly DeviceReplica[]>;
  /** Lets time pass; milliseconds. */
  readonly pass: (ms: number) => void;
  /** Pipelines that are loaded and not released. */
  readonly loaded: () => number;
  /** What runs. */
  readonly running: () => DevicePipeline | undefined;
};

/** Makes a device. @param ports By number. */
export function makeMapDevice(
  options: { readonly ports?: ReadonlyMap<number, string>; readonly cpuPort?: number } = {},
): MapDevice {
  let extra = 0;
  let loaded = 0;
  let events: DeviceEvents = { packetIn: () => {}, digest: () => {} };
  let running: DevicePipeline | undefined;
  const now = () => performance.now() * 1e6 + extra;
  const packets: Uint8Array[] = [];
  const groups = new Map<number, readonly DeviceReplica[]>();
  return {
    cpuPort: options.cpuPort,
    packets,
    groups,
    events: () => events,
    loaded: () => loaded,
    running: () => running,
    pass: (ms) => {
      extra += ms * 1e6;
    },
    now,
    exclusively: (body) => body(),
    ports: () => options.ports ?? new Map(),
    knowsPorts: true,
    listen: (listener) => {
      events = listener;
    },
    packetOut: (bytes) => void packets.push(bytes.slice()),
    run: (pipeline) => {
      running = pipeline;
    },
    load: (configuration) => {
      const program = parseProgram(configuration);
      loaded++;
      const tables = (program.tables ?? []).map((table): [string, DeviceTable] => [
        table.name,
        new MapTable(table, now),
      ]);
      return {
        tables: new Map(tables),
        profiles: new Map((program.profiles ?? []).map((name) => [name, makeProfile(name)])),
        counters: new Map(
          entriesOf(program.counters).map(([name, size]) => [
            name,
            makeArray<DeviceCounter>(size, { packets: 0n, bytes: 0n }),
          ]),
        ),
        meters: new Map(entriesOf(program.meters).map(([name, size]) => [name, makeMeters(size)])),
        registers: new Map(
          entriesOf(program.registers).map(([name, [size, width]]) => [
            name,
            { ...makeArray(size, 0n), width },
          ]),
        ),
        valueSets: new Map(
          entriesOf(program.valueSets).map(([name, keys]) => [
            name,
            { keys, set: () => ({ ok: true, handle: 0 }) },
          ]),
        ),
        digests: new Set(program.digests),
        replication: {
          setGroup: (id, replicas) => {
            groups.set(id, replicas);
            return { ok: true, handle: id };
          },
          removeGroup: (id) => void groups.delete(id),
          setSession: (id) => ({ ok: true, handle: id }),
          removeSession: () => {},
          limits: { group: 0xffff, session: 0x7fff, instance: 0xffff },
        },
        portWidth: 9,
        actions: new Map(entriesOf(program.actions)),
        headerTypes: program.headerTypes ?? [],
        release: () => {
          loaded--;
        },
      };
    },
  };
}

function parseProgram(configuration: Uint8Array): MapProgram {
  try {
    const program: MapProgram = JSON.parse(Buffer.from(configuration).toString('utf8'));
    return program;
  } catch (problem) {
    throw new DeviceError(problem instanceof Error ? problem.message : String(problem));
  }
}
