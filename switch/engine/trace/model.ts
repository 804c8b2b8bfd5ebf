/** What a trace says: everything that happened to a packet, as plain data. `docs/trace.schema.json` describes it. */

/** A field that got another value, or a header that came or went; values are hexadecimal, `0x…`. */
export type Change = {
  /** `header.field`, or a header alone for its validity. */
  readonly name: string;
  readonly before: string;
  readonly after: string;
};

/** A field of a key, and what was looked up with. */
export type KeyValue = { readonly name: string; readonly match: string; readonly value: string };

/** A field of an entry, and what it matches, as people write it: `0x0a000000/8`. */
export type EntryMatch = { readonly name: string; readonly entry: string };

/** The entry that would have needed the fewest changes of the key to match. */
export type Nearest = {
  readonly handle: number;
  /** What differs: field, what the packet has, what the entry matches. */
  readonly differs: readonly { readonly name: string; readonly value: string; readonly entry: string }[];
};

/** An action, with its parameters. */
export type ActionTrace = {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
};

/** One step of a pass; `changes` is what it did to headers and metadata. */
export type Step = { readonly changes: readonly Change[] } & (
  | {
      readonly kind: 'state';
      readonly name: string;
      /** Bytes of the packet that were parsed before. */
      readonly offset: number;
    }
  | { readonly kind: 'parsed'; readonly error: string; readonly bytes: number }
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly key: readonly KeyValue[];
      readonly hit: boolean;
      /** The handle of the entry. */
      readonly entry: number | undefined;
      /** What the entry matches, field by field. */
      readonly matches: readonly EntryMatch[] | undefined;
      /** Where several entries may match: the priority of this one; the largest wins. */
      readonly priority: number | undefined;
      /** Why nothing matched. */
      readonly reason: string | undefined;
      readonly nearest: Nearest | undefined;
    }
  | ({ readonly kind: 'action' } & ActionTrace)
  | { readonly kind: 'condition'; readonly name: string; readonly source: string; readonly result: boolean }
  | { readonly kind: 'clone'; readonly session: number; readonly known: boolean }
  | { readonly kind: 'multicast'; readonly group: number; readonly known: boolean }
  | { readonly kind: 'resubmit' | 'recirculate'; readonly fieldList: number }
  | { readonly kind: 'drop'; readonly reason: string }
  | { readonly kind: 'output'; readonly port: number; readonly bytes: string }
);

/** What a packet or a copy of it goes through at once, and what follows of it. */
export type Pass = {
  readonly kind: 'ingress' | 'egress';
  /** The port of egress. */
  readonly port: number | undefined;
  readonly steps: readonly Step[];
  /** Passes of copies, and of the packet when it starts again. */
  readonly follows: readonly Pass[];
};

/** Everything that happened to one packet. */
export type PacketTrace = {
  readonly port: number;
  /** The packet as it came, in hexadecimal. */
  readonly bytes: string;
  readonly pass: Pass;
};
