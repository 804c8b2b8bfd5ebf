/** Conditions of #if: C's constant expressions (ISO/IEC 9899:2011, §6.6 and §6.10.1), over integers without bounds. */

import test from 'ava';
import { preprocessText } from './test-harness.ts';

/** Whether a condition holds; the message where it is refused. */
function holds(condition: string): boolean | string {
  const { text, messages } = preprocessText(
    `#define ONE 1\n#define ID(x) x\n#define EMPTY\n#if ${condition}\nyes\n#endif`,
  );
  return messages[0] ?? text === 'yes';
}

for (const condition of [
  '1',
  '!0',
  'ONE',
  '!NONE',
  '!true',
  'defined ONE',
  'defined(ONE)',
  'defined ( ONE ) && !defined NONE',
  'defined(EMPTY)',
  'ID(1) == ONE && !ID',
  // Binding, from loosest to tightest: ?:, ||, &&, |, ^, &, == !=, < > <= >=, << >>, + -, * / %, prefix.
  '0 ? 0 : 1 ? 2 : 3',
  '(1 ? 0 : 1) == 0',
  '1 || 1 && 0',
  '(1 | 2 ^ 3) == 1',
  '(6 ^ 3 & 1) == 7',
  '(4 & 5 == 5) == 0',
  '(2 < 1 == 0)',
  '(1 << 2 + 1) == 8',
  '2 + 3 * 4 == 14',
  '20 - 5 - 5 == 10',
  '7 / 2 == 3 && 7 % 4 == 3',
  // Division goes towards zero, and the remainder has the sign of the dividend.
  '-7 / 2 == -3 && -7 % 4 == -3',
  '- - 1 == 1 && ~0 == -1 && +5 == 5',
  '-8 >> 1 == -4',
  '0x10 == 16 && 0XfF == 255 && 0b101 == 5',
  // A number that begins with 0 is octal to C, and here only: elsewhere in P4 it is decimal (§6.4.3.2).
  '010 == 8 && 00 == 0',
  '5u == 5 && 5UL == 5 && 0x1Fl == 31',
  '1_000 == 1000',
  '18446744073709551616 > 18446744073709551615',
  // What cannot be evaluated does not matter where it does not count.
  '1 || 1 / 0',
  '!(0 && 1 / 0)',
  '1 ? 1 : 1 / 0',
  '1 >= 1 && 1 <= 1 && 1 != 2 && 2 > 1 && 1 < 2',
]) {
  test(`#if ${condition}`, (t) => t.is(holds(condition), true));
}

for (const condition of ['0', 'NONE', 'defined NONE', '1 == 2', 'EMPTY 0', '1 - 1', '0x0']) {
  test(`#if ${condition} does not hold`, (t) => t.is(holds(condition), false));
}

for (const [condition, reason] of [
  ['', 'it is empty'],
  ['EMPTY', 'it is empty'],
  ['1 +', 'a value is missing'],
  ['(1', "')' is missing"],
  ['1)', "')' is not expected here"],
  ['1 2', "'2' is not expected here"],
  ['NONE(1)', "'(' is not expected here"],
  ['1 ? 2', "':' is missing behind '?'"],
  ['1 = 1', "'=' is not expected here"],
  ['"x"', `'"x"' is not a value`],
  ['defined', "'defined' wants the name of a macro"],
  ['defined(ONE', "the ')' behind 'defined' is missing"],
  ['defined 1', "'defined' wants the name of a macro"],
  ['08', "'08' is not a number, because those that begin with 0 are octal here"],
  ['0x', "'0x' is not a number"],
  ['1.5', "'.' is not expected here"],
  ['1 << -1', 'the amount of a shift is out of range'],
  ['1 << 100000', 'the amount of a shift is out of range'],
  ['(1 << 4000) * (1 << 4000)', 'a number becomes too large'],
  [`${'('.repeat(1000)}1${')'.repeat(1000)}`, 'it is nested too deeply'],
] as const) {
  test(`#if ${condition.slice(0, 30)}: refused`, (t) => {
    t.is(holds(condition), `the condition of '#if' is not understood: ${reason}`);
  });
}

test('division by zero is told at the operator', (t) => {
  t.deepEqual(preprocessText('#if 1 + 4 / 0\n#endif').found, ['1:11 P4016']);
  t.deepEqual(preprocessText('#if 4 % (2 - 2)\n#endif').found, ['1:7 P4016']);
});

test('what is wrong is told at its token, in a macro with both places', (t) => {
  t.deepEqual(preprocessText('#if 1 + )\n#endif').found, ['1:9 P4015']);
  t.deepEqual(preprocessText('#define BAD 1 +\n#if BAD\n#endif').found, ['2:5 P4015']);
});

test('#elif and #ifdef are named in what is told about them', (t) => {
  t.is(
    preprocessText('#if 0\n#elif\n#endif').messages[0],
    "the condition of '#elif' is not understood: it is empty",
  );
  t.is(
    preprocessText('#ifdef\n#endif').messages[0],
    "the condition of '#ifdef' is not understood: the name of a macro is missing",
  );
  t.is(
    preprocessText('#ifndef 5\n#endif').messages[0],
    "the condition of '#ifndef' is not understood: '5' is not the name of a macro",
  );
});
