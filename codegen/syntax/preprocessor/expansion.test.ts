/** Expansion of macros. The examples of the C standard (ISO/IEC 9899:2011, §6.10.3) with the results it gives for them. */

import test from 'ava';
import { preprocessText } from './test-harness.ts';

/** Checks what a text expands to, blanks aside, and that nothing is complained about. */
function expands(title: string, source: string, ...expected: readonly string[]): void {
  test(title, (t) => {
    const { text, found } = preprocessText(source);
    t.deepEqual(found, []);
    t.is(text.replaceAll(' ', ''), expected.join('').replaceAll(' ', ''));
  });
}

expands(
  '§6.10.3.5 example 3: redefinition and reexamination',
  `#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
#define p() int
#define q(x) x
#define r(x,y) x ## y
#define str(x) # x
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m
(f)^m(m);
p() i[q()] = { q(1), r(2,3), r(4,), r(,5), r(,) };
char c[2][6] = { str(hello), str() };
`,
  'f(2 * (y+1)) + f(2 * (f(2 * (z[0])))) % f(2 * (0)) + t(1);',
  'f(2 * (2+(3,4)-0,1)) | f(2 * (~ 5)) & f(2 * (0,1))^m(0,1);',
  'int i[] = { 1, 23, 4, 5, };',
  'char c[2][6] = { "hello", "" };',
);

// P4 has no character constants and does not know \0, so two pieces of the standard's text read a bit differently here.
expands(
  '§6.10.3.5 example 4: strings and joined tokens',
  `#define str(s) # s
#define xstr(s) str(s)
#define debug(s, t) printf("x" # s "= %d, x" # t "= %s", \\
 x ## s, x ## t)
#define glue(a, b) a ## b
#define xglue(a, b) glue(a, b)
#define HIGHLOW "hello"
#define LOW LOW ", world"
debug(1, 2);
fputs(str(strncmp("abc\\nd", "abc", 4) // this goes away
 == 0) str(: @\\n), s);
glue(HIGH, LOW);
xglue(HIGH, LOW)
`,
  'printf("x" "1" "= %d, x" "2" "= %s", x1, x2);',
  'fputs("strncmp(\\"abc\\\\nd\\", \\"abc\\", 4) == 0" ": @\\n", s);',
  '"hello";',
  '"hello" ", world"',
);

test('§6.10.3.5 example 4: a name to include made of pieces', (t) => {
  const { text, found } = preprocessText({
    'main.p4': `#define str(s) # s
#define xstr(s) str(s)
#define INCFILE(n) vers ## n
#include xstr(INCFILE(2).h)
`,
    'vers2.h': 'two',
  });
  t.deepEqual(found, []);
  t.is(text, 'two');
});

expands(
  '§6.10.3.5 example 5: arguments without tokens',
  `#define t(x,y,z) x ## y ## z
int j[] = { t(1,2,3), t(,4,5), t(6,,7), t(8,9,),
 t(10,,), t(,11,), t(,,12), t(,,) };
`,
  'int j[] = { 123, 45, 67, 89, 10, 11, 12, };',
);

test('§6.10.3.5 example 6: definitions that are the same, and some that are not', (t) => {
  const same = `#define OBJ_LIKE (1-1)
#define OBJ_LIKE /* white space */ (1-1) /* other */
#define FUNC_LIKE(a) ( a )
#define FUNC_LIKE( a )( /* note the white space */ \\
 a /* other stuff on this line
 */ )
`;
  t.deepEqual(preprocessText(same).found, []);
  const others = `#define OBJ_LIKE (0)
#define OBJ_LIKE (1 - 1)
#define FUNC_LIKE(b) ( a )
#define FUNC_LIKE(b) ( b )
`;
  t.deepEqual(preprocessText(same + others).found, ['7:9 P4009', '8:9 P4009', '9:9 P4009', '10:9 P4009']);
});

expands(
  '§6.10.3.5 example 7: further arguments',
  `#define debug(...) fprintf(stderr, __VA_ARGS__)
#define showlist(...) puts(#__VA_ARGS__)
#define report(test, ...) ((test)?puts(#test):\\
 printf(__VA_ARGS__))
debug("Flag");
debug("X = %d\\n", x);
showlist(The first, second, and third items.);
report(x>y, "x is %d but y is %d", x, y);
`,
  'fprintf(stderr, "Flag" );',
  'fprintf(stderr, "X = %d\\n", x );',
  'puts( "The first, second, and third items." );',
  '((x>y)?puts("x>y"): printf("x is %d but y is %d", x, y));',
);

expands(
  "§6.10.3.3: '##' that '##' makes joins nothing",
  `#define hash_hash # ## #
#define mkstr(a) # a
#define in_between(a) mkstr(a)
#define join(c, d) in_between(c hash_hash d)
join(x, y)
`,
  '"x ## y"',
);

// §6.10.3.4 leaves open whether this is 2*9*g or 2*f(9); GNU cpp and moor expand what the macro's end lets go of.
expands(
  '§6.10.3.4: a macro that ends between its name and its bracket',
  '#define f(a) a*g\n#define g(a) f(a)\nf(2)(9)',
  '2*9*g',
);

expands('a macro in its own body stays', '#define a a + b\n#define b a - b\na b', 'a + a - b a + b - b');
expands(
  'also when it goes into the arguments of another macro that end behind it',
  '#define a f(x, a\n#define f(x, y) [x y]\na) b',
  '[x a] b',
);
expands(
  'and is never expanded later, in whatever argument it is passed on',
  '#define a(x) x a\n#define id(x) x\nid(id(a(1)))(2)',
  '1 a(2)',
);
expands(
  'the name of a macro with parameters, and no bracket behind',
  '#define F(x) [x]\nF + F;\nF\n(1) F /* */ (2)',
  'F + F; [1] [2]',
);
expands(
  'the bracket may come out of another macro, or the name may',
  '#define F(x) [x]\n#define L (\n#define NAME F\nF L 1) NAME(2)',
  'F (1) [2]',
);
expands(
  'a directive between name and bracket keeps them apart, as in GNU cpp',
  '#define F(x) [x]\nF\n#define G\n(1)',
  'F (1)',
);
expands(
  'brackets, not braces or squares, keep commas together',
  '#define F(a, b) a|b\nF((1, 2), 3) F([1, 2])',
  '(1, 2)|3 [1|2]',
);
expands(
  'arguments go over lines, with directives among them',
  '#define F(a, b) [a b]\nF(1\n#if 0\n2,\n#else\n#define X 3\n4,\n#endif\nX)',
  '[1 4 3]',
);
expands(
  'no argument, one that is empty, and blanks',
  '#define N() n\n#define O(x) <x>\nN() N( ) O() O( )',
  'n n < > < >',
);
expands(
  'a block comment among the arguments is a blank',
  '#define S(x) #x\nS(a/* , */b) S( a // c\n b )',
  '"a b" "a b"',
);
expands(
  "'#' keeps what a string escapes, and puts one blank for many",
  '#define S(x) #x\nS( "a\\"\\n"   +\tb )',
  '"\\"a\\\\\\"\\\\n\\" + b"',
);
expands("'#' without parameters is an ordinary mark", '#define H # x\nH', '# x');
expands(
  "beside '##' an argument is not expanded",
  '#define X 1\n#define P(a, b) a ## b\n#define Q(a, b) P(a, b)\nP(X, 2) Q(X, 2)',
  'X2 12',
);
expands("what '##' makes is looked at again", '#define AB 5\n#define P(a, b) a ## b\nP(A, B)', '5');
expands(
  "'##' of numbers, widths and operators",
  '#define P(a, b) a ## b\nP(8w, 0xF) P(<, <) P(&, &) P(0, x1F)',
  '8w0xF << && 0x1F',
);
expands(
  "', ## __VA_ARGS__' goes with its comma",
  '#define L(f, ...) log(f, ## __VA_ARGS__)\nL(1) L(1, 2) L(1,)',
  'log(1) log(1, 2) log(1,)',
);
expands(
  'further arguments by a name of their own',
  '#define L(f, rest...) log(f, rest)\nL(1, 2, 3) L(1)',
  'log(1, 2, 3) log(1,)',
);
expands(
  'words of P4 can be macros',
  '#define bit int\n#define apply(x) x\nbit<8> apply(1) apply',
  'int<8> 1 apply',
);
expands('nothing in strings and comments is expanded', '#define X 1\n"X" /* X */ // X\nX', '"X" 1');

test('-D: a macro, one with parameters, one without a value', (t) => {
  const { text, found } = preprocessText('N F(1) E G(1, 2)', {
    defines: [
      { name: 'N', value: '8w7' },
      { name: 'F(x)', value: 'x + x' },
      { name: 'E', value: '' },
      { name: 'G(a, ...)', value: '__VA_ARGS__ a' },
    ],
  });
  t.deepEqual(found, []);
  t.is(text, '8w7 1 + 1 2 1');
});

test('a token out of a macro has the place of the use, and remembers where it is spelled', (t) => {
  const { places } = preprocessText('#define TWO a b\n#define F(x) x c\nTWO\n F(d)\nF(TWO)');
  t.deepEqual(places, [
    // TWO
    '3:1 < TWO 1:13',
    '3:1 < TWO 1:15',
    // F(d): the argument keeps its own place.
    '4:4',
    '4:2 < F 2:16',
    // F(TWO)
    '5:3 < TWO 1:13',
    '5:3 < TWO 1:15',
    '5:1 < F 2:16',
  ]);
});

test('through macros in macros the outermost use comes first and the innermost spelling next', (t) => {
  const { places } = preprocessText('#define IN x\n#define MID IN y\n#define OUT MID z\nOUT');
  t.deepEqual(places, ['4:1 < IN 1:12 < MID 2:13 < OUT 3:13', '4:1 < MID 2:16 < OUT 3:13', '4:1 < OUT 3:17']);
});

test('what # and ## make is spelled where they stand', (t) => {
  const { places, text } = preprocessText('#define S(a) #a\n#define P(a) a ## 1\nS(x) P(y)');
  t.is(text, '"x" y1');
  t.deepEqual(places, ['3:1 < S 1:14', '3:6 < P 2:14']);
});

test('a wrong number of arguments: said once, and the rest is read', (t) => {
  const { found, text, messages } = preprocessText('#define F(a, b) [a b]\nF(1) F(1, 2, 3) F() F(1, 2)');
  t.deepEqual(found, ['2:1 P4011', '2:6 P4011', '2:17 P4011']);
  t.deepEqual(messages, [
    "macro 'F' takes 2 arguments, and 1 is given",
    "macro 'F' takes 2 arguments, and 3 are given",
    "macro 'F' takes 2 arguments, and none is given",
  ]);
  t.true(text.endsWith('[ 1 2 ]'));
});

test('arguments without an end: said at the use, and nothing more about what they took', (t) => {
  t.deepEqual(preprocessText('#define F(a) a\nx F(1\ny;\n').found, ['2:3 P4012']);
  t.deepEqual(preprocessText({ 'main.p4': '#define F(a) a\nF(1\n#include "x"\n)', x: '2' }).found, [
    '2:1 P4012',
  ]);
});

test("'##' that makes no token: said at the use", (t) => {
  const { found } = preprocessText('#define P(a, b) a ## b\nx + P(+, x);');
  t.deepEqual(found, ['2:5 P4013']);
});

test('a macro that doubles without end stops with a message', (t) => {
  const doubling = Array.from({ length: 40 }, (_, i) => `#define D${i + 1} D${i} D${i}\n`).join('');
  t.deepEqual(preprocessText(`#define D0 x\n${doubling}D40`).found, ['42:1 P4017']);
});

test('arguments nested too deeply stop with a message', (t) => {
  t.deepEqual(preprocessText(`#define F(x) x\n${'F('.repeat(1000)}1${')'.repeat(1000)}`).found, [
    '2:401 P4020',
  ]);
  t.is(preprocessText(`#define F(x) x\n${'F('.repeat(190)}1${')'.repeat(190)}`).text, '1');
});

test('a chain of 100,000 macros is no problem', (t) => {
  const chain = Array.from({ length: 100_000 }, (_, i) => `#define C${i + 1} C${i}\n`).join('');
  t.is(preprocessText(`#define C0 done\n${chain}C100000`).text, 'done');
});
