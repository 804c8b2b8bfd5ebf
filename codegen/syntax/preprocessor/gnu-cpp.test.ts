/**
 * Random macro programs through moor and through GNU cpp: the tokens must be the same, and both must refuse the same
 * programs. The programs keep to what C and P4 read alike (no '.', '-' or ':' to paste, no numbers with exponents, nothing unsigned).
 *
 * MOOR_FUZZ_RUNS=100000 MOOR_FUZZ_SEED=1 makes a long run.
 */

import { spawnSync } from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import { DiagnosticSink } from '../../diagnostics.ts';
import { tokenize } from '../lexer.ts';
import { SourceFile } from '../source.ts';
import type { Token } from '../tokens.ts';
import { preprocess } from './index.ts';

const RUNS = Number(process.env['MOOR_FUZZ_RUNS'] ?? 300);
const SEED = Number(process.env['MOOR_FUZZ_SEED'] ?? 20261125);

const hasCpp = spawnSync('cpp', ['--version']).status === 0;

/** A token as text. In strings that '#' makes, cpp puts blanks where macros vanished, and the standard none. */
function comparable({ kind, text }: Token): string {
  return kind === 'string' ? text.replaceAll(' ', '') : text;
}

/** What cpp makes of a program; undefined where it refuses it. */
function gnuTokens(text: string): readonly string[] | undefined {
  const { status, stdout } = spawnSync('cpp', ['-P', '-undef', '-nostdinc', '-w', '-'], {
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  return tokenize(new SourceFile('cpp', stdout), new DiagnosticSink()).map(comparable);
}

/** What moor makes of it; undefined where it refuses it. */
function moorTokens(text: string): readonly string[] | 'comma' | undefined {
  const sink = new DiagnosticSink();
  const { tokens } = preprocess(
    new SourceFile('moor', text),
    {
      includeDirectories: [],
      libraryDirectory: undefined,
      defines: [],
      fileSystem: { readFile: () => undefined },
    },
    sink,
  );
  // cpp lets commas stand in conditions, which the standard forbids.
  if (sink.diagnostics.some(({ message }) => message.endsWith("',' is not expected here"))) return 'comma';
  // Numbers with letters in them are numbers to C's preprocessor; what is wrong with them comes later.
  const refused = sink.diagnostics.some(({ severity, code }) => severity === 'error' && code !== 'P4054');
  return refused ? undefined : tokens.map(comparable);
}

/** The macros of the programs, by how many arguments they mostly take. What they paste together is a name again. */
const MACROS = { q: undefined, EMPTY: undefined, f1: 0, f: 1, fg: 1, g: 2, gh: 2, h: 3 } as const;
type MacroName = keyof typeof MACROS;
const NAMES: readonly MacroName[] = ['q', 'EMPTY', 'f1', 'f', 'fg', 'g', 'gh', 'h'];
/** The parameters of `h` are variadic. */
const PARAMETERS: Readonly<Record<MacroName, readonly string[] | undefined>> = {
  q: undefined,
  EMPTY: undefined,
  f1: [],
  f: ['a'],
  fg: ['x'],
  g: ['a', 'b'],
  gh: ['x', 'f'],
  h: ['a', '...'],
};

const name = fc.constantFrom(...NAMES);
const blank = fc.constantFrom('', ' ', ' ', ' ', '/**/', '\t', ' \\\n ');
const plain = fc.constantFrom(
  '1',
  '2',
  'x',
  'y',
  '+',
  '<',
  '=',
  '&',
  '|',
  ';',
  '[',
  ']',
  '"s"',
  '"\\n\\"t"',
  '(q)',
  '(x, y)',
);

/** Pieces with blanks between; names, numbers and operators never touch unless a paste is meant. */
const joined = (pieces: fc.Arbitrary<string>, maxLength: number, minLength = 0) =>
  fc
    .array(fc.tuple(pieces, blank), { minLength, maxLength })
    .map((items) =>
      items
        .map(
          ([piece, gap], index) => piece + (gap === '' && touches(piece, items[index + 1]?.[0]) ? ' ' : gap),
        )
        .join(''),
    );

/** Whether C and P4 could differ on two pieces without a blank between. */
function touches(left: string, right: string | undefined): boolean {
  return right === undefined || !(/[(),;[\]]$/.test(left) || /^[(),;[\]]/.test(right));
}

/** A use of a macro, mostly with as many arguments as it takes. */
const use = (argument: fc.Arbitrary<string>) =>
  fc
    .tuple(name, fc.array(argument, { minLength: 5, maxLength: 5 }), fc.nat(19), blank)
    .map(([one, given, odd, gap]) => {
      const wanted = MACROS[one];
      if (wanted === undefined) return one;
      // The last macro takes any number.
      const count = odd === 0 ? wanted + 1 : one === 'h' ? 1 + (odd % 4) : wanted;
      return `${one}${gap}(${given.slice(0, count).join(',')})`;
    });

const word = fc.oneof(name, fc.constantFrom('x', 'y', '1'));
const simple = fc.oneof({ weight: 3, arbitrary: word }, plain);
const argument = fc.oneof(
  { weight: 5, arbitrary: word },
  { weight: 2, arbitrary: joined(simple, 3) },
  { weight: 2, arbitrary: use(simple) },
  { weight: 1, arbitrary: use(use(simple)) },
);

/** The body of a macro, with or without parameters. */
function bodyOf(parameters: readonly string[] | undefined): fc.Arbitrary<string> {
  const names = (parameters ?? []).map((one) => (one === '...' ? '__VA_ARGS__' : one));
  if (names.length === 0) {
    return joined(
      fc.oneof(
        { weight: 3, arbitrary: simple },
        { weight: 2, arbitrary: use(argument) },
        { weight: 1, arbitrary: fc.tuple(name, word).map(([one, other]) => `${one} ## ${other}`) },
        { weight: 1, arbitrary: fc.constantFrom('(', ')', ',', 'f(', 'g(x,', '# ## #', '> ## >=') },
      ),
      5,
    );
  }
  const parameter = fc.constantFrom(...names);
  const operand = fc.oneof(parameter, word);
  return joined(
    fc.oneof(
      { weight: 3, arbitrary: parameter },
      { weight: 2, arbitrary: simple },
      { weight: 2, arbitrary: use(fc.oneof(parameter, argument)) },
      { weight: 1, arbitrary: parameter.map((one) => `#${one}`) },
      { weight: 1, arbitrary: parameter.map((one) => `# ${one}`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(operand, blank, operand)
          .map(([one, gap, other]) => `${one}${gap}##${gap}${other}`),
      },
      { weight: 1, arbitrary: fc.tuple(operand, operand, operand).map((all) => all.join(' ## ')) },
      { weight: 1, arbitrary: fc.constantFrom('(', ')', ',', 'f(', 'g(x,', '##', '> ## >') },
      ...(names.includes('__VA_ARGS__')
        ? [{ weight: 2, arbitrary: fc.constantFrom(', ## __VA_ARGS__', 'y, ##__VA_ARGS__', '# __VA_ARGS__') }]
        : []),
    ),
    6,
  );
}

const definition = fc.oneof(
  { weight: 9, arbitrary: name.chain((one) => defined(one, PARAMETERS[one])) },
  {
    weight: 1,
    arbitrary: fc.tuple(name, name).chain(([one, other]) => defined(one, PARAMETERS[other])),
  },
);

function defined(one: string, parameters: readonly string[] | undefined): fc.Arbitrary<string> {
  const head = parameters === undefined ? one : `${one}(${parameters.join(',')})`;
  return bodyOf(parameters).map((text) => `#define ${head} ${text}`);
}

const OPERATORS = '+ - * / % < > <= >= == != & | ^ && || << >>'.split(' ');
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('0', '1', '2', '7', 'x', '0x10', '010', '0xFL'),
    name,
    name.map((one) => `defined ${one}`),
    name.map((one) => `defined(${one})`),
    fc.tuple(name, tie('condition')).map(([one, text]) => `${one}(${text})`),
    fc
      .tuple(tie('condition'), fc.constantFrom(...OPERATORS), tie('condition'))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    fc
      .tuple(fc.constantFrom('!', '~', '-', '+'), tie('condition'))
      .map(([operator, text]) => `${operator} ${text}`),
    tie('condition').map((text) => `(${text})`),
    fc
      .tuple(tie('condition'), tie('condition'), tie('condition'))
      .map(([first, second, third]) => `${first} ? ${second} : ${third}`),
  ),
}));

const text = joined(
  fc.oneof(
    { weight: 4, arbitrary: use(argument) },
    { weight: 4, arbitrary: use(use(argument)) },
    { weight: 3, arbitrary: name },
    { weight: 2, arbitrary: plain },
  ),
  5,
  1,
);

/** Lines that belong together. */
const { lines } = fc.letrec<{ lines: string; block: string }>((tie) => ({
  block: fc.oneof(
    { depthSize: 'small' },
    definition,
    text,
    fc
      .tuple(
        fc.oneof(
          name.map((one) => `#ifdef ${one}`),
          name.map((one) => `#ifndef ${one}`),
          condition.map((expression) => `#if ${expression}`),
        ),
        tie('lines'),
        fc.oneof(
          fc.constant(''),
          fc.constant('#else\n'),
          condition.map((expression) => `#elif ${expression}\n`),
        ),
        tie('lines'),
      )
      .map(([opening, first, middle, second]) => `${opening}\n${first}\n${middle}${second}\n#endif`),
    // The arguments of a macro go over lines, with whatever stands on these.
    fc
      .tuple(fc.constantFrom('f(', 'g(x,', 'h(1,'), tie('lines'))
      .map(([opening, inner]) => `${opening}\n${inner}\n)`),
    name.map((one) => `#undef ${one}`),
    fc.constantFrom(')', '(', '#else', '#endif', '# ', '#if', '#define', '#undef 1', '#nothing'),
  ),
  lines: fc.array(tie('block'), { maxLength: 4 }).map((all) => all.join('\n')),
}));

const program = fc
  .tuple(
    fc.array(definition, { minLength: 1, maxLength: 8 }),
    fc.array(fc.oneof(text, lines), { minLength: 1, maxLength: 5 }),
  )
  .map((parts) => `${parts.flat().join('\n')}\n`);

(hasCpp ? test : test.skip)('random macro programs give the tokens that GNU cpp gives (needs cpp)', (t) => {
  let compared = 0;
  fc.assert(
    fc.property(program, (source) => {
      const expected = gnuTokens(source);
      const found = moorTokens(source);
      if (found === 'comma') return true;
      if (expected !== undefined) compared++;
      return JSON.stringify(expected) === JSON.stringify(found);
    }),
    { seed: SEED, numRuns: RUNS },
  );
  // The comparison is of tokens, not only of refusals.
  t.true(compared > RUNS / 4, `${compared} of ${RUNS}`);
});
