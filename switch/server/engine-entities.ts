/** Tables, profiles, replication and value sets of the engine, as the server's device has them. */

import { actionDataBytes, putParameter, type Switch, takeParameter } from '../engine/index.ts';
import type { ActionProfile, ProfileRefusal, ReplicationEngine, ValueSet } from '../externs/index.ts';
import type { Entry, EntryAction, FieldMatch } from '../tables/index.ts';
import {
  type Change,
  DEFAULT_ENTRY,
  type DeviceAction,
  type DeviceCall,
  type DeviceMatch,
  type DeviceProfile,
  type DeviceReplication,
  type DeviceTable,
  type DeviceValueSet,
  type StoredEntry,
} from './device.ts';
import { ones, shortest } from './numbers.ts';

type Program = Switch['program'];
type Table = Program['tables'][number];
type Action = Program['actions'][number];
type Profile = Program['profiles'][number];

export type EngineParts = { readonly engine: Switch; readonly now: () => number };

/** Actions as the engine's code reads their data. */
class ActionData {
  readonly #byName = new Map<
    string,
    { readonly action: Action; readonly offsets: readonly number[]; readonly data: Uint8Array }
  >();
  readonly #byIndex = new Map<number, Action>();

  constructor(actions: readonly Action[]) {
    for (const action of actions) {
      const offsets = action.parameters.map((_, index) =>
        actionDataBytes({ ...action, parameters: action.parameters.slice(0, index) }),
      );
      this.#byName.set(action.name, { action, offsets, data: new Uint8Array(actionDataBytes(action)) });
      this.#byIndex.set(action.index, action);
    }
  }

  /** What is given is valid until the next call: the engine copies it. */
  encode(call: DeviceCall): EntryAction | undefined {
    const known = this.#byName.get(call.action);
    if (known === undefined) return undefined;
    const { action, offsets, data } = known;
    data.fill(0);
    for (let index = 0; index < offsets.length; index++) {
      const value = call.arguments[index];
      const offset = offsets[index];
      const parameter = action.parameters[index];
      if (value === undefined || offset === undefined || parameter === undefined) continue;
      putParameter(data, offset, parameter.bits, value);
    }
    return { action: action.index, data };
  }

  decode({ action: index, data }: EntryAction): DeviceCall {
    const action = this.#byIndex.get(index);
    if (action === undefined) return { action: '', arguments: [] };
    const offsets = this.#byName.get(action.name)?.offsets ?? [];
    return {
      action: action.name,
      arguments: action.parameters.map(({ bits }, parameter) =>
        shortest(takeParameter(data, offsets[parameter] ?? 0, bits)),
      ),
    };
  }
}

function unknownAction(call: DeviceCall): Change {
  return { ok: false, reason: 'invalid', message: `action '${call.action}' is none of the program's here` };
}

/** What the device gives has its numbers in their shortest form. */
function fromEngine(match: FieldMatch): DeviceMatch {
  switch (match.kind) {
    case 'any':
      return match;
    case 'exact':
      return { kind: 'exact', value: shortest(match.value) };
    case 'lpm':
      return { kind: 'lpm', value: shortest(match.value), prefixLength: match.prefixLength };
    case 'ternary':
      return { kind: 'ternary', value: shortest(match.value), mask: shortest(match.mask) };
    case 'range':
      return { kind: 'range', low: shortest(match.low), high: shortest(match.high) };
  }
}

/** JSON may have an optional field as a ternary one. */
function toEngineMatches(definition: Table, matches: readonly DeviceMatch[]): readonly FieldMatch[] {
  if (definition.match !== 'ternary' && definition.match !== 'range') return matches;
  return matches.map((match, index) => {
    const key = definition.keys[index];
    return match.kind === 'exact' && key?.match === 'ternary'
      ? { kind: 'ternary', value: match.value, mask: ones(key.bits) }
      : match;
  });
}

/** One table. */
export function engineTable(definition: Table, { engine, now }: EngineParts): DeviceTable {
  const table = engine.state.engine(definition);
  const profile = definition.profile === undefined ? undefined : profileIds(engine, definition.profile);
  const meters = engine.state.directMeters.get(definition);
  const actions = new ActionData(definition.actions);
  const address = (handle: number) =>
    handle === DEFAULT_ENTRY ? table.defaultEntry : table.addressOf(handle);

  const toEngine = (action: DeviceAction): EntryAction | Change => {
    if (action.kind === 'call') return actions.encode(action.call) ?? unknownAction(action.call);
    const data = profile?.data(action);
    if (data !== undefined) return { action: 0, data };
    return {
      ok: false,
      reason: 'not-found',
      message: `table ${table.description.name}: there is no such ${action.kind}`,
    };
  };
  const toDevice = (action: EntryAction): DeviceAction =>
    profile === undefined ? { kind: 'call', call: actions.decode(action) } : profile.target(action.data);
  const toStored = (entry: Entry): StoredEntry => {
    const { matches, priority = 0, idleTimeout, handle } = entry;
    return { matches: matches.map(fromEngine), priority, idleTimeout, handle, action: toDevice(entry) };
  };

  const missing = (handle: number): Change => ({
    ok: false,
    reason: 'not-found',
    message: `table ${table.description.name}: there is no entry ${handle}`,
  });

  return {
    name: definition.name,
    keys: definition.keys.map(({ name, bits }) => ({ name, width: bits })),
    // BMv2 JSON does not say which entries are const; P4Info does, for whole tables.
    isConst: () => false,
    insert: (entry) => {
      const action = toEngine(entry.action);
      if ('ok' in action) return action;
      return table.insert({
        matches: toEngineMatches(definition, entry.matches),
        priority: entry.priority,
        action: action.action,
        data: action.data,
        idleTimeout: entry.idleTimeout,
        // The clock costs as much as all the rest of a small table's insert.
        now: table.layout.hitTime === undefined ? 0 : now(),
      });
    },
    modify: (handle, action, idleTimeout) => {
      const timeout = idleTimeout === undefined ? {} : { idleTimeout };
      if (action === undefined) {
        const entry = table.get(handle);
        return entry === undefined ? missing(handle) : table.modifyHandle(handle, { ...entry, ...timeout });
      }
      const encoded = toEngine(action);
      if ('ok' in encoded) return encoded;
      return table.modifyHandle(handle, { action: encoded.action, data: encoded.data, ...timeout });
    },
    remove: (handle) => void table.deleteHandle(handle),
    find: ({ matches, priority }) => {
      const found = table.find({ matches: toEngineMatches(definition, matches), priority });
      return found.ok ? found.handle : undefined;
    },
    get: (handle) => {
      const entry = table.get(handle);
      return entry === undefined ? undefined : toStored(entry);
    },
    entries: function* () {
      for (const entry of table.entries()) yield toStored(entry);
    },
    defaultAction: () => {
      const action = table.default();
      return action === undefined ? undefined : { kind: 'call', call: actions.decode(action) };
    },
    setDefaultAction: (action) => {
      const initial = definition.defaultEntry;
      const wanted =
        action ??
        (initial === undefined
          ? undefined
          : {
              kind: 'call' as const,
              call: { action: initial.action.name, arguments: initial.data.map(bytesOf) },
            });
      if (wanted === undefined) return table.setDefault(undefined);
      const encoded = toEngine(wanted);
      return 'ok' in encoded ? encoded : table.setDefault(encoded);
    },
    counter: (handle) => table.counters(address(handle)),
    setCounter: (handle, value) => table.setCounters(address(handle), value),
    meter: (handle) => meters?.config(address(handle)),
    setMeter: (handle, config) => void meters?.configure(address(handle), config, BigInt(Math.round(now()))),
    colors: (handle) => meters?.colors(address(handle)),
    setColors: (handle, value) => meters?.setColors(address(handle), value),
    lastHit: (handle) => table.lastHit(address(handle)),
    touch: (handle) => {
      const { hitTime } = table.layout;
      const record = table.addressOf(handle);
      if (hitTime !== undefined && record !== 0) {
        engine.memory.view.setBigInt64(record + hitTime, BigInt(Math.round(now())), true);
      }
    },
    expired: (from, limit) => table.expired(now(), from, limit),
  };
}

function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

/** Handles of a profile's members and groups are its own numbers. */
function profileIds(engine: Switch, definition: Profile) {
  const profile = profileOf(engine, definition);
  return {
    data: (action: Exclude<DeviceAction, { kind: 'call' }>): Uint8Array | undefined => {
      const reference =
        action.kind === 'member'
          ? profile.memberReference(action.handle)
          : profile.groupReference(action.handle);
      if (reference === undefined) return undefined;
      const data = new Uint8Array(4);
      new DataView(data.buffer).setUint32(0, reference, true);
      return data;
    },
    target: (data: Uint8Array): DeviceAction => {
      const reference = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
      const target = profile.target(reference);
      return target?.kind === 'member' || target?.kind === 'group'
        ? { kind: target.kind, handle: target.id }
        : { kind: 'member', handle: 0 };
    },
  };
}

function profileOf(engine: Switch, definition: Profile): ActionProfile {
  const profile = engine.state.profiles.get(definition);
  if (profile === undefined)
    throw new RangeError(`action profile ${definition.name} belongs to another program`);
  return profile;
}

/** One action profile. */
export function engineProfile(definition: Profile, { engine }: EngineParts): DeviceProfile {
  const profile = profileOf(engine, definition);
  const tables = engine.program.tables.filter((table) => table.profile === definition);
  const actions = new ActionData(tables.flatMap((table) => table.actions));
  let last = 0;
  const changed = (handle: number, refusal: ProfileRefusal | undefined): Change => {
    if (refusal === undefined) return { ok: true, handle };
    const { reason, message } = refusal;
    return { ok: false, reason: reason === 'in-use' ? 'invalid' : reason, message };
  };
  return {
    name: definition.name,
    addMember: (call) => {
      const action = actions.encode(call);
      return action === undefined ? unknownAction(call) : changed(++last, profile.addMember(last, action));
    },
    modifyMember: (handle, call) => {
      const action = actions.encode(call);
      return action === undefined
        ? unknownAction(call)
        : changed(handle, profile.modifyMember(handle, action));
    },
    removeMember: (handle) => void profile.deleteMember(handle),
    member: (handle) => {
      const action = profile.member(handle);
      return action === undefined ? undefined : actions.decode(action);
    },
    addGroup: (members) => changed(++last, profile.addGroup(last, members.map(toEngineMember))),
    modifyGroup: (handle, members) =>
      changed(handle, profile.modifyGroup(handle, members.map(toEngineMember))),
    removeGroup: (handle) => void profile.deleteGroup(handle),
  };
}

function toEngineMember({
  member,
  weight,
  watchPort,
}: {
  member: number;
  weight: number;
  watchPort: number | undefined;
}) {
  return { member, weight, ...(watchPort === undefined ? {} : { watchPort }) };
}

/** One value set. */
export function engineValueSet(set: ValueSet): DeviceValueSet {
  return {
    keys: set.description.keys.map(({ name, width }) => ({ name, width })),
    set: (members) => set.setMembers(members) ?? { ok: true, handle: 0 },
  };
}

/** Multicast groups and clone sessions. */
export function engineReplication(replication: ReplicationEngine): DeviceReplication {
  const pairs = (replicas: readonly { readonly port: number; readonly instance: number }[]) =>
    replicas.map(({ port, instance }) => ({ port, replicationId: instance }));
  return {
    setGroup: (id, replicas) => {
      replication.setGroup(id, pairs(replicas));
      return { ok: true, handle: id };
    },
    removeGroup: (id) => replication.setGroup(id, undefined),
    setSession: (id, { replicas, classOfService, truncate }) => {
      replication.setSession(id, { replicas: pairs(replicas), classOfService, truncateTo: truncate });
      return { ok: true, handle: id };
    },
    removeSession: (id) => replication.setSession(id, undefined),
    // v1model: mcast_grp and egress_rid have 16 bits; simple_switch keeps 15 for a session.
    limits: { group: 0xffff, session: 0x7fff, instance: 0xffff },
  };
}
