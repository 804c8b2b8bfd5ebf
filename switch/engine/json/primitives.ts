/** Primitives: what actions, parsers and deparsers do, one call at a time. */

import {
  headerTypeOf,
  readData,
  readExpression,
  readHeaderExpression,
  readLeftValue,
  readUnionExpression,
} from './expressions.ts';
import type { Field, HeaderStack, HeaderUnionStack, LeftValue, Primitive, SourceInfo } from './model.ts';
import type { JsonValue } from './reader.ts';
import type { Scope } from './scope.ts';

/** `source_info`, which may be missing, and may be incomplete. */
export function readSourceInfo(json: JsonValue): SourceInfo | undefined {
  const source = json.member('source_info');
  if (source.absent) return undefined;
  const number = (name: string) => (source.member(name).absent ? 0 : source.member(name).integer());
  const text = (name: string) => (source.member(name).absent ? '' : source.member(name).text());
  return {
    filename: text('filename'),
    line: number('line'),
    column: number('column'),
    fragment: text('source_fragment'),
  };
}

/** Reads a reference to a field of variable length. */
export function readVariableField(scope: Scope, json: JsonValue): Field {
  const found = readExpression(scope, json);
  const field = found.type === 'data' && found.data.kind === 'field' ? found.data.field : undefined;
  return field?.type.variable === true ? field : json.fail('expected a field of variable length');
}

function readAnyStack(scope: Scope, json: JsonValue): HeaderStack | HeaderUnionStack {
  const found = readExpression(scope, json);
  if (found.type === 'stack' || found.type === 'unionStack') return found.stack;
  return json.fail('expected a header stack or a header union stack');
}

/** A number that is known when the program is loaded. */
function readConstant(scope: Scope, json: JsonValue): bigint {
  const found = readData(scope, json);
  return found.kind === 'constant' ? found.value : json.fail('expected a constant');
}

/** @throws Bmv2JsonError for a field of variable length. */
export function fixedWidth(target: LeftValue, json: JsonValue): LeftValue {
  const variable =
    target.kind === 'field'
      ? target.field.type.variable
      : target.kind === 'register'
        ? false
        : target.field.variable;
  return variable ? json.fail('a field of variable length is assigned by assign_VL') : target;
}

/** Reads one call. @throws Bmv2JsonError for a primitive that no v1model switch has. */
export function readPrimitive(scope: Scope, json: JsonValue): Primitive {
  const common = { source: readSourceInfo(json), path: json.path };
  const op = json.member('op').text();
  const parameters = json.member('parameters');
  const take = (count: number): readonly JsonValue[] => {
    const found = parameters.optionalElements();
    if (found.length !== count) {
      parameters.fail(`primitive '${op}' takes ${count} parameters, found ${found.length}`);
    }
    return found;
  };
  const at = (index: number) => parameters.at(index);
  const target = (index: number) => fixedWidth(readLeftValue(scope, at(index)), at(index));
  const number = (index: number) => readData(scope, at(index));
  const named = (index: number, type: string): JsonValue => {
    const found = at(index).member('type');
    if (found.text() !== type) found.fail(`expected a parameter of type ${type}`);
    return at(index).member('value');
  };
  switch (op) {
    case 'assign':
    case 'modify_field':
    case 'set':
      take(2);
      return { ...common, op: 'assign', target: target(0), value: number(1) };
    case 'add_to_field':
    case 'subtract_from_field': {
      take(2);
      const operation = op === 'add_to_field' ? '+' : '-';
      const left = readData(scope, at(0));
      return {
        ...common,
        op: 'assign',
        target: target(0),
        value: { kind: 'arithmetic', operation, left, right: number(1) },
      };
    }
    case 'add':
    case 'subtract':
    case 'bit_xor':
    case 'bit_or':
    case 'bit_and':
    case 'shift_left':
    case 'shift_right': {
      take(3);
      const operation = (
        {
          add: '+',
          subtract: '-',
          bit_xor: '^',
          bit_or: '|',
          bit_and: '&',
          shift_left: '<<',
          shift_right: '>>',
        } as const
      )[op];
      return {
        ...common,
        op: 'assign',
        target: target(0),
        value: { kind: 'arithmetic', operation, left: number(1), right: number(2) },
      };
    }
    case 'assign_VL':
      take(2);
      return {
        ...common,
        op,
        target: readVariableField(scope, at(0)),
        source_: readVariableField(scope, at(1)),
      };
    case 'assign_header':
    case 'copy_header': {
      take(2);
      const to = readHeaderExpression(scope, at(0));
      const from = readHeaderExpression(scope, at(1));
      if (headerTypeOf(to) !== headerTypeOf(from)) at(1).fail('both headers have to be of one type');
      return { ...common, op: 'assign_header', target: to, value: from };
    }
    case 'assign_union': {
      take(2);
      return {
        ...common,
        op,
        target: readUnionExpression(scope, at(0)),
        value: readUnionExpression(scope, at(1)),
      };
    }
    case 'assign_header_stack': {
      take(2);
      const to = readExpression(scope, at(0));
      const from = readExpression(scope, at(1));
      if (to.type !== 'stack') return at(0).fail('expected a header stack');
      if (from.type !== 'stack') return at(1).fail('expected a header stack');
      if (to.stack.headers.length !== from.stack.headers.length || to.stack.type !== from.stack.type)
        return at(1).fail('both stacks have to be of one type and size');
      return { ...common, op, target: to.stack, value: from.stack };
    }
    case 'assign_union_stack': {
      take(2);
      const to = readExpression(scope, at(0));
      const from = readExpression(scope, at(1));
      if (to.type !== 'unionStack') return at(0).fail('expected a header union stack');
      if (from.type !== 'unionStack') return at(1).fail('expected a header union stack');
      if (to.stack.unions.length !== from.stack.unions.length) {
        return at(1).fail('both stacks have to be of one type and size');
      }
      return { ...common, op, target: to.stack, value: from.stack };
    }
    case 'push':
    case 'pop':
      take(2);
      return { ...common, op, stack: readAnyStack(scope, at(0)), count: number(1) };
    case 'add_header':
    case 'remove_header':
    case 'add_header_fast':
      take(1);
      return { ...common, op, header: readHeaderExpression(scope, at(0)) };
    case '_jump':
      take(1);
      return { ...common, op, offset: Number(readConstant(scope, at(0))) };
    case '_jump_if_zero':
      take(2);
      return { ...common, op, condition: number(0), offset: Number(readConstant(scope, at(1))) };
    case 'exit':
    case 'no_op':
    case 'drop':
      take(0);
      return { ...common, op };
    case 'mark_to_drop': {
      take(1);
      const header = readHeaderExpression(scope, at(0));
      if (header.kind !== 'header') return at(0).fail('expected the standard metadata');
      return { ...common, op, header: header.header };
    }
    case 'assert':
    case 'assume':
      take(1);
      return { ...common, op, condition: number(0) };
    case 'log_msg':
      take(2);
      return {
        ...common,
        op,
        format: named(0, 'string').text(),
        values: named(1, 'parameters_vector')
          .elements()
          .map((value) => readData(scope, value)),
      };
    case 'modify_field_rng_uniform':
      take(3);
      return { ...common, op, target: target(0), low: number(1), high: number(2) };
    case 'modify_field_with_hash_based_offset':
      take(4);
      return {
        ...common,
        op,
        target: target(0),
        base: number(1),
        calculation: scope.calculations.get(named(2, 'calculation')),
        size: number(3),
      };
    case 'generate_digest':
      take(2);
      return { ...common, op, learnList: number(1) };
    case 'clone_ingress_pkt_to_egress':
    case 'clone_egress_pkt_to_egress':
      take(2);
      return { ...common, op: 'clone', session: number(0), fieldList: number(1) };
    case 'resubmit':
    case 'recirculate':
      take(1);
      return { ...common, op, fieldList: number(0) };
    case 'truncate':
      take(1);
      return { ...common, op, length: number(0) };
    case 'count':
      take(2);
      return {
        ...common,
        op,
        array: scope.counters.get(named(0, 'counter_array')),
        index: number(1),
      };
    case 'execute_meter':
      take(3);
      return {
        ...common,
        op,
        array: scope.meters.get(named(0, 'meter_array')),
        index: number(1),
        target: target(2),
      };
    case 'register_read':
      take(3);
      return {
        ...common,
        op,
        target: target(0),
        array: scope.registers.get(named(1, 'register_array')),
        index: number(2),
      };
    case 'register_write':
      take(3);
      return {
        ...common,
        op,
        array: scope.registers.get(named(0, 'register_array')),
        index: number(1),
        value: number(2),
      };
    default:
      return json.member('op').fail(`simple_switch has no primitive named '${op}'`);
  }
}
