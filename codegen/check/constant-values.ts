/** Values that are known while compiling (specification §18.1). */

import type { CallExpression, Identifier, Instantiation } from '../syntax/ast.ts';
import type { Type } from './types.ts';

export type ConstantValue =
  /** A number; its width, if it has one, is that of its type. Signed values are negative where they are. */
  | { readonly kind: 'integer'; readonly value: bigint }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'string'; readonly value: string }
  /** A member of `error`, `match_kind` or an enum without representation. */
  | { readonly kind: 'member'; readonly member: Identifier }
  /** A tuple, list, or list expression. */
  | { readonly kind: 'sequence'; readonly elements: readonly ConstantValue[] }
  /** A struct or valid header, by field name. */
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, ConstantValue> }
  | { readonly kind: 'invalid_header' }
  /** An instance made by a declaration or constructor call. */
  | { readonly kind: 'instance'; readonly origin: Instantiation | CallExpression }
  /** A value that is compile-time known but only once a constructor is called: it depends on a constructor parameter. */
  | { readonly kind: 'parametric'; readonly type: Type };

/** `value` cut to `width` bits, as two's complement when `signed` (specification §8.6, §8.7). */
export function wrapToWidth(value: bigint, width: number, signed: boolean): bigint {
  return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}

/** Whether `value` can be held in `width` bits. */
export function fitsWidth(value: bigint, width: number, signed: boolean): boolean {
  return wrapToWidth(value, width, signed) === value;
}

/** Whether two constants are the same value; parametric values are never known to be. */
export function sameConstant(left: ConstantValue, right: ConstantValue): boolean {
  switch (left.kind) {
    case 'integer':
    case 'boolean':
    case 'string':
      return left.kind === right.kind && left.value === right.value;
    case 'member':
      return right.kind === 'member' && left.member === right.member;
    case 'sequence':
      return (
        right.kind === 'sequence' &&
        left.elements.length === right.elements.length &&
        left.elements.every((element, index) => {
          const other = right.elements[index];
          return other !== undefined && sameConstant(element, other);
        })
      );
    case 'record':
      return (
        right.kind === 'record' &&
        left.fields.size === right.fields.size &&
        [...left.fields].every(([name, value]) => {
          const other = right.fields.get(name);
          return other !== undefined && sameConstant(value, other);
        })
      );
    case 'invalid_header':
      return right.kind === 'invalid_header';
    case 'instance':
      return right.kind === 'instance' && left.origin === right.origin;
    case 'parametric':
      return false;
  }
}
