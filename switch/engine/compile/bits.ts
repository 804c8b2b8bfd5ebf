/** Fields in linear memory: bits of a header's image, big-endian, and slots, little-endian. */

import { type FunctionBuilder, type I64, i64, type ModuleBuilder } from '../../wasm/index.ts';
import { isNetworkWidth, slotBytes } from './layout.ts';
import type { Place } from './place.ts';

const SWAP16 = 'swap16';
const SWAP32 = 'swap32';
const SWAP64 = 'swap64';

/** Adds the functions that change the order of bytes; the optimizer puts them where they are called. */
export function addSwaps(m: ModuleBuilder): void {
  m.function(SWAP16, { value: 'i32' }, 'i32', (f, { value }) =>
    f.return(value.shl(8).and(0xff00).or(value.shrU(8).and(0xff))),
  );
  m.function(SWAP32, { value: 'i32' }, 'i32', (f, { value }) =>
    f.return(
      value
        .rotl(8)
        .and(0x00ff00ff)
        .or(value.rotl(24).and(0xff00ff00 | 0)),
    ),
  );
  m.function(SWAP64, { value: 'i64' }, 'i64', (f, { value }) => f.return(f.swapBytes64(value)));
}

/** All ones in so many low bits. */
export function maskOf(bits: number): bigint {
  return (1n << BigInt(bits)) - 1n;
}

/** Limbs of 64 bits that so many bits take. */
export function limbsOf(bits: number): number {
  return Math.max(1, Math.ceil(bits / 64));
}

/** Sign-extends the low bits of a value. */
export function signExtend(value: I64, bits: number): I64 {
  if (bits >= 64) return value;
  const shift = BigInt(64 - bits);
  return value.shl(shift).shrS(shift);
}

/** A value with only its low bits. */
export function truncate(value: I64, bits: number): I64 {
  return bits >= 64 ? value : value.and(maskOf(bits));
}

/** The low bytes of a number, turned around. */
export function swapped(value: bigint, bytes: number): bigint {
  let result = 0n;
  for (let byte = 0; byte < bytes; byte++) result = (result << 8n) | ((value >> BigInt(8 * byte)) & 0xffn);
  return result;
}

/** The smallest word that covers so many bytes. */
function windowOf(bytes: number): 1 | 2 | 4 | 8 {
  if (bytes <= 1) return 1;
  if (bytes <= 2) return 2;
  return bytes <= 4 ? 4 : 8;
}

function loadWord(f: FunctionBuilder, place: Place, bytes: 1 | 2 | 4 | 8): I64 {
  switch (bytes) {
    case 1:
      return place.load8().toU64();
    case 2:
      return f.call32(SWAP16, place.load16()).toU64();
    case 4:
      return f.call32(SWAP32, place.load32()).toU64();
    case 8:
      return f.call64(SWAP64, place.load64());
  }
}

/**
 * Loads up to 64 bits of an image, without sign.
 * @param offset Bits from the place to the most significant bit.
 */
export function loadBits(f: FunctionBuilder, place: Place, offset: number, bits: number): I64 {
  if (bits === 0) return i64(0n);
  const start = place.at(offset >> 3);
  const before = offset & 7;
  const span = Math.ceil((before + bits) / 8);
  if (span > 8) {
    // Nine bytes: the part in the first one, and the rest, which starts with a byte.
    const first = 8 - before;
    const low = bits - first;
    return loadBits(f, start, before, first)
      .shl(BigInt(low))
      .or(loadBits(f, start, 8, low));
  }
  const window = windowOf(span);
  const behind = window * 8 - before - bits;
  const word = loadWord(f, start, window);
  return truncate(behind === 0 ? word : word.shrU(BigInt(behind)), before === 0 ? 64 : bits);
}

/** Stores up to 8 bytes as they stand. @param word Has the first byte lowest. */
export function storeRawBytes(f: FunctionBuilder, place: Place, bytes: number, word: I64): void {
  if (bytes === 8) {
    place.store64(f, word);
    return;
  }
  const kept = f.let64(word);
  let done = 0;
  const rest = () => (done === 0 ? kept : kept.shrU(BigInt(done * 8))).to32();
  if (bytes - done >= 4) {
    place.at(done).store32(f, rest());
    done += 4;
  }
  if (bytes - done >= 2) {
    place.at(done).store16(f, rest());
    done += 2;
  }
  if (bytes - done >= 1) place.at(done).store8(f, rest());
}

/**
 * Stores up to 64 bits into an image; what is around them stays.
 * @param value May have bits beyond the field, which are dropped.
 */
export function storeBits(f: FunctionBuilder, place: Place, offset: number, bits: number, value: I64): void {
  if (bits === 0) return;
  const start = place.at(offset >> 3);
  const before = offset & 7;
  if (before === 0 && bits % 8 === 0) {
    storeBytes(f, start, bits / 8, value);
    return;
  }
  const span = Math.ceil((before + bits) / 8);
  if (span > 8) {
    const first = 8 - before;
    const low = bits - first;
    const kept = f.let64(value);
    storeBits(f, start, before, first, kept.shrU(BigInt(low)));
    storeBits(f, start, 8, low, kept);
    return;
  }
  const window = windowOf(span);
  const behind = BigInt(window * 8 - before - bits);
  const kept = swapped(maskOf(window * 8) ^ (maskOf(bits) << behind), window);
  const moved = truncate(value, bits).shl(behind);
  switch (window) {
    case 1:
      start.store8(f, start.load8().and(Number(kept)).or(moved.to32()));
      return;
    case 2:
      start.store16(f, start.load16().and(Number(kept)).or(f.call32(SWAP16, moved.to32())));
      return;
    case 4:
      start.store32(f, start.load32().and(Number(kept)).or(f.call32(SWAP32, moved.to32())));
      return;
    case 8:
      start.store64(f, start.load64().and(kept).or(f.call64(SWAP64, moved)));
  }
}

/** Stores the low bytes of a value, big-endian. */
export function storeBytes(f: FunctionBuilder, place: Place, bytes: number, value: I64): void {
  switch (bytes) {
    case 1:
      place.store8(f, value.to32());
      return;
    case 2:
      place.store16(f, f.call32(SWAP16, value.to32()));
      return;
    case 4:
      place.store32(f, f.call32(SWAP32, value.to32()));
      return;
    default:
      storeRawBytes(f, place, bytes, f.call64(SWAP64, value.shl(BigInt(64 - bytes * 8))));
  }
}

/** Loads any number of bits of an image as limbs, the lowest first, without sign. */
export function loadWideBits(f: FunctionBuilder, place: Place, offset: number, bits: number): readonly I64[] {
  const limbs: I64[] = [];
  for (let left = bits; left > 0 || limbs.length === 0; left -= 64) {
    const part = Math.min(64, left);
    limbs.push(loadBits(f, place, offset + left - part, part));
  }
  return limbs;
}

/** Stores any number of bits into an image. @param limbs The lowest first; missing ones are 0. */
export function storeWideBits(
  f: FunctionBuilder,
  place: Place,
  offset: number,
  bits: number,
  limbs: readonly I64[],
): void {
  let left = bits;
  for (let limb = 0; left > 0; limb++, left -= 64) {
    const part = Math.min(64, left);
    storeBits(f, place, offset + left - part, part, limbs[limb] ?? i64(0n));
  }
}

/** Stores a number big-endian in as many whole bytes as its bits take: as keys and digests have it. */
export function storePadded(f: FunctionBuilder, place: Place, bits: number, limbs: readonly I64[]): void {
  const bytes = Math.ceil(bits / 8);
  for (let limb = 0; limb * 8 < bytes; limb++) {
    const part = Math.min(8, bytes - limb * 8);
    const value = limbs[limb] ?? i64(0n);
    storeBytes(f, place.at(bytes - limb * 8 - part), part, truncate(value, Math.min(64, bits - limb * 64)));
  }
}

/** Loads a slot as limbs. Slots never have bits beyond their width. */
export function loadSlot(place: Place, bits: number): readonly I64[] {
  switch (slotBytes(bits)) {
    case 1:
      return [place.load8().toU64()];
    case 2:
      return [place.load16().toU64()];
    case 4:
      return [place.load32().toU64()];
    default:
      return Array.from({ length: limbsOf(bits) }, (_, limb) => place.at(limb * 8).load64());
  }
}

/**
 * Stores limbs into a slot, without the bits beyond its width.
 * @param fits Whether there are none.
 */
export function storeSlot(
  f: FunctionBuilder,
  place: Place,
  bits: number,
  limbs: readonly I64[],
  fits = false,
): void {
  const [low = i64(0n)] = limbs;
  const bytes = slotBytes(bits);
  // What is stored in fewer bytes than it has needs no mask.
  const within = () => (fits || bits === 8 * bytes ? low : truncate(low, bits)).to32();
  switch (bytes) {
    case 1:
      place.store8(f, within());
      return;
    case 2:
      place.store16(f, within());
      return;
    case 4:
      place.store32(f, within());
      return;
    default:
      for (let limb = 0; limb * 64 < bits; limb++) {
        const value = limbs[limb] ?? i64(0n);
        place.at(limb * 8).store64(f, fits ? value : truncate(value, Math.min(64, bits - limb * 64)));
      }
  }
}

/** Loads a register as limbs. */
export function loadRegister(f: FunctionBuilder, place: Place, bits: number): readonly I64[] {
  return isNetworkWidth(bits) ? loadWideBits(f, place, 0, bits) : loadSlot(place, bits);
}

/** Stores limbs into a register, without the bits beyond its width. */
export function storeRegisterLimbs(
  f: FunctionBuilder,
  place: Place,
  bits: number,
  limbs: readonly I64[],
): void {
  if (isNetworkWidth(bits)) storeWideBits(f, place, 0, bits, limbs);
  else storeSlot(f, place, bits, limbs);
}

/** Up to 8 bytes as they stand, the first one lowest. Nothing beside them is read. */
export function loadRawBytes(place: Place, bytes: number): I64 {
  const pieces: I64[] = [];
  let done = 0;
  for (const size of [8, 4, 2, 1] as const) {
    if (bytes - done < size) continue;
    const at = place.at(done);
    const piece =
      size === 8 ? at.load64() : (size === 4 ? at.load32() : size === 2 ? at.load16() : at.load8()).toU64();
    pieces.push(done === 0 ? piece : piece.shl(BigInt(8 * done)));
    done += size;
  }
  return pieces.reduce((all, one) => all.or(one));
}

/** A number of so many bytes with its most significant byte lowest. */
export function swapBytes(f: FunctionBuilder, value: I64, bytes: number): I64 {
  switch (bytes) {
    case 1:
      return value;
    case 2:
      return f.call32(SWAP16, value.to32()).toU64();
    case 4:
      return f.call32(SWAP32, value.to32()).toU64();
    default:
      return f.call64(SWAP64, bytes === 8 ? value : value.shl(BigInt(64 - 8 * bytes)));
  }
}
