/** The names by which the control plane knows tables, keys, actions and instances (specification §18.3). */

import type { Annotation, Expression } from '../syntax/ast.ts';
import type { InstanceName } from './instances.ts';

/** The text of `@name("…")`, or undefined. */
export function nameAnnotation(annotations: readonly Annotation[]): string | undefined {
  for (const annotation of annotations) {
    if (annotation.name.name !== 'name') continue;
    const { body } = annotation;
    if (body.form === 'unstructured') {
      const text = body.tokens.map((token) => token.value).find((value) => typeof value === 'string');
      if (typeof text === 'string') return text;
    }
    if (body.form === 'list') {
      const [first] = body.expressions;
      if (first?.kind === 'StringLiteral') return first.value;
    }
  }
  return undefined;
}

/**
 * The name of something declared as `declared` inside the entity called `outer`.
 * `@name` replaces the local name; one that begins with '.' is the whole name.
 */
export function instanceName(
  outer: string,
  declared: string,
  annotations: readonly Annotation[],
): InstanceName {
  const given = nameAnnotation(annotations);
  const hidden = annotations.some((annotation) => annotation.name.name === 'hidden');
  if (given?.startsWith('.')) {
    const whole = given.slice(1);
    return { local: whole, controlPlane: whole, hidden };
  }
  const local = given ?? declared;
  return { local, controlPlane: outer === '' ? local : `${outer}.${local}`, hidden };
}

/**
 * The name of a key that has no `@name`: made from the expression where the specification suggests how
 * (§18.3.1.3), undefined otherwise.
 */
export function keyName(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'NameExpression':
      return expression.absolute ? `.${expression.name.name}` : expression.name.name;
    case 'ParenthesizedExpression':
      return keyName(expression.inner);
    case 'MemberExpression': {
      const target = expression.target.kind === 'TypeExpression' ? undefined : keyName(expression.target);
      return target === undefined ? undefined : `${target}.${expression.member.name}`;
    }
    case 'IndexExpression': {
      const target = keyName(expression.target);
      const index = keyName(expression.index);
      return target === undefined || index === undefined ? undefined : `${target}[${index}]`;
    }
    case 'SliceExpression': {
      const parts = [expression.target, expression.high, expression.low].map(keyName);
      return parts.includes(undefined) ? undefined : `${parts[0]}[${parts[1]}:${parts[2]}]`;
    }
    case 'IntegerLiteral':
      return expression.value.toString();
    case 'BooleanLiteral':
      return String(expression.value);
    case 'CallExpression': {
      const { callee } = expression;
      if (callee.kind !== 'MemberExpression' || callee.member.name !== 'isValid') return undefined;
      const target = keyName(callee.target);
      return target === undefined ? undefined : `${target}.isValid()`;
    }
    case 'BinaryExpression': {
      if (expression.operator !== '&') return undefined;
      const left = keyName(expression.left);
      const right = keyName(expression.right);
      return left === undefined || right === undefined ? undefined : `${left} & ${right}`;
    }
    default:
      return undefined;
  }
}
