/** What an entry runs: an action, or a member, group or set of an action profile (P4Runtime, "Action Specification"). */

import { encodeUnsigned } from '../codec/index.ts';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { TableAction } from '../gen/p4/v1/p4runtime.ts';
import type { TableInfo } from '../schema/index.ts';
import { type ActionCall, decodeAction, encodeAction, findAction } from './actions.ts';

/** One action of a set, chosen as often as its weight says, and skipped while its port is down. */
export type WeightedAction = {
  readonly action: ActionCall;
  readonly weight: number;
  readonly watchPort?: Uint8Array | undefined;
};

export type ActionSelection =
  | ActionCall
  | { readonly member: number }
  | { readonly group: number }
  /** A group of the entry's own ("one shot"). */
  | { readonly set: readonly WeightedAction[] };

/** @throws EntityError INVALID_ARGUMENT for what the table does not take, PERMISSION_DENIED for an action out of place. */
export function encodeSelection(
  table: TableInfo,
  selection: ActionSelection,
  asDefault = false,
): TableAction {
  const what = `table '${table.name}'`;
  const call = (action: ActionCall) => {
    const all = table.actions.map((use) => use.action);
    const found = findAction(what, all, action.name);
    const use = table.actions.find((candidate) => candidate.action === found);
    if (asDefault ? use?.asDefault !== true : use?.inEntries !== true) {
      const place = asDefault ? 'in entries only' : 'the default action only';
      throw new EntityError(Code.PERMISSION_DENIED, `${what}: action '${found.name}' can be ${place}`);
    }
    return encodeAction(found, action);
  };
  const { implementation } = table;
  if ('name' in selection) {
    // Default actions are never in a profile.
    if (implementation !== undefined && !asDefault) {
      throw invalid(
        `${what}: actions are in action profile '${implementation.name}'; name a member or group of it`,
      );
    }
    return { type: { $case: 'action', value: call(selection) } };
  }
  if (implementation === undefined) throw invalid(`${what} has no action profile; name an action`);
  if ('member' in selection) return { type: { $case: 'actionProfileMemberId', value: selection.member } };
  if (!implementation.withSelector)
    throw invalid(`${what}: action profile '${implementation.name}' has no groups`);
  if ('group' in selection) return { type: { $case: 'actionProfileGroupId', value: selection.group } };
  const actionProfileActions = selection.set.map(({ action, weight, watchPort }) => ({
    action: call(action),
    weight,
    watchKind: watchPort === undefined ? undefined : ({ $case: 'watchPort', value: watchPort } as const),
  }));
  return { type: { $case: 'actionProfileActionSet', value: { actionProfileActions } } };
}

/** @throws EntityError INVALID_ARGUMENT for an action that the table does not have, or wrong arguments. */
export function decodeSelection(table: TableInfo, { type }: TableAction): ActionSelection {
  const what = `table '${table.name}'`;
  const call = (action: Parameters<typeof decodeAction>[1] | undefined) => {
    const use = table.actions.find((candidate) => candidate.action.id === action?.actionId);
    if (action === undefined || use === undefined)
      throw invalid(`${what} has no action with the id ${action?.actionId}`);
    return decodeAction(use.action, action);
  };
  switch (type?.$case) {
    case undefined:
      throw invalid(`${what}: the action is empty`);
    case 'action':
      return call(type.value);
    case 'actionProfileMemberId':
      return { member: type.value };
    case 'actionProfileGroupId':
      return { group: type.value };
    case 'actionProfileActionSet':
      return {
        set: type.value.actionProfileActions.map(({ action, weight, watchKind }) => ({
          action: call(action),
          weight,
          ...(watchKind === undefined ? {} : { watchPort: portBytes(watchKind) }),
        })),
      };
  }
}

/** A port to watch; the older form is a number. */
export function portBytes(
  watch:
    | { readonly $case: 'watch'; readonly value: number }
    | { readonly $case: 'watchPort'; readonly value: Uint8Array },
): Uint8Array {
  return watch.$case === 'watchPort' ? watch.value : encodeUnsigned(BigInt(watch.value >>> 0), 32, 'watch');
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
