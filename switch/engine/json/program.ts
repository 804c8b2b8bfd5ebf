/** A whole program from its JSON. */

import { readHeaders } from './headers.ts';
import type { Action, ActionProfile, Field, FieldList, LearnList, Program, Table } from './model.ts';
import { readDeparsers, readParsers } from './parsers.ts';
import { type Actions, readPipelines } from './pipelines.ts';
import { readPrimitive, readSourceInfo } from './primitives.ts';
import { Bmv2JsonError, JsonValue, Names } from './reader.ts';
import { readField, Scope } from './scope.ts';
import { readArrays, readCalculations, readChecksums, readValueSets } from './state.ts';

/** The newest version of the format that is understood. */
const MAJOR_VERSION = 2;
const MINOR_VERSION = 24;

/** Errors of core.p4 that exist even when the program does not declare them, in the order that BMv2 numbers them. */
const CORE_ERRORS = [
  'NoError',
  'PacketTooShort',
  'NoMatch',
  'StackOutOfBounds',
  'HeaderTooShort',
  'ParserTimeout',
  'ParserInvalidArgument',
] as const;

/** Fields that every program for simple_switch has. */
const REQUIRED_FIELDS = [
  'ingress_port',
  'packet_length',
  'instance_type',
  'egress_spec',
  'egress_port',
] as const;

function checkVersion(root: JsonValue): void {
  const meta = root.member('__meta__');
  if (meta.absent || meta.member('version').absent) return;
  const version = meta.member('version');
  version.tuple(2);
  const [major, minor] = [version.at(0).integer(), version.at(1).integer()];
  if (major !== MAJOR_VERSION || minor > MINOR_VERSION) {
    version.fail(
      `version ${major}.${minor} is not supported; versions up to ${MAJOR_VERSION}.${MINOR_VERSION} are`,
    );
  }
}

function readErrors(root: JsonValue): ReadonlyMap<string, number> {
  const errors = new Map<string, number>();
  const values = new Set<number>();
  for (const json of root.member('errors').optionalElements()) {
    const [name, value] = [json.at(0), json.at(1)];
    if (errors.has(name.text())) name.fail(`there are two errors named '${name.text()}'`);
    if (values.has(value.integer())) value.fail(`two errors have the number ${value.integer()}`);
    errors.set(name.text(), value.integer());
    values.add(value.integer());
  }
  let next = values.size === 0 ? 0 : Math.max(...values) + 1;
  for (const name of CORE_ERRORS) {
    if (!errors.has(name)) errors.set(name, next++);
  }
  return errors;
}

function readEnums(root: JsonValue): ReadonlyMap<string, ReadonlyMap<string, number>> {
  return new Map(
    root
      .member('enums')
      .optionalElements()
      .map((json) => [
        json.member('name').text(),
        new Map(
          json
            .member('entries')
            .optionalElements()
            .map((entry) => [entry.at(0).text(), entry.at(1).integer()] as const),
        ),
      ]),
  );
}

function readActions(root: JsonValue, scope: Scope): readonly Action[] {
  return root
    .member('actions')
    .optionalElements()
    .map((json, index) => {
      const parameters = json
        .member('runtime_data')
        .optionalElements()
        .map((parameter) => ({
          name: parameter.member('name').text(),
          bits: parameter.member('bitwidth').integer(1, 2048),
        }));
      scope.parameters = parameters;
      const list = json.member('primitives').optionalElements();
      const primitives = list.map((primitive) => readPrimitive(scope, primitive));
      scope.parameters = [];
      for (const [position, primitive] of primitives.entries()) {
        if (primitive.op !== '_jump' && primitive.op !== '_jump_if_zero') continue;
        if (primitive.offset < 0 || primitive.offset > primitives.length) {
          list[position]?.fail(
            `jumps to ${primitive.offset}, but the action has ${primitives.length} primitives`,
          );
        }
      }
      return {
        name: json.member('name').text(),
        index,
        id: json.member('id').integer(),
        parameters,
        primitives,
        source: readSourceInfo(json),
      };
    });
}

function actionsByReference(root: JsonValue, actions: readonly Action[]): Actions {
  const byId = new Map<number, Action>();
  const byName = new Map<string, Action[]>();
  for (const action of actions) {
    if (byId.has(action.id)) {
      root.member('actions').at(action.index).member('id').fail('there are two actions with this id');
    }
    byId.set(action.id, action);
    byName.set(action.name, [...(byName.get(action.name) ?? []), action]);
  }
  return {
    byId: (id) => byId.get(id.integer()) ?? id.fail(`there is no action with id ${id.integer()}`),
    byName: (name) => {
      const found = byName.get(name.text()) ?? [];
      const [only] = found;
      if (only === undefined) return name.fail(`there is no action named '${name.text()}'`);
      if (found.length > 1)
        name.fail(`there are ${found.length} actions named '${name.text()}': use action_ids`);
      return only;
    },
  };
}

function readFieldElements(scope: Scope, json: JsonValue): readonly Field[] {
  const fields: Field[] = [];
  for (const element of json.member('elements').optionalElements()) {
    const type = element.member('type');
    // A constant in a field list keeps nothing, and BMv2 skips it.
    if (type.text() === 'hexstr') continue;
    if (type.text() !== 'field') type.fail(`expected field or hexstr, found '${type.text()}'`);
    fields.push(readField(scope, element.member('value')));
  }
  return fields;
}

function readLists(root: JsonValue, scope: Scope, name: 'field_lists' | 'learn_lists') {
  const seen = new Set<number>();
  return root
    .member(name)
    .optionalElements()
    .map((json) => {
      const id = json.member('id').integer(0, 65_535);
      if (seen.has(id)) json.member('id').fail('there are two lists with this id');
      seen.add(id);
      return { json, id, fields: readFieldElements(scope, json) };
    });
}

function fieldsByName(root: JsonValue, scope: Scope): (name: string) => Field | undefined {
  const aliases = new Map<string, Field>();
  for (const json of root.member('field_aliases').optionalElements()) {
    aliases.set(json.at(0).text(), readField(scope, json.at(1)));
  }
  return (name) => {
    const alias = aliases.get(name);
    if (alias !== undefined) return alias;
    const dot = name.lastIndexOf('.');
    const header = scope.headers.find(name.slice(0, dot));
    const type = header?.type.fields.find((field) => field.name === name.slice(dot + 1));
    return header === undefined || type === undefined ? undefined : { header, type };
  };
}

/**
 * Reads and checks a program for simple_switch.
 * @param json What `JSON.parse` gave.
 * @throws Bmv2JsonError at the first thing that is wrong.
 */
export function readProgram(json: unknown): Program {
  const root = new JsonValue(json);
  checkVersion(root);
  const scope = new Scope();
  const errors = readErrors(root);
  readHeaders(root, scope);
  const field = fieldsByName(root, scope);
  const externs = root.member('extern_instances').optionalElements();
  externs[0]?.fail('extern instances belong to PSA and PNA; this switch runs programs for v1model');
  // Their code goes by their names; tables, profiles and calculations are looked at where they are read.
  for (const kind of ['pipelines', 'parsers', 'deparsers', 'parse_vsets']) refuseRepeatedNames(root, kind);
  const sets = readValueSets(root);
  readArrays(root, scope);
  readCalculations(root, scope);
  const parsers = readParsers(root, scope, sets, errors);
  const deparsers = readDeparsers(root, scope);
  const actions = readActions(root, scope);
  const collected = {
    tables: new Names<Table>('table'),
    profiles: new Names<ActionProfile>('action profile'),
  };
  const pipelines = readPipelines(root, scope, actionsByReference(root, actions), collected);
  for (const name of REQUIRED_FIELDS) {
    if (field(`standard_metadata.${name}`) === undefined) {
      throw new Bmv2JsonError('headers', `simple_switch needs a field standard_metadata.${name}`);
    }
  }
  for (const name of ['ingress', 'egress']) {
    if (!pipelines.some((pipeline) => pipeline.name === name)) {
      throw new Bmv2JsonError('pipelines', `simple_switch needs a pipeline named '${name}'`);
    }
  }
  return {
    headers: [...scope.headers.values()],
    stacks: [...scope.stacks.values()],
    unions: [...scope.unions.values()],
    unionStacks: [...scope.unionStacks.values()],
    errors,
    enums: readEnums(root),
    valueSets: [...sets.values()],
    parsers,
    deparsers,
    meters: [...scope.meters.values()],
    counters: [...scope.counters.values()],
    registers: [...scope.registers.values()],
    actions,
    profiles: [...collected.profiles.values()],
    pipelines,
    tables: [...collected.tables.values()],
    calculations: [...scope.calculations.values()],
    checksums: readChecksums(root, scope),
    learnLists: readLists(root, scope, 'learn_lists').map(
      ({ json: list, id, fields }): LearnList => ({ name: list.member('name').text(), id, fields }),
    ),
    fieldLists: readLists(root, scope, 'field_lists').map(({ id, fields }): FieldList => ({ id, fields })),
    field,
  };
}

/** @throws Bmv2JsonError at the second of two things with one name. */
function refuseRepeatedNames(root: JsonValue, kind: string): void {
  const names = new Names<true>(kind === 'parse_vsets' ? 'value set' : kind.slice(0, -1));
  for (const one of root.member(kind).optionalElements()) names.add(one.member('name'), true);
}
