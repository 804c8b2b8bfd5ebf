/** The parser: states with their operations, keys and transitions. */

import { InternalError } from '../../diagnostics.ts';
import type { CallStatement, Expression, LValue, Parser, ParserState, Statement } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { assign, setValidity, shiftStack, withOutput } from './assign.ts';
import { type Conversion, type Emitter, report } from './conversion.ts';
import { condition, storedValue, value } from './expressions.ts';
import { convertCall } from './externs.ts';
import { constant, field, type Json, type Operand, sourceInfo } from './json.ts';
import { bitsOf, isScalar, type ScalarType, widthOf } from './layout.ts';
import { guardOf, headerOperand, locate, locateField, stackEndExists } from './locate.ts';
import { type KeyPart, StateNames, writeTransitions } from './transitions.ts';

/** Collects the operations of one state. */
export class StateWriter implements Emitter {
  readonly operations: Json[] = [];
  readonly role = 'parser';
  readonly #conversion: Conversion;
  readonly #proven = new Set<string>();

  constructor(conversion: Conversion) {
    this.#conversion = conversion;
  }

  get scope() {
    return this.#conversion.scope;
  }

  readonly call = (op: string, parameters: readonly Operand[], span: Span): void => {
    const primitive = { op, parameters, source_info: sourceInfo(span) };
    this.operations.push({ op: 'primitive', parameters: [primitive] });
  };

  /** In the parser what is outside of a stack is an error (specification §8.18). */
  readonly when = (guard: Operand, body: () => void): void => {
    this.check(guard);
    body();
  };

  /** Rejects with StackOutOfBounds unless `guard` holds; once for each guard in a row. */
  check(guard: Operand): void {
    const key = JSON.stringify(guard);
    if (guard.type === 'bool' && guard.value === true) return;
    if (this.#proven.has(key)) return;
    this.#proven.add(key);
    const error = this.scope.program.errors.indexOf('StackOutOfBounds');
    this.operations.push({ op: 'verify', parameters: [guard, constant(BigInt(Math.max(error, 0)), 32)] });
  }

  /** Says that `.last` of a stack exists from here on. */
  hasLast(guard: Operand): void {
    this.#proven.clear();
    this.#proven.add(JSON.stringify(guard));
  }

  /** Forgets what is known about stacks. */
  forget(): void {
    this.#proven.clear();
  }
}

/** Converts the parser. */
export function convertParser(conversion: Conversion, parser: Parser): Json {
  const names = new StateNames(parser.states.map((state) => state.name));
  const states: Json[] = [];
  const isEntered = parser.states.some((state) => targetsOf(state).includes('start'));
  const prologue = new StateWriter(conversion);
  for (const statement of parser.prologue) writeStatement(conversion, prologue, statement);
  const needsFirst = prologue.operations.length > 0 && isEntered;
  const first = needsFirst ? names.fresh('before_start') : 'start';
  if (needsFirst) {
    states.push({
      name: first,
      id: 0,
      parser_ops: prologue.operations,
      transitions: [{ type: 'default', value: null, mask: null, next_state: 'start' }],
      transition_key: [],
    });
  }
  for (const state of parser.states) {
    const writer = state.name === 'start' && !needsFirst ? prologue : new StateWriter(conversion);
    for (const statement of state.statements) writeStatement(conversion, writer, statement);
    const { transition } = state;
    const keys =
      transition.kind === 'select' ? transition.keys.map((key) => keyPart(conversion, writer, key)) : [];
    writeTransitions(conversion, state, keys, writer.operations, names, states);
  }
  if (names.usesNoMatch) {
    const noMatch = Math.max(conversion.program.errors.indexOf('NoMatch'), 0);
    states.push({
      name: names.noMatch,
      id: 0,
      parser_ops: [
        { op: 'verify', parameters: [{ type: 'bool', value: false }, constant(BigInt(noMatch), 32)] },
      ],
      transitions: [{ type: 'default', value: null, mask: null, next_state: null }],
      transition_key: [],
    });
  }
  return {
    name: 'parser',
    id: 0,
    source_info: sourceInfo(parser.span),
    init_state: first,
    parse_states: states.map((state, id) => (isObject(state) ? { ...state, id } : state)),
  };
}

function isObject(json: Json): json is { readonly [key: string]: Json | undefined } {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function targetsOf(state: ParserState): readonly string[] {
  const { transition } = state;
  return transition.kind === 'direct' ? [transition.state] : transition.cases.map((one) => one.state);
}

/** A key of a select as the switch takes it: a field, or the field of the last element of a stack. */
function keyPart(conversion: Conversion, writer: StateWriter, key: Expression): KeyPart {
  const { type } = key;
  if (!isScalar(type)) throw new InternalError('a key is no number', key.span);
  const width = widthOf(type);
  const { scope } = conversion;
  if (key.kind === 'variable' || key.kind === 'field' || key.kind === 'index') {
    const { fixed, operand, guard } = locateField(scope, key, value);
    if (fixed !== undefined) return { operand: field(fixed[0], fixed[1]), width };
    if (operand.type === 'stack_field') {
      writer.check(guard);
      return { operand, width };
    }
  }
  const place = conversion.layout.scratch('key', type);
  set(writer, place, type, key);
  return { operand: field(place.header, place.field), width };
}

function set(
  writer: StateWriter,
  place: { readonly header: string; readonly field: string },
  type: ScalarType | { readonly kind: 'varbit' },
  source: Expression,
): void {
  checkReads(writer, source);
  const target = field(place.header, place.field);
  const operand = type.kind === 'varbit' ? value(writer.scope, source) : storedValue(writer.scope, source);
  const isPlain = operand.type === 'field' || operand.type === 'hexstr';
  writer.operations.push({
    op: 'set',
    parameters: [target, isPlain ? operand : { type: 'expression', value: operand }],
  });
}

/** What is read outside of its stack is an error in a parser. */
function checkReads(writer: StateWriter, source: Expression): void {
  switch (source.kind) {
    case 'field':
    case 'slice':
    case 'is_valid':
      checkReads(writer, source.target);
      return;
    case 'index':
      checkReads(writer, source.index);
      if (source.index.kind !== 'constant') writer.check(guardOf(locate(writer.scope, source, value)));
      checkReads(writer, source.target);
      return;
    case 'stack_element': {
      const stack = locate(writer.scope, source.target, value);
      if (stack.kind === 'stack') writer.check(stackEndExists(stack, source.which));
      return;
    }
    case 'unary':
    case 'cast':
      checkReads(writer, source.operand);
      return;
    case 'binary':
      checkReads(writer, source.left);
      // What stands behind '&&' and '||' may never be evaluated.
      if (source.operator !== '&&' && source.operator !== '||') checkReads(writer, source.right);
      return;
    case 'conditional':
      checkReads(writer, source.condition);
      return;
    default:
      return;
  }
}

function writeStatement(conversion: Conversion, writer: StateWriter, statement: Statement): void {
  switch (statement.kind) {
    case 'assign':
      writeAssign(writer, statement.target, statement.value, statement.span);
      return;
    case 'call':
      writeCall(conversion, writer, statement);
      return;
    case 'set_validity':
      setValidity(writer, statement.target, statement.valid, statement.span);
      return;
    case 'shift_stack':
      shiftStack(writer, statement.target, statement.direction, statement.count, statement.span);
      writer.forget();
      return;
    default:
      throw new InternalError(`a statement of kind '${statement.kind}' is left in a parser`, statement.span);
  }
}

function writeAssign(writer: StateWriter, target: LValue, source: Expression, span: Span): void {
  checkReads(writer, source);
  if (target.kind !== 'slice' && isScalar(target.type)) {
    const { fixed } = locateField(writer.scope, target, value);
    if (fixed !== undefined) {
      set(writer, { header: fixed[0], field: fixed[1] }, target.type, source);
      return;
    }
  }
  assign(writer, target, source, span);
}

function writeCall(conversion: Conversion, writer: StateWriter, statement: CallStatement): void {
  const { callee, arguments: given } = statement.call;
  const [first, second] = given.map((argument) => argument.value);
  if (callee.kind === 'extern_function' && callee.name === 'verify') {
    if (first === undefined || second === undefined) return;
    checkReads(writer, first);
    writer.operations.push({
      op: 'verify',
      parameters: [condition(writer.scope, first), value(writer.scope, second)],
    });
    return;
  }
  if (callee.kind !== 'method' || callee.extern !== 'packet_in') {
    convertCall(conversion, writer, statement);
    return;
  }
  switch (callee.name) {
    case 'extract':
      writeExtract(conversion, writer, given[0]?.type, first, second, statement.span);
      return;
    case 'advance': {
      if (first === undefined) return;
      checkReads(writer, first);
      writeAdvance(writer, value(writer.scope, first));
      return;
    }
    case 'lookahead':
      writeLookahead(conversion, writer, statement);
      return;
    default:
      convertCall(conversion, writer, statement);
      return;
  }
}

function writeAdvance(writer: StateWriter, bits: Operand): void {
  const isPlain = bits.type === 'field' || bits.type === 'hexstr';
  writer.operations.push({
    op: 'advance',
    parameters: [isPlain ? bits : { type: 'expression', value: bits }],
  });
}

function writeExtract(
  conversion: Conversion,
  writer: StateWriter,
  type: Expression['type'] | undefined,
  header: Expression | undefined,
  size: Expression | undefined,
  span: Span,
): void {
  if (header === undefined) {
    // extract(_): the header is skipped.
    const fixed = type?.kind === 'header' ? bitsOf(type) : 0;
    writeAdvance(writer, constant(BigInt(fixed), 32));
    return;
  }
  const target = extractTarget(writer, header);
  if (target === undefined) {
    report(conversion, 'P4824', span, {});
    return;
  }
  if (size === undefined) writer.operations.push({ op: 'extract', parameters: [target.operand] });
  else {
    checkReads(writer, size);
    const bits: Operand = { type: 'expression', value: value(writer.scope, size) };
    writer.operations.push({ op: 'extract_VL', parameters: [target.operand, bits] });
  }
  if (target.filled !== undefined) writer.hasLast(target.filled);
}

function extractTarget(
  writer: StateWriter,
  header: Expression,
): { readonly operand: Operand; readonly filled: Operand | undefined } | undefined {
  const { scope } = writer;
  if (header.kind === 'stack_element' && header.which === 'next') {
    const stack = locate(scope, header.target, value);
    if (stack.kind !== 'stack') return undefined;
    return { operand: { type: 'stack', value: stack.name }, filled: stackEndExists(stack, 'last') };
  }
  if (header.kind === 'field' && header.target.kind === 'stack_element' && header.target.which === 'next') {
    const stack = locate(scope, header.target.target, value);
    if (stack.kind !== 'stack') return undefined;
    const operand: Operand = { type: 'union_stack', value: [stack.name, header.field] };
    return { operand, filled: stackEndExists(stack, 'last') };
  }
  const operand = headerOperand(locate(scope, header, value));
  if (operand?.type !== 'header') return undefined;
  return { operand: { type: 'regular', value: operand.value }, filled: undefined };
}

/** `lookahead` of a number into a field; without a result only the length of the packet matters. */
function writeLookahead(conversion: Conversion, writer: StateWriter, statement: CallStatement): void {
  const { result, span, call } = statement;
  const { type } = call;
  const width = bitsOf(type);
  const peek = (output: Operand) =>
    writer.operations.push({ op: 'set', parameters: [output, { type: 'lookahead', value: [0, width] }] });
  if (result !== undefined && isScalar(type)) withOutput(conversion, writer, result, span, peek);
  else if (result !== undefined) report(conversion, 'P4822', span, { what: 'lookahead', type: type.kind });
  else if (width > 0) {
    const place = conversion.layout.scratch('lookahead', { kind: 'bits', width, signed: false });
    peek(field(place.header, place.field));
  }
}
