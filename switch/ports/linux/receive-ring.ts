/**
 * The ring in which the kernel puts frames that came in (packet(7), TPACKET_V2), mapped into this process.
 *
 * A slot: u32 status, u32 length, u32 captured length, u16 offset of the frame, u16 offset of its network header, u32 seconds,
 * u32 nanoseconds, u16 VLAN tag, u16 type of the tag, 4 unused; a link-level address at 32.
 */

import { memoryOf, type WordMemory } from '../../wasm/index.ts';
import { completeFrame, insertTag, OFFLOAD_HEADER_BYTES } from './offload.ts';
import { call, int32, type Mapping, mapMemory, tryCall, unmapMemory } from './system-calls.ts';

const SOL_PACKET = 263;
const PACKET_RX_RING = 5;
const PACKET_COPY_THRESH = 7;
const PACKET_VERSION = 10;
const PACKET_VNET_HDR = 15;
const TPACKET_V2 = 1;
const MSG_DONTWAIT = 0x40;

const STATUS_USER = 1;
const STATUS_COPY = 2;
const STATUS_VLAN_VALID = 0x10;
const STATUS_VLAN_TPID_VALID = 0x40;
/** With one of these, a frame is not whole in its slot, or has its tag beside it. */
const STATUS_SPECIAL = STATUS_COPY | STATUS_VLAN_VALID;
const PACKET_OUTGOING = 4;
/** In a slot: where the kind of the packet stands in the link-level address. */
const SLOT_PACKET_KIND = 32 + 10;

const BLOCK_BYTES = 1 << 18;
const BLOCKS = 32;
const SLOT_BYTES = 2048;
const SLOT_WORDS = SLOT_BYTES / 4;
const SLOTS = (BLOCK_BYTES / SLOT_BYTES) * BLOCKS;
/** Frames of several segments, which do not fit into a slot. */
const LARGEST_FRAME = 65_536 + 256;

/** Takes a frame that came in by where it stands; it is valid during the call. */
export type FrameSink = (memory: WordMemory, start: number, length: number) => void;

/** Frames that came in by one socket. */
export class ReceiveRing {
  readonly #descriptor: number;
  readonly #ring: Mapping;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #words: Int32Array<ArrayBuffer>;
  readonly #memory: WordMemory;
  readonly #large: Mapping;
  #slot = 0;
  /** Segments of a frame that did not fit into the limit of a call. */
  readonly #rest: Uint8Array[] = [];
  /** Frames that could not be completed. */
  drops = 0;

  /** @throws SystemCallError. */
  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    const set = (option: number, ...values: readonly number[]) =>
      call('setsockopt', descriptor, SOL_PACKET, option, int32(...values), 4 * values.length);
    set(PACKET_VERSION, TPACKET_V2);
    set(PACKET_VNET_HDR, 1);
    set(PACKET_COPY_THRESH, 1);
    set(PACKET_RX_RING, BLOCK_BYTES, BLOCKS, SLOT_BYTES, SLOTS);
    this.#ring = mapMemory(BLOCK_BYTES * BLOCKS, descriptor);
    this.#bytes = this.#ring.bytes;
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#memory = { u8: this.#bytes, u32: new Uint32Array(this.#bytes.buffer) };
    this.#large = mapMemory(LARGEST_FRAME);
  }

  /** Takes frames that came in. @returns How many there were, also those that were dropped here. */
  receive(limit: number, take: FrameSink): number {
    const words = this.#words;
    const bytes = this.#bytes;
    const memory = this.#memory;
    let slot = this.#slot;
    let count = this.#takeRest(limit, take);
    while (count < limit) {
      const word = slot * SLOT_WORDS;
      const status = Atomics.load(words, word);
      if ((status & STATUS_USER) === 0) break;
      const at = word * 4;
      const captured = words[word + 2] ?? 0;
      const start = at + ((words[word + 3] ?? 0) & 0xffff);
      // Most frames need nothing done: no checksum to complete, one segment, no tag.
      const isPlain =
        (status & STATUS_SPECIAL) === 0 &&
        captured === words[word + 1] &&
        bytes[start - OFFLOAD_HEADER_BYTES] === 0 &&
        bytes[start - OFFLOAD_HEADER_BYTES + 1] === 0 &&
        bytes[at + SLOT_PACKET_KIND] !== PACKET_OUTGOING;
      if (isPlain) {
        take(memory, start, captured);
        count++;
      } else {
        this.#complete(word, status);
        count += Math.max(1, this.#takeRest(limit - count, take));
      }
      Atomics.store(words, word, 0);
      slot = slot + 1 === SLOTS ? 0 : slot + 1;
    }
    this.#slot = slot;
    return count;
  }

  #takeRest(limit: number, take: FrameSink): number {
    if (this.#rest.length === 0) return 0;
    const some = this.#rest.splice(0, limit);
    for (const frame of some) take(memoryOf(frame), 0, frame.length);
    return some.length;
  }

  /** Does what a card would do to a frame; what comes of it waits in `#rest`. */
  #complete(word: number, status: number): void {
    const at = word * 4;
    const captured = this.#words[word + 2] ?? 0;
    const start = at + ((this.#words[word + 3] ?? 0) & 0xffff);
    let header = this.#bytes.subarray(start - OFFLOAD_HEADER_BYTES, start);
    let frame = this.#bytes.subarray(start, start + captured);
    if ((status & STATUS_COPY) !== 0) {
      const got = tryCall('recv', this.#descriptor, this.#large.address, LARGEST_FRAME, MSG_DONTWAIT);
      if (got <= OFFLOAD_HEADER_BYTES) {
        this.drops++;
        return;
      }
      header = this.#large.bytes.subarray(0, OFFLOAD_HEADER_BYTES);
      frame = this.#large.bytes.subarray(OFFLOAD_HEADER_BYTES, got);
    } else if (captured < (this.#words[word + 1] ?? 0)) {
      // Too long for a slot, and the kernel had no memory for a copy.
      this.drops++;
      return;
    }
    if (this.#bytes[at + SLOT_PACKET_KIND] === PACKET_OUTGOING) return;
    const frames = completeFrame(header, frame);
    if (frames === undefined) this.drops++;
    // One that is whole stands in the slot still, which the kernel has again when the segments' turn comes.
    for (const one of frames ?? [])
      this.#rest.push(this.#withTag(one === frame ? one.slice() : one, word, status));
  }

  #withTag(frame: Uint8Array, word: number, status: number): Uint8Array {
    if ((status & STATUS_VLAN_VALID) === 0) return frame;
    const tag = this.#words[word + 6] ?? 0;
    const type = (status & STATUS_VLAN_TPID_VALID) === 0 ? 0 : tag >>> 16;
    const tagged = new Uint8Array(frame.length + 4);
    insertTag(tagged, frame, type, tag & 0xffff);
    return tagged;
  }

  /** Gives the memory back. */
  close(): void {
    unmapMemory(this.#ring);
    unmapMemory(this.#large);
  }
}
