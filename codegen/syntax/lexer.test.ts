/** The lexer (specification §6.4): what text becomes which token, and what is said about text that becomes none. */

import test from 'ava';
import { DiagnosticSink } from '../diagnostics.ts';
import { reportInvalid, tokenize } from './lexer.ts';
import { SourceFile } from './source.ts';

function read(text: string): { readonly tokens: readonly string[]; readonly found: readonly string[] } {
  const sink = new DiagnosticSink();
  const tokens = tokenize(new SourceFile('test.p4', text), sink);
  for (const token of tokens) if (token.kind === 'invalid') reportInvalid(token, sink);
  return {
    tokens: tokens.slice(0, -1).map((token) => `${token.kind} ${token.text}`),
    found: sink.diagnostics.map(({ code, span }) => {
      const { line, column } = span.source.location(span.start);
      return `${line}:${column} ${code}`;
    }),
  };
}

/** The value of the one integer in a text, as `value` or `width w|s value`. */
function integer(text: string): string {
  const sink = new DiagnosticSink();
  const [token, end] = tokenize(new SourceFile('test.p4', text), sink);
  if (sink.hasErrors) return sink.diagnostics[0]?.message ?? '';
  if (token?.kind !== 'integer' || end?.kind !== 'end') return 'no integer';
  const { value, width, signed } = token.value;
  return width === undefined ? String(value) : `${width} ${signed ? 's' : 'w'} ${value}`;
}

// The examples of §6.4.3.2 with what it says about them; a signed literal keeps its value until its type is known.
for (const [literal, value] of [
  ['32w255', '32 w 255'],
  ['32w0d255', '32 w 255'],
  ['32w0xFF', '32 w 255'],
  ['32s0xFF', '32 s 255'],
  ['8w0b10101010', '8 w 170'],
  ['8w0b_1010_1010', '8 w 170'],
  ['8w170', '8 w 170'],
  ['8s0b1010_1010', '8 s 170'],
  ['16w0377', '16 w 377'],
  ['16w0o377', '16 w 255'],
  ['10', '10'],
  ['0', '0'],
  ['007', '7'],
  ['1_000_000', '1000000'],
  ['1__0_', '10'],
  ['0XfF', '255'],
  ['0O17', '15'],
  ['0D10', '10'],
  ['0B11', '3'],
  ['0w0', '0 w 0'],
  ['340282366920938463463374607431768211456', '340282366920938463463374607431768211456'],
] as const) {
  test(`the number ${literal}`, (t) => t.is(integer(literal), value));
}

for (const [literal, reason] of [
  ['0x', 'it has no digits'],
  ['0b', 'it has no digits'],
  ['0x_', 'it has no digits'],
  ['8w', "the value behind 'w' is missing"],
  ['8s', "the value behind 's' is missing"],
  ['8W1', "write 'w' in lower case"],
  ['1_6w1', "a width is written without '_'"],
  ['0b12', "not all of '12' are digits of base 2"],
  ['0o8', "not all of '8' are digits of base 8"],
  ['12ab', "not all of '12ab' are digits of base 10"],
  ['0xfg', "not all of 'fg' are digits of base 16"],
  ['99999999999999999999w1', 'its width is too large'],
] as const) {
  test(`no number: ${literal} (${reason})`, (t) =>
    t.is(integer(literal), `'${literal}' is not a number: ${reason}`));
}

test('names, the name of nothing, and words that are close to keywords', (t) => {
  t.deepEqual(read('a _a a_1 _ __ bit Bit bits').tokens, [
    'identifier a',
    'identifier _a',
    'identifier a_1',
    'punctuation _',
    'identifier __',
    'keyword bit',
    'identifier Bit',
    'identifier bits',
  ]);
});

test('every mark of the grammar, the longest first', (t) => {
  const marks =
    '|+|= |-|= &&& ... |+| |-| <<= {#} && || == != <= >= << ++ .. += -= *= /= %= &= |= ^= + - * / % & | ^ ~ ! = < > ( ) { } [ ] , ; : . ? @ #';
  const { tokens, found } = read(marks);
  t.deepEqual(
    tokens,
    marks.split(' ').map((mark) => `punctuation ${mark}`),
  );
  t.deepEqual(found, []);
});

test('marks without blanks between', (t) => {
  const texts = (text: string) =>
    read(text)
      .tokens.map((token) => token.slice('punctuation '.length))
      .join(' ');
  t.is(texts('|+|'), '|+|');
  t.is(texts('||+'), '|| +');
  t.is(texts('|+='), '| +=');
  t.is(texts('&&&&'), '&&& &');
  t.is(texts('>>='), '> >=');
  t.is(texts('>>>'), '> > >');
  t.is(texts('....'), '... .');
  t.is(texts('{#'), '{ #');
  t.is(texts('+++'), '++ +');
  t.is(texts('<<<='), '<< <=');
});

test('1..2 is a range, and there are no fractions', (t) => {
  t.deepEqual(read('1..2').tokens, ['integer 1', 'punctuation ..', 'integer 2']);
  t.deepEqual(read('1.5').tokens, ['integer 1', 'punctuation .', 'integer 5']);
});

test('comments separate tokens (§6.4.2), do not nest, and may be documentation', (t) => {
  t.deepEqual(read('bi/**/t').tokens, ['identifier bi', 'identifier t']);
  t.deepEqual(read('a /* /* */ b').tokens, ['identifier a', 'identifier b']);
  t.deepEqual(read('a // b\nc').tokens, ['identifier a', 'identifier c']);
  t.deepEqual(read('/** a */ b /***/ c /*/ d */').tokens, ['identifier b', 'identifier c']);
  t.deepEqual(read('a // b \\\n c\nd').tokens, ['identifier a', 'identifier d']);
  t.deepEqual(read('"/* a */" // "').tokens, ['string "/* a */"']);
});

test('a comment without end is told at its beginning', (t) => {
  t.deepEqual(read('a\n /* b'), { tokens: ['identifier a'], found: ['2:2 P4050'] });
});

// §6.4.3.3 with its three examples.
test('strings: plain, with quotes, over lines', (t) => {
  const value = (text: string) => {
    const [token] = tokenize(new SourceFile('x', text), new DiagnosticSink());
    return token?.kind === 'string' ? token.value : undefined;
  };
  t.is(value('"simple string"'), 'simple string');
  t.is(value('"string \\" with \\" embedded \\" quotes"'), 'string " with " embedded " quotes');
  t.is(value('"string with embedded\nline terminator"'), 'string with embedded\nline terminator');
  t.is(value('""'), '');
  t.is(value('"\\\\"'), '\\');
  t.is(value('"a\\\\\\"b"'), 'a\\"b');
  t.is(value('"\\n\\t\\r"'), '\n\t\r');
  t.is(value('"Grüße, 路由 🛳️"'), 'Grüße, 路由 🛳️');
});

test('a string without end: told where it begins, once, and the rest of the file is read', (t) => {
  const { tokens, found } = read('@name("a)\nbit x;\n@name("b") y "c"');
  t.deepEqual(found, ['1:7 P4051']);
  t.true(tokens.includes('keyword bit') && tokens.includes('identifier y'));
});

test('an unknown escape is warned of and kept', (t) => {
  t.deepEqual(read('"a\\db"'), { tokens: ['string "a\\db"'], found: ['1:3 P4052'] });
});

test('characters that are not P4: one message for a run of them', (t) => {
  t.deepEqual(read("a $$ b ' c `").found, ['1:3 P4053', '1:8 P4053', '1:12 P4053']);
  t.deepEqual(read('a\u00e4b').found, ['1:2 P4053']);
  t.deepEqual(read('\u0000').found, ['1:1 P4053']);
  t.deepEqual(read('a \u00a0 b').found, ['1:3 P4053']);
});

test('what was not UTF-8 is told as such', (t) => {
  t.deepEqual(read('a \ufffd b').found, ['1:3 P4055']);
  t.deepEqual(read('"\ufffd" /* \ufffd */').found, []);
});

test('a byte order mark is no part of the program', (t) => {
  t.deepEqual(read('\ufeffa'), { tokens: ['identifier a'], found: [] });
  t.deepEqual(read('a\ufeff').found, ['1:2 P4053']);
});

test('every kind of line end and blank', (t) => {
  t.deepEqual(read('a\r\nb\rc\nd\te\vf\fg').tokens.length, 7);
});

test('a backslash at the end of a line joins it with the next, in any token', (t) => {
  const joined = ['identifier ab', 'integer 12', 'punctuation &&&', 'punctuation |+|='];
  t.deepEqual(read('a\\\nb 1\\\r\n2 &\\\n&\\\r& |\\\n+|\\ \n=').tokens, joined);
  t.deepEqual(read('a \\ b').found, ['1:3 P4053']);
});

test('the places of tokens', (t) => {
  const tokens = tokenize(new SourceFile('x', 'ab +\n "c"'), new DiagnosticSink());
  t.deepEqual(
    tokens.map(({ span }) => [span.start, span.end]),
    [
      [0, 2],
      [3, 4],
      [6, 9],
      [9, 9],
    ],
  );
});
