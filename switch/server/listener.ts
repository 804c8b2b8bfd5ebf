/**
 * Listening for connections ourselves, and handing them to the gRPC server. It would listen too, but it knows of
 * connections only once they speak HTTP/2: a client that says nothing, or no TLS, would keep it from ending.
 */

import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { ConnectionInjector } from '@grpc/grpc-js';

export type Listener = {
  readonly port: number;
  /** Takes no more connections; those that there are go on. */
  readonly stop: () => void;
  /** Ends the connections that there still are. */
  readonly destroy: () => void;
};

/**
 * Listens at an address, HOST:PORT or [HOST]:PORT; port 0 takes a free one.
 * @throws Error when that cannot be.
 */
export async function listenAt(address: string, { injectConnection }: ConnectionInjector): Promise<Listener> {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^[\]]*)):(\d+)$/.exec(address) ?? [];
  if (port === undefined || Number(port) > 0xffff) throw new Error(`${address} is no HOST:PORT`);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    injectConnection(socket);
  });
  server.listen(Number(port), bracketed ?? plain);
  await once(server, 'listening');
  // Accepting may fail for one connection, such as for want of file descriptors: others may come through.
  server.on('error', () => {});
  const bound = server.address();
  return {
    port: bound === null || typeof bound === 'string' ? 0 : bound.port,
    stop: () => void server.close(),
    destroy: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
