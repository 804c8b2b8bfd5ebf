/**
 * Which metadata is kept as packets have it: what comes from headers and goes to keys, digests and headers again, such as ports of
 * a flow, would be turned around each time, and is computed with seldom.
 */

import type {
  BoolExpression,
  DataExpression,
  Field,
  FieldType,
  LeftValue,
  ParserOperation,
  Primitive,
  Program,
  Table,
} from '../json/index.ts';
import { bitOffset, fieldName, isNetworkParameter, isNetworkWidth } from './layout.ts';
import { switchHeaders, visit } from './specialize.ts';

/** Bytes of keys that say by themselves where the entry is: of numbers in the machine's order. */
const SHORT_KEY = 2;

/** Whether a field of metadata could be kept so: whole bytes, more than one. */
function isCandidate({ bits, variable, signed, saturating }: FieldType): boolean {
  return bits > 8 && bits <= 64 && bits % 8 === 0 && !variable && !signed && !saturating;
}

/** Counts for each field where its bytes would do, less where its number is wanted. */
class Count {
  readonly balance = new Map<string, number>();
  readonly #candidates = new Set<string>();

  constructor(program: Program) {
    const bySwitch = switchHeaders(program);
    for (const header of program.headers) {
      if (!header.metadata || bySwitch.has(header)) continue;
      for (const type of header.type.fields)
        if (isCandidate(type)) this.#candidates.add(fieldName({ header, type }));
    }
  }

  #add(field: Field, by: number): void {
    const name = fieldName(field);
    if (this.#candidates.has(name)) this.balance.set(name, (this.balance.get(name) ?? 0) + by);
  }

  /** Whether an expression's bytes stand somewhere in a packet's order; undefined where that makes no difference. */
  #hasBytes(expression: DataExpression, bits: number, parameters: readonly number[]): boolean | undefined {
    switch (expression.kind) {
      case 'constant':
        return undefined;
      case 'field': {
        const { header, type } = expression.field;
        if (this.#candidates.has(fieldName(expression.field))) return undefined;
        if (type.bits !== bits) return false;
        return header.metadata ? isNetworkWidth(bits) : bitOffset(header.type, type) % 8 === 0;
      }
      case 'local':
        return isNetworkParameter(parameters[expression.index] ?? 0);
      default:
        return false;
    }
  }

  /** Fields whose numbers are computed with. */
  #computed(expression: DataExpression | BoolExpression): void {
    visit(expression, (field) => this.#add(field, -1));
  }

  /** Numbers that are only compared for being equal are as good in either order. */
  truth(expression: BoolExpression): void {
    switch (expression.kind) {
      case 'logical':
      case 'sameBool':
        this.truth(expression.left);
        this.truth(expression.right);
        return;
      case 'not':
        this.truth(expression.operand);
        return;
      case 'compare': {
        const { left, right, operation } = expression;
        const isPlain = [left, right].every(({ kind }) => kind === 'field' || kind === 'constant');
        if (!isPlain || (operation !== '==' && operation !== '!=')) this.#computed(expression);
        return;
      }
      default:
        this.#computed(expression);
    }
  }

  #number(expression: DataExpression): void {
    if (expression.kind === 'fromBool') this.truth(expression.operand);
    else this.#computed(expression);
  }

  /** The parts of a number that is put together are moved, and shifts of whole bytes are no computation. */
  #moved(expression: DataExpression): void {
    if (expression.kind === 'field') this.#add(expression.field, 1);
    else if (expression.kind === 'arithmetic') {
      const { operation, left, right } = expression;
      const isShift = operation === '<<' && right.kind === 'constant' && right.value % 8n === 0n;
      if (operation === '|' || isShift) {
        this.#moved(left);
        if (!isShift) this.#moved(right);
      } else this.#computed(expression);
    } else this.#computed(expression);
  }

  assignment(target: LeftValue, value: DataExpression, parameters: readonly number[] = []): void {
    const field = target.kind === 'field' ? target.field : undefined;
    if (field !== undefined) {
      const hasBytes = this.#hasBytes(value, field.type.bits, parameters);
      if (hasBytes !== undefined) this.#add(field, hasBytes ? 1 : -1);
    }
    if (value.kind === 'field') {
      // From a header into metadata it is counted already; into a header, and into what is as wide, it is moved.
      const bits = field?.type.bits ?? (target.kind === 'accessField' ? target.field.bits : 0);
      if (bits !== value.field.type.bits) this.#add(value.field, -1);
      else if (field === undefined || !this.#candidates.has(fieldName(field))) this.#add(value.field, 1);
      return;
    }
    const isWide = field !== undefined && isNetworkWidth(field.type.bits);
    if (isWide || (target.kind === 'register' && isNetworkWidth(target.array.bits))) this.#moved(value);
    else this.#number(value);
  }

  primitive(primitive: Primitive, parameters: readonly number[] = []): void {
    switch (primitive.op) {
      case 'assign':
        this.assignment(primitive.target, primitive.value, parameters);
        return;
      case 'register_write':
        this.#computed(primitive.index);
        if (isNetworkWidth(primitive.array.bits)) this.#moved(primitive.value);
        else this.#computed(primitive.value);
        return;
      case '_jump_if_zero':
        this.#number(primitive.condition);
        return;
      default:
        // Sums of hashes and the like are taken over bytes, but all other operands are numbers.
        for (const [name, part] of Object.entries(primitive))
          if (name !== 'calculation') visit(part, (field) => this.#add(field, -1));
    }
  }

  operation(operation: ParserOperation): void {
    if (operation.kind === 'set') this.assignment(operation.target, operation.value);
    else if (operation.kind === 'primitive') this.primitive(operation.primitive);
    else visit(operation, (field) => this.#add(field, -1));
  }

  key({ keys }: Table): void {
    const bytes = keys.reduce((sum, { bits }) => sum + Math.ceil(bits / 8), 0);
    const isNumber = bytes <= SHORT_KEY && keys.every(({ match }) => match === 'exact');
    for (const { value, mask } of keys) {
      if (value.kind === 'field') this.#add(value.field, isNumber || mask !== undefined ? -1 : 1);
      else this.#computed(value);
    }
  }

  /** A field whose bytes are taken, as by sums and digests. */
  moved(field: Field): void {
    this.#add(field, 1);
  }
}

/** The names of the fields of metadata, up to 64 bits wide, that are kept as packets have them. */
export function networkFields(program: Program): ReadonlySet<string> {
  const count = new Count(program);
  for (const { states } of program.parsers)
    for (const { operations } of states) for (const operation of operations) count.operation(operation);
  for (const action of program.actions)
    for (const primitive of action.primitives)
      count.primitive(
        primitive,
        action.parameters.map(({ bits }) => bits),
      );
  for (const { nodes } of program.pipelines)
    for (const node of nodes) {
      if (node.kind === 'table') count.key(node);
      else if (node.kind === 'conditional') count.truth(node.condition);
    }
  for (const { inputs } of program.calculations)
    for (const input of inputs) if (input.kind === 'field') count.moved(input.field);
  for (const { fields } of program.learnLists) for (const field of fields) count.moved(field);
  return new Set([...count.balance].filter(([, balance]) => balance > 0).map(([name]) => name));
}
