/**
 * Makes every table key a plain place: a variable, a field, a slice of one, or `isValid()`.
 *
 *     key = { h.a + 1 : exact; }  t.apply();        key = { key_0 : exact; }  key_0 = h.a + 1; t.apply();
 */

import type { Expression, Program, Statement, Table, Variable } from '../ir/index.ts';
import { mapValues, rewriteStatements } from '../ir/index.ts';
import { assign, isFixedPlace, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

/** Whether targets can match an expression as it is. */
export function isPlainKey(expression: Expression): boolean {
  if (expression.kind === 'slice') return isFixedPlace(expression.target);
  if (expression.kind === 'is_valid') return isFixedPlace(expression.target);
  return isFixedPlace(expression);
}

function run(program: Program, context: PassContext): Program {
  const before = new Map<string, readonly Statement[]>();
  const locals = new Map<string, Variable[]>();
  const tables = mapValues(program.tables, (table): Table => {
    const statements: Statement[] = [];
    const keys = table.keys.map((key) => {
      const { expression, span } = key;
      if (isPlainKey(expression)) return key;
      const variable = context.temporary('key', expression.type, span);
      const own = locals.get(table.owner) ?? [];
      own.push(variable);
      locals.set(table.owner, own);
      statements.push(assign(read(variable, span), expression, span));
      return { ...key, expression: read(variable, span) };
    });
    if (statements.length === 0) return table;
    before.set(table.name, statements);
    return { ...table, keys };
  });
  if (before.size === 0) return program;
  const blocks = mapValues(program.blocks, (block) => {
    const added = locals.get(block.name);
    if (block.kind === 'parser' || added === undefined) return block;
    const body = rewriteStatements(block.body, {
      statement: (statement) =>
        statement.kind === 'apply' ? [...(before.get(statement.table) ?? []), statement] : [statement],
    });
    return { ...block, body, locals: [...block.locals, ...added] };
  });
  return { ...program, tables, blocks };
}

export const simplifyKeys: Pass = {
  name: 'simplify-keys',
  summary: 'keys of tables are places; what they compute is computed before',
  run,
};
