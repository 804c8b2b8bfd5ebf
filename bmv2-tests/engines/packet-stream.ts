/**
 * Packets in and out of simple_switch_grpc by its own service (`--dp-grpc-server-addr`): of any length, without interfaces, and
 * the end of what is sent is answered when all of it has been dealt with.
 *
 *     p4.bm.DataplaneInterface/PacketStream: messages { 2 device_id: uint64, 3 port: uint32, 4 packet: bytes } both ways
 */

import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { Client, credentials } from '@grpc/grpc-js';
import type { PortPacket } from '../../switch/engine/index.ts';

const METHOD = '/p4.bm.DataplaneInterface/PacketStream';
const [DEVICE_ID, PORT, PACKET] = [2, 3, 4];
const TIMEOUT_MS = 30_000;

function encode({ port, bytes }: PortPacket): Buffer {
  const writer = new BinaryWriter();
  writer.uint32((DEVICE_ID << 3) | 0).uint64(1n);
  writer.uint32((PORT << 3) | 0).uint32(port);
  writer.uint32((PACKET << 3) | 2).bytes(bytes);
  return Buffer.from(writer.finish());
}

function decode(message: Buffer): PortPacket {
  const reader = new BinaryReader(message);
  let port = 0;
  let bytes: Uint8Array = new Uint8Array();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === PORT) port = reader.uint32();
    else if (field === PACKET) bytes = reader.bytes().slice();
    else reader.skip(type);
  }
  return { port, bytes };
}

/** What gives packets to a switch. */
export class PacketStreams {
  readonly #client: Client;

  constructor(target: string) {
    this.#client = new Client(target, credentials.createInsecure());
  }

  /** Gives packets: what leaves until all are dealt with. Rejects with what gRPC says. */
  send(packets: readonly PortPacket[]): Promise<readonly PortPacket[]> {
    return new Promise((resolve, reject) => {
      const received: PortPacket[] = [];
      const options = { deadline: Date.now() + TIMEOUT_MS };
      const stream = this.#client.makeBidiStreamRequest(METHOD, encode, decode, options);
      stream.on('data', (packet: PortPacket) => received.push(packet));
      stream.on('error', reject);
      stream.on('end', () => resolve(received));
      for (const packet of packets) stream.write(packet);
      stream.end();
    });
  }

  close(): void {
    this.#client.close();
  }
}
