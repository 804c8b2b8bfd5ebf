/** Hashes and checksums: an algorithm with the fields that go into it. */

import type { Expression } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { asField } from './assign.ts';
import { type Conversion, type Emitter, report } from './conversion.ts';
import { leavesOf, memberNumber, value } from './expressions.ts';
import { constant, hexadecimal, type Json, sourceInfo } from './json.ts';
import { SYMBOL_WIDTH } from './layout.ts';
import { headerOperand, locate, locateField } from './locate.ts';
import { hasAlgorithm } from './selectors.ts';

/** The member that an argument of an enum type names; reports when it is not known at compile time. */
export function constantMember(
  conversion: Conversion,
  expression: Expression,
  of: 'hash' | 'clone',
): string | undefined {
  if (expression.kind === 'member') {
    const { member } = expression;
    return of === 'clone' || hasAlgorithm(conversion, member, expression.span) ? member : undefined;
  }
  const what = of === 'hash' ? 'the hash algorithm' : 'the kind of clone';
  report(conversion, 'P4810', expression.span, { what });
  return undefined;
}

/** What goes into a calculation that is no field, header or constant, or undefined. */
export function fixedInput(conversion: Conversion, leaf: Expression): Json | undefined {
  const { scope } = conversion;
  switch (leaf.kind) {
    case 'constant':
      if (leaf.type.kind !== 'bits') return undefined;
      return {
        type: 'hexstr',
        value: hexadecimal(BigInt.asUintN(leaf.type.width, leaf.value), leaf.type.width),
        bitwidth: leaf.type.width,
      };
    case 'boolean':
      return { ...constant(leaf.value ? 1n : 0n, 8), bitwidth: 1 };
    case 'member':
      return { ...constant(BigInt(memberNumber(scope, leaf)), SYMBOL_WIDTH), bitwidth: SYMBOL_WIDTH };
    case 'variable':
    case 'field':
    case 'index': {
      if (leaf.type.kind === 'header') {
        const header = headerOperand(locate(scope, leaf, value));
        return header?.type === 'header' ? { type: 'header', value: header.value } : undefined;
      }
      const { fixed } = locateField(scope, leaf, value);
      return fixed === undefined ? undefined : { type: 'field', value: fixed };
    }
    default:
      return undefined;
  }
}

/** Makes a calculation of an action; what the switch cannot take as it is, is put into fields first. */
export function calculation(
  conversion: Conversion,
  emitter: Emitter,
  algorithm: string,
  data: Expression,
  span: Span,
): string {
  const inputs = leavesOf(data).map((leaf): Json => {
    const isActionData = leaf.kind === 'variable' && emitter.scope.actionData.has(leaf.variable);
    const fixed = isActionData ? undefined : fixedInput(conversion, leaf);
    return fixed ?? asField(conversion, emitter, leaf, 'hashed');
  });
  return addCalculation(conversion, algorithm, inputs, span);
}

/** Adds a calculation; gives its name. */
export function addCalculation(
  conversion: Conversion,
  algorithm: string,
  input: readonly Json[],
  span: Span,
): string {
  const { calculations } = conversion;
  const name = `calc_${calculations.length}`;
  calculations.push({ name, id: calculations.length, source_info: sourceInfo(span), algo: algorithm, input });
  return name;
}
