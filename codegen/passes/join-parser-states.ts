/**
 * Joins a parser state with the one that alone follows it.
 *
 *     state a { x; transition b; }  state b { y; transition c; }        state a { x; y; transition c; }
 *
 * A state with annotations, which a back end may look for, is not joined to another.
 */

import type { Parser, ParserState, Program } from '../ir/index.ts';
import { mapValues } from '../ir/index.ts';
import { reachableStates } from './eliminate-dead-code.ts';
import type { Pass } from './pass.ts';

function joinStates(parser: Parser): Parser {
  const states = reachableStates(parser);
  const byName = new Map(states.map((state) => [state.name, state]));
  const entries = new Map<string, number>([['start', 1]]);
  const enter = (name: string) => entries.set(name, (entries.get(name) ?? 0) + 1);
  for (const { transition } of states) {
    if (transition.kind === 'direct') enter(transition.state);
    else for (const item of transition.cases) enter(item.state);
  }
  const joined = new Set<string>();
  const done = new Map<string, ParserState>();
  for (const state of states) {
    if (joined.has(state.name)) continue;
    let current = state;
    const statements = [...state.statements];
    for (;;) {
      const { transition } = current;
      if (transition.kind !== 'direct') break;
      const next = byName.get(transition.state);
      if (next === undefined || next.name === state.name || entries.get(next.name) !== 1) break;
      if (next.annotations.length > 0) break;
      // One that was joined on from an earlier place in the text takes what it has gathered along.
      const gathered = done.get(next.name) ?? next;
      done.delete(next.name);
      joined.add(next.name);
      statements.push(...gathered.statements);
      current = gathered;
    }
    done.set(state.name, { ...state, statements, transition: current.transition });
  }
  return { ...parser, states: states.flatMap((state) => done.get(state.name) ?? []) };
}

function run(program: Program): Program {
  const blocks = mapValues(program.blocks, (block) => (block.kind === 'parser' ? joinStates(block) : block));
  return { ...program, blocks };
}

export const joinParserStates: Pass = {
  name: 'join-parser-states',
  summary: 'a parser state that alone follows another becomes part of it',
  run,
};
