/** `@p4runtime_translation`: the control plane sees other values than the data plane (P4Runtime, "User-defined types"). */

import type { P4NewTypeTranslation } from '../../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { Annotation, AnnotationToken } from '../../syntax/ast.ts';
import { annotationNamed } from './annotation-values.ts';

export const TRANSLATION = 'p4runtime_translation';

/** The annotation and what it says; `value` undefined: it is not written as it must be. */
export type Translation = {
  readonly annotation: Annotation;
  readonly value: P4NewTypeTranslation | undefined;
};

/** The translation of a type's declaration, if it has one. */
export function translationOf(annotations: readonly Annotation[]): Translation | undefined {
  const annotation = annotationNamed(annotations, TRANSLATION);
  if (annotation === undefined) return undefined;
  const { body } = annotation;
  return { annotation, value: body.form === 'unstructured' ? parse(body.tokens) : undefined };
}

/** "uri", then `bit<W>`, `string` or W. */
function parse(tokens: readonly AnnotationToken[]): P4NewTypeTranslation | undefined {
  const comma = tokens.findIndex(({ text }) => text === ',');
  const [uri, second] = tokens;
  if (comma !== 1 || typeof uri?.value !== 'string' || second === undefined) return undefined;
  const type = tokens.slice(2);
  const text = type.map((token) => token.text).join('');
  if (text === 'string') return { uri: uri.value, sdnType: { $case: 'sdnString', value: {} } };
  const [first, , width] = type;
  const isBit = type.length === 4 && text === `bit<${width?.text ?? ''}>`;
  const number = isBit ? width?.value : type.length === 1 ? first?.value : undefined;
  if (typeof number !== 'bigint' || number <= 0n || number >= 1n << 31n) return undefined;
  return { uri: uri.value, sdnType: { $case: 'sdnBitwidth', value: Number(number) } };
}
