/** What operators are told when a server's state changes. */

import type { Logger } from 'pino';
import type { Transition } from '../health/index.ts';

/** Writes a line with the state before and after. */
export function logTransition(log: Logger, server: string, transition: Transition): void {
  if (transition.kind === 'load-monitor') {
    const { before, after } = transition;
    const level = after === 'failed' ? 'warn' : 'info';
    log[level]({ server, before, after }, `server ${server}: its load monitor was ${before} and is ${after}`);
    return;
  }
  const { before, after } = transition;
  const { status } = after;
  const level = status.kind === 'up' ? 'info' : 'warn';
  const neverHeard = status.kind === 'failed' && after.received === 0;
  const hint = neverHeard
    ? `; its agent was never heard: start it (moor agent), or write 'agent: false' for a server that has none`
    : '';
  log[level](
    { server, before: before.status.kind, ...status, received: after.received, lost: after.lost },
    `server ${server}: ${before.status.kind} ─▶ ${status.kind}${'reason' in status ? ` (${status.reason})` : ''}${hint}`,
  );
}
