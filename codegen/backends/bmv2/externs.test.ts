/** What the externs of v1model become. */

import test from 'ava';
import { contains } from './switch-model.ts';
import { compile, named, node, nodes, programWith } from './test-harness.ts';

const TYPES = 'header h_t { bit<8> a; bit<8> b; } struct seen_t { bit<8> what; bit<9> port; }';
const HEADERS = 'h_t h;';

function primitivesOf(parts: Parameters<typeof programWith>[0]) {
  const json = compile(programWith({ types: TYPES, headers: HEADERS, ...parts }));
  return { json, primitives: nodes(json['actions']).flatMap((action) => nodes(action['primitives'])) };
}

test('a digest sends fields that hold the values of the call', (t) => {
  const apply = 'digest<seen_t>(1, { hdr.h.a, sm.ingress_port }); hdr.h.a = 0;';
  const { json, primitives } = primitivesOf({ apply });
  const [list] = nodes(json['learn_lists']);
  t.is(list?.['name'], 'seen_t');
  t.is(list?.['id'], 1, '0 would say that nothing is sent');
  const elements = nodes(list?.['elements']).map((element) => JSON.stringify(element['value']));
  t.false(elements.includes('["h","a"]'));
  const kept = primitives
    .filter((one) => one['op'] === 'assign')
    .map((one) => JSON.stringify(nodes(one['parameters'])[0]?.['value']));
  for (const element of elements) t.true(kept.includes(element));
});

test('preserved fields: @field_list on a struct in the metadata is for all in it, numbers may have names', (t) => {
  const types = `${TYPES} enum bit<8> lists_t { COPY = 3 } struct inner_t { bit<8> x; bit<8> y; }`;
  const metadata = '@field_list(lists_t.COPY) inner_t inner; @field_list(1, 3) bit<8> z; bit<8> lost;';
  const apply = 'clone_preserving_field_list(CloneType.I2E, 7, lists_t.COPY);';
  const { json, primitives } = primitivesOf({ types, metadata, apply });
  const lists = nodes(json['field_lists']);
  const third = named(lists, 'field_list3');
  t.deepEqual(
    nodes(third['elements']).map((one) => one['value']),
    [
      ['scalars', 'userMetadata.inner.x'],
      ['scalars', 'userMetadata.inner.y'],
      ['scalars', 'userMetadata.z'],
    ],
  );
  const clone = primitives.find((one) => one['op'] === 'clone_ingress_pkt_to_egress');
  t.is(Number(nodes(clone?.['parameters'])[1]?.['value']), Number(third['id']));
  t.true(lists.every((list) => Number(list['id']) > 0));
});

test('an index outside of an array of counters, meters or registers is jumped over', (t) => {
  const ingress = 'counter(100, CounterType.packets) c; register<bit<8>>(256) r;';
  const { primitives } = primitivesOf({
    ingress,
    apply: 'c.count((bit<32>)hdr.h.a); r.write((bit<32>)hdr.h.a, 1); c.count(5);',
  });
  // Only the first can be outside: 8 bits do not reach beyond 256 elements, and 5 is below 100.
  t.is(primitives.filter((one) => one['op'] === '_jump_if_zero').length <= 2, true);
  const [first] = primitives;
  t.is(first?.['op'], '_jump_if_zero');
  t.true(contains(first ?? {}, (part) => part === '<'));
});

test('what the switch takes only in a field is put into one first', (t) => {
  const ingress = 'register<bit<8>>(4) r;';
  const { primitives } = primitivesOf({
    ingress,
    metadata: 'bit<16> wide;',
    apply: 'r.read(meta.wide[11:4], 2);',
  });
  const [read, store] = primitives;
  t.is(read?.['op'], 'register_read');
  t.is(nodes(read?.['parameters'])[0]?.['type'], 'field');
  t.is(store?.['op'], 'assign');
});

test('the text of a log message: structs are spelled out, and no brace comes first', (t) => {
  const { primitives } = primitivesOf({ apply: 'log_msg("{} of {}", { sm.ingress_port, hdr.h });' });
  const log = primitives.find((one) => one['op'] === 'log_msg');
  const [text, values] = nodes(log?.['parameters']);
  t.is(text?.['value'], ' {} of (a:{},b:{})');
  t.is(nodes(values?.['value']).length, 3);
});

test('a bool is never a parameter as it is: release builds of the switch would lose it', (t) => {
  const { json } = primitivesOf({
    metadata: 'bool yes;',
    apply: 'assert(hdr.h.isValid() && hdr.h.a < 3); meta.yes = hdr.h.a == hdr.h.b;',
  });
  for (const action of nodes(json['actions'])) {
    for (const primitive of nodes(action['primitives'])) {
      for (const parameter of nodes(primitive['parameters'])) {
        if (parameter['type'] !== 'expression') continue;
        const inner = node(node(parameter['value'])['value']);
        t.false(
          ['and', 'or', 'not', '==', '<', 'd2b', 'valid'].includes(String(inner['op'])),
          String(inner['op']),
        );
      }
    }
  }
});

test('checksums: the data, the condition of the call and that of the if around it', (t) => {
  const text = programWith({ types: TYPES, headers: HEADERS, metadata: 'bit<16> sum;' })
    .replace(
      'control C(inout headers_t hdr, inout metadata_t meta) { apply {} }',
      `control C(inout headers_t hdr, inout metadata_t meta) {
      apply { if (hdr.h.a == 1) { verify_checksum_with_payload(hdr.h.isValid(), { hdr.h.a, 8w7 }, meta.sum, HashAlgorithm.csum16); } }
    }
    control U(inout headers_t hdr, inout metadata_t meta) { apply {} }`,
    )
    .replace('I(), E(), C(), D()', 'I(), E(), U(), D()');
  const json = compile(text);
  const [checksum] = nodes(json['checksums']);
  t.deepEqual([checksum?.['verify'], checksum?.['update']], [true, false]);
  t.deepEqual(checksum?.['target'], ['scalars', 'userMetadata.sum']);
  t.is(node(node(checksum?.['if_cond'])['value'])['op'], 'and');
  const input = nodes(named(json['calculations'], String(checksum?.['calculation']))['input']);
  t.deepEqual(input, [
    { type: 'field', value: ['h', 'a'] },
    { type: 'hexstr', value: '0x07', bitwidth: 8 },
    { type: 'payload', value: null },
  ]);
});

test('a table with a direct meter leaves the colour in a field, and read copies it', (t) => {
  const ingress = `direct_meter<bit<8>>(MeterType.bytes) rate;
    action one() { rate.read(hdr.h.a); }
    action two() { rate.read(hdr.h.b); }
    table t { key = { sm.ingress_port : exact; } actions = { one; two; } meters = rate; default_action = one(); }`;
  const { json, primitives } = primitivesOf({ ingress, apply: 't.apply();' });
  const [meter] = nodes(json['meter_arrays']);
  t.is(meter?.['binding'], 'I.t');
  const copied = primitives.map((one) => JSON.stringify(nodes(one['parameters'])[1]?.['value']));
  t.deepEqual(copied, [JSON.stringify(meter?.['result_target']), JSON.stringify(meter?.['result_target'])]);
});
