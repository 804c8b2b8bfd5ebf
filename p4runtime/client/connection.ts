/**
 * A connection to a gRPC server: HTTP/2 as "gRPC over HTTP2" has it, without what grpc-js puts around each message.
 *
 * It is made when the first call needs it, and made again when a call finds that it was lost.
 */

import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type SecureClientSessionOptions,
} from 'node:http2';
import { TLSSocket } from 'node:tls';

/** Certificates as PEM. Without an authority, those of the system are believed. */
export type ClientTls = {
  readonly authority?: Buffer;
  /** For servers that ask who the client is. */
  readonly certificate?: Buffer;
  readonly key?: Buffer;
  /** The name in the server's certificate, where it is not that of the target. */
  readonly serverName?: string;
};

/** What a server may send before it is read, of a call and of all: reads of large tables are not to wait for each 64 KiB. */
const WINDOW = 1024 * 1024;

/** How long a connection that is closed may still take to send what was to be sent; milliseconds. */
const CLOSING_MS = 5000;

/** A call's stream, and why its connection is gone: undefined while it is there, empty where it does not say. */
export type OpenedStream = { readonly stream: ClientHttp2Stream; readonly lost: () => string | undefined };

type Session = { readonly http: ClientHttp2Session; lost: string | undefined };

export class Connection {
  readonly #target: string;
  readonly #tls: ClientTls | undefined;
  #session: Session | undefined;

  /** @param target HOST:PORT. */
  constructor(target: string, tls: ClientTls | undefined) {
    this.#target = target;
    this.#tls = tls;
  }

  /** Begins a call. @param path `/PACKAGE.SERVICE/METHOD` @param timeoutMs What the server is told. */
  open(path: string, timeoutMs?: number): OpenedStream {
    const session = this.#open();
    const stream = session.http.request({
      ':method': 'POST',
      ':scheme': this.#tls === undefined ? 'http' : 'https',
      ':path': path,
      ':authority': this.#target,
      te: 'trailers',
      'content-type': 'application/grpc',
      'grpc-accept-encoding': 'identity',
      'user-agent': 'moor',
      ...(timeoutMs === undefined ? {} : { 'grpc-timeout': timeoutText(timeoutMs) }),
    });
    return { stream, lost: () => session.lost ?? (session.http.destroyed ? '' : undefined) };
  }

  /** Lets go of the connection, when what is on its way is sent. */
  close(): void {
    const http = this.#session?.http;
    this.#session = undefined;
    if (http === undefined || http.destroyed) return;
    if (http.connecting) {
      http.destroy();
      return;
    }
    http.close();
    setTimeout(() => http.destroy(), CLOSING_MS).unref();
  }

  #open(): Session {
    const known = this.#session;
    if (known !== undefined && !known.http.closed && !known.http.destroyed) return known;
    const scheme = this.#tls === undefined ? 'http' : 'https';
    const http = connect(`${scheme}://${this.#target}`, {
      settings: { enablePush: false, initialWindowSize: WINDOW },
      // What waits to be sent is bounded by who sends.
      maxSessionMemory: Number.MAX_SAFE_INTEGER,
      ...secureOptions(this.#tls),
    });
    const session: Session = { http, lost: undefined };
    http.on('connect', (_, socket) => {
      if (!(socket instanceof TLSSocket) || socket.alpnProtocol === 'h2') http.setLocalWindowSize(WINDOW);
      socket.setNoDelay(true);
    });
    http.on('error', (problem) => {
      session.lost ??= explainLoss(problem);
    });
    http.on('close', () => {
      session.lost ??= 'the connection was closed';
    });
    this.#session = session;
    return session;
  }
}

function secureOptions(tls: ClientTls | undefined): SecureClientSessionOptions {
  if (tls === undefined) return {};
  const { authority, certificate, key, serverName } = tls;
  return {
    ...(authority === undefined ? {} : { ca: authority }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

/** Why there is no connection, in words: of several addresses of a host, what the last one said. */
function explainLoss(problem: Error): string {
  const last: unknown = problem instanceof AggregateError ? problem.errors.at(-1) : undefined;
  const one = last instanceof Error ? last : problem;
  const code = 'code' in one ? one.code : undefined;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const host = 'hostname' in one ? String(one.hostname) : '';
    return `no such host: ${host} (${one.message})`;
  }
  return one.message;
}

/** At most eight digits and a unit (gRPC over HTTP2, "Timeout"). */
function timeoutText(milliseconds: number): string {
  const whole = Math.max(1, Math.ceil(milliseconds));
  return whole < 1e8 ? `${whole}m` : `${Math.min(99_999_999, Math.ceil(whole / 1000))}S`;
}
