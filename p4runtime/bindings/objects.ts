/** What generated bindings are made of: each object of a pipeline, typed. The work is done by `entities`. */

import {
  type ActionCall,
  type ActionSelection,
  type CellIndex,
  type Counts,
  type Data,
  type DigestSettings,
  decodeCounterCell,
  decodeDigestList,
  decodeGroup,
  decodeMember,
  decodeMeterCell,
  decodePacketIn,
  decodeRegisterCell,
  decodeTableEntry,
  decodeValueSet,
  type EntryData,
  encodeCounterCell,
  encodeDefaultEntry,
  encodeDigestEntry,
  encodeGroup,
  encodeMember,
  encodeMeterCell,
  encodePacketOut,
  encodeRegisterCell,
  encodeTableEntry,
  encodeTableRead,
  encodeValueSet,
  type GroupData,
  type Key,
  type MeterRates,
  type PacketFields,
} from '../entities/index.ts';
import type { DigestList, Entity, PacketIn, PacketOut } from '../gen/p4/v1/p4runtime.ts';
import type {
  ActionProfileInfo,
  CounterInfo,
  DigestInfo,
  MeterInfo,
  RegisterInfo,
  Schema,
  TableInfo,
  ValueSetInfo,
} from '../schema/index.ts';
import { known } from './values.ts';

/** A table. `Read` is an entry as it is read, `Given` as it is written; the other two are the default action. */
export type Table<Read, Given extends EntryData, DefaultRead, DefaultGiven extends ActionCall> = {
  readonly info: TableInfo;
  /** An entry to insert, modify or remove. @throws EntityError for values that do not fit. */
  readonly entry: (entry: Given) => Entity;
  /** The default entry, with an action to set or, to read it, without. */
  readonly defaultEntry: (action?: DefaultGiven) => Entity;
  /** Reads all entries; counters, meters and idle times only when asked for. */
  readonly all: (ask?: Parameters<typeof encodeTableRead>[1]) => Entity;
  /** An entry that was read; undefined for an entity of something else. */
  readonly decode: (entity: Entity) => Read | DefaultEntry<DefaultRead> | undefined;
};

/** A table's default entry, as it is read. */
export type DefaultEntry<Action> = {
  readonly isDefault: true;
  readonly isConst: boolean;
  readonly action?: Action;
  readonly counter?: Counts;
  readonly meter?: MeterRates;
};

export function table<Read, Given extends EntryData, DefaultRead, DefaultGiven extends ActionCall>(
  schema: Schema,
  id: number,
): Table<Read, Given, DefaultRead, DefaultGiven> {
  const info = schema.tables.get(id);
  return {
    info,
    entry: (entry) => encodeTableEntry(info, entry),
    defaultEntry: (action) => encodeDefaultEntry(info, action),
    all: (ask) => encodeTableRead(info, ask),
    decode: (entity) => known(decodeTableEntry(info, entity)),
  };
}

/** What is read of an entry. Each part is there only where the table has it. */
export type Entry<TableKey, Selection, Parts = unknown> = {
  readonly key: TableKey;
  readonly action?: Selection;
  readonly isDefault: false;
  readonly isConst: boolean;
  readonly metadata?: Uint8Array;
  /** When it was asked for. */
  readonly sinceLastHitNs?: bigint;
} & Parts;

/** What is written as an entry. */
export type NewEntry<TableKey extends Key, Selection extends ActionSelection, Parts = unknown> = {
  readonly key: TableKey;
  /** Left out to remove or read the entry, or to modify all but the action. */
  readonly action?: Selection;
  readonly metadata?: Uint8Array;
} & Parts;

/** What an LPM field matches. */
export type Lpm<Value> = { readonly value: Value; readonly prefixLength: number };
/** What a ternary field matches; without a mask, all bits. */
export type Ternary<Value> = { readonly value: Value; readonly mask?: Value };
/** What a range field matches; both ends belong to it. */
export type Range<Value> = { readonly low: Value; readonly high: Value };

/** Tables with ternary, range or optional fields: above 0, the greatest wins. */
export type WithPriority = { readonly priority: number };
/** Other tables have no priorities. */
export type WithoutPriority = { readonly priority?: never };
/** Tables that tell of idle entries. */
export type WithIdleTimeout = { readonly idleTimeoutNs?: bigint };
export type WithoutIdleTimeout = { readonly idleTimeoutNs?: never };
/** Tables with a direct counter. */
export type WithCounter = { readonly counter?: Counts };
export type WithoutCounter = { readonly counter?: never };
/** Tables with a direct meter. */
export type WithMeter = { readonly meter?: MeterRates };
export type WithoutMeter = { readonly meter?: never };

/** A group of an entry's own: actions, each chosen as often as its weight says. */
export type WeightedSet<Action> = {
  readonly set: readonly {
    readonly action: Action;
    readonly weight: number;
    readonly watchPort?: Uint8Array;
  }[];
};

/** An action profile, with groups if it has a selector. */
export type ActionProfile<Action, Given extends ActionCall> = {
  readonly info: ActionProfileInfo;
  /** A member to insert or modify; without action, to remove or read it. */
  readonly member: (member: number, action?: Given) => Entity;
  readonly decodeMember: (entity: Entity) => { readonly member: number; readonly action: Action } | undefined;
};

export function actionProfile<Action, Given extends ActionCall>(
  schema: Schema,
  id: number,
): ActionProfile<Action, Given> {
  const info = schema.actionProfiles.get(id);
  return {
    info,
    member: (member, action) => encodeMember(schema, info, { member, action }),
    decodeMember: (entity) => known(decodeMember(schema, info, entity)),
  };
}

export type ActionSelector<Action, Given extends ActionCall> = ActionProfile<Action, Given> & {
  /** A group to insert or modify; without members, to remove or read it. */
  readonly group: (group: number, members?: GroupData['members'], maxSize?: number) => Entity;
  readonly decodeGroup: (entity: Entity) => GroupData | undefined;
};

export function actionSelector<Action, Given extends ActionCall>(
  schema: Schema,
  id: number,
): ActionSelector<Action, Given> {
  const profile = actionProfile<Action, Given>(schema, id);
  return {
    ...profile,
    group: (group, members = [], maxSize) => encodeGroup(profile.info, { group, members, maxSize }),
    decodeGroup: (entity) => decodeGroup(profile.info, entity),
  };
}

export type Counter = {
  readonly info: CounterInfo;
  /** A cell, or all of them, to read; with counts, to set. */
  readonly cell: (index?: CellIndex, counts?: Counts) => Entity;
  readonly decode: (entity: Entity) => ReturnType<typeof decodeCounterCell>;
};

export function counter(schema: Schema, id: number): Counter {
  const info = schema.counters.get(id);
  return {
    info,
    cell: (index, counts) => encodeCounterCell(info, index, counts),
    decode: (entity) => decodeCounterCell(info, entity),
  };
}

export type Meter = {
  readonly info: MeterInfo;
  /** A cell, or all of them, to read or set back; with rates, to set. */
  readonly cell: (index?: CellIndex, rates?: MeterRates) => Entity;
  readonly decode: (entity: Entity) => ReturnType<typeof decodeMeterCell>;
};

export function meter(schema: Schema, id: number): Meter {
  const info = schema.meters.get(id);
  return {
    info,
    cell: (index, rates) => encodeMeterCell(info, index, rates),
    decode: (entity) => decodeMeterCell(info, entity),
  };
}

export type Register<Value, Given extends Data> = {
  readonly info: RegisterInfo;
  /** A cell, or all of them, to read; with a value, to write. */
  readonly cell: (index?: CellIndex, value?: Given) => Entity;
  readonly decode: (entity: Entity) => { readonly index: bigint; readonly data: Value } | undefined;
};

export function register<Value, Given extends Data>(schema: Schema, id: number): Register<Value, Given> {
  const info = schema.registers.get(id);
  return {
    info,
    cell: (index, value) => encodeRegisterCell(info, index, value),
    decode: (entity) => known(decodeRegisterCell(info, entity)),
  };
}

export type Digest<Value> = {
  readonly info: DigestInfo;
  /** Switches it on; without settings, to switch it off or read it. */
  readonly entry: (settings?: DigestSettings) => Entity;
  /** The digests of a list; undefined for a list of another digest. */
  readonly decode: (list: DigestList) => readonly Value[] | undefined;
};

export function digest<Value>(schema: Schema, id: number): Digest<Value> {
  const info = schema.digests.get(id);
  return {
    info,
    entry: (settings) => encodeDigestEntry(info, settings),
    decode: (list) => known(decodeDigestList(info, list)),
  };
}

export type ValueSet<Member, Given extends Key> = {
  readonly info: ValueSetInfo;
  /** All members, which replace those that there are; without, to read them. */
  readonly members: (members?: readonly Given[]) => Entity;
  readonly decode: (entity: Entity) => readonly Member[] | undefined;
};

export function valueSet<Member, Given extends Key>(schema: Schema, id: number): ValueSet<Member, Given> {
  const info = schema.valueSets.get(id);
  return {
    info,
    members: (members) => encodeValueSet(info, members),
    decode: (entity) => known(decodeValueSet(info, entity)),
  };
}

/** A packet to the switch. `Given`: the fields of its header; an empty object without header. */
export type PacketOuts<Given extends PacketFields> = (payload: Uint8Array, fields: Given) => PacketOut;

export function packetOut<Given extends PacketFields>(schema: Schema): PacketOuts<Given> {
  const header = schema.packetHeaders.find('packet_out');
  return (payload, fields) => encodePacketOut(header, payload, fields);
}

/** The fields of the header of a packet from the switch. */
export type PacketIns<Fields> = (packet: PacketIn) => Fields;

export function packetIn<Fields>(schema: Schema): PacketIns<Fields> {
  const header = schema.packetHeaders.find('packet_in');
  return (packet) => known(decodePacketIn(header, packet));
}
