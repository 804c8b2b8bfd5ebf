/**
 * Replaces `leave`, which nothing else knows, by conditions.
 *
 *     f: { if (c) { leave f; } a; }             if (!c) { a; }
 *     f: { if (c) { if (d) { leave f; } } a; }  left = false; if (c) { if (d) { left = true; } } if (!left) { a; }
 *
 * In actions what stands behind `exit` is treated alike, since some targets run an action to its end.
 */

import type { Program, Statement, SwitchCase, Variable } from '../ir/index.ts';
import { BOOL, rewriteStatements } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';
import { and, assign, bool, changeBodies, not, read, when } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

/** The label that `exit` in an action stands for. */
const EXIT = '';

type State = {
  readonly context: PassContext;
  readonly exitIsLeave: boolean;
  readonly leaving: Map<Statement, ReadonlySet<string>>;
  /** A flag for each label that has to be asked about. */
  readonly flags: Map<string, Variable>;
  readonly declare: (variable: Variable) => Variable;
};

function bodiesOf(statement: Statement): readonly (readonly Statement[])[] {
  switch (statement.kind) {
    case 'if':
      return [statement.whenTrue, statement.whenFalse];
    case 'switch':
      return statement.cases.map((item) => item.body);
    case 'apply':
      switch (statement.outcome.kind) {
        case 'none':
          return [];
        case 'hit':
          return [statement.outcome.hit, statement.outcome.miss];
        case 'action_run':
          return statement.outcome.cases.map((item) => item.body);
      }
      return [];
    case 'labelled':
    case 'for':
    case 'for_in':
      return [statement.body];
    default:
      return [];
  }
}

/** The labels around a statement that it may leave. */
function leaves(state: State, statement: Statement): ReadonlySet<string> {
  const known = state.leaving.get(statement);
  if (known !== undefined) return known;
  const labels = new Set<string>();
  if (statement.kind === 'leave') labels.add(statement.label);
  else if (statement.kind === 'exit' && state.exitIsLeave) labels.add(EXIT);
  else
    for (const body of bodiesOf(statement))
      for (const inner of body) for (const label of leaves(state, inner)) labels.add(label);
  if (statement.kind === 'labelled') labels.delete(statement.label);
  state.leaving.set(statement, labels);
  return labels;
}

/** Whether every way through the statements ends in a leave. */
function alwaysLeaves(state: State, statements: readonly Statement[]): boolean {
  return statements.some((statement) => {
    if (statement.kind === 'leave') return true;
    if (statement.kind === 'exit') return state.exitIsLeave;
    if (leaves(state, statement).size === 0) return false;
    if (statement.kind === 'if')
      return alwaysLeaves(state, statement.whenTrue) && alwaysLeaves(state, statement.whenFalse);
    if (statement.kind === 'apply' && statement.outcome.kind === 'hit')
      return alwaysLeaves(state, statement.outcome.hit) && alwaysLeaves(state, statement.outcome.miss);
    return false;
  });
}

function flagOf(state: State, label: string, span: Span): Variable {
  const known = state.flags.get(label);
  if (known !== undefined) return known;
  const flag = state.declare(state.context.temporary('left', BOOL, span));
  state.flags.set(label, flag);
  return flag;
}

/** Arranges statements so that nothing runs behind a leave; the leaves themselves stay. */
function arrange(state: State, statements: readonly Statement[]): readonly Statement[] {
  const arranged: Statement[] = [];
  for (const [index, statement] of statements.entries()) {
    if (statement.kind === 'leave') return [...arranged, statement];
    if (statement.kind === 'exit' && state.exitIsLeave) return [...arranged, statement];
    const labels = leaves(state, statement);
    if (labels.size === 0) {
      // A label that is left only inside still has to be resolved.
      arranged.push(inside(state, statement));
      continue;
    }
    const rest = statements.slice(index + 1);
    if (rest.length === 0) return [...arranged, inside(state, statement)];
    const merged = mergeRest(state, statement, rest);
    if (merged !== undefined) return [...arranged, merged];
    arranged.push(inside(state, statement));
    const { span } = statement;
    let condition = bool(true, span);
    for (const label of labels) condition = and(condition, not(read(flagOf(state, label, span), span)));
    return [...arranged, ...when(condition, arrange(state, rest), [], span)];
  }
  return arranged;
}

/** Puts what follows into the branch that goes on, where only one does. */
function mergeRest(state: State, statement: Statement, rest: readonly Statement[]): Statement | undefined {
  const merge = (first: readonly Statement[], second: readonly Statement[]) => {
    if (alwaysLeaves(state, first))
      return [arrange(state, first), arrange(state, [...second, ...rest])] as const;
    if (alwaysLeaves(state, second))
      return [arrange(state, [...first, ...rest]), arrange(state, second)] as const;
    return undefined;
  };
  if (statement.kind === 'if') {
    const merged = merge(statement.whenTrue, statement.whenFalse);
    return merged === undefined ? undefined : { ...statement, whenTrue: merged[0], whenFalse: merged[1] };
  }
  if (statement.kind === 'apply' && statement.outcome.kind === 'hit') {
    const merged = merge(statement.outcome.hit, statement.outcome.miss);
    if (merged === undefined) return undefined;
    return { ...statement, outcome: { kind: 'hit', hit: merged[0], miss: merged[1] } };
  }
  return undefined;
}

function inside(state: State, statement: Statement): Statement {
  const body = (statements: readonly Statement[]) => arrange(state, statements);
  const cases = <Label>(items: readonly SwitchCase<Label>[]) =>
    items.map((item) => ({ ...item, body: body(item.body) }));
  switch (statement.kind) {
    case 'if':
      return { ...statement, whenTrue: body(statement.whenTrue), whenFalse: body(statement.whenFalse) };
    case 'switch':
      return { ...statement, cases: cases(statement.cases) };
    case 'apply': {
      const { outcome } = statement;
      if (outcome.kind === 'none') return statement;
      if (outcome.kind === 'hit')
        return { ...statement, outcome: { ...outcome, hit: body(outcome.hit), miss: body(outcome.miss) } };
      return { ...statement, outcome: { ...outcome, cases: cases(outcome.cases) } };
    }
    case 'for': {
      // A loop that is left goes into no further round.
      const { span } = statement;
      let { condition } = statement;
      let goesOn = bool(true, span);
      for (const label of leaves(state, statement))
        goesOn = and(goesOn, not(read(flagOf(state, label, span), span)));
      condition = and(goesOn, condition);
      return {
        ...statement,
        condition,
        updates: when(goesOn, statement.updates, [], span),
        body: body(statement.body),
      };
    }
    case 'labelled':
    case 'for_in':
      return { ...statement, body: body(statement.body) };
    default:
      return statement;
  }
}

/** Turns leaves into flags where one is asked about, into nothing elsewhere. */
function resolve(state: State, statements: readonly Statement[]): readonly Statement[] {
  return rewriteStatements(statements, {
    statement: (statement) => {
      const { span } = statement;
      switch (statement.kind) {
        case 'leave': {
          const flag = state.flags.get(statement.label);
          return flag === undefined ? [] : [assign(read(flag, span), bool(true, span), span)];
        }
        case 'exit': {
          const flag = state.exitIsLeave ? state.flags.get(EXIT) : undefined;
          return flag === undefined
            ? [statement]
            : [assign(read(flag, span), bool(true, span), span), statement];
        }
        case 'labelled': {
          const flag = state.flags.get(statement.label);
          return flag === undefined
            ? statement.body
            : [assign(read(flag, span), bool(false, span), span), ...statement.body];
        }
        case 'if':
          return when(statement.condition, statement.whenTrue, statement.whenFalse, span);
        default:
          return [statement];
      }
    },
  });
}

function eliminate(
  statements: readonly Statement[],
  declare: (variable: Variable) => Variable,
  context: PassContext,
  exitIsLeave: boolean,
): readonly Statement[] {
  const state: State = { context, exitIsLeave, leaving: new Map(), flags: new Map(), declare };
  const resolved = resolve(state, arrange(state, statements));
  const flag = state.flags.get(EXIT);
  if (flag === undefined) return resolved;
  return [assign(read(flag, flag.span), bool(false, flag.span), flag.span), ...resolved];
}

function run(program: Program, context: PassContext): Program {
  const bodies = new Set([...program.actions.values()].map((action) => action.body));
  return changeBodies(program, (statements, declare) =>
    eliminate(statements, declare, context, bodies.has(statements)),
  );
}

export const eliminateLeaves: Pass = {
  name: 'eliminate-leaves',
  summary: 'nothing is left early: conditions guard what follows',
  run,
};
