/** What simple_switch does with packets outside of programs' own code, as its documentation says. */

import test from 'ava';
import fc from 'fast-check';
import { createSwitch, type PortPacket } from './index.ts';
import { extracting, field, hex, type Json, operation, primitive, programJson } from './test-program.ts';

const TYPES = {
  tag: [
    ['kind', 8, false],
    ['value', 8, false],
  ],
} as const;
const SPEC = field('standard_metadata', 'egress_spec');
const INSTANCE = field('standard_metadata', 'instance_type');

/** Runs primitives on packets that start with a tag. */
function device(
  ingress: readonly Json[],
  egress: readonly Json[] = [],
  more: { readonly [name: string]: Json } = {},
) {
  return createSwitch(
    programJson({
      types: TYPES,
      instances: { tag: 'tag' },
      states: [extracting('start', 0, ['tag'], null)],
      order: ['tag'],
      ingress,
      egress,
      ...more,
    }),
    { optimization: 'none', clock: () => 0n },
  );
}

function show(outputs: readonly PortPacket[]): readonly string[] {
  return outputs.map(({ port, bytes }) => `${port} ${Buffer.from(bytes).toString('hex')}`);
}

function assign(target: Json, value: Json): Json {
  return primitive('assign', target, value);
}

/** Jumps over the next primitives unless a field has a value. */
function unless(test_: Json, value: number, skip: number): Json {
  return primitive(
    '_jump_if_zero',
    { type: 'expression', value: operation('b2d', null, operation('==', test_, hex(value))) },
    hex(skip),
  );
}

const PACKET = Uint8Array.of(1, 2, 0xaa, 0xbb);

test('a packet leaves by egress_spec, and what is not parsed follows the headers', (t) => {
  t.deepEqual(show(device([assign(SPEC, hex(7)), assign(field('tag', 'value'), hex(9))]).inject(3, PACKET)), [
    '7 0109aabb',
  ]);
});

test('the drop port drops, at the end of ingress and of egress', (t) => {
  const drop = primitive('mark_to_drop', { type: 'header', value: 'standard_metadata' });
  for (const one of [device([drop]), device([assign(SPEC, hex(511))]), device([], [drop])]) {
    t.deepEqual(show(one.inject(0, PACKET)), []);
  }
});

test('a packet that is too short for its headers has a parser error, and goes on', (t) => {
  const one = device([assign(SPEC, field('standard_metadata', 'parser_error'))]);
  // PacketTooShort is the second of the core errors, and NoError the first: 0.
  t.deepEqual(show(one.inject(0, Uint8Array.of(1))), ['1 01']);
  t.is(one.statistics().parserErrors, 1n);
});

test('multicast copies to each replica, with its replication id', (t) => {
  const one = device(
    [assign(field('standard_metadata', 'mcast_grp'), hex(5))],
    [
      assign(field('tag', 'kind'), INSTANCE),
      assign(field('tag', 'value'), field('standard_metadata', 'egress_rid')),
    ],
  );
  one.state.replication.setGroup(5, [
    { port: 1, replicationId: 10 },
    { port: 4, replicationId: 10 },
    { port: 2, replicationId: 11 },
  ]);
  // PKT_INSTANCE_TYPE_REPLICATION is 5.
  t.deepEqual(show(one.inject(0, PACKET)), ['1 050aaabb', '4 050aaabb', '2 050baabb']);
});

test('an unknown multicast group drops the packet', (t) => {
  t.deepEqual(show(device([assign(field('standard_metadata', 'mcast_grp'), hex(9))]).inject(0, PACKET)), []);
});

const KEEP_SPEC: Json = [
  { name: 'kept', id: 1, elements: [{ type: 'field', value: ['standard_metadata', 'lf_field_list'] }] },
];
const KEPT = field('standard_metadata', 'lf_field_list');

test('an ingress clone is the packet as it came, with the fields it keeps, and goes first', (t) => {
  const one = device(
    [
      assign(SPEC, hex(2)),
      assign(field('tag', 'value'), hex(0x99)),
      assign(KEPT, hex(0x44)),
      primitive('clone_ingress_pkt_to_egress', hex(3), hex(1)),
    ],
    // Only the clone, of instance type 1, gets what was kept.
    [unless(INSTANCE, 1, 2), assign(field('tag', 'kind'), KEPT)],
    { field_lists: KEEP_SPEC },
  );
  one.state.replication.setSession(3, {
    replicas: [{ port: 6, replicationId: 0 }],
    truncateTo: 0,
    classOfService: 0,
  });
  t.deepEqual(show(one.inject(0, PACKET)), ['6 4402aabb', '2 0199aabb']);
});

test('an egress clone is the packet at the end of egress', (t) => {
  const one = device(
    [assign(SPEC, hex(2))],
    [
      unless(INSTANCE, 0, 3),
      assign(field('tag', 'value'), hex(0x77)),
      primitive('clone_egress_pkt_to_egress', hex(3), hex(0)),
      // The clone, of instance type 2.
      unless(INSTANCE, 2, 5),
      assign(field('tag', 'kind'), hex(0xee)),
    ],
  );
  one.state.replication.setSession(3, {
    replicas: [{ port: 6, replicationId: 0 }],
    truncateTo: 3,
    classOfService: 0,
  });
  t.deepEqual(show(one.inject(0, PACKET)), ['2 0177aabb', '6 ee77aa']);
});

test('a resubmitted packet starts again as it came, with the fields it keeps', (t) => {
  const one = device(
    [
      unless(INSTANCE, 0, 4),
      assign(KEPT, hex(0x21)),
      assign(field('tag', 'kind'), hex(0xff)),
      primitive('resubmit', hex(1)),
      assign(SPEC, KEPT),
    ],
    [],
    { field_lists: KEEP_SPEC },
  );
  t.deepEqual(show(one.inject(0, PACKET)), ['33 0102aabb']);
});

test('a recirculated packet starts again as it would leave', (t) => {
  const one = device(
    // In ingress its instance type is 4; behind it, as of all packets that go to one port, 0.
    [assign(SPEC, hex(1)), unless(INSTANCE, 4, 3), assign(field('tag', 'kind'), hex(0xcc))],
    [
      unless(field('tag', 'kind'), 1, 3),
      assign(field('tag', 'value'), hex(0x55)),
      primitive('recirculate', hex(1)),
    ],
    { field_lists: KEEP_SPEC },
  );
  t.deepEqual(show(one.inject(0, PACKET)), ['1 cc55aabb']);
});

test('packets that start again and again, or copy themselves, come to an end', (t) => {
  const session = { replicas: [{ port: 1, replicationId: 0 }], truncateTo: 0, classOfService: 0 };
  const again = device([primitive('resubmit', hex(1))]);
  t.deepEqual(show(again.inject(0, PACKET)), []);
  t.is(again.statistics().droppedPasses, 1n);
  const copies = device([], [primitive('clone_egress_pkt_to_egress', hex(1), hex(0))]);
  copies.state.replication.setSession(1, {
    ...session,
    replicas: [1, 2].map((port) => ({ port, replicationId: 0 })),
  });
  t.true(copies.inject(0, PACKET).length > 1);
  t.true(copies.statistics().droppedPasses > 0n);
  const loops = device([primitive('_jump', hex(0))]);
  t.deepEqual(show(loops.inject(0, PACKET)), []);
  t.is(loops.statistics().droppedAssertions, 1n);
});

test('a parser that goes round without end stops with ParserTimeout', (t) => {
  const one = createSwitch(
    programJson({
      states: [extracting('start', 0, [], 'start')],
      errors: [['ParserTimeout', 77]],
      ingress: [assign(SPEC, field('standard_metadata', 'parser_error'))],
    }),
    { optimization: 'none' },
  );
  t.deepEqual(show(one.inject(0, PACKET)), ['77 0102aabb']);
});

test('truncate cuts what leaves, headers and payload alike', (t) => {
  t.deepEqual(show(device([primitive('truncate', hex(3))]).inject(0, PACKET)), ['0 0102aa']);
  t.deepEqual(show(device([primitive('truncate', hex(1))]).inject(0, PACKET)), ['0 01']);
});

test('headers that come and go change the length that egress sees', (t) => {
  const length = field('standard_metadata', 'packet_length');
  const show_ = assign(field('tag', 'value'), length);
  const one = device(
    [primitive('remove_header', { type: 'header', value: 'tag' })],
    [primitive('add_header', { type: 'header', value: 'tag' }), show_],
  );
  // 4 bytes came, the tag of 2 went: egress starts with 2.
  t.deepEqual(show(one.inject(0, PACKET)), ['0 0002aabb']);
});

test('a failed assertion drops the packet and is reported', (t) => {
  const reported: string[] = [];
  const one = createSwitch(
    programJson({
      ingress: [
        primitive('assert', {
          type: 'expression',
          value: operation('b2d', null, operation('==', field('standard_metadata', 'ingress_port'), hex(1))),
        }),
      ],
    }),
    { optimization: 'none', onAssertion: ({ path }) => reported.push(path) },
  );
  t.deepEqual(show(one.inject(1, PACKET)), ['0 0102aabb']);
  t.deepEqual(show(one.inject(2, PACKET)), []);
  t.deepEqual(reported, ['actions[0].primitives[0]']);
});

test('messages of the program are logged with their values', (t) => {
  const lines: string[] = [];
  const values = [field('tag', 'kind'), operation('-', hex(1), hex(5))];
  const log = primitive(
    'log_msg',
    { type: 'string', value: 'kind {} and {}, \\{kept\\}' },
    { type: 'parameters_vector', value: values },
  );
  const one = createSwitch(
    programJson({
      types: TYPES,
      instances: { tag: 'tag' },
      states: [extracting('start', 0, ['tag'], null)],
      ingress: [log],
    }),
    { optimization: 'none', onLog: (line) => lines.push(line) },
  );
  one.inject(0, PACKET);
  t.deepEqual(lines, ['kind 1 and -4, {kept}']);
});

test('a digest has its fields, each in whole bytes', (t) => {
  const digests: string[] = [];
  const one = createSwitch(
    programJson({
      types: TYPES,
      instances: { tag: 'tag' },
      states: [extracting('start', 0, ['tag'], null)],
      ingress: [primitive('generate_digest', hex(0), hex(2))],
      learn_lists: [
        {
          name: 'seen',
          id: 2,
          elements: [
            { type: 'field', value: ['standard_metadata', 'ingress_port'] },
            { type: 'field', value: ['tag', 'value'] },
          ],
        },
      ],
    }),
    {
      optimization: 'none',
      onDigest: ({ list, fields }) =>
        digests.push(`${list.name} ${fields.map((one_) => Buffer.from(one_).toString('hex')).join(' ')}`),
    },
  );
  one.injectAll([
    { port: 3, bytes: PACKET },
    { port: 300, bytes: PACKET },
  ]);
  t.deepEqual(digests, ['seen 0003 02', 'seen 012c 02']);
});

test('a priority without a queue drops the packet', (t) => {
  const priority = assign(field('standard_metadata', 'priority'), hex(1));
  t.deepEqual(show(device([priority]).inject(0, PACKET)), []);
});

test('more packets at once than a ring holds come out in order', (t) => {
  const packets = Array.from({ length: 1000 }, (_, index) => ({
    port: 0,
    bytes: Uint8Array.of(index >> 8, index & 255),
  }));
  const outputs = device([]).injectAll(packets);
  t.deepEqual(
    outputs.map(({ bytes }) => (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)),
    packets.map((_, index) => index),
  );
});

test('random packets of any length come through whole', (t) => {
  const one = device([]);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 511 }), (bytes, port) => {
      const [output] = one.inject(port, bytes);
      return Buffer.compare(Buffer.from(output?.bytes ?? []), Buffer.from(bytes)) === 0;
    }),
    { seed: 7, numRuns: 300 },
  );
  t.pass();
});

test('a variable field can be kept in metadata, and comes back from there', (t) => {
  const options = [
    ['length', 8, false],
    ['rest', '*'],
  ];
  const base = programJson({
    types: { options, kept: [['rest', '*']] },
    instances: { options: 'options' },
    metadata: { kept: 'kept' },
    states: [
      {
        name: 'start',
        id: 0,
        parser_ops: [
          {
            op: 'extract_VL',
            parameters: [
              { type: 'regular', value: 'options' },
              // The first byte of the packet, in bits.
              { type: 'expression', value: operation('<<', hex(3), hex(3)) },
            ],
          },
        ],
        transition_key: [],
        transitions: [],
      },
    ],
    order: ['options'],
    ingress: [
      primitive('assign_VL', field('kept', 'rest'), field('options', 'rest')),
      primitive('remove_header', { type: 'header', value: 'options' }),
      primitive('add_header', { type: 'header', value: 'options' }),
      primitive('assign_VL', field('options', 'rest'), field('kept', 'rest')),
    ],
  });
  const one = createSwitch(base, { optimization: 'none' });
  // 3 bytes of options behind the length; the length itself is 0 in a header that was added again.
  t.deepEqual(show(one.inject(0, Uint8Array.of(7, 1, 2, 3, 4))), ['0 0001020304']);
});
