/**
 * Runs a lowered program at any stage of the passes: the oracle that passes are tested against.
 * Longer than most files: expressions, statements and calls of one language evaluate each other.
 */

import { InternalError } from '../../diagnostics.ts';
import type { Argument, Call, Expression, Variable } from '../expressions.ts';
import type { Action, Block, Control, Keyset, Parameter, Parser, Program, Table } from '../program.ts';
import type { Statement } from '../statements.ts';
import type { Type } from '../types.ts';
import { computeBinary, computeCast, computeUnary, wrap } from './arithmetic.ts';
import type { Environment, ExternArgument, KeyMatch } from './environment.ts';
import { PacketReader, PacketWriter } from './packet.ts';
import {
  asElement,
  asHeader,
  asNumber,
  asStack,
  copyValue,
  defaultValue,
  type HeaderValue,
  invalidate,
  isValid,
  sameValue,
  type Value,
} from './values.ts';

/** A parser may take this many steps; more is taken for a loop without end. */
const MAXIMUM_STEPS = 100_000;

/** Parsing ends in `reject`. */
class Rejection extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** `exit` is on its way out. */
class Exiting extends Error {}

/** A place that can be read and written. */
type Place = {
  readonly read: () => Value;
  readonly write: (value: Value) => void;
  /** Inside an invalid header: what is written is lost. */
  readonly isLost?: () => boolean;
};

/** How a list of statements ended. */
type Ending =
  | { readonly kind: 'normal' | 'break' | 'continue' }
  | { readonly kind: 'leave'; readonly label: string }
  | { readonly kind: 'return'; readonly value: Value | undefined };

const NORMAL: Ending = { kind: 'normal' };

/** How a block ended: `error` is that of a parser. */
export type Outcome = {
  readonly kind: 'done' | 'accept' | 'reject' | 'exit';
  readonly error: string;
  /** The values of the parameters afterwards; those that are not `out` or `inout` as they were given. */
  readonly values: readonly Value[];
};

/** A program being run. */
export class Machine {
  readonly #program: Program;
  readonly #environment: Environment;
  /** No function calls itself, so each variable has one place. */
  readonly #variables = new Map<Variable, Value>();
  readonly #objects = new Map<string, object>();
  #steps = 0;
  #isParsing = false;

  constructor(program: Program, environment: Environment) {
    this.#program = program;
    this.#environment = environment;
  }

  /**
   * Runs a parser or control.
   * @param given A value for each parameter; ignored for `out`. A `packet_in` is a PacketReader, a `packet_out` a
   *   PacketWriter, each in an object value.
   */
  run(name: string, given: readonly Value[]): Outcome {
    const block = this.#block(name);
    for (const [index, parameter] of block.parameters.entries()) {
      const value = given[index];
      const isOut = parameter.direction === 'out';
      this.#variables.set(
        parameter.variable,
        isOut || value === undefined ? defaultValue(parameter.variable.type) : copyValue(value),
      );
    }
    this.#steps = 0;
    const ending = this.#runGuarded(block);
    const values = block.parameters.map((parameter, index) => {
      const isWritten = parameter.direction === 'out' || parameter.direction === 'inout';
      return isWritten ? this.#variable(parameter.variable) : (given[index] ?? false);
    });
    return { ...ending, values };
  }

  /**
   * Runs a function, such as one that implements an abstract method, while a call of an extern is under way.
   * @returns The values of its parameters afterwards.
   */
  invoke(name: string, given: readonly Value[]): readonly Value[] {
    const called = this.#program.functions.get(name);
    if (called === undefined) throw new InternalError(`there is no function '${name}'`);
    for (const [index, { direction, variable }] of called.parameters.entries()) {
      const value = given[index];
      const isOut = direction === 'out' || value === undefined;
      this.#variables.set(variable, isOut ? defaultValue(variable.type) : copyValue(value));
    }
    this.#enter(called.locals);
    this.#statements(called.body);
    return called.parameters.map(({ variable }) => copyValue(this.#variable(variable)));
  }

  #runGuarded(block: Block): { readonly kind: Outcome['kind']; readonly error: string } {
    this.#isParsing = block.kind === 'parser';
    try {
      if (block.kind === 'control') {
        this.#runControl(block);
        return { kind: 'done', error: 'NoError' };
      }
      this.#runParser(block);
      return { kind: 'accept', error: 'NoError' };
    } catch (signal) {
      if (signal instanceof Rejection) return { kind: 'reject', error: signal.reason };
      if (signal instanceof Exiting) return { kind: 'exit', error: 'NoError' };
      throw signal;
    }
  }

  #block(name: string): Block {
    const block = this.#program.blocks.get(name);
    if (block === undefined) throw new InternalError(`there is no block '${name}'`);
    return block;
  }

  #runControl(control: Control): void {
    this.#enter(control.locals);
    this.#statements(control.body);
  }

  /** Every local begins with its default value. */
  #enter(locals: readonly Variable[]): void {
    for (const local of locals) this.#variables.set(local, defaultValue(local.type));
  }

  #runParser(parser: Parser): void {
    this.#enter(parser.locals);
    this.#statements(parser.prologue);
    const states = new Map(parser.states.map((state) => [state.name, state]));
    let name = 'start';
    for (;;) {
      if (name === 'accept') return;
      if (name === 'reject') throw new Rejection('NoError');
      const state = states.get(name);
      if (state === undefined) throw new InternalError(`there is no state '${name}'`);
      if (++this.#steps > MAXIMUM_STEPS) throw new Rejection('ParserTimeout');
      this.#statements(state.statements);
      const { transition } = state;
      if (transition.kind === 'direct') {
        name = transition.state;
        continue;
      }
      const keys = transition.keys.map((key) => this.#evaluate(key));
      const found = transition.cases.find((item) => this.#matchesAll(item.keysets, keys));
      if (found === undefined) throw new Rejection('NoMatch');
      name = found.state;
    }
  }

  #matchesAll(keysets: readonly Keyset[], keys: readonly Value[]): boolean {
    let place = 0;
    for (const keyset of keysets) {
      if (keyset.kind === 'value_set') {
        if (!this.#isInValueSet(keyset.name, keys.slice(place, place + keyset.keys))) return false;
        place += keyset.keys;
        continue;
      }
      const key = keys[place++];
      if (key === undefined || !matches(this.#keyMatch(keyset), key)) return false;
    }
    return true;
  }

  #isInValueSet(name: string, keys: readonly Value[]): boolean {
    const controlPlaneName = this.#program.valueSets.get(name)?.controlPlaneName ?? name;
    const members = this.#environment.valueSets.get(controlPlaneName) ?? [];
    return members.some((member) =>
      member.every((match, index) => {
        const key = keys[index];
        return key !== undefined && matches(match, key);
      }),
    );
  }

  #keyMatch(keyset: Exclude<Keyset, { readonly kind: 'value_set' }>): KeyMatch {
    switch (keyset.kind) {
      case 'any':
        return keyset;
      case 'value': {
        const value = this.#evaluate(keyset.value);
        if (typeof value === 'object') throw new InternalError('a keyset is no scalar');
        return { kind: 'value', value };
      }
      case 'mask':
        return {
          kind: 'mask',
          value: asNumber(this.#evaluate(keyset.value)),
          mask: asNumber(this.#evaluate(keyset.mask)),
        };
      case 'range':
        return {
          kind: 'range',
          low: asNumber(this.#evaluate(keyset.low)),
          high: asNumber(this.#evaluate(keyset.high)),
        };
    }
  }

  // ----------------------------------------------------------------------------------------------
  // Statements

  #statements(statements: readonly Statement[]): Ending {
    for (const statement of statements) {
      const ending = this.#statement(statement);
      if (ending.kind !== 'normal') return ending;
    }
    return NORMAL;
  }

  #statement(statement: Statement): Ending {
    switch (statement.kind) {
      case 'assign': {
        const place = this.#place(statement.target);
        place.write(copyValue(this.#evaluate(statement.value)));
        return NORMAL;
      }
      case 'call': {
        const result = statement.result === undefined ? undefined : this.#place(statement.result);
        const value = this.#call(statement.call);
        if (value !== undefined) result?.write(copyValue(value));
        return NORMAL;
      }
      case 'set_validity':
        this.#setValidity(statement.target, statement.valid);
        return NORMAL;
      case 'shift_stack':
        this.#shift(statement);
        return NORMAL;
      case 'if': {
        const holds = this.#evaluate(statement.condition) === true;
        return this.#statements(holds ? statement.whenTrue : statement.whenFalse);
      }
      case 'switch': {
        const value = this.#evaluate(statement.value);
        const isHere = (label: Expression | undefined) =>
          label === undefined || sameValue(value, this.#evaluate(label));
        const found =
          statement.cases.find((item) => item.labels.some((label) => label !== undefined && isHere(label))) ??
          statement.cases.find((item) => item.labels.includes(undefined));
        return found === undefined ? NORMAL : this.#statements(found.body);
      }
      case 'apply':
        return this.#applyStatement(statement);
      case 'for':
        return this.#for(statement);
      case 'for_in':
        return this.#forIn(statement);
      case 'break':
      case 'continue':
        return { kind: statement.kind };
      case 'exit':
        throw new Exiting();
      case 'return':
        return {
          kind: 'return',
          value: statement.value === undefined ? undefined : copyValue(this.#evaluate(statement.value)),
        };
      case 'labelled': {
        const ending = this.#statements(statement.body);
        return ending.kind === 'leave' && ending.label === statement.label ? NORMAL : ending;
      }
      case 'leave':
        return { kind: 'leave', label: statement.label };
    }
  }

  #applyStatement(statement: Statement & { readonly kind: 'apply' }): Ending {
    const result = this.#applyTable(statement.table);
    const { outcome } = statement;
    switch (outcome.kind) {
      case 'none':
        return NORMAL;
      case 'hit':
        return this.#statements(result.hit ? outcome.hit : outcome.miss);
      case 'action_run': {
        const found =
          outcome.cases.find((item) => result.action !== undefined && item.labels.includes(result.action)) ??
          outcome.cases.find((item) => item.labels.includes(undefined));
        return found === undefined ? NORMAL : this.#statements(found.body);
      }
    }
  }

  #for(statement: Statement & { readonly kind: 'for' }): Ending {
    while (this.#evaluate(statement.condition) === true) {
      if (++this.#steps > MAXIMUM_STEPS) throw new InternalError('a loop does not end', statement.span);
      const ending = this.#statements(statement.body);
      if (ending.kind === 'break') break;
      if (ending.kind === 'return' || ending.kind === 'leave') return ending;
      const after = this.#statements(statement.updates);
      if (after.kind !== 'normal') return after;
    }
    return NORMAL;
  }

  #forIn(statement: Statement & { readonly kind: 'for_in' }): Ending {
    for (const value of this.#members(statement.collection)) {
      if (++this.#steps > MAXIMUM_STEPS) throw new InternalError('a loop does not end', statement.span);
      this.#variables.set(statement.variable, copyValue(value));
      const ending = this.#statements(statement.body);
      if (ending.kind === 'break') break;
      if (ending.kind === 'return' || ending.kind === 'leave') return ending;
    }
    return NORMAL;
  }

  #members(collection: (Statement & { readonly kind: 'for_in' })['collection']): readonly Value[] {
    if (collection.kind === 'range') {
      const low = asNumber(this.#evaluate(collection.low));
      const high = asNumber(this.#evaluate(collection.high));
      const values: Value[] = [];
      for (let value = low; value <= high && values.length < MAXIMUM_STEPS; value++) values.push(value);
      return values;
    }
    const value = copyValue(this.#evaluate(collection.value));
    return typeof value === 'object' && 'elements' in value ? value.elements : [];
  }

  #setValidity(target: Expression, valid: boolean): void {
    const header = asHeader(this.#place(target).read());
    const union = target.kind === 'field' ? this.#unionAround(target) : undefined;
    if (!valid) {
      // In a union this leaves no header valid (specification §8.20).
      if (union === undefined) invalidate(header, target.type);
      else
        for (const [index, member] of union.members.entries())
          invalidate(member, union.types[index] ?? target.type);
      return;
    }
    if (header.valid) return;
    if (union !== undefined)
      for (const [index, member] of union.members.entries())
        invalidate(member, union.types[index] ?? target.type);
    header.valid = true;
  }

  /** The headers of the union that a field belongs to. */
  #unionAround(target: Expression & { readonly kind: 'field' }) {
    const { type } = target.target;
    if (type.kind !== 'header_union') return undefined;
    const value = this.#place(target.target).read();
    if (typeof value !== 'object' || value.kind !== 'union') return undefined;
    return { members: value.elements, types: type.fields.map((field) => field.type) };
  }

  #shift(statement: Statement & { readonly kind: 'shift_stack' }): void {
    const { target, direction, count } = statement;
    const stack = asStack(this.#place(target).read());
    const size = stack.elements.length;
    const type: Type = target.type.kind === 'stack' ? target.type.element : target.type;
    const fresh = () => asElement(defaultValue(type));
    const moved = Array.from({ length: size }, (_, index) => {
      const from = direction === 'push' ? index - count : index + count;
      return stack.elements[from] ?? fresh();
    });
    stack.elements.splice(0, size, ...moved);
    stack.nextIndex =
      direction === 'push' ? Math.min(size, stack.nextIndex + count) : Math.max(0, stack.nextIndex - count);
  }

  // ----------------------------------------------------------------------------------------------
  // Expressions

  #variable(variable: Variable): Value {
    let value = this.#variables.get(variable);
    if (value === undefined) {
      value = defaultValue(variable.type);
      this.#variables.set(variable, value);
    }
    return value;
  }

  #evaluate(expression: Expression): Value {
    switch (expression.kind) {
      case 'constant':
        return expression.type.kind === 'varbit' ? { kind: 'varbit', width: 0, value: 0n } : expression.value;
      case 'boolean':
      case 'string':
        return expression.value;
      case 'member':
        return expression.member;
      case 'variable':
        return this.#variable(expression.variable);
      case 'field': {
        const target = this.#evaluate(expression.target);
        return elementOf(target, fieldIndex(expression)) ?? defaultValue(expression.type);
      }
      case 'index': {
        const target = this.#evaluate(expression.target);
        const index = asNumber(this.#evaluate(expression.index));
        return this.#element(expression, target, index);
      }
      case 'stack_element': {
        const stack = asStack(this.#evaluate(expression.target));
        const index = expression.which === 'next' ? stack.nextIndex : stack.nextIndex - 1;
        const element = stack.elements[index];
        if (element === undefined) throw new Rejection('StackOutOfBounds');
        return element;
      }
      case 'last_index': {
        const stack = asStack(this.#evaluate(expression.target));
        return BigInt.asUintN(32, BigInt(stack.nextIndex - 1));
      }
      case 'slice': {
        const value = asNumber(this.#evaluate(expression.target));
        return BigInt.asUintN(expression.high - expression.low + 1, value >> BigInt(expression.low));
      }
      case 'part_select': {
        const target = asNumber(this.#evaluate(expression.target));
        const low = asNumber(this.#evaluate(expression.low));
        return partOf(target, expression.target.type, low, expression.type.width);
      }
      case 'unary':
        return computeUnary(expression.operator, this.#evaluate(expression.operand), expression.type);
      case 'binary':
        return this.#binary(expression);
      case 'conditional':
        return this.#evaluate(expression.condition) === true
          ? this.#evaluate(expression.whenTrue)
          : this.#evaluate(expression.whenFalse);
      case 'cast':
        return computeCast(this.#evaluate(expression.operand), expression.type);
      case 'is_valid':
        return isValid(this.#evaluate(expression.target));
      case 'aggregate':
        return this.#aggregate(expression);
      case 'invalid':
        return defaultValue(expression.type);
      case 'instance':
        return { kind: 'object', object: this.#object(expression) };
      case 'apply_result':
        return this.#applyTable(expression.table).hit === (expression.result === 'hit');
      case 'call': {
        const value = this.#call(expression.call);
        if (value === undefined) throw new InternalError('a call gave no value', expression.span);
        return value;
      }
    }
  }

  #element(expression: Expression & { readonly kind: 'index' }, target: Value, index: bigint): Value {
    const element = elementOf(target, Number(index));
    if (element !== undefined) return element;
    if (this.#isParsing && expression.target.type.kind === 'stack') throw new Rejection('StackOutOfBounds');
    return defaultValue(expression.type);
  }

  #binary(expression: Expression & { readonly kind: 'binary' }): Value {
    const { operator } = expression;
    if (operator === '&&' || operator === '||') {
      const left = this.#evaluate(expression.left) === true;
      if (left === (operator === '||')) return left;
      return this.#evaluate(expression.right);
    }
    // Copied: what the right side does must not change what the left side was.
    const left = copyValue(this.#evaluate(expression.left));
    const right = this.#evaluate(expression.right);
    return computeBinary(operator, left, right, expression.type, expression.right.type);
  }

  #aggregate(expression: Expression & { readonly kind: 'aggregate' }): Value {
    const elements = expression.elements.map((element) => copyValue(this.#evaluate(element)));
    switch (expression.type.kind) {
      case 'header':
        return { kind: 'header', valid: true, elements };
      case 'stack':
        return { kind: 'stack', nextIndex: 0, elements: elements.map(asElement) };
      default:
        return { kind: 'struct', elements };
    }
  }

  #object(expression: Expression & { readonly kind: 'instance' }): object {
    const index = expression.index === undefined ? '' : `[${asNumber(this.#evaluate(expression.index))}]`;
    const instance = this.#program.instances.get(expression.instance);
    const name = `${instance?.controlPlaneName ?? expression.instance}${index}`;
    let object = this.#objects.get(name);
    if (object === undefined) {
      object = { name };
      this.#objects.set(name, object);
    }
    return object;
  }

  // ----------------------------------------------------------------------------------------------
  // Places

  #place(target: Expression): Place {
    switch (target.kind) {
      case 'variable':
        return {
          read: () => this.#variable(target.variable),
          write: (value) => {
            this.#variables.set(target.variable, value);
          },
        };
      case 'field':
        return this.#fieldPlace(target);
      case 'index': {
        const container = this.#place(target.target);
        const index = asNumber(this.#evaluate(target.index));
        return this.#elementPlace(
          target,
          container,
          () => Number(index),
          target.target.type.kind === 'stack',
        );
      }
      case 'stack_element': {
        const container = this.#place(target.target);
        const stack = asStack(container.read());
        const index = target.which === 'next' ? stack.nextIndex : stack.nextIndex - 1;
        if (stack.elements[index] === undefined) throw new Rejection('StackOutOfBounds');
        return this.#elementPlace(target, container, () => index, true);
      }
      case 'slice': {
        const whole = this.#place(target.target);
        const width = target.high - target.low + 1;
        return bitsPlace(whole, target.target.type, BigInt(target.low), width);
      }
      case 'part_select': {
        const whole = this.#place(target.target);
        const low = asNumber(this.#evaluate(target.low));
        return bitsPlace(whole, target.target.type, low, target.type.width);
      }
      default: {
        // A temporary value: it can be read, and what is written to it is lost.
        let held = this.#evaluate(target);
        return {
          read: () => held,
          write: (value) => {
            held = value;
          },
        };
      }
    }
  }

  #fieldPlace(target: Expression & { readonly kind: 'field' }): Place {
    const container = this.#place(target.target);
    const index = fieldIndex(target);
    const isLost = () => {
      const whole = container.read();
      const isInvalid = typeof whole === 'object' && whole.kind === 'header' && !whole.valid;
      return isInvalid || container.isLost?.() === true;
    };
    return {
      read: () => elementOf(container.read(), index) ?? defaultValue(target.type),
      isLost,
      write: (value) => {
        const whole = container.read();
        if (typeof whole !== 'object' || !('elements' in whole) || isLost()) return;
        if (whole.kind === 'union') {
          writeUnionMember(whole.elements, index, asHeader(value), target.target.type);
        } else if (whole.kind === 'struct' || whole.kind === 'header') {
          whole.elements[index] = value;
        }
      },
    };
  }

  #elementPlace(target: Expression, container: Place, index: () => number, isStack: boolean): Place {
    return {
      isLost: () => container.isLost?.() === true,
      read: () => {
        const element = elementOf(container.read(), index());
        if (element !== undefined) return element;
        if (this.#isParsing && isStack) throw new Rejection('StackOutOfBounds');
        return defaultValue(target.type);
      },
      write: (value) => {
        const whole = container.read();
        if (typeof whole !== 'object' || container.isLost?.() === true) return;
        if (whole.kind === 'stack') {
          if (whole.elements[index()] !== undefined) whole.elements[index()] = asElement(value);
          else if (this.#isParsing) throw new Rejection('StackOutOfBounds');
        } else if (whole.kind === 'struct' && whole.elements[index()] !== undefined) {
          whole.elements[index()] = value;
        }
      },
    };
  }

  // ----------------------------------------------------------------------------------------------
  // Calls

  #call(call: Call): Value | undefined {
    const { callee } = call;
    switch (callee.kind) {
      case 'function': {
        const called = this.#program.functions.get(callee.name);
        if (called === undefined) throw new InternalError(`there is no function '${callee.name}'`, call.span);
        return this.#callBody(called.parameters, call.arguments, () => {
          this.#enter(called.locals);
          return this.#statements(called.body);
        });
      }
      case 'action': {
        const action = this.#action(callee.name);
        this.#callBody(action.parameters, call.arguments, () => this.#actionBody(action));
        return undefined;
      }
      case 'block': {
        const block = this.#block(callee.name);
        this.#callBody(block.parameters, call.arguments, () => {
          if (block.kind === 'control') this.#runControl(block);
          else this.#runParser(block);
          return NORMAL;
        });
        return undefined;
      }
      case 'extern_function':
      case 'method':
        return this.#callExtern(call);
    }
  }

  #action(name: string): Action {
    const action = this.#program.actions.get(name);
    if (action === undefined) throw new InternalError(`there is no action '${name}'`);
    return action;
  }

  #actionBody(action: Action): Ending {
    this.#enter(action.locals);
    return this.#statements(action.body);
  }

  /** Copy-in from left to right, the body, copy-out from left to right (specification §6.8). */
  #callBody(
    parameters: readonly Parameter[],
    given: readonly Argument[],
    run: () => Ending,
  ): Value | undefined {
    const places = given.map((argument) => this.#copyIn(argument));
    for (const [index, argument] of given.entries()) {
      const parameter = parameters[argument.position];
      const place = places[index];
      if (parameter === undefined || place === undefined) continue;
      this.#variables.set(parameter.variable, place.initial);
    }
    const copyOut = () => {
      for (const [index, argument] of given.entries()) {
        const parameter = parameters[argument.position];
        if (argument.direction !== 'out' && argument.direction !== 'inout') continue;
        if (parameter !== undefined)
          places[index]?.place?.write(copyValue(this.#variable(parameter.variable)));
      }
    };
    let ending: Ending;
    try {
      ending = run();
    } catch (signal) {
      // What exits still copies out (specification §12.5); so does what rejects here, where nothing is said.
      if (signal instanceof Exiting || signal instanceof Rejection) copyOut();
      throw signal;
    }
    copyOut();
    return ending.kind === 'return' ? ending.value : undefined;
  }

  #copyIn(argument: Argument): { readonly place: Place | undefined; readonly initial: Value } {
    const { value, type, direction } = argument;
    if (value === undefined) return { place: undefined, initial: defaultValue(type) };
    if (direction === 'out') return { place: this.#place(value), initial: defaultValue(type) };
    if (direction === 'inout') {
      const place = this.#place(value);
      return { place, initial: copyValue(place.read()) };
    }
    return { place: undefined, initial: copyValue(this.#evaluate(value)) };
  }

  #callExtern(call: Call): Value | undefined {
    const { callee } = call;
    const object = callee.kind === 'method' ? this.#evaluate(callee.object) : undefined;
    const target = typeof object === 'object' && object.kind === 'object' ? object.object : undefined;
    if (callee.kind === 'method' && target instanceof PacketReader) return this.#packetIn(target, call);
    if (callee.kind === 'method' && target instanceof PacketWriter) {
      const [argument] = call.arguments;
      if (argument?.value !== undefined) emit(target, this.#evaluate(argument.value), argument.value.type);
      return undefined;
    }
    const places = call.arguments.map((argument) => this.#copyIn(argument));
    if (callee.kind === 'extern_function' && callee.name === 'verify') {
      if (places[0]?.initial !== true) throw new Rejection(String(places[1]?.initial ?? 'NoError'));
      return undefined;
    }
    const stores: (() => void)[] = [];
    const given = call.arguments
      .map((argument, index): ExternArgument & { readonly position: number } => ({
        position: argument.position,
        parameter: argument.parameter,
        type: argument.type,
        value: argument.value === undefined ? undefined : places[index]?.initial,
        store: (value) => {
          stores[index] = () => places[index]?.place?.write(copyValue(value));
        },
      }))
      .sort((left, right) => left.position - right.position);
    const isInstance = callee.kind === 'method' && callee.object.kind === 'instance';
    const result = this.#environment.callExtern({
      extern: callee.kind === 'method' ? callee.extern : undefined,
      name: 'name' in callee ? callee.name : '',
      overload: callee.kind === 'method' ? callee.overload : 0,
      typeArguments: 'typeArguments' in callee ? callee.typeArguments : [],
      arguments: given,
      returnType: call.type,
      instance: isInstance && target !== undefined && 'name' in target ? String(target.name) : undefined,
      object: isInstance ? undefined : target,
    });
    for (const store of stores) store?.();
    return result;
  }

  #packetIn(packet: PacketReader, call: Call): Value | undefined {
    const { callee } = call;
    const name = callee.kind === 'method' ? callee.name : '';
    const [first, second] = call.arguments;
    switch (name) {
      case 'extract':
        this.#extract(packet, first, second);
        return undefined;
      case 'lookahead': {
        const width = widthOf(call.type);
        if (packet.remaining < width) throw new Rejection('PacketTooShort');
        return decode(packet, call.type, { offset: 0 }, 0);
      }
      case 'advance': {
        const width = Number(first?.value === undefined ? 0n : asNumber(this.#evaluate(first.value)));
        if (packet.remaining < width) throw new Rejection('PacketTooShort');
        packet.position += width;
        return undefined;
      }
      case 'length':
        return BigInt(packet.lengthInBytes);
      default:
        throw new InternalError(`packet_in has no method '${name}'`, call.span);
    }
  }

  #extract(packet: PacketReader, header: Argument | undefined, size: Argument | undefined): void {
    const target = header?.value;
    const type = header?.type;
    if (type === undefined) return;
    const place = target === undefined ? undefined : this.#place(target);
    const varbitWidth = size?.value === undefined ? 0 : Number(asNumber(this.#evaluate(size.value)));
    const fixed = widthOf(type);
    if (type.kind === 'header') {
      const varbit = type.fields.find((field) => field.type.kind === 'varbit');
      if (varbit?.type.kind === 'varbit' && varbitWidth > varbit.type.width)
        throw new Rejection('HeaderTooShort');
    }
    if (packet.remaining < fixed + varbitWidth) throw new Rejection('PacketTooShort');
    const value = decode(packet, type, { offset: 0 }, varbitWidth);
    packet.position += fixed + varbitWidth;
    place?.write(value);
    // Extracting into `next` moves on (specification §13.8.2).
    if (target?.kind === 'stack_element' && target.which === 'next') {
      const stack = asStack(this.#place(target.target).read());
      stack.nextIndex++;
    }
  }

  // ----------------------------------------------------------------------------------------------
  // Tables

  #applyTable(name: string): { readonly hit: boolean; readonly action: string | undefined } {
    const table = this.#program.tables.get(name);
    if (table === undefined) throw new InternalError(`there is no table '${name}'`);
    const keys = table.keys.map((key) => this.#evaluate(key.expression));
    const found = this.#lookup(table, keys);
    if (found !== undefined) {
      this.#runTableAction(table, found.action, found.arguments);
      return { hit: true, action: found.action };
    }
    const missed = table.defaultAction;
    if (missed === undefined) return { hit: false, action: undefined };
    const values = missed.arguments.map((argument) => this.#evaluate(argument));
    this.#runTableAction(table, missed.action, values);
    return { hit: false, action: missed.action };
  }

  #lookup(
    table: Table,
    keys: readonly Value[],
  ): { readonly action: string; readonly arguments: readonly Value[] } | undefined {
    if (table.keys.length === 0) return undefined;
    let best: { readonly action: string; readonly arguments: readonly Value[] } | undefined;
    let longest = -1n;
    const consider = (matched: readonly KeyMatch[], action: string, values: () => readonly Value[]) => {
      const fits = matched.every((match, index) => {
        const key = keys[index];
        return table.keys[index]?.matchKind === 'selector' || (key !== undefined && matches(match, key));
      });
      if (!fits) return;
      const prefix = prefixLength(table, matched);
      if (best !== undefined && prefix <= longest) return;
      best = { action, arguments: values() };
      longest = prefix;
    };
    for (const entry of byPriority(table)) {
      const matched = entry.keysets.map((keyset) =>
        keyset.kind === 'value_set' ? ({ kind: 'any' } as const) : this.#keyMatch(keyset),
      );
      consider(matched, entry.action.action, () =>
        entry.action.arguments.map((argument) => this.#evaluate(argument)),
      );
    }
    for (const entry of this.#environment.entries.get(table.controlPlaneName) ?? []) {
      const listed = table.actions.find((one) => this.#action(one.action).controlPlaneName === entry.action);
      if (listed !== undefined) consider(entry.keys, listed.action, () => entry.arguments);
    }
    return best;
  }

  #runTableAction(table: Table, name: string, values: readonly Value[]): void {
    const action = this.#action(name);
    const listed = table.actions.find((one) => one.action === name);
    let next = 0;
    for (const parameter of action.parameters) {
      if (parameter.direction !== 'none') continue;
      const value = values[next++];
      this.#variables.set(
        parameter.variable,
        value === undefined ? defaultValue(parameter.variable.type) : copyValue(value),
      );
    }
    this.#callBody(action.parameters, listed?.arguments ?? [], () => this.#actionBody(action));
  }
}

function fieldIndex(expression: Expression & { readonly kind: 'field' }): number {
  const { type } = expression.target;
  if (type.kind !== 'struct' && type.kind !== 'header' && type.kind !== 'header_union') return -1;
  return type.fields.findIndex((field) => field.name === expression.field);
}

function elementOf(value: Value, index: number): Value | undefined {
  return typeof value === 'object' && 'elements' in value ? value.elements[index] : undefined;
}

function partOf(value: bigint, type: Type, low: bigint, width: number): bigint {
  if (type.kind !== 'bits' || low >= BigInt(type.width)) return 0n;
  return BigInt.asUintN(width, BigInt.asUintN(type.width, value) >> low);
}

function bitsPlace(whole: Place, type: Type, low: bigint, width: number): Place {
  return {
    read: () => partOf(asNumber(whole.read()), type, low, width),
    write: (value) => {
      if (type.kind !== 'bits' || low >= BigInt(type.width)) return;
      const mask = ((1n << BigInt(width)) - 1n) << low;
      const kept = BigInt.asUintN(type.width, asNumber(whole.read())) & ~mask;
      whole.write(wrap(type, kept | (BigInt.asUintN(width, asNumber(value)) << low)));
    },
  };
}

/** Assigning a member of a union makes it the only valid one, or leaves none valid (specification §8.20). */
function writeUnionMember(members: HeaderValue[], index: number, value: HeaderValue, type: Type): void {
  for (const [place, member] of members.entries()) {
    const field = type.kind === 'header_union' ? type.fields[place] : undefined;
    if (field !== undefined) invalidate(member, field.type);
  }
  if (value.valid) members[index] = value;
}

/** Bits that a type has apart from varbit fields. */
function widthOf(type: Type): number {
  switch (type.kind) {
    case 'bits':
      return type.width;
    case 'bool':
      return 1;
    case 'struct':
    case 'header':
      return type.fields.reduce((sum, field) => sum + widthOf(field.type), 0);
    case 'tuple':
      return type.elements.reduce((sum, element) => sum + widthOf(element), 0);
    case 'array':
    case 'stack':
      return widthOf(type.element) * type.size;
    default:
      return 0;
  }
}

function decode(packet: PacketReader, type: Type, at: { offset: number }, varbitWidth: number): Value {
  switch (type.kind) {
    case 'bits': {
      const value = packet.peek(type.width, at.offset);
      at.offset += type.width;
      return wrap(type, value);
    }
    case 'bool': {
      const value = packet.peek(1, at.offset);
      at.offset += 1;
      return value === 1n;
    }
    case 'varbit': {
      const value = packet.peek(varbitWidth, at.offset);
      at.offset += varbitWidth;
      return { kind: 'varbit', width: varbitWidth, value };
    }
    case 'header':
      return {
        kind: 'header',
        valid: true,
        elements: type.fields.map((field) => decode(packet, field.type, at, varbitWidth)),
      };
    case 'struct':
      return {
        kind: 'struct',
        elements: type.fields.map((field) => decode(packet, field.type, at, varbitWidth)),
      };
    case 'tuple':
      return {
        kind: 'struct',
        elements: type.elements.map((element) => decode(packet, element, at, varbitWidth)),
      };
    case 'array':
      return {
        kind: 'struct',
        elements: Array.from({ length: type.size }, () => decode(packet, type.element, at, varbitWidth)),
      };
    default:
      return defaultValue(type);
  }
}

/** Writes every valid header in a value; scalars of a header with it. */
function emit(packet: PacketWriter, value: Value, type: Type): void {
  if (typeof value !== 'object') {
    if (type.kind === 'bits' || type.kind === 'bool') packet.append(asNumber(value), widthOf(type));
    return;
  }
  switch (value.kind) {
    case 'varbit':
      packet.append(value.value, value.width);
      return;
    case 'header':
      if (!value.valid) return;
      break;
    case 'object':
      return;
    default:
      break;
  }
  for (const [index, element] of value.elements.entries()) {
    const inner = partType(type, index);
    if (inner !== undefined) emit(packet, element, inner);
  }
}

function partType(type: Type, index: number): Type | undefined {
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union':
      return type.fields[index]?.type;
    case 'tuple':
      return type.elements[index];
    case 'array':
    case 'stack':
      return type.element;
    default:
      return undefined;
  }
}

function matches(match: KeyMatch, key: Value): boolean {
  switch (match.kind) {
    case 'any':
      return true;
    case 'value':
      return typeof key === 'object'
        ? key.kind === 'varbit' && key.value === match.value
        : key === match.value;
    case 'mask':
      return (asNumber(key) & match.mask) === (match.value & match.mask);
    case 'range': {
      const value = asNumber(key);
      return match.low <= value && value <= match.high;
    }
  }
}

/** The entries of a table in the order in which they are tried (specification §14.2.1.4). */
function byPriority(table: Table): Table['entries'] {
  if (table.entries.every((entry) => entry.priority === undefined)) return table.entries;
  const given = (name: string) => table.properties.get(name)?.value;
  const wins = given('largest_priority_wins');
  const largestWins = wins?.kind !== 'boolean' || wins.value;
  const delta = given('priority_delta');
  const step = delta?.kind === 'constant' ? delta.value : 1n;
  const count = BigInt(table.entries.length);
  let next = largestWins ? (count - 1n) * step + 1n : 1n;
  const ranked = table.entries.map((entry) => {
    const priority = entry.priority ?? next;
    next = largestWins ? priority - step : priority + step;
    return { entry, rank: largestWins ? -priority : priority };
  });
  return ranked
    .toSorted((left, right) => (left.rank < right.rank ? -1 : left.rank > right.rank ? 1 : 0))
    .map((one) => one.entry);
}

/** How long the prefixes of an entry are: the longest wins among entries of tables with an lpm key. */
function prefixLength(table: Table, matched: readonly KeyMatch[]): bigint {
  const place = table.keys.findIndex((key) => key.matchKind === 'lpm');
  if (place < 0) return 0n;
  const match = matched[place];
  if (match?.kind === 'value') return 1n << 4096n;
  return match?.kind === 'mask' ? match.mask : 0n;
}
