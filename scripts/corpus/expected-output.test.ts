import test from 'ava';
import { parseExpectedOutput } from './expected-output.ts';

test('names the line of an error and of the places that belong to it', (t) => {
  const output = parseExpectedOutput(
    [
      'twice.p4(9): [--Werror=duplicate] error: x: declared again',
      'bit<8> x;',
      '       ^',
      'twice.p4(4)',
      'bit<8> x;',
    ].join('\n'),
  );
  t.true(output.hasErrors);
  t.deepEqual(output.lines, [
    { file: 'twice.p4', line: 9 },
    { file: 'twice.p4', line: 4 },
  ]);
});

test('reads indented places and the form with a column', (t) => {
  const output = parseExpectedOutput(
    'a.p4:3:7: syntax error, unexpected }\n  ---- Originating from:\n  b-1.p4(12): Source expression\n',
  );
  t.true(output.hasErrors);
  t.deepEqual(output.lines, [
    { file: 'a.p4', line: 3 },
    { file: 'b-1.p4', line: 12 },
  ]);
});

test('an error without a place is an error', (t) => {
  const output = parseExpectedOutput('[--Werror=not-found] error: no match_kind\n');
  t.true(output.hasErrors);
  t.deepEqual(output.lines, []);
});

test('a syntax error follows its place directly', (t) => {
  t.true(parseExpectedOutput('a.p4(5):syntax error, unexpected (\n').hasErrors);
});

test('neither warnings nor quoted source make an error', (t) => {
  const output = parseExpectedOutput(
    'a.p4(5): [--Wwarn=unused] warning: x is unused\n  x = 1; // error: see b.p4(7)\n      ^\n',
  );
  t.false(output.hasErrors);
  t.deepEqual(output.lines, [{ file: 'a.p4', line: 5 }]);
});
