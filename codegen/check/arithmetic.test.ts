/** The rules of specification §8.11.2 and §8.11.3, row by row, and constant folding worked by hand. */

import test from 'ava';
import { compileText, errorsOf } from '../test-harness.ts';

const DECLARATIONS = 'enum bit<8> E { a = 5 }\n';
const body = (statement: string) =>
  `${DECLARATIONS}control c(in bit<8> x, in bit<16> y, in int<8> z, inout bit<16> w, inout int<8> s, inout bool b, inout bit<8> r) { apply { ${statement} } }`;

for (const statement of [
  'r = x + 1;',
  'b = z < 0;',
  'r = x | 0xFFF;',
  'r = x + E.a;',
  'r = x << 256;',
  'w = 16w11 << E.a;',
  'r = (bit<8>) x[E.a:0];',
  'w = E.a ++ 8w0;',
  'w = (bit<16>) x + y;',
  'r = x + (bit<8>) y;',
  's = (int<8>) x + z;',
  'r = x + (bit<8>) z;',
  's = (int<8>)(bit<8>) y;',
  's = (int<8>)(int<16>) y;',
  'r = x << (bit<8>) z;',
  'w = 16w1 << x;',
  'r = (bit<8>) ~32w1;',
  'r = (bit<8>)(32w5 & -3);',
  'w = y << x;',
  'w = y << 1024;',
]) {
  test(`legal by §8.11.2 or §8.11.3: ${statement}`, (t) => {
    t.deepEqual(errorsOf(body(statement)), []);
  });
}

for (const [statement, code] of [
  ['w = x + y;', 'P4323'],
  ['r = x + z;', 'P4323'],
  ['s = (int<8>) y;', 'P4330'],
  ['w = y + z;', 'P4323'],
  ['r = x << z;', 'P4326'],
  ['b = x < z;', 'P4323'],
  ['r = 1 << x;', 'P4327'],
  ['r = (bit<8>) ~1;', 'P4321'],
  ['r = (bit<8>) (5 & -3);', 'P4321'],
] as const) {
  test(`illegal by the table of §8.11.3: ${statement}`, (t) => {
    t.deepEqual(errorsOf(body(statement)), [`2:${code}`]);
  });
}

/** The value of `const T x = expression;`. */
function folded(type: string, expression: string): unknown {
  const { checked, sink } = compileText(`const ${type} x = ${expression};`);
  const [declaration] = checked.program.declarations;
  if (sink.hasErrors || declaration?.kind !== 'ConstantDeclaration')
    return sink.diagnostics.map((one) => one.code);
  const value = checked.constants.get(declaration.initializer);
  return value?.kind === 'integer' || value?.kind === 'boolean' || value?.kind === 'string'
    ? value.value
    : value?.kind;
}

for (const [type, expression, expected] of [
  // Arbitrary precision (§8.9): nothing is lost.
  ['int', '0xFFFF_FFFF_FFFF_FFFF * 0xFFFF_FFFF_FFFF_FFFF', 340282366920938463426481119284349108225n],
  ['int', '7 / 2', 3n],
  ['int', '7 % 4', 3n],
  ['int', '-1 >> 1', -1n],
  ['int', '1 << 70', 1180591620717411303424n],
  // Fixed widths wrap (§8.6), signed ones in two's complement (§8.7).
  ['bit<8>', '8w255 + 8w1', 0n],
  ['bit<8>', '8w0 - 8w1', 255n],
  ['bit<8>', '-8w1', 255n],
  ['bit<8>', '~8w0x0F', 0xf0n],
  ['int<8>', '8s127 + 8s1', -128n],
  ['int<8>', '-8s128', -128n],
  ['bit<8>', '8w200 * 8w2', 144n],
  // Saturating arithmetic (§8.6).
  ['bit<8>', '8w250 |+| 8w10', 255n],
  ['bit<8>', '8w5 |-| 8w10', 0n],
  ['int<8>', '8s100 |+| 8s100', 127n],
  ['int<8>', '-8s100 |-| 8s100', -128n],
  // Shifts (§8.10.2): logical on unsigned, arithmetic on signed.
  ['bit<8>', '8w0x81 >> 1', 0x40n],
  ['int<8>', '-8s2 >> 1', -1n],
  ['bit<8>', '8w1 << 8', 0n],
  // Concatenation (§8.10.1) and slices (§8.6).
  ['bit<16>', '8w0xAB ++ 8w0xCD', 0xabcdn],
  ['bit<12>', '4s0b1111 ++ 8w0 == 12s0 ? 12w1 : 12w2', 2n],
  ['bit<4>', '16w0xABCD[11:8]', 0xbn],
  ['bit<4>', '16w0xABCD[4 +: 4]', 0xcn],
  ['bit<4>', '(-1)[3:0]', 15n],
  // Casts (§8.11.1).
  ['bit<4>', '(bit<4>) 8w0xAB', 0xbn],
  ['bit<16>', '(bit<16>) 8w0xAB', 0xabn],
  ['int<16>', '(int<16>) -8s1', -1n],
  ['bit<8>', '(bit<8>) -8s1', 255n],
  ['int<8>', '(int<8>) 8w255', -1n],
  ['int', '(int) 8w255', 255n],
  ['bool', '(bool) 1w1', true],
  ['bit<1>', '(bit<1>) true', 1n],
  // Booleans and strings.
  ['bool', 'true && !false || false', true],
  ['bool', '8w3 < 8w5', true],
  ['string', '"a" ++ "b" ++ "c"', 'abc'],
] as const) {
  test(`folded: ${type} ${expression}`, (t) => {
    t.is(folded(type, expression), expected);
  });
}

test('sizes known at compile time (§9)', (t) => {
  const text = `
header h_t { bit<8> a; varbit<32> v; int<4> b; bool c; }
header_union u_t { h_t one; h_t two; }
struct s_t { h_t[3] stack; tuple<bit<5>, bool> pair; u_t u; }
const int minimum = s_t.minSizeInBits();
const int maximum = s_t.maxSizeInBits();
const int bytes = s_t.maxSizeInBytes();
`;
  const { checked, sink } = compileText(text);
  t.deepEqual(sink.diagnostics, []);
  const values = checked.program.declarations.flatMap((one) => {
    if (one.kind !== 'ConstantDeclaration') return [];
    const value = checked.constants.get(one.initializer);
    return value?.kind === 'integer' ? [value.value] : [];
  });
  // h_t: 8 + 0..32 + 4 + 1 = 13..45; the stack 39..135; the pair 6; the union 13..45.
  t.deepEqual(values, [58n, 186n, 24n]);
});
