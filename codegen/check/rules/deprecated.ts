/** Uses of what is annotated @deprecated (a warning; specification §20.3.8). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { CheckedProgram } from '../checked-program.ts';

/** Warns of every name that refers to a deprecated declaration, and every call of one. */
export function warnOfDeprecated(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const [node, referent] of checked.references) {
    if (!('annotations' in referent)) continue;
    const annotation = referent.annotations.find(({ name }) => name.name === 'deprecated');
    if (annotation === undefined || !('name' in referent)) continue;
    sink.report(
      'P4925',
      node.span,
      { name: referent.name.name, reason: reasonOf(annotation) },
      {
        related: [{ message: 'declared here', span: referent.name.span }],
      },
    );
  }
}

function reasonOf(annotation: Annotation): string {
  if (annotation.body.form !== 'unstructured') return '';
  const text = annotation.body.tokens.map((token) => token.value).find((value) => typeof value === 'string');
  return typeof text === 'string' ? `: ${text}` : '';
}
