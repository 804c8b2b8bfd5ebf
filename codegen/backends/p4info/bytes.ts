/**
 * Numbers in P4Info and in the entries of a program: as many bytes as the width takes. P4Runtime lets servers read
 * them with leading zeros, and some cannot read them without (docs/design/p4info.md).
 */

/** `value` in `width` bits, most significant byte first; negative numbers in two's complement. */
export function paddedBytes(value: bigint, width: number): Uint8Array {
  const length = Math.max(1, Math.ceil(width / 8));
  const bits = BigInt.asUintN(width, value);
  return Uint8Array.from(Buffer.from(bits.toString(16).padStart(2 * length, '0'), 'hex'));
}
