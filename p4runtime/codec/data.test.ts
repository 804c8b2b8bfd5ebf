import test from 'ava';
import { P4Data } from '../gen/p4/v1/p4data.ts';
import { decodeIndependently } from '../independent-decoder.ts';
import type { DataType, HeaderType } from '../schema/index.ts';
import { type DataValue, decodeData, encodeData } from './data.ts';

const HEADER: HeaderType = {
  kind: 'header',
  name: 'H',
  fields: [
    { name: 'a', type: { kind: 'bit', width: 12 } },
    { name: 'b', type: { kind: 'int', width: 8 } },
  ],
};
const UNION: DataType = { kind: 'header_union', name: 'U', members: [{ name: 'h', header: HEADER }] };

// Type, value, and the message as google-protobuf reads it. The forms are the specification's table of P4Data.
const CASES: readonly (readonly [DataType, DataValue, object])[] = [
  [{ kind: 'bit', width: 16 }, 99n, { bitstring: '63' }],
  [{ kind: 'int', width: 8 }, -99n, { bitstring: '9d' }],
  [{ kind: 'bool' }, true, { bool: true }],
  [{ kind: 'bool' }, false, { bool: false }],
  [{ kind: 'varbit', width: 32 }, { bits: 5n, width: 12 }, { varbit: { bitstring: '05', bitwidth: '12' } }],
  [{ kind: 'string' }, 'eth0', { bitstring: '65746830' }],
  [{ kind: 'enum', name: 'E', members: ['A', 'B'] }, 'B', { enum: 'B' }],
  [{ kind: 'error', members: ['NoError'] }, 'NoError', { error: 'NoError' }],
  // A serializable enum may hold a value that no member has.
  [{ kind: 'serializable_enum', name: 'S', width: 8, members: [] }, 3n, { enum_value: '03' }],
  [HEADER, { a: 1n, b: -1n }, { header: { is_valid: true, bitstrings: ['01', 'ff'] } }],
  [HEADER, null, { header: {} }],
  [
    UNION,
    { h: { a: 1n, b: 0n } },
    { header_union: { valid_header_name: 'h', valid_header: { is_valid: true, bitstrings: ['01', '00'] } } },
  ],
  [UNION, null, { header_union: {} }],
  [
    { kind: 'stack', element: HEADER, size: 2 },
    [{ a: 1n, b: 1n }, null],
    { header_stack: { entries: [{ is_valid: true, bitstrings: ['01', '01'] }, {}] } },
  ],
  [
    {
      kind: 'struct',
      name: 'T',
      fields: [
        { name: 'x', type: { kind: 'bit', width: 8 } },
        { name: 'y', type: { kind: 'tuple', members: [{ kind: 'bool' }, { kind: 'bit', width: 8 }] } },
      ],
    },
    { x: 1n, y: [true, 2n] },
    {
      struct: {
        members: [{ bitstring: '01' }, { tuple: { members: [{ bool: true }, { bitstring: '02' }] } }],
      },
    },
  ],
];

for (const [type, value, expected] of CASES) {
  test(`${type.kind}: ${JSON.stringify(expected)}`, (t) => {
    const data = encodeData(type, value, 'x');
    const wire = P4Data.encode(data).finish();
    t.deepEqual(decodeIndependently('p4.v1.P4Data', wire), expected);
    t.deepEqual(decodeData(type, P4Data.decode(wire), 'x'), value);
  });
}

test('values and data of another type are refused, with the place', (t) => {
  const struct: DataType = {
    kind: 'struct',
    name: 'T',
    fields: [{ name: 'x', type: { kind: 'bit', width: 8 } }],
  };
  t.throws(() => encodeData(struct, { x: true }, 'register r'), {
    message: /^register r\[0\]: expected a number/,
  });
  t.throws(() => encodeData(struct, {}, 'r'), { message: /field 'x'/ });
  t.throws(() => encodeData(struct, { x: 1n, z: 1n }, 'r'), { message: /no field 'z'/ });
  t.throws(() => encodeData({ kind: 'bit', width: 8 }, 256n, 'r'), { message: /256 is not in bit<8>/ });
  t.throws(() => encodeData({ kind: 'enum', name: 'E', members: ['A'] }, 'C', 'r'), { message: /one of A/ });
  t.throws(() => decodeData(struct, { data: { $case: 'bool', value: true } }, 'r'), { message: /struct T/ });
  t.throws(() =>
    decodeData(HEADER, { data: { $case: 'header', value: { isValid: true, bitstrings: [] } } }, 'r'),
  );
  t.throws(() => decodeData(struct, { data: { $case: 'struct', value: { members: [] } } }, 'r'));
});
