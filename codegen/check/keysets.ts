/** Keysets: what may match a key in select cases and table entries (specification §8.15, §13.6, §14.2.1.4). */

import type { Expression } from '../syntax/ast.ts';
import { type Checker, type Context, constantContext, show, typeOf } from './checker.ts';
import { evaluateConstant } from './constants.ts';
import { castHint, convert } from './conversions.ts';
import { fieldsOf } from './fields.ts';
import type { Type } from './types.ts';
import { sameType } from './types.ts';

/** One thing that is matched against. */
export type Key = { readonly type: Type; readonly expression: Expression };

/** Checks that a keyset can match `keys`, which are one or more. */
export function checkKeyset(
  checker: Checker,
  context: Context,
  keyset: Expression,
  keys: readonly Key[],
): void {
  if (keyset.kind === 'DefaultExpression' || keyset.kind === 'DontCareExpression') {
    checker.checkExpression(checker, context, keyset);
    return;
  }
  if (keyset.kind === 'TupleKeysetExpression') {
    checker.types.set(keyset, {
      kind: 'set',
      element: { kind: 'tuple', elements: keys.map((key) => key.type) },
    });
    if (keyset.elements.length !== keys.length) {
      for (const element of keyset.elements) checker.checkExpression(checker, context, element);
      reportCount(checker, keyset, keyset.elements.length, keys.length);
      return;
    }
    for (const [index, element] of keyset.elements.entries()) {
      const key = keys[index];
      if (key !== undefined) checkSimpleKeyset(checker, context, element, key);
    }
    return;
  }
  const [only] = keys;
  if (keyset.kind === 'ListExpression' && only !== undefined && only.type.kind !== 'tuple') {
    // `{ a, b }` is the older way to write `(a, b)`.
    checkKeyset(
      checker,
      context,
      { kind: 'TupleKeysetExpression', elements: keyset.elements, span: keyset.span },
      keys,
    );
    checker.types.set(keyset, {
      kind: 'set',
      element: { kind: 'tuple', elements: keys.map((key) => key.type) },
    });
    return;
  }
  if (keys.length === 1 && only !== undefined) {
    checkSimpleKeyset(checker, context, keyset, only);
    return;
  }
  const type = checker.inference.head(checker.checkExpression(checker, context, keyset));
  if (type.kind === 'unknown') return;
  if (type.kind === 'value_set' && matchesTogether(checker, type, keys)) return;
  if (type.kind === 'value_set') {
    checker.sink.report('P4420', keyset.span, {
      given: show(checker, type),
      wanted: keys.map((key) => show(checker, key.type)).join(', '),
    });
    return;
  }
  reportCount(checker, keyset, 1, keys.length);
}

function reportCount(checker: Checker, keyset: Expression, given: number, wanted: number): void {
  checker.sink.report('P4421', keyset.span, { given, wanted });
}

/** A value set of a struct or tuple matches its fields against several keys at once (specification §13.11). */
function matchesTogether(
  checker: Checker,
  type: Type & { readonly kind: 'value_set' },
  keys: readonly Key[],
): boolean {
  const parts = flatten(checker, type.element);
  return (
    parts.length === keys.length &&
    parts.every((part, index) => {
      const key = keys[index];
      return key !== undefined && checker.inference.unify(part, key.type);
    })
  );
}

/** The types of the values that make up a struct or tuple, nested ones in place. */
function flatten(checker: Checker, type: Type): readonly Type[] {
  const head = checker.inference.head(type);
  if (head.kind === 'tuple') return head.elements.flatMap((part) => flatten(checker, part));
  if (head.kind !== 'struct') return [head];
  return fieldsOf(checker.declaredTypes, head).flatMap((field) => flatten(checker, field.type));
}

function checkSimpleKeyset(checker: Checker, context: Context, keyset: Expression, key: Key): void {
  const type = checker.inference.head(checker.checkExpression(checker, context, keyset));
  const wanted = checker.inference.head(key.type);
  if (type.kind === 'unknown' || wanted.kind === 'unknown') return;
  if (type.kind === 'value_set') {
    const element = checker.inference.head(type.element);
    if (checker.inference.unify(element, wanted) || matchesTogether(checker, type, [key])) return;
    checker.sink.report('P4420', keyset.span, { given: show(checker, type), wanted: show(checker, wanted) });
    return;
  }
  if (keyset.kind === 'MaskExpression' || keyset.kind === 'RangeExpression') {
    checkSetAgainst(checker, keyset, type, key);
    return;
  }
  if (type.kind === 'set') return;
  requireKey(checker, keyset, key);
}

function representation(checker: Checker, type: Type): Type {
  const head = checker.inference.head(type);
  return head.kind === 'serializable_enum' || head.kind === 'newtype'
    ? checker.inference.head(head.underlying)
    : head;
}

function checkSetAgainst(
  checker: Checker,
  keyset: Expression & { readonly kind: 'MaskExpression' | 'RangeExpression' },
  type: Type,
  key: Key,
): void {
  const wanted = representation(checker, key.type);
  const operands = keyset.kind === 'MaskExpression' ? [keyset.value, keyset.mask] : [keyset.low, keyset.high];
  if (wanted.kind === 'bits') {
    const fits = operands.every((operand) => {
      const operandType = representation(checker, typeOf(checker, operand));
      return sameType(operandType, wanted) || convert(checker, operand, wanted);
    });
    if (fits) {
      for (const operand of operands) requireConstant(checker, operand, keyset);
      return;
    }
  } else if (type.kind === 'set' && checker.inference.unify(type.element, wanted)) {
    return;
  }
  checker.sink.report(
    'P4420',
    keyset.span,
    { given: show(checker, type), wanted: show(checker, key.type) },
    {
      related: [{ message: `the key is ${show(checker, key.type)}`, span: key.expression.span }],
    },
  );
}

/** The ends of a range and both sides of a mask are known while compiling. */
function requireConstant(checker: Checker, operand: Expression, keyset: Expression): void {
  const before = checker.sink.errorCount;
  if (evaluateConstant(constantContext(checker), operand) !== undefined || checker.sink.errorCount > before)
    return;
  checker.sink.report('P4307', operand.span, {
    what: keyset.kind === 'MaskExpression' ? 'each side of a mask' : 'each end of a range',
  });
}

function requireKey(checker: Checker, expression: Expression, key: Key): void {
  const type = typeOf(checker, expression);
  const wanted = checker.inference.head(key.type);
  if (type.kind === 'unknown') return;
  // `int` literals stand for members of a serializable enum only through a cast; bit<W> keys take enum members.
  if (convert(checker, expression, wanted)) return;
  checker.sink.report(
    'P4420',
    expression.span,
    { given: show(checker, type), wanted: show(checker, wanted) },
    {
      related: [{ message: `the key is ${show(checker, wanted)}`, span: key.expression.span }],
      hint: castHint(checker, expression, type, wanted),
    },
  );
}
