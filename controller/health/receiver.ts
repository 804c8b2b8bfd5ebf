/** The socket that agents send to: datagrams in, authentic and fresh messages of known servers out. */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isFresh, type MonitoringMessage, parseMonitoring } from '../../wire/monitoring/index.ts';

/** The largest stamp of each sender and kind of message. */
export type Stamps = Map<string, bigint>;

export type ReceiverOptions = {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** The key shared with the agents; without it, the paper's bare messages are taken. */
  readonly key?: Uint8Array;
  /** Milliseconds that an agent's clock may be off. */
  readonly clockTolerance?: number;
  /** Servers that there are. */
  readonly isKnown: (identity: number) => boolean;
  readonly take: (message: MonitoringMessage) => void;
  /** What was seen, also by receivers before this one. */
  readonly stamps?: Stamps;
  /** Milliseconds since 1970, by the clock of the machine. */
  readonly now?: () => number;
  /** Something is wrong with the socket; it may go on. */
  readonly failed?: (problem: Error) => void;
};

/** Datagrams by what became of them. */
export type ReceiverCounts = {
  readonly taken: number;
  /** No message, or with the wrong HMAC. */
  readonly wrong: number;
  /** Sent again, or by a clock that is off. */
  readonly stale: number;
  /** Of a server that is not configured. */
  readonly unknown: number;
};

const DEFAULT_TOLERANCE = 30_000;

/** Listens until it is closed. */
export class MonitoringReceiver {
  readonly #socket: Socket;
  #options: ReceiverOptions;
  readonly #stamps: Stamps;
  readonly #counts = { taken: 0, wrong: 0, stale: 0, unknown: 0 };

  private constructor(socket: Socket, options: ReceiverOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#stamps = options.stamps ?? new Map();
  }

  /** Opens the socket. @throws Error when the address cannot be had. */
  static async open(options: ReceiverOptions): Promise<MonitoringReceiver> {
    const socket = createSocket({ type: options.address.includes(':') ? 'udp6' : 'udp4' });
    const receiver = new MonitoringReceiver(socket, options);
    try {
      socket.bind(options.port, options.address);
      await once(socket, 'listening');
    } catch (problem) {
      socket.close();
      throw problem;
    }
    socket.on('error', (problem) => options.failed?.(problem));
    socket.on('message', (bytes) => receiver.#receive(bytes));
    return receiver;
  }

  /** Takes messages by another key or with other clocks; what was seen under a key that stays is not taken again. */
  configure(options: Pick<ReceiverOptions, 'key' | 'clockTolerance'>): void {
    const { key: _, clockTolerance: __, ...rest } = this.#options;
    this.#options = { ...rest, ...options };
  }

  /** What opens it again as it is. */
  get options(): ReceiverOptions {
    return { ...this.#options, port: this.port };
  }

  /** The port that it has. */
  get port(): number {
    return this.#socket.address().port;
  }

  get counts(): ReceiverCounts {
    return { ...this.#counts };
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }

  #receive(bytes: Uint8Array): void {
    const { key, isKnown, take, clockTolerance = DEFAULT_TOLERANCE } = this.#options;
    const read = parseMonitoring(bytes, key);
    if (!read.ok) {
      this.#counts.wrong++;
      return;
    }
    const { kind, value, stamp } = read.value;
    if (!isKnown(value.identity)) {
      this.#counts.unknown++;
      return;
    }
    if (stamp !== undefined) {
      const now = (this.#options.now ?? Date.now)();
      const sender = `${value.identity} ${kind}`;
      const tolerance = BigInt(clockTolerance) * 1000n;
      if (!isFresh(stamp, this.#stamps.get(sender), BigInt(now) * 1000n, tolerance)) {
        this.#counts.stale++;
        return;
      }
      this.#stamps.set(sender, stamp);
    }
    this.#counts.taken++;
    take(read.value);
  }
}
