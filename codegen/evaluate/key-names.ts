/** Names of table keys that have no `@name` (specification §18.3.1.3). */

import type { CheckedProgram } from '../check/checked-program.ts';
import type { Expression, IntegerLiteral, MemberExpression } from '../syntax/ast.ts';
import { nameAnnotation } from './control-plane-names.ts';

/**
 * The name that is made from a key's expression; undefined where the specification suggests none.
 *
 * In two things P4Info and BMv2 have always differed from the specification's table, and control planes rely on
 * them: a header's validity is `h.$valid$`, and a field with `@name` goes by that name.
 */
export function keyName(checked: CheckedProgram, expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'NameExpression':
      return expression.absolute ? `.${expression.name.name}` : expression.name.name;
    case 'ParenthesizedExpression':
      return keyName(checked, expression.inner);
    case 'MemberExpression':
      return memberName(checked, expression);
    case 'IndexExpression': {
      const target = keyName(checked, expression.target);
      const index = keyName(checked, expression.index);
      return target === undefined || index === undefined ? undefined : `${target}[${index}]`;
    }
    case 'SliceExpression': {
      const target = keyName(checked, expression.target);
      const high = keyName(checked, expression.high);
      const low = keyName(checked, expression.low);
      if (target === undefined || high === undefined || low === undefined) return undefined;
      return `${target}[${high}:${low}]`;
    }
    case 'IntegerLiteral':
      return numeral(expression);
    case 'BooleanLiteral':
      return String(expression.value);
    case 'CallExpression': {
      const call = checked.calls.get(expression);
      if (call?.kind !== 'builtin' || call.name !== 'isValid') return undefined;
      const target = keyName(checked, call.target);
      return target === undefined ? undefined : `${target}.$valid$`;
    }
    case 'BinaryExpression': {
      if (expression.operator !== '&') return undefined;
      const left = keyName(checked, expression.left);
      const right = keyName(checked, expression.right);
      return left === undefined || right === undefined ? undefined : `${left} & ${right}`;
    }
    default:
      return undefined;
  }
}

function memberName(checked: CheckedProgram, expression: MemberExpression): string | undefined {
  const field = checked.references.get(expression);
  const given = field?.kind === 'StructField' ? nameAnnotation(field.annotations) : undefined;
  if (given?.startsWith('.')) return given.slice(1);
  const target =
    expression.target.kind === 'TypeExpression' ? undefined : keyName(checked, expression.target);
  return target === undefined ? undefined : `${target}.${given ?? expression.member.name}`;
}

const PREFIXES: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 16: '0x' };

/** A number in the base in which it is written, cut to its width, without the width, leading zeros and capitals. */
function numeral({ value, base, width }: IntegerLiteral): string {
  const cut = width === undefined ? value : BigInt.asUintN(width, value);
  return `${PREFIXES[base] ?? ''}${cut.toString(base)}`;
}
