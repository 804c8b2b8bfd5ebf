/**
 * The one memory of a switch, and who has which part of it. Code in WebAssembly never allocates: the host does, and
 * hands addresses over. Addresses are unsigned numbers; 0 is never one.
 *
 * Small pieces come in size classes, each with a list of free pieces; large ones are cut from a sorted list of gaps,
 * which are joined when their neighbours come free. The caller says the size again when it gives a piece back, so a
 * piece costs nothing beside its bytes.
 */

const PAGE = 65_536;
/** Nothing is given out below: a null address with a small offset hits nothing. */
const FIRST_ADDRESS = 1024;
/** Up to here pieces have classes, every 8 bytes; beyond, they are cut from gaps. */
const LARGEST_SMALL = 1024;
/** How much one class takes at a time. */
const SLAB = 65_536;

/** What a memory is made with. */
export type LinearMemoryOptions = {
  /** Bytes to start with. */
  readonly initialBytes?: number;
  /** Bytes it may grow to; at most, and unless said, 4 GiB. */
  readonly maximumBytes?: number;
  /** Whether threads share it. */
  readonly shared?: boolean;
};

/** Thrown when a memory may not grow any more; says how much was asked for. */
export class OutOfMemoryError extends Error {
  constructor(bytes: number, maximum: number) {
    super(`the switch's memory is full: ${bytes} more bytes do not fit below its limit of ${maximum}`);
    this.name = 'OutOfMemoryError';
  }
}

type Gap = { address: number; bytes: number };

/** A WebAssembly memory with an allocator. */
export class LinearMemory {
  readonly memory: WebAssembly.Memory;
  readonly shared: boolean;
  readonly maximumPages: number;
  #u8: Uint8Array;
  #u32: Uint32Array;
  #view: DataView;
  #end: number;
  #used = 0;
  readonly #free: number[][] = [];
  readonly #gaps: Gap[] = [];

  constructor(options: LinearMemoryOptions = {}) {
    const { initialBytes = PAGE, maximumBytes = 65_536 * PAGE, shared = false } = options;
    this.shared = shared;
    this.maximumPages = Math.min(65_536, Math.ceil(maximumBytes / PAGE));
    const initial = Math.min(this.maximumPages, Math.max(1, Math.ceil(initialBytes / PAGE)));
    this.memory = new WebAssembly.Memory({ initial, maximum: this.maximumPages, shared });
    this.#u8 = new Uint8Array(this.memory.buffer);
    this.#u32 = new Uint32Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
    this.#end = FIRST_ADDRESS;
  }

  /** All bytes. Ask again after anything that allocates: growing replaces the buffer. */
  get u8(): Uint8Array {
    return this.#u8;
  }

  /** All bytes as little-endian words. Ask again after anything that allocates. */
  get u32(): Uint32Array {
    return this.#u32;
  }

  /** All bytes as a view. Ask again after anything that allocates. */
  get view(): DataView {
    return this.#view;
  }

  /** Bytes in use, as the callers asked for them, rounded to 8. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Bytes that the memory has now. */
  get sizeBytes(): number {
    return this.#u8.length;
  }

  /**
   * Takes a piece of memory, all zero.
   * @param align A power of two, at most 4096; pieces are aligned to 8 anyway.
   * @throws OutOfMemoryError at the limit.
   */
  allocate(bytes: number, align = 8): number {
    const size = roundUp(Math.max(bytes, 1), 8);
    const address = size <= LARGEST_SMALL && align <= 8 ? this.#takeSmall(size) : this.#cut(size, align);
    this.#used += size;
    this.#u8.fill(0, address, address + size);
    return address;
  }

  /** Gives a piece back. The size is the one it was asked for with. */
  release(address: number, bytes: number, align = 8): void {
    const size = roundUp(Math.max(bytes, 1), 8);
    this.#used -= size;
    if (size <= LARGEST_SMALL && align <= 8) this.#class(size).push(address);
    else this.#addGap(address, size);
  }

  #class(size: number): number[] {
    const index = size / 8;
    let free = this.#free[index];
    if (free === undefined) {
      free = [];
      this.#free[index] = free;
    }
    return free;
  }

  #takeSmall(size: number): number {
    const free = this.#class(size);
    const ready = free.pop();
    if (ready !== undefined) return ready;
    // A class that is new takes a few pieces only, so that small programs stay small.
    const count = Math.floor((this.#used < 16 * SLAB ? SLAB / 16 : SLAB) / size);
    const slab = this.#cut(count * size, 8);
    for (let piece = count - 1; piece > 0; piece--) free.push(slab + piece * size);
    return slab;
  }

  #cut(size: number, align: number): number {
    for (const [index, gap] of this.#gaps.entries()) {
      const address = roundUp(gap.address, align);
      const before = address - gap.address;
      const behind = gap.bytes - before - size;
      if (behind < 0) continue;
      const rest: Gap[] = [];
      if (before > 0) rest.push({ address: gap.address, bytes: before });
      if (behind > 0) rest.push({ address: address + size, bytes: behind });
      this.#gaps.splice(index, 1, ...rest);
      return address;
    }
    const address = roundUp(this.#end, align);
    this.#growTo(address + size);
    if (address > this.#end) this.#addGap(this.#end, address - this.#end);
    this.#end = address + size;
    return address;
  }

  #addGap(address: number, bytes: number): void {
    const gaps = this.#gaps;
    let low = 0;
    let high = gaps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((gaps[middle]?.address ?? 0) < address) low = middle + 1;
      else high = middle;
    }
    const before = gaps[low - 1];
    const behind = gaps[low];
    const joinsBehind = behind !== undefined && address + bytes === behind.address;
    if (before !== undefined && before.address + before.bytes === address) {
      before.bytes += bytes;
      if (joinsBehind) {
        before.bytes += behind.bytes;
        gaps.splice(low, 1);
      }
    } else if (joinsBehind) {
      behind.address = address;
      behind.bytes += bytes;
    } else gaps.splice(low, 0, { address, bytes });
  }

  #growTo(end: number): void {
    if (end <= this.#u8.length) return;
    const pages = Math.ceil(end / PAGE) - this.#u8.length / PAGE;
    // A quarter more than needed, so that filling a table does not grow at every entry.
    const wanted = Math.max(pages, this.#u8.length / PAGE / 4);
    const room = this.maximumPages - this.#u8.length / PAGE;
    if (pages > room) throw new OutOfMemoryError(end - this.#u8.length, this.maximumPages * PAGE);
    try {
      this.memory.grow(Math.ceil(Math.min(wanted, room)));
    } catch {
      throw new OutOfMemoryError(end - this.#u8.length, this.maximumPages * PAGE);
    }
    this.#u8 = new Uint8Array(this.memory.buffer);
    this.#u32 = new Uint32Array(this.memory.buffer);
    this.#view = new DataView(this.memory.buffer);
  }
}

function roundUp(value: number, align: number): number {
  return Math.ceil(value / align) * align;
}
