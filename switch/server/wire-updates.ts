/**
 * The updates of a WriteRequest, read from the wire without an object for each part of each: ts-proto makes twenty of
 * them for an entry with five fields, and looking after those costs more than all the rest of an insert.
 *
 * An update that is a table entry of the common form is kept as numbers, `PlainEntry`; every other one is decoded as
 * usual. What is plain is decided by its form on the wire alone, so that a request is refused as a whole, before
 * anything is done, when it is no message. Whether an entry is right is decided elsewhere.
 */

import { Update, Update_Type, WriteRequest } from '../../p4runtime/gen/p4/v1/p4runtime.ts';

/** A WriteRequest whose updates are decoded when they are asked for. */
export type WireWriteRequest = Omit<WriteRequest, 'updates'> & { readonly updates: WireUpdates };

/** Which match a field has, in a plain entry. */
export const PLAIN_KIND = { exact: 2, ternary: 3, lpm: 4, range: 6, optional: 7 } as const;

/** Where in `words` the parts of a plain entry stand, from its place on. */
export const PLAIN = {
  type: 0,
  tableId: 1,
  priority: 2,
  /** In nanoseconds, below 2⁵³: its upper and lower 32 bits. */
  idleHigh: 3,
  idleLow: 4,
  /** 0 for none, else 1; what an action without an id has is 0, too. */
  hasAction: 5,
  actionId: 6,
  matches: 7,
  parameters: 8,
  /** The matches, and behind them the parameters. */
  rest: 9,
} as const;

/** Words of a match: the id of the field, its kind, where the value begins, its length; the same of mask or end, or the length of the prefix. */
export const MATCH_WORDS = 6;
/** Words of a parameter: its id, where the value begins, its length. */
export const PARAMETER_WORDS = 3;

const UPDATES = 4;
const NOT_PLAIN = -1;

/** The updates of one request. */
export class WireUpdates {
  readonly bytes: Uint8Array;
  /** Numbers of all plain entries. */
  words: Int32Array;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Where in `words` an update is, or that it is not plain. */
  readonly #places: number[] = [];
  readonly #decoded = new Map<number, Update>();
  #used = 0;
  #at = 0;
  #end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.words = new Int32Array(Math.max(64, bytes.length));
  }

  /** Updates that are there as objects already. */
  static of(updates: readonly Update[]): WireUpdates {
    const made = new WireUpdates(new Uint8Array());
    for (const update of updates) made.#keep(update, 0, 0);
    return made;
  }

  get length(): number {
    return this.#places.length;
  }

  /** Where an update stands in `words`; −1: it is not plain. */
  place(index: number): number {
    return this.#places[index] ?? NOT_PLAIN;
  }

  /** An update as a message. */
  at(index: number): Update {
    const decoded = this.#decoded.get(index);
    return decoded ?? Update.decode(this.bytes.subarray(this.#starts[index], this.#ends[index]));
  }

  /** Takes the update that stands from one byte to another. @throws Error when it is no message. */
  add(start: number, end: number): void {
    const place = this.#used;
    this.#at = start;
    this.#end = end;
    if (this.#update()) {
      this.#places.push(place);
      this.#starts.push(start);
      this.#ends.push(end);
      return;
    }
    this.#used = place;
    this.#keep(Update.decode(this.bytes.subarray(start, end)), start, end);
  }

  #keep(update: Update, start: number, end: number): void {
    this.#decoded.set(this.#places.length, update);
    this.#places.push(NOT_PLAIN);
    this.#starts.push(start);
    this.#ends.push(end);
  }

  // ---- Reading what is plain: each method tells whether it was, and stops at the first thing that was not. ----

  /** A number below 2⁵³ in its shortest form or not; −1 for what is none. */
  #number(): number {
    const { bytes } = this;
    let factor = 1;
    let value = 0;
    for (let length = 0; length < 8 && this.#at < this.#end; length++) {
      const byte = bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value > Number.MAX_SAFE_INTEGER ? -1 : value;
      factor *= 128;
    }
    return -1;
  }

  /** The number of a field that may be there, 0 when it is not. */
  #field(tag: number, most: number): number {
    if (this.#at >= this.#end || this.bytes[this.#at] !== tag) return 0;
    this.#at++;
    const value = this.#number();
    return value > most ? -1 : value;
  }

  /** Enters a field with a length. @returns Where what is around it ends; −1: the field is not there or too long. */
  #enter(tag: number): number {
    if (this.#at >= this.#end || this.bytes[this.#at] !== tag) return -1;
    this.#at++;
    const length = this.#number();
    const outer = this.#end;
    if (length < 0 || this.#at + length > outer) return -1;
    this.#end = this.#at + length;
    return outer;
  }

  /** Whether all of it was read. @param outer Where what is around it ends. */
  #leave(outer: number): boolean {
    const isRead = this.#at === this.#end;
    this.#end = outer;
    return isRead;
  }

  #update(): boolean {
    const type = this.#field(8, Update_Type.DELETE);
    if (type < Update_Type.INSERT) return false;
    const update = this.#enter(18);
    if (update < 0) return false;
    const entity = this.#enter(18);
    return (
      entity >= 0 && this.#entry(type) && this.#leave(entity) && this.#leave(update) && this.#at === update
    );
  }

  #entry(type: number): boolean {
    const place = this.#take(PLAIN.rest);
    const tableId = this.#field(8, 0xffff_ffff);
    let matches = 0;
    while (this.#at < this.#end && this.bytes[this.#at] === 18) {
      if (!this.#match()) return false;
      matches++;
    }
    let parameters = 0;
    let actionId = 0;
    const entry = this.#enter(26);
    if (entry >= 0) {
      const action = this.#enter(10);
      if (action < 0) return false;
      actionId = this.#field(8, 0xffff_ffff);
      while (this.#at < this.#end) {
        if (!this.#parameter()) return false;
        parameters++;
      }
      if (actionId < 0 || !this.#leave(action) || !this.#leave(entry)) return false;
    }
    const priority = this.#field(32, 0x7fff_ffff);
    const idle = this.#field(72, Number.MAX_SAFE_INTEGER);
    if (tableId < 0 || priority < 0 || idle < 0) return false;
    const { words } = this;
    words[place] = type;
    words[place + PLAIN.tableId] = tableId;
    words[place + PLAIN.priority] = priority;
    words[place + PLAIN.idleHigh] = idle / 2 ** 32;
    words[place + PLAIN.idleLow] = idle % 2 ** 32;
    words[place + PLAIN.hasAction] = entry >= 0 ? 1 : 0;
    words[place + PLAIN.actionId] = actionId;
    words[place + PLAIN.matches] = matches;
    words[place + PLAIN.parameters] = parameters;
    return true;
  }

  #take(count: number): number {
    const place = this.#used;
    this.#used += count;
    if (this.#used > this.words.length) {
      const wider = new Int32Array(2 * this.#used);
      wider.set(this.words);
      this.words = wider;
    }
    return place;
  }

  #match(): boolean {
    const match = this.#enter(18);
    if (match < 0) return false;
    const place = this.#take(MATCH_WORDS);
    const fieldId = this.#field(8, 0xffff_ffff);
    const tag = this.bytes[this.#at] ?? 0;
    const kind = tag >>> 3;
    const value = this.#enter(tag);
    if (fieldId < 0 || value < 0 || (tag & 7) !== 2) return false;
    this.words[place] = fieldId;
    this.words[place + 1] = kind;
    if (!this.#string(place + 2, 10)) return false;
    switch (kind) {
      case PLAIN_KIND.exact:
      case PLAIN_KIND.optional:
        break;
      case PLAIN_KIND.ternary:
      case PLAIN_KIND.range:
        if (!this.#string(place + 4, 18)) return false;
        break;
      case PLAIN_KIND.lpm: {
        const length = this.#field(16, 0x7fff_ffff);
        if (length < 0) return false;
        this.words[place + 4] = length;
        break;
      }
      default:
        return false;
    }
    return this.#leave(value) && this.#leave(match);
  }

  #parameter(): boolean {
    const parameter = this.#enter(34);
    if (parameter < 0) return false;
    const place = this.#take(PARAMETER_WORDS);
    const id = this.#field(16, 0xffff_ffff);
    if (id < 0 || !this.#string(place + 1, 26)) return false;
    this.words[place] = id;
    return this.#leave(parameter);
  }

  /** Notes where a byte string begins and how long it is. */
  #string(place: number, tag: number): boolean {
    const outer = this.#enter(tag);
    if (outer < 0) return false;
    this.words[place] = this.#at;
    this.words[place + 1] = this.#end - this.#at;
    this.#at = this.#end;
    this.#end = outer;
    return true;
  }
}

/**
 * Decodes a WriteRequest.
 * @throws Error for what is no message, as `WriteRequest.decode` does.
 */
export function decodeWriteRequest(buffer: Uint8Array): WireWriteRequest {
  // Views of a Uint8Array are made quicker than those of a Buffer.
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  const ranges = findUpdates(bytes);
  if (ranges === undefined) {
    const { updates, ...header } = WriteRequest.decode(bytes);
    return { ...header, updates: WireUpdates.of(updates) };
  }
  const updates = new WireUpdates(bytes);
  const header: Uint8Array[] = [];
  let end = 0;
  for (const range of ranges) {
    if (range.tag > end) header.push(bytes.subarray(end, range.tag));
    updates.add(range.start, range.end);
    end = range.end;
  }
  header.push(bytes.subarray(end));
  return { ...WriteRequest.decode(Buffer.concat(header)), updates };
}

type Range = { readonly tag: number; readonly start: number; readonly end: number };

/** Where the updates stand; undefined for what is not formed as a WriteRequest is. */
function findUpdates(bytes: Uint8Array): readonly Range[] | undefined {
  const found: Range[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70 && at < bytes.length; shift += 7) {
      const byte = bytes[at++] ?? 0;
      if (shift < 49) value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = at;
    const key = varint();
    const value = varint();
    // Every field of the message is a number or has a length.
    if ((key & 7) === 2) {
      if (!(at + value <= bytes.length)) return undefined;
      if (key === UPDATES * 8 + 2) found.push({ tag, start: at, end: at + value });
      at += value;
    } else if ((key & 7) !== 0 || Number.isNaN(value)) return undefined;
  }
  return found;
}
