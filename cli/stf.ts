/** `moor stf`: do packet tests pass on the embedded switch? The work is in stf-files.ts, loaded when it runs. */

import type { Command } from 'commander';
import { collect, collectDefine, type SourceOptions } from './source-options.ts';

/** What the user asked for. */
export type StfOptions = SourceOptions & {
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
    .argument('<file...>', 'programs in P4 or BMv2 JSON, and tests; without a test, the NAME.stf beside it')
    .option('-I, --include <directory>', 'look for included files here too (may be repeated)', collect, [])
    .option('-D, --define <name[=value]>', 'define a macro (may be repeated)', collectDefine, [])
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
  moor stf forward.p4                        compiles it and runs forward.stf
  moor stf forward.json                      the same with BMv2 JSON, ours or p4c's
  moor stf forward.json one.stf two.stf      runs both tests
  moor stf *.json                            each with its own test
  moor stf --trace forward.p4                explains every packet`,
    )
    .action(async (files: string[], options: StfOptions) => {
      const { runStfFiles } = await import('./stf-files.ts');
      finish(await runStfFiles(files, options));
    });
}
