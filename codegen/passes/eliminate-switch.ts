/**
 * Replaces `switch` on values; that on the action that a table ran stays.
 *
 *     switch (x) { 1: 2: { a; } default: { b; } }      if (x == 1 || x == 2) { a; } else { b; }
 */

import type { Expression, Program, Statement } from '../ir/index.ts';
import { rewriteStatements } from '../ir/index.ts';
import { assign, changeBodies, equal, isFixedPlace, or, read, when } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

type Switch = Statement & { readonly kind: 'switch' };

function chain(statement: Switch, value: Expression): readonly Statement[] {
  const { span } = statement;
  const fallback = statement.cases.find((item) => item.labels.includes(undefined))?.body ?? [];
  return statement.cases.reduceRight<readonly Statement[]>((otherwise, item) => {
    const labels = item.labels.filter((label) => label !== undefined);
    const [first, ...others] = labels.map((label) => equal(value, label));
    // A body that `default` leads to too runs either way.
    if (first === undefined || item.body === fallback) return otherwise;
    return when(others.reduce(or, first), item.body, otherwise, span);
  }, fallback);
}

function run(program: Program, context: PassContext): Program {
  return changeBodies(program, (statements, declare) => {
    const edits = {
      statement: (statement: Statement): readonly Statement[] => {
        if (statement.kind !== 'switch') return [statement];
        const { value, span } = statement;
        // The value is computed once; a plain place cannot change while the labels are compared.
        if (isFixedPlace(value)) return chain(statement, value);
        const variable = declare(context.temporary('switch', value.type, span));
        return [assign(read(variable, span), value, span), ...chain(statement, read(variable, span))];
      },
    };
    return rewriteStatements(statements, edits);
  });
}

export const eliminateSwitch: Pass = {
  name: 'eliminate-switch',
  summary: 'switches on values become conditionals',
  run,
};
