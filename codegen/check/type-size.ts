/** How large a type is when everything in it is spelled out; types beyond reason are refused where they are written. */

import type { Referent } from './checked-program.ts';
import { fieldsOf } from './fields.ts';
import type { Type } from './types.ts';

/** Leaves and levels of a type with the fields of its structs put in. Elements of arrays count once. */
export type TypeSize = { readonly leaves: number; readonly depth: number };

/** No program has this many values in one variable. */
export const MAXIMUM_LEAVES = 200_000;

/** Types nested deeper than this would exhaust whoever walks them. */
export const MAXIMUM_TYPE_DEPTH = 200;

const LEAF: TypeSize = { leaves: 1, depth: 1 };
const TOO_LARGE: TypeSize = { leaves: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/**
 * The size of a type. Sizes already found stand in `known`, so that types which share parts cost what is written,
 * not what they unfold to.
 */
export function typeSize(
  declaredTypes: ReadonlyMap<Referent, Type>,
  known: Map<Type, TypeSize>,
  type: Type,
  level = 0,
): TypeSize {
  const found = known.get(type);
  if (found !== undefined) return found;
  if (level > MAXIMUM_TYPE_DEPTH) return TOO_LARGE;
  const size = combine(partsOf(declaredTypes, type), (part) =>
    typeSize(declaredTypes, known, part, level + 1),
  );
  known.set(type, size);
  return size;
}

function combine(parts: readonly Type[], sizeOf: (part: Type) => TypeSize): TypeSize {
  if (parts.length === 0) return LEAF;
  let leaves = 0;
  let depth = 0;
  for (const part of parts) {
    const size = sizeOf(part);
    leaves += size.leaves;
    depth = Math.max(depth, size.depth);
    if (leaves > MAXIMUM_LEAVES) return TOO_LARGE;
  }
  return { leaves, depth: depth + 1 };
}

function partsOf(declaredTypes: ReadonlyMap<Referent, Type>, type: Type): readonly Type[] {
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
      return fieldsOf(declaredTypes, type).map((field) => field.type);
    case 'tuple':
      return type.elements;
    case 'array':
    case 'list':
      return [type.element];
    case 'newtype':
      return [type.underlying];
    case 'extern':
    case 'parser_type':
    case 'control_type':
    case 'package':
      return type.typeArguments;
    default:
      return [];
  }
}
