/** The two controls for checksums: calls of `verify_checksum` and `update_checksum`, under conditions. */

import type { CallStatement, Control, Expression, Statement } from '../../ir/index.ts';
import { addCalculation, constantMember, fixedInput } from './calculations.ts';
import { type Conversion, report } from './conversion.ts';
import { condition, leavesOf, value } from './expressions.ts';
import { both, type Json, not, type Operand, sourceInfo, truth } from './json.ts';
import { locateField } from './locate.ts';

/** Converts one of the controls; adds to `checksums`. */
export function convertChecksums(
  conversion: Conversion,
  control: Control,
  role: 'verify' | 'compute',
  checksums: Json[],
): void {
  convertStatements(conversion, control.body, role, truth(true), checksums);
}

function convertStatements(
  conversion: Conversion,
  statements: readonly Statement[],
  role: 'verify' | 'compute',
  under: Operand,
  checksums: Json[],
): void {
  for (const statement of statements) {
    if (statement.kind === 'if') {
      const test = condition(conversion.scope, statement.condition);
      convertStatements(conversion, statement.whenTrue, role, both(under, test), checksums);
      convertStatements(conversion, statement.whenFalse, role, both(under, not(test)), checksums);
    } else if (!convertChecksum(conversion, statement, role, under, checksums)) {
      report(conversion, 'P4808', statement.span, {
        allowed: role === 'verify' ? 'verify_checksum' : 'update_checksum',
        block: role === 'verify' ? 'verifies' : 'computes',
      });
    }
  }
}

/** Converts a call; `false` when it is no call that may stand there. */
function convertChecksum(
  conversion: Conversion,
  statement: Statement,
  role: 'verify' | 'compute',
  under: Operand,
  checksums: Json[],
): boolean {
  if (statement.kind !== 'call' || statement.call.callee.kind !== 'extern_function') return false;
  const { name } = statement.call.callee;
  const stem = role === 'verify' ? 'verify_checksum' : 'update_checksum';
  if (name !== stem && name !== `${stem}_with_payload`) return false;
  const [applies, data, target, algorithm] = statement.call.arguments.map((argument) => argument.value);
  if (applies === undefined || data === undefined || target === undefined || algorithm === undefined)
    return false;
  const chosen = constantMember(conversion, algorithm, 'hash');
  const input = inputOf(conversion, data, name.endsWith('_with_payload'));
  const field = targetOf(conversion, target, statement);
  if (chosen === undefined || input === undefined || field === undefined) return true;
  const test = both(under, condition(conversion.scope, applies));
  if (test.type === 'bool' && test.value === false) return true;
  checksums.push({
    name: `cksum_${checksums.length}`,
    id: checksums.length,
    source_info: sourceInfo(statement.span),
    target: field,
    type: 'generic',
    calculation: addCalculation(conversion, chosen, input, statement.span),
    verify: role === 'verify',
    update: role === 'compute',
    if_cond: test,
  });
  return true;
}

function inputOf(conversion: Conversion, data: Expression, withPayload: boolean): Json[] | undefined {
  const input: Json[] = [];
  for (const leaf of leavesOf(data)) {
    const fixed = fixedInput(conversion, leaf);
    if (fixed === undefined) {
      report(conversion, 'P4809', leaf.span, {});
      return undefined;
    }
    input.push(fixed);
  }
  if (withPayload) input.push({ type: 'payload', value: null });
  return input;
}

function targetOf(
  conversion: Conversion,
  target: Expression,
  statement: CallStatement,
): readonly [string, string] | undefined {
  const isStored = target.kind === 'variable' || target.kind === 'field' || target.kind === 'index';
  const { fixed } = isStored ? locateField(conversion.scope, target, value) : { fixed: undefined };
  if (fixed === undefined) report(conversion, 'P4809', statement.span, {});
  return fixed;
}
