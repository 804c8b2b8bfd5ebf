/**
 * The load vector of the SARA paper (III.G), which names what a measure of the load includes and gives no layout. Ours
 * has 21 bytes, in network byte order; loads are in 1/65,535 of what there is.
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                         Host identity                         |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |           Sequence            |  Version (1)  |   Timestamp   |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |               Timestamp (continued)           |      CPU      |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     | CPU (cont.)   |            Memory             | Network buf.  |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     | … (cont.)     |           I/O queue           | Backlog       |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     | … (cont.)     |
 *     +-+-+-+-+-+-+-+-+
 */

import type { Read } from './result.ts';

/** Bytes of a vector without a trailer. */
export const LOAD_VECTOR_LENGTH = 21;
const VERSION = 1;
const FULL = 0xffff;

/** What is measured, in the paper's order. */
export const LOAD_COMPONENTS = ['cpu', 'memory', 'networkBuffers', 'ioQueue', 'backlog'] as const;

export type LoadComponent = (typeof LOAD_COMPONENTS)[number];

/** Each from 0 to 1: the part that is used of the CPUs, memory, socket buffers, I/O queue and application's backlog. */
export type Loads = Readonly<Record<LoadComponent, number>>;

export type LoadVector = {
  /** As in availability messages. */
  readonly identity: number;
  /** 0 to 65,535; the next after 65,535 is 0. */
  readonly sequence: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly loads: Loads;
};

/** Reads a vector of exactly 21 bytes. */
export function parseLoadVector(bytes: Uint8Array): Read<LoadVector> {
  if (bytes.length !== LOAD_VECTOR_LENGTH) {
    return { ok: false, problem: `a load vector has 21 bytes, not ${bytes.length}` };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint8(6);
  if (version !== VERSION) return { ok: false, problem: `there is no version ${version} of load vectors` };
  const load = (index: number) => view.getUint16(11 + 2 * index) / FULL;
  return {
    ok: true,
    value: {
      identity: view.getUint32(0),
      sequence: view.getUint16(4),
      timestamp: view.getUint32(7),
      loads: { cpu: load(0), memory: load(1), networkBuffers: load(2), ioQueue: load(3), backlog: load(4) },
    },
  };
}

/** Writes a vector; loads are cut to [0, 1]. */
export function emitLoadVector({ identity, sequence, timestamp, loads }: LoadVector): Uint8Array {
  const bytes = new Uint8Array(LOAD_VECTOR_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, identity);
  view.setUint16(4, sequence);
  view.setUint8(6, VERSION);
  view.setUint32(7, timestamp);
  for (const [index, name] of LOAD_COMPONENTS.entries()) {
    // What is no number counts as full: a server that cannot tell is not a server with room.
    const load = Number.isNaN(loads[name]) ? 1 : Math.min(1, Math.max(0, loads[name]));
    view.setUint16(11 + 2 * index, Math.round(load * FULL));
  }
  return bytes;
}
