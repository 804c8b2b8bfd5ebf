/** `moor compile`: from a P4 program to what switches load. The work is in compile-file.ts, loaded when it runs. */

import { type Command, Option } from 'commander';
import { addSourceOptions, collect, type ReportOptions, type SourceOptions } from './source-options.ts';

/** What the user asked for. */
export type CompileOptions = SourceOptions &
  ReportOptions & {
    readonly target: 'bmv2';
    readonly output?: string;
    readonly p4runtimeFiles: readonly string[];
    readonly p4runtimeEntriesFiles: readonly string[];
    readonly bindings?: string;
    readonly bindingsRuntime: string;
    readonly listPasses?: boolean;
    readonly dumpAfter: readonly string[];
    readonly dumpFormat: 'p4' | 'json';
  };

function collectList(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, ...value.split(',').filter((file) => file !== '')];
}

/** Adds the command. `finish` takes the exit code. */
export function addCompileCommand(program: Command, finish: (code: number) => void): void {
  addSourceOptions(
    program
      .command('compile')
      .description('compile a P4-16 program to what a switch loads')
      .argument('[program]', "P4 source file; '-' reads standard input"),
  )
    .addOption(
      new Option('--target <target>', "the switch: 'bmv2' is BMv2's simple_switch (v1model)")
        .choices(['bmv2'])
        .default('bmv2'),
    )
    .option('-o, --output <file>', "where the JSON goes; '-' is standard output (default: PROGRAM.json here)")
    .option(
      '--p4runtime-files <files>',
      'write P4Info: .txtpb is text, .bin is binary (several with commas, or repeated)',
      collectList,
      [],
    )
    .option(
      '--p4runtime-entries-files <files>',
      'write the entries of the program as a P4Runtime WriteRequest, in the same forms',
      collectList,
      [],
    )
    .option('--bindings <file>', 'write a TypeScript file with a typed builder for every table, action, …')
    .option('--bindings-runtime <module>', 'what that file imports its runtime from', 'moor/bindings')
    .option('--list-passes', 'list the steps of the compiler for the target, and do nothing else')
    .option(
      '--dump-after <pass>',
      "show the program after a step of --list-passes, or after 'lower' (may be repeated)",
      collect,
      [],
    )
    .addOption(
      new Option('--dump-format <format>', 'how --dump-after shows it').choices(['p4', 'json']).default('p4'),
    )
    .addHelpText(
      'after',
      `
Files are written only when the whole program is right, and each as a whole.
Diagnostics go to standard error, as those of 'moor check'. Exit code 0: done, 1: errors in the program.

Examples:
  moor compile switch.p4                                  writes switch.json
  moor compile switch.p4 --target bmv2 -o out/switch.json
  moor compile switch.p4 --p4runtime-files switch.p4info.txtpb,switch.p4info.bin --bindings switch.ts
  moor compile -I include -D DEBUG=1 switch.p4 -o - | jq '.pipelines[].tables[].name'
  moor compile --list-passes
  moor compile switch.p4 --dump-after inline-controls -o /dev/null`,
    )
    .action(async (file: string | undefined, options: CompileOptions, command: Command) => {
      if (file === undefined && options.listPasses !== true)
        command.error('error: name the program to compile', { exitCode: 2 });
      const { compileFile } = await import('./compile-file.ts');
      finish(await compileFile(file, options));
    });
}
