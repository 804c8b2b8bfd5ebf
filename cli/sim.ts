/** `moor sim`: what admission and selection do to a cluster under load. The work is in run-sim.ts. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PolicyName } from '../controller/selection/index.ts';

export type SimOptions = {
  readonly servers: number;
  readonly load: readonly number[];
  readonly policy: readonly PolicyName[];
  readonly admission: 'on' | 'off' | 'both';
  readonly duration: number;
  readonly warmUp: number;
  readonly seed: number;
  readonly crowd?: { readonly at: number; readonly length: number; readonly times: number };
  readonly failure?: { readonly at: number; readonly back: number; readonly part: number };
  readonly chart?: string;
  readonly json?: boolean;
};

/** As in controller/selection, which the command line does not load to show its help. */
const NAMES: readonly PolicyName[] = [
  'shell',
  'shell-weights',
  'least-loaded',
  'round-robin',
  'weighted',
  'consistent-hash',
];

function number(least: number, most: number, whole = false) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
      throw new InvalidArgumentError(`write a ${whole ? 'whole ' : ''}number from ${least} to ${most}`);
    }
    return value;
  };
}

function list<T>(one: (text: string) => T) {
  return (text: string): readonly T[] => text.split(',').map(one);
}

function policy(text: string): PolicyName {
  const found = NAMES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`take from ${NAMES.join(', ')}`);
  return found;
}

function three(text: string, what: string): readonly [number, number, number] {
  const [one, two, last, ...more] = text.split(',').map(number(0, 1_000_000));
  if (one === undefined || two === undefined || last === undefined || more.length > 0) {
    throw new InvalidArgumentError(`write ${what}`);
  }
  return [one, two, last];
}

function crowd(text: string): SimOptions['crowd'] {
  const [at, length, times] = three(text, 'AT,LENGTH,TIMES');
  return { at, length, times };
}

function failure(text: string): SimOptions['failure'] {
  const [at, back, part] = three(text, 'AT,BACK,PART');
  if (part > 1 || back < at) throw new InvalidArgumentError('PART is from 0 to 1, and BACK after AT');
  return { at, back, part };
}

/** Adds the command. `finish` takes the exit code. */
export function addSimCommand(program: Command, finish: (code: number) => void): void {
  const option = <T>(
    flags: string,
    text: string,
    parse: (text: string) => T,
    standard?: T,
    shown?: string,
  ) => {
    const made = new Option(flags, text).argParser(parse);
    return standard === undefined ? made : made.default(standard, shown);
  };
  program
    .command('sim')
    .description('simulate sessions and servers around the real admission and selection')
    .addOption(option('--servers <number>', 'how many', number(1, 100_000, true), 100))
    .addOption(option('--load <list>', 'offered, as a part of capacity', list(number(0.01, 20)), [1], '1'))
    .addOption(
      option(
        '--policy <list>',
        NAMES.join(', '),
        list(policy),
        ['shell-weights'] as readonly PolicyName[],
        'shell-weights',
      ),
    )
    .addOption(new Option('--admission <which>', 'SA2C').choices(['on', 'off', 'both']).default('both'))
    .addOption(option('--duration <seconds>', 'what is measured', number(10, 1_000_000), 3600))
    .addOption(option('--warm-up <seconds>', 'before that', number(0, 1_000_000), 900))
    .addOption(option('--seed <number>', 'the same gives the same', number(0, 0x7fff_ffff, true), 1))
    .addOption(option('--crowd <at,length,times>', 'a flash crowd: seconds, seconds, times the load', crowd))
    .addOption(option('--failure <at,back,part>', 'this part of the servers dies, and comes back', failure))
    .option('--chart <file.svg>', 'draw it: over the load, or over time with a crowd or a failure')
    .option('--json', 'everything, for other programs')
    .addHelpText(
      'after',
      `
Sessions are web visits, calls and streams (docs/design/simulation.md). Counts are parts of what was offered.

Examples:
  moor sim --load 0.5,1,2,3                                       SA2C on and off
  moor sim --load 0.9 --policy shell,shell-weights,round-robin --admission off
  moor sim --load 0.7 --crowd 600,120,4 --chart crowd.svg
  moor sim --servers 1000 --failure 600,1200,0.2 --json`,
    )
    .action(async (options: SimOptions) => {
      const { runSim } = await import('./run-sim.ts');
      finish(await runSim(options));
    });
}
