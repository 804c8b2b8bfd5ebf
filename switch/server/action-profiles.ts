/**
 * Members and groups of action profiles and selectors, and one-shot sets ("ActionProfileMember & ActionProfileGroup").
 * Longer than most: all rules of one entity.
 */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type ActionProfileAction,
  type ActionProfileActionSet,
  type ActionProfileGroup,
  type ActionProfileGroup_Member,
  type ActionProfileMember,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { ActionProfileInfo, ActionUse, Schema } from '../../p4runtime/schema/index.ts';
import type { ActionCalls } from './action-calls.ts';
import type { DeviceAction, DeviceGroupMember, DevicePipeline, DeviceProfile } from './device.ts';
import {
  accepted,
  type EntityHandler,
  invalid,
  required,
  requirePermission,
  type WriteContext,
} from './entity-handler.ts';
import { shortest } from './numbers.ts';
import type { Ports } from './ports.ts';

type Member = { readonly id: number; readonly handle: number; users: number };

type Group = {
  readonly id: number;
  readonly handle: number;
  readonly maxSize: number;
  members: readonly ActionProfileGroup_Member[];
  /** What its members count, by the profile's size semantics. */
  weight: number;
  users: number;
};

type OneShot = {
  readonly set: ActionProfileActionSet;
  readonly members: readonly number[];
  readonly group: number;
  readonly weight: number;
};

/** One profile: the ids of the control plane beside the handles of the device. */
export class ProfileState {
  readonly info: ActionProfileInfo;
  readonly #device: DeviceProfile;
  readonly #calls: ActionCalls;
  readonly #ports: Ports;
  readonly #uses: ReadonlyMap<number, ActionUse>;
  readonly #what: string;
  readonly members = new Map<number, Member>();
  readonly groups = new Map<number, Group>();
  readonly #memberIds = new Map<number, number>();
  readonly #groupIds = new Map<number, number>();
  /** By the handle of their group. */
  readonly #oneShots = new Map<number, OneShot>();
  /** The sum of what all groups' members count. */
  #weight = 0;

  constructor(
    info: ActionProfileInfo,
    device: DeviceProfile,
    calls: ActionCalls,
    ports: Ports,
    uses: ReadonlyMap<number, ActionUse>,
  ) {
    this.info = info;
    this.#device = device;
    this.#calls = calls;
    this.#ports = ports;
    this.#uses = uses;
    this.#what = `action profile '${info.name}'`;
  }

  get #countsMembers(): boolean {
    return this.info.message.selectorSizeSemantics?.$case === 'sumOfMembers';
  }

  #call(message: ActionProfileMember['action']) {
    if (message === undefined) throw invalid(`${this.#what}: the member's action is missing`);
    return this.#calls.toDevice(message, this.#what, this.#uses, false);
  }

  /** Inserts, modifies or deletes a member. */
  writeMember(type: Update_Type, message: ActionProfileMember, { journal }: WriteContext): void {
    const { memberId: id } = message;
    if (id === 0) throw invalid(`${this.#what}: member_id is not set; write any other number than 0`);
    const there = this.members.get(id);
    if (type === Update_Type.INSERT) {
      if (there !== undefined) throw this.#exists('member', id);
      this.#forbidMixing(this.#oneShots.size > 0);
      const call = this.#call(message.action);
      const size = Number(this.info.size);
      // The size of a selector is that of its groups.
      if (!this.info.withSelector && size > 0 && this.members.size >= size) {
        throw new EntityError(
          Code.RESOURCE_EXHAUSTED,
          `${this.#what} has its ${size} members: delete some first`,
        );
      }
      const handle = accepted(this.#device.addMember(call));
      this.members.set(id, { id, handle, users: 0 });
      this.#memberIds.set(handle, id);
      journal?.push(() => this.#removeMember(id));
      return;
    }
    if (there === undefined) throw this.#missing('member', id);
    if (type === Update_Type.MODIFY) {
      const call = this.#call(message.action);
      const before = this.#device.member(there.handle);
      accepted(this.#device.modifyMember(there.handle, call));
      journal?.push(() => {
        const now = this.members.get(id);
        if (now !== undefined && before !== undefined) this.#device.modifyMember(now.handle, before);
      });
      return;
    }
    if (there.users > 0) throw this.#inUse('member', id, there.users);
    const call = this.#device.member(there.handle);
    this.#removeMember(id);
    journal?.push(() => {
      if (call === undefined) return;
      const handle = accepted(this.#device.addMember(call));
      this.members.set(id, { id, handle, users: 0 });
      this.#memberIds.set(handle, id);
    });
  }

  #removeMember(id: number): void {
    const member = this.members.get(id);
    if (member === undefined) return;
    this.#device.removeMember(member.handle);
    this.#memberIds.delete(member.handle);
    this.members.delete(id);
  }

  /** Inserts, modifies or deletes a group. */
  writeGroup(type: Update_Type, message: ActionProfileGroup, { journal }: WriteContext): void {
    const { groupId: id } = message;
    if (!this.info.withSelector) throw invalid(`${this.#what} has no selector, and so no groups`);
    if (id === 0) throw invalid(`${this.#what}: group_id is not set; write any other number than 0`);
    const there = this.groups.get(id);
    if (type === Update_Type.INSERT) {
      if (there !== undefined) throw this.#exists('group', id);
      this.#forbidMixing(this.#oneShots.size > 0);
      this.#checkMaxSize(message.maxSize);
      this.#insertGroup(message);
      journal?.push(() => this.#removeGroup(id));
      return;
    }
    if (there === undefined) throw this.#missing('group', id);
    if (type === Update_Type.MODIFY) {
      if (message.maxSize !== there.maxSize) {
        throw invalid(
          `${this.#what}, group ${id}: max_size is ${there.maxSize} since the group was inserted, and cannot become ${message.maxSize}`,
        );
      }
      const before = there.members;
      this.#setMembers(there, message.members);
      journal?.push(() => {
        const now = this.groups.get(id);
        if (now !== undefined) this.#setMembers(now, before);
      });
      return;
    }
    if (there.users > 0) throw this.#inUse('group', id, there.users);
    this.#removeGroup(id);
    const { members, maxSize } = there;
    journal?.push(() => this.#insertGroup({ ...message, members, maxSize }));
  }

  #insertGroup({ groupId: id, members, maxSize }: ActionProfileGroup): void {
    const { device, weight } = this.#checkGroup(members, maxSize, 0, `group ${id}`);
    const handle = accepted(this.#device.addGroup(device));
    this.groups.set(id, { id, handle, maxSize, members: members.map(kept), weight, users: 0 });
    this.#groupIds.set(handle, id);
    this.#weight += weight;
    this.#count(members, 1);
  }

  #setMembers(group: Group, members: readonly ActionProfileGroup_Member[]): void {
    const { device, weight } = this.#checkGroup(members, group.maxSize, group.weight, `group ${group.id}`);
    accepted(this.#device.modifyGroup(group.handle, device));
    this.#count(group.members, -1);
    this.#count(members, 1);
    this.#weight += weight - group.weight;
    group.members = members.map(kept);
    group.weight = weight;
  }

  #removeGroup(id: number): void {
    const group = this.groups.get(id);
    if (group === undefined) return;
    this.#device.removeGroup(group.handle);
    this.#groupIds.delete(group.handle);
    this.groups.delete(id);
    this.#weight -= group.weight;
    this.#count(group.members, -1);
  }

  #count(members: readonly ActionProfileGroup_Member[], by: number): void {
    for (const { memberId } of members) {
      const member = this.members.get(memberId);
      if (member !== undefined) member.users += by;
    }
  }

  #checkGroup(
    members: readonly ActionProfileGroup_Member[],
    maxSize: number,
    replaced: number,
    what: string,
  ): { readonly device: readonly DeviceGroupMember[]; readonly weight: number } {
    const seen = new Set<number>();
    const device = members.map((message): DeviceGroupMember => {
      const place = `${this.#what}, ${what}, member ${message.memberId}`;
      if (seen.has(message.memberId))
        throw invalid(`${place} is there twice: give it a greater weight instead`);
      seen.add(message.memberId);
      const member = this.members.get(message.memberId);
      if (member === undefined) throw this.#missing('member', message.memberId);
      return { member: member.handle, ...this.#checkShare(message, place) };
    });
    const weight = this.#weigh(members);
    if (maxSize > 0 && weight > maxSize) {
      throw new EntityError(
        Code.RESOURCE_EXHAUSTED,
        `${this.#what}, ${what}: its members count ${weight}, more than its max_size ${maxSize}`,
      );
    }
    this.#checkTotal(weight - replaced);
    return { device, weight };
  }

  #weigh(members: readonly { readonly weight: number }[]): number {
    return this.#countsMembers ? members.length : members.reduce((sum, { weight }) => sum + weight, 0);
  }

  #checkTotal(more: number): void {
    const size = Number(this.info.size);
    if (!this.info.withSelector || size === 0 || this.#weight + more <= size) return;
    throw new EntityError(
      Code.RESOURCE_EXHAUSTED,
      `${this.#what}: all groups together would count ${this.#weight + more}, more than its size ${size}`,
    );
  }

  /** Weight and watch port of a member. */
  #checkShare(
    message: Pick<ActionProfileGroup_Member, 'weight' | 'watchKind'>,
    what: string,
  ): Pick<DeviceGroupMember, 'weight' | 'watchPort'> {
    const { weight, watchKind } = message;
    if (weight <= 0) throw invalid(`${what}: weight is ${weight}; write 1 or more`);
    const semantics = this.info.message.selectorSizeSemantics;
    const most = semantics?.$case === 'sumOfMembers' ? semantics.value.maxMemberWeight : 0;
    if (most > 0 && weight > most)
      throw invalid(`${what}: weight is ${weight}; the program allows up to ${most}`);
    const watched =
      watchKind === undefined ||
      (watchKind.$case === 'watchPort' ? watchKind.value.length : watchKind.value) === 0
        ? undefined
        : watchKind.value;
    const watchPort =
      watched === undefined ? undefined : this.#ports.existing(watched, `${what}, watch_port`);
    return { weight, watchPort };
  }

  /** "Rules on Setting max_size". */
  #checkMaxSize(maxSize: number): void {
    const { maxGroupSize } = this.info;
    if (maxSize < 0) throw invalid(`${this.#what}: max_size is ${maxSize}; write 0 or more`);
    if (maxGroupSize > 0 && (maxSize === 0 || maxSize > maxGroupSize)) {
      throw invalid(`${this.#what}: max_size is ${maxSize}; the program allows 1 to ${maxGroupSize}`);
    }
    const size = Number(this.info.size);
    if (size > 0 && maxSize > size) {
      throw new EntityError(
        Code.RESOURCE_EXHAUSTED,
        `${this.#what}: max_size is ${maxSize}, and all groups together count up to ${size}`,
      );
    }
  }

  /** The device's action of an entry that refers to a member. */
  memberAction(id: number): DeviceAction {
    this.#forbidMixing(this.#oneShots.size > 0);
    const member = this.members.get(id);
    if (member === undefined) throw this.#missing('member', id);
    return { kind: 'member', handle: member.handle };
  }

  /** The device's action of an entry that refers to a group. */
  groupAction(id: number): DeviceAction {
    if (!this.info.withSelector)
      throw invalid(`${this.#what} has no selector, and so no groups: refer to a member`);
    this.#forbidMixing(this.#oneShots.size > 0);
    const group = this.groups.get(id);
    if (group === undefined) throw this.#missing('group', id);
    return { kind: 'group', handle: group.handle };
  }

  /**
   * Makes the members and the group of a one-shot set ("One Shot Action Selector Programming").
   * @param replaced What the entry refers to until then; a set of its own goes, and counts no more.
   */
  makeOneShot(set: ActionProfileActionSet, replaced?: DeviceAction): DeviceAction {
    if (!this.info.withSelector) throw invalid(`${this.#what} has no selector: an entry refers to a member`);
    this.#forbidMixing(this.members.size > 0 || this.groups.size > 0);
    const actions = set.actionProfileActions;
    const weight = this.#weigh(actions);
    const shares = actions.map((action, index) =>
      this.#checkShare(action, `${this.#what}, action ${index + 1}`),
    );
    const { maxGroupSize } = this.info;
    if (maxGroupSize > 0 && weight > maxGroupSize) {
      throw invalid(
        `${this.#what}: the actions count ${weight}; the program allows a group of up to ${maxGroupSize}`,
      );
    }
    const gone = replaced?.kind === 'group' ? (this.#oneShots.get(replaced.handle)?.weight ?? 0) : 0;
    this.#checkTotal(weight - gone);
    const calls = actions.map(({ action }) => this.#call(action));
    const members: number[] = [];
    try {
      for (const call of calls) members.push(accepted(this.#device.addMember(call)));
      const group = accepted(
        this.#device.addGroup(shares.map((share, index) => ({ ...share, member: members[index] ?? 0 }))),
      );
      this.#oneShots.set(group, {
        set: { actionProfileActions: actions.map(keptAction) },
        members,
        group,
        weight,
      });
      this.#weight += weight;
      return { kind: 'group', handle: group };
    } catch (problem) {
      for (const member of members) this.#device.removeMember(member);
      throw problem;
    }
  }

  /** An entry refers to this from now on. */
  use(action: DeviceAction): void {
    this.#addUser(action, 1);
  }

  /** An entry refers to it no more. What one-shot sets made goes with its entry. */
  release(action: DeviceAction): void {
    const oneShot = action.kind === 'group' ? this.#oneShots.get(action.handle) : undefined;
    if (oneShot === undefined) {
      this.#addUser(action, -1);
      return;
    }
    this.#oneShots.delete(oneShot.group);
    this.#weight -= oneShot.weight;
    this.#device.removeGroup(oneShot.group);
    for (const member of oneShot.members) this.#device.removeMember(member);
  }

  #addUser(action: DeviceAction, by: number): void {
    if (action.kind === 'call') return;
    const [ids, all] =
      action.kind === 'member' ? [this.#memberIds, this.members] : [this.#groupIds, this.groups];
    const user = all.get(ids.get(action.handle) ?? 0);
    if (user !== undefined) user.users += by;
  }

  /** What P4Runtime calls an entry's action. */
  describe(action: Exclude<DeviceAction, { kind: 'call' }>) {
    if (action.kind === 'member') {
      return { $case: 'actionProfileMemberId', value: this.#memberIds.get(action.handle) ?? 0 } as const;
    }
    const oneShot = this.#oneShots.get(action.handle);
    if (oneShot !== undefined) return { $case: 'actionProfileActionSet', value: oneShot.set } as const;
    return { $case: 'actionProfileGroupId', value: this.#groupIds.get(action.handle) ?? 0 } as const;
  }

  /** The members that a read selects; 0: all. */
  *readMembers(id: number) {
    for (const member of this.members.values()) {
      if (id !== 0 && member.id !== id) continue;
      const call = this.#device.member(member.handle);
      if (call === undefined) continue;
      const value: ActionProfileMember = {
        actionProfileId: this.info.id,
        memberId: member.id,
        action: this.#calls.toControl(call),
      };
      yield { entity: { $case: 'actionProfileMember', value } } as const;
    }
  }

  /** The groups that a read selects; 0: all. */
  *readGroups(id: number) {
    for (const group of this.groups.values()) {
      if (id !== 0 && group.id !== id) continue;
      const { members, maxSize } = group;
      const value = { actionProfileId: this.info.id, groupId: group.id, members, maxSize };
      yield { entity: { $case: 'actionProfileGroup', value } } as const;
    }
  }

  #forbidMixing(other: boolean): void {
    if (!other) return;
    throw invalid(
      `${this.#what}: some entries are one-shot sets and others would be members and groups, which P4Runtime forbids: use one of the two`,
    );
  }

  #exists(kind: string, id: number): EntityError {
    return new EntityError(Code.ALREADY_EXISTS, `${this.#what} has a ${kind} ${id} already`);
  }

  #missing(kind: string, id: number): EntityError {
    return new EntityError(Code.NOT_FOUND, `${this.#what} has no ${kind} ${id}: insert it first`);
  }

  #inUse(kind: string, id: number, users: number): EntityError {
    return new EntityError(
      Code.FAILED_PRECONDITION,
      `${this.#what}: ${kind} ${id} is still used in ${users} places: remove it from them first`,
    );
  }
}

// Byte strings of a request are views of all of it; what is kept is copied, and in its shortest form.
function kept(member: ActionProfileGroup_Member): ActionProfileGroup_Member {
  const { memberId, weight, watchKind } = member;
  return { memberId, weight, watchKind: keptPort(watchKind) };
}

function keptPort(watchKind: ActionProfileGroup_Member['watchKind']): ActionProfileGroup_Member['watchKind'] {
  return watchKind?.$case === 'watchPort'
    ? { $case: 'watchPort', value: shortest(watchKind.value).slice() }
    : watchKind;
}

function keptAction({ action, weight, watchKind }: ActionProfileAction): ActionProfileAction {
  const params = action?.params.map(({ paramId, value }) => ({ paramId, value: shortest(value).slice() }));
  return {
    action: action === undefined ? undefined : { actionId: action.actionId, params: params ?? [] },
    weight,
    watchKind: keptPort(watchKind),
  };
}

/** All profiles of a program, and their entities. */
export class ActionProfiles {
  readonly #byId = new Map<number, ProfileState>();
  readonly #schema: Schema;

  /** @throws EntityError INVALID_ARGUMENT where P4Info has a profile that the program has not. */
  constructor(schema: Schema, pipeline: DevicePipeline, calls: ActionCalls, ports: Ports) {
    this.#schema = schema;
    for (const info of schema.actionProfiles.all) {
      const device = pipeline.profiles.get(info.name);
      if (device === undefined) throw invalid(`the program has no action profile '${info.name}'`);
      // "If multiple table implementations share an extern instance, then the actions must be identical."
      const table = schema.tables.all.find(({ implementation }) => implementation?.id === info.id);
      const uses = new Map(table?.actions.map((use) => [use.action.id, use]));
      this.#byId.set(info.id, new ProfileState(info, device, calls, ports, uses));
    }
  }

  /** The profile of an indirect table. */
  of(info: ActionProfileInfo | undefined): ProfileState | undefined {
    return info === undefined ? undefined : this.#byId.get(info.id);
  }

  #required(id: number, { may }: Pick<WriteContext, 'may'>): ProfileState {
    const info = required(this.#schema.actionProfiles, 'action_profile_id', id);
    requirePermission(may, id, `action profile '${info.name}'`);
    const state = this.#byId.get(id);
    if (state === undefined) throw invalid(`action_profile_id: ${id} is of no profile`);
    return state;
  }

  #selected(id: number, context: Pick<WriteContext, 'may'>): ProfileState[] {
    if (id !== 0) return [this.#required(id, context)];
    return [...this.#byId.values()].filter(({ info }) => context.may(info.id));
  }

  readonly members: EntityHandler<ActionProfileMember> = {
    write: (type, message, context) =>
      this.#required(message.actionProfileId, context).writeMember(type, message, context),
    read: (message, may) => {
      if (message.actionProfileId === 0 && message.memberId !== 0) {
        throw invalid('member_id: it is set, and action_profile_id is not: say of which profile');
      }
      return this.#selected(message.actionProfileId, { may }).flatMap((state) => [
        ...state.readMembers(message.memberId),
      ]);
    },
  };

  readonly groups: EntityHandler<ActionProfileGroup> = {
    write: (type, message, context) =>
      this.#required(message.actionProfileId, context).writeGroup(type, message, context),
    read: (message, may) => {
      if (message.actionProfileId === 0 && message.groupId !== 0) {
        throw invalid('group_id: it is set, and action_profile_id is not: say of which profile');
      }
      return this.#selected(message.actionProfileId, { may }).flatMap((state) => [
        ...state.readGroups(message.groupId),
      ]);
    },
  };
}
