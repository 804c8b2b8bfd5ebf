import test from 'ava';
import { Command } from 'commander';
import { DECLARATIONS, declareCommands } from './commands.ts';

const namesOf = (program: Command) => program.commands.map((command) => command.name());

test('each command is found under its name', (t) => {
  for (const { names, declare } of DECLARATIONS) {
    const program = new Command();
    declare(program, () => {});
    t.deepEqual([...namesOf(program)].sort(), [...names].sort());
  }
});

test('only what the words ask for is declared', (t) => {
  const declared = (...words: readonly string[]) => {
    const program = new Command();
    declareCommands(program, words, () => {});
    return namesOf(program);
  };
  const all = DECLARATIONS.flatMap(({ names }) => names).length;
  t.deepEqual(declared('check', 'compile'), ['check']);
  t.deepEqual(declared('--version'), []);
  t.true(declared('meters', 'get').includes('meters'));
  for (const words of [[], ['--help'], ['help', 'check'], ['chekc'], ['complete', 'moor']])
    t.is(declared(...words).length, all, words.join(' '));
});
