/** What help says of every command. */

import test from 'ava';
import { Command } from 'commander';
import { moorCommands, problemOf } from '../scripts/docs/moor-words.ts';
import { declareCommands } from './commands.ts';

/** Of help's own making, or not for people. */
const HIDDEN = new Set(['help', 'complete', 'lab-node', 'manual']);

function all(): Command {
  const program = new Command('moor');
  declareCommands(program, [], () => {});
  return program;
}

function* commandsOf(command: Command, path = ''): Generator<readonly [string, Command]> {
  for (const inner of command.commands) {
    if (HIDDEN.has(inner.name())) continue;
    const name = `${path}${inner.name()}`;
    yield [name, inner];
    yield* commandsOf(inner, `${name} `);
  }
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

test('every command has a description, two examples that can be typed, exit codes, and what to read next', (t) => {
  const program = all();
  const problems: string[] = [];
  let examples = 0;
  for (const [name, command] of commandsOf(program)) {
    const text = helpOf(command);
    const report = (problem: string) => problems.push(`moor ${name}: ${problem}`);
    if (command.description().length < 8) report('no description');
    if ((text.match(/^Exit codes: 0 /gm) ?? []).length !== 1) report('no exit codes, or twice');
    if (!/^See also: /m.test(text)) report('nothing to read next');
    const [, block = ''] = /^Examples:\n((?: {2,}.*\n?)+)/m.exec(text) ?? [];
    const lines = block.split('\n').filter((line) => line.trim() !== '');
    const own = moorCommands(block, true);
    if (lines.length < 2) report(`${lines.length} examples`);
    for (const words of own) {
      examples++;
      const problem = problemOf(program, words);
      if (problem !== undefined) report(problem);
    }
  }
  t.deepEqual(problems, []);
  t.true(examples > 100, String(examples));
});

test('options with values say what they are, and defaults what they mean', (t) => {
  const problems = [...commandsOf(all())].flatMap(([name, command]) =>
    command.options.flatMap(({ flags, description }) =>
      description.length < 4 ? [`moor ${name} ${flags}: no description`] : [],
    ),
  );
  t.deepEqual(problems, []);
});
