/** Which metadata a copy of the packet keeps: `@field_list(index, …)` on fields of the user's metadata. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Expression, Field, StructType } from '../../ir/index.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { type Conversion, type Emitter, type FieldLists, report } from './conversion.ts';
import { value } from './expressions.ts';
import { field, type Json } from './json.ts';
import type { Place } from './layout.ts';
import { locateField } from './locate.ts';

/** Gives the number that a name stands for, such as `lists_t.COPY`. */
export type NamedNumber = (name: string) => bigint | undefined;

/** The numbers in a `@field_list`; reports names that stand for none. */
function listIndexes(annotation: Annotation, numberOf: NamedNumber, sink: DiagnosticSink): readonly bigint[] {
  const { body } = annotation;
  if (body.form !== 'unstructured') return [];
  const found: bigint[] = [];
  let name = '';
  const finish = () => {
    if (name === '') return;
    const number = numberOf(name);
    if (number === undefined) sink.report('P4827', annotation.span, { name });
    else found.push(number);
    name = '';
  };
  for (const token of body.tokens) {
    if (token.text === ',') finish();
    else if (typeof token.value === 'bigint') found.push(token.value);
    else name += token.text;
  }
  finish();
  return found;
}

/** Makes the lists of a program from the struct of its metadata. */
export function makeFieldLists(place: Place, numberOf: NamedNumber, sink: DiagnosticSink): FieldLists {
  const numbered = new Map<bigint, number>();
  const lists: FieldLists['lists'] = [];
  const add = (index: bigint, elements: readonly Json[]) => {
    let id = numbered.get(index);
    if (id === undefined) {
      // Ids start at 1: the switch takes 0 for "no copy wanted".
      id = lists.length + 1;
      numbered.set(index, id);
      lists.push({ id, name: `field_list${index}`, elements: [] });
    }
    lists[id - 1]?.elements.push(...elements);
  };
  const indexesOf = (one: Field) =>
    one.annotations
      .filter(({ name }) => name.name === 'field_list')
      .flatMap((annotation) => listIndexes(annotation, numberOf, sink));
  const walk = (type: StructType, at: Place) => {
    if (at.kind !== 'group') return;
    for (const one of type.fields) {
      const inner = at.fields.get(one.name);
      if (inner === undefined) continue;
      for (const index of indexesOf(one)) add(index, scalarsIn(inner));
      if (one.type.kind === 'struct') walk(one.type, inner);
    }
  };
  if (place.kind === 'group' && place.type.kind === 'struct') walk(place.type, place);
  return { numbered, lists };
}

function scalarsIn(place: Place): readonly Json[] {
  switch (place.kind) {
    case 'scalar':
      return [field(place.header, place.field)];
    case 'group':
      return [...place.fields.values()].flatMap(scalarsIn);
    default:
      return [];
  }
}

/** The id of the list that `@field_list(index)` makes; of an empty one, with a warning, when no field has it. */
export function listFor(conversion: Conversion, index: bigint, span: Span): number {
  const known = conversion.fieldLists.numbered.get(index);
  if (known !== undefined) return known;
  report(conversion, 'P4840', span, { index });
  return emptyList(conversion);
}

/** The id of a list without fields. */
export function emptyList(conversion: Conversion): number {
  const { lists } = conversion.fieldLists;
  const known = lists.find((list) => list.elements.length === 0);
  return known?.id ?? addList(conversion, 'empty', []);
}

/** The id of a list of the fields given; reports what is no field of metadata or headers. */
export function listOf(
  conversion: Conversion,
  emitter: Emitter,
  leaves: readonly Expression[],
  span: Span,
): number | undefined {
  const elements: Json[] = [];
  for (const leaf of leaves) {
    const isStored = leaf.kind === 'variable' || leaf.kind === 'field' || leaf.kind === 'index';
    const fixed =
      isStored && leaf.type.kind !== 'header' ? locateField(emitter.scope, leaf, value).fixed : undefined;
    if (fixed === undefined) {
      report(conversion, 'P4823', leaf.span, {});
      return undefined;
    }
    elements.push(field(fixed[0], fixed[1]));
  }
  if (elements.length === 0) return emptyList(conversion);
  return addList(conversion, `list_at_${span.source.location(span.start).line}`, elements);
}

function addList(conversion: Conversion, name: string, elements: Json[]): number {
  const { lists } = conversion.fieldLists;
  const id = lists.length + 1;
  lists.push({ id, name, elements });
  return id;
}
