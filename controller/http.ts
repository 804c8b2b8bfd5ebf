/** Status and metrics over HTTP: what `moor status` and Prometheus ask for. */

import fastify, { type FastifyInstance } from 'fastify';
import type { Controller } from './controller.ts';
import { ListenError } from './explain-failure.ts';
import { makeMetrics } from './metrics.ts';
import { overviewOf } from './overview.ts';
import { serverStatuses } from './server-status.ts';
import { controllerStatus, nodeStatuses, sessionStatuses } from './status.ts';
import { SwitchCountReader } from './switch-counts.ts';

/** Sessions, or bindings, of one answer, unless asked for more. */
const LISTED = 1000;
const MOST_LISTED = 1_000_000;

/**
 * Serves a controller. It is for this host and those that may see all of it: there is no password.
 * @param listen HOST:PORT.
 * @throws ListenError.
 */
export async function serveHttp(controller: Controller, listen: string): Promise<FastifyInstance> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  const reader = new SwitchCountReader(controller);
  const { registry, collect } = makeMetrics(controller, reader);
  app.get('/healthz', () => ({ ok: true }));
  app.get('/status', (_request, reply) => json(reply, controllerStatus(controller)));
  app.get('/servers', (_request, reply) => json(reply, serverStatuses(controller)));
  app.get('/overview', async (_request, reply) => json(reply, await overviewOf(controller, reader)));
  const lists = { sessions: sessionStatuses, bindings: nodeStatuses } as const;
  for (const [name, list] of Object.entries(lists)) {
    app.get<{ Querystring: { readonly limit?: string } }>(`/${name}`, (request, reply) => {
      const { limit = String(LISTED) } = request.query;
      if (!/^\d{1,7}$/.test(limit)) {
        return reply.code(400).send({ error: `limit: '${limit}' is no number; write 0 to ${MOST_LISTED}` });
      }
      return json(reply, list(controller, Math.min(Number(limit), MOST_LISTED)));
    });
  }
  app.get('/metrics', async (_request, reply) => {
    await collect();
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  try {
    await app.listen({ host, port: Number(listen.slice(colon + 1)) });
  } catch (problem) {
    throw new ListenError('listen', listen, problem);
  }
  return app;
}

function json(reply: { type(type: string): { send(text: string): unknown } }, value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
  return reply.type('application/json').send(text);
}
