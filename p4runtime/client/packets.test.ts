/** Packets over the stream, one a message and several, against a server of grpc-js alone. */

import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import type { StreamMessageRequest, StreamMessageResponse } from '../gen/p4/v1/p4runtime.ts';
import { P4RuntimeService } from '../gen/p4/v1/p4runtime-service.ts';
import { packetBatches, readPacketBatch } from '../packet-batches.ts';
import { SwitchClient } from './switch-client.ts';

type Call = ServerDuplexStream<StreamMessageRequest, StreamMessageResponse>;

/** A server that answers arbitration. @param batches What it says of batches when the stream opens. */
async function serve(t: ExecutionContext, batches: string | undefined) {
  const received: StreamMessageRequest['update'][] = [];
  const calls: Call[] = [];
  const server = new Server();
  const streamChannel = (call: Call) => {
    calls.push(call);
    if (batches !== undefined) {
      const metadata = new Metadata();
      metadata.set('moor-packet-batches', batches);
      call.sendMetadata(metadata);
    }
    call.on('data', ({ update }: StreamMessageRequest) => {
      received.push(update);
      if (update?.$case === 'arbitration') call.write({ update });
    });
    call.on('end', () => call.end());
  };
  server.addService({ streamChannel: P4RuntimeService.streamChannel }, { streamChannel });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (problem, bound) =>
      problem === null ? resolve(bound) : reject(problem),
    );
  });
  const client = new SwitchClient({ target: `127.0.0.1:${port}`, deviceId: 1n });
  t.teardown(() => {
    client.close();
    server.forceShutdown();
  });
  await client.arbitrate(1n);
  const [call] = calls;
  if (call === undefined) throw new Error('there is no stream');
  return { client, call, received };
}

const packet = (value: number) => ({ payload: Uint8Array.of(value), metadata: [] });

async function until(is: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !is() && performance.now() < end; ) await wait(5);
}

test('to a switch that reads batches, packets of one turn go in one message', async (t) => {
  const { client, call, received } = await serve(t, '1');
  t.deepEqual(call.metadata.get('moor-packet-batches'), ['1']);
  for (const value of [1, 2, 3]) client.sendPacket(packet(value));
  await until(() => received.length > 1);
  const last = received[1];
  t.deepEqual(last?.$case === 'other' ? readPacketBatch(last.value) : last, [1, 2, 3].map(packet));
});

for (const batches of [undefined, '2']) {
  test(`a switch that says ${batches ?? 'nothing'} of batches gets each packet alone`, async (t) => {
    const { client, received } = await serve(t, batches);
    client.sendPacket(packet(1));
    client.sendPacket(packet(2));
    await until(() => received.length > 2);
    t.deepEqual(
      received.slice(1).map((update) => (update?.$case === 'packet' ? update.value.payload[0] : update)),
      [1, 2],
    );
  });
}

test('packets that come together are given one after the other, and other messages pass by', async (t) => {
  const { client, call } = await serve(t, '1');
  const packets = client.packets();
  call.write({ update: { $case: 'other', value: { typeUrl: 'x/y.Z', value: Uint8Array.of(1) } } });
  for (const { any } of packetBatches([packet(1), packet(2)])) {
    call.write({ update: { $case: 'other', value: any } });
  }
  call.write({ update: { $case: 'packet', value: packet(3) } });
  const values: unknown[] = [];
  for (let count = 0; count < 3; count++) values.push((await packets.next()).value?.payload[0]);
  t.deepEqual(values, [1, 2, 3]);
});

test('bytes that are no batch end the stream, which says so', async (t) => {
  const { client, call } = await serve(t, '1');
  const packets = client.packets();
  const typeUrl = 'type.googleapis.com/moor.v1.PacketBatch';
  const ended = once(call, 'cancelled');
  call.write({ update: { $case: 'other', value: { typeUrl, value: Uint8Array.of(0x0a, 9) } } });
  await t.throwsAsync(packets.next(), { message: /no batch of packets/ });
  await ended;
});
