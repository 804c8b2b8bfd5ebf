/** `moor top`: a live view of a running controller. The work is in top/run-top.ts. */

import { type Command, InvalidArgumentError, Option } from 'commander';

export type TopOptions = {
  readonly config?: string;
  readonly controller?: string;
  /** Seconds. */
  readonly interval: number;
  readonly once?: boolean;
  readonly json?: boolean;
  readonly color: boolean;
};

const SHORTEST = 0.2;
const LONGEST = 3600;

function seconds(text: string): number {
  const value = Number(text);
  if (!(value >= SHORTEST && value <= LONGEST))
    throw new InvalidArgumentError(`write a number of seconds from ${SHORTEST} to ${LONGEST}`);
  return value;
}

/** Adds the command. `finish` takes the exit code. */
export function addTopCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('top')
    .description('watch a running controller: throughput, sessions, servers, admission, mobile nodes')
    .option('--config <file>', "the controller's moor.yaml, which says where it listens")
    .option('--controller <host:port>', 'where it listens, without a file')
    .addOption(
      new Option('--interval <seconds>', 'how often to ask it, and what rates are of')
        .argParser(seconds)
        .default(1),
    )
    .option('--once', 'print one picture and end; so it is, too, where standard output is no terminal')
    .option('--json', 'print one JSON document: what /overview of the controller says, and rates')
    .option('--no-color', 'no colours (NO_COLOR works too)')
    .addHelpText(
      'after',
      `
Keys: 1 to 5, tab and arrows choose what is shown, s sorts the servers, ↑ and ↓ scroll, p pauses, q ends. A terminal of
120 columns and 36 lines shows all at once. A controller that does not answer is asked again until it does.

Throughput is what comes in by the switches' ports, as the switches count it: from clients (uplink), and from servers.

Examples:
  moor top --config moor.yaml
  moor top --controller 127.0.0.1:9412 --interval 5
  moor top --config moor.yaml --once | mail -s moor noc@example.org
  moor top --config moor.yaml --json | jq '.rates.switches.edge.total.bits'`,
    )
    .action(async (options: TopOptions) => {
      const { runTop } = await import('./top/run-top.ts');
      finish(await runTop(options));
    });
}
