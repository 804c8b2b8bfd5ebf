/** The dashboard's files over HTTP, and what browsers are told so that nothing else gets into them. */

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';

export type Pages = readonly {
  readonly paths: readonly string[];
  readonly type: string;
  readonly text: string;
}[];

const FILES = [
  { name: 'index.html', type: 'text/html; charset=utf-8', paths: ['/', '/dashboard'] },
  { name: 'main.js', type: 'text/javascript; charset=utf-8', paths: ['/dashboard/main.js'] },
  { name: 'main.css', type: 'text/css; charset=utf-8', paths: ['/dashboard/main.css'] },
] as const;

/** Reads them; undefined where they are not there, as in a checkout that was not built. */
export function readPages(directory: string): Pages | undefined {
  try {
    return FILES.map(({ name, type, paths }) => ({
      ...{ paths, type },
      text: readFileSync(join(directory, name), 'utf8'),
    }));
  } catch {
    return undefined;
  }
}

/** Scripts, styles and requests of its own only; in no frame of another page. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  // Files change with moor's version, and are small.
  'cache-control': 'no-cache',
} as const;

export function servePages(app: FastifyInstance, pages: Pages): void {
  for (const { paths, type, text } of pages) {
    for (const path of paths)
      app.get(path, (_request, reply) => reply.headers(HEADERS).type(type).send(text));
  }
}

/**
 * Where only this host is listened to, requests have to be for it by address or as `localhost`: else a page of another
 * site, whose name was made to lead here, could read all (DNS rebinding).
 */
export function guardHost(app: FastifyInstance, listenHost: string): void {
  if (!(listenHost === 'localhost' || listenHost === '::1' || listenHost.startsWith('127.'))) return;
  app.addHook('onRequest', (request, reply, done) => {
    const name = request.hostname.replace(/^\[|\]$/g, '');
    if (name === 'localhost' || name === listenHost || isIP(name) !== 0) done();
    else {
      reply.code(421).send({
        error: `this controller listens on ${listenHost} only, and is no '${name}': ask for it by address or as localhost`,
      });
    }
  });
}
