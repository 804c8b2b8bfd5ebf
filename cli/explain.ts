/** `moor explain CODE`: what a message means and what to do about it. */

import type { Command } from 'commander';
import { EXIT } from './exit-codes.ts';

/** Adds the command. `finish` takes the exit code. */
export function addExplainCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('explain')
    .description('explain a message of the compiler by its code')
    .argument('<code>', 'the code in the message, such as P4323')
    .option('--json', 'write the entry as JSON')
    .addHelpText('after', '\nExamples:\n  moor explain P4323\n  moor explain P4096 --json')
    .action(async (code: string, options: { readonly json?: boolean }) => {
      const { catalogue } = await import('../codegen/catalogue/index.ts');
      const { didYouMean } = await import('../codegen/nearest-name.ts');
      const wanted = code.toUpperCase();
      const found = Object.entries(catalogue).find(([known]) => known === wanted);
      if (found === undefined) {
        const hint = didYouMean(wanted, Object.keys(catalogue));
        process.stderr.write(`moor: there is no message ${code}${hint === undefined ? '' : `; ${hint}`}\n`);
        finish(EXIT.wrongInput);
        return;
      }
      const [known, entry] = found;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ code: known, ...entry }, undefined, 2)}\n`
          : `${known} (${entry.severity})\n  ${entry.message}\n\n${entry.explanation}\n`,
      );
      finish(EXIT.done);
    });
}
