/** Packet tests in STF, as much as the tests of passes need: `add`, `setdefault`, `packet`, `expect`. */

import type { Entry, KeyMatch } from '../ir/evaluate-ir/index.ts';
import type { Expression, Program, Table } from '../ir/index.ts';
import { Unsupported } from './packet-harness.ts';

export type StfPacket = { readonly port: number; readonly bytes: string };

export type Stf = {
  readonly adds: readonly string[];
  readonly defaults: readonly string[];
  readonly steps: readonly { readonly packet: StfPacket; readonly expected: readonly StfPacket[] }[];
};

/** Reads the lines of a test. */
export function parseStf(text: string): Stf {
  const adds: string[] = [];
  const defaults: string[] = [];
  const steps: { packet: StfPacket; expected: StfPacket[] }[] = [];
  for (const line of text.split('\n')) {
    const words = line.replace(/#.*$/, '').trim();
    if (words === '' || words === 'wait') continue;
    const [command = '', port = '', ...rest] = words.split(/\s+/);
    const packet = { port: Number(port), bytes: rest.join('').toLowerCase() };
    if (steps.length > 0 && (command === 'add' || command === 'setdefault'))
      throw new Unsupported('a change between packets');
    if (command === 'add') {
      adds.push(words.slice(4));
    } else if (command === 'setdefault') defaults.push(words.slice(11));
    else if (command === 'packet') steps.push({ packet, expected: [] });
    else if (command === 'expect') steps.at(-1)?.expected.push(packet);
    else throw new Unsupported(`the command '${command}'`);
  }
  return { adds, defaults, steps };
}

/** Whether bytes are as expected: `*` stands for any digit, and without `$` more may follow. */
export function matchesExpected(expected: string, bytes: string): boolean {
  const exact = expected.endsWith('$');
  const pattern = expected.replace('$', '');
  if (exact ? bytes.length !== pattern.length : bytes.length < pattern.length) return false;
  return [...pattern].every((digit, index) => digit === '*' || digit === bytes[index]);
}

function tableNamed(program: Program, name: string): Table {
  const table = [...program.tables.values()].find(
    (one) => one.controlPlaneName === name || one.controlPlaneName.endsWith(`.${name}`),
  );
  if (table === undefined) throw new Error(`no table '${name}'`);
  return table;
}

function widthOf(key: Expression): number {
  return key.type.kind === 'bits' ? key.type.width : 1;
}

function matchOf(text: string, key: Expression): KeyMatch {
  const width = widthOf(key);
  const prefix = /^(.+)\/(\d+)$/.exec(text);
  if (prefix !== null) {
    const length = BigInt(prefix[2] ?? 0);
    const mask = ((1n << length) - 1n) << (BigInt(width) - length);
    return { kind: 'mask', value: BigInt(prefix[1] ?? 0), mask };
  }
  const range = /^(.+)->(.+)$/.exec(text);
  if (range !== null) return { kind: 'range', low: BigInt(range[1] ?? 0), high: BigInt(range[2] ?? 0) };
  if (text.includes('*')) {
    const digits = text.replace(/^0x/, '');
    const value = BigInt(`0x${digits.replaceAll('*', '0')}`);
    const mask = BigInt(`0x${digits.replaceAll(/[^*]/g, 'f').replaceAll('*', '0')}`);
    return { kind: 'mask', value, mask };
  }
  return { kind: 'value', value: key.type.kind === 'bool' ? BigInt(text) !== 0n : BigInt(text) };
}

function actionOf(program: Program, text: string) {
  const parsed = /^([\w.]+)\((.*)\)$/.exec(text);
  const name = parsed?.[1] ?? text;
  const action = [...program.actions.values()].find((one) => one.controlPlaneName === name);
  const given = new Map(
    (parsed?.[2] ?? '')
      .split(/[\s,]+/)
      .filter((one) => one !== '')
      .map((one) => {
        const [key = '', value = '0'] = one.split(':');
        return [key, value] as const;
      }),
  );
  const values = (action?.parameters ?? [])
    .filter((parameter) => parameter.direction === 'none')
    .map((parameter) => {
      const value = BigInt(given.get(parameter.variable.sourceName) ?? 0);
      const { type } = parameter.variable;
      // A packet test writes the bits of a number with a sign.
      if (type.kind === 'bits' && type.signed) return BigInt.asIntN(type.width, value);
      return type.kind === 'bool' ? value !== 0n : value;
    });
  return { name, values };
}

/** The entries of a test by table; the greatest priority, which wins, first. */
export function entriesOf(program: Program, adds: readonly string[]): ReadonlyMap<string, readonly Entry[]> {
  const entries = new Map<string, (Entry & { readonly priority: number })[]>();
  for (const line of adds) {
    const parsed = /^(\S+)\s+(?:(\d+)\s+)?(.*?)\s*(\S+\([^)]*\))$/.exec(line);
    if (parsed === null) throw new Error(`cannot read '${line}'`);
    const table = tableNamed(program, parsed[1] ?? '');
    const given = new Map(
      (parsed[3] ?? '')
        .split(/\s+/)
        .filter((one) => one !== '')
        .map((one) => {
          const place = one.lastIndexOf(':');
          return [one.slice(0, place), one.slice(place + 1)] as const;
        }),
    );
    const keys = table.keys.map((key): KeyMatch => {
      const text = given.get(key.name);
      return text === undefined ? { kind: 'any' } : matchOf(text, key.expression);
    });
    const { name, values } = actionOf(program, parsed[4] ?? '');
    const list = entries.get(table.controlPlaneName) ?? [];
    list.push({ keys, action: name, arguments: values, priority: Number(parsed[2] ?? 0) });
    entries.set(
      table.controlPlaneName,
      list.sort((left, right) => right.priority - left.priority),
    );
  }
  return entries;
}

/** The program with other default actions. */
export function withDefaults(program: Program, defaults: readonly string[]): Program {
  const tables = new Map(program.tables);
  for (const line of defaults) {
    const [tableName = '', ...rest] = line.split(/\s+/);
    const table = tableNamed(program, tableName);
    const { name, values } = actionOf(program, rest.join(' '));
    const listed = table.actions.find((one) => program.actions.get(one.action)?.controlPlaneName === name);
    const action = listed === undefined ? undefined : program.actions.get(listed.action);
    if (action === undefined) continue;
    const parameters = action.parameters.filter((one) => one.direction === 'none');
    const args = values.map((value, index): Expression => {
      const parameter = parameters[index];
      const { span } = action;
      if (typeof value === 'boolean') return { kind: 'boolean', type: { kind: 'bool' }, value, span };
      const type = parameter?.variable.type;
      return { kind: 'constant', type: type?.kind === 'bits' ? type : { kind: 'int' }, value, span };
    });
    tables.set(table.name, {
      ...table,
      defaultAction: { action: action.name, arguments: args, isConst: false, span: table.span },
    });
  }
  return { ...program, tables };
}
