import test from 'ava';
import fc from 'fast-check';
import { PacketBatch } from './gen/moor/v1/packets.ts';
import { decodeIndependently } from './independent-decoder.ts';
import { packetBatches, readPacketBatch } from './packet-batches.ts';

const bytes = (...values: readonly number[]) => Uint8Array.of(...values);
const fields = (...values: readonly number[]) =>
  values.map((value, index) => ({ metadataId: index + 1, value: bytes(value) }));
const TYPE = 'type.googleapis.com/moor.v1.PacketBatch';

test('google-protobuf reads a batch that was written', (t) => {
  const shared = fields(7, 1);
  const packets = [
    { payload: bytes(0xde, 0xad), metadata: shared },
    { payload: bytes(), metadata: [] },
    { payload: bytes(0xbe), metadata: shared },
  ];
  const [batch, ...more] = packetBatches(packets);
  t.deepEqual(more, []);
  t.is(batch?.count, 3);
  t.is(batch?.any.typeUrl, TYPE);
  const metadata = [
    { metadata_id: '1', value: '07' },
    { metadata_id: '2', value: '01' },
  ];
  t.deepEqual(decodeIndependently('moor.v1.PacketBatch', batch?.any.value ?? bytes()), {
    packets: [
      { payload: 'dead', fields: { metadata } },
      { payload: '', fields: {} },
      { payload: 'be', fields: { metadata } },
    ],
  });
});

test('what the stubs write is read, and packets with the same fields share one list', (t) => {
  const packet = (value: number) => ({ payload: bytes(value), fields: { metadata: fields(value & 1) } });
  const value = PacketBatch.encode({ packets: [packet(1), packet(2), packet(3)] }).finish();
  // As it comes from the network.
  const packets = readPacketBatch({ typeUrl: TYPE, value: Buffer.from(value) }) ?? [];
  t.deepEqual(
    packets.map(({ payload, metadata }) => [...payload, ...metadata.flatMap((one) => [...one.value])]),
    [
      [1, 1],
      [2, 0],
      [3, 1],
    ],
  );
  t.is(packets[0]?.metadata, packets[2]?.metadata);
  t.not(packets[0]?.metadata, packets[1]?.metadata);
});

test('fields that nobody knows are passed over, and messages of other types are none of ours', (t) => {
  // Field 9 as a varint, a packet, and in it field 3 as four bytes.
  const value = bytes(0x48, 1, 0x0a, 8, 0x1d, 0, 0, 0, 0, 0x0a, 1, 0x55);
  t.deepEqual(readPacketBatch({ typeUrl: TYPE, value }), [{ payload: bytes(0x55), metadata: [] }]);
  t.is(readPacketBatch({ typeUrl: 'type.googleapis.com/x.Y', value: bytes(0xff) }), undefined);
});

test('a batch is about 64 KiB at most, and nothing is lost between them', (t) => {
  const packets = Array.from({ length: 100 }, (_, index) => ({
    payload: new Uint8Array(1500).fill(index),
    metadata: [],
  }));
  const batches = [...packetBatches([...packets, { payload: new Uint8Array(200_000), metadata: [] }])];
  t.deepEqual(
    batches.map(({ count }) => count),
    [43, 43, 14, 1],
  );
  const read = batches.flatMap(({ any }) => readPacketBatch(any) ?? []);
  t.deepEqual(read.slice(0, 100), packets);
  t.is(read[100]?.payload.length, 200_000);
  t.deepEqual([...packetBatches([])], []);
});

test('any bytes are a batch or an error, and never packets from beyond their end', (t) => {
  const value = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(value, (given) => {
      try {
        for (const { payload } of readPacketBatch({ typeUrl: TYPE, value: given }) ?? []) {
          if (payload.length > given.length) return false;
        }
      } catch (problem) {
        return problem instanceof Error;
      }
      return true;
    }),
    { seed: 1, numRuns: 3000 },
  );
  // A packet that goes on behind its own end.
  t.throws(() => readPacketBatch({ typeUrl: TYPE, value: bytes(0x0a, 2, 0x0a, 3, 1, 2, 3) }), {
    message: /longer than/,
  });
  t.throws(() => readPacketBatch({ typeUrl: TYPE, value: bytes(0x0a, 9, 0x0a, 3, 1, 2, 3) }));
});
