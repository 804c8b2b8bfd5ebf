/**
 * What somebody does who knows the hash of the learning cache: CRC-32 is linear, so that an address whose flow takes a
 * given slot is the solution of eighteen equations in the bits that can be chosen.
 */

import { crc32 } from 'node:zlib';

/** Bytes of a tuple as the cache hashes it: addresses, ports, protocol. */
const TUPLE_BYTES = 37;
const SLOT_MASK = 0x3ffff;
/** Bits of the source address that are chosen: the last 48. */
const FREE_BITS = 48;

/** Where the cache keeps a flow. */
export function slotOf(tuple: Uint8Array): number {
  return crc32(tuple) & SLOT_MASK;
}

type Row = { readonly slot: number; readonly bits: bigint };

/** Rows with one leading bit each, which every change of the slot is a sum of; and changes that leave it as it is. */
const { rows, neutral } = solve();

function solve(): { readonly rows: ReadonlyMap<number, Row>; readonly neutral: readonly bigint[] } {
  const found = new Map<number, Row>();
  const zeros: bigint[] = [];
  const nothing = slotOf(new Uint8Array(TUPLE_BYTES));
  for (let bit = 0; bit < FREE_BITS; bit++) {
    const tuple = new Uint8Array(TUPLE_BYTES);
    tuple[15 - (bit >> 3)] = 1 << (bit & 7);
    let row: Row = { slot: slotOf(tuple) ^ nothing, bits: 1n << BigInt(bit) };
    for (;;) {
      if (row.slot === 0) {
        zeros.push(row.bits);
        break;
      }
      const top = 31 - Math.clz32(row.slot);
      const other = found.get(top);
      if (other === undefined) {
        found.set(top, row);
        break;
      }
      row = { slot: row.slot ^ other.slot, bits: row.bits ^ other.bits };
    }
  }
  return { rows: found, neutral: zeros };
}

/**
 * What to combine the last 48 bits of a tuple's source address with, so that it takes that slot.
 * @param choice One of the 2³⁰ answers.
 */
export function bitsFor(tuple: Uint8Array, slot: number, choice: number): bigint {
  let bits = 0n;
  let left = slotOf(tuple) ^ slot;
  while (left !== 0) {
    const row = rows.get(31 - Math.clz32(left));
    if (row === undefined) throw new RangeError('the slot cannot be reached');
    left ^= row.slot;
    bits ^= row.bits;
  }
  for (const [index, change] of neutral.entries()) if (index < 30 && (choice >>> index) & 1) bits ^= change;
  return bits;
}
