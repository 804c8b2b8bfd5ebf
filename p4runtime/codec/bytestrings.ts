/**
 * Numbers as P4Runtime writes them: big-endian byte strings (specification, "Bytestrings"). We write the shortest one
 * that holds the number, and read any that does not say more than its type can hold.
 */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';

/** The shortest byte string of a number of `bit<width>`; `what` names it in errors. */
export function encodeUnsigned(value: bigint, width: number, what: string): Uint8Array {
  if (value < 0n || BigInt.asUintN(width, value) !== value) {
    throw outOfRange(
      `${what}: ${value} is not in bit<${width}>, which ends at ${(1n << BigInt(width)) - 1n}`,
    );
  }
  return toBytes(value, byteLength(value.toString(2).length));
}

/** The shortest byte string of a number of `int<width>`, in two's complement; `what` names it in errors. */
export function encodeSigned(value: bigint, width: number, what: string): Uint8Array {
  if (BigInt.asIntN(width, value) !== value) {
    const limit = 1n << BigInt(width - 1);
    throw outOfRange(`${what}: ${value} is not in int<${width}>, which goes from ${-limit} to ${limit - 1n}`);
  }
  const length = byteLength(significantBits(value));
  return toBytes(BigInt.asUintN(8 * length, value), length);
}

/**
 * Reads a number of `bit<width>`; `what` names it in errors.
 * @throws EntityError OUT_OF_RANGE for an empty string or a number that the type cannot hold.
 */
export function decodeUnsigned(bytes: Uint8Array, width: number, what: string): bigint {
  const value = fromBytes(bytes, what);
  if (BigInt.asUintN(width, value) !== value) {
    throw outOfRange(`${what}: 0x${value.toString(16)} does not fit in bit<${width}>`);
  }
  return value;
}

/**
 * Reads a number of `int<width>`; `what` names it in errors.
 * @throws EntityError OUT_OF_RANGE for an empty string or a number that the type cannot hold.
 */
export function decodeSigned(bytes: Uint8Array, width: number, what: string): bigint {
  const value = BigInt.asIntN(8 * bytes.length, fromBytes(bytes, what));
  if (BigInt.asIntN(width, value) !== value) {
    throw outOfRange(`${what}: ${value} does not fit in int<${width}>`);
  }
  return value;
}

/** The fewest bits that hold a number in two's complement. */
function significantBits(value: bigint): number {
  const magnitude = value < 0n ? ~value : value;
  return magnitude === 0n ? 1 : magnitude.toString(2).length + 1;
}

function byteLength(bits: number): number {
  return Math.floor((bits + 7) / 8);
}

/** So many bytes are a number that is exact (2^48). */
const EXACT_BYTES = 6;

function toBytes(value: bigint, length: number): Uint8Array {
  if (length <= EXACT_BYTES) {
    const bytes = new Uint8Array(length);
    let rest = Number(value);
    for (let at = length - 1; at >= 0; at--) {
      bytes[at] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    return bytes;
  }
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * length, '0'), 'hex'));
}

function fromBytes(bytes: Uint8Array, what: string): bigint {
  if (bytes.length === 0) throw outOfRange(`${what}: an empty byte string is no number`);
  if (bytes.length <= EXACT_BYTES) {
    let value = 0;
    for (const byte of bytes) value = value * 256 + byte;
    return BigInt(value);
  }
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function outOfRange(message: string): EntityError {
  return new EntityError(Code.OUT_OF_RANGE, message);
}
