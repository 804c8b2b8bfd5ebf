/** Lowering of functions and actions. */

import { bindTypeParameters, type Type as CheckedType } from '../../check/types.ts';
import type { ActionInstance, ExternInstance } from '../../evaluate/instances.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Action, Parameter } from '../program.ts';
import { showType, VOID } from '../types.ts';
import { directionOf } from './calls.ts';
import { constantsOf, declareVariable, inside, type Lowering, lowerType, type Scope } from './scope.ts';
import { lowerStatements } from './statements.ts';

/** The scope of what stands at top level. */
export function topScope(lowering: Lowering): Scope {
  return {
    lowering,
    block: undefined,
    owner: undefined,
    variables: new Map(),
    outer: undefined,
    locals: [],
    constants: constantsOf(lowering, new Map(), new Map()),
    substitution: new Map(),
    actions: new Map(),
    tables: new Map(),
    valueSets: new Map(),
    self: undefined,
  };
}

/** Declares parameters. */
export function lowerParameters(scope: Scope, parameters: readonly ast.Parameter[]): readonly Parameter[] {
  return parameters.map((parameter) => ({
    direction: directionOf(parameter),
    variable: declareVariable(scope, parameter, 'parameter'),
  }));
}

/** The name of a function with its type arguments put in; lowers it when it is met first. */
export function demandFunction(
  lowering: Lowering,
  declaration: ast.FunctionDeclaration,
  typeArguments: readonly CheckedType[],
): string {
  const key = typeArguments.map((type) => showType(lowering.types.lower(type, declaration.span))).join(', ');
  let specialized = lowering.specialized.get(declaration);
  if (specialized === undefined) {
    specialized = new Map();
    lowering.specialized.set(declaration, specialized);
  }
  const known = specialized.get(key);
  if (known !== undefined) return known;
  const base = declaration.name.name;
  const name = lowering.names.fresh(key === '' ? base : `${base}<${key}>`);
  specialized.set(key, name);
  const substitution = bindTypeParameters(declaration.typeParameters, typeArguments);
  const scope = inside(topScope(lowering), {
    substitution,
    constants: constantsOf(lowering, new Map(), substitution),
  });
  lowerFunction(scope, declaration, name);
  return name;
}

/** Lowers a function under a name. */
export function lowerFunction(scope: Scope, declaration: ast.FunctionDeclaration, name: string): void {
  const parameters = lowerParameters(scope, declaration.parameters);
  const written = scope.lowering.checked.writtenTypes.get(declaration.returnType);
  const returnType = written === undefined ? VOID : lowerType(scope, written, declaration.span);
  const body = lowerStatements(scope, declaration.body.statements);
  scope.lowering.functions.set(name, {
    kind: 'function',
    name,
    sourceName: declaration.name.name,
    parameters,
    returnType,
    locals: scope.locals,
    body,
    annotations: declaration.annotations,
    span: declaration.name.span,
  });
}

/** Lowers the functions that implement an extern's abstract methods; gives their names by method. */
export function lowerMethods(
  lowering: Lowering,
  instance: ExternInstance,
  name: string,
  around: Scope,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const [method, declaration] of instance.methods) {
    const functionName = lowering.names.fresh(`${name}.${method}`);
    names.set(method, functionName);
    lowerFunction(inside(around, { self: instance }), declaration, functionName);
  }
  return names;
}

/** Lowers an action under a name; `scope` is that of its control, or of the top level. */
export function lowerAction(
  scope: Scope,
  declaration: ast.ActionDeclaration,
  instance: ActionInstance | undefined,
  name: string,
): void {
  const own = inside(scope);
  const parameters = lowerParameters(own, declaration.parameters);
  const action: Action = {
    kind: 'action',
    name,
    sourceName: declaration.name.name,
    controlPlaneName: instance?.name.controlPlane ?? declaration.name.name,
    hidden: instance?.name.hidden ?? false,
    owner: scope.owner,
    parameters,
    locals: own.locals,
    body: lowerStatements(own, declaration.body.statements),
    annotations: declaration.annotations,
    span: declaration.name.span,
  };
  scope.lowering.actions.set(name, action);
}

/** The name of an action at top level; lowers it when it is met first. */
export function demandGlobalAction(
  lowering: Lowering,
  declaration: ast.ActionDeclaration,
  instance: ActionInstance | undefined,
): string {
  const known = lowering.known.get(declaration);
  if (known !== undefined) return known;
  const name = lowering.names.fresh(declaration.name.name);
  lowering.known.set(declaration, name);
  const found = instance ?? lowering.evaluated.actions.find((one) => one.declaration === declaration);
  lowerAction(topScope(lowering), declaration, found, name);
  return name;
}
