/** Digests: the switch sends the values that some fields have when ingress ends, so they are put into such fields. */

import type { Expression, Type } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { type Conversion, type Emitter, report } from './conversion.ts';
import { componentsOf, leavesOf, storedValue } from './expressions.ts';
import { asParameter, constant, field, type Json, type Operand, sourceInfo } from './json.ts';
import { isScalar, type ScalarType } from './layout.ts';

/** The name under which the control plane knows a digest: that of its struct, as in P4Info. */
function digestName(type: Type | undefined): string {
  return type?.kind === 'struct' ? type.sourceName : 'digest';
}

/** Converts `digest(receiver, data)`. */
export function writeDigest(
  conversion: Conversion,
  emitter: Emitter,
  data: Expression,
  type: Type | undefined,
  receiver: Operand,
  span: Span,
): void {
  const leaves = numbersIn(data);
  const types: ScalarType[] = [];
  for (const leaf of leaves) {
    if (!isScalar(leaf.type)) {
      report(conversion, 'P4822', leaf.span, { what: 'a digest', type: leaf.type.kind });
      return;
    }
    types.push(leaf.type);
  }
  const list = listFor(conversion, digestName(type ?? data.type), leaves, types, span);
  for (const [index, leaf] of leaves.entries()) {
    const place = list.fields[index];
    if (place?.kind !== 'scalar') continue;
    const source = storedValue(emitter.scope, leaf);
    emitter.call('assign', [field(place.header, place.field), asParameter(source)], leaf.span);
  }
  emitter.call('generate_digest', [receiver, constant(BigInt(list.id), 32)], span);
}

/** The numbers in a value, headers taken apart too. */
function numbersIn(data: Expression): readonly Expression[] {
  return leavesOf(data).flatMap((leaf) =>
    leaf.type.kind === 'header' ? componentsOf(leaf).flatMap(numbersIn) : [leaf],
  );
}

/** One list for each digest; calls of the same one fill the same fields. */
function listFor(
  conversion: Conversion,
  base: string,
  leaves: readonly Expression[],
  types: readonly ScalarType[],
  span: Span,
) {
  const { layout, learnLists } = conversion;
  const known = learnLists.get(base);
  const isAlike = known?.fields.every(
    (place, index) =>
      place.kind === 'scalar' && JSON.stringify(shape(place.type)) === JSON.stringify(shape(types[index])),
  );
  if (known !== undefined && isAlike === true && known.fields.length === types.length) return known;
  let name = base;
  for (let count = 0; learnLists.has(name); count++) name = `${base}_${count}`;
  const id = learnLists.size + 1;
  const fields = types.map((one, index) => layout.scratch(`${name}.${leafName(leaves[index], index)}`, one));
  const elements: Json[] = fields.map((place) => field(place.header, place.field));
  const made = { id, json: { id, name, source_info: sourceInfo(span), elements }, fields };
  learnLists.set(name, made);
  return made;
}

function shape(type: Type | undefined): Json {
  return type?.kind === 'bits' ? [type.width, type.signed] : (type?.kind ?? null);
}

function leafName(leaf: Expression | undefined, index: number): string {
  return leaf?.kind === 'field' ? leaf.field : `f${index}`;
}
