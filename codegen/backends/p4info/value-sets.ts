/** Value sets of parsers (P4Runtime, "ValueSet"). */

import {
  type MatchField,
  MatchField_MatchType,
  type ValueSet,
} from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import { fieldsOf } from '../../check/fields.ts';
import { showType, type Type, UNKNOWN } from '../../check/types.ts';
import { nameAnnotation } from '../../evaluate/control-plane-names.ts';
import type { ValueSetInstance } from '../../evaluate/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { annotationNamed } from './annotation-values.ts';
import { describeAnnotations } from './annotations.ts';
import { makePreamble, type P4InfoContext } from './context.ts';
import { partIds } from './ids.ts';
import { matchOf } from './tables.ts';

export function makeValueSet(
  context: P4InfoContext,
  { name, declaration, size }: ValueSetInstance,
): ValueSet {
  const limit = (1n << 31n) - 1n;
  if (size !== undefined && size > limit) {
    context.sink.report('P4869', declaration.size.span, { what: 'the size', size, limit });
  }
  return {
    preamble: makePreamble(context, 'value set', name.controlPlane, declaration.annotations),
    match: matchFields(
      context,
      context.checked.writtenTypes.get(declaration.elementType) ?? UNKNOWN,
      declaration.elementType.span,
    ),
    size: size === undefined || size > limit ? 0 : Number(size),
  };
}

function matchFields(context: P4InfoContext, type: Type, span: Span): readonly MatchField[] {
  if (type.kind !== 'struct') return [makeField(context, type, { id: 1, name: '', annotations: [], span })];
  const fields = fieldsOf(context.checked.declaredTypes, type);
  const ids = partIds(
    fields.map(({ field }) => ({ annotations: field.annotations, span: field.name.span })),
    context.sink,
  );
  return fields.map(({ name, type: inner, field: { annotations } }, index) =>
    makeField(context, inner, {
      id: ids[index] ?? 0,
      name: nameAnnotation(annotations) ?? name,
      annotations,
      span,
    }),
  );
}

function makeField(
  { checked, sink, types }: P4InfoContext,
  type: Type,
  field: {
    readonly id: number;
    readonly name: string;
    readonly annotations: readonly Annotation[];
    readonly span: Span;
  },
): MatchField {
  let bare = type;
  while (bare.kind === 'newtype' || bare.kind === 'serializable_enum') bare = bare.underlying;
  if (bare.kind !== 'bits' || bare.signed) sink.report('P4858', field.span, { type: showType(type) });
  else types.spec(type, field.span);
  const typeName = types.newTypeName(type, field.span);
  const match = annotationNamed(field.annotations, 'match');
  const kind = match?.body.form === 'unstructured' ? match.body.tokens[0]?.text : undefined;
  return {
    id: field.id,
    name: field.name,
    annotationLocations: [],
    ...describeAnnotations(checked, sink, field.annotations, ['match']),
    bitwidth: types.width(type),
    match: kind === undefined ? { $case: 'matchType', value: MatchField_MatchType.EXACT } : matchOf(kind),
    typeName: typeName === undefined ? undefined : { name: typeName },
  };
}
