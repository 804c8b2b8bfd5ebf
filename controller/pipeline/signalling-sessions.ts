/** Entries of `signalling_sessions`: the numbers that copies of signalling flows carry. */

import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { FlowEnds } from '../signalling/session-numbers.ts';
import { tables } from './bindings.ts';

/** An entry; without a session, to take it away. */
export function signallingSessionEntity({ client, virtual, protocol }: FlowEnds, session?: number): Entity {
  return tables.signalling_sessions.entry({
    key: {
      client_address: client.address,
      client_port: client.port,
      virtual_address: virtual.address,
      virtual_port: virtual.port,
      protocol,
    },
    ...(session === undefined ? {} : { action: { name: 'set_session', params: { session } } }),
  });
}
