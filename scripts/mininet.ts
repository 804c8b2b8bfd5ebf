/**
 * Opens Mininet's CLI on a topology of bmv2-tests/topologies, with moor's switch or simple_switch_grpc: `npm run mininet`, and behind
 * `--` what of it is otherwise. Ends with 3 where something is missing, which it names.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command, Option } from 'commander';
import { findSimpleSwitchGrpc, HOW_TO_INSTALL_BMV2 } from '../bmv2-tests/harness/engine.ts';
import { whatIsMissing } from '../bmv2-tests/harness/lab-needs.ts';
import { readTopology, TopologyError } from '../lab/topology-file.ts';

const TOPOLOGIES = 'bmv2-tests/topologies';
const MISSING = 3;

type Options = {
  readonly topology: string;
  readonly engine: string;
  readonly command: readonly string[];
  readonly test?: boolean;
  readonly keepLogs?: boolean;
  readonly optimization: string;
};

const names = readdirSync(TOPOLOGIES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace(/\.json$/, ''));

const program = new Command('npm run mininet --')
  .description('a topology in Mininet, and its CLI')
  .option('--topology <name>', `${names.join(' or ')}, or a file`, 'pool')
  .addOption(
    new Option('--engine <name>', 'the switch')
      .choices(['embedded', 'simple_switch_grpc'])
      .default('embedded'),
  )
  .option(
    '--command <line>',
    'a line for the CLI, and then the end (may be repeated)',
    (line: string, before: readonly string[]) => [...before, line],
    [],
  )
  .addOption(
    new Option('--optimization <what>', "of moor's switch; none starts in a moment, and runs slower")
      .choices(['none', 'speed'])
      .default('speed'),
  )
  .option('--test', "the topology's checks, and then the end")
  .option('--keep-logs', 'leave the directory with logs and settings')
  .addHelpText(
    'after',
    `
It takes root, and of Debian: mininet bridge-utils iputils-ping ethtool curl; haproxy for the topology roaming.
Hosts are called as in the topology; the switch and the controller are in 'dc'. At the prompt:
  client curl -s http://203.0.113.10/
  dc node dist/bin.js status`,
  );
await program.parseAsync();
process.exitCode = await run(program.opts<Options>());

/** Runs it; gives the exit code. */
async function run(options: Options): Promise<number> {
  const file = names.includes(options.topology)
    ? path.join(TOPOLOGIES, `${options.topology}.json`)
    : options.topology;
  let programs: readonly string[];
  try {
    programs = Object.values(readTopology(file).programs ?? {}).map((one) => one.command[0] ?? '');
  } catch (problem) {
    if (!(problem instanceof TopologyError) && !(problem instanceof Error && 'code' in problem))
      throw problem;
    process.stderr.write(`mininet: ${problem.message}\n`);
    return MISSING;
  }
  const missing = await whatIsMissing('mn', 'ethtool', 'ping', 'curl', ...programs);
  const bmv2 = options.engine === 'embedded' ? undefined : findSimpleSwitchGrpc();
  const why =
    missing ?? (options.engine !== 'embedded' && bmv2 === undefined ? HOW_TO_INSTALL_BMV2 : undefined);
  if (why !== undefined) {
    process.stderr.write(`mininet: ${why}\n`);
    return MISSING;
  }
  const directory = mkdtempSync(path.join(tmpdir(), 'moor-mininet-'));
  const moor = JSON.stringify([process.execPath, path.join(process.cwd(), 'dist/bin.js')]);
  const words = [
    'bmv2-tests/mininet/lab.py',
    ...['--topology', file, '--directory', directory, '--moor', moor],
    ...(bmv2 === undefined ? [] : ['--bmv2', bmv2]),
    ...options.command.flatMap((line) => ['--command', line]),
    ...['--switch-option=--optimization', `--switch-option=${options.optimization}`],
    ...(options.test === true ? ['--test'] : []),
  ];
  // Debian's Python has Mininet; another one that is on PATH may not.
  const child = spawn('/usr/bin/python3', words, { stdio: 'inherit' });
  // Both have the terminal: the CLI decides what Ctrl-C ends.
  const ignore = () => {};
  process.on('SIGINT', ignore);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (ended) => resolve(ended ?? 1));
  });
  process.off('SIGINT', ignore);
  if (options.keepLogs !== true) rmSync(directory, { recursive: true, force: true });
  return code;
}
