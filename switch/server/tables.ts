/** All tables of a program: their entries, direct counters and direct meters. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  DirectCounterEntry,
  DirectMeterEntry,
  Entity,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import type { ActionCalls } from './action-calls.ts';
import type { ActionProfiles } from './action-profiles.ts';
import { DEFAULT_ENTRY, type DevicePipeline } from './device.ts';
import {
  type EntityHandler,
  invalid,
  onlyModify,
  required,
  requirePermission,
  type WriteContext,
} from './entity-handler.ts';
import { colorsToControl, meterToControl, NO_COLORS, resetsColors } from './meter-configs.ts';
import type { Permission } from './role-config.ts';
import { TableState } from './table-state.ts';
import type { Translations } from './translation.ts';
import { PLAIN, type WireUpdates } from './wire-updates.ts';

export class Tables {
  readonly #schema: Schema;
  readonly #byId = new Map<number, TableState>();

  /** @throws EntityError INVALID_ARGUMENT where P4Info and the program disagree. */
  constructor(
    schema: Schema,
    pipeline: DevicePipeline,
    parts: {
      readonly calls: ActionCalls;
      readonly profiles: ActionProfiles;
      readonly translations: Translations;
      readonly now: () => number;
    },
  ) {
    this.#schema = schema;
    for (const info of schema.tables.all) {
      const device = pipeline.tables.get(info.name);
      if (device === undefined) throw invalid(`the program has no table '${info.name}'`);
      const profile = parts.profiles.of(info.implementation);
      this.#byId.set(info.id, new TableState(info, device, { ...parts, profile }));
    }
  }

  get all(): Iterable<TableState> {
    return this.#byId.values();
  }

  #get(id: number, may: Permission): TableState {
    const state = this.#byId.get(id);
    if (state === undefined) {
      required(this.#schema.tables, 'table_id', id);
      throw invalid(`table_id: ${id} is of no table`);
    }
    requirePermission(may, id, state.what);
    return state;
  }

  #permitted(may: Permission): TableState[] {
    return [...this.#byId.values()].filter(({ info }) => may(info.id));
  }

  /** Does a plain update if it is right beyond doubt; if not, nothing has changed. */
  writePlain(updates: WireUpdates, index: number, { may, journal }: WriteContext): boolean {
    const place = updates.place(index);
    if (place < 0) return false;
    const id = (updates.words[place + PLAIN.tableId] ?? 0) >>> 0;
    const state = this.#byId.get(id);
    return state !== undefined && may(id) && state.writePlain(updates, index, journal);
  }

  readonly entries: EntityHandler<TableEntry> = {
    write: (type, entry, context) => this.#get(entry.tableId, context.may).write(type, entry, context),
    read: (request, may) => {
      if (request.tableId !== 0) return asEntities([this.#get(request.tableId, may).read(request)]);
      // "Entries from all tables will be selected and no other filter can be used."
      const filters = [
        ['match', request.match.length > 0],
        ['action', request.action !== undefined],
        ['priority', request.priority !== 0],
        ['metadata', request.metadata.length > 0],
        ['controller_metadata', request.controllerMetadata !== 0n],
      ] as const;
      const filter = filters.find(([, isSet]) => isSet);
      if (filter !== undefined)
        throw invalid(`${filter[0]}: it selects among the entries of one table: set table_id`);
      return asEntities(this.#permitted(may).map((state) => state.readWanted(request, request)));
    },
  };

  readonly counters: EntityHandler<DirectCounterEntry> = {
    write: (type, { tableEntry, data }, { may, journal }) => {
      const { state, handle } = this.#direct(tableEntry, may);
      onlyModify(type, `the direct counter of ${state.what}`);
      if (data === undefined) return;
      state.checkCounter(data);
      const before = state.device.counter(handle);
      state.device.setCounter(handle, { packets: data.packetCount, bytes: data.byteCount });
      const key = tableEntry;
      journal?.push(() => {
        if (before !== undefined && key !== undefined) state.device.setCounter(state.locate(key), before);
      });
    },
    read: ({ tableEntry }, may) => {
      const selected = this.#selected(tableEntry, may, 'directCounter');
      return readDirect(selected, (state, handle, key): Entity => {
        const { packets, bytes } = state.device.counter(handle) ?? { packets: 0n, bytes: 0n };
        const value = { tableEntry: key, data: { packetCount: packets, byteCount: bytes } };
        return { entity: { $case: 'directCounterEntry', value } };
      });
    },
  };

  readonly meters: EntityHandler<DirectMeterEntry> = {
    write: (type, { tableEntry, config, counterData }, { may, journal }) => {
      const { state, handle } = this.#direct(tableEntry, may);
      onlyModify(type, `the direct meter of ${state.what}`);
      const resets = resetsColors(counterData, `${state.what}, counter_data`);
      const value = state.meterConfig(config);
      const before = state.device.meter(handle);
      const colors = state.device.colors(handle);
      state.device.setMeter(handle, value);
      if (resets) state.device.setColors(handle, NO_COLORS);
      const key = tableEntry;
      journal?.push(() => {
        if (key === undefined) return;
        state.device.setMeter(state.locate(key), before);
        if (resets && colors !== undefined) state.device.setColors(state.locate(key), colors);
      });
    },
    read: ({ tableEntry, counterData }, may) => {
      const selected = this.#selected(tableEntry, may, 'directMeter');
      return readDirect(selected, (state, handle, key): Entity => {
        const value = {
          tableEntry: key,
          config: meterToControl(state.device.meter(handle)),
          counterData: counterData === undefined ? undefined : colorsToControl(state.device.colors(handle)),
        };
        return { entity: { $case: 'directMeterEntry', value } };
      });
    },
  };

  /** The entry whose direct resource a message is about. */
  #direct(entry: TableEntry | undefined, may: Permission) {
    if (entry === undefined) throw invalid('table_entry: it is not set, and says which entry is meant');
    const state = this.#get(entry.tableId, may);
    return { state, handle: state.locate(entry) };
  }

  /** One entry, all of a table, or all of all tables that have the resource. */
  #selected(entry: TableEntry | undefined, may: Permission, resource: 'directCounter' | 'directMeter') {
    if (entry === undefined || entry.tableId === 0) {
      if (entry !== undefined && entry.match.length > 0) throw invalid('table_entry.match: set table_id too');
      return this.#permitted(may)
        .filter(({ info }) => info[resource] !== undefined)
        .map((state) => ({ state, handle: undefined }));
    }
    const state = this.#get(entry.tableId, may);
    if (state.info[resource] === undefined) {
      throw invalid(`${state.what} has no direct ${resource === 'directMeter' ? 'meter' : 'counter'}`);
    }
    const one = entry.isDefaultAction || entry.match.length > 0 || entry.priority !== 0;
    return [{ state, handle: one ? state.locate(entry) : undefined }];
  }
}

function* readDirect(
  selected: readonly { readonly state: TableState; readonly handle: number | undefined }[],
  describe: (state: TableState, handle: number, key: TableEntry) => Entity,
): Generator<Entity> {
  for (const { state, handle } of selected) {
    const handles = handle === undefined ? handlesOf(state) : [handle];
    for (const each of handles) {
      const entry = state.keyOf(each);
      if (entry === undefined) {
        if (each !== DEFAULT_ENTRY) continue;
        throw new EntityError(Code.NOT_FOUND, `${state.what} has no default entry`);
      }
      const key = {
        ...entry,
        action: undefined,
        metadata: new Uint8Array(),
        controllerMetadata: 0n,
        idleTimeoutNs: 0n,
        isConst: false,
      };
      yield describe(state, each, key);
    }
  }
}

function* handlesOf(state: TableState): Generator<number> {
  for (const { handle } of state.device.entries()) yield handle;
}

function* asEntities(selected: readonly Iterable<TableEntry>[]): Generator<Entity> {
  for (const entries of selected) {
    for (const value of entries) yield { entity: { $case: 'tableEntry', value } };
  }
}
