/** Catalogue: P49xx warnings. */

import { defineEntries } from './entry.ts';

export const warningsEntries = defineEntries({});
