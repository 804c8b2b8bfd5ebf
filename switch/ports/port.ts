/** What ports of all kinds have in common: frames come in under port numbers, and go out under them. */

import type { PlaceTaker, WordMemory } from '../wasm/index.ts';

/** Whether a port carries frames. */
export type PortState = 'up' | 'down';

/** Frames and bytes that went through a port, and frames that did not. */
export type PortCounters = {
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  readonly sentFrames: number;
  readonly sentBytes: number;
  /** Frames that came in and were lost, because the switch was slower. */
  readonly receiveDrops: number;
  /** Frames that could not be sent: too long, the port down, no room. */
  readonly sendDrops: number;
};

/** What an interface sends by at the moment, and why it is not AF_XDP. */
export type Sending = { readonly by: 'xdp' | 'packet'; readonly reason: string | undefined };

/** A port as it is shown. */
export type PortInfo = {
  readonly port: number;
  /** What is behind it: an interface's name, files. */
  readonly name: string;
  readonly state: PortState;
  readonly counters: PortCounters;
  /** Of interfaces only. */
  readonly sending?: Sending;
};

/** Takes a frame; the bytes are valid during the call only. */
export type FrameTaker = (port: number, frame: Uint8Array) => void;

/** Who wants to hear of ports. Calls come between other calls, never within one. */
export type PortListener = {
  /** Frames may be there now. After listening it comes once, and then again after `receive` found none. */
  readonly frames?: () => void;
  /** A port went up or down. */
  readonly state?: (port: number, state: PortState) => void;
  /** A port is broken, and was removed; the message says what to do. */
  readonly failed?: (port: PortInfo, message: string) => void;
};

/** Ports of one kind. */
export type PortSet = {
  /** As `receive`, for who copies frames: nothing is made for one. */
  receivePlaces(limit: number, take: PlaceTaker): number;
  /** As `send`, of a frame that stands in some memory. */
  sendPlace(port: number, memory: WordMemory, start: number, length: number): void;
  /** @param limit How many frames at most. @returns How many there were. */
  receive(limit: number, take: FrameTaker): number;
  /** Sends a frame, at the latest with `flush`. The bytes are copied. */
  send(port: number, frame: Uint8Array): void;
  /** Sends what waits. */
  flush(): void;
  ports(): readonly PortInfo[];
  listen(listener: PortListener): void;
  /** Ends all ports; sends what waits. */
  close(): Promise<void>;
};

/** Why a port cannot be, in a word. */
export type PortProblem =
  /** The number is another port's. */
  | 'taken'
  /** There is no such port, interface or file. */
  | 'missing'
  /** No port can have that number, no interface that name. */
  | 'invalid'
  /** The process may not open it. */
  | 'forbidden'
  /** The machine lacks what it takes. */
  | 'environment';

/** Why a port cannot be; the message says what to do. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly reason: PortProblem;

  constructor(reason: PortProblem, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Counters that count. */
export function startCounters(): { -readonly [K in keyof PortCounters]: number } {
  return { receivedFrames: 0, receivedBytes: 0, sentFrames: 0, sentBytes: 0, receiveDrops: 0, sendDrops: 0 };
}
