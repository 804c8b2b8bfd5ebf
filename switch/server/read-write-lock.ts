/**
 * Requests that change something run one after the other, and never while a read is on its way, so that a read sees
 * each write whole or not at all ("Parallelism of Read and Write Requests").
 */

type Waiting = { readonly kind: 'read' | 'write'; readonly start: () => void };

/** First come, first served: neither readers nor writers starve. */
export class ReadWriteLock {
  #readers = 0;
  #writing = false;
  readonly #queue: Waiting[] = [];

  /** Runs `body` together with other reads. */
  async read<T>(body: () => T | Promise<T>): Promise<T> {
    if (this.#writing || this.#queue.length > 0) await this.#wait('read');
    else this.#readers++;
    try {
      return await body();
    } finally {
      this.#readers--;
      this.#next();
    }
  }

  /** Runs `body` alone. */
  async write<T>(body: () => T | Promise<T>): Promise<T> {
    if (this.#writing || this.#readers > 0 || this.#queue.length > 0) await this.#wait('write');
    else this.#writing = true;
    try {
      return await body();
    } finally {
      this.#writing = false;
      this.#next();
    }
  }

  /** Resolves when its turn has come; the turn is taken already. */
  #wait(kind: Waiting['kind']): Promise<void> {
    return new Promise((start) => {
      this.#queue.push({ kind, start });
    });
  }

  #next(): void {
    for (;;) {
      const first = this.#queue[0];
      if (first === undefined || this.#writing) return;
      if (first.kind === 'write') {
        if (this.#readers > 0) return;
        this.#writing = true;
      } else this.#readers++;
      this.#queue.shift();
      first.start();
    }
  }
}
