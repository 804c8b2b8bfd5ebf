/** The work of `moor top`: once, or live. Ink and React are loaded only for a picture. */

import { setTimeout as wait } from 'node:timers/promises';
import { controllerAddress } from '../controller-address.ts';
import { EXIT } from '../exit-codes.ts';
import type { TopOptions } from '../top.ts';
import { type Answer, ask, withRates } from './ask-controller.ts';

/** Of a picture that goes into a pipe. */
const WIDTH = 120;
/** A controller reads counters of switches four times a second at most, and later when it is busy. */
const ASKED_AGAIN = 10;

/** Shows it; gives the exit code. */
export async function runTop(options: TopOptions): Promise<number> {
  const address = controllerAddress(options);
  if (address === undefined) return EXIT.usage;
  const { stdout } = process;
  const isLive = options.once !== true && options.json !== true && stdout.isTTY;
  prepareInk(options, stdout.isTTY);
  const intervalMs = options.interval * 1000;
  if (isLive) {
    const { runLive } = await import('./live.tsx');
    return await runLive(address, intervalMs);
  }
  const answer = await askTwice(address, intervalMs);
  if (answer.kind === 'problem') {
    process.stderr.write(`moor: ${answer.message}\n`);
    return EXIT.environment;
  }
  if (options.json === true) {
    const { overview, rates } = answer;
    stdout.write(`${JSON.stringify({ ...overview, rates: rates ?? null }, undefined, 2)}\n`);
    return EXIT.done;
  }
  const { picture } = await import('./picture.tsx');
  stdout.write(`${picture(address, answer, stdout.columns ?? WIDTH)}\n`);
  return EXIT.done;
}

/** Rates are between two times, and of counters that were read anew between them. */
async function askTwice(address: string, intervalMs: number): Promise<Answer> {
  const first = await ask(address);
  if (first.kind === 'problem') return first;
  for (let left = ASKED_AGAIN; ; left--) {
    await wait(intervalMs);
    const answer = withRates(await ask(address), first.overview);
    if (answer.kind === 'problem' || left === 0 || hasRates(answer)) return answer;
  }
}

/** Whether the counters of each switch that tells them were read since the first overview. */
function hasRates({ overview, rates }: Extract<Answer, { kind: 'overview' }>): boolean {
  if (rates === undefined) return true;
  return overview.switches.every(
    ({ name, countedAt }) => countedAt === null || rates.switches[name] !== undefined,
  );
}

/**
 * React takes its slow form unless told; chalk knows of FORCE_COLOR only; and Ink draws nothing before the end where CI
 * is set, though there be a terminal.
 */
function prepareInk({ color }: TopOptions, isTerminal: boolean): void {
  const { env } = process;
  env['NODE_ENV'] ??= 'production';
  if (isTerminal) {
    delete env['CI'];
    delete env['CONTINUOUS_INTEGRATION'];
  }
  const isPlain =
    !color || (env['NO_COLOR'] ?? '') !== '' || (!isTerminal && env['FORCE_COLOR'] === undefined);
  if (isPlain) env['FORCE_COLOR'] = '0';
}
