/** Typing of `target.member`, `target[index]` and bit slices (specification §8.6 to §8.20). */

import { didYouMean } from '../nearest-name.ts';
import type { Expression, Identifier, MemberExpression } from '../syntax/ast.ts';
import {
  type Checker,
  type Context,
  constantContext,
  declaredHere,
  record,
  show,
  typeOf,
} from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { isHeaderStack } from './fields.ts';
import {
  BOOL,
  bindTypeParameters,
  bits,
  type ExternType,
  INT,
  type StructLikeType,
  substitute,
  type Type,
  UNKNOWN,
} from './types.ts';

/** Methods that tell a size; defined on every serializable value and type (specification §9). */
const SIZE_METHODS: ReadonlySet<string> = new Set([
  'minSizeInBits',
  'minSizeInBytes',
  'maxSizeInBits',
  'maxSizeInBytes',
]);

/** Whether a name is that of a method that tells a size; its object is never evaluated (specification §9). */
export function isSizeMethod(name: string): boolean {
  return SIZE_METHODS.has(name);
}

/** A method that the language gives to headers, stacks and sized values; a field of the same name does not hide it in a call. */
export function builtinMethod(target: Type, name: string): Type | undefined {
  const isValidity = name === 'isValid' && (target.kind === 'header' || target.kind === 'header_union');
  const changesValidity = (name === 'setValid' || name === 'setInvalid') && target.kind === 'header';
  const isSize = SIZE_METHODS.has(name) && hasSize(target.kind === 'type_name' ? target.type : target);
  return isValidity || changesValidity || isSize ? builtin(name, target) : undefined;
}

/** The type of a member access whose target has been typed. */
export function checkMember(checker: Checker, expression: MemberExpression): Type {
  const target = typeOf(checker, expression.target);
  const { member } = expression;
  if (target.kind === 'unknown' || member.name === '') return UNKNOWN;
  if (target.kind === 'type_name')
    return checkTypeMember(checker, expression, checker.inference.head(target.type));
  const found = memberOfValue(checker, expression, target, member);
  if (found !== undefined) return found;
  if (SIZE_METHODS.has(member.name) && hasSize(target))
    return { kind: 'builtin_method', name: member.name, target };
  reportNoMember(checker, target, member);
  return UNKNOWN;
}

function hasSize(type: Type): boolean {
  switch (type.kind) {
    case 'bits':
    case 'bool':
    case 'varbit':
    case 'serializable_enum':
    case 'newtype':
    case 'tuple':
    case 'list_expression':
    case 'struct':
    case 'header':
    case 'header_union':
    case 'array':
      return true;
    default:
      return false;
  }
}

function builtin(name: string, target: Type): Type {
  return { kind: 'builtin_method', name, target };
}

function memberOfValue(
  checker: Checker,
  expression: MemberExpression,
  target: Type,
  member: Identifier,
): Type | undefined {
  const { name } = member;
  switch (target.kind) {
    case 'struct':
    case 'header':
    case 'header_union': {
      const field = fieldNamed(checker, target, name);
      if (field !== undefined) {
        checker.references.set(expression, field.field);
        return field.type;
      }
      if (name === 'isValid' && target.kind !== 'struct') return builtin(name, target);
      if (target.kind === 'header' && (name === 'setValid' || name === 'setInvalid'))
        return builtin(name, target);
      return undefined;
    }
    case 'struct_expression':
      return target.fields.find((field) => field.name === name)?.type;
    case 'array':
      return isHeaderStack({ ...target, element: checker.inference.head(target.element) })
        ? memberOfStack(target, name)
        : name === 'size'
          ? bits(32)
          : undefined;
    case 'table':
      return name === 'apply' ? builtin(name, target) : undefined;
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
      return name === 'apply' ? builtin(name, target) : undefined;
    case 'table_result':
      if (name === 'hit' || name === 'miss') return BOOL;
      return name === 'action_run' ? { kind: 'action_run', declaration: target.declaration } : undefined;
    case 'extern':
      return methodsNamed(target, name);
    default:
      return undefined;
  }
}

function memberOfStack(target: Type & { readonly kind: 'array' }, name: string): Type | undefined {
  switch (name) {
    case 'next':
    case 'last':
      return target.element;
    case 'lastIndex':
    case 'size':
      return bits(32);
    case 'push_front':
    case 'pop_front':
      return builtin(name, target);
    default:
      return undefined;
  }
}

/** The overloads of a method. */
function methodsNamed(target: ExternType, name: string): Type | undefined {
  const candidates = target.declaration.methods.filter((method) => method.name.name === name);
  return candidates.length === 0 ? undefined : { kind: 'function', candidates };
}

function fieldNamed(checker: Checker, type: StructLikeType, name: string) {
  let byName = checker.fieldsByName.get(type.declaration);
  if (byName === undefined) {
    byName = new Map(type.declaration.fields.map((field) => [field.name.name, field]));
    checker.fieldsByName.set(type.declaration, byName);
  }
  const field = byName.get(name);
  if (field === undefined) return undefined;
  const substitution = bindTypeParameters(type.declaration.typeParameters, type.typeArguments);
  return { field, type: substitute(checker.declaredTypes.get(field) ?? UNKNOWN, substitution) };
}

/** `E.member`, `error.member`, `match_kind.member`, `Control.apply`, `H.minSizeInBits`. */
function checkTypeMember(checker: Checker, expression: MemberExpression, type: Type): Type {
  const { member } = expression;
  const { name } = member;
  switch (type.kind) {
    case 'unknown':
      return UNKNOWN;
    case 'error':
    case 'match_kind': {
      const members = type.kind === 'error' ? checker.errors : checker.matchKinds;
      const found = members.get(name);
      if (found !== undefined) {
        checker.references.set(expression, found);
        return type;
      }
      checker.sink.report(
        'P4205',
        member.span,
        { type: `'${type.kind}'`, member: name },
        {
          hint:
            didYouMean(name, members.keys()) ??
            (members.size === 0 ? "is '#include <core.p4>' missing?" : undefined),
        },
      );
      return UNKNOWN;
    }
    case 'enum': {
      const found = type.declaration.members.find((candidate) => candidate.name === name);
      if (found !== undefined) {
        checker.references.set(expression, found);
        return type;
      }
      break;
    }
    case 'serializable_enum': {
      const found = type.declaration.members.find((candidate) => candidate.name.name === name);
      if (found !== undefined) {
        checker.references.set(expression, found.name);
        return type;
      }
      break;
    }
    case 'parser':
    case 'control':
      if (name === 'apply') return builtin(name, { kind: 'type_name', type });
      break;
    default:
      break;
  }
  if (SIZE_METHODS.has(name) && hasSize(type)) return builtin(name, { kind: 'type_name', type });
  reportNoMember(checker, { kind: 'type_name', type }, member);
  return UNKNOWN;
}

/** The names that could have stood behind the dot. */
function memberNames(type: Type): readonly string[] {
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
      return [
        ...type.declaration.fields.map((field) => field.name.name),
        ...(type.kind === 'struct'
          ? []
          : type.kind === 'header'
            ? ['isValid', 'setValid', 'setInvalid']
            : ['isValid']),
      ];
    case 'array':
      return isHeaderStack(type) ? ['next', 'last', 'lastIndex', 'size', 'push_front', 'pop_front'] : [];
    case 'table':
    case 'parser':
    case 'control':
      return ['apply'];
    case 'table_result':
      return ['hit', 'miss', 'action_run'];
    case 'extern':
      return [...new Set(type.declaration.methods.map((method) => method.name.name))];
    case 'type_name':
      if (type.type.kind === 'enum') return type.type.declaration.members.map((member) => member.name);
      if (type.type.kind === 'serializable_enum')
        return type.type.declaration.members.map((member) => member.name.name);
      return [];
    default:
      return [];
  }
}

function reportNoMember(checker: Checker, type: Type, member: Identifier): void {
  const candidates = memberNames(type);
  const named = type.kind === 'type_name' ? type.type : type;
  const listed =
    candidates.length > 0 && candidates.length <= 8
      ? `it has ${candidates.map((name) => `'${name}'`).join(', ')}`
      : undefined;
  let hint = didYouMean(member.name, candidates) ?? listed;
  if (type.kind === 'function' || type.kind === 'builtin_method')
    hint = "to call it, write '()' behind it first";
  checker.sink.report(
    'P4205',
    member.span,
    { type: `'${show(checker, type)}'`.replace(/^'the type (.*)'$/, "the type '$1'"), member: member.name },
    {
      hint,
      related: 'declaration' in named && named.kind !== 'action_run' ? declaredHere(named.declaration) : [],
    },
  );
}

/** The type of `target[index]` (specification §8.12 for tuples, §8.17 and §8.18 for arrays and stacks). */
export function checkIndex(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'IndexExpression' },
): Type {
  const target = checker.inference.head(checker.checkExpression(checker, context, expression.target));
  const index = indexType(checker, context, expression.index);
  if (target.kind === 'unknown' || index === undefined) return UNKNOWN;
  const value = evaluateConstant(constantContext(checker), expression.index);
  switch (target.kind) {
    case 'tuple':
    case 'list_expression': {
      if (value?.kind !== 'integer') {
        checker.sink.report(
          'P4307',
          expression.index.span,
          { what: 'the index of a tuple' },
          {
            hint: 'the elements of a tuple have different types, so the index must be a constant',
          },
        );
        return UNKNOWN;
      }
      const element = value.value < 0n ? undefined : target.elements[Number(value.value)];
      if (element !== undefined) return element;
      checker.sink.report('P4333', expression.index.span, {
        index: value.value,
        size: target.elements.length,
        type: show(checker, target),
      });
      return UNKNOWN;
    }
    case 'array':
      if (
        context.onlySized !== true &&
        value?.kind === 'integer' &&
        (value.value < 0n || value.value >= BigInt(target.size))
      ) {
        checker.sink.report('P4333', expression.index.span, {
          index: value.value,
          size: target.size,
          type: show(checker, target),
        });
      }
      return target.element;
    default:
      checker.sink.report(
        'P4334',
        expression.target.span,
        { type: show(checker, target) },
        {
          hint: target.kind === 'bits' ? `one bit is written as a slice: '[i:i]'` : undefined,
        },
      );
      return UNKNOWN;
  }
}

/** Types an index or slice bound: a number; undefined when it is something else (reported). */
function indexType(checker: Checker, context: Context, index: Expression): Type | undefined {
  const type = checker.inference.head(checker.checkExpression(checker, context, index));
  if (type.kind === 'int' || type.kind === 'bits') return type;
  if (type.kind === 'serializable_enum') {
    checker.implicitCasts.set(index, checker.inference.head(type.underlying));
    return type;
  }
  if (type.kind !== 'unknown')
    checker.sink.report('P4306', index.span, { what: 'an index', type: show(checker, type) });
  return undefined;
}

/** The type of `target[high:low]` (specification §8.6). */
export function checkSlice(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'SliceExpression' },
): Type {
  const width = slicedWidth(checker, context, expression.target);
  const high = sliceBound(checker, context, expression.high);
  const low = sliceBound(checker, context, expression.low);
  if (width === undefined || high === undefined || low === undefined) return UNKNOWN;
  if (high < low) {
    checker.sink.report(
      'P4336',
      expression.span,
      { high, low },
      { hint: `the higher bit comes first: '[${low}:${high}]'` },
    );
    return UNKNOWN;
  }
  if (width !== Number.POSITIVE_INFINITY && high >= BigInt(width)) {
    checker.sink.report('P4337', expression.high.span, { bit: high, width });
    return UNKNOWN;
  }
  return high - low > 1n << 24n ? UNKNOWN : bits(Number(high - low) + 1);
}

/** The type of `target[low +: width]` (specification §8.6). */
export function checkPartSelect(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'PartSelectExpression' },
): Type {
  const width = slicedWidth(checker, context, expression.target);
  const lowType = indexType(checker, context, expression.low);
  const selected = sliceBound(checker, context, expression.width);
  if (width === undefined || lowType === undefined || selected === undefined) return UNKNOWN;
  if (selected < 1n) {
    checker.sink.report('P4335', expression.width.span, { what: 'the width of a slice', value: selected });
    return UNKNOWN;
  }
  const low = evaluateConstant(constantContext(checker), expression.low);
  if (low?.kind === 'integer') {
    if (low.value < 0n) {
      checker.sink.report('P4335', expression.low.span, {
        what: 'the lowest bit of a slice',
        value: low.value,
      });
      return UNKNOWN;
    }
    if (width !== Number.POSITIVE_INFINITY && low.value + selected > BigInt(width)) {
      checker.sink.report('P4337', expression.low.span, { bit: low.value + selected - 1n, width });
      return UNKNOWN;
    }
  } else if (lowType.kind === 'bits' && lowType.signed) {
    checker.sink.report('P4326', expression.low.span, { type: show(checker, lowType) });
    return UNKNOWN;
  }
  if (width !== Number.POSITIVE_INFINITY && selected > BigInt(width)) {
    checker.sink.report('P4337', expression.width.span, { bit: selected - 1n, width });
    return UNKNOWN;
  }
  return selected > 1n << 24n ? UNKNOWN : bits(Number(selected));
}

function slicedWidth(checker: Checker, context: Context, target: Expression): number | undefined {
  const type = checker.inference.head(checker.checkExpression(checker, context, target));
  const representation = type.kind === 'serializable_enum' ? checker.inference.head(type.underlying) : type;
  if (type.kind === 'serializable_enum') checker.implicitCasts.set(target, representation);
  if (representation.kind === 'bits') return representation.width;
  if (representation.kind === 'int') return Number.POSITIVE_INFINITY;
  if (type.kind !== 'unknown') checker.sink.report('P4338', target.span, { type: show(checker, type) });
  return undefined;
}

function sliceBound(checker: Checker, context: Context, bound: Expression): bigint | undefined {
  if (indexType(checker, context, bound) === undefined) return undefined;
  const value = evaluateConstant(constantContext(checker), bound);
  if (value?.kind !== 'integer') {
    checker.sink.report(
      'P4307',
      bound.span,
      { what: 'a bound of a slice' },
      {
        hint: "for a slice of constant width at a computed place write '[place +: width]'",
      },
    );
    return undefined;
  }
  if (value.value < 0n) {
    checker.sink.report('P4335', bound.span, { what: 'a bound of a slice', value: value.value });
    return undefined;
  }
  return value.value;
}

/** What a name that stands for a type is as an expression. */
export function typeName(type: Type): Type {
  return { kind: 'type_name', type };
}

/** The type of the literal `value`. */
export function literalType(
  checker: Checker,
  expression: Expression & { readonly kind: 'IntegerLiteral' },
): Type {
  if (expression.width === undefined) return record(checker, expression, INT);
  return record(checker, expression, bits(expression.width, expression.signed));
}
