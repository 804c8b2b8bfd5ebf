/** Which types may stand inside which (specification §7.2.8, the table of type nesting rules). */

import type { Span } from '../syntax/source.ts';
import type { Referent } from './checked-program.ts';
import { fieldsOf, isStructLike } from './fields.ts';
import type { Type } from './types.ts';

/** The kinds of container that the table has columns for. */
export type Container = 'header' | 'header_union' | 'struct' | 'tuple' | 'list' | 'array';

/** What is needed to look into types. */
export type NestingContext = {
  readonly declaredTypes: ReadonlyMap<Referent, Type>;
  readonly head: (type: Type) => Type;
};

/** A type at fault inside another, with the place where it is written when that is in a declaration. */
export type NestingProblem = {
  readonly type: Type;
  readonly container: Container;
  readonly span: Span | undefined;
};

/** Whether `inner` may be an element of `container`. Type variables may: they are looked at when they are bound. */
export function mayContain(context: NestingContext, container: Container, inner: Type): boolean {
  const type = context.head(inner);
  switch (type.kind) {
    case 'unknown':
    case 'variable':
    case 'inference':
    case 'dont_care':
      return true;
    case 'bits':
    case 'varbit':
    case 'bool':
      return container !== 'header_union';
    case 'int':
    case 'match_kind':
      // Tuples of these are constants, and the elements of lists (docs/design/language.md).
      return container === 'list' || container === 'tuple';
    case 'string':
      return container === 'list';
    case 'error':
      return container === 'struct' || container === 'tuple' || container === 'list' || container === 'array';
    case 'enum':
      return container !== 'header' && container !== 'header_union';
    case 'serializable_enum':
      return container !== 'header_union';
    case 'newtype':
      return mayContain(context, container, type.underlying);
    case 'header':
      return container !== 'header';
    case 'header_union':
      return container === 'struct' || container === 'tuple' || container === 'list' || container === 'array';
    case 'array': {
      const element = context.head(type.element);
      const isStack = element.kind === 'header' || element.kind === 'header_union';
      if (isStack) return container === 'struct' || container === 'tuple' || container === 'list';
      return container !== 'header_union' && container !== 'list';
    }
    case 'struct':
      if (container === 'header') return isPlain(context, type);
      return container !== 'header_union';
    case 'tuple':
      return container === 'struct' || container === 'tuple' || container === 'list';
    case 'list':
      return container === 'list';
    case 'extern':
      return container === 'array';
    default:
      return false;
  }
}

/** Whether a struct can be part of a header: only numbers, bools, serializable enums and such structs inside (note 2 of the table). */
function isPlain(context: NestingContext, type: Type): boolean {
  const head = context.head(type);
  switch (head.kind) {
    case 'unknown':
    case 'variable':
    case 'bits':
    case 'bool':
    case 'serializable_enum':
      return true;
    case 'newtype':
      return isPlain(context, head.underlying);
    case 'array':
      return isPlain(context, head.element);
    case 'struct':
      return fieldsOf(context.declaredTypes, head).every((field) => isPlain(context, field.type));
    default:
      return false;
  }
}

/** The first field of a specialized struct-like type that its type arguments make illegal. */
export function findNestingProblem(context: NestingContext, type: Type): NestingProblem | undefined {
  const head = context.head(type);
  if (!isStructLike(head) || head.typeArguments.length === 0) return undefined;
  for (const field of fieldsOf(context.declaredTypes, head)) {
    if (!mayContain(context, head.kind, field.type)) {
      return { type: field.type, container: head.kind, span: field.field.span };
    }
  }
  return undefined;
}

/** A container in words, with its article. */
export function describeContainer(container: Container): string {
  switch (container) {
    case 'header':
      return 'a header';
    case 'header_union':
      return 'a header union';
    case 'struct':
      return 'a struct';
    case 'tuple':
      return 'a tuple';
    case 'list':
      return 'a list';
    case 'array':
      return 'an array';
  }
}
