/** Packet tests (`switch/stf`) on any engine: their entries are written over P4Runtime, whose names may be longer. */

import {
  encodeDefaultEntry,
  encodeTableEntry,
  insert,
  type Key,
  type Match,
  modify,
  remove,
} from '../../p4runtime/entities/index.ts';
import { type Entity, Replica } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { FieldInfo, TableInfo } from '../../p4runtime/schema/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { fieldMatch, packetDifference, parseNumber, type StfCommand } from '../../switch/stf/index.ts';
import type { EngineUnderTest, Loaded } from './engine.ts';

type Node = { readonly replicationId: number; readonly ports: readonly number[] };
type Command<K extends StfCommand['kind']> = Extract<StfCommand, { readonly kind: K }>;

/** Priorities of P4Runtime begin at 1. */
const LEAST_PRIORITY = 1;

/**
 * Runs a test on a program that has just been loaded.
 * @returns What is not as expected.
 * @throws Error for commands that P4Runtime has nothing for, and for names that the program does not have.
 */
export async function runStf(
  engine: EngineUnderTest,
  loaded: Loaded,
  commands: readonly StfCommand[],
): Promise<readonly string[]> {
  const run = new Run(loaded);
  const packets = commands.filter((one) => one.kind === 'packet');
  const expected = commands.filter((one) => one.kind === 'expect');
  const problems: string[] = [];
  const found: PortPacket[] = [];
  let waiting: Command<'packet'>[] = [];
  const send = async () => {
    if (waiting.length > 0) found.push(...(await engine.send(waiting)));
    waiting = [];
  };
  for (const command of commands) {
    if (command.kind === 'packet') waiting.push(command);
    else if (command.kind !== 'expect') {
      await send();
      await run.execute(command);
    }
  }
  await send();
  await run.end();
  const ports = new Set([...packets, ...expected].map(({ port }) => port));
  for (const port of ports) {
    const left = found.filter((one) => one.port === port);
    const wanted = expected.filter((one) => one.port === port);
    if (wanted.some(({ digits }) => digits === undefined)) {
      if (left.length === 0) problems.push(`no packet left by port ${port}`);
      continue;
    }
    for (const [index, one] of wanted.entries()) {
      const packet = left[index];
      const problem = packet === undefined ? 'it did not come' : packetDifference(one, packet.bytes);
      if (problem !== undefined)
        problems.push(`line ${one.line}: packet ${index + 1} of port ${port}: ${problem}`);
    }
    for (const { bytes } of left.slice(wanted.length)) {
      problems.push(
        `a packet left by port ${port} that was not expected: ${Buffer.from(bytes).toString('hex')}`,
      );
    }
  }
  return problems;
}

class Run {
  readonly #loaded: Loaded;
  readonly #nodes: Node[] = [];
  readonly #groups = new Map<number, number[]>();
  readonly #replications: Entity[] = [];

  constructor(loaded: Loaded) {
    this.#loaded = loaded;
  }

  async execute(command: Exclude<StfCommand, { readonly kind: 'packet' | 'expect' }>): Promise<void> {
    const { client } = this.#loaded;
    switch (command.kind) {
      case 'wait':
      case 'noPacket':
        return;
      case 'add':
        await client.write([insert(this.#entry(command))]);
        return;
      case 'setdefault': {
        const table = this.#table(command.table);
        await client.write([modify(encodeDefaultEntry(table, this.#action(table, command.action)))]);
        return;
      }
      case 'mirroringAdd': {
        const session = {
          sessionId: command.session,
          replicas: [replica(command.port, 1)],
          classOfService: 0,
          packetLengthBytes: 0,
        };
        const entity = replication({ $case: 'cloneSessionEntry', value: session });
        this.#replications.push(entity);
        await client.write([insert(entity)]);
        return;
      }
      case 'groupCreate':
        this.#groups.set(command.group, []);
        return;
      case 'nodeCreate':
        this.#nodes.push(command);
        return;
      case 'nodeAssociate':
        await this.#associate(command);
        return;
      default:
        throw new Error(`line ${command.line}: '${command.kind}' is nothing that P4Runtime can do here`);
    }
  }

  async #associate({ group, node }: Command<'nodeAssociate'>): Promise<void> {
    const nodes = [...(this.#groups.get(group) ?? []), node];
    this.#groups.set(group, nodes);
    const replicas = nodes.flatMap((number) => {
      const found = this.#nodes[number];
      return found === undefined ? [] : found.ports.map((port) => replica(port, found.replicationId));
    });
    const entity = replication({
      $case: 'multicastGroupEntry',
      value: { multicastGroupId: group, replicas, metadata: new Uint8Array() },
    });
    if (nodes.length === 1) this.#replications.push(entity);
    await this.#loaded.client.write([nodes.length === 1 ? insert(entity) : modify(entity)]);
  }

  /** Takes copies away, which BMv2 keeps when it gets another program. */
  async end(): Promise<void> {
    if (this.#replications.length > 0) await this.#loaded.client.write(this.#replications.map(remove));
  }

  #table(name: string): TableInfo {
    const tables = this.#loaded.schema.tables.all;
    return byName(tables, name, 'table');
  }

  #entry(command: Command<'add'>): Entity {
    const table = this.#table(command.table);
    const key: Record<string, Match> = {};
    for (const { name, value } of command.matches) {
      const field = byName(table.fields, name.replaceAll(/\$(\d+)/g, '[$1]'), `key of table '${table.name}'`);
      key[field.name] = toMatch(field, value);
    }
    return encodeTableEntry(table, {
      key: key satisfies Key,
      action: this.#action(table, command.action),
      ...(table.hasPriority ? { priority: (command.priority ?? 0) + LEAST_PRIORITY } : {}),
    });
  }

  #action(table: TableInfo, { name, arguments: given }: Command<'add'>['action']) {
    const { action } = table.actions.find((use) => isNamed(use.action.name, name)) ?? {};
    if (action === undefined) throw new Error(`table '${table.name}' has no action '${name}'`);
    const params = Object.fromEntries(given.map((one) => [one.name, parseNumber(one.value) ?? one.value]));
    return { name: action.name, params };
  }
}

function replica(port: number, instance: number): Replica {
  const bytes = new Uint8Array([port >> 8, port & 0xff]);
  return Replica.fromPartial({ portKind: { $case: 'port', value: bytes }, instance });
}

type ReplicationType = NonNullable<
  Extract<NonNullable<Entity['entity']>, { readonly $case: 'packetReplicationEngineEntry' }>['value']['type']
>;

function replication(type: ReplicationType): Entity {
  return { entity: { $case: 'packetReplicationEngineEntry', value: { type } } };
}

/** Names of tests may be shorter than P4Info's, and those of keys longer. */
function isNamed(whole: string, name: string): boolean {
  return whole === name || whole.endsWith(`.${name}`) || name.endsWith(`.${whole}`);
}

function byName<T extends { readonly name: string }>(things: readonly T[], name: string, what: string): T {
  const found = things.find((one) => one.name === name) ?? things.find((one) => isNamed(one.name, name));
  if (found === undefined)
    throw new Error(`there is no ${what} '${name}'; there are ${things.map((one) => one.name).join(', ')}`);
  return found;
}

/** What a field matches, as P4Runtime's client takes it; undefined: everything. */
function toMatch({ name, matchKind, type }: FieldInfo, text: string): Match {
  if (matchKind === undefined || type.kind !== 'bit') throw new Error(`'${name}' cannot be matched here`);
  const found = fieldMatch({ name, match: matchKind, bits: type.width }, text);
  if (typeof found === 'string') throw new Error(found);
  const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  switch (found.kind) {
    case 'any':
      return undefined;
    case 'exact':
      return matchKind === 'ternary' ? { value: number(found.value) } : number(found.value);
    case 'ternary':
      return { value: number(found.value), mask: number(found.mask) };
    case 'lpm':
      return { value: number(found.value), prefixLength: found.prefixLength };
    case 'range':
      return { low: number(found.low), high: number(found.high) };
  }
}
