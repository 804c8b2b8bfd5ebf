/** `moor manual`: the manual page, made from what help says. For packages. */

import type { Command } from 'commander';
import { version } from './version.ts';

/** Adds the command, which help does not show. */
export function addManualCommand(program: Command): void {
  program
    .command('manual', { hidden: true })
    .description('print the manual page, in roff')
    .action(() => {
      process.stdout.write(manualPage(program));
    });
}

/** The manual page moor(1). */
function manualPage(program: Command): string {
  const commands = program.createHelp().visibleCommands(program);
  return [
    `.TH MOOR 1 "" "moor ${version()}" "User Commands"`,
    '.SH NAME',
    `moor \\- ${roff(program.description())}`,
    '.SH SYNOPSIS',
    '.B moor',
    '.I COMMAND',
    '[\\fIoption\\fR ...] [\\fIargument\\fR ...]',
    '.SH COMMANDS',
    ...commands.filter((one) => one.name() !== 'help').flatMap((one) => section(one, 'moor')),
    '.SH EXIT STATUS',
    ...[
      ['0', 'done'],
      ['1', 'the input is wrong'],
      ['2', 'wrong usage'],
      ['3', 'the environment lacks something, and it is said what'],
      ['70', 'a bug in moor'],
    ].flatMap(([code = '', meaning = '']) => ['.TP', `.B ${code}`, roff(meaning)]),
    '',
  ].join('\n');
}

function section(command: Command, path: string): readonly string[] {
  const help = command.createHelp();
  const name = `${path} ${command.name()}`;
  const usage = help.commandUsage(command).replace(/^moor/, '').trim();
  const inner = help.visibleCommands(command).filter((one) => one.name() !== 'help');
  return [
    `.SS ${roff(name)}`,
    roff(`${command.description()}.`),
    '.PP',
    `\\fBmoor\\fR ${roff(usage)}`,
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .flatMap((option) => ['.TP', `.B ${roff(option.flags)}`, roff(help.optionDescription(option))]),
    '.PP',
    '.nf',
    roff(afterHelp(command)),
    '.fi',
    ...inner.flatMap((one) => section(one, name)),
  ];
}

/** Examples, exit codes and what else stands under the options. */
function afterHelp(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text.slice(command.helpInformation().length).trim();
}

/** Text in roff: backslashes and hyphens as they are, and no line that begins like a request. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
