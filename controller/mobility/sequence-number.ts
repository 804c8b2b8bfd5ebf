/** Sequence numbers of Binding Updates: 16 bits that go round. */

/**
 * Is a sequence number greater than another, modulo 2^16 (9.5.1)? The one before and the 32,768 before that are not.
 */
export function isGreater(sequence: number, last: number): boolean {
  const ahead = (sequence - last) & 0xffff;
  return ahead > 0 && ahead < 0x8000;
}
