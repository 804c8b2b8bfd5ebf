import test from 'ava';
import fc from 'fast-check';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import { decodeSigned, decodeUnsigned, encodeSigned, encodeUnsigned } from './bytestrings.ts';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

// The specification's table of valid encodings: type, number, byte string, and whether it is the shortest.
const VALID = [
  ['bit', 8, 99n, '63', true],
  ['bit', 16, 99n, '0063', false],
  ['bit', 16, 99n, '63', true],
  ['bit', 16, 12388n, '3064', true],
  ['bit', 16, 12388n, '003064', false],
  ['bit', 12, 99n, '0063', false],
  ['bit', 12, 99n, '63', true],
  ['bit', 12, 99n, '000063', false],
  ['int', 8, 99n, '63', true],
  ['int', 8, -99n, '9d', true],
  ['int', 8, -99n, 'ff9d', false],
  ['int', 12, -739n, 'fd1d', true],
  ['int', 16, 0n, '0000', false],
  ['int', 16, 0n, '00', true],
] as const;

for (const [type, width, value, text, shortest] of VALID) {
  test(`${type}<${width}> ${value} is ${text}`, (t) => {
    const decode = type === 'bit' ? decodeUnsigned : decodeSigned;
    t.is(decode(bytes(text), width, 'x'), value);
    const encode = type === 'bit' ? encodeUnsigned : encodeSigned;
    if (shortest) t.is(hex(encode(value, width, 'x')), text);
    else t.true(hex(encode(value, width, 'x')).length < text.length);
  });
}

// The specification's table of invalid encodings.
const INVALID = [
  ['bit', 8, '0163'],
  ['bit', 8, ''],
  ['bit', 16, '010063'],
  ['bit', 12, '1063'],
  ['bit', 12, '010063'],
  ['bit', 12, '004063'],
  ['int', 8, '009d'],
  ['int', 12, '8d1d'],
  ['int', 16, ''],
] as const;

for (const [type, width, text] of INVALID) {
  test(`'${text}' is no ${type}<${width}>`, (t) => {
    const decode = type === 'bit' ? decodeUnsigned : decodeSigned;
    const error = t.throws(() => decode(bytes(text), width, 'field f'), { instanceOf: EntityError });
    t.is(error.code, Code.OUT_OF_RANGE);
    t.regex(error.message, /^field f: /);
  });
}

test('numbers beyond their type are not written', (t) => {
  t.is(
    t.throws(() => encodeUnsigned(512n, 9, "parameter 'port'")).message,
    "parameter 'port': 512 is not in bit<9>, which ends at 511",
  );
  t.throws(() => encodeUnsigned(-1n, 9, 'x'));
  t.throws(() => encodeSigned(128n, 8, 'x'), {
    message: 'x: 128 is not in int<8>, which goes from -128 to 127',
  });
});

// A = the fewest bits, by the specification's definition; the length is floor((A + 7) / 8).
test('signed numbers take as many bytes as the definition says', (t) => {
  for (let value = -40000n; value <= 40000n; value += 7n) {
    let bits = 1;
    while (value !== 0n && !(-(1n << BigInt(bits - 1)) <= value && value <= (1n << BigInt(bits - 1)) - 1n))
      bits++;
    t.is(encodeSigned(value, 32, 'x').length, Math.floor((bits + 7) / 8), String(value));
  }
  t.is(hex(encodeSigned(-1n, 8, 'x')), 'ff');
  t.is(hex(encodeSigned(-128n, 8, 'x')), '80');
  t.is(hex(encodeSigned(128n, 16, 'x')), '0080');
});

test('what is written is read again, with any padding', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.bigInt(), fc.nat(5), (width, number, padding) => {
      const unsigned = BigInt.asUintN(width, number);
      const zeros = '00'.repeat(padding);
      t.is(decodeUnsigned(bytes(zeros + hex(encodeUnsigned(unsigned, width, 'x'))), width, 'x'), unsigned);
      const signed = BigInt.asIntN(width, number);
      const sign = (signed < 0n ? 'ff' : '00').repeat(padding);
      t.is(decodeSigned(bytes(sign + hex(encodeSigned(signed, width, 'x'))), width, 'x'), signed);
    }),
  );
});
