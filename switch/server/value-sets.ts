/** Value sets of parsers ("ValueSetEntry"). */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { Update_Type, ValueSetEntry, ValueSetMember } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema, ValueSetInfo } from '../../p4runtime/schema/index.ts';
import type { DeviceMatch, DevicePipeline, DeviceValueSet } from './device.ts';
import {
  accepted,
  type EntityHandler,
  invalid,
  onlyModify,
  required,
  requirePermission,
  type WriteContext,
} from './entity-handler.ts';
import { MatchKeys } from './match-keys.ts';
import type { Permission } from './role-config.ts';
import type { Translations } from './translation.ts';

type State = {
  readonly info: ValueSetInfo;
  readonly what: string;
  readonly device: DeviceValueSet;
  readonly keys: MatchKeys;
  members: readonly (readonly DeviceMatch[])[];
};

export class ValueSets implements EntityHandler<ValueSetEntry> {
  readonly #schema: Schema;
  readonly #byId = new Map<number, State>();

  /** @throws EntityError INVALID_ARGUMENT where P4Info and the program disagree. */
  constructor(schema: Schema, pipeline: DevicePipeline, translations: Translations) {
    this.#schema = schema;
    for (const info of schema.valueSets.all) {
      const what = `value set '${info.name}'`;
      const device = pipeline.valueSets.get(info.name);
      if (device === undefined) throw invalid(`the program has no ${what}`);
      const keys = new MatchKeys(what, info.fields, device.keys, translations);
      this.#byId.set(info.id, { info, what, device, keys, members: [] });
    }
  }

  #get(id: number, may: Permission): State {
    required(this.#schema.valueSets, 'value_set_id', id);
    const state = this.#byId.get(id);
    if (state === undefined) throw invalid(`value_set_id: ${id} is of none`);
    requirePermission(may, id, state.what);
    return state;
  }

  readonly write = (
    type: Update_Type,
    { valueSetId, members }: ValueSetEntry,
    context: WriteContext,
  ): void => {
    const state = this.#get(valueSetId, context.may);
    const { what, info } = state;
    onlyModify(type, what);
    if (info.size > 0 && members.length > info.size) {
      throw new EntityError(
        Code.RESOURCE_EXHAUSTED,
        `${what}: ${members.length} members are more than its size ${info.size}`,
      );
    }
    const seen = new Set<string>();
    const matches = members.map(({ match }, index) => {
      const member = state.keys.toDevice(match).map(kept);
      const text = JSON.stringify(member.map((each) => Object.values(each).map(String)));
      if (seen.has(text)) {
        throw new EntityError(Code.ALREADY_EXISTS, `${what}: member ${index + 1} is there twice`);
      }
      seen.add(text);
      return member;
    });
    const before = state.members;
    accepted(state.device.set(matches));
    state.members = matches;
    context.journal?.push(() => {
      state.device.set(before);
      state.members = before;
    });
  };

  readonly read = ({ valueSetId }: ValueSetEntry, may: Permission) => {
    const states =
      valueSetId === 0
        ? [...this.#byId.values()].filter(({ info }) => may(info.id))
        : [this.#get(valueSetId, may)];
    return states.map(({ info, keys, members }) => {
      const value: ValueSetEntry = {
        valueSetId: info.id,
        members: members.map((member): ValueSetMember => ({ match: keys.toControl(member) })),
      };
      return { entity: { $case: 'valueSetEntry', value } } as const;
    });
  };
}

/** Byte strings of a request are views of all of it; what is kept is copied. */
function kept(match: DeviceMatch): DeviceMatch {
  switch (match.kind) {
    case 'any':
      return match;
    case 'exact':
      return { kind: 'exact', value: match.value.slice() };
    case 'lpm':
      return { ...match, value: match.value.slice() };
    case 'ternary':
      return { kind: 'ternary', value: match.value.slice(), mask: match.mask.slice() };
    case 'range':
      return { kind: 'range', low: match.low.slice(), high: match.high.slice() };
  }
}
