/**
 * Keeps one switch true: connects, becomes primary, sees to it that the right program runs, and that the switch holds
 * what is wanted; and does so again whenever the connection or the switch was lost.
 *
 *   connecting ─▶ backup ─▶ reconciling ─▶ ready
 *       ▲  │                    │            │
 *       │  └─▶ wrong-pipeline   │            │
 *       └──── unreachable ◀─────┴────────────┘
 */

import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { type Mastership, RpcError, SwitchClient } from '../../p4runtime/client/index.ts';
import { encodePacketOut, insert, modify, type PacketFields } from '../../p4runtime/entities/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type {
  DigestList,
  Entity,
  ForwardingPipelineConfig,
  IdleTimeoutNotification,
  PacketIn,
  PacketOut,
  Update,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { backoffMs } from './backoff.ts';
import { DesiredState, entityOf, type Kept } from './desired-state.ts';
import { identify } from './entity-keys.ts';
import { readRequests } from './read-requests.ts';
import { Comparison, clearing, isAlwaysThere, type Rank } from './reconcile.ts';
import { seeToPipeline } from './see-to-pipeline.ts';
import { type Trouble, troubleOf } from './trouble.ts';
import {
  type ChangeOutcome,
  LARGEST_BATCH,
  type Refused,
  WRITTEN,
  writeAll,
  writeUpdates,
} from './write-updates.ts';

/** What a switch is doing, as operators see it. */
export type SwitchStanding =
  | { readonly kind: 'connecting' }
  /** The next attempt is in so many milliseconds. */
  | ({ readonly kind: 'unreachable'; readonly retryInMs: number } & Trouble)
  | { readonly kind: 'wrong-pipeline'; readonly message: string }
  /** Another controller is primary. */
  | { readonly kind: 'backup'; readonly primary: bigint | undefined }
  | { readonly kind: 'reconciling' }
  | { readonly kind: 'ready'; readonly lastReconcile: ReconcileReport }
  | { readonly kind: 'stopped' };

export type ReconcileReport = {
  /** Entities that the switch held. */
  readonly seen: number;
  readonly written: number;
  /** What the switch held, the controller did not know of, and took over. */
  readonly adopted: number;
  readonly dropped: number;
  /** What the switch refused, in its own words. */
  readonly refused: readonly string[];
  readonly milliseconds: number;
};

export type Change =
  | { readonly kind: 'set'; readonly entity: Entity }
  | { readonly kind: 'remove'; readonly entity: Entity };

/** How a switch is reached, and with what number. */
export type SwitchReach = {
  readonly client: ConstructorParameters<typeof SwitchClient>[0];
  /** Among controllers of this switch the highest becomes primary. */
  readonly electionId: bigint;
  /** Whether to load the program over another one; else that is said and nothing is done. */
  readonly replacePipeline?: boolean;
};

export type SwitchKeeperOptions = SwitchReach & {
  /** The program that is to run. Its cookie tells it from others. */
  readonly pipeline: ForwardingPipelineConfig;
  readonly rank?: Rank;
  /**
   * Whether an entity that the switch holds and the controller does not know is wanted from now on, such as a session
   * that a controller before this one put there; else it is taken away.
   */
  readonly adopts?: (entity: Entity) => boolean;
  readonly random?: () => number;
  readonly onStanding?: (standing: SwitchStanding) => void;
  /** Must not throw. */
  readonly onPacketIn?: (packet: PacketIn) => void;
  /** The list is acknowledged when the promise resolves. */
  readonly onDigests?: (list: DigestList) => Promise<void> | void;
  readonly onIdle?: (notification: IdleTimeoutNotification) => void;
};

/** Different fields of packets that are kept encoded: twice as many as there are ports. */
const MOST_PACKET_OUTS = 1024;

type Pending = {
  readonly change: Change;
  readonly key: string;
  readonly before: Kept | undefined;
  /** What is wanted by it. */
  readonly kept: Kept | undefined;
  readonly settle: (outcome: ChangeOutcome) => void;
};

export class SwitchKeeper {
  readonly schema: Schema;
  readonly #options: SwitchKeeperOptions;
  readonly #desired = new DesiredState();
  readonly #stop = new AbortController();
  readonly #random: () => number;
  #standing: SwitchStanding = { kind: 'connecting' };
  #reach: SwitchReach;
  /** Ends the wait before the next attempt. */
  #hurry = new AbortController();
  #client: SwitchClient | undefined;
  /** Whether changes go to the switch at once. */
  #isWritable = false;
  /** Keys that were written while the switch was being compared. */
  #touched: Set<string> | undefined;
  #pending: Pending[] = [];
  readonly #packetOuts = new Map<string, PacketOut['metadata']>();
  #flushing: Promise<void> | undefined;
  #running: Promise<void> | undefined;

  constructor(options: SwitchKeeperOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    const { client, electionId, replacePipeline = false } = options;
    this.#reach = { client, electionId, replacePipeline };
    if (options.pipeline.p4info === undefined) throw new Error('a pipeline has a P4Info');
    this.schema = buildSchema(options.pipeline.p4info);
  }

  get standing(): SwitchStanding {
    return this.#standing;
  }

  /** How many entities are wanted. */
  get wanted(): number {
    return this.#desired.size;
  }

  /** Begins; ends with `stop`. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** How it is reached now. */
  get reach(): SwitchReach {
    return this.#reach;
  }

  /**
   * Reaches the switch in another way from now on: the connection ends, and the next one begins at once. What is wanted stays wanted, and
   * is compared.
   */
  reconnect(reach: SwitchReach): void {
    this.#reach = reach;
    this.#hurry.abort();
    this.#client?.close();
  }

  /** Lets go of the switch and leaves it as it is: traffic goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#client?.close();
    await this.#running;
    for (const { settle } of this.#pending.splice(0)) settle({ kind: 'deferred' });
    this.#stand({ kind: 'stopped' });
  }

  // ---- Changes ----

  /** Changes what is wanted, and the switch with it. Changes of one key happen in the order of the calls. */
  change(change: Change): Promise<ChangeOutcome> {
    return new Promise((settle) => this.#change(change, settle));
  }

  /** The same for several, in one request where they fit. */
  changeAll(changes: readonly Change[]): Promise<readonly ChangeOutcome[]> {
    const outcomes: ChangeOutcome[] = changes.map(() => WRITTEN);
    // One promise for all: of new sessions there are ten thousand a second.
    let open = changes.length;
    return new Promise((resolve) => {
      if (open === 0) resolve(outcomes);
      for (const [index, change] of changes.entries()) {
        this.#change(change, (outcome) => {
          outcomes[index] = outcome;
          if (--open === 0) resolve(outcomes);
        });
      }
    });
  }

  #change(change: Change, settle: Pending['settle']): void {
    const { key, before, kept } =
      change.kind === 'set'
        ? this.#desired.set(change.entity)
        : { ...this.#desired.remove(change.entity), kept: undefined };
    if (!this.#isWritable) {
      settle({ kind: 'deferred' });
      return;
    }
    this.#touched?.add(key);
    this.#pending.push({ change, key, before, kept, settle });
    this.#flushing ??= this.#flush();
  }

  /** Sends a packet by the switch; false where that cannot be now. */
  sendPacket(payload: Uint8Array, fields: PacketFields): boolean {
    if (!this.#isWritable || this.#client === undefined) return false;
    this.#client.sendPacket({ payload, metadata: this.#packetOut(fields) });
    return true;
  }

  /** The fields of a packet, encoded: there are few that differ. */
  #packetOut(fields: PacketFields): PacketOut['metadata'] {
    let key = '';
    for (const name in fields) key += `${name} ${fields[name]} `;
    const known = this.#packetOuts.get(key);
    if (known !== undefined) return known;
    const header = this.schema.packetHeaders.find('packet_out');
    const { metadata } = encodePacketOut(header, new Uint8Array(), fields);
    if (this.#packetOuts.size < MOST_PACKET_OUTS) this.#packetOuts.set(key, metadata);
    return metadata;
  }

  /** Reads entities of the switch as they are. @throws RpcError where it cannot be asked. */
  read(entities: readonly Entity[]): AsyncIterable<Entity> {
    if (this.#client === undefined) throw new RpcError(Code.UNAVAILABLE, 'the switch is not connected');
    return this.#client.read(entities, { signal: this.#stop.signal });
  }

  /** Sends what waits, batch after batch. What is called in the same turn goes together. */
  async #flush(): Promise<void> {
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0, LARGEST_BATCH);
      await this.#send(distinct(batch, (rest) => this.#pending.unshift(...rest)));
    }
    this.#flushing = undefined;
  }

  async #send(batch: readonly Pending[]): Promise<void> {
    const client = this.#client;
    if (client === undefined || !this.#isWritable) {
      for (const { settle } of batch) settle({ kind: 'deferred' });
      return;
    }
    const { signal } = this.#stop;
    const outcomes = await writeUpdates(client, batch.map(toUpdate), signal).catch(() => undefined);
    for (const [index, { key, before, kept, change, settle }] of batch.entries()) {
      // Without an answer nobody knows; the comparison after the next connection finds out.
      const outcome = outcomes === undefined ? ({ kind: 'deferred' } as const) : (outcomes[index] ?? WRITTEN);
      // What was wanted in its place since then stays.
      const isLast = this.#desired.isStill(key, kept);
      if (outcome.kind === 'refused' && change.kind === 'set' && isLast) this.#desired.restore(key, before);
      settle(outcome);
    }
  }

  // ---- The life of a connection ----

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let failures = 0;
    while (!signal.aborted) {
      this.#stand({ kind: 'connecting' });
      const problem = await this.#connection(() => {
        failures = 0;
      });
      if (signal.aborted) return;
      if (this.#hurry.signal.aborted) {
        this.#hurry = new AbortController();
        failures = 0;
        continue;
      }
      failures++;
      const retryInMs = backoffMs(failures, this.#random());
      if (this.#standing.kind !== 'wrong-pipeline') {
        this.#stand({ kind: 'unreachable', ...problem, retryInMs });
      }
      const wake = AbortSignal.any([signal, this.#hurry.signal]);
      await wait(retryInMs, undefined, { signal: wake }).catch(() => {});
      if (this.#hurry.signal.aborted) this.#hurry = new AbortController();
    }
  }

  /** One connection, from beginning to end. @returns Why it ended. */
  async #connection(settled: () => void): Promise<Trouble> {
    const client = new SwitchClient(this.#reach.client);
    this.#client = client;
    const ended = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, ended.signal]);
    // Each request that is on its way listens.
    setMaxListeners(0, signal, this.#stop.signal);
    const masterships = client.masterships(signal);
    try {
      this.#listen(client, signal);
      let mastership: Mastership = await client.arbitrate(this.#reach.electionId, { signal });
      for (;;) {
        if (mastership.standing === 'primary') {
          if (!this.#isWritable) {
            const problem = await this.#becomePrimary(client, settled);
            if (problem !== undefined) return { message: problem };
          }
        } else {
          this.#isWritable = false;
          this.#stand({ kind: 'backup', primary: mastership.electionId });
          settled();
          if (mastership.standing === 'no-primary') await this.#standForElection(client, mastership, signal);
        }
        const next = await masterships.next();
        if (next.done === true) return { message: 'the connection was closed' };
        mastership = next.value;
      }
    } catch (problem) {
      return troubleOf(problem, this.#reach.client);
    } finally {
      this.#isWritable = false;
      this.#touched = undefined;
      ended.abort();
      client.close();
      this.#client = undefined;
    }
  }

  /** The primary is gone: after a moment of chance, so that not all stand at once, takes the next number. */
  async #standForElection(
    client: SwitchClient,
    { electionId }: Mastership,
    signal: AbortSignal,
  ): Promise<void> {
    await wait(this.#random() * 100, undefined, { signal });
    const above = (electionId ?? 0n) + 1n;
    const own = this.#reach.electionId;
    await client.arbitrate(above > own ? above : own, { signal });
  }

  /** @returns What is wrong; undefined when the switch is ready. */
  async #becomePrimary(client: SwitchClient, settled: () => void): Promise<string | undefined> {
    this.#stand({ kind: 'reconciling' });
    const program = await seeToPipeline(
      client,
      { pipeline: this.#options.pipeline, replacePipeline: this.#reach.replacePipeline === true },
      this.schema,
      this.#stop.signal,
    );
    if (program.kind === 'wrong') {
      this.#stand({ kind: 'wrong-pipeline', message: program.message });
      return program.message;
    }
    const report = await this.#reconcile(client, program.carried);
    settled();
    this.#stand({ kind: 'ready', lastReconcile: report });
    return undefined;
  }

  /**
   * Reads, compares, and writes what differs. Changes made meanwhile go to the switch on their own.
   * @param carried What the switch held under another program.
   */
  async #reconcile(client: SwitchClient, carried: readonly Kept[]): Promise<ReconcileReport> {
    const begin = performance.now();
    const { rank = () => 0, adopts } = this.#options;
    const comparison = new Comparison(this.#desired);
    const touched = new Set<string>();
    this.#touched = touched;
    this.#isWritable = true;
    for (const request of readRequests(this.schema)) {
      try {
        for await (const entity of client.read([request], {
          signal: this.#stop.signal,
          timeoutMs: 600_000,
        })) {
          comparison.look(entity);
        }
      } catch (problem) {
        // BMv2's server says so of a digest that nobody has configured yet.
        if (!(problem instanceof RpcError && problem.code === Code.NOT_FOUND)) throw problem;
      }
    }
    // What was removed meanwhile is not taken back.
    const takes = (entity: Entity) => !touched.has(identify(entity)?.key ?? '') && adopts?.(entity) === true;
    const adopted = comparison.adopt(takes) + this.#adopt(carried, takes);
    const { write: missing, drop } = comparison.updates(rank, touched);
    this.#touched = undefined;
    const refused: Refused[] = [];
    const { signal } = this.#stop;
    await writeAll(client, missing, refused, signal);
    await writeAll(client, drop, refused, signal);
    // What found no room may have it now that the rest is gone.
    const again = refused.filter(({ code }) => code === Code.RESOURCE_EXHAUSTED);
    const rest = refused.filter(({ code }) => code !== Code.RESOURCE_EXHAUSTED);
    if (again.length > 0 && drop.length > 0) {
      const updates = again.map(({ update }) => update);
      const batches = function* (size: number) {
        for (let start = 0; start < updates.length; start += size) yield updates.slice(start, start + size);
      };
      await writeAll(client, { length: updates.length, batches }, rest, signal);
    } else rest.push(...again);
    return {
      seen: comparison.seen,
      written: missing.length,
      dropped: drop.length,
      adopted,
      refused: rest.map(({ message }) => message),
      milliseconds: performance.now() - begin,
    };
  }

  /** Wants what another program's tables held, where it is not wanted otherwise; it is written with the rest. */
  #adopt(carried: readonly Kept[], takes: (entity: Entity) => boolean): number {
    let adopted = 0;
    for (const kept of carried) {
      const entity = entityOf(kept);
      const identity = identify(entity);
      if (identity === undefined || this.#desired.has(identity.key) || !takes(entity)) continue;
      this.#desired.set(entity);
      adopted++;
    }
    return adopted;
  }

  #listen(client: SwitchClient, signal: AbortSignal): void {
    const { onPacketIn, onDigests, onIdle } = this.#options;
    if (onPacketIn !== undefined) client.onPacket(onPacketIn, signal);
    if (onIdle !== undefined) void each(client.idleTimeouts(signal), onIdle);
    if (onDigests !== undefined) {
      void each(client.digests(signal), async (list) => {
        await onDigests(list);
        if (!signal.aborted) client.acknowledge(list);
      });
    }
  }

  #stand(standing: SwitchStanding): void {
    this.#standing = standing;
    this.#options.onStanding?.(standing);
  }
}

/** The part of a batch in which no key is twice; the rest is given back. A request has no order (P4Runtime). */
function distinct(
  batch: readonly Pending[],
  giveBack: (rest: readonly Pending[]) => void,
): readonly Pending[] {
  const keys = new Set<string>();
  const end = batch.findIndex(({ key }) => {
    if (keys.has(key)) return true;
    keys.add(key);
    return false;
  });
  if (end === -1) return batch;
  giveBack(batch.slice(end));
  return batch.slice(0, end);
}

function toUpdate({ change, before }: Pending): Update {
  if (change.kind === 'remove') return clearing(change.entity);
  return before === undefined && !isAlwaysThere(change.entity)
    ? insert(change.entity)
    : modify(change.entity);
}

/** Calls a function for each value until the source ends, in whatever way. */
async function each<T>(source: AsyncIterable<T>, take: (value: T) => Promise<void> | void): Promise<void> {
  try {
    for await (const value of source) await take(value);
  } catch {
    // The connection is over, which its own end tells.
  }
}
