/** Annotations as P4Info holds them: as text, as values where they are structured, as documentation. */

import type { Documentation } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type {
  Expression as ExpressionMessage,
  StructuredAnnotation,
} from '../../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import { constantOf } from '../../check/rules/rule.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Annotation, Expression } from '../../syntax/ast.ts';
import { annotationNamed, stringOf } from './annotation-values.ts';

/** What a message of P4Info takes from annotations. */
export type Annotated = {
  readonly annotations: readonly string[];
  readonly structuredAnnotations: readonly StructuredAnnotation[];
  readonly doc: Documentation | undefined;
};

/** These have fields of their own in P4Info. */
const ELSEWHERE: ReadonlySet<string> = new Set(['name', 'id', 'brief', 'description']);

/**
 * What P4Info says of annotations.
 * @param omitted Unstructured ones that have fields of their own where they stand.
 */
export function describeAnnotations(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  annotations: readonly Annotation[],
  omitted: readonly string[] = [],
): Annotated {
  const texts: string[] = [];
  const structured: StructuredAnnotation[] = [];
  for (const annotation of annotations) {
    const name = annotation.name.name;
    if (annotation.body.form === 'list' || annotation.body.form === 'pairs') {
      structured.push(structuredAnnotation(checked, sink, annotation));
    } else if (!ELSEWHERE.has(name) && !omitted.includes(name)) texts.push(annotationText(annotation));
  }
  return { annotations: texts, structuredAnnotations: structured, doc: documentation(annotations, sink) };
}

/** The annotation as text, its tokens with one space between them. */
export function annotationText({ name, body }: Annotation): string {
  if (body.form !== 'unstructured' || body.tokens.length === 0) return `@${name.name}`;
  return `@${name.name}(${body.tokens.map(({ text }) => text).join(' ')})`;
}

function documentation(annotations: readonly Annotation[], sink: DiagnosticSink): Documentation | undefined {
  const textOf = (name: string): string | undefined => {
    const annotation = annotationNamed(annotations, name);
    if (annotation === undefined) return undefined;
    const text = stringOf(annotation);
    if (text === undefined) sink.report('P4860', annotation.span, { annotation: name, wanted: 'one string' });
    return text;
  };
  const brief = textOf('brief');
  const description = textOf('description');
  if (brief === undefined && description === undefined) return undefined;
  return { brief: brief ?? '', description: description ?? '' };
}

function structuredAnnotation(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  { name, body }: Annotation,
): StructuredAnnotation {
  const common = { name: name.name, sourceLocation: undefined };
  const value = (expression: Expression) => structuredValue(checked, sink, expression);
  if (body.form === 'list' && body.expressions.length > 0) {
    const expressions = body.expressions.map(value);
    return { ...common, body: { $case: 'expressionList', value: { expressions } } };
  }
  if (body.form === 'pairs' && body.pairs.length > 0) {
    const kvPairs = body.pairs.map((pair) => ({ key: pair.name.name, value: value(pair.value) }));
    return { ...common, body: { $case: 'kvPairList', value: { kvPairs } } };
  }
  return { ...common, body: undefined };
}

function structuredValue(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  expression: Expression,
): ExpressionMessage {
  // That it is a constant of one of these kinds is checked before (P4586).
  const constant = constantOf(checked, expression);
  switch (constant?.kind) {
    case 'integer':
      if (BigInt.asIntN(64, constant.value) !== constant.value) {
        sink.report('P4864', expression.span, { value: constant.value });
      }
      return { value: { $case: 'int64Value', value: BigInt.asIntN(64, constant.value) } };
    case 'boolean':
      return { value: { $case: 'boolValue', value: constant.value } };
    case 'string':
      return { value: { $case: 'stringValue', value: constant.value } };
    default:
      return { value: undefined };
  }
}
