/**
 * One call over a connection (gRPC over HTTP2): messages each behind five bytes, and a status in the trailers.
 *
 *     | compressed (1) | length (4) | message … |
 */

import { type ClientHttp2Stream, constants, type IncomingHttpHeaders } from 'node:http2';
import { Code } from '../gen/google/rpc/code.ts';
import type { OpenedStream } from './connection.ts';
import { CallError } from './errors.ts';
import { MessageReader } from './message-reader.ts';

export type CallHandlers = {
  /** A message; its bytes stay as they are. What it throws ends the call: it was no message. */
  readonly onMessage: (bytes: Uint8Array) => void;
  /** The call is over: undefined when all went well. Called once. */
  readonly onEnd: (problem: CallError | undefined) => void;
};

export type CallOptions = { readonly signal?: AbortSignal; readonly timeoutMs?: number };

/** What is collected before it is sent within a turn. */
const LARGEST_SENT = 64 * 1024;
const PREFIX = 5;

export class Call {
  readonly #stream: ClientHttp2Stream;
  readonly #lost: OpenedStream['lost'];
  readonly #handlers: CallHandlers;
  readonly #reader = new MessageReader();
  readonly #timer: NodeJS.Timeout | undefined;
  /** Messages that go together with what else is sent in this turn: each write of its own costs a frame and a system call. */
  #unsent: Uint8Array[] = [];
  #unsentLength = 0;
  #httpStatus: number | undefined;
  /** Where the status stands; a server that gives nothing but a status has it in its headers. */
  #trailers: IncomingHttpHeaders = {};
  /** Why it ends, where that is known here. */
  #own: CallError | undefined;
  /** What the stream itself said. */
  #problem: string | undefined;
  #isOver = false;

  constructor({ stream, lost }: OpenedStream, handlers: CallHandlers, options: CallOptions = {}) {
    const { signal, timeoutMs } = options;
    this.#stream = stream;
    this.#lost = lost;
    this.#handlers = handlers;
    if (timeoutMs !== undefined) {
      const late = () => this.#fail(Code.DEADLINE_EXCEEDED, `the deadline of ${timeoutMs} ms has passed`);
      this.#timer = setTimeout(late, timeoutMs);
    }
    stream.on('response', (headers) => {
      this.#httpStatus = headers[':status'];
      this.#trailers = headers;
    });
    stream.on('trailers', (trailers) => {
      this.#trailers = trailers;
    });
    stream.on('data', (chunk: Buffer) => this.#receive(chunk));
    stream.on('end', () => {
      // Servers refuse before they have heard all.
      if (stream.writable) stream.end();
      this.#closed();
    });
    stream.on('error', (problem) => {
      this.#problem = problem.message;
    });
    const cancel = () => this.cancel();
    stream.on('close', () => {
      signal?.removeEventListener('abort', cancel);
      this.#closed();
    });
    if (signal?.aborted === true) cancel();
    else signal?.addEventListener('abort', cancel);
  }

  /** Sends a message, with what else is sent in this turn. */
  send(message: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#unsentLength === 0) setImmediate(() => this.#flush());
    this.#unsent.push(message);
    this.#unsentLength += PREFIX + message.length;
    if (this.#unsentLength >= LARGEST_SENT) this.#flush();
  }

  /** Nothing more will be sent. */
  finish(): void {
    this.#flush();
    this.#stream.end();
  }

  /** Gives the call up. */
  cancel(): void {
    this.#fail(Code.CANCELLED, 'the call was cancelled');
  }

  /** Sends what is to be sent, and gives the call up. */
  finishAndCancel(): void {
    if (this.#isOver || this.#own !== undefined) return;
    this.#own = new CallError(Code.CANCELLED, 'the call was cancelled');
    this.#flush();
    this.#stream.end(() => this.#stream.close(constants.NGHTTP2_CANCEL));
  }

  /** Has the server wait, as soon as its window is full. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  #fail(code: number, message: string): void {
    if (this.#isOver) return;
    this.#own ??= new CallError(code, message);
    this.#unsent = [];
    this.#stream.close(constants.NGHTTP2_CANCEL);
    // Whoever waits need not wait for the connection, which may not even be there yet.
    this.#end(this.#own);
  }

  #flush(): void {
    const messages = this.#unsent;
    if (messages.length === 0) return;
    const all = Buffer.allocUnsafe(this.#unsentLength);
    this.#unsent = [];
    this.#unsentLength = 0;
    let at = 0;
    for (const message of messages) {
      all[at] = 0;
      all.writeUInt32BE(message.length, at + 1);
      all.set(message, at + PREFIX);
      at += PREFIX + message.length;
    }
    if (this.#stream.writable) this.#stream.write(all);
  }

  #receive(chunk: Buffer): void {
    if (this.#isOver) return;
    try {
      this.#reader.take(chunk, this.#handlers.onMessage);
    } catch (problem) {
      this.#fail(
        Code.INTERNAL,
        `what came is no message: ${problem instanceof Error ? problem.message : problem}`,
      );
    }
  }

  #closed(): void {
    const status = this.#trailers['grpc-status'];
    if (this.#own !== undefined) this.#end(this.#own);
    else if (typeof status === 'string') this.#end(ofTrailers(Number(status), this.#trailers));
    // The status comes a moment after the end, and streams of a connection that breaks end before it says why.
    else setImmediate(() => this.#end(this.#late()));
  }

  #end(problem: CallError | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#handlers.onEnd(problem);
  }

  #late(): CallError | undefined {
    const status = this.#trailers['grpc-status'];
    if (typeof status === 'string') return ofTrailers(Number(status), this.#trailers);
    const lost = this.#lost();
    if (lost !== undefined) {
      return new CallError(Code.UNAVAILABLE, lost || (this.#problem ?? 'the connection was closed'));
    }
    const http = this.#httpStatus;
    if (http !== undefined && http !== 200)
      return new CallError(codeOfHttp(http), `the server answers with HTTP status ${http}`);
    const { rstCode } = this.#stream;
    const message = this.#problem ?? `the server ended the call without a status (HTTP/2 code ${rstCode})`;
    return new CallError(codeOfReset(rstCode), message);
  }
}

function ofTrailers(code: number, trailers: IncomingHttpHeaders): CallError | undefined {
  if (code === Code.OK) return undefined;
  const details = trailers['grpc-status-details-bin'];
  return new CallError(
    Number.isInteger(code) ? code : Code.UNKNOWN,
    percentDecoded(text(trailers['grpc-message'])),
    details === undefined ? undefined : Buffer.from(text(details), 'base64'),
  );
}

function text(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}

/** A status message has UTF-8 as %XX; what is none of it stands for itself ("Responses"). */
function percentDecoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}

/** "HTTP to gRPC Status Code Mapping". */
function codeOfHttp(status: number): number {
  switch (status) {
    case 400:
      return Code.INTERNAL;
    case 401:
      return Code.UNAUTHENTICATED;
    case 403:
      return Code.PERMISSION_DENIED;
    case 404:
      return Code.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return Code.UNAVAILABLE;
    default:
      return Code.UNKNOWN;
  }
}

/** "HTTP2 Transport Mapping", "Errors". */
function codeOfReset(code: number | undefined): number {
  switch (code) {
    case constants.NGHTTP2_REFUSED_STREAM:
      return Code.UNAVAILABLE;
    case constants.NGHTTP2_CANCEL:
      return Code.CANCELLED;
    case constants.NGHTTP2_ENHANCE_YOUR_CALM:
      return Code.RESOURCE_EXHAUSTED;
    case constants.NGHTTP2_INADEQUATE_SECURITY:
      return Code.PERMISSION_DENIED;
    default:
      return Code.INTERNAL;
  }
}
