/**
 * Puts the states of sub-parsers in the place of their calls.
 *
 *     state start { a; sub.apply(p, h.x); b; transition next; }
 *
 *     state start { a; transition sub.start; }
 *     state sub.start { … transition start_after; }        `accept` of the sub-parser
 *     state start_after { b; transition next; }
 *
 * `reject` of a sub-parser is that of the parser around. Needs call statements at the end of no `if`.
 */

import type {
  Block,
  Expression,
  Parser,
  ParserState,
  Program,
  Statement,
  Transition,
  Variable,
} from '../ir/index.ts';
import { rewriteParser } from '../ir/index.ts';
import { read } from './build.ts';
import { bindingsOf, blockCalls, copied, inOrder, onlyBlocksOfMain, references } from './inline-blocks.ts';
import { copiesOf } from './inline-call.ts';
import type { Pass, PassContext } from './pass.ts';

type Prepared = {
  readonly parser: Parser;
  readonly before: (statement: Statement & { readonly kind: 'call' }) => readonly Statement[];
  readonly after: (statement: Statement & { readonly kind: 'call' }) => readonly Statement[];
};

function renameTransition(transition: Transition, rename: (state: string) => string): Transition {
  if (transition.kind === 'direct') return { ...transition, state: rename(transition.state) };
  return {
    ...transition,
    cases: transition.cases.map((item) => ({ ...item, state: rename(item.state) })),
  };
}

/** A copy of a sub-parser's states with names of their own. */
function copyStates(
  parser: Parser,
  prefix: string,
  exit: string,
  context: PassContext,
): { readonly start: string; readonly states: readonly ParserState[] } {
  const names = new Map(
    parser.states.map((state) => [state.name, context.freshName(`${prefix}.${state.name}`)]),
  );
  const rename = (state: string) =>
    state === 'accept' ? exit : state === 'reject' ? state : (names.get(state) ?? state);
  const states = parser.states.map((state) => ({
    ...state,
    name: rename(state.name),
    sourceName: `${prefix}.${state.sourceName}`,
    transition: renameTransition(state.transition, rename),
  }));
  return { start: rename('start'), states };
}

function splitState(
  state: ParserState,
  prepared: ReadonlyMap<string, Prepared>,
  context: PassContext,
): readonly ParserState[] {
  const place = state.statements.findIndex(
    (statement) =>
      statement.kind === 'call' &&
      statement.call.callee.kind === 'block' &&
      prepared.has(statement.call.callee.name),
  );
  const call = state.statements[place];
  if (call?.kind !== 'call' || call.call.callee.kind !== 'block') return [state];
  const sub = prepared.get(call.call.callee.name);
  if (sub === undefined) return [state];
  const { span } = call;
  const exit = context.freshName(`${state.name}_after`);
  const { start, states } = copyStates(sub.parser, sub.parser.sourceName, exit, context);
  const rest: ParserState = {
    ...state,
    name: exit,
    sourceName: exit,
    annotations: [],
    statements: [...sub.after(call), ...state.statements.slice(place + 1)],
  };
  const first: ParserState = {
    ...state,
    statements: [...state.statements.slice(0, place), ...sub.before(call), ...sub.parser.prologue],
    transition: { kind: 'direct', state: start, span },
  };
  return [first, ...states, ...splitState(rest, prepared, context)];
}

function inlineInto(
  blocks: Map<string, Block>,
  done: Set<string>,
  owners: Map<string, string>,
  name: string,
  context: PassContext,
): void {
  const parser = blocks.get(name);
  if (parser?.kind !== 'parser' || done.has(name)) return;
  done.add(name);
  const calls = parser.states.flatMap((state) => blockCalls(state.statements));
  if (calls.length === 0) return;
  const prepared = new Map<string, Prepared>();
  const locals: Variable[] = [...parser.locals];
  for (const called of new Set(
    calls.flatMap((call) => (call.callee.kind === 'block' ? [call.callee.name] : [])),
  )) {
    inlineInto(blocks, done, owners, called, context);
    const sub = blocks.get(called);
    if (sub?.kind !== 'parser') continue;
    owners.set(called, name);
    const own = calls.filter((call) => call.callee.kind === 'block' && call.callee.name === called);
    const merged = bindingsOf(own);
    const values: Map<Variable, Expression> = references(sub, merged);
    for (const variable of copied(sub, merged)) {
      const local: Variable = { ...variable, name: context.freshName(variable.sourceName), role: 'local' };
      values.set(variable, read(local, variable.span));
      locals.push(local);
    }
    locals.push(...sub.locals);
    const copies = (statement: Statement & { readonly kind: 'call' }) => {
      const given = statement.call.arguments;
      return copiesOf(sub.parameters, given, inOrder(given, merged), (parameter) => {
        const value = values.get(parameter.variable);
        return value?.kind === 'variable' ? value.variable : parameter.variable;
      });
    };
    prepared.set(called, {
      parser: rewriteParser(sub, {
        expression: (expression) => {
          if (expression.kind !== 'variable') return expression;
          const value = values.get(expression.variable);
          return value === undefined ? expression : { ...value, span: expression.span };
        },
      }),
      before: (statement) => copies(statement).before,
      after: (statement) => copies(statement).after,
    });
  }
  const states = parser.states.flatMap((state) => splitState(state, prepared, context));
  blocks.set(name, { ...parser, locals, states });
}

function run(program: Program, context: PassContext): Program {
  const blocks = new Map(program.blocks);
  const done = new Set<string>();
  const owners = new Map<string, string>();
  for (const name of program.blocks.keys()) inlineInto(blocks, done, owners, name, context);
  const ownerOf = (name: string): string => {
    const owner = owners.get(name);
    return owner === undefined ? name : ownerOf(owner);
  };
  const inlined = onlyBlocksOfMain({ ...program, blocks });
  const valueSets = new Map(
    [...program.valueSets].map(([name, one]) => [name, { ...one, owner: ownerOf(one.owner) }]),
  );
  return { ...inlined, valueSets };
}

export const inlineParsers: Pass = {
  name: 'inline-parsers',
  summary: 'sub-parsers become states of the parser around',
  run,
};
