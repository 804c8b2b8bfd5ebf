/**
 * Packets in and out without copies: for ports that have them in the switch's memory already, and for measurements.
 *
 * A packet that comes in needs `headroom` bytes of memory in front of it, which new headers are written to; it leaves
 * in the same memory unless copies were made. What is transmitted has to be taken before the next run.
 */

import type { LinearMemory } from '../wasm/index.ts';
import { DESCRIPTOR, RX_CAPACITY, type SwitchMemory } from './compile/switch-memory.ts';

/** The rings of a switch. */
export class PacketRings {
  /** Packets that one run takes at most. */
  readonly capacity = RX_CAPACITY;
  /** Bytes in front of a packet that may be written to. */
  readonly headroom: number;
  /** Longer packets must not be given. */
  readonly maximumPacketBytes: number;
  readonly #memory: LinearMemory;
  readonly #places: SwitchMemory;
  readonly #run: (count: number, now: bigint) => void;
  readonly #buffers: number[] = [];
  /** Where a packet begins in its buffer: at a word. */
  readonly #start: number;

  constructor(
    memory: LinearMemory,
    places: SwitchMemory,
    sizes: { readonly headroom: number; readonly maximumPacketBytes: number },
    run: (count: number, now: bigint) => void,
  ) {
    this.#memory = memory;
    this.#places = places;
    this.headroom = sizes.headroom;
    this.#start = (sizes.headroom + 3) & ~3;
    this.maximumPacketBytes = sizes.maximumPacketBytes;
    this.#run = run;
  }

  /** A place of the ring's own for the packet with a number, with headroom. */
  buffer(index: number): number {
    let buffer = this.#buffers[index];
    if (buffer === undefined) {
      // An odd number of cache lines, so that packets do not compete for the same ones.
      const lines = Math.ceil((this.headroom + this.maximumPacketBytes + 16) / 64) | 1;
      buffer = this.#memory.allocate(lines * 64, 64);
      this.#buffers[index] = buffer;
    }
    return buffer + this.#start;
  }

  /** Says where a packet stands that the next run takes. */
  receive(index: number, address: number, length: number, port: number): void {
    const word = (this.#places.rx + index * DESCRIPTOR) >>> 2;
    const { u32 } = this.#memory;
    u32[word] = address;
    u32[word + 1] = length;
    u32[word + 2] = port;
  }

  /** Processes the first packets of the ring. @param now Nanoseconds since the switch started. */
  run(count: number, now: bigint): void {
    this.#run(count, now);
  }

  /** How many packets wait to be transmitted. */
  get transmitted(): number {
    return this.#memory.u32[this.#places.txCount >>> 2] ?? 0;
  }

  /** Where a packet to be transmitted stands. */
  transmit(index: number): { readonly address: number; readonly length: number; readonly port: number } {
    const word = (this.#places.tx + index * DESCRIPTOR) >>> 2;
    const { u32 } = this.#memory;
    return { address: u32[word] ?? 0, length: u32[word + 1] ?? 0, port: u32[word + 2] ?? 0 };
  }
}
