/** The value that a variable has before the program gives it one: 0, false, the first member, an invalid header. */

import { InternalError } from '../diagnostics.ts';
import type { Span } from '../syntax/source.ts';
import type { Expression } from './expressions.ts';
import type { Type } from './types.ts';

/** Whether values of a type can be stored in variables. */
export function isStorable(type: Type): boolean {
  switch (type.kind) {
    case 'int':
    case 'string':
    case 'match_kind':
    case 'void':
    case 'list':
    case 'extern':
      return false;
    default:
      return true;
  }
}

/**
 * The default value of a type (specification §7.3), which is also what an uninitialised variable holds here.
 * @throws InternalError for a type that cannot be stored.
 */
export function defaultExpression(type: Type, span: Span): Expression {
  switch (type.kind) {
    case 'bits':
    case 'varbit':
    case 'int':
      return { kind: 'constant', type, value: 0n, span };
    case 'bool':
      return { kind: 'boolean', type, value: false, span };
    case 'string':
      return { kind: 'string', type, value: '', span };
    case 'error':
      return { kind: 'member', type, member: 'NoError', span };
    case 'enum':
      return { kind: 'member', type, member: type.members[0] ?? '', span };
    case 'header':
    case 'header_union':
      return { kind: 'invalid', type, span };
    case 'struct':
      return {
        kind: 'aggregate',
        type,
        elements: type.fields.map((field) => defaultExpression(field.type, span)),
        span,
      };
    case 'tuple':
      return {
        kind: 'aggregate',
        type,
        elements: type.elements.map((element) => defaultExpression(element, span)),
        span,
      };
    case 'stack':
    case 'array': {
      const element = defaultExpression(type.element, span);
      return { kind: 'aggregate', type, elements: new Array<Expression>(type.size).fill(element), span };
    }
    case 'list':
      return { kind: 'aggregate', type, elements: [], span };
    default:
      throw new InternalError(`a value of type ${type.kind} has no default`, span);
  }
}
