/** Deparsers: each puts the valid headers in front of what was not parsed. */

import { I32, type ModuleBuilder } from '../../wasm/index.ts';
import type { Deparser, Header } from '../json/index.ts';
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

function emitHeader(frame: Frame, header: Header): void {
  const { f, machine } = frame;
  const { payload } = machine.packet;
  const reference = staticHeader(frame, header);
  const { type } = header;
  const fixedBytes = fixedImageBytes(type);
  f.if(reference.valid.load8(), () => {
    f.set(payload, payload.sub(packetBytes(reference)));
    const start = f.let32(payload);
    const to = new Place(start, 0);
    if (type.variableField === undefined) {
      copyBytes(f, to, reference.image, fixedBytes);
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

/** Headers that are emitted one behind the other, and whose validity stands within 16 bytes from `valid` on. */
type HeaderGroup = { readonly headers: Header[]; readonly valid: number };

/** Bytes of validity that are looked at in one go. */
const GROUP_BYTES = 16;

/** Fewer headers are tested one by one. */
const SMALLEST_GROUP = 3;

/**
 * Puts headers together that can be skipped together: most elements of stacks are not there. Other headers' validity
 * may stand in between; the group is not skipped then, though all of it is invalid.
 */
function groupsOf(frame: Frame, order: readonly Header[]): readonly HeaderGroup[] {
  const groups: { headers: Header[]; valid: number; last: number }[] = [];
  for (const header of order) {
    const { valid } = frame.machine.layout.header(header);
    const group = groups.at(-1);
    const [first, last] = [Math.min(valid, group?.valid ?? valid), Math.max(valid, group?.last ?? valid)];
    if (group !== undefined && last - first < GROUP_BYTES) {
      group.headers.push(header);
      group.valid = first;
      group.last = last;
    } else groups.push({ headers: [header], valid, last: valid });
  }
  return groups;
}

/** Whether one of 16 bytes at an address is not 0. */
function anyByte(address: number): I32 {
  return new I32((m) => m.v128.any_true(m.v128.load(address, 1, m.i32.const(0))));
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
    for (const group of groupsOf(frame, [...deparser.order].reverse())) {
      const emit = () => {
        for (const header of group.headers) emitHeader(frame, header);
      };
      if (group.headers.length < SMALLEST_GROUP) emit();
      else f.if(anyByte(group.valid), emit);
    }
  });
}
