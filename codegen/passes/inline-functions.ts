/**
 * Puts the bodies of functions in the place of their calls; afterwards there are no functions.
 *
 *     bit<8> f(inout bit<8> a) { a = a + 1; return a; }
 *     x = f(m.y);                   f: { m.y = m.y + 1; result = m.y; leave f; }
 *                                   x = result;
 *
 * An argument that shares its place with another is copied in and out instead.
 */

import type { Expression, Program, ProgramFunction, Statement, Variable } from '../ir/index.ts';
import { defaultExpression, rewriteStatements } from '../ir/index.ts';
import { assign, changeBodies, read } from './build.ts';
import { type Binding, bindingOf, copiesOf } from './inline-call.ts';
import type { Pass, PassContext } from './pass.ts';
import { renewLabels, substitution } from './substitute.ts';

type Declare = (variable: Variable) => Variable;
type CallStatement = Statement & { readonly kind: 'call' };

function inlineIn(
  functions: ReadonlyMap<string, ProgramFunction>,
  statements: readonly Statement[],
  declare: Declare,
  context: PassContext,
): readonly Statement[] {
  return rewriteStatements(statements, {
    statement: (statement) => {
      if (statement.kind !== 'call' || statement.call.callee.kind !== 'function') return [statement];
      const called = functions.get(statement.call.callee.name);
      return called === undefined ? [statement] : inlineCall(called, statement, declare, context);
    },
  });
}

function inlineCall(
  called: ProgramFunction,
  statement: CallStatement,
  declare: Declare,
  context: PassContext,
): readonly Statement[] {
  const { span } = statement;
  const fresh = (variable: Variable) =>
    declare({ ...context.temporary(variable.sourceName, variable.type, variable.span), role: 'local' });
  const values = new Map<Variable, Expression>();
  const copies = new Map<Variable, Variable>();
  const given = statement.call.arguments;
  const bindings: Binding[] = given.map((argument) => bindingOf(argument, given, new Set()));
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
  const result =
    called.returnType.kind === 'void'
      ? undefined
      : declare(context.temporary('result', called.returnType, span));
  const reset =
    result === undefined
      ? []
      : [assign(read(result, span), defaultExpression(called.returnType, span), span)];
  const renamed = renewLabels(rewriteStatements(called.body, substitution(values)), context.freshName);
  const body = rewriteStatements(renamed, {
    statement: (inner) => {
      if (inner.kind !== 'return') return [inner];
      const leave: Statement = { kind: 'leave', label, span: inner.span };
      return result === undefined || inner.value === undefined
        ? [leave]
        : [assign(read(result, inner.span), inner.value, inner.span), leave];
    },
  });
  const store =
    statement.result === undefined || result === undefined
      ? []
      : [assign(statement.result, read(result, span), span)];
  return [...before, ...reset, { kind: 'labelled', label, body, span }, ...after, ...store];
}

function run(program: Program, context: PassContext): Program {
  // Functions call only functions before them: one after the other, each has no calls left when it is used.
  const done = new Map<string, ProgramFunction>();
  const finish = (name: string): void => {
    const item = program.functions.get(name);
    if (item === undefined || done.has(name)) return;
    rewriteStatements(item.body, {
      statement: (statement) => {
        if (statement.kind === 'call' && statement.call.callee.kind === 'function')
          finish(statement.call.callee.name);
        return [statement];
      },
    });
    const locals = [...item.locals];
    const declare = (variable: Variable) => {
      locals.push(variable);
      return variable;
    };
    const body = inlineIn(done, item.body, declare, context);
    done.set(name, { ...item, body, locals });
  };
  for (const name of program.functions.keys()) finish(name);
  const inlined = changeBodies({ ...program, functions: new Map() }, (statements, declare) =>
    inlineIn(done, statements, declare, context),
  );
  // What implements abstract methods is called by the extern, which keeps it.
  const kept = new Map<string, ProgramFunction>();
  for (const instance of program.instances.values()) {
    for (const name of instance.methods.values()) {
      const item = done.get(name);
      if (item !== undefined) kept.set(name, item);
    }
  }
  return { ...inlined, functions: kept };
}

export const inlineFunctions: Pass = {
  name: 'inline-functions',
  summary: 'calls of functions become their bodies',
  run,
};
