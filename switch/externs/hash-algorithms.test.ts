import test from 'ava';
import fc from 'fast-check';
import { LinearMemory } from '../wasm/index.ts';
import type { CrcParameters, CrcWidth } from './crc.ts';
import { HASH_ALGORITHMS, type HashAlgorithm, makeHash } from './hash-algorithms.ts';
import { RandomGenerator } from './random.ts';
import { runFunctions } from './run-functions.ts';

const memory = new LinearMemory();
const random = new RandomGenerator(memory);
const units = new Map(
  HASH_ALGORITHMS.map((algorithm) => [algorithm, makeHash(memory, algorithm, algorithm, random)] as const),
);
// The generator has the name of the algorithm.
const generator = new RandomGenerator(memory, 'generator');
units.set('random', makeHash(memory, 'random', 'random', generator));
const instance = runFunctions(memory, (module) => [
  generator.emit(module),
  ...[...units.values()].map((unit) => unit.emit(module)),
]);
const place = memory.allocate(4096);

function hash(algorithm: HashAlgorithm, bytes: Uint8Array): bigint {
  memory.u8.fill(0xee, place, place + bytes.length + 16);
  // At an odd address: nothing may rely on alignment.
  memory.u8.set(bytes, place + 1);
  return BigInt.asUintN(64, BigInt(instance.function(algorithm)(place + 1, bytes.length) ?? 0));
}

function text(characters: string): Uint8Array {
  return new TextEncoder().encode(characters);
}

function crc(
  polynomial: bigint,
  initial: bigint,
  finalXor: bigint,
  reflectInput: boolean,
  reflectOutput = reflectInput,
): CrcParameters {
  return { polynomial, initial, finalXor, reflectInput, reflectOutput };
}

// Check values of "123456789": https://reveng.sourceforge.io/crc-catalogue/, and for crc64 as it starts what the Python
// package crcmod has for its crc-64.
test('checks have the values of the catalogue', (t) => {
  const check = text('123456789');
  const ones = 2n ** 64n - 1n;
  t.is(hash('crc16', check), 0xbb3dn);
  t.is(hash('crc32', check), 0xcbf43926n);
  t.is(hash('crcCCITT', check), 0x29b1n);
  t.is(hash('crc8_custom', check), 0xf4n);
  t.is(hash('crc16_custom', check), 0xbb3dn);
  t.is(hash('crc32_custom', check), 0xcbf43926n);
  t.is(hash('crc64_custom', check), 0x46a5a9388a5beffen);
  const custom: readonly [CrcWidth, CrcParameters, bigint][] = [
    [8, crc(0x31n, 0n, 0n, true), 0xa1n],
    [8, crc(0x07n, 0xffn, 0n, true), 0xd0n],
    [16, crc(0x1021n, 0n, 0n, false), 0x31c3n],
    [16, crc(0x1021n, 0n, 0n, true), 0x2189n],
    [16, crc(0x1021n, 0xffffn, 0xffffn, true), 0x906en],
    [16, crc(0x8005n, 0xffffn, 0n, true), 0x4b37n],
    [32, crc(0x04c11db7n, 0xffffffffn, 0xffffffffn, false), 0xfc891918n],
    [32, crc(0x1edc6f41n, 0xffffffffn, 0xffffffffn, true), 0xe3069283n],
    [32, crc(0x04c11db7n, 0xffffffffn, 0n, false), 0x0376e6e7n],
    [64, crc(0x42f0e1eba9ea3693n, 0n, 0n, false), 0x6c40df5f0b497347n],
    [64, crc(0x42f0e1eba9ea3693n, ones, ones, true), 0x995dc9bbdf1939fan],
    [64, crc(0x1bn, ones, ones, true), 0xb90956c775a41001n],
  ];
  for (const [width, parameters, expected] of custom) {
    const algorithm: HashAlgorithm = `crc${width}_custom`;
    units.get(algorithm)?.crc?.configure(parameters);
    t.is(hash(algorithm, check), expected, `${width} ${parameters.polynomial.toString(16)}`);
  }
});

// The values that BMv2's own tests have for the bytes of two ports.
test('checks have the values that BMv2 computes', (t) => {
  const ports = Uint8Array.of(0x0b, 0xb8, 0x1f, 0x90);
  t.is(hash('crc16', ports), 0x5d8an);
  t.is(hash('crcCCITT', ports), 0x5d75n);
  t.is(hash('crc32', ports), 0x005d6a6fn);
});

/** A check bit by bit, from the definition of the model. */
function slowCrc(width: CrcWidth, parameters: CrcParameters, bytes: Uint8Array): bigint {
  const w = BigInt(width);
  const turn = (value: bigint, bits: number) =>
    BigInt(`0b${[...value.toString(2).padStart(bits, '0')].reverse().join('')}`);
  let register = parameters.initial;
  for (const byte of bytes) {
    register ^= (parameters.reflectInput ? turn(BigInt(byte), 8) : BigInt(byte)) << (w - 8n);
    for (let bit = 0; bit < 8; bit++) {
      const carry = (register >> (w - 1n)) & 1n;
      register = (register << 1n) & (2n ** w - 1n);
      if (carry === 1n) register ^= parameters.polynomial;
    }
  }
  return (parameters.reflectOutput ? turn(register, width) : register) ^ parameters.finalXor;
}

test('custom checks are what the model says, whatever is reflected', (t) => {
  for (const width of [8, 16, 32, 64] as const) {
    const number = fc.bigInt({ min: 0n, max: 2n ** BigInt(width) - 1n });
    const algorithm: HashAlgorithm = `crc${width}_custom`;
    fc.assert(
      fc.property(
        fc.record({
          polynomial: number,
          initial: number,
          finalXor: number,
          reflectInput: fc.boolean(),
          reflectOutput: fc.boolean(),
        }),
        fc.uint8Array({ maxLength: 40 }),
        (parameters, bytes) => {
          units.get(algorithm)?.crc?.configure(parameters);
          return hash(algorithm, bytes) === slowCrc(width, parameters, bytes);
        },
      ),
      { seed: 3, numRuns: 40 },
    );
  }
  t.pass();
});

// RFC 1071 section 3 has the sum ddf2 of these bytes; the header is Wikipedia's, and BMv2's tests have it too.
test('the Internet checksum is that of RFC 1071', (t) => {
  t.is(hash('csum16', Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), 0xffffn - 0xddf2n);
  const header = Buffer.from('450000730000400040110000c0a80001c0a800c7', 'hex');
  t.is(hash('csum16', header), 0xb861n);
  t.is(hash('cksum16', header), 0xb861n);
  t.is(hash('csum16', new Uint8Array(0)), 0xffffn);
  t.is(hash('csum16', new Uint8Array(7)), 0xffffn);
  // The sum ffff is a zero that is not zero.
  t.is(hash('csum16', Uint8Array.of(0xff, 0xff)), 0n);
});

test('the Internet checksum is the complement of the sum of words with its carries', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      let sum = 0;
      for (let index = 0; index < bytes.length; index += 2) {
        sum += (bytes[index] ?? 0) * 256 + (bytes[index + 1] ?? 0);
        if (sum > 0xffff) sum -= 0xffff;
      }
      return hash('csum16', bytes) === BigInt(0xffff - sum);
    }),
    { seed: 4 },
  );
  t.pass();
});

// The values of BMv2's tests.
test('exclusive or and identity have the values that BMv2 computes', (t) => {
  t.is(hash('xor16', Uint8Array.of(0x0b, 0xb8, 0x1f, 0x90)), 0x1428n);
  t.is(hash('xor16', Uint8Array.of(0x0b, 0xb8, 0x1f, 0x90, 0x5a)), 0x4e28n);
  const words = [0x0b, 0x0b, 0xb8, 0xb8, 0x1f, 0x1f, 0x90, 0x90, 0x5a, 0x5a, 0xbd];
  const sums = [0x14142828n, 0x4e142828n, 0x4e4e2828n, 0x4e4e9528n];
  for (const [more, sum] of sums.entries())
    t.is(hash('xor32', Uint8Array.from(words.slice(0, 8 + more))), sum);
  t.is(hash('identity', Uint8Array.of(1, 2, 3, 4, 5)), 0x0102030405n);
  t.is(hash('identity', Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), 0x0102030405060708n);
  t.is(hash('identity', new Uint8Array(0)), 0n);
});

// Values that the documentation and the tests of the Python package xxhash have.
test('xxHash has its published values', (t) => {
  t.is(hash('xxh64', text('')), 0xef46db3751d8e999n);
  t.is(hash('xxh64', text('a')), 0xd24ec4f1a98c6e5bn);
  t.is(hash('xxh64', text('abc')), 0x44bc2cf5ad770999n);
  t.is(hash('xxh64', text('Nobody inspects the spammish repetition')), 0xfbcea83c8a378bf1n);
});

test('round robin counts', (t) => {
  const values = Array.from({ length: 4 }, () => hash('round_robin', text('x')));
  t.deepEqual(values, [0n, 1n, 2n, 3n]);
});

test('the random algorithm gives what its generator gives', (t) => {
  // SplitMix64 from state 1234567: the published test vector of its reference implementation.
  generator.seed(1234567n);
  t.is(hash('random', text('x')), 6457827717110365317n);
  t.is(hash('random', text('x')), 3203168211198807973n);
});
