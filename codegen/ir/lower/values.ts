/** Compile-time values as expressions of the lowered program. */

import type { ConstantValue } from '../../check/constant-values.ts';
import { wrapToWidth } from '../../check/constant-values.ts';
import { InternalError } from '../../diagnostics.ts';
import type { ExternInstance, Value } from '../../evaluate/instances.ts';
import type { Span } from '../../syntax/source.ts';
import { defaultExpression } from '../defaults.ts';
import type { Aggregate, Expression, InstanceReference } from '../expressions.ts';
import type { Type } from '../types.ts';
import { findMade, type Scope } from './scope.ts';

/** A reference to an extern object. */
export function instanceReference(
  scope: Pick<Scope, 'lowering'>,
  instance: ExternInstance,
  span: Span,
): InstanceReference {
  const name = scope.lowering.demand.instance(instance);
  const type = scope.lowering.instances.get(name)?.type;
  if (type === undefined) throw new InternalError('an extern object was not made', span);
  return { kind: 'instance', instance: name, index: undefined, type, span };
}

/** The type of element `index` of an aggregate. */
export function elementType(type: Aggregate['type'], index: number): Type | undefined {
  switch (type.kind) {
    case 'struct':
    case 'header':
      return type.fields[index]?.type;
    case 'tuple':
      return type.elements[index];
    case 'stack':
    case 'array':
    case 'list':
      return type.element;
  }
}

/** Whether a type's values can be written as aggregates. */
export function isAggregateType(type: Type): type is Aggregate['type'] {
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'tuple':
    case 'stack':
    case 'array':
    case 'list':
      return true;
    default:
      return false;
  }
}

/**
 * A compile-time value of the given type as an expression; undefined when the value is not one that can be
 * written as such (an instance of a block, a value that depends on what is not known).
 */
export function valueExpression(
  scope: Scope,
  value: ConstantValue | Value,
  type: Type,
  span: Span,
): Expression | undefined {
  switch (value.kind) {
    case 'integer':
      if (type.kind === 'bits') {
        return { kind: 'constant', type, value: wrapToWidth(value.value, type.width, type.signed), span };
      }
      if (type.kind === 'bool') return { kind: 'boolean', type, value: value.value !== 0n, span };
      return type.kind === 'int' ? { kind: 'constant', type, value: value.value, span } : undefined;
    case 'boolean':
      if (type.kind === 'bits') return { kind: 'constant', type, value: value.value ? 1n : 0n, span };
      return type.kind === 'bool' ? { kind: 'boolean', type, value: value.value, span } : undefined;
    case 'string':
      return type.kind === 'string' ? { kind: 'string', type, value: value.value, span } : undefined;
    case 'member':
      return type.kind === 'enum' || type.kind === 'error' || type.kind === 'match_kind'
        ? { kind: 'member', type, member: value.member.name, span }
        : undefined;
    case 'invalid_header':
      return type.kind === 'header' || type.kind === 'header_union'
        ? { kind: 'invalid', type, span }
        : undefined;
    case 'sequence': {
      if (!isAggregateType(type)) return undefined;
      const elements: Expression[] = [];
      for (const [index, element] of value.elements.entries()) {
        const wanted = elementType(type, index);
        const lowered = wanted === undefined ? undefined : valueExpression(scope, element, wanted, span);
        if (lowered === undefined) return undefined;
        elements.push(lowered);
      }
      return { kind: 'aggregate', type, elements: padded(type, elements, span), span };
    }
    case 'record': {
      if (type.kind !== 'struct' && type.kind !== 'header') return undefined;
      const elements: Expression[] = [];
      for (const field of type.fields) {
        const given = value.fields.get(field.name);
        const lowered =
          given === undefined
            ? defaultExpression(field.type, span)
            : valueExpression(scope, given, field.type, span);
        if (lowered === undefined) return undefined;
        elements.push(lowered);
      }
      return { kind: 'aggregate', type, elements, span };
    }
    case 'instance': {
      const made = findMade(scope, value.origin);
      return made?.kind === 'extern' ? instanceReference(scope, made, span) : undefined;
    }
    case 'extern':
      return instanceReference(scope, value, span);
    default:
      return undefined;
  }
}

/** Fills up with default values. */
export function padded(
  type: Aggregate['type'],
  elements: readonly Expression[],
  span: Span,
): readonly Expression[] {
  const wanted =
    type.kind === 'list'
      ? elements.length
      : type.kind === 'struct' || type.kind === 'header'
        ? type.fields.length
        : type.kind === 'tuple'
          ? type.elements.length
          : type.size;
  if (elements.length >= wanted) return elements;
  const filled = [...elements];
  for (let index = filled.length; index < wanted; index++) {
    const missing = elementType(type, index);
    if (missing !== undefined) filled.push(defaultExpression(missing, span));
  }
  return filled;
}
