/** `moor doctor`: what this machine has, and why a controller's switches do not forward. The work is in run-doctor.ts. */

import type { Command } from 'commander';

export type DoctorOptions = {
  readonly config?: string;
  readonly controller?: string;
  readonly json?: boolean;
};

/** Adds the command. `finish` takes the exit code. */
export function addDoctorCommand(program: Command, finish: (code: number) => void): void {
  program
    .command('doctor')
    .description('say what this machine has and lacks, or with --config why packets are not forwarded')
    .option('--config <file>', 'look at the controller of this moor.yaml, its switches and servers')
    .option('--controller <host:port>', 'look at the controller there')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Without options it looks at this machine: what moor needs, and what is there of the peers that it works with. It ends with
exit code 3 if something is missing that moor cannot do without.

With --config or --controller it looks at a load balancer that runs, and says what keeps packets from going through, and what
to do. It ends with exit code 1 if it has found something.

Examples:
  moor doctor
  moor doctor --config moor.yaml
  moor doctor --controller 127.0.0.1:9412 --json`,
    )
    .action(async (options: DoctorOptions) => {
      const { runDoctor } = await import('./run-doctor.ts');
      finish(await runDoctor(options));
    });
}
