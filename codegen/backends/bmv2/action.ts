/** Bodies of actions as lists of primitives; `if` becomes jumps over them. */

import { InternalError } from '../../diagnostics.ts';
import type { Statement } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { assign, setValidity, shiftStack } from './assign.ts';
import type { BlockRole, Conversion, Emitter } from './conversion.ts';
import { condition } from './expressions.ts';
import { convertCall } from './externs.ts';
import { asParameter, constant, not, type Operand, type Primitive, sourceInfo, toNumber } from './json.ts';
import type { Scope } from './locate.ts';

type Slot = {
  readonly op: string;
  readonly parameters: readonly Operand[];
  readonly span: Span | undefined;
  /** Where a jump goes; undefined until it is known. */
  target: number | undefined;
};

/** Collects the primitives of one action. Jumps are to places in the list, which are known when it is complete. */
export class ActionWriter implements Emitter {
  readonly #slots: Slot[] = [];
  readonly #ends: Slot[] = [];
  readonly #loops: { readonly breaks: Slot[]; readonly continues: Slot[] }[] = [];
  readonly scope: Scope;
  readonly role: BlockRole;

  constructor(scope: Scope, role: BlockRole) {
    this.scope = scope;
    this.role = role;
  }

  readonly call = (op: string, parameters: readonly Operand[], span: Span): void => {
    this.#slots.push({ op, parameters, span, target: undefined });
  };

  readonly when = (guard: Operand, body: () => void): void => {
    if (guard.type === 'bool') {
      if (guard.value === true) body();
      return;
    }
    const skip = this.#jump('_jump_if_zero', [asParameter(toNumber(guard))], undefined);
    body();
    skip.target = this.#slots.length;
  };

  #jump(op: string, parameters: readonly Operand[], span: Span | undefined): Slot {
    const slot: Slot = { op, parameters, span, target: -1 };
    this.#slots.push(slot);
    return slot;
  }

  /** `if (test) whenTrue else whenFalse`. */
  branch(test: Operand, whenTrue: () => void, whenFalse: (() => void) | undefined, span: Span): void {
    if (test.type === 'bool') {
      if (test.value === true) whenTrue();
      else whenFalse?.();
      return;
    }
    const toElse = this.#jump('_jump_if_zero', [asParameter(toNumber(test))], span);
    whenTrue();
    if (whenFalse === undefined) {
      toElse.target = this.#slots.length;
      return;
    }
    const toEnd = this.#jump('_jump', [], span);
    toElse.target = this.#slots.length;
    whenFalse();
    toEnd.target = this.#slots.length;
  }

  /** `for (; test; updates) body`: jumps back to the test. */
  loop(test: () => Operand, body: () => void, updates: () => void, span: Span): void {
    const start = this.#slots.length;
    const leave = this.#jump('_jump_if_zero', [asParameter(toNumber(test()))], span);
    const loop: { breaks: Slot[]; continues: Slot[] } = { breaks: [leave], continues: [] };
    this.#loops.push(loop);
    body();
    this.#loops.pop();
    this.#land(loop.continues);
    updates();
    this.#jump('_jump', [], span).target = start;
    this.#land(loop.breaks);
  }

  /** `break` or `continue` of the innermost loop. */
  leave(which: 'break' | 'continue', span: Span): void {
    const loop = this.#loops.at(-1);
    const jumps = which === 'break' ? loop?.breaks : loop?.continues;
    jumps?.push(this.#jump('_jump', [], span));
  }

  /** Lets jumps go to what comes next. */
  #land(jumps: readonly Slot[]): void {
    for (const jump of jumps) jump.target = this.#slots.length;
  }

  /** `exit`: the switch goes on with the action, so the rest is jumped over. */
  exit(span: Span): void {
    this.call('exit', [], span);
    this.#ends.push(this.#jump('_jump', [], span));
  }

  /** The finished list. */
  finish(): readonly Primitive[] {
    // Jumps to the very end are left out where nothing is behind them.
    while (
      this.#ends.length > 0 &&
      this.#ends.at(-1) === this.#slots.at(-1) &&
      !this.#isTarget(this.#slots.length)
    ) {
      this.#ends.pop();
      this.#slots.pop();
    }
    for (const slot of this.#ends) slot.target = this.#slots.length;
    return this.#slots.map(({ op, parameters, span, target }) => ({
      op,
      parameters: target === undefined ? parameters : [...parameters, constant(BigInt(target), 32)],
      ...(span === undefined ? {} : { source_info: sourceInfo(span) }),
    }));
  }

  #isTarget(place: number): boolean {
    return this.#slots.some((slot) => slot.target === place);
  }
}

/** Writes statements without tables into an action. */
export function writeStatements(
  conversion: Conversion,
  writer: ActionWriter,
  statements: readonly Statement[],
): void {
  for (const statement of statements) writeStatement(conversion, writer, statement);
}

function writeStatement(conversion: Conversion, writer: ActionWriter, statement: Statement): void {
  switch (statement.kind) {
    case 'assign':
      assign(writer, statement.target, statement.value, statement.span);
      return;
    case 'call':
      convertCall(conversion, writer, statement);
      return;
    case 'set_validity':
      setValidity(writer, statement.target, statement.valid, statement.span);
      return;
    case 'shift_stack':
      shiftStack(writer, statement.target, statement.direction, statement.count, statement.span);
      return;
    case 'if': {
      const { whenTrue, whenFalse } = statement;
      const test = condition(writer.scope, statement.condition);
      const yes = () => writeStatements(conversion, writer, whenTrue);
      const no = () => writeStatements(conversion, writer, whenFalse);
      if (whenTrue.length === 0) {
        writer.branch(not(test), no, undefined, statement.span);
        return;
      }
      writer.branch(test, yes, whenFalse.length === 0 ? undefined : no, statement.span);
      return;
    }
    case 'for': {
      const { updates, body } = statement;
      writer.loop(
        () => condition(writer.scope, statement.condition),
        () => writeStatements(conversion, writer, body),
        () => writeStatements(conversion, writer, updates),
        statement.span,
      );
      return;
    }
    case 'break':
    case 'continue':
      writer.leave(statement.kind, statement.span);
      return;
    case 'exit':
      writer.exit(statement.span);
      return;
    default:
      throw new InternalError(`a statement of kind '${statement.kind}' is left in an action`, statement.span);
  }
}
