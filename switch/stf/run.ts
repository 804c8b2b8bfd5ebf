/** Runs packet tests on a switch, and says what is not as expected. */

import { encodeActionData, type PortPacket, type Switch } from '../engine/index.ts';
import type { Action, Table } from '../engine/json/index.ts';
import type { CounterArray, MeterConfig, Replica } from '../externs/index.ts';
import {
  type Assignment,
  type Comparison,
  parseNumber,
  type StfAction,
  type StfCommand,
  StfError,
  type StfRate,
} from './parse.ts';
import { fieldMatch, unmentioned } from './values.ts';

/** What came of a test: nothing when all is as expected. */
export type StfFailure = { readonly line: number; readonly message: string };

type Expected = Extract<StfCommand, { kind: 'expect' }>;
type Node = { readonly replicationId: number; ports: readonly number[] };

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** The one thing with this name, or whose name ends with it. */
function byName<T extends { readonly name: string }>(
  things: readonly T[],
  name: string,
  what: string,
  line: number,
): T {
  const whole = things.find((thing) => thing.name === name);
  if (whole !== undefined) return whole;
  const [first, second] = things.filter((thing) => thing.name.endsWith(name));
  if (first === undefined) {
    const known = things.map((thing) => thing.name);
    const list = known.length === 0 ? 'there is none' : `there are ${known.slice(0, 20).join(', ')}`;
    throw new StfError(line, `there is no ${what} '${name}'; ${list}`);
  }
  if (second !== undefined) throw new StfError(line, `'${name}' may be '${first.name}' or '${second.name}'`);
  return first;
}

/** Tests write `stack$0` for `stack[0]`. */
function indexed(name: string): string {
  return name.replaceAll(/\$(\d+)/g, '[$1]');
}

/** Whether a name of a test means a key field: the names of fields of compilers differ in their endings. */
function meansKey(keyName: string, name: string): boolean {
  const written = indexed(name);
  const forms = [keyName, keyName.replace(/\$$/, ''), keyName.replace(/\.?\$valid\$$/, '')];
  if (forms.includes(written)) return true;
  if (written.endsWith('.valid') && keyName === `${written.slice(0, -6)}.$valid$`) return true;
  return false;
}

const HOLDS: { readonly [C in Comparison]: (left: bigint, right: bigint) => boolean } = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

/** One test on one switch. */
export class StfRun {
  readonly #device: Switch;
  readonly #print: (line: string) => void;
  readonly #outputs = new Map<number, Uint8Array[]>();
  readonly #expected = new Map<number, Expected[]>();
  readonly #ports = new Set<number>();
  readonly #failures: StfFailure[] = [];
  readonly #groups = new Map<number, number[]>();
  readonly #nodes: Node[] = [];
  readonly #sessionGroups = new Map<number, number>();
  readonly #named = new Map<string, { readonly table: Table; readonly handle: number }>();

  /** @param print What the test reads out: registers, counters, rates. */
  constructor(device: Switch, print: (line: string) => void = () => {}) {
    this.#device = device;
    this.#print = print;
  }

  /**
   * Runs all commands in order, and then compares what came out of each port with what was expected there.
   * @throws StfError for a command that the program does not allow.
   */
  run(commands: readonly StfCommand[]): readonly StfFailure[] {
    for (const command of commands) {
      if (command.kind === 'packet' || command.kind === 'expect') this.#ports.add(command.port);
    }
    for (const command of commands) this.#execute(command);
    this.#compare();
    return this.#failures;
  }

  #execute(command: StfCommand): void {
    switch (command.kind) {
      case 'packet':
        this.#collect(this.#device.inject(command.port, command.bytes));
        return;
      case 'expect':
        this.#expected.set(command.port, [...(this.#expected.get(command.port) ?? []), command]);
        return;
      case 'wait':
      case 'noPacket':
        return;
      case 'add':
        this.#add(command);
        return;
      case 'setdefault':
        this.#setDefault(command);
        return;
      case 'removeAll':
        for (const [table, engine] of this.#device.state.tables) {
          if (table.entries === undefined) engine.clear();
        }
        return;
      case 'checkCounter':
        this.#checkCounter(command);
        return;
      case 'mirroringAdd':
        this.#sessionGroups.delete(command.session);
        this.#setSession(command.session, [{ port: command.port, replicationId: 0 }]);
        return;
      case 'mirroringAddGroup':
        this.#sessionGroups.set(command.session, command.group);
        this.#refresh();
        return;
      case 'mirroringDelete':
        this.#sessionGroups.delete(command.session);
        this.#device.state.replication.setSession(command.session, undefined);
        return;
      case 'mirroringGet':
        this.#print(
          `session ${command.session}: ${JSON.stringify(this.#device.state.replication.session(command.session) ?? null)}`,
        );
        return;
      case 'groupCreate':
        this.#groups.set(command.group, []);
        this.#refresh();
        return;
      case 'nodeCreate':
        this.#nodes.push({ replicationId: command.replicationId, ports: command.ports });
        return;
      case 'nodeUpdate':
        this.#node(command.node, command.line).ports = command.ports;
        this.#refresh();
        return;
      case 'nodeAssociate': {
        this.#node(command.node, command.line);
        const group = this.#groups.get(command.group);
        if (group === undefined)
          throw new StfError(command.line, `there is no multicast group ${command.group}`);
        group.push(command.node);
        this.#refresh();
        return;
      }
      default:
        this.#array(command);
    }
  }

  #collect(packets: readonly PortPacket[]): void {
    for (const { port, bytes } of packets) {
      this.#outputs.set(port, [...(this.#outputs.get(port) ?? []), bytes]);
    }
  }

  #node(number: number, line: number): Node {
    const node = this.#nodes[number];
    if (node === undefined)
      throw new StfError(line, `there is no multicast node ${number}; they count from 0`);
    return node;
  }

  #replicas(group: number): readonly Replica[] {
    return (this.#groups.get(group) ?? []).flatMap((number) => {
      const node = this.#nodes[number];
      if (node === undefined) return [];
      const ports = [...node.ports].sort((one, other) => one - other);
      return ports.map((port) => ({ port, replicationId: node.replicationId }));
    });
  }

  /** Puts groups, and the sessions that copy to groups, in force. */
  #refresh(): void {
    for (const group of this.#groups.keys()) {
      this.#device.state.replication.setGroup(group, this.#replicas(group));
    }
    for (const [session, group] of this.#sessionGroups) this.#setSession(session, this.#replicas(group));
  }

  #setSession(session: number, replicas: readonly Replica[]): void {
    this.#device.state.replication.setSession(session, { replicas, truncateTo: 0, classOfService: 0 });
  }

  #table(name: string, line: number): Table {
    return byName(this.#device.program.tables, name, 'table', line);
  }

  #action(table: Table, { name, arguments: given }: StfAction, line: number) {
    const action: Action = byName(table.actions, name, `action of table '${table.name}'`, line);
    const values = action.parameters.map((parameter) => {
      const argument = given.find((one) => one.name === parameter.name);
      if (argument === undefined) {
        throw new StfError(line, `action '${action.name}' needs '${parameter.name}'`);
      }
      const value = parseNumber(argument.value);
      if (value === undefined) throw new StfError(line, `'${argument.value}' is no number`);
      if (value >= 1n << BigInt(parameter.bits)) {
        throw new StfError(
          line,
          `${value} does not fit into the ${parameter.bits} bits of '${parameter.name}'`,
        );
      }
      return value;
    });
    const stranger = given.find((one) => !action.parameters.some((parameter) => parameter.name === one.name));
    if (stranger !== undefined) {
      throw new StfError(line, `action '${action.name}' has no parameter '${stranger.name}'`);
    }
    return { action: action.index, data: encodeActionData(action, values) };
  }

  #keyIndex(table: Table, { name }: Assignment, line: number): number {
    const exact = table.keys.findIndex((key) => meansKey(key.name, name));
    if (exact >= 0) return exact;
    const written = indexed(name);
    const ending = table.keys.findIndex(
      (key) =>
        key.name.endsWith(`.${written}`) ||
        key.name.endsWith(`.${written}$`) ||
        (name === 'valid' && key.name.endsWith('$valid$')),
    );
    if (ending >= 0) return ending;
    const known = table.keys.map((key) => key.name).join(', ');
    throw new StfError(
      line,
      `table '${table.name}' has no key '${name}'; it has ${known === '' ? 'none' : known}`,
    );
  }

  #add(command: Extract<StfCommand, { kind: 'add' }>): void {
    const { line } = command;
    const table = this.#table(command.table, line);
    if (table.profile !== undefined) {
      throw new StfError(
        line,
        `table '${table.name}' has an action profile, for which the format has no commands`,
      );
    }
    const matches = table.keys.map(unmentioned);
    for (const match of command.matches) {
      const index = this.#keyIndex(table, match, line);
      const key = table.keys[index];
      const value = key === undefined ? 'there is no such key' : fieldMatch(key, match.value);
      if (typeof value === 'string') throw new StfError(line, value);
      matches[index] = value;
    }
    const change = this.#device.state.engine(table).insert({
      matches,
      ...this.#action(table, command.action, line),
      // A larger number wins, as in the format; tables without priorities do not look at it.
      priority: command.priority ?? 0,
    });
    if (!change.ok) throw new StfError(line, change.message);
    if (command.name !== undefined) this.#named.set(command.name, { table, handle: change.handle });
  }

  #setDefault(command: Extract<StfCommand, { kind: 'setdefault' }>): void {
    const table = this.#table(command.table, command.line);
    const action = this.#action(table, command.action, command.line);
    const change = this.#device.state.engine(table).setDefault(action);
    if (!change.ok) throw new StfError(command.line, change.message);
  }

  #checkCounter(command: Extract<StfCommand, { kind: 'checkCounter' }>): void {
    const { unit, comparison, value } = command.check;
    const counted = this.#counted(command)[unit];
    if (!HOLDS[comparison](counted, BigInt(value))) {
      this.#failures.push({
        line: command.line,
        message: `counter ${command.counter}(${command.index}) has ${counted} ${unit}, expected ${comparison} ${value}`,
      });
    }
  }

  #counted(command: Extract<StfCommand, { kind: 'checkCounter' }>) {
    const { line } = command;
    const counter = byName(this.#device.program.counters, command.counter, 'counter', line);
    const array = this.#device.state.counterArrays.get(counter);
    if (array !== undefined) {
      const index = parseNumber(command.index);
      if (index === undefined) throw new StfError(line, `'${command.index}' is no index`);
      return this.#element(array, Number(index), line);
    }
    const named = this.#named.get(command.index.replace(/^\$/, ''));
    if (named === undefined) throw new StfError(line, `no entry was named '${command.index}'`);
    const engine = this.#device.state.engine(named.table);
    return engine.counters(engine.addressOf(named.handle)) ?? { packets: 0n, bytes: 0n };
  }

  #element(array: CounterArray, index: number, line: number) {
    if (index >= array.size) throw new StfError(line, `the array has ${array.size} elements, counted from 0`);
    return array.read(index);
  }

  #array(
    command: Extract<
      StfCommand,
      {
        kind:
          | 'counterRead'
          | 'counterWrite'
          | 'registerRead'
          | 'registerWrite'
          | 'registerReset'
          | 'meterRead'
          | 'meterSet';
      }
    >,
  ): void {
    const { program, state } = this.#device;
    const { line } = command;
    try {
      switch (command.kind) {
        case 'counterRead':
        case 'counterWrite': {
          const array = state.counterArrays.get(byName(program.counters, command.array, 'counter', line));
          if (array === undefined) throw new StfError(line, 'a direct counter has no indices');
          if (command.kind === 'counterWrite') array.write(command.index, command);
          else {
            const { packets, bytes } = array.read(command.index);
            this.#print(`${command.array}[${command.index}] = ${packets} packets, ${bytes} bytes`);
          }
          return;
        }
        case 'registerRead':
        case 'registerWrite':
        case 'registerReset': {
          const array = state.registerArrays.get(byName(program.registers, command.array, 'register', line));
          if (command.kind === 'registerReset') array?.clear();
          else if (command.kind === 'registerWrite') array?.write(command.index, command.value);
          else this.#print(`${command.array}[${command.index}] = ${array?.read(command.index) ?? 0n}`);
          return;
        }
        case 'meterRead':
        case 'meterSet': {
          const array = state.meterArrays.get(byName(program.meters, command.array, 'meter', line));
          if (array === undefined) throw new StfError(line, 'a direct meter has no indices');
          if (!('rates' in command)) {
            const config = array.config(command.index);
            this.#print(
              `${command.array}[${command.index}] = ${config === undefined ? 'not set' : describeMeter(config)}`,
            );
            return;
          }
          const config = meterConfig(command.rates);
          const { index } = command;
          const all = index === undefined ? Array.from({ length: array.size }, (_, each) => each) : [index];
          for (const each of all) {
            const wrong = array.configure(each, config, this.#device.now());
            if (wrong !== undefined) throw new StfError(line, wrong);
          }
        }
      }
    } catch (problem) {
      // Arrays say which indices there are.
      if (problem instanceof RangeError) throw new StfError(line, problem.message);
      throw problem;
    }
  }

  #compare(): void {
    for (const port of [...this.#ports].sort((one, other) => one - other)) {
      const expected = this.#expected.get(port) ?? [];
      const found = this.#outputs.get(port) ?? [];
      const [any] = expected.filter(({ digits }) => digits === undefined);
      if (any !== undefined) {
        if (found.length === 0) this.#fail(any.line, `no packet left by port ${port}`);
        continue;
      }
      for (const [index, one] of expected.entries()) {
        const packet = found[index];
        const problem = packet === undefined ? 'it did not come' : packetDifference(one, packet);
        if (problem !== undefined) this.#fail(one.line, `packet ${index + 1} of port ${port}: ${problem}`);
      }
      for (const packet of found.slice(expected.length)) {
        const line = expected.at(-1)?.line ?? 0;
        this.#fail(line, `a packet left by port ${port} that was not expected: ${hexOf(packet)}`);
      }
    }
  }

  #fail(line: number, message: string): void {
    this.#failures.push({ line, message });
  }
}

/** What is not as expected in a packet; undefined: nothing. */
export function packetDifference({ digits = '', whole }: Expected, packet: Uint8Array): string | undefined {
  const found = hexOf(packet);
  const show = `\n  expected ${digits}${whole ? '$' : ''}\n  found    ${found}`;
  if (found.length < digits.length)
    return `it has ${packet.length} bytes, expected ${digits.length / 2}${show}`;
  if (whole && found.length > digits.length) {
    return `it has ${packet.length} bytes, expected ${digits.length / 2}${show}`;
  }
  for (const [index, digit] of [...digits].entries()) {
    if (digit !== '*' && digit !== found[index]) return `byte ${Math.floor(index / 2)} differs${show}`;
  }
  return undefined;
}

/** Tokens a second from tokens a microsecond. */
function perSecond(rate: number): bigint {
  return BigInt(Math.round(rate * 1e6));
}

/** BMv2 gives its meters the committed and the peak rate; with one rate the excess burst is none. */
function meterConfig(rates: readonly StfRate[]): MeterConfig {
  const [committed, peak] = rates;
  const committedRate = perSecond(committed?.rate ?? 0);
  const committedBurst = BigInt(committed?.burst ?? 0);
  if (peak === undefined) return { kind: 'single-rate', committedRate, committedBurst, excessBurst: 0n };
  return {
    kind: 'two-rates',
    committedRate,
    committedBurst,
    peakRate: perSecond(peak.rate),
    peakBurst: BigInt(peak.burst),
  };
}

function describeMeter(config: MeterConfig): string {
  return Object.entries(config)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
