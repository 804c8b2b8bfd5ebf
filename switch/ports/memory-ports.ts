/** Ports in memory, for tests and for packet tests: frames are put in and taken out. */

import { memoryOf, type PlaceTaker, type WordMemory } from '../wasm/index.ts';
import {
  type FrameTaker,
  type PortInfo,
  type PortListener,
  type PortSet,
  type PortState,
  startCounters,
} from './port.ts';

/** A frame and its port. */
export type PortFrame = { readonly port: number; readonly frame: Uint8Array };

/** Ports whose other ends are the caller's. */
export class MemoryPorts implements PortSet {
  readonly #ports = new Map<
    number,
    { state: PortState; readonly counters: ReturnType<typeof startCounters> }
  >();
  readonly #waiting: PortFrame[] = [];
  #sent: PortFrame[] = [];
  readonly #listeners: PortListener[] = [];

  /** Adds a port that is up. */
  add(port: number): void {
    this.#ports.set(port, { state: 'up', counters: startCounters() });
  }

  remove(port: number): void {
    this.#ports.delete(port);
  }

  /** Lets a port go up or down. */
  setState(port: number, state: PortState): void {
    const found = this.#ports.get(port);
    if (found === undefined || found.state === state) return;
    found.state = state;
    for (const listener of this.#listeners) listener.state?.(port, state);
  }

  /** A frame comes in. */
  put(port: number, frame: Uint8Array): void {
    const found = this.#ports.get(port);
    if (found === undefined || found.state === 'down') return;
    this.#waiting.push({ port, frame: frame.slice() });
    for (const listener of this.#listeners) listener.frames?.();
  }

  /** The frames that were sent since the last time, in order. */
  take(): readonly PortFrame[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  receive(limit: number, take: FrameTaker): number {
    const some = this.#waiting.splice(0, limit);
    for (const { port, frame } of some) {
      const counters = this.#ports.get(port)?.counters;
      if (counters !== undefined) {
        counters.receivedFrames++;
        counters.receivedBytes += frame.length;
      }
      take(port, frame);
    }
    return some.length;
  }

  receivePlaces(limit: number, take: PlaceTaker): number {
    return this.receive(limit, (port, frame) => take(port, memoryOf(frame), 0, frame.length));
  }

  sendPlace(port: number, { u8 }: WordMemory, start: number, length: number): void {
    this.send(port, u8.subarray(start, start + length));
  }

  send(port: number, frame: Uint8Array): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    if (found.state === 'down') {
      found.counters.sendDrops++;
      return;
    }
    found.counters.sentFrames++;
    found.counters.sentBytes += frame.length;
    this.#sent.push({ port, frame: frame.slice() });
  }

  flush(): void {}

  ports(): readonly PortInfo[] {
    return [...this.#ports].map(([port, { state, counters }]) => ({
      port,
      name: 'memory',
      state,
      counters: { ...counters },
    }));
  }

  listen(listener: PortListener): void {
    this.#listeners.push(listener);
    // Frames may have come before.
    setImmediate(() => listener.frames?.());
  }

  async close(): Promise<void> {
    this.#ports.clear();
    this.#waiting.length = 0;
  }
}
