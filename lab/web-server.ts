/** A web server of our own, for machines without nginx: files of a directory, and the server's name in every answer. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

/** Connections that wait to be accepted. */
const BACKLOG = 256;

export type WebServerSettings = {
  readonly kind: 'web-server';
  readonly name: string;
  readonly port: number;
  readonly directory: string;
};

/** Starts it. @returns What ends it. */
export async function startWebServer({ name, port, directory }: WebServerSettings): Promise<() => void> {
  const server = createServer(async (request, response) => {
    const wanted = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = path.join(directory, wanted === '/' ? 'index.html' : path.normalize(wanted));
    const found = await stat(file).catch(() => undefined);
    if (found?.isFile() !== true) {
      response.writeHead(404, { 'X-Server': name }).end();
      return;
    }
    response.writeHead(200, { 'X-Server': name, 'Content-Length': found.size });
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen({ port, host: '::', backlog: BACKLOG }, resolve);
  });
  return () => {
    server.closeAllConnections();
    server.close();
  };
}
