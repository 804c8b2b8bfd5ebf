/** Deparsers: each puts the valid headers in front of what was not parsed. */

import { type I32, i32, type Local32, type ModuleBuilder } from '../../wasm/index.ts';
import type { Deparser, FieldType, Header, Program } from '../json/index.ts';
import { copyBits, emitUpdate } from './calculations.ts';
import { fixedImageBytes } from './expressions.ts';
import { Frame, type Machine } from './frame.ts';
import { packetBytes } from './header-copies.ts';
import { bitOffset, imageBytes } from './layout.ts';
import { copyBytes, Place } from './place.ts';
import { emitPrimitive } from './primitives.ts';
import { staticHeader } from './references.ts';

/** Bytes that a deparser puts in front of a packet at most. */
export function longestHeaders(deparser: Deparser): number {
  return deparser.order.reduce((bytes, { type }) => bytes + imageBytes(type), 0);
}

/**
 * Where fields begin and end that actions may have stored alone: a load of more than what was stored together waits until the
 * stores are done.
 */
function piecesOf({ machine }: Frame, { type }: Header): readonly number[] {
  const ends = new Set<number>();
  const stored = storedFields(machine.program);
  for (const field of type.fields) {
    if (!stored.has(field)) continue;
    const start = bitOffset(type, field);
    for (const bit of [start, start + field.bits]) if (bit % 8 === 0) ends.add(bit / 8);
  }
  ends.delete(0);
  ends.delete(fixedImageBytes(type));
  return [...ends].sort((one, other) => one - other);
}

/** Fields that are assigned to. */
function storedFields({ actions }: Program): ReadonlySet<FieldType> {
  const fields = new Set<FieldType>();
  for (const { primitives } of actions) {
    for (const primitive of primitives) {
      if (primitive.op === 'assign' && primitive.target.kind === 'field')
        fields.add(primitive.target.field.type);
    }
  }
  return fields;
}

function emitHeader(frame: Frame, header: Header, payload: Local32): void {
  const { f } = frame;
  const reference = staticHeader(frame, header);
  const { type } = header;
  const fixedBytes = fixedImageBytes(type);
  f.if(reference.valid.load8(), () => {
    f.set(payload, payload.sub(packetBytes(reference)));
    const start = f.let32(payload);
    const to = new Place(start, 0);
    if (type.variableField === undefined) {
      let done = 0;
      for (const end of [...piecesOf(frame, header), fixedBytes]) {
        copyBytes(f, to.at(done), reference.image.at(done), end - done);
        done = end;
      }
      return;
    }
    const before = bitOffset(type, type.variableField);
    const length = f.let32(reference.length.load32());
    const tail = new Place(f.let32(start.add(length)), 0);
    const area = reference.image.at(fixedBytes);
    if (before % 8 === 0) {
      copyBytes(f, to, reference.image, before / 8);
      f.copy(start.add(before / 8), area.address(), length);
      copyBytes(f, tail.at(before / 8), reference.image.at(before / 8), fixedBytes - before / 8);
    } else {
      copyBits(f, to, 0, reference.image, 0, before);
      copyBits(f, to, before, area, 0, f.let32(length.shl(3)));
      copyBits(f, tail, before, reference.image, before, type.fixedBits - before);
    }
  });
}

/** Headers that are emitted one behind the other; their validity stands in as many bytes from `valid` on. */
type HeaderGroup = { readonly headers: readonly Header[]; readonly valid: number };

/** Fewer headers are tested one by one. */
const SMALLEST_GROUP = 3;

/** Puts the elements of a stack together, which are skipped together: mostly none is there. */
function groupsOf(frame: Frame, order: readonly Header[]): readonly HeaderGroup[] {
  const { layout, program } = frame.machine;
  const elements = new Set(program.stacks.flatMap(({ headers }) => headers));
  const groups: { headers: Header[]; valid: number }[] = [];
  for (const header of order) {
    const { valid } = layout.header(header);
    const group = groups.at(-1);
    const follows =
      group !== undefined && elements.has(header) && group.headers.every((one) => elements.has(one));
    if (follows && valid === group.valid - 1) {
      group.headers.push(header);
      group.valid = valid;
    } else groups.push({ headers: [header], valid });
  }
  return groups;
}

/** Whether one of some bytes at an address is not 0. */
function anyByte(address: number, bytes: number): I32 {
  const pieces: I32[] = [];
  let at = address;
  const end = address + bytes;
  for (; end - at >= 8; at += 8) pieces.push(i32(0).load64(at).ne(0n));
  for (; end - at >= 4; at += 4) pieces.push(i32(0).load32(at));
  for (; end - at >= 2; at += 2) pieces.push(i32(0).load16(at));
  for (; end - at >= 1; at += 1) pieces.push(i32(0).load8(at));
  return pieces.reduce((all, one) => all.or(one));
}

/** Adds the function of a deparser: it moves `packet.payload` to the first byte of the packet that leaves. */
export function addDeparser(m: ModuleBuilder, machine: Machine, deparser: Deparser, name: string): void {
  m.function(name, {}, undefined, (f) => {
    const frame = new Frame(f, machine);
    emitUpdate(frame, machine.program.checksums);
    for (const primitive of deparser.primitives) {
      if (primitive.op !== '_jump' && primitive.op !== '_jump_if_zero') emitPrimitive(frame, primitive);
    }
    // From the last to the first, so that no lengths have to be added up before.
    const { packet } = machine;
    const payload = f.let32(packet.payload);
    for (const group of groupsOf(frame, [...deparser.order].reverse())) {
      const emit = () => {
        for (const header of group.headers) emitHeader(frame, header, payload);
      };
      if (group.headers.length < SMALLEST_GROUP) emit();
      else f.if(anyByte(group.valid, group.headers.length), emit);
    }
    f.set(packet.payload, payload);
  });
}
