/** Header types, instances, stacks and unions. */

import { readData } from './expressions.ts';
import type { FieldType, Header, HeaderType, HeaderUnion } from './model.ts';
import type { JsonValue } from './reader.ts';
import { Scope } from './scope.ts';

/** As wide as a field may be. */
const MAXIMUM_BITS = 2048;

/** What all headers and stacks together may take: a program that wants more is a mistake. */
const MAXIMUM_INSTANCES = 65_536;

function readHeaderType(json: JsonValue, index: number): HeaderType {
  const fields: FieldType[] = [];
  let fixedBits = 0;
  const maximumBytes = json.member('max_length').absent ? 0 : json.member('max_length').integer();
  for (const [position, field] of json.member('fields').optionalElements().entries()) {
    const name = field.at(0).text();
    const width = field.at(1);
    const flags = field.elements();
    const variable = width.value === '*';
    const bits = variable ? 0 : width.integer(0, MAXIMUM_BITS);
    if (variable && fields.some((other) => other.variable)) {
      width.fail('a header has at most one field of variable length');
    }
    if (fields.some((other) => other.name === name)) field.at(0).fail(`there are two fields named '${name}'`);
    const signed = flags[2]?.boolean() ?? false;
    if (signed && !variable && bits < 1) width.fail('a signed field has at least 1 bit');
    fields.push({
      name,
      index: position,
      bits,
      signed,
      saturating: flags[3]?.boolean() ?? false,
      variable,
    });
    fixedBits += bits;
  }
  // The largest width of the variable field follows from the largest length of the header.
  const sized = fields.map((field) =>
    field.variable
      ? { ...field, bits: Math.max(0, (maximumBytes === 0 ? 2048 : maximumBytes) * 8 - fixedBits) }
      : field,
  );
  const length = json.member('length_exp');
  const scope = new Scope();
  scope.localFields = fields.length;
  return {
    name: json.member('name').text(),
    index,
    fields: sized,
    fixedBits,
    variableField: sized.find((field) => field.variable),
    lengthExpression: length.absent ? undefined : { type: 'data', data: readData(scope, length) },
    maximumBytes,
  };
}

/** Objects by their `id`, which other parts refer to by number. */
function byId<T>(items: readonly { readonly json: JsonValue; readonly item: T }[], what: string) {
  const found = new Map<number, T>();
  for (const { json, item } of items) {
    const id = json.member('id');
    if (found.has(id.integer())) id.fail(`there are two ${what}s with this id`);
    found.set(id.integer(), item);
  }
  return (reference: JsonValue): T =>
    found.get(reference.integer()) ?? reference.fail(`there is no ${what} with id ${reference.integer()}`);
}

/** Reads everything about headers into the scope. */
export function readHeaders(root: JsonValue, scope: Scope): void {
  for (const [index, json] of root.member('header_types').optionalElements().entries()) {
    scope.headerTypes.add(json.member('name'), readHeaderType(json, index));
  }
  const instances = root.member('headers').optionalElements();
  if (instances.length > MAXIMUM_INSTANCES) {
    root.member('headers').fail(`${instances.length} headers are more than ${MAXIMUM_INSTANCES}`);
  }
  const headers = instances.map((json, index) => {
    const item: Header = {
      name: json.member('name').text(),
      index,
      type: scope.headerTypes.get(json.member('header_type')),
      metadata: json.member('metadata').optionalBoolean(false),
    };
    if (!item.metadata && item.type.fixedBits % 8 !== 0) {
      json.fail(`a header has whole bytes; type '${item.type.name}' has ${item.type.fixedBits} bits`);
    }
    scope.headers.add(json.member('name'), item);
    return { json, item };
  });
  const header = byId(headers, 'header');
  const used = new Set<Header>();
  const packetHeader = (reference: JsonValue): Header => {
    const found = header(reference);
    if (used.has(found)) reference.fail(`'${found.name}' is part of another stack or union already`);
    used.add(found);
    return found.metadata ? reference.fail(`'${found.name}' is metadata`) : found;
  };
  for (const [index, json] of root.member('header_stacks').optionalElements().entries()) {
    const type = scope.headerTypes.get(json.member('header_type'));
    const elements = json.member('header_ids').elements().map(packetHeader);
    const stranger = elements.find((element) => element.type !== type);
    if (stranger !== undefined) json.fail(`'${stranger.name}' is not of type '${type.name}'`);
    if (elements.length === 0) json.member('header_ids').fail('a stack has at least one header');
    scope.stacks.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      type,
      headers: elements,
    });
  }
  const memberNames = new Map<string, readonly string[]>();
  for (const json of root.member('header_union_types').optionalElements()) {
    const names = json
      .member('headers')
      .elements()
      .map((member) => {
        scope.headerTypes.get(member.at(1));
        return member.at(0).text();
      });
    memberNames.set(json.member('name').text(), names);
  }
  const namesOf = (json: JsonValue): readonly string[] => {
    const type = json.member('union_type');
    return memberNames.get(type.text()) ?? type.fail(`there is no header union type named '${type.text()}'`);
  };
  const unions = root
    .member('header_unions')
    .optionalElements()
    .map((json, index) => {
      const item: HeaderUnion = {
        name: json.member('name').text(),
        index,
        memberNames: namesOf(json),
        headers: json.member('header_ids').elements().map(packetHeader),
      };
      if (item.headers.length !== item.memberNames.length) {
        json.member('header_ids').fail(`expected ${item.memberNames.length} headers, one for each member`);
      }
      scope.unions.add(json.member('name'), item);
      return { json, item };
    });
  const union = byId(unions, 'header union');
  const stacked = new Set<HeaderUnion>();
  for (const [index, json] of root.member('header_union_stacks').optionalElements().entries()) {
    const elements = json.member('header_union_ids').elements().map(union);
    for (const element of elements) {
      if (stacked.has(element))
        json.member('header_union_ids').fail(`'${element.name}' is in a stack already`);
      stacked.add(element);
    }
    if (elements.length === 0) json.member('header_union_ids').fail('a stack has at least one union');
    const [first] = elements;
    const same = elements.every((element) =>
      element.headers.every((member, position) => member.type === first?.headers[position]?.type),
    );
    if (!same) json.member('header_union_ids').fail('the unions of a stack are of one type');
    scope.unionStacks.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      memberNames: namesOf(json),
      unions: elements,
    });
  }
}
