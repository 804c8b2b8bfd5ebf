/**
 * What the running switch has in memory besides the packet it works on: rings that it shares with the host, and
 * buffers for the packets that wait.
 *
 * A descriptor of a packet that came in: address, length, port, and a word that is not used.
 * A descriptor of a packet that leaves: address, length, port, and the buffer it is in, or 0 for the host's own.
 * A digest: number of its list, length, and its bytes.
 */

import type { LinearMemory } from '../../wasm/index.ts';

/** Bytes of a descriptor in either ring. */
export const DESCRIPTOR = 16;

/** Packets that one run takes at most. */
export const RX_CAPACITY = 256;

/** Packets that leave before the host has to take them. */
export const TX_CAPACITY = 1024;

/** Digests before the host has to take them. */
export const DIGEST_CAPACITY = 256;

/** Offsets in a buffer; behind them stand a copy of headers and metadata, room for new headers, and the packet. */
export const ITEM = {
  next: 0,
  kind: 4,
  start: 8,
  end: 12,
  port: 16,
  ingressLength: 20,
  packetLength: 24,
  truncated: 28,
  recirculate: 32,
  generation: 36,
  copy: 48,
} as const;

/** What is counted, in the order in which the counts stand in memory. */
export const STATISTICS = [
  'received',
  'transmitted',
  'droppedIngress',
  'droppedEgress',
  'droppedPriority',
  'droppedPasses',
  'droppedBuffers',
  'droppedAssertions',
  'parserErrors',
  'digests',
  'resubmitted',
  'recirculated',
  'cloned',
  'replicated',
] as const;

export type Statistic = (typeof STATISTICS)[number];

/** Sizes that a program has. */
export type SwitchSizes = {
  readonly layoutBytes: number;
  /** Bytes that a deparser puts in front of a packet at most. */
  readonly headroom: number;
  readonly maximumPacketBytes: number;
  readonly digestBytes: number;
};

/** Addresses of all that. */
export class SwitchMemory {
  readonly rx: number;
  readonly tx: number;
  readonly txCount: number;
  readonly digests: number;
  readonly digestCount: number;
  /** From one digest to the next. */
  readonly digestStride: number;
  readonly statistics: number;
  /** Headers and metadata of the packet that is being copied. */
  readonly saved: number;
  /** Bytes of a buffer: an odd number of cache lines, so that buffers do not compete for the same ones. */
  readonly bufferBytes: number;
  /** Where the packet starts in a buffer. */
  readonly dataOffset: number;

  constructor(memory: LinearMemory, sizes: SwitchSizes) {
    this.rx = memory.allocate(RX_CAPACITY * DESCRIPTOR, 64);
    this.tx = memory.allocate(TX_CAPACITY * DESCRIPTOR, 64);
    this.txCount = memory.allocate(8);
    this.digestStride = Math.ceil((8 + sizes.digestBytes + 8) / 8) * 8;
    this.digests = memory.allocate(DIGEST_CAPACITY * this.digestStride);
    this.digestCount = memory.allocate(8);
    this.statistics = memory.allocate(STATISTICS.length * 8);
    this.saved = memory.allocate(sizes.layoutBytes, 16);
    this.dataOffset = Math.ceil((ITEM.copy + sizes.layoutBytes + sizes.headroom) / 16) * 16;
    const lines = Math.ceil((this.dataOffset + sizes.maximumPacketBytes + 16) / 64);
    this.bufferBytes = (lines | 1) * 64;
  }

  /** Where a count stands. */
  statistic(name: Statistic): number {
    return this.statistics + STATISTICS.indexOf(name) * 8;
  }
}
