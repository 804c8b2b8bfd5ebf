/** `moor demo`: the whole thing on this machine. The work is in run-demo.ts. */

import type { Command } from 'commander';

export type DemoOptions = {
  readonly keep?: boolean;
  readonly clean?: boolean;
  readonly json?: boolean;
  readonly inMemory?: boolean;
  readonly prefix: string;
};

/** Adds the command. `finish` takes the exit code. */
export function addDemoCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('demo')
    .description('show the whole thing on this machine: a mobile node that moves while it downloads')
    .option('--keep', 'go on until Ctrl-C, for a look around')
    .option('--clean', 'only take away what a demonstration that was killed has left')
    .option('--json', 'print the figures as JSON, and nothing else on standard output')
    .option('--in-memory', 'everything in one process, which takes no root: so it is without root anyway')
    .option('--prefix <name>', 'what the names of its network namespaces begin with', 'moor')
    .addHelpText(
      'after',
      `
It builds network namespaces, with a home network, two networks to visit, an Internet with delays and a data centre;
runs the switch, the controller, agents, web servers and a mobile node in them; tells what happens, and ends with a table.
It takes a minute or two. Without root the same story is told in one process, with ports in memory. Nothing outside of its namespaces is touched, and they are taken away at the end.

Examples:
  sudo moor demo
  sudo moor demo --keep
  moor demo --in-memory --keep                                                 the same without root; it says how to look at it
  sudo ip netns exec moor-dc moor status                                       while it is kept
  sudo ip netns exec moor-dc moor tables dump bindings --target 127.0.0.1:9559`,
    )
    .action(async (options: DemoOptions) => {
      const { runDemo } = await import('./run-demo.ts');
      finish(await runDemo(options));
    });
}
