/** What a packet leaves in memory is nothing to the next one: what may be read before it is written is 0. */

import test from 'ava';
import { createSwitch } from '../index.ts';
import { readProgram } from '../json/index.ts';
import { extracting, field, hex, type Json, operation, primitive, programJson } from '../test-program.ts';
import { pipelineGraphs, readFirst } from './first-reads.ts';
import { fieldName, PacketLayout } from './layout.ts';

const assign = (target: Json, value: Json): Json => primitive('assign', target, value);
const meta = (name: string) => field('meta', name);

/** Sets metadata if the tag's kind is 1, and puts what it finds into the tag and what follows it. */
const SOMETIMES: readonly Json[] = [
  assign(meta('always'), field('tag', 'kind')),
  primitive(
    '_jump_if_zero',
    { type: 'expression', value: operation('b2d', null, operation('==', meta('always'), hex(1))) },
    hex(4),
  ),
  assign(meta('sometimes'), hex(0x77)),
  assign(meta('never'), hex(0x55)),
  assign(field('tag', 'value'), meta('sometimes')),
];

const program = (ingress: readonly Json[], egress: readonly Json[] = []) =>
  programJson({
    types: {
      tag: [
        ['kind', 8, false],
        ['value', 8, false],
      ],
      more: [['value', 8, false]],
      meta: [
        ['always', 8, false],
        ['sometimes', 8, false],
        ['never', 8, false],
        ['late', 8, false],
      ],
    },
    instances: { tag: 'tag', more: 'more' },
    metadata: { meta: 'meta' },
    states: [
      {
        ...extracting('start', 0, ['tag'], null),
        transition_key: [{ type: 'field', value: ['tag', 'kind'] }],
        transitions: [
          { type: 'hexstr', value: '0x01', mask: null, next_state: 'more' },
          { type: 'default', value: null, mask: null, next_state: null },
        ],
      },
      extracting('more', 1, ['more'], null),
    ],
    order: ['tag', 'more'],
    ingress,
    egress,
  });

const send = (json: ReturnType<typeof program>, ...packets: readonly (readonly number[])[]) => {
  const one = createSwitch(json, { optimization: 'none', clock: () => 0n });
  return packets.map((bytes) =>
    one.inject(0, Uint8Array.from(bytes)).map((output) => Buffer.from(output.bytes).toString('hex')),
  );
};

test('metadata that only some packets write is 0 in the others', (t) => {
  t.deepEqual(send(program(SOMETIMES), [1, 2, 3], [5, 2, 3], [1, 9, 3]), [
    ['017703'],
    ['050003'],
    ['017703'],
  ]);
});

test('what ingress writes only sometimes is 0 in egress', (t) => {
  const late = [...SOMETIMES.slice(0, 2), assign(meta('late'), hex(0x33)), primitive('no_op')];
  const json = program(late, [assign(field('tag', 'value'), meta('late'))]);
  t.deepEqual(send(json, [1, 2, 3], [5, 2, 3]), [['013303'], ['050003']]);
});

test('a header that is not there reads as 0', (t) => {
  const json = program([assign(field('tag', 'value'), field('more', 'value'))]);
  t.deepEqual(send(json, [1, 2, 3], [5, 2, 3]), [['010303'], ['050003']]);
});

test('a parser that fails leaves 0 where it did not come to', (t) => {
  const json = program([
    assign(meta('late'), field('more', 'value')),
    assign(field('tag', 'value'), meta('late')),
  ]);
  // Too short for the second header: the tag alone leaves.
  t.deepEqual(send(json, [1, 2, 3], [1, 2]), [['010303'], ['0100']]);
});

test('only what may be read before it is written is cleared', (t) => {
  const one = readProgram(program(SOMETIMES));
  const isFirst = readFirst(one, pipelineGraphs(one, false)).first;
  const header = one.headers.find(({ name }) => name === 'meta');
  if (header === undefined) throw new Error('there is no metadata');
  const found = header.type.fields.filter((type) => isFirst({ header, type })).map(({ name }) => name);
  t.deepEqual(found, ['sometimes']);
  // Nobody reads what is behind the tag, but the deparser where it is valid.
  t.deepEqual(
    one.headers.filter((header_) => !header_.metadata && isFirst(header_)).map(({ name }) => name),
    ['tag'],
  );
  const layout = new PacketLayout(one, () => 64, isFirst);
  const covers = (address: number) =>
    layout.first.some((stretch) => address >= stretch.address && address < stretch.address + stretch.bytes);
  for (const type of header.type.fields) {
    t.is(covers(layout.slot({ header, type })), type.name === 'sometimes', type.name);
  }
  for (const packet of one.headers.filter(({ metadata }) => !metadata)) {
    t.true(covers(layout.header(packet).valid), packet.name);
  }
});

/** The start sets three fields, and a packet's second byte sets them again where its first one is 1. */
const settingZero = (first: Json, ...fieldLists: readonly Json[]) => {
  const set = (name: string, value: Json): Json => ({
    op: 'set',
    parameters: [{ type: 'field', value: ['meta', name] }, value],
  });
  const { parser_ops: extracts, ...start } = extracting('start', 0, ['tag'], null);
  return programJson({
    types: {
      tag: [
        ['kind', 8, false],
        ['value', 8, false],
      ],
      meta: [
        ['one', 8, false],
        ['two', 8, false],
        ['kept', 8, false],
      ],
    },
    instances: { tag: 'tag' },
    metadata: { meta: 'meta' },
    states: [
      {
        ...start,
        parser_ops: [
          set('one', hex(0)),
          set('two', first),
          set('kept', hex(0)),
          ...(extracts as readonly Json[]),
        ],
        transition_key: [{ type: 'field', value: ['tag', 'kind'] }],
        transitions: [
          { type: 'hexstr', value: '0x01', mask: null, next_state: 'again' },
          { type: 'default', value: null, mask: null, next_state: null },
        ],
      },
      {
        ...extracting('again', 1, [], null),
        parser_ops: ['one', 'two', 'kept'].map((name) => set(name, field('tag', 'value'))),
      },
    ],
    order: ['tag'],
    ingress: [
      assign(field('tag', 'kind'), meta('one')),
      assign(field('tag', 'value'), operation('+', operation('+', meta('one'), meta('two')), meta('kept'))),
    ],
    field_lists: fieldLists,
  });
};

test('what a parser sets to 0 at its start is 0 for each packet, and need not be set', (t) => {
  const zeroed = (json: ReturnType<typeof settingZero>) => {
    const one = readProgram(json);
    const header = one.headers.find(({ name }) => name === 'meta');
    const { zeroed: found } = readFirst(one, pipelineGraphs(one, false));
    return header?.type.fields
      .filter((type) => found.has(fieldName({ header, type })))
      .map(({ name }) => name);
  };
  t.deepEqual(zeroed(settingZero(hex(0))), ['one', 'two', 'kept']);
  t.deepEqual(zeroed(settingZero(hex(7))), ['one', 'kept']);
  // A packet that comes again may have it.
  const list = { id: 1, name: 'again', elements: [{ type: 'field', value: ['meta', 'kept'] }] };
  t.deepEqual(zeroed(settingZero(hex(0), list)), ['one', 'two']);
  t.deepEqual(send(settingZero(hex(7)), [1, 2], [3, 9], [1, 4]), [['0206'], ['0007'], ['040c']]);
});
