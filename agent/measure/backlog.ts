/** The application's backlog, from /proc/net/tcp, tcp6, udp and udp6: who waits to be accepted, or bytes to be read. */

/** A port that the application serves. */
export type ServedPort = { readonly protocol: 'tcp' | 'udp'; readonly port: number };

const LISTEN = '0A';

/**
 * What waits at a port: for TCP connections that no one has accepted, of the fullest listening socket; for UDP bytes that
 * no one has read. Undefined when nothing listens there.
 * @param tables The texts of the protocol's tables, both address families.
 */
export function waiting(tables: readonly string[], { protocol, port }: ServedPort): number | undefined {
  let most: number | undefined;
  for (const table of tables) {
    for (const line of table.split('\n').slice(1)) {
      const [, local, , state, queues] = line.trim().split(/\s+/);
      if (local === undefined || queues === undefined) continue;
      if (Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16) !== port) continue;
      // A listening TCP socket has its accept queue where others have what was received.
      if (protocol === 'tcp' && state !== LISTEN) continue;
      const length = Number.parseInt(queues.slice(queues.indexOf(':') + 1), 16);
      if (Number.isFinite(length)) most = Math.max(most ?? 0, length);
    }
  }
  return most;
}
