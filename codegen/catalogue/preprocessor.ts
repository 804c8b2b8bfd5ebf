/** Catalogue: P400x-P404x preprocessor and characters. */

import { defineEntries } from './entry.ts';

export const preprocessorEntries = defineEntries({});
