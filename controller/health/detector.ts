/**
 * The failure detector of the SARA paper (III.E, figure 7) for one server: state × event → state + effects.
 *
 *     unknown ──available──▶ up ◀──────────available (rise times)──────────┐
 *        │                   │ ├─application-unavailable─▶ application-down ┤
 *        │                   │ └─planned-failure─▶ draining ──at its time──▶┤
 *        └──silent for n·d───┴───────silent for n·d, from any──────────▶ failed
 *
 * Times are milliseconds since 1970.
 */

import type { Availability } from '../../wire/monitoring/index.ts';
import { sequenceStep } from './sequence.ts';

export type HealthConfig = {
  /** d: an agent sends a message each so many milliseconds. */
  readonly period: number;
  /** n: after n·d of silence a server has failed. The paper's typical value is 3. */
  readonly misses: number;
  /** Messages `available` one after another that bring a server back; the paper's procedure has 1. */
  readonly rise: number;
  /** A server that is back has its full part of new sessions after so many milliseconds. */
  readonly slowStart: number;
  /** An application that is down for so many milliseconds has lost its sessions. */
  readonly applicationGrace: number;
  /**
   * What an announced failure means. `drain`: no new sessions from now on, failed at its time (the paper's prose).
   * `crash`: failed at once (figure 7 as it stands).
   */
  readonly plannedFailure: 'drain' | 'crash';
};

export const HEALTH_DEFAULTS: HealthConfig = {
  period: 1000,
  misses: 3,
  rise: 2,
  slowStart: 30_000,
  applicationGrace: 3000,
  plannedFailure: 'drain',
};

/** Why a server takes no new sessions. */
export type Reason = 'silent' | 'application' | 'planned';

export type Status =
  /** Nothing was heard yet. It takes sessions: a controller that has just started must not stop a cluster that works. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'up'; readonly isBack: boolean }
  | { readonly kind: 'application-down' }
  /** No new sessions; those that it has stay until `failsAt`. */
  | { readonly kind: 'draining'; readonly failsAt: number }
  | { readonly kind: 'failed'; readonly reason: Reason };

export type ServerHealth = {
  readonly status: Status;
  /** When the status began. */
  readonly since: number;
  /** When the last message came; at first, when waiting for it began. */
  readonly lastHeard: number;
  readonly sequence: number | undefined;
  /** Its sessions were released since it last took new ones. */
  readonly sessionsReleased: boolean;
  /** Messages `available` in a row. */
  readonly goodInRow: number;
  readonly received: number;
  /** Messages that sequence numbers say were lost. */
  readonly lost: number;
};

export type HealthEvent =
  | { readonly kind: 'message'; readonly now: number; readonly message: Availability }
  | { readonly kind: 'tick'; readonly now: number };

export type HealthEffect =
  /** It takes new sessions. */
  | { readonly kind: 'admit' }
  /** It takes none. */
  | { readonly kind: 'withdraw'; readonly reason: Reason }
  /** Its sessions are lost there: end or move them (`fateOfSessions`). */
  | { readonly kind: 'release-sessions'; readonly reason: Reason };

export type HealthStep = { readonly health: ServerHealth; readonly effects: readonly HealthEffect[] };

/** A server that is waited for. */
export function startHealth(now: number): ServerHealth {
  return {
    status: { kind: 'unknown' },
    since: now,
    lastHeard: now,
    sequence: undefined,
    sessionsReleased: false,
    goodInRow: 0,
    received: 0,
    lost: 0,
  };
}

/** Does it take new sessions? */
export function takesSessions({ status }: ServerHealth): boolean {
  return status.kind === 'unknown' || status.kind === 'up';
}

/** The part of its room that counts: rising for a server that is back. From 0 to 1; above 0 while it takes sessions. */
export function readiness(health: ServerHealth, now: number, { slowStart }: HealthConfig): number {
  if (!takesSessions(health)) return 0;
  if (health.status.kind !== 'up' || !health.status.isBack || slowStart <= 0) return 1;
  return Math.min(1, Math.max(0.01, (now - health.since) / slowStart));
}

/** One step. */
export function healthStep(health: ServerHealth, event: HealthEvent, config: HealthConfig): HealthStep {
  return event.kind === 'message'
    ? onMessage(health, event.message, event.now, config)
    : onTick(health, event.now, config);
}

function onMessage(
  before: ServerHealth,
  message: Availability,
  now: number,
  config: HealthConfig,
): HealthStep {
  const step = sequenceStep(before.sequence, message.sequence);
  // What comes late is older than what is known.
  if (step.kind === 'late') return { health: before, effects: [] };
  const health: ServerHealth = {
    ...before,
    lastHeard: now,
    sequence: message.sequence,
    received: before.received + 1,
    lost: before.lost + (step.kind === 'next' ? step.lost : 0),
    goodInRow: message.flag === 'available' ? before.goodInRow + 1 : 0,
  };
  switch (message.flag) {
    case 'available':
      return onAvailable(health, now, config);
    case 'application-unavailable':
      if (health.status.kind === 'application-down') return endOfGrace(health, now, config);
      return become(health, { kind: 'application-down' }, now, withdrawal(health, 'application'));
    case 'planned-failure':
      return onPlanned(health, message.timestamp * 1000, now, config);
  }
}

function onAvailable(health: ServerHealth, now: number, config: HealthConfig): HealthStep {
  switch (health.status.kind) {
    case 'up':
      return { health, effects: [] };
    case 'unknown':
      return become(health, { kind: 'up', isBack: false }, now, []);
    case 'draining':
      // The plan was taken back; its sessions are still there, and so is its load.
      return become(health, { kind: 'up', isBack: false }, now, [{ kind: 'admit' }]);
    case 'application-down':
    case 'failed':
      if (health.goodInRow < config.rise) return { health, effects: [] };
      return become(health, { kind: 'up', isBack: true }, now, [{ kind: 'admit' }]);
  }
}

function onPlanned(health: ServerHealth, failsAt: number, now: number, config: HealthConfig): HealthStep {
  if (failsAt <= now || config.plannedFailure === 'crash') return fail(health, 'planned', now);
  if (health.status.kind === 'failed') return { health, effects: [] };
  if (health.status.kind === 'draining') {
    return { health: { ...health, status: { kind: 'draining', failsAt } }, effects: [] };
  }
  return become(health, { kind: 'draining', failsAt }, now, withdrawal(health, 'planned'));
}

function onTick(health: ServerHealth, now: number, config: HealthConfig): HealthStep {
  if (health.status.kind === 'failed') return { health, effects: [] };
  if (health.status.kind === 'draining' && now >= health.status.failsAt) return fail(health, 'planned', now);
  if (now - health.lastHeard >= config.misses * config.period) return fail(health, 'silent', now);
  return health.status.kind === 'application-down'
    ? endOfGrace(health, now, config)
    : { health, effects: [] };
}

function endOfGrace(health: ServerHealth, now: number, config: HealthConfig): HealthStep {
  if (health.status.kind !== 'application-down' || now - health.since < config.applicationGrace) {
    return { health, effects: [] };
  }
  return release(health, 'application', []);
}

function fail(health: ServerHealth, reason: Reason, now: number): HealthStep {
  if (health.status.kind === 'failed') return { health, effects: [] };
  const failed: ServerHealth = { ...health, goodInRow: 0, status: { kind: 'failed', reason }, since: now };
  return release(failed, reason, withdrawal(health, reason));
}

/** Sessions are released once, however many ways a server fails before it is back. */
function release(health: ServerHealth, reason: Reason, before: readonly HealthEffect[]): HealthStep {
  if (health.sessionsReleased) return { health, effects: before };
  return {
    health: { ...health, sessionsReleased: true },
    effects: [...before, { kind: 'release-sessions', reason }],
  };
}

function withdrawal(health: ServerHealth, reason: Reason): readonly HealthEffect[] {
  return takesSessions(health) ? [{ kind: 'withdraw', reason }] : [];
}

function become(
  health: ServerHealth,
  status: Status,
  now: number,
  effects: readonly HealthEffect[],
): HealthStep {
  const isReleased = status.kind !== 'up' && health.sessionsReleased;
  return { health: { ...health, status, since: now, sessionsReleased: isReleased }, effects };
}
