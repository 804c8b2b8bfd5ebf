/** Checking of top-level declarations, above all those that declare types (specification §7, §11, §16). */

import type {
  ControlTypeDeclaration,
  Declaration,
  DerivedTypeDeclaration,
  ExternDeclaration,
  HeaderDeclaration,
  HeaderUnionDeclaration,
  Identifier,
  NewTypeDeclaration,
  PackageTypeDeclaration,
  ParserTypeDeclaration,
  SerializableEnumDeclaration,
  StructDeclaration,
  TypedefDeclaration,
} from '../syntax/ast.ts';
import {
  checkAction,
  checkControl,
  checkFunction,
  checkParser,
  checkSignature,
  declareTypeParameters,
} from './blocks.ts';
import {
  type Checker,
  type Context,
  checkAnnotations,
  constantContext,
  declare,
  nested,
  show,
  typeOf,
} from './checker.ts';
import { fitsWidth } from './constant-values.ts';
import { evaluateConstant } from './constants.ts';
import { requireConversion } from './conversions.ts';
import { checkInstantiation } from './instances.ts';
import { checkConstant, checkParameters } from './local-declarations.ts';
import { describeContainer, mayContain } from './nesting.ts';
import { Scope } from './scope.ts';
import { declaredType, resolveType } from './type-references.ts';
import type { Type } from './types.ts';
import { ERROR, MATCH_KIND, UNKNOWN } from './types.ts';

/** Checks one top-level declaration and declares its name. */
export function checkDeclaration(checker: Checker, context: Context, declaration: Declaration): void {
  const name = 'name' in declaration ? declaration.name : undefined;
  if (name !== undefined) checker.underway.set(name.name, name);
  checkAnnotations(checker, context, declaration.annotations);
  check(checker, context, declaration);
  if (name !== undefined) checker.underway.delete(name.name);
}

function check(checker: Checker, context: Context, declaration: Declaration): void {
  const { scope } = context;
  switch (declaration.kind) {
    case 'ConstantDeclaration':
      checkConstant(checker, context, declaration);
      return;
    case 'Instantiation':
      checkInstantiation(checker, context, declaration);
      return;
    case 'ActionDeclaration':
      checkAction(checker, context, declaration);
      return;
    case 'FunctionDeclaration':
      checkFunction(checker, context, declaration);
      return;
    case 'ExternFunctionDeclaration':
      checkSignature(checker, context, declaration, 'extern_function');
      declare(checker, scope, declaration.name, declaration);
      return;
    case 'ParserDeclaration':
      checkParser(checker, context, declaration);
      declare(checker, scope, declaration.name, declaration);
      return;
    case 'ControlDeclaration':
      checkControl(checker, context, declaration);
      declare(checker, scope, declaration.name, declaration);
      return;
    case 'ParserTypeDeclaration':
    case 'ControlTypeDeclaration':
    case 'PackageTypeDeclaration':
      checkBlockType(checker, context, declaration);
      declare(checker, scope, declaration.name, declaration);
      return;
    case 'ExternDeclaration':
      checkExtern(checker, context, declaration);
      return;
    case 'ErrorDeclaration':
      for (const member of declaration.members) declareMember(checker, checker.errors, member, ERROR);
      return;
    case 'MatchKindDeclaration':
      for (const member of declaration.members)
        declareMember(checker, checker.matchKinds, member, MATCH_KIND);
      return;
    case 'TypedefDeclaration':
      checkTypedef(checker, context, declaration);
      return;
    case 'NewTypeDeclaration':
      checkNewType(checker, context, declaration);
      return;
    case 'HeaderDeclaration':
    case 'HeaderUnionDeclaration':
    case 'StructDeclaration':
    case 'EnumDeclaration':
    case 'SerializableEnumDeclaration':
      checkDerivedType(checker, context, declaration);
      return;
  }
}

/** `error` and `match_kind` members of all declarations are one set (specification §7.1.2, §7.1.3). */
function declareMember(
  checker: Checker,
  members: Map<string, Identifier>,
  member: Identifier,
  type: Type,
): void {
  if (member.name === '') return;
  checker.declaredTypes.set(member, type);
  const previous = members.get(member.name);
  if (previous !== undefined) {
    checker.sink.report(
      'P4201',
      member.span,
      { name: member.name },
      { related: [{ message: 'first declared here', span: previous.span }] },
    );
    return;
  }
  members.set(member.name, member);
}

function checkBlockType(
  checker: Checker,
  outer: Context,
  declaration: ParserTypeDeclaration | ControlTypeDeclaration | PackageTypeDeclaration,
): void {
  const context = nested(outer);
  declareTypeParameters(checker, context, declaration.typeParameters);
  const owner =
    declaration.kind === 'ParserTypeDeclaration'
      ? 'parser_type'
      : declaration.kind === 'ControlTypeDeclaration'
        ? 'control_type'
        : 'package';
  checkParameters(checker, context, declaration.parameters, owner);
}

function checkExtern(checker: Checker, outer: Context, declaration: ExternDeclaration): void {
  const context = nested(outer);
  declareTypeParameters(checker, context, declaration.typeParameters);
  const constructors = new Map<string, Identifier>();
  for (const prototype of declaration.constructors) {
    if (prototype.name.name !== declaration.name.name) {
      checker.sink.report('P4449', prototype.name.span, {
        name: prototype.name.name,
        extern: declaration.name.name,
      });
    }
    checkParameters(checker, nested(context), prototype.parameters, 'extern_constructor');
    const key = prototype.parameters.map((parameter) => parameter.name.name).join(',');
    const previous = constructors.get(key);
    if (previous !== undefined) {
      checker.sink.report(
        'P4201',
        prototype.name.span,
        { name: prototype.name.name },
        { related: [{ message: 'first declared here', span: previous.span }] },
      );
    }
    constructors.set(key, prototype.name);
  }
  const methods = new Scope(undefined);
  for (const method of declaration.methods) {
    if (method.name.name === declaration.name.name) {
      checker.sink.report(
        'P4450',
        method.name.span,
        { extern: declaration.name.name },
        { hint: 'leave the result type away' },
      );
      continue;
    }
    checkSignature(checker, context, method, 'extern_method');
    declare(checker, methods, method.name, method);
  }
  declare(checker, outer.scope, declaration.name, declaration);
}

function checkTypedef(checker: Checker, context: Context, declaration: TypedefDeclaration): void {
  let type: Type;
  if (isDerivedType(declaration.type)) {
    checkDerivedType(checker, context, declaration.type);
    type = declaredType(checker, declaration.type) ?? UNKNOWN;
  } else {
    type = resolveType(checker, context, declaration.type);
    if (type.kind === 'string' || type.kind === 'match_kind') {
      checker.sink.report('P4319', declaration.type.span, { kind: 'typedef', type: show(checker, type) });
      type = UNKNOWN;
    }
  }
  checker.declaredTypes.set(declaration, type);
  declare(checker, context.scope, declaration.name, declaration);
}

function isDerivedType(type: TypedefDeclaration['type']): type is DerivedTypeDeclaration {
  return type.kind.endsWith('Declaration');
}

function checkNewType(checker: Checker, context: Context, declaration: NewTypeDeclaration): void {
  const underlying = resolveType(checker, context, declaration.type);
  if (underlying.kind !== 'unknown' && !isNewTypeBase(underlying)) {
    checker.sink.report(
      'P4319',
      declaration.type.span,
      { kind: 'type', type: show(checker, underlying) },
      {
        hint: `for another name of the same type write 'typedef'`,
      },
    );
    checker.declaredTypes.set(declaration, UNKNOWN);
  } else {
    checker.declaredTypes.set(
      declaration,
      underlying.kind === 'unknown' ? UNKNOWN : { kind: 'newtype', declaration, underlying },
    );
  }
  declare(checker, context.scope, declaration.name, declaration);
}

/** Specification §7.2.8, the second table. */
function isNewTypeBase(type: Type): boolean {
  return type.kind === 'bits' || type.kind === 'bool' || type.kind === 'newtype';
}

/** Checks a header, union, struct or enum and declares its name behind it. */
function checkDerivedType(checker: Checker, context: Context, declaration: DerivedTypeDeclaration): void {
  switch (declaration.kind) {
    case 'EnumDeclaration': {
      declare(checker, context.scope, declaration.name, declaration);
      const members = new Map<string, Identifier>();
      for (const member of declaration.members)
        declareMember(checker, members, member, { kind: 'enum', declaration });
      return;
    }
    case 'SerializableEnumDeclaration':
      checkSerializableEnum(checker, context, declaration);
      return;
    default:
      checkFields(checker, context, declaration);
      declare(checker, context.scope, declaration.name, declaration);
  }
}

function checkFields(
  checker: Checker,
  outer: Context,
  declaration: HeaderDeclaration | HeaderUnionDeclaration | StructDeclaration,
): void {
  const context = nested(outer);
  declareTypeParameters(checker, context, declaration.typeParameters);
  const container =
    declaration.kind === 'HeaderDeclaration'
      ? 'header'
      : declaration.kind === 'StructDeclaration'
        ? 'struct'
        : 'header_union';
  const names = new Map<string, Identifier>();
  for (const field of declaration.fields) {
    const type = resolveType(checker, context, field.type);
    checker.declaredTypes.set(field, type);
    if (!mayContain(checker.nesting, container, type)) {
      checker.sink.report(
        'P4303',
        field.type.span,
        { container: describeContainer(container), type: show(checker, type) },
        {
          related: [{ message: `in this ${container.replace('_', ' ')}`, span: declaration.name.span }],
        },
      );
    }
    const previous = names.get(field.name.name);
    if (previous !== undefined && field.name.name !== '') {
      checker.sink.report(
        'P4201',
        field.name.span,
        { name: field.name.name },
        { related: [{ message: 'first declared here', span: previous.span }] },
      );
    }
    names.set(field.name.name, field.name);
  }
}

function checkSerializableEnum(
  checker: Checker,
  context: Context,
  declaration: SerializableEnumDeclaration,
): void {
  const underlying = resolveType(checker, context, declaration.underlyingType);
  if (underlying.kind !== 'bits' && underlying.kind !== 'unknown') {
    checker.sink.report(
      'P4319',
      declaration.underlyingType.span,
      { kind: 'enum', type: show(checker, underlying) },
      {
        hint: underlying.kind === 'int' ? "give the representation a width, such as 'bit<8>'" : undefined,
      },
    );
  }
  const type: Type =
    underlying.kind === 'bits' ? { kind: 'serializable_enum', declaration, underlying } : UNKNOWN;
  checker.declaredTypes.set(declaration, type);
  const members = new Map<string, Identifier>();
  // The members declared so far can be used, by their bare names, in the values of those that follow.
  const inside = nested(context);
  for (const member of declaration.members) {
    checker.checkExpression(checker, inside, member.value);
    declareMember(checker, members, member.name, type);
    if (inside.scope.own(member.name.name).length === 0) inside.scope.add(member.name.name, member.name);
    if (underlying.kind !== 'bits' || typeOf(checker, member.value).kind === 'unknown') continue;
    checkRepresentation(checker, member.value, underlying, member.name);
  }
  declare(checker, context.scope, declaration.name, declaration);
}

function checkRepresentation(
  checker: Checker,
  value: SerializableEnumDeclaration['members'][number]['value'],
  underlying: Type & { readonly kind: 'bits' },
  name: Identifier,
): void {
  const given = typeOf(checker, value);
  const constant = evaluateConstant(constantContext(checker), value);
  if (
    given.kind === 'int' &&
    constant?.kind === 'integer' &&
    !fitsWidth(constant.value, underlying.width, underlying.signed)
  ) {
    checker.sink.report('P4451', value.span, {
      name: name.name,
      value: constant.value,
      type: show(checker, underlying),
    });
    return;
  }
  if (!requireConversion(checker, value, underlying, `enum member '${name.name}'`)) return;
  if (constant?.kind !== 'integer')
    checker.sink.report('P4307', value.span, { what: `the value of enum member '${name.name}'` });
}
