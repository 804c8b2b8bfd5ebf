/** Counters, meters, registers, replication, value sets and digests' configuration through gRPC. */

import test from 'ava';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { Entity, Update } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  bytes,
  entity,
  entry,
  exact,
  insert,
  modify,
  readAll,
  refused,
  remove,
  SET,
  serve,
  unreadable,
} from './testing/harness.ts';
import { ID } from './testing/program.ts';

type PartialOf<Case extends NonNullable<Entity['entity']>['$case']> = NonNullable<
  Extract<Parameters<typeof entity>[0]['entity'], { $case: Case }>['value']
>;
const counter = (value: PartialOf<'counterEntry'>) => entity({ entity: { $case: 'counterEntry', value } });
const meter = (value: PartialOf<'meterEntry'>) => entity({ entity: { $case: 'meterEntry', value } });
const register = (value: PartialOf<'registerEntry'>) => entity({ entity: { $case: 'registerEntry', value } });
const digest = (value: PartialOf<'digestEntry'>) => entity({ entity: { $case: 'digestEntry', value } });
const valueSet = (...values: readonly (readonly number[])[]) =>
  entity({
    entity: {
      $case: 'valueSetEntry',
      value: { valueSetId: ID.valueSet, members: values.map((value) => ({ match: [exact(1, ...value)] })) },
    },
  });
const multicast = (
  multicastGroupId: number,
  replicas: readonly (readonly [port: number, instance: number])[],
  metadata = bytes(),
) =>
  entity({
    entity: {
      $case: 'packetReplicationEngineEntry',
      value: {
        type: {
          $case: 'multicastGroupEntry',
          value: {
            multicastGroupId,
            metadata,
            replicas: replicas.map(([port, instance]) => ({
              portKind: { $case: 'port', value: bytes(port) },
              instance,
            })),
          },
        },
      },
    },
  });
const session = (sessionId: number, rest: { packetLengthBytes?: number; ports?: readonly number[] } = {}) =>
  entity({
    entity: {
      $case: 'packetReplicationEngineEntry',
      value: {
        type: {
          $case: 'cloneSessionEntry',
          value: {
            sessionId,
            packetLengthBytes: rest.packetLengthBytes ?? 0,
            classOfService: 2,
            replicas: (rest.ports ?? [1]).map((port) => ({
              portKind: { $case: 'port', value: bytes(port) },
              instance: 1,
            })),
          },
        },
      },
    },
  });
const bits = (...value: readonly number[]) =>
  ({ data: { $case: 'bitstring', value: bytes(...value) } }) as const;

test('CounterEntry: one, all of an array, all arrays', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const one = counter({
    counterId: ID.counter,
    index: { index: 3n },
    data: { packetCount: 5n, byteCount: 320n },
  });
  await client.write([modify(one)]);
  t.deepEqual(await readAll(client, counter({ counterId: ID.counter, index: { index: 3n } })), [one]);
  t.is((await readAll(client, counter({ counterId: ID.counter }))).length, 8);
  t.is((await readAll(client, counter({}))).length, 8);
  // "If index is omitted all values in the array will be set."
  await client.write([modify(counter({ counterId: ID.counter, data: { packetCount: 1n } }))]);
  const all = await readAll(client, counter({ counterId: ID.counter }));
  t.true(all.every(({ entity: of }) => of?.$case === 'counterEntry' && of.value.data?.packetCount === 1n));
  // "The value is not modified if data is not set."
  await client.write([modify(counter({ counterId: ID.counter, index: { index: 0n } }))]);
  t.deepEqual((await readAll(client, counter({ counterId: ID.counter })))[0], all[0]);
});

test('MeterEntry: configuration, and the default one as none', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const one = meter({
    meterId: ID.meter,
    index: { index: 1n },
    config: { cir: 10n, cburst: 20n, pir: 30n, pburst: 40n },
  });
  await client.write([modify(one)]);
  const all = await readAll(client, meter({ meterId: ID.meter }));
  t.deepEqual(all[1], one);
  t.deepEqual(all[0], meter({ meterId: ID.meter, index: {} }));
  await client.write([modify(meter({ meterId: ID.meter }))]);
  t.deepEqual((await readAll(client, one))[0], meter({ meterId: ID.meter, index: { index: 1n } }));
  await client.write([
    modify(
      meter({
        meterId: ID.srtcm,
        index: {},
        config: { cir: 1n, cburst: 2n, pir: 1n, pburst: 2n, eburst: 9n },
      }),
    ),
  ]);
});

test('RegisterEntry: values of the register’s type', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const one = register({ registerId: ID.register, index: { index: 15n }, data: bits(1, 0, 0, 0, 0, 0) });
  await client.write([modify(one)]);
  const all = await readAll(client, register({ registerId: ID.register }));
  t.is(all.length, 16);
  t.deepEqual(all[15], one);
  t.deepEqual(all[0], register({ registerId: ID.register, index: {}, data: bits(0) }));
  // int<12> -739: the specification's table of encodings.
  const signed = register({ registerId: ID.signed, index: { index: 1n }, data: bits(0xfd, 0x1d) });
  await client.write([modify(signed)]);
  t.deepEqual((await readAll(client, signed))[0], signed);
  t.is((await readAll(client, register({}))).length, 18);
});

test('DirectCounterEntry and DirectMeterEntry', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const key = { tableId: ID.exact, match: [exact(1, 1), exact(2, 1)] };
  await client.write([insert(entry({ ...key, action: SET }))]);
  const directCounter = entity({
    entity: { $case: 'directCounterEntry', value: { tableEntry: key, data: { packetCount: 9n } } },
  });
  const directMeter = entity({
    entity: { $case: 'directMeterEntry', value: { tableEntry: key, config: { cir: 1n, pir: 2n } } },
  });
  await client.write([modify(directCounter), modify(directMeter)]);
  t.deepEqual(await readAll(client, directCounter), [directCounter]);
  t.deepEqual(await readAll(client, directMeter), [directMeter]);
  // All entries of a table, and of all tables.
  const ofTable = entity({
    entity: { $case: 'directCounterEntry', value: { tableEntry: { tableId: ID.exact } } },
  });
  t.deepEqual(await readAll(client, ofTable), [directCounter]);
  t.deepEqual(await readAll(client, entity({ entity: { $case: 'directMeterEntry', value: {} } })), [
    directMeter,
  ]);
  const other = { tableId: ID.exact, match: [exact(1, 2), exact(2, 1)] };
  const missing = entity({ entity: { $case: 'directCounterEntry', value: { tableEntry: other, data: {} } } });
  await refused(t, client, modify(missing), Code.NOT_FOUND, /no entry/);
  await unreadable(t, client, missing, Code.NOT_FOUND, /no entry/);
  await refused(t, client, insert(directCounter), Code.INVALID_ARGUMENT, /neither inserted nor deleted/);
  await refused(t, client, remove(directMeter), Code.INVALID_ARGUMENT, /neither inserted nor deleted/);
});

test('PacketReplicationEngineEntry: groups and sessions', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const group = multicast(
    1,
    [
      [5, 1],
      [5, 2],
      [12, 1],
    ],
    bytes(9),
  );
  await client.write([insert(group), insert(session(100, { packetLengthBytes: 4096 }))]);
  t.deepEqual(device.groups.get(1), [
    { port: 5, instance: 1 },
    { port: 5, instance: 2 },
    { port: 12, instance: 1 },
  ]);
  t.deepEqual(await readAll(client, multicast(0, [])), [group]);
  t.deepEqual(await readAll(client, multicast(2, [])), []);
  t.deepEqual(await readAll(client, session(0)), [session(100, { packetLengthBytes: 4096 })]);
  await client.write([modify(multicast(1, [])), modify(session(100))]);
  t.deepEqual(await readAll(client, session(100)), [session(100)]);
  await client.write([remove(multicast(1, [])), remove(session(100))]);
  t.deepEqual(await readAll(client, multicast(0, []), session(0)), []);
  t.false(device.groups.has(1));
});

test('ValueSetEntry', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await client.write([modify(valueSet([0x22, 0xf3], [0x89, 0x3b]))]);
  t.deepEqual(await readAll(client, entity({ entity: { $case: 'valueSetEntry', value: {} } })), [
    valueSet([0x22, 0xf3], [0x89, 0x3b]),
  ]);
  await client.write([modify(valueSet())]);
  t.deepEqual(await readAll(client, valueSet()), [valueSet()]);
});

const CONFIG = { maxTimeoutNs: 5n, maxListSize: 2, ackTimeoutNs: 7n };

test('DigestEntry: switched on, changed and off', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await refused(
    t,
    client,
    modify(digest({ digestId: ID.digest, config: CONFIG })),
    Code.NOT_FOUND,
    /not switched on/,
  );
  await client.write([insert(digest({ digestId: ID.digest, config: CONFIG }))]);
  await refused(
    t,
    client,
    insert(digest({ digestId: ID.digest, config: CONFIG })),
    Code.ALREADY_EXISTS,
    /already/,
  );
  t.deepEqual(await readAll(client, digest({})), [digest({ digestId: ID.digest, config: CONFIG })]);
  await client.write([modify(digest({ digestId: ID.digest, config: { maxListSize: 9 } }))]);
  t.deepEqual(await readAll(client, digest({ digestId: ID.digest })), [
    digest({ digestId: ID.digest, config: { maxListSize: 9 } }),
  ]);
  await client.write([remove(digest({ digestId: ID.digest }))]);
  t.deepEqual(await readAll(client, digest({})), []);
});

const WRONG: readonly (readonly [string, Update, number, RegExp])[] = [
  [
    'counter insert',
    insert(counter({ counterId: ID.counter })),
    Code.INVALID_ARGUMENT,
    /neither inserted nor deleted/,
  ],
  [
    'counter delete',
    remove(counter({ counterId: ID.counter })),
    Code.INVALID_ARGUMENT,
    /neither inserted nor deleted/,
  ],
  ['counter of none', modify(counter({ counterId: 5 })), Code.INVALID_ARGUMENT, /counter_id.*c\.counter/],
  [
    'counter index negative',
    modify(counter({ counterId: ID.counter, index: { index: -1n } })),
    Code.INVALID_ARGUMENT,
    /-1 is negative; write 0 to 7/,
  ],
  [
    'counter index beyond',
    modify(counter({ counterId: ID.counter, index: { index: 8n } })),
    Code.OUT_OF_RANGE,
    /8 is beyond the end; write 0 to 7/,
  ],
  [
    'counter negative',
    modify(counter({ counterId: ID.counter, data: { packetCount: -1n } })),
    Code.INVALID_ARGUMENT,
    /0 or more/,
  ],
  [
    'meter index',
    modify(meter({ meterId: ID.meter, index: { index: 4n } })),
    Code.OUT_OF_RANGE,
    /write 0 to 3/,
  ],
  [
    'meter eburst',
    modify(meter({ meterId: ID.meter, config: { eburst: 1n } })),
    Code.INVALID_ARGUMENT,
    /eburst is 1/,
  ],
  [
    'meter negative',
    modify(meter({ meterId: ID.meter, config: { cir: -1n } })),
    Code.INVALID_ARGUMENT,
    /cir is -1/,
  ],
  [
    'meter single rate',
    modify(meter({ meterId: ID.srtcm, config: { cir: 1n, pir: 2n } })),
    Code.INVALID_ARGUMENT,
    /single-rate/,
  ],
  [
    'meter colors',
    modify(meter({ meterId: ID.meter, counterData: { green: { packetCount: 1n } } })),
    Code.INVALID_ARGUMENT,
    /counter_data: green is 1 packets and 0 bytes; .*only be set to 0/,
  ],
  [
    'register index',
    modify(register({ registerId: ID.register, index: { index: 16n }, data: bits(1) })),
    Code.OUT_OF_RANGE,
    /write 0 to 15/,
  ],
  [
    'register without data',
    modify(register({ registerId: ID.register })),
    Code.INVALID_ARGUMENT,
    /data is missing/,
  ],
  [
    'register of another type',
    modify(register({ registerId: ID.register, data: { data: { $case: 'bool', value: true } } })),
    Code.INVALID_ARGUMENT,
    /c\.register/,
  ],
  [
    'register too wide',
    modify(register({ registerId: ID.register, data: bits(1, 0, 0, 0, 0, 0, 0) })),
    Code.OUT_OF_RANGE,
    /bit<48>/,
  ],
  ['multicast 0', insert(multicast(0, [])), Code.INVALID_ARGUMENT, /multicast_group_id.*1 to 65535/],
  ['multicast too large', insert(multicast(65536, [])), Code.INVALID_ARGUMENT, /1 to 65535/],
  [
    'multicast twice',
    insert(
      multicast(1, [
        [1, 1],
        [1, 1],
      ]),
    ),
    Code.INVALID_ARGUMENT,
    /replica 2.*port 1 and instance 1/,
  ],
  ['multicast not there', modify(multicast(1, [])), Code.NOT_FOUND, /no multicast group 1/],
  ['session 0', insert(session(0)), Code.INVALID_ARGUMENT, /session_id/],
  [
    'session length',
    insert(session(1, { packetLengthBytes: -1 })),
    Code.INVALID_ARGUMENT,
    /packet_length_bytes is -1/,
  ],
  ['session not there', remove(session(1)), Code.NOT_FOUND, /no clone session 1/],
  [
    'replication empty',
    insert(entity({ entity: { $case: 'packetReplicationEngineEntry', value: {} } })),
    Code.INVALID_ARGUMENT,
    /empty/,
  ],
  ['value set insert', insert(valueSet()), Code.INVALID_ARGUMENT, /neither inserted nor deleted/],
  ['value set too large', modify(valueSet([1], [2], [3])), Code.RESOURCE_EXHAUSTED, /its size 2/],
  ['value set twice', modify(valueSet([1], [0, 1])), Code.ALREADY_EXISTS, /member 2 is there twice/],
  [
    'digest without config',
    insert(digest({ digestId: ID.digest })),
    Code.INVALID_ARGUMENT,
    /config is not set/,
  ],
  [
    'digest negative',
    insert(digest({ digestId: ID.digest, config: { maxListSize: -1 } })),
    Code.INVALID_ARGUMENT,
    /0 or more/,
  ],
  ['digest of none', insert(digest({ digestId: 9, config: CONFIG })), Code.INVALID_ARGUMENT, /digest_id/],
];

test('what is refused, and with which code', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  for (const [name, update, code, message] of WRONG) {
    await refused(t, client, update, code, message, name);
  }
  await unreadable(t, client, counter({ index: { index: 1n } }), Code.INVALID_ARGUMENT, /counter_id is not/);
  await unreadable(t, client, entity({}), Code.INVALID_ARGUMENT, /entity: it is not set/);
});
