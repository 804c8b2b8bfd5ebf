/** One table: its entries between P4Runtime and the device ("TableEntry"). Longer than most: all rules of one entity. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { MeterSpec_Type } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  type CounterData,
  type MeterConfig,
  type TableAction,
  type TableEntry,
  type Update,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { ActionUse, TableInfo } from '../../p4runtime/schema/index.ts';
import type { ActionCalls } from './action-calls.ts';
import type { ProfileState } from './action-profiles.ts';
import {
  DEFAULT_ENTRY,
  type DeviceAction,
  type DeviceKey,
  type DeviceMatch,
  type DeviceTable,
  type StoredEntry,
} from './device.ts';
import { accepted, invalid, type Journal, type WriteContext } from './entity-handler.ts';
import { MatchKeys } from './match-keys.ts';
import { colorsToControl, meterToControl, meterToDevice, NO_COLORS, resetsColors } from './meter-configs.ts';
import { inHex } from './numbers.ts';
import { PlainEntries } from './plain-entries.ts';
import type { Translations } from './translation.ts';
import { PLAIN, type WireUpdates } from './wire-updates.ts';

/** What the server keeps of an entry beside the device, because only controllers look at it. */
type Extra = {
  readonly metadata: Uint8Array;
  readonly controllerMetadata: bigint;
  /** As the controller wrote it, where the device's clock cannot count so far. */
  readonly idleTimeout: bigint | undefined;
};

/** All of an entry, to put it back. What it refers to may have other handles by then, so it is said in ids. */
type Snapshot = {
  readonly key: DeviceKey;
  readonly action: DeviceAction | TableAction;
  readonly idleTimeout: number;
  readonly extra: Extra | undefined;
  readonly counter: ReturnType<DeviceTable['counter']>;
  readonly meter: ReturnType<DeviceTable['meter']>;
  readonly colors: ReturnType<DeviceTable['colors']>;
};

/** A write that says nothing of direct resources. */
const NOTHING_WRITTEN = { counterData: undefined, meterCounterData: undefined };

/** The direct resources of an entry that begins anew. */
const FRESH = {
  counterData: { byteCount: 0n, packetCount: 0n },
  meterCounterData: { green: undefined, yellow: undefined, red: undefined },
};

const NO_METADATA = new Uint8Array();
const LONGEST_TIMEOUT = BigInt(Number.MAX_SAFE_INTEGER);

/** What of an entry a read asks for. */
export type Wanted = Pick<
  TableEntry,
  'counterData' | 'meterConfig' | 'meterCounterData' | 'timeSinceLastHit'
>;

const NOTHING_WANTED: Wanted = {
  counterData: undefined,
  meterConfig: undefined,
  meterCounterData: undefined,
  timeSinceLastHit: undefined,
};

export class TableState {
  readonly info: TableInfo;
  readonly what: string;
  readonly device: DeviceTable;
  readonly #keys: MatchKeys;
  readonly #plain: PlainEntries | undefined;
  readonly #calls: ActionCalls;
  readonly #profile: ProfileState | undefined;
  readonly #uses: ReadonlyMap<number, ActionUse>;
  readonly #now: () => number;
  readonly #extras = new Map<number, Extra>();
  #isDefaultChanged = false;

  /** @throws EntityError INVALID_ARGUMENT where P4Info and the device disagree. */
  constructor(
    info: TableInfo,
    device: DeviceTable,
    parts: {
      readonly calls: ActionCalls;
      readonly profile: ProfileState | undefined;
      readonly translations: Translations;
      readonly now: () => number;
    },
  ) {
    this.info = info;
    this.what = `table '${info.name}'`;
    this.device = device;
    this.#keys = new MatchKeys(this.what, info.fields, device.keys, parts.translations);
    this.#plain = PlainEntries.make(info, device.keys, parts.calls, parts.translations);
    this.#calls = parts.calls;
    this.#profile = parts.profile;
    this.#uses = new Map(info.actions.map((use) => [use.action.id, use]));
    this.#now = parts.now;
  }

  // ---- Keys ----

  #key(entry: TableEntry): DeviceKey {
    const matches = this.#keys.toDevice(entry.match);
    const { priority } = entry;
    if (this.info.hasPriority ? priority <= 0 : priority !== 0) {
      throw invalid(
        this.info.hasPriority
          ? `${this.what}: priority is ${priority}; a table with ternary, range or optional fields wants 1 or more`
          : `${this.what}: priority is ${priority}; a table without ternary, range or optional fields wants 0`,
      );
    }
    return { matches, priority };
  }

  /** The handle of the entry that a message names. @throws EntityError NOT_FOUND. */
  locate(entry: TableEntry): number {
    if (entry.isDefaultAction) {
      this.#checkDefaultKey(entry);
      return DEFAULT_ENTRY;
    }
    const handle = this.device.find(this.#key(entry));
    if (handle === undefined) throw this.#missing();
    return handle;
  }

  #missing(): EntityError {
    return new EntityError(Code.NOT_FOUND, `${this.what} has no entry with this match and priority`);
  }

  #checkDefaultKey({ match, priority }: TableEntry): void {
    if (match.length > 0) throw invalid(`${this.what}: the default entry has no match: leave it out`);
    if (priority !== 0) throw invalid(`${this.what}: the default entry has no priority: leave it out`);
  }

  // ---- Actions ----

  #action(message: TableAction, asDefault: boolean, replaced?: DeviceAction): DeviceAction {
    const { type } = message;
    if (type === undefined) throw invalid(`${this.what}: the action is empty`);
    const profile = this.#profile;
    if (profile === undefined) {
      if (type.$case !== 'action') {
        throw invalid(
          `${this.what} has no action profile: its entries have an action, not ${inWords(type.$case)}`,
        );
      }
      return { kind: 'call', call: this.#calls.toDevice(type.value, this.what, this.#uses, asDefault) };
    }
    switch (type.$case) {
      case 'action':
        throw invalid(
          `${this.what} has the action profile '${profile.info.name}': its entries have ${profile.info.withSelector ? 'a member, a group or a one-shot set' : 'a member'}, not an action`,
        );
      case 'actionProfileMemberId':
        return profile.memberAction(type.value);
      case 'actionProfileGroupId':
        return profile.groupAction(type.value);
      case 'actionProfileActionSet':
        return profile.makeOneShot(type.value, replaced);
    }
  }

  #describeAction(action: DeviceAction): TableAction {
    if (action.kind === 'call')
      return { type: { $case: 'action', value: this.#calls.toControl(action.call) } };
    return { type: this.#profile?.describe(action) };
  }

  // ---- Writing ----

  write(type: Update_Type, entry: TableEntry, context: WriteContext): void {
    if (entry.isConst) {
      throw invalid(`${this.what}: is_const is set, and only the program itself can make entries const`);
    }
    if (entry.isDefaultAction) this.#writeDefault(type, entry, context);
    else if (type === Update_Type.INSERT) this.#insert(entry, context);
    else if (type === Update_Type.MODIFY) this.#modify(entry, context);
    else this.#delete(entry, context);
  }

  /**
   * Does a plain update, if it is right beyond doubt: `write` without the objects.
   * @returns Whether it was done. If not, nothing has changed, and `write` does it or says what is wrong.
   */
  writePlain(updates: WireUpdates, index: number, journal: Journal | undefined): boolean {
    const plain = this.#plain;
    if (plain === undefined) return false;
    const place = updates.place(index);
    switch (updates.words[place + PLAIN.type]) {
      case Update_Type.INSERT: {
        const entry = plain.read(updates, place, true);
        const change = entry === undefined ? undefined : this.device.insert(entry);
        if (change?.ok !== true) return false;
        this.#startPlain(change.handle);
        journal?.push(() => this.#undoInsert(this.#key(entryOf(updates.at(index)))));
        return true;
      }
      case Update_Type.MODIFY: {
        const entry = journal === undefined ? plain.read(updates, place, true) : undefined;
        const handle = entry === undefined ? undefined : this.device.find(entry);
        if (entry === undefined || handle === undefined || this.#isConst(handle)) return false;
        if (!this.device.modify(handle, entry.action, entry.idleTimeout).ok) return false;
        this.#startPlain(handle);
        return true;
      }
      default: {
        const key = journal === undefined ? plain.read(updates, place, false) : undefined;
        const handle = key === undefined ? undefined : this.device.find(key);
        if (handle === undefined || this.#isConst(handle)) return false;
        this.#remove(handle);
        return true;
      }
    }
  }

  /** A plain entry has no meter's configuration, no counter's value and nothing of the controller's. */
  #startPlain(handle: number): void {
    this.#setResources(handle, undefined, NOTHING_WRITTEN);
    if (this.#extras.size > 0) this.#extras.delete(handle);
  }

  #undoInsert(key: DeviceKey): void {
    const there = this.device.find(key);
    if (there !== undefined) this.#remove(there);
  }

  #insert(entry: TableEntry, { journal }: WriteContext): void {
    if (this.info.constEntries) throw this.#const('inserted');
    if (this.info.fields.length === 0) {
      throw invalid(`${this.what} has no key and takes no entries: modify its default entry`);
    }
    const key = this.#key(entry);
    if (entry.action === undefined) throw invalid(`${this.what}: the action is missing`);
    const resources = this.#checkResources(entry);
    const idleTimeout = this.#idleTimeout(entry);
    const action = this.#action(entry.action, false);
    let handle: number;
    try {
      handle = accepted(this.device.insert({ ...key, action, idleTimeout }));
    } catch (problem) {
      this.#discard(action);
      throw problem;
    }
    this.#profile?.use(action);
    this.#setResources(handle, resources, entry);
    this.#setExtra(handle, entry);
    journal?.push(() => this.#undoInsert(key));
  }

  /** What a one-shot set made for an entry that then was refused. */
  #discard(action: DeviceAction): void {
    if (action.kind !== 'group' || this.#profile?.describe(action).$case !== 'actionProfileActionSet') return;
    this.#profile.release(action);
  }

  #modify(entry: TableEntry, { journal }: WriteContext): void {
    const key = this.#key(entry);
    const handle = this.device.find(key);
    if (handle === undefined) throw this.#missing();
    if (entry.action !== undefined && this.#isConst(handle)) throw this.#const('given another action');
    const resources = this.#checkResources(entry);
    const idleTimeout = this.#idleTimeout(entry);
    const before = journal === undefined ? undefined : this.#snapshot(handle, key);
    // Without an action only the direct resources are modified ("Action Specification").
    if (entry.action !== undefined) {
      const old = this.#profile === undefined ? undefined : this.device.get(handle)?.action;
      const action = this.#action(entry.action, false, old);
      try {
        accepted(this.device.modify(handle, action, idleTimeout));
      } catch (problem) {
        this.#discard(action);
        throw problem;
      }
      this.#profile?.use(action);
      if (old !== undefined) this.#profile?.release(old);
      this.#setExtra(handle, entry);
    }
    this.#setResources(handle, resources, entry);
    if (before !== undefined) journal?.push(() => this.#restore(before));
  }

  #delete(entry: TableEntry, { journal }: WriteContext): void {
    if (this.info.constEntries) throw this.#const('deleted');
    const key = this.#key(entry);
    const handle = this.device.find(key);
    if (handle === undefined) throw this.#missing();
    if (this.#isConst(handle)) throw this.#const('deleted');
    const before = journal === undefined ? undefined : this.#snapshot(handle, key);
    this.#remove(handle);
    if (before !== undefined) journal?.push(() => this.#restore(before));
  }

  #remove(handle: number): void {
    const action = this.#profile === undefined ? undefined : this.device.get(handle)?.action;
    this.device.remove(handle);
    this.#extras.delete(handle);
    if (action !== undefined) this.#profile?.release(action);
  }

  #writeDefault(type: Update_Type, entry: TableEntry, { journal }: WriteContext): void {
    if (type !== Update_Type.MODIFY) {
      throw invalid(`${this.what}: the default entry is always there: it can only be modified`);
    }
    this.#checkDefaultKey(entry);
    if (entry.idleTimeoutNs !== 0n || entry.timeSinceLastHit !== undefined) {
      throw invalid(`${this.what}: the default entry has no idle timeout: leave idle_timeout_ns out`);
    }
    const fixed = this.info.constDefaultAction;
    if (this.#profile !== undefined || fixed !== undefined) {
      const why =
        fixed === undefined
          ? 'the actions of an indirect table are in its profile'
          : `it is const '${fixed.name}'`;
      throw new EntityError(
        Code.PERMISSION_DENIED,
        `${this.what}: the default entry cannot be changed: ${why}`,
      );
    }
    const resources = this.#checkResources(entry);
    const action = entry.action === undefined ? undefined : this.#action(entry.action, true);
    const before = this.device.defaultAction();
    const counter = this.device.counter(DEFAULT_ENTRY);
    const meter = this.device.meter(DEFAULT_ENTRY);
    const colors = this.device.colors(DEFAULT_ENTRY);
    const extra = this.#extras.get(DEFAULT_ENTRY);
    const wasChanged = this.#isDefaultChanged;
    accepted(this.device.setDefaultAction(action));
    this.#isDefaultChanged = action !== undefined;
    journal?.push(() => {
      this.#isDefaultChanged = wasChanged;
      this.device.setDefaultAction(before);
      if (counter !== undefined) this.device.setCounter(DEFAULT_ENTRY, counter);
      if (this.info.directMeter !== undefined) this.device.setMeter(DEFAULT_ENTRY, meter);
      if (colors !== undefined) this.device.setColors(DEFAULT_ENTRY, colors);
      this.#putExtra(DEFAULT_ENTRY, extra);
    });
    if (action === undefined) {
      this.#extras.delete(DEFAULT_ENTRY);
      this.#setResources(DEFAULT_ENTRY, undefined, FRESH);
    } else {
      this.#setResources(DEFAULT_ENTRY, resources, entry);
      this.#setExtra(DEFAULT_ENTRY, entry);
    }
  }

  #isConst(handle: number): boolean {
    return this.info.constEntries || this.device.isConst(handle);
  }

  #const(what: string): EntityError {
    return new EntityError(
      Code.PERMISSION_DENIED,
      `${this.what}: the entry belongs to the program (const entries) and cannot be ${what}`,
    );
  }

  // ---- Direct resources and what is kept beside ----

  #checkResources(entry: TableEntry): ReturnType<typeof meterToDevice> {
    if (resetsColors(entry.meterCounterData, `${this.what}, meter_counter_data`)) this.#requireMeter();
    if (entry.counterData !== undefined) this.checkCounter(entry.counterData);
    if (entry.meterConfig === undefined) return undefined;
    return this.meterConfig(entry.meterConfig);
  }

  /** @throws EntityError INVALID_ARGUMENT in a table without direct counter, or for what no counter can show. */
  checkCounter({ byteCount, packetCount }: CounterData): void {
    if (this.info.directCounter === undefined) throw invalid(`${this.what} has no direct counter`);
    if (byteCount < 0n || packetCount < 0n) throw invalid(`${this.what}: a counter is 0 or more`);
  }

  /** @throws EntityError INVALID_ARGUMENT in a table without direct meter, or for a configuration that is none. */
  meterConfig(config: MeterConfig | undefined): ReturnType<typeof meterToDevice> {
    const meter = this.#requireMeter();
    const type: MeterSpec_Type = meter.message.spec?.type ?? 0;
    return meterToDevice(config, type, `${this.what}, meter_config`);
  }

  #requireMeter() {
    const meter = this.info.directMeter;
    if (meter === undefined) throw invalid(`${this.what} has no direct meter`);
    return meter;
  }

  #setResources(
    handle: number,
    meter: ReturnType<typeof meterToDevice>,
    { counterData: counter, meterCounterData: colors }: Pick<TableEntry, 'counterData' | 'meterCounterData'>,
  ): void {
    if (this.info.directMeter !== undefined) {
      this.device.setMeter(handle, meter);
      if (colors !== undefined) this.device.setColors(handle, NO_COLORS);
    }
    if (counter !== undefined && this.info.directCounter !== undefined) {
      this.device.setCounter(handle, { packets: counter.packetCount, bytes: counter.byteCount });
    }
  }

  #idleTimeout({ idleTimeoutNs, timeSinceLastHit }: TableEntry): number {
    if (timeSinceLastHit !== undefined) {
      throw invalid(`${this.what}: time_since_last_hit is the switch's to say: leave it out of writes`);
    }
    if (idleTimeoutNs === 0n) return 0;
    if (!this.info.idleTimeout) {
      throw invalid(
        `${this.what}: idle_timeout_ns is ${idleTimeoutNs}, and the table does not support idle timeouts`,
      );
    }
    if (idleTimeoutNs < 0n)
      throw invalid(`${this.what}: idle_timeout_ns is ${idleTimeoutNs}; write 0 or more`);
    return idleTimeoutNs > LONGEST_TIMEOUT ? Number.MAX_SAFE_INTEGER : Number(idleTimeoutNs);
  }

  #setExtra(handle: number, { metadata, controllerMetadata, idleTimeoutNs }: TableEntry): void {
    const idleTimeout = idleTimeoutNs > LONGEST_TIMEOUT ? idleTimeoutNs : undefined;
    if (metadata.length === 0 && controllerMetadata === 0n && idleTimeout === undefined) {
      if (this.#extras.size > 0) this.#extras.delete(handle);
    } else this.#extras.set(handle, { metadata: metadata.slice(), controllerMetadata, idleTimeout });
  }

  #putExtra(handle: number, extra: Extra | undefined): void {
    if (extra === undefined) this.#extras.delete(handle);
    else this.#extras.set(handle, extra);
  }

  // ---- Reading ----

  /** What a read request selects. @throws EntityError before the first entry. */
  read(request: TableEntry): Iterable<TableEntry> {
    if (request.timeSinceLastHit !== undefined && !this.info.idleTimeout) {
      throw invalid(
        `${this.what}: time_since_last_hit is asked for, and the table does not support idle timeouts`,
      );
    }
    if (request.counterData !== undefined && this.info.directCounter === undefined) {
      throw invalid(`${this.what}: counter_data is asked for, and the table has no direct counter`);
    }
    if (request.meterConfig !== undefined && this.info.directMeter === undefined) {
      throw invalid(`${this.what}: meter_config is asked for, and the table has no direct meter`);
    }
    if (request.meterCounterData !== undefined && this.info.directMeter === undefined) {
      throw invalid(`${this.what}: meter_counter_data is asked for, and the table has no direct meter`);
    }
    return this.readWanted(request, request);
  }

  /** The same, where what the table does not have is just not said. */
  readWanted(request: TableEntry, wanted: Wanted): Iterable<TableEntry> {
    if (request.isDefaultAction) {
      this.#checkDefaultKey(request);
      const entry = this.defaultEntry(wanted);
      return entry === undefined ? [] : [entry];
    }
    const acts = this.#filteredAction(request.action);
    const exact = request.match.length === 0 ? undefined : this.#filteredKey(request);
    return this.#select(request, wanted, acts, exact);
  }

  /**
   * By action_id, without the parameters. The specification leaves open what a member or group selects; clients send
   * them with entries that they have just written, so they select those that refer to it.
   */
  #filteredAction(
    action: TableAction | undefined,
  ): ((found: TableAction | undefined) => boolean) | undefined {
    const wanted = action?.type;
    switch (wanted?.$case) {
      case undefined:
        return undefined;
      case 'action': {
        const { actionId } = wanted.value;
        if (!this.#uses.has(actionId))
          throw invalid(`${this.what}: action_id ${actionId} is of none of its actions`);
        return (found) => found?.type?.$case === 'action' && found.type.value.actionId === actionId;
      }
      case 'actionProfileMemberId':
      case 'actionProfileGroupId':
        return (found) => found?.type?.$case === wanted.$case && found.type.value === wanted.value;
      case 'actionProfileActionSet':
        throw invalid(`${this.what}: entries cannot be selected by a one-shot set: leave the action out`);
    }
  }

  /** A key to look for; without a priority, in a table that has them, there may be several entries with it. */
  #filteredKey(request: TableEntry): DeviceKey {
    if (request.priority === 0 && this.info.hasPriority) {
      return { matches: this.#keys.toDevice(request.match), priority: 0 };
    }
    return this.#key(request);
  }

  *#select(
    request: TableEntry,
    wanted: Wanted,
    acts: ((found: TableAction | undefined) => boolean) | undefined,
    exact: DeviceKey | undefined,
  ): Generator<TableEntry> {
    const { priority, metadata, controllerMetadata } = request;
    const found = exact === undefined ? undefined : this.#found(exact);
    for (const stored of found ?? this.device.entries()) {
      if (priority !== 0 && stored.priority !== priority) continue;
      const extra = this.#extras.get(stored.handle);
      if (metadata.length > 0 && Buffer.compare(extra?.metadata ?? NO_METADATA, metadata) !== 0) continue;
      if (controllerMetadata !== 0n && extra?.controllerMetadata !== controllerMetadata) continue;
      const entry = this.#describe(stored, wanted);
      if (acts === undefined || acts(entry.action)) yield entry;
    }
  }

  *#found(key: DeviceKey): Generator<StoredEntry> {
    if (this.info.hasPriority && key.priority === 0) {
      const wanted = key.matches.map(inText).join();
      for (const stored of this.device.entries()) {
        if (stored.matches.map(inText).join() === wanted) yield stored;
      }
      return;
    }
    const handle = this.device.find(key);
    const stored = handle === undefined ? undefined : this.device.get(handle);
    if (stored !== undefined) yield stored;
  }

  #describe(stored: StoredEntry, wanted: Wanted): TableEntry {
    const { handle } = stored;
    const extra = this.#extras.get(handle);
    return {
      tableId: this.info.id,
      match: this.#keys.toControl(stored.matches),
      action: this.#describeAction(stored.action),
      priority: this.info.hasPriority ? stored.priority : 0,
      controllerMetadata: extra?.controllerMetadata ?? 0n,
      metadata: extra?.metadata ?? NO_METADATA,
      isDefaultAction: false,
      idleTimeoutNs: extra?.idleTimeout ?? BigInt(stored.idleTimeout),
      timeSinceLastHit:
        wanted.timeSinceLastHit === undefined || !this.info.idleTimeout
          ? undefined
          : { elapsedNs: BigInt(Math.max(0, Math.round(this.#now() - this.device.lastHit(handle)))) },
      isConst: this.#isConst(handle),
      ...this.#resources(handle, wanted),
    };
  }

  #resources(handle: number, wanted: Wanted) {
    const counter = wanted.counterData === undefined ? undefined : this.device.counter(handle);
    const meter =
      wanted.meterConfig === undefined || this.info.directMeter === undefined
        ? undefined
        : this.device.meter(handle);
    return {
      counterData:
        counter === undefined ? undefined : { packetCount: counter.packets, byteCount: counter.bytes },
      meterConfig: meterToControl(meter),
      meterCounterData:
        wanted.meterCounterData === undefined ? undefined : colorsToControl(this.device.colors(handle)),
    };
  }

  /** The default entry; undefined where the table has none. */
  defaultEntry(wanted: Wanted): TableEntry | undefined {
    const action = this.device.defaultAction();
    if (action === undefined) return undefined;
    const extra = this.#extras.get(DEFAULT_ENTRY);
    return {
      tableId: this.info.id,
      match: [],
      action: this.#describeAction(action),
      priority: 0,
      controllerMetadata: extra?.controllerMetadata ?? 0n,
      metadata: extra?.metadata ?? NO_METADATA,
      isDefaultAction: true,
      idleTimeoutNs: 0n,
      timeSinceLastHit: undefined,
      isConst: this.info.constDefaultAction !== undefined,
      ...this.#resources(DEFAULT_ENTRY, wanted),
    };
  }

  /** An entry by its handle, as notifications show it unless more is wanted. */
  entry(handle: number, wanted: Wanted = NOTHING_WANTED): TableEntry | undefined {
    const stored = this.device.get(handle);
    return stored === undefined ? undefined : this.#describe(stored, wanted);
  }

  /** Whether a controller has changed the default entry. */
  get isDefaultChanged(): boolean {
    return this.#isDefaultChanged;
  }

  /** The key of an entry, as entities of its direct resources name it. */
  keyOf(handle: number): TableEntry | undefined {
    return handle === DEFAULT_ENTRY ? this.defaultEntry(NOTHING_WANTED) : this.entry(handle);
  }

  // ---- Undoing ----

  #snapshot(handle: number, key: DeviceKey): Snapshot {
    const stored = this.device.get(handle);
    if (stored === undefined) throw this.#missing();
    return {
      key,
      action: stored.action.kind === 'call' ? stored.action : this.#describeAction(stored.action),
      idleTimeout: stored.idleTimeout,
      extra: this.#extras.get(handle),
      counter: this.device.counter(handle),
      meter: this.info.directMeter === undefined ? undefined : this.device.meter(handle),
      colors: this.device.colors(handle),
    };
  }

  #restore(snapshot: Snapshot): void {
    const { key, idleTimeout, extra, counter, meter, colors } = snapshot;
    const action = 'kind' in snapshot.action ? snapshot.action : this.#action(snapshot.action, false);
    let handle = this.device.find(key);
    if (handle === undefined) handle = accepted(this.device.insert({ ...key, action, idleTimeout }));
    else {
      const old = this.device.get(handle)?.action;
      accepted(this.device.modify(handle, action, idleTimeout));
      if (old !== undefined) this.#profile?.release(old);
    }
    this.#profile?.use(action);
    if (this.info.directMeter !== undefined) this.device.setMeter(handle, meter);
    if (counter !== undefined) this.device.setCounter(handle, counter);
    if (colors !== undefined) this.device.setColors(handle, colors);
    this.#putExtra(handle, extra);
  }
}

/** The entry of an update that is known to be about one. */
function entryOf({ entity }: Update): TableEntry {
  if (entity?.entity?.$case !== 'tableEntry') throw new TypeError('a plain update is about a table entry');
  return entity.entity.value;
}

/** A match as text that is the same for the same match; numbers are in their shortest form, in arrays of any kind. */
function inText(match: DeviceMatch): string {
  switch (match.kind) {
    case 'any':
      return '*';
    case 'exact':
      return inHex(match.value);
    case 'lpm':
      return `${inHex(match.value)}/${match.prefixLength}`;
    case 'ternary':
      return `${inHex(match.value)}&${inHex(match.mask)}`;
    case 'range':
      return `${inHex(match.low)}-${inHex(match.high)}`;
  }
}

function inWords(kind: string): string {
  return { actionProfileMemberId: 'a member', actionProfileGroupId: 'a group' }[kind] ?? 'a one-shot set';
}
