/** Metadata in the packet's order: which it is, and that it makes no difference to what programs compute. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { createSwitch } from '../index.ts';
import { type Program, readProgram } from '../json/index.ts';
import { extracting, field, hex, type Json, operation, primitive, programJson } from '../test-program.ts';
import { fieldName } from './layout.ts';
import { networkFields } from './network-fields.ts';

const namesOf = (program: Program) => {
  const kept = networkFields(program);
  return program.headers.flatMap((header) =>
    header.type.fields.filter((type) => kept.has(fieldName({ header, type }))).map(({ name }) => name),
  );
};

test('ports and link-layer addresses are kept so, and what is counted is not', (t) => {
  const names = namesOf(readProgram(JSON.parse(readFileSync('p4/golden/v1model.json', 'utf8'))));
  for (const name of ['facts.source_port', 'facts.destination_port', 'session.link_address'])
    t.true(names.includes(`userMetadata.${name}`), name);
  for (const name of ['facts.ip_length', 'session.mtu', 'session.server', 'intents.egress_port', 'facts.now'])
    t.false(names.includes(`userMetadata.${name}`), name);
});

const assign = (target: Json, value: Json): Json => primitive('assign', target, value);
const port = field('meta', 'port');

/** Copies a port into metadata and back, and does something with it between. */
const program = (...between: readonly Json[]) =>
  programJson({
    types: {
      ports: [
        ['source', 16, false],
        ['destination', 16, false],
      ],
      meta: [
        ['port', 16, false],
        ['other', 16, false],
      ],
    },
    instances: { ports: 'ports' },
    metadata: { meta: 'meta' },
    states: [extracting('start', 0, ['ports'], null)],
    order: ['ports'],
    ingress: [
      assign(port, field('ports', 'source')),
      ...between,
      assign(field('ports', 'destination'), port),
    ],
  });

const send = (json: ReturnType<typeof program>, bytes: readonly number[]) =>
  createSwitch(json, { optimization: 'none', clock: () => 0n })
    .inject(0, Uint8Array.from(bytes))
    .map((output) => Buffer.from(output.bytes).toString('hex'))
    .join();

test('a port comes back as it was', (t) => {
  t.deepEqual(namesOf(readProgram(program())), ['port']);
  t.is(send(program(), [0x12, 0x34, 0, 0]), '12341234');
});

test('it is a number where it is computed with, compared, or cut', (t) => {
  const number = (value: Json): Json => ({ type: 'expression', value });
  const sum = number({
    op: '&',
    left: number({ op: '+', left: port, right: hex(0xfff) }),
    right: hex(0xffff),
  });
  // 1234 + 0fff = 2233, in the two bytes of a packet.
  t.is(send(program(assign(port, sum)), [0x12, 0x34, 0, 0]), '12342233');
  const isLess: Json = {
    type: 'expression',
    value: operation('b2d', null, operation('<', port, hex(0x2000))),
  };
  const whenLess = program(primitive('_jump_if_zero', isLess, hex(3)), assign(port, hex(0xabcd)));
  // 1fff < 2000, and ff1f, which it is turned around, is not.
  t.is(send(whenLess, [0x1f, 0xff, 0, 0]), '1fffabcd');
  t.is(send(whenLess, [0x20, 0x01, 0, 0]), '20012001');
  const low = number({ op: '&', left: port, right: hex(0xff) });
  t.is(send(program(assign(port, low)), [0x12, 0x34, 0, 0]), '12340034');
  const other = field('meta', 'other');
  t.is(send(program(assign(other, port), assign(port, other)), [0x12, 0x34, 0, 0]), '12341234');
});

test('a parser compares keys as they stand, masks too', (t) => {
  const to = (value: string, mask: string | null, next: string) => ({
    type: 'hexstr',
    value,
    mask,
    next_state: next,
  });
  const json = programJson({
    types: {
      tag: [['kind', 16, false]],
      long: [['value', 48, false]],
      mark: [['value', 8, false]],
    },
    instances: { tag: 'tag', long: 'long', one: 'mark', two: 'mark' },
    states: [
      {
        ...extracting('start', 0, ['tag'], null),
        transition_key: [{ type: 'field', value: ['tag', 'kind'] }],
        transitions: [
          to('0x0800', null, 'one'),
          to('0x1200', '0xff00', 'look'),
          { type: 'default', value: null, mask: null, next_state: null },
        ],
      },
      {
        ...extracting('look', 1, [], null),
        transition_key: [{ type: 'lookahead', value: [8, 24] }],
        transitions: [
          to('0x020102', null, 'two'),
          { type: 'default', value: null, mask: null, next_state: null },
        ],
      },
      extracting('one', 2, ['one'], null),
      extracting('two', 3, ['two'], null),
    ],
    order: ['tag'],
    // What the parser extracted is not sent: how long a packet is tells which way it went.
  });
  t.is(send(json, [0x08, 0x00, 0xaa, 0xbb]), '0800bb');
  t.is(send(json, [0x00, 0x08, 0xaa, 0xbb]), '0008aabb');
  t.is(send(json, [0x12, 0x77, 0xee, 0x02, 0x01, 0x02, 0xbb]), '1277020102bb');
  t.is(send(json, [0x12, 0x77, 0xee, 0x02, 0x01, 0x03, 0xbb]), '1277ee020103bb');
  t.is(send(json, [0x77, 0x12, 0xee, 0x02, 0x01, 0x02, 0xbb]), '7712ee020102bb');
});
