/** From a checked and evaluated program to the lowered program. */

import type { CheckedProgram } from '../../check/checked-program.ts';
import { evaluateInteger } from '../../check/constants.ts';
import {
  bindTypeParameters,
  type Type as CheckedType,
  type Substitution,
  substitute,
} from '../../check/types.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import { InternalError } from '../../diagnostics.ts';
import type {
  BlockInstance,
  EvaluatedProgram,
  ExternInstance,
  PackageInstance,
  Value,
} from '../../evaluate/instances.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Expression } from '../expressions.ts';
import { Names } from '../names.ts';
import type { Package, PackageArgument, Program, SerializableEnum } from '../program.ts';
import { BOOL, INT, STRING, type Type } from '../types.ts';
import { demandBlock } from './blocks.ts';
import { demandFunction, demandGlobalAction, lowerMethods, topScope } from './bodies.ts';
import { lowerExpression } from './expressions.ts';
import { type Lowering, lowerType, type Scope } from './scope.ts';
import { inferSubstitution } from './type-arguments.ts';
import { TypeLowering } from './types.ts';
import { valueExpression } from './values.ts';

/** What lowering gives: the program, and the names that passes must not use again. */
export type Lowered = { readonly program: Program; readonly names: Names };

/**
 * Lowers a program without errors.
 * @throws InternalError when the checker let something through that has no meaning.
 */
export function lowerProgram(
  checked: CheckedProgram,
  evaluated: EvaluatedProgram,
  sink: DiagnosticSink,
): Lowered {
  const names = new Names();
  // Names of states that no other state may have.
  for (const reserved of ['accept', 'reject']) names.fresh(reserved);
  const lowering: Lowering = {
    checked,
    evaluated,
    sink,
    names,
    types: new TypeLowering(checked, names),
    functions: new Map(),
    actions: new Map(),
    tables: new Map(),
    valueSets: new Map(),
    instances: new Map(),
    blocks: new Map(),
    known: new Map(),
    specialized: new Map(),
    demand: {
      expression: lowerExpression,
      block: (instance, substitution) => demandBlock(lowering, instance, substitution),
      instance: (instance, around) => demandInstance(lowering, instance, around ?? topScope(lowering)),
      function: (declaration, typeArguments) => demandFunction(lowering, declaration, typeArguments),
      globalAction: (declaration, instance) => demandGlobalAction(lowering, declaration, instance),
    },
  };
  for (const made of evaluated.instances.values()) if (made.kind === 'extern') lowering.demand.instance(made);
  const main = lowerPackage(lowering, evaluated.main);
  for (const action of evaluated.actions) demandGlobalAction(lowering, action.declaration, action);
  return { program: assemble(lowering, main), names };
}

function assemble(lowering: Lowering, main: Package): Program {
  const { checked, types } = lowering;
  const serializableEnums = serializableEnumsOf(lowering);
  return {
    errors: [...checked.errors.keys()],
    matchKinds: [...checked.matchKinds.keys()],
    enums: types.enums,
    serializableEnums,
    types: types.declared,
    functions: lowering.functions,
    actions: lowering.actions,
    tables: lowering.tables,
    valueSets: lowering.valueSets,
    instances: lowering.instances,
    blocks: lowering.blocks,
    main,
  };
}

function serializableEnumsOf(lowering: Lowering): readonly SerializableEnum[] {
  const scope = topScope(lowering);
  return [...lowering.types.serializableEnums].map((declaration) => {
    const written = lowering.checked.writtenTypes.get(declaration.underlyingType);
    if (written === undefined) throw new InternalError('an enum has no representation', declaration.span);
    return {
      name: declaration.name.name,
      underlying: lowerType(scope, written, declaration.span),
      members: declaration.members.map((member) => ({
        name: member.name.name,
        value: evaluateInteger(scope.constants, member.value) ?? 0n,
      })),
      annotations: declaration.annotations,
      span: declaration.name.span,
    };
  });
}

function demandInstance(lowering: Lowering, instance: ExternInstance, around: Scope): string {
  const known = lowering.known.get(instance);
  if (known !== undefined) return known;
  const name = lowering.names.fresh(instance.name.path);
  lowering.known.set(instance, name);
  const { span } = instance.origin;
  const type = lowerType(around, instance.type, span);
  if (type.kind !== 'extern') throw new InternalError('an extern object has another type', span);
  const types = constructorTypes(lowering, instance);
  const values = new Map<string, Expression>();
  for (const [parameter, value] of instance.arguments) {
    const lowered = argumentValue(around, value, types.get(parameter), span);
    if (lowered !== undefined) values.set(parameter, lowered);
  }
  lowering.instances.set(name, {
    kind: 'instance',
    name,
    sourceName: instance.name.local,
    controlPlaneName: instance.name.controlPlane,
    hidden: instance.name.hidden,
    owner: around.owner,
    type,
    arguments: values,
    arraySize: instance.arraySize,
    methods: new Map(),
    annotations: instance.origin.kind === 'Instantiation' ? instance.origin.annotations : [],
    span,
  });
  const methods = lowerMethods(lowering, instance, name, around);
  const made = lowering.instances.get(name);
  if (methods.size > 0 && made !== undefined) lowering.instances.set(name, { ...made, methods });
  return name;
}

/** The types of the constructor's parameters, type arguments put in. */
function constructorTypes(
  lowering: Lowering,
  instance: { readonly origin: ast.Instantiation | ast.CallExpression },
): ReadonlyMap<string, CheckedType> {
  const call = lowering.checked.calls.get(instance.origin);
  const types = new Map<string, CheckedType>();
  for (const binding of call?.kind === 'constructor' ? call.bindings : [])
    types.set(binding.parameter.name.name, binding.type);
  return types;
}

function argumentValue(
  scope: Scope,
  value: Value,
  type: CheckedType | undefined,
  span: ast.Expression['span'],
): Expression | undefined {
  const isOpen = type === undefined || type.kind === 'variable' || type.kind === 'inference';
  const wanted: Type = isOpen ? suggestedType(value) : lowerType(scope, type, span);
  return valueExpression(scope, value, wanted, span);
}

function suggestedType(value: Value): Type {
  return value.kind === 'boolean' ? BOOL : value.kind === 'string' ? STRING : INT;
}

function lowerPackage(lowering: Lowering, instance: PackageInstance): Package {
  const scope = topScope(lowering);
  const { span } = instance.origin;
  const types = constructorTypes(lowering, instance);
  const values = new Map<string, PackageArgument>();
  for (const [parameter, value] of instance.arguments) {
    const lowered = packageArgument(lowering, scope, value, types.get(parameter), span);
    if (lowered !== undefined) values.set(parameter, lowered);
  }
  return {
    kind: 'package',
    name: lowering.names.fresh(instance.name.path),
    type: instance.type.declaration.name.name,
    typeArguments: instance.type.typeArguments.map((type) => lowering.types.lower(type, span)),
    arguments: values,
    annotations: instance.origin.kind === 'Instantiation' ? instance.origin.annotations : [],
    span,
  };
}

/** What the type variables of a block given to a package stand for: found by comparing it with the interface. */
function substitutionOf(
  lowering: Lowering,
  block: BlockInstance,
  type: CheckedType | undefined,
): Substitution {
  if (block.declaration.typeParameters.length === 0) return new Map();
  if (type?.kind !== 'parser_type' && type?.kind !== 'control_type') return new Map();
  const { declaredTypes } = lowering.checked;
  const interfaceBinding = bindTypeParameters(type.declaration.typeParameters, type.typeArguments);
  const pairs = block.declaration.parameters.flatMap((parameter, index) => {
    const own = declaredTypes.get(parameter);
    const other = type.declaration.parameters[index];
    const theirs = other === undefined ? undefined : declaredTypes.get(other);
    return own === undefined || theirs === undefined
      ? []
      : [{ own, given: substitute(theirs, interfaceBinding) }];
  });
  return inferSubstitution(block.declaration.typeParameters, pairs);
}

function packageArgument(
  lowering: Lowering,
  scope: Scope,
  value: Value,
  type: CheckedType | undefined,
  span: ast.Expression['span'],
): PackageArgument | undefined {
  switch (value.kind) {
    case 'parser':
    case 'control':
      return { kind: 'block', name: demandBlock(lowering, value, substitutionOf(lowering, value, type)) };
    case 'package':
      return { kind: 'package', package: lowerPackage(lowering, value) };
    default: {
      const lowered = argumentValue(scope, value, type, span);
      return lowered === undefined ? undefined : { kind: 'value', value: lowered };
    }
  }
}
