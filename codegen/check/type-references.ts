/** From types as written to types as meant (specification §7). */

import type {
  Expression,
  Identifier,
  NamedTypeReference,
  SizedTypeReference,
  SpecializedTypeReference,
  TypeParameter,
  TypeReference,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type { Referent } from './checked-program.ts';
import { type Checker, type Context, constantContext, declaredHere, resolveName, show } from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { type Container, describeContainer, findNestingProblem, mayContain } from './nesting.ts';
import { MAXIMUM_LEAVES, MAXIMUM_TYPE_DEPTH, typeSize } from './type-size.ts';
import { BOOL, bits, DONT_CARE, ERROR, INT, MATCH_KIND, STRING, type Type, UNKNOWN, VOID } from './types.ts';

/** What may stand in place of a complete type. */
export type TypePlace = {
  /** `_` may stand here: in the type arguments of a call or constructor. */
  readonly dontCare?: boolean;
  /** A generic type may stand here without its arguments, to be inferred: the callee of a constructor call. */
  readonly unspecialized?: boolean;
  /** `void` may stand here: a return type. */
  readonly voidAllowed?: boolean;
};

/** Widths beyond this are refused as slips of the keyboard. */
const MAXIMUM_WIDTH = 1n << 24n;

/** The type that a written type means; reports what is wrong with it and then gives `unknown`. */
export function resolveType(
  checker: Checker,
  context: Context,
  reference: TypeReference,
  place: TypePlace = {},
): Type {
  const type = refuseEnormous(checker, resolve(checker, context, reference, place), reference);
  checker.writtenTypes.set(reference, type);
  return type;
}

function refuseEnormous(checker: Checker, type: Type, reference: TypeReference): Type {
  const { leaves, depth } = typeSize(checker.declaredTypes, checker.typeSizes, type);
  if (leaves <= MAXIMUM_LEAVES && depth <= MAXIMUM_TYPE_DEPTH) return type;
  checker.sink.report('P4339', reference.span, { leaves: MAXIMUM_LEAVES, levels: MAXIMUM_TYPE_DEPTH });
  return UNKNOWN;
}

function resolve(checker: Checker, context: Context, reference: TypeReference, place: TypePlace): Type {
  switch (reference.kind) {
    case 'MissingType':
      return UNKNOWN;
    case 'BaseType':
      switch (reference.name) {
        case 'bool':
          return BOOL;
        case 'error':
          if (checker.errors.size > 0) return ERROR;
          checker.sink.report('P4211', reference.span, {}, { hint: "add '#include <core.p4>' at the top" });
          return UNKNOWN;
        case 'string':
          return STRING;
        case 'match_kind':
          return MATCH_KIND;
        case 'int':
          return INT;
        case 'void':
          if (place.voidAllowed !== true) {
            checker.sink.report(
              'P4302',
              reference.span,
              { type: 'void' },
              { hint: "'void' can only be a return type" },
            );
            return UNKNOWN;
          }
          return VOID;
        case '_':
          if (place.dontCare !== true) {
            checker.sink.report(
              'P4302',
              reference.span,
              { type: '_' },
              {
                hint: "'_' can only stand for a type argument that the compiler is to infer",
              },
            );
            return UNKNOWN;
          }
          return DONT_CARE;
      }
      break;
    case 'SizedType':
      return resolveSized(checker, context, reference);
    case 'NamedType':
      return resolveNamed(checker, context, reference, place);
    case 'SpecializedType':
      return resolveSpecialized(checker, context, reference, place);
    case 'ArrayType': {
      const element = resolveType(checker, context, reference.element, {
        unspecialized: place.unspecialized === true,
      });
      const size = localInteger(checker, context, reference.size, 'the size of an array or header stack');
      if (size === undefined) return UNKNOWN;
      if (size < 0n || size > MAXIMUM_WIDTH) {
        checker.sink.report('P4305', reference.size.span, { size });
        return UNKNOWN;
      }
      return nestedIn(checker, 'array', element, reference.element.span)
        ? { kind: 'array', element, size: Number(size) }
        : UNKNOWN;
    }
    case 'TupleType': {
      const elements = reference.elements.map((element) =>
        resolveType(checker, context, element, { dontCare: place.dontCare === true }),
      );
      const fits = elements.every((type, index) =>
        nestedIn(checker, 'tuple', type, reference.elements[index]?.span ?? reference.span),
      );
      return fits ? { kind: 'tuple', elements } : UNKNOWN;
    }
    case 'ListType': {
      const element = resolveType(checker, context, reference.element);
      return nestedIn(checker, 'list', element, reference.element.span) ? { kind: 'list', element } : UNKNOWN;
    }
  }
  return UNKNOWN;
}

function nestedIn(checker: Checker, container: Container, element: Type, span: Span): boolean {
  if (mayContain(checker.nesting, container, element)) return true;
  checker.sink.report('P4303', span, {
    container: describeContainer(container),
    type: show(checker, element),
  });
  return false;
}

function resolveSized(checker: Checker, context: Context, reference: SizedTypeReference): Type {
  if (reference.width === undefined) return reference.name === 'varbit' ? UNKNOWN : bits(1);
  const width = localInteger(checker, context, reference.width, `the width of '${reference.name}'`);
  if (width === undefined) return UNKNOWN;
  const least = reference.name === 'int' ? 1n : 0n;
  if (width < least || width > MAXIMUM_WIDTH) {
    checker.sink.report('P4304', reference.width.span, {
      type: reference.name,
      width,
      least,
      greatest: MAXIMUM_WIDTH,
    });
    return UNKNOWN;
  }
  if (reference.name === 'varbit') return { kind: 'varbit', width: Number(width) };
  return bits(Number(width), reference.name === 'int');
}

/** The value of an expression that a type depends on: it must be local compile-time known (specification §18.1). */
export function localInteger(
  checker: Checker,
  context: Context,
  expression: Expression,
  what: string,
): bigint | undefined {
  const type = checker.inference.head(checker.checkExpression(checker, context, expression));
  if (type.kind === 'unknown') return undefined;
  if (type.kind !== 'int' && type.kind !== 'bits' && type.kind !== 'serializable_enum') {
    checker.sink.report('P4306', expression.span, { what, type: show(checker, type) });
    return undefined;
  }
  const before = checker.sink.errorCount;
  const value = evaluateConstant(constantContext(checker), expression);
  if (value?.kind === 'integer') return value.value;
  if (checker.sink.errorCount > before) return undefined;
  checker.sink.report(
    'P4307',
    expression.span,
    { what },
    {
      hint:
        value?.kind === 'parametric'
          ? 'a constructor parameter is only known when the program is put together; use a constant'
          : 'use a literal, a constant, or an expression made of them',
    },
  );
  return undefined;
}

/** What kind of thing a referent is, in words, with its article. */
export function describeReferent(referent: Referent): string {
  switch (referent.kind) {
    case 'VariableDeclaration':
      return 'a variable';
    case 'ConstantDeclaration':
      return 'a constant';
    case 'Parameter':
      return 'a parameter';
    case 'ActionDeclaration':
      return 'an action';
    case 'TableDeclaration':
      return 'a table';
    case 'FunctionDeclaration':
    case 'ExternFunctionDeclaration':
      return 'a function';
    case 'MethodPrototype':
      return 'a method';
    case 'Instantiation':
      return 'an instance';
    case 'ValueSetDeclaration':
      return 'a value set';
    case 'ParserState':
      return 'a parser state';
    case 'Identifier':
      return 'a member';
    case 'StructField':
      return 'a field';
    case 'TypeParameter':
      return 'a type variable';
    case 'ParserDeclaration':
      return 'a parser';
    case 'ControlDeclaration':
      return 'a control';
    default:
      return 'a type';
  }
}

/** The type that a declaration declares, with its own type variables as arguments; undefined if it declares none. */
export function declaredType(checker: Checker, referent: Referent): Type | undefined {
  const variables = (parameters: readonly TypeParameter[]): readonly Type[] =>
    parameters.map((parameter) => ({ kind: 'variable', parameter }));
  switch (referent.kind) {
    case 'StructDeclaration':
      return { kind: 'struct', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'HeaderDeclaration':
      return { kind: 'header', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'HeaderUnionDeclaration':
      return {
        kind: 'header_union',
        declaration: referent,
        typeArguments: variables(referent.typeParameters),
      };
    case 'ExternDeclaration':
      return { kind: 'extern', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'ParserTypeDeclaration':
      return {
        kind: 'parser_type',
        declaration: referent,
        typeArguments: variables(referent.typeParameters),
      };
    case 'ControlTypeDeclaration':
      return {
        kind: 'control_type',
        declaration: referent,
        typeArguments: variables(referent.typeParameters),
      };
    case 'PackageTypeDeclaration':
      return { kind: 'package', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'ParserDeclaration':
      return { kind: 'parser', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'ControlDeclaration':
      return { kind: 'control', declaration: referent, typeArguments: variables(referent.typeParameters) };
    case 'EnumDeclaration':
      return { kind: 'enum', declaration: referent };
    case 'SerializableEnumDeclaration':
    case 'NewTypeDeclaration':
    case 'TypedefDeclaration':
      return checker.declaredTypes.get(referent) ?? UNKNOWN;
    case 'TypeParameter':
      return { kind: 'variable', parameter: referent };
    default:
      return undefined;
  }
}

/** How many type arguments a declaration wants. */
function typeParameterCount(referent: Referent): number {
  if (referent.kind === 'FunctionDeclaration' || referent.kind === 'ExternFunctionDeclaration') return 0;
  return 'typeParameters' in referent ? referent.typeParameters.length : 0;
}

function findType(
  checker: Checker,
  context: Context,
  name: Identifier,
  absolute: boolean,
): { readonly type: Type; readonly referent: Referent } | undefined {
  const found = resolveName(checker, context.scope, name, absolute, 'type');
  for (const referent of found) {
    const type = declaredType(checker, referent);
    if (type !== undefined) return { type, referent };
  }
  const [other] = found;
  if (other !== undefined) {
    checker.sink.report(
      'P4204',
      name.span,
      { name: name.name, found: describeReferent(other), wanted: 'a type' },
      { related: declaredHere(other) },
    );
  }
  return undefined;
}

function resolveNamed(
  checker: Checker,
  context: Context,
  reference: NamedTypeReference,
  place: TypePlace,
): Type {
  const found = findType(checker, context, reference.name, reference.absolute);
  if (found === undefined) return UNKNOWN;
  checker.references.set(reference, found.referent);
  const wanted = typeParameterCount(found.referent);
  if (wanted > 0 && place.unspecialized !== true) {
    checker.sink.report(
      'P4308',
      reference.span,
      { name: reference.name.name, wanted },
      {
        related: declaredHere(found.referent),
        hint: `write '${reference.name.name}<${new Array(wanted).fill('…').join(', ')}>' with a type for each '…'`,
      },
    );
    return UNKNOWN;
  }
  return found.type;
}

function resolveSpecialized(
  checker: Checker,
  context: Context,
  reference: SpecializedTypeReference,
  place: TypePlace,
): Type {
  const typeArguments = reference.typeArguments.map((argument) => {
    const type = resolveType(checker, context, argument, {
      dontCare: place.dontCare === true,
      voidAllowed: true,
    });
    return rejectTypeArgument(checker, type, argument.span) ? UNKNOWN : type;
  });
  const found = findType(checker, context, reference.base.name, reference.base.absolute);
  if (found === undefined) return UNKNOWN;
  checker.references.set(reference.base, found.referent);
  const wanted = typeParameterCount(found.referent);
  if (wanted !== typeArguments.length) {
    checker.sink.report(
      'P4309',
      reference.span,
      { name: reference.base.name.name, wanted, given: typeArguments.length },
      { related: declaredHere(found.referent) },
    );
    return UNKNOWN;
  }
  const { type } = found;
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
    case 'extern':
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package': {
      if (typeArguments.some((argument) => checker.inference.head(argument).kind === 'unknown'))
        return UNKNOWN;
      const specialized: Type = { ...type, typeArguments };
      const problem = findNestingProblem(checker.nesting, specialized);
      if (problem === undefined) return specialized;
      checker.sink.report(
        'P4303',
        reference.span,
        { container: describeContainer(problem.container), type: show(checker, problem.type) },
        {
          related:
            problem.span === undefined ? [] : [{ message: 'this field gets that type', span: problem.span }],
        },
      );
      return UNKNOWN;
    }
    default:
      return type;
  }
}

/** Parsers, controls, packages and externs with state are no type arguments (specification appendix on calls). */
export function rejectTypeArgument(checker: Checker, type: Type, span: Span): boolean {
  const head = checker.inference.head(type);
  if (head.kind !== 'parser' && head.kind !== 'control' && head.kind !== 'package') return false;
  checker.sink.report('P4310', span, { type: show(checker, head) });
  return true;
}
