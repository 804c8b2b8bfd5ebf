import { readFileSync } from 'node:fs';
import test from 'ava';
import { readProgram } from '../json/index.ts';
import { ParserGraph } from './parser-graph.ts';

const program = readProgram(JSON.parse(readFileSync('p4/golden/v1model.json', 'utf8')));
const [parser] = program.parsers;
if (parser === undefined) throw new Error('the pipeline has no parser');

test('without facts each state that is reached stands in the graph once, with all its transitions', (t) => {
  const graph = new ParserGraph(program, parser, true);
  const names = graph.nodes.map(({ state }) => state.name);
  t.is(new Set(names).size, names.length);
  for (const [number, { state, facts }] of graph.nodes.entries()) {
    t.is(facts.size, 0);
    t.is(graph.ways(number).length, state.transitions.length + 1);
  }
});

test('with facts a state stands there at most five times, and what is known is not compared', (t) => {
  const graph = new ParserGraph(program, parser, false);
  const counts = new Map<string, number>();
  for (const { state } of graph.nodes) counts.set(state.name, (counts.get(state.name) ?? 0) + 1);
  t.true(Math.max(...counts.values()) <= 5);
  // The start sets that there is no fragment, so that the state "options" first asks for two elements of three.
  const options = graph.nodes.findIndex(({ state, facts }) => state.name === 'options' && facts.size > 0);
  const [first, last] = graph.ways(options);
  t.true((first?.compared.size ?? 3) < 3);
  t.is(last?.transition, undefined);
  for (const number of graph.nodes.keys()) {
    const ways = graph.ways(number);
    const end = ways.at(-1);
    t.true(end?.transition === undefined || end.compared.size === 0);
  }
});
