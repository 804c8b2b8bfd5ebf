/** The names by which the control plane knows tables, actions, value sets and instances (specification §18.3). */

import type { Annotation } from '../syntax/ast.ts';
import type { InstanceName } from './instances.ts';

/** The text of `@name("…")`, with strings joined by '++' put together; undefined where there is none. */
export function nameAnnotation(annotations: readonly Annotation[]): string | undefined {
  for (const annotation of annotations) {
    if (annotation.name.name !== 'name') continue;
    const { body } = annotation;
    if (body.form === 'unstructured') {
      const parts: string[] = [];
      for (const { value, text } of body.tokens) {
        if (typeof value === 'string') parts.push(value);
        // A pragma's line may go on with other words.
        else if (parts.length > 0 && text !== '++' && text !== '(' && text !== ')') break;
      }
      if (parts.length > 0) return parts.join('');
    }
    if (body.form === 'list') {
      const [first] = body.expressions;
      if (first?.kind === 'StringLiteral') return first.value;
    }
  }
  return undefined;
}

/** Whether `@hidden` keeps something from the control plane. */
export function isHidden(annotations: readonly Annotation[]): boolean {
  return annotations.some((annotation) => annotation.name.name === 'hidden');
}

/** `outer.inner`, or `inner` alone where nothing is around it. */
export function joinNames(outer: string, inner: string): string {
  return outer === '' ? inner : `${outer}.${inner}`;
}

/**
 * The name of something declared as `declared` inside the entity called `outer`; undefined: at top level.
 * `@name` replaces the local name; one that begins with '.' is the whole name.
 */
export function instanceName(
  outer: InstanceName | undefined,
  declared: string,
  annotations: readonly Annotation[],
): InstanceName {
  const given = nameAnnotation(annotations);
  const hidden = isHidden(annotations);
  const path = joinNames(outer?.path ?? '', declared);
  if (given?.startsWith('.')) {
    const whole = given.slice(1);
    return { local: whole, controlPlane: whole, hidden, path };
  }
  const local = given ?? declared;
  return { local, controlPlane: joinNames(outer?.controlPlane ?? '', local), hidden, path };
}
