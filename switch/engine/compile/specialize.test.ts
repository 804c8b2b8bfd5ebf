import test from 'ava';
import { readProgram } from '../json/index.ts';
import { type Json, primitive, programJson } from '../test-program.ts';
import { type Facts, knownBool, knownData } from './facts.ts';
import { factsAtIngress, Specialization } from './specialize.ts';

const flag = (name: string): Json => ({ type: 'field', value: ['meta', name] });
const isSet = (name: string): Json => ({
  type: 'expression',
  value: { op: 'd2b', left: null, right: flag(name) },
});
const set = (name: string, value: string): Json => primitive('assign', flag(name), { type: 'hexstr', value });

/** A table without a key whose action never changes, as compilers put code into one. */
const always = (name: string, id: number, next: string | null): Json => ({
  name,
  id,
  key: [],
  match_type: 'exact',
  type: 'simple',
  max_size: 1,
  with_counters: false,
  support_timeout: false,
  direct_meters: null,
  action_ids: [id],
  actions: [name],
  base_default_next: next,
  next_tables: { [name]: next },
  default_entry: { action_id: id, action_const: true, action_data: [], action_entry_const: true },
});
const ask = (name: string, condition: string, yes: string | null, no: string | null): Json => ({
  name,
  id: 0,
  expression: isSet(condition),
  true_next: yes,
  false_next: no,
});

/** `if (known) found = 1; if (found) a else b;`, where the parser gives `known`, and nobody `found`. */
function flags() {
  const action = (name: string, id: number, primitives: readonly Json[]) => ({
    name,
    id,
    runtime_data: [],
    primitives,
  });
  return readProgram(
    programJson({
      types: {
        meta: [
          ['known', 1, false],
          ['found', 1, false],
          ['result', 8, false],
          ['_padding', 6, false],
        ],
      },
      metadata: { meta: 'meta' },
      states: [
        {
          name: 'start',
          id: 0,
          parser_ops: [
            {
              op: 'set',
              parameters: [
                { type: 'field', value: ['meta', 'known'] },
                { type: 'lookahead', value: [0, 1] },
              ],
            },
          ],
          transitions: [],
          transition_key: [],
        },
      ],
      actions: [
        action('find', 10, [set('found', '0x1')]),
        action('a', 11, [set('result', '0x1')]),
        action('b', 12, [set('result', '0x2')]),
      ],
      pipelines: [
        {
          name: 'ingress',
          id: 0,
          init_table: 'first',
          tables: [always('find', 10, 'second'), always('a', 11, null), always('b', 12, null)],
          conditionals: [ask('first', 'known', 'find', 'second'), ask('second', 'found', 'a', 'b')],
          action_profiles: [],
        },
        { name: 'egress', id: 1, init_table: null, tables: [], conditionals: [], action_profiles: [] },
      ],
    }),
  );
}

function names(graph: Specialization, numbers: readonly (number | undefined)[]): readonly string[] {
  return numbers.map((number) => (number === undefined ? 'end' : (graph.nodes[number]?.node.name ?? '?')));
}

// By hand: where `known` holds, `find` makes `found` 1, so that only `a` follows; where it does not, `found` is what it
// was when the packet came, 0, and only `b` follows.
test('what a flag says is known behind the action that sets it, and where nobody has', (t) => {
  const program = flags();
  const [pipeline] = program.pipelines;
  if (pipeline === undefined) throw new Error('there is no pipeline');
  const graph = new Specialization(program, pipeline, factsAtIngress(program));
  const followers = (index: number) => names(graph, graph.successors(index));
  t.deepEqual(
    graph.nodes.map(({ node }, index) => `${node.name} ${followers(index).join(' ')}`),
    ['first find second', 'find second', 'second b', 'second a', 'b end', 'a end'],
  );
});

test('without facts the graph is the pipeline as it stands', (t) => {
  const program = flags();
  const [pipeline] = program.pipelines;
  if (pipeline === undefined) throw new Error('there is no pipeline');
  const graph = new Specialization(program, pipeline, undefined);
  t.is(graph.nodes.length, 5);
  t.is(graph.successors(0).length, 2);
});

test('numbers and truths are known where all that decides is', (t) => {
  const program = flags();
  const header = program.headers.find(({ name }) => name === 'meta');
  const [known, found] = header?.type.fields ?? [];
  if (header === undefined || known === undefined || found === undefined) throw new Error('no fields');
  const facts: Facts = new Map([[`${header.index}.${found.index}`, 1n]]);
  const one = { kind: 'field', field: { header, type: found } } as const;
  const unknown = { kind: 'field', field: { header, type: known } } as const;
  const truth = (operand: typeof one | typeof unknown) => ({ kind: 'toBool', operand }) as const;
  t.is(knownData(one, facts), 1n);
  t.is(knownData(unknown, facts), undefined);
  t.is(knownBool({ kind: 'logical', operation: 'or', left: truth(unknown), right: truth(one) }, facts), true);
  t.is(
    knownBool({ kind: 'logical', operation: 'and', left: truth(unknown), right: truth(one) }, facts),
    undefined,
  );
  const minus = {
    kind: 'arithmetic',
    operation: '-',
    left: { kind: 'constant', value: 0n },
    right: one,
  } as const;
  // BMv2's numbers have no limits: 0 - 1 is below 0.
  t.is(knownBool({ kind: 'compare', operation: '<', left: minus, right: one }, facts), true);
});
