/** Over HTTP: what `moor status`, `moor top`, Prometheus and the dashboard ask for. docs/dashboard.md lists it. */

import { setTimeout as wait } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import type { Controller } from './controller.ts';
import { guardHost, readPages, servePages } from './dashboard-pages.ts';
import { ListenError } from './explain-failure.ts';
import { History, SAMPLE_MS } from './history.ts';
import { makeMetrics } from './metrics.ts';
import { overviewOf } from './overview.ts';
import { serverStatuses } from './server-status.ts';
import { controllerStatus, nodeStatuses, sessionStatuses } from './status.ts';
import { SwitchCountReader } from './switch-counts.ts';
import { readTraceRequest, TraceRequestError, type TraceService } from './trace-request.ts';

/** Sessions, or bindings, of one answer, unless asked for more. */
const LISTED = 1000;
const MOST_LISTED = 1_000_000;
/** How long a switch has to take what was decided before servers are shown. */
const DECIDED_MS = 1000;
/** Of a request to trace a packet. */
const LONGEST_REQUEST = 65_536;

/** What the controller cannot do itself. */
export type HttpOptions = {
  /** The directory with the dashboard's files; without it there is none. */
  readonly pages?: string;
  /** What traces packets for the dashboard; without it none are. */
  readonly trace?: TraceService;
};

/**
 * Serves a controller. It is for this host and those that may see all of it: there is no password.
 * @param listen HOST:PORT.
 * @throws ListenError.
 */
export async function serveHttp(
  controller: Controller,
  listen: string,
  { pages, trace }: HttpOptions = {},
): Promise<FastifyInstance> {
  const app = fastify({ logger: false, forceCloseConnections: true, bodyLimit: LONGEST_REQUEST });
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  guardHost(app, host);
  const reader = new SwitchCountReader(controller);
  const { registry, collect } = makeMetrics(controller, reader);
  app.get('/healthz', () => ({ ok: true }));
  app.get('/status', (_request, reply) => json(reply, controllerStatus(controller)));
  app.get('/servers', async (_request, reply) => {
    const statuses = serverStatuses(controller);
    await decided(controller);
    return json(reply, statuses);
  });
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
  serveHistory(app, controller, reader);
  if (trace !== undefined) serveTraces(app, controller, trace);
  const found = pages === undefined ? undefined : readPages(pages);
  if (found !== undefined) servePages(app, found);
  try {
    await app.listen({ host, port: Number(listen.slice(colon + 1)) });
  } catch (problem) {
    throw new ListenError('listen', listen, problem);
  }
  return app;
}

/** Done when the switches do as was decided, so that whoever reads that a server drains can rely on it; or a second later. */
async function decided({ switches }: Controller): Promise<void> {
  const patience = new AbortController();
  await Promise.race([
    Promise.all(switches.map((one) => one.decided)),
    wait(DECIDED_MS, undefined, { signal: patience.signal }).catch(() => {}),
  ]);
  patience.abort();
}

/** Samples for as long as it serves. */
function serveHistory(app: FastifyInstance, controller: Controller, reader: SwitchCountReader): void {
  const history = new History();
  let isSampling = false;
  const timer = setInterval(async () => {
    if (isSampling) return;
    isSampling = true;
    try {
      history.add(await overviewOf(controller, reader));
    } catch {
      // One sample less; a mistake about it must not end the controller.
    } finally {
      isSampling = false;
    }
  }, SAMPLE_MS);
  timer.unref();
  app.addHook('onClose', () => clearInterval(timer));
  app.get<{ Querystring: { readonly since?: string } }>('/history', (request, reply) => {
    const { since = '0' } = request.query;
    if (!/^\d{1,15}$/.test(since))
      return reply.code(400).send({ error: `since: '${since}' is no time; write milliseconds since 1970` });
    return json(reply, history.after(Number(since)));
  });
}

/** One trace at a time: each takes a copy of a whole switch. */
function serveTraces(app: FastifyInstance, controller: Controller, trace: TraceService): void {
  let isTracing = false;
  app.post('/trace', async (request, reply) => {
    if (isTracing)
      return reply.code(429).send({ error: 'another packet is being traced: try again in a moment' });
    isTracing = true;
    try {
      const wanted = readTraceRequest(request.body, controller.config);
      const answer = await trace(wanted);
      if (answer.kind === 'problem') return reply.code(503).send({ error: answer.message });
      const { traces, remarks } = answer;
      return json(reply, { hex: Buffer.from(wanted.packet).toString('hex'), traces, remarks });
    } catch (problem) {
      if (!(problem instanceof TraceRequestError)) throw problem;
      return reply.code(400).send({ error: problem.message });
    } finally {
      isTracing = false;
    }
  });
}

function json(reply: { type(type: string): { send(text: string): unknown } }, value: unknown): unknown {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? String(part) : part,
  );
  return reply.type('application/json').send(text);
}
