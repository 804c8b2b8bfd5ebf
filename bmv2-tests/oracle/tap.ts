/** Steps 15 and 21 of docs/pipeline.md: which packets the controller gets a copy of. */

import type { Tables } from './tables.ts';

type End = { readonly address: bigint; readonly port: number };

/** The service and the session's number, of a flow between a client and a virtual address; undefined: no copy. */
export function findTap(
  tables: Tables,
  client: End,
  service: End,
  protocol: number,
): { readonly service: number; readonly session: number } | undefined {
  const tap = tables.find('signalling_taps', {
    virtual_address: service.address,
    protocol,
    port: service.port,
  });
  if (tap === undefined) return undefined;
  const session = tables.find('signalling_sessions', {
    client_address: client.address,
    client_port: client.port,
    virtual_address: service.address,
    virtual_port: service.port,
    protocol,
  });
  return { service: Number(tap.data['service']), session: Number(session?.data['session'] ?? 0) };
}
