/** Frames that wait to be sent, many in one call. */

import { copyBytes, type WordMemory } from '../../wasm/index.ts';
import { lastError, type Mapping, mapMemory, pollRequest, tryCall, unmapMemory } from './system-calls.ts';

const MSG_DONTWAIT = 0x40;
const POLLOUT = 4;

/** Frames of one call. */
const FRAMES = 64;
/** What a frame has; longer ones are sent alone. */
const FRAME_BYTES = 2048;
const LONGEST_SHORT = FRAME_BYTES - 4;
const DATA_BYTES = FRAMES * FRAME_BYTES;
/** `struct mmsghdr`, and behind all of them each one's `struct iovec`. */
const MESSAGE_BYTES = 64;
const VECTOR_BYTES = 16;
const MESSAGES = DATA_BYTES;
const VECTORS = MESSAGES + FRAMES * MESSAGE_BYTES;
const BYTES = VECTORS + FRAMES * VECTOR_BYTES;
/** In words: where the lower half of the address and the length of the first frame stand, and from one to the next. */
const ADDRESSES = VECTORS / 4;
const LENGTHS = (VECTORS + 8) / 4;
const LENGTH_STEP = VECTOR_BYTES / 4;

/** What the kernel keeps for the socket until the card has it. */
export const SEND_BUFFER_BYTES = 1 << 21;

/** The frames that one socket is to send. */
export class SendQueue {
  readonly #descriptor: number;
  readonly #memory: Mapping;
  readonly #target: WordMemory;
  readonly #words: Uint32Array;
  /** Lower halves of the places' addresses. */
  readonly #places: Uint32Array;
  #waiting = 0;
  /** Frames that could not be sent, and their bytes. */
  drops = 0;
  dropBytes = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#memory = mapMemory(BYTES);
    const u8 = this.#memory.bytes;
    this.#words = new Uint32Array(u8.buffer);
    this.#target = { u8, u32: this.#words };
    // A message for each frame: no address, one vector. Only the lengths change.
    const view = new DataView(u8.buffer);
    for (let index = 0; index < FRAMES; index++) {
      const message = MESSAGES + index * MESSAGE_BYTES;
      const vector = VECTORS + index * VECTOR_BYTES;
      view.setBigUint64(message + 16, this.#memory.address + BigInt(vector), true);
      view.setBigUint64(message + 24, 1n, true);
      view.setBigUint64(vector, this.#memory.address + BigInt(index * FRAME_BYTES), true);
    }
    this.#places = Uint32Array.from(
      { length: FRAMES },
      (_, index) => this.#words[ADDRESSES + index * LENGTH_STEP] ?? 0,
    );
  }

  /** Sends a frame, at the latest with the next `flush`. The bytes are copied. */
  send(from: WordMemory, start: number, length: number): void {
    const isLong = length > LONGEST_SHORT;
    if (length > DATA_BYTES - 4) {
      this.drops++;
      this.dropBytes += length;
      return;
    }
    if (isLong) this.flush();
    const index = this.#waiting++;
    // Whole words are copied, and the frame begins within the first one; the place is the beginning of a page, or half of it.
    const within = start & 3;
    copyBytes(from, start - within, this.#target, index * FRAME_BYTES, length + within);
    this.#words[ADDRESSES + index * LENGTH_STEP] = (this.#places[index] ?? 0) + within;
    this.#words[LENGTHS + index * LENGTH_STEP] = length;
    if (isLong || this.#waiting === FRAMES) this.flush();
  }

  /** Sends what waits. Frames that the interface does not take are dropped: too long, no room, no link. */
  flush(): void {
    let sent = 0;
    let retries = 0;
    while (sent < this.#waiting) {
      const messages = this.#memory.address + BigInt(MESSAGES + sent * MESSAGE_BYTES);
      const count = tryCall('sendmmsg', this.#descriptor, messages, this.#waiting - sent, MSG_DONTWAIT);
      if (count > 0) {
        sent += count;
        continue;
      }
      const code = lastError();
      // No room at the moment: once more, as a card with a full ring would have us wait.
      if ((code === 'EAGAIN' || code === 'ENOBUFS' || code === 'EINTR') && retries < 3) {
        retries++;
        tryCall('poll', pollRequest(this.#descriptor, POLLOUT), 1, 1);
        continue;
      }
      this.drops++;
      this.dropBytes += this.#words[LENGTHS + sent * LENGTH_STEP] ?? 0;
      sent++;
    }
    this.#waiting = 0;
  }

  /** Gives the memory back; what waits is sent before. */
  close(): void {
    this.flush();
    unmapMemory(this.#memory);
  }
}
