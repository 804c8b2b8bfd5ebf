/** What becomes of the sessions of a server that has failed. */

import type { Reason } from './detector.ts';

/**
 * `end`: their entries in the switch go, and clients begin anew. `move`: they are pinned to another server, which has to
 * know the session or take it over. `keep`: nothing changes.
 */
export type Fate = 'end' | 'move' | 'keep';

/** Set for a service; what is left out is as `fateOfSessions` says. */
export type FailurePolicy = Partial<Readonly<Record<Reason, Fate>>>;

/**
 * The fate of a service's sessions.
 *
 * Left to itself: TCP ends, since no other server can go on with a connection. UDP moves when the server or its
 * application is gone, so that clients do not go on feeding it: its sessions have no state in a transport.
 */
export function fateOfSessions(
  protocol: 'tcp' | 'udp' | 'other',
  reason: Reason,
  policy: FailurePolicy = {},
): Fate {
  return policy[reason] ?? (protocol === 'udp' ? 'move' : 'end');
}
