/** Random programs on the embedded switch. */

import { bigEndian } from '../../switch/engine/environment.ts';
import { createSwitch, encodeActionData, type Switch } from '../../switch/engine/index.ts';
import type { Action, Table, TableKey } from '../../switch/engine/json/index.ts';
import { ActionProfile } from '../../switch/externs/index.ts';
import type { FieldMatch } from '../../switch/tables/index.ts';
import type { Call, Command, KeyValue } from './generator/entries.ts';
import type { ArrayModel } from './generator/externs.ts';
import { PORTS } from './generator/plan.ts';
import type { RandomProgram } from './generator/program.ts';
import { partOf } from './names.ts';
import { comparableArrays, type Outcome } from './outcome.ts';

function named<T extends { readonly name: string }>(things: Iterable<T>, name: string): T {
  for (const thing of things) if (thing.name === name) return thing;
  throw new Error(`the program has no '${name}'`);
}

function fieldMatch(key: TableKey, value: KeyValue): FieldMatch {
  const bytes = (number: bigint) => bigEndian(number, key.bits);
  switch (value.kind) {
    case 'exact':
      return { kind: 'exact', value: bytes(value.value) };
    case 'lpm':
      return { kind: 'lpm', value: bytes(value.value), prefixLength: value.length };
    case 'ternary':
      return value.mask === 0n
        ? { kind: 'any' }
        : { kind: 'ternary', value: bytes(value.value), mask: bytes(value.mask) };
    case 'range':
      return { kind: 'range', low: bytes(value.low), high: bytes(value.high) };
  }
}

/** Above all priorities of a random program. */
const PRIORITIES = 1000;

/** Gives a switch the commands of a program. */
export class Controller {
  readonly #device: Switch;
  readonly #members = new Map<string, number>();
  readonly #groups = new Map<string, number>();
  readonly #sets = new Map<string, readonly FieldMatch[][]>();

  constructor(device: Switch) {
    this.#device = device;
  }

  #call(actions: readonly Action[], { action: name, arguments: values }: Call) {
    const action = named(actions, name);
    return { action: action.index, data: encodeActionData(action, values) };
  }

  #profile(name: string): { readonly profile: ActionProfile; readonly actions: readonly Action[] } {
    const { program, state } = this.#device;
    const definition = named(program.profiles, name);
    const profile = state.profiles.get(definition);
    if (profile === undefined) throw new Error(`there is no profile '${name}'`);
    const actions = program.tables
      .filter((table) => table.profile === definition)
      .flatMap((table) => table.actions);
    return { profile, actions };
  }

  execute(command: Command): void {
    const { program, state } = this.#device;
    switch (command.kind) {
      case 'entry':
        this.#entry(named(program.tables, command.table), command);
        return;
      case 'member': {
        const { profile, actions } = this.#profile(command.profile);
        const number = this.#members.get(command.profile) ?? 0;
        this.#members.set(command.profile, number + 1);
        check(profile.addMember(number, this.#call(actions, command)));
        return;
      }
      case 'group': {
        const { profile } = this.#profile(command.profile);
        const number = this.#groups.get(command.profile) ?? 0;
        this.#groups.set(command.profile, number + 1);
        check(
          profile.addGroup(
            number,
            command.members.map((member) => ({ member, weight: 1 })),
          ),
        );
        return;
      }
      case 'session':
        state.replication.setSession(command.session, {
          replicas: [{ port: command.port, replicationId: 0 }],
          truncateTo: 0,
          classOfService: 0,
        });
        return;
      case 'session-group':
        state.replication.setSession(command.session, {
          replicas: state.replication.group(command.group) ?? [],
          truncateTo: 0,
          classOfService: 0,
        });
        return;
      case 'multicast':
        state.replication.setGroup(
          command.group,
          command.nodes.flatMap(({ rid, ports }) => ports.map((port) => ({ port, replicationId: rid }))),
        );
        return;
      case 'value': {
        const definition = named(program.valueSets, `prs.${command.set}`);
        const member: FieldMatch[] = [{ kind: 'exact', value: bigEndian(command.value, definition.bits) }];
        const members = [...(this.#sets.get(command.set) ?? []), member];
        this.#sets.set(command.set, members);
        check(state.valueSets.get(definition)?.setMembers(members));
      }
    }
  }

  #entry(table: Table, { keys, target, priority }: Extract<Command, { kind: 'entry' }>): void {
    const { state } = this.#device;
    const matches = table.keys.map((key, index): FieldMatch => {
      const value = keys[index];
      return value === undefined ? { kind: 'any' } : fieldMatch(key, value);
    });
    const action =
      target.kind === 'action' ? this.#call(table.actions, target) : this.#reference(table, target);
    const change = state.engine(table).insert({
      matches,
      ...action,
      // The smaller wins for simple_switch.
      ...(priority === undefined ? {} : { priority: PRIORITIES - priority }),
    });
    if (!change.ok) throw new Error(change.message);
  }

  #reference(
    table: Table,
    target:
      | { readonly kind: 'member'; readonly member: number }
      | { readonly kind: 'group'; readonly group: number },
  ) {
    const profile = table.profile === undefined ? undefined : this.#device.state.profiles.get(table.profile);
    if (profile === undefined) throw new Error(`table ${table.name} has no profile`);
    const reference =
      target.kind === 'member'
        ? profile.memberReference(target.member)
        : profile.groupReference(target.group);
    if (reference === undefined) throw new Error(`profile of ${table.name} has no such ${target.kind}`);
    return { action: 0, data: ActionProfile.data(reference) };
  }
}

function check(refusal: { readonly message: string } | undefined): void {
  if (refusal !== undefined) throw new Error(refusal.message);
}

/**
 * Runs a program on the embedded switch.
 * @param json BMv2 JSON, parsed.
 */
export function runEmbedded(
  json: unknown,
  program: RandomProgram,
  optimization: 'none' | 'speed' = 'none',
): Outcome {
  const device = createSwitch(json, { optimization });
  const controller = new Controller(device);
  const { commands, arrays } = partOf(program, json);
  for (const command of commands) controller.execute(command);
  const outputs = new Map<number, string[]>();
  for (const { port, bytes } of device.injectAll(program.packets)) {
    if (port < PORTS) outputs.set(port, [...(outputs.get(port) ?? []), Buffer.from(bytes).toString('hex')]);
  }
  return { outputs, arrays: readArrays(device, arrays) };
}

function readArrays(device: Switch, arrays: readonly ArrayModel[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const { state } = device;
  for (const { kind, name, size } of comparableArrays(arrays)) {
    for (let index = 0; index < size; index++) {
      const element = `${name}[${index}]`;
      if (kind === 'register') {
        const array = state.registerArrays.get(named(device.program.registers, name));
        values.set(element, String(array?.read(index) ?? 'nothing'));
      } else {
        const array = state.counterArrays.get(named(device.program.counters, name));
        const value = array?.read(index);
        values.set(element, `${value?.bytes} bytes, ${value?.packets} packets`);
      }
    }
  }
  return values;
}
