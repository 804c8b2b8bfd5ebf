/** No input makes the front end crash or hang: deep nesting, large inputs, strange characters, mutated programs. */

import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import { compileText } from './test-harness.ts';

const times = (text: string, count: number) => text.repeat(count);
const lines = (count: number, line: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** Inputs that are refused, with the code of the first message; undefined: accepted. */
const INPUTS: Readonly<Record<string, readonly [string, string | undefined]>> = {
  '10,000 parentheses': [`const bit<8> x = ${times('(', 10_000)}1${times(')', 10_000)};`, 'P4074'],
  '400 parentheses': [`const bit<8> x = ${times('(', 400)}1${times(')', 400)};`, undefined],
  '100,000 signs': [`const bit<8> x = ${times('-', 100_000)}1;`, 'P4074'],
  '100,000 casts': [`const bit<8> x = ${times('(bit<8>)', 100_000)}1;`, 'P4074'],
  'a sum of 100,000': [`const bit<8> x = 8w1${times(' + 8w1', 100_000)};`, 'P4074'],
  'a sum of 1,400': [`const bit<8> x = 8w1${times(' + 8w1', 1400)};`, undefined],
  '20,000 conditional expressions': [`const bool x = true${times(' ? true : true', 20_000)};`, 'P4074'],
  '100,000 members': [`const bit<8> x = a${times('.b', 100_000)};`, 'P4074'],
  '100,000 blocks': [`control c() { apply ${times('{', 100_000)} } }`, 'P4062'],
  '300 blocks': [`control c() { apply { ${times('{', 300)}${times('}', 300)} } }`, undefined],
  '900 else if': [
    `control c(inout bit<8> x) { apply { ${times('if (x == 1) { x = 2; } else ', 900)} x = 3; } }`,
    undefined,
  ],
  '20,000 else if': [
    `control c(inout bit<8> x) { apply { ${times('if (x == 1) { x = 2; } else ', 20_000)} x = 3; } }`,
    'P4074',
  ],
  '20,000 tuples in each other': [
    `const ${times('tuple<', 20_000)}bit<8>${times('>', 20_000)} x = 1;`,
    'P4074',
  ],
  '20,000 lists in each other': [`const bit<8> x = ${times('{', 20_000)}1${times('}', 20_000)};`, 'P4074'],
  '50,000 #if in each other': [times('#if 1\n', 50_000) + times('#endif\n', 50_000), undefined],
  '20,000 mistakes': [times('control c { \n', 20_000), 'P4060'],
  'a comment of 10 MB': [`/*${times('x', 10_000_000)}*/`, undefined],
  'a string of 10 MB': [`const string s = "${times('x', 10_000_000)}";`, undefined],
  'a name of 10 MB': [`const bit<8> ${times('x', 10_000_000)} = 1;`, undefined],
  'a number of a million digits': [`const int x = ${times('9', 1_000_000)};`, 'P4054'],
  'characters that are not P4': [times('\u0000\ufffd§$%&/()=?`*', 100_000), 'P4055'],
  'quotes only': [times('"', 300_001), 'P4060'],
  'open comments only': [times('/*', 1_000_000), 'P4060'],
  'hashes only': [times('#\n', 500_000), undefined],
  'half a million angle brackets': [`const bit<8> x = ${times('a<', 250_000)};`, 'P4074'],
  '100,000 annotations in each other': [times('@a(', 100_000), 'P4062'],
  '20,000 constants on each other': [
    `const bit<32> a0 = 1;\n${lines(20_000, (i) => `const bit<32> a${i + 1} = a${i} + 1;\n`)}`,
    undefined,
  ],
  'a struct of 20,000 fields': [
    `struct s_t {\n${lines(20_000, (i) => `bit<8> f${i};\n`)}}\ncontrol c(inout s_t s) { apply {${lines(5000, (i) => `s.f${i * 4} = 1;\n`)}} }`,
    undefined,
  ],
  'structs that double 40 times': [
    `struct s0 { bit<8> x; }\n${lines(40, (i) => `struct s${i + 1} { s${i} a; s${i} b; }\n`)}`,
    'P4339',
  ],
  'generic structs that double 40 times': [
    `struct p<T> { T a; T b; }\ntypedef p<bit<8>> t0;\n${lines(40, (i) => `typedef p<t${i}> t${i + 1};\n`)}`,
    'P4339',
  ],
  '20,000 select cases': [
    `parser p(in bit<32> x) { state start { transition select(x) {\n${lines(20_000, (i) => `${i}: accept;\n`)}} } }`,
    undefined,
  ],
  '20,000 states': [
    `parser p() {${lines(20_000, (i) => `state ${i === 0 ? 'start' : `s${i}`} { transition s${i + 1}; }\n`)}state s20000 { transition accept; } }`,
    undefined,
  ],
  '20,000 entries': [
    `#include <core.p4>\ncontrol c(in bit<32> x) { table t { key = { x : exact; } actions = { NoAction; } const entries = {\n${lines(20_000, (i) => `${i} : NoAction();\n`)}} } apply { t.apply(); } }`,
    undefined,
  ],
};

for (const [name, [text, code]] of Object.entries(INPUTS)) {
  test(name, (t) => {
    const { diagnostics } = compileText(text);
    const first: string | undefined = diagnostics.find((one) => one.severity === 'error')?.code;
    t.is(first, code);
  });
}

test('a program of 10 MB', (t) => {
  const { sink } = compileText(lines(250_000, (index) => `const bit<32> value_${index} = ${index} + 1;\n`));
  t.is(sink.errorCount, 0);
});

const PROGRAMS = [
  'docs/examples/forward.p4',
  'codegen/p4include/core.p4',
  'codegen/p4include/v1model.p4',
  ...readdirSync('codegen/bad')
    .filter((file) => file.endsWith('.p4') && !/P4017|P4074|P4603/.test(file))
    .map((file) => `codegen/bad/${file}`),
].map((file) => readFileSync(file, 'utf8'));

const PIECES =
  '( ) { } [ ] < > , ; : . = == + - * & | ? @ # ## .. ... &&& {#} _ 8w1 5s3 0 "x" bit int varbit tuple list struct header enum control parser table action apply state transition select key actions entries const in out inout if else switch for return extern package typedef type error match_kind this abstract default #define #if #endif #include'.split(
    ' ',
  );

test('mutated programs: no crash, and every message has a place inside its text', (t) => {
  const mutation = fc.record({
    at: fc.nat(1_000_000),
    from: fc.nat(1_000_000),
    length: fc.nat(200),
    kind: fc.constantFrom('drop', 'insert', 'copy', 'cut'),
    piece: fc.constantFrom(...PIECES),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...PROGRAMS),
      fc.array(mutation, { minLength: 1, maxLength: 5 }),
      (program, mutations) => {
        let text = program;
        for (const { at, from, length, kind, piece } of mutations) {
          const place = at % (text.length + 1);
          const other = from % (text.length + 1);
          if (kind === 'drop') text = text.slice(0, place) + text.slice(place + 1 + (length % 12));
          else if (kind === 'insert') text = `${text.slice(0, place)} ${piece} ${text.slice(place)}`;
          else if (kind === 'copy')
            text = text.slice(0, place) + text.slice(other, other + length) + text.slice(place);
          else text = text.slice(0, place) + text.slice(place + length);
        }
        const { diagnostics } = compileText(text);
        return diagnostics.every(
          ({ span }) => span.start >= 0 && span.start <= span.end && span.end <= span.source.text.length,
        );
      },
    ),
    { seed: 20261124, numRuns: 1500, endOnFailure: true },
  );
  t.pass();
});

test('random tokens: no crash', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES, 'x', 'T', '\n'), { maxLength: 120 }), (pieces) => {
      compileText(pieces.join(' '));
      return true;
    }),
    { seed: 7, numRuns: 1500, endOnFailure: true },
  );
  t.pass();
});

test('random text: no crash', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      compileText(text);
      return true;
    }),
    { seed: 11, numRuns: 1000, endOnFailure: true },
  );
  t.pass();
});
