/** The Unix socket by which `moor agent drain` and `status` reach the agent: one line of JSON each way. */

import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const REQUEST = z.discriminatedUnion('command', [
  z.strictObject({
    command: z.literal('drain'),
    /** Seconds since 1970; null takes the plan back. */
    at: z.int().min(0).max(0xffff_ffff).nullable(),
  }),
  z.strictObject({ command: z.literal('status') }),
]);

export type ControlRequest = z.output<typeof REQUEST>;

const STATUS = z.strictObject({
  identity: z.number(),
  flag: z.enum(['available', 'application-unavailable', 'planned-failure']),
  /** Of the planned failure, seconds since 1970. */
  drainAt: z.number().nullable(),
  /** Why the application is not available. */
  problem: z.string().nullable(),
  loads: z.record(z.string(), z.number()),
  sent: z.number(),
  sendProblems: z.number(),
});

/** What the agent says about itself. */
export type AgentStatus = z.output<typeof STATUS>;

const ANSWER = z.union([STATUS, z.strictObject({ error: z.string() })]);

const LONGEST = 4096;
const PATIENCE = 10_000;

/** Why the agent cannot be reached, or does not want to. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

/** The socket of an agent by its state directory. */
export function controlSocket(state: string): string {
  return join(state, 'agent.sock');
}

/** Serves requests. @throws ControlError when another agent serves there, or it cannot be. */
export async function serveControl(
  state: string,
  handle: (request: ControlRequest) => AgentStatus,
): Promise<Server> {
  const path = controlSocket(state);
  const server = createServer((socket) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('data', (part: string) => {
      text += part;
      if (text.length > LONGEST) socket.destroy();
      else if (text.includes('\n')) socket.end(`${JSON.stringify(answer(text, handle))}\n`);
    });
  });
  try {
    mkdirSync(state, { recursive: true });
    if (await answers(path))
      throw new ControlError(`another agent runs with ${path}; end it first, or set 'state'`);
    // What an agent left that was cut off.
    rmSync(path, { force: true });
    server.listen(path);
    await once(server, 'listening');
  } catch (problem) {
    if (problem instanceof ControlError) throw problem;
    throw new ControlError(
      `${path} cannot be served: ${problem instanceof Error ? problem.message : String(problem)}; set 'state' to a directory that the agent may write`,
    );
  }
  return server;
}

function answer(text: string, handle: (request: ControlRequest) => AgentStatus): unknown {
  try {
    const request = REQUEST.safeParse(JSON.parse(text));
    return request.success ? handle(request.data) : { error: 'there is no such request' };
  } catch (problem) {
    return { error: problem instanceof Error ? problem.message : String(problem) };
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

/** Asks the agent that runs. @throws ControlError */
export async function askAgent(state: string, request: ControlRequest): Promise<AgentStatus> {
  const path = controlSocket(state);
  const text = await new Promise<string>((resolve, reject) => {
    let received = '';
    const socket = connect(path);
    socket.setEncoding('utf8');
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer in ${PATIENCE} ms`)));
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on('data', (part: string) => {
      received += part;
    });
    socket.once('end', () => resolve(received));
    socket.once('error', (problem) => {
      reject(
        new ControlError(`no agent can be reached at ${path} (${problem.message}); is 'moor agent' running?`),
      );
    });
  });
  const found = ANSWER.safeParse(JSON.parse(text));
  if (!found.success) throw new ControlError(`the agent at ${path} gave an answer that is none`);
  if ('error' in found.data) throw new ControlError(found.data.error);
  return found.data;
}
