/** The tables of the model: the entries that the switch was given, found by plain search. */

import { parseAddress } from '../../p4runtime/addresses.ts';
import type { CaseEntry, CaseValue } from '../harness/case.ts';

const ALL = (1n << 128n) - 1n;

/** What an entry says: the action's name and its numbers. */
export type Hit = { readonly action: string; readonly data: { readonly [name: string]: bigint } };

type Ternary = { readonly value: bigint; readonly mask: bigint };

type Row = {
  readonly entry: CaseEntry;
  readonly fields: readonly (readonly [string, Ternary])[];
  readonly hit: Hit;
};

/** Keys by name, as a stage looks them up. */
export type Key = { readonly [field: string]: bigint | number };

const EXACT_KEYS: Readonly<Record<string, readonly string[]>> = {
  ports: ['port'],
  local_addresses: ['address'],
  virtual_sources: ['address'],
  bindings: ['home_address', 'virtual_number'],
  flows: ['source', 'destination', 'source_port', 'destination_port', 'protocol'],
  admission: ['service', 'class'],
  selection: ['service'],
  servers: ['server'],
  translations_back: ['address', 'port', 'protocol'],
  neighbors: ['next_hop'],
  signalling_taps: ['virtual_address', 'protocol', 'port'],
  signalling_sessions: ['client_address', 'client_port', 'virtual_address', 'virtual_port', 'protocol'],
};

/** Tables that entries come and go in. */
export class Tables {
  readonly #exact = new Map<string, Row>();
  readonly #others = new Map<string, Row[]>();

  insert(entry: CaseEntry): void {
    const row = readRow(entry);
    const fields = EXACT_KEYS[entry.table];
    if (fields !== undefined) this.#exact.set(exactKey(entry.table, fields, keyOf(row)), row);
    else this.#others.set(entry.table, [...(this.#others.get(entry.table) ?? []), row]);
  }

  remove(entry: CaseEntry): void {
    const row = readRow(entry);
    const fields = EXACT_KEYS[entry.table];
    if (fields !== undefined) this.#exact.delete(exactKey(entry.table, fields, keyOf(row)));
    else {
      const rows = this.#others.get(entry.table) ?? [];
      this.#others.set(
        entry.table,
        rows.filter((other) => other.entry !== entry),
      );
    }
  }

  /** The entry that a packet with this key meets: the longest prefix, the highest priority. */
  find(table: string, key: Key): Hit | undefined {
    const fields = EXACT_KEYS[table];
    if (fields !== undefined) return this.#exact.get(exactKey(table, fields, key))?.hit;
    let best: Row | undefined;
    for (const row of this.#others.get(table) ?? []) {
      const fits = row.fields.every(
        ([name, { value, mask }]) => (BigInt(key[name] ?? 0) & mask) === (value & mask),
      );
      if (fits && (best === undefined || rank(row) > rank(best))) best = row;
    }
    return best?.hit;
  }
}

function rank(row: Row): bigint {
  return row.entry.priority === undefined ? (row.fields[0]?.[1].mask ?? 0n) : BigInt(row.entry.priority);
}

function keyOf(row: Row): Key {
  return Object.fromEntries(row.fields.map(([name, { value }]) => [name, value]));
}

function exactKey(table: string, fields: readonly string[], key: Key): string {
  return `${table},${fields.map((name) => BigInt(key[name] ?? 0).toString(16)).join()}`;
}

function readRow(entry: CaseEntry): Row {
  const fields = Object.entries(entry.match).map(
    ([name, value]) => [name, readMatch(String(value))] as const,
  );
  const only = entry.set?.[0];
  if (entry.set !== undefined && entry.set.length !== 1)
    throw new Error('the model knows sets of one member');
  const data = entry.data ?? only?.data ?? {};
  return {
    entry,
    fields,
    hit: {
      action: entry.action ?? only?.action ?? '',
      data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, readValue(value)])),
    },
  };
}

/** A value, `value&&&mask` or `prefix/length`. */
export function readMatch(text: string): Ternary {
  const [value = '', mask] = text.split('&&&');
  if (mask !== undefined) return { value: readValue(value), mask: readValue(mask) };
  const [address = '', length] = text.split('/');
  const bits = length === undefined ? 128n : BigInt(length);
  return { value: readValue(address), mask: (ALL << (128n - bits)) & ALL };
}

/** A number or an address. */
export function readValue(value: CaseValue): bigint {
  const text = String(value);
  if (/^(\d+|0x[0-9a-f]+)$/.test(text)) return BigInt(text);
  return parseAddress(text, /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(text) ? 48 : 128, 'a value');
}
