/**
 * A ring of frames in shared memory, from one thread to another: one writes, one reads, neither waits for the other.
 *
 *     +0   i32  how many bytes were written, modulo 2³²
 *     +4   i32  how many bytes were read, modulo 2³²
 *     +8   i32  1 while the reader sleeps and wants to be woken
 *     +12  i32  frames that found no room
 *     +64       a power of two of bytes: u32 port, u32 length, u64 time, the frame, up to a multiple of 8
 *
 * A frame never wraps around: what is left at the end is skipped, with the port `SKIP`.
 */

const WRITTEN = 0;
const READ = 1;
const SLEEPING = 2;
const LOST = 3;
const HEADER_BYTES = 64;
const RECORD_BYTES = 16;
const SKIP = 0xffff_ffff;

function roundUp(length: number): number {
  return (length + 7) & ~7;
}

/** One end of a ring; both ends are made over the same memory. */
export class FrameRing {
  readonly #state: Int32Array<ArrayBufferLike>;
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  readonly #size: number;

  /** Bytes that a ring takes. @param size Of its frames: a power of two. */
  static bytes(size: number): number {
    return HEADER_BYTES + size;
  }

  /** @param size A power of two. */
  constructor(buffer: ArrayBufferLike, offset: number, size: number) {
    this.#state = new Int32Array(buffer, offset, HEADER_BYTES / 4);
    this.#view = new DataView(buffer, offset + HEADER_BYTES, size);
    this.#bytes = new Uint8Array(buffer, offset + HEADER_BYTES, size);
    this.#size = size;
  }

  /** Frames that found no room, since the ring is there. */
  get lost(): number {
    return Atomics.load(this.#state, LOST);
  }

  /** Whether there is nothing to read. */
  get empty(): boolean {
    return Atomics.load(this.#state, WRITTEN) === Atomics.load(this.#state, READ);
  }

  /**
   * Writer: makes room for a frame of some length; `commit` lets the reader see it.
   * @returns Where to write the frame, or nothing when there is no room.
   */
  reserve(port: number, length: number, time: bigint): Uint8Array | undefined {
    const written = Atomics.load(this.#state, WRITTEN);
    const used = (written - Atomics.load(this.#state, READ)) >>> 0;
    const needed = RECORD_BYTES + roundUp(length);
    let at = (written >>> 0) & (this.#size - 1);
    const left = this.#size - at;
    const skipped = needed > left ? left : 0;
    if (used + skipped + needed > this.#size) {
      Atomics.add(this.#state, LOST, 1);
      return undefined;
    }
    if (skipped > 0) {
      this.#view.setUint32(at, SKIP, true);
      Atomics.store(this.#state, WRITTEN, (written + skipped) | 0);
      at = 0;
    }
    this.#view.setUint32(at, port, true);
    this.#view.setUint32(at + 4, length, true);
    this.#view.setBigUint64(at + 8, time, true);
    return this.#bytes.subarray(at + RECORD_BYTES, at + RECORD_BYTES + length);
  }

  /** Writer: lets the reader see the frame that was reserved last. @returns Whether the reader sleeps and is to be woken. */
  commit(length: number): boolean {
    Atomics.add(this.#state, WRITTEN, RECORD_BYTES + roundUp(length));
    return Atomics.exchange(this.#state, SLEEPING, 0) === 1;
  }

  /**
   * Reader: takes frames; their bytes are valid during the call.
   * @returns How many there were.
   */
  read(limit: number, take: (port: number, frame: Uint8Array, time: bigint) => void): number {
    let count = 0;
    let read = Atomics.load(this.#state, READ);
    const written = Atomics.load(this.#state, WRITTEN);
    while (read !== written && count < limit) {
      const at = (read >>> 0) & (this.#size - 1);
      const port = this.#view.getUint32(at, true);
      if (port === SKIP) read = (read + this.#size - at) | 0;
      else {
        const length = this.#view.getUint32(at + 4, true);
        const start = at + RECORD_BYTES;
        take(port, this.#bytes.subarray(start, start + length), this.#view.getBigUint64(at + 8, true));
        read = (read + RECORD_BYTES + roundUp(length)) | 0;
        count++;
      }
      Atomics.store(this.#state, READ, read);
    }
    return count;
  }

  /** Reader: says that it wants to be woken. @returns Whether it may sleep: nothing came in the meantime. */
  sleep(): boolean {
    Atomics.store(this.#state, SLEEPING, 1);
    if (this.empty) return true;
    Atomics.store(this.#state, SLEEPING, 0);
    return false;
  }
}
