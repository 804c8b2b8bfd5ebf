/** Batches, their atomicity and their errors; reads of many; who may ("Write RPC", "Read RPC"). */

import test from 'ava';
import { BatchError } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Entity, type Update, WriteRequest_Atomicity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  bytes,
  call,
  entity,
  entry,
  exact,
  insert,
  modify,
  next,
  readAll,
  readEntries,
  refused,
  rejected,
  remove,
  SET,
  serve,
} from './testing/harness.ts';
import { ID } from './testing/program.ts';

const at = (n: number, rest: object = {}) =>
  entry({ tableId: ID.exact, match: [exact(1, n >> 8, n & 255), exact(2, 0)], action: SET, ...rest });
const counter = (index: bigint, packetCount: bigint) =>
  entity({
    entity: {
      $case: 'counterEntry',
      value: { counterId: ID.counter, index: { index }, data: { packetCount } },
    },
  });

test('Error Reporting: a p4.v1.Error for each update, in order; others are done', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(at(1))]);
  const batch = [insert(at(1)), insert(at(2)), remove(at(9)), insert(entry({ tableId: 5 }))];
  const error = await t.throwsAsync<BatchError<Update>>(client.write(batch), { instanceOf: BatchError });
  t.deepEqual(
    error?.failures.map(({ index, code, part }) => [index, code, part]),
    [
      [0, Code.ALREADY_EXISTS, batch[0]],
      [2, Code.NOT_FOUND, batch[2]],
      [3, Code.INVALID_ARGUMENT, batch[3]],
    ],
  );
  t.regex(error?.message ?? '', /^3 of 4 updates failed: /);
  t.is((await readEntries(client, { tableId: ID.exact })).length, 2);
});

test('Error Reporting: large batches keep all codes, and clients get them', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const batch = Array.from({ length: 3000 }, (_, index) =>
    index % 2 === 0 ? insert(at(index)) : remove(at(index)),
  );
  const error = await t.throwsAsync<BatchError<Update>>(client.write(batch), { instanceOf: BatchError });
  t.is(error?.failures.length, 1500);
  t.true(error?.failures.every(({ code, index }) => code === Code.NOT_FOUND && index % 2 === 1));
  // In one request, because it is atomic, the answer has no place for a status each.
  await rejected(
    t,
    client.write(batch, { atomicity: WriteRequest_Atomicity.ROLLBACK_ON_ERROR }),
    Code.UNKNOWN,
    /the first is number 1;.*send batches of up to 1000/,
  );
});

test('Batch Atomicity: ROLLBACK_ON_ERROR and DATAPLANE_ATOMIC undo everything', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const member = (memberId: number, port = 1) =>
    entity({
      entity: {
        $case: 'actionProfileMember',
        value: { actionProfileId: ID.selector, memberId, action: call(ID.set, [port], [1]).type.value },
      },
    });
  const group = (...ids: readonly number[]) =>
    entity({
      entity: {
        $case: 'actionProfileGroup',
        value: {
          actionProfileId: ID.selector,
          groupId: 1,
          maxSize: 8,
          members: ids.map((memberId) => ({ memberId, weight: 1 })),
        },
      },
    });
  const toGroup = (n: number) =>
    entry({
      tableId: ID.selected,
      match: [exact(1, n)],
      action: { type: { $case: 'actionProfileGroupId', value: 1 } },
    });
  const multicast = (...ports: readonly number[]) =>
    entity({
      entity: {
        $case: 'packetReplicationEngineEntry',
        value: {
          type: {
            $case: 'multicastGroupEntry',
            value: {
              multicastGroupId: 1,
              replicas: ports.map((port) => ({ portKind: { $case: 'port', value: bytes(port) } })),
            },
          },
        },
      },
    });
  const register = (value: number) =>
    entity({
      entity: {
        $case: 'registerEntry',
        value: {
          registerId: ID.register,
          index: { index: 1n },
          data: { data: { $case: 'bitstring', value: bytes(value) } },
        },
      },
    });
  const digest = (maxListSize: number) =>
    entity({ entity: { $case: 'digestEntry', value: { digestId: ID.digest, config: { maxListSize } } } });
  const valueSet = (...values: readonly number[]) =>
    entity({
      entity: {
        $case: 'valueSetEntry',
        value: { valueSetId: ID.valueSet, members: values.map((value) => ({ match: [exact(1, value)] })) },
      },
    });
  const fallback = (action: object) => entry({ tableId: ID.exact, isDefaultAction: true, ...action });

  await client.write([
    insert(
      at(1, {
        metadata: bytes(1),
        meterConfig: { cir: 1n, pir: 1n },
        counterData: { packetCount: 7n },
        idleTimeoutNs: 9n,
      }),
    ),
    insert(at(2)),
    modify(counter(1n, 5n)),
    insert(member(1)),
    insert(member(2)),
    insert(multicast(1)),
    modify(register(7)),
    insert(digest(3)),
    modify(valueSet(4)),
    modify(fallback({ action: call(ID.onlyDefault), metadata: bytes(5) })),
  ]);
  await client.write([insert(group(1))]);
  await client.write([insert(toGroup(1))]);
  const everything: readonly Entity[] = [
    entry({ counterData: {}, meterConfig: {} }),
    entry({ tableId: ID.exact, isDefaultAction: true, counterData: {} }),
    entity({ entity: { $case: 'actionProfileMember', value: {} } }),
    entity({ entity: { $case: 'actionProfileGroup', value: {} } }),
    entity({ entity: { $case: 'counterEntry', value: {} } }),
    entity({ entity: { $case: 'registerEntry', value: {} } }),
    entity({ entity: { $case: 'digestEntry', value: {} } }),
    entity({ entity: { $case: 'valueSetEntry', value: {} } }),
    entity({
      entity: {
        $case: 'packetReplicationEngineEntry',
        value: { type: { $case: 'multicastGroupEntry', value: {} } },
      },
    }),
  ];
  const before = (await readAll(client, ...everything)).map((each) => JSON.stringify(each, text)).sort();
  const batch = [
    modify(at(1, { action: call(ID.drop), metadata: bytes(2) })),
    remove(at(2)),
    insert(at(2, { action: call(ID.drop) })),
    remove(at(1)),
    insert(at(3)),
    modify(counter(1n, 6n)),
    remove(toGroup(1)),
    remove(group()),
    remove(member(1)),
    insert(member(1, 2)),
    modify(member(2, 2)),
    insert(group(1, 2)),
    modify(group(2)),
    insert(toGroup(2)),
    modify(multicast(1, 2)),
    remove(multicast()),
    modify(register(8)),
    modify(digest(4)),
    remove(digest(4)),
    modify(valueSet(1, 2)),
    modify(fallback({ action: call(ID.drop), counterData: { packetCount: 3n } })),
    modify(fallback({})),
    insert(entry({ tableId: 5 })),
    insert(at(4)),
  ];
  for (const atomicity of [
    WriteRequest_Atomicity.ROLLBACK_ON_ERROR,
    WriteRequest_Atomicity.DATAPLANE_ATOMIC,
  ]) {
    const error = await t.throwsAsync<BatchError<Update>>(client.write(batch, { atomicity }), {
      instanceOf: BatchError,
    });
    t.is(error?.failures.length, batch.length);
    t.deepEqual(
      error?.failures.filter(({ code }) => code !== Code.ABORTED).map(({ index, code }) => [index, code]),
      [[22, Code.INVALID_ARGUMENT]],
    );
    t.deepEqual(
      (await readAll(client, ...everything)).map((each) => JSON.stringify(each, text)).sort(),
      before,
    );
  }
  await client.write(batch.slice(0, 22), { atomicity: WriteRequest_Atomicity.DATAPLANE_ATOMIC });
  await rejected(t, client.write([], { atomicity: 7 as never }), Code.INVALID_ARGUMENT, /atomicity: it is 7/);
});

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

test('Write: the checks before the updates', async (t) => {
  const { client, primary } = await serve(t);
  await rejected(t, client().write([insert(at(1))]), Code.PERMISSION_DENIED, /has no primary/);
  await primary(5n);
  const backup = client();
  t.deepEqual(await backup.arbitrate(4n), { standing: 'backup', electionId: 5n });
  await rejected(t, backup.write([insert(at(1))]), Code.PERMISSION_DENIED, /4 is not that of the primary/);
  await rejected(t, client({ role: 'x' }).write([insert(at(1))]), Code.NOT_FOUND, /no controller.*'x'/);
});

test('before there is a pipeline: FAILED_PRECONDITION', async (t) => {
  const { primary } = await serve(t, null);
  const client = await primary();
  await rejected(t, client.write([insert(at(1))]), Code.FAILED_PRECONDITION, /SetForwardingPipelineConfig/);
  await rejected(t, readAll(client, entry({})), Code.FAILED_PRECONDITION, /SetForwardingPipelineConfig/);
});

test('Read: what is right is answered, what is wrong has its status', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([insert(at(1))]);
  const found: Entity[] = [];
  const requests = [at(1), entry({ tableId: 5 }), entry({ tableId: ID.lpm, timeSinceLastHit: {} }), at(1)];
  const error = await t.throwsAsync<BatchError<Entity>>(
    async () => {
      for await (const one of client.read(requests)) found.push(one);
    },
    { instanceOf: BatchError },
  );
  t.is(found.length, 2);
  t.deepEqual(
    error?.failures.map(({ index, code }) => [index, code]),
    [
      [1, Code.INVALID_ARGUMENT],
      [2, Code.INVALID_ARGUMENT],
    ],
  );
});

test('Read: many entries, and a write in the middle waits', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const updates = Array.from({ length: 900 }, (_, index) => insert(at(index)));
  await client.write(updates);
  const reading = readAll(client, ...Array.from({ length: 10 }, () => entry({ tableId: ID.exact })));
  await client.write(Array.from({ length: 900 }, (_, index) => remove(at(index))));
  const found = await reading;
  // Either before the deletion or after it, for each of the requests alike.
  t.true(found.length === 9000 || found.length === 0, String(found.length));
});

test('roles: an annotated table is its role’s, and the default role may everything', async (t) => {
  const { client, primary } = await serve(t);
  const acl = entry({ tableId: ID.acl, priority: 1, action: SET });
  const other = client({ role: 'other' });
  await other.arbitrate(1n);
  await refused(t, other, insert(acl), Code.PERMISSION_DENIED, /'c\.acl' is not in the scope of the role/);
  await other.write([insert(at(1))]);
  const owner = client({ role: 'acl' });
  await owner.arbitrate(1n);
  await owner.write([insert(acl)]);
  t.is((await readEntries(owner, { tableId: ID.acl })).length, 1);
  t.true((await readEntries(other, {})).every(({ tableId }) => tableId !== ID.acl));
  const all = await primary();
  await all.write([remove(acl)]);
});

test('Role Config: stratum.P4RoleConfig says what a role may', async (t) => {
  const { client } = await serve(t);
  // exclusive_p4_ids: the table; receives_packet_ins and can_push_pipeline are not set.
  const value = Uint8Array.from([0x08, 0x82, 0x80, 0x80, 0x10]); // field 1, 0x02000002
  const roleConfig = { typeUrl: 'type.googleapis.com/stratum.P4RoleConfig', value };
  const one = client({ role: 'lpm', roleConfig });
  const changes = one.masterships();
  await one.arbitrate(1n);
  t.deepEqual(await next(changes), { standing: 'primary', electionId: 1n });
  await refused(t, one, insert(at(1)), Code.PERMISSION_DENIED, /scope/);
  await one.write([insert(entry({ tableId: ID.lpm, action: SET }))]);
  t.deepEqual(
    (await readEntries(one, {})).map(({ tableId }) => tableId),
    [ID.lpm],
  );
  await rejected(t, one.setPipeline(undefined, 4), Code.PERMISSION_DENIED, /can_push_pipeline/);
});

test('a write can be cancelled and has a deadline', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const aborted = AbortSignal.abort();
  await rejected(t, client.write([insert(at(1))], { signal: aborted }), Code.CANCELLED, /[Cc]ancel/);
  await rejected(t, client.write([insert(at(1))], { timeoutMs: -1 }), Code.DEADLINE_EXCEEDED, /[Dd]eadline/);
});
