/** The statements of the lowered program: bodies are lists, fall-through and scopes are resolved. */

import type { Span } from '../syntax/source.ts';
import type { Call, Expression, LValue, Variable } from './expressions.ts';

/** `target = value`: whole headers, structs and stacks too. Compound assignments are spelled out. */
export type Assign = {
  readonly kind: 'assign';
  readonly target: LValue;
  readonly value: Expression;
  readonly span: Span;
};

/**
 * A call. `result`, where there is one, gets the returned value after `out` and `inout` arguments are copied out.
 */
export type CallStatement = {
  readonly kind: 'call';
  readonly call: Call;
  readonly result: LValue | undefined;
  readonly span: Span;
};

/** `target.setValid()` or `setInvalid()`. */
export type SetValidity = {
  readonly kind: 'set_validity';
  readonly target: LValue;
  readonly valid: boolean;
  readonly span: Span;
};

/** `target.push_front(count)` or `pop_front(count)` of a stack (specification §8.18). */
export type ShiftStack = {
  readonly kind: 'shift_stack';
  readonly target: LValue;
  readonly direction: 'push' | 'pop';
  readonly count: number;
  readonly span: Span;
};

export type If = {
  readonly kind: 'if';
  readonly condition: Expression;
  readonly whenTrue: readonly Statement[];
  readonly whenFalse: readonly Statement[];
  readonly span: Span;
};

/** One body of a switch with all its labels. */
export type SwitchCase<Label> = {
  /** What leads here; `undefined` for `default`. */
  readonly labels: readonly (Label | undefined)[];
  readonly body: readonly Statement[];
  readonly span: Span;
};

/** `switch (value)` on a number, bool, enum or error: the first case with an equal label. Labels are constants. */
export type Switch = {
  readonly kind: 'switch';
  readonly value: Expression;
  readonly cases: readonly SwitchCase<Expression>[];
  readonly span: Span;
};

/** What follows from applying a table. */
export type ApplyOutcome =
  | { readonly kind: 'none' }
  | { readonly kind: 'hit'; readonly hit: readonly Statement[]; readonly miss: readonly Statement[] }
  /** `switch (table.apply().action_run)`: labels are actions of the table (`TableAction.action`). */
  | { readonly kind: 'action_run'; readonly cases: readonly SwitchCase<string>[] };

/** `table.apply()`, and what depends on its result. */
export type ApplyTable = {
  readonly kind: 'apply';
  /** Key in `Program.tables`. */
  readonly table: string;
  readonly outcome: ApplyOutcome;
  readonly span: Span;
};

/** `for (initializers; condition; updates) body`, the initializers in front. `continue` goes to the updates. */
export type For = {
  readonly kind: 'for';
  readonly condition: Expression;
  readonly updates: readonly Statement[];
  readonly body: readonly Statement[];
  /** `@unroll` and `@nounroll` as written, where one is. */
  readonly unroll: boolean | undefined;
  readonly span: Span;
};

/** `for (variable in collection) body`. The collection is evaluated once, before. */
export type ForIn = {
  readonly kind: 'for_in';
  readonly variable: Variable;
  readonly collection:
    | { readonly kind: 'range'; readonly low: Expression; readonly high: Expression }
    /** A stack, array, list or tuple. */
    | { readonly kind: 'elements'; readonly value: Expression };
  readonly body: readonly Statement[];
  readonly unroll: boolean | undefined;
  readonly span: Span;
};

export type Break = { readonly kind: 'break'; readonly span: Span };
export type Continue = { readonly kind: 'continue'; readonly span: Span };
export type Exit = { readonly kind: 'exit'; readonly span: Span };

export type Return = {
  readonly kind: 'return';
  readonly value: Expression | undefined;
  readonly span: Span;
};

/** Statements that `leave` with the same label ends: what inlined bodies and unrolled loops are until `eliminate-leaves`. */
export type Labelled = {
  readonly kind: 'labelled';
  /** Unique in the program. */
  readonly label: string;
  readonly body: readonly Statement[];
  readonly span: Span;
};

/** Goes on behind the labelled statements around. */
export type Leave = { readonly kind: 'leave'; readonly label: string; readonly span: Span };

export type Statement =
  | Assign
  | CallStatement
  | SetValidity
  | ShiftStack
  | If
  | Switch
  | ApplyTable
  | For
  | ForIn
  | Break
  | Continue
  | Exit
  | Return
  | Labelled
  | Leave;
