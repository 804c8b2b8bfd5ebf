import test from 'ava';
import type { Action } from '../json/index.ts';
import { decodeActionData, encodeActionData } from './actions.ts';

const action = (...bits: readonly number[]): Action => ({
  id: 1,
  name: 'a',
  source: undefined,
  index: 0,
  parameters: bits.map((one, index) => ({ name: `p${index}`, bits: one, signed: false })),
  primitives: [],
});

test('numbers of up to 64 bits stand little-endian in slots, wide ones of whole bytes as packets have them', (t) => {
  const data = encodeActionData(action(16, 72, 128, 65), [
    0x0102n,
    0x01_0203_0405_0607_0809n,
    0x2001_0db8n << 96n,
    (1n << 64n) | 2n,
  ]);
  const rows = [
    '0201',
    '01020304050607080900000000000000',
    '20010db8000000000000000000000000',
    '02000000000000000100000000000000',
  ];
  t.is(Buffer.from(data).toString('hex'), rows.join(''));
});

test('what is put in comes out', (t) => {
  const widths = [1, 8, 9, 16, 33, 64, 65, 72, 128, 129, 300, 304, 2048];
  const values = widths.map((bits) => 2n ** BigInt(bits) - 2n);
  const one = action(...widths);
  t.deepEqual(decodeActionData(one, encodeActionData(one, values)), values);
});
