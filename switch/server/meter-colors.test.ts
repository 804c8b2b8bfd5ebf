/** MeterCounterData: what meters marked, of the embedded switch through gRPC ("MeterEntry & DirectMeterEntry"). */

import test, { type ExecutionContext } from 'ava';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  SetForwardingPipelineConfigRequest_Action,
  WriteRequest_Atomicity,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { parseText } from '../../p4runtime/text/index.ts';
import { extracting, field, hex, type Json, primitive, programJson } from '../engine/test-program.ts';
import { makeEngineDevice } from './engine-device.ts';
import { startServer } from './server.ts';
import {
  call,
  entity,
  entry,
  exact,
  insert,
  modify,
  readAll,
  readEntries,
  refused,
} from './testing/harness.ts';

const TABLE = 0x0200_0001;
const ACTION = 0x0100_0001;
const DIRECT = 0x1500_0001;
const METER = 0x1400_0001;

const P4INFO = `
tables { preamble { id: ${TABLE} name: "kinds" } match_fields { id: 1 name: "tag.kind" bitwidth: 8 match_type: EXACT }
  action_refs { id: ${ACTION} } direct_resource_ids: ${DIRECT} size: 16 }
actions { preamble { id: ${ACTION} name: "mark" } }
direct_meters { preamble { id: ${DIRECT} name: "direct" } spec { unit: PACKETS type: TWO_RATE_THREE_COLOR }
  direct_table_id: ${TABLE} }
meters { preamble { id: ${METER} name: "indexed" } spec { unit: BYTES type: TWO_RATE_THREE_COLOR } size: 2 }
`;

/** Meters all packets: by a byte of the packet with the table, and all of them with the array. */
function program(): Json {
  const base = programJson({
    types: {
      tag: [['kind', 8, false]],
      colors: [
        ['direct', 8, false],
        ['indexed', 8, false],
      ],
    },
    instances: { tag: 'tag' },
    metadata: { colors: 'colors' },
    states: [extracting('start', 0, ['tag'], null)],
    order: ['tag'],
    meter_arrays: [
      {
        name: 'direct',
        id: 0,
        is_direct: true,
        rate_count: 2,
        type: 'packets',
        binding: 'kinds',
        result_target: ['colors', 'direct'],
      },
      { name: 'indexed', id: 1, is_direct: false, size: 2, rate_count: 2, type: 'bytes' },
    ],
  });
  const mark = {
    name: 'mark',
    id: 2,
    runtime_data: [],
    primitives: [
      primitive(
        'execute_meter',
        { type: 'meter_array', value: 'indexed' },
        hex(1),
        field('colors', 'indexed'),
      ),
    ],
  };
  const table = {
    name: 'kinds',
    id: 0,
    match_type: 'exact',
    type: 'simple',
    max_size: 16,
    direct_meters: 'direct',
    key: [{ match_type: 'exact', name: 'tag.kind', target: ['tag', 'kind'], mask: null }],
    actions: ['mark'],
    action_ids: [2],
    next_tables: { mark: null },
    base_default_next: null,
  };
  return JSON.parse(
    JSON.stringify(base, (name, value: unknown) => {
      if (name === 'actions' && Array.isArray(value) && value.length === 2) return [...value, mark];
      if (name !== 'pipelines' || !Array.isArray(value)) return value;
      const [ingress, egress] = value;
      return [{ ...Object(ingress), init_table: 'kinds', tables: [table] }, egress];
    }),
  );
}

async function start(t: ExecutionContext) {
  const device = makeEngineDevice({
    ports: () => new Map(),
    transmit: () => {},
    clock: () => 5n,
    optimization: 'none',
  });
  const config = {
    p4info: P4Info.decode(parseText('p4.config.v1.P4Info', P4INFO)),
    p4DeviceConfig: Buffer.from(JSON.stringify(program())),
    cookie: undefined,
  };
  const server = await startServer({ device, deviceId: 1n, address: '127.0.0.1:0', config });
  const client = new SwitchClient({ target: `127.0.0.1:${server.port}`, deviceId: 1n });
  t.teardown(async () => {
    client.close();
    await server.close();
  });
  await client.arbitrate(1n);
  const send = (...lengths: readonly number[]) =>
    device.receive(lengths.map((length) => ({ port: 1, bytes: Uint8Array.from({ length }, () => 7) })));
  return { client, config, send };
}

const KEY = { tableId: TABLE, match: [exact(1, 7)] } as const;
const indexed = (value: object) =>
  entity({ entity: { $case: 'meterEntry', value: { meterId: METER, index: { index: 1n }, ...value } } });
const direct = (value: object) =>
  entity({ entity: { $case: 'directMeterEntry', value: { tableEntry: KEY, ...value } } });
const counted = (packets: number, length: number) => ({
  packetCount: BigInt(packets),
  byteCount: BigInt(length),
});
const colors = (...[green, yellow, red]: readonly (readonly [number, number])[]) => ({
  green: counted(...(green ?? [0, 0])),
  yellow: counted(...(yellow ?? [0, 0])),
  red: counted(...(red ?? [0, 0])),
});

test('packets and bytes of each color, direct and indexed, are read and reset', async (t) => {
  const { client, config, send } = await start(t);
  await client.write([insert(entry({ ...KEY, action: call(ACTION) }))]);
  // Without a configuration all packets are green, and are counted.
  send(10);
  // Direct: 2 packets are green, 1 yellow, the others red. Indexed: 100 bytes green, 50 more yellow.
  await client.write([
    modify(direct({ config: { cir: 1n, cburst: 2n, pir: 1n, pburst: 3n } })),
    modify(indexed({ config: { cir: 1n, cburst: 100n, pir: 1n, pburst: 150n } })),
  ]);
  send(60, 50, 40, 10, 1);
  const ofDirect = colors([3, 120], [1, 40], [2, 11]);
  // 60 green (40 left, 90 at the peak), 50 yellow (40 left at the peak), 40 green (0 left), then red.
  const ofIndexed = colors([3, 110], [1, 50], [2, 11]);
  const read = async () => {
    const [one] = await readEntries(client, { ...KEY, meterCounterData: {} });
    const found = await readAll(client, direct({ counterData: {} }), indexed({ counterData: {} }));
    return [
      one?.meterCounterData,
      ...found.map(({ entity: of }) =>
        of?.$case === 'directMeterEntry' || of?.$case === 'meterEntry' ? of.value.counterData : undefined,
      ),
    ];
  };
  t.deepEqual(await read(), [ofDirect, ofDirect, ofIndexed]);
  // They are told only when they are asked for.
  t.is((await readEntries(client, { tableId: TABLE }))[0]?.meterCounterData, undefined);
  const [plain] = await readAll(client, indexed({}));
  t.is(plain?.entity?.$case === 'meterEntry' && plain.entity.value.counterData, undefined);

  // A batch that fails leaves them, and so does one that does not have them; a program that is kept keeps them.
  const failing = [
    modify(direct({ counterData: {} })),
    modify(indexed({ counterData: {} })),
    modify(entry({ ...KEY, meterCounterData: {} })),
    modify(entry({ tableId: 5 })),
  ];
  await t.throwsAsync(client.write(failing, { atomicity: WriteRequest_Atomicity.ROLLBACK_ON_ERROR }));
  await client.write([modify(indexed({})), modify(entry({ ...KEY, action: call(ACTION) }))]);
  t.deepEqual(await read(), [ofDirect, ofDirect, ofIndexed]);
  await client.setPipeline(config, SetForwardingPipelineConfigRequest_Action.RECONCILE_AND_COMMIT);
  t.deepEqual(await read(), [ofDirect, ofDirect, ofIndexed]);

  const nonzero = modify(indexed({ counterData: { red: { packetCount: 1n } } }));
  await refused(t, client, nonzero, Code.INVALID_ARGUMENT, /red is 1 packets/);
  await client.write([modify(direct({ counterData: { green: {} } })), modify(indexed({ counterData: {} }))]);
  t.deepEqual(await read(), [colors(), colors(), colors()]);
  send(9);
  t.deepEqual(await read(), [colors([1, 9]), colors([1, 9]), colors([1, 9])]);
  await client.write([modify(entry({ ...KEY, action: call(ACTION), meterCounterData: {} }))]);
  t.deepEqual((await read())[0], colors());
});
