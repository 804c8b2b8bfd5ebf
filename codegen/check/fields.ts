/** The fields of structs, headers and header unions, and what follows from them. */

import type { StructField } from '../syntax/ast.ts';
import type { Referent } from './checked-program.ts';
import type { StructLikeType, Type } from './types.ts';
import { bindTypeParameters, substitute, UNKNOWN } from './types.ts';

/** One field with its type, type arguments put in. */
export type Field = { readonly name: string; readonly type: Type; readonly field: StructField };

/** Whether a type is a struct, header or header union. */
export function isStructLike(type: Type): type is StructLikeType {
  return type.kind === 'struct' || type.kind === 'header' || type.kind === 'header_union';
}

/** Whether an array type is a header stack (specification §7.2.3). */
export function isHeaderStack(type: Type): boolean {
  return type.kind === 'array' && (type.element.kind === 'header' || type.element.kind === 'header_union');
}

/**
 * The fields of a type in order of declaration.
 * @param declaredTypes The types of the fields as declared (`CheckedProgram.declaredTypes`).
 */
export function fieldsOf(declaredTypes: ReadonlyMap<Referent, Type>, type: StructLikeType): readonly Field[] {
  const substitution = bindTypeParameters(type.declaration.typeParameters, type.typeArguments);
  return type.declaration.fields.map((field) => ({
    name: field.name.name,
    type: substitute(declaredTypes.get(field) ?? UNKNOWN, substitution),
    field,
  }));
}

/** The least and greatest size of a type in bits, or undefined where it has none (specification §9). */
export type SizeInBits = { readonly minimum: number; readonly maximum: number };

/** How deep types may nest before a size is given up on; declared types cannot nest deeper than they are declared. */
const MAXIMUM_DEPTH = 500;

/** The size of a type in bits (specification §9, the table of minSizeInBits and maxSizeInBits). */
export function sizeInBits(
  declaredTypes: ReadonlyMap<Referent, Type>,
  type: Type,
  depth = 0,
): SizeInBits | undefined {
  if (depth > MAXIMUM_DEPTH) return undefined;
  const inner = (part: Type) => sizeInBits(declaredTypes, part, depth + 1);
  switch (type.kind) {
    case 'bits':
      return { minimum: type.width, maximum: type.width };
    case 'bool':
      return { minimum: 1, maximum: 1 };
    case 'varbit':
      return { minimum: 0, maximum: type.width };
    case 'serializable_enum':
    case 'newtype':
      return inner(type.underlying);
    case 'type_name':
      return inner(type.type);
    case 'tuple':
    case 'list_expression':
      return sum(type.elements.map(inner));
    case 'struct':
    case 'header':
      return sum(fieldsOf(declaredTypes, type).map((field) => inner(field.type)));
    case 'header_union': {
      const sizes = fieldsOf(declaredTypes, type).map((field) => inner(field.type));
      const known = sizes.filter((size) => size !== undefined);
      if (known.length !== sizes.length) return undefined;
      return {
        minimum: Math.max(0, ...known.map((size) => size.minimum)),
        maximum: Math.max(0, ...known.map((size) => size.maximum)),
      };
    }
    case 'array': {
      const element = inner(type.element);
      if (element === undefined) return undefined;
      return { minimum: element.minimum * type.size, maximum: element.maximum * type.size };
    }
    default:
      return undefined;
  }
}

function sum(sizes: readonly (SizeInBits | undefined)[]): SizeInBits | undefined {
  let minimum = 0;
  let maximum = 0;
  for (const size of sizes) {
    if (size === undefined) return undefined;
    minimum += size.minimum;
    maximum += size.maximum;
  }
  return { minimum, maximum };
}
