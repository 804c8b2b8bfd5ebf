/**
 * The running switch, as the P4Runtime server needs it. The server knows ids, roles and messages; the device knows
 * programs, by the names of their BMv2 JSON, which are also those of P4Info.
 *
 * All of it is synchronous: a change is complete when the call returns, and no packet sees half of it.
 */

/** Numbers are big-endian bytes, without leading zeros when the device gives them and as they come when it takes them. */
export type DeviceMatch =
  | { readonly kind: 'exact'; readonly value: Uint8Array }
  | { readonly kind: 'lpm'; readonly value: Uint8Array; readonly prefixLength: number }
  | { readonly kind: 'ternary'; readonly value: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: 'range'; readonly low: Uint8Array; readonly high: Uint8Array }
  /** Everything; an optional field is this or exact. */
  | { readonly kind: 'any' };

/** What tells an entry from the others of its table; priorities as in P4Runtime, where the greatest wins. */
export type DeviceKey = { readonly matches: readonly DeviceMatch[]; readonly priority: number };

/** An action with its arguments, in the order of its parameters. */
export type DeviceCall = { readonly action: string; readonly arguments: readonly Uint8Array[] };

/** What an entry does. Members and groups are the device's handles of the table's action profile. */
export type DeviceAction =
  | { readonly kind: 'call'; readonly call: DeviceCall }
  | { readonly kind: 'member'; readonly handle: number }
  | { readonly kind: 'group'; readonly handle: number };

export type DeviceEntry = DeviceKey & {
  readonly action: DeviceAction;
  /** Nanoseconds; 0: never. */
  readonly idleTimeout: number;
};

/** An entry as it is read back. A handle stays an entry's own as long as the entry is there. */
export type StoredEntry = DeviceEntry & { readonly handle: number };

/** Why the device refuses a change; the message is one sentence for the one who asked. */
export type Refusal = {
  readonly ok: false;
  readonly reason: 'duplicate' | 'full' | 'invalid' | 'not-found' | 'unsupported';
  readonly message: string;
};

/** What a change came to. */
export type Change = { readonly ok: true; readonly handle: number } | Refusal;

export type DeviceCounter = { readonly packets: bigint; readonly bytes: bigint };

/** Rates in units a second, bursts in units; a unit is a packet or a byte. */
export type DeviceMeterConfig =
  /** RFC 2698. */
  | {
      readonly kind: 'two-rates';
      readonly committedRate: bigint;
      readonly committedBurst: bigint;
      readonly peakRate: bigint;
      readonly peakBurst: bigint;
    }
  /** RFC 2697; without excess burst there are two colors only. */
  | {
      readonly kind: 'single-rate';
      readonly committedRate: bigint;
      readonly committedBurst: bigint;
      readonly excessBurst: bigint;
    };

/** What a meter has marked with each color. */
export type DeviceColors = {
  readonly green: DeviceCounter;
  readonly yellow: DeviceCounter;
  readonly red: DeviceCounter;
};

export type DeviceField = { readonly name: string; readonly width: number };

/** Stands for the default entry where a handle is asked for. */
export const DEFAULT_ENTRY = -1;

export type DeviceTable = {
  readonly name: string;
  /** In the order of P4Info's match fields; the widths are the data plane's. */
  readonly keys: readonly DeviceField[];
  /** The entries of the program itself that nobody may change. */
  readonly isConst: (handle: number) => boolean;
  readonly insert: (entry: DeviceEntry) => Change;
  readonly modify: (
    handle: number,
    action: DeviceAction | undefined,
    idleTimeout: number | undefined,
  ) => Change;
  readonly remove: (handle: number) => void;
  /** The handle of the entry with this key. */
  readonly find: (key: DeviceKey) => number | undefined;
  readonly get: (handle: number) => StoredEntry | undefined;
  /** All but the default entry. Entries may be changed meanwhile. */
  readonly entries: () => Iterable<StoredEntry>;
  /** What packets that match nothing get. */
  readonly defaultAction: () => DeviceAction | undefined;
  /** Undefined: what the program says. */
  readonly setDefaultAction: (action: DeviceAction | undefined) => Change;
  /** Undefined in a table without direct counter. `handle` may be DEFAULT_ENTRY. */
  readonly counter: (handle: number) => DeviceCounter | undefined;
  readonly setCounter: (handle: number, value: DeviceCounter) => void;
  /** Undefined: green for all packets. */
  readonly meter: (handle: number) => DeviceMeterConfig | undefined;
  readonly setMeter: (handle: number, config: DeviceMeterConfig | undefined) => void;
  /** What the meter has marked; undefined in a table without direct meter. */
  readonly colors: (handle: number) => DeviceColors | undefined;
  readonly setColors: (handle: number, value: DeviceColors) => void;
  /** Nanoseconds of the switch's clock. */
  readonly lastHit: (handle: number) => number;
  /** Counts from now on as hit. */
  readonly touch: (handle: number) => void;
  /** Entries without a hit for as long as their timeout, among some at a time; `next` is 0 after the last. */
  readonly expired: (
    from: number,
    limit: number,
  ) => { readonly handles: readonly number[]; readonly next: number };
};

export type DeviceGroupMember = {
  readonly member: number;
  readonly weight: number;
  /** The member is skipped while this port is down. */
  readonly watchPort: number | undefined;
};

export type DeviceProfile = {
  readonly name: string;
  readonly addMember: (call: DeviceCall) => Change;
  readonly modifyMember: (handle: number, call: DeviceCall) => Change;
  readonly removeMember: (handle: number) => void;
  readonly member: (handle: number) => DeviceCall | undefined;
  readonly addGroup: (members: readonly DeviceGroupMember[]) => Change;
  readonly modifyGroup: (handle: number, members: readonly DeviceGroupMember[]) => Change;
  readonly removeGroup: (handle: number) => void;
};

export type DeviceCounterArray = {
  readonly size: number;
  readonly get: (index: number) => DeviceCounter;
  readonly set: (index: number, value: DeviceCounter) => void;
};

export type DeviceMeterArray = {
  readonly size: number;
  readonly get: (index: number) => DeviceMeterConfig | undefined;
  readonly set: (index: number, config: DeviceMeterConfig | undefined) => void;
  readonly colors: (index: number) => DeviceColors;
  readonly setColors: (index: number, value: DeviceColors) => void;
};

export type DeviceRegister = {
  readonly size: number;
  readonly width: number;
  readonly get: (index: number) => bigint;
  readonly set: (index: number, value: bigint) => void;
};

export type DeviceValueSet = {
  readonly keys: readonly DeviceField[];
  /** Replaces all members. */
  readonly set: (members: readonly (readonly DeviceMatch[])[]) => Change;
};

export type DeviceReplica = { readonly port: number; readonly instance: number };

export type DeviceReplication = {
  /** Makes or replaces a multicast group. */
  readonly setGroup: (id: number, replicas: readonly DeviceReplica[]) => Change;
  readonly removeGroup: (id: number) => void;
  /** Makes or replaces a clone session. `truncate`: bytes, 0 for all of the packet. */
  readonly setSession: (
    id: number,
    session: {
      readonly replicas: readonly DeviceReplica[];
      readonly classOfService: number;
      readonly truncate: number;
    },
  ) => Change;
  readonly removeSession: (id: number) => void;
  /** The greatest ids and instances that the data plane can express. */
  readonly limits: { readonly group: number; readonly session: number; readonly instance: number };
};

/** A program with its tables; several can be loaded, and one of them runs. */
export type DevicePipeline = {
  readonly tables: ReadonlyMap<string, DeviceTable>;
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly counters: ReadonlyMap<string, DeviceCounterArray>;
  readonly meters: ReadonlyMap<string, DeviceMeterArray>;
  readonly registers: ReadonlyMap<string, DeviceRegister>;
  readonly valueSets: ReadonlyMap<string, DeviceValueSet>;
  readonly digests: ReadonlySet<string>;
  readonly replication: DeviceReplication;
  /** Bits of a port. */
  readonly portWidth: number;
  /** The parameters of each action; the widths are the data plane's. */
  readonly actions: ReadonlyMap<string, readonly DeviceField[]>;
  /** The header types of the program: how wide the fields of packet-in and packet-out are on the wire. */
  readonly headerTypes: readonly { readonly name: string; readonly fields: readonly DeviceField[] }[];
  /** Gives its memory back. It is not running. */
  readonly release: () => void;
};

/** What the switch tells of its own accord. */
export type DeviceEvents = {
  /** A packet for the controller: all bytes that left by the CPU port. */
  readonly packetIn: (bytes: Uint8Array) => void;
  /** One digest: the values of its fields, in order. */
  readonly digest: (name: string, fields: readonly Uint8Array[]) => void;
};

export type Device = {
  /**
   * Makes a program ready beside the one that runs.
   * @throws DeviceError that says what is wrong with the configuration.
   */
  readonly load: (configuration: Uint8Array) => DevicePipeline;
  /** From the next packet on, this program runs. The one before is still there until it is released. */
  readonly run: (pipeline: DevicePipeline) => void;
  /** The port from and to which controllers' packets go; undefined: there is none. */
  readonly cpuPort: number | undefined;
  /** Lets the running program process a controller's packet, as one that came in by the CPU port. */
  readonly packetOut: (bytes: Uint8Array) => void;
  /** Nanoseconds of the switch's clock. */
  readonly now: () => number;
  /** No packet is processed meanwhile. */
  readonly exclusively: <T>(body: () => T) => T;
  /** The ports that there are now, by number, with the names of their interfaces. */
  readonly ports: () => ReadonlyMap<number, string>;
  /** Whether `ports` has all of them; if not, any number may be a port. */
  readonly knowsPorts: boolean;
  readonly listen: (events: DeviceEvents) => void;
};

/** What is wrong with a configuration, for the one who sent it. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}
