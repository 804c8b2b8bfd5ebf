/**
 * A small TCP (RFC 9293) over IPv6 for worlds in memory: a fixed window, cumulative acknowledgements, retransmission by
 * timer (RFC 6298, without measuring) and after three duplicates (RFC 5681, 3.2). No options, no urgent data, no half-open
 * listening queue. Hosts with a kernel use that.
 */

import {
  emitTcp,
  ipv6PseudoSum,
  PROTOCOL_TCP,
  parseIpv6Packet,
  parseTcp,
  sameBytes,
  TCP_ACK,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  type TcpSegment,
  toHex,
} from '../wire/index.ts';
import { makePacket } from './packets.ts';

const SEGMENT_BYTES = 1200;
const WINDOW_SEGMENTS = 48;
const FIRST_TIMEOUT_MS = 400;
const LAST_TIMEOUT_MS = 3200;
/** Timeouts in a row after which a connection is given up. */
const MOST_TIMEOUTS = 8;
const DUPLICATES = 3;
const TIME_WAIT_MS = 5000;

export type TcpListener = (connection: TcpConnection) => void;

type Sent = { readonly from: number; readonly flags: number; readonly payload: Uint8Array };

/** One side of a connection. */
export class TcpConnection {
  /** Takes data in order; the bytes are the taker's. */
  onData: (bytes: Uint8Array) => void = () => {};
  /** The other side has no more to say. */
  onEnd: () => void = () => {};
  /** The connection is broken. */
  onLost: () => void = () => {};
  onOpen: () => void = () => {};
  isOpen = false;
  readonly #transmit: (segment: Omit<TcpSegment, 'checksum' | 'sourcePort' | 'destinationPort'>) => void;
  readonly #forget: () => void;
  /** Sent and not acknowledged. */
  readonly #sent: Sent[] = [];
  /** Not sent yet. */
  readonly #waiting: { readonly flags: number; readonly payload: Uint8Array }[] = [];
  /** What came before what should have come, by sequence number. */
  readonly #early = new Map<number, TcpSegment>();
  #next: number;
  #expected: number | undefined;
  #duplicates = 0;
  #timeouts = 0;
  #timer: number | undefined;
  #hasEnded = false;
  /** Milliseconds: both sides have ended, and nothing of theirs is on its way any more then. */
  #over: number | undefined;

  constructor(
    initial: number,
    transmit: (segment: Omit<TcpSegment, 'checksum' | 'sourcePort' | 'destinationPort'>) => void,
    forget: () => void,
  ) {
    this.#next = initial;
    this.#transmit = transmit;
    this.#forget = forget;
  }

  /** Sends data. */
  write(bytes: Uint8Array, now: number): void {
    for (let at = 0; at < bytes.length; at += SEGMENT_BYTES) {
      this.#waiting.push({ flags: TCP_PSH | TCP_ACK, payload: bytes.slice(at, at + SEGMENT_BYTES) });
    }
    this.#pump(now);
  }

  /** There is no more to send. */
  end(now: number): void {
    this.#waiting.push({ flags: TCP_FIN | TCP_ACK, payload: NOTHING });
    this.#pump(now);
  }

  /** Begins: a SYN, or the answer to one. */
  open(flags: number, now: number): void {
    this.#waiting.unshift({ flags, payload: NOTHING });
    this.#pump(now);
  }

  /** Takes a segment. */
  receive(segment: TcpSegment, now: number): void {
    if ((segment.flags & TCP_RST) !== 0) {
      this.#lose();
      return;
    }
    const isSyn = (segment.flags & TCP_SYN) !== 0;
    if (isSyn && this.#expected === undefined) this.#expected = add(segment.sequence, 1);
    if ((segment.flags & TCP_ACK) !== 0) this.#acknowledge(segment, now);
    else if (isSyn) {
      // What answers it is a SYN, too: the first one, or this one again.
      this.#resendFirst();
      return;
    }
    const length = segment.payload.length + ((segment.flags & TCP_FIN) === 0 ? 0 : 1);
    if (length > 0 && !isSyn) this.#take(segment);
    if (length > 0 || isSyn) this.#send(TCP_ACK, this.#next, NOTHING);
    if (this.#hasEnded && this.#sent.length === 0 && this.#waiting.length === 0)
      this.#over ??= now + TIME_WAIT_MS;
  }

  /** Time passes. */
  tick(now: number): void {
    if (this.#over !== undefined && now >= this.#over) this.#forget();
    if (this.#timer === undefined || now < this.#timer) return;
    if (++this.#timeouts > MOST_TIMEOUTS) {
      this.#lose();
      return;
    }
    this.#resendFirst();
    this.#startTimer(now);
  }

  #take(segment: TcpSegment): void {
    const expected = this.#expected;
    if (expected === undefined) return;
    const ahead = distance(segment.sequence, expected);
    if (ahead < 0) return;
    if (ahead > 0) {
      this.#early.set(segment.sequence, segment);
      return;
    }
    let one: TcpSegment | undefined = segment;
    while (one !== undefined) {
      this.#expected = add(one.sequence, one.payload.length);
      if (one.payload.length > 0) this.onData(one.payload.slice());
      if ((one.flags & TCP_FIN) !== 0 && !this.#hasEnded) {
        this.#hasEnded = true;
        this.#expected = add(this.#expected, 1);
        this.onEnd();
      }
      one = this.#early.get(this.#expected);
      if (one !== undefined) this.#early.delete(one.sequence);
    }
  }

  #acknowledge(segment: TcpSegment, now: number): void {
    const first = this.#sent[0];
    if (first === undefined) return;
    const gone = distance(segment.acknowledgement, first.from);
    if (gone <= 0) {
      if (gone === 0 && segment.payload.length === 0 && ++this.#duplicates === DUPLICATES)
        this.#resendFirst();
      return;
    }
    this.#duplicates = 0;
    this.#timeouts = 0;
    while (this.#sent[0] !== undefined && distance(segment.acknowledgement, endOf(this.#sent[0])) >= 0) {
      this.#sent.shift();
    }
    if (!this.isOpen) {
      this.isOpen = true;
      this.onOpen();
    }
    if (this.#sent.length === 0) this.#timer = undefined;
    else this.#startTimer(now);
    this.#pump(now);
  }

  #pump(now: number): void {
    while (this.#sent.length < WINDOW_SEGMENTS) {
      // Data waits for the handshake.
      if (!this.isOpen && this.#sent.length > 0) return;
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const sent = { from: this.#next, ...next };
      this.#sent.push(sent);
      this.#next = endOf(sent);
      this.#send(sent.flags, sent.from, sent.payload);
      if (this.#timer === undefined) this.#startTimer(now);
    }
  }

  #resendFirst(): void {
    const first = this.#sent[0];
    if (first !== undefined) this.#send(first.flags, first.from, first.payload);
  }

  #startTimer(now: number): void {
    this.#timer = now + Math.min(FIRST_TIMEOUT_MS * 2 ** this.#timeouts, LAST_TIMEOUT_MS);
  }

  #send(flags: number, sequence: number, payload: Uint8Array): void {
    const acknowledgement = this.#expected ?? 0;
    this.#transmit({
      sequence,
      acknowledgement,
      flags,
      window: 65_535,
      urgent: 0,
      options: NOTHING,
      payload,
    });
  }

  #lose(): void {
    this.#timer = undefined;
    this.#forget();
    this.onLost();
  }
}

const NOTHING = new Uint8Array();

function endOf({ from, flags, payload }: Sent): number {
  return add(from, payload.length + ((flags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1));
}

/** Sequence numbers are modulo 2³². */
function add(sequence: number, length: number): number {
  return (sequence + length) >>> 0;
}

/** How far ahead the first one is, negative if it is behind. */
function distance(one: number, other: number): number {
  return (one - other) | 0;
}

/** The connections of an address. */
export class TcpHost {
  readonly #address: Uint8Array;
  readonly #send: (packet: Uint8Array) => void;
  readonly #connections = new Map<string, TcpConnection>();
  readonly #listeners = new Map<number, TcpListener>();
  #port = 32_768;

  constructor(address: Uint8Array, send: (packet: Uint8Array) => void) {
    this.#address = address;
    this.#send = send;
  }

  listen(port: number, listener: TcpListener): void {
    this.#listeners.set(port, listener);
  }

  connect(destination: Uint8Array, port: number, now: number): TcpConnection {
    this.#port = this.#port === 65_535 ? 32_768 : this.#port + 1;
    const connection = this.#make(destination, port, this.#port);
    connection.open(TCP_SYN, now);
    return connection;
  }

  /** Takes a packet for this address. */
  receive(bytes: Uint8Array, now: number): void {
    const packet = parseIpv6Packet(bytes);
    if (!packet.ok || packet.value.protocol !== PROTOCOL_TCP) return;
    const { header, payloadAt, payloadEnd } = packet.value;
    const segment = parseTcp(bytes, payloadAt, payloadEnd);
    if (!segment.ok || !sameBytes(header.destination, this.#address)) return;
    const { sourcePort, destinationPort, flags } = segment.value;
    const found = this.#connections.get(keyOf(header.source, sourcePort, destinationPort));
    if (found !== undefined) {
      found.receive(segment.value, now);
      return;
    }
    const listener = this.#listeners.get(destinationPort);
    if (listener !== undefined && (flags & (TCP_SYN | TCP_ACK)) === TCP_SYN) {
      const connection = this.#make(header.source.slice(), sourcePort, destinationPort);
      listener(connection);
      connection.receive(segment.value, now);
      connection.open(TCP_SYN | TCP_ACK, now);
      return;
    }
    if ((flags & TCP_RST) !== 0) return;
    const reset = { ...segment.value, flags: TCP_RST | TCP_ACK, payload: NOTHING, options: NOTHING };
    this.#transmit(header.source, sourcePort, destinationPort, {
      ...reset,
      sequence: segment.value.acknowledgement,
      acknowledgement: add(segment.value.sequence, 1),
    });
  }

  tick(now: number): void {
    for (const connection of [...this.#connections.values()]) connection.tick(now);
  }

  #make(other: Uint8Array, otherPort: number, ownPort: number): TcpConnection {
    const key = keyOf(other, otherPort, ownPort);
    const connection = new TcpConnection(
      Math.floor(Math.random() * 2 ** 32),
      (segment) => this.#transmit(other, otherPort, ownPort, segment),
      () => this.#connections.delete(key),
    );
    this.#connections.set(key, connection);
    return connection;
  }

  #transmit(
    destination: Uint8Array,
    destinationPort: number,
    sourcePort: number,
    segment: Omit<TcpSegment, 'checksum' | 'sourcePort' | 'destinationPort'>,
  ): void {
    const bytes = emitTcp({ ...segment, sourcePort, destinationPort }, (length) =>
      ipv6PseudoSum(this.#address, destination, length, PROTOCOL_TCP),
    );
    this.#send(makePacket(this.#address, destination, PROTOCOL_TCP, bytes));
  }
}

function keyOf(other: Uint8Array, otherPort: number, ownPort: number): string {
  return `${toHex(other)} ${otherPort} ${ownPort}`;
}
