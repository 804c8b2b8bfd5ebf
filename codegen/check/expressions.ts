/** Typing of expressions (specification §8): one case a kind of expression. */

import type {
  ActionDeclaration,
  Expression,
  ListExpression,
  NameExpression,
  StructExpression,
} from '../syntax/ast.ts';
import { checkCall } from './call-expressions.ts';
import type { Referent } from './checked-program.ts';
import {
  type Checker,
  type Context,
  constantContext,
  declaredHere,
  record,
  resolveName,
  show,
} from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { castHint, convert } from './conversions.ts';
import { checkIndex, checkMember, checkPartSelect, checkSlice, literalType } from './members.ts';
import { checkBinary, checkCast, checkConditional, checkUnary } from './operators.ts';
import { declaredType, resolveType } from './type-references.ts';
import type { FunctionLike, Type } from './types.ts';
import { BOOL, MATCH_KIND, STATE, STRING, UNKNOWN } from './types.ts';

/** Types an expression, records the type, and gives it back. */
export function checkExpression(checker: Checker, context: Context, expression: Expression): Type {
  return record(checker, expression, typeExpression(checker, context, expression));
}

function typeExpression(checker: Checker, context: Context, expression: Expression): Type {
  switch (expression.kind) {
    case 'MissingExpression':
      return UNKNOWN;
    case 'IntegerLiteral':
      warnOfLiteralOverflow(checker, context, expression);
      return literalType(checker, expression);
    case 'BooleanLiteral':
      return BOOL;
    case 'StringLiteral':
      return STRING;
    case 'NameExpression':
      return checkName(checker, context, expression);
    case 'ThisExpression':
      if (context.thisType !== undefined) return context.thisType;
      checker.sink.report('P4208', expression.span, {});
      return UNKNOWN;
    case 'TypeExpression': {
      const type = resolveType(checker, context, expression.type, { unspecialized: true });
      return type.kind === 'unknown' ? UNKNOWN : { kind: 'type_name', type };
    }
    case 'MemberExpression':
      checker.checkExpression(checker, context, expression.target);
      return checkMember(checker, expression);
    case 'IndexExpression':
      return checkIndex(checker, context, expression);
    case 'SliceExpression':
      return checkSlice(checker, context, expression);
    case 'PartSelectExpression':
      return checkPartSelect(checker, context, expression);
    case 'UnaryExpression':
      return checkUnary(checker, context, expression);
    case 'BinaryExpression':
      return checkBinary(checker, context, expression);
    case 'ConditionalExpression':
      return checkConditional(checker, context, expression);
    case 'CastExpression': {
      checker.checkExpression(checker, context, expression.operand);
      const target = resolveType(checker, context, expression.type);
      return checkCast(checker, expression, target);
    }
    case 'CallExpression':
      return checkCall(checker, context, expression);
    case 'ListExpression':
      return checkList(checker, context, expression);
    case 'StructExpression':
      return checkStruct(checker, context, expression);
    case 'InvalidHeaderExpression':
      return { kind: 'invalid_header' };
    case 'DotsExpression':
      return { kind: 'default_value' };
    case 'ParenthesizedExpression':
      return checker.checkExpression(checker, context, expression.inner);
    case 'MaskExpression':
    case 'RangeExpression':
      return checkSet(checker, context, expression);
    case 'DefaultExpression':
    case 'DontCareExpression':
      return { kind: 'set', element: { kind: 'dont_care' } };
    case 'TupleKeysetExpression':
      for (const element of expression.elements) checker.checkExpression(checker, context, element);
      // Only keysets hold these, and they are checked there.
      return UNKNOWN;
  }
}

function warnOfLiteralOverflow(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'IntegerLiteral' },
): void {
  const { width, value, signed } = expression;
  if (width === undefined) return;
  const least = signed ? 1 : 0;
  if (width < least || width > 1 << 24) {
    checker.sink.report('P4304', expression.span, {
      type: signed ? 'int' : 'bit',
      width,
      least,
      greatest: 1 << 24,
    });
    return;
  }
  // The least number of a width is written with a minus sign in front.
  if (context.isNegated === true && value === 1n << BigInt(width - 1)) return;
  // In base 2, 8 and 16 a signed literal shows its bits, the sign among them: 8s0b1010_1010 is -86 (specification §6.4.3.2).
  const bits = signed && expression.base === 10 ? width - 1 : width;
  if (value >= 1n << BigInt(bits)) {
    checker.sink.report('P4901', expression.span, { value, type: `${signed ? 'int' : 'bit'}<${width}>` });
  }
}

function isFunction(referent: Referent): referent is FunctionLike {
  return (
    referent.kind === 'FunctionDeclaration' ||
    referent.kind === 'ExternFunctionDeclaration' ||
    referent.kind === 'MethodPrototype'
  );
}

function isAction(referent: Referent): referent is ActionDeclaration {
  return referent.kind === 'ActionDeclaration';
}

function checkName(checker: Checker, context: Context, expression: NameExpression): Type {
  // Match kinds are global names (specification §7.1.3) that anything else of the same name comes before.
  const matchKind = checker.matchKinds.get(expression.name.name);
  if (matchKind !== undefined && context.scope.lookup(expression.name.name).length === 0) {
    checker.references.set(expression, matchKind);
    return MATCH_KIND;
  }
  const found = resolveName(
    checker,
    context.scope,
    expression.name,
    expression.absolute,
    'variable, constant or other value',
  );
  const [first] = found;
  if (first === undefined) return UNKNOWN;
  checker.references.set(expression, first);
  const functions = found.filter(isFunction);
  if (functions.length > 0) return { kind: 'function', candidates: functions };
  const actions = found.filter(isAction);
  if (actions.length > 0) return { kind: 'action', declarations: actions };
  if (first.kind === 'TableDeclaration') return { kind: 'table', declaration: first };
  if (first.kind === 'ParserState') return STATE;
  const type = declaredType(checker, first);
  if (type !== undefined) return type.kind === 'unknown' ? UNKNOWN : { kind: 'type_name', type };
  return checker.declaredTypes.get(first) ?? UNKNOWN;
}

/** Things that are no values cannot be put into lists and structs. */
function requireValue(checker: Checker, expression: Expression, type: Type): Type {
  const head = checker.inference.head(type);
  switch (head.kind) {
    case 'type_name':
    case 'action':
    case 'function':
    case 'builtin_method':
    case 'table':
    case 'table_result':
    case 'action_run':
    case 'state':
    case 'void':
    case 'set':
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package':
    case 'extern':
      checker.sink.report('P4360', expression.span, { type: show(checker, head) });
      return UNKNOWN;
    default:
      return head;
  }
}

function checkList(checker: Checker, context: Context, expression: ListExpression): Type {
  const elements = expression.elements.map((element) => {
    const type = checker.checkExpression(checker, context, element);
    return requireValue(checker, element, type);
  });
  return { kind: 'list_expression', elements, dots: expression.trailingDots !== undefined };
}

function checkStruct(checker: Checker, context: Context, expression: StructExpression): Type {
  const seen = new Map<string, Expression>();
  const fields: { name: string; type: Type }[] = [];
  for (const field of expression.fields) {
    const type = requireValue(checker, field.value, checker.checkExpression(checker, context, field.value));
    const previous = seen.get(field.name.name);
    if (previous !== undefined) {
      checker.sink.report(
        'P4373',
        field.name.span,
        { name: field.name.name },
        { related: [{ message: 'first given here', span: previous.span }] },
      );
      continue;
    }
    seen.set(field.name.name, field.value);
    fields.push({ name: field.name.name, type });
  }
  return { kind: 'struct_expression', fields, dots: expression.trailingDots !== undefined };
}

/** `a &&& b` and `a .. b`: a set of numbers (specification §8.15.3, §8.15.4). */
function checkSet(
  checker: Checker,
  context: Context,
  expression: Expression & { readonly kind: 'MaskExpression' | 'RangeExpression' },
): Type {
  const [left, right] =
    expression.kind === 'MaskExpression'
      ? [expression.value, expression.mask]
      : [expression.low, expression.high];
  const operator = expression.kind === 'MaskExpression' ? '&&&' : '..';
  const types = [left, right].map((operand) => {
    const type = checker.inference.head(checker.checkExpression(checker, context, operand));
    return type.kind === 'serializable_enum' ? checker.inference.head(type.underlying) : type;
  });
  for (const [index, operand] of [left, right].entries()) {
    const type = types[index];
    if (type === undefined || type.kind === 'unknown') return UNKNOWN;
    if (type.kind === 'int' || type.kind === 'bits' || (type.kind === 'bool' && operator === '&&&')) continue;
    checker.sink.report('P4320', operand.span, { operator, wanted: 'a number', type: show(checker, type) });
    return UNKNOWN;
  }
  const [leftType, rightType] = types;
  if (leftType === undefined || rightType === undefined) return UNKNOWN;
  for (const operand of [left, right]) castToRepresentation(checker, operand);
  if (!unifyRepresentations(checker, left, right, leftType, rightType)) {
    checker.sink.report(
      'P4324',
      expression.span,
      { left: show(checker, leftType), right: show(checker, rightType) },
      { hint: castHint(checker, right, rightType, leftType) },
    );
    return UNKNOWN;
  }
  warnOfEmptyRange(checker, expression);
  return { kind: 'set', element: leftType.kind === 'int' ? rightType : leftType };
}

function castToRepresentation(checker: Checker, operand: Expression): void {
  const type = checker.inference.head(checker.types.get(operand) ?? UNKNOWN);
  if (type.kind === 'serializable_enum')
    checker.implicitCasts.set(operand, checker.inference.head(type.underlying));
}

function unifyRepresentations(
  checker: Checker,
  left: Expression,
  right: Expression,
  leftType: Type,
  rightType: Type,
): boolean {
  if (leftType.kind === 'int') return convert(checker, left, rightType) || rightType.kind === 'int';
  if (rightType.kind === 'int') return convert(checker, right, leftType);
  return checker.inference.unify(leftType, rightType);
}

function warnOfEmptyRange(checker: Checker, expression: Expression): void {
  if (expression.kind !== 'RangeExpression') return;
  const low = evaluateConstant(constantContext(checker), expression.low);
  const high = evaluateConstant(constantContext(checker), expression.high);
  if (low?.kind === 'integer' && high?.kind === 'integer' && high.value < low.value) {
    checker.sink.report('P4903', expression.span, { low: low.value, high: high.value });
  }
}

/** The place where what an expression names is declared, for messages. */
export function declarationOf(checker: Checker, expression: Expression) {
  return declaredHere(checker.references.get(expression));
}
