/** States, keys and transitions of the parser. */

import test from 'ava';
import { compile, named, node, nodes, programWith } from './test-harness.ts';

const TYPES = `
  header h_t { bit<8> kind; bit<12> size; bit<4> rest; }
  header label_t { bit<7> value; bit<1> last; }
  struct wanted_t { bit<8> kind; bit<12> size; }`;
const HEADERS = 'h_t h; label_t[2] labels;';

function statesOf(parser: string) {
  const json = compile(programWith({ types: TYPES, headers: HEADERS, metadata: 'bit<8> a;', parser }));
  return { json, states: nodes(json['parsers']).flatMap((one) => nodes(one['parse_states'])) };
}

test('values and masks of several keys stand side by side, each in whole bytes', (t) => {
  const { states } = statesOf(`
    state start {
      packet.extract(hdr.h);
      transition select(hdr.h.kind, hdr.h.size) {
        (0x12, 0x345): accept;
        (0x12, 0x300 &&& 0xf00): one;
        (_, 1): accept;
        default: one;
      }
    }
    state one { packet.extract(hdr.labels.next); transition accept; }`);
  const [start] = states;
  t.deepEqual(start?.['transition_key'], [
    { type: 'field', value: ['h', 'kind'] },
    { type: 'field', value: ['h', 'size'] },
  ]);
  t.deepEqual(start?.['transitions'], [
    { type: 'hexstr', value: '0x120345', mask: null, next_state: null },
    { type: 'hexstr', value: '0x120300', mask: '0xff0f00', next_state: 'one' },
    { type: 'hexstr', value: '0x000001', mask: '0x000fff', next_state: null },
    { type: 'default', value: null, mask: null, next_state: 'one' },
  ]);
});

test('a select that may match nothing goes to a state that raises NoMatch, which the switch never does', (t) => {
  const { json, states } = statesOf(`
    state start { packet.extract(hdr.h); transition select(hdr.h.kind) { 1: accept; } }`);
  const noMatch = states.find((state) => state['name'] === 'noMatch');
  t.true(JSON.stringify(json['errors']).includes('["NoMatch",2]'));
  t.deepEqual(noMatch?.['parser_ops'], [
    {
      op: 'verify',
      parameters: [
        { type: 'bool', value: false },
        { type: 'hexstr', value: '0x00000002' },
      ],
    },
  ]);
});

test('.last is looked at only where it is; behind an extract it is there', (t) => {
  const { states } = statesOf(`
    state start {
      packet.extract(hdr.labels.next);
      transition select(hdr.labels.last.last) { 0: again; default: accept; }
    }
    state again { transition select(hdr.labels.last.value) { 5: accept; default: start; } }`);
  const start = states.find((state) => state['name'] === 'start');
  t.deepEqual(start?.['transition_key'], [{ type: 'stack_field', value: ['labels', 'last'] }]);
  t.deepEqual(
    nodes(start?.['parser_ops']).map((one) => one['op']),
    ['extract'],
  );
});

test('a value set beside other keys is tested in states of its own', (t) => {
  const { states } = statesOf(`
    value_set<bit<8>>(4) kinds;
    state start {
      packet.extract(hdr.h);
      transition select(hdr.h.kind, hdr.h.size) {
        (7, 7): accept;
        (kinds, 5): one;
        default: accept;
      }
    }
    state one { packet.extract(hdr.labels.next); transition accept; }`);
  const byName = (name: string) => named(states, name);
  // (7, 7) first; then the size alone; then the set alone.
  const start = nodes(byName('start')['transitions']);
  const more = byName(String(start[1]?.['next_state']));
  t.deepEqual(
    nodes(more['transition_key']).map((key) => key['value']),
    [['h', 'size']],
  );
  const [isFive] = nodes(more['transitions']);
  const set = byName(String(isFive?.['next_state']));
  t.deepEqual(
    nodes(set['transition_key']).map((key) => key['value']),
    [['h', 'kind']],
  );
  t.deepEqual(
    nodes(set['transitions']).map((one) => [one['type'], one['value'], one['next_state']]),
    [
      ['parse_vset', 'P.kinds', 'one'],
      ['default', null, nodes(more['transitions'])[1]?.['next_state'] ?? null],
    ],
  );
});

test('a transition to start does not set the variables of the parser again', (t) => {
  const { json, states } = statesOf(`
    bit<8> seen = 3;
    state start {
      packet.extract(hdr.labels.next);
      seen = seen + 1;
      meta.a = seen;
      transition select(hdr.labels.last.last) { 0: start; default: accept; }
    }`);
  const [parser] = nodes(json['parsers']);
  const first = named(states, String(parser?.['init_state']));
  t.not(first['name'], 'start');
  t.is(nodes(first['transitions'])[0]?.['next_state'], 'start');
  t.deepEqual(
    nodes(first['parser_ops']).map((one) => one['op']),
    ['set'],
  );
});

test('lookahead and advance', (t) => {
  const { states } = statesOf(`
    state start {
      meta.a = packet.lookahead<bit<8>>();
      packet.advance(16);
      packet.advance((bit<32>)meta.a << 3);
      transition accept;
    }`);
  const [look, fixed, computed] = nodes(states[0]?.['parser_ops']);
  t.deepEqual(node(nodes(look?.['parameters'])[1]), { type: 'lookahead', value: [0, 8] });
  t.deepEqual(fixed, { op: 'advance', parameters: [{ type: 'hexstr', value: '0x00000010' }] });
  t.is(nodes(computed?.['parameters'])[0]?.['type'], 'expression');
});
