import test from 'ava';
import { createSwitch } from '../engine/index.ts';
import { extracting, field, hex, type Json, primitive, programJson } from '../engine/test-program.ts';
import { parseStf, StfError, StfRun } from './index.ts';

const REGISTER = { type: 'register_array', value: 'ingress.seen' };
const COUNTER = { type: 'counter_array', value: 'ingress.packets' };

/** Forwards by a table with a ternary key; counts, and remembers the port it came from. */
function forwarder(match: 'ternary' | 'exact' | 'lpm'): Json {
  const base = programJson({
    types: { tag: [['kind', 16, false]] },
    instances: { tag: 'tag' },
    states: [extracting('start', 0, ['tag'], null)],
    order: ['tag'],
    register_arrays: [{ name: 'ingress.seen', id: 0, size: 4, bitwidth: 9 }],
    counter_arrays: [{ name: 'ingress.packets', id: 0, size: 4, is_direct: false }],
    meter_arrays: [
      { name: 'ingress.rate', id: 0, size: 2, is_direct: false, rate_count: 2, type: 'packets' },
    ],
  });
  const forward = {
    name: 'ingress.forward',
    id: 2,
    runtime_data: [{ name: 'port', bitwidth: 9 }],
    primitives: [
      primitive('assign', field('standard_metadata', 'egress_spec'), { type: 'runtime_data', value: 0 }),
      primitive('count', COUNTER, hex(1)),
      primitive('register_write', REGISTER, hex(2), field('standard_metadata', 'ingress_port')),
    ],
  };
  const copy = {
    name: 'ingress.copy',
    id: 3,
    runtime_data: [{ name: 'group', bitwidth: 16 }],
    primitives: [
      primitive('assign', field('standard_metadata', 'mcast_grp'), { type: 'runtime_data', value: 0 }),
    ],
  };
  const drop = {
    name: 'ingress.drop',
    id: 4,
    runtime_data: [],
    primitives: [primitive('mark_to_drop', { type: 'header', value: 'standard_metadata' })],
  };
  const table = {
    name: 'ingress.kinds',
    id: 0,
    match_type: match,
    type: 'simple',
    max_size: 16,
    with_counters: false,
    support_timeout: false,
    direct_meters: null,
    key: [{ match_type: match, name: 'hdr.tag.kind', target: ['tag', 'kind'], mask: null }],
    actions: ['ingress.forward', 'ingress.copy', 'ingress.drop'],
    action_ids: [2, 3, 4],
    next_tables: { 'ingress.forward': null, 'ingress.copy': null, 'ingress.drop': null },
    base_default_next: null,
    default_entry: { action_id: 4, action_const: false, action_data: [], action_entry_const: false },
  };
  return JSON.parse(
    JSON.stringify(base, (name, value: unknown) => {
      if (name === 'actions' && Array.isArray(value) && value.length === 2)
        return [...value, forward, copy, drop];
      if (name !== 'pipelines' || !Array.isArray(value)) return value;
      const [ingress, egress] = value;
      return [{ ...Object(ingress), init_table: 'ingress.kinds', tables: [table] }, egress];
    }),
  );
}

function run(text: string, match: 'ternary' | 'exact' | 'lpm' = 'ternary') {
  const lines: string[] = [];
  const device = createSwitch(forwarder(match), { optimization: 'none' });
  const failures = new StfRun(device, (line) => lines.push(line)).run(parseStf(text));
  return { lines, failures: failures.map(({ line, message }) => `${line}: ${message}`) };
}

test('a test passes when what leaves is what is expected, in order', (t) => {
  const { failures, lines } = run(`
# the larger priority wins, and * stands for digits that do not matter
add kinds 10 hdr.tag.kind:0x01** forward(port:5)
add ingress.kinds 20 tag.kind:0x0102 "ingress.forward"(port:6)
packet 1 0102 aa
packet 1 0103 bb
packet 1 0203
expect 6 0102 *a $
expect 5 0103
register_read ingress.seen 2
check_counter packets(1) packets == 2
counter_read packets 1
`);
  t.deepEqual(failures, []);
  t.deepEqual(lines, ['ingress.seen[2] = 1', 'packets[1] = 2 packets, 6 bytes']);
});

test('replicas, sessions, registers, counters and meters can be set', (t) => {
  const { failures, lines } = run(
    `
mc_mgrp_create 7
mc_node_create 11 3 2
mc_node_associate 7 0
add kinds 0x0001 copy(group:7)
`.replace('add kinds 0x0001', 'add kinds 1 kind:0x0001') +
      `
packet 0 0001 ee
expect 2 0001ee $
expect 3 0001ee $
mirroring_add 4 3
mirroring_get 4
register_write seen 1 0x1ff
register_read seen 1
register_reset seen
register_read seen 1
counter_write packets 0 3 99
counter_read packets 0
meter_set_rates rate 1 0.5:10 1:20
meter_get_rates rate 1
wait
`,
  );
  t.deepEqual(failures, []);
  t.deepEqual(lines, [
    'session 4: {"replicas":[{"port":3,"replicationId":0}],"truncateTo":0,"classOfService":0}',
    'seen[1] = 511',
    'seen[1] = 0',
    'packets[0] = 3 packets, 99 bytes',
    'rate[1] = kind two-rates, committedRate 500000, committedBurst 10, peakRate 1000000, peakBurst 20',
  ]);
});

test('what is not as expected is said with its line', (t) => {
  const { failures } = run(
    `add kinds tag.kind:0x0102 forward(port:5)
packet 1 0102aa
packet 1 0102bb
expect 5 0102ab
expect 6 01
check_counter packets(1) bytes > 7`,
    'exact',
  );
  t.deepEqual(failures, [
    '6: counter packets(1) has 6 bytes, expected > 7',
    '4: packet 1 of port 5: byte 2 differs\n  expected 0102ab\n  found    0102aa',
    '4: a packet left by port 5 that was not expected: 0102bb',
    '5: packet 1 of port 6: it did not come',
  ]);
});

test('prefixes are written with their length, or with *', (t) => {
  const { failures } = run(
    `add kinds tag.kind:0x01** forward(port:5)
add kinds tag.kind:0x0200/7 forward(port:6)
packet 1 01ff
packet 1 0344
expect 5 01ff
expect 6 0344`,
    'lpm',
  );
  t.deepEqual(failures, []);
});

test('lines that cannot be are refused, and say what can', (t) => {
  const wrong = (text: string, match: 'ternary' | 'exact' = 'exact') => {
    const error = t.throws(() => run(text, match), { instanceOf: StfError });
    return `${error?.line}: ${error?.message}`;
  };
  t.is(wrong('frob 1'), "1: 'frob' is no command of a packet test");
  t.is(wrong('\npacket 1 0g'), '2: a packet has hexadecimal digits, two for each byte');
  t.is(wrong('add nothing a:1 b()'), "1: there is no table 'nothing'; there are ingress.kinds");
  t.is(wrong('add kinds b:1 drop()'), "1: table 'ingress.kinds' has no key 'b'; it has hdr.tag.kind");
  t.is(wrong('add kinds tag.kind:1 forward()'), "1: action 'ingress.forward' needs 'port'");
  t.is(wrong('add kinds tag.kind:1 drop(x:1)'), "1: action 'ingress.drop' has no parameter 'x'");
  t.is(
    wrong('add kinds tag.kind:0x12345 drop()'),
    "1: '0x12345' does not fit into the 16 bits of 'hdr.tag.kind'",
  );
  t.is(wrong('mc_node_associate 1 0'), '1: there is no multicast node 0; they count from 0');
});
