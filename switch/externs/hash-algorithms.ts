/**
 * The hash algorithms that a program can name, computed as BMv2 computes them, as code: `(address, length) → value`.
 * Their widths are their own; the result of a narrower one is the low bits of the 64.
 */

import {
  type FunctionBuilder,
  type I64,
  i32,
  i64,
  type LinearMemory,
  type Local32,
  type Local64,
  type ModuleBuilder,
} from '../wasm/index.ts';
import { Crc, type CrcParameters, type CrcWidth } from './crc.ts';
import type { RandomGenerator } from './random.ts';
import { emitXxh64 } from './xxh64.ts';

/** Algorithms by the names that BMv2's JSON has for them. */
export const HASH_ALGORITHMS = [
  'crc16',
  'crc32',
  'crcCCITT',
  'crc8_custom',
  'crc16_custom',
  'crc32_custom',
  'crc64_custom',
  'cksum16',
  'csum16',
  'xor16',
  'xor32',
  'identity',
  'xxh64',
  'round_robin',
  'random',
] as const;

/** One of `HASH_ALGORITHMS`. */
export type HashAlgorithm = (typeof HASH_ALGORITHMS)[number];

/** CRC-16/ARC, which BMv2's crc16 is and its crc16_custom starts as. */
const CRC16: CrcParameters = {
  polynomial: 0x8005n,
  initial: 0n,
  finalXor: 0n,
  reflectInput: true,
  reflectOutput: true,
};
/** CRC-32 of IEEE 802.3. */
const CRC32: CrcParameters = {
  polynomial: 0x04c11db7n,
  initial: 0xffff_ffffn,
  finalXor: 0xffff_ffffn,
  reflectInput: true,
  reflectOutput: true,
};

const CRCS: { readonly [algorithm: string]: readonly [CrcWidth, CrcParameters] } = {
  crc16: [16, CRC16],
  crc16_custom: [16, CRC16],
  crc32: [32, CRC32],
  crc32_custom: [32, CRC32],
  // What the catalogues call CRC-16/IBM-3740.
  crcCCITT: [
    16,
    { polynomial: 0x1021n, initial: 0xffffn, finalXor: 0n, reflectInput: false, reflectOutput: false },
  ],
  crc8_custom: [
    8,
    { polynomial: 0x07n, initial: 0n, finalXor: 0n, reflectInput: false, reflectOutput: false },
  ],
  crc64_custom: [
    64,
    { polynomial: 0x1bn, initial: 0n, finalXor: 0n, reflectInput: true, reflectOutput: true },
  ],
};

/** An algorithm in a switch. */
export type HashUnit = {
  readonly algorithm: HashAlgorithm;
  /** The name of the function `(address i32, length i32) → i64`. */
  readonly name: string;
  /** Writes the function into the module. Reads no byte behind the length. */
  readonly emit: (module: ModuleBuilder) => string;
  /** The check behind it, which can be given other parameters if it is a custom one. */
  readonly crc: Crc | undefined;
};

/**
 * Makes an algorithm's unit. Each has its own parameters or state, as each calculation has in BMv2.
 * @param name What the function is named.
 * @param random Where the values of `random` come from.
 */
export function makeHash(
  memory: LinearMemory,
  name: string,
  algorithm: HashAlgorithm,
  random: RandomGenerator,
): HashUnit {
  const check = CRCS[algorithm];
  if (check !== undefined) {
    const crc = new Crc(memory, name, ...check);
    return { algorithm, name, crc, emit: (module) => crc.emit(module) };
  }
  const body = BODIES[algorithm]?.(memory, random);
  if (body === undefined) throw new RangeError(`there is no hash algorithm '${algorithm}'`);
  return {
    algorithm,
    name,
    crc: undefined,
    emit: (module) =>
      module.function(name, { address: 'i32', length: 'i32' }, 'i64', (f, { address, length }) =>
        body(f, address, length),
      ),
  };
}

type Body = (f: FunctionBuilder, address: Local32, length: Local32) => void;

const BODIES: { readonly [algorithm: string]: (memory: LinearMemory, random: RandomGenerator) => Body } = {
  cksum16: () => internetChecksum,
  csum16: () => internetChecksum,
  xor16: () => exclusiveOr(2),
  xor32: () => exclusiveOr(4),
  identity: () => identity,
  xxh64: () => emitXxh64,
  round_robin: (memory) => {
    const counter = memory.allocate(8);
    return (f) => {
      const value = f.let64(i32(counter).load64());
      f.store64(counter, value.add(1n));
      f.return(value);
    };
  },
  random: (_, random) => (f) => f.return(f.call64(random.name, 0n, i64(-1n))),
};

/** Of a sum of 16-bit words, the one's complement sum: the carries are added until there are none. */
function fold(f: FunctionBuilder, sum: Local64): void {
  f.set(sum, sum.and(0xffff_ffffn).add(sum.shrU(32n)));
  for (let turn = 0; turn < 3; turn++) f.set(sum, sum.and(0xffffn).add(sum.shrU(16n)));
}

/**
 * The Internet checksum (RFC 1071); an odd byte at the end is the upper half of a word. The sum is the same in either
 * order of bytes, so words are added as they are loaded and only the result is turned.
 */
function internetChecksum(f: FunctionBuilder, address: Local32, length: Local32): void {
  const sum = f.local64();
  const end = f.let32(address.add(length.and(-4)));
  f.while(address.ltU(end), () => {
    f.set(sum, sum.add(address.load32To64()));
    f.set(address, address.add(4));
  });
  f.if(length.and(2), () => {
    f.set(sum, sum.add(address.load16To64()));
    f.set(address, address.add(2));
  });
  f.if(length.and(1), () => f.set(sum, sum.add(address.load8To64())));
  fold(f, sum);
  const turned: I64 = sum.shl(8n).or(sum.shrU(8n));
  f.return(turned.xor(-1n).and(0xffffn));
}

/** The exclusive or of big-endian words; what is missing at the end is 0. */
function exclusiveOr(bytes: 2 | 4): Body {
  return (f, address, length) => {
    const value = f.local64();
    const index = f.local32();
    f.for(index, 0, length, () => {
      // Byte by byte: the first one of a word is the most significant.
      const shift = i32(bytes - 1)
        .sub(index.and(bytes - 1))
        .shl(3);
      f.set(value, value.xor(address.add(index).load8To64().shl(shift.toU64())));
    });
    f.return(value);
  };
}

/** The first 8 bytes as a number; of fewer bytes, all of them. */
function identity(f: FunctionBuilder, address: Local32, length: Local32): void {
  const value = f.local64();
  const index = f.local32();
  f.for(index, 0, length, (done) => {
    f.branchIf(done, index.geU(8));
    f.set(value, value.shl(8n).or(address.add(index).load8To64()));
  });
  f.return(value);
}
