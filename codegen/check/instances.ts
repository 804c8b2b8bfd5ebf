/** Checking of instantiations and the abstract methods they implement (specification §11.3). */

import { didYouMean } from '../nearest-name.ts';
import type { FunctionDeclaration, Instantiation, MethodPrototype } from '../syntax/ast.ts';
import { construct } from './call-expressions.ts';
import { type Checker, type Context, declare, declaredHere, nested, show } from './checker.ts';
import { isOptional } from './conversions.ts';
import { checkParameters } from './local-declarations.ts';
import { checkStatements } from './statements.ts';
import { resolveType } from './type-references.ts';
import type { ExternType, Substitution, Type } from './types.ts';
import { bindTypeParameters, substitute, UNKNOWN } from './types.ts';

/** Checks `Type(arguments) name;` and declares the name. */
export function checkInstantiation(checker: Checker, context: Context, instantiation: Instantiation): void {
  const written = resolveType(checker, context, instantiation.type, { dontCare: true, unspecialized: true });
  const array = written.kind === 'array' ? checker.inference.head(written.element) : undefined;
  const elementType =
    instantiation.type.kind === 'ArrayType' ? instantiation.type.element : instantiation.type;
  const type =
    array?.kind === 'extern' && written.kind === 'array'
      ? {
          ...written,
          element: construct(
            checker,
            context,
            instantiation,
            array,
            elementType,
            instantiation.arguments,
            instantiation.type.span,
          ),
        }
      : construct(
          checker,
          context,
          instantiation,
          written,
          instantiation.type,
          instantiation.arguments,
          instantiation.type.span,
        );
  // What cannot stand here can do nothing here, and one message says so.
  const stands = mayStandHere(checker, context, instantiation, type);
  checker.declaredTypes.set(instantiation, stands ? type : UNKNOWN);
  checkInitializer(checker, context, instantiation, type);
  declare(checker, context.scope, instantiation.name, instantiation);
}

/** Where each kind of object can be instantiated (specification appendix on restrictions of calls, second table). */
function mayStandHere(checker: Checker, context: Context, instantiation: Instantiation, type: Type): boolean {
  const problem = whyNotHere(context, type);
  if (problem === undefined) return true;
  checker.sink.report('P4444', instantiation.span, { type: show(checker, type), place: problem });
  return false;
}

function whyNotHere(context: Context, type: Type): string | undefined {
  switch (type.kind) {
    case 'package':
      return context.place === 'top_level' ? undefined : 'in a parser or control';
    case 'parser':
      if (context.place === 'top_level') return 'at top level';
      return context.place === 'parser_local' ? undefined : 'in a control';
    case 'control':
      if (context.place === 'top_level') return 'at top level';
      return context.place === 'control_local' ? undefined : 'in a parser';
    default:
      return undefined;
  }
}

function checkInitializer(
  checker: Checker,
  context: Context,
  instantiation: Instantiation,
  type: Type,
): void {
  const abstract =
    type.kind === 'extern' ? type.declaration.methods.filter((method) => method.isAbstract) : [];
  const { initializer } = instantiation;
  if (initializer === undefined) {
    if (type.kind === 'extern') requireAll(checker, instantiation, type, abstract, new Set());
    return;
  }
  if (type.kind !== 'extern') {
    if (type.kind !== 'unknown')
      checker.sink.report('P4445', initializer.span, { type: show(checker, type) });
    return;
  }
  if (abstract.length === 0) {
    checker.sink.report(
      'P4445',
      initializer.span,
      { type: show(checker, type) },
      { related: declaredHere(type.declaration) },
    );
  }
  const substitution = bindTypeParameters(type.declaration.typeParameters, type.typeArguments);
  const inside: Context = { ...nested(context), thisType: type };
  const implemented = new Set<MethodPrototype>();
  for (const member of initializer.members) {
    if (member.kind === 'Instantiation') {
      checkInstantiation(checker, inside, member);
      continue;
    }
    const method = implementedMethod(checker, member, type, abstract);
    if (method !== undefined) implemented.add(method);
    checkImplementation(checker, inside, member, method, substitution);
  }
  requireAll(checker, instantiation, type, abstract, implemented);
}

function implementedMethod(
  checker: Checker,
  implementation: FunctionDeclaration,
  type: ExternType,
  abstract: readonly MethodPrototype[],
): MethodPrototype | undefined {
  const { name } = implementation.name;
  const method = abstract.find(
    (candidate) =>
      candidate.name.name === name &&
      candidate.parameters.length >= implementation.parameters.length &&
      candidate.parameters.slice(implementation.parameters.length).every(isOptional),
  );
  if (method !== undefined) return method;
  const namesake = type.declaration.methods.find((candidate) => candidate.name.name === name);
  if (abstract.length > 0) {
    checker.sink.report(
      'P4446',
      implementation.name.span,
      { name, extern: type.declaration.name.name },
      {
        related:
          namesake === undefined
            ? declaredHere(type.declaration)
            : declaredHere(namesake, 'the method is declared here'),
        hint: didYouMean(
          name,
          abstract.map((candidate) => candidate.name.name),
        ),
      },
    );
  }
  return undefined;
}

function checkImplementation(
  checker: Checker,
  outer: Context,
  implementation: FunctionDeclaration,
  method: MethodPrototype | undefined,
  substitution: Substitution,
): void {
  const context: Context = { ...nested(outer), place: 'method', insideLoop: false };
  for (const parameter of implementation.typeParameters)
    declare(checker, context.scope, parameter.name, parameter);
  const returnType = resolveType(checker, context, implementation.returnType, { voidAllowed: true });
  checkParameters(checker, context, implementation.parameters, 'function');
  declare(checker, outer.scope, implementation.name, implementation);
  if (method !== undefined) compareWithMethod(checker, implementation, method, returnType, substitution);
  checkStatements(checker, { ...nested(context), returnType }, implementation.body.statements);
}

function compareWithMethod(
  checker: Checker,
  implementation: FunctionDeclaration,
  method: MethodPrototype,
  returnType: Type,
  substitution: Substitution,
): void {
  const related = declaredHere(method, 'the abstract method is declared here');
  const wanted = substitute(checker.writtenTypes.get(method.returnType) ?? UNKNOWN, substitution);
  if (!checker.inference.unify(wanted, returnType)) {
    checker.sink.report(
      'P4447',
      implementation.returnType.span,
      {
        name: method.name.name,
        what: 'result',
        wanted: show(checker, wanted),
        given: show(checker, returnType),
      },
      { related },
    );
  }
  for (const [index, theirs] of method.parameters.entries()) {
    const mine = implementation.parameters[index];
    if (mine === undefined) continue;
    const wantedType = substitute(checker.declaredTypes.get(theirs) ?? UNKNOWN, substitution);
    const mineType = checker.declaredTypes.get(mine) ?? UNKNOWN;
    const direction = (value: string | undefined) => value ?? 'no direction';
    if (mine.direction !== theirs.direction) {
      checker.sink.report(
        'P4447',
        mine.span,
        {
          name: method.name.name,
          what: `parameter '${mine.name.name}'`,
          wanted: direction(theirs.direction),
          given: direction(mine.direction),
        },
        { related },
      );
    } else if (!checker.inference.unify(wantedType, mineType)) {
      checker.sink.report(
        'P4447',
        mine.span,
        {
          name: method.name.name,
          what: `parameter '${mine.name.name}'`,
          wanted: show(checker, wantedType),
          given: show(checker, mineType),
        },
        { related },
      );
    }
  }
}

function requireAll(
  checker: Checker,
  instantiation: Instantiation,
  type: ExternType,
  abstract: readonly MethodPrototype[],
  implemented: ReadonlySet<MethodPrototype>,
): void {
  const missing = abstract.filter((method) => !implemented.has(method) && !isOptionalMethod(method));
  const [first] = missing;
  if (first === undefined) return;
  checker.sink.report(
    'P4448',
    instantiation.name.span,
    {
      name: instantiation.name.name,
      extern: type.declaration.name.name,
      methods: missing.map((method) => `'${method.name.name}'`).join(', '),
    },
    {
      related: declaredHere(first, 'declared here'),
      hint: `write the methods in braces behind the name: '${instantiation.name.name} = { … };'`,
    },
  );
}

function isOptionalMethod(method: MethodPrototype): boolean {
  return method.annotations.some((annotation) => annotation.name.name === 'optional');
}
