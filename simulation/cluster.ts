/**
 * What servers do. A server of size 1 gives all sessions their rates while these sum up to 1 or less; else each gets the
 * same part of its rate. Packets that the switch drops neither reach the server nor the session.
 *
 * A server keeps what a session with rate 1 would have got since the start (`progress`): sessions note it when they begin,
 * and what they got is the difference, so that one arrival costs the same whatever the number of sessions.
 */

const FIRST_SLOTS = 1024;

/** Sessions in columns, servers with what they are asked for. */
export class Cluster {
  readonly size: Float64Array;
  /** Sum of the rates of the sessions. */
  readonly demand: Float64Array;
  readonly sessions: number[][];
  readonly isAlive: Uint8Array;
  readonly #progress: Float64Array;
  readonly #quality: Float64Array;
  readonly #busy: Float64Array;
  readonly #since: Float64Array;
  readonly #thrash: number;
  #dropped = 0;

  /** Of each slot: the session there. */
  kind = new Uint8Array(FIRST_SLOTS);
  server = new Int32Array(FIRST_SLOTS);
  place = new Int32Array(FIRST_SLOTS);
  generation = new Int32Array(FIRST_SLOTS);
  attempt = new Uint8Array(FIRST_SLOTS);
  draw = new Float64Array(FIRST_SLOTS);
  rate = new Float64Array(FIRST_SLOTS);
  arrived = new Float64Array(FIRST_SLOTS);
  started = new Float64Array(FIRST_SLOTS);
  duration = new Float64Array(FIRST_SLOTS);
  progressAtStart = new Float64Array(FIRST_SLOTS);
  readonly #free: number[] = [];
  #slots = 0;

  constructor(sizes: readonly number[], thrash: number) {
    const count = sizes.length;
    this.size = Float64Array.from(sizes);
    this.demand = new Float64Array(count);
    this.sessions = Array.from({ length: count }, () => []);
    this.isAlive = new Uint8Array(count).fill(1);
    this.#progress = new Float64Array(count);
    this.#quality = new Float64Array(count).fill(1);
    this.#busy = new Float64Array(count);
    this.#since = new Float64Array(count);
    this.#thrash = thrash;
  }

  get count(): number {
    return this.size.length;
  }

  /** A slot for a session that has no server yet. */
  take(): number {
    const slot = this.#free.pop() ?? this.#slots++;
    if (slot >= this.kind.length) this.#grow();
    this.server[slot] = -1;
    this.attempt[slot] = 0;
    return slot;
  }

  /** Gives a slot back; what was planned for it is not meant any more. */
  give(slot: number): void {
    this.generation[slot] = ((this.generation[slot] ?? 0) + 1) & 0xfff;
    this.#free.push(slot);
  }

  /** The session begins at a server. */
  begin(slot: number, server: number, now: number): void {
    this.#change(server, this.rate[slot] ?? 0, now);
    this.server[slot] = server;
    this.started[slot] = now;
    this.progressAtStart[slot] = this.#progress[server] ?? 0;
    const list = this.sessions[server] ?? [];
    this.place[slot] = list.length;
    list.push(slot);
  }

  /** The session leaves its server. */
  end(slot: number, now: number): void {
    const server = this.server[slot] ?? 0;
    this.#change(server, -(this.rate[slot] ?? 0), now);
    const list = this.sessions[server] ?? [];
    const last = list.pop();
    const place = this.place[slot] ?? 0;
    if (last !== undefined && last !== slot) {
      list[place] = last;
      this.place[last] = place;
    }
    // Sums of floating-point numbers leave a rest.
    if (list.length === 0) this.demand[server] = 0;
    this.server[slot] = -1;
  }

  /** What the session got since it began, in seconds at its full rate. */
  got(slot: number, now: number): number {
    const server = this.server[slot] ?? 0;
    this.#change(server, 0, now);
    return (this.#progress[server] ?? 0) - (this.progressAtStart[slot] ?? 0);
  }

  /** The part of their rates that sessions of a server get. */
  quality(server: number): number {
    return this.#quality[server] ?? 1;
  }

  /** What is asked of a server, as a part of its size, after what the switch drops. */
  asked(server: number): number {
    return ((this.demand[server] ?? 0) * (1 - this.#dropped)) / (this.size[server] ?? 1);
  }

  /** The part of the time since the last call in which the server was busy. */
  busySince(server: number, now: number, seconds: number): number {
    this.#change(server, 0, now);
    const busy = (this.#busy[server] ?? 0) / seconds;
    this.#busy[server] = 0;
    return Math.min(1, busy);
  }

  /** The switch drops this part of the packets of established sessions from now on. */
  setDropped(part: number, now: number): void {
    if (part === this.#dropped) return;
    for (let server = 0; server < this.count; server++) this.#change(server, 0, now);
    this.#dropped = part;
    for (let server = 0; server < this.count; server++) this.#change(server, 0, now);
  }

  #change(server: number, demand: number, now: number): void {
    const elapsed = now - (this.#since[server] ?? 0);
    this.#progress[server] = (this.#progress[server] ?? 0) + (this.#quality[server] ?? 1) * elapsed;
    this.#busy[server] = (this.#busy[server] ?? 0) + Math.min(1, this.asked(server)) * elapsed;
    this.#since[server] = now;
    this.demand[server] = (this.demand[server] ?? 0) + demand;
    const asked = this.asked(server);
    const share = asked <= 1 ? 1 : 1 / (asked * (1 + this.#thrash * (asked - 1)));
    this.#quality[server] = share * (1 - this.#dropped);
  }

  #grow(): void {
    const larger = <T extends { readonly length: number; set(from: T): void }>(
      from: T,
      make: (length: number) => T,
    ): T => {
      const to = make(2 * from.length);
      to.set(from);
      return to;
    };
    const floats = (from: Float64Array<ArrayBuffer>) => larger(from, (length) => new Float64Array(length));
    const integers = (from: Int32Array<ArrayBuffer>) => larger(from, (length) => new Int32Array(length));
    const bytes = (from: Uint8Array<ArrayBuffer>) => larger(from, (length) => new Uint8Array(length));
    this.kind = bytes(this.kind);
    this.attempt = bytes(this.attempt);
    this.server = integers(this.server);
    this.place = integers(this.place);
    this.generation = integers(this.generation);
    this.draw = floats(this.draw);
    this.rate = floats(this.rate);
    this.arrived = floats(this.arrived);
    this.started = floats(this.started);
    this.duration = floats(this.duration);
    this.progressAtStart = floats(this.progressAtStart);
  }
}
