/** `moor run`: the controller. The work is in run-controller.ts. */

import type { Command } from 'commander';

export type RunOptions = { readonly config: string; readonly check?: boolean };

/** Adds the command. `finish` takes the exit code. */
export function addRunCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('run')
    .description('run the controller: keep switches true, sessions on their servers, mobile nodes reachable')
    .requiredOption('--config <file>', 'moor.yaml; its settings are in docs/configuration.md')
    .option('--check', 'only say whether the configuration is right')
    .addHelpText(
      'after',
      `
Signals: SIGHUP reads the configuration again, and sessions stay; SIGTERM and SIGINT end the controller, and the
switches go on by themselves.

Examples:
  moor run --config moor.yaml --check
  moor run --config moor.yaml
  systemctl reload moor-controller     after a change of moor.yaml; or kill -HUP with its process's number`,
    )
    .action(async (options: RunOptions) => {
      const { runController } = await import('./run-controller.ts');
      finish(await runController(options));
    });
}
