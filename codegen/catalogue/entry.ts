/** The shape of a catalogue entry. The entries are data: one file a phase, merged in `index.ts`. */

/** One numbered message. Codes never change their meaning and are never used again. */
export type CatalogueEntry = {
  readonly severity: 'error' | 'warning';
  /** What is wrong, in the user's terms; `{name}` stands for a value. No full stop at the end. */
  readonly message: string;
  /** Why it is wrong and how to put it right: one to three sentences for `docs/errors.md`, with the section of the P4-16 specification. */
  readonly explanation: string;
};

/** Checks the entries of one phase against the shape while keeping their literal types. */
export function defineEntries<const Entries extends Readonly<Record<string, CatalogueEntry>>>(
  entries: Entries,
): Entries {
  return entries;
}
