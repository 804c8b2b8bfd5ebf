/** The type arguments of blocks that are generic themselves, which the specification leaves to interfaces. */

import type { Substitution, Type } from '../../check/types.ts';
import type { TypeParameter } from '../../syntax/ast.ts';

/** A type as declared, with variables, and the type that stands in its place. */
export type Pair = { readonly own: Type; readonly given: Type };

/** What the type parameters stand for, so that the types as declared become those given. */
export function inferSubstitution(
  parameters: readonly TypeParameter[],
  pairs: readonly Pair[],
): Substitution {
  const found = new Map<TypeParameter, Type>();
  for (const { own, given } of pairs) match(new Set(parameters), own, given, found);
  return found;
}

function match(
  parameters: ReadonlySet<TypeParameter>,
  own: Type,
  given: Type,
  found: Map<TypeParameter, Type>,
): void {
  if (own.kind === 'variable') {
    if (parameters.has(own.parameter) && !found.has(own.parameter)) found.set(own.parameter, given);
    return;
  }
  const parts = partsOf(own);
  const others = partsOf(given);
  if (own.kind !== given.kind || parts.length !== others.length) return;
  for (const [index, part] of parts.entries()) {
    const other = others[index];
    if (other !== undefined) match(parameters, part, other, found);
  }
}

function partsOf(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
    case 'extern':
      return type.typeArguments;
    case 'tuple':
      return type.elements;
    case 'array':
    case 'list':
      return [type.element];
    default:
      return [];
  }
}
