/**
 * Network interfaces of Linux as ports, on the thread of whoever takes their frames: with a thread of its own for them, each
 * frame would go through another ring, and each batch take a message. `docs/design/engine.md` has what that costs.
 */

import { memoryOf, type PlaceTaker, type WordMemory } from '../wasm/index.ts';
import { type Bystanders, LinkChanges, readBystanders, readCapturers } from './linux/link-facts.ts';
import { PacketSocket } from './linux/packet-socket.ts';
import type { FrameSink } from './linux/receive-ring.ts';
import type { SendBy } from './linux/sender.ts';
import { whenReadable } from './linux/system-calls.ts';
import {
  type FrameTaker,
  PortError,
  type PortInfo,
  type PortListener,
  type PortSet,
  type PortState,
  startCounters,
} from './port.ts';

/** How often links are looked at. */
const STATE_MS = 100;

type LinuxPort = {
  readonly socket: PacketSocket;
  readonly readable: ReturnType<typeof whenReadable>;
  readonly take: FrameSink;
  readonly counters: ReturnType<typeof startCounters>;
  state: PortState;
};

/** Ports over network interfaces. */
export class LinuxPorts implements PortSet {
  readonly #ports = new Map<number, LinuxPort>();
  /** The same, to begin with another one each time. */
  #inTurn: readonly LinuxPort[] = [];
  #first = 0;
  readonly #listeners: PortListener[] = [];
  #take: PlaceTaker = () => {};
  /** Whether who listens takes frames: until there are none. */
  #isTold = false;
  #looking: NodeJS.Timeout | undefined;
  readonly #sendBy: SendBy;
  #changes: LinkChanges | undefined;
  #bystanders: Bystanders | undefined;

  /** @param sendBy What frames are sent by: AF_XDP where it can be and does the same, unless said. */
  constructor(sendBy: SendBy = 'auto') {
    this.#sendBy = sendBy;
  }

  /**
   * Adds a port over an interface.
   * @throws PortError when the number is taken, the interface is not there, or opening it is not allowed.
   */
  add(port: number, name: string): void {
    if (this.#ports.has(port)) throw new PortError('taken', `port ${port} is there already`);
    const socket = new PacketSocket(name, this.#sendBy);
    const counters = startCounters();
    this.#ports.set(port, {
      socket,
      counters,
      readable: whenReadable(socket.descriptor, this.#tell),
      take: (memory, start, length) => {
        counters.receivedFrames++;
        counters.receivedBytes += length;
        this.#take(port, memory, start, length);
      },
      state: socket.state() ?? 'down',
    });
    this.#inTurn = [...this.#ports.values()];
    this.#looking ??= setInterval(() => this.#look(), STATE_MS);
  }

  /** Removes a port; frames that wait are sent before. */
  remove(port: number): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    this.#ports.delete(port);
    this.#inTurn = [...this.#ports.values()];
    found.readable.close();
    found.socket.close();
    if (this.#ports.size > 0) return;
    clearInterval(this.#looking);
    this.#looking = undefined;
    this.#changes?.close();
    this.#changes = undefined;
  }

  /** The event loop comes back to it as long as frames wait. */
  readonly #tell = (): void => {
    if (this.#isTold) return;
    this.#isTold = true;
    for (const listener of this.#listeners) listener.frames?.();
  };

  /** Looks at what may be between ports and their links. @returns Whether links changed. */
  #lookAround(): boolean {
    if (this.#sendBy === 'packet') return false;
    const isFirst = this.#changes === undefined;
    this.#changes ??= new LinkChanges();
    const isChanged = this.#changes.take() || isFirst;
    const capturers = readCapturers();
    if (isChanged || this.#bystanders === undefined) this.#bystanders = readBystanders();
    else this.#bystanders = capturers === undefined ? undefined : { ...this.#bystanders, capturers };
    return isChanged;
  }

  #look(): void {
    const isChanged = this.#lookAround();
    for (const [port, found] of this.#ports) {
      const { socket, readable } = found;
      const state = socket.state();
      if (state === undefined) {
        const [was] = this.ports().filter((one) => one.port === port);
        this.remove(port);
        const message = `interface ${socket.name} is gone, and port ${port} with it`;
        for (const listener of this.#listeners) if (was !== undefined) listener.failed?.(was, message);
        continue;
      }
      socket.reviewSending(this.#bystanders, isChanged);
      // An error, as of a link that goes down, ends the waiting for frames.
      readable.stop();
      readable.start({ readable: true }, this.#tell);
      if (state === found.state) continue;
      found.state = state;
      for (const listener of this.#listeners) listener.state?.(port, state);
    }
  }

  receive(limit: number, take: FrameTaker): number {
    return this.receivePlaces(limit, (port, { u8 }, start, length) =>
      take(port, u8.subarray(start, start + length)),
    );
  }

  receivePlaces(limit: number, take: PlaceTaker): number {
    this.#take = take;
    const ports = this.#inTurn;
    // Shares first, so that a port with many frames leaves room for the others; then whoever has more.
    const share = Math.ceil(limit / Math.max(1, ports.length));
    let count = 0;
    for (const most of ports.length === 1 ? [limit] : [share, limit]) {
      for (let turn = 0; turn < ports.length && count < limit; turn++) {
        const port = ports[(this.#first + turn) % ports.length];
        count += port?.socket.receive(Math.min(most, limit - count), port.take) ?? 0;
      }
    }
    this.#first++;
    if (count === 0) this.#isTold = false;
    return count;
  }

  send(port: number, frame: Uint8Array): void {
    this.sendPlace(port, memoryOf(frame), 0, frame.length);
  }

  sendPlace(port: number, memory: WordMemory, start: number, length: number): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    const { counters } = found;
    if (found.state === 'down') {
      counters.sendDrops++;
      return;
    }
    counters.sentFrames++;
    counters.sentBytes += length;
    found.socket.send(memory, start, length);
  }

  flush(): void {
    for (const { socket } of this.#inTurn) socket.flush();
  }

  ports(): readonly PortInfo[] {
    return [...this.#ports].map(([port, { socket, state, counters }]) => ({
      port,
      name: socket.name,
      state,
      sending: socket.sending,
      counters: {
        ...counters,
        receiveDrops: counters.receiveDrops + socket.receiveDrops,
        sendDrops: counters.sendDrops + socket.sendDrops,
        sentFrames: counters.sentFrames - socket.sendDrops,
        sentBytes: counters.sentBytes - socket.sendDropBytes,
      },
    }));
  }

  listen(listener: PortListener): void {
    this.#listeners.push(listener);
    // Frames may have come before.
    setImmediate(() => {
      this.#isTold = true;
      listener.frames?.();
    });
  }

  async close(): Promise<void> {
    for (const port of [...this.#ports.keys()]) this.remove(port);
  }
}
