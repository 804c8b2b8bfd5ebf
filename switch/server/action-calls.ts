/** Actions with their arguments between P4Runtime and the device ("Action Specification"). */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { Action } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { ActionInfo, ActionUse, Schema } from '../../p4runtime/schema/index.ts';
import type { DeviceCall, DevicePipeline } from './device.ts';
import { checkNumber } from './numbers.ts';
import type { Translations, Translator } from './translation.ts';

type ParameterPlan = {
  readonly id: number;
  readonly what: string;
  readonly name: string;
  readonly width: number;
  readonly deviceWidth: number;
  readonly translator: Translator | undefined;
};

type ActionPlan = {
  readonly info: ActionInfo;
  readonly parameters: readonly ParameterPlan[];
  readonly indexes: ReadonlyMap<number, number>;
};

/** All actions of a program. */
export class ActionCalls {
  readonly #byId = new Map<number, ActionPlan>();
  readonly #byName = new Map<string, ActionPlan>();

  /** @throws EntityError INVALID_ARGUMENT where P4Info and the device disagree. */
  constructor(schema: Schema, pipeline: DevicePipeline, translations: Translations) {
    for (const info of schema.actions.all) {
      const fields = pipeline.actions.get(info.name);
      const owner = `action '${info.name}'`;
      // What no table of the program uses any more is not in it.
      if (fields === undefined) continue;
      if (fields.length !== info.parameters.length) {
        throw invalid(
          `${owner} has ${info.parameters.length} parameters in P4Info and ${fields.length} in the program`,
        );
      }
      const parameters = info.parameters.map((parameter, index): ParameterPlan => {
        const what = `${owner}, parameter '${parameter.name}'`;
        const width = parameter.type.kind === 'bit' ? parameter.type.width : 0;
        const deviceWidth = fields[index]?.width ?? 0;
        const translator = translations.of(info.message.params[index]?.typeName);
        if (translator === undefined && width !== deviceWidth) {
          throw invalid(`${what} has ${width} bits in P4Info and ${deviceWidth} in the program`);
        }
        return { id: parameter.id, name: parameter.name, what, width, deviceWidth, translator };
      });
      const indexes = new Map(parameters.map(({ id }, index) => [id, index]));
      const plan = { info, parameters, indexes };
      this.#byId.set(info.id, plan);
      this.#byName.set(info.name, plan);
    }
  }

  /**
   * The call that a message means, among the actions of a table or profile.
   * @param owner Names that in messages.
   * @throws EntityError INVALID_ARGUMENT, PERMISSION_DENIED for an action out of its scope, OUT_OF_RANGE for a number.
   */
  toDevice(
    message: Action,
    owner: string,
    uses: ReadonlyMap<number, ActionUse>,
    asDefault: boolean,
  ): DeviceCall {
    const use = uses.get(message.actionId);
    const plan = this.#byId.get(message.actionId);
    if (use === undefined || plan === undefined) throw unknownAction(message.actionId, owner, uses);
    if (asDefault ? !use.asDefault : !use.inEntries) {
      throw new EntityError(
        Code.PERMISSION_DENIED,
        `${owner}: action '${plan.info.name}' is for ${asDefault ? 'entries' : 'the default entry'} only`,
      );
    }
    const { parameters, indexes, info } = plan;
    const values: (Uint8Array | undefined)[] = new Array(parameters.length).fill(undefined);
    for (const { paramId, value } of message.params) {
      const index = indexes.get(paramId);
      const parameter = index === undefined ? undefined : parameters[index];
      if (index === undefined || parameter === undefined) {
        const known = parameters.map(({ id, name }) => `${id} (${name})`).join(', ');
        throw invalid(
          `action '${info.name}' has no parameter ${paramId}; it has ${known === '' ? 'none' : known}`,
        );
      }
      if (values[index] !== undefined) throw invalid(`${parameter.what} is given twice`);
      values[index] = toDevice(parameter, value);
    }
    return {
      action: info.name,
      arguments: values.map((value, index) => {
        if (value === undefined) throw invalid(`${parameters[index]?.what} is missing`);
        return value;
      }),
    };
  }

  /** The parameters of an action whose values the device takes as they are; undefined for every other one. */
  untranslated(id: number): readonly { readonly id: number; readonly width: number }[] | undefined {
    const parameters = this.#byId.get(id)?.parameters;
    return parameters?.every(({ translator }) => translator === undefined) ? parameters : undefined;
  }

  /** What P4Runtime says of a call of the device. */
  toControl(call: DeviceCall): Action {
    const plan = this.#byName.get(call.action);
    if (plan === undefined) {
      throw new EntityError(
        Code.INTERNAL,
        `the switch runs action '${call.action}', which P4Info does not have`,
      );
    }
    return {
      actionId: plan.info.id,
      params: plan.parameters.map(({ id, translator }, index) => {
        const value = call.arguments[index] ?? new Uint8Array();
        return { paramId: id, value: translator === undefined ? value : translator.toControl(value) };
      }),
    };
  }
}

function toDevice({ what, width, deviceWidth, translator }: ParameterPlan, bytes: Uint8Array): Uint8Array {
  const value = width === 0 ? bytes : checkNumber(bytes, width, what);
  return translator === undefined ? value : translator.toDevice(value, deviceWidth, what);
}

function unknownAction(id: number, owner: string, uses: ReadonlyMap<number, ActionUse>): EntityError {
  const known = [...uses.values()].map(({ action }) => `${action.id} (${action.name})`).join(', ');
  return invalid(`${owner} has no action ${id}; it has ${known === '' ? 'none' : known}`);
}

function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}
