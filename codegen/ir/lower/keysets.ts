/** Lowering of keysets and of the keys they match: one keyset for each scalar key. */

import { InternalError } from '../../diagnostics.ts';
import type * as ast from '../../syntax/ast.ts';
import { defaultExpression } from '../defaults.ts';
import type { Expression } from '../expressions.ts';
import type { Keyset } from '../program.ts';
import { BIT32, type Type } from '../types.ts';
import { coerce } from './coerce.ts';
import { lowerExpression } from './expressions.ts';
import { lowerType, naturalType, type Scope, withoutParentheses } from './scope.ts';

/** The scalars that a key consists of: a tuple or struct is its parts. */
export function flattenKey(key: Expression): readonly Expression[] {
  const { type, span } = key;
  if (type.kind !== 'tuple' && type.kind !== 'struct') return [key];
  if (key.kind === 'aggregate') return key.elements.flatMap(flattenKey);
  if (type.kind === 'struct') {
    return type.fields.flatMap((field) =>
      flattenKey({ kind: 'field', target: key, field: field.name, type: field.type, span }),
    );
  }
  return type.elements.flatMap((element, index) => {
    const place: Expression = { kind: 'constant', type: BIT32, value: BigInt(index), span };
    return flattenKey({ kind: 'index', target: key, index: place, type: element, span });
  });
}

/** How many scalars a type consists of. */
function scalarCount(type: Type): number {
  if (type.kind === 'tuple') return type.elements.reduce((sum, element) => sum + scalarCount(element), 0);
  if (type.kind === 'struct') return type.fields.reduce((sum, field) => sum + scalarCount(field.type), 0);
  return 1;
}

/**
 * Lowers what a select case or a table entry matches.
 * @param keys The types of the keys as written.
 * @returns A keyset for each scalar of the keys.
 */
export function lowerKeysets(scope: Scope, keyset: ast.Expression, keys: readonly Type[]): readonly Keyset[] {
  const written = withoutParentheses(keyset);
  if (written.kind === 'TupleKeysetExpression') {
    return written.elements.flatMap((element, index) =>
      lowerOne(scope, element, typeAt(keys, index, element)),
    );
  }
  const [only] = keys;
  if (
    written.kind === 'ListExpression' &&
    (keys.length > 1 || (only !== undefined && scalarCount(only) === 1))
  ) {
    return written.elements.flatMap((element, index) =>
      lowerOne(scope, element, typeAt(keys, index, element)),
    );
  }
  if (written.kind === 'DefaultExpression' || written.kind === 'DontCareExpression') {
    return keys.flatMap(anyOf);
  }
  const valueSet = valueSetOf(scope, written);
  if (valueSet !== undefined) {
    return [
      { kind: 'value_set', name: valueSet, keys: keys.reduce((sum, key) => sum + scalarCount(key), 0) },
    ];
  }
  if (only === undefined) return [];
  return lowerOne(scope, written, only);
}

function typeAt(keys: readonly Type[], index: number, place: ast.Expression): Type {
  const type = keys[index];
  if (type === undefined) throw new InternalError('a keyset matches more than there is', place.span);
  return type;
}

function anyOf(type: Type): readonly Keyset[] {
  return new Array<Keyset>(scalarCount(type)).fill({ kind: 'any' });
}

function valueSetOf(scope: Scope, keyset: ast.Expression): string | undefined {
  if (keyset.kind !== 'NameExpression') return undefined;
  const referent = scope.lowering.checked.references.get(keyset);
  return referent?.kind === 'ValueSetDeclaration' ? scope.valueSets.get(referent) : undefined;
}

function lowerOne(scope: Scope, keyset: ast.Expression, type: Type): readonly Keyset[] {
  const written = withoutParentheses(keyset);
  switch (written.kind) {
    case 'DefaultExpression':
    case 'DontCareExpression':
      return anyOf(type);
    case 'MaskExpression':
      return [
        {
          kind: 'mask',
          value: coerce(lowerExpression(scope, written.value), type),
          mask: coerce(lowerExpression(scope, written.mask), type),
        },
      ];
    case 'RangeExpression':
      return [
        {
          kind: 'range',
          low: coerce(lowerExpression(scope, written.low), type),
          high: coerce(lowerExpression(scope, written.high), type),
        },
      ];
    case 'TupleKeysetExpression':
    case 'ListExpression': {
      const parts = partsOf(type);
      return written.elements.flatMap((element, index) =>
        lowerOne(scope, element, typeAt(parts, index, element)),
      );
    }
    case 'DotsExpression':
      return flattenKey(defaultExpression(type, written.span)).map((value) => ({ kind: 'value', value }));
    default: {
      const valueSet = valueSetOf(scope, written);
      if (valueSet !== undefined) return [{ kind: 'value_set', name: valueSet, keys: scalarCount(type) }];
      const value = coerce(lowerExpression(scope, written), type);
      return flattenKey(value).map((part) => ({ kind: 'value', value: part }));
    }
  }
}

function partsOf(type: Type): readonly Type[] {
  if (type.kind === 'tuple') return type.elements;
  if (type.kind === 'struct') return type.fields.map((field) => field.type);
  return [type];
}

/** Lowers an expression that is matched. A number without a width takes that of what it is matched with. */
export function lowerKey(
  scope: Scope,
  key: ast.Expression,
  matched: readonly (ast.Expression | undefined)[],
): Expression {
  const lowered = lowerExpression(scope, key);
  if (lowered.type.kind !== 'int') return lowered;
  for (const keyset of matched) {
    if (keyset === undefined) continue;
    const inner = keyset.kind === 'MaskExpression' ? keyset.value : keyset;
    const type = scope.lowering.checked.types.get(inner);
    if (type?.kind === 'bits') return coerce(lowered, lowerType(scope, naturalType(scope, inner), key.span));
  }
  return coerce(lowered, BIT32);
}
