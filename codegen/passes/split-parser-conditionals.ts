/**
 * Makes states of `if` and `switch` in parser states.
 *
 *     state s { a; if (c) { b; } d; transition t; }
 *
 *     state s { a; transition select(c) { true: s_true; _: s_after; } }
 *     state s_true { b; transition s_after; }
 *     state s_after { d; transition t; }
 */

import type { Parser, ParserState, Program, Statement, Transition } from '../ir/index.ts';
import { mapValues } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';
import { bool } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

function direct(state: string, span: Span): Transition {
  return { kind: 'direct', state, span };
}

function split(state: ParserState, context: PassContext): readonly ParserState[] {
  const place = state.statements.findIndex((one) => one.kind === 'if' || one.kind === 'switch');
  const branching = state.statements[place];
  if (branching?.kind !== 'if' && branching?.kind !== 'switch') return [state];
  const { span } = branching;
  const rest = state.statements.slice(place + 1);
  const more: ParserState[] = [];
  const make = (suffix: string, statements: readonly Statement[], transition: Transition): string => {
    const name = context.freshName(`${state.name}_${suffix}`);
    const made: ParserState = { ...state, name, sourceName: name, annotations: [], statements, transition };
    more.push(...split(made, context));
    return name;
  };
  // Nothing behind and a plain transition: the branches go there themselves.
  const after =
    rest.length === 0 && state.transition.kind === 'direct'
      ? state.transition.state
      : make('after', rest, state.transition);
  const branch = (suffix: string, statements: readonly Statement[]) =>
    statements.length === 0 ? after : make(suffix, statements, direct(after, span));
  const transition: Transition =
    branching.kind === 'if'
      ? {
          kind: 'select',
          keys: [branching.condition],
          cases: [
            {
              keysets: [{ kind: 'value', value: bool(true, span) }],
              state: branch('true', branching.whenTrue),
              span,
            },
            { keysets: [{ kind: 'any' }], state: branch('false', branching.whenFalse), span },
          ],
          span,
        }
      : switchTransition(branching, branch, after);
  const first: ParserState = { ...state, statements: state.statements.slice(0, place), transition };
  return [first, ...more];
}

function switchTransition(
  statement: Statement & { readonly kind: 'switch' },
  branch: (suffix: string, statements: readonly Statement[]) => string,
  after: string,
): Transition {
  const { span } = statement;
  const cases = statement.cases.map((item) => ({ item, state: branch('case', item.body) }));
  const listed = cases.flatMap(({ item, state }) =>
    item.labels.flatMap((value) =>
      value === undefined ? [] : [{ keysets: [{ kind: 'value', value } as const], state, span: item.span }],
    ),
  );
  const fallback = cases.find(({ item }) => item.labels.includes(undefined));
  return {
    kind: 'select',
    keys: [statement.value],
    cases: [...listed, { keysets: [{ kind: 'any' }], state: fallback?.state ?? after, span }],
    span,
  };
}

function splitParser(parser: Parser, context: PassContext): Parser {
  const states = parser.states.flatMap((state) => split(state, context));
  return states.length === parser.states.length ? parser : { ...parser, states };
}

function run(program: Program, context: PassContext): Program {
  const blocks = mapValues(program.blocks, (block) =>
    block.kind === 'parser' ? splitParser(block, context) : block,
  );
  return { ...program, blocks };
}

export const splitParserConditionals: Pass = {
  name: 'split-parser-conditionals',
  summary: 'conditionals in parser states become states',
  run,
};
