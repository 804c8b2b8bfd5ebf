/**
 * Cyclic redundancy checks of any of BMv2's widths, as code over tables that the host makes; a custom one can be given
 * other parameters while it runs.
 *
 * The parameters are those of the Rocksoft model (R. Williams, "A painless guide to CRC error detection algorithms",
 * 1993), as BMv2 has them. Whether input bytes are reflected and whether the result is are two parameters there, and
 * may differ: the register is kept in the direction of the result, so that nothing is reflected at the end, and input
 * bytes go through a map if they stand in the other direction.
 */

import {
  type FunctionBuilder,
  i32,
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

// The block of a check: u64 start of the register, u64 final xor, u32 whether the register is reflected, 4 bytes unused,
// 256 × u8 map of input bytes, 256 × u64 table.
const INITIAL = 0;
const FINAL = 8;
const REFLECTED = 16;
const MAP = 24;
const TABLE = MAP + 256;
const BLOCK_BYTES = TABLE + 2048;

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
  #parameters: CrcParameters;

  constructor(memory: LinearMemory, name: string, width: CrcWidth, parameters: CrcParameters) {
    this.width = width;
    this.name = name;
    this.#memory = memory;
    this.#block = memory.allocate(BLOCK_BYTES);
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
      view.setBigUint64(at + TABLE + 8 * index, reflectOutput ? reflect(remainder, width) : remainder, true);
    }
    view.setBigUint64(at + INITIAL, reflectOutput ? reflect(initial, width) : initial, true);
    view.setBigUint64(at + FINAL, parameters.finalXor & all, true);
    view.setUint32(at + REFLECTED, reflectOutput ? 1 : 0, true);
    this.#parameters = parameters;
  }

  /** Writes the function into the module. */
  emit(module: ModuleBuilder): string {
    const block = i32(this.#block);
    module.function(this.name, { address: 'i32', length: 'i32' }, 'i64', (f, { address, length }) => {
      const register = f.let64(block.load64(INITIAL));
      const end = f.let32(address.add(length));
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
      f.set(register, table.add(index.shl(3)).load64().xor(rest));
      f.set(address, address.add(1));
    });
  }
}
