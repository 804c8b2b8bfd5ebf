/** `moor lab-node`: a node of the demonstration's network. Nobody but the demonstration and tests starts it. */

import type { Command } from 'commander';

/** Adds the command, which help does not show. `finish` takes the exit code. */
export function addLabNodeCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('lab-node', { hidden: true })
    .description('run a node of the demonstration (internal)')
    .argument('<settings>', 'JSON')
    .action(async (settings: string) => {
      const { runNode } = await import('../lab/nodes.ts');
      await runNode(JSON.parse(settings));
      finish(0);
    });
}
