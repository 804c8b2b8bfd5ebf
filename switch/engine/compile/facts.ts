/**
 * What is known about a packet where code runs, when that code is written: fields of metadata with one value, and headers
 * that are there or not. Programs say in flags what they have found, and ask for it again and again.
 */

import type {
  Action,
  BoolExpression,
  DataExpression,
  Field,
  FieldType,
  Header,
  HeaderExpression,
  LeftValue,
  Primitive,
  Program,
} from '../json/index.ts';
import { fieldName } from './layout.ts';

/** Values by what they are of: `fieldFact`, `validityFact`. A signed field has its value with the sign. */
export type Facts = ReadonlyMap<string, bigint>;

/** Facts that change while the code of an action is written. */
export type OpenFacts = Map<string, bigint>;

/** Wider fields are no flags. */
const WIDEST = 64;
/** Shifts by more are left to the code. */
const LONGEST_SHIFT = 128n;

/** The name of what is known of a field; none for fields of which nothing is kept. */
export function fieldFact(field: Field): string | undefined {
  const { header, type } = field;
  const isKept =
    header.metadata && !type.variable && !type.saturating && type.bits > 0 && type.bits <= WIDEST;
  return isKept ? fieldName(field) : undefined;
}

/** The name of whether a header is there. Elements of stacks and members of unions change under several names. */
export function validityFact(header: Header): string {
  return `${header.index}`;
}

/** Headers whose validity is set by their own name only. */
export function singleHeaders(program: Program): ReadonlySet<Header> {
  const others = new Set<Header>([
    ...program.stacks.flatMap(({ headers }) => headers),
    ...program.unions.flatMap(({ headers }) => headers),
    ...program.unionStacks.flatMap(({ unions }) => unions.flatMap(({ headers }) => headers)),
  ]);
  return new Set(program.headers.filter((header) => !header.metadata && !others.has(header)));
}

/** A number as a field holds it. */
function stored(type: FieldType, value: bigint): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

/** The value of a number, if it is known. */
export function knownData(expression: DataExpression, facts: Facts): bigint | undefined {
  switch (expression.kind) {
    case 'constant':
      return expression.value;
    case 'field': {
      const name = fieldFact(expression.field);
      return name === undefined ? undefined : facts.get(name);
    }
    case 'accessField': {
      const { header, field } = expression;
      return header.kind === 'header'
        ? knownData({ kind: 'field', field: { header: header.header, type: field } }, facts)
        : undefined;
    }
    case 'validity':
      return facts.get(validityFact(expression.header));
    case 'fromBool': {
      const truth = knownBool(expression.operand, facts);
      return truth === undefined ? undefined : truth ? 1n : 0n;
    }
    case 'negate': {
      const operand = knownData(expression.operand, facts);
      return operand === undefined ? undefined : -operand - 1n;
    }
    case 'conditional': {
      const condition = knownBool(expression.condition, facts);
      if (condition === undefined) return undefined;
      return knownData(condition ? expression.whenTrue : expression.whenFalse, facts);
    }
    case 'arithmetic':
      return knownArithmetic(expression, facts);
    default:
      return undefined;
  }
}

function knownArithmetic(
  { operation, left, right }: Extract<DataExpression, { kind: 'arithmetic' }>,
  facts: Facts,
): bigint | undefined {
  const one = knownData(left, facts);
  const two = knownData(right, facts);
  if (operation === '&' && (one === 0n || two === 0n)) return 0n;
  if (one === undefined || two === undefined) return undefined;
  switch (operation) {
    case '+':
      return one + two;
    case '-':
      return one - two;
    case '&':
      return one & two;
    case '|':
      return one | two;
    case '^':
      return one ^ two;
    case '<<':
      return two >= 0n && two <= LONGEST_SHIFT ? one << two : undefined;
    case '>>':
      return two >= 0n && two <= LONGEST_SHIFT ? one >> two : undefined;
    default:
      return undefined;
  }
}

/** A truth, if it is known. */
export function knownBool(expression: BoolExpression, facts: Facts): boolean | undefined {
  switch (expression.kind) {
    case 'bool':
      return expression.value;
    case 'toBool': {
      const operand = knownData(expression.operand, facts);
      return operand === undefined ? undefined : operand !== 0n;
    }
    case 'not': {
      const operand = knownBool(expression.operand, facts);
      return operand === undefined ? undefined : !operand;
    }
    case 'logical': {
      const left = knownBool(expression.left, facts);
      const right = knownBool(expression.right, facts);
      // What decides the whole.
      const decisive = expression.operation === 'or';
      if (left === decisive || right === decisive) return decisive;
      return left === undefined || right === undefined ? undefined : !decisive;
    }
    case 'sameBool': {
      const left = knownBool(expression.left, facts);
      const right = knownBool(expression.right, facts);
      return left === undefined || right === undefined ? undefined : (left === right) !== expression.negated;
    }
    case 'boolConditional': {
      const condition = knownBool(expression.condition, facts);
      if (condition === undefined) return undefined;
      return knownBool(condition ? expression.whenTrue : expression.whenFalse, facts);
    }
    case 'compare': {
      const left = knownData(expression.left, facts);
      const right = knownData(expression.right, facts);
      return left === undefined || right === undefined
        ? undefined
        : compareNumbers(expression.operation, left, right);
    }
    case 'valid': {
      if (expression.header.kind !== 'header') return undefined;
      const { header } = expression.header;
      const known = header.metadata ? 1n : facts.get(validityFact(header));
      return known === undefined ? undefined : known !== 0n;
    }
    default:
      return undefined;
  }
}

function compareNumbers(
  operation: Extract<BoolExpression, { kind: 'compare' }>['operation'],
  left: bigint,
  right: bigint,
): boolean {
  switch (operation) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** Adds what a condition says where it came out so. */
export function learnFrom(
  condition: BoolExpression,
  outcome: boolean,
  facts: OpenFacts,
  single: SingleHeaders,
): void {
  switch (condition.kind) {
    case 'not':
      learnFrom(condition.operand, !outcome, facts, single);
      return;
    case 'logical':
      // An "and" that holds, and an "or" that does not, say it of both sides.
      if (outcome !== (condition.operation === 'and')) return;
      learnFrom(condition.left, outcome, facts, single);
      learnFrom(condition.right, outcome, facts, single);
      return;
    case 'toBool':
      learnFromNumber(condition.operand, outcome, facts, single);
      return;
    case 'valid':
      if (condition.header.kind === 'header' && single.has(condition.header.header)) {
        facts.set(validityFact(condition.header.header), outcome ? 1n : 0n);
      }
      return;
    case 'compare': {
      if (condition.operation !== (outcome ? '==' : '!=')) return;
      const { left, right } = condition;
      if (left.kind === 'constant') learnValue(right, left.value, facts);
      if (right.kind === 'constant') learnValue(left, right.value, facts);
      return;
    }
    default:
      return;
  }
}

/** The headers of which validity is known. */
export type SingleHeaders = ReadonlySet<Header>;

function learnFromNumber(
  operand: DataExpression,
  isSet: boolean,
  facts: OpenFacts,
  single: SingleHeaders,
): void {
  if (operand.kind === 'fromBool') learnFrom(operand.operand, isSet, facts, single);
  else if (operand.kind === 'validity' && single.has(operand.header)) {
    facts.set(validityFact(operand.header), isSet ? 1n : 0n);
  } else if (operand.kind === 'field') {
    // Of one bit, there is only one value that is not 0.
    const { bits, signed } = operand.field.type;
    if (!isSet) learnValue(operand, 0n, facts);
    else if (bits === 1 && !signed) learnValue(operand, 1n, facts);
  }
}

function learnValue(expression: DataExpression, value: bigint, facts: OpenFacts): void {
  if (expression.kind !== 'field') return;
  const name = fieldFact(expression.field);
  if (name !== undefined && stored(expression.field.type, value) === value) facts.set(name, value);
}

/** The field of a header, or of metadata, that a left value surely is. */
function fieldOfTarget(target: LeftValue): Field | undefined {
  if (target.kind === 'field') return target.field;
  if (target.kind === 'accessField' && target.header.kind === 'header') {
    return { header: target.header.header, type: target.field };
  }
  return undefined;
}

/** Changes what is known of a field: its new value, if that is known. */
export function assignFact(target: LeftValue, value: bigint | undefined, facts: OpenFacts): void {
  const field = fieldOfTarget(target);
  const name = field === undefined ? undefined : fieldFact(field);
  if (field === undefined || name === undefined) return;
  if (value === undefined) facts.delete(name);
  else facts.set(name, stored(field.type, value));
}

function forgetHeader(header: Header, facts: OpenFacts): void {
  for (const type of header.type.fields) {
    const name = fieldFact({ header, type });
    if (name !== undefined) facts.delete(name);
  }
}

function setValidity(
  expression: HeaderExpression,
  value: bigint | undefined,
  facts: OpenFacts,
  single: SingleHeaders,
) {
  if (expression.kind !== 'header' || !single.has(expression.header)) return;
  if (value === undefined) facts.delete(validityFact(expression.header));
  else facts.set(validityFact(expression.header), value);
}

/** What is known behind a primitive. */
export function applyPrimitive(
  primitive: Primitive,
  facts: OpenFacts,
  program: Program,
  single: SingleHeaders,
): void {
  const forget = (name: string) => {
    const field = program.field(name);
    if (field !== undefined) assignFact({ kind: 'field', field }, undefined, facts);
  };
  switch (primitive.op) {
    case 'assign':
      assignFact(primitive.target, knownData(primitive.value, facts), facts);
      return;
    case 'assign_header':
      if (primitive.target.kind === 'header' && primitive.target.header.metadata) {
        forgetHeader(primitive.target.header, facts);
      }
      setValidity(primitive.target, undefined, facts, single);
      return;
    case 'add_header':
    case 'add_header_fast':
      setValidity(primitive.header, 1n, facts, single);
      return;
    case 'remove_header':
      setValidity(primitive.header, 0n, facts, single);
      return;
    case 'drop':
      forget('standard_metadata.egress_spec');
      forget('intrinsic_metadata.mcast_grp');
      return;
    case 'mark_to_drop':
      forgetHeader(primitive.header, facts);
      return;
    case 'modify_field_rng_uniform':
    case 'modify_field_with_hash_based_offset':
    case 'execute_meter':
    case 'register_read':
      assignFact(primitive.target, undefined, facts);
      return;
    default:
      return;
  }
}

/** What is known behind an action, whose parameters may be anything. */
export function applyAction(action: Action, facts: OpenFacts, program: Program, single: SingleHeaders): void {
  const jumps = hasJumps(action);
  // Behind jumps only what the action does not touch is sure.
  for (const primitive of action.primitives) {
    if (jumps) forgetTouched(primitive, facts, program, single);
    else applyPrimitive(primitive, facts, program, single);
  }
}

/** Whether the primitives of an action do not run one behind the other. */
export function hasJumps(action: Action): boolean {
  return action.primitives.some(({ op }) => op === '_jump' || op === '_jump_if_zero');
}

/** Leaves nothing known of what a primitive may change. */
export function forgetTouched(
  primitive: Primitive,
  facts: OpenFacts,
  program: Program,
  single: SingleHeaders,
): void {
  if (primitive.op === 'assign') assignFact(primitive.target, undefined, facts);
  else if (
    primitive.op === 'add_header' ||
    primitive.op === 'add_header_fast' ||
    primitive.op === 'remove_header'
  ) {
    setValidity(primitive.header, undefined, facts, single);
  } else applyPrimitive(primitive, facts, program, single);
}
