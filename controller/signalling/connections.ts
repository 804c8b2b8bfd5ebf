/** TCP connections that carry signalling: segments in, messages out, with what is kept bounded for all of them together. */

import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../../wire/index.ts';
import { BoundedMap } from './bounded-map.ts';
import { type Framer, flowKey, type Side, type SignallingFlow, type SignallingProtocol } from './protocol.ts';
import { type Piece, TcpStream } from './tcp-stream.ts';

export type ConnectionLimits = {
  readonly connections: number;
  /** Bytes of all connections together. */
  readonly held: number;
};

export const CONNECTION_LIMITS: ConnectionLimits = { connections: 32_768, held: 32 * 1024 * 1024 };

type Message = { readonly side: Side; readonly bytes: Uint8Array };

type Connection = {
  readonly flow: SignallingFlow;
  readonly streams: Readonly<Record<Side, TcpStream>>;
  readonly framers: Readonly<Record<Side, Framer>>;
  /** The first number of the client's SYN. */
  initial: number | undefined;
  readonly finished: Set<Side>;
  held: number;
};

export class Connections {
  readonly #all: BoundedMap<string, Connection>;
  /** Those that keep bytes, the one that was heard longest ago first. */
  readonly #holding = new Map<string, Connection>();
  readonly #limits: ConnectionLimits;
  #held = 0;

  constructor(limits: ConnectionLimits = CONNECTION_LIMITS) {
    this.#limits = limits;
    this.#all = new BoundedMap(limits.connections, (key, connection) => this.#account(key, connection, 0));
  }

  get size(): number {
    return this.#all.size;
  }

  /** Bytes that are kept. */
  get held(): number {
    return this.#held;
  }

  /** Takes a segment. @returns Messages that are whole now, and whether the connection is over. */
  take(
    protocol: SignallingProtocol,
    flow: SignallingFlow,
    side: Side,
    segment: TcpSegment,
  ): { readonly messages: readonly Message[]; readonly isClosed: boolean } {
    const key = flowKey(flow);
    const { flags, sequence } = segment;
    let connection = this.#all.get(key);
    const isOpening = side === 'client' && (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN;
    if (connection === undefined || (isOpening && connection.initial !== sequence)) {
      if (connection !== undefined) this.#account(key, connection, 0);
      connection = newConnection(protocol, flow, isOpening ? sequence : undefined);
    }
    this.#all.set(key, connection);
    const messages: Message[] = [];
    const read = (from: Side, pieces: readonly Piece[]) => {
      for (const piece of pieces) {
        if (piece.kind === 'lost') connection.framers[from].lose();
        else {
          for (const bytes of connection.framers[from].take(piece.bytes))
            messages.push({ side: from, bytes });
        }
      }
    };
    // What this end has acknowledged was said before what it says.
    if ((flags & TCP_ACK) !== 0) {
      const other = side === 'client' ? 'server' : 'client';
      read(other, connection.streams[other].acknowledge(segment.acknowledgement));
    }
    read(side, connection.streams[side].take(segment));
    if ((flags & TCP_FIN) !== 0) connection.finished.add(side);
    const isClosed = (flags & TCP_RST) !== 0 || connection.finished.size === 2;
    const held = isClosed ? 0 : heldBy(connection);
    this.#account(key, connection, held);
    if (isClosed) this.#all.delete(key);
    this.#makeRoom();
    return { messages, isClosed };
  }

  #account(key: string, connection: Connection, held: number): void {
    this.#held += held - connection.held;
    connection.held = held;
    this.#holding.delete(key);
    if (held > 0) this.#holding.set(key, connection);
  }

  /** Those that have been silent longest lose what they keep. */
  #makeRoom(): void {
    while (this.#held > this.#limits.held) {
      const [oldest] = this.#holding;
      if (oldest === undefined) return;
      const [key, connection] = oldest;
      for (const side of SIDES) {
        connection.streams[side].drop();
        connection.framers[side].lose();
      }
      this.#account(key, connection, 0);
    }
  }
}

const SIDES: readonly Side[] = ['client', 'server'];

function newConnection(
  protocol: SignallingProtocol,
  flow: SignallingFlow,
  initial: number | undefined,
): Connection {
  return {
    flow,
    streams: { client: new TcpStream(), server: new TcpStream() },
    framers: { client: protocol.makeFramer(), server: protocol.makeFramer() },
    initial,
    finished: new Set(),
    held: 0,
  };
}

function heldBy({ streams, framers }: Connection): number {
  return streams.client.held + streams.server.held + framers.client.held() + framers.server.held();
}
