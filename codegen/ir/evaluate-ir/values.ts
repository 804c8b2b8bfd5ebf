/** Values at run time. Structs, headers and stacks are changed in place; whoever stores one copies it. */

import { InternalError } from '../../diagnostics.ts';
import type { Type } from '../types.ts';

/** The elements of a struct, tuple or array. */
export type StructValue = { readonly kind: 'struct'; readonly elements: Value[] };
/** `elements` of an invalid header are default values: nothing can be seen of them. */
export type HeaderValue = { readonly kind: 'header'; valid: boolean; readonly elements: Value[] };
export type UnionValue = { readonly kind: 'union'; readonly elements: HeaderValue[] };
export type StackValue = {
  readonly kind: 'stack';
  readonly elements: (HeaderValue | UnionValue)[];
  nextIndex: number;
};
/** `width`: how many bits it has now. */
export type VarbitValue = { readonly kind: 'varbit'; readonly width: number; readonly value: bigint };
/** An extern object: an instance, or what the caller gave for a parameter such as `packet_in`. */
export type ObjectValue = { readonly kind: 'object'; readonly object: object };

export type Value =
  /** Numbers; signed ones are negative where they are. */
  | bigint
  | boolean
  /** A string, or the member of an enum or of `error`. */
  | string
  | StructValue
  | HeaderValue
  | UnionValue
  | StackValue
  | VarbitValue
  | ObjectValue;

/** What a new variable holds. */
export function defaultValue(type: Type): Value {
  switch (type.kind) {
    case 'bits':
    case 'int':
      return 0n;
    case 'bool':
      return false;
    case 'varbit':
      return { kind: 'varbit', width: 0, value: 0n };
    case 'error':
      return 'NoError';
    case 'enum':
      return type.members[0] ?? '';
    case 'string':
    case 'match_kind':
    case 'void':
      return '';
    case 'struct':
      return { kind: 'struct', elements: type.fields.map((field) => defaultValue(field.type)) };
    case 'tuple':
      return { kind: 'struct', elements: type.elements.map(defaultValue) };
    case 'array':
      return {
        kind: 'struct',
        elements: Array.from({ length: type.size }, () => defaultValue(type.element)),
      };
    case 'list':
      return { kind: 'struct', elements: [] };
    case 'header':
      return { kind: 'header', valid: false, elements: type.fields.map((field) => defaultValue(field.type)) };
    case 'header_union':
      return { kind: 'union', elements: type.fields.map((field) => asHeader(defaultValue(field.type))) };
    case 'stack':
      return {
        kind: 'stack',
        nextIndex: 0,
        elements: Array.from({ length: type.size }, () => asElement(defaultValue(type.element))),
      };
    case 'extern':
      return { kind: 'object', object: {} };
  }
}

/** A copy that shares nothing. */
export function copyValue(value: Value): Value {
  if (typeof value !== 'object') return value;
  switch (value.kind) {
    case 'struct':
      return { kind: 'struct', elements: value.elements.map(copyValue) };
    case 'header':
      return copyHeader(value);
    case 'union':
      return { kind: 'union', elements: value.elements.map(copyHeader) };
    case 'stack':
      return {
        kind: 'stack',
        nextIndex: value.nextIndex,
        elements: value.elements.map((element) => asElement(copyValue(element))),
      };
    case 'varbit':
    case 'object':
      return value;
  }
}

function copyHeader(value: HeaderValue): HeaderValue {
  return { kind: 'header', valid: value.valid, elements: value.elements.map(copyValue) };
}

/** Whether two values are equal (specification §8.16 to §8.20). */
export function sameValue(left: Value, right: Value): boolean {
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (left.kind === 'varbit') {
    return right.kind === 'varbit' && left.width === right.width && left.value === right.value;
  }
  if (left.kind === 'object') return right.kind === 'object' && left.object === right.object;
  if (right.kind === 'varbit' || right.kind === 'object' || left.kind !== right.kind) return false;
  if (left.kind === 'header' && right.kind === 'header') {
    if (left.valid !== right.valid) return false;
    if (!left.valid) return true;
  }
  const others: readonly Value[] = right.elements;
  return left.elements.every((element, index) => {
    const other = others[index];
    return other !== undefined && sameValue(element, other);
  });
}

/** Whether a header, or any header of a union, is valid. */
export function isValid(value: Value): boolean {
  if (typeof value !== 'object') return false;
  if (value.kind === 'header') return value.valid;
  return value.kind === 'union' && value.elements.some((element) => element.valid);
}

/** A value that has to be a number. */
export function asNumber(value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  throw new InternalError('a number is wanted');
}

/** A value that has to be a header. */
export function asHeader(value: Value): HeaderValue {
  if (typeof value === 'object' && value.kind === 'header') return value;
  throw new InternalError('a header is wanted');
}

/** A value that has to be a stack. */
export function asStack(value: Value): StackValue {
  if (typeof value === 'object' && value.kind === 'stack') return value;
  throw new InternalError('a stack is wanted');
}

/** A value that can stand in a stack. */
export function asElement(value: Value): HeaderValue | UnionValue {
  if (typeof value === 'object' && (value.kind === 'header' || value.kind === 'union')) return value;
  throw new InternalError('a header or header union is wanted');
}

/** Makes a header invalid; nothing of its fields is left. */
export function invalidate(header: HeaderValue, type: Type): void {
  header.valid = false;
  if (type.kind !== 'header') return;
  for (const [index, field] of type.fields.entries()) header.elements[index] = defaultValue(field.type);
}
