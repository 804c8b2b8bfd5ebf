/**
 * What all tables have in common: entries as records in linear memory, a default entry, counters, idle timeouts.
 *
 * A table lives in three steps: it is made, and takes its fixed places in memory; `emit` writes its lookup into the
 * module; `attach` connects it with the running module, and from then on entries can be changed. A change is one call
 * of the host, and packets are processed in other calls: each packet sees all of a change or nothing.
 */

import {
  type Instance,
  InternalError,
  type LinearMemory,
  type ModuleBuilder,
  OutOfMemoryError,
} from '../wasm/index.ts';
import type {
  Change,
  Entry,
  EntryAction,
  EntryKey,
  NewEntry,
  Refusal,
  TableDescription,
} from './description.ts';
import { FREE, layOutRecord, type RecordLayout } from './record-layout.ts';
import { RecordStore } from './record-store.ts';

/** A function of the running module that takes addresses. */
export type AddressFunction = (one: number, two?: number) => number;

/** Packets and bytes that an entry saw. */
export type CounterValue = { readonly packets: bigint; readonly bytes: bigint };

/** Who wants to know about the entries of a table, by the addresses of their records. */
export type RecordObserver = {
  /** An entry, or the default one, has an action now. */
  readonly acts?: (record: number) => void;
  /** An entry, or the default one, will have another action. */
  readonly changes?: (record: number) => void;
  /** Packets find an entry no more, and its record is given back. */
  readonly deleted?: (record: number) => void;
};

/** A table of any kind. */
export abstract class Table {
  readonly description: TableDescription;
  /** Where the parts of a record stand: for the engine's code. */
  readonly layout: RecordLayout;
  /** The name of the lookup, `(address of the key) → address of the entry's record, or 0`. */
  readonly lookup: string;
  /** The name of a lookup that takes the key in 64-bit words (`key-words.ts`), if this table has one. */
  readonly wordLookup: string | undefined = undefined;
  /** The function in the compiled module, `(the key as one number, without other bits) → record`, where there is one. */
  readonly numberLookup: string | undefined = undefined;
  /** The address of a record that is used when nothing matches; its action is `FREE` when there is no default. */
  readonly defaultEntry: number;
  /** The address of a word that says how many entries there are: packets that match nothing need no lookup. */
  readonly occupied: number;
  protected readonly memory: LinearMemory;
  protected readonly records: RecordStore;
  readonly #observers: RecordObserver[] = [];
  #isDefaultFixed = false;

  /** @param ownBytes What the kind of table has in each record, behind `layout.own`. */
  constructor(memory: LinearMemory, description: TableDescription, ownBytes: number) {
    this.memory = memory;
    this.description = description;
    this.layout = layOutRecord(description, ownBytes);
    this.lookup = `table ${description.name}`;
    this.records = new RecordStore(memory, this.layout.size, description.maximumSize);
    this.occupied = memory.allocate(8);
    this.defaultEntry = memory.allocate(this.layout.size);
    memory.u32[this.occupied >>> 2] = 0;
    memory.u32[this.defaultEntry >>> 2] = FREE;
    memory.u32[(this.defaultEntry >>> 2) + 1] = FREE;
  }

  /** Writes the lookup into the module. */
  abstract emit(module: ModuleBuilder): void;

  /** Connects the table with the running module. Entries can be changed from now on. */
  abstract attach(instance: Instance): void;

  /** Writes the key into the table's scratch place; says what is wrong with it. */
  protected abstract encode(key: EntryKey): string | undefined;

  /** The record with the key that was encoded last, or 0. */
  protected abstract findEncoded(): number;

  /** Lets packets find a record, whose key is the one that was encoded last. When it throws, they do not find it. */
  protected abstract link(record: number): void;

  /** Lets packets find a record no more. */
  protected abstract unlink(record: number): void;

  /** Lets packets find no record any more. */
  protected abstract unlinkAll(): void;

  protected abstract keyOf(record: number): EntryKey;

  /** How many entries there are; the default one does not count. */
  get count(): number {
    return this.records.count;
  }

  /** Adds an entry. Refused when its key is there, the table is full, or something does not fit. */
  insert(entry: NewEntry): Change {
    const wrong = this.#checkAction(entry) ?? this.#checkTimeout(entry.idleTimeout) ?? this.encode(entry);
    if (wrong !== undefined) return this.#refuse('invalid', wrong);
    const there = this.findEncoded();
    if (there !== 0) return this.#refuse('duplicate', 'an entry with this key is there already');
    const { maximumSize } = this.description;
    if (this.count >= maximumSize) {
      return this.#refuse(
        'full',
        `the table has its ${maximumSize} entries: delete some, or give it a larger size`,
      );
    }
    const record = this.#make(entry);
    if (typeof record !== 'number') return record;
    for (const observer of this.#observers) observer.acts?.(record);
    return { ok: true, handle: this.#word(record + 4) };
  }

  /** Writes a record and lets packets find it. Refused when the memory is at its limit; all is as before then. */
  #make(entry: NewEntry): number | Refusal {
    let record = 0;
    try {
      record = this.records.take();
      this.#fill(record, entry);
      const { hitTime, timeout } = this.layout;
      if (hitTime !== undefined) this.#setTime(record + hitTime, entry.now ?? 0);
      if (timeout !== undefined) this.#setTime(record + timeout, entry.idleTimeout ?? 0);
      this.link(record);
      this.#countEntries();
      return record;
    } catch (error) {
      if (record !== 0) this.records.release(record);
      if (error instanceof OutOfMemoryError) return this.#refuse('full', error.message);
      throw error;
    }
  }

  /** Gives an entry another action. Its counters, its meter and its last hit stay. */
  modify(key: EntryKey, change: EntryAction & { readonly idleTimeout?: number }): Change {
    const wrong = this.#checkAction(change) ?? this.#checkTimeout(change.idleTimeout);
    if (wrong !== undefined) return this.#refuse('invalid', wrong);
    const record = this.#find(key);
    return typeof record === 'number' ? this.#modify(record, change) : record;
  }

  /** The same for the entry with a handle. */
  modifyHandle(handle: number, change: EntryAction & { readonly idleTimeout?: number }): Change {
    const wrong = this.#checkAction(change) ?? this.#checkTimeout(change.idleTimeout);
    if (wrong !== undefined) return this.#refuse('invalid', wrong);
    const record = this.records.find(handle);
    return record === 0
      ? this.#refuse('not-found', `there is no entry ${handle}`)
      : this.#modify(record, change);
  }

  #modify(record: number, change: EntryAction & { readonly idleTimeout?: number }): Change {
    this.#act(record, change);
    const { timeout } = this.layout;
    if (timeout !== undefined && change.idleTimeout !== undefined) {
      this.#setTime(record + timeout, change.idleTimeout);
    }
    return { ok: true, handle: this.#word(record + 4) };
  }

  /** Takes an entry out. */
  delete(key: EntryKey): Change {
    const record = this.#find(key);
    return typeof record === 'number' ? this.#delete(record) : record;
  }

  /** Takes an entry out by its handle. */
  deleteHandle(handle: number): Change {
    const record = this.records.find(handle);
    return record === 0 ? this.#refuse('not-found', `there is no entry ${handle}`) : this.#delete(record);
  }

  #delete(record: number): Change {
    const handle = this.#word(record + 4);
    this.unlink(record);
    for (const observer of this.#observers) observer.deleted?.(record);
    this.records.release(record);
    this.#countEntries();
    return { ok: true, handle };
  }

  /** Tells somebody about the entries from now on. */
  observe(observer: RecordObserver): void {
    this.#observers.push(observer);
  }

  /** Takes all entries out; the default entry stays. */
  clear(): void {
    this.unlinkAll();
    for (const record of this.records.addresses()) {
      for (const observer of this.#observers) observer.deleted?.(record);
    }
    this.records.clear();
    this.#countEntries();
  }

  #countEntries(): void {
    this.memory.u32[this.occupied >>> 2] = this.count;
  }

  /** The handle of the entry with a key; a refusal when there is none. */
  find(key: EntryKey): Change {
    const record = this.#find(key);
    return typeof record === 'number' ? { ok: true, handle: this.#word(record + 4) } : record;
  }

  #find(key: EntryKey): number | Refusal {
    const wrong = this.encode(key);
    if (wrong !== undefined) return this.#refuse('invalid', wrong);
    const record = this.findEncoded();
    return record === 0 ? this.#refuse('not-found', 'there is no entry with this key') : record;
  }

  /** An entry by its handle. */
  get(handle: number): Entry | undefined {
    const record = this.records.find(handle);
    return record === 0 ? undefined : this.#entry(record);
  }

  /** The address of an entry's record by its handle, or 0. */
  addressOf(handle: number): number {
    return this.records.find(handle);
  }

  /** All entries, in the order of their handles. Entries may be changed meanwhile. */
  *entries(): Generator<Entry> {
    for (const record of this.records.addresses()) yield this.#entry(record);
  }

  #entry(record: number): Entry {
    const { timeout } = this.layout;
    return {
      ...this.keyOf(record),
      ...this.#action(record),
      handle: this.#word(record + 4),
      address: record,
      idleTimeout: timeout === undefined ? 0 : this.#time(record + timeout),
    };
  }

  #action(record: number): EntryAction {
    const data = record + this.layout.data;
    return {
      action: this.#word(record),
      data: this.memory.u8.slice(data, data + this.description.actionDataBytes),
    };
  }

  /** What happens to packets that match nothing; without an action, nothing does. */
  setDefault(action: EntryAction | undefined): Change {
    if (this.#isDefaultFixed) {
      return this.#refuse('invalid', 'the program has fixed the default action: leave it as it is');
    }
    const wrong = action === undefined ? undefined : this.#checkAction(action);
    if (wrong !== undefined) return this.#refuse('invalid', wrong);
    this.#act(this.defaultEntry, action);
    return { ok: true, handle: FREE };
  }

  /** From now on what happens to packets that match nothing stays as it is: code may have been made for it. */
  fixDefault(): void {
    this.#isDefaultFixed = true;
  }

  /** What happens to packets that match nothing. */
  default(): EntryAction | undefined {
    return this.#word(this.defaultEntry) === FREE ? undefined : this.#action(this.defaultEntry);
  }

  /** What an entry, or the default one, counted. @param record Its address. */
  counters(record: number): CounterValue | undefined {
    const { packets, bytes } = this.layout;
    if (packets === undefined || bytes === undefined) return undefined;
    const { view } = this.memory;
    return {
      packets: view.getBigUint64(record + packets, true),
      bytes: view.getBigUint64(record + bytes, true),
    };
  }

  /** Sets what an entry counted. Nothing happens in a table without counters. */
  setCounters(record: number, value: CounterValue): void {
    const { packets, bytes } = this.layout;
    if (packets === undefined || bytes === undefined) return;
    this.memory.view.setBigUint64(record + packets, value.packets, true);
    this.memory.view.setBigUint64(record + bytes, value.bytes, true);
  }

  /** When a packet hit an entry last, or when it was inserted. */
  lastHit(record: number): number {
    const { hitTime } = this.layout;
    return hitTime === undefined ? 0 : this.#time(record + hitTime);
  }

  /**
   * Entries that no packet hit for as long as their timeout.
   * @param from Where the sweep before ended, 0 to begin; a large table is swept in parts.
   * @param limit How many records are looked at.
   * @returns The handles, and where the next sweep begins: 0 after the last record.
   */
  expired(
    now: number,
    from = 0,
    limit = Number.POSITIVE_INFINITY,
  ): { readonly handles: number[]; readonly next: number } {
    const { hitTime, timeout } = this.layout;
    const handles: number[] = [];
    if (hitTime === undefined || timeout === undefined) return { handles, next: 0 };
    const end = Math.min(this.records.end, from + limit);
    for (let handle = from; handle < end; handle++) {
      const record = this.records.find(handle);
      if (record === 0) continue;
      const allowed = this.#time(record + timeout);
      if (allowed > 0 && now - this.#time(record + hitTime) >= allowed) handles.push(handle);
    }
    return { handles, next: end < this.records.end ? end : 0 };
  }

  #checkAction(action: EntryAction): string | undefined {
    const { actionDataBytes } = this.description;
    return action.data.length > actionDataBytes
      ? `action data has ${action.data.length} bytes, and the table has room for ${actionDataBytes}`
      : undefined;
  }

  #checkTimeout(timeout: number | undefined): string | undefined {
    if (timeout === undefined || timeout === 0) return undefined;
    if (this.layout.timeout === undefined) return 'the table has no idle timeouts, and the entry has one';
    return timeout > 0 && timeout <= Number.MAX_SAFE_INTEGER
      ? undefined
      : `an idle timeout is 0 to ${Number.MAX_SAFE_INTEGER} ns, and the entry's is ${timeout}`;
  }

  /** Gives a record that may have an action another one, or none. */
  #act(record: number, action: EntryAction | undefined): void {
    if (this.#word(record) !== FREE) for (const observer of this.#observers) observer.changes?.(record);
    if (action === undefined) {
      this.memory.u32[record >>> 2] = FREE;
      return;
    }
    this.#fill(record, action);
    for (const observer of this.#observers) observer.acts?.(record);
  }

  #fill(record: number, action: EntryAction): void {
    const { u8, u32 } = this.memory;
    const data = record + this.layout.data;
    u8.fill(0, data + action.data.length, data + this.layout.dataBytes);
    u8.set(action.data, data);
    u32[record >>> 2] = action.action;
  }

  #word(address: number): number {
    return this.memory.u32[address >>> 2] ?? 0;
  }

  // Nanoseconds fit exactly into a number for 104 days, and to a few nanoseconds for years.
  #time(address: number): number {
    return this.memory.view.getInt32(address + 4, true) * 2 ** 32 + this.memory.view.getUint32(address, true);
  }

  #setTime(address: number, time: number): void {
    this.memory.view.setBigInt64(address, BigInt(Math.round(time)), true);
  }

  #refuse(reason: Refusal['reason'], message: string): Refusal {
    return { ok: false, reason, message: `table ${this.description.name}: ${message}` };
  }

  /** What stands for the functions of the module until the table is attached. */
  protected static readonly unattached: AddressFunction = () => {
    throw new InternalError('a table takes entries only when it is attached to a running module');
  };

  protected static number(result: number | bigint | undefined): number {
    if (typeof result !== 'number') throw new InternalError('a function of addresses gives an address');
    return result >>> 0;
  }

  /** A function of the module as one of addresses: unsigned, as they are everywhere in the host. */
  protected static addressFunction(instance: Instance, name: string): AddressFunction {
    const found = instance.function(name);
    // Without rest parameters, which V8 calls WebAssembly ten times slower with.
    return (one, two) => Table.number(two === undefined ? found(one) : found(one, two));
  }
}
