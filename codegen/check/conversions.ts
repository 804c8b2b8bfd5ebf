/** Implicit casts: when a value of one type may stand where another is wanted (specification §8.11.2, §8.12 to §8.14). */

import type { Related } from '../diagnostics.ts';
import type { Expression, Parameter } from '../syntax/ast.ts';
import {
  type Checker,
  constantContext,
  declaredHere,
  hasAnnotation,
  show,
  textOf,
  typeOf,
} from './checker.ts';
import { fitsWidth } from './constant-values.ts';
import { evaluateConstant, hasDefaultValue } from './constants.ts';
import { fieldsOf, isStructLike } from './fields.ts';
import type { BlockInterfaceType, BlockType, StructLikeType, Type } from './types.ts';
import { bindTypeParameters, sameType, substitute } from './types.ts';

/**
 * Makes `expression` fit `target`, noting the implicit casts that this takes; binds open types on the way.
 * Reports nothing but constant overflow.
 * @returns false when no implicit cast leads there.
 */
export function convert(checker: Checker, expression: Expression, target: Type): boolean {
  return convertFrom(checker, expression, typeOf(checker, expression), target);
}

/** Like `convert`, for an expression whose type here is `from`, not the one it was found to have by itself. */
export function convertFrom(checker: Checker, expression: Expression, from: Type, wanted: Type): boolean {
  const { inference } = checker;
  const to = inference.head(wanted);
  if (from.kind === 'unknown' || to.kind === 'unknown' || to.kind === 'dont_care') return true;
  switch (from.kind) {
    case 'list_expression':
      return convertList(checker, expression, from, to);
    case 'struct_expression':
      return convertStruct(checker, expression, from, to);
    case 'invalid_header':
      if (to.kind === 'inference') return inference.unify(to, from);
      if (to.kind !== 'header' && to.kind !== 'header_union') return to.kind === 'invalid_header';
      cast(checker, expression, to);
      return true;
    case 'default_value':
      if (to.kind === 'inference') return false;
      if (!hasDefaultValue(constantContext(checker), inference.resolve(to))) return false;
      cast(checker, expression, to);
      return true;
    case 'int':
      if (to.kind === 'bits') {
        castNumber(checker, expression, to);
        return true;
      }
      if (to.kind === 'newtype') {
        // A bare number has no type of its own to be kept apart from the new one.
        const underlying = representationOf(checker, to);
        if (underlying.kind !== 'bits') break;
        warnOfOverflow(checker, expression, underlying);
        cast(checker, expression, to);
        return true;
      }
      break;
    case 'bits':
      // A number with a width is a number: where only compile-time known values are wanted it may stand for an int.
      if (to.kind === 'int') {
        cast(checker, expression, to);
        return true;
      }
      break;
    case 'serializable_enum': {
      if (to.kind === 'serializable_enum' && to.declaration === from.declaration) return true;
      const underlying = inference.head(from.underlying);
      if (to.kind === 'bits' && sameType(underlying, to)) {
        cast(checker, expression, to);
        return true;
      }
      break;
    }
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
      if (to.kind === 'parser_type' || to.kind === 'control_type') {
        return whyNotImplemented(checker, from, to) === undefined;
      }
      break;
    default:
      break;
  }
  return inference.unify(from, to);
}

/** What a type made by `type` is made of in the end. */
function representationOf(checker: Checker, type: Type): Type {
  const head = checker.inference.head(type);
  return head.kind === 'newtype' ? representationOf(checker, head.underlying) : head;
}

/** Looks through parentheses and `?:`, whose parts are converted in place of the whole. */
function convertParts(checker: Checker, expression: Expression, to: Type): boolean | undefined {
  if (expression.kind === 'ParenthesizedExpression') {
    const fits = convert(checker, expression.inner, to);
    if (fits) cast(checker, expression, to);
    return fits;
  }
  if (expression.kind === 'ConditionalExpression') {
    const fits = convert(checker, expression.whenTrue, to) && convert(checker, expression.whenFalse, to);
    if (fits) cast(checker, expression, to);
    return fits;
  }
  return undefined;
}

function convertList(
  checker: Checker,
  expression: Expression,
  from: Type & { readonly kind: 'list_expression' },
  to: Type,
): boolean {
  const { inference } = checker;
  const parts = convertParts(checker, expression, to);
  if (parts !== undefined) return parts;
  if (to.kind === 'inference') {
    if (from.dots || from.elements.length === undefined) return false;
    const elements = from.elements.map((element) => naturalType(checker, element));
    if (elements.some((element) => element === undefined)) return false;
    const tuple: Type = { kind: 'tuple', elements: elements.filter((element) => element !== undefined) };
    if (!inference.bind(to, tuple)) return false;
    return convertElements(checker, expression, from, tuple.elements, tuple);
  }
  switch (to.kind) {
    case 'tuple':
      return convertElements(checker, expression, from, to.elements, to);
    case 'struct':
    case 'header':
      return convertElements(
        checker,
        expression,
        from,
        fieldsOf(checker.declaredTypes, to).map((field) => field.type),
        to,
      );
    case 'array':
      // Only as many types as there are elements matter; an array may be declared enormous.
      return convertElements(
        checker,
        expression,
        from,
        new Array<Type>(Math.min(to.size, from.elements.length + 1)).fill(to.element),
        to,
      );
    case 'list':
      return convertElements(
        checker,
        expression,
        { ...from, dots: false },
        from.elements.map(() => to.element),
        to,
      );
    case 'list_expression':
      return inference.unify(from, to);
    default:
      return false;
  }
}

/** The type that a brace expression has where nothing says otherwise: nested lists are tuples. */
export function naturalType(checker: Checker, type: Type): Type | undefined {
  const head = checker.inference.head(type);
  if (head.kind === 'list_expression') {
    if (head.dots) return undefined;
    const elements = head.elements.map((element) => naturalType(checker, element));
    const known = elements.filter((element) => element !== undefined);
    return known.length === elements.length ? { kind: 'tuple', elements: known } : undefined;
  }
  return head.kind === 'default_value' ? undefined : head;
}

function convertElements(
  checker: Checker,
  expression: Expression,
  from: Type & { readonly kind: 'list_expression' },
  wanted: readonly Type[],
  to: Type,
): boolean {
  if (from.elements.length > wanted.length) return false;
  if (from.elements.length < wanted.length && !from.dots) return false;
  const rest = wanted.slice(from.elements.length);
  if (rest.some((type) => !hasDefaultValue(constantContext(checker), checker.inference.resolve(type))))
    return false;
  if (expression.kind === 'ListExpression') {
    for (const [index, element] of expression.elements.entries()) {
      const type = wanted[index];
      if (type !== undefined && !convert(checker, element, type)) return false;
    }
  } else {
    const fits = from.elements.every((element, index) => {
      const type = wanted[index];
      return type !== undefined && couldConvert(checker, element, type);
    });
    if (!fits) return false;
  }
  cast(checker, expression, to);
  return true;
}

/** Whether a value of one type could be cast to another where there is no expression to note it on. */
function couldConvert(checker: Checker, from: Type, to: Type): boolean {
  const source = checker.inference.head(from);
  const target = checker.inference.head(to);
  if (source.kind === 'int' && target.kind === 'bits') return true;
  if (source.kind === 'invalid_header') return target.kind === 'header' || target.kind === 'header_union';
  if (source.kind === 'serializable_enum' && target.kind === 'bits')
    return sameType(source.underlying, target);
  if (source.kind === 'list_expression' && isStructLike(target) && target.kind !== 'header_union') {
    const fields = fieldsOf(checker.declaredTypes, target);
    return (
      fields.length === source.elements.length &&
      source.elements.every((element, index) => {
        const field = fields[index];
        return field !== undefined && couldConvert(checker, element, field.type);
      })
    );
  }
  return checker.inference.unify(source, target);
}

function convertStruct(
  checker: Checker,
  expression: Expression,
  from: Type & { readonly kind: 'struct_expression' },
  to: Type,
): boolean {
  const parts = convertParts(checker, expression, to);
  if (parts !== undefined) return parts;
  if (to.kind === 'inference') return checker.inference.bind(to, from);
  if (to.kind === 'struct_expression') return checker.inference.unify(from, to);
  if (to.kind !== 'struct' && to.kind !== 'header') return false;
  const wanted = new Map(fieldsOf(checker.declaredTypes, to).map((field) => [field.name, field.type]));
  for (const field of from.fields) {
    const type = wanted.get(field.name);
    if (type === undefined) return false;
    const value =
      expression.kind === 'StructExpression'
        ? expression.fields.find((candidate) => candidate.name.name === field.name)?.value
        : undefined;
    const fits =
      value === undefined ? couldConvert(checker, field.type, type) : convert(checker, value, type);
    if (!fits) return false;
    wanted.delete(field.name);
  }
  if (wanted.size > 0 && !from.dots) return false;
  for (const type of wanted.values()) {
    if (!hasDefaultValue(constantContext(checker), checker.inference.resolve(type))) return false;
  }
  cast(checker, expression, to);
  return true;
}

function cast(checker: Checker, expression: Expression, to: Type): void {
  checker.implicitCasts.set(expression, to);
}

/** Notes the cast of an `int` to a width and warns when the constant does not fit (specification §8.11.1). */
function castNumber(checker: Checker, expression: Expression, to: Type & { readonly kind: 'bits' }): void {
  if (expression.kind === 'ParenthesizedExpression' || expression.kind === 'ConditionalExpression') {
    convertParts(checker, expression, to);
  }
  cast(checker, expression, to);
  warnOfOverflow(checker, expression, to);
}

/** Warns when an `int` constant loses bits in `type`. */
export function warnOfOverflow(
  checker: Checker,
  expression: Expression,
  type: Type & { readonly kind: 'bits' },
): void {
  if (expression.kind === 'ParenthesizedExpression' || expression.kind === 'ConditionalExpression') return;
  const value = checker.values.get(expression) ?? naturalConstant(checker, expression);
  if (value?.kind !== 'integer' || fitsWidth(value.value, type.width, type.signed)) return;
  if (value.value.toString(16).length > 100) return;
  if (!type.signed && type.width > 0 && value.value < 0n && fitsWidth(value.value, type.width, true)) {
    const becomes = BigInt.asUintN(type.width, value.value);
    checker.sink.report(
      'P4906',
      expression.span,
      { value: value.value, type: show(checker, type), becomes },
      {
        hint:
          value.value === -1n
            ? `all ones are '~${type.width}w0'`
            : `write '${type.width}w${becomes}' if that is meant`,
      },
    );
    return;
  }
  checker.sink.report('P4901', expression.span, { value: value.value, type: show(checker, type) });
}

function naturalConstant(checker: Checker, expression: Expression) {
  evaluateConstant(constantContext(checker), expression);
  return checker.values.get(expression);
}

/** Why a parser or control does not implement an interface, in words; undefined when it does. Binds open types. */
export function whyNotImplemented(
  checker: Checker,
  from: BlockType | BlockInterfaceType,
  to: BlockInterfaceType,
): string | undefined {
  const wanted = to.kind === 'parser_type' ? 'parser' : to.kind === 'control_type' ? 'control' : 'package';
  const given =
    from.kind === 'parser_type' || from.kind === 'parser'
      ? 'parser'
      : from.kind === 'package'
        ? 'package'
        : 'control';
  if (given !== wanted) return `it is a ${given}, and a ${wanted} is wanted`;
  const interfaceBinding = bindTypeParameters(to.declaration.typeParameters, to.typeArguments);
  const ownBinding =
    'typeArguments' in from
      ? bindTypeParameters(from.declaration.typeParameters, from.typeArguments)
      : new Map();
  if ('typeArguments' in from && from.declaration === to.declaration) {
    return checker.inference.unify(from, to)
      ? undefined
      : `its type arguments differ from those of ${show(checker, to)}`;
  }
  const own = from.declaration.parameters;
  const theirs = to.declaration.parameters;
  if (own.length > theirs.length) {
    return `it has ${own.length} parameters, and '${to.declaration.name.name}' has ${theirs.length}`;
  }
  for (const [index, parameter] of theirs.entries()) {
    const mine = own[index];
    if (mine === undefined) {
      if (isOptional(parameter) || parameter.defaultValue !== undefined) continue;
      return `it has ${own.length} parameters, and '${to.declaration.name.name}' has ${theirs.length}`;
    }
    const reason = parameterMismatch(checker, mine, parameter, ownBinding, interfaceBinding);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function parameterMismatch(
  checker: Checker,
  mine: Parameter,
  theirs: Parameter,
  ownBinding: ReturnType<typeof bindTypeParameters>,
  interfaceBinding: ReturnType<typeof bindTypeParameters>,
): string | undefined {
  if (mine.direction !== theirs.direction) {
    return `its parameter '${mine.name.name}' is ${directionInWords(mine)}, and '${theirs.name.name}' is ${directionInWords(theirs)}`;
  }
  const mineType = substitute(checker.declaredTypes.get(mine) ?? { kind: 'unknown' }, ownBinding);
  const wantedType = substitute(checker.declaredTypes.get(theirs) ?? { kind: 'unknown' }, interfaceBinding);
  if (checker.inference.unify(wantedType, mineType)) return undefined;
  return `its parameter '${mine.name.name}' has type ${show(checker, mineType)}, and ${show(checker, wantedType)} is wanted`;
}

/** A parameter's direction in words, with its article. */
export function directionInWords(parameter: Parameter): string {
  if (parameter.direction === undefined) return 'a parameter without direction';
  return `${parameter.direction === 'in' || parameter.direction === 'inout' || parameter.direction === 'out' ? 'an' : 'a'} '${parameter.direction}' parameter`;
}

/** Whether a parameter may be left out without a default value (specification §6.8.2). */
export function isOptional(parameter: Parameter): boolean {
  return hasAnnotation(parameter.annotations, 'optional');
}

/**
 * The explicit cast that would make `expression` fit, written out; undefined when none would.
 * The casts are those of specification §8.11.1.
 */
export function castHint(checker: Checker, expression: Expression, from: Type, to: Type): string | undefined {
  const text = textOf(expression.span);
  if (text === undefined) return undefined;
  const source = checker.inference.resolve(from);
  const target = checker.inference.resolve(to);
  const operand = /^[\w.]+$/.test(text) || /^\(.*\)$/.test(text) ? text : `(${text})`;
  const written = (type: Type): string =>
    type.kind === 'newtype' || type.kind === 'serializable_enum' || isStructLike(type)
      ? type.declaration.name.name
      : show(checker, type);
  if (source.kind === 'bits' && target.kind === 'bits') {
    if (source.width === target.width || source.signed === target.signed)
      return `cast it: '(${written(target)})${operand}'`;
    return `cast it in two steps: '(${written(target)})(${written({ ...source, width: target.width })})${operand}'`;
  }
  if (source.kind === 'bits' && source.width === 1 && !source.signed && target.kind === 'bool') {
    return `compare it: '${operand} == 1', or cast it: '(bool)${operand}'`;
  }
  if (source.kind === 'bits' && target.kind === 'bool') return `compare it: '${operand} != 0'`;
  if (source.kind === 'bool' && target.kind === 'bits') {
    return target.width === 1 && !target.signed
      ? `cast it: '(bit<1>)${operand}'`
      : `choose a number: '${operand} ? ${written(target).replace(/^(\w+)<(\d+)>$/, (_, sign: string, width: string) => `${width}${sign === 'int' ? 's' : 'w'}1`)} : 0'`;
  }
  if (target.kind === 'serializable_enum' || target.kind === 'newtype') {
    const underlying = checker.inference.resolve(target.underlying);
    if (sameType(underlying, source) || source.kind === 'int')
      return `cast it: '(${written(target)})${operand}'`;
    if (source.kind === 'bits' && underlying.kind === 'bits')
      return `cast it in two steps: '(${written(target)})(${written(underlying)})${operand}'`;
  }
  if (source.kind === 'serializable_enum' || source.kind === 'newtype') {
    const underlying = checker.inference.resolve(source.underlying);
    if (sameType(underlying, target)) return `cast it: '(${written(target)})${operand}'`;
  }
  return undefined;
}

/** Places that explain a mismatch with a struct-like type: where it is declared, and how many fields it has. */
export function relatedToType(checker: Checker, type: Type): readonly Related[] {
  const head = checker.inference.head(type);
  if (isStructLike(head)) {
    return declaredHere(head.declaration, `${describeFields(head)}`);
  }
  return [];
}

function describeFields(type: StructLikeType): string {
  const count = type.declaration.fields.length;
  return `'${type.declaration.name.name}' is declared here with ${count} ${count === 1 ? 'field' : 'fields'}`;
}

/** Converts, or reports that it cannot be done and gives false. `what` names what the value is for. */
export function requireConversion(
  checker: Checker,
  expression: Expression,
  target: Type,
  what: string,
  related: readonly Related[] = [],
): boolean {
  if (convert(checker, expression, target)) return true;
  explainMismatch(checker, expression, target, what, related);
  return false;
}

/** Reports a mismatch at the part of a brace expression that is to blame, or at the whole. */
function explainMismatch(
  checker: Checker,
  expression: Expression,
  target: Type,
  what: string,
  related: readonly Related[],
): void {
  const from = typeOf(checker, expression);
  const to = checker.inference.head(target);
  if ((to.kind === 'struct' || to.kind === 'header') && explainFields(checker, expression, to, related))
    return;
  if (from.kind === 'list_expression' && expression.kind === 'ListExpression') {
    const wanted = to.kind === 'tuple' ? to.elements : undefined;
    for (const [index, element] of expression.elements.entries()) {
      const type = wanted?.[index];
      if (
        wanted?.length === expression.elements.length &&
        type !== undefined &&
        !convert(checker, element, type)
      ) {
        explainMismatch(checker, element, type, `element ${index} of the tuple`, related);
        return;
      }
    }
  }
  if (
    (from.kind === 'parser' ||
      from.kind === 'control' ||
      from.kind === 'parser_type' ||
      from.kind === 'control_type') &&
    (to.kind === 'parser_type' || to.kind === 'control_type')
  ) {
    checker.sink.report(
      'P4312',
      expression.span,
      {
        given: show(checker, from),
        wanted: show(checker, to),
        reason: whyNotImplemented(checker, from, to) ?? 'its types differ',
      },
      {
        related: [
          ...declaredHere(from.declaration),
          ...declaredHere(to.declaration, 'the interface is declared here'),
          ...related,
        ],
      },
    );
    return;
  }
  if (from.kind === 'default_value') {
    checker.sink.report('P4313', expression.span, { type: show(checker, to) }, { related });
    return;
  }
  checker.sink.report(
    'P4311',
    expression.span,
    { what, wanted: show(checker, to), given: show(checker, from) },
    { related: [...related, ...relatedToType(checker, to)], hint: castHint(checker, expression, from, to) },
  );
}

/** For a brace expression that should be a struct: names the field at fault. */
function explainFields(
  checker: Checker,
  expression: Expression,
  to: StructLikeType,
  related: readonly Related[],
): boolean {
  const fields = fieldsOf(checker.declaredTypes, to);
  const places = [...declaredHere(to.declaration, describeFields(to)), ...related];
  if (expression.kind === 'ListExpression') {
    if (
      expression.elements.length > fields.length ||
      (expression.elements.length < fields.length && expression.trailingDots === undefined)
    ) {
      checker.sink.report(
        'P4314',
        expression.span,
        { given: expression.elements.length, wanted: fields.length, type: show(checker, to) },
        {
          related: places,
          hint:
            expression.elements.length < fields.length
              ? "end the list with '...' to give the other fields their default values"
              : undefined,
        },
      );
      return true;
    }
    for (const [index, element] of expression.elements.entries()) {
      const field = fields[index];
      if (field !== undefined && !convert(checker, element, field.type)) {
        explainMismatch(checker, element, field.type, `field '${field.name}'`, declaredHere(field.field));
        return true;
      }
    }
    return false;
  }
  if (expression.kind !== 'StructExpression') return false;
  const left = new Map(fields.map((field) => [field.name, field]));
  for (const value of expression.fields) {
    const field = left.get(value.name.name);
    if (field === undefined) {
      checker.sink.report(
        'P4205',
        value.name.span,
        { type: show(checker, to), member: value.name.name },
        { related: places },
      );
      return true;
    }
    left.delete(value.name.name);
    if (!convert(checker, value.value, field.type)) {
      explainMismatch(checker, value.value, field.type, `field '${field.name}'`, declaredHere(field.field));
      return true;
    }
  }
  const missing = [...left.keys()];
  if (missing.length > 0 && expression.trailingDots === undefined) {
    checker.sink.report(
      'P4315',
      expression.span,
      {
        type: show(checker, to),
        fields:
          missing
            .slice(0, 6)
            .map((name) => `'${name}'`)
            .join(', ') + (missing.length > 6 ? ', …' : ''),
      },
      { related: places, hint: "give them values, or end the list with '...' for their default values" },
    );
    return true;
  }
  return false;
}
