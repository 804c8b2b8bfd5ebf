/** Lowering of calls: which declaration, which instance, which specialization; arguments in the order of the text. */

import type { BoundArgument, ResolvedCall } from '../../check/checked-program.ts';
import { type Type as CheckedType, substitute } from '../../check/types.ts';
import { InternalError } from '../../diagnostics.ts';
import type { BlockInstance } from '../../evaluate/instances.ts';
import type * as ast from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import type { Argument, Call, Callee, Direction, Expression } from '../expressions.ts';
import { isLValue } from '../expressions.ts';
import { coerce } from './coerce.ts';
import { findMade, lowerType, type Scope, withoutParentheses } from './scope.ts';
import { inferSubstitution } from './type-arguments.ts';

/** A call of something with parameters: neither a table, nor a method of the language, nor a constructor. */
type Resolved = Exclude<ResolvedCall, { readonly kind: 'builtin' | 'constructor' | 'table_apply' }>;

/** Lowers a call of a function, action, extern or block. */
export function lowerCall(scope: Scope, resolved: Resolved, expression: ast.CallExpression): Call {
  const { span } = expression;
  const callee = lowerCallee(scope, resolved, expression);
  return {
    callee,
    arguments: lowerArguments(scope, resolved.bindings, expression.arguments, span),
    type: lowerType(scope, resolved.returnType, span),
    span,
  };
}

function lowerCallee(scope: Scope, resolved: Resolved, expression: ast.CallExpression): Callee {
  const { span } = expression;
  switch (resolved.kind) {
    case 'function': {
      if (resolved.declaration.kind !== 'FunctionDeclaration')
        throw new InternalError('a function without a body is called', span);
      const typeArguments = resolved.typeArguments.map((type) => substitute(type, scope.substitution));
      return {
        kind: 'function',
        name: scope.lowering.demand.function(resolved.declaration, typeArguments),
      };
    }
    case 'extern_function':
      return {
        kind: 'extern_function',
        name: nameOf(resolved.declaration),
        typeArguments: resolved.typeArguments.map((type) => lowerType(scope, type, span)),
      };
    case 'action':
      return { kind: 'action', name: actionName(scope, resolved.declaration) };
    case 'block_apply':
      return lowerBlockCallee(scope, resolved.bindings, findBlock(scope, resolved, expression));
    case 'method':
      return lowerMethod(scope, resolved.declaration, resolved.target, resolved.typeArguments, span);
  }
}

function lowerBlockCallee(scope: Scope, bindings: readonly BoundArgument[], block: BlockInstance): Callee {
  const pairs = bindings.flatMap((binding) => {
    const own = scope.lowering.checked.declaredTypes.get(binding.parameter);
    return own === undefined ? [] : [{ own, given: substitute(binding.type, scope.substitution) }];
  });
  const substitution = inferSubstitution(block.declaration.typeParameters, pairs);
  return { kind: 'block', name: scope.lowering.demand.block(block, substitution) };
}

function nameOf(declaration: ast.AnyDeclaration | ast.MethodPrototype): string {
  return 'name' in declaration ? declaration.name.name : '';
}

/** The lowered name of an action. */
export function actionName(scope: Scope, declaration: ast.AnyDeclaration | ast.MethodPrototype): string {
  if (declaration.kind !== 'ActionDeclaration')
    throw new InternalError('what is called as an action is none', declaration.span);
  return scope.actions.get(declaration) ?? scope.lowering.demand.globalAction(declaration, undefined);
}

function findBlock(
  scope: Scope,
  resolved: Resolved & { readonly kind: 'block_apply' },
  expression: ast.CallExpression,
): BlockInstance {
  const made = resolved.target === undefined ? findMade(scope, expression) : madeOf(scope, resolved.target);
  if (made?.kind !== 'parser' && made?.kind !== 'control')
    throw new InternalError('the block that is applied was not made', expression.span);
  return made;
}

function madeOf(scope: Scope, target: ast.Expression) {
  const name = withoutParentheses(target);
  const referent = scope.lowering.checked.references.get(name);
  if (referent?.kind === 'Parameter') return scope.block?.constructorArguments.get(referent);
  return referent === undefined ? undefined : findMade(scope, referent);
}

function lowerMethod(
  scope: Scope,
  declaration: ast.AnyDeclaration | ast.MethodPrototype,
  target: ast.Expression | undefined,
  typeArguments: readonly CheckedType[],
  span: Span,
): Callee {
  if (target === undefined || declaration.kind !== 'MethodPrototype')
    throw new InternalError('a method is called without an object', span);
  const object = scope.lowering.demand.expression(scope, target);
  if (object.type.kind !== 'extern') throw new InternalError('a method is called on no object', span);
  const name = declaration.name.name;
  if (object.kind === 'instance') {
    const implementation = scope.lowering.instances.get(object.instance)?.methods.get(name);
    if (implementation !== undefined) return { kind: 'function', name: implementation };
  }
  return {
    kind: 'method',
    object,
    extern: object.type.name,
    name,
    overload: overloadOf(scope, target, declaration),
    typeArguments: typeArguments.map((type) => lowerType(scope, type, span)),
  };
}

function overloadOf(scope: Scope, target: ast.Expression, declaration: ast.MethodPrototype): number {
  const type = scope.lowering.checked.types.get(target);
  const owner = type?.kind === 'array' ? type.element : type;
  if (owner?.kind !== 'extern') return 0;
  return owner.declaration.methods
    .filter((method) => method.name.name === declaration.name.name)
    .indexOf(declaration);
}

/** The direction of a parameter. */
export function directionOf(parameter: ast.Parameter): Direction {
  return parameter.direction ?? 'none';
}

/** Lowers arguments: in the order in which the text gives them, those left out last. */
export function lowerArguments(
  scope: Scope,
  bindings: readonly BoundArgument[],
  given: readonly ast.Argument[],
  span: Span,
): readonly Argument[] {
  const lowered = bindings.map((binding, position) => lowerArgument(scope, binding, position, span));
  const isNamed = given.some((argument) => argument.name !== undefined);
  if (!isNamed) return lowered;
  const place = (argument: Argument): number => {
    const index = given.findIndex((one) => one.name?.name === argument.parameter);
    return index < 0 ? given.length + argument.position : index;
  };
  return [...lowered].sort((left, right) => place(left) - place(right));
}

function lowerArgument(scope: Scope, binding: BoundArgument, position: number, span: Span): Argument {
  const { parameter, argument } = binding;
  const type = lowerType(scope, binding.type, span);
  const direction = directionOf(parameter);
  return {
    parameter: parameter.name.name,
    position,
    direction,
    type,
    value: lowerArgumentValue(scope, binding, direction, type),
    span: argument?.span ?? span,
  };
}

function lowerArgumentValue(
  scope: Scope,
  binding: BoundArgument,
  direction: Direction,
  type: Argument['type'],
): Expression | undefined {
  const { parameter, argument } = binding;
  if (argument === undefined) {
    return parameter.defaultValue === undefined
      ? undefined
      : coerce(scope.lowering.demand.expression(scope, parameter.defaultValue), type);
  }
  if (argument.value.kind === 'DontCareExpression') return undefined;
  const value = scope.lowering.demand.expression(scope, argument.value);
  if (direction === 'out' || direction === 'inout') {
    if (!isLValue(value) && value.kind !== 'instance')
      throw new InternalError('an argument that is written to is not an l-value', argument.span);
    return value;
  }
  return type.kind === 'void' || type.kind === 'extern' ? value : coerce(value, type);
}
