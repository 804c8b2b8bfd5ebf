/** What a table is made from, and what its entries look like from outside. */

/** How one field of a key is matched. */
export type MatchKind = 'exact' | 'lpm' | 'ternary' | 'range' | 'optional' | 'valid';

/** One field of a table's key. */
export type KeyField = {
  /** For messages. */
  readonly name: string;
  readonly kind: MatchKind;
  /** Bits, 1 or more; a `valid` field has 1. */
  readonly width: number;
};

/** A table. Everything in it is known when the program is compiled. */
export type TableDescription = {
  /** For messages, and for the names of its functions. */
  readonly name: string;
  /** In the order in which the key stands in memory. */
  readonly keys: readonly KeyField[];
  /** How many entries it takes at most. */
  readonly maximumSize: number;
  /** Bytes of the longest action data, as the engine lays it out. */
  readonly actionDataBytes: number;
  /** Whether each entry counts its packets and bytes. */
  readonly withCounters?: boolean;
  /** Whether each entry has a meter. */
  readonly withMeter?: boolean;
  /** Whether entries may have an idle timeout. */
  readonly withIdleTimeout?: boolean;
  /**
   * Which priority wins where several entries match: P4Runtime's larger one, which is the default, or the smaller one
   * of BMv2's JSON and command line.
   */
  readonly priorities?: 'larger-wins' | 'smaller-wins';
};

/** How the lookup works: by the kinds of the fields. */
export type TableKind = 'keyless' | 'exact' | 'lpm' | 'ternary';

/** Which of the engines a table takes: ternary for any ternary, range or optional field, or for several lpm fields. */
export function tableKind(keys: readonly KeyField[]): TableKind {
  if (keys.length === 0) return 'keyless';
  if (keys.some(({ kind }) => kind === 'ternary' || kind === 'range' || kind === 'optional'))
    return 'ternary';
  const prefixes = keys.filter(({ kind }) => kind === 'lpm').length;
  return prefixes === 0 ? 'exact' : prefixes === 1 ? 'lpm' : 'ternary';
}

/** What one field of an entry matches; numbers are big-endian bytes, with or without leading zeros. */
export type FieldMatch =
  | { readonly kind: 'exact'; readonly value: Uint8Array }
  | { readonly kind: 'lpm'; readonly value: Uint8Array; readonly prefixLength: number }
  | { readonly kind: 'ternary'; readonly value: Uint8Array; readonly mask: Uint8Array }
  | { readonly kind: 'range'; readonly low: Uint8Array; readonly high: Uint8Array }
  /** Everything: for lpm, ternary, range and optional fields. */
  | { readonly kind: 'any' };

/** What tells an entry from all others of its table. */
export type EntryKey = {
  /** One for each field, in order. */
  readonly matches: readonly FieldMatch[];
  /** For tables of kind `ternary`: a signed 32-bit number. */
  readonly priority?: number;
};

/** What an entry does. */
export type EntryAction = {
  /** The engine's number of the action. */
  readonly action: number;
  /** At most the table's `actionDataBytes`; what is missing is 0. */
  readonly data: Uint8Array;
};

/** An entry to insert. Times are nanoseconds. */
export type NewEntry = EntryKey &
  EntryAction & {
    /** After how long without a hit it is reported; 0 or nothing: never. */
    readonly idleTimeout?: number;
    /** When it counts as hit for the first time. */
    readonly now?: number;
  };

/** An entry as it is read back. */
export type Entry = EntryKey &
  EntryAction & {
    /** Stays the same as long as the entry is there; may be given to another one later. */
    readonly handle: number;
    /** The address of its record. */
    readonly address: number;
    readonly idleTimeout: number;
  };

/** Why a change is refused. */
export type Refusal = {
  readonly ok: false;
  readonly reason: 'duplicate' | 'full' | 'invalid' | 'not-found';
  /** One sentence without a full stop: what is wrong with which field, and what would be right. */
  readonly message: string;
};

/** What a change came to. */
export type Change = { readonly ok: true; readonly handle: number } | Refusal;
