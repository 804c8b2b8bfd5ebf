/** Constants, variables and parameters (specification §6.8, §11.1, §11.2). */

import type { ConstantDeclaration, Parameter, VariableDeclaration } from '../syntax/ast.ts';
import { type Checker, type Context, constantContext, declare, show, typeOf } from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { isOptional, requireConversion } from './conversions.ts';
import { resolveType } from './type-references.ts';
import { mapType, someLeaf, type Type, UNKNOWN } from './types.ts';

/** Checks `const T name = value;` and declares the name behind it. */
export function checkConstant(checker: Checker, context: Context, declaration: ConstantDeclaration): void {
  const type = resolveType(checker, context, declaration.type);
  checker.checkExpression(checker, context, declaration.initializer);
  const known = rejectUnstorable(checker, type, declaration, `constant '${declaration.name.name}'`, true);
  checker.declaredTypes.set(declaration, known ? type : UNKNOWN);
  const given = typeOf(checker, declaration.initializer);
  if (known && given.kind !== 'unknown' && type.kind !== 'unknown') {
    const fits = requireConversion(
      checker,
      declaration.initializer,
      type,
      `constant '${declaration.name.name}'`,
    );
    const before = checker.sink.errorCount;
    if (
      fits &&
      evaluateConstant(constantContext(checker), declaration.initializer) === undefined &&
      checker.sink.errorCount === before
    ) {
      checker.sink.report(
        'P4307',
        declaration.initializer.span,
        { what: `the value of constant '${declaration.name.name}'` },
        {
          hint: 'declare a variable instead if it is only known when a packet is processed',
        },
      );
    }
  }
  declare(checker, context.scope, declaration.name, declaration);
}

/** Checks `T name;` or `T name = value;` and declares the name behind it. */
export function checkVariable(checker: Checker, context: Context, declaration: VariableDeclaration): void {
  const type = resolveType(checker, context, declaration.type);
  if (declaration.initializer !== undefined)
    checker.checkExpression(checker, context, declaration.initializer);
  const known = rejectUnstorable(checker, type, declaration, `variable '${declaration.name.name}'`, false);
  checker.declaredTypes.set(declaration, known ? type : UNKNOWN);
  if (
    known &&
    declaration.initializer !== undefined &&
    typeOf(checker, declaration.initializer).kind !== 'unknown'
  ) {
    requireConversion(checker, declaration.initializer, type, `variable '${declaration.name.name}'`);
  }
  declare(checker, context.scope, declaration.name, declaration);
}

/** Reports types that no constant or variable can have. */
export function rejectUnstorable(
  checker: Checker,
  type: Type,
  declaration: ConstantDeclaration | VariableDeclaration,
  what: string,
  isConstant: boolean,
): boolean {
  switch (type.kind) {
    case 'unknown':
      return false;
    case 'extern':
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package':
      checker.sink.report(
        'P4316',
        declaration.type.span,
        { what, type: show(checker, type) },
        {
          hint:
            type.kind === 'parser_type' || type.kind === 'control_type'
              ? undefined
              : `to make an instance write '${type.declaration.name.name}(…) ${declaration.name.name};'`,
        },
      );
      return false;
    case 'void':
      checker.sink.report('P4316', declaration.type.span, { what, type: show(checker, type) });
      return false;
    case 'int':
    case 'string':
    case 'match_kind':
    case 'list':
      if (isConstant) return true;
      checker.sink.report(
        'P4316',
        declaration.type.span,
        { what, type: show(checker, type) },
        {
          hint:
            type.kind === 'int'
              ? "a variable needs a width, such as 'bit<32>'; a constant can be 'int'"
              : `values of type ${show(checker, type)} exist only while compiling: declare a 'const'`,
        },
      );
      return false;
    default:
      return true;
  }
}

/** What a list of parameters belongs to; decides which types and directions it may have. */
export type ParameterOwner =
  | 'parser'
  | 'control'
  | 'parser_type'
  | 'control_type'
  | 'package'
  | 'extern_function'
  | 'extern_method'
  | 'extern_constructor'
  | 'function'
  | 'action'
  | 'parser_constructor'
  | 'control_constructor';

const CONSTRUCTORS: ReadonlySet<ParameterOwner> = new Set([
  'package',
  'extern_constructor',
  'parser_constructor',
  'control_constructor',
]);

const OPTIONAL_ALLOWED: ReadonlySet<ParameterOwner> = new Set([
  'package',
  'parser_type',
  'control_type',
  'extern_function',
  'extern_method',
  'extern_constructor',
]);

/** Types the parameters, checks them against the rules of their owner, and declares them in the context's scope. */
export function checkParameters(
  checker: Checker,
  context: Context,
  parameters: readonly Parameter[],
  owner: ParameterOwner,
): void {
  let hasActionData: Parameter | undefined;
  for (const parameter of parameters) {
    const type = resolveType(checker, context, parameter.type, {
      dontCare:
        owner === 'package' ||
        owner === 'extern_method' ||
        owner === 'extern_function' ||
        owner === 'extern_constructor',
    });
    checker.declaredTypes.set(parameter, type);
    if (CONSTRUCTORS.has(owner)) checker.constructorParameters.add(parameter);
    checkParameterType(checker, parameter, type, owner);
    checkParameterForm(checker, context, parameter, type, owner);
    if (owner === 'action') {
      if (parameter.direction === undefined) hasActionData ??= parameter;
      else if (hasActionData !== undefined) {
        checker.sink.report(
          'P4318',
          hasActionData.span,
          {
            name: hasActionData.name.name,
            reason: 'parameters without direction stand behind those with one',
          },
          { related: [{ message: 'this one has a direction', span: parameter.span }] },
        );
        hasActionData = undefined;
      }
    }
    declare(checker, context.scope, parameter.name, parameter);
  }
}

function checkParameterForm(
  checker: Checker,
  context: Context,
  parameter: Parameter,
  type: Type,
  owner: ParameterOwner,
): void {
  const name = parameter.name.name;
  if (CONSTRUCTORS.has(owner) && parameter.direction !== undefined) {
    checker.sink.report('P4318', parameter.span, {
      name,
      reason: 'parameters of constructors and packages have no direction',
    });
  }
  if (isOptional(parameter)) {
    if (parameter.defaultValue !== undefined) {
      checker.sink.report('P4318', parameter.span, {
        name,
        reason: 'an @optional parameter cannot have a default value',
      });
    }
    if (!OPTIONAL_ALLOWED.has(owner)) {
      checker.sink.report('P4318', parameter.span, {
        name,
        reason: 'only parameters of packages, externs, and parser and control types can be @optional',
      });
    }
  }
  if (parameter.defaultValue === undefined) return;
  checker.checkExpression(checker, context, parameter.defaultValue);
  if (parameter.direction === 'out' || parameter.direction === 'inout') {
    checker.sink.report('P4318', parameter.defaultValue.span, {
      name,
      reason: `an '${parameter.direction}' parameter cannot have a default value`,
    });
    return;
  }
  if (type.kind === 'unknown' || typeOf(checker, parameter.defaultValue).kind === 'unknown') return;
  const opened = someLeaf(type, (leaf) => leaf.kind === 'variable') ? openVariables(checker, type) : type;
  const fits = requireConversion(checker, parameter.defaultValue, opened, `parameter '${name}'`);
  const before = checker.sink.errorCount;
  if (
    fits &&
    evaluateConstant(constantContext(checker), parameter.defaultValue) === undefined &&
    checker.sink.errorCount === before
  ) {
    checker.sink.report('P4307', parameter.defaultValue.span, {
      what: `the default value of parameter '${name}'`,
    });
  }
}

/** A default value must fit some choice of the type variables. */
function openVariables(checker: Checker, type: Type): Type {
  const opened = new Map<string, Type>();
  return mapVariables(type, (name) => {
    const known = opened.get(name) ?? checker.inference.fresh(name);
    opened.set(name, known);
    return known;
  });
}

function mapVariables(type: Type, open: (name: string) => Type): Type {
  return mapType(type, (leaf) => (leaf.kind === 'variable' ? open(leaf.parameter.name.name) : leaf));
}

function checkParameterType(checker: Checker, parameter: Parameter, type: Type, owner: ParameterOwner): void {
  const report = (what: string) => {
    checker.sink.report('P4316', parameter.type.span, { what, type: show(checker, type) });
    checker.declaredTypes.set(parameter, UNKNOWN);
  };
  const what = `parameter '${parameter.name.name}'`;
  switch (type.kind) {
    case 'package':
      if (owner !== 'package') report(what);
      return;
    case 'parser':
    case 'control':
      // A parameter stands for anything that implements an interface, so its type is the interface.
      report(what);
      return;
    case 'parser_type':
      if (owner !== 'package' && owner !== 'parser_constructor') report(what);
      return;
    case 'control_type':
      if (owner !== 'package' && owner !== 'control_constructor') report(what);
      return;
    case 'extern':
      if (owner === 'action' || owner === 'function') {
        if (owner === 'action') report(`${what} of an action`);
        else if (parameter.direction !== undefined) noDirection(checker, parameter, type);
        return;
      }
      if (parameter.direction !== undefined) noDirection(checker, parameter, type);
      return;
    case 'int':
      if (owner === 'action') report(`${what} of an action`);
      else if (parameter.direction !== undefined) noDirection(checker, parameter, type);
      return;
    case 'string':
    case 'match_kind':
    case 'list':
      if (parameter.direction !== undefined) noDirection(checker, parameter, type);
      return;
    case 'void':
      report(what);
      return;
    default:
      return;
  }
}

function noDirection(checker: Checker, parameter: Parameter, type: Type): void {
  checker.sink.report(
    'P4317',
    parameter.span,
    { name: parameter.name.name, type: show(checker, type) },
    {
      hint: `leave '${parameter.direction}' away`,
    },
  );
}
