/** The bodies of annotations (specification §20). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import { didYouMean } from '../../nearest-name.ts';
import type { Annotation, Expression, Node } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { constantOf } from './rule.ts';

/** Annotations whose body is one string. */
const STRING_ANNOTATIONS: ReadonlySet<string> = new Set(['name', 'deprecated', 'noWarn']);

/** Annotations without a body. */
const BARE_ANNOTATIONS: ReadonlySet<string> = new Set([
  'hidden',
  'tableonly',
  'defaultonly',
  'atomic',
  'pure',
  'noSideEffects',
  'likely',
  'unlikely',
]);

/** What a slip of the pen may have been meant as. */
const STANDARD_ANNOTATIONS = [...STRING_ANNOTATIONS, ...BARE_ANNOTATIONS, 'match', 'optional'] as const;

/** Reports annotations whose body does not fit them. */
export function checkAnnotationBodies(checked: CheckedProgram, sink: DiagnosticSink): void {
  visit(checked.program, {
    enter: (node) => {
      if ('annotations' in node && node.annotations.length > 0)
        checkAll(checked, sink, node, node.annotations);
      return true;
    },
  });
}

function checkAll(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  owner: Node,
  annotations: readonly Annotation[],
): void {
  const seen = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const name = annotation.name.name;
    const isStructured = annotation.body.form === 'list' || annotation.body.form === 'pairs';
    const previous = seen.get(name);
    if (
      previous !== undefined &&
      (isStructured || previous.body.form === 'list' || previous.body.form === 'pairs')
    ) {
      sink.report(
        'P4587',
        annotation.span,
        { annotation: name, how: 'and one of them is structured' },
        { related: [{ message: 'first given here', span: previous.span }] },
      );
    }
    const isNaming = (name === 'name' || name === 'hidden') && owner.kind !== 'CustomProperty';
    const other = isNaming ? (seen.get('name') ?? seen.get('hidden')) : undefined;
    if (other !== undefined) {
      sink.report(
        'P4588',
        annotation.span,
        { annotation: name, other: other.name.name },
        { related: [{ message: 'the other stands here', span: other.span }] },
      );
    }
    seen.set(name, annotation);
    checkName(sink, annotation);
    if (STRING_ANNOTATIONS.has(name)) checkString(sink, annotation);
    if (isStructured) checkStructured(checked, sink, annotation);
    if (name === 'match' && owner.kind === 'StructField') checkMatch(checked, sink, annotation);
  }
}

/** A body where there should be none, and names that are nearly those of standard annotations. */
function checkName(sink: DiagnosticSink, annotation: Annotation): void {
  const { name, span } = annotation.name;
  if (BARE_ANNOTATIONS.has(name)) {
    const { body } = annotation;
    // A pragma line may go on with other words, and '()' says nothing.
    const isEmpty = body.form === 'none' || (body.form === 'unstructured' && body.tokens.length === 0);
    if (!isEmpty && annotation.span !== span) sink.report('P4589', annotation.span, { annotation: name });
  } else if (!STANDARD_ANNOTATIONS.some((known) => known === name)) {
    const hint = didYouMean(name, STANDARD_ANNOTATIONS);
    if (hint !== undefined) sink.report('P4926', span, { annotation: name }, { hint });
  }
}

/** `@name("…")`: one string, or several that are joined with '++'. */
function checkString(sink: DiagnosticSink, annotation: Annotation): void {
  const { body } = annotation;
  if (body.form === 'list') {
    if (body.expressions.length === 1 && body.expressions[0]?.kind === 'StringLiteral') return;
  } else if (body.form === 'unstructured') {
    const isString = body.tokens.some((token) => typeof token.value === 'string');
    const onlyJoined = body.tokens.every(
      (token) =>
        typeof token.value === 'string' || token.text === '++' || token.text === '(' || token.text === ')',
    );
    // A pragma line may go on with other words.
    if (isString && (onlyJoined || annotation.span === annotation.name.span)) return;
  }
  sink.report(
    'P4583',
    annotation.span,
    { annotation: annotation.name.name },
    { hint: `write '@${annotation.name.name}("…")'` },
  );
}

function checkStructured(checked: CheckedProgram, sink: DiagnosticSink, annotation: Annotation): void {
  const { body } = annotation;
  const values: readonly Expression[] =
    body.form === 'list'
      ? body.expressions
      : body.form === 'pairs'
        ? body.pairs.map((pair) => pair.value)
        : [];
  for (const value of values) {
    const type = checked.types.get(value);
    if (type === undefined || type.kind === 'unknown') continue;
    const isPlain = type.kind === 'int' || type.kind === 'bool' || type.kind === 'string';
    if (isPlain && constantOf(checked, value) !== undefined) continue;
    sink.report(
      'P4586',
      value.span,
      {},
      { hint: type.kind === 'bits' ? 'write the number without a width' : undefined },
    );
  }
  if (body.form !== 'pairs') return;
  const keys = new Map<string, Node>();
  for (const pair of body.pairs) {
    const previous = keys.get(pair.name.name);
    if (previous !== undefined)
      sink.report(
        'P4585',
        pair.span,
        { key: pair.name.name, annotation: annotation.name.name },
        { related: [{ message: 'first given here', span: previous.span }] },
      );
    keys.set(pair.name.name, pair);
  }
}

/** `@match(kind)` on the field of a value set's struct names a match kind. */
function checkMatch(checked: CheckedProgram, sink: DiagnosticSink, annotation: Annotation): void {
  if (annotation.body.form !== 'unstructured') return;
  const [only, second] = annotation.body.tokens;
  if (only !== undefined && second === undefined && checked.matchKinds.has(only.text)) return;
  sink.report('P4590', annotation.span, {});
}
