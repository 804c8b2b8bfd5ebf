/**
 * Action profiles and selectors: actions that entries share as members, and groups of members of which the hash of a
 * packet chooses one.
 *
 * An entry of a table with a profile has, in place of action data, a reference: the address of a member's record, or
 * that of a group plus 1. A member's record begins as an entry's: action, handle, data. A group has 16 bytes:
 *
 *     +0   u32  how many places there are to choose from, 0 for an empty group
 *     +4   u32  their address: for each the address of a member's record
 *     +8        unused
 *
 * A member of weight w has w places. BMv2 numbers members as they come, chooses the place `hash mod size` in the order of
 * these numbers, with the lower 32 bits of the hash, and gets weights by copies of members, which come after: so first each member once, then the copies.
 * Members whose watched port is down have no places (P4Runtime 9.2.3).
 *
 * How many members, groups and weights a program allows is checked where its P4Info is known, in the server. Here are
 * only the limits of the memory, and of a group's places.
 */

import { type EntryAction, RecordStore, type Table } from '../tables/index.ts';
import {
  type FunctionBuilder,
  type I64,
  type LinearMemory,
  type Local32,
  type ModuleBuilder,
  OutOfMemoryError,
} from '../wasm/index.ts';

/** Bytes of a reference: an entry's action data. */
export const REFERENCE_BYTES = 4;
const GROUP_BYTES = 16;

/** The places that a group may have. */
const MAXIMUM_PLACES = 65_536;

/** A member of a group. */
export type GroupMember = {
  readonly member: number;
  /** 1 or more. */
  readonly weight: number;
  /** The port without which the member takes no packets. */
  readonly watchPort?: number;
};

/** An action of a one-shot group. */
export type OneShotAction = EntryAction & { readonly weight: number; readonly watchPort?: number };

/** What a profile is made from. */
export type ProfileDescription = {
  readonly name: string;
  /** About how many members there will be. */
  readonly expectedMembers: number;
  readonly withSelector: boolean;
  readonly actionDataBytes: number;
};

/** What a reference stands for. */
export type ProfileTarget =
  | { readonly kind: 'member'; readonly id: number }
  | { readonly kind: 'group'; readonly id: number }
  | { readonly kind: 'one-shot'; readonly actions: readonly OneShotAction[] };

type Member = { readonly address: number; uses: number };
type Group = {
  readonly address: number;
  /** Undefined for a one-shot group. */
  readonly id: number | undefined;
  members: readonly {
    readonly record: number;
    readonly weight: number;
    readonly watchPort: number | undefined;
  }[];
  ids: readonly GroupMember[];
  places: number;
  uses: number;
};

/** What is refused, and why. */
export type ProfileRefusal = {
  readonly reason: 'duplicate' | 'full' | 'invalid' | 'not-found' | 'in-use';
  readonly message: string;
};

/** A profile, or a selector. */
export class ActionProfile {
  readonly description: ProfileDescription;
  /** The name of the function `(reference, hash i64) → address of a member's record`, 0 for an empty group. */
  readonly resolve: string;
  readonly #memory: LinearMemory;
  readonly #records: RecordStore;
  readonly #members = new Map<number, Member>();
  readonly #groups = new Map<number, Group>();
  /** Also those that are one-shot. */
  readonly #groupOf = new Map<number, Group>();
  readonly #idOf = new Map<number, number>();
  readonly #downPorts = new Set<number>();

  constructor(memory: LinearMemory, description: ProfileDescription) {
    this.description = description;
    this.resolve = `profile ${description.name}`;
    this.#memory = memory;
    const size = Math.max(16, 8 + Math.ceil(description.actionDataBytes / 8) * 8);
    this.#records = new RecordStore(memory, size, description.expectedMembers);
  }

  /** Writes the choice into the module. */
  emit(module: ModuleBuilder): void {
    module.function(this.resolve, { reference: 'i32', hash: 'i64' }, 'i32', (f, { reference, hash }) => {
      if (this.description.withSelector) this.#emitGroup(f, reference, hash);
      f.return(reference);
    });
  }

  #emitGroup(f: FunctionBuilder, reference: Local32, hash: I64): void {
    f.if(reference.and(1), () => {
      const group = f.let32(reference.sub(1));
      const size = f.let32(group.load32());
      f.if(size.eqz(), () => f.return(0));
      f.return(group.load32(4).add(hash.to32().remU(size).shl(2)).load32());
    });
  }

  /** Watches the entries of a table that uses the profile, so that nothing in use is deleted. */
  use(table: Table): void {
    const data = (record: number) => this.#memory.u32[(record + table.layout.data) >>> 2] ?? 0;
    table.observe({
      acts: (record) => this.#count(data(record), 1),
      changes: (record) => this.#count(data(record), -1),
      deleted: (record) => this.#count(data(record), -1),
    });
  }

  #count(reference: number, step: 1 | -1): void {
    const group = this.#groupOf.get(reference - 1);
    const id = this.#idOf.get(reference);
    const member = id === undefined ? undefined : this.#members.get(id);
    if (group !== undefined) {
      group.uses += step;
      if (group.uses === 0 && group.id === undefined) this.#dropOneShot(group);
    } else if (member !== undefined) member.uses += step;
  }

  #refuse(reason: ProfileRefusal['reason'], message: string): ProfileRefusal {
    return { reason, message: `action profile ${this.description.name}: ${message}` };
  }

  #checkAction(action: EntryAction): ProfileRefusal | undefined {
    const { actionDataBytes } = this.description;
    if (action.data.length <= actionDataBytes) return undefined;
    return this.#refuse(
      'invalid',
      `action data has ${action.data.length} bytes, and the profile has room for ${actionDataBytes}`,
    );
  }

  /** How many members there are; those of one-shot groups do not count. */
  get memberCount(): number {
    return this.#members.size;
  }

  /** Adds a member under a number of the controller's. */
  addMember(id: number, action: EntryAction): ProfileRefusal | undefined {
    const wrong = this.#checkAction(action);
    if (wrong !== undefined) return wrong;
    if (this.#members.has(id)) return this.#refuse('duplicate', `member ${id} is there already`);
    return this.#inMemory(() => {
      const address = this.#records.take();
      this.#fill(address, action);
      this.#members.set(id, { address, uses: 0 });
      this.#idOf.set(address, id);
    });
  }

  /** Changes that take memory; what they had done when there was no more, they undo themselves. */
  #inMemory(change: () => void): ProfileRefusal | undefined {
    try {
      change();
      return undefined;
    } catch (problem) {
      if (problem instanceof OutOfMemoryError) return this.#refuse('full', problem.message);
      throw problem;
    }
  }

  /** Gives a member another action, in all entries and groups that it is in. */
  modifyMember(id: number, action: EntryAction): ProfileRefusal | undefined {
    const member = this.#members.get(id);
    if (member === undefined) return this.#refuse('not-found', `there is no member ${id}`);
    const wrong = this.#checkAction(action);
    if (wrong === undefined) this.#fill(member.address, action);
    return wrong;
  }

  /** Takes a member out, which no entry and no group may have. */
  deleteMember(id: number): ProfileRefusal | undefined {
    const member = this.#members.get(id);
    if (member === undefined) return this.#refuse('not-found', `there is no member ${id}`);
    if (member.uses > 0) return this.#refuse('in-use', `member ${id} is in an entry or a group`);
    this.#members.delete(id);
    this.#idOf.delete(member.address);
    this.#records.release(member.address);
    return undefined;
  }

  #fill(record: number, action: EntryAction): void {
    const { u8, u32 } = this.#memory;
    const data = record + 8;
    u8.fill(0, data, data + this.description.actionDataBytes);
    u8.set(action.data, data);
    u32[record >>> 2] = action.action;
  }

  #action(record: number): EntryAction {
    const data = record + 8;
    return {
      action: this.#memory.u32[record >>> 2] ?? 0,
      data: this.#memory.u8.slice(data, data + this.description.actionDataBytes),
    };
  }

  /** A member's action. */
  member(id: number): EntryAction | undefined {
    const member = this.#members.get(id);
    return member === undefined ? undefined : this.#action(member.address);
  }

  /** The numbers of all members. */
  members(): Iterable<number> {
    return this.#members.keys();
  }

  /** Adds a group under a number of the controller's. */
  addGroup(id: number, members: readonly GroupMember[]): ProfileRefusal | undefined {
    if (!this.description.withSelector)
      return this.#refuse('invalid', 'it is not a selector, and has no groups');
    if (this.#groups.has(id)) return this.#refuse('duplicate', `group ${id} is there already`);
    const wrong = this.#checkGroup(id, members);
    if (wrong !== undefined) return wrong;
    return this.#inMemory(() => {
      const group = this.#makeGroup(id);
      try {
        this.#setMembers(group, members);
        this.#groups.set(id, group);
      } catch (problem) {
        this.#forget(group);
        throw problem;
      }
    });
  }

  /** Gives a group other members, all at once. */
  modifyGroup(id: number, members: readonly GroupMember[]): ProfileRefusal | undefined {
    const group = this.#groups.get(id);
    if (group === undefined) return this.#refuse('not-found', `there is no group ${id}`);
    return this.#checkGroup(id, members) ?? this.#inMemory(() => this.#setMembers(group, members));
  }

  /** Takes a group out, which no entry may have. */
  deleteGroup(id: number): ProfileRefusal | undefined {
    const group = this.#groups.get(id);
    if (group === undefined) return this.#refuse('not-found', `there is no group ${id}`);
    if (group.uses > 0) return this.#refuse('in-use', `group ${id} is in an entry`);
    this.#setMembers(group, []);
    this.#groups.delete(id);
    this.#forget(group);
    return undefined;
  }

  /** The numbers of all groups. */
  groups(): Iterable<number> {
    return this.#groups.keys();
  }

  /** A group's members as they were given. */
  group(id: number): readonly GroupMember[] | undefined {
    return this.#groups.get(id)?.ids;
  }

  #checkGroup(id: number, members: readonly GroupMember[]): ProfileRefusal | undefined {
    const seen = new Set<number>();
    for (const { member, weight } of members) {
      if (!this.#members.has(member))
        return this.#refuse('not-found', `group ${id} has member ${member}, which is not there`);
      if (seen.has(member))
        return this.#refuse('invalid', `group ${id} has member ${member} twice: give it a weight`);
      seen.add(member);
      if (!Number.isInteger(weight) || weight < 1) {
        return this.#refuse(
          'invalid',
          `member ${member} of group ${id} has the weight ${weight}; weights are 1 or more`,
        );
      }
    }
    return this.#checkPlaces(`group ${id}`, members);
  }

  #checkPlaces(name: string, members: readonly { readonly weight: number }[]): ProfileRefusal | undefined {
    const places = members.reduce((sum, { weight }) => sum + weight, 0);
    return places <= MAXIMUM_PLACES
      ? undefined
      : this.#refuse(
          'full',
          `the weights of ${name} sum up to ${places}, and the switch has ${MAXIMUM_PLACES} places for a group: divide them by a common factor`,
        );
  }

  #makeGroup(id: number | undefined): Group {
    const address = this.#memory.allocate(GROUP_BYTES);
    this.#memory.u8.fill(0, address, address + GROUP_BYTES);
    const group: Group = { address, id, members: [], ids: [], places: 0, uses: 0 };
    this.#groupOf.set(address, group);
    return group;
  }

  /** Gives an empty group's memory back. */
  #forget(group: Group): void {
    this.#groupOf.delete(group.address);
    this.#memory.release(group.address, GROUP_BYTES);
  }

  #setMembers(group: Group, members: readonly GroupMember[]): void {
    const before = group.members;
    group.members = members.map(({ member, weight, watchPort }) => ({
      record: this.#members.get(member)?.address ?? 0,
      weight,
      watchPort,
    }));
    try {
      this.#build(group);
    } catch (problem) {
      group.members = before;
      throw problem;
    }
    for (const { member } of members) this.#use(member, 1);
    for (const { member } of group.ids) this.#use(member, -1);
    group.ids = members;
  }

  #use(id: number, step: 1 | -1): void {
    const member = this.#members.get(id);
    if (member !== undefined) member.uses += step;
  }

  /** Writes the places of a group down anew, and then puts them in force. */
  #build(group: Group): void {
    const { u32: before } = this.#memory;
    const handle = (record: number) => before[(record + 4) >>> 2] ?? 0;
    const up = group.members
      .filter(({ watchPort }) => watchPort === undefined || !this.#downPorts.has(watchPort))
      .sort((one, other) => handle(one.record) - handle(other.record));
    const copies = up.flatMap(({ record, weight }) => Array.from({ length: weight - 1 }, () => record));
    const places = [...up.map(({ record }) => record), ...copies];
    const array = places.length === 0 ? 0 : this.#memory.allocate(4 * places.length);
    const { u32 } = this.#memory;
    u32.set(places, array >>> 2);
    const old = u32[(group.address + 4) >>> 2] ?? 0;
    u32[group.address >>> 2] = places.length;
    u32[(group.address + 4) >>> 2] = array;
    if (old !== 0) this.#memory.release(old, 4 * group.places);
    group.places = places.length;
  }

  /** A port went down or came up: members that watch it leave their groups, or come back. */
  setPort(port: number, up: boolean): void {
    if (up) this.#downPorts.delete(port);
    else this.#downPorts.add(port);
    for (const group of this.#groupOf.values()) {
      if (group.members.some(({ watchPort }) => watchPort === port)) this.#build(group);
    }
  }

  /** The reference of a member, for an entry's action data. */
  memberReference(id: number): number | undefined {
    return this.#members.get(id)?.address;
  }

  /** The reference of a group, for an entry's action data. */
  groupReference(id: number): number | undefined {
    const group = this.#groups.get(id);
    return group === undefined ? undefined : group.address + 1;
  }

  /**
   * Makes a group of actions without numbers for one entry (P4Runtime 9.2.3, one-shot programming). It goes with the
   * last entry that refers to it.
   * @returns Its reference.
   */
  oneShot(actions: readonly OneShotAction[]): number | ProfileRefusal {
    const wrong = this.#checkOneShot(actions);
    if (wrong !== undefined) return wrong;
    const group = this.#makeGroup(undefined);
    group.members = actions.map((action) => {
      const record = this.#records.take();
      this.#fill(record, action);
      return { record, weight: action.weight, watchPort: action.watchPort };
    });
    this.#build(group);
    return group.address + 1;
  }

  #checkOneShot(actions: readonly OneShotAction[]): ProfileRefusal | undefined {
    if (!this.description.withSelector)
      return this.#refuse('invalid', 'it is not a selector, and has no groups');
    for (const action of actions) {
      const wrong = this.#checkAction(action);
      if (wrong !== undefined) return wrong;
      if (!Number.isInteger(action.weight) || action.weight < 1) {
        return this.#refuse('invalid', `an action has the weight ${action.weight}; weights are 1 or more`);
      }
    }
    return this.#checkPlaces('the action set', actions);
  }

  /** Gives a one-shot group back that no entry was made with. */
  dropOneShot(reference: number): void {
    const group = this.#groupOf.get(reference - 1);
    if (group !== undefined && group.id === undefined && group.uses === 0) this.#dropOneShot(group);
  }

  #dropOneShot(group: Group): void {
    const records = group.members.map(({ record }) => record);
    group.members = [];
    this.#build(group);
    for (const record of records) this.#records.release(record);
    this.#forget(group);
  }

  /** What an entry's reference stands for. */
  target(reference: number): ProfileTarget | undefined {
    const id = this.#idOf.get(reference);
    if (id !== undefined) return { kind: 'member', id };
    const group = this.#groupOf.get(reference - 1);
    if (group === undefined) return undefined;
    if (group.id !== undefined) return { kind: 'group', id: group.id };
    const actions = group.members.map(({ record, weight, watchPort }) => ({
      ...this.#action(record),
      weight,
      ...(watchPort === undefined ? {} : { watchPort }),
    }));
    return { kind: 'one-shot', actions };
  }

  /** A reference as an entry's action data. */
  static data(reference: number): Uint8Array {
    return Uint8Array.from({ length: REFERENCE_BYTES }, (_, byte) => (reference >>> (8 * byte)) & 0xff);
  }
}
