/**
 * Moves what a control does by itself into actions without parameters, for targets whose controls only apply tables,
 * branch and run actions.
 *
 *     apply { a; b; t.apply(); if (c) { d; } }
 *
 *     action act() { a; b; }  action act_0() { d; }
 *     apply { act(); t.apply(); if (c) { act_0(); } }
 *
 * Straight runs of statements become one action. The actions are hidden from the control plane.
 */

import type { Action, Control, Program, Statement, SwitchCase } from '../ir/index.ts';
import { VOID } from '../ir/index.ts';
import type { Pass, PassContext } from './pass.ts';

type State = { readonly context: PassContext; readonly control: Control; readonly actions: Action[] };

function isMoved(statement: Statement): boolean {
  switch (statement.kind) {
    case 'assign':
    case 'set_validity':
    case 'shift_stack':
    case 'exit':
      return true;
    case 'call':
      return statement.call.callee.kind === 'extern_function' || statement.call.callee.kind === 'method';
    // A loop that was not written out has to stand in an action.
    case 'for':
      return true;
    default:
      return false;
  }
}

function move(state: State, statements: readonly Statement[]): readonly Statement[] {
  const done: Statement[] = [];
  let run: Statement[] = [];
  const flush = () => {
    const [first] = run;
    if (first !== undefined) done.push(callOf(state, run, first));
    run = [];
  };
  for (const statement of statements) {
    if (isMoved(statement)) {
      run.push(statement);
      // Nothing runs behind an exit.
      if (statement.kind === 'exit') {
        flush();
        return done;
      }
      continue;
    }
    flush();
    done.push(inside(state, statement));
  }
  flush();
  return done;
}

function callOf(state: State, body: readonly Statement[], first: Statement): Statement {
  const { context, control } = state;
  const { span } = first;
  const name = context.freshName(`${control.name}.act`);
  state.actions.push({
    kind: 'action',
    name,
    sourceName: name.slice(name.lastIndexOf('.') + 1),
    controlPlaneName: name,
    hidden: true,
    owner: control.name,
    parameters: [],
    locals: [],
    body,
    annotations: [],
    span,
  });
  const call = { callee: { kind: 'action', name } as const, arguments: [], type: VOID, span };
  return { kind: 'call', call, result: undefined, span };
}

function inside(state: State, statement: Statement): Statement {
  const cases = <Label>(items: readonly SwitchCase<Label>[]) =>
    items.map((item) => ({ ...item, body: move(state, item.body) }));
  switch (statement.kind) {
    case 'if':
      return {
        ...statement,
        whenTrue: move(state, statement.whenTrue),
        whenFalse: move(state, statement.whenFalse),
      };
    case 'apply': {
      const { outcome } = statement;
      if (outcome.kind === 'none') return statement;
      if (outcome.kind === 'hit') {
        const moved = { ...outcome, hit: move(state, outcome.hit), miss: move(state, outcome.miss) };
        return { ...statement, outcome: moved };
      }
      return { ...statement, outcome: { ...outcome, cases: cases(outcome.cases) } };
    }
    default:
      return statement;
  }
}

/** Makes the pass for some controls of a program: a target's deparser, for one, is no pipeline of actions. */
export function moveStatementsToActions(isPipeline: (program: Program, control: Control) => boolean): Pass {
  return {
    name: 'move-statements-to-actions',
    summary: 'controls only apply tables, branch and run actions',
    run: (program, context) => {
      const actions = new Map(program.actions);
      const blocks = new Map(program.blocks);
      for (const [name, block] of program.blocks) {
        if (block.kind !== 'control' || !isPipeline(program, block)) continue;
        const state: State = { context, control: block, actions: [] };
        const body = move(state, block.body);
        for (const action of state.actions) actions.set(action.name, action);
        const names = state.actions.map((action) => action.name);
        blocks.set(name, { ...block, body, actions: [...block.actions, ...names] });
      }
      return { ...program, actions, blocks };
    },
  };
}
