/** An index of a P4Info: everything by name, alias or id, with references resolved and checked. */

import { addressFormat } from '../addresses.ts';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import {
  type Action_Param,
  ActionRef_Scope,
  type ControllerPacketMetadata_Metadata,
  type MatchField,
  MatchField_MatchType,
  type P4Info,
  type Preamble,
  type Table,
  Table_IdleTimeoutBehavior,
} from '../gen/p4/config/v1/p4info.ts';
import type { P4NamedType, P4TypeInfo } from '../gen/p4/config/v1/p4types.ts';
import { type Collection, type Identified, makeCollection } from './collection.ts';
import { checkWidth, resolveNewType, resolveType } from './data-type.ts';
import type {
  ActionInfo,
  ActionProfileInfo,
  CounterInfo,
  DigestInfo,
  DirectCounterInfo,
  DirectMeterInfo,
  ExternInstanceInfo,
  FieldInfo,
  MatchKind,
  MeterInfo,
  PacketHeaderInfo,
  ParameterInfo,
  RegisterInfo,
  TableInfo,
  ValueSetInfo,
  ValueType,
} from './entities.ts';

export type Schema = {
  readonly p4info: P4Info;
  readonly tables: Collection<TableInfo>;
  readonly actions: Collection<ActionInfo>;
  readonly actionProfiles: Collection<ActionProfileInfo>;
  readonly counters: Collection<CounterInfo>;
  readonly directCounters: Collection<DirectCounterInfo>;
  readonly meters: Collection<MeterInfo>;
  readonly directMeters: Collection<DirectMeterInfo>;
  readonly registers: Collection<RegisterInfo>;
  readonly digests: Collection<DigestInfo>;
  readonly valueSets: Collection<ValueSetInfo>;
  /** `packet_in` and `packet_out`, where the program has them. */
  readonly packetHeaders: Collection<PacketHeaderInfo>;
  readonly externs: Collection<ExternInstanceInfo>;
};

const MATCH_KINDS: ReadonlyMap<MatchField_MatchType, MatchKind> = new Map([
  [MatchField_MatchType.EXACT, 'exact'],
  [MatchField_MatchType.LPM, 'lpm'],
  [MatchField_MatchType.TERNARY, 'ternary'],
  [MatchField_MatchType.RANGE, 'range'],
  [MatchField_MatchType.OPTIONAL, 'optional'],
]);

/**
 * Indexes a P4Info.
 * @throws EntityError INVALID_ARGUMENT where it contradicts itself: two things with one id or name, an id of nothing.
 */
export function buildSchema(p4info: P4Info): Schema {
  const types = p4info.typeInfo;
  const seen = new Map<number, string>();
  /** Indexes one kind, and sees to it that ids are unique among all. */
  const collect = <T extends Identified>(kind: string, all: readonly T[]): Collection<T> => {
    const names = new Set<string>();
    for (const { id, name } of all) {
      if (id === 0) throw wrong(`${kind} '${name}' has no id`);
      const other = seen.get(id);
      if (other !== undefined) throw wrong(`${kind} '${name}' and ${other} have the same id ${id}`);
      if (names.has(name)) throw wrong(`there are two of ${kind} '${name}'`);
      names.add(name);
      seen.set(id, `${kind} '${name}'`);
    }
    return makeCollection(kind, all);
  };

  const actions = collect(
    'action',
    p4info.actions.map((message): ActionInfo => {
      const identity = identify(message.preamble);
      const parameters = message.params.map((parameter) => parameterInfo(parameter, types));
      unique(`action '${identity.name}'`, 'parameters', parameters);
      return { kind: 'action', ...identity, parameters, message };
    }),
  );
  const actionProfiles = collect(
    'action profile',
    p4info.actionProfiles.map((message): ActionProfileInfo => {
      const { tableIds, withSelector, size, maxGroupSize } = message;
      return {
        kind: 'action_profile',
        ...identify(message.preamble),
        tableIds,
        withSelector,
        size,
        maxGroupSize,
        message,
      };
    }),
  );
  const directCounters = collect(
    'direct counter',
    p4info.directCounters.map((message): DirectCounterInfo => {
      return {
        kind: 'direct_counter',
        ...identify(message.preamble),
        tableId: message.directTableId,
        message,
      };
    }),
  );
  const directMeters = collect(
    'direct meter',
    p4info.directMeters.map((message): DirectMeterInfo => {
      return {
        kind: 'direct_meter',
        ...identify(message.preamble),
        tableId: message.directTableId,
        message,
      };
    }),
  );
  const parts = { actions, actionProfiles, directCounters, directMeters };

  return {
    p4info,
    ...parts,
    tables: collect(
      'table',
      p4info.tables.map((message) => tableInfo(message, parts, types)),
    ),
    counters: collect(
      'counter',
      p4info.counters.map((message): CounterInfo => {
        return { kind: 'counter', ...identify(message.preamble), size: message.size, message };
      }),
    ),
    meters: collect(
      'meter',
      p4info.meters.map((message): MeterInfo => {
        return { kind: 'meter', ...identify(message.preamble), size: message.size, message };
      }),
    ),
    registers: collect(
      'register',
      p4info.registers.map((message): RegisterInfo => {
        const type = resolveType(message.typeSpec, types);
        return { kind: 'register', ...identify(message.preamble), type, size: message.size, message };
      }),
    ),
    digests: collect(
      'digest',
      p4info.digests.map((message): DigestInfo => {
        return {
          kind: 'digest',
          ...identify(message.preamble),
          type: resolveType(message.typeSpec, types),
          message,
        };
      }),
    ),
    valueSets: collect(
      'value set',
      p4info.valueSets.map((message): ValueSetInfo => {
        const identity = identify(message.preamble);
        // The only field of a set of plain bits has no name.
        const fields = message.match
          .map((field) => fieldInfo(field, types))
          .map((field) => (field.name === '' ? { ...field, name: 'value' } : field));
        unique(`value set '${identity.name}'`, 'fields', fields);
        return { kind: 'value_set', ...identity, fields, size: message.size, message };
      }),
    ),
    packetHeaders: collect(
      'packet header',
      p4info.controllerPacketMetadata.map((message): PacketHeaderInfo => {
        const identity = identify(message.preamble);
        const fields = message.metadata.map((field) => parameterInfo(field, types));
        unique(`packet header '${identity.name}'`, 'fields', fields);
        return { kind: 'packet_header', ...identity, fields, message };
      }),
    ),
    externs: collect(
      'extern',
      p4info.externs.flatMap(({ externTypeId, externTypeName, instances }) =>
        instances.map((message): ExternInstanceInfo => {
          return {
            kind: 'extern',
            ...identify(message.preamble),
            typeId: externTypeId,
            typeName: externTypeName,
            message,
          };
        }),
      ),
    ),
  };
}

function identify(preamble: Preamble | undefined): Identified {
  return { id: preamble?.id ?? 0, name: preamble?.name ?? '', alias: preamble?.alias ?? '' };
}

type Parts = Pick<Schema, 'actions' | 'actionProfiles' | 'directCounters' | 'directMeters'>;

function tableInfo(message: Table, parts: Parts, types: P4TypeInfo | undefined): TableInfo {
  const identity = identify(message.preamble);
  const what = `table '${identity.name}'`;
  const fields = message.matchFields.map((field) => fieldInfo(field, types));
  unique(what, 'match fields', fields);
  const actions = message.actionRefs.map((ref) => ({
    action: referenced(parts.actions, ref.id, `an action of ${what}`),
    inEntries: ref.scope !== ActionRef_Scope.DEFAULT_ONLY,
    asDefault: ref.scope !== ActionRef_Scope.TABLE_ONLY,
    message: ref,
  }));
  const { constDefaultActionId, implementationId, directResourceIds } = message;
  for (const id of directResourceIds) {
    if (parts.directCounters.find(id) === undefined && parts.directMeters.find(id) === undefined) {
      throw wrong(`a direct resource of ${what} has the id ${id}, which is of none`);
    }
  }
  return {
    kind: 'table',
    ...identity,
    fields,
    actions,
    hasPriority: fields.some(
      ({ matchKind }) => matchKind === 'ternary' || matchKind === 'range' || matchKind === 'optional',
    ),
    constDefaultAction:
      constDefaultActionId === 0
        ? undefined
        : referenced(parts.actions, constDefaultActionId, `the default action of ${what}`),
    implementation:
      implementationId === 0
        ? undefined
        : referenced(parts.actionProfiles, implementationId, `the implementation of ${what}`),
    directCounter: directResourceIds.map(parts.directCounters.find).find((counter) => counter !== undefined),
    directMeter: directResourceIds.map(parts.directMeters.find).find((meter) => meter !== undefined),
    size: message.size,
    idleTimeout: message.idleTimeoutBehavior === Table_IdleTimeoutBehavior.NOTIFY_CONTROL,
    constEntries: message.isConstTable,
    message,
  };
}

function fieldInfo(message: MatchField, types: P4TypeInfo | undefined): FieldInfo {
  const { id, name, bitwidth, typeName, match } = message;
  const matchKind = match?.$case === 'matchType' ? MATCH_KINDS.get(match.value) : undefined;
  const format = addressFormat(message.annotations, bitwidth);
  return { id, name, type: valueType(bitwidth, typeName, types), format, matchKind, message };
}

/** A parameter of an action or a field of a packet header. */
function parameterInfo(
  { id, name, bitwidth, typeName, annotations }: Action_Param | ControllerPacketMetadata_Metadata,
  types: P4TypeInfo | undefined,
): ParameterInfo {
  const format = addressFormat(annotations, bitwidth);
  return { id, name, type: valueType(bitwidth, typeName, types), format };
}

/** A width of 0 says that a type is translated to strings, or cannot be carried. */
function valueType(
  bitwidth: number,
  typeName: P4NamedType | undefined,
  types: P4TypeInfo | undefined,
): ValueType {
  if (bitwidth !== 0) return { kind: 'bit', width: checkWidth(bitwidth) };
  const isNew = typeName !== undefined && Object.hasOwn(types?.newTypes ?? {}, typeName.name);
  if (isNew && resolveNewType(typeName.name, types).kind === 'string') return { kind: 'string' };
  return { kind: 'unsupported' };
}

function unique(
  what: string,
  parts: string,
  all: readonly { readonly id: number; readonly name: string }[],
): void {
  const ids = new Set(all.map(({ id }) => id));
  if (ids.size < all.length || ids.has(0)) throw wrong(`the ids of the ${parts} of ${what} are not unique`);
}

function referenced<T extends Identified>(collection: Collection<T>, id: number, what: string): T {
  const found = collection.find(id);
  if (found === undefined) throw wrong(`${what} has the id ${id}, which is of none`);
  return found;
}

function wrong(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, `P4Info: ${message}`);
}
