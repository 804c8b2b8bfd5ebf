/**
 * Packets that the pipeline could not place yet, such as later fragments that overtook their first one, and those of flows whose
 * entry has only now been written: they go through it again a moment later, and not for ever.
 */

import { createHash } from 'node:crypto';
import type { FrameToSend, PuntedFrame } from './answers/index.ts';

/** Milliseconds before each attempt. */
const DELAYS: readonly number[] = [5, 20, 80];

/** How many may wait; more are dropped, as a router does. */
const MOST_WAITING = 4096;

/** A packet that came back for so long counts as the same one. */
const MEMORY_MS = 1000;

/** How many are remembered; no more go round meanwhile. */
const MOST_REMEMBERED = 65_536;

/** @typeParam From What a packet came from, and goes back to. */
export class Reinjector<From> {
  readonly #send: (from: From, frame: FrameToSend) => void;
  /** Attempts so far, by a hash of the packet. */
  readonly #attempts = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #waiting = 0;

  constructor(send: (from: From, frame: FrameToSend) => void) {
    this.#send = send;
  }

  /** Sends a packet through the pipeline again, later; a packet that has come back too often is dropped. */
  later(from: From, { port, bytes }: PuntedFrame): void {
    const key = createHash('sha1').update(bytes).digest('base64');
    const attempt = this.#attempts.get(key) ?? 0;
    const delay = DELAYS[attempt];
    if (delay === undefined || this.#waiting >= MOST_WAITING) return;
    if (attempt === 0 && this.#attempts.size >= MOST_REMEMBERED) return;
    this.#attempts.set(key, attempt + 1);
    this.#waiting++;
    this.#after(delay, () => {
      this.#waiting--;
      this.#send(from, { port, bytes, process: true });
    });
    if (attempt === 0) this.#after(MEMORY_MS, () => this.#attempts.delete(key));
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #after(milliseconds: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, milliseconds);
    this.#timers.add(timer);
  }
}
