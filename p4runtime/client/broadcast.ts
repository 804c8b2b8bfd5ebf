/** One source of values, any number of readers, each with a queue of its own. */

/** Values that a reader has not taken yet; past it the oldest are lost, so that a slow reader does not fill the memory. */
const MAXIMUM_WAITING = 65_536;

type Reader<T> = { readonly push: (value: T) => void; readonly end: (problem: Error | undefined) => void };

export class Broadcast<T> {
  readonly #readers = new Set<Reader<T>>();
  #ended = false;
  #problem: Error | undefined;

  /** Gives a value to all who read now. */
  publish(value: T): void {
    for (const reader of this.#readers) reader.push(value);
  }

  /** All readers end, with an error if there is one. */
  end(problem?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#problem = problem;
    for (const reader of this.#readers) reader.end(problem);
    this.#readers.clear();
  }

  /** Gives each value from now on to a function, at once, until the source ends or `signal` is aborted. */
  listen(take: (value: T) => void, signal: AbortSignal): void {
    if (this.#ended || signal.aborted) return;
    const reader: Reader<T> = { push: take, end: () => {} };
    this.#readers.add(reader);
    signal.addEventListener('abort', () => this.#readers.delete(reader), { once: true });
  }

  /** The values from now on, until the source ends or `signal` is aborted; from the call, not from the first `next`. */
  subscribe(signal?: AbortSignal): AsyncIterableIterator<T> {
    const waiting: T[] = [];
    const readers = this.#readers;
    let wake: (() => void) | undefined;
    let over = this.#ended || signal?.aborted === true;
    let problem = this.#problem;
    const reader: Reader<T> = {
      push: (value) => {
        if (waiting.length >= MAXIMUM_WAITING) waiting.shift();
        waiting.push(value);
        wake?.();
      },
      end: (reason) => {
        over = true;
        problem = reason;
        wake?.();
      },
    };
    const stop = () => {
      readers.delete(reader);
      signal?.removeEventListener('abort', stop);
      over = true;
      wake?.();
    };
    if (!over) {
      readers.add(reader);
      signal?.addEventListener('abort', stop);
    }
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        for (;;) {
          if (waiting.length > 0) {
            const [value] = waiting.splice(0, 1);
            if (value !== undefined) return { done: false, value };
          }
          if (over) {
            if (problem !== undefined) throw problem;
            return { done: true, value: undefined };
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      },
      async return() {
        stop();
        return { done: true, value: undefined };
      },
    };
  }
}
