/** Typing of call expressions and constructor invocations (specification §8.21, §8.22, §17). */

import type {
  Argument,
  CallExpression,
  ConstructorPrototype,
  Expression,
  Instantiation,
  MemberExpression,
  Parameter,
  TypeReference,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import {
  bindArguments,
  type Callable,
  checkArguments,
  chooseOverload,
  instantiateTypeParameters,
  requireArgument,
  requireInferred,
  requireRunTimeTypes,
} from './calls.ts';
import type { ResolvedCall } from './checked-program.ts';
import { type Checker, type Context, constantContext, declaredHere, show, typeOf } from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { whyNotAssignable } from './lvalues.ts';
import { builtinMethod, checkMember, isSizeMethod } from './members.ts';
import { resolveType } from './type-references.ts';
import type { BlockInterfaceType, BlockType, ExternType, FunctionLike, Type } from './types.ts';
import { BOOL, bindTypeParameters, INT, substitute, UNKNOWN, VOID } from './types.ts';

/** The type of a call expression; records what it calls. */
export function checkCall(checker: Checker, context: Context, call: CallExpression): Type {
  const type = dispatch(checker, context, call);
  return type;
}

function dispatch(checker: Checker, context: Context, call: CallExpression): Type {
  const { callee } = call;
  if (callee.kind === 'TypeExpression') {
    const type = resolveType(checker, context, callee.type, { dontCare: true, unspecialized: true });
    checker.types.set(callee, { kind: 'type_name', type });
    return construct(checker, context, call, type, callee.type, call.arguments, callee.span);
  }
  const type = checker.inference.head(
    callee.kind === 'MemberExpression'
      ? checkMethod(checker, context, callee)
      : checker.checkExpression(checker, context, callee),
  );
  switch (type.kind) {
    case 'unknown':
      checkArguments(checker, context, call.arguments);
      for (const reference of call.typeArguments)
        resolveType(checker, context, reference, { dontCare: true, voidAllowed: true });
      return UNKNOWN;
    case 'type_name':
      return construct(
        checker,
        context,
        call,
        type.type,
        undefined,
        call.arguments,
        callee.span,
        call.typeArguments,
      );
    case 'function':
      return callFunction(checker, context, call, type.candidates);
    case 'action':
      return callAction(checker, context, call, type);
    case 'builtin_method':
      return callBuiltin(checker, context, call, type.name, checker.inference.head(type.target));
    default:
      checkArguments(checker, context, call.arguments);
      checker.sink.report(
        'P4364',
        callee.span,
        { type: show(checker, type) },
        {
          hint: hintForUncallable(type),
        },
      );
      return UNKNOWN;
  }
}

/** The type of a member that is called: the methods of the language come before fields of the same name. */
function checkMethod(checker: Checker, context: Context, callee: MemberExpression): Type {
  const inside = isSizeMethod(callee.member.name) ? { ...context, onlySized: true } : context;
  const target = checker.inference.head(checker.checkExpression(checker, inside, callee.target));
  const method = builtinMethod(target, callee.member.name);
  const type = method ?? checkMember(checker, callee);
  checker.types.set(callee, type);
  return type;
}

function hintForUncallable(type: Type): string | undefined {
  switch (type.kind) {
    case 'table':
    case 'control':
    case 'parser':
    case 'control_type':
    case 'parser_type':
      return "to run it, write '.apply(…)' behind it";
    default:
      return undefined;
  }
}

function callFunction(
  checker: Checker,
  context: Context,
  call: CallExpression,
  candidates: readonly FunctionLike[],
): Type {
  const isMethod = candidates[0]?.kind === 'MethodPrototype';
  const name = candidates[0]?.name.name ?? '';
  const what = `${isMethod ? 'method' : 'function'} '${name}'`;
  const chosen = chooseOverload(checker, candidates, call.arguments, call.callee.span, 'call', what);
  if (chosen === undefined) {
    checkArguments(checker, context, call.arguments);
    return UNKNOWN;
  }
  checker.references.set(call.callee, chosen);
  const instantiated = instantiateTypeParameters(
    checker,
    context,
    chosen.typeParameters,
    call.typeArguments,
    call.span,
    chosen.name,
  );
  if (instantiated === undefined) {
    checkArguments(checker, context, call.arguments);
    return UNKNOWN;
  }
  const target = call.callee.kind === 'MemberExpression' ? call.callee.target : undefined;
  const substitution = new Map(instantiated.substitution);
  for (const [parameter, argument] of ownerSubstitution(checker, target))
    substitution.set(parameter, argument);
  const bindings = bindArguments(
    checker,
    context,
    chosen,
    call.arguments,
    substitution,
    call.span,
    'call',
    what,
  );
  const returnType = substitute(checker.writtenTypes.get(chosen.returnType) ?? UNKNOWN, substitution);
  if (bindings === undefined) return knownReturn(checker, returnType);
  const inferred =
    requireInferred(
      checker,
      instantiated.typeArguments,
      chosen.typeParameters,
      bindings,
      call.callee.span,
      what,
      'call',
    ) && requireRunTimeTypes(checker, bindings);
  const kind =
    chosen.kind === 'FunctionDeclaration'
      ? 'function'
      : chosen.kind === 'ExternFunctionDeclaration'
        ? 'extern_function'
        : 'method';
  checker.calls.set(call, {
    kind,
    declaration: chosen,
    target,
    typeArguments: instantiated.typeArguments.map((argument) => checker.inference.resolve(argument)),
    bindings: resolveBindings(checker, bindings),
    returnType: checker.inference.resolve(returnType),
  });
  return inferred ? returnType : knownReturn(checker, returnType);
}

/** What a wrong call returns: its type if that does not hang on the mistake. */
function knownReturn(checker: Checker, type: Type): Type {
  return checker.inference.isOpen(type) ? UNKNOWN : type;
}

function resolveBindings(checker: Checker, bindings: NonNullable<ReturnType<typeof bindArguments>>) {
  return bindings.map((binding) => ({ ...binding, type: checker.inference.resolve(binding.type) }));
}

/** What the type variables of an extern stand for in a method call on one of its instances. */
function ownerSubstitution(checker: Checker, target: Expression | undefined) {
  if (target === undefined) return new Map();
  const type = typeOf(checker, target);
  if (type.kind !== 'extern') return new Map();
  return bindTypeParameters(type.declaration.typeParameters, type.typeArguments);
}

function callAction(
  checker: Checker,
  context: Context,
  call: CallExpression,
  type: Type & { readonly kind: 'action' },
): Type {
  const [action] = type.declarations;
  if (action === undefined) return UNKNOWN;
  if (call.typeArguments.length > 0) {
    checker.sink.report(
      'P4309',
      call.span,
      { name: action.name.name, wanted: 0, given: call.typeArguments.length },
      { related: declaredHere(action) },
    );
  }
  const bindings = bindArguments(
    checker,
    context,
    action,
    call.arguments,
    new Map(),
    call.span,
    'action',
    `action '${action.name.name}'`,
  );
  if (bindings !== undefined) {
    checker.calls.set(call, {
      kind: 'action',
      declaration: action,
      target: undefined,
      typeArguments: [],
      bindings: resolveBindings(checker, bindings),
      returnType: VOID,
    });
  }
  return VOID;
}

function callBuiltin(
  checker: Checker,
  context: Context,
  call: CallExpression,
  name: string,
  target: Type,
): Type {
  const targetExpression = call.callee.kind === 'MemberExpression' ? call.callee.target : call.callee;
  if (name === 'apply') return callApply(checker, context, call, target, targetExpression);
  checkArguments(checker, context, call.arguments);
  if (call.typeArguments.length > 0) {
    checker.sink.report('P4365', call.span, { method: name, wanted: 'no type arguments' });
  }
  const wanted = name === 'push_front' || name === 'pop_front' ? 1 : 0;
  const returnType =
    name === 'isValid' ? BOOL : name.endsWith('InBits') || name.endsWith('InBytes') ? INT : VOID;
  checker.calls.set(call, {
    kind: 'builtin',
    name,
    target: targetExpression,
    arguments: call.arguments,
    returnType,
  });
  if (call.arguments.length !== wanted) {
    checker.sink.report('P4365', call.span, {
      method: name,
      wanted: wanted === 0 ? 'no arguments' : 'one argument',
    });
    return returnType;
  }
  const [argument] = call.arguments;
  if (argument !== undefined) {
    requireArgument(checker, call, 0, INT);
    const value = evaluateConstant(constantContext(checker), argument.value);
    if (value?.kind !== 'integer' && value?.kind !== 'parametric') {
      checker.sink.report('P4307', argument.span, { what: `the argument of '${name}'` });
    } else if (value.kind === 'integer' && value.value < 0n) {
      checker.sink.report('P4335', argument.span, { what: `the argument of '${name}'`, value: value.value });
    } else if (value.kind === 'integer' && value.value === 0n) {
      checker.sink.report('P4340', argument.span, { method: name });
    }
  }
  if (returnType === VOID) {
    const problem = whyNotAssignable(checker, targetExpression);
    if (problem !== undefined) {
      checker.sink.report(
        'P4366',
        targetExpression.span,
        { method: name, reason: problem.reason },
        { related: problem.related },
      );
    }
  }
  return returnType;
}

function callApply(
  checker: Checker,
  context: Context,
  call: CallExpression,
  target: Type,
  targetExpression: Expression,
): Type {
  const direct = target.kind === 'type_name';
  const block = direct ? checker.inference.head(target.type) : target;
  if (call.typeArguments.length > 0)
    checker.sink.report('P4365', call.span, { method: 'apply', wanted: 'no type arguments' });
  if (block.kind === 'table') {
    checkArguments(checker, context, call.arguments);
    if (call.arguments.length > 0)
      checker.sink.report('P4365', call.span, { method: 'apply', wanted: 'no arguments' });
    if (checker.openTables.has(block.declaration)) {
      checker.sink.report('P4206', targetExpression.span, { name: block.declaration.name.name });
    }
    const returnType: Type = { kind: 'table_result', declaration: block.declaration };
    checker.calls.set(call, { kind: 'table_apply', declaration: block.declaration, returnType });
    return returnType;
  }
  if (
    block.kind !== 'parser' &&
    block.kind !== 'control' &&
    block.kind !== 'parser_type' &&
    block.kind !== 'control_type'
  ) {
    checkArguments(checker, context, call.arguments);
    return UNKNOWN;
  }
  const { declaration } = block;
  const what = `${block.kind === 'parser' || block.kind === 'parser_type' ? 'parser' : 'control'} '${declaration.name.name}'`;
  if (
    direct &&
    'constructorParameters' in declaration &&
    declaration.constructorParameters.some((parameter) => parameter.defaultValue === undefined)
  ) {
    checker.sink.report('P4367', targetExpression.span, { what }, { related: declaredHere(declaration) });
  }
  const substitution =
    'typeArguments' in block
      ? bindTypeParameters(block.declaration.typeParameters, block.typeArguments)
      : new Map();
  const bindings = bindArguments(
    checker,
    context,
    declaration,
    call.arguments,
    substitution,
    call.span,
    'call',
    what,
  );
  if (bindings !== undefined) {
    checker.calls.set(call, {
      kind: 'block_apply',
      declaration,
      target: direct ? undefined : targetExpression,
      bindings: resolveBindings(checker, bindings),
      returnType: VOID,
    });
  }
  return VOID;
}

/**
 * Checks the making of an object: a constructor call in an expression, or an instantiation.
 * @param node The call or instantiation, for the record of what it calls.
 * @param written The type as written, for the place of messages; undefined when it was a plain name.
 * @returns The object's type, with its type arguments inferred; `unknown` when it cannot be made.
 */
export function construct(
  checker: Checker,
  context: Context,
  node: CallExpression | Instantiation,
  type: Type,
  written: TypeReference | undefined,
  given: readonly Argument[],
  place: Span,
  typeArguments: readonly TypeReference[] = [],
): Type {
  const made = checker.inference.head(type);
  switch (made.kind) {
    case 'unknown':
      checkArguments(checker, context, given);
      return UNKNOWN;
    case 'extern':
      return constructExtern(checker, context, node, made, written, given, place, typeArguments);
    case 'package':
    case 'parser':
    case 'control':
      return constructBlock(checker, context, node, made, written, given, place, typeArguments);
    default: {
      checkArguments(checker, context, given);
      const hint =
        made.kind === 'parser_type' || made.kind === 'control_type'
          ? `'${made.declaration.name.name}' is only an interface: make an instance of a ${made.kind === 'parser_type' ? 'parser' : 'control'} that implements it`
          : node.kind === 'CallExpression' && given.length === 1
            ? `to convert a value write '(${show(checker, made)})' before it`
            : undefined;
      checker.sink.report('P4368', place, { type: show(checker, made) }, { hint });
      return UNKNOWN;
    }
  }
}

/** A generic type used bare stands with its own variables; they are opened for inference. */
function openArguments(
  checker: Checker,
  context: Context,
  type: ExternType | BlockInterfaceType | BlockType,
  written: TypeReference | undefined,
  typeArguments: readonly TypeReference[],
  place: Span,
):
  | { readonly type: ExternType | BlockInterfaceType | BlockType; readonly open: readonly Type[] }
  | undefined {
  const { typeParameters } = type.declaration;
  if (typeArguments.length > 0) {
    const instantiated = instantiateTypeParameters(
      checker,
      context,
      typeParameters,
      typeArguments,
      place,
      type.declaration.name,
    );
    if (instantiated === undefined) return undefined;
    return { type: { ...type, typeArguments: instantiated.typeArguments }, open: instantiated.typeArguments };
  }
  const isBare =
    typeParameters.length > 0 &&
    type.typeArguments.every(
      (argument, index) => argument.kind === 'variable' && argument.parameter === typeParameters[index],
    );
  if (isBare && written?.kind !== 'SpecializedType') {
    const open = typeParameters.map((parameter) => checker.inference.fresh(parameter.name.name));
    return { type: { ...type, typeArguments: open }, open };
  }
  const open = type.typeArguments.map((argument) =>
    argument.kind === 'dont_care' ? checker.inference.fresh('_') : argument,
  );
  return { type: { ...type, typeArguments: open }, open };
}

function constructExtern(
  checker: Checker,
  context: Context,
  node: CallExpression | Instantiation,
  type: ExternType,
  written: TypeReference | undefined,
  given: readonly Argument[],
  place: Span,
  typeArguments: readonly TypeReference[],
): Type {
  const opened = openArguments(checker, context, type, written, typeArguments, place);
  const { declaration } = type;
  const what = `extern '${declaration.name.name}'`;
  if (opened === undefined || opened.type.kind !== 'extern') {
    checkArguments(checker, context, given);
    return UNKNOWN;
  }
  if (declaration.constructors.length === 0) {
    checkArguments(checker, context, given);
    checker.sink.report(
      'P4369',
      place,
      { name: declaration.name.name },
      { related: declaredHere(declaration) },
    );
    return opened.type;
  }
  const chosen = chooseOverload<ConstructorPrototype>(
    checker,
    declaration.constructors,
    given,
    place,
    'constructor',
    `constructor of ${what}`,
  );
  if (chosen === undefined) {
    checkArguments(checker, context, given);
    return checker.inference.isOpen(opened.type) ? UNKNOWN : opened.type;
  }
  if (node.kind === 'CallExpression' && declaration.methods.some((method) => method.isAbstract)) {
    checker.sink.report(
      'P4370',
      place,
      { name: declaration.name.name },
      { related: declaredHere(declaration) },
    );
  }
  return finishConstruction(
    checker,
    context,
    node,
    opened.type,
    opened.open,
    chosen,
    chosen,
    given,
    place,
    `constructor of ${what}`,
  );
}

function constructBlock(
  checker: Checker,
  context: Context,
  node: CallExpression | Instantiation,
  type: BlockType | (BlockInterfaceType & { readonly kind: 'package' }),
  written: TypeReference | undefined,
  given: readonly Argument[],
  place: Span,
  typeArguments: readonly TypeReference[],
): Type {
  const opened = openArguments(checker, context, type, written, typeArguments, place);
  if (opened === undefined) {
    checkArguments(checker, context, given);
    return UNKNOWN;
  }
  if (type.kind !== 'package') {
    const callable: Callable = {
      name: type.declaration.name,
      parameters: type.declaration.constructorParameters,
    };
    return finishConstruction(
      checker,
      context,
      node,
      opened.type,
      opened.open,
      callable,
      undefined,
      given,
      place,
      `constructor of ${type.kind} '${type.declaration.name.name}'`,
    );
  }
  return finishConstruction(
    checker,
    context,
    node,
    opened.type,
    opened.open,
    type.declaration,
    undefined,
    given,
    place,
    `package '${type.declaration.name.name}'`,
  );
}

function finishConstruction(
  checker: Checker,
  context: Context,
  node: CallExpression | Instantiation,
  type: Type,
  open: readonly Type[],
  callable: { readonly name: Callable['name']; readonly parameters: readonly Parameter[] },
  prototype: ConstructorPrototype | undefined,
  given: readonly Argument[],
  place: Span,
  what: string,
): Type {
  const typeParameters =
    type.kind === 'extern' || type.kind === 'package' || type.kind === 'parser' || type.kind === 'control'
      ? type.declaration.typeParameters
      : [];
  const substitution = bindTypeParameters(typeParameters, open);
  const bindings = bindArguments(checker, context, callable, given, substitution, place, 'constructor', what);
  if (bindings === undefined) {
    return checker.inference.isOpen(type) ? UNKNOWN : type;
  }
  // The type variables of a block are bound where it is applied or given to a package.
  if (type.kind !== 'parser' && type.kind !== 'control') {
    requireInferred(checker, open, typeParameters, bindings, place, what, 'constructor');
  }
  const made = type;
  const resolved: ResolvedCall = {
    kind: 'constructor',
    type: made,
    prototype,
    bindings: resolveBindings(checker, bindings),
    returnType: made,
  };
  checker.calls.set(node, resolved);
  return made;
}
