/**
 * RTSP 1.0 and 2.0 (RFC 2326, RFC 7826): a SETUP and its reply say by which ports a stream goes; TEARDOWN ends the session,
 * or one stream of it. Requests and replies belong together by CSeq, on one connection and in one direction. A session
 * outlives its connection, and may be spoken of on several, with one server.
 */

import { z } from 'zod';
import { BoundedMap } from './bounded-map.ts';
import { makeMessageFramer } from './message-framer.ts';
import {
  flowKey,
  type Side,
  type SignallingEvent,
  type SignallingFlow,
  type SignallingProtocol,
  type Tracker,
  UDP,
} from './protocol.ts';
import { parseTransports, type Transport, transportFlows } from './rtsp-transport.ts';
import { field, parseTextMessage, splitOutsideQuotes, type TextMessage } from './text-message.ts';

/** RFC 2326, section 12.37; RFC 7826, section 18.49. */
const DEFAULT_TIMEOUT = 60;
const LONGEST_TIMEOUT = 86_400;
/** Requests that wait for their replies, on one connection. */
const MOST_PENDING = 64;
const MOST_CONNECTIONS = 65_536;
const MOST_STREAMS = 64;

const METHODS =
  'DESCRIBE|ANNOUNCE|GET_PARAMETER|OPTIONS|PAUSE|PLAY_NOTIFY|PLAY|RECORD|REDIRECT|SETUP|SET_PARAMETER|TEARDOWN';

export const RTSP: SignallingProtocol = {
  name: 'rtsp',
  announces: [UDP],
  makeFramer: () =>
    makeMessageFramer({
      startLine: /^(?:RTSP\/\d\.\d \d{3}\b.*|[A-Z_]+ \S+ RTSP\/\d\.\d)$/,
      startLineInside: new RegExp(
        `(?:RTSP/\\d\\.\\d \\d{3}\\b[\\x20-\\x7e]*|(?:${METHODS}) \\S+ RTSP/\\d\\.\\d)$`,
      ),
      lengthField: /^content-length[ \t]*:[ \t]*(\d+)[ \t]*\r?$/im,
      isInterleaved: true,
    }),
  makeTracker: (mostSessions) => new RtspTracker(mostSessions),
};

type Request = {
  readonly method: string;
  readonly uri: string;
  readonly session: string | undefined;
  readonly transports: readonly Transport[];
};

/** The streams of a session, by the URI that each was set up with. */
type Session = { readonly streams: Set<string> };

const SAVED = z.array(z.string()).max(MOST_STREAMS);

class RtspTracker implements Tracker {
  readonly #sessions: BoundedMap<string, Session>;
  /** Requests of each connection, by direction and CSeq. */
  readonly #pending = new BoundedMap<string, BoundedMap<string, Request>>(MOST_CONNECTIONS);
  #dropped: SignallingEvent[] = [];

  constructor(mostSessions: number) {
    this.#sessions = new BoundedMap(mostSessions, (session) =>
      this.#dropped.push({ kind: 'ended', session }),
    );
  }

  take(bytes: Uint8Array, side: Side, flow: SignallingFlow): readonly SignallingEvent[] {
    const message = parseTextMessage(bytes);
    if (message === undefined) return [];
    const reply = /^RTSP\/\d\.\d (\d{3})\b/.exec(message.start);
    if (reply !== null) return this.#reply(message, Number(reply[1]), side, flow);
    const [, method, uri] = /^([A-Z_]+) (\S+) RTSP\/\d\.\d$/.exec(message.start) ?? [];
    if (method === undefined || uri === undefined) return [];
    return this.#request(message, method, plainUri(uri), side, flow);
  }

  closed(flow: SignallingFlow): readonly SignallingEvent[] {
    this.#pending.delete(flowKey(flow));
    return [];
  }

  forget(session: string): void {
    this.#sessions.delete(session);
  }

  expire(): readonly SignallingEvent[] {
    return [];
  }

  save(session: string): unknown {
    const there = this.#sessions.get(session);
    return there === undefined ? undefined : [...there.streams];
  }

  restore(session: string, saved: unknown): boolean {
    const { data } = SAVED.safeParse(saved);
    if (data !== undefined) this.#sessions.set(session, { streams: new Set(data) });
    return data !== undefined;
  }

  #request(
    message: TextMessage,
    method: string,
    uri: string,
    side: Side,
    flow: SignallingFlow,
  ): readonly SignallingEvent[] {
    const session = sessionOf(message, flow);
    const sequence = field(message, 'cseq');
    if (sequence !== undefined) {
      const transport = method === 'SETUP' ? field(message, 'transport') : undefined;
      const transports = transport === undefined ? [] : parseTransports(transport);
      const key = flowKey(flow);
      const pending = this.#pending.get(key) ?? new BoundedMap<string, Request>(MOST_PENDING);
      pending.set(`${side} ${sequence}`, { method, uri, session: session?.key, transports });
      this.#pending.set(key, pending);
    }
    if (session === undefined || !this.#sessions.has(session.key)) return [];
    // A server's TEARDOWN says that the session is over (RFC 7826, section 13.7.2).
    if (method === 'TEARDOWN' && side === 'server') return this.#end(session.key);
    return this.#active(session.key);
  }

  #reply(message: TextMessage, status: number, side: Side, flow: SignallingFlow): readonly SignallingEvent[] {
    // What is on its way is told by a later reply.
    if (status < 200) return [];
    const sequence = field(message, 'cseq') ?? '';
    const pending = this.#pending.get(flowKey(flow));
    const asked = `${side === 'server' ? 'client' : 'server'} ${sequence}`;
    const request = pending?.get(asked);
    pending?.delete(asked);
    const session = sessionOf(message, flow);
    if (side === 'client') return session === undefined ? [] : this.#active(session.key);

    const known = session?.key ?? request?.session;
    if (status === 454) return request?.session === undefined ? [] : this.#end(request.session);
    if (request?.method === 'TEARDOWN') return this.#tornDown(request, status);
    if (known === undefined) return [];
    const transport = field(message, 'transport');
    // A reply whose request was not seen says enough, too.
    if (status < 300 && transport !== undefined && (request === undefined || request.method === 'SETUP')) {
      return this.#setUp(known, session?.timeout, transport, request, sequence, flow);
    }
    const events = this.#active(known);
    return session?.timeout === undefined || events.length === 0
      ? events
      : [...events, { kind: 'timeout', session: known, seconds: session.timeout }];
  }

  #setUp(
    key: string,
    timeout: number | undefined,
    text: string,
    request: Request | undefined,
    sequence: string,
    flow: SignallingFlow,
  ): readonly SignallingEvent[] {
    const [chosen] = parseTransports(text);
    if (chosen === undefined) return [];
    const offered =
      request?.transports.find((one) => one.lower === chosen.lower && one.client.length > 0) ??
      request?.transports[0];
    const events: SignallingEvent[] = [];
    const session = this.#sessions.get(key) ?? { streams: new Set() };
    if (!this.#sessions.has(key)) {
      events.push({ kind: 'began', session: key, timeout: timeout ?? DEFAULT_TIMEOUT });
    } else if (timeout !== undefined) {
      events.push({ kind: 'timeout', session: key, seconds: timeout });
    }
    this.#sessions.set(key, session);
    const medium = request?.uri ?? `CSeq ${sequence}`;
    if (session.streams.size >= MOST_STREAMS && !session.streams.has(medium)) return events;
    session.streams.add(medium);
    events.push({ kind: 'announced', session: key, medium, flows: transportFlows(chosen, offered, flow) });
    return [...this.#takeDropped(), ...events];
  }

  /** The URI of one stream takes that; the last one takes the session with it, as the URI of all does. */
  #tornDown(request: Request, status: number): readonly SignallingEvent[] {
    const { session: key, uri } = request;
    if (key === undefined) return [];
    if (status >= 300) return this.#active(key);
    const session = this.#sessions.get(key);
    if (session === undefined) return [];
    if (!session.streams.has(uri) || session.streams.size === 1) return this.#end(key);
    session.streams.delete(uri);
    return [{ kind: 'announced', session: key, medium: uri, flows: [] }];
  }

  #active(session: string): readonly SignallingEvent[] {
    const there = this.#sessions.get(session);
    if (there === undefined) return [];
    this.#sessions.set(session, there);
    return [{ kind: 'active', session }];
  }

  #end(session: string): readonly SignallingEvent[] {
    return this.#sessions.delete(session) ? [{ kind: 'ended', session }] : [];
  }

  #takeDropped(): readonly SignallingEvent[] {
    const dropped = this.#dropped;
    this.#dropped = [];
    return dropped;
  }
}

/**
 * A URI as all ways to write it that differ by the case of scheme and host, the default port, or a slash at the end (RFC 3986, 6.2.2, 6.2.3):
 * streams are told apart by it.
 */
function plainUri(uri: string): string {
  const [, scheme = '', host = '', port, rest = ''] =
    /^(rtspu?s?):\/\/(\[[^\]]*\]|[^/:?#]*)(?::(\d*))?([/?#].*)?$/i.exec(uri) ?? [];
  if (scheme === '') return uri;
  const isDefault = port === undefined || port === '' || port === DEFAULT_PORTS[scheme.toLowerCase()];
  const at = isDefault ? host : `${host}:${port}`;
  return `${scheme}://${at}`.toLowerCase() + rest.replace(/\/$/, '');
}

/** RFC 7826, section 20.2. */
const DEFAULT_PORTS: Readonly<Record<string, string>> = { rtsp: '554', rtspu: '554', rtsps: '322' };

/** `47112344;timeout=120`: servers choose the text, so that it is one of that server. */
function sessionOf(
  message: TextMessage,
  { server }: SignallingFlow,
): { readonly key: string; readonly timeout: number | undefined } | undefined {
  const text = field(message, 'session');
  if (text === undefined) return undefined;
  const [id = '', ...parameters] = splitOutsideQuotes(text, ';');
  if (id === '' || id.length > 256) return undefined;
  const timeout = parameters
    .map((one) => /^timeout\s*=\s*(\d{1,9})$/i.exec(one)?.[1])
    .find((one) => one !== undefined);
  const seconds = timeout === undefined ? undefined : Math.min(Number(timeout), LONGEST_TIMEOUT);
  return { key: `${server} ${id}`, timeout: seconds === 0 ? undefined : seconds };
}
