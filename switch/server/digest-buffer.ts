/**
 * One digest's lists: what is buffered, what is sent and not acknowledged yet ("DigestEntry"). Pure but for its own
 * state: the time is given, nothing is sent from here.
 */

/** As in P4Runtime's DigestEntry.Config; times in nanoseconds. */
export type DigestConfig = {
  readonly maxTimeout: number;
  /** 0: no limit but the server's own. */
  readonly maxListSize: number;
  readonly ackTimeout: number;
};

/** A list to send. */
export type FullList<T> = { readonly listId: bigint; readonly digests: readonly T[] };

/** Without a limit of the controller's, a list is sent at this length at the latest. */
const OWN_LIST_SIZE = 1024;

/** Sent and not acknowledged digests that are remembered; past it the oldest list is forgotten. */
const MAXIMUM_REMEMBERED = 1 << 20;

type SentList = { readonly keys: readonly string[]; readonly sentAt: number };

/** `T`: a digest in whatever form; what tells it from others is its key. */
export class DigestBuffer<T> {
  #config: DigestConfig;
  readonly #buffer = new Map<string, T>();
  #firstAt = 0;
  readonly #sent = new Map<bigint, SentList>();
  /** How many unacknowledged lists have a digest. */
  readonly #remembered = new Set<string>();
  #nextList = 1n;

  constructor(config: DigestConfig) {
    this.#config = config;
  }

  get config(): DigestConfig {
    return this.#config;
  }

  /** Another configuration, for what comes from now on. */
  configure(config: DigestConfig): void {
    this.#config = config;
  }

  /** A digest came from the data plane. Gives the list to send, when it is full by it. */
  add(key: string, digest: T, now: number): FullList<T> | undefined {
    this.#forget(now);
    if (this.#buffer.has(key) || this.#remembered.has(key)) return undefined;
    if (this.#buffer.size === 0) this.#firstAt = now;
    this.#buffer.set(key, digest);
    const { maxListSize, maxTimeout } = this.#config;
    const limit = maxListSize === 0 ? OWN_LIST_SIZE : Math.min(maxListSize, OWN_LIST_SIZE);
    return maxTimeout === 0 || this.#buffer.size >= limit ? this.#take(now) : undefined;
  }

  /** Gives the list to send, when its oldest digest has waited long enough. */
  due(now: number): FullList<T> | undefined {
    if (this.#buffer.size === 0 || now - this.#firstAt < this.#config.maxTimeout) return undefined;
    return this.#take(now);
  }

  /** When `due` has something to say next; undefined: not before another digest comes. */
  get dueAt(): number | undefined {
    return this.#buffer.size === 0 ? undefined : this.#firstAt + this.#config.maxTimeout;
  }

  /** A controller has a list. False: there is none of this number waiting. */
  acknowledge(listId: bigint): boolean {
    const list = this.#sent.get(listId);
    if (list === undefined) return false;
    this.#sent.delete(listId);
    for (const key of list.keys) this.#remembered.delete(key);
    return true;
  }

  #take(now: number): FullList<T> {
    const list = { listId: this.#nextList++, digests: [...this.#buffer.values()] };
    if (this.#config.ackTimeout > 0) {
      const keys = [...this.#buffer.keys()];
      this.#sent.set(list.listId, { keys, sentAt: now });
      for (const key of keys) this.#remembered.add(key);
    }
    this.#buffer.clear();
    return list;
  }

  /** Lists that nobody acknowledged in time; they are in the order in which they were sent. */
  #forget(now: number): void {
    for (const [listId, { sentAt }] of this.#sent) {
      if (now - sentAt < this.#config.ackTimeout && this.#remembered.size < MAXIMUM_REMEMBERED) return;
      this.acknowledge(listId);
    }
  }
}
