/**
 * FTP (RFC 959, RFC 2428): 227 and 229 say by which port the server takes a data connection, PORT and EPRT by which the
 * client does. A session is its control connection.
 */

import { z } from 'zod';
import { BoundedMap } from './bounded-map.ts';
import { literalAddress, literalPort } from './literal-address.ts';
import {
  type ExpectedFlow,
  type Framer,
  flowKey,
  type Side,
  type SignallingEvent,
  type SignallingFlow,
  type SignallingProtocol,
  TCP,
  type Tracker,
} from './protocol.ts';
import { latin1 } from './text-message.ts';

/** A control connection that is silent while a file goes (RFC 959 has no limit; 15 minutes is what servers take). */
const TIMEOUT = 900;
const LONGEST_LINE = 4096;
/** Telnet's IAC, which asks for no more than its own line (RFC 959, section 3.3). */
const IAC = 255;
const LF = 10;

export const FTP: SignallingProtocol = {
  name: 'ftp',
  announces: [TCP],
  makeFramer: makeLineFramer,
  makeTracker: (mostSessions) => new FtpTracker(mostSessions),
};

/** Lines; longer ones are passed over. */
function makeLineFramer(): Framer {
  let line: number[] = [];
  let isPassedOver = false;
  return {
    take: (bytes) => {
      const lines: Uint8Array[] = [];
      for (const byte of bytes) {
        if (byte === LF) {
          if (!isPassedOver) lines.push(Uint8Array.from(line));
          line = [];
          isPassedOver = false;
        } else if (line.length >= LONGEST_LINE) isPassedOver = true;
        else line.push(byte);
      }
      return lines;
    },
    lose: () => {
      line = [];
      isPassedOver = true;
    },
    held: () => line.length,
  };
}

const SAVED = z.strictObject({ isLeaving: z.boolean() });

class FtpTracker implements Tracker {
  /** Whether the client has said that it is leaving. */
  readonly #sessions: BoundedMap<string, { readonly isLeaving: boolean }>;
  #dropped: SignallingEvent[] = [];

  constructor(mostSessions: number) {
    this.#sessions = new BoundedMap(mostSessions, (session) =>
      this.#dropped.push({ kind: 'ended', session }),
    );
  }

  take(bytes: Uint8Array, side: Side, flow: SignallingFlow): readonly SignallingEvent[] {
    const from = bytes.findIndex((byte) => byte < IAC - 15);
    const line = latin1(bytes.subarray(Math.max(0, from))).trim();
    const session = flowKey(flow);
    const there = this.#sessions.get(session);
    this.#sessions.set(session, there ?? { isLeaving: false });
    const events: SignallingEvent[] =
      there === undefined ? [{ kind: 'began', session, timeout: TIMEOUT }] : [{ kind: 'active', session }];
    const flows = side === 'client' ? activeFlows(line, flow) : passiveFlows(line, flow);
    if (flows !== undefined) events.push({ kind: 'announced', session, medium: 'data', flows });
    if (side === 'client' && /^QUIT$/i.test(line)) this.#sessions.set(session, { isLeaving: true });
    if (side === 'server' && there?.isLeaving === true && /^221 /.test(line))
      events.push(...this.#end(session));
    const dropped = this.#dropped;
    this.#dropped = [];
    return [...dropped, ...events];
  }

  closed(flow: SignallingFlow): readonly SignallingEvent[] {
    return this.#end(flowKey(flow));
  }

  forget(session: string): void {
    this.#sessions.delete(session);
  }

  expire(): readonly SignallingEvent[] {
    return [];
  }

  save(session: string): unknown {
    return this.#sessions.get(session);
  }

  restore(session: string, saved: unknown): boolean {
    const { data } = SAVED.safeParse(saved);
    if (data !== undefined) this.#sessions.set(session, data);
    return data !== undefined;
  }

  #end(session: string): readonly SignallingEvent[] {
    return this.#sessions.delete(session) ? [{ kind: 'ended', session }] : [];
  }
}

/** The server connects to the client, from port 20 or any other: what comes back is the client's. */
function activeFlows(line: string, flow: SignallingFlow): readonly ExpectedFlow[] | undefined {
  const near =
    hostPort(/^PORT\s+(\d[\d,]*)$/i.exec(line)?.[1]) ?? extended(/^EPRT\s+(\S+)$/i.exec(line)?.[1]);
  if (near?.port === undefined) return undefined;
  return [
    {
      protocol: TCP,
      clientAddress: near.address ?? flow.client.address,
      clientPort: near.port,
      virtualAddress: flow.virtual.address,
      virtualPort: undefined,
    },
  ];
}

/** The client connects, from any port. Where to is the control connection's address, whatever 227 says (RFC 2577, section 3). */
function passiveFlows(line: string, flow: SignallingFlow): readonly ExpectedFlow[] | undefined {
  const far =
    hostPort(/^227\b[^\d]*(\d{1,3}(?:,\d{1,3}){5})/.exec(line)?.[1]) ??
    extended(/^229\b.*\(([!-~])\1\1(\d+)\1\)/.exec(line)?.[0].replace(/^.*\(|\).*$/g, ''));
  if (far?.port === undefined) return undefined;
  return [
    {
      protocol: TCP,
      clientAddress: flow.client.address,
      clientPort: undefined,
      virtualAddress: flow.virtual.address,
      virtualPort: far.port,
    },
  ];
}

type Place = { readonly address: bigint | undefined; readonly port: number | undefined };

/** `h1,h2,h3,h4,p1,p2` */
function hostPort(text: string | undefined): Place | undefined {
  const numbers = text?.split(',').map(Number) ?? [];
  const [high = 0, low = 0] = numbers.slice(4);
  if (numbers.length !== 6 || numbers.some((one) => one > 255)) return undefined;
  return {
    address: literalAddress(numbers.slice(0, 4).join('.')),
    port: literalPort(String(high * 256 + low)),
  };
}

/** `|2|2001:db8::1|5282|`, with any character for the bar. */
function extended(text: string | undefined): Place | undefined {
  const [bar = ''] = text ?? '';
  const [, , address, port, end] = bar === '' ? [] : (text ?? '').split(bar);
  return end === '' ? { address: literalAddress(address), port: literalPort(port) } : undefined;
}
