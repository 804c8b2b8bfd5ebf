/** What is inside the annotations to which P4Runtime gives a meaning: one number, one string, or keys with values. */

import type { Annotation, AnnotationToken, Expression } from '../../syntax/ast.ts';

/** The annotation of that name, if there is one. */
export function annotationNamed(annotations: readonly Annotation[], name: string): Annotation | undefined {
  return annotations.find((annotation) => annotation.name.name === name);
}

/** The number that is the whole body; undefined when it is something else. */
export function numberOf({ body }: Annotation): bigint | undefined {
  if (body.form === 'unstructured') {
    const [token, another] = withoutParentheses(body.tokens);
    return another === undefined && typeof token?.value === 'bigint' ? token.value : undefined;
  }
  if (body.form !== 'list') return undefined;
  const [only, another] = body.expressions;
  return another === undefined && only?.kind === 'IntegerLiteral' ? only.value : undefined;
}

/** The string that is the whole body, several joined by `++` or standing side by side as one. */
export function stringOf({ body }: Annotation): string | undefined {
  if (body.form === 'unstructured') {
    const tokens = withoutParentheses(body.tokens).filter(({ text }) => text !== '++');
    const parts = tokens.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
    return parts.length > 0 && parts.length === tokens.length ? parts.join('') : undefined;
  }
  if (body.form !== 'list') return undefined;
  const [only, another] = body.expressions;
  return another === undefined && only?.kind === 'StringLiteral' ? only.value : undefined;
}

/** The tokens of a pragma's line may have the parentheses that an annotation's body has not. */
function withoutParentheses(tokens: readonly AnnotationToken[]): readonly AnnotationToken[] {
  const [first] = tokens;
  return first?.text === '(' && tokens.at(-1)?.text === ')' ? tokens.slice(1, -1) : tokens;
}

export type KeyAndValue = {
  readonly key: string;
  /** Undefined: neither a string nor a number. */
  readonly value: string | bigint | undefined;
};

/** `key = value, …`; undefined when the body is something else. */
export function pairsOf({ body }: Annotation): readonly KeyAndValue[] | undefined {
  if (body.form === 'pairs') {
    return body.pairs.map(({ name, value }) => ({ key: name.name, value: literal(value) }));
  }
  if (body.form !== 'unstructured') return undefined;
  const pairs: KeyAndValue[] = [];
  const tokens = withoutParentheses(body.tokens);
  let index = 0;
  while (index < tokens.length) {
    const [key, equals, ...rest] = tokens.slice(index);
    if (key === undefined || equals?.text !== '=') return undefined;
    const end = rest.findIndex(({ text }) => text === ',');
    const values = end < 0 ? rest : rest.slice(0, end);
    pairs.push({ key: key.text, value: joined(values) });
    index += 2 + values.length + 1;
  }
  return pairs;
}

function literal(expression: Expression): string | bigint | undefined {
  return expression.kind === 'StringLiteral' || expression.kind === 'IntegerLiteral'
    ? expression.value
    : undefined;
}

function joined(tokens: readonly AnnotationToken[]): string | bigint | undefined {
  const [first] = tokens;
  if (tokens.length === 1) return first?.value;
  const parts = tokens.filter(({ text }) => text !== '++');
  const strings = parts.flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
  return parts.length > 0 && strings.length === parts.length ? strings.join('') : undefined;
}
