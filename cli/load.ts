/** `moor load`: gives a P4Runtime switch a program. The work is in p4runtime/load-pipeline.ts. */

import { type Command, Option } from 'commander';
import type { TargetOptions } from './p4runtime/session.ts';
import { addTargetOptions, wholeNumber } from './p4runtime/target-options.ts';

export type LoadOptions = TargetOptions & {
  readonly p4info?: string;
  readonly config?: string;
  readonly mode: 'commit' | 'verify' | 'save' | 'commit-saved' | 'reconcile';
  readonly cookie?: bigint;
  readonly quiet?: boolean;
};

/** Adds the command. `finish` takes the exit code. */
export function addLoadCommand(program: Command, finish: (code: number) => void): void {
  addTargetOptions(
    program
      .command('load')
      .description('load a program into a P4Runtime switch')
      .option('--p4info <file>', 'its P4Info: .txtpb, .txt (text) or .bin (binary)')
      .option('--config <file>', "the target's own form of it; for BMv2 and moor switch its JSON")
      .addOption(
        new Option(
          '--mode <mode>',
          'commit: run it with empty tables; reconcile: run it and keep the entries; verify: only check it; save: check and keep it; commit-saved: run the one that was saved',
        )
          .choices(['commit', 'reconcile', 'verify', 'save', 'commit-saved'])
          .default('commit'),
      )
      .addOption(new Option('--cookie <number>', 'a number to know it again by').argParser(wholeNumber))
      .option('-q, --quiet', 'say nothing when all went well')
      .addHelpText(
        'after',
        `
Examples:
  moor load --target 127.0.0.1:9559 --p4info forward.p4info.txtpb --config forward.json
  moor load --target 127.0.0.1:9559 --p4info forward.bin --config forward.json --mode reconcile
  moor load --target 127.0.0.1:9559 --mode commit-saved          after --mode save; it takes no files
  moor load --target switch:9559 --tls-ca ca.pem --p4info p.txtpb --config p.json --election-id 7`,
      ),
    true,
  ).action(async (options: LoadOptions) => {
    const { loadPipeline } = await import('./p4runtime/load-pipeline.ts');
    finish(await loadPipeline(options));
  });
}
