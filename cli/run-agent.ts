/** The work of `moor agent`. */

import ipaddr from 'ipaddr.js';
import {
  Agent,
  type AgentConfig,
  AgentConfigError,
  type AgentStatus,
  askAgent,
  ControlError,
  loadAgentConfig,
  MeasureError,
  VipError,
  vipDown,
  vipUp,
} from '../agent/index.ts';
import type { AgentCommandOptions, DrainOptions, VipOptions } from './agent.ts';
import { EXIT } from './exit-codes.ts';
import { describeFailure } from './read-input.ts';
import { UserProblem } from './user-problem.ts';

const DEFAULT_STATE = '/run/moor-agent';

/** Runs the agent until it is told to end; gives the exit code. */
export function runAgent({ config: file, quiet }: AgentCommandOptions): Promise<number> {
  return explained(async () => {
    // Not a required option for commander: it would be one of every command below, too.
    if (file === undefined) throw new UserProblem('write --config FILE', EXIT.usage);
    const config = readConfig(file);
    const log = (line: string) => {
      if (quiet !== true) process.stderr.write(`moor agent: ${line}\n`);
    };
    const agent = await Agent.start({ config, log });
    log(`server ${config.identity} speaks to ${config.controllers.join(', ')}`);
    await new Promise<void>((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await agent.close();
    return EXIT.done;
  });
}

/** Plans a failure, or takes the plan back. */
export function drainAgent(options: DrainOptions): Promise<number> {
  return explained(async () => {
    if ((options.at === undefined) === (options.cancel !== true)) {
      throw new UserProblem('write --at TIME or --cancel', EXIT.usage);
    }
    const status = await askAgent(stateOf(options), { command: 'drain', at: options.at ?? null });
    print(status, options);
    return EXIT.done;
  });
}

/** Shows what the agent says. */
export function showAgent(options: DrainOptions): Promise<number> {
  return explained(async () => {
    print(await askAgent(stateOf(options), { command: 'status' }), options);
    return EXIT.done;
  });
}

/** Gives this machine the virtual addresses, or takes them back. */
export function setVip(
  direction: 'up' | 'down',
  words: readonly string[],
  options: VipOptions,
): Promise<number> {
  return explained(async () => {
    const wrong = words.filter((word) => !ipaddr.isValid(word) || word.includes('/'));
    if (wrong.length > 0) throw new UserProblem(`${wrong.join(', ')}: no IPv4 or IPv6 address`, EXIT.usage);
    const config = options.config === undefined ? undefined : readConfig(options.config);
    const addresses = words.length > 0 ? words : config?.['virtual-addresses'];
    const state = options.state ?? config?.state ?? DEFAULT_STATE;
    if (direction === 'up' && (addresses === undefined || addresses.length === 0)) {
      throw new UserProblem('write the addresses, or --config with virtual-addresses', EXIT.usage);
    }
    const done =
      direction === 'up'
        ? await vipUp(addresses ?? [], { state })
        : await vipDown(words.length > 0 ? words : undefined, { state });
    for (const line of done) process.stdout.write(`${line}\n`);
    return EXIT.done;
  });
}

function readConfig(file: string): AgentConfig {
  try {
    return loadAgentConfig(file);
  } catch (problem) {
    if (problem instanceof AgentConfigError || !(problem instanceof Error && 'code' in problem))
      throw problem;
    throw new UserProblem(`${file}: cannot read it: ${describeFailure(problem)}`);
  }
}

function stateOf({ config, state }: { readonly config?: string; readonly state?: string }): string {
  return state ?? (config === undefined ? DEFAULT_STATE : readConfig(config).state);
}

function print(status: AgentStatus, { json }: { readonly json?: boolean }): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(status, undefined, 2)}\n`);
    return;
  }
  const { identity, flag, drainAt, problem, loads, sent, sendProblems } = status;
  const plan = drainAt === null ? '' : `, failure planned at ${new Date(drainAt * 1000).toISOString()}`;
  process.stdout.write(
    [
      `server ${identity}: ${flag}${plan}${problem === null ? '' : `; ${problem}`}`,
      Object.entries(loads)
        .map(([name, load]) => `${name} ${(100 * load).toFixed(1)} %`)
        .join(', '),
      `${sent} messages sent, ${sendProblems} could not be`,
      '',
    ].join('\n'),
  );
}

/** Errors that users can do something about, in words. */
async function explained(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (problem) {
    if (problem instanceof AgentConfigError) {
      process.stderr.write(`${problem.message}\n`);
      return EXIT.wrongInput;
    }
    const exitCode =
      problem instanceof UserProblem
        ? problem.exitCode
        : problem instanceof ControlError || problem instanceof MeasureError || problem instanceof VipError
          ? EXIT.environment
          : undefined;
    if (exitCode === undefined || !(problem instanceof Error)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return exitCode;
  }
}
