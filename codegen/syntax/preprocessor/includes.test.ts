/** Which file an include means, and what is said when there is none. */

import test from 'ava';
import { preprocessText } from './test-harness.ts';

const ORDER = {
  'sub/with.p4': '#include "x.p4"\n#include <x.p4>',
  'sub/x.p4': 'beside',
  'first/x.p4': 'first',
  'second/x.p4': 'second',
  'library/x.p4': 'library',
};
const PATHS = { includeDirectories: ['first', 'second'], libraryDirectory: 'library' };

test('in quotes: beside the including file first; in angle brackets: the directories of -I in order', (t) => {
  const { text, found } = preprocessText({ ...ORDER, 'main.p4': '#include "sub/with.p4"' }, PATHS);
  t.deepEqual(found, []);
  t.is(text, 'beside first');
});

test("then -I, and moor's own declarations last", (t) => {
  const without = (...gone: readonly string[]) => {
    const files = Object.fromEntries(Object.entries(ORDER).filter(([path]) => !gone.includes(path)));
    return preprocessText({ ...files, 'main.p4': '#include "sub/with.p4"' }, PATHS).text;
  };
  t.is(without('sub/x.p4'), 'first first');
  t.is(without('sub/x.p4', 'first/x.p4'), 'second second');
  t.is(without('sub/x.p4', 'first/x.p4', 'second/x.p4'), 'library library');
});

test('an absolute name is taken as it is', (t) => {
  t.is(preprocessText({ 'main.p4': '#include "/a/b.p4"\n#include </a/b.p4>', '/a/b.p4': 'b' }).text, 'b b');
});

test('a name may be made of macros', (t) => {
  const files = { 'a.p4': 'a', 'dir/b.p4': 'b' };
  const { text, found } = preprocessText(
    { ...files, 'main.p4': '#define Q "a.p4"\n#define D dir\n#define A <D/b.p4>\n#include Q\n#include A' },
    { includeDirectories: ['.'] },
  );
  t.deepEqual(found, []);
  t.is(text, 'a b');
});

test('blanks and comments around a name, and none before it', (t) => {
  const files = { 'a.p4': 'a' };
  const { text, found } = preprocessText({
    ...files,
    'main.p4': '# include /* c */ "a.p4" // d\n#include"a.p4"',
  });
  t.deepEqual(found, []);
  t.is(text, 'a a');
});

test('what is no name: one message, and nothing that follows from it', (t) => {
  for (const line of [
    '#include',
    '#include a.p4',
    '#include ""',
    '#include <>',
    '#include <a',
    '#include 5',
  ]) {
    const { found, text } = preprocessText(`${line}\nx`);
    t.deepEqual(found, ['1:1 P4003'], line);
    t.is(text, '', line);
  }
  t.deepEqual(preprocessText('#include "a').found, ['1:10 P4051']);
});

test('text behind the name is warned of', (t) => {
  t.deepEqual(
    preprocessText({ 'main.p4': '#include "a" b\n#include <a> ;', a: '' }, { includeDirectories: ['.'] })
      .found,
    ['1:14 P4019', '2:14 P4019'],
  );
});

test('a file that is not there: where was looked', (t) => {
  const { found, hints, text } = preprocessText({ 'main.p4': '#include "none.p4"\nx' }, PATHS);
  t.deepEqual(found, ['1:10 P4001']);
  t.deepEqual(hints, [
    "looked in '.', 'first', 'second', moor's own declarations; -I DIRECTORY names another place",
  ]);
  t.is(text, '');
});

test('a file that is not there: a near name', (t) => {
  const { hints } = preprocessText({ 'main.p4': '#include <v1modle.p4>', 'library/v1model.p4': '' }, PATHS);
  t.regex(hints[0] ?? '', /^did you mean 'v1model\.p4'\?/);
  const folder = preprocessText({ 'main.p4': '#include "inc/header.p4"', 'inc/headers.p4': '' });
  t.regex(folder.hints[0] ?? '', /^did you mean 'inc\/headers\.p4'\?/);
});

test('a file that is beside this one, but asked for in angle brackets', (t) => {
  const { hints } = preprocessText({ 'main.p4': '#include <a.p4>', 'a.p4': '' });
  t.deepEqual(hints, ['write #include "a.p4" for the file beside this one']);
});

test('two files that are not there are both told', (t) => {
  t.deepEqual(preprocessText('#include "a"\n#include "b"').found, ['1:10 P4001', '2:10 P4001']);
});

test('files in a circle: told once, with the circle', (t) => {
  const { found, hints } = preprocessText({
    'main.p4': '#include "a.p4"',
    'a.p4': 'a\n#include "b.p4"',
    'b.p4': '#include "a.p4"\nb',
  });
  t.is(found.length, 1);
  t.regex(found[0] ?? '', /P4002$/);
  t.regex(hints[0] ?? '', /a\.p4 includes b\.p4 includes a\.p4|b\.p4 includes a\.p4 includes b\.p4/);
});

test('a file that includes itself under a condition ends', (t) => {
  const counting = `#ifndef N0
#define N0
#include "main.p4"
#elif !defined N1
#define N1
#include "main.p4"
#endif
x`;
  const { text, found } = preprocessText(counting);
  t.deepEqual(found, []);
  t.is(text, 'x x x');
});

test('each file is read once, and is a source each time it is included', (t) => {
  const { files } = preprocessText({ 'main.p4': '#include "a"\n#include "b"', a: '#include "b"', b: 'x' });
  t.deepEqual(files, ['main.p4', 'a', 'b', 'b']);
});

test('files that include others over and over end with a message', (t) => {
  const files: Record<string, string> = { f0: 'x' };
  for (let level = 1; level <= 40; level++) files[`f${level}`] = `#include "f${level - 1}"\n`.repeat(2);
  const { found } = preprocessText({ ...files, 'main.p4': '#include "f40"' });
  t.is(found.length, 1);
  t.regex(found[0] ?? '', /P4021$/);
});
