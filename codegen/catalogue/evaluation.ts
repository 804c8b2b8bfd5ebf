/** Catalogue: P46xx instantiation of main. */

import { defineEntries } from './entry.ts';

export const evaluationEntries = defineEntries({});
