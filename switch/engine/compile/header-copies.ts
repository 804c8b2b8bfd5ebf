/** What primitives do with whole headers, stacks and unions. */

import { type I32, i32, select32 } from '../../wasm/index.ts';
import type {
  DataExpression,
  Header,
  HeaderExpression,
  HeaderStack,
  HeaderUnionStack,
  UnionExpression,
} from '../json/index.ts';
import { fixedImageBytes, index32, loadField } from './expressions.ts';
import type { Frame } from './frame.ts';
import { imageBytes } from './layout.ts';
import { clearBytes, copyBytes, fixed } from './place.ts';
import {
  type HeaderReference,
  headerReference,
  markValid,
  sizeOf,
  staticField,
  unionMembers,
} from './references.ts';
import { storeField } from './stores.ts';

/** Copies the bytes of a header, with those of its variable field. */
function copyImage(frame: Frame, to: HeaderReference, from: HeaderReference): void {
  const { f } = frame;
  const fixedBytes = fixedImageBytes(to.type);
  copyBytes(f, to.image, from.image, fixedBytes);
  if (to.type.variableField === undefined) return;
  const length = f.let32(from.length.load32());
  to.length.store32(f, length);
  f.copy(to.image.at(fixedBytes).address(), from.image.at(fixedBytes).address(), length);
}

/** `assign_header` between headers of packets: validity and fields. */
function copyHeader(frame: Frame, to: HeaderReference, from: HeaderReference): void {
  frame.f.if(
    from.valid.load8(),
    () => {
      copyImage(frame, to, from);
      markValid(frame, to);
    },
    () => to.valid.store8(frame.f, 0),
  );
}

function metadataOf(expression: HeaderExpression): Header | undefined {
  return expression.kind === 'header' && expression.header.metadata ? expression.header : undefined;
}

/** Metadata is always valid, and kept in another form: field by field. */
function copyWithMetadata(frame: Frame, to: HeaderExpression, from: HeaderExpression): void {
  if (to.kind !== 'header' || from.kind !== 'header') return;
  const [target, source] = [to.header, from.header];
  const copy = () => {
    for (const type of target.type.fields) {
      if (type.variable) continue;
      const value = loadField(frame, staticField(frame, { header: source, type }));
      storeField(frame, staticField(frame, { header: target, type }), value);
    }
    if (!target.metadata) markValid(frame, headerReference(frame, to));
  };
  if (source.metadata) copy();
  else frame.f.if(headerReference(frame, from).valid.load8(), copy);
}

/** `assign_header`. */
export function assignHeader(frame: Frame, to: HeaderExpression, from: HeaderExpression): void {
  if (metadataOf(to) !== undefined || metadataOf(from) !== undefined) copyWithMetadata(frame, to, from);
  else copyHeader(frame, headerReference(frame, to), headerReference(frame, from));
}

/** `assign_union`. */
export function assignUnion(frame: Frame, to: UnionExpression, from: UnionExpression): void {
  const sources = unionMembers(frame, from);
  for (const [index, target] of unionMembers(frame, to).entries()) {
    const source = sources[index];
    if (source !== undefined) copyHeader(frame, target, source);
  }
}

type AnyStack = HeaderStack | HeaderUnionStack;

/** The three areas that the elements of a stack take, and how far apart elements are there. */
function areasOf(frame: Frame, stack: AnyStack) {
  const members = 'unions' in stack ? (stack.unions[0]?.headers ?? []) : stack.headers.slice(0, 1);
  const stride = frame.machine.layout.stride(members.map(({ type }) => type));
  const [first] = members;
  if (first === undefined) return [];
  const start = frame.machine.layout.header(first);
  const firstLength = members.find(({ type }) => type.variableField !== undefined);
  const areas = [
    { address: start.valid, stride: stride.valid },
    { address: start.image, stride: stride.image },
  ];
  if (firstLength !== undefined) {
    areas.push({ address: frame.machine.layout.header(firstLength).length, stride: stride.length });
  }
  return areas;
}

/** `assign_header_stack`, `assign_union_stack`. */
export function assignStack(frame: Frame, to: AnyStack, from: AnyStack): void {
  const { f, machine } = frame;
  const sources = areasOf(frame, from);
  for (const [index, area] of areasOf(frame, to).entries()) {
    const source = sources[index];
    if (source !== undefined) f.copy(area.address, source.address, area.stride * sizeOf(to));
  }
  fixed(machine.layout.nextIndex(to)).store32(f, fixed(machine.layout.nextIndex(from)).load32());
}

/** How many elements to move: at most all. */
function countOf(frame: Frame, expression: DataExpression, size: number): I32 {
  if (expression.kind === 'constant') {
    const count = expression.value < 0n ? 0n : expression.value;
    return i32(count > BigInt(size) ? size : Number(count));
  }
  const { value, inRange } = index32(frame, expression, size + 1);
  return frame.f.let32(select32(inRange, value, size));
}

/** `push`: makes room in front; the new elements are invalid. */
export function push(frame: Frame, stack: AnyStack, count: DataExpression): void {
  const { f, machine } = frame;
  const size = sizeOf(stack);
  const moved = countOf(frame, count, size);
  for (const { address, stride } of areasOf(frame, stack)) {
    const bytes = f.let32(moved.mul(stride));
    f.copy(bytes.add(address), address, i32(size * stride).sub(bytes));
    f.fill(address, 0, bytes);
  }
  const next = fixed(machine.layout.nextIndex(stack));
  const sum = f.let32(next.load32().add(moved));
  next.store32(f, select32(sum.gtU(size), size, sum));
}

/** `pop`: takes elements from the front; the last ones become invalid. */
export function pop(frame: Frame, stack: AnyStack, count: DataExpression): void {
  const { f, machine } = frame;
  const size = sizeOf(stack);
  const moved = countOf(frame, count, size);
  for (const { address, stride } of areasOf(frame, stack)) {
    const bytes = f.let32(moved.mul(stride));
    const rest = f.let32(i32(size * stride).sub(bytes));
    f.copy(address, bytes.add(address), rest);
    f.fill(rest.add(address), 0, bytes);
  }
  const next = fixed(machine.layout.nextIndex(stack));
  const before = f.let32(next.load32());
  next.store32(f, select32(before.ltU(moved), 0, before.sub(moved)));
}

/** Bytes of a header in a packet. */
export function packetBytes(header: HeaderReference): I32 {
  const fixedBytes = fixedImageBytes(header.type);
  return header.type.variableField === undefined ? i32(fixedBytes) : header.length.load32().add(fixedBytes);
}

/** `add_header`: one that was invalid becomes valid, with all fields 0. */
export function addHeader(frame: Frame, expression: HeaderExpression): void {
  if (metadataOf(expression) !== undefined) return;
  const { f, machine } = frame;
  const header = headerReference(frame, expression);
  f.if(header.valid.load8().eqz(), () => {
    clearBytes(f, header.image, imageBytes(header.type));
    markValid(frame, header);
    f.set(machine.packet.packetLength, machine.packet.packetLength.add(packetBytes(header)));
  });
}

/** `remove_header`. */
export function removeHeader(frame: Frame, expression: HeaderExpression): void {
  if (metadataOf(expression) !== undefined) return;
  const { f, machine } = frame;
  const header = headerReference(frame, expression);
  f.if(header.valid.load8(), () => {
    f.set(machine.packet.packetLength, machine.packet.packetLength.sub(packetBytes(header)));
    header.valid.store8(f, 0);
  });
}
