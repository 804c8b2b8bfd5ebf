/** `moor check`: are these P4 programs right? The work is in check-files.ts, loaded when it runs. */

import type { Command } from 'commander';
import { addSourceOptions, type ReportOptions, type SourceOptions } from './source-options.ts';

/** What the user asked for. */
export type CheckOptions = SourceOptions & ReportOptions & { readonly explain?: boolean };

/** Adds the command. `finish` takes the exit code. */
export function addCheckCommand(program: Command, finish: (code: number) => void): void {
  addSourceOptions(
    program
      .command('check')
      .description('check P4-16 programs: syntax, names, types, and the rules of the language')
      .argument('<program...>', "P4 source files; '-' reads standard input"),
  )
    .option('--explain', 'describe what a right program consists of')
    .addHelpText(
      'after',
      `
Diagnostics go to standard error as 'file:line:column: error[P4xxx]: message';
JSON and SARIF go to standard output. Exit code 0: no errors, 1: errors.

Examples:
  moor check switch.p4
  moor check -I include -D DEBUG=1 switch.p4 router.p4
  moor check --json switch.p4 | jq '.diagnostics[].message'
  moor check --format sarif switch.p4 > result.sarif
  generate | moor check -`,
    )
    .action(async (files: string[], options: CheckOptions) => {
      const { checkFiles } = await import('./check-files.ts');
      finish(await checkFiles(files, options));
    });
}
