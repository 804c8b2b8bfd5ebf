/** Expressions: which operations there are, what they take, and what they give. */

import type {
  ArithmeticOperation,
  BoolExpression,
  ComparisonOperation,
  DataExpression,
  Expression,
  ExpressionType,
  HeaderExpression,
  HeaderStack,
  HeaderType,
  LeftValue,
  UnionExpression,
} from './model.ts';
import type { JsonValue } from './reader.ts';
import { fieldOfType, readField, type Scope, VALIDITY_FIELD } from './scope.ts';

const ARITHMETIC: ReadonlySet<string> = new Set<ArithmeticOperation>([
  '+',
  '-',
  '*',
  '/',
  '%',
  '<<',
  '>>',
  '&',
  '|',
  '^',
  'two_comp_mod',
  'sat_cast',
  'usat_cast',
]);

const COMPARISONS: ReadonlySet<string> = new Set<ComparisonOperation>(['<', '<=', '>', '>=']);

function isArithmetic(operation: string): operation is ArithmeticOperation {
  return ARITHMETIC.has(operation);
}

function isComparison(operation: string): operation is ComparisonOperation {
  return COMPARISONS.has(operation);
}

/** Deeper nesting than this is refused, so that no program exhausts the stack. */
const MAXIMUM_DEPTH = 500;

/** The type of all headers that an expression may be. */
export function headerTypeOf(expression: HeaderExpression): HeaderType {
  switch (expression.kind) {
    case 'header':
      return expression.header.type;
    case 'element':
      return expression.stack.type;
    case 'member':
      return memberType(expression.union, expression.member);
  }
}

function memberType(union: UnionExpression, member: number): HeaderType {
  const unions = union.kind === 'union' ? [union.union] : union.stack.unions;
  const header = unions[0]?.headers[member];
  // Checked when the expression was read.
  if (header === undefined) throw new RangeError(`no member ${member}`);
  return header.type;
}

/** Reads any expression. */
export function readExpression(scope: Scope, json: JsonValue, depth = 0): Expression {
  if (depth > MAXIMUM_DEPTH) json.fail(`expressions are nested more than ${MAXIMUM_DEPTH} deep`);
  const type = json.member('type').text();
  const value = json.member('value');
  switch (type) {
    case 'expression':
      if (!value.member('type').absent) return readExpression(scope, value, depth + 1);
      return readOperation(scope, value, depth + 1);
    case 'field': {
      const [header, name] = value.tuple(2);
      if (header !== undefined && name?.text() === VALIDITY_FIELD) {
        return data({ kind: 'validity', header: scope.headers.get(header) });
      }
      return data({ kind: 'field', field: readField(scope, value) });
    }
    case 'hexstr':
      return data({ kind: 'constant', value: value.hexadecimal() });
    case 'bool':
      return bool({ kind: 'bool', value: value.boolean() });
    case 'header':
      return { type: 'header', header: { kind: 'header', header: scope.headers.get(value) } };
    case 'header_stack':
      return { type: 'stack', stack: scope.stacks.get(value) };
    case 'header_union':
      return { type: 'union', union: { kind: 'union', union: scope.unions.get(value) } };
    case 'header_union_stack':
      return { type: 'unionStack', stack: scope.unionStacks.get(value) };
    case 'stack_field': {
      const stack = scope.stacks.get(value.at(0));
      return data({ kind: 'lastField', stack, field: fieldOfType(stack.type, value.at(1)) });
    }
    case 'local':
    case 'runtime_data':
      return data({ kind: 'local', index: readLocal(scope, value) });
    case 'register': {
      const array = scope.registers.get(value.at(0));
      return data({ kind: 'register', array, index: readData(scope, value.at(1), depth + 1) });
    }
    default:
      return json
        .member('type')
        .fail(
          `'${type}' is no type of an expression; there are expression, field, hexstr, bool, header, header_stack, ` +
            'header_union, header_union_stack, stack_field, local, runtime_data, register',
        );
  }
}

function readLocal(scope: Scope, json: JsonValue): number {
  const index = json.integer();
  const count = scope.localFields ?? scope.parameters.length;
  if (index >= count) {
    const what = scope.localFields === undefined ? 'the action has' : 'the header type has';
    const things = scope.localFields === undefined ? 'parameters' : 'fields';
    json.fail(`there is no number ${index}: ${what} ${count} ${things}, counted from 0`);
  }
  return index;
}

function data(expression: DataExpression): Expression {
  return { type: 'data', data: expression };
}

function bool(expression: BoolExpression): Expression {
  return { type: 'bool', bool: expression };
}

const TYPE_NAMES: { readonly [T in ExpressionType]: string } = {
  data: 'a number',
  bool: 'a truth',
  header: 'a header',
  stack: 'a header stack',
  union: 'a header union',
  unionStack: 'a header union stack',
};

function wrongType(json: JsonValue, found: Expression, wanted: ExpressionType): never {
  return json.fail(`expected ${TYPE_NAMES[wanted]}, found ${TYPE_NAMES[found.type]}`);
}

/** Reads an expression that gives a number; a truth becomes 0 or 1, as older compilers write it. */
export function readData(scope: Scope, json: JsonValue, depth = 0): DataExpression {
  const found = readExpression(scope, json, depth);
  if (found.type === 'bool') return { kind: 'fromBool', operand: found.bool };
  if (found.type !== 'data') return wrongType(json, found, 'data');
  const field = found.data.kind === 'field' ? found.data.field.type : undefined;
  if (field?.variable === true) json.fail(`'${field.name}' has variable length: it is no number`);
  return found.data;
}

/** Reads an expression that gives a truth; a number is true unless it is 0, as older compilers write it. */
export function readBool(scope: Scope, json: JsonValue, depth = 0): BoolExpression {
  const found = readExpression(scope, json, depth);
  if (found.type === 'data') return { kind: 'toBool', operand: found.data };
  return found.type === 'bool' ? found.bool : wrongType(json, found, 'bool');
}

export function readHeaderExpression(scope: Scope, json: JsonValue, depth = 0): HeaderExpression {
  const found = readExpression(scope, json, depth);
  return found.type === 'header' ? found.header : wrongType(json, found, 'header');
}

export function readUnionExpression(scope: Scope, json: JsonValue, depth = 0): UnionExpression {
  const found = readExpression(scope, json, depth);
  return found.type === 'union' ? found.union : wrongType(json, found, 'union');
}

function readStack(scope: Scope, json: JsonValue, depth: number): HeaderStack {
  const found = readExpression(scope, json, depth);
  return found.type === 'stack' ? found.stack : wrongType(json, found, 'stack');
}

/** Reads something that may be stored to. */
export function readLeftValue(scope: Scope, json: JsonValue): LeftValue {
  const found = readData(scope, json);
  switch (found.kind) {
    case 'field':
    case 'lastField':
    case 'accessField':
    case 'register':
      return found;
    default:
      return json.fail('nothing can be stored here: expected a field or a register');
  }
}

function readOperation(scope: Scope, json: JsonValue, depth: number): Expression {
  const operation = json.member('op').text();
  const left = json.member('left');
  const right = json.member('right');
  const numbers = () =>
    [
      // A sign in front comes with nothing on its left.
      left.absent && (operation === '+' || operation === '-')
        ? ({ kind: 'constant', value: 0n } as const)
        : readData(scope, left, depth),
      readData(scope, right, depth),
    ] as const;
  if (isArithmetic(operation)) {
    const [first, second] = numbers();
    if (operation.endsWith('_mod') || operation.endsWith('_cast')) {
      const width = second.kind === 'constant' ? second.value : 0n;
      if (width < 1n || width > 8192n) right.fail('expected a constant width from 1 to 8192');
    }
    return data({ kind: 'arithmetic', operation, left: first, right: second });
  }
  if (isComparison(operation)) {
    const [first, second] = numbers();
    return bool({ kind: 'compare', operation, left: first, right: second });
  }
  switch (operation) {
    case '==':
    case '!=':
      return readEquality(scope, json, operation, depth);
    case 'and':
    case 'or':
      return bool({
        kind: 'logical',
        operation,
        left: readBool(scope, left, depth),
        right: readBool(scope, right, depth),
      });
    case 'not':
      return bool({ kind: 'not', operand: readBool(scope, right, depth) });
    case '~':
      return data({ kind: 'negate', operand: readData(scope, right, depth) });
    case 'd2b':
      return bool({ kind: 'toBool', operand: readData(scope, right, depth) });
    case 'b2d':
      return data({ kind: 'fromBool', operand: readBool(scope, right, depth) });
    case 'valid':
      return bool({ kind: 'valid', header: readHeaderExpression(scope, right, depth) });
    case 'valid_union':
      return bool({ kind: 'unionValid', union: readUnionExpression(scope, right, depth) });
    case '?':
      return readConditional(scope, json, depth);
    case 'last_stack_index':
      return data({ kind: 'lastIndex', stack: readStack(scope, right, depth) });
    case 'size_stack':
      return data({ kind: 'stackSize', stack: readStack(scope, right, depth) });
    case 'dereference_stack':
    case 'dereference_header_stack':
      return {
        type: 'header',
        header: {
          kind: 'element',
          stack: readStack(scope, left, depth),
          index: readData(scope, right, depth),
        },
      };
    case 'dereference_union_stack': {
      const stack = readExpression(scope, left, depth);
      if (stack.type !== 'unionStack') return wrongType(left, stack, 'unionStack');
      return {
        type: 'union',
        union: { kind: 'unionElement', stack: stack.stack, index: readData(scope, right, depth) },
      };
    }
    case 'access_field': {
      const header = readHeaderExpression(scope, left, depth);
      const type = headerTypeOf(header);
      const field = type.fields[right.integer()];
      if (field === undefined)
        return right.fail(`header type '${type.name}' has ${type.fields.length} fields`);
      return data({ kind: 'accessField', header, field });
    }
    case 'access_union_header': {
      const union = readUnionExpression(scope, left, depth);
      const first = union.kind === 'union' ? union.union : union.stack.unions[0];
      const member = right.integer();
      if (first?.headers[member] === undefined) return right.fail(`the union has no member ${member}`);
      return { type: 'header', header: { kind: 'member', union, member } };
    }
    default:
      return json.member('op').fail(`'${operation}' is no operation of BMv2 JSON`);
  }
}

function readEquality(scope: Scope, json: JsonValue, operation: '==' | '!=', depth: number): Expression {
  const left = readExpression(scope, json.member('left'), depth);
  const right = readExpression(scope, json.member('right'), depth);
  const negated = operation === '!=';
  if (left.type === 'data' && right.type === 'data') {
    return bool({ kind: 'compare', operation, left: left.data, right: right.data });
  }
  if (left.type === 'bool' && right.type === 'bool') {
    return bool({ kind: 'sameBool', negated, left: left.bool, right: right.bool });
  }
  if (left.type === 'header' && right.type === 'header') {
    return bool({ kind: 'sameHeader', negated, left: left.header, right: right.header });
  }
  if (left.type === 'union' && right.type === 'union') {
    return bool({ kind: 'sameUnion', negated, left: left.union, right: right.union });
  }
  return json.fail(`${TYPE_NAMES[left.type]} and ${TYPE_NAMES[right.type]} cannot be compared`);
}

function readConditional(scope: Scope, json: JsonValue, depth: number): Expression {
  const condition = readBool(scope, json.member('cond'), depth);
  const whenTrue = readExpression(scope, json.member('left'), depth);
  const whenFalse = readExpression(scope, json.member('right'), depth);
  if (whenTrue.type === 'data' && whenFalse.type === 'data') {
    return data({ kind: 'conditional', condition, whenTrue: whenTrue.data, whenFalse: whenFalse.data });
  }
  if (whenTrue.type === 'bool' && whenFalse.type === 'bool') {
    return bool({
      kind: 'boolConditional',
      condition,
      whenTrue: whenTrue.bool,
      whenFalse: whenFalse.bool,
    });
  }
  return json.fail("both results of '?' have to be numbers, or both truths");
}
