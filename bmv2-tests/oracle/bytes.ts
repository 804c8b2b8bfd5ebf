/** Numbers in bytes, and Internet checksums. */

/** The number in these bytes, big-endian; bytes beyond the end count as 0. */
export function numberAt(bytes: Uint8Array, offset: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value = value * 256 + (bytes[offset + index] ?? 0);
  return value;
}

/** The address in 16 bytes. */
export function addressAt(bytes: Uint8Array, offset: number): bigint {
  return BigInt(`0x0${Buffer.from(bytes.subarray(offset, offset + 16)).toString('hex')}`);
}

/** A number as bytes, big-endian; higher bits are lost. */
export function toBytes(value: bigint | number, length: number): Uint8Array {
  const bits = BigInt.asUintN(8 * length, BigInt(value));
  return Buffer.from(bits.toString(16).padStart(2 * length, '0'), 'hex');
}

/** The same bytes with others in a place. */
export function replaced(bytes: Uint8Array, offset: number, by: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(by, offset);
  return copy;
}

/** The one's complement sum of 16-bit words (RFC 1071). */
export function onesComplementSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += numberAt(bytes, at, 2);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

const IPV4_MAPPED = 0xffffn << 32n;

/** An IPv4 address as ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2). */
export function mapped(address: number): bigint {
  return IPV4_MAPPED | BigInt(address);
}
