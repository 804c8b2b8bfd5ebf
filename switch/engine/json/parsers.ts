/** Parsers, their states and transitions, and deparsers. */

import { readBool, readData, readExpression, readLeftValue } from './expressions.ts';
import type {
  Deparser,
  ExtractTarget,
  Header,
  HeaderType,
  KeyElement,
  Lookahead,
  Parser,
  ParserOperation,
  ParseState,
  Transition,
  ValueSet,
} from './model.ts';
import { fixedWidth, readPrimitive, readVariableField } from './primitives.ts';
import { type JsonValue, Names } from './reader.ts';
import { fieldOfType, readField, type Scope } from './scope.ts';

/** Bits that a parser may look ahead: more is a mistake of the compiler. */
const MAXIMUM_LOOKAHEAD = 65_536;

function readLookahead(json: JsonValue): Lookahead {
  json.tuple(2);
  return {
    offset: json.at(0).integer(0, MAXIMUM_LOOKAHEAD),
    bits: json.at(1).integer(1, MAXIMUM_LOOKAHEAD),
  };
}

function memberIndex(names: readonly string[], json: JsonValue): number {
  const index = names.indexOf(json.text());
  return index < 0 ? json.fail(`the union has no member '${json.text()}'`) : index;
}

function packetHeader(header: Header, json: JsonValue): Header {
  return header.metadata ? json.fail(`'${header.name}' is metadata, which no packet contains`) : header;
}

function readExtract(scope: Scope, json: JsonValue): readonly [ExtractTarget, HeaderType] {
  const type = json.member('type');
  const value = json.member('value');
  switch (type.text()) {
    case 'regular': {
      const header = packetHeader(scope.headers.get(value), value);
      return [{ kind: 'header', header }, header.type];
    }
    case 'stack': {
      const stack = scope.stacks.get(value);
      return [{ kind: 'stack', stack }, stack.type];
    }
    case 'union_stack': {
      value.tuple(2);
      const stack = scope.unionStacks.get(value.at(0));
      const member = memberIndex(stack.memberNames, value.at(1));
      const header = stack.unions[0]?.headers[member];
      if (header === undefined) return value.fail('the union has no such member');
      return [{ kind: 'unionStack', stack, member }, header.type];
    }
    default:
      return type.fail(`expected regular, stack or union_stack, found '${type.text()}'`);
  }
}

function readOperation(scope: Scope, json: JsonValue, errors: ReadonlyMap<string, number>): ParserOperation {
  const op = json.member('op');
  const parameters = json.member('parameters');
  switch (op.text()) {
    case 'extract': {
      parameters.tuple(1);
      const [target, type] = readExtract(scope, parameters.at(0));
      if (type.variableField !== undefined && type.lengthExpression === undefined) {
        json.fail(`header type '${type.name}' does not say how long its variable field is: use extract_VL`);
      }
      return { kind: 'extract', target, length: undefined };
    }
    case 'extract_VL': {
      parameters.tuple(2);
      const [target, type] = readExtract(scope, parameters.at(0));
      if (type.variableField === undefined) {
        parameters.at(0).fail(`header type '${type.name}' has no field of variable length`);
      }
      return { kind: 'extract', target, length: readData(scope, parameters.at(1)) };
    }
    case 'set': {
      parameters.tuple(2);
      const [to, from] = [parameters.at(0), parameters.at(1)];
      if (from.member('type').text() === 'lookahead') {
        return {
          kind: 'setLookahead',
          target: fixedWidth(readLeftValue(scope, to), to),
          lookahead: readLookahead(from.member('value')),
        };
      }
      const destination = readExpression(scope, to);
      if (
        destination.type === 'data' &&
        destination.data.kind === 'field' &&
        destination.data.field.type.variable
      ) {
        return {
          kind: 'setVariable',
          target: destination.data.field,
          source: readVariableField(scope, from),
        };
      }
      return {
        kind: 'set',
        target: fixedWidth(readLeftValue(scope, to), to),
        value: readData(scope, from),
      };
    }
    case 'verify': {
      parameters.tuple(2);
      const error = parameters.at(1);
      if (error.isInteger && ![...errors.values()].includes(error.integer())) {
        error.fail(`there is no error with number ${error.integer()}`);
      }
      return {
        kind: 'verify',
        condition: readBool(scope, parameters.at(0)),
        error: error.isInteger
          ? { kind: 'constant', value: BigInt(error.integer()) }
          : readData(scope, error),
      };
    }
    case 'shift':
      parameters.tuple(1);
      return {
        kind: 'advance',
        bits: { kind: 'constant', value: BigInt(parameters.at(0).integer()) * 8n },
      };
    case 'advance':
      parameters.tuple(1);
      return { kind: 'advance', bits: readData(scope, parameters.at(0)) };
    case 'primitive':
      parameters.tuple(1);
      return { kind: 'primitive', primitive: readPrimitive(scope, parameters.at(0)) };
    default:
      return op.fail(
        `'${op.text()}' is no operation of a parser; there are extract, extract_VL, set, verify, shift, advance, primitive`,
      );
  }
}

function readKeyElement(scope: Scope, json: JsonValue): KeyElement {
  const type = json.member('type');
  const value = json.member('value');
  switch (type.text()) {
    case 'field': {
      const field = readField(scope, value);
      return { kind: 'field', field, bits: field.type.bits };
    }
    case 'stack_field': {
      const stack = scope.stacks.get(value.at(0));
      const field = fieldOfType(stack.type, value.at(1));
      return { kind: 'lastField', stack, field, bits: field.bits };
    }
    case 'union_stack_field': {
      value.tuple(3);
      const stack = scope.unionStacks.get(value.at(0));
      const member = memberIndex(stack.memberNames, value.at(1));
      const header = stack.unions[0]?.headers[member];
      if (header === undefined) return value.fail('the union has no such member');
      const field = fieldOfType(header.type, value.at(2));
      return { kind: 'lastUnionField', stack, member, field, bits: field.bits };
    }
    case 'lookahead': {
      const lookahead = readLookahead(value);
      return { kind: 'lookahead', lookahead, bits: lookahead.bits };
    }
    default:
      return type.fail(
        `'${type.text()}' cannot be part of a key; there are field, stack_field, union_stack_field, lookahead`,
      );
  }
}

function readState(
  scope: Scope,
  json: JsonValue,
  index: number,
  states: Names<number>,
  sets: Names<ValueSet>,
  errors: ReadonlyMap<string, number>,
): ParseState {
  const key = json
    .member('transition_key')
    .optionalElements()
    .map((element) => readKeyElement(scope, element));
  const width = key.reduce((bytes, element) => bytes + Math.ceil(element.bits / 8), 0);
  const bits = key.reduce((sum, element) => sum + element.bits, 0);
  const transitions: Transition[] = [];
  let defaultNext: number | undefined;
  const bytesOf = (value: JsonValue): Uint8Array => {
    const bytes = value.bytes();
    if (bytes.length !== width) value.fail(`the key has ${width} bytes, this has ${bytes.length}`);
    return bytes;
  };
  for (const transition of json.member('transitions').optionalElements()) {
    const value = transition.member('value');
    const type = transition.member('type').absent
      ? value.value === 'default'
        ? 'default'
        : 'hexstr'
      : transition.member('type').text();
    const nextName = transition.member('next_state');
    const next = nextName.absent ? undefined : states.get(nextName);
    const maskValue = transition.member('mask');
    const mask = maskValue.absent ? undefined : bytesOf(maskValue);
    if (type === 'default' || (type === 'hexstr' && value.value === 'default')) defaultNext = next;
    else if (type === 'hexstr') transitions.push({ kind: 'value', value: bytesOf(value), mask, next });
    else if (type === 'parse_vset') {
      const set = sets.get(value);
      if (set.bits !== bits) value.fail(`value set '${set.name}' has ${set.bits} bits, the key has ${bits}`);
      transitions.push({ kind: 'valueSet', set, mask, next });
    } else {
      transition.member('type').fail(`expected default, hexstr or parse_vset, found '${type}'`);
    }
  }
  return {
    name: json.member('name').text(),
    index,
    operations: json
      .member('parser_ops')
      .optionalElements()
      .map((operation) => readOperation(scope, operation, errors)),
    key,
    transitions: key.length === 0 ? [] : transitions,
    defaultNext,
  };
}

/** Reads all parsers. */
export function readParsers(
  root: JsonValue,
  scope: Scope,
  sets: Names<ValueSet>,
  errors: ReadonlyMap<string, number>,
): readonly Parser[] {
  return root
    .member('parsers')
    .optionalElements()
    .map((json) => {
      const list = json.member('parse_states').optionalElements();
      const states = new Names<number>('parse state');
      for (const [index, state] of list.entries()) states.add(state.member('name'), index);
      const initial = json.member('init_state');
      return {
        name: json.member('name').text(),
        states: list.map((state, index) => readState(scope, state, index, states, sets, errors)),
        initial: initial.absent ? undefined : states.get(initial),
      };
    });
}

/** Reads all deparsers. */
export function readDeparsers(root: JsonValue, scope: Scope): readonly Deparser[] {
  return root
    .member('deparsers')
    .optionalElements()
    .map((json) => ({
      name: json.member('name').text(),
      order: json
        .member('order')
        .optionalElements()
        .map((name) => packetHeader(scope.headers.get(name), name)),
      primitives: json
        .member('primitives')
        .optionalElements()
        .map((primitive) => readPrimitive(scope, primitive)),
    }));
}
