/** Pipelines: tables, conditions and direct calls of actions, and what follows what. */

import { readBool } from './expressions.ts';
import type {
  Action,
  ActionCall,
  ActionProfile,
  ConstEntry,
  ControlNode,
  EntryMatch,
  Field,
  MatchKind,
  MeterArray,
  NextNodes,
  Pipeline,
  Table,
  TableKey,
} from './model.ts';
import { readSourceInfo } from './primitives.ts';
import { type JsonValue, Names } from './reader.ts';
import { readField, type Scope, VALIDITY_FIELD } from './scope.ts';
import { readAlgorithm } from './state.ts';

/** Actions as tables refer to them. */
export type Actions = {
  readonly byId: (id: JsonValue) => Action;
  /** The one action of this name; several need ids. */
  readonly byName: (name: JsonValue) => Action;
};

type NodeNames = Names<number>;

const MATCH_KINDS: readonly MatchKind[] = ['exact', 'lpm', 'ternary', 'range', 'optional', 'valid'];

function readMatchKind(json: JsonValue): MatchKind {
  const text = json.text();
  const found = MATCH_KINDS.find((kind) => kind === text);
  return found ?? json.fail(`'${text}' is no kind of match; there are ${MATCH_KINDS.join(', ')}`);
}

function readKey(scope: Scope, json: JsonValue): TableKey {
  const match = readMatchKind(json.member('match_type'));
  const target = json.member('target');
  const nameOf = (otherwise: string) => (json.member('name').absent ? otherwise : json.member('name').text());
  if (match === 'valid' || (target.isArray && target.at(1).value === VALIDITY_FIELD)) {
    const header = scope.headers.get(target.isArray ? target.at(0) : target);
    return {
      name: nameOf(header.name),
      match: match === 'valid' ? 'valid' : match,
      bits: 1,
      value: { kind: 'validity', header },
      mask: undefined,
    };
  }
  const field = readField(scope, target);
  if (field.type.variable) target.fail('a field of variable length cannot be matched');
  const mask = json.member('mask');
  return {
    name: nameOf(`${field.header.name}.${field.type.name}`),
    match,
    bits: field.type.bits,
    value: { kind: 'field', field },
    mask: mask.absent ? undefined : mask.hexadecimal(),
  };
}

function readActionCall(json: JsonValue, actions: Actions): ActionCall {
  const action = actions.byId(json.member('action_id'));
  const data = json.member('action_data');
  const values = data.optionalElements().map((value) => value.hexadecimal());
  if (values.length !== action.parameters.length) {
    data.fail(`action '${action.name}' takes ${action.parameters.length} values, found ${values.length}`);
  }
  return { action, data: values };
}

function readEntryMatch(json: JsonValue, key: TableKey): EntryMatch {
  const type = json.member('match_type');
  const kind = readMatchKind(type);
  // p4c writes an optional field as ternary.
  if (kind !== key.match && !(key.match === 'optional' && (kind === 'ternary' || kind === 'exact')))
    type.fail(`the table matches '${key.name}' as ${key.match}`);
  switch (kind) {
    case 'valid':
      return { kind: 'exact', value: json.member('key').boolean() ? 1n : 0n };
    case 'exact':
      return { kind: 'exact', value: json.member('key').hexadecimal() };
    case 'lpm':
      return {
        kind: 'lpm',
        value: json.member('key').hexadecimal(),
        prefixLength: json.member('prefix_length').integer(0, key.bits),
      };
    case 'ternary':
    case 'optional':
      return {
        kind: 'ternary',
        value: json.member('key').hexadecimal(),
        mask: json.member('mask').hexadecimal(),
      };
    case 'range':
      return {
        kind: 'range',
        low: json.member('start').hexadecimal(),
        high: json.member('end').hexadecimal(),
      };
  }
}

function readEntry(json: JsonValue, keys: readonly TableKey[], actions: Actions): ConstEntry {
  const matches = json.member('match_key').optionalElements();
  if (matches.length !== keys.length) {
    json.member('match_key').fail(`the key has ${keys.length} fields, found ${matches.length}`);
  }
  return {
    ...readActionCall(json.member('action_entry'), actions),
    matches: matches.map((match, index) => {
      const key = keys[index];
      return key === undefined ? match.fail('the key has no such field') : readEntryMatch(match, key);
    }),
    path: json.path,
    priority: json.member('priority').absent ? 0 : json.member('priority').integer(-(2 ** 31)),
  };
}

function readSelector(scope: Scope, json: JsonValue): ActionProfile['selector'] {
  return {
    algorithm: readAlgorithm(json.member('algo')),
    inputs: json
      .member('input')
      .optionalElements()
      .map((input): Field => {
        const type = input.member('type');
        if (type.text() !== 'field') type.fail("expected 'field'");
        return readField(scope, input.member('value'));
      }),
  };
}

/** What reading pipelines collects over all of them. */
export type Collected = {
  readonly tables: Names<Table>;
  readonly profiles: Names<ActionProfile>;
};

function readProfile(scope: Scope, json: JsonValue, collected: Collected): ActionProfile | undefined {
  const reference = json.member('action_profile');
  const type = json.member('type').text();
  if (type === 'simple') return undefined;
  if (type !== 'indirect' && type !== 'indirect_ws') {
    json.member('type').fail(`expected simple, indirect or indirect_ws, found '${type}'`);
  }
  if (!reference.absent) return collected.profiles.get(reference);
  const name = json.member('act_prof_name');
  if (name.absent) json.fail('a table that is not simple names its action_profile');
  const profile: ActionProfile = {
    name: name.text(),
    index: [...collected.profiles.values()].length,
    maximumSize: json.member('max_size').integer(),
    selector: type === 'indirect_ws' ? readSelector(scope, json.member('selector')) : undefined,
  };
  collected.profiles.add(name, profile);
  return profile;
}

function readNext(json: JsonValue, tableActions: readonly Action[], nodes: NodeNames): NextNodes {
  const next = json.member('next_tables');
  const node = (name: JsonValue) => (name.absent ? undefined : nodes.get(name));
  const entries = next.absent ? [] : next.entries();
  if (entries.some(([name]) => name === '__HIT__' || name === '__MISS__')) {
    if (entries.length !== 2) next.fail('expected __HIT__ and __MISS__ and nothing else');
    return {
      kind: 'hitMiss',
      hit: node(next.member('__HIT__')),
      miss: node(next.member('__MISS__')),
    };
  }
  const byAction = new Map<Action, number | undefined>();
  for (const action of tableActions) {
    if (!entries.some(([name]) => name === action.name))
      next.fail(`does not say what follows '${action.name}'`);
    byAction.set(action, node(next.member(action.name)));
  }
  return { kind: 'byAction', next: byAction };
}

function readTable(
  scope: Scope,
  json: JsonValue,
  actions: Actions,
  nodes: NodeNames,
  collected: Collected,
): Table {
  const keys = json
    .member('key')
    .optionalElements()
    .map((key) => readKey(scope, key));
  if (keys.filter(({ match }) => match === 'lpm').length > 1) {
    json.member('key').fail('a table has at most one field that is matched by longest prefix');
  }
  const tableActions = json.member('action_ids').absent
    ? json.member('actions').optionalElements().map(actions.byName)
    : json.member('action_ids').elements().map(actions.byId);
  const match = json.member('match_type');
  const kind = match.text();
  if (kind !== 'exact' && kind !== 'lpm' && kind !== 'ternary' && kind !== 'range') {
    return match.fail(`expected exact, lpm, ternary or range, found '${kind}'`);
  }
  const entries = json.member('entries');
  const size = json.member('max_size');
  if (size.absent && entries.absent) json.fail('has neither max_size nor entries');
  const profile = readProfile(scope, json, collected);
  const meterName = json.member('direct_meters');
  let directMeter: MeterArray | undefined;
  if (!meterName.absent) {
    directMeter = scope.meters.get(meterName);
    if (directMeter.direct === undefined) meterName.fail(`meter '${directMeter.name}' is not direct`);
  }
  const entry = json.member('default_entry');
  const base = json.member('base_default_next');
  if (!entries.absent && profile !== undefined) entries.fail('only a simple table has entries of its own');
  return {
    kind: 'table',
    name: json.member('name').text(),
    index: [...collected.tables.values()].length,
    keys,
    match: kind,
    maximumSize: size.absent ? entries.elements().length : size.integer(),
    withCounters: json.member('with_counters').optionalBoolean(false),
    supportsTimeout: json.member('support_timeout').optionalBoolean(false),
    actions: tableActions,
    profile,
    directMeter,
    next: readNext(json, tableActions, nodes),
    baseDefaultNext: base.absent ? undefined : nodes.get(base),
    defaultEntry: entry.absent
      ? undefined
      : {
          ...readActionCall(entry, actions),
          constAction: entry.member('action_const').optionalBoolean(false),
          constEntry: entry.member('action_entry_const').optionalBoolean(false),
        },
    entries: entries.absent
      ? undefined
      : entries.elements().map((element) => readEntry(element, keys, actions)),
    source: readSourceInfo(json),
  };
}

/** Reads all pipelines. */
export function readPipelines(
  root: JsonValue,
  scope: Scope,
  actions: Actions,
  collected: Collected,
): readonly Pipeline[] {
  return root
    .member('pipelines')
    .optionalElements()
    .map((json) => {
      for (const profile of json.member('action_profiles').optionalElements()) {
        const selector = profile.member('selector');
        collected.profiles.add(profile.member('name'), {
          name: profile.member('name').text(),
          index: [...collected.profiles.values()].length,
          maximumSize: profile.member('max_size').integer(),
          selector: selector.absent ? undefined : readSelector(scope, selector),
        });
      }
      const tables = json.member('tables').optionalElements();
      const conditionals = json.member('conditionals').optionalElements();
      const calls = json.member('action_calls').optionalElements();
      const names: NodeNames = new Names('table, condition or action call');
      for (const [index, node] of [...tables, ...conditionals, ...calls].entries()) {
        names.add(node.member('name'), index);
      }
      const next = (name: JsonValue) => (name.absent ? undefined : names.get(name));
      const nodes: ControlNode[] = [];
      for (const table of tables) {
        const found = readTable(scope, table, actions, names, collected);
        collected.tables.add(table.member('name'), found);
        nodes.push(found);
      }
      for (const node of conditionals) {
        nodes.push({
          kind: 'conditional',
          name: node.member('name').text(),
          condition: readBool(scope, node.member('expression')),
          trueNext: next(node.member('true_next')),
          falseNext: next(node.member('false_next')),
          source: readSourceInfo(node),
        });
      }
      for (const node of calls) {
        const id = node.member('action_id');
        const action = actions.byId(id);
        if (action.parameters.length > 0) id.fail(`action '${action.name}' takes parameters`);
        nodes.push({
          kind: 'call',
          name: node.member('name').text(),
          action,
          next: next(node.member('next_node')),
        });
      }
      return { name: json.member('name').text(), nodes, initial: next(json.member('init_table')) };
    });
}
