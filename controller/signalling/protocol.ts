/**
 * What an inspector of a signalling protocol is to the rest of the controller (SARA, section III.A): it reads what both
 * ends of a session say to each other, and tells which flows are to come. A protocol is one value of `SignallingProtocol`.
 */

/** Who has sent something: the client, or the server behind the virtual address. */
export type Side = 'client' | 'server';

/** An end of a flow. The address as the tables have it: 128 bits, IPv4 as `::ffff:a.b.c.d`. */
export type End = { readonly address: bigint; readonly port: number };

/** The flow that a message came by. */
export type SignallingFlow = {
  readonly client: End;
  readonly virtual: End;
  /** 6 or 17. */
  readonly protocol: number;
  /** The number of the server that has this flow. */
  readonly server: number;
};

/** A flow that is to come, from the client to the server; what is undefined may be anything. */
export type ExpectedFlow = {
  readonly protocol: number;
  readonly clientAddress: bigint | undefined;
  readonly clientPort: number | undefined;
  readonly virtualAddress: bigint;
  readonly virtualPort: number | undefined;
};

/** What a message means for sessions. A session is known by a text that is its own within the service. */
export type SignallingEvent =
  /** @param timeout Seconds after which it ends when it is silent. */
  | { readonly kind: 'began'; readonly session: string; readonly timeout: number }
  /** The flows of one medium, instead of those that were announced for it before; none: it has no more. */
  | {
      readonly kind: 'announced';
      readonly session: string;
      readonly medium: string;
      readonly flows: readonly ExpectedFlow[];
    }
  | { readonly kind: 'timeout'; readonly session: string; readonly seconds: number }
  /** It is still there. */
  | { readonly kind: 'active'; readonly session: string }
  | { readonly kind: 'ended'; readonly session: string };

/** Cuts the bytes of one direction of a TCP connection into messages. */
export type Framer = {
  /** Takes the bytes that come next; gives the messages that are whole now. */
  readonly take: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Bytes in between were not seen. */
  readonly lose: () => void;
  /** How many bytes it keeps. */
  readonly held: () => number;
};

/** What is known of the sessions of one service. */
export type Tracker = {
  /** A message, or a datagram. @param now Seconds. */
  readonly take: (
    message: Uint8Array,
    side: Side,
    flow: SignallingFlow,
    now: number,
  ) => readonly SignallingEvent[];
  /** A TCP connection has ended. */
  readonly closed: (flow: SignallingFlow) => readonly SignallingEvent[];
  /** A session has ended for another reason than its messages. */
  readonly forget: (session: string) => void;
  /** What time alone brings about. @param now Seconds. */
  readonly expire: (now: number) => readonly SignallingEvent[];
  /** What it knows of a session, as plain data that goes through JSON but for numbers of 128 bits; undefined: nothing. */
  readonly save: (session: string) => unknown;
  /** Goes on with a session that another tracker has saved; false for data that `save` does not give. */
  readonly restore: (session: string, saved: unknown) => boolean;
};

export type SignallingProtocol = {
  readonly name: string;
  /** Transport protocols of the flows that it announces. */
  readonly announces: readonly number[];
  readonly makeFramer: () => Framer;
  /** @param mostSessions How many it keeps at most; what has been silent longest goes. */
  readonly makeTracker: (mostSessions: number) => Tracker;
};

export const TCP = 6;
export const UDP = 17;

/** The two ends as a text. */
export function flowKey({ client, virtual, protocol }: Omit<SignallingFlow, 'server'>): string {
  return `${client.address.toString(32)},${client.port},${virtual.address.toString(32)},${virtual.port},${protocol}`;
}
