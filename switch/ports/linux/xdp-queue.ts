/**
 * Frames that wait to be sent by AF_XDP: rings shared with the kernel, and one call for all that wait. Only for sending, in the
 * mode in which the kernel copies: no program is attached to the interface, so nothing of it stays behind when the process
 * is killed, and CAP_NET_RAW is all it takes. Against sendmmsg the kernel needs about 40 % less time for a frame.
 *
 * It goes around queueing disciplines, filters of tc, and whoever captures what leaves: `sender.ts` knows when not to use it.
 *
 * Source: Documentation/networking/af_xdp.rst and linux/if_xdp.h. The ring of frames to send has u64 place, u32 length, u32 options
 * in each slot; that of frames that were sent their places, u64.
 */

import { copyBytes, type WordMemory } from '../../wasm/index.ts';
import {
  call,
  int32,
  lastError,
  type Mapping,
  mapMemory,
  pollRequest,
  SystemCallError,
  tryCall,
  unmapMemory,
} from './system-calls.ts';

const AF_XDP = 44;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const SOL_XDP = 283;
const XDP_MMAP_OFFSETS = 1;
const XDP_TX_RING = 3;
const XDP_UMEM_REG = 4;
const XDP_UMEM_FILL_RING = 5;
const XDP_UMEM_COMPLETION_RING = 6;
const XDP_MAX_TX_SKB_BUDGET = 9;
const XDP_COPY = 2;
const TX_RING_OFFSET = 0x8000_0000;
const COMPLETION_RING_OFFSET = 0x1_8000_0000;
/** `struct xdp_mmap_offsets`: four rings with four offsets each; before Linux 5.4 there were three. */
const OFFSETS_BYTES = 128;
const OFFSETS_RING_BYTES = 32;
const MSG_DONTWAIT = 0x40;
const POLLOUT = 4;

/** Frames that may wait, and that the kernel may have; a power of two. */
const FRAMES = 128;
/** So many go in one call. */
const BATCH = 64;
/** Bytes of a frame, a power of two; the memory of all may not be swapped, and users other than root have little of that. */
const FRAME_BYTES = 2048;
/** The longest frame: a frame begins within a word. */
export const XDP_LONGEST = FRAME_BYTES - 4;
const DATA_BYTES = FRAMES * FRAME_BYTES;

/** A ring: where its words are. */
type Ring = {
  readonly mapping: Mapping;
  readonly words: Int32Array<ArrayBuffer>;
  /** As indexes of words. */
  readonly producer: number;
  readonly consumer: number;
  readonly slots: number;
};

function ringOf(mapping: Mapping, offsets: DataView, number: number): Ring {
  const offset = (index: number) =>
    Number(offsets.getBigUint64(number * OFFSETS_RING_BYTES + index * 8, true)) / 4;
  const words = new Int32Array(mapping.bytes.buffer);
  return { mapping, words, producer: offset(0), consumer: offset(1), slots: offset(2) };
}

/** The frames that are to be sent by one interface. */
export class XdpQueue {
  readonly #descriptor: number;
  readonly #memory: Mapping;
  readonly #target: WordMemory;
  readonly #sending: Ring;
  readonly #sent: Ring;
  /** Places that are free, in words. */
  readonly #free = Int32Array.from({ length: FRAMES }, (_, index) => index * FRAME_BYTES);
  #freeCount = FRAMES;
  /** What was put into the ring, modulo 2³²; what the kernel knows of; and what it gave back. */
  #produced = 0;
  #published = 0;
  #completed = 0;
  #lastBytes = 0;
  /** Frames that could not be sent, and their bytes. */
  drops = 0;
  dropBytes = 0;

  /** @throws SystemCallError where the kernel, the interface or the limits do not allow it. */
  constructor(index: number) {
    const mappings: Mapping[] = [];
    this.#descriptor = call('socket', AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
    try {
      const map = (length: number, descriptor?: number, offset?: number): Mapping => {
        const mapping = mapMemory(length, descriptor, offset);
        mappings.push(mapping);
        return mapping;
      };
      this.#memory = map(DATA_BYTES);
      const u8 = this.#memory.bytes;
      this.#target = { u8, u32: new Uint32Array(u8.buffer) };
      const offsets = this.#setUp();
      const slots = (ring: number) => Number(offsets.getBigUint64(ring * OFFSETS_RING_BYTES + 16, true));
      this.#sending = ringOf(map(slots(1) + FRAMES * 16, this.#descriptor, TX_RING_OFFSET), offsets, 1);
      this.#sent = ringOf(map(slots(3) + FRAMES * 8, this.#descriptor, COMPLETION_RING_OFFSET), offsets, 3);
      const address = new DataView(new ArrayBuffer(16));
      address.setUint16(0, AF_XDP, true);
      address.setUint16(2, XDP_COPY, true);
      address.setUint32(4, index, true);
      call('bind', this.#descriptor, new Uint8Array(address.buffer), 16);
    } catch (error) {
      tryCall('close', this.#descriptor);
      for (const mapping of mappings) unmapMemory(mapping);
      throw error;
    }
  }

  /** Says what memory and which rings there are. @returns Where the parts of the rings are. */
  #setUp(): DataView {
    const set = (option: number, value: Uint8Array) =>
      call('setsockopt', this.#descriptor, SOL_XDP, option, value, value.length);
    const memory = new DataView(new ArrayBuffer(32));
    memory.setBigUint64(0, this.#memory.address, true);
    memory.setBigUint64(8, BigInt(DATA_BYTES), true);
    memory.setUint32(16, FRAME_BYTES, true);
    set(XDP_UMEM_REG, new Uint8Array(memory.buffer));
    for (const ring of [XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_TX_RING]) set(ring, int32(FRAMES));
    // Since Linux 6.17; before, a call sends 32 frames at most, and there are more calls.
    tryCall('setsockopt', this.#descriptor, SOL_XDP, XDP_MAX_TX_SKB_BUDGET, int32(FRAMES), 4);
    const offsets = new Uint8Array(OFFSETS_BYTES);
    const length = int32(OFFSETS_BYTES);
    if (tryCall('getsockopt', this.#descriptor, SOL_XDP, XDP_MMAP_OFFSETS, offsets, length) === -1)
      throw new SystemCallError('getsockopt', lastError());
    if (new Int32Array(length.buffer)[0] !== OFFSETS_BYTES)
      throw new SystemCallError('getsockopt', 'an answer of before Linux 5.4');
    return new DataView(offsets.buffer);
  }

  /** Sends a frame, at the latest with `flush`. The bytes, `XDP_LONGEST` at most, are copied. @returns What `flush` does. */
  send(from: WordMemory, start: number, length: number): boolean {
    let works = true;
    if (this.#freeCount === 0) {
      works = this.flush();
      if (this.#freeCount === 0) {
        this.#drop(length);
        return works;
      }
    }
    const place = this.#free[--this.#freeCount] ?? 0;
    const within = start & 3;
    copyBytes(from, start - within, this.#target, place, length + within);
    const { words, slots } = this.#sending;
    const slot = slots + (this.#produced & (FRAMES - 1)) * 4;
    words[slot] = place + within;
    words[slot + 1] = 0;
    words[slot + 2] = length;
    words[slot + 3] = 0;
    this.#lastBytes = length;
    this.#produced = (this.#produced + 1) | 0;
    return ((this.#produced - this.#published) | 0) === BATCH ? this.flush() && works : works;
  }

  /**
   * Sends what waits; what the interface has no room for waits on.
   * @returns False when the interface takes nothing any more: what waited is lost, and the queue is to be closed.
   */
  flush(): boolean {
    const { words, producer, consumer } = this.#sending;
    Atomics.store(words, producer, this.#produced);
    this.#published = this.#produced;
    let retries = 0;
    let before = Atomics.load(words, consumer);
    // No frame is seen twice, so this ends: with each turn the kernel takes one, or says why not.
    while (Atomics.load(words, consumer) !== this.#produced) {
      if (tryCall('sendto', this.#descriptor, null, 0, MSG_DONTWAIT, null, 0) === 0) break;
      const code = lastError();
      // A frame was taken and dropped, as the other end of a cable does that is down.
      if (code === 'EBUSY') {
        this.#drop(this.#lastBytes);
        continue;
      }
      if (code !== 'EAGAIN' && code !== 'ENOBUFS' && code !== 'EINTR') {
        this.#reclaim();
        while (this.#freeCount < FRAMES) {
          this.#freeCount++;
          this.#drop(this.#lastBytes);
        }
        return false;
      }
      // As many as one call takes; or no room at the moment: once more, as a card with a full ring would have us wait.
      const now = Atomics.load(words, consumer);
      if (now === before && ++retries > 3) break;
      if (now === before) tryCall('poll', pollRequest(this.#descriptor, POLLOUT), 1, 1);
      before = now;
    }
    this.#reclaim();
    return true;
  }

  #drop(bytes: number): void {
    this.drops++;
    this.dropBytes += bytes;
  }

  /** Takes back the places of frames that were sent. */
  #reclaim(): void {
    const { words, producer, consumer, slots } = this.#sent;
    const end = Atomics.load(words, producer);
    for (; this.#completed !== end; this.#completed = (this.#completed + 1) | 0)
      this.#free[this.#freeCount++] =
        (words[slots + (this.#completed & (FRAMES - 1)) * 2] ?? 0) & -FRAME_BYTES;
    Atomics.store(words, consumer, this.#completed);
  }

  /** Gives the memory back; what waits is not sent. */
  close(): void {
    tryCall('close', this.#descriptor);
    for (const { mapping } of [this.#sending, this.#sent]) unmapMemory(mapping);
    unmapMemory(this.#memory);
  }
}
