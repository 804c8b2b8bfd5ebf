/** Frames of clients, and which flow a frame that left is of. */

import { CPU_PORT } from '../../controller/pipeline/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';

export const UPLINK = 1;
/** Servers are told apart by the ports that they stand behind. */
export const FIRST_SERVER_PORT = 100;
export const VIRTUAL = '2001:db8:100::1';
export const SWITCH_MAC = '02:00:00:00:00:01';

const VIRTUAL_BYTES = Buffer.from('20010db8010000000000000000000001', 'hex');
const PACKET_IN_BYTES = 13;
const PREFIX = 0x20010db8000300000000000000000000n;

/** A flow's tuple as the switch hashes it: addresses, ports and protocol; the source is below 2001:db8:3::/48. */
export function tupleBytes(host: bigint, sourcePort: number): Buffer {
  const source = Buffer.from((PREFIX | host).toString(16).padStart(32, '0'), 'hex');
  return Buffer.concat([source, VIRTUAL_BYTES, Buffer.from([sourcePort >> 8, sourcePort & 255, 0, 80, 6])]);
}

/** A TCP segment of a flow. */
export function frameOf(tuple: Uint8Array, flags: number): PortPacket {
  const bytes = Buffer.alloc(74);
  bytes.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0xc1, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 6, 64]);
  bytes.set(tuple.subarray(0, 32), 22);
  bytes.set(tuple.subarray(32, 36), 54);
  bytes.set([0x50, flags], 66);
  return { port: UPLINK, bytes };
}

/** What became of a frame. */
export type Left =
  | { readonly kind: 'forwarded'; readonly key: string; readonly server: number }
  | { readonly kind: 'punted'; readonly key: string; readonly reason: number; readonly frame: Uint8Array };

/** Flows are known by their source address and port. */
export function keyOf(tuple: Uint8Array): string {
  return Buffer.concat([tuple.subarray(0, 16), tuple.subarray(32, 34)]).toString('hex');
}

export function readLeft({ port, bytes }: PortPacket): Left {
  const frame = port === CPU_PORT ? bytes.subarray(PACKET_IN_BYTES) : bytes;
  const key = Buffer.concat([frame.subarray(22, 38), frame.subarray(54, 56)]).toString('hex');
  if (port === CPU_PORT) return { kind: 'punted', key, reason: bytes[2] ?? 0, frame };
  return { kind: 'forwarded', key, server: port - FIRST_SERVER_PORT };
}

/** A packet from the controller that takes all steps as if it had come in by the uplink. */
export function sentBack(frame: Uint8Array): PortPacket {
  const head = (UPLINK << 7) | 0x40;
  return { port: CPU_PORT, bytes: Buffer.concat([Buffer.from([head >> 8, head & 255]), frame]) };
}
