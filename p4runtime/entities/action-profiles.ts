/** Members and groups of action profiles (P4Runtime, "ActionProfileMember & ActionProfileGroup"). */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { Entity } from '../gen/p4/v1/p4runtime.ts';
import type { ActionInfo, ActionProfileInfo, Schema } from '../schema/index.ts';
import { portBytes } from './action-selection.ts';
import { type ActionCall, decodeAction, encodeAction, findAction } from './actions.ts';

export type MemberData = { readonly member: number; readonly action: ActionCall };

export type GroupMember = {
  readonly member: number;
  readonly weight: number;
  readonly watchPort?: Uint8Array | undefined;
};

export type GroupData = {
  readonly group: number;
  readonly members: readonly GroupMember[];
  /** At most the greatest that P4Info allows, which it is when left out. */
  readonly maxSize?: number | undefined;
};

/** The actions that members of a profile can hold: those of the tables that use it. */
export function profileActions(schema: Schema, profile: ActionProfileInfo): readonly ActionInfo[] {
  const tables = profile.tableIds.flatMap((id) => schema.tables.find(id) ?? []);
  return [...new Set(tables.flatMap((table) => table.actions.map(({ action }) => action)))];
}

/** A member; without an action, as it is named to delete or read it. */
export function encodeMember(
  schema: Schema,
  profile: ActionProfileInfo,
  { member, action }: { readonly member: number; readonly action?: ActionCall | undefined },
): Entity {
  const what = `action profile '${profile.name}'`;
  const encoded =
    action === undefined
      ? undefined
      : encodeAction(findAction(what, profileActions(schema, profile), action.name), action);
  const value = { actionProfileId: profile.id, memberId: member, action: encoded };
  return { entity: { $case: 'actionProfileMember', value } };
}

/** @throws EntityError INVALID_ARGUMENT for a profile without selector. */
export function encodeGroup(profile: ActionProfileInfo, { group, members, maxSize }: GroupData): Entity {
  if (!profile.withSelector) {
    throw new EntityError(Code.INVALID_ARGUMENT, `action profile '${profile.name}' has no groups`);
  }
  const value = {
    actionProfileId: profile.id,
    groupId: group,
    members: members.map(({ member, weight, watchPort }) => ({
      memberId: member,
      weight,
      watchKind: watchPort === undefined ? undefined : ({ $case: 'watchPort', value: watchPort } as const),
    })),
    maxSize: maxSize ?? 0,
  };
  return { entity: { $case: 'actionProfileGroup', value } };
}

/** Reads a member; undefined for an entity that is not one of this profile. */
export function decodeMember(
  schema: Schema,
  profile: ActionProfileInfo,
  { entity }: Entity,
): MemberData | undefined {
  if (entity?.$case !== 'actionProfileMember' || entity.value.actionProfileId !== profile.id)
    return undefined;
  const { memberId, action } = entity.value;
  const info = profileActions(schema, profile).find(({ id }) => id === action?.actionId);
  if (action === undefined || info === undefined) {
    const message = `action profile '${profile.name}' has no action with the id ${action?.actionId}`;
    throw new EntityError(Code.INVALID_ARGUMENT, message);
  }
  return { member: memberId, action: decodeAction(info, action) };
}

/** Reads a group; undefined for an entity that is not one of this profile. */
export function decodeGroup(profile: ActionProfileInfo, { entity }: Entity): GroupData | undefined {
  if (entity?.$case !== 'actionProfileGroup' || entity.value.actionProfileId !== profile.id) return undefined;
  const { groupId, members, maxSize } = entity.value;
  return {
    group: groupId,
    members: members.map(({ memberId, weight, watchKind }) => ({
      member: memberId,
      weight,
      ...(watchKind === undefined ? {} : { watchPort: portBytes(watchKind) }),
    })),
    ...(maxSize === 0 ? {} : { maxSize }),
  };
}
