/** The `moor` command: one file a subcommand, loaded only when it is asked for. */

import { Command, CommanderError, Help } from 'commander';
import { declareCommands } from './commands.ts';
import { EXIT } from './exit-codes.ts';
import { reportBug } from './report-bug.ts';
import { version } from './version.ts';

/**
 * Runs the command line.
 * @param words The words behind `moor`.
 * @returns The exit code.
 */
export async function main(words: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.done;
  const program = new Command('moor')
    .description('P4-16 toolchain and session-keeping load balancer in a programmable switch')
    .version(version(), '--version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .configureHelp({
      // Options that may be repeated begin with nothing, which tells nobody anything.
      optionDescription: (option) => new Help().optionDescription(option).replace(/ ?\(default: \[\]\)/, ''),
    })
    .exitOverride()
    .showHelpAfterError("(try 'moor --help')")
    .addHelpText(
      'after',
      `
Examples:
  moor demo                        the whole thing on this machine
  moor check my.p4                 is the program right?
  moor check --json *.p4           the same for many, for other programs to read
  moor compile my.p4 -o my.json    what BMv2's simple_switch loads
  moor explain P4323               what does this message mean?
  moor switch my.p4 -i 0=eth1 -i 1=eth2                            run it here
  moor load --target HOST:PORT --p4info P.txtpb --config P.json    give a P4Runtime switch a program
  moor tables dump --target HOST:PORT                              and see its tables
  moor stf my.p4                   do its packet tests pass?
  moor run --config moor.yaml      the load balancer's controller
  moor status --config moor.yaml   and how it is doing
  moor top --config moor.yaml      the same, live
  moor doctor                      what is missing here? with --config: why are packets not forwarded?
  moor trace my.p4 --entries my.stf --port 1 --hex 0200…           what happens to a packet, and why?

Exit codes: 0 done, 1 the input is wrong, 2 wrong usage, 3 the environment lacks something, 70 a bug in moor.`,
    );
  const finish = (code: number) => {
    exitCode = code;
  };
  declareCommands(program, words, finish);
  try {
    if (words.length === 0) {
      program.outputHelp();
      return EXIT.usage;
    }
    await program.parseAsync(words, { from: 'user' });
  } catch (problem) {
    if (problem instanceof CommanderError) return problem.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportBug(problem);
  }
  return exitCode;
}
