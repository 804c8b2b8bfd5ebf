/**
 * Calls: which declaration is meant, which argument goes where, what the type variables are (specification §6.8, §8.21, §8.22).
 * Longer than most: the steps of one resolution.
 */

import { didYouMean } from '../nearest-name.ts';
import type {
  Argument,
  CallExpression,
  Expression,
  Identifier,
  Parameter,
  TypeReference,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type { BoundArgument } from './checked-program.ts';
import {
  type Checker,
  type Context,
  constantContext,
  declaredHere,
  hasAnnotation,
  show,
  typeOf,
} from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { castHint, convert, convertFrom, isOptional, requireConversion } from './conversions.ts';
import { whyNotAssignable } from './lvalues.ts';
import { rejectTypeArgument, resolveType } from './type-references.ts';
import type { Substitution, Type } from './types.ts';
import { bindTypeParameters, sameType, someLeaf, substitute, UNKNOWN } from './types.ts';

/** What can be called: anything with a name and parameters. */
export type Callable = {
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
};

/** How strictly arguments are matched to parameters. */
export type CallForm =
  /** A run-time call: directionless parameters take compile-time known values. */
  | 'call'
  /** A constructor: every argument is compile-time known. */
  | 'constructor'
  /** A call of an action: directionless parameters take any value. */
  | 'action'
  /** An action in an actions list: directionless parameters are left to the control plane. */
  | 'action_list';

/** Which parameter each argument is for; undefined when they do not match. */
function matchArguments(
  callable: Callable,
  given: readonly Argument[],
  form: CallForm,
): readonly (Argument | undefined)[] | undefined {
  const byName = given.some((argument) => argument.name !== undefined);
  const parameters =
    form === 'action_list'
      ? callable.parameters.filter((parameter) => parameter.direction !== undefined)
      : callable.parameters;
  if (byName) {
    const left = new Set(given);
    const matched = parameters.map((parameter) => {
      const argument = given.find((candidate) => candidate.name?.name === parameter.name.name);
      if (argument !== undefined) left.delete(argument);
      return argument;
    });
    if (left.size > 0) return undefined;
    return matched.every((argument, index) => argument !== undefined || canBeLeftOut(parameters[index]))
      ? matched
      : undefined;
  }
  if (given.length > parameters.length) return undefined;
  const matched = parameters.map((_, index) => given[index]);
  return matched.every((argument, index) => argument !== undefined || canBeLeftOut(parameters[index]))
    ? matched
    : undefined;
}

function canBeLeftOut(parameter: Parameter | undefined): boolean {
  return parameter !== undefined && (parameter.defaultValue !== undefined || isOptional(parameter));
}

/**
 * Chooses among overloads by number and names of arguments (specification §7.2.9.1).
 * Reports when none or more than one fits.
 */
export function chooseOverload<T extends Callable>(
  checker: Checker,
  candidates: readonly T[],
  given: readonly Argument[],
  place: Span,
  form: CallForm,
  what: string,
): T | undefined {
  const [only] = candidates;
  if (candidates.length === 1) return only;
  const fitting = candidates.filter((candidate) => matchArguments(candidate, given, form) !== undefined);
  const [first, second] = fitting;
  if (first === undefined) {
    checker.sink.report(
      'P4350',
      place,
      { what, given: given.length },
      {
        related: candidates.map((candidate) => ({
          message: `one of them: ${signature(candidate)}`,
          span: candidate.name.span,
        })),
      },
    );
    return undefined;
  }
  if (second !== undefined) {
    // Exactly as many parameters as arguments wins over defaults left out.
    const exact = fitting.filter((candidate) => candidate.parameters.length === given.length);
    if (exact.length === 1) return exact[0];
    checker.sink.report(
      'P4351',
      place,
      { what },
      {
        related: fitting.map((candidate) => ({
          message: `it could be ${signature(candidate)}`,
          span: candidate.name.span,
        })),
        hint: 'overloads are told apart by the number and the names of the arguments: name them',
      },
    );
    return undefined;
  }
  return first;
}

/** A callable as one would write its head: `name(in a, b)`. */
export function signature(callable: Callable): string {
  const parameters = callable.parameters.map((parameter) =>
    parameter.direction === undefined ? parameter.name.name : `${parameter.direction} ${parameter.name.name}`,
  );
  return `'${callable.name.name}(${parameters.join(', ')})'`;
}

/** The type arguments of a call: as written, or fresh open types. Undefined when they are wrong. */
export function instantiateTypeParameters(
  checker: Checker,
  context: Context,
  typeParameters: Parameters<typeof bindTypeParameters>[0],
  written: readonly TypeReference[],
  place: Span,
  name: Identifier,
): { readonly substitution: Substitution; readonly typeArguments: readonly Type[] } | undefined {
  if (written.length > 0 && written.length !== typeParameters.length) {
    for (const reference of written)
      resolveType(checker, context, reference, { dontCare: true, voidAllowed: true });
    checker.sink.report(
      'P4309',
      place,
      { name: name.name, wanted: typeParameters.length, given: written.length },
      { related: [{ message: 'declared here', span: name.span }] },
    );
    return undefined;
  }
  const typeArguments = typeParameters.map((parameter, index) => {
    const reference = written[index];
    const open = checker.inference.fresh(parameter.name.name);
    if (reference === undefined) return open;
    const type = resolveType(checker, context, reference, { dontCare: true, voidAllowed: true });
    rejectTypeArgument(checker, type, reference.span);
    return type.kind === 'dont_care' ? checker.inference.fresh('_') : type;
  });
  return { substitution: bindTypeParameters(typeParameters, typeArguments), typeArguments };
}

/**
 * Types the arguments of a call and binds them to the parameters; reports what does not fit.
 * Every argument is typed, also when the call is wrong.
 * @param substitution What the callee's type variables stand for in this call.
 * @returns undefined when the arguments do not match the parameters.
 */
export function bindArguments(
  checker: Checker,
  context: Context,
  callable: Callable,
  given: readonly Argument[],
  substitution: Substitution,
  place: Span,
  form: CallForm,
  what: string,
): readonly BoundArgument[] | undefined {
  checkArguments(checker, context, given);
  if (!checkNames(checker, callable, given, form, what)) return undefined;
  const matched = matchArguments(callable, given, form);
  if (matched === undefined) {
    reportCount(checker, callable, given, place, form, what);
    return undefined;
  }
  const parameters =
    form === 'action_list'
      ? callable.parameters.filter((parameter) => parameter.direction !== undefined)
      : callable.parameters;
  let fits = true;
  const bindings = parameters.map((parameter, index): BoundArgument => {
    const type = substitute(checker.declaredTypes.get(parameter) ?? UNKNOWN, substitution);
    const argument = matched[index];
    if (argument !== undefined && !checkArgument(checker, argument, parameter, type, form)) fits = false;
    return { parameter, type, argument };
  });
  return fits && checkDefaults(checker, bindings, substitution, place) ? bindings : undefined;
}

/** Default values that are parsers and controls say what type variables stand for, as arguments do. */
function checkDefaults(
  checker: Checker,
  bindings: readonly BoundArgument[],
  substitution: Substitution,
  place: Span,
): boolean {
  let fits = true;
  for (const { parameter, type, argument } of bindings) {
    const { defaultValue } = parameter;
    if (argument !== undefined || defaultValue === undefined) continue;
    if (type.kind !== 'parser_type' && type.kind !== 'control_type') continue;
    const from = substitute(typeOf(checker, defaultValue), substitution);
    if (convertFrom(checker, defaultValue, from, type)) continue;
    const related = [{ message: `parameter '${parameter.name.name}' is left out here`, span: place }];
    if (!requireConversion(checker, defaultValue, type, `parameter '${parameter.name.name}'`, related))
      fits = false;
  }
  return fits;
}

/** Types arguments whose call is not understood, so that mistakes inside them are still found. */
export function checkArguments(checker: Checker, context: Context, given: readonly Argument[]): void {
  for (const argument of given) {
    if (argument.value.kind === 'DontCareExpression')
      checker.types.set(argument.value, { kind: 'dont_care' });
    else checker.checkExpression(checker, context, argument.value);
  }
}

/** Either all arguments have names or none has, each once, each known. */
function checkNames(
  checker: Checker,
  callable: Callable,
  given: readonly Argument[],
  form: CallForm,
  what: string,
): boolean {
  const named = given.filter((argument) => argument.name !== undefined);
  if (named.length === 0) return true;
  if (named.length < given.length) {
    const bare = given.find((argument) => argument.name === undefined);
    checker.sink.report(
      'P4352',
      bare?.span ?? callable.name.span,
      {},
      { hint: 'name all arguments of a call, or none' },
    );
    return false;
  }
  const seen = new Map<string, Argument>();
  for (const argument of named) {
    const name = argument.name;
    if (name === undefined) continue;
    const previous = seen.get(name.name);
    if (previous !== undefined) {
      checker.sink.report(
        'P4353',
        name.span,
        { name: name.name },
        { related: [{ message: 'first given here', span: previous.span }] },
      );
      return false;
    }
    seen.set(name.name, argument);
    const parameter = callable.parameters.find((candidate) => candidate.name.name === name.name);
    if (parameter === undefined || (form === 'action_list' && parameter.direction === undefined)) {
      checker.sink.report(
        'P4354',
        name.span,
        { what, name: name.name },
        {
          related: [{ message: 'declared here', span: callable.name.span }],
          hint: didYouMean(
            name.name,
            callable.parameters.map((candidate) => candidate.name.name),
          ),
        },
      );
      return false;
    }
  }
  return true;
}

function reportCount(
  checker: Checker,
  callable: Callable,
  given: readonly Argument[],
  place: Span,
  form: CallForm,
  what: string,
): void {
  const parameters =
    form === 'action_list'
      ? callable.parameters.filter((parameter) => parameter.direction !== undefined)
      : callable.parameters;
  const related = [{ message: `declared here: ${signature(callable)}`, span: callable.name.span }];
  if (given.length > parameters.length) {
    const extra = given[parameters.length];
    const isActionData = form === 'action_list' && given.length <= callable.parameters.length;
    checker.sink.report(
      'P4355',
      extra?.span ?? place,
      { what, wanted: parameters.length, given: given.length },
      {
        related,
        hint: isActionData
          ? `'${callable.parameters[given.length - 1]?.name.name}' has no direction: its value comes from the control plane`
          : undefined,
      },
    );
    return;
  }
  const missing = parameters
    .filter((parameter, index) => !canBeLeftOut(parameter) && !isGiven(parameter, given, index))
    .map((parameter) => `'${parameter.name.name}'`);
  checker.sink.report('P4356', place, { what, missing: missing.join(', ') }, { related });
}

function isGiven(parameter: Parameter, given: readonly Argument[], index: number): boolean {
  if (given.some((argument) => argument.name !== undefined)) {
    return given.some((argument) => argument.name?.name === parameter.name.name);
  }
  return index < given.length;
}

/** Whether one argument suits its parameter: type, direction, compile-time knowledge. */
function checkArgument(
  checker: Checker,
  argument: Argument,
  parameter: Parameter,
  type: Type,
  form: CallForm,
): boolean {
  const { value } = argument;
  const given = typeOf(checker, value);
  const related = declaredHere(parameter, `parameter '${parameter.name.name}' is declared here`);
  if (value.kind === 'DontCareExpression') {
    if (parameter.direction === 'out' || parameter.direction === undefined) return true;
    checker.sink.report('P4357', value.span, { name: parameter.name.name }, { related });
    return false;
  }
  if (given.kind === 'unknown') return false;
  if (rejectNonValue(checker, value, given, form)) return false;
  if (parameter.direction === 'out' || parameter.direction === 'inout') {
    const problem = whyNotAssignable(checker, value);
    if (problem !== undefined) {
      checker.sink.report(
        'P4358',
        value.span,
        { direction: parameter.direction, name: parameter.name.name, reason: problem.reason },
        { related: [...problem.related, ...related] },
      );
      return false;
    }
    if (checker.inference.unify(type, given)) return true;
    checker.sink.report(
      'P4359',
      value.span,
      {
        direction: parameter.direction,
        name: parameter.name.name,
        wanted: show(checker, type),
        given: show(checker, given),
      },
      { related },
    );
    return false;
  }
  if (!requireConversion(checker, value, type, `parameter '${parameter.name.name}'`, related)) return false;
  if (parameter.direction === undefined && (form === 'call' || form === 'constructor')) {
    return requireCompileTimeKnown(checker, value, parameter);
  }
  return true;
}

/** Things that are no values at all cannot be arguments. */
function rejectNonValue(checker: Checker, value: Expression, type: Type, form: CallForm): boolean {
  switch (type.kind) {
    case 'table':
    case 'action':
    case 'function':
    case 'builtin_method':
    case 'state':
    case 'type_name':
    case 'void':
    case 'set':
    case 'table_result':
    case 'action_run':
      break;
    case 'parser':
    case 'control':
    case 'package':
    case 'parser_type':
    case 'control_type':
      if (form === 'constructor') return false;
      break;
    default:
      return false;
  }
  const constructorCall =
    type.kind === 'type_name' &&
    (type.type.kind === 'parser' ||
      type.type.kind === 'control' ||
      type.type.kind === 'extern' ||
      type.type.kind === 'package');
  checker.sink.report(
    'P4360',
    value.span,
    { type: show(checker, type) },
    {
      hint: constructorCall ? "to make an instance of it, write '()' behind the name" : undefined,
    },
  );
  return true;
}

function requireCompileTimeKnown(checker: Checker, value: Expression, parameter: Parameter): boolean {
  const type = typeOf(checker, value);
  // Externs and other instances are passed by reference (specification §6.8).
  if (isObject(checker.inference.head(type))) return true;
  const before = checker.sink.errorCount;
  if (evaluateConstant(constantContext(checker), value) !== undefined) return true;
  if (checker.sink.errorCount > before) return false;
  if (isKnownInCall(checker, value)) return true;
  checker.sink.report(
    'P4361',
    value.span,
    { name: parameter.name.name },
    {
      related: declaredHere(
        parameter,
        `'${parameter.name.name}' has no direction, so its value must be compile-time known`,
      ),
    },
  );
  return false;
}

/**
 * Directionless parameters are themselves compile-time known at each call, so they, and what is computed from
 * them and from constants, may be handed on; so may what a pure extern function makes of them.
 */
function isKnownInCall(checker: Checker, value: Expression): boolean {
  const known = (part: Expression) =>
    evaluateConstant(constantContext(checker), part) !== undefined || isKnownInCall(checker, part);
  switch (value.kind) {
    case 'ParenthesizedExpression':
      return known(value.inner);
    case 'CastExpression':
    case 'UnaryExpression':
      return known(value.operand);
    case 'BinaryExpression':
      return known(value.left) && known(value.right);
    case 'ListExpression':
      return value.elements.every(known);
    case 'StructExpression':
      return value.fields.every((field) => known(field.value));
    case 'NameExpression': {
      const referent = checker.references.get(value);
      return referent?.kind === 'Parameter' && referent.direction === undefined;
    }
    case 'CallExpression': {
      const call = checker.calls.get(value);
      return (
        call?.kind === 'extern_function' &&
        call.declaration.kind === 'ExternFunctionDeclaration' &&
        hasAnnotation(call.declaration.annotations, 'pure') &&
        call.bindings.every((binding) => binding.argument === undefined || known(binding.argument.value))
      );
    }
    default:
      return false;
  }
}

function isObject(type: Type): boolean {
  switch (type.kind) {
    case 'extern':
    case 'parser':
    case 'control':
    case 'package':
    case 'parser_type':
    case 'control_type':
    case 'value_set':
      return true;
    default:
      return false;
  }
}

/**
 * Reports type arguments that a call leaves open, or that came out as `int`, which has no width to run with.
 * @returns false when something was reported.
 */
export function requireInferred(
  checker: Checker,
  typeArguments: readonly Type[],
  typeParameters: readonly { readonly name: Identifier }[],
  bindings: readonly BoundArgument[],
  place: Span,
  what: string,
  form: CallForm,
): boolean {
  for (const [index, argument] of typeArguments.entries()) {
    const type = checker.inference.resolve(argument);
    const name = typeParameters[index]?.name.name ?? '';
    if (type.kind === 'inference') {
      if (type.name === '_' || isLeftOut(checker, type, bindings)) continue;
      checker.sink.report(
        'P4362',
        place,
        { name, what },
        { hint: `write the type: '${what.replace(/^\w+ /, '').replaceAll("'", '')}<…>(…)'` },
      );
      return false;
    }
    if (type.kind === 'struct_expression') {
      const culprit = bindings.find((binding) => sameType(checker.inference.resolve(binding.type), type));
      checker.sink.report(
        'P4372',
        culprit?.argument?.span ?? place,
        {},
        { hint: "write its type before it: '(Type) { … }'" },
      );
      return false;
    }
    if (form !== 'constructor' || !someLeaf(type, (leaf) => leaf.kind === 'int')) continue;
    if (type.kind === 'list' || someLeaf(type, (leaf) => leaf.kind === 'unknown')) continue;
    const culprit = bindings.find(
      (binding) => binding.argument !== undefined && mentionsInt(checker, binding),
    );
    if (culprit?.argument === undefined) continue;
    const number = findWidthless(checker, culprit.argument.value);
    checker.sink.report(
      'P4363',
      number.span,
      { name },
      { hint: "write the number with its width, such as '32w1'" },
    );
    return false;
  }
  return true;
}

/**
 * Reports arguments of a run-time call that give a type variable a type which does not exist at run time.
 * @returns false when something was reported.
 */
export function requireRunTimeTypes(checker: Checker, bindings: readonly BoundArgument[]): boolean {
  for (const { parameter, type, argument } of bindings) {
    const declared = checker.declaredTypes.get(parameter) ?? UNKNOWN;
    if (argument === undefined) continue;
    if (!someLeaf(declared, (leaf) => leaf.kind === 'variable')) continue;
    const resolved = checker.inference.resolve(type);
    if (resolved.kind === 'string' && parameter.direction !== undefined) {
      checker.sink.report(
        'P4317',
        argument.span,
        { name: parameter.name.name, type: 'string' },
        { related: declaredHere(parameter) },
      );
      return false;
    }
    if (!someLeaf(resolved, (leaf) => leaf.kind === 'int')) continue;
    const name = declared.kind === 'variable' ? declared.parameter.name.name : show(checker, declared);
    checker.sink.report(
      'P4363',
      findWidthless(checker, argument.value).span,
      { name },
      {
        hint: "write the number with its width, such as '32w1'",
      },
    );
    return false;
  }
  return true;
}

/** A type variable that only parameters without arguments mention stays open: nothing ever has that type. */
function isLeftOut(checker: Checker, variable: Type, bindings: readonly BoundArgument[]): boolean {
  return bindings.some(
    (binding) =>
      binding.argument === undefined &&
      binding.parameter.defaultValue === undefined &&
      someLeaf(checker.inference.resolve(binding.type), (leaf) => sameType(leaf, variable)),
  );
}

function mentionsInt(checker: Checker, binding: BoundArgument): boolean {
  return someLeaf(checker.inference.resolve(binding.type), (leaf) => leaf.kind === 'int');
}

/** The number without a width inside a brace expression. */
function findWidthless(checker: Checker, value: Expression): Expression {
  if (value.kind !== 'ListExpression') return value;
  for (const element of value.elements) {
    const type = typeOf(checker, element);
    if (someLeaf(type, (leaf) => leaf.kind === 'int')) return findWidthless(checker, element);
  }
  return value;
}

/** Casts an argument of a built-in method, or reports. */
export function requireArgument(checker: Checker, call: CallExpression, index: number, type: Type): void {
  const argument = call.arguments[index];
  if (argument === undefined || convert(checker, argument.value, type)) return;
  const given = typeOf(checker, argument.value);
  checker.sink.report(
    'P4311',
    argument.span,
    { what: 'the argument', wanted: show(checker, type), given: show(checker, given) },
    { hint: castHint(checker, argument.value, given, type) },
  );
}
