/** Packets of clients over IPv6, by the number of the client. */

import { readableAddress } from '../../controller/pipeline/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { concatBytes, emitIpv6, emitTcp, emitUdp, ipv6PseudoSum } from '../../wire/index.ts';
import { slotOf } from '../consistency/collide.ts';
import { tupleBytes } from '../oracle/caches.ts';
import { address, ethernet } from './lab.ts';

const UPLINK = 1;
const CLIENT_PORT = 40_000;

export type ClientPacket = {
  readonly client: number;
  readonly to: Uint8Array;
  readonly port: number;
};

/** As status shows it. */
export function clientAddress(client: number): string {
  return readableAddress(`2001:db8:3::${(client >>> 16).toString(16)}:${(client & 0xffff).toString(16)}`);
}

/**
 * Clients whose TCP flows share a slot of the learning cache, each with one other: the first comes before the second.
 * @param count An even number.
 */
export function sharingSlots(count: number, to: Uint8Array, port: number): readonly number[] {
  const waiting = new Map<number, number>();
  const found: number[] = [];
  for (let client = 1; found.length < count; client++) {
    // Spread, for the hash is linear: neighbours have slots of their own.
    const number = (client * 2_654_435_761) % 2 ** 32;
    const slot = slotOf(
      tupleBytes({
        source: toNumber(address(clientAddress(number))),
        destination: toNumber(to),
        sourcePort: CLIENT_PORT,
        destinationPort: port,
        protocol: 6,
      }),
    );
    const other = waiting.get(slot);
    if (other === undefined) waiting.set(slot, number);
    else {
      waiting.delete(slot);
      found.push(other, number);
    }
  }
  return found;
}

const toNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** A TCP segment. */
export function segment({ client, to, port }: ClientPacket, flags: number): PortPacket {
  return packet(client, to, 6, (source) =>
    emitTcp(
      {
        sourcePort: CLIENT_PORT,
        destinationPort: port,
        sequence: 1,
        acknowledgement: 0,
        flags,
        window: 1000,
        urgent: 0,
        options: new Uint8Array(),
        payload: new Uint8Array(),
      },
      (length) => ipv6PseudoSum(source, to, length, 6),
    ),
  );
}

/** A UDP datagram of four bytes. */
export function datagram({ client, to, port }: ClientPacket): PortPacket {
  return packet(client, to, 17, (source) =>
    emitUdp(
      { sourcePort: CLIENT_PORT, destinationPort: port, payload: Uint8Array.of(1, 2, 3, 4) },
      (length) => ipv6PseudoSum(source, to, length, 17),
    ),
  );
}

function packet(
  client: number,
  destination: Uint8Array,
  next: number,
  emit: (source: Uint8Array) => Uint8Array,
): PortPacket {
  const source = address(clientAddress(client));
  const body = emit(source);
  const head = emitIpv6({
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: body.length,
    next,
    hopLimit: 64,
    source,
    destination,
  });
  return { port: UPLINK, bytes: concatBytes(ethernet(0x86dd), head, body) };
}
