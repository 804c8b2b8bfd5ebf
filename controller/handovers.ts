/** The last handovers of mobile nodes: which address moved where, when, and how long the switches took. */

/** A mobile node has another care-of address. Addresses are 16 bytes. */
export type Handover = {
  /** Milliseconds since 1970, when all switches had it. */
  readonly at: number;
  readonly homeAddress: Uint8Array;
  readonly virtualAddress: Uint8Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** From the acceptance of the Binding Update until all switches had it: milliseconds. */
  readonly milliseconds: number;
};

const KEPT = 100;

/** Counts all, keeps the last hundred. */
export class HandoverLog {
  readonly #last: Handover[] = [];
  #total = 0;

  add(handover: Handover): void {
    this.#total++;
    this.#last.push(handover);
    if (this.#last.length > KEPT) this.#last.shift();
  }

  /** Since the start. */
  get total(): number {
    return this.#total;
  }

  /** The newest first. */
  last(limit: number): readonly Handover[] {
    return this.#last.slice(-limit).reverse();
  }
}
