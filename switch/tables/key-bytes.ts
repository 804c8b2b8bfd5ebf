/** Fields of keys as big-endian bytes, each padded to whole bytes. */

import type { KeyField } from './description.ts';

/** Bytes of one field. */
export function fieldBytes(field: KeyField): number {
  return Math.ceil(field.width / 8);
}

/** Where each field begins, and the length of all of them. */
export function fieldOffsets(keys: readonly KeyField[]): {
  readonly offsets: readonly number[];
  readonly bytes: number;
} {
  let bytes = 0;
  const offsets = keys.map((field) => {
    const offset = bytes;
    bytes += fieldBytes(field);
    return offset;
  });
  return { offsets, bytes };
}

/**
 * Writes a number right-aligned.
 * @param value Big-endian, with or without leading zeros.
 * @returns Nothing, or what is wrong with it.
 */
export function putNumber(
  to: Uint8Array,
  offset: number,
  field: KeyField,
  value: Uint8Array,
): string | undefined {
  const bytes = fieldBytes(field);
  let start = 0;
  while (start < value.length && value[start] === 0) start++;
  const length = value.length - start;
  const spare = bytes * 8 - field.width;
  if (length > bytes || (length === bytes && (value[start] ?? 0) << spare > 0xff)) {
    return `field ${field.name} has ${field.width} bits, and 0x${hex(value)} does not fit into them`;
  }
  const gap = bytes - length;
  for (let index = 0; index < gap; index++) to[offset + index] = 0;
  for (let index = 0; index < length; index++) to[offset + gap + index] = value[start + index] ?? 0;
  return undefined;
}

/** Writes the mask of a prefix. @param length Bits from the field's most significant one; 0 to its width. */
export function putPrefixMask(to: Uint8Array, offset: number, field: KeyField, length: number): void {
  const bytes = fieldBytes(field);
  const spare = bytes * 8 - field.width;
  for (let index = 0; index < bytes; index++) {
    // Bits of this byte that are in the field and beyond the prefix, counted from below.
    const beyond = Math.min(8, Math.max(0, (index + 1) * 8 - spare - length));
    const own = index === 0 ? 0xff >> spare : 0xff;
    to[offset + index] = (0xff << beyond) & own;
  }
}

/** As hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
