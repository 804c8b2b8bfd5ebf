/**
 * The packet replication engine's state: multicast groups and clone sessions, found by their numbers through pages of
 * 256 addresses.
 *
 *     group    u32 how many replicas, then for each: u32 port, u32 replication id
 *     session  u32 to how many bytes copies are cut, 0 for none; u32 how many replicas; the replicas as in a group;
 *              u32 class of service
 */

import { i32, type LinearMemory, type ModuleBuilder } from '../wasm/index.ts';

const PAGE_ENTRIES = 256;
/** Groups and sessions have numbers below this. */
export const REPLICATION_NUMBERS = 65_536;

/** One copy of a packet. */
export type Replica = { readonly port: number; readonly replicationId: number };

/** A clone session. */
export type CloneSession = {
  readonly replicas: readonly Replica[];
  /** To how many bytes copies are cut; 0: they are not. */
  readonly truncateTo: number;
  readonly classOfService: number;
};

/** Replicas in the order in which BMv2 makes them for P4Runtime: by replication id, then by port. */
export function orderReplicas(replicas: readonly Replica[]): readonly Replica[] {
  return [...replicas].sort((one, other) => one.replicationId - other.replicationId || one.port - other.port);
}

/** Blocks of memory by numbers, which code finds. */
class Directory {
  readonly #memory: LinearMemory;
  readonly #root: number;
  readonly #bytes = new Map<number, number>();

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#root = memory.allocate((4 * REPLICATION_NUMBERS) / PAGE_ENTRIES);
  }

  emit(module: ModuleBuilder, name: string): string {
    return module.function(name, { number: 'i32' }, 'i32', (f, { number }) => {
      f.if(number.geU(REPLICATION_NUMBERS), () => f.return(0));
      const page = f.let32(i32(this.#root).add(number.shrU(8).shl(2)).load32());
      f.if(page.eqz(), () => f.return(0));
      f.return(page.add(number.and(PAGE_ENTRIES - 1).shl(2)).load32());
    });
  }

  /** Puts words in force under a number, in place of what was there. */
  set(number: number, words: readonly number[] | undefined): void {
    const slot = this.#root + 4 * Math.floor(number / PAGE_ENTRIES);
    let page = this.#memory.u32[slot >>> 2] ?? 0;
    if (page === 0) {
      if (words === undefined) return;
      page = this.#memory.allocate(4 * PAGE_ENTRIES);
      this.#memory.u32[slot >>> 2] = page;
    }
    const block = words === undefined ? 0 : this.#memory.allocate(4 * words.length);
    const { u32 } = this.#memory;
    if (words !== undefined) u32.set(words, block >>> 2);
    const entry = (page >>> 2) + (number % PAGE_ENTRIES);
    const old = u32[entry] ?? 0;
    u32[entry] = block;
    const oldBytes = this.#bytes.get(number);
    if (oldBytes !== undefined) this.#memory.release(old, oldBytes);
    if (words === undefined) this.#bytes.delete(number);
    else this.#bytes.set(number, 4 * words.length);
  }
}

function pairs(replicas: readonly Replica[]): number[] {
  return replicas.flatMap(({ port, replicationId }) => [port, replicationId]);
}

function checkNumber(kind: string, number: number): void {
  if (Number.isInteger(number) && number >= 0 && number < REPLICATION_NUMBERS) return;
  throw new RangeError(`${kind}s have numbers from 0 to ${REPLICATION_NUMBERS - 1}, not ${number}`);
}

/** The groups and sessions of a switch. */
export class ReplicationEngine {
  readonly #groups = new Map<number, readonly Replica[]>();
  readonly #sessions = new Map<number, CloneSession>();
  readonly #groupDirectory: Directory;
  readonly #sessionDirectory: Directory;

  constructor(memory: LinearMemory) {
    this.#groupDirectory = new Directory(memory);
    this.#sessionDirectory = new Directory(memory);
  }

  /** Writes the function `(number) → address of a group, or 0`; returns its name. */
  emitGroup(module: ModuleBuilder, name = 'multicast group'): string {
    return this.#groupDirectory.emit(module, name);
  }

  /** Writes the function `(number) → address of a session, or 0`; returns its name. */
  emitSession(module: ModuleBuilder, name = 'clone session'): string {
    return this.#sessionDirectory.emit(module, name);
  }

  /** Makes, changes or, without replicas, deletes a group. @throws RangeError for a number out of range. */
  setGroup(number: number, replicas: readonly Replica[] | undefined): void {
    checkNumber('multicast group', number);
    this.#groupDirectory.set(number, replicas && [replicas.length, ...pairs(replicas)]);
    if (replicas === undefined) this.#groups.delete(number);
    else this.#groups.set(number, replicas);
  }

  /** A group's replicas. */
  group(number: number): readonly Replica[] | undefined {
    return this.#groups.get(number);
  }

  /** The numbers of all groups. */
  groups(): Iterable<number> {
    return this.#groups.keys();
  }

  /** Makes, changes or, without a session, deletes one. @throws RangeError for a number out of range. */
  setSession(number: number, session: CloneSession | undefined): void {
    checkNumber('clone session', number);
    this.#sessionDirectory.set(
      number,
      session && [
        session.truncateTo,
        session.replicas.length,
        ...pairs(session.replicas),
        session.classOfService,
      ],
    );
    if (session === undefined) this.#sessions.delete(number);
    else this.#sessions.set(number, session);
  }

  /** A session. */
  session(number: number): CloneSession | undefined {
    return this.#sessions.get(number);
  }

  /** The numbers of all sessions. */
  sessions(): Iterable<number> {
    return this.#sessions.keys();
  }
}
