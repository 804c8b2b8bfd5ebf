/** Directives and what they do to the tokens and places of a program (specification §6.2; C for what it leaves open). */

import test from 'ava';
import { compileText } from '../../test-harness.ts';
import { SourceFile } from '../source.ts';
import { preprocessText } from './test-harness.ts';

// -----------------------------------------------------------------------------------------------------
// #define and #undef

test('#undef ends a macro; one that is none may be ended', (t) => {
  const { text, found } = preprocessText('#define A 1\nA\n#undef A\n#undef B\nA');
  t.is(text, '1 A');
  t.deepEqual(found, []);
});

test('#define and #undef that are none: the reason, at the token', (t) => {
  for (const [line, place, message] of [
    ['#define', '1:1', '#define: the name of a macro is missing'],
    ['#define 1', '1:9', "#define: '1' cannot be the name of a macro"],
    ['#define defined 1', '1:9', "#define: 'defined' has a meaning of its own in conditions"],
    ['#define F(a b) a', '1:13', "#define: the ')' behind the parameters is missing"],
    ['#define F(a', '1:11', "#define: the ')' behind the parameters is missing"],
    ['#define F(1) 1', '1:11', "#define: '1' is not the name of a parameter"],
    ['#define F(a, a) a', '1:14', "#define: parameter 'a' stands twice"],
    ['#define F(..., a) a', '1:14', "#define: nothing may follow '...' among the parameters"],
    ['#define X ## a', '1:11', "#define: '##' joins two tokens, and one of them is missing"],
    ['#define X a ##', '1:13', "#define: '##' joins two tokens, and one of them is missing"],
    ['#undef', '1:1', '#undef: the name of a macro is missing'],
    ['#undef +', '1:8', "#undef: '+' is not the name of a macro"],
  ] as const) {
    const { found, messages } = preprocessText(line);
    t.deepEqual([...found, ...messages], [`${place} P4010`, message], line);
  }
});

test('a definition whose mistake is plain still defines, so that its uses are no further mistakes', (t) => {
  const { found, text } = preprocessText('#define X a ##\n#define S(a) #b\nX S(1)');
  t.deepEqual(found, ['1:13 P4010', '2:14 P4014']);
  t.is(text, 'a "b"');
});

test('another definition is warned of, with both places; the same one is not', (t) => {
  const { found } = preprocessText('#define A 1\n#define A 1\n#define A 2\n#define A() 2');
  t.deepEqual(found, ['3:9 P4009', '4:9 P4009']);
});

test('a bracket behind a blank belongs to the body', (t) => {
  t.is(preprocessText('#define A (x)\nA').text, '( x )');
});

// -----------------------------------------------------------------------------------------------------
// Conditions

test('the branch that holds is taken, and the first of several', (t) => {
  const branches = (value: number) =>
    preprocessText(
      `#define V ${value}\n#if V == 1\none\n#elif V < 3\ntwo\n#elif V < 4\nthree\n#else\nmany\n#endif`,
    ).text;
  t.deepEqual([1, 2, 3, 4].map(branches), ['one', 'two', 'three', 'many']);
});

test('#ifdef and #ifndef ask for the name, not the value', (t) => {
  const { text } = preprocessText(
    '#define Z\n#ifdef Z\na\n#endif\n#ifndef Z\nb\n#else\nc\n#endif\n#ifdef Y\nd\n#endif',
  );
  t.is(text, 'a c');
});

test('what is left out may be anything but comments and conditions', (t) => {
  const skipped = `#if 0
" this quote is not closed, 08x ' \\
#error no
#define X 1
#include "nowhere"
#unheard of
#if 1 / 0
#elif (
#else
#endif
/* #endif */ // #endif
#endif
X`;
  const { text, found } = preprocessText(skipped);
  t.is(text, 'X');
  t.deepEqual(found, []);
});

test('a condition behind the branch that was taken is not evaluated', (t) => {
  t.deepEqual(preprocessText('#if 1\n#elif 1 / 0\n#endif\n#if 0\n#elif 1 / 0\n#endif').found, ['5:9 P4016']);
});

test('conditions without end, or end without conditions', (t) => {
  t.deepEqual(preprocessText('#ifdef A\n#if 1').found, ['1:1 P4005', '2:1 P4005']);
  t.deepEqual(preprocessText('#if 1\n#if 1').found, ['1:1 P4005', '2:1 P4005']);
  t.deepEqual(preprocessText('#endif\n#else\n#elif 1').found, ['1:1 P4006', '2:1 P4006', '3:1 P4006']);
  t.deepEqual(preprocessText('#if 1\n#else\n#else\n#elif 1\n#endif').found, ['3:1 P4006', '4:1 P4006']);
});

test('conditions end in the file in which they begin', (t) => {
  const { found } = preprocessText({ 'main.p4': '#include "a"\n#endif', a: '#if 1\n' });
  t.deepEqual(found, ['a:1:1 P4005', '2:1 P4006']);
});

test("text behind a directive is warned of, and '#else if' is explained", (t) => {
  const { found, hints } = preprocessText('#ifdef A B\n#else if 1\n#endif A\n#undef A B\n#if 1\n#endif // A');
  t.deepEqual(found, ['1:10 P4019', '2:7 P4019', '3:8 P4019', '4:10 P4019']);
  t.is(hints[1], "write '#elif' for another condition");
});

// -----------------------------------------------------------------------------------------------------
// Other directives

test('an unknown directive, with the nearest one', (t) => {
  const { found, hints } = preprocessText('#inlcude "x"\n# defin X\n#\n# // nothing\n#foo');
  t.deepEqual(found, ['1:2 P4004', '2:3 P4004', '5:2 P4004']);
  t.deepEqual(hints, ["did you mean 'include'?", "did you mean 'define'?", undefined]);
});

test('#error says its text as it stands, ends the program, and leaves macros alone', (t) => {
  const { found, messages, text } = preprocessText('#define no yes\na\n#error no "x" 08x don\'t  // told\nb');
  t.deepEqual(found, ['3:1 P4007']);
  t.deepEqual(messages, ['#error: no "x" 08x don\'t']);
  t.is(text, '');
});

test('two #errors are both said', (t) => {
  t.deepEqual(preprocessText('#error a\n#error b').found, ['1:1 P4007', '2:1 P4007']);
});

test('#warning says its text and goes on', (t) => {
  const { found, messages, text } = preprocessText('#warning old\nb');
  t.deepEqual([...found, ...messages], ['1:1 P4008', '#warning: old']);
  t.is(text, 'b');
});

test('#pragma comes out as it stands, in its place', (t) => {
  const { text, found } = preprocessText('#define x y\na\n#pragma pa x  "q" \\\n more\nb');
  t.deepEqual(found, []);
  t.is(text, 'a #pragma pa x "q" more b');
});

test('@pragma takes the rest of its line, with macros in it expanded', (t) => {
  const { text } = preprocessText('#define x y\na @pragma pa x "q" 3\nb @pragma\nc');
  t.is(text, 'a #pragma pa y "q" 3 b #pragma  c');
});

test('@pragma out of a macro takes the rest of the macro and of the line', (t) => {
  t.is(preprocessText('#define P @pragma pa\nP x\nb').text, '#pragma pa x b');
  t.is(preprocessText('#define P(a) @pragma pa a\nP(1) x\nb').text, '#pragma pa 1 x b');
});

test("'pragma' is a word like others elsewhere, and so is an annotation with a blank", (t) => {
  t.is(preprocessText('bit pragma; @name("pragma")').text, 'bit pragma ; @ name ( "pragma" )');
});

test('#pragma once: by the file, not by how its name is written', (t) => {
  const { text } = preprocessText(
    {
      'main.p4': '#include "a.p4"\n#include "./a.p4"\n#include "d/../a.p4"\n#include <a.p4>\n',
      'a.p4': '#pragma once\na',
      'd/../a.p4': '#pragma once\na',
    },
    { includeDirectories: ['.'] },
  );
  t.is(text, 'a');
});

// -----------------------------------------------------------------------------------------------------
// Places

test('#line changes what the following lines are called', (t) => {
  const { found, places } = preprocessText('a\n#line 100\nb\nc\n#line 7 "made.p4"\nd\n#line 9\ne');
  t.deepEqual(found, []);
  t.deepEqual(places, ['1:1', '100:1', '101:1', 'made.p4:7:1', 'made.p4:9:1']);
});

test('#line may be made of macros, and what cpp leaves behind is the same', (t) => {
  const { places, found } = preprocessText('#define L 50 "x"\n#line L\na\n# 12 "y" 1 3\nb');
  t.deepEqual(found, []);
  t.deepEqual(places, ['x:50:1', 'y:12:1']);
});

test('#line counts lines of every kind of end, and in included files only there', (t) => {
  t.deepEqual(preprocessText('#line 100\r\na\r\nb\rc\n').places, ['100:1', '101:1', '102:1']);
  const { places } = preprocessText({ 'main.p4': '#include "i"\nb', i: '#line 5 "j"\na' });
  t.deepEqual(places, ['j:5:1', '2:1']);
});

test('#line without a number', (t) => {
  for (const [line, place] of [
    ['#line', '1:1'],
    ['#line x', '1:7'],
    ['#line 5 x', '1:9'],
    ['#line "x"', '1:7'],
  ] as const) {
    t.deepEqual(preprocessText(line).found, [`${place} P4018`], line);
  }
});

test('__LINE__ and __FILE__ are those of the place, #line included, and of the use of a macro', (t) => {
  const { text, found } = preprocessText(
    '__FILE__ __LINE__\n#define HERE __FILE__ __LINE__\n\nHERE\n#line 9 "b\\"c"\nHERE',
  );
  t.deepEqual(found, []);
  t.is(text, '"main.p4" 1 "main.p4" 4 "b\\"c" 9');
});

test('__LINE__ counts as a number in conditions, and is defined', (t) => {
  t.is(preprocessText('#if __LINE__ == 1 && defined __LINE__ && defined(__FILE__)\nyes\n#endif').text, 'yes');
});

test('lines are joined by a backslash, in the middle of anything', (t) => {
  const { text, found } = preprocessText(
    '#def\\\nine X a \\\n b\nX\nwo\\\nrd &\\\n& "st\\\nr" 8w\\\r\n5 // c \\\n still\nz',
  );
  t.deepEqual(found, []);
  t.is(text, 'a b word && "st\\\nr" 8w5 z');
});

test('blanks behind that backslash are forgiven', (t) => {
  t.is(preprocessText('#define X a \\  \n b\nX').text, 'a b');
});

test('a directive begins its line: behind blanks and comments, not behind tokens or out of macros', (t) => {
  const { text, found } = preprocessText(
    ' /* c */ # /* d */ define X 1\nX\n#define H # define Y 2\nH\na # b',
  );
  t.deepEqual(found, []);
  t.is(text, '1 # define Y 2 a # b');
});

test('a comment over lines ends a directive only where it ends', (t) => {
  t.is(preprocessText('#define X 1 /* a\nb */ + 2\nX').text, '1 + 2');
});

test('a mistake inside a macro names the use, the spelling and the chain between', (t) => {
  const { diagnostics } = compileText('#define INNER true\n#define OUTER INNER\nconst bit<8> x = OUTER;\n');
  t.is(diagnostics.length, 1);
  const span = diagnostics[0]?.span;
  t.deepEqual(span?.source.location(span.start), { file: 'test.p4', line: 3, column: 18 });
  const inner = span?.macro;
  t.is(inner?.name, 'INNER');
  t.deepEqual(inner?.spelling.source.location(inner.spelling.start), {
    file: 'test.p4',
    line: 1,
    column: 15,
  });
  t.is(inner?.spelling.macro?.name, 'OUTER');
  t.deepEqual(inner?.spelling.macro?.spelling.start, '#define INNER true\n#define OUTER '.length);
});

test('a mistake in the argument of a macro is at the argument', (t) => {
  const { diagnostics } = compileText('#define SUM(a, b) ((a) + (b))\nconst bit<8> x = SUM(1, true);\n');
  const [first] = diagnostics;
  t.is(diagnostics.length, 1);
  t.is(first?.span.source.location(first.span.start).line, 2);
});

test('the end has the place of the end of the main file', (t) => {
  const source = new SourceFile('x', '');
  t.deepEqual(source.location(0), { file: 'x', line: 1, column: 1 });
  t.is(preprocessText('').text, '');
});
