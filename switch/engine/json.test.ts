import test from 'ava';
import fc from 'fast-check';
import { Bmv2JsonError, createSwitch, readProgram } from './index.ts';
import { extracting, field, hex, type Json, operation, primitive, programJson } from './test-program.ts';

const ETHERNET = {
  ethernet: [
    ['dst', 48, false],
    ['src', 48, false],
    ['type', 16, false],
  ],
} as const;

/** What is said about a program, with its place. */
function problem(json: unknown): string | undefined {
  try {
    readProgram(json);
    return undefined;
  } catch (error) {
    if (error instanceof Bmv2JsonError) return error.message;
    throw error;
  }
}

function withIngress(...ingress: Json[]): Json {
  return programJson({ types: ETHERNET, instances: { ethernet: 'ethernet' }, ingress });
}

test('a program that is right is read', (t) => {
  t.is(problem(withIngress()), undefined);
});

test('truths may be written as 0 and 1, as p4c does', (t) => {
  const types = {
    flags: [
      ['a', 8, 0],
      ['b', 8, 1, 0],
    ],
  };
  t.is(problem(programJson({ types, instances: { flags: 'flags' } })), undefined);
});

test('what is wrong is said with the place in the JSON', (t) => {
  t.is(problem([]), 'the JSON: expected an object, found an array');
  t.is(
    problem({ ...Object(withIngress()), __meta__: { version: [3, 0] } }),
    '__meta__.version: version 3.0 is not supported; versions up to 2.24 are',
  );
  t.is(
    problem(withIngress(primitive('frobnicate'))),
    "actions[0].primitives[0].op: simple_switch has no primitive named 'frobnicate'",
  );
  t.is(
    problem(withIngress(primitive('assign', field('ethernet', 'ttl'), hex(1)))),
    "actions[0].primitives[0].parameters[0].value[1]: header type 'ethernet' has no field 'ttl'",
  );
  t.is(
    problem(withIngress(primitive('assign', field('ethernet', 'dst')))),
    "actions[0].primitives[0].parameters: primitive 'assign' takes 2 parameters, found 1",
  );
  t.is(
    problem(withIngress(primitive('assign', hex(1), hex(1)))),
    'actions[0].primitives[0].parameters[0]: nothing can be stored here: expected a field or a register',
  );
  t.is(
    problem(withIngress(primitive('_jump', hex(9)))),
    'actions[0].primitives[0]: jumps to 9, but the action has 1 primitives',
  );
  t.is(
    problem(
      withIngress(primitive('assign', field('ethernet', 'type'), operation('sat_cast', hex(1), hex(0)))),
    ),
    'actions[0].primitives[0].parameters[1].value.right: expected a constant width from 1 to 8192',
  );
  t.is(
    problem(programJson({ types: ETHERNET, states: [extracting('start', 0, ['ipv4'], null)] })),
    "parsers[0].parse_states[0].parser_ops[0].parameters[0].value: there is no header named 'ipv4'",
  );
  t.is(
    problem(programJson({ types: ETHERNET, states: [extracting('start', 0, [], 'nowhere')] })),
    "parsers[0].parse_states[0].transitions[0].next_state: there is no parse state named 'nowhere'",
  );
  t.is(
    problem(programJson({ types: { odd: [['a', 7, false]] }, instances: { odd: 'odd' } })),
    "headers[1]: a header has whole bytes; type 'odd' has 7 bits",
  );
  t.is(
    problem(programJson({ types: { wide: [['a', 2056, false]] } })),
    'header_types[1].fields[0][1]: expected a number from 0 to 2048, found 2056',
  );
  const { pipelines } = Object(programJson({}));
  t.is(
    problem(programJson({ pipelines: [...pipelines, { ...pipelines[1], id: 2 }] })),
    "pipelines[2].name: there are two pipelines named 'egress'",
  );
  t.is(
    problem(programJson({ deparsers: [1, 2].map((id) => ({ name: 'deparser', id, order: [] })) })),
    "deparsers[1].name: there are two deparsers named 'deparser'",
  );
  t.is(
    problem(programJson({ extern_instances: [{}] })),
    'extern_instances[0]: extern instances belong to PSA and PNA; this switch runs programs for v1model',
  );
});

test('expressions that are nested too deeply are refused', (t) => {
  let value: Json = hex(1);
  for (let depth = 0; depth < 2000; depth++) value = operation('+', value, hex(1));
  const found = problem(withIngress(primitive('assign', field('ethernet', 'type'), value)));
  t.regex(found ?? '', /expressions are nested more than 500 deep$/);
});

/** Replaces, removes or doubles something somewhere in JSON. */
function mutate(json: Json, steps: readonly number[], replacement: Json): Json {
  const [step = 0, ...rest] = steps;
  if (Array.isArray(json)) {
    if (json.length === 0 || rest.length === 0) return replacement;
    const list: readonly Json[] = json;
    const index = step % list.length;
    return list.map((element, position) =>
      position === index ? mutate(element, rest, replacement) : element,
    );
  }
  if (typeof json === 'object' && json !== null) {
    const names = Object.keys(json);
    const name = names[step % Math.max(1, names.length)];
    if (name === undefined || rest.length === 0) return replacement;
    const value: Json | undefined = Reflect.get(json, name);
    return { ...json, [name]: mutate(value ?? null, rest, replacement) };
  }
  return replacement;
}

test('programs with mistakes are refused or run, and nothing else happens', (t) => {
  const whole = programJson({
    types: ETHERNET,
    instances: { ethernet: 'ethernet', other: 'ethernet' },
    states: [extracting('start', 0, ['ethernet'], null)],
    order: ['ethernet'],
    register_arrays: [{ name: 'r', id: 0, size: 4, bitwidth: 9 }],
    counter_arrays: [{ name: 'c', id: 0, size: 4, is_direct: false }],
    calculations: [
      { name: 'sum', id: 0, algo: 'csum16', input: [{ type: 'field', value: ['ethernet', 'dst'] }] },
    ],
    ingress: [
      primitive('assign', field('ethernet', 'type'), operation('>>', field('ethernet', 'dst'), hex(3))),
      primitive('register_write', { type: 'register_array', value: 'r' }, hex(1), field('ethernet', 'type')),
      primitive('count', { type: 'counter_array', value: 'c' }, field('ethernet', 'src')),
      primitive('add_header', { type: 'header', value: 'other' }),
      primitive(
        'modify_field_with_hash_based_offset',
        field('other', 'src'),
        hex(0),
        { type: 'calculation', value: 'sum' },
        hex(100),
      ),
    ],
  });
  const random = fc.record({
    steps: fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 9 }),
    replacement: fc.oneof(
      fc.constantFrom<Json[]>(null, 'ethernet', 'standard_metadata', [], {}, -1, 2 ** 31, 'field', true),
      fc.integer(),
      fc.string(),
    ),
  });
  let loaded = 0;
  for (const { steps, replacement } of fc.sample(random, { seed: 4, numRuns: 400 })) {
    const json = mutate(whole, steps, replacement);
    if (problem(json) !== undefined) continue;
    // Compiling takes a while: only some of those that are right are run.
    if (loaded++ % 12 === 0) createSwitch(json, { optimization: 'none' }).inject(0, new Uint8Array(20));
  }
  t.true(loaded > 20);
});
