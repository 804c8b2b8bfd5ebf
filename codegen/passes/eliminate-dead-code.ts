/**
 * Removes what nobody sees: assignments to locals that are not read afterwards, parser states that nothing leads to,
 * locals that nothing uses.
 *
 *     x = 0; x = h.f; y = x;        x = h.f; y = x;
 *
 * Only whole locals are followed. A local that an action uses may be read by every table.
 */

import type {
  Block,
  Expression,
  Parser,
  Program,
  Statement,
  Transition,
  Type,
  Variable,
} from '../ir/index.ts';
import { mapValues, visit } from '../ir/index.ts';
import { isWritten, rootOf, variablesIn } from './build.ts';
import type { Pass } from './pass.ts';

type Live = Set<Variable>;

type State = {
  /** Locals that may be removed: those of the body, not parameters. */
  readonly candidates: ReadonlySet<Variable>;
  /** Read by something besides this body: never dead. */
  readonly always: ReadonlySet<Variable>;
  /** Reading a stack out of range ends a parser: such reads stay. */
  readonly inParser: boolean;
  /** What is live behind each label. */
  readonly behind: Map<string, Live>;
  /** What is live where the body ends early: behind `exit` and `return`. */
  readonly atEnd: Live;
};

/** Whether leaving out an evaluation changes more than its value. */
function mayReject(state: State, expression: Expression): boolean {
  if (!state.inParser) return false;
  let found = false;
  visit([expression], (node) => {
    if (node.kind === 'stack_element' || node.kind === 'index') found = true;
    return !found;
  });
  return found;
}

function use(state: State, live: Live, expression: Expression): void {
  for (const variable of variablesIn([expression])) if (state.candidates.has(variable)) live.add(variable);
}

/** Whether what is written to a target is never read. */
function isDead(state: State, live: Live, target: Expression): boolean {
  const root = rootOf(target);
  return root !== undefined && state.candidates.has(root) && !live.has(root) && !state.always.has(root);
}

/** Marks what a target reads: its indexes, and the whole of what is changed in part. */
function useTarget(state: State, live: Live, target: Expression): void {
  if (target.kind === 'variable') return;
  use(state, live, target);
}

/** Goes through statements from the last to the first; `live` is what is read behind them, and is changed. */
function prune(state: State, statements: readonly Statement[], live: Live): readonly Statement[] {
  const kept: Statement[] = [];
  for (let place = statements.length - 1; place >= 0; place--) {
    const statement = statements[place];
    if (statement === undefined) continue;
    const pruned = pruneOne(state, statement, live);
    if (pruned !== undefined) kept.push(pruned);
  }
  return kept.reverse();
}

function replaceLive(live: Live, by: Live): void {
  live.clear();
  for (const variable of by) live.add(variable);
}

/** Several ways: what any of them reads. */
function pruneWays(
  state: State,
  ways: readonly (readonly Statement[])[],
  live: Live,
  fallsThrough: boolean,
): readonly (readonly Statement[])[] {
  const after = new Set(live);
  if (!fallsThrough) live.clear();
  return ways.map((way) => {
    const own = new Set(after);
    const pruned = prune(state, way, own);
    for (const variable of own) live.add(variable);
    return pruned;
  });
}

function pruneOne(state: State, statement: Statement, live: Live): Statement | undefined {
  switch (statement.kind) {
    case 'assign': {
      const { target, value } = statement;
      if (isDead(state, live, target) && !mayReject(state, value) && !mayReject(state, target))
        return undefined;
      if (target.kind === 'variable') live.delete(target.variable);
      useTarget(state, live, target);
      use(state, live, value);
      return statement;
    }
    case 'set_validity':
    case 'shift_stack': {
      const { target } = statement;
      if (isDead(state, live, target) && !mayReject(state, target)) return undefined;
      const kills = target.kind === 'variable' && statement.kind === 'set_validity' && !statement.valid;
      if (kills && target.kind === 'variable') live.delete(target.variable);
      else use(state, live, target);
      return statement;
    }
    case 'call': {
      const { call, result } = statement;
      if (result?.kind === 'variable') live.delete(result.variable);
      for (const argument of call.arguments) {
        if (argument.direction === 'out' && argument.value?.kind === 'variable')
          live.delete(argument.value.variable);
      }
      if (result !== undefined) useTarget(state, live, result);
      if (call.callee.kind === 'method') use(state, live, call.callee.object);
      for (const argument of call.arguments) {
        if (argument.value === undefined) continue;
        if (argument.direction === 'out' && isWritten(argument)) useTarget(state, live, argument.value);
        else use(state, live, argument.value);
      }
      return statement;
    }
    case 'if': {
      const [whenTrue, whenFalse] = pruneWays(state, [statement.whenTrue, statement.whenFalse], live, false);
      if (whenTrue?.length === 0 && whenFalse?.length === 0 && !mayReject(state, statement.condition))
        return undefined;
      use(state, live, statement.condition);
      return { ...statement, whenTrue: whenTrue ?? [], whenFalse: whenFalse ?? [] };
    }
    case 'switch': {
      const hasDefault = statement.cases.some((item) => item.labels.includes(undefined));
      const bodies = pruneWays(
        state,
        statement.cases.map((item) => item.body),
        live,
        !hasDefault,
      );
      use(state, live, statement.value);
      const cases = statement.cases.map((item, place) => ({ ...item, body: bodies[place] ?? item.body }));
      return { ...statement, cases };
    }
    case 'apply':
      return pruneApply(state, statement, live);
    case 'labelled': {
      state.behind.set(statement.label, new Set(live));
      const body = prune(state, statement.body, live);
      return body.length === 0 ? undefined : { ...statement, body };
    }
    case 'leave': {
      replaceLive(live, state.behind.get(statement.label) ?? new Set());
      return statement;
    }
    case 'exit':
    case 'return':
      replaceLive(live, state.atEnd);
      if (statement.kind === 'return' && statement.value !== undefined) use(state, live, statement.value);
      return statement;
    case 'for':
    case 'for_in':
      // Whatever a loop reads may be read in its next round.
      for (const variable of variablesIn([statement])) live.add(variable);
      return statement;
    case 'break':
    case 'continue':
      return statement;
  }
}

function pruneApply(state: State, statement: Statement & { readonly kind: 'apply' }, live: Live): Statement {
  const { outcome } = statement;
  switch (outcome.kind) {
    case 'none':
      return statement;
    case 'hit': {
      const [hit, miss] = pruneWays(state, [outcome.hit, outcome.miss], live, false);
      const isPlain = hit?.length === 0 && miss?.length === 0;
      return {
        ...statement,
        outcome: isPlain ? { kind: 'none' } : { ...outcome, hit: hit ?? [], miss: miss ?? [] },
      };
    }
    case 'action_run': {
      const bodies = pruneWays(
        state,
        outcome.cases.map((item) => item.body),
        live,
        true,
      );
      const cases = outcome.cases.map((item, place) => ({ ...item, body: bodies[place] ?? item.body }));
      return { ...statement, outcome: { ...outcome, cases } };
    }
  }
}

function isRemovable(type: Type): boolean {
  return type.kind !== 'extern';
}

function candidatesOf(locals: readonly Variable[]): ReadonlySet<Variable> {
  return new Set(locals.filter((local) => isRemovable(local.type)));
}

function usedLocals(locals: readonly Variable[], used: ReadonlySet<Variable>): readonly Variable[] {
  return locals.filter((local) => used.has(local));
}

function keysOf(program: Program, names: readonly string[]): readonly Expression[] {
  return names.flatMap((name) => {
    const table = program.tables.get(name);
    return [
      ...(table?.keys.map((key) => key.expression) ?? []),
      ...(table?.actions.flatMap((one) =>
        one.arguments.flatMap((argument) => (argument.value === undefined ? [] : [argument.value])),
      ) ?? []),
      ...(table === undefined ? [] : [...table.properties.values()].map((property) => property.value)),
    ];
  });
}

function variablesOfTransition(transition: Transition): ReadonlySet<Variable> {
  if (transition.kind === 'direct') return new Set();
  const keysets = transition.cases.flatMap((item) =>
    item.keysets.flatMap((keyset) => {
      switch (keyset.kind) {
        case 'value':
          return [keyset.value];
        case 'mask':
          return [keyset.value, keyset.mask];
        case 'range':
          return [keyset.low, keyset.high];
        default:
          return [];
      }
    }),
  );
  return variablesIn([...transition.keys, ...keysets]);
}

/** The states that can be reached, in their order. */
export function reachableStates(parser: Parser): Parser['states'] {
  const byName = new Map(parser.states.map((state) => [state.name, state]));
  const reached = new Set<string>();
  const open = ['start'];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    const state = byName.get(name);
    if (state === undefined) continue;
    reached.add(name);
    if (state.transition.kind === 'direct') open.push(state.transition.state);
    else for (const item of state.transition.cases) open.push(item.state);
  }
  return parser.states.filter((state) => reached.has(state.name));
}

function pruneParser(parser: Parser): Parser {
  const states = reachableStates(parser);
  const candidates = candidatesOf(parser.locals);
  // What any state reads before it writes it may be read behind every other.
  const liveAnywhere = new Set<Variable>();
  for (const state of states) {
    const live: Live = new Set(variablesOfTransition(state.transition));
    const open: State = {
      candidates,
      always: candidates,
      inParser: true,
      behind: new Map(),
      atEnd: new Set(),
    };
    prune(open, state.statements, live);
    for (const variable of live) liveAnywhere.add(variable);
  }
  const bodyOf = (transition: Transition | undefined, statements: readonly Statement[]) =>
    prune(
      { candidates, always: liveAnywhere, inParser: true, behind: new Map(), atEnd: new Set() },
      statements,
      transition === undefined ? new Set() : new Set(variablesOfTransition(transition)),
    );
  const pruned = states.map((state) => ({
    ...state,
    statements: bodyOf(state.transition, state.statements),
  }));
  const prologue = bodyOf(undefined, parser.prologue);
  const used = new Set([
    ...variablesIn([...prologue, ...pruned.flatMap((state) => state.statements)]),
    ...pruned.flatMap((state) => [...variablesOfTransition(state.transition)]),
  ]);
  return { ...parser, prologue, states: pruned, locals: usedLocals(parser.locals, used) };
}

function pruneBlock(program: Program, block: Block): Block {
  if (block.kind === 'parser') return pruneParser(block);
  const actionBodies = block.actions.flatMap((name) => program.actions.get(name)?.body ?? []);
  const shared = new Set([...variablesIn(actionBodies), ...variablesIn(keysOf(program, block.tables))]);
  const body = prune(
    {
      candidates: candidatesOf(block.locals),
      always: shared,
      inParser: false,
      behind: new Map(),
      atEnd: new Set(),
    },
    block.body,
    new Set(),
  );
  const used = new Set([...variablesIn(body), ...shared]);
  return { ...block, body, locals: usedLocals(block.locals, used) };
}

function run(program: Program): Program {
  const actions = mapValues(program.actions, (action) => {
    const body = prune(
      {
        candidates: candidatesOf(action.locals),
        always: new Set(),
        inParser: false,
        behind: new Map(),
        atEnd: new Set(),
      },
      action.body,
      new Set(),
    );
    return { ...action, body, locals: usedLocals(action.locals, variablesIn(body)) };
  });
  const pruned = { ...program, actions };
  return { ...pruned, blocks: mapValues(program.blocks, (block) => pruneBlock(pruned, block)) };
}

export const eliminateDeadCode: Pass = {
  name: 'eliminate-dead-code',
  summary: 'assignments that nobody reads, states that nothing leads to and unused locals go',
  run,
};
