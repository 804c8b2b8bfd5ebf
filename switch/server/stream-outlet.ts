/** What leaves by a controller's stream: in the order of the calls, and packets together where the controller reads that. */

import type { StreamMessageResponse } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { packetBatches, type StreamPacket } from '../../p4runtime/packet-batches.ts';

/** Where messages go: a call of grpc-js. */
export type MessageSink = {
  readonly write: (message: StreamMessageResponse, done: () => void) => unknown;
};

export class StreamOutlet {
  readonly #sink: MessageSink;
  readonly #isBatched: boolean;
  /** Packets that go with the next message. */
  #packets: StreamPacket[] = [];
  /** Messages and packets that have been written and not been taken yet. */
  #written = 0;
  #isScheduled = false;

  /** @param isBatched Whether the controller reads several packets in one message. */
  constructor(sink: MessageSink, isBatched: boolean) {
    this.#sink = sink;
    this.#isBatched = isBatched;
  }

  /** How many messages and packets have not been taken yet. */
  get waiting(): number {
    return this.#written + this.#packets.length;
  }

  /** Sends a message; a packet perhaps together with those that come in the same turn, or while others are on their way. */
  send(message: StreamMessageResponse): void {
    const { update } = message;
    if (this.#isBatched && update?.$case === 'packet') {
      this.#packets.push(update.value);
      this.#schedule();
      return;
    }
    this.#flush();
    this.#write(message, 1);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#written > 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#packets.length === 0) return;
    const packets = this.#packets;
    this.#packets = [];
    for (const { any, count } of packetBatches(packets)) {
      this.#write({ update: { $case: 'other', value: any } }, count);
    }
  }

  #write(message: StreamMessageResponse, count: number): void {
    this.#written += count;
    this.#sink.write(message, () => {
      this.#written -= count;
      if (this.#packets.length > 0) this.#schedule();
    });
  }
}
