/**
 * Kcn, nonces, bindings and sequence numbers on disk. The directory is for its owner alone, for who reads Kcn can make any token. When
 * it is damaged mobile nodes do return routability once more, and that is all.
 */

import { openRecordStore } from '../record-store.ts';
import { formatSaved, parseSaved } from './saved-text.ts';
import type { SavedChange, SavedValue } from './types.ts';

/** Where what outlives a restart is kept. */
export type MobilityStore = {
  /** Writes changes; all of a call or none. Calls take effect in their order. @throws Error when the disk refuses. */
  readonly write: (changes: readonly SavedChange[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A store, what was in it, and what was wrong with it, in words for a log. */
export type OpenedStore = {
  readonly store: MobilityStore;
  readonly values: readonly SavedValue[];
  readonly problems: readonly string[];
};

/**
 * Opens the store in a directory, which is made if it is not there. One that cannot be read is renamed and a new one
 * begun. @throws StoreInUseError; Error when the directory cannot be made.
 */
export async function openMobilityStore(directory: string, now: number): Promise<OpenedStore> {
  const ifLost = 'mobile nodes have to do return routability again';
  const { store, values, problems } = await openRecordStore({ directory, now, parse: parseSaved, ifLost });
  return {
    store: {
      // What a static key has seen must be on the disk itself (RFC 4449, section 3); the rest may fall with the machine.
      write: (changes) => store.write(changes.map(toRecord), changes.some(isStatic)),
      close: store.close,
    },
    values,
    problems,
  };
}

function isStatic({ value }: SavedChange): boolean {
  return value !== undefined && value.kind !== 'nonce' && value.isStatic;
}

function toRecord({ key, value }: SavedChange) {
  return { key, text: value === undefined ? undefined : formatSaved(value) };
}
