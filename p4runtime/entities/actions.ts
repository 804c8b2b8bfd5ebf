/** Actions with their arguments, by name. */

import { decodeValue, encodeValue } from '../codec/index.ts';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type { Action } from '../gen/p4/v1/p4runtime.ts';
import { type ActionInfo, missing } from '../schema/index.ts';
import { fromFieldValue, toFieldValue, type ValueData } from './values.ts';

/** An action by its alias or full name, and its arguments by name. */
export type ActionCall = {
  readonly name: string;
  readonly params?: { readonly [parameter: string]: ValueData } | undefined;
};

/** The action of that name among those allowed; `owner` names what they belong to. @throws EntityError NOT_FOUND. */
export function findAction(owner: string, actions: readonly ActionInfo[], name: string): ActionInfo {
  const found =
    actions.find((action) => action.name === name) ?? actions.find((action) => action.alias === name);
  if (found !== undefined) return found;
  const names = actions.map(({ alias, name: full }) => (alias === '' ? full : alias));
  throw new EntityError(Code.NOT_FOUND, `${owner}: ${missing('action', name, names)}`);
}

/** @throws EntityError INVALID_ARGUMENT for a missing or unknown argument, and as encodeValue does. */
export function encodeAction(action: ActionInfo, { params = {} }: ActionCall): Action {
  const what = `action '${action.name}'`;
  for (const name of Object.keys(params)) {
    if (!action.parameters.some((parameter) => parameter.name === name)) {
      const names = action.parameters.map((parameter) => parameter.name);
      throw new EntityError(Code.INVALID_ARGUMENT, `${what}: ${missing('parameter', name, names)}`);
    }
  }
  return {
    actionId: action.id,
    params: action.parameters.map(({ id, name, type }) => {
      const value = Object.hasOwn(params, name) ? params[name] : undefined;
      const where = `${what}: parameter '${name}'`;
      if (value === undefined) throw new EntityError(Code.INVALID_ARGUMENT, `${where} is missing`);
      return { paramId: id, value: encodeValue(type, toFieldValue(type, value, where), where) };
    }),
  };
}

/**
 * Reads an action's arguments, by name, in the order of the parameters.
 * @throws EntityError INVALID_ARGUMENT for a missing, unknown or repeated parameter, and as decodeValue does.
 */
export function decodeAction(action: ActionInfo, { params }: Action): Required<ActionCall> {
  const what = `action '${action.name}'`;
  const byId = new Map(params.map(({ paramId, value }) => [paramId, value]));
  const unknown = params.find(({ paramId }) => !action.parameters.some(({ id }) => id === paramId));
  if (unknown !== undefined) {
    throw new EntityError(Code.INVALID_ARGUMENT, `${what} has no parameter with the id ${unknown.paramId}`);
  }
  if (byId.size < params.length) {
    throw new EntityError(Code.INVALID_ARGUMENT, `${what}: a parameter is given twice`);
  }
  const values = action.parameters.map((parameter): [string, ValueData] => {
    const bytes = byId.get(parameter.id);
    const where = `${what}: parameter '${parameter.name}'`;
    if (bytes === undefined) throw new EntityError(Code.INVALID_ARGUMENT, `${where} is missing`);
    return [parameter.name, fromFieldValue(parameter, decodeValue(parameter.type, bytes, where))];
  });
  return { name: action.alias === '' ? action.name : action.alias, params: Object.fromEntries(values) };
}
