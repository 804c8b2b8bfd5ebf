/**
 * Messages of protobuf with something wrong, as bytes: fields that are gone, there twice, of another message, with other
 * numbers, types, lengths or values, at any depth; or just other bytes.
 */

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Random } from './random.ts';

type Field = { number: number; type: WireType; value: bigint | Uint8Array | Field[] };

/** The fields of a message; undefined for bytes that are none. */
function read(bytes: Uint8Array, depth: number): Field[] | undefined {
  const fields: Field[] = [];
  try {
    const reader = new BinaryReader(bytes);
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (type === WireType.Varint) fields.push({ number, type, value: BigInt(reader.uint64()) });
      else if (type === WireType.LengthDelimited) {
        const value = reader.bytes();
        const inner = depth > 0 && value.length > 1 ? read(value, depth - 1) : undefined;
        fields.push({ number, type, value: inner ?? value });
      } else return undefined;
    }
    return fields;
  } catch {
    return undefined;
  }
}

function write(fields: readonly Field[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, type, value } of fields) {
    writer.tag(number, type);
    if (typeof value === 'bigint') writer.uint64(BigInt.asUintN(64, value));
    else writer.bytes(Array.isArray(value) ? write(value) : value);
  }
  return writer.finish();
}

/** All lists of fields, from the outside to the inside. */
function lists(fields: Field[], found: Field[][] = []): Field[][] {
  found.push(fields);
  for (const { value } of fields) if (Array.isArray(value)) lists(value, found);
  return found;
}

const NUMBERS = [
  0n,
  1n,
  2n,
  3n,
  127n,
  128n,
  255n,
  511n,
  512n,
  65_535n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** A message that is nearly this one. @param others Messages whose parts may be taken. */
export function mutateMessage(
  random: Random,
  message: Uint8Array,
  others: readonly Uint8Array[],
): Uint8Array {
  if (random.below(10) === 0) return changeBytes(random, message);
  const root = read(message, 8);
  if (root === undefined) return changeBytes(random, message);
  for (let change = 1 + random.below(3); change > 0; change--) {
    const fields = random.pick(lists(root));
    if (fields.length === 0) continue;
    const index = random.below(fields.length);
    const field = fields[index];
    if (field === undefined) continue;
    switch (random.below(7)) {
      case 0:
        fields.splice(index, 1);
        break;
      case 1:
        fields.splice(random.below(fields.length), 0, structuredClone(field));
        break;
      case 2:
        field.number = 1 + random.below(random.pick([4, 16, 200]));
        break;
      case 3: {
        const other = read(random.pick(others), 8);
        const part = other === undefined ? [] : random.pick(lists(other));
        if (part.length > 0) fields.splice(index, random.below(2), random.pick(part));
        break;
      }
      default:
        changeValue(random, field);
    }
  }
  return write(root);
}

function changeValue(random: Random, field: Field): void {
  const { value } = field;
  if (typeof value === 'bigint') {
    field.value = random.below(3) === 0 ? value + BigInt(random.below(5) - 2) : random.pick(NUMBERS);
  } else if (Array.isArray(value)) {
    if (random.below(4) === 0) field.value = random.bytes(random.below(8));
  } else {
    const kind = random.below(5);
    if (kind === 0) field.value = new Uint8Array();
    else if (kind === 1) field.value = random.bytes(random.below(random.pick([4, 20, 300])));
    else if (kind === 2) field.value = Uint8Array.of(0, ...value);
    else field.value = value.map((byte) => (random.below(2) === 0 ? byte : random.word() & 0xff));
  }
}

function changeBytes(random: Random, message: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(message);
  for (let change = 1 + random.below(3); change > 0 && copy.length > 0; change--) {
    copy[random.below(copy.length)] = random.word() & 0xff;
  }
  return random.below(3) === 0 ? copy.subarray(0, random.below(copy.length + 1)) : copy;
}
