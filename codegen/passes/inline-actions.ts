/**
 * Puts the bodies of actions in the place of direct calls.
 *
 *     action a(inout bit<8> x) { x = 0; }
 *     apply { a(m.y); }             apply { a: { m.y = 0; } }
 *
 * Actions that tables run stay as they are; those that nothing uses any more stay too, for the control plane.
 */

import type { Action, Expression, Program, Statement, Variable } from '../ir/index.ts';
import { rewriteStatements } from '../ir/index.ts';
import { changeBodies, read, variablesIn } from './build.ts';
import { type Binding, bindingOf, copiesOf } from './inline-call.ts';
import type { Pass, PassContext } from './pass.ts';
import { renewLabels, substitution } from './substitute.ts';

type Declare = (variable: Variable) => Variable;

function inlineIn(
  actions: ReadonlyMap<string, Action>,
  statements: readonly Statement[],
  declare: Declare,
  context: PassContext,
): readonly Statement[] {
  return rewriteStatements(statements, {
    statement: (statement) => {
      if (statement.kind !== 'call' || statement.call.callee.kind !== 'action') return [statement];
      const called = actions.get(statement.call.callee.name);
      return called === undefined ? [statement] : inlineCall(called, statement, declare, context);
    },
  });
}

function inlineCall(
  called: Action,
  statement: Statement & { readonly kind: 'call' },
  declare: Declare,
  context: PassContext,
): readonly Statement[] {
  const { span } = statement;
  const fresh = (variable: Variable) =>
    declare({ ...context.temporary(variable.sourceName, variable.type, variable.span), role: 'local' });
  const values = new Map<Variable, Expression>();
  const copies = new Map<Variable, Variable>();
  const given = statement.call.arguments;
  const captured = variablesIn(called.body);
  const bindings: Binding[] = given.map((argument) => bindingOf(argument, given, captured));
  for (const [place, argument] of given.entries()) {
    const parameter = called.parameters[argument.position];
    const binding = bindings[place];
    if (parameter === undefined || binding === undefined) continue;
    if (binding.kind === 'reference') values.set(parameter.variable, binding.value);
    else {
      const own = fresh(parameter.variable);
      copies.set(parameter.variable, own);
      values.set(parameter.variable, read(own, argument.span));
    }
  }
  for (const local of called.locals) values.set(local, read(fresh(local), span));
  const { before, after } = copiesOf(
    called.parameters,
    given,
    bindings,
    (parameter) => copies.get(parameter.variable) ?? parameter.variable,
  );
  const label = context.freshName(called.sourceName);
  const renamed = renewLabels(rewriteStatements(called.body, substitution(values)), context.freshName);
  const returning = rewriteStatements(renamed, {
    statement: (inner) => [inner.kind === 'return' ? { kind: 'leave', label, span: inner.span } : inner],
  });
  // Copying out happens also where the action exits (specification §12.5).
  const body = rewriteStatements(returning, {
    statement: (inner) => (inner.kind === 'exit' ? [...after, inner] : [inner]),
  });
  return [...before, { kind: 'labelled', label, body, span }, ...after];
}

function run(program: Program, context: PassContext): Program {
  const done = new Map<string, Action>();
  const finish = (name: string): void => {
    const action = program.actions.get(name);
    if (action === undefined || done.has(name)) return;
    rewriteStatements(action.body, {
      statement: (statement) => {
        if (statement.kind === 'call' && statement.call.callee.kind === 'action')
          finish(statement.call.callee.name);
        return [statement];
      },
    });
    const locals = [...action.locals];
    const declare = (variable: Variable) => {
      locals.push(variable);
      return variable;
    };
    const body = inlineIn(done, action.body, declare, context);
    done.set(name, { ...action, body, locals });
  };
  for (const name of program.actions.keys()) finish(name);
  const inOrder = new Map(
    [...program.actions.keys()].flatMap((name) => {
      const action = done.get(name);
      return action === undefined ? [] : [[name, action] as const];
    }),
  );
  const inlined = changeBodies({ ...program, actions: new Map() }, (statements, declare) =>
    inlineIn(done, statements, declare, context),
  );
  return { ...inlined, actions: inOrder };
}

export const inlineActions: Pass = {
  name: 'inline-actions',
  summary: 'direct calls of actions become their bodies',
  run,
};
