/**
 * Puts the arguments that tables bind in their actions lists into the actions; afterwards actions that tables run
 * have only parameters without direction.
 *
 *     action a(inout bit<8> x, bit<8> v) { x = v; }
 *     table t { actions = { a(m.y); } … }
 *
 *     action a_0(bit<8> v) { x = m.y; x = v; m.y = x; }
 *     table t { actions = { a_0; } … }
 *
 * The new action keeps the name that the control plane knows.
 */

import type {
  Action,
  ActionCall,
  Block,
  Expression,
  Program,
  Statement,
  Table,
  TableAction,
  Variable,
} from '../ir/index.ts';
import { defaultExpression, isLValue, rewriteStatements } from '../ir/index.ts';
import { assign, isWritten, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';
import { renewLabels, substitution } from './substitute.ts';

/** The action with the arguments of one table put in. */
function bind(
  action: Action,
  listed: TableAction,
  owner: string,
  name: string,
  context: PassContext,
): Action {
  const { span } = listed;
  const values = new Map<Variable, Expression>();
  const fresh = (variable: Variable): Variable => ({
    ...context.temporary(variable.sourceName, variable.type, variable.span),
    role: variable.role,
    sourceName: variable.sourceName,
    annotations: variable.annotations,
    declaredType: variable.declaredType,
  });
  const locals: Variable[] = [];
  for (const local of action.locals) {
    const own = fresh(local);
    locals.push(own);
    values.set(local, read(own, span));
  }
  const parameters = action.parameters.flatMap((parameter) => {
    const own = fresh(parameter.variable);
    values.set(parameter.variable, read(own, span));
    if (parameter.direction === 'none') return [{ direction: parameter.direction, variable: own }];
    locals.push({ ...own, role: 'local' });
    values.set(parameter.variable, read(locals.at(-1) ?? own, span));
    return [];
  });
  const before: Statement[] = [];
  const after: Statement[] = [];
  for (const argument of listed.arguments) {
    const parameter = action.parameters[argument.position];
    const own = parameter === undefined ? undefined : values.get(parameter.variable);
    if (own?.kind !== 'variable') continue;
    const isIn = argument.value !== undefined && argument.direction !== 'out';
    const initial = isIn && argument.value !== undefined ? argument.value : defaultExpression(own.type, span);
    before.push(assign(own, initial, argument.span));
    if (isWritten(argument) && argument.value !== undefined && isLValue(argument.value))
      after.push(assign(argument.value, own, argument.span));
  }
  const label = context.freshName(action.sourceName);
  const renamed = renewLabels(rewriteStatements(action.body, substitution(values)), context.freshName);
  const body = rewriteStatements(renamed, {
    statement: (statement) => {
      if (statement.kind === 'return') return [{ kind: 'leave', label, span: statement.span }];
      return statement.kind === 'exit' ? [...after, statement] : [statement];
    },
  });
  return {
    ...action,
    name,
    owner,
    parameters,
    locals,
    body: [...before, { kind: 'labelled', label, body, span }, ...after],
  };
}

function run(program: Program, context: PassContext): Program {
  const actions = new Map(program.actions);
  const added = new Map<string, string[]>();
  const renamedIn = new Map<string, ReadonlyMap<string, string>>();
  const tables = new Map<string, Table>();
  for (const [tableName, table] of program.tables) {
    const names = new Map<string, string>();
    const listedActions = table.actions.map((listed) => {
      const action = program.actions.get(listed.action);
      if (action === undefined || listed.arguments.length === 0) return listed;
      const name = context.freshName(action.name);
      names.set(action.name, name);
      actions.set(name, bind(action, listed, table.owner, name, context));
      const list = added.get(table.owner) ?? [];
      list.push(name);
      added.set(table.owner, list);
      return { ...listed, action: name, arguments: [] };
    });
    if (names.size === 0) {
      tables.set(tableName, table);
      continue;
    }
    renamedIn.set(tableName, names);
    const rename = <T extends ActionCall>(call: T): T => ({
      ...call,
      action: names.get(call.action) ?? call.action,
    });
    tables.set(tableName, {
      ...table,
      actions: listedActions,
      defaultAction: table.defaultAction === undefined ? undefined : rename(table.defaultAction),
      entries: table.entries.map((entry) => ({ ...entry, action: rename(entry.action) })),
    });
  }
  if (renamedIn.size === 0) return program;
  // Labels of action_run name the actions of the table.
  const relabel = (statements: readonly Statement[]) =>
    rewriteStatements(statements, {
      statement: (statement) => {
        if (statement.kind !== 'apply' || statement.outcome.kind !== 'action_run') return [statement];
        const names = renamedIn.get(statement.table);
        if (names === undefined) return [statement];
        const cases = statement.outcome.cases.map((item) => ({
          ...item,
          labels: item.labels.map((label) => (label === undefined ? label : (names.get(label) ?? label))),
        }));
        return [{ ...statement, outcome: { ...statement.outcome, cases } }];
      },
    });
  const blocks = new Map(
    [...program.blocks].map(([name, block]): [string, Block] => {
      if (block.kind === 'parser') return [name, block];
      const more = added.get(name) ?? [];
      return [name, { ...block, body: relabel(block.body), actions: [...block.actions, ...more] }];
    }),
  );
  return { ...program, actions, tables, blocks };
}

export const bindTableActions: Pass = {
  name: 'bind-table-actions',
  summary: 'arguments bound in actions lists move into the actions',
  run,
};
