/** SetForwardingPipelineConfig, GetForwardingPipelineConfig and Capabilities. */

import test from 'ava';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  SetForwardingPipelineConfigRequest_Action as Action,
  GetForwardingPipelineConfigRequest_ResponseType as Part,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import {
  bytes,
  call,
  entity,
  entry,
  exact,
  insert,
  readAll,
  readEntries,
  rejected,
  SET,
  serve,
} from './testing/harness.ts';
import { ID, makeConfig, P4INFO_TEXT, PROGRAM } from './testing/program.ts';

const ENTRY = insert(entry({ tableId: ID.exact, match: [exact(1, 1), exact(2, 1)], action: SET }));

test('VERIFY changes nothing; VERIFY_AND_COMMIT runs it', async (t) => {
  const { primary, device } = await serve(t, null);
  const client = await primary();
  t.is(await client.getPipeline(Part.ALL), undefined);
  await client.setPipeline(makeConfig(), Action.VERIFY);
  t.is(device.running(), undefined);
  t.is(device.loaded(), 0);
  await client.setPipeline(makeConfig(), Action.VERIFY_AND_COMMIT);
  t.not(device.running(), undefined);
  await client.write([ENTRY]);
  // "The forwarding state in the target is cleared."
  await client.setPipeline(makeConfig(), Action.VERIFY_AND_COMMIT);
  t.deepEqual(await readEntries(client, { tableId: ID.exact }), []);
  t.is(device.loaded(), 1);
});

test('VERIFY_AND_SAVE: reads and writes are for the saved one; COMMIT runs it with them', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  await client.write([ENTRY]);
  const running = device.running();
  await client.setPipeline(makeConfig(), Action.VERIFY_AND_SAVE);
  t.deepEqual(await readEntries(client, { tableId: ID.exact }), []);
  t.is(device.running(), running);
  await client.write([insert(entry({ tableId: ID.exact, match: [exact(1, 2), exact(2, 1)], action: SET }))]);
  await rejected(t, client.setPipeline(makeConfig(), Action.COMMIT), Code.INVALID_ARGUMENT, /leave it out/);
  await client.setPipeline(undefined, Action.COMMIT);
  t.not(device.running(), running);
  t.is((await readEntries(client, { tableId: ID.exact })).length, 1);
  await rejected(t, client.setPipeline(undefined, Action.COMMIT), Code.NOT_FOUND, /VERIFY_AND_SAVE/);
  t.is(device.loaded(), 1);
});

test('RECONCILE_AND_COMMIT keeps the forwarding state, or refuses', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const member = { actionProfileId: ID.selector, memberId: 4, action: call(ID.set, [1], [1]).type.value };
  await client.write([
    insert(
      entry({
        tableId: ID.exact,
        match: [exact(1, 1), exact(2, 1)],
        action: SET,
        metadata: bytes(3),
        counterData: { packetCount: 8n },
        meterConfig: { cir: 1n, pir: 2n },
      }),
    ),
    insert(entity({ entity: { $case: 'actionProfileMember', value: member } })),
    insert(
      entity({
        entity: { $case: 'digestEntry', value: { digestId: ID.digest, config: { maxListSize: 4 } } },
      }),
    ),
    insert(
      entity({
        entity: {
          $case: 'packetReplicationEngineEntry',
          value: { type: { $case: 'multicastGroupEntry', value: { multicastGroupId: 3 } } },
        },
      }),
    ),
    { type: 3, entity: entry({ tableId: ID.mixed, match: [exact(1, 2)] }) },
    { type: 2, entity: entry({ tableId: ID.exact, isDefaultAction: true, action: call(ID.drop) }) },
    {
      type: 2,
      entity: entity({
        entity: {
          $case: 'counterEntry',
          value: { counterId: ID.counter, index: { index: 2n }, data: { packetCount: 1n } },
        },
      }),
    },
    {
      type: 2,
      entity: entity({
        entity: {
          $case: 'registerEntry',
          value: {
            registerId: ID.signed,
            index: {},
            data: { data: { $case: 'bitstring', value: bytes(0x9d) } },
          },
        },
      }),
    },
  ]);
  const all = [
    entry({ counterData: {}, meterConfig: {} }),
    entry({ isDefaultAction: true }),
    entity({ entity: { $case: 'actionProfileMember', value: {} } }),
    entity({ entity: { $case: 'counterEntry', value: {} } }),
    entity({ entity: { $case: 'registerEntry', value: {} } }),
    entity({ entity: { $case: 'digestEntry', value: {} } }),
    entity({
      entity: {
        $case: 'packetReplicationEngineEntry',
        value: { type: { $case: 'multicastGroupEntry', value: {} } },
      },
    }),
  ];
  const before = await readAll(client, ...all);
  await client.setPipeline(makeConfig(), Action.RECONCILE_AND_COMMIT);
  t.deepEqual(await readAll(client, ...all), before);
  // A program whose key is another has no place for the entry.
  const p4info = P4INFO_TEXT.replace('name: "h.b" bitwidth: 9', 'name: "h.b" bitwidth: 9').replace(
    'id: 2 name: "h.b" bitwidth: 9',
    'id: 7 name: "h.b" bitwidth: 9',
  );
  await rejected(
    t,
    client.setPipeline(makeConfig({}, p4info), Action.RECONCILE_AND_COMMIT),
    Code.INVALID_ARGUMENT,
    /cannot be kept.*field 2/,
  );
  t.deepEqual(await readAll(client, ...all), before);
  t.is(device.loaded(), 1);
});

test('GetForwardingPipelineConfig: all parts, and the cookie', async (t) => {
  const { primary } = await serve(t, null);
  const client = await primary();
  const config = makeConfig();
  await client.setPipeline(config, Action.VERIFY_AND_COMMIT);
  const all = await client.getPipeline(Part.ALL);
  t.is(all?.cookie?.cookie, 7n);
  t.is(all?.p4info?.tables.length, config.p4info?.tables.length);
  t.true(Buffer.from(all?.p4DeviceConfig ?? []).equals(config.p4DeviceConfig));
  const cookie = await client.getPipeline(Part.COOKIE_ONLY);
  t.deepEqual([cookie?.p4info, cookie?.p4DeviceConfig.length, cookie?.cookie?.cookie], [undefined, 0, 7n]);
  const info = await client.getPipeline(Part.P4INFO_AND_COOKIE);
  t.deepEqual([info?.p4info?.tables.length, info?.p4DeviceConfig.length], [config.p4info?.tables.length, 0]);
  const device = await client.getPipeline(Part.DEVICE_CONFIG_AND_COOKIE);
  t.deepEqual([device?.p4info, device?.p4DeviceConfig.length], [undefined, config.p4DeviceConfig.length]);
});

test('p4_device_config: as JSON, and inside a p4.tmp.P4DeviceConfig', async (t) => {
  const { primary } = await serve(t, null);
  const client = await primary();
  const json = Buffer.from(JSON.stringify(PROGRAM));
  const length: number[] = [];
  for (let left = json.length; left > 0; left >>>= 7) length.push((left & 127) | (left > 127 ? 128 : 0));
  // reassign: true, device_data: JSON.
  const wrapped = Buffer.concat([bytes(0x08, 1, 0x1a, ...length), json]);
  await client.setPipeline({ ...makeConfig(), p4DeviceConfig: wrapped }, Action.VERIFY_AND_COMMIT);
  await client.write([ENTRY]);
  const read = await client.getPipeline(Part.ALL);
  t.true(Buffer.from(read?.p4DeviceConfig ?? []).equals(wrapped));
});

test('what is refused', async (t) => {
  const { primary, client, device } = await serve(t);
  const one = await primary();
  const config = makeConfig();
  const refuse = (changed: object, message: RegExp) =>
    rejected(
      t,
      one.setPipeline({ ...config, ...changed }, Action.VERIFY_AND_COMMIT),
      Code.INVALID_ARGUMENT,
      message,
    );
  await refuse({ p4info: undefined }, /config\.p4info/);
  await refuse({ p4DeviceConfig: bytes() }, /p4_device_config: it is empty/);
  await refuse({ p4DeviceConfig: bytes(1, 2, 3) }, /neither BMv2 JSON nor/);
  await refuse({ p4DeviceConfig: Buffer.from('{') }, /p4_device_config: .*JSON/);
  await refuse(
    { p4DeviceConfig: Buffer.from(JSON.stringify({ ...PROGRAM, tables: [] })) },
    /no table 'c\.exact'/,
  );
  await refuse(
    { p4DeviceConfig: Buffer.from(JSON.stringify({ ...PROGRAM, registers: {} })) },
    /no register 'c\.register'/,
  );
  await refuse(
    makeConfig({}, P4INFO_TEXT.replace('name: "h.b" bitwidth: 9', 'name: "h.b" bitwidth: 8')),
    /'h\.b' has 8 bits in P4Info and 9/,
  );
  await refuse(
    makeConfig({}, P4INFO_TEXT.replace('name: "port" bitwidth: 9', 'name: "port" bitwidth: 8')),
    /'port' has 8 bits/,
  );
  await rejected(
    t,
    one.setPipeline(undefined, Action.VERIFY),
    Code.INVALID_ARGUMENT,
    /config: it is not set/,
  );
  await rejected(
    t,
    one.setPipeline(config, Action.UNSPECIFIED),
    Code.INVALID_ARGUMENT,
    /action: it is not set/,
  );
  await rejected(t, client().setPipeline(config, Action.VERIFY), Code.PERMISSION_DENIED, /election_id/);
  t.is(device.loaded(), 1);
  t.is(await one.apiVersion(), '1.5.0');
});
