/**
 * Cyclic redundancy checks of any of BMv2's widths, as code over tables that the host makes; a custom one can be given
 * other parameters while it runs.
 *
 * The parameters are those of the Rocksoft model (R. Williams, "A painless guide to CRC error detection algorithms",
 * 1993), as BMv2 has them. Whether input bytes are reflected and whether the result is are two parameters there, and
 * may differ: the register is kept in the direction of the result, so that nothing is reflected at the end, and input
 * bytes go through a map if they stand in the other direction.
 *
 * Where all is reflected, as in the usual ones, eight bytes are taken at a time (M. Kounavis, F. Berry, "Novel table
 * lookup-based algorithms for high-performance CRC generation", 2008): table k says what becomes of a byte with k more
 * behind it.
 */

import {
  type FunctionBuilder,
  type I32,
  type I64,
  i32,
  i64,
  type LinearMemory,
  type Local32,
  type Local64,
  type ModuleBuilder,
} from '../wasm/index.ts';

/** Bits of a check. */
export type CrcWidth = 8 | 16 | 32 | 64;

/** What makes a check. */
export type CrcParameters = {
  /** Without its highest bit, the most significant bit first. */
  readonly polynomial: bigint;
  /** What the register starts with, as if nothing were reflected. */
  readonly initial: bigint;
  /** What the result is combined with in the end. */
  readonly finalXor: bigint;
  readonly reflectInput: boolean;
  readonly reflectOutput: boolean;
};

// The block of a check: u64 start of the register, u64 final xor, u32 whether the register is reflected, u32 whether input
// bytes are too, 256 × u8 map of input bytes, 8 × 256 entries of tables: u64 for a width of 64, else u32.
const INITIAL = 0;
const FINAL = 8;
const REFLECTED = 16;
const WORDS = 20;
const MAP = 24;
const TABLE = MAP + 256;
const SLICES = 8;

/** The lowest bits of a value in the other order. */
export function reflect(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let bit = 0; bit < bits; bit++)
    if ((value >> BigInt(bit)) & 1n) result |= 1n << BigInt(bits - 1 - bit);
  return result;
}

/** A check in a switch. */
export class Crc {
  readonly width: CrcWidth;
  /** The name of the function `(address, length) → check`. */
  readonly name: string;
  readonly #memory: LinearMemory;
  readonly #block: number;
  /** Bytes of an entry of a table. */
  readonly #entry: 4 | 8;
  #parameters: CrcParameters;

  constructor(memory: LinearMemory, name: string, width: CrcWidth, parameters: CrcParameters) {
    this.width = width;
    this.name = name;
    this.#memory = memory;
    this.#entry = width === 64 ? 8 : 4;
    this.#block = memory.allocate(TABLE + SLICES * 256 * this.#entry);
    this.#parameters = parameters;
    this.configure(parameters);
  }

  get parameters(): CrcParameters {
    return this.#parameters;
  }

  /** Gives the check other parameters, from the next packet on. Bits above the width do not count. */
  configure(parameters: CrcParameters): void {
    const { width } = this;
    const all = (1n << BigInt(width)) - 1n;
    const { view, u8 } = this.#memory;
    const at = this.#block;
    const { reflectInput, reflectOutput } = parameters;
    const polynomial = parameters.polynomial & all;
    const initial = parameters.initial & all;
    const top = 1n << BigInt(width - 1);
    for (let byte = 0; byte < 256; byte++) {
      const other = Number(reflect(BigInt(byte), 8));
      u8[at + MAP + byte] = reflectInput === reflectOutput ? byte : other;
      let remainder = BigInt(byte) << BigInt(width - 8);
      for (let bit = 0; bit < 8; bit++) {
        remainder = (remainder & top) === 0n ? remainder << 1n : ((remainder << 1n) ^ polynomial) & all;
      }
      const index = reflectOutput ? other : byte;
      this.#setEntry(0, index, reflectOutput ? reflect(remainder, width) : remainder);
    }
    if (reflectInput && reflectOutput) this.#fillSlices();
    view.setBigUint64(at + INITIAL, reflectOutput ? reflect(initial, width) : initial, true);
    view.setBigUint64(at + FINAL, parameters.finalXor & all, true);
    view.setUint32(at + REFLECTED, reflectOutput ? 1 : 0, true);
    view.setUint32(at + WORDS, reflectInput && reflectOutput ? 1 : 0, true);
    this.#parameters = parameters;
  }

  #entryAt(slice: number, index: number): number {
    return this.#block + TABLE + (slice * 256 + index) * this.#entry;
  }

  #setEntry(slice: number, index: number, value: bigint): void {
    const { view } = this.#memory;
    if (this.#entry === 8) view.setBigUint64(this.#entryAt(slice, index), value, true);
    else view.setUint32(this.#entryAt(slice, index), Number(value), true);
  }

  #getEntry(slice: number, index: number): bigint {
    const { view } = this.#memory;
    const at = this.#entryAt(slice, index);
    return this.#entry === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true));
  }

  /** Each table from the one before: another byte of zeros goes through the register. */
  #fillSlices(): void {
    for (let slice = 1; slice < SLICES; slice++) {
      for (let index = 0; index < 256; index++) {
        const before = this.#getEntry(slice - 1, index);
        this.#setEntry(slice, index, (before >> 8n) ^ this.#getEntry(0, Number(before & 0xffn)));
      }
    }
  }

  /** Writes the function into the module. */
  emit(module: ModuleBuilder): string {
    const block = i32(this.#block);
    module.function(this.name, { address: 'i32', length: 'i32' }, 'i64', (f, { address, length }) => {
      const register = f.let64(block.load64(INITIAL));
      const end = f.let32(address.add(length));
      f.if(block.load32(WORDS), () => {
        this.#emitWords(f, register, address, end, 8);
        this.#emitWords(f, register, address, end, 4);
      });
      f.if(
        block.load32(REFLECTED),
        () => this.#emitLoop(f, register, address, end, true),
        () => this.#emitLoop(f, register, address, end, false),
      );
      f.return(register.xor(block.load64(FINAL)));
    });
    return this.name;
  }

  #emitLoop(f: FunctionBuilder, register: Local64, address: Local32, end: Local32, reflected: boolean): void {
    const high = BigInt(this.width - 8);
    const all = (1n << BigInt(this.width)) - 1n;
    const table = i32(this.#block + TABLE);
    f.while(address.ltU(end), () => {
      const byte = i32(this.#block + MAP)
        .add(address.load8())
        .load8();
      const index = byte.xor((reflected ? register : register.shrU(high)).to32()).and(0xff);
      const rest = reflected ? register.shrU(8n) : register.shl(8n).and(all);
      f.set(register, this.#load(table.add(index.mul(this.#entry)), 0).xor(rest));
      f.set(address, address.add(1));
    });
  }

  #load(address: I32, offset: number): I64 {
    return this.#entry === 8 ? address.load64(offset) : address.load32To64(offset);
  }

  /** Takes so many bytes at a time, while there are as many. */
  #emitWords(f: FunctionBuilder, register: Local64, address: Local32, end: Local32, bytes: 4 | 8): void {
    const word = f.local64();
    f.while(end.sub(address).geU(bytes), () => {
      const loaded = bytes === 8 ? address.load64() : address.load32To64();
      f.set(word, loaded);
      const whole = f.let64(register.xor(word));
      // What of a register is wider than the word only moves on.
      const rest = bytes * 8 < this.width ? register.shrU(BigInt(bytes * 8)) : i64(0n);
      const parts = Array.from({ length: bytes }, (_, byte) => {
        // Bytes behind the register's width need not wait for it.
        const index = (8 * byte < this.width ? whole : word)
          .shrU(BigInt(8 * byte))
          .to32()
          .and(0xff);
        return this.#load(index.mul(this.#entry), this.#entryAt(bytes - 1 - byte, 0));
      });
      f.set(register, combined([...parts.reverse(), rest]));
      f.set(address, address.add(bytes));
    });
  }
}

/** Values combined in pairs, so that no chain of them has to be waited for; the first ones are there first. */
function combined(values: readonly I64[]): I64 {
  const [first = i64(0n), ...others] = values;
  if (others.length === 0) return first;
  const half = Math.ceil(values.length / 2);
  return combined(values.slice(0, half)).xor(combined(values.slice(half)));
}
