/** xxHash of 64 bits with seed 0 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), as code. */

import { type FunctionBuilder, type I64, i64, type Local32, type Local64 } from '../wasm/index.ts';

const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

/** Step "round" of the specification. */
function round(accumulator: I64, lane: I64): I64 {
  return accumulator
    .add(lane.mul(i64(PRIME_2)))
    .rotl(31n)
    .mul(i64(PRIME_1));
}

/** The whole function; the address is moved on. */
export function emitXxh64(f: FunctionBuilder, address: Local32, length: Local32): void {
  const hash = f.let64(PRIME_5);
  const end = f.let32(address.add(length));
  f.if(length.geU(32), () => stripes(f, hash, address, end));
  f.set(hash, hash.add(length.toU64()));
  f.while(end.sub(address).geU(8), () => {
    f.set(
      hash,
      hash
        .xor(round(i64(0n), address.load64()))
        .rotl(27n)
        .mul(i64(PRIME_1))
        .add(PRIME_4),
    );
    f.set(address, address.add(8));
  });
  f.if(end.sub(address).geU(4), () => {
    f.set(
      hash,
      hash
        .xor(address.load32To64().mul(i64(PRIME_1)))
        .rotl(23n)
        .mul(i64(PRIME_2))
        .add(PRIME_3),
    );
    f.set(address, address.add(4));
  });
  f.while(address.ltU(end), () => {
    f.set(
      hash,
      hash
        .xor(address.load8To64().mul(i64(PRIME_5)))
        .rotl(11n)
        .mul(i64(PRIME_1)),
    );
    f.set(address, address.add(1));
  });
  f.set(hash, hash.xor(hash.shrU(33n)).mul(i64(PRIME_2)));
  f.set(hash, hash.xor(hash.shrU(29n)).mul(i64(PRIME_3)));
  f.return(hash.xor(hash.shrU(32n)));
}

/** Inputs of 32 bytes or more: four lanes. */
function stripes(f: FunctionBuilder, hash: Local64, address: Local32, end: Local32): void {
  const lanes = [f.let64(PRIME_1 + PRIME_2), f.let64(PRIME_2), f.let64(0n), f.let64(-PRIME_1)] as const;
  f.while(end.sub(address).geU(32), () => {
    for (const [index, lane] of lanes.entries()) f.set(lane, round(lane, address.load64(8 * index)));
    f.set(address, address.add(32));
  });
  const [one, two, three, four] = lanes;
  f.set(hash, one.rotl(1n).add(two.rotl(7n)).add(three.rotl(12n)).add(four.rotl(18n)));
  for (const lane of lanes) {
    f.set(
      hash,
      hash
        .xor(round(i64(0n), lane))
        .mul(i64(PRIME_1))
        .add(PRIME_4),
    );
  }
}
