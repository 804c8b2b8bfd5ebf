/** `moor status`, `sessions`, `bindings` and `servers`: what a running controller knows. The work is in controller-status.ts. */

import { type Command, InvalidArgumentError, Option } from 'commander';

export type StatusOptions = {
  readonly config?: string;
  readonly controller?: string;
  readonly json?: boolean;
  readonly watch?: number | true;
  readonly limit?: number;
};

export type StatusView = 'status' | 'sessions' | 'servers' | 'bindings';

const VIEWS: readonly { readonly view: StatusView; readonly description: string }[] = [
  { view: 'status', description: 'show the switches, services and packets of a running controller' },
  { view: 'sessions', description: 'show sessions of a running controller' },
  { view: 'bindings', description: 'show bindings of mobile nodes of a running controller' },
  { view: 'servers', description: 'show the servers of a running controller, with their flows' },
];

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('write a number above 0');
  return value;
}

/** Adds the commands. `finish` takes the exit code. */
export function addStatusCommands(program: Command, finish: (code: number) => void): void {
  for (const { view, description } of VIEWS) {
    const command = program
      .command(view)
      .description(description)
      .option('--config <file>', "the controller's moor.yaml, which says where it listens")
      .option('--controller <host:port>', 'where it listens, without a file')
      .option('--json', 'print JSON')
      .addOption(
        new Option('--watch [seconds]', 'show it again and again, every second or so many').argParser(
          positive,
        ),
      );
    if (view === 'sessions' || view === 'bindings') {
      command.addOption(new Option('--limit <number>', 'at most so many').argParser(positive).default(50));
    }
    command
      .addHelpText(
        'after',
        `
Examples:
  moor ${view} --config moor.yaml
  moor ${view} --controller 127.0.0.1:9412 --json
  moor ${view} --config moor.yaml --watch 2`,
      )
      .action(async (options: StatusOptions) => {
        const { showStatus } = await import('./controller-status.ts');
        finish(await showStatus(view, options));
      });
  }
}
