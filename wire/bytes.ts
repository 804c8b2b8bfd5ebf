/** Numbers in network byte order. Reading past the end reads zeros: parsers check lengths first. */

/** Reads 8 bits. */
export function uint8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

/** Reads 16 bits. */
export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** Reads 32 bits, unsigned. */
export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
}

/** Writes 16 bits. */
export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 8) & 0xff;
  bytes[at + 1] = value & 0xff;
}

/** Writes 32 bits. */
export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  putUint16(bytes, at, Math.floor(value / 0x10000) & 0xffff);
  putUint16(bytes, at + 2, value & 0xffff);
}

/** Are two arrays equal? Not in constant time: for addresses, not for secrets. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** Joins arrays. The result may share a larger buffer with others: packets are too many for one each. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const { buffer, byteOffset } = Buffer.allocUnsafe(length);
  const result = new Uint8Array(buffer, byteOffset, length);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

const scratch = new Uint8Array(16);
const scratchView = new DataView(scratch.buffer);

/** The number that bytes are, without sign. */
export function unsigned(bytes: Uint8Array): bigint {
  // Addresses: there are two in each flow that a switch tells of, and text takes four times as long.
  if (bytes.length <= 16) {
    scratch.fill(0, 0, 16 - bytes.length);
    scratch.set(bytes, 16 - bytes.length);
    const low = scratchView.getBigUint64(8);
    return bytes.length <= 8 ? low : (scratchView.getBigUint64(0) << 64n) | low;
  }
  return BigInt(`0x${toHex(bytes) || '0'}`);
}

/** Bytes as lower-case hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Hexadecimal digits as bytes; `undefined` for anything else. */
export function fromHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Uint8Array.from(Buffer.from(text, 'hex'));
}
