/** Asks a running controller for its overview, again and again. */

import { setTimeout as wait } from 'node:timers/promises';
import type { Overview } from '../../controller/overview.ts';
import { type Rates, ratesBetween } from '../../controller/rates.ts';
import { noAnswer } from '../controller-address.ts';

/** What was found out. */
export type Answer =
  | { readonly kind: 'overview'; readonly overview: Overview; readonly rates: Rates | undefined }
  /** What is wrong and what to do, in the user's terms. */
  | { readonly kind: 'problem'; readonly message: string };

const PATIENCE_MS = 10_000;
/** Rates are there soon after the start. */
const FIRST_INTERVAL_MS = 500;

/** Asks once. */
export async function ask(address: string, signal?: AbortSignal): Promise<Answer> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`http://${address}/overview`, {
      signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
    });
    text = await response.text();
  } catch {
    const message = patience.aborted
      ? `the controller at ${address} does not answer within ${PATIENCE_MS / 1000} s`
      : noAnswer(address);
    return { kind: 'problem', message };
  }
  const overview = response.ok ? readOverview(text) : undefined;
  if (overview !== undefined) return { kind: 'overview', overview, rates: undefined };
  const message =
    response.status === 404
      ? `what answers at ${address} has no /overview: it is no controller of moor, or one that is older than this command`
      : `what answers at ${address} is no controller of moor (HTTP ${response.status})`;
  return { kind: 'problem', message };
}

/** Asks every so often until told to end; each answer with the rates since the one before. */
export async function* askAgain(
  address: string,
  intervalMs: number,
  signal: AbortSignal,
): AsyncGenerator<Answer> {
  let before: Overview | undefined;
  while (!signal.aborted) {
    const answer = await ask(address, signal);
    if (signal.aborted) return;
    const isFirst = before === undefined;
    yield withRates(answer, before);
    before = answer.kind === 'overview' ? answer.overview : undefined;
    const pause = isFirst && before !== undefined ? Math.min(FIRST_INTERVAL_MS, intervalMs) : intervalMs;
    await wait(pause, undefined, { signal }).catch(() => {});
  }
}

/** An answer with the rates since an overview; a controller that has started again has none yet. */
export function withRates(answer: Answer, before: Overview | undefined): Answer {
  if (answer.kind !== 'overview' || before?.startedAt !== answer.overview.startedAt) return answer;
  return { ...answer, rates: ratesBetween(before, answer.overview) };
}

/** Undefined where it is none. */
function readOverview(text: string): Overview | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOverview(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What this moor's own controllers say is right where it is there. */
function isOverview(value: unknown): value is Overview {
  if (typeof value !== 'object' || value === null) return false;
  return 'startedAt' in value && 'switches' in value && Array.isArray(value.switches) && 'servers' in value;
}
