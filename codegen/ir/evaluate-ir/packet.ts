/** Packets bit by bit, as parsers read and deparsers write them (specification §13.8, §16). */

/** A packet being parsed. */
export class PacketReader {
  readonly #bytes: Uint8Array;
  /** The next bit to be read, from 0. */
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bits are left. */
  get remaining(): number {
    return this.#bytes.length * 8 - this.position;
  }

  get lengthInBytes(): number {
    return this.#bytes.length;
  }

  /** The `width` bits that begin `offset` bits from here, as an unsigned number; they have to be there. */
  peek(width: number, offset = 0): bigint {
    let value = 0n;
    let position = this.position + offset;
    let left = width;
    while (left > 0) {
      const byte = this.#bytes[position >> 3] ?? 0;
      const inByte = 8 - (position & 7);
      const taken = Math.min(inByte, left);
      const part = (byte >> (inByte - taken)) & ((1 << taken) - 1);
      value = (value << BigInt(taken)) | BigInt(part);
      position += taken;
      left -= taken;
    }
    return value;
  }

  /** The bytes that have not been read; bits short of a byte are left out. */
  rest(): Uint8Array {
    return this.#bytes.slice((this.position + 7) >> 3);
  }
}

/** A packet being built. */
export class PacketWriter {
  #value = 0n;
  #width = 0;

  /** Appends the low `width` bits of `value`. */
  append(value: bigint, width: number): void {
    this.#value = (this.#value << BigInt(width)) | BigInt.asUintN(width, value);
    this.#width += width;
  }

  /** What was written, filled up with zeros to whole bytes. */
  bytes(): Uint8Array {
    const size = (this.#width + 7) >> 3;
    let value = this.#value << BigInt(size * 8 - this.#width);
    const bytes = new Uint8Array(size);
    for (let index = size - 1; index >= 0; index--) {
      bytes[index] = Number(value & 0xffn);
      value >>= 8n;
    }
    return bytes;
  }
}
