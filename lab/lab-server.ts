/** A server of the lab: files over HTTP, and what is sent comes back, by TCP and UDP, with the server's name. */

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { startWebServer } from './web-server.ts';

export type LabServerSettings = {
  readonly kind: 'server';
  /** Every answer says it. */
  readonly name: string;
  /** Ports of HTTP, and the directory that is served. */
  readonly http: readonly number[];
  readonly directory: string;
  /** The port at which things come back. */
  readonly echo: number;
  /** Addresses at which datagrams are taken: an answer has to come from the one that was asked. */
  readonly datagrams: readonly string[];
};

/** Starts it. @returns What ends it. */
export async function startLabServer(settings: LabServerSettings): Promise<() => void> {
  const { name, http, directory, echo, datagrams } = settings;
  const ends = await Promise.all(
    http.map((port) => startWebServer({ kind: 'web-server', name, port, directory })),
  );
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.write(`${name}\n`);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen({ port: echo, host: '::', backlog: 256 }, resolve);
  });
  const sockets = datagrams.map((address) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (message, from) => {
      // The name in front, so that a client sees when another server answers.
      socket.send(Buffer.concat([Buffer.from(`${name} `), message]), from.port, from.address);
    });
    // Errors that routers or clients send are no reason to end.
    socket.on('error', () => {});
    socket.bind({ port: echo, address });
    return socket;
  });
  return () => {
    for (const end of ends) end();
    for (const socket of sockets) socket.close();
    server.close();
  };
}
