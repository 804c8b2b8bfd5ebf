/** Calls with one answer, and with many. */

import { Code } from '../gen/google/rpc/code.ts';
import { Call, type CallOptions } from './call.ts';
import type { Connection } from './connection.ts';
import { CallError } from './errors.ts';

/** A method of a service, and how its answers are read. */
export type Method<Response> = {
  /** `/PACKAGE.SERVICE/METHOD`. */
  readonly path: string;
  /** @throws Error for bytes that are no message. */
  readonly decode: (bytes: Uint8Array) => Response;
};

/** Answers that are read before whoever asked has taken them; then the server waits. */
const MOST_WAITING = 16;

/** Asks, and gives the one answer. @throws CallError. */
export function callOnce<Response>(
  connection: Connection,
  { path, decode }: Method<Response>,
  request: Uint8Array,
  options: CallOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const answers: Response[] = [];
    const call = new Call(
      connection.open(path, options.timeoutMs),
      {
        onMessage: (bytes) => answers.push(decode(bytes)),
        onEnd: (problem) => {
          const [answer] = answers;
          if (problem !== undefined) reject(problem);
          else if (answer === undefined) reject(new CallError(Code.INTERNAL, 'the server gives no answer'));
          else resolve(answer);
        },
      },
      options,
    );
    call.send(request);
    call.finish();
  });
}

/** Asks, and gives answers as they come. @throws CallError after what came before it. */
export async function* callMany<Response>(
  connection: Connection,
  { path, decode }: Method<Response>,
  request: Uint8Array,
  options: CallOptions,
): AsyncGenerator<Response> {
  let waiting: Response[] = [];
  let isOver = false;
  let problem: CallError | undefined;
  let wake: (() => void) | undefined;
  const call = new Call(
    connection.open(path, options.timeoutMs),
    {
      onMessage: (bytes) => {
        waiting.push(decode(bytes));
        if (waiting.length >= MOST_WAITING) call.pause();
        wake?.();
      },
      onEnd: (reason) => {
        isOver = true;
        problem = reason;
        wake?.();
      },
    },
    options,
  );
  call.send(request);
  call.finish();
  try {
    for (;;) {
      const answers = waiting;
      waiting = [];
      yield* answers;
      if (waiting.length > 0) continue;
      if (isOver) break;
      call.resume();
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (problem !== undefined) throw problem;
  } finally {
    call.cancel();
  }
}
