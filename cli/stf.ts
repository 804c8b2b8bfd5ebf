/** `moor stf`: do packet tests pass on the embedded switch? The work is in stf-files.ts, loaded when it runs. */

import type { Command } from 'commander';

/** What the user asked for. */
export type StfOptions = {
  readonly trace?: boolean;
  readonly verbose?: boolean;
  readonly quiet?: boolean;
  readonly json?: boolean;
};

/** Adds the command. `finish` takes the exit code. */
export function addStfCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('stf')
    .description('run packet tests on the embedded switch')
    .argument('<file...>', 'programs in BMv2 JSON, and tests; without a test, NAME.stf beside NAME.json')
    .option('--trace', 'show what happens to each packet')
    .option('-v, --verbose', 'show what tests read out, and what programs log')
    .option('--json', 'the results for other programs')
    .option('-q, --quiet', 'only failures and the last line')
    .addHelpText(
      'after',
      `
A test given after a program is for that program; several tests may follow one.
The last line is 'N passed, N failed'. Exit code 0: all passed, 1: some failed.

Examples:
  moor stf forward.json                      runs forward.stf
  moor stf forward.json one.stf two.stf      runs both tests
  moor stf *.json                            each with its own test
  moor stf --trace forward.json              explains every packet`,
    )
    .action(async (files: string[], options: StfOptions) => {
      const { runStfFiles } = await import('./stf-files.ts');
      finish(runStfFiles(files, options));
    });
}
