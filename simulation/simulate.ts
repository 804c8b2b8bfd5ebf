/** The events: sessions arrive, are let in or not, end or break off; servers report, fail and come back. */

import FlatQueue from 'flatqueue';
import { Cluster } from './cluster.ts';
import { Dispatcher } from './dispatcher.ts';
import { exponential, makeRandom, type Random } from './random.ts';
import { Histogram, type Moment, type Outcome, type Result } from './result.ts';
import type { Scenario } from './scenario.ts';
import { meanWork, type SessionKind } from './workload.ts';

/** Kinds of events, in the lowest digit of an event's number; above it for a session its generation and slot. */
const ARRIVAL = 0;
const ATTEMPT = 1;
const FINISH = 2;
const REPORT = 3;
const DECIDE = 4;
const IMPATIENCE = 5;
const FAIL = 6;
const BACK = 7;
const KINDS = 8;
const GENERATIONS = 0x1000;

/** Below this part of its rate a session is of bad quality. */
const GOOD = 0.95;
/** A client who gets nothing at all breaks off after so many seconds, in the mean. */
const PATIENCE = 20;
const EVERY_SECOND = 1;
/** Seconds of a moment of the result. */
const MOMENT = 10;
/** An elastic session that slows down is looked at again no sooner than after so many seconds. */
const NEAR = 0.05;

type Counts = { -readonly [Name in keyof Outcome]: number };
const NONE: Outcome = { offered: 0, completed: 0, degraded: 0, refused: 0, broken: 0 };

/** Runs a scenario. */
export function simulate(scenario: Scenario): Result {
  return new Simulation(scenario).run();
}

class Simulation {
  readonly #scenario: Scenario;
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #dispatcher: Dispatcher;
  readonly #queue = new FlatQueue<number>();
  readonly #size: number;
  /** Sessions a second that take all that the servers can do. */
  readonly #capacityRate: number;
  readonly #kinds: readonly { readonly kind: SessionKind; readonly until: number }[];
  readonly #counts: Counts = { ...NONE };
  readonly #byKind: readonly Counts[];
  #usefulWork = 0;
  readonly #setup = new Histogram();
  readonly #slowdown = new Histogram();
  readonly #moments: Moment[] = [];
  #momentStart: Counts = { ...this.#counts };
  #deviations = 0;
  #fullest = 0;
  #seconds = 0;
  #load = 0;
  #events = 0;
  #isMeasured = false;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { servers, sizes, seed, kinds, thrash } = scenario;
    this.#random = makeRandom(seed);
    const each = Array.from({ length: servers }, (_, server) => sizes[server % sizes.length] ?? 1);
    this.#cluster = new Cluster(each, thrash);
    this.#dispatcher = new Dispatcher(scenario, this.#cluster);
    this.#size = each.reduce((sum, size) => sum + size, 0);
    this.#capacityRate = this.#size / meanWork(kinds);
    this.#byKind = kinds.map(() => ({ ...NONE }));
    let until = 0;
    this.#kinds = kinds.map((kind) => {
      until += kind.part;
      return { kind, until };
    });
  }

  run(): Result {
    const { warmUp, duration, failure, admission, reportEvery } = this.#scenario;
    const end = warmUp + duration;
    this.#queue.push(ARRIVAL, 0);
    this.#queue.push(REPORT, reportEvery);
    this.#queue.push(IMPATIENCE, EVERY_SECOND);
    // Just behind a report, so that the first decision knows what it says.
    if (admission !== undefined) this.#queue.push(DECIDE, reportEvery + 1e-6);
    if (failure !== undefined) {
      this.#queue.push(FAIL, warmUp + failure.at);
      this.#queue.push(BACK, warmUp + failure.back);
    }
    for (let now = this.#queue.peekValue(); now !== undefined && now < end; now = this.#queue.peekValue()) {
      const event = this.#queue.pop();
      if (event === undefined) break;
      this.#events++;
      if (!this.#isMeasured && now >= warmUp) this.#isMeasured = true;
      this.#handle(event, now);
    }
    const { completed, degraded, refused, broken, offered } = this.#counts;
    return {
      offered,
      completed,
      degraded,
      refused,
      broken,
      usefulThroughput: completed / duration,
      useful: completed / duration / this.#capacityRate,
      usefulWork: this.#usefulWork / duration / this.#size,
      byKind: Object.fromEntries(
        this.#kinds.map(({ kind }, index) => [kind.name, { ...(this.#byKind[index] ?? NONE) }]),
      ),
      setup: this.#setup.spread(),
      slowdown: this.#slowdown.spread(),
      deviation: this.#deviations / Math.max(1, this.#seconds),
      fullest: this.#fullest / Math.max(1, this.#seconds),
      moments: this.#moments,
      events: this.#events,
    };
  }

  #handle(event: number, now: number): void {
    const kind = event % KINDS;
    switch (kind) {
      case ARRIVAL:
        this.#arrive(now);
        return;
      case ATTEMPT:
      case FINISH: {
        const rest = Math.floor(event / KINDS);
        const slot = Math.floor(rest / GENERATIONS);
        // What was planned for a session that has ended before.
        if (this.#cluster.generation[slot] !== rest % GENERATIONS) return;
        if (kind === ATTEMPT) this.#attempt(slot, now);
        else this.#finish(slot, now);
        return;
      }
      case REPORT:
        this.#dispatcher.report(this.#cluster, now);
        this.#queue.push(REPORT, now + this.#scenario.reportEvery);
        return;
      case DECIDE: {
        const decided = this.#dispatcher.decide(now);
        if (decided === undefined) return;
        this.#cluster.setDropped(decided.established, now);
        this.#queue.push(DECIDE, now + decided.next);
        return;
      }
      case IMPATIENCE:
        this.#breakOff(now);
        if (this.#isMeasured) this.#observe(now);
        this.#queue.push(IMPATIENCE, now + EVERY_SECOND);
        return;
      case FAIL:
        this.#fail(now);
        return;
      default:
        this.#cluster.isAlive.fill(1);
    }
  }

  #plan(kind: typeof ATTEMPT | typeof FINISH, slot: number, at: number): void {
    this.#queue.push((slot * GENERATIONS + (this.#cluster.generation[slot] ?? 0)) * KINDS + kind, at);
  }

  #count(what: keyof Counts, slot: number): void {
    if (!this.#isMeasured) return;
    this.#counts[what]++;
    const kind = this.#byKind[this.#cluster.kind[slot] ?? 0];
    if (kind !== undefined) kind[what]++;
    if (what === 'completed') {
      this.#usefulWork += (this.#cluster.rate[slot] ?? 0) * (this.#cluster.duration[slot] ?? 0);
    }
  }

  #arrive(now: number): void {
    const { load, crowd, warmUp } = this.#scenario;
    const since = now - warmUp;
    const isCrowd = crowd !== undefined && since >= crowd.at && since < crowd.at + crowd.length;
    const times = isCrowd ? crowd.times : 1;
    this.#queue.push(ARRIVAL, now + exponential(this.#random, 1 / (load * times * this.#capacityRate)));
    const draw = this.#random();
    const found = this.#kinds.findIndex(({ until }) => draw < until);
    const index = found < 0 ? this.#kinds.length - 1 : found;
    const entry = this.#kinds[index];
    if (entry === undefined) return;
    const slot = this.#cluster.take();
    this.#cluster.kind[slot] = index;
    this.#cluster.rate[slot] = entry.kind.rate;
    this.#cluster.duration[slot] = entry.kind.duration(this.#random);
    this.#cluster.draw[slot] = this.#random();
    this.#cluster.arrived[slot] = now;
    this.#count('offered', slot);
    this.#attempt(slot, now);
  }

  /** The first packet of a session, or a copy of it. */
  #attempt(slot: number, now: number): void {
    const server = this.#dispatcher.refuses(this.#random)
      ? undefined
      : this.#dispatcher.choose(this.#cluster.draw[slot] ?? 0);
    const arrived = this.#cluster.arrived[slot] ?? now;
    if (server !== undefined && this.#cluster.isAlive[server] === 1) {
      this.#cluster.begin(slot, server, now);
      if (this.#isMeasured) this.#setup.add(now - arrived);
      this.#plan(FINISH, slot, now + (this.#cluster.duration[slot] ?? 0));
      return;
    }
    const attempt = this.#cluster.attempt[slot] ?? 0;
    const again = this.#kind(slot)?.retries[attempt];
    if (again === undefined) {
      this.#count('refused', slot);
      this.#cluster.give(slot);
      return;
    }
    this.#cluster.attempt[slot] = attempt + 1;
    this.#plan(ATTEMPT, slot, arrived + again);
  }

  #kind(slot: number): SessionKind | undefined {
    return this.#kinds[this.#cluster.kind[slot] ?? 0]?.kind;
  }

  #finish(slot: number, now: number): void {
    const got = this.#cluster.got(slot, now);
    const wanted = this.#cluster.duration[slot] ?? 0;
    if (this.#kind(slot)?.flow === 'elastic') {
      const left = wanted - got;
      // It cannot be done before this time, and is looked at again then.
      if (left > 1e-6) {
        this.#plan(FINISH, slot, now + Math.max(NEAR, left));
        return;
      }
      if (this.#isMeasured) this.#slowdown.add((now - (this.#cluster.started[slot] ?? now)) / wanted);
      this.#count('completed', slot);
    } else this.#count(got >= GOOD * wanted - 1e-6 ? 'completed' : 'degraded', slot);
    this.#leave(slot, now);
  }

  #leave(slot: number, now: number): void {
    this.#cluster.end(slot, now);
    this.#cluster.give(slot);
  }

  /** Clients of servers that give too little break off, the sooner the less they get. */
  #breakOff(now: number): void {
    for (let server = 0; server < this.#cluster.count; server++) {
      const quality = this.#cluster.quality(server);
      if (quality >= GOOD) continue;
      const chance = 1 - Math.exp((-EVERY_SECOND * (GOOD - quality)) / GOOD / PATIENCE);
      const list = this.#cluster.sessions[server] ?? [];
      // From one who breaks off to the next is a geometric number of sessions. From the end, since leaving moves the last.
      const step = () => 1 + Math.floor(Math.log(1 - this.#random()) / Math.log(1 - chance));
      for (let place = list.length - step(); place >= 0; place -= step()) {
        const slot = list[place];
        if (slot === undefined) continue;
        this.#count('broken', slot);
        this.#leave(slot, now);
      }
    }
  }

  #fail(now: number): void {
    const { failure, servers } = this.#scenario;
    for (let server = 0; server < (failure?.part ?? 0) * servers; server++) {
      this.#cluster.isAlive[server] = 0;
      for (const slot of [...(this.#cluster.sessions[server] ?? [])]) {
        this.#count('broken', slot);
        this.#leave(slot, now);
      }
    }
  }

  #observe(now: number): void {
    let sum = 0;
    let squares = 0;
    let size = 0;
    let asked = 0;
    let fullest = 0;
    let alive = 0;
    for (let server = 0; server < this.#cluster.count; server++) {
      if (this.#cluster.isAlive[server] === 0) continue;
      const load = this.#cluster.asked(server);
      alive++;
      sum += load;
      squares += load * load;
      fullest = Math.max(fullest, load);
      size += this.#cluster.size[server] ?? 0;
      asked += load * (this.#cluster.size[server] ?? 0);
    }
    if (alive > 0) {
      const mean = sum / alive;
      this.#deviations += Math.sqrt(Math.max(0, squares / alive - mean * mean));
      this.#fullest += fullest;
      this.#load += asked / size;
    }
    this.#seconds++;
    if (this.#seconds % MOMENT !== 0) return;
    const { completed, refused, broken } = this.#counts;
    this.#moments.push({
      at: Math.round(now - this.#scenario.warmUp),
      completed: (completed - this.#momentStart.completed) / MOMENT,
      refused: (refused - this.#momentStart.refused) / MOMENT,
      broken: (broken - this.#momentStart.broken) / MOMENT,
      load: this.#load / MOMENT,
    });
    this.#momentStart = { ...this.#counts };
    this.#load = 0;
  }
}
