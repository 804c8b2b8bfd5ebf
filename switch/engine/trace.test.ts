import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import test from 'ava';
import { createSwitch, encodeActionData, type PacketTrace, traceText } from './index.ts';
import { extracting, field, hex, type Json, primitive, programJson } from './test-program.ts';

/** Forwards by the first byte of the packet, and clones what it forwards. */
function forwarder(): Json {
  const base = programJson({
    types: { tag: [['kind', 8, false]] },
    instances: { tag: 'tag' },
    states: [extracting('start', 0, ['tag'], null)],
    order: ['tag'],
  });
  const action = {
    name: 'forward',
    id: 2,
    runtime_data: [{ name: 'port', bitwidth: 9 }],
    primitives: [
      primitive('assign', field('standard_metadata', 'egress_spec'), { type: 'runtime_data', value: 0 }),
      primitive('assign', field('tag', 'kind'), hex(0x99)),
      primitive('clone_ingress_pkt_to_egress', hex(1), hex(0)),
    ],
  };
  const table = {
    name: 'kinds',
    id: 0,
    match_type: 'exact',
    type: 'simple',
    max_size: 16,
    key: [{ match_type: 'exact', name: 'tag.kind', target: ['tag', 'kind'], mask: null }],
    actions: ['forward'],
    action_ids: [2],
    next_tables: { forward: null },
    base_default_next: null,
  };
  return JSON.parse(
    JSON.stringify(base, (name, value: unknown) => {
      if (name === 'actions' && Array.isArray(value) && value.length === 2) return [...value, action];
      if (name !== 'pipelines' || !Array.isArray(value)) return value;
      const [ingress, egress] = value;
      return [{ ...Object(ingress), init_table: 'kinds', tables: [table] }, egress];
    }),
  );
}

function traces(packets: readonly (readonly number[])[], entries: readonly number[]): readonly PacketTrace[] {
  const found: PacketTrace[] = [];
  const device = createSwitch(forwarder(), { optimization: 'none', onTrace: (trace) => found.push(trace) });
  const engine = device.table('kinds')?.engine;
  const action = device.action('forward');
  for (const kind of entries) {
    if (action === undefined) break;
    engine?.insert({
      matches: [{ kind: 'exact', value: Uint8Array.of(kind) }],
      action: action.index,
      data: encodeActionData(action, [3n]),
    });
  }
  device.state.replication.setSession(1, {
    replicas: [{ port: 7, replicationId: 0 }],
    truncateTo: 0,
    classOfService: 0,
  });
  for (const bytes of packets) device.inject(1, Uint8Array.from(bytes));
  return found;
}

test('a trace tells states, lookups, actions, changes, copies and outputs, in order', (t) => {
  const [trace] = traces([[5, 0xaa]], [5]);
  t.deepEqual(trace === undefined ? [] : traceText(trace).split('\n'), [
    'packet of 2 bytes on port 1: 05aa',
    '  ingress',
    '    state start at byte 0',
    '      tag becomes valid',
    '      tag.kind = 0x5',
    '    table kinds (tag.kind 0x5): entry 0',
    '    action forward(port 0x3)',
    '      standard_metadata.egress_spec: 0x0 → 0x3',
    '      tag.kind: 0x5 → 0x99',
    '    clone to session 1',
    '    egress to port 7',
    '      action egress_action()',
    '      output by port 7: 05aa',
    '    egress to port 3',
    '      action egress_action()',
    '      output by port 3: 99aa',
  ]);
});

test('a miss tells which entry came nearest, and what of the key differs', (t) => {
  const [nearest] = traces([[6]], [0xf0, 7]);
  t.true(
    nearest !== undefined &&
      traceText(nearest).includes(
        'table kinds (tag.kind 0x6): miss, no entry matches\n      nearest is entry 1: tag.kind is 0x6, the entry has 0x7',
      ),
  );
  const [empty] = traces([[6]], []);
  t.true(empty !== undefined && traceText(empty).includes('miss, the table has no entries'));
});

test('traces are as docs/trace.schema.json says', (t) => {
  const schema: object = JSON.parse(readFileSync('docs/trace.schema.json', 'utf8'));
  const validate = new Ajv({ strict: false }).compile(schema);
  const found = traces([[5, 1], [6], []], [5]);
  t.is(found.length, 3);
  for (const trace of found)
    t.true(validate(JSON.parse(JSON.stringify(trace))), JSON.stringify(validate.errors));
  t.false(validate({ port: 1, bytes: '0', pass: {} }));
});
