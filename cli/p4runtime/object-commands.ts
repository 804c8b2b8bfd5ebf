/** The work of `moor counters`, `meters`, `registers`, `members`, `groups`, `multicast` and `clones`. */

import { BatchError, codeName, RpcError } from '../../p4runtime/client/index.ts';
import { type DataValue, decodeData, encodeData } from '../../p4runtime/codec/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  type ActionProfileGroup_Member,
  type CloneSessionEntry,
  type CounterData,
  type Entity,
  type MeterConfig,
  type MeterCounterData,
  type MulticastGroupEntry,
  type Replica,
  Update_Type,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { ActionProfileInfo, Collection, Identified } from '../../p4runtime/schema/index.ts';
import { EXIT } from '../exit-codes.ts';
import type {
  CloneOptions,
  CounterOptions,
  GroupOptions,
  MemberOptions,
  MeterOptions,
  MeterReadOptions,
  Verb,
} from '../objects.ts';
import { UserProblem } from '../user-problem.ts';
import { actionText, parseAction, showAction } from './entries.ts';
import { printJson, printTable } from './output.ts';
import { readAll, type Session, type TargetOptions, withSession, writeOne } from './session.ts';
import { parseNumber } from './values.ts';

const TYPES = { insert: Update_Type.INSERT, modify: Update_Type.MODIFY, delete: Update_Type.DELETE } as const;

/** Reads what a request selects, of the kind that `take` takes. */
async function readOf<T>(
  { client }: Session,
  request: Entity['entity'],
  take: (one: Entity['entity']) => T | undefined,
): Promise<T[]> {
  const found = await readAll(client, { entity: request });
  return found.flatMap(({ entity }) => take(entity) ?? []);
}

function show(
  options: TargetOptions,
  head: readonly string[],
  shown: readonly Record<string, unknown>[],
): void {
  if (options.json === true) {
    printJson(shown);
    return;
  }
  const rows = shown.map((one) => head.map((name) => text(one[name.toLowerCase().replaceAll(' ', '')])));
  printTable(head, rows);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(text).join(', ');
  return typeof value === 'object'
    ? JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
    : String(value);
}

/** The id that a name means, or 0 for all. */
function idOf<T extends Identified>(all: Collection<T>, name: string | undefined): number {
  return name === undefined ? 0 : all.get(name).id;
}

/** A cell of an array, or all. @throws UserProblem where it has no such cell: what targets say to that differs, and may be nothing. */
function cellOf(
  array: { readonly name: string; readonly size: number | bigint } | undefined,
  index: bigint | undefined,
): { readonly index: bigint } | undefined {
  if (index === undefined) return undefined;
  const size = BigInt(array?.size ?? 0);
  if (array !== undefined && size > 0n && index >= size) {
    const has = size === 1n ? 'cell 0 alone' : `cells 0 to ${size - 1n}`;
    throw new UserProblem(`'${array.name}' has ${has}, and no ${index}`);
  }
  return { index };
}

/** All of a kind, or those of one name. */
function arrayOf<T extends Identified>(all: Collection<T>, name: string | undefined): T | undefined {
  return name === undefined ? undefined : all.get(name);
}

/** `moor counters get`. */
export async function getCounters(
  name: string | undefined,
  index: bigint | undefined,
  options: TargetOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { counters } = await session.schema();
    const value = {
      counterId: idOf(counters, name),
      index: cellOf(arrayOf(counters, name), index),
      data: undefined,
    };
    const found = await readOf(session, { $case: 'counterEntry', value }, (one) =>
      one?.$case === 'counterEntry' ? one.value : undefined,
    );
    const shown = found.map(({ counterId, index: at, data }) => ({
      counter: counters.get(counterId).name,
      index: at?.index ?? 0n,
      packets: data?.packetCount ?? 0n,
      bytes: data?.byteCount ?? 0n,
    }));
    show(options, ['COUNTER', 'INDEX', 'PACKETS', 'BYTES'], shown);
  });
}

/** `moor counters set`. */
export async function setCounter(
  name: string,
  index: bigint | undefined,
  options: CounterOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { counters } = await session.schema();
    const data = { packetCount: options.packets, byteCount: options.bytes };
    const value = { counterId: counters.get(name).id, index: cellOf(counters.get(name), index), data };
    await writeOne(session, {
      type: Update_Type.MODIFY,
      entity: { entity: { $case: 'counterEntry', value } },
    });
  });
}

/** `moor meters get`. */
export async function getMeters(
  name: string | undefined,
  index: bigint | undefined,
  options: MeterReadOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { meters } = await session.schema();
    const value = {
      meterId: idOf(meters, name),
      index: cellOf(arrayOf(meters, name), index),
      config: undefined,
      counterData:
        options.colors === true ? { green: undefined, yellow: undefined, red: undefined } : undefined,
    };
    const found = await readOf(session, { $case: 'meterEntry', value }, (one) =>
      one?.$case === 'meterEntry' ? one.value : undefined,
    );
    const shown = found.map(({ meterId, index: at, config, counterData }) => ({
      meter: meters.get(meterId).name,
      index: at?.index ?? 0n,
      ...(config ?? {}),
      ...(counterData === undefined ? {} : showColors(counterData, options)),
    }));
    const colors = options.colors === true ? ['GREEN', 'YELLOW', 'RED'] : [];
    show(options, ['METER', 'INDEX', 'CIR', 'CBURST', 'PIR', 'PBURST', 'EBURST', ...colors], shown);
  });
}

/** Each color as `packets` and `bytes`, or in words. */
function showColors({ green, yellow, red }: MeterCounterData, { json }: TargetOptions) {
  const show = (data: CounterData | undefined) => {
    const { packetCount: packets = 0n, byteCount: bytes = 0n } = data ?? {};
    return json === true ? { packets, bytes } : `${packets} (${bytes} bytes)`;
  };
  return { green: show(green), yellow: show(yellow), red: show(red) };
}

/** `moor meters set` and `reset`. */
export async function setMeter(
  name: string,
  index: bigint | undefined,
  options: MeterOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { meters } = await session.schema();
    const { cir, cburst, pir, pburst, eburst } = options;
    const config: MeterConfig | undefined =
      cir === undefined || cburst === undefined
        ? undefined
        : { cir, cburst, pir: pir ?? cir, pburst: pburst ?? cburst, eburst: eburst ?? 0n };
    const value = {
      meterId: meters.get(name).id,
      index: cellOf(meters.get(name), index),
      config,
      counterData: undefined,
    };
    await writeOne(session, { type: Update_Type.MODIFY, entity: { entity: { $case: 'meterEntry', value } } });
  });
}

/** `moor registers get`. */
export async function getRegisters(
  name: string | undefined,
  index: bigint | undefined,
  options: TargetOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { registers } = await session.schema();
    const value = {
      registerId: idOf(registers, name),
      index: cellOf(arrayOf(registers, name), index),
      data: undefined,
    };
    const found = await readOf(session, { $case: 'registerEntry', value }, (one) =>
      one?.$case === 'registerEntry' ? one.value : undefined,
    ).catch(withoutRegisters);
    const shown = found.map(({ registerId, index: at, data }) => {
      const register = registers.get(registerId);
      const decoded = data === undefined ? undefined : decodeData(register.type, data, register.name);
      return { register: register.name, index: at?.index ?? 0n, value: decoded };
    });
    show(options, ['REGISTER', 'INDEX', 'VALUE'], shown);
  });
}

/** `moor registers set`. */
export async function setRegister(
  name: string,
  index: string,
  written: string,
  options: TargetOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { registers } = await session.schema();
    const register = registers.get(name);
    const at = index === '*' ? undefined : parseNumber(index);
    if (index !== '*' && at === undefined)
      throw new UserProblem(`'${index}' is no index; write a number, or * for all`, EXIT.usage);
    const data = encodeData(register.type, registerValue(written), register.name);
    const value = { registerId: register.id, index: cellOf(register, at), data };
    await writeOne(session, {
      type: Update_Type.MODIFY,
      entity: { entity: { $case: 'registerEntry', value } },
    }).catch(withoutRegisters);
  });
}

/** What is thrown by targets that have none: BMv2's server. @throws UserProblem, or what it was given. */
function withoutRegisters(problem: unknown): never {
  const cause = causeOf(problem);
  if (cause?.code !== Code.UNIMPLEMENTED) throw problem;
  throw new UserProblem(
    `this switch has no registers over P4Runtime (it says: ${cause.message}); simple_switch_grpc has them over Thrift: simple_switch_CLI, register_read NAME INDEX`,
    EXIT.environment,
  );
}

function registerValue(written: string): DataValue {
  if (written === 'true' || written === 'false') return written === 'true';
  const negative = written.startsWith('-');
  const value = parseNumber(negative ? written.slice(1) : written);
  if (value === undefined) return written;
  return negative ? -value : value;
}

/** Reads members or groups. BMv2's server refuses that where tables hold theirs themselves (P4Runtime, 9.2.3: one shot). */
async function readProfile<T>(
  session: Session,
  request: Entity['entity'],
  take: (one: Entity['entity']) => T | undefined,
): Promise<T[]> {
  try {
    return await readOf(session, request, take);
  } catch (problem) {
    if (!(problem instanceof RpcError) || !/mix action selector programming modes/.test(problem.message))
      throw problem;
    throw new UserProblem(
      `the entries of its tables hold their actions and weights themselves, and the target shows them there alone: 'moor tables dump' (${problem.message})`,
    );
  }
}

/** `moor members list`. */
export async function listMembers(profile: string | undefined, options: TargetOptions): Promise<number> {
  return withSession(options, async (session) => {
    const schema = await session.schema();
    const value = { actionProfileId: idOf(schema.actionProfiles, profile), memberId: 0, action: undefined };
    const found = await readProfile(session, { $case: 'actionProfileMember', value }, (one) =>
      one?.$case === 'actionProfileMember' ? one.value : undefined,
    );
    const shown = found.map(({ actionProfileId, memberId, action }) => ({
      profile: schema.actionProfiles.get(actionProfileId).name,
      member: memberId,
      action: action === undefined ? undefined : showAction(schema, action),
    }));
    if (options.json === true) printJson(shown);
    else {
      const rows = shown.map(({ profile: name, member, action }) => [
        name,
        String(member),
        action === undefined ? '' : actionText(action),
      ]);
      printTable(['PROFILE', 'MEMBER', 'ACTION'], rows);
    }
  });
}

/** `moor members insert`, `modify` and `delete`. */
export async function writeMember(
  verb: Verb,
  profile: string,
  memberId: number,
  options: MemberOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const schema = await session.schema();
    const info = schema.actionProfiles.get(profile);
    const action =
      options.action === undefined ? undefined : parseAction(schema, options.action, options.param);
    const value = { actionProfileId: info.id, memberId, action };
    await writeOne(session, {
      type: TYPES[verb],
      entity: { entity: { $case: 'actionProfileMember', value } },
    }).catch((problem) => perhapsInUse(problem, verb, 'groups and entries that have the member'));
  });
}

/** What the target says of the first thing that it refused. */
function causeOf(problem: unknown): { readonly code: number; readonly message: string } | undefined {
  if (problem instanceof BatchError) {
    const failures: readonly { readonly code: number; readonly message: string }[] = problem.failures;
    return failures[0] ?? problem;
  }
  return problem instanceof RpcError ? problem : undefined;
}

/** BMv2's server says UNKNOWN where something still refers to what is to go. @throws UserProblem, or what it was given. */
function perhapsInUse(problem: unknown, verb: Verb, users: string): never {
  const cause = causeOf(problem);
  if (verb !== 'delete' || cause?.code !== Code.UNKNOWN) throw problem;
  throw new UserProblem(`${codeName(cause.code)}: ${cause.message}; ${users} have to go first`);
}

/** `moor groups list`. */
export async function listGroups(selector: string | undefined, options: TargetOptions): Promise<number> {
  return withSession(options, async (session) => {
    const { actionProfiles } = await session.schema();
    const value = { actionProfileId: idOf(actionProfiles, selector), groupId: 0, members: [], maxSize: 0 };
    const found = await readProfile(session, { $case: 'actionProfileGroup', value }, (one) =>
      one?.$case === 'actionProfileGroup' ? one.value : undefined,
    );
    const shown = found.map(({ actionProfileId, groupId, members, maxSize }) => ({
      selector: actionProfiles.get(actionProfileId).name,
      group: groupId,
      maxsize: maxSize,
      members: members.map(memberText),
    }));
    show(options, ['SELECTOR', 'GROUP', 'MAX SIZE', 'MEMBERS'], shown);
  });
}

function memberText({ memberId, weight, watchKind }: ActionProfileGroup_Member): string {
  const port =
    watchKind?.$case === 'watchPort' && watchKind.value.length > 0 ? `@${portText(watchKind.value)}` : '';
  return `${memberId}${weight === 1 ? '' : `x${weight}`}${port}`;
}

function portText(bytes: Uint8Array): string {
  const isText =
    bytes.length > 0 &&
    bytes.every((byte) => byte >= 0x20 && byte < 0x7f) &&
    /[a-z]/i.test(Buffer.from(bytes).toString());
  return isText
    ? Buffer.from(bytes).toString()
    : String(BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`));
}

function portBytes(port: string): Uint8Array {
  const number = parseNumber(port);
  if (number === undefined) return Uint8Array.from(Buffer.from(port));
  const hex = number.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}

function parseMember(written: string): ActionProfileGroup_Member {
  const [, id, weight, port] = /^(\d+)(?:x(\d+))?(?:@(.+))?$/.exec(written) ?? [];
  if (id === undefined)
    throw new UserProblem(`'${written}': write MEMBER, MEMBERxWEIGHT or MEMBER@PORT`, EXIT.usage);
  return {
    memberId: Number(id),
    weight: Number(weight ?? 1),
    watchKind: port === undefined ? undefined : { $case: 'watchPort', value: portBytes(port) },
  };
}

/** `moor groups insert`, `modify` and `delete`. */
export async function writeGroup(
  verb: Verb,
  selector: string,
  groupId: number,
  members: readonly string[],
  options: GroupOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const { actionProfiles } = await session.schema();
    const info: ActionProfileInfo = actionProfiles.get(selector);
    const value = {
      actionProfileId: info.id,
      groupId,
      members: members.map(parseMember),
      maxSize: options.maxSize,
    };
    await writeOne(session, {
      type: TYPES[verb],
      entity: { entity: { $case: 'actionProfileGroup', value } },
    }).catch((problem) => perhapsInUse(problem, verb, 'entries that have the group'));
  });
}

type ReplicationKind = 'multicast' | 'clones';

function replicationEntity(
  type:
    | { $case: 'multicastGroupEntry'; value: MulticastGroupEntry }
    | { $case: 'cloneSessionEntry'; value: CloneSessionEntry },
): Entity {
  return { entity: { $case: 'packetReplicationEngineEntry', value: { type } } };
}

function makeReplication(
  kind: ReplicationKind,
  id: number,
  replicas: readonly Replica[],
  rest: { truncate: number; class: number },
): Entity {
  return kind === 'multicast'
    ? replicationEntity({
        $case: 'multicastGroupEntry',
        value: { multicastGroupId: id, replicas, metadata: new Uint8Array() },
      })
    : replicationEntity({
        $case: 'cloneSessionEntry',
        value: { sessionId: id, replicas, classOfService: rest.class, packetLengthBytes: rest.truncate },
      });
}

function replicaText({ portKind, instance }: Replica): string {
  const port =
    portKind === undefined
      ? '?'
      : portKind.$case === 'port'
        ? portText(portKind.value)
        : String(portKind.value);
  return instance === 0 ? port : `${port}/${instance}`;
}

/** `moor multicast list` and `moor clones list`. */
export async function listReplication(kind: ReplicationKind, options: TargetOptions): Promise<number> {
  return withSession(options, async (session) => {
    const request = makeReplication(kind, 0, [], { truncate: 0, class: 0 });
    const found = await readOf(session, request.entity, (one) =>
      one?.$case === 'packetReplicationEngineEntry' ? one.value : undefined,
    );
    const shown = found.flatMap(({ type }): Record<string, unknown>[] => {
      if (type?.$case === 'multicastGroupEntry') {
        return [{ group: type.value.multicastGroupId, replicas: type.value.replicas.map(replicaText) }];
      }
      if (type?.$case !== 'cloneSessionEntry') return [];
      const { sessionId, replicas, classOfService, packetLengthBytes } = type.value;
      return [
        {
          session: sessionId,
          replicas: replicas.map(replicaText),
          class: classOfService,
          truncate: packetLengthBytes,
        },
      ];
    });
    show(
      options,
      kind === 'multicast' ? ['GROUP', 'REPLICAS'] : ['SESSION', 'REPLICAS', 'CLASS', 'TRUNCATE'],
      shown,
    );
  });
}

/** `moor multicast` and `moor clones`: insert, modify, delete. */
export async function writeReplication(
  kind: ReplicationKind,
  verb: Verb,
  id: number,
  ports: readonly string[],
  options: CloneOptions,
): Promise<number> {
  return withSession(options, async (session) => {
    const replicas = ports.map((written): Replica => {
      const [port = '', instance] = written.split('/');
      const number = Number(instance ?? 0);
      if (port === '' || !Number.isInteger(number))
        throw new UserProblem(`'${written}': write PORT or PORT/INSTANCE`, EXIT.usage);
      return { portKind: { $case: 'port', value: portBytes(port) }, instance: number };
    });
    const rest = { truncate: options.truncate ?? 0, class: options.class ?? 0 };
    await writeOne(session, { type: TYPES[verb], entity: makeReplication(kind, id, replicas, rest) });
  });
}
