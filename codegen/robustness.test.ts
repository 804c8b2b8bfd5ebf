/** No input makes the front end crash or hang: deep nesting, large inputs, strange characters, mutated programs. */

import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { renderDiagnostic } from './render-diagnostics.ts';
import type { Span } from './syntax/source.ts';
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
  '10,000 ifs in each other': [
    `control c(inout bit<8> x) { apply { ${times('if (x == 1) ', 10_000)} x = 2; } }`,
    'P4074',
  ],
  '10,000 ifs in each other with blocks': [
    `control c(inout bit<8> x) { apply { ${times('if (x == 1) { ', 10_000)} x = 2; ${times('}', 10_000)} } }`,
    'P4074',
  ],
  '10,000 loops in each other': [
    `control c(inout bit<8> x) { apply { ${times('for (bit<8> i in 0..1) ', 10_000)} x = 2; } }`,
    'P4074',
  ],
  '10,000 switches in each other': [
    `control c(inout bit<8> x) { apply { ${times('switch (x) { 1: { ', 10_000)} } }`,
    'P4062',
  ],
  '10,000 structs on each other': [
    `struct s0 { bit<8> x; }\n${lines(10_000, (i) => `struct s${i + 1} { s${i} a; }\n`)}`,
    'P4339',
  ],
  '10,000 typedefs on each other': [
    `typedef bit<8> t0;\n${lines(10_000, (i) => `typedef t${i} t${i + 1};\n`)}const t10000 x = 1;`,
    undefined,
  ],
  '10,000 newtypes on each other': [
    `type bit<8> t0;\n${lines(10_000, (i) => `type t${i} t${i + 1};\n`)}const t10000 x = 1;`,
    'P4339',
  ],
  '10,000 slices of each other': [`const bit<1> x = 8w1${times('[0:0]', 10_000)};`, 'P4074'],
  '10,000 calls in each other': [
    `bit<8> f(in bit<8> a) { return a; }\ncontrol c(inout bit<8> x) { apply { x = ${times('f(', 10_000)}1${times(')', 10_000)}; } }`,
    'P4074',
  ],
  '10,000 dots before a name': [`const bit<8> x = ${times('.', 10_000)}a;`, 'P4060'],
  '20,000 externs with overloads': [
    `extern e {\n${lines(20_000, (i) => `void f(in bit<8> a${i});\n`)}}\ncontrol c(e x) { apply { x.f(a19999 = 1); } }`,
    undefined,
  ],
  '5,000 actions of one table': [
    `#include <core.p4>\ncontrol c() {\n${lines(5000, (i) => `action a${i}() { }\n`)}table t { actions = {\n${lines(5000, (i) => `a${i};\n`)}NoAction; } } apply { t.apply(); } }`,
    undefined,
  ],
  '5,000 keys of one table': [
    `#include <core.p4>\ncontrol c(in bit<8> x) { table t { key = {\n${lines(5000, (i) => `x : exact @name("k${i}");\n`)}} actions = { NoAction; } } apply { t.apply(); } }`,
    undefined,
  ],
  '10,000 annotations on one thing': [`${times('@a ', 10_000)}const bit<8> x = 1;`, undefined],
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

/** A test that works for a while: one after another, with time in between for the news to get out. */
function long(name: string, check: (t: ExecutionContext) => void): void {
  test.serial(name, async (t) => {
    await setImmediate();
    check(t);
  });
}

for (const [name, [text, code]] of Object.entries(INPUTS)) {
  long(name, (t) => {
    const { diagnostics } = compileText(text);
    const first: string | undefined = diagnostics.find((one) => one.severity === 'error')?.code;
    t.is(first, code);
  });
}

long('a program of 10 MB', (t) => {
  const { sink } = compileText(lines(250_000, (index) => `const bit<32> value_${index} = ${index} + 1;\n`));
  t.is(sink.errorCount, 0);
});

/** Programs to change: ours, or for long runs those of the folders that MOOR_FUZZ_PROGRAMS names, with ':' between. */
const PROGRAMS = (
  process.env['MOOR_FUZZ_PROGRAMS']?.split(':').flatMap((folder) => programsIn(folder)) ?? [
    'docs/examples/forward.p4',
    'codegen/p4include/core.p4',
    'codegen/p4include/v1model.p4',
    ...programsIn('bmv2-tests/programs'),
    ...programsIn('codegen/bad').filter((file) => !/P4017|P4021|P4074|P4603/.test(file)),
  ]
).map((file) => readFileSync(file));

function programsIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.p4'))
    .map((file) => `${folder}/${file}`);
}

const RUNS = Number(process.env['MOOR_FUZZ_RUNS'] ?? 100);
const SEED = Number(process.env['MOOR_FUZZ_SEED'] ?? 20261124);

/** Runs the front end: it must end soon, throw nothing, and have a place inside a file for every message. */
function survives(text: string): boolean {
  const start = process.cpuUsage();
  const { diagnostics } = compileText(text);
  return (
    process.cpuUsage(start).user < 20_000_000 &&
    diagnostics.every(
      ({ span, related }) => isInside(span) && related.every((other) => isInside(other.span)),
    ) &&
    diagnostics.every((diagnostic) => renderDiagnostic(diagnostic).endsWith('\n'))
  );
}

function isInside({ source, start, end }: Span): boolean {
  return start >= 0 && start <= end && end <= source.text.length;
}

const PIECES =
  '( ) { } [ ] < > , ; : . = == + - * & | ? @ # ## .. ... &&& {#} _ 8w1 5s3 0 "x" bit int varbit tuple list struct header enum control parser table action apply state transition select key actions entries const in out inout if else switch for return extern package typedef type error match_kind this abstract default #define #if #endif #include'.split(
    ' ',
  );

const number = fc.nat(1_000_000);

/** What is done to a program, as text, at a place. */
const textEdit = fc.record({
  at: number,
  from: number,
  length: fc.nat(200),
  kind: fc.constantFrom('drop', 'insert', 'copy', 'cut'),
  piece: fc.constantFrom(...PIECES),
});

long('programs with text dropped, inserted, copied and cut', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PROGRAMS),
      fc.array(textEdit, { minLength: 1, maxLength: 5 }),
      (program, edits) => {
        let text = program.toString('utf8');
        for (const { at, from, length, kind, piece } of edits) {
          const place = at % (text.length + 1);
          const other = from % (text.length + 1);
          if (kind === 'drop') text = text.slice(0, place) + text.slice(place + 1 + (length % 12));
          else if (kind === 'insert') text = `${text.slice(0, place)} ${piece} ${text.slice(place)}`;
          else if (kind === 'copy')
            text = text.slice(0, place) + text.slice(other, other + length) + text.slice(place);
          else text = text.slice(0, place) + text.slice(place + length);
        }
        return survives(text);
      },
    ),
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
  t.pass();
});

long('programs with bytes changed, which may be no UTF-8 any more', (t) => {
  const edit = fc.record({ at: number, byte: fc.nat(255), bit: fc.boolean() });
  fc.assert(
    fc.property(
      fc.constantFrom(...PROGRAMS),
      fc.array(edit, { minLength: 1, maxLength: 8 }),
      (program, edits) => {
        const bytes = Buffer.from(program);
        for (const { at, byte, bit } of edits) {
          const place = at % Math.max(1, bytes.length);
          bytes[place] = bit ? (bytes[place] ?? 0) ^ (1 << (byte % 8)) : byte;
        }
        return survives(bytes.toString('utf8'));
      },
    ),
    { seed: SEED + 1, numRuns: RUNS, endOnFailure: true },
  );
  t.pass();
});

long('programs with tokens of other places in the place of theirs', (t) => {
  const edit = fc.record({
    at: number,
    from: number,
    kind: fc.constantFrom('replace', 'swap', 'drop', 'repeat'),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...PROGRAMS),
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      (program, edits) => {
        const tokens = program.toString('utf8').split(/(\w+|\s+)/);
        for (const { at, from, kind } of edits) {
          const place = at % tokens.length;
          const other = from % tokens.length;
          const here = tokens[place] ?? '';
          const there = tokens[other] ?? '';
          if (kind === 'drop') tokens[place] = '';
          else if (kind === 'repeat') tokens[place] = `${here} ${here}`;
          else tokens[place] = there;
          if (kind === 'swap') tokens[other] = here;
        }
        return survives(tokens.join(''));
      },
    ),
    { seed: SEED + 2, numRuns: RUNS, endOnFailure: true },
  );
  t.pass();
});

long('programs with lines left out, doubled, moved, and taken from other programs', (t) => {
  const edit = fc.record({
    at: number,
    from: number,
    kind: fc.constantFrom('drop', 'double', 'move', 'foreign'),
    other: fc.constantFrom(...PROGRAMS),
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...PROGRAMS),
      fc.array(edit, { minLength: 1, maxLength: 6 }),
      (program, edits) => {
        const lines = program.toString('utf8').split('\n');
        for (const { at, from, kind, other } of edits) {
          const place = at % lines.length;
          const line = lines[place] ?? '';
          if (kind === 'drop') lines.splice(place, 1);
          else if (kind === 'double') lines.splice(place, 0, line);
          else if (kind === 'move') lines.splice(from % lines.length, 0, ...lines.splice(place, 1));
          else {
            const others = other.toString('utf8').split('\n');
            lines.splice(place, 0, others[from % others.length] ?? '');
          }
          if (lines.length === 0) lines.push('');
        }
        return survives(lines.join('\n'));
      },
    ),
    { seed: SEED + 3, numRuns: RUNS, endOnFailure: true },
  );
  t.pass();
});

long('random tokens: no crash', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES, 'x', 'T', '\n'), { maxLength: 120 }), (pieces) => {
      return survives(pieces.join(' '));
    }),
    { seed: SEED + 4, numRuns: 2 * RUNS, endOnFailure: true },
  );
  t.pass();
});

long('random text: no crash', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      return survives(text);
    }),
    { seed: SEED + 5, numRuns: 2 * RUNS, endOnFailure: true },
  );
  t.pass();
});
