/** The options that all commands over P4 programs have. */

import { type Command, InvalidArgumentError, Option } from 'commander';

/** How the preprocessor is set up. */
export type SourceOptions = {
  readonly include: readonly string[];
  readonly define: readonly { readonly name: string; readonly value: string }[];
};

/** How what is found is told. */
export type ReportOptions = {
  readonly json?: boolean;
  readonly format: 'text' | 'json' | 'sarif';
  readonly werror?: boolean;
  readonly disableWarning: readonly string[];
  readonly quiet?: boolean;
  readonly color: boolean;
};

/** Adds a value to those given before: for options that may be repeated. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

/** Reads a value of `-D` and adds it to those given before. */
export function collectDefine(value: string, previous: SourceOptions['define']): SourceOptions['define'] {
  const match = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(value);
  if (match === null) throw new InvalidArgumentError('write NAME or NAME=VALUE');
  return [...previous, { name: match[1] ?? '', value: match[2] ?? '1' }];
}

function collectCode(value: string, previous: readonly string[]): readonly string[] {
  if (!/^P4\d{3}$/.test(value)) throw new InvalidArgumentError('write the code of a message, such as P4901');
  return [...previous, value];
}

/** Adds the options to a command. */
export function addSourceOptions(command: Command): Command {
  return command
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
    .option('-q, --quiet', 'say nothing; only the exit code tells')
    .option('--no-color', 'no colours (NO_COLOR works too)');
}
