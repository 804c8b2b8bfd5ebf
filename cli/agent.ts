/** `moor agent`: what runs on a server. The work is in run-agent.ts, loaded when it runs. */

import { type Command, InvalidArgumentError } from 'commander';

export type AgentCommandOptions = { readonly config?: string; readonly quiet?: boolean };
export type DrainOptions = {
  readonly config?: string;
  readonly state?: string;
  /** Seconds since 1970. */
  readonly at?: number;
  readonly cancel?: boolean;
  readonly json?: boolean;
};
export type VipOptions = { readonly config?: string; readonly state?: string };

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `now`, `+10m`, seconds since 1970, or a date and time as in ISO 8601. */
function moment(text: string): number {
  const now = Math.floor(Date.now() / 1000);
  if (text === 'now') return now;
  const [, number, unit = ''] = /^\+(\d+)(s|m|h)$/.exec(text) ?? [];
  if (number !== undefined) return within(now + Number(number) * (UNITS[unit] ?? 1));
  if (/^\d+$/.test(text)) return within(Number(text));
  const date = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) {
    throw new InvalidArgumentError('write now, +10m, 2026-12-31T22:00:00Z, or seconds since 1970');
  }
  return within(Math.floor(date / 1000));
}

function within(seconds: number): number {
  if (seconds < 0 || seconds > 0xffff_ffff) throw new InvalidArgumentError('it has no place in 32 bits');
  return seconds;
}

/** Adds the command. `finish` takes the exit code. */
export function addAgentCommand(program: Command, finish: (code: number) => void): void {
  const agent = program
    .command('agent')
    .description('run on a server: tell controllers that it is there, and how much it has to do')
    .option('--config <file>', 'settings: agent.yaml')
    .option('-q, --quiet', 'say nothing but errors')
    .addHelpText(
      'after',
      `
Runs until SIGINT or SIGTERM. docs/agent.md describes the settings.

Examples:
  moor agent --config agent.yaml
  moor agent drain --config agent.yaml --at +10m      fail in ten minutes: no new sessions until then
  moor agent drain --config agent.yaml --cancel       or not after all
  moor agent status --config agent.yaml --json
  moor agent vip up 203.0.113.10 2001:db8::10         have the virtual addresses, silently
  moor agent vip down                                 and no longer`,
    )
    .action(async (options: AgentCommandOptions) => {
      const { runAgent } = await import('./run-agent.ts');
      finish(await runAgent(options));
    });
  const ofAgent = (command: Command) =>
    command
      .option('--config <file>', 'settings of the agent that runs')
      .option('--state <directory>', 'its state directory, instead of settings');
  ofAgent(agent.command('drain').description('plan a failure of this server, or take the plan back'))
    .option('--at <time>', 'when: now, +10m, 2026-12-31T22:00:00Z, or seconds since 1970', moment)
    .option('--cancel', 'no failure is planned')
    .option('--json', 'the answer for other programs')
    .action(async (options: DrainOptions) => {
      const { drainAgent } = await import('./run-agent.ts');
      finish(await drainAgent({ ...agent.opts<DrainOptions>(), ...options }));
    });
  ofAgent(agent.command('status').description('what the agent of this server says'))
    .option('--json', 'for other programs')
    .action(async (options: DrainOptions) => {
      const { showAgent } = await import('./run-agent.ts');
      finish(await showAgent({ ...agent.opts<DrainOptions>(), ...options }));
    });
  const vip = agent.command('vip').description('give this server the virtual addresses, silent on its links');
  for (const direction of ['up', 'down'] as const) {
    ofAgent(
      vip
        .command(direction)
        .description(direction === 'up' ? 'have the addresses' : 'take them back, all without a list')
        .argument('[address...]', 'virtual addresses, instead of those of the settings'),
    ).action(async (addresses: string[], options: VipOptions) => {
      const { setVip } = await import('./run-agent.ts');
      finish(await setVip(direction, addresses, { ...agent.opts<VipOptions>(), ...options }));
    });
  }
}
