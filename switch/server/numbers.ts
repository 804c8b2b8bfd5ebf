/**
 * Numbers as byte strings, looked at as bytes: a hundred thousand entries a second are checked here, and a bigint for
 * each field would cost more than all the rest. `p4runtime/codec` has the same rules over bigint.
 */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';

/** The shortest form: no leading zero bytes, and one byte for 0. The same array when it is that already. */
export function shortest(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0 || bytes.length < 2) return bytes;
  let start = 1;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  return bytes.subarray(start);
}

/** How many bits a number in its shortest form takes; 0 for 0. */
function bitLength(bytes: Uint8Array): number {
  return 8 * bytes.length - (Math.clz32(bytes[0] ?? 0) - 24);
}

/**
 * A number of `bit<width>` in its shortest form; `what` names it in errors.
 * @throws EntityError OUT_OF_RANGE for an empty string, or a number beyond the width ("Bytestrings").
 */
export function checkNumber(bytes: Uint8Array, width: number, what: string): Uint8Array {
  if (bytes.length === 0) {
    throw new EntityError(Code.OUT_OF_RANGE, `${what}: the value is empty; write a number of bit<${width}>`);
  }
  const short = shortest(bytes);
  if (short.length * 8 > width && bitLength(short) > width) {
    throw new EntityError(
      Code.OUT_OF_RANGE,
      `${what}: ${inHex(short)} does not fit in bit<${width}>, which ends at ${inHex(ones(width))}`,
    );
  }
  return short;
}

/** All ones. */
export function ones(width: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(width / 8)).fill(0xff);
  if (width % 8 !== 0) bytes[0] = 0xff >>> (8 - (width % 8));
  return bytes;
}

/** Whether a number in its shortest form is 0. */
export function isZero(short: Uint8Array): boolean {
  return short.length === 1 && short[0] === 0;
}

/** Less than 0, 0 or more, as the first of two numbers in their shortest forms is less, equal or greater. */
export function compare(left: Uint8Array, right: Uint8Array): number {
  return left.length === right.length ? Buffer.compare(left, right) : left.length - right.length;
}

/** Whether some bit of the first number is not in the second. */
export function hasBitsBeyond(value: Uint8Array, mask: Uint8Array): boolean {
  const shift = mask.length - value.length;
  for (const [index, byte] of value.entries()) if ((byte & ~(mask[index + shift] ?? 0)) !== 0) return true;
  return false;
}

/** Whether any of the lowest `count` bits is set. */
export function hasLowBits(value: Uint8Array, count: number): boolean {
  const whole = count >>> 3;
  for (let index = 1; index <= whole && index <= value.length; index++) {
    if (value[value.length - index] !== 0) return true;
  }
  const rest = count & 7;
  return rest !== 0 && ((value[value.length - 1 - whole] ?? 0) & ((1 << rest) - 1)) !== 0;
}

/** A small number in its shortest form. */
export function fromInteger(value: number): Uint8Array {
  return shortest(
    Uint8Array.of(value / 2 ** 40, value / 2 ** 32, value >>> 24, value >>> 16, value >>> 8, value),
  );
}

/** A number of at most 6 bytes. */
export function toInteger(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

/** For messages. */
export function inHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`;
}
