/** From expressions for headers and fields to places in linear memory. */

import { type I32, i32, type Local32, type Local64, select32 } from '../../wasm/index.ts';
import type {
  DataExpression,
  Field,
  FieldType,
  Header,
  HeaderExpression,
  HeaderStack,
  HeaderType,
  HeaderUnionStack,
  UnionExpression,
} from '../json/index.ts';
import type { Frame } from './frame.ts';
import { bitOffset, variableRoom } from './layout.ts';
import { fixed, Place } from './place.ts';

/** A header of packets, perhaps an element that is found at run time. */
export type HeaderReference = {
  readonly type: HeaderType;
  readonly valid: Place;
  /** Meaningful only for types with a variable field. */
  readonly length: Place;
  readonly image: Place;
  /** Validity of the other members of its union: at most one of them is valid. */
  readonly others: readonly Place[];
};

/** A field: a slot of metadata, bits of an image, or metadata that one function alone knows, in a local of it. */
export type FieldReference =
  | { readonly kind: 'local'; readonly type: FieldType; readonly local: Local64 }
  | { readonly kind: 'slot'; readonly type: FieldType; readonly place: Place }
  | { readonly kind: 'bits'; readonly type: FieldType; readonly place: Place; readonly offset: number };

/** A field of a type, in a header. */
export function fieldOf(header: HeaderReference, type: FieldType): FieldReference {
  return { kind: 'bits', type, place: header.image, offset: bitOffset(header.type, type) };
}

/** A header that is known when the program is compiled. */
export function staticHeader(frame: Frame, header: Header): HeaderReference {
  const { valid, length, image } = frame.machine.layout.header(header);
  const others = (frame.machine.unionOf(header)?.headers ?? [])
    .filter((other) => other !== header)
    .map((other) => fixed(frame.machine.layout.header(other).valid));
  return { type: header.type, valid: fixed(valid), length: fixed(length), image: fixed(image), others };
}

/** A field that is known when the program is compiled. */
export function staticField(frame: Frame, field: Field): FieldReference {
  if (field.header.metadata) {
    const local = frame.local(field);
    if (local !== undefined) return { kind: 'local', type: field.type, local };
    const { layout } = frame.machine;
    const place = fixed(layout.slot(field));
    return layout.isNetworkOrder(field)
      ? { kind: 'bits', type: field.type, place, offset: 0 }
      : { kind: 'slot', type: field.type, place };
  }
  return fieldOf(staticHeader(frame, field.header), field.type);
}

/** Where a variable field stands: its length, its bytes, and how many there may be. */
export type VariableReference = { readonly length: Place; readonly bytes: Place; readonly room: number };

/** A variable field that is known when the program is compiled. */
export function variableReference(frame: Frame, field: Field): VariableReference {
  const { header, type } = field;
  if (header.metadata) {
    const slot = fixed(frame.machine.layout.slot(field));
    return { length: slot, bytes: slot.at(8), room: variableRoom(header.type) };
  }
  const { length, image } = staticHeader(frame, header);
  return {
    length,
    bytes: image.at(Math.ceil(header.type.fixedBits / 8)),
    room: Math.ceil(type.bits / 8),
  };
}

/** One element of a stack of headers or unions, by a number below or at the size; at the size there is none. */
function elementAt(
  frame: Frame,
  members: readonly Header[],
  member: number,
  index: Local32 | number,
): HeaderReference {
  const { f, machine } = frame;
  const stride = machine.layout.stride(members.map(({ type }) => type));
  const header = members[member];
  if (header === undefined) throw new RangeError(`no member ${member}`);
  const base = machine.layout.header(header);
  const place = (address: number, step: number): Place =>
    typeof index === 'number'
      ? fixed(address + index * step)
      : new Place(step === 1 ? index : f.let32(index.mul(step)), address);
  const others = members
    .filter((other) => other !== header)
    .map((other) => place(machine.layout.header(other).valid, stride.valid));
  return {
    type: header.type,
    valid: place(base.valid, stride.valid),
    length: header.type.variableField === undefined ? fixed(0) : place(base.length, stride.length),
    image: place(base.image, stride.image),
    others,
  };
}

/** Keeps an index within the stack; beyond it is the element that no packet fills. */
function bounded(frame: Frame, index: DataExpression, size: number): Local32 | number {
  if (index.kind === 'constant') return index.value >= 0n && index.value < size ? Number(index.value) : size;
  const { value, inRange } = frame.machine.index(frame, index, size);
  return frame.f.let32(select32(inRange, value, size));
}

function membersOf(stack: HeaderStack | HeaderUnionStack): readonly Header[] {
  return 'unions' in stack ? (stack.unions[0]?.headers ?? []) : stack.headers.slice(0, 1);
}

/** How many elements a stack has. */
export function sizeOf(stack: HeaderStack | HeaderUnionStack): number {
  return 'unions' in stack ? stack.unions.length : stack.headers.length;
}

/** The element that was extracted last; of an empty stack, one that no packet fills. */
export function lastElement(
  frame: Frame,
  stack: HeaderStack | HeaderUnionStack,
  member: number,
): HeaderReference {
  const next = frame.f.let32(fixed(frame.machine.layout.nextIndex(stack)).load32());
  const index = frame.f.let32(select32(next.eqz(), sizeOf(stack), next.sub(1)));
  return elementAt(frame, membersOf(stack), member, index);
}

/** The element that is extracted next. The stack must not be full. */
export function nextElement(
  frame: Frame,
  stack: HeaderStack | HeaderUnionStack,
  member: number,
  next: Local32,
): HeaderReference {
  return elementAt(frame, membersOf(stack), member, next);
}

/** The header that an expression stands for. */
export function headerReference(frame: Frame, expression: HeaderExpression): HeaderReference {
  switch (expression.kind) {
    case 'header':
      return staticHeader(frame, expression.header);
    case 'element': {
      const { stack } = expression;
      return elementAt(frame, membersOf(stack), 0, bounded(frame, expression.index, stack.headers.length));
    }
    case 'member': {
      const found = unionMembers(frame, expression.union)[expression.member];
      if (found === undefined) throw new RangeError(`no member ${expression.member}`);
      return found;
    }
  }
}

/** All members of the union that an expression stands for. */
export function unionMembers(frame: Frame, expression: UnionExpression): readonly HeaderReference[] {
  if (expression.kind === 'union') {
    return expression.union.headers.map((header) => staticHeader(frame, header));
  }
  const { stack } = expression;
  const index = bounded(frame, expression.index, stack.unions.length);
  const members = membersOf(stack);
  return members.map((_, member) => elementAt(frame, members, member, index));
}

/** Whether a header is valid; metadata always is. */
export function isValid(frame: Frame, header: Header): I32 {
  return header.metadata ? i32(1) : staticHeader(frame, header).valid.load8();
}

/** Makes a header valid, and the other members of its union invalid. */
export function markValid(frame: Frame, header: HeaderReference): void {
  header.valid.store8(frame.f, 1);
  for (const other of header.others) other.store8(frame.f, 0);
}
