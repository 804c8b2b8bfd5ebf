/** Which expressions can be assigned to (specification §6.7). */

import type { Related } from '../diagnostics.ts';
import type { Expression } from '../syntax/ast.ts';
import { type Checker, declaredHere, typeOf } from './checker.ts';

/** Why an expression cannot be assigned to. */
export type NotAssignable = { readonly reason: string; readonly related: readonly Related[] };

/** Why `expression` is no l-value, or undefined when it is one (or is already known to be wrong). */
export function whyNotAssignable(checker: Checker, expression: Expression): NotAssignable | undefined {
  switch (expression.kind) {
    case 'MissingExpression':
      return undefined;
    case 'ParenthesizedExpression':
      return whyNotAssignable(checker, expression.inner);
    case 'NameExpression': {
      const referent = checker.references.get(expression);
      if (referent === undefined || referent.kind === 'VariableDeclaration') return undefined;
      const related = declaredHere(referent);
      const name = expression.name.name;
      if (referent.kind === 'Parameter') {
        if (referent.direction === 'out' || referent.direction === 'inout') return undefined;
        return {
          reason:
            referent.direction === 'in'
              ? `'${name}' is an 'in' parameter, which is read-only`
              : `'${name}' is a parameter without direction, which is read-only`,
          related,
        };
      }
      if (referent.kind === 'ConstantDeclaration') return { reason: `'${name}' is a constant`, related };
      return { reason: `'${name}' is not a variable`, related };
    }
    case 'MemberExpression': {
      const target = typeOf(checker, expression.target);
      if (
        target.kind === 'array' &&
        (expression.member.name === 'lastIndex' || expression.member.name === 'size')
      ) {
        return { reason: `'${expression.member.name}' of a header stack can only be read`, related: [] };
      }
      if (typeOf(checker, expression).kind === 'unknown') return undefined;
      return whyNotAssignable(checker, expression.target);
    }
    case 'IndexExpression':
      if (typeOf(checker, expression.target).kind === 'tuple') {
        return { reason: 'one element of a tuple cannot be assigned by itself', related: [] };
      }
      return whyNotAssignable(checker, expression.target);
    case 'SliceExpression':
    case 'PartSelectExpression':
      return whyNotAssignable(checker, expression.target);
    case 'ThisExpression':
      return { reason: "'this' is an object, not a variable", related: [] };
    case 'CallExpression':
      return { reason: 'the result of a call is a value, not a variable', related: [] };
    default:
      return { reason: 'it is a value, not a variable', related: [] };
  }
}
