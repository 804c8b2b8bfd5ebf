/** What a rule is, and the small questions that several rules ask. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Annotation, Expression } from '../../syntax/ast.ts';
import type { CheckedProgram } from '../checked-program.ts';
import type { ConstantValue } from '../constant-values.ts';
import { type ConstantContext, evaluateConstant } from '../constants.ts';

/** A rule looks at a checked program and reports. Where the tables have no entry it stays silent. */
export type Rule = (checked: CheckedProgram, sink: DiagnosticSink) => void;

/** The value of an expression, with constructor parameters left unknown; nothing is reported. */
export function constantOf(checked: CheckedProgram, expression: Expression): ConstantValue | undefined {
  const { types, implicitCasts, writtenTypes, declaredTypes, references, calls, errors, constants } = checked;
  const context: ConstantContext = {
    types,
    implicitCasts,
    writtenTypes,
    declaredTypes,
    references,
    calls,
    errors,
    values: new Map(constants.has(expression) ? [[expression, constants.get(expression)]] : []),
    sink: undefined,
    resolve: (type) => type,
    parameterValue: () => undefined,
  };
  return evaluateConstant(context, expression);
}

/** Whether warnings of a kind are switched off by `@noWarn("kind")` (specification §20.3.9). */
export function isSilenced(annotations: readonly Annotation[], ...kinds: readonly string[]): boolean {
  return annotations.some(
    ({ name, body }) =>
      name.name === 'noWarn' &&
      body.form === 'unstructured' &&
      body.tokens.some((token) => typeof token.value === 'string' && kinds.includes(token.value)),
  );
}
