/** A server on a free port of 127.0.0.1, and clients of it. */

import type { ExecutionContext } from 'ava';
import { BatchError, type RpcError, SwitchClient } from '../../../p4runtime/client/index.ts';
import {
  type Action,
  Entity,
  type FieldMatch,
  type ForwardingPipelineConfig,
  SetForwardingPipelineConfigRequest_Action,
  TableEntry,
  type Update,
  Update_Type,
} from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import { type RunningServer, startServer } from '../server.ts';
import { type MapDevice, makeMapDevice } from './map-device.ts';
import { ID, makeConfig } from './program.ts';

export const PORTS: ReadonlyMap<number, string> = new Map([
  [1, 'veth1'],
  [2, 'veth2'],
]);

export type TestServer = {
  readonly device: MapDevice;
  readonly server: RunningServer;
  readonly target: string;
  /** A client that has not arbitrated; closed when the test ends. */
  readonly client: (options?: {
    readonly role?: string;
    readonly roleConfig?: { typeUrl: string; value: Uint8Array };
  }) => SwitchClient;
  /** A client that is primary. */
  readonly primary: (electionId?: bigint) => Promise<SwitchClient>;
};

/** Starts a server. @param config What it runs; null: nothing yet. */
export async function serve(
  t: ExecutionContext,
  config: ForwardingPipelineConfig | null = makeConfig(),
): Promise<TestServer> {
  const device = makeMapDevice({ ports: PORTS, cpuPort: 255 });
  const server = await startServer({
    device,
    deviceId: 3n,
    address: '127.0.0.1:0',
    ...(config === null ? {} : { config }),
  });
  const target = `127.0.0.1:${server.port}`;
  const clients: SwitchClient[] = [];
  t.teardown(async () => {
    for (const one of clients) one.close();
    await server.close();
  });
  const client: TestServer['client'] = (options = {}) => {
    const made = new SwitchClient({ target, deviceId: 3n, timeoutMs: 60_000, ...options });
    clients.push(made);
    return made;
  };
  const primary = async (electionId = 1n) => {
    const made = client();
    await made.arbitrate(electionId);
    return made;
  };
  return { device, server, target, client, primary };
}

export const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.of(...values);

export const exact = (fieldId: number, ...value: readonly number[]): FieldMatch => ({
  fieldId,
  fieldMatchType: { $case: 'exact', value: { value: bytes(...value) } },
});

export const call = (actionId: number, ...params: readonly (readonly number[])[]) => {
  const value: Action = {
    actionId,
    params: params.map((value, index) => ({ paramId: index + 1, value: bytes(...value) })),
  };
  return { type: { $case: 'action', value } } as const;
};

export const SET = call(ID.set, [1], [0xaa, 0xbb]);

/** An entity; what is left out has its default value. */
export const entity = (value: Parameters<typeof Entity.fromPartial>[0]): Entity => Entity.fromPartial(value);

/** A table entry; what is left out has its default value. */
export const entry = (value: Parameters<typeof TableEntry.fromPartial>[0]): Entity => ({
  entity: { $case: 'tableEntry', value: TableEntry.fromPartial(value) },
});

export const insert = (of: Entity): Update => ({ type: Update_Type.INSERT, entity: of });
export const modify = (of: Entity): Update => ({ type: Update_Type.MODIFY, entity: of });
export const remove = (of: Entity): Update => ({ type: Update_Type.DELETE, entity: of });

/** With byte strings that compare as Uint8Array, which Node's Buffers do not. */
function plain(of: Entity): Entity {
  return Entity.decode(Uint8Array.from(Entity.encode(of).finish()));
}

/** All that a read gives. */
export async function readAll(client: SwitchClient, ...entities: readonly Entity[]): Promise<Entity[]> {
  const found: Entity[] = [];
  for await (const one of client.read(entities)) found.push(plain(one));
  return found;
}

/** The table entries that a read gives. */
export async function readEntries(
  client: SwitchClient,
  value: Parameters<typeof TableEntry.fromPartial>[0],
): Promise<TableEntry[]> {
  const found = await readAll(client, entry(value));
  return found.flatMap(({ entity: one }) => (one?.$case === 'tableEntry' ? [one.value] : []));
}

/** Writes one update that has to fail, with this code and a message. */
export async function refused(
  t: ExecutionContext,
  client: SwitchClient,
  update: Update,
  code: number,
  message: RegExp,
  name = '',
): Promise<void> {
  const error = await t.throwsAsync<BatchError<Update>>(
    client.write([update]),
    { instanceOf: BatchError },
    name,
  );
  t.is(error?.failures.length, 1, name);
  t.is(error?.failures[0]?.code, code, `${name}: ${error?.failures[0]?.message}`);
  t.regex(error?.failures[0]?.message ?? '', message, name);
}

/** A read that has to fail. */
export async function unreadable(
  t: ExecutionContext,
  client: SwitchClient,
  request: Entity,
  code: number,
  message: RegExp,
): Promise<void> {
  const error = await t.throwsAsync<BatchError<Entity>>(readAll(client, request), { instanceOf: BatchError });
  t.is(error?.failures[0]?.code, code, error?.failures[0]?.message);
  t.regex(error?.failures[0]?.message ?? '', message);
}

/** A call that has to fail as a whole. */
export async function rejected(
  t: ExecutionContext,
  call: Promise<unknown>,
  code: number,
  message: RegExp,
): Promise<void> {
  const error = await t.throwsAsync<RpcError>(call);
  t.is(error?.code, code, error?.message);
  t.regex(error?.message ?? '', message);
}

/** The next value of a stream. */
export async function next<T>(iterator: AsyncIterator<T>): Promise<T> {
  const { value, done } = await iterator.next();
  if (done === true) throw new Error('the stream has ended');
  return value;
}

export const COMMIT = SetForwardingPipelineConfigRequest_Action.VERIFY_AND_COMMIT;
