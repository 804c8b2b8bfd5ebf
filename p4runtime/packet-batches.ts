/** Several packets in one message of a stream: `moor.v1.PacketBatch`, written and read without an object for each field. */

import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import type { Any } from './gen/google/protobuf/any.ts';
import { PacketFields } from './gen/moor/v1/packets.ts';
import type { PacketIn, PacketOut } from './gen/p4/v1/p4runtime.ts';

/** A packet in either direction. */
export type StreamPacket = PacketIn | PacketOut;

/** The metadata of a call by which either side says that it reads batches. */
export const BATCHES_KEY = 'moor-packet-batches';
export const BATCHES_VALUE = '1';

const TYPE_URL = 'type.googleapis.com/moor.v1.PacketBatch';

/** Bytes of one batch, about: far below what any server takes as a message. */
const LARGEST = 64 * 1024;

/** Different fields of packets that are kept: more than there are ports and reasons. */
const MOST_KEPT = 4096;

type Metadata = StreamPacket['metadata'];

/** Tags of the protobuf encoding: the number of a field in `moor.v1`, and that a length follows. */
const PACKETS = 0x0a;
const PAYLOAD = 0x0a;
const FIELDS = 0x12;

const NOTHING = new Uint8Array();

/** Packets as batches, each with how many they are. Packets that share their list of metadata, itself, cost less. */
export function* packetBatches(
  packets: readonly StreamPacket[],
): Generator<{ readonly any: Any; readonly count: number }> {
  let start = 0;
  let size = 0;
  for (const [index, { payload }] of packets.entries()) {
    if (size > 0 && size + payload.length > LARGEST) {
      yield { any: toAny(packets.slice(start, index)), count: index - start };
      [start, size] = [index, 0];
    }
    size += payload.length;
  }
  if (start < packets.length) yield { any: toAny(packets.slice(start)), count: packets.length - start };
}

/**
 * The packets of a batch; undefined for any other message. Payloads are views of it, and packets with the same fields share
 * one list of them. @throws Error for bytes that are no batch.
 */
export function readPacketBatch({ typeUrl, value }: Any): readonly StreamPacket[] | undefined {
  if (typeUrl !== TYPE_URL) return undefined;
  // A plain array: views of a Buffer are Buffers, which take three times as long to make.
  const reader = new BinaryReader(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  const packets: StreamPacket[] = [];
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === PACKETS) packets.push(readPacket(reader));
    else reader.skip(tag & 7, tag >>> 3);
  }
  return packets;
}

function toAny(packets: readonly StreamPacket[]): Any {
  const writer = new BinaryWriter();
  for (const { payload, metadata } of packets) {
    writer.uint32(PACKETS).fork();
    writer.uint32(PAYLOAD).bytes(payload);
    writer.uint32(FIELDS).bytes(encodedFields(metadata));
    writer.join();
  }
  return { typeUrl: TYPE_URL, value: writer.finish() };
}

function readPacket(reader: BinaryReader): StreamPacket {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw new RangeError('a packet that is longer than its batch');
  let payload: Uint8Array = NOTHING;
  let metadata: Metadata = [];
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === PAYLOAD) payload = reader.bytes();
    else if (tag === FIELDS) metadata = decodedFields(reader.bytes());
    else reader.skip(tag & 7, tag >>> 3);
  }
  if (reader.pos > end) throw new RangeError('a field that is longer than its packet');
  return { payload, metadata };
}

/** By the list itself: who sends keeps one for all packets with the same fields. */
const ENCODED = new WeakMap<Metadata, Uint8Array>();

function encodedFields(metadata: Metadata): Uint8Array {
  const known = ENCODED.get(metadata);
  if (known !== undefined) return known;
  const made = PacketFields.encode({ metadata }).finish();
  ENCODED.set(metadata, made);
  return made;
}

/** By their bytes, one character each. */
const DECODED = new Map<string, Metadata>();

function decodedFields(bytes: Uint8Array): Metadata {
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const known = DECODED.get(key);
  if (known !== undefined) return known;
  // Of a copy: it outlives the message.
  const { metadata } = PacketFields.decode(bytes.slice());
  if (DECODED.size >= MOST_KEPT) DECODED.clear();
  DECODED.set(key, metadata);
  return metadata;
}
