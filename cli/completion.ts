/** `moor completion`: what a shell needs to complete words. The work is in complete-words.ts. */

import { Argument, type Command } from 'commander';

/** Shells that there is a script for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Adds the commands. */
export function addCompletionCommands(program: Command): void {
  program
    .command('completion')
    .description('print what a shell needs to complete words')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(moor completion bash)                                    for now, or as /etc/bash_completion.d/moor
  moor completion zsh > "\${fpath[1]}/_moor"
  moor completion fish > ~/.config/fish/completions/moor.fish`,
    )
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { completionScript } = await import('./complete-words.ts');
      process.stdout.write(completionScript(shell));
    });
  program
    .command('complete', { hidden: true })
    .description('what may stand at the end of these words, for the scripts of moor completion')
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { completeWords } = await import('./complete-words.ts');
      for (const { word, about } of completeWords(program, words))
        process.stdout.write(`${word}\t${about}\n`);
    });
}
