/** What answers need to know of the switch. */

/** Addresses are 4 or 16 bytes. */
export type AnswerContext = {
  /** The switch's own link-layer address on a port; undefined: it has none there. */
  readonly linkAddress: (port: number) => Uint8Array | undefined;
  /** Virtual addresses, and those of the switch itself. */
  readonly isOurs: (address: Uint8Array) => boolean;
  /** Where the mobile node of a home address is that has a binding with a virtual address. */
  readonly careOfAddress: (home: Uint8Array, virtual: Uint8Array) => Uint8Array | undefined;
  readonly isVirtual: (address: Uint8Array) => boolean;
  /** What errors about packets that only pass are sent from; undefined: the switch has no such address. */
  readonly ownAddress: (family: 4 | 6) => Uint8Array | undefined;
};
