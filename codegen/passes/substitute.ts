/** Putting expressions in the place of variables. */

import type { Edits, Expression, Statement, Variable } from '../ir/index.ts';
import { rewriteStatements } from '../ir/index.ts';

/** Edits that replace each variable of the map, read or written, by what it stands for. */
export function substitution(values: ReadonlyMap<Variable, Expression>): Edits {
  return {
    expression: (expression) => {
      if (expression.kind !== 'variable') return expression;
      const value = values.get(expression.variable);
      return value === undefined ? expression : { ...value, span: expression.span };
    },
    statement: (statement) => {
      if (statement.kind !== 'for_in') return [statement];
      const value = values.get(statement.variable);
      return value?.kind === 'variable' ? [{ ...statement, variable: value.variable }] : [statement];
    },
  };
}

/** Gives a body variables and labels of its own, so that it can stand in the program more than once. */
export function renewed(
  statements: readonly Statement[],
  variables: readonly Variable[],
  fresh: (variable: Variable) => Variable,
): { readonly statements: readonly Statement[]; readonly variables: readonly Variable[] } {
  const copies = new Map<Variable, Expression>();
  const made = variables.map((variable) => {
    const copy = fresh(variable);
    copies.set(variable, { kind: 'variable', variable: copy, type: copy.type, span: copy.span });
    return copy;
  });
  return { statements: rewriteStatements(statements, substitution(copies)), variables: made };
}

/** Gives labels that only this copy of a body has. */
export function renewLabels(
  statements: readonly Statement[],
  freshName: (base: string) => string,
): readonly Statement[] {
  const labels = new Map<string, string>();
  const nameOf = (label: string) => {
    const known = labels.get(label);
    if (known !== undefined) return known;
    const name = freshName(label);
    labels.set(label, name);
    return name;
  };
  const defined = new Set<string>();
  collectLabels(statements, defined);
  if (defined.size === 0) return statements;
  return rewriteStatements(statements, {
    statement: (statement) => {
      if ((statement.kind === 'labelled' || statement.kind === 'leave') && defined.has(statement.label))
        return [{ ...statement, label: nameOf(statement.label) }];
      return [statement];
    },
  });
}

function collectLabels(statements: readonly Statement[], into: Set<string>): void {
  rewriteStatements(statements, {
    statement: (statement) => {
      if (statement.kind === 'labelled') into.add(statement.label);
      return [statement];
    },
  });
}
