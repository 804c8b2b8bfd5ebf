/** `moor check`: are these P4 programs right? The work is in check-files.ts, loaded when it runs. */

import { type Command, InvalidArgumentError, Option } from 'commander';

/** What the user asked for. */
export type CheckOptions = {
  readonly include: readonly string[];
  readonly define: readonly { readonly name: string; readonly value: string }[];
  readonly json?: boolean;
  readonly format: 'text' | 'json' | 'sarif';
  readonly werror?: boolean;
  readonly disableWarning: readonly string[];
  readonly explain?: boolean;
  readonly quiet?: boolean;
  readonly color: boolean;
};

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function collectDefine(value: string, previous: CheckOptions['define']): CheckOptions['define'] {
  const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(value);
  if (match === null) throw new InvalidArgumentError('write NAME or NAME=VALUE');
  return [...previous, { name: match[1] ?? '', value: match[2] ?? '1' }];
}

function collectCode(value: string, previous: readonly string[]): readonly string[] {
  if (!/^P4\d{3}$/.test(value)) throw new InvalidArgumentError('write the code of a message, such as P4901');
  return [...previous, value];
}

/** Adds the command. `finish` takes the exit code. */
export function addCheckCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('check')
    .description('check P4-16 programs: syntax, names, types, and the rules of the language')
    .argument('<program...>', "P4 source files; '-' reads standard input")
    .option('-I, --include <directory>', 'look for included files here too (may be repeated)', collect, [])
    .option('-D, --define <name[=value]>', 'define a macro (may be repeated)', collectDefine, [])
    .addOption(
      new Option('--format <format>', 'how diagnostics are written')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--werror', 'treat warnings as errors')
    .option(
      '--disable-warning <code>',
      'leave out a warning, such as P4901 (may be repeated)',
      collectCode,
      [],
    )
    .option('--explain', 'describe what a right program consists of')
    .option('-q, --quiet', 'say nothing; only the exit code tells')
    .option('--no-color', 'no colours (NO_COLOR works too)')
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
