/** Indexed counters, meters and registers: entities that are always there, and are read and modified. */

import { decodeData, encodeData } from '../../p4runtime/codec/index.ts';
import type { P4NamedType } from '../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { P4Data } from '../../p4runtime/gen/p4/v1/p4data.ts';
import type {
  CounterEntry,
  Entity,
  Index,
  MeterEntry,
  RegisterEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { DataType, RegisterInfo, Schema } from '../../p4runtime/schema/index.ts';
import type {
  DeviceCounter,
  DeviceCounterArray,
  DeviceMeterArray,
  DevicePipeline,
  DeviceRegister,
} from './device.ts';
import {
  checkIndex,
  type EntityHandler,
  invalid,
  onlyModify,
  required,
  requirePermission,
} from './entity-handler.ts';
import { colorsToControl, meterToControl, meterToDevice, NO_COLORS, resetsColors } from './meter-configs.ts';
import { fromInteger, toInteger } from './numbers.ts';
import type { Permission } from './role-config.ts';
import type { Translations, Translator } from './translation.ts';

type Named = { readonly id: number; readonly name: string };

/** An array of the program by its id, and how its indexes are translated. */
type Found<Info, Device> = {
  readonly info: Info;
  readonly device: Device;
  readonly what: string;
  readonly translator: Translator | undefined;
};

type Kind<Info extends Named> = {
  readonly field: string;
  readonly noun: string;
  readonly all: { readonly find: (id: number) => Info | undefined; readonly all: readonly Info[] };
  readonly indexType: (info: Info) => P4NamedType | undefined;
};

/** The arrays of one kind. */
class Arrays<Info extends Named, Device extends { readonly size: number }> {
  readonly #kind: Kind<Info>;
  readonly #found = new Map<number, Found<Info, Device>>();

  constructor(kind: Kind<Info>, devices: ReadonlyMap<string, Device>, translations: Translations) {
    this.#kind = kind;
    for (const info of kind.all.all) {
      const device = devices.get(info.name);
      const what = `${kind.noun} '${info.name}'`;
      if (device === undefined) throw invalid(`the program has no ${what}`);
      this.#found.set(info.id, { info, device, what, translator: translations.of(kind.indexType(info)) });
    }
  }

  get(id: number, may: Permission): Found<Info, Device> {
    const info = required(this.#kind.all, this.#kind.field, id);
    const found = this.#found.get(id);
    if (found === undefined) throw invalid(`${this.#kind.field}: ${id} is of none`);
    requirePermission(may, info.id, found.what);
    return found;
  }

  selected(id: number, may: Permission): readonly Found<Info, Device>[] {
    return id === 0 ? [...this.#found.values()].filter(({ info }) => may(info.id)) : [this.get(id, may)];
  }

  /** The indexes of the device that a message means: one, or all. */
  indexes(found: Found<Info, Device>, index: Index | undefined): Iterable<number> {
    const { device, what, translator } = found;
    if (index === undefined) return range(device.size);
    if (translator === undefined || index.index < 0n) return [checkIndex(index.index, device.size, what)];
    checkIndex(index.index, 2 ** 32, what);
    const value = translator.toDevice(fromInteger(Number(index.index)), 32, `${what}, index`);
    return [checkIndex(BigInt(toInteger(value)), device.size, what)];
  }

  /** How P4Runtime calls an index of the device. */
  name({ translator }: Found<Info, Device>, index: number): Index {
    return {
      index: BigInt(translator === undefined ? index : toInteger(translator.toControl(fromInteger(index)))),
    };
  }
}

function* range(size: number): Generator<number> {
  for (let index = 0; index < size; index++) yield index;
}

/** @throws EntityError INVALID_ARGUMENT when a read gives an index and does not say of what. */
function checkWildcard(id: number, index: Index | undefined, field: string): void {
  if (id === 0 && index !== undefined) throw invalid(`index: it is set, and ${field} is not: say of which`);
}

/** CounterEntry. */
export function counterEntries(
  schema: Schema,
  pipeline: DevicePipeline,
  translations: Translations,
): EntityHandler<CounterEntry> {
  const arrays = new Arrays<Schema['counters']['all'][number], DeviceCounterArray>(
    {
      field: 'counter_id',
      noun: 'counter',
      all: schema.counters,
      indexType: (info) => info.message.indexTypeName,
    },
    pipeline.counters,
    translations,
  );
  return {
    write: (type, { counterId, index, data }, { may, journal }) => {
      const found = arrays.get(counterId, may);
      const { what, device } = found;
      onlyModify(type, what);
      const indexes = [...arrays.indexes(found, index)];
      if (data === undefined) return;
      const { byteCount, packetCount } = data;
      if (byteCount < 0n || packetCount < 0n) throw invalid(`${what}: a counter is 0 or more`);
      const value: DeviceCounter = { packets: packetCount, bytes: byteCount };
      const before = journal === undefined ? [] : indexes.map((each) => device.get(each));
      for (const each of indexes) device.set(each, value);
      journal?.push(() => {
        for (const [place, old] of before.entries()) device.set(indexes[place] ?? 0, old);
      });
    },
    read: ({ counterId, index }, may) => {
      checkWildcard(counterId, index, 'counter_id');
      const selected = arrays
        .selected(counterId, may)
        .map((found) => ({ found, indexes: arrays.indexes(found, index) }));
      return readCounters(selected, (found, each) => arrays.name(found, each));
    },
  };
}

type Selected<Info, Device> = readonly {
  readonly found: Found<Info, Device>;
  readonly indexes: Iterable<number>;
}[];

function* readCounters<Info extends Named>(
  selected: Selected<Info, DeviceCounterArray>,
  name: (found: Found<Info, DeviceCounterArray>, index: number) => Index,
): Generator<Entity> {
  for (const { found, indexes } of selected) {
    for (const each of indexes) {
      const { packets, bytes } = found.device.get(each);
      const value: CounterEntry = {
        counterId: found.info.id,
        index: name(found, each),
        data: { packetCount: packets, byteCount: bytes },
      };
      yield { entity: { $case: 'counterEntry', value } };
    }
  }
}

/** MeterEntry. */
export function meterEntries(
  schema: Schema,
  pipeline: DevicePipeline,
  translations: Translations,
): EntityHandler<MeterEntry> {
  const arrays = new Arrays<Schema['meters']['all'][number], DeviceMeterArray>(
    { field: 'meter_id', noun: 'meter', all: schema.meters, indexType: (info) => info.message.indexTypeName },
    pipeline.meters,
    translations,
  );
  return {
    write: (type, { meterId, index, config, counterData }, { may, journal }) => {
      const found = arrays.get(meterId, may);
      const { what, device, info } = found;
      onlyModify(type, what);
      const resets = resetsColors(counterData, `${what}, counter_data`);
      const indexes = [...arrays.indexes(found, index)];
      const value = meterToDevice(config, info.message.spec?.type ?? 0, `${what}, config`);
      const undoes = journal === undefined ? [] : indexes;
      const before = undoes.map((each) => ({ config: device.get(each), colors: device.colors(each) }));
      for (const each of indexes) {
        device.set(each, value);
        if (resets) device.setColors(each, NO_COLORS);
      }
      journal?.push(() => {
        for (const [place, { config: old, colors }] of before.entries()) {
          device.set(indexes[place] ?? 0, old);
          if (resets) device.setColors(indexes[place] ?? 0, colors);
        }
      });
    },
    read: ({ meterId, index, counterData }, may) => {
      checkWildcard(meterId, index, 'meter_id');
      const selected = arrays
        .selected(meterId, may)
        .map((found) => ({ found, indexes: arrays.indexes(found, index) }));
      return readMeters(selected, counterData !== undefined, (found, each) => arrays.name(found, each));
    },
  };
}

function* readMeters<Info extends Named>(
  selected: Selected<Info, DeviceMeterArray>,
  withColors: boolean,
  name: (found: Found<Info, DeviceMeterArray>, index: number) => Index,
): Generator<Entity> {
  for (const { found, indexes } of selected) {
    for (const each of indexes) {
      const value: MeterEntry = {
        meterId: found.info.id,
        index: name(found, each),
        config: meterToControl(found.device.get(each)),
        counterData: withColors ? colorsToControl(found.device.colors(each)) : undefined,
      };
      yield { entity: { $case: 'meterEntry', value } };
    }
  }
}

/** RegisterEntry: what BMv2's own server does not have. */
export function registerEntries(
  schema: Schema,
  pipeline: DevicePipeline,
  translations: Translations,
): EntityHandler<RegisterEntry> {
  const arrays = new Arrays<RegisterInfo, DeviceRegister>(
    {
      field: 'register_id',
      noun: 'register',
      all: schema.registers,
      indexType: (info) => info.message.indexTypeName,
    },
    pipeline.registers,
    translations,
  );
  return {
    write: (type, { registerId, index, data }, { may, journal }) => {
      const found = arrays.get(registerId, may);
      const { what, device, info } = found;
      onlyModify(type, what);
      const indexes = [...arrays.indexes(found, index)];
      if (data === undefined) throw invalid(`${what}: data is missing`);
      const value = registerValue(info.type, data, what);
      const before = journal === undefined ? [] : indexes.map((each) => device.get(each));
      for (const each of indexes) device.set(each, value);
      journal?.push(() => {
        for (const [place, old] of before.entries()) device.set(indexes[place] ?? 0, old);
      });
    },
    read: ({ registerId, index }, may) => {
      checkWildcard(registerId, index, 'register_id');
      const selected = arrays
        .selected(registerId, may)
        .map((found) => ({ found, indexes: arrays.indexes(found, index) }));
      return readRegisters(selected, (found, each) => arrays.name(found, each));
    },
  };
}

function* readRegisters(
  selected: Selected<RegisterInfo, DeviceRegister>,
  name: (found: Found<RegisterInfo, DeviceRegister>, index: number) => Index,
): Generator<Entity> {
  for (const { found, indexes } of selected) {
    for (const each of indexes) {
      const value: RegisterEntry = {
        registerId: found.info.id,
        index: name(found, each),
        data: registerData(found.info.type, found.device.get(each), found.what),
      };
      yield { entity: { $case: 'registerEntry', value } };
    }
  }
}

/** A register's cell is a bit string: what P4's other types are in it. */
function registerValue(type: DataType, data: P4Data, what: string): bigint {
  const value = decodeData(type, data, what);
  if (typeof value === 'bigint') return type.kind === 'int' ? BigInt.asUintN(type.width, value) : value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw invalid(`${what}: values of type ${type.kind} are not those of a register of v1model`);
}

function registerData(type: DataType, value: bigint, what: string): P4Data {
  if (type.kind === 'bool') return encodeData(type, value !== 0n, what);
  if (type.kind === 'int') return encodeData(type, BigInt.asIntN(type.width, value), what);
  return encodeData(type, value, what);
}
