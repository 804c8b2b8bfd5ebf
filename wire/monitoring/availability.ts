/**
 * The availability message of the SARA paper (III.E, figure 6): 11 bytes, in network byte order. The paper names the
 * fields and gives the sum; these widths give it (docs/design/health.md).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                         Host_Identity                         |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |           Seq_Nber            |     Flag      |   Timestamp   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |               Timestamp (continued)           |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */

import type { Read } from './result.ts';

/** Bytes of a message without a trailer. */
export const AVAILABILITY_LENGTH = 11;

/** `Flag`, in the order in which the paper lists the events. */
export const AVAILABILITY_FLAGS = [
  /** The node and its application are available. */
  'available',
  /** The node is, the application is not. */
  'application-unavailable',
  /** The node is going to fail; `timestamp` says when. */
  'planned-failure',
] as const;

export type AvailabilityFlag = (typeof AVAILABILITY_FLAGS)[number];

export type Availability = {
  /** Of the node, 0 to 2³² − 1: the server's number in moor.yaml, or an IPv4 address. */
  readonly identity: number;
  /** 0 to 65,535; the next after 65,535 is 0. */
  readonly sequence: number;
  readonly flag: AvailabilityFlag;
  /** Seconds since 1970: when it was sent, or for a planned failure when that will be. */
  readonly timestamp: number;
};

/** Reads a message of exactly 11 bytes. */
export function parseAvailability(bytes: Uint8Array): Read<Availability> {
  if (bytes.length !== AVAILABILITY_LENGTH) {
    return { ok: false, problem: `an availability message has 11 bytes, not ${bytes.length}` };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flag = AVAILABILITY_FLAGS[view.getUint8(6)];
  if (flag === undefined) return { ok: false, problem: `there is no availability flag ${view.getUint8(6)}` };
  return {
    ok: true,
    value: { identity: view.getUint32(0), sequence: view.getUint16(4), flag, timestamp: view.getUint32(7) },
  };
}

/** Writes a message; numbers are cut to their fields. */
export function emitAvailability({ identity, sequence, flag, timestamp }: Availability): Uint8Array {
  const bytes = new Uint8Array(AVAILABILITY_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, identity);
  view.setUint16(4, sequence);
  view.setUint8(6, AVAILABILITY_FLAGS.indexOf(flag));
  view.setUint32(7, timestamp);
  return bytes;
}
