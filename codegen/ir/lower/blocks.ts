/** Lowering of parsers and controls: each instance is lowered by itself. */

import { bindTypeParameters, type Substitution } from '../../check/types.ts';
import { InternalError } from '../../diagnostics.ts';
import type { BlockInstance } from '../../evaluate/instances.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Expression } from '../expressions.ts';
import type { ParserState, Transition } from '../program.ts';
import type { Statement } from '../statements.ts';
import { lowerAction, lowerParameters, topScope } from './bodies.ts';
import { flattenKey, lowerKey, lowerKeysets } from './keysets.ts';
import { constantsOf, inside, type Lowering, lowerType, type Scope } from './scope.ts';
import { lowerDeclaration, lowerStatements } from './statements.ts';
import { lowerTable } from './tables.ts';
import { inferSubstitution } from './type-arguments.ts';

/** The name of a block; lowers it when it is met first. */
export function demandBlock(lowering: Lowering, instance: BlockInstance, substitution: Substitution): string {
  const known = lowering.known.get(instance);
  if (known !== undefined) return known;
  const name = lowering.names.fresh(instance.name.path);
  lowering.known.set(instance, name);
  const { declaration } = instance;
  const scope = blockScope(lowering, instance, name, inferred(lowering, instance, substitution));
  const parameters = lowerParameters(scope, declaration.parameters);
  const naming = {
    name,
    sourceName: instance.name.local,
    controlPlaneName: instance.name.controlPlane,
    hidden: instance.name.hidden,
    declaration: declaration.name.name,
    annotations: declaration.annotations,
    span: declaration.name.span,
  };
  const prologue = lowerLocals(scope, declaration.locals);
  for (const made of instance.members.values())
    if (made.kind === 'extern') lowering.demand.instance(made, scope);
  if (declaration.kind === 'ParserDeclaration') {
    lowerValueSets(scope, instance);
    const states = declaration.states.map((state) => lowerState(scope, state));
    const locals = scope.locals;
    lowering.blocks.set(name, { kind: 'parser', ...naming, parameters, locals, prologue, states });
    return name;
  }
  for (const action of instance.actions) {
    const actionName = scope.actions.get(action.declaration);
    if (actionName !== undefined) lowerAction(scope, action.declaration, action, actionName);
  }
  for (const table of instance.tables) {
    const tableName = scope.tables.get(table.declaration);
    if (tableName !== undefined) lowerTable(scope, table, tableName);
  }
  const body = [...prologue, ...lowerStatements(scope, declaration.body.statements)];
  lowering.blocks.set(name, {
    kind: 'control',
    ...naming,
    parameters,
    locals: scope.locals,
    actions: [...scope.actions.values()],
    tables: [...scope.tables.values()],
    body,
  });
  return name;
}

/** Constructor arguments and written type arguments say what type parameters stand for, if the place does not. */
function inferred(lowering: Lowering, instance: BlockInstance, given: Substitution): Substitution {
  const { typeParameters } = instance.declaration;
  if (typeParameters.length === 0) return given;
  const call = lowering.checked.calls.get(instance.origin);
  const pairs = (call?.kind === 'constructor' ? call.bindings : []).flatMap((binding) => {
    const own = lowering.checked.declaredTypes.get(binding.parameter);
    return own === undefined ? [] : [{ own, given: binding.type }];
  });
  const written = [...bindTypeParameters(typeParameters, instance.typeArguments)].filter(
    ([, type]) => type.kind !== 'variable' && type.kind !== 'inference',
  );
  return new Map([...inferSubstitution(typeParameters, pairs), ...given, ...written]);
}

function blockScope(
  lowering: Lowering,
  instance: BlockInstance,
  name: string,
  substitution: Substitution,
): Scope {
  const { names } = lowering;
  return inside(topScope(lowering), {
    block: instance,
    owner: name,
    substitution,
    constants: constantsOf(lowering, instance.constructorArguments, substitution),
    actions: new Map(instance.actions.map((one) => [one.declaration, names.fresh(one.name.path)])),
    tables: new Map(instance.tables.map((one) => [one.declaration, names.fresh(one.name.path)])),
    valueSets: new Map(instance.valueSets.map((one) => [one.declaration, names.fresh(one.name.path)])),
  });
}

function lowerLocals(
  scope: Scope,
  locals: readonly (ast.ParserLocal | ast.ControlLocal)[],
): readonly Statement[] {
  return locals.flatMap((local) =>
    local.kind === 'VariableDeclaration' ? lowerDeclaration(scope, local) : [],
  );
}

function lowerValueSets(scope: Scope, instance: BlockInstance): void {
  for (const valueSet of instance.valueSets) {
    const { declaration } = valueSet;
    const name = scope.valueSets.get(declaration);
    const type = scope.lowering.checked.writtenTypes.get(declaration.elementType);
    if (name === undefined || type === undefined || scope.owner === undefined) continue;
    scope.lowering.valueSets.set(name, {
      kind: 'value_set',
      name,
      sourceName: declaration.name.name,
      controlPlaneName: valueSet.name.controlPlane,
      hidden: valueSet.name.hidden,
      owner: scope.owner,
      elementType: lowerType(scope, type, declaration.span),
      size: valueSet.size,
      annotations: declaration.annotations,
      span: declaration.name.span,
    });
  }
}

function lowerState(scope: Scope, state: ast.ParserState): ParserState {
  const statements = lowerStatements(scope, state.statements);
  return {
    name: state.name.name,
    sourceName: state.name.name,
    statements,
    transition: lowerTransition(scope, state),
    annotations: state.annotations,
    span: state.name.span,
  };
}

function lowerTransition(scope: Scope, state: ast.ParserState): Transition {
  const { transition } = state;
  // No transition means reject (specification §13.5).
  if (transition === undefined) return { kind: 'direct', state: 'reject', span: state.span };
  if (transition.kind === 'DirectTransition')
    return { kind: 'direct', state: transition.state.name, span: transition.span };
  const keys: Expression[] = transition.keys.map((key, index) =>
    lowerKey(
      scope,
      key,
      transition.cases.map((item) =>
        item.keyset.kind === 'TupleKeysetExpression' ? item.keyset.elements[index] : item.keyset,
      ),
    ),
  );
  const types = keys.map((key) => key.type);
  const flat = keys.flatMap(flattenKey);
  const cases = transition.cases.map((item) => {
    const keysets = lowerKeysets(scope, item.keyset, types);
    const covered = keysets.reduce((sum, one) => sum + (one.kind === 'value_set' ? one.keys : 1), 0);
    if (covered !== flat.length) throw new InternalError('a case matches another number of keys', item.span);
    return { keysets, state: item.state.name, span: item.span };
  });
  return { kind: 'select', keys: flat, cases, span: transition.span };
}
