/** What goes over the stream: arbitration, packets, digests, idle timeouts, errors ("P4Runtime Stream Messages"). */

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { ChannelCredentials } from '@grpc/grpc-js';
import test from 'ava';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  StreamMessageRequest,
  type StreamMessageResponse,
  WriteRequest,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { P4RuntimeClient } from '../../p4runtime/gen/p4/v1/p4runtime-service.ts';
import { StreamChannels } from './stream-channel.ts';
import { SwitchState } from './switch-state.ts';
import { bytes, entity, entry, exact, insert, next, PORTS, rejected, SET, serve } from './testing/harness.ts';
import { makeMapDevice } from './testing/map-device.ts';
import { ID, makeConfig } from './testing/program.ts';
import { decodeWriteRequest } from './wire-updates.ts';

test('arbitration: primary and backups hear of every change', async (t) => {
  const { client } = await serve(t);
  const one = client();
  const two = client();
  const ofOne = one.masterships();
  t.deepEqual(await one.arbitrate(5n), { standing: 'primary', electionId: 5n });
  t.deepEqual(await two.arbitrate(undefined), { standing: 'backup', electionId: 5n });
  const ofTwo = two.masterships();
  t.deepEqual(await next(ofOne), { standing: 'primary', electionId: 5n });
  t.deepEqual(await two.arbitrate(2n ** 100n), { standing: 'primary', electionId: 2n ** 100n });
  t.deepEqual(await next(ofOne), { standing: 'backup', electionId: 2n ** 100n });
  t.is(one.mastership?.standing, 'backup');
  two.close();
  t.deepEqual(await next(ofOne), { standing: 'no-primary', electionId: 2n ** 100n });
  t.deepEqual(await next(ofTwo), { standing: 'primary', electionId: 2n ** 100n });
  t.deepEqual(await ofTwo.next(), { done: true, value: undefined });
});

test('arbitration: what is wrong ends the stream with its code', async (t) => {
  const { client, primary } = await serve(t);
  await primary(5n);
  await rejected(t, client().arbitrate(5n), Code.INVALID_ARGUMENT, /election_id: another controller/);
  const roleConfig = { typeUrl: 'type.googleapis.com/x.Y', value: bytes() };
  await rejected(
    t,
    client({ role: 'r', roleConfig }).arbitrate(1n),
    Code.INVALID_ARGUMENT,
    /stratum\.P4RoleConfig/,
  );
});

const METADATA = [
  { metadataId: 1, value: bytes(0x01, 0x02) },
  { metadataId: 2, value: bytes(0xaa) },
];

test('Packet I/O: a packet-out with its header in front', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  client.sendPacket({ payload: bytes(1, 2, 3), metadata: METADATA });
  const errors = client.streamErrors();
  client.sendPacket({ payload: bytes(9), metadata: [] });
  await next(errors);
  // 9 bits of 0x102, 8 bits of 0xaa, 7 bits of padding: 100000010 10101010 0000000
  t.deepEqual(
    device.packets.map((packet) => Buffer.from(packet).toString('hex')),
    ['815500' + '010203'],
  );
});

test('Packet I/O: a packet-in without its header, with translated ports', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const packets = client.packets();
  // Port 5 in 9 bits, reason 0x7f in 7 bits.
  device.events().packetIn(bytes(0x02, 0xff, 0xde, 0xad));
  // The CPU port of the switch, 255.
  device.events().packetIn(bytes(0x7f, 0x80, 0xbe));
  device.events().packetIn(bytes(1));
  const plain = (value: Uint8Array) => Buffer.from(value).toString('hex');
  const first = await next(packets);
  t.is(plain(first.payload), 'dead');
  t.deepEqual(
    first.metadata.map(({ metadataId, value }) => [metadataId, plain(value)]),
    [
      [1, '05'],
      [2, '7f'],
    ],
  );
  const second = await next(packets);
  t.deepEqual(
    second.metadata.map(({ value }) => plain(value)),
    ['fffffffd', '00'],
  );
});

const WRONG_PACKETS = [
  ['missing', [{ metadataId: 1, value: bytes(1) }], /'queue' \(id 2\) is missing/],
  ['unknown', [...METADATA, { metadataId: 7, value: bytes(1) }], /no metadata 7/],
  ['twice', [...METADATA, { metadataId: 2, value: bytes(1) }], /2 is given twice/],
  [
    'too wide',
    [
      { metadataId: 1, value: bytes(2, 0) },
      { metadataId: 2, value: bytes(1) },
    ],
    /'egress_port'.*bit<9>/,
  ],
] as const;

test('Packet I/O: a controller that says nothing of batches gets each packet alone, and one that does may be wrong in one', async (t) => {
  const { primary, device, target } = await serve(t);
  const client = new P4RuntimeClient(target, ChannelCredentials.createInsecure());
  t.teardown(() => client.close());
  const stream = client.streamChannel();
  const updates: StreamMessageResponse['update'][] = [];
  stream.on('data', ({ update }: StreamMessageResponse) => updates.push(update));
  stream.on('error', () => {});
  const electionId = { high: 0n, low: 1n };
  const arbitration = { deviceId: 3n, electionId, role: undefined, status: undefined };
  stream.write({ update: { $case: 'arbitration', value: arbitration } });
  const until = async (count: number) => {
    for (const end = performance.now() + 60_000; updates.length < count && performance.now() < end; )
      await wait(5);
  };
  await until(1);
  device.events().packetIn(bytes(0x02, 0xff, 0xde));
  device.events().packetIn(bytes(0x02, 0xff, 0xad));
  await until(3);
  t.deepEqual(
    updates.map((update) => update?.$case),
    ['arbitration', 'packet', 'packet'],
  );
  stream.cancel();
  const other = await primary(2n);
  const errors = other.streamErrors();
  other.sendPacket({ payload: bytes(1), metadata: METADATA });
  other.sendPacket({ payload: bytes(2), metadata: [] });
  other.sendPacket({ payload: bytes(3), metadata: METADATA });
  const error = await next(errors);
  t.deepEqual(
    error.details?.$case === 'packetOut' ? [...(error.details.value.packetOut?.payload ?? [])] : error,
    [2],
  );
  await other.apiVersion();
  t.deepEqual(
    device.packets.map((packet) => packet.at(-1)),
    [1, 3],
  );
});

test('Stream Error Reporting: messages that are no batch, and of other types', async (t) => {
  const { target } = await serve(t);
  const client = new P4RuntimeClient(target, ChannelCredentials.createInsecure());
  t.teardown(() => client.close());
  const stream = client.streamChannel();
  stream.on('error', () => {});
  const answer = async (typeUrl: string) => {
    stream.write({ update: { $case: 'other', value: { typeUrl, value: bytes(0x0a, 9) } } });
    const [message]: StreamMessageResponse[] = await once(stream, 'data');
    const update = message?.update;
    return update?.$case === 'error' ? [update.value.canonicalCode, update.value.details?.$case] : update;
  };
  t.deepEqual(await answer('type.googleapis.com/moor.v1.PacketBatch'), [Code.INVALID_ARGUMENT, 'other']);
  t.deepEqual(await answer('type.googleapis.com/x.Y'), [Code.UNIMPLEMENTED, 'other']);
});

test('Stream Error Reporting: wrong packets are dropped, and said to be wrong', async (t) => {
  const { primary, device, client } = await serve(t);
  const one = await primary();
  const errors = one.streamErrors();
  for (const [name, metadata, message] of WRONG_PACKETS) {
    one.sendPacket({ payload: bytes(1), metadata });
    const error = await next(errors);
    t.is(error.canonicalCode, Code.INVALID_ARGUMENT, name);
    t.regex(error.message, message);
    t.is(error.details?.$case, 'packetOut');
  }
  one.acknowledge({ digestId: 99, listId: 1n });
  const unknown = await next(errors);
  t.is(unknown.canonicalCode, Code.INVALID_ARGUMENT);
  t.is(unknown.details?.$case, 'digestListAck');
  const backup = client();
  await backup.arbitrate(undefined);
  const ofBackup = backup.streamErrors();
  backup.sendPacket({ payload: bytes(1), metadata: METADATA });
  t.is((await next(ofBackup)).canonicalCode, Code.PERMISSION_DENIED);
  t.deepEqual(device.packets, []);
});

const digest = (config: object) =>
  insert(entity({ entity: { $case: 'digestEntry', value: { digestId: ID.digest, config } } }));

test('Digest Messages: lists, and acknowledgements', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const lists = client.digests();
  const learn = (mac: number) => device.events().digest('learn_t', [bytes(mac), bytes(2)]);
  learn(1); // Not switched on yet.
  await client.write([
    digest({ maxTimeoutNs: 10_000_000_000n, maxListSize: 2, ackTimeoutNs: 10_000_000_000n }),
  ]);
  learn(1);
  learn(1);
  learn(2);
  const list = await next(lists);
  t.is(list.digestId, ID.digest);
  const values = list.data.map(({ data }) =>
    data?.$case === 'struct'
      ? data.value.members.map((member) =>
          member.data?.$case === 'bitstring' ? [...member.data.value] : member,
        )
      : data,
  );
  t.deepEqual(values, [
    [[1], [2]],
    [[2], [2]],
  ]);
  t.true(Math.abs(Number(list.timestamp / 1_000_000n) - Date.now()) < 60_000);
  // Known ones are not told again until their list is acknowledged.
  learn(1);
  learn(2);
  client.acknowledge(list);
  await client.apiVersion();
  learn(2);
  learn(3);
  const later = await next(lists);
  t.is(later.data.length, 2);
  t.is(later.listId, list.listId + 1n);
});

test('Digest Messages: a list that is not full is sent when its time has come', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const lists = client.digests();
  await client.write([digest({ maxTimeoutNs: 30_000_000n, maxListSize: 100 })]);
  device.events().digest('learn_t', [bytes(1), bytes(2)]);
  t.is((await next(lists)).data.length, 1);
});

test('Table Idle Timeout Notification: again after another timeout', async (t) => {
  const { primary, device } = await serve(t);
  const client = await primary();
  const notifications = client.idleTimeouts();
  const key = { tableId: ID.exact, match: [exact(1, 1), exact(2, 1)] };
  await client.write([
    insert(entry({ ...key, action: SET, idleTimeoutNs: 3_600_000_000_000n, metadata: bytes(4) })),
    insert(entry({ tableId: ID.exact, match: [exact(1, 2), exact(2, 1)], action: SET })),
  ]);
  for (let times = 0; times < 2; times++) {
    device.pass(3_600_000);
    const { tableEntry, timestamp } = await next(notifications);
    t.is(tableEntry.length, 1);
    t.like(tableEntry[0], { tableId: ID.exact, idleTimeoutNs: 3_600_000_000_000n, priority: 0 });
    t.deepEqual([...(tableEntry[0]?.metadata ?? [])], [4]);
    t.true(Math.abs(Number(timestamp / 1_000_000n) - Date.now()) < 60_000);
  }
});

test('Table Idle Timeout Notification: lists are bounded, and entries wait for a controller that does not take them', async (t) => {
  const device = makeMapDevice({ ports: PORTS, cpuPort: 255 });
  const state = new SwitchState(device, 3n);
  state.start(makeConfig());
  const channels = new StreamChannels(state);
  t.teardown(() => channels.stop({ code: Code.UNAVAILABLE, details: '' }));
  const sizes: number[] = [];
  const told = () => sizes.reduce((sum, one) => sum + one, 0);
  let hasWaiting = false;
  const stream = channels.open({
    send: ({ update }) => {
      if (update?.$case === 'idleTimeoutNotification') sizes.push(update.value.tableEntry.length);
    },
    isBusy: () => false,
    hasWaiting: () => hasWaiting,
    fail: () => {},
  });
  const electionId = { high: 0n, low: 1n };
  channels.receive(
    stream,
    StreamMessageRequest.fromPartial({
      update: { $case: 'arbitration', value: { deviceId: 3n, electionId } },
    }),
  );
  const updates = Array.from({ length: 10_000 }, (_, index) => {
    const match = [exact(1, 1 + (index >> 8), index & 0xff), exact(2, 1)];
    return insert(entry({ tableId: ID.exact, match, action: SET, idleTimeoutNs: 3_600_000_000_000n }));
  });
  const request = WriteRequest.fromPartial({ deviceId: 3n, electionId, updates });
  const outcomes = await state.write(decodeWriteRequest(Buffer.from(WriteRequest.encode(request).finish())));
  t.true(outcomes.every((one) => one === undefined));
  const until = async (is: () => boolean) => {
    for (const end = performance.now() + 60_000; !is() && performance.now() < end; ) await wait(10);
  };
  device.pass(3_600_000);
  await until(() => told() === 10_000);
  t.is(told(), 10_000);
  t.true(
    sizes.every((size) => size <= 4096),
    sizes.join(),
  );
  hasWaiting = true;
  device.pass(3_600_000);
  await wait(300);
  t.is(told(), 10_000);
  hasWaiting = false;
  await until(() => told() === 20_000);
  t.is(told(), 20_000);
});

test('when the server ends, controllers are told why', async (t) => {
  const { primary, server } = await serve(t);
  const client = await primary();
  const packets = client.packets();
  await server.close();
  await rejected(t, packets.next(), Code.UNAVAILABLE, /shutting down/);
});
